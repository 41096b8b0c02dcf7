/**
 * `check_host()`: records are read, their directives walked from left to right, `include` and `redirect` entered and left. It holds no clock
 * and asks nobody; `machine.ts` hands its questions out and the answers in.
 *
 * A question has an id, its place in `questions`. After each move `awaited` is the id of the one answer that is needed to go on. Several
 * questions may be open at once (the hosts of an `mx`), but they are looked at in a fixed order, so the order in which answers come can't
 * change the result. Whatever ends everything (`permerror`, `temperror`) settles the result and leaves `awaited` at `STOPPED`.
 *
 * The walk is a stack of runs by hand: RFC 7208 has a function that calls itself, but written so, as generators in generators, three
 * includes took 13 microseconds instead of 4. Terms that ask more than one thing are generators (`terms.ts`); they are rarer.
 *
 * Read next: `terms.ts` (`a`, `mx`, `exists`, `ptr`, the explanation), `explain.ts` (the story afterwards).
 */
import type { Answer } from '@mailwright/dns';
import { isAscii } from '@mailwright/wire';
import { ClientNames } from './client-names.ts';
import { inNetwork4, inNetwork6 } from './ip.ts';
import { expandName } from './macro-expand.ts';
import type { SpfSession } from './options.ts';
import { findKnownName, type KnownName, readSpfAnswer, type SpfReading } from './record-cache.ts';
import type { MacroString, SpfDirective, SpfModifier, SpfQualifier, SpfRecord } from './record.ts';
import type { SpfProblem, SpfProblemCode, SpfQuestionType, SpfVerdict } from './result.ts';
import type { AskedQuestion, CheckRun, TermRun } from './run.ts';
import { isCheckable, presentName, readTargetName } from './target-name.ts';
import { explainFailure, matchTerm, type Procedure, type TermOutcome } from './terms.ts';
import { VoidLookups } from './void-lookups.ts';

/** In place of an id: nothing is awaited any more. */
export const STOPPED = -1;
/** In place of an id: one question too many. It ends the evaluation only where its answer is needed; an earlier answer may do without it. */
export const TOO_MANY = -2;

/** What a generator is started with; it never looks at it. */
const START: Answer = { status: 'nodata', records: [], ttl: undefined, secure: false, source: '', canonicalName: undefined, reason: undefined };

/** One evaluation: its questions, its counters, and how it ended. */
export class Evaluation {
  readonly session: SpfSession;
  readonly questions: AskedQuestion[] = [];
  /** The id of the answer that is needed next, or `STOPPED`. */
  awaited: number = STOPPED;
  lookups = 0;
  root: CheckRun | undefined;
  result: SpfVerdict = 'none';
  problem: SpfProblem | undefined;
  explanation: string | undefined;
  /** The result stands; what is still asked is the explanation. */
  #isSettled = false;
  #voids: VoidLookups | undefined;
  #names: ClientNames | undefined;
  /** The innermost run. */
  #run: CheckRun | undefined;
  /** The term that waits for its answers; `undefined` while a record is awaited. */
  #procedure: Procedure<TermOutcome> | undefined;

  constructor(session: SpfSession) {
    this.session = session;
  }

  /** The initial processing. @rfc 7208 4.3 */
  begin(): void {
    const { domain, givenDomain, isMalformedSender } = this.session;
    if (isMalformedSender) this.#settle('none', { code: 'malformed-sender', domain: givenDomain, term: undefined, syntax: undefined });
    else if (domain !== undefined) this.#enterPresented(undefined, undefined, domain, domain);
    else this.#proceed(this.#enter(undefined, undefined, domain, givenDomain));
  }

  /** Few records have a term that needs these two. */
  get voids(): VoidLookups {
    return (this.#voids ??= new VoidLookups(this));
  }

  get names(): ClientNames {
    return (this.#names ??= new ClientNames(this));
  }

  /** Goes on with the answer to `awaited`. */
  resume(answer: Answer): void {
    this.awaited = STOPPED;
    this.#proceed(this.#procedure === undefined ? this.#takeRecord(this.#run!, answer) : this.#step(this.#procedure, answer));
  }

  /** Asks; gives the id. `name` is as it came out of a domain-spec. */
  ask(name: string, rrtype: SpfQuestionType): number {
    return this.askPresented(presentName(name), rrtype);
  }

  /** As `ask`, for a name that an answer gave: it is in presentation form already. */
  askPresented(name: string, rrtype: SpfQuestionType): number {
    const id = this.questions.length;
    if (id >= this.session.limits.queries) return TOO_MANY;
    this.questions.push({ type: 'query', id, name, rrtype, answer: undefined });
    return id;
  }

  /** Settles the result unless that has been done. Gives `STOPPED`, for a generator to yield. */
  stop(result: SpfVerdict, code: SpfProblemCode): number {
    if (!this.#isSettled) this.#settle(result, this.#problem(code));
    return STOPPED;
  }

  /** Stops because of an answer that is none. @rfc 7208 2.6.6 */
  stopAt(answer: Answer): number {
    return this.stop('temperror', answer.status === 'bogus' ? 'bogus-answer' : 'dns-failure');
  }

  /** A term with `%{l}` or `%{s}` that can't be asked, or shall not. @rfc 8616 4 */
  hidesLocalPart(spec: MacroString): boolean {
    return spec.usesLocalPart && !(this.session.hasAsciiLocalPart && this.session.revealLocalPart);
  }

  /** The target-name, `undefined` where the domain-spec gives no name that could be asked for. @rfc 7208 4.8 */
  expand(spec: MacroString, domain: string, validatedName: string): string | undefined {
    if (spec.literal !== undefined) return spec.literalName;
    if (this.hidesLocalPart(spec)) return undefined;
    const expanded = expandName(spec, this.session, domain, validatedName);
    return isAscii(expanded) ? readTargetName(expanded) : undefined;
  }

  #settle(result: SpfVerdict, problem: SpfProblem | undefined): void {
    this.result = result;
    this.problem = problem;
    this.#isSettled = true;
  }

  /** Names the innermost domain, and the term that is open there. */
  #problem(code: SpfProblemCode): SpfProblem {
    const last = this.#run?.terms.at(-1);
    return { code, domain: this.#run?.domain ?? '', term: last !== undefined && last.isMatch === undefined ? last.term.text : undefined, syntax: undefined };
  }

  /** Enters and leaves runs until an answer is needed or everything is over. */
  #proceed(from: CheckRun | undefined): void {
    for (let run = from; run !== undefined; ) run = run.result === undefined ? this.#evaluate(run) : this.#leave(run);
  }

  /** Opens a run and asks for its record. `domain` is `undefined` for a malformed one; the run is over then. @rfc 7208 4.3 @rfc 7208 4.4 */
  #enter(parent: CheckRun | undefined, via: TermRun | undefined, domain: string | undefined, given: string): CheckRun | undefined {
    if (domain !== undefined) return this.#enterPresented(parent, via, domain, presentName(domain));
    const run = this.#open(parent, via, given, undefined, STOPPED);
    this.problem = this.#problem('malformed-domain');
    run.result = 'none';
    return run;
  }

  /** The same for a domain that is well-formed, and how it is asked for. */
  #enterPresented(parent: CheckRun | undefined, via: TermRun | undefined, domain: string, presented: string): undefined {
    const known = findKnownName(domain);
    const question = this.askPresented(known !== undefined && presented === domain ? known.name : presented, 'TXT');
    this.#open(parent, via, domain, known, question);
    if (question < 0) this.stop('permerror', 'too-many-queries');
    else this.awaited = question;
  }

  #open(parent: CheckRun | undefined, via: TermRun | undefined, domain: string, known: KnownName | undefined, question: number): CheckRun {
    const run: CheckRun = { domain, parent, via, question, known, text: undefined, record: undefined, reached: 0, matched: undefined, result: undefined, terms: [] };
    if (via === undefined) this.root = run;
    else via.child = run;
    return (this.#run = run);
  }

  /** Closes a run and tells the one that waits for it. @rfc 7208 5.2 @rfc 7208 6.1 */
  #leave(run: CheckRun): CheckRun | undefined {
    const { parent, via, result } = run;
    if (parent === undefined || via === undefined) return this.#conclude(run);
    this.#run = parent;
    const isInclude = 'mechanism' in via.term;
    if (result !== 'none') return this.#closeTerm(parent, via, !isInclude || result === 'pass');
    this.stop('permerror', isInclude ? 'include-without-record' : 'redirect-without-record');
    return undefined;
  }

  #conclude({ result }: CheckRun): CheckRun | undefined {
    this.#settle(result!, result === 'none' ? this.problem : undefined);
    if (result !== 'fail' || !this.session.explanation) return undefined;
    return this.#step((this.#procedure = explainFailure(this)), START);
  }

  /** @rfc 7208 4.4 @rfc 7208 4.5 @rfc 7208 4.6 */
  #takeRecord(run: CheckRun, answer: Answer): CheckRun | undefined {
    if (answer.status === 'temp' || answer.status === 'bogus') return void this.stopAt(answer);
    const reading = readSpfAnswer(run.domain, run.known, answer.records);
    if (reading.type === 'record') {
      run.text = reading.text;
      run.record = reading.record;
      return run;
    }
    if (reading.type === 'several') return void this.stop('permerror', 'several-records');
    if (reading.type === 'malformed') return void this.#refuse(run, reading);
    this.problem = this.#problem(answer.status === 'nxdomain' ? 'nxdomain' : 'no-record');
    run.result = 'none';
    return run;
  }

  /** A syntax error anywhere in a record ends everything. @rfc 7208 4.6 */
  #refuse(run: CheckRun, { text, error, at }: SpfReading & { readonly type: 'malformed' }): void {
    run.text = text;
    this.#settle('permerror', { code: 'syntax', domain: run.domain, term: text.slice(at).split(' ', 1)[0], syntax: error });
  }

  /** The directives from left to right; behind them `redirect`, or neutral. @rfc 7208 4.6 @rfc 7208 4.7 */
  #evaluate(run: CheckRun): CheckRun | undefined {
    const { directives, redirect }: SpfRecord = run.record!;
    const { ip } = this.session;
    while (run.reached < directives.length) {
      const directive = directives[run.reached++]!;
      if (directive.mechanism === 'ip4') {
        if (ip.family !== 4 || !inNetwork4(ip.value, directive.network, directive.prefixLength)) continue;
      } else if (directive.mechanism === 'ip6') {
        if (ip.family !== 6 || !inNetwork6(ip.groups, directive.network, directive.prefixLength)) continue;
      } else if (directive.mechanism !== 'all') return this.#openTerm(run, directive);
      return this.#match(run, directive);
    }
    if (redirect !== undefined) return this.#openTerm(run, redirect);
    run.result = 'neutral';
    return run;
  }

  #match(run: CheckRun, directive: SpfDirective): CheckRun {
    run.matched = directive;
    run.result = resultOf(directive.qualifier);
    return run;
  }

  /** A term that costs a lookup: the count, then the record it names or the questions it has. @rfc 7208 4.6.4 */
  #openTerm(run: CheckRun, term: SpfDirective | SpfModifier): CheckRun | undefined {
    const first = this.questions.length;
    const lookups = ++this.lookups;
    const opened: TermRun = { term, target: undefined, firstQuestion: first, questionsEnd: first, child: undefined, isMatch: undefined, lookups, voidLookups: 0, undecidedVoids: 0 };
    run.terms.push(opened);
    if (lookups > this.session.limits.lookups) return void this.stop('permerror', 'too-many-lookups');
    if (!('mechanism' in term) || term.mechanism === 'include') {
      const { checkableName, usesValidatedName } = term.domain;
      if (checkableName !== undefined) return this.#enterPresented(run, opened, (opened.target = checkableName), checkableName);
      if (!usesValidatedName) return this.#follow(run, opened, term.domain, this.expand(term.domain, run.domain, ''));
    }
    return this.#step((this.#procedure = matchTerm(this, run, opened)), START);
  }

  /** Enters the record that `include` or `redirect` names. */
  #follow(run: CheckRun, opened: TermRun, spec: MacroString, target: string | undefined): CheckRun | undefined {
    opened.target = target;
    if ('mechanism' in opened.term && this.hidesLocalPart(spec)) return this.#closeTerm(run, opened, false);
    return this.#enter(run, opened, target !== undefined && isCheckable(target) ? target : undefined, target ?? spec.text);
  }

  /** Lets a term go on until it needs an answer. */
  #step(procedure: Procedure<TermOutcome>, answer: Answer): CheckRun | undefined {
    const { done, value } = procedure.next(answer);
    if (done === true) {
      this.#procedure = undefined;
      return value.type === 'explained' ? undefined : this.#endTerm(this.#run!, value);
    }
    if (value === TOO_MANY) this.stop('permerror', 'too-many-queries');
    if (value >= 0) this.awaited = value;
    return undefined;
  }

  #endTerm(run: CheckRun, outcome: TermOutcome): CheckRun | undefined {
    const opened = run.terms.at(-1)!;
    return outcome.type === 'target' ? this.#follow(run, opened, outcome.spec, outcome.target) : this.#closeTerm(run, opened, outcome.type === 'match');
  }

  #closeTerm(run: CheckRun, opened: TermRun, isMatch: boolean): CheckRun {
    opened.isMatch = isMatch;
    opened.questionsEnd = this.questions.length;
    opened.lookups = this.lookups;
    if (this.#voids !== undefined) {
      opened.voidLookups = this.#voids.count;
      opened.undecidedVoids = this.#voids.undecidedCount;
    }
    if (!isMatch) return run;
    if ('mechanism' in opened.term) return this.#match(run, opened.term);
    run.result = opened.child!.result;
    return run;
  }
}

/** @rfc 7208 4.6.2 */
function resultOf(qualifier: SpfQualifier): SpfVerdict {
  switch (qualifier) {
    case '+': return 'pass';
    case '-': return 'fail';
    case '~': return 'softfail';
    case '?': return 'neutral';
  }
}
