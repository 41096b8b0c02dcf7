/**
 * A search expression on messages that are at hand, by the meaning that the RFC gives it: texts are found wherever they stand and whatever
 * their case, in decoded fields; days are compared without time and zone. The expression is made ready once (`compileSearch`) and then
 * asked about each message; what is cheap to know is asked first.
 *
 * Left out: X-GM-RAW, whose meaning is Gmail's own, and FILTER, which `resolve-filters.ts` replaces.
 * Read next: `message-facts.ts`, `fold.ts`, `rewrite.ts`.
 *
 * @rfc 9051 6.4.4
 */
import { assertNever } from '@mailwright/wire';
import { daysSince1970 } from '../dates.ts';
import type { MessageSet } from '../sequence-set.ts';
import { compileExtensionKey, isEvaluatedExtensionKey } from './evaluate-extensions.ts';
import { foldPattern, foldText, includesFolded } from './fold.ts';
import { MessageFacts } from './message-facts.ts';
import { MAX_SEARCH_DEPTH } from './parse.ts';
import type { BaseSearchKey, DateSearchKey, PlainSearchKeyName, SearchKey, TextSearchKey } from './search-key.ts';
import type { SearchableAddresses, SearchableMessage, SearchContext, SearchRequirement } from './searchable-message.ts';
import { setMatcher } from './set-matcher.ts';

/** An expression ready to be asked. */
export interface CompiledSearch {
  readonly requirement: SearchRequirement;
  matches(message: SearchableMessage, context: SearchContext): boolean;
}

/** One key, or several, ready to be asked about the facts of a message. */
export interface KeyTest {
  readonly requirement: SearchRequirement;
  readonly test: (facts: MessageFacts, context: SearchContext) => boolean;
}

const RANKS: Readonly<Record<SearchRequirement, number>> = { metadata: 0, header: 1, text: 2 };

/**
 * Makes an expression ready.
 *
 * Errors: a `RangeError` for keys nested deeper than `MAX_SEARCH_DEPTH`, a `TypeError` for a key that is none.
 * @rfc 9051 6.4.4
 */
export function compileSearch(search: SearchKey): CompiledSearch {
  const { requirement, test } = compileKey(search, 1);
  return { requirement, matches: (message, context) => test(new MessageFacts(message), context) };
}

/** What the expression asks of messages: the dearest of its keys. @rfc 9051 6.4.4 */
export function searchRequirement(search: SearchKey): SearchRequirement {
  return compileSearch(search).requirement;
}

/** Whether a message fits. Whoever asks about many messages takes `compileSearch`. @rfc 9051 6.4.4 */
export function matchesSearch(search: SearchKey, message: SearchableMessage, context: SearchContext): boolean {
  return compileSearch(search).matches(message, context);
}

/** Makes one key ready. */
export function compileKey(search: SearchKey, depth: number): KeyTest {
  if (depth > MAX_SEARCH_DEPTH) throw new RangeError(`more than ${MAX_SEARCH_DEPTH} search keys within each other`);
  if (isEvaluatedExtensionKey(search)) return compileExtensionKey(search, (key) => compileKey(key, depth + 1));
  return compileBaseKey(search as BaseSearchKey, depth);
}

function compileBaseKey(search: BaseSearchKey, depth: number): KeyTest {
  switch (search.key) {
    case 'AND':
      return allOf(search.keys.map((key) => compileKey(key, depth + 1)));
    case 'OR':
      return anyOf([compileKey(search.left, depth + 1), compileKey(search.right, depth + 1)]);
    case 'NOT': {
      const { requirement, test } = compileKey(search.not, depth + 1);
      return { requirement, test: (facts, context) => !test(facts, context) };
    }
    case 'SEQUENCE': case 'UID':
      return compileSet(search.key, search.set);
    case 'LARGER':
      return metadata(({ message }) => message.octetCount > search.octetCount);
    case 'SMALLER':
      return metadata(({ message }) => message.octetCount < search.octetCount);
    case 'KEYWORD':
      return flagTest(search.flag, true);
    case 'UNKEYWORD':
      return flagTest(search.flag, false);
    case 'HEADER':
      return compileHeader(search.field, search.value);
    case 'BEFORE': case 'ON': case 'SINCE': case 'SENTBEFORE': case 'SENTON': case 'SENTSINCE':
      return compileDate(search);
    case 'BCC': case 'BODY': case 'CC': case 'FROM': case 'SUBJECT': case 'TEXT': case 'TO':
      return compileText(search);
    default:
      return compilePlain(search.key);
  }
}

function compilePlain(key: PlainSearchKeyName): KeyTest {
  switch (key) {
    case 'ALL': return metadata(() => true);
    case 'ANSWERED': case 'DELETED': case 'DRAFT': case 'FLAGGED': case 'SEEN': case 'RECENT':
      return flagTest(`\\${key}`, true);
    case 'UNANSWERED': case 'UNDELETED': case 'UNDRAFT': case 'UNFLAGGED': case 'UNSEEN':
      return flagTest(`\\${key.slice(2)}`, false);
    case 'OLD': return flagTest('\\Recent', false);
    case 'NEW': return allOf([flagTest('\\Recent', true), flagTest('\\Seen', false)]);
    default: return refuse(key);
  }
}

function refuse(key: never): KeyTest {
  if (typeof key === 'string') throw new TypeError(`not a search key that can be evaluated: ${JSON.stringify(key)}`);
  return assertNever(key);
}

function flagTest(name: string, set: boolean): KeyTest {
  const flag = name.toLowerCase();
  return metadata((facts) => facts.hasFlag(flag) === set);
}

function compileSet(key: 'SEQUENCE' | 'UID', set: MessageSet): KeyTest {
  if (set === '$') return metadata(({ message }, context) => context.savedUids?.has(message.uid) ?? false);
  const holds = setMatcher(set);
  if (key === 'UID') return metadata(({ message }, context) => holds(message.uid, context.maximumUid));
  return metadata(({ message }, context) => message.sequenceNumber > 0 && holds(message.sequenceNumber, context.maximumSequenceNumber));
}

function compileHeader(field: string, value: string): KeyTest {
  const name = foldText(field);
  const pattern = foldPattern(value);
  const addresses = ADDRESS_FIELDS.get(name);
  return {
    requirement: 'header',
    test: (facts) => facts.fields.some((each) => each.name === name && includesFolded(each.value, pattern))
      || (addresses !== undefined && value !== '' && facts.addresses(addresses).some((address) => includesFolded(address, pattern))),
  };
}

const ADDRESS_FIELDS: ReadonlyMap<string, keyof SearchableAddresses> = new Map([['FROM', 'from'], ['TO', 'to'], ['CC', 'cc'], ['BCC', 'bcc']]);

function compileText({ key, value }: TextSearchKey): KeyTest {
  if (key !== 'BODY' && key !== 'TEXT') return compileHeader(key, value);
  const pattern = foldPattern(value);
  const holds = (text: string): boolean => includesFolded(text, pattern);
  if (key === 'BODY') return { requirement: 'text', test: (facts) => facts.texts.some(holds) };
  return { requirement: 'text', test: (facts) => facts.headerTexts.some(holds) || facts.texts.some(holds) };
}

function compileDate({ key, date }: DateSearchKey): KeyTest {
  const wanted = daysSince1970(date);
  switch (key) {
    case 'BEFORE': return metadata((facts) => facts.arrivalDay < wanted);
    case 'ON': return metadata((facts) => facts.arrivalDay === wanted);
    case 'SINCE': return metadata((facts) => facts.arrivalDay >= wanted);
    case 'SENTBEFORE': return { requirement: 'header', test: ({ sentDay }) => sentDay !== undefined && sentDay < wanted };
    case 'SENTON': return { requirement: 'header', test: ({ sentDay }) => sentDay === wanted };
    case 'SENTSINCE': return { requirement: 'header', test: ({ sentDay }) => sentDay !== undefined && sentDay >= wanted };
    default: return assertNever(key);
  }
}

function metadata(test: KeyTest['test']): KeyTest {
  return { requirement: 'metadata', test };
}

/** What is cheap is asked first: often it answers for the rest. */
function allOf(tests: readonly KeyTest[]): KeyTest {
  const ordered = byPrice(tests);
  return { requirement: dearest(ordered), test: (facts, context) => ordered.every(({ test }) => test(facts, context)) };
}

function anyOf(tests: readonly KeyTest[]): KeyTest {
  const ordered = byPrice(tests);
  return { requirement: dearest(ordered), test: (facts, context) => ordered.some(({ test }) => test(facts, context)) };
}

function byPrice(tests: readonly KeyTest[]): readonly KeyTest[] {
  return [...tests].sort((one, other) => RANKS[one.requirement] - RANKS[other.requirement]);
}

function dearest(ordered: readonly KeyTest[]): SearchRequirement {
  return ordered.at(-1)?.requirement ?? 'metadata';
}
