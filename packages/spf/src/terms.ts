/**
 * The terms that ask for addresses and names, and the explanation behind a `fail`. Each is a generator: it asks through the evaluation,
 * yields the id of the answer it needs, and is resumed with that answer. After yielding what `stop` gives it is not resumed.
 *
 * Read next: `client-names.ts` (`ptr`, `%{p}`), `void-lookups.ts` (what counts as void).
 */
import type { Answer } from '@mailwright/dns';
import { parseIpv4, parseIpv6 } from '@mailwright/wire';
import type { Evaluation } from './evaluation.ts';
import { inNetwork4, inNetwork6, type IpAddress } from './ip.ts';
import { expandExplanation } from './macro-expand.ts';
import { parseMacroString } from './macro-parse.ts';
import type { HostDirective, MacroString } from './record.ts';
import type { CheckRun, TermRun } from './run.ts';
import { isWithin } from './target-name.ts';
import { joinStrings } from './txt.ts';

/** Yields ids, is given answers. */
export type Procedure<T> = Generator<number, T, Answer>;

/** `target`: the name that an `include` or `redirect` leads to. `explained`: the explanation is known, or there is none. */
export type TermOutcome =
  | { readonly type: 'match' }
  | { readonly type: 'no match' }
  | { readonly type: 'target'; readonly spec: MacroString; readonly target: string | undefined }
  | { readonly type: 'explained' };

const MATCH: TermOutcome = { type: 'match' };
const NO_MATCH: TermOutcome = { type: 'no match' };
const EXPLAINED: TermOutcome = { type: 'explained' };

/** The type that holds addresses of the client's family. */
export function addressType(ip: IpAddress): 'A' | 'AAAA' {
  return ip.family === 4 ? 'A' : 'AAAA';
}

/** Whether one of the addresses and the client's begin with the same bits, as many as the prefix length of their family says. */
export function hasClient(answer: Answer, ip: IpAddress, prefixLength4: number, prefixLength6: number): boolean {
  for (const record of answer.records) {
    if (ip.family === 4 && record.type === 'A') {
      const address = parseIpv4(record.address);
      if (address >= 0 && inNetwork4(ip.value, address, prefixLength4)) return true;
    } else if (ip.family === 6 && record.type === 'AAAA') {
      const groups = parseIpv6(record.address);
      if (groups !== undefined && inNetwork6(ip.groups, groups, prefixLength6)) return true;
    }
  }
  return false;
}

/** A term that costs a lookup, but for an `include` or `redirect` whose target is known without asking. @rfc 7208 5 */
export function* matchTerm(evaluation: Evaluation, run: CheckRun, opened: TermRun): Procedure<TermOutcome> {
  const { term } = opened;
  if (!('mechanism' in term) || term.mechanism === 'include') {
    const { domain } = term as { readonly domain: MacroString };
    return { type: 'target', spec: domain, target: yield* expandTarget(evaluation, domain, run.domain) };
  }
  const spec = 'domain' in term ? term.domain : undefined;
  const target = spec === undefined ? run.domain : yield* expandTarget(evaluation, spec, run.domain);
  if (spec !== undefined) opened.target = target;
  if (target === undefined) return NO_MATCH;
  let isMatch = false;
  if (term.mechanism === 'a') isMatch = yield* matchAddresses(evaluation, target, term);
  else if (term.mechanism === 'mx') isMatch = yield* matchExchanges(evaluation, target, term);
  else if (term.mechanism === 'exists') isMatch = yield* matchExistence(evaluation, target);
  else if (term.mechanism === 'ptr') isMatch = (yield* evaluation.names.firstValidated((name) => isWithin(name, target))) !== undefined;
  return isMatch ? MATCH : NO_MATCH;
}

function* expandTarget(evaluation: Evaluation, spec: MacroString, domain: string): Procedure<string | undefined> {
  const name = spec.usesValidatedName && !evaluation.hidesLocalPart(spec) ? yield* evaluation.names.validatedName(domain) : '';
  return evaluation.expand(spec, domain, name);
}

/** @rfc 7208 5.3 */
function* matchAddresses(evaluation: Evaluation, target: string, directive: HostDirective): Procedure<boolean> {
  const { ip } = evaluation.session;
  const answer = yield evaluation.ask(target, addressType(ip));
  if (answer.status === 'temp' || answer.status === 'bogus') yield evaluation.stopAt(answer);
  if (answer.status !== 'ok') yield* evaluation.voids.addHost(target, answer.status);
  return hasClient(answer, ip, directive.prefixLength4, directive.prefixLength6);
}

/** All hosts are asked at once and looked at in the order of preference. @rfc 7208 5.4 @rfc 7505 3 */
function* matchExchanges(evaluation: Evaluation, target: string, directive: HostDirective): Procedure<boolean> {
  const { ip, limits } = evaluation.session;
  const answer = yield evaluation.ask(target, 'MX');
  if (answer.status === 'temp' || answer.status === 'bogus') yield evaluation.stopAt(answer);
  if (answer.status !== 'ok') yield* evaluation.voids.add();
  const hosts = exchangesOf(answer);
  if (hosts.length > limits.mxNames) yield evaluation.stop('permerror', 'too-many-mx-names');
  const ids = hosts.map((host) => evaluation.askPresented(host, addressType(ip)));
  for (const [index, id] of ids.entries()) {
    const addresses = yield id;
    if (addresses.status === 'temp' || addresses.status === 'bogus') yield evaluation.stopAt(addresses);
    if (addresses.status !== 'ok') yield* evaluation.voids.addHost(hosts[index]!, addresses.status);
    else if (hasClient(addresses, ip, directive.prefixLength4, directive.prefixLength6)) return true;
  }
  return false;
}

/** The hosts by preference, equals by name, so that the order of the answer does not matter. A null MX names none. */
function exchangesOf(answer: Answer): string[] {
  const records = answer.records.flatMap((record) => (record.type === 'MX' && record.exchange !== '.' && record.exchange !== '' ? [record] : []));
  records.sort((a, b) => a.preference - b.preference || (a.exchange < b.exchange ? -1 : 1));
  return records.map(({ exchange }) => exchange);
}

/** An A record of any address, whatever the client's family. @rfc 7208 5.7 */
function* matchExistence(evaluation: Evaluation, target: string): Procedure<boolean> {
  const answer = yield evaluation.ask(target, 'A');
  if (answer.status === 'temp' || answer.status === 'bogus') yield evaluation.stopAt(answer);
  if (answer.status !== 'ok') yield* evaluation.voids.add();
  return answer.status === 'ok';
}

/**
 * The text of `exp=` in the record that gave the `fail`: behind a `redirect` that of the target, never that of an `include`. Anything
 * that goes wrong means that there is none.
 * @rfc 7208 6.2
 */
export function* explainFailure(evaluation: Evaluation): Procedure<TermOutcome> {
  let run = evaluation.root!;
  while (run.matched === undefined) run = run.terms.at(-1)!.child!;
  const modifier = run.record?.explanation;
  const target = modifier === undefined ? undefined : yield* expandTarget(evaluation, modifier.domain, run.domain);
  if (target === undefined) return EXPLAINED;
  const { records } = yield evaluation.ask(target, 'TXT');
  const [record] = records;
  const parsed = records.length === 1 && record?.type === 'TXT' ? parseMacroString(joinStrings(record.strings), 'explain-string') : undefined;
  if (parsed?.ok !== true) return EXPLAINED;
  const name = parsed.value.usesValidatedName ? yield* evaluation.names.validatedName(run.domain) : '';
  const text = expandExplanation(parsed.value, evaluation.session, run.domain, name, evaluation.session.limits.explanationCharacters);
  if (text !== undefined && /^[ -~]+$/.test(text)) evaluation.explanation = text;
  return EXPLAINED;
}
