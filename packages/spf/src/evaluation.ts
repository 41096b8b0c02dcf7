/**
 * `check_host()`. RFC 7208 defines it as a function that calls itself for `include` and `redirect`, and so it is written: a generator that
 * yields where an answer is needed. It holds no clock and asks nobody; `machine.ts` hands its questions out and the answers in.
 *
 * A question has an id, its place in `questions`. Several may be asked at once (the hosts of an `mx`); yielding an id waits for that one
 * answer, so the order in which answers come can't change the result. Whatever ends the whole evaluation (`permerror`, `temperror`)
 * sets `stopped` and yields `STOPPED`; nobody resumes the generator then.
 *
 * Read next: `client-names.ts` (`ptr`, `%{p}`), `void-lookups.ts` (what counts as void), `explain.ts` (the story afterwards).
 */
import type { Answer } from '@mailwright/dns';
import { isAscii, latin1 } from '@mailwright/wire';
import { ClientNames } from './client-names.ts';
import { inNetwork4, inNetwork6, parseIp4, parseIp6 } from './ip.ts';
import { expandExplanation, expandName } from './macro-expand.ts';
import { parseMacroString } from './macro-parse.ts';
import type { SpfSession } from './options.ts';
import { readSpfRecord } from './record-cache.ts';
import { isSpfRecord } from './record-parse.ts';
import type { HostDirective, MacroString, SpfDirective, SpfModifier, SpfRecord } from './record.ts';
import type { SpfProblem, SpfProblemCode, SpfQuestionType, SpfVerdict } from './result.ts';
import type { AskedQuestion, CheckRun, TermRun } from './run.ts';
import { isWithin, presentName, readCheckedDomain, readTargetName } from './target-name.ts';
import { VoidLookups } from './void-lookups.ts';

/** Yields the id of the answer it needs. */
export type Evaluating<T> = Generator<number, T, Answer>;

/** Yielded when the evaluation is over, whatever stands open. */
export const STOPPED = -1;
/** Yielded in place of an id for a question that was one too many. It ends the evaluation only there: an earlier answer may do without it. */
export const TOO_MANY = -2;

const RESULT_OF = { '+': 'pass', '-': 'fail', '~': 'softfail', '?': 'neutral' } as const;

/** One evaluation: its questions, its counters, and how it ended. */
export class Evaluation {
  readonly session: SpfSession;
  readonly questions: AskedQuestion[] = [];
  readonly voids: VoidLookups;
  readonly #names: ClientNames;
  lookups = 0;
  root: CheckRun | undefined;
  result: SpfVerdict = 'none';
  problem: SpfProblem | undefined;
  explanation: string | undefined;
  /** The result stands; what is still asked is the explanation. */
  isDecided = false;
  #current = ''; // the domain whose record is being evaluated, for problems
  #term: string | undefined;

  constructor(session: SpfSession) {
    this.session = session;
    this.voids = new VoidLookups(this);
    this.#names = new ClientNames(this);
  }

  /** The whole evaluation, from the initial processing to the explanation. @rfc 7208 4 */
  *run(): Evaluating<void> {
    const { domain, givenDomain, isMalformedSender } = this.session;
    if (isMalformedSender || domain === undefined) {
      this.#settle('none', this.#problem(isMalformedSender ? 'malformed-sender' : 'malformed-domain', givenDomain));
      return;
    }
    const root = yield* this.#checkHost(domain, undefined);
    const result = root.result!;
    this.#settle(result, result === 'none' ? this.problem : undefined);
    if (result === 'fail' && this.session.explanation) yield* this.#explain(root);
  }

  /** Asks; the id to yield. */
  ask(name: string, type: SpfQuestionType): number {
    return this.askPresented(presentName(name), type);
  }

  /** As `ask`, for a name that an answer gave: it is in presentation form already. */
  askPresented(name: string, type: SpfQuestionType): number {
    if (this.questions.length >= this.session.limits.queries) return TOO_MANY;
    return this.questions.push({ name, type, answer: undefined }) - 1;
  }

  /** Ends the evaluation unless it is decided already. Gives `STOPPED`, to be yielded. */
  stop(result: SpfVerdict, code: SpfProblemCode): number {
    if (!this.isDecided) this.#settle(result, this.#problem(code, this.#current));
    return STOPPED;
  }

  /** Ends the evaluation because of an answer that is none. @rfc 7208 2.6.6 */
  stopAt(answer: Answer): number {
    return this.stop('temperror', answer.status === 'bogus' ? 'bogus-answer' : 'dns-failure');
  }

  /** Whether one of the addresses lies in the network of that prefix length around the client's address. */
  matchesClient(answer: Answer, prefixLength4: number, prefixLength6: number): boolean {
    const { ip } = this.session;
    for (const record of answer.records) {
      if (ip.family === 4 && record.type === 'A') {
        const address = parseIp4(record.address);
        if (address >= 0 && inNetwork4(ip.value, address, prefixLength4)) return true;
      } else if (ip.family === 6 && record.type === 'AAAA') {
        const groups = parseIp6(record.address);
        if (groups !== undefined && inNetwork6(ip.groups, groups, prefixLength6)) return true;
      }
    }
    return false;
  }

  /** The type that holds addresses of the client's family. */
  get addressType(): 'A' | 'AAAA' {
    return this.session.ip.family === 4 ? 'A' : 'AAAA';
  }

  #settle(result: SpfVerdict, problem: SpfProblem | undefined): void {
    this.result = result;
    this.problem = problem;
    this.isDecided = true;
  }

  #problem(code: SpfProblemCode, domain: string): SpfProblem {
    return { code, domain, term: this.#term, syntax: undefined };
  }

  /** @rfc 7208 4.3 @rfc 7208 4.4 @rfc 7208 4.5 @rfc 7208 4.6 @rfc 7208 4.7 */
  *#checkHost(name: string, parent: TermRun | undefined): Evaluating<CheckRun> {
    const domain = parent === undefined ? name : readCheckedDomain(name);
    const question = domain === undefined ? STOPPED : this.ask(domain, 'TXT');
    const run: CheckRun = { domain: domain ?? name, question, text: undefined, record: undefined, reached: 0, matched: undefined, result: undefined, terms: [] };
    if (parent === undefined) this.root = run;
    else parent.child = run;
    this.#current = run.domain;
    this.#term = undefined;
    if (domain === undefined) {
      this.problem = this.#problem('malformed-domain', name);
      run.result = 'none';
      return run;
    }
    const answer = yield question;
    if (answer.status === 'temp' || answer.status === 'bogus') yield this.stopAt(answer);
    const record = yield* this.#readRecord(run, answer);
    if (record === undefined) run.result = 'none';
    else yield* this.#evaluate(run, record);
    return run;
  }

  /** The one record of the answer; `undefined` is none. @rfc 7208 4.5 */
  *#readRecord(run: CheckRun, answer: Answer): Evaluating<SpfRecord | undefined> {
    for (const record of answer.records) {
      const text = record.type === 'TXT' ? joinStrings(record.strings) : '';
      if (!isSpfRecord(text)) continue;
      if (run.text !== undefined) yield this.stop('permerror', 'several-records');
      run.text = text;
    }
    if (run.text === undefined) {
      this.problem = this.#problem(answer.status === 'nxdomain' ? 'nxdomain' : 'no-record', run.domain);
      return undefined;
    }
    const parsed = readSpfRecord(run.text);
    if (parsed.ok) return (run.record = parsed.value);
    const term = run.text.slice(parsed.at).split(' ', 1)[0];
    this.#settle('permerror', { code: 'syntax', domain: run.domain, term, syntax: parsed.error });
    yield STOPPED;
    return undefined;
  }

  /** The directives from left to right; behind them `redirect`, or neutral. @rfc 7208 4.6 @rfc 7208 4.7 */
  *#evaluate(run: CheckRun, record: SpfRecord): Evaluating<void> {
    const { ip } = this.session;
    for (const directive of record.directives) {
      run.reached++;
      let isMatch: boolean;
      if (directive.mechanism === 'ip4') isMatch = ip.family === 4 && inNetwork4(ip.value, directive.network, directive.prefixLength);
      else if (directive.mechanism === 'ip6') isMatch = ip.family === 6 && inNetwork6(ip.groups, directive.network, directive.prefixLength);
      else isMatch = directive.mechanism === 'all' || (yield* this.#evaluateTerm(run, directive));
      if (!isMatch) continue;
      run.matched = directive;
      run.result = RESULT_OF[directive.qualifier];
      return;
    }
    if (record.redirect === undefined) run.result = 'neutral';
    else yield* this.#redirect(run, record.redirect);
  }

  /** A mechanism that asks the DNS: the count before, the counters after. @rfc 7208 4.6.4 */
  *#evaluateTerm(run: CheckRun, directive: SpfDirective): Evaluating<boolean> {
    const termRun = this.#openTerm(run, directive);
    if (this.lookups > this.session.limits.lookups) yield this.stop('permerror', 'too-many-lookups');
    const isMatch = yield* this.#match(run, termRun, directive);
    this.#closeTerm(run, termRun, isMatch);
    return isMatch;
  }

  #openTerm(run: CheckRun, term: SpfDirective | SpfModifier): TermRun {
    const first = this.questions.length;
    const termRun: TermRun = {
      term, target: undefined, firstQuestion: first, questionsEnd: first, child: undefined, isMatch: undefined, lookups: ++this.lookups, voidLookups: 0, undecidedVoids: 0,
    };
    run.terms.push(termRun);
    this.#current = run.domain;
    this.#term = term.text;
    return termRun;
  }

  #closeTerm(run: CheckRun, termRun: TermRun, isMatch: boolean): void {
    termRun.isMatch = isMatch;
    termRun.questionsEnd = this.questions.length;
    termRun.lookups = this.lookups;
    termRun.voidLookups = this.voids.count;
    termRun.undecidedVoids = this.voids.undecidedCount;
    this.#current = run.domain;
    this.#term = undefined;
  }

  *#match(run: CheckRun, termRun: TermRun, directive: SpfDirective): Evaluating<boolean> {
    const domain = 'domain' in directive ? directive.domain : undefined;
    const target = domain === undefined ? run.domain : yield* this.#expand(domain, run.domain);
    if (target === undefined && directive.mechanism !== 'include') return false;
    termRun.target = domain === undefined ? undefined : target;
    switch (directive.mechanism) {
      case 'include': return yield* this.#include(termRun, target);
      case 'a': return yield* this.#matchAddresses(target!, directive);
      case 'mx': return yield* this.#matchExchanges(target!, directive);
      case 'exists': return yield* this.#matchExistence(target!);
      case 'ptr': return (yield* this.#names.firstValidated((name) => isWithin(name, target!))) !== undefined;
      default: return false;
    }
  }

  /**
   * The target-name, `undefined` where the domain-spec gives no name that could be asked for. A non-ASCII local-part stands in no name,
   * so a term with it does not match.
   * @rfc 7208 4.8
   * @rfc 8616 4
   */
  *#expand(spec: MacroString, domain: string): Evaluating<string | undefined> {
    if (spec.literal !== undefined) return readTargetName(spec.literal);
    if (spec.usesLocalPart && !(this.session.hasAsciiLocalPart && this.session.revealLocalPart)) return undefined;
    const name = spec.usesValidatedName ? yield* this.#names.validatedName(domain) : '';
    const expanded = expandName(spec, this.session, domain, name);
    return isAscii(expanded) ? readTargetName(expanded) : undefined;
  }

  /** @rfc 7208 5.2 */
  *#include(termRun: TermRun, target: string | undefined): Evaluating<boolean> {
    if (target === undefined && this.#hidesLocalPart(termRun.term)) return false;
    const [domain, term] = [this.#current, this.#term];
    const child = yield* this.#checkHost(target ?? '', termRun);
    this.#current = domain;
    this.#term = term;
    if (child.result === 'none') yield this.stop('permerror', 'include-without-record');
    return child.result === 'pass';
  }

  /** The term holds a local-part that is not to be asked for. */
  #hidesLocalPart(term: SpfDirective | SpfModifier): boolean {
    return 'domain' in term && term.domain?.usesLocalPart === true && !(this.session.hasAsciiLocalPart && this.session.revealLocalPart);
  }

  /** @rfc 7208 5.3 */
  *#matchAddresses(target: string, directive: HostDirective): Evaluating<boolean> {
    const answer = yield this.ask(target, this.addressType);
    if (answer.status === 'temp' || answer.status === 'bogus') yield this.stopAt(answer);
    if (answer.status !== 'ok') yield* this.voids.addHost(target, answer.status);
    return this.matchesClient(answer, directive.prefixLength4, directive.prefixLength6);
  }

  /** All hosts are asked at once and looked at in the order of preference. @rfc 7208 5.4 @rfc 7505 3 */
  *#matchExchanges(target: string, directive: HostDirective): Evaluating<boolean> {
    const answer = yield this.ask(target, 'MX');
    if (answer.status === 'temp' || answer.status === 'bogus') yield this.stopAt(answer);
    if (answer.status !== 'ok') yield* this.voids.add();
    const hosts = exchangesOf(answer);
    if (hosts.length > this.session.limits.mxNames) yield this.stop('permerror', 'too-many-mx-names');
    const ids = hosts.map((host) => this.askPresented(host, this.addressType));
    for (const [index, id] of ids.entries()) {
      const addresses = yield id;
      if (addresses.status === 'temp' || addresses.status === 'bogus') yield this.stopAt(addresses);
      if (addresses.status !== 'ok') yield* this.voids.addHost(hosts[index]!, addresses.status);
      else if (this.matchesClient(addresses, directive.prefixLength4, directive.prefixLength6)) return true;
    }
    return false;
  }

  /** An A record of any address, whatever the client's family. @rfc 7208 5.7 */
  *#matchExistence(target: string): Evaluating<boolean> {
    const answer = yield this.ask(target, 'A');
    if (answer.status === 'temp' || answer.status === 'bogus') yield this.stopAt(answer);
    if (answer.status !== 'ok') yield* this.voids.add();
    return answer.status === 'ok';
  }

  /** @rfc 7208 6.1 */
  *#redirect(run: CheckRun, redirect: SpfModifier): Evaluating<void> {
    const termRun = this.#openTerm(run, redirect);
    if (this.lookups > this.session.limits.lookups) yield this.stop('permerror', 'too-many-lookups');
    const target = yield* this.#expand(redirect.domain, run.domain);
    termRun.target = target;
    const child = yield* this.#checkHost(target ?? '', termRun);
    this.#current = run.domain;
    this.#term = redirect.text;
    if (child.result === 'none') yield this.stop('permerror', 'redirect-without-record');
    run.result = child.result;
    this.#closeTerm(run, termRun, true);
  }

  /**
   * The text of `exp=` in the record that gave the `fail`: behind a `redirect` that of the target, never that of an `include`. Anything
   * that goes wrong means that there is none.
   * @rfc 7208 6.2
   */
  *#explain(root: CheckRun): Evaluating<void> {
    let run = root;
    while (run.matched === undefined) run = run.terms.at(-1)!.child!;
    const modifier = run.record?.explanation;
    const target = modifier === undefined ? undefined : yield* this.#expand(modifier.domain, run.domain);
    if (target === undefined) return;
    const { records } = yield this.ask(target, 'TXT');
    const [record] = records;
    if (records.length !== 1 || record?.type !== 'TXT') return;
    const parsed = parseMacroString(joinStrings(record.strings), 'explain-string');
    if (!parsed.ok) return;
    const name = parsed.value.usesValidatedName ? yield* this.#names.validatedName(run.domain) : '';
    const text = expandExplanation(parsed.value, this.session, run.domain, name, this.session.limits.explanationCharacters);
    if (text !== undefined && /^[ -~]+$/.test(text)) this.explanation = text;
  }
}

/** A TXT record's text, one character for each octet. @rfc 7208 3.3 */
function joinStrings(strings: readonly Uint8Array[]): string {
  if (strings.length === 1) return latin1(strings[0]!);
  let text = '';
  for (const part of strings) text += latin1(part);
  return text;
}

/** The hosts by preference, equals by name, so that the order of the answer does not matter. A null MX names none. */
function exchangesOf(answer: Answer): string[] {
  const records = answer.records.flatMap((record) => (record.type === 'MX' && record.exchange !== '.' && record.exchange !== '' ? [record] : []));
  records.sort((a, b) => a.preference - b.preference || (a.exchange < b.exchange ? -1 : 1));
  return records.map(({ exchange }) => exchange);
}
