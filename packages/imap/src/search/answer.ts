/**
 * The answer to a SEARCH or SORT, out of the numbers of the messages that fit and what RETURN asked for; and what of them SAVE keeps.
 *
 * Read next: `../commands/search.ts`, `../extensions/esearch.ts`.
 *
 * @rfc 4731 3.1
 * @rfc 5182 2.1
 */
import type { SearchReturnOptions } from '../commands/search.ts';
import type { EsearchData } from '../extensions/esearch.ts';
import { NO_ESEARCH_ITEMS } from '../extensions/esearch-items.ts';
import { sliceResult } from '../extensions/partial-range.ts';
import type { SortData } from '../extensions/sort.ts';
import type { SearchData } from '../responses/search.ts';
import type { NumberRange, SequenceSet } from '../sequence-set.ts';

/** A result, and how it was asked for. */
export interface SearchResult {
  readonly command: 'SEARCH' | 'SORT';
  readonly tag: string;
  readonly uid: boolean;
  /** The messages that fit: ascending, or in the order of SORT. */
  readonly numbers: readonly number[];
  readonly returnOptions: SearchReturnOptions | undefined;
  /** Whether SEARCH without RETURN is answered by ESEARCH: IMAP4rev2 is enabled. @rfc 9051 6.4.4 */
  readonly rev2: boolean;
  /** The highest MODSEQ of the messages, where the search asked for MODSEQ. @rfc 7162 3.1.5 */
  readonly modseq: bigint | undefined;
  /** From 1 to 100, one for each of `numbers`; undefined where the server does not rank. @rfc 6203 4 */
  readonly relevancy: readonly number[] | undefined;
}

/** The data that answers, or undefined where RETURN asked for SAVE alone. @rfc 4731 3.1 @rfc 5182 2.1 */
export function answerSearch(result: SearchResult): SearchData | SortData | EsearchData | undefined {
  const { command, numbers, returnOptions: options, modseq } = result;
  if (options === undefined && !(result.rev2 && command === 'SEARCH')) return { name: command, numbers, modseq: numbers.length === 0 ? undefined : modseq };
  const asksOther = options !== undefined && [options.min, options.max, options.count, options.partial, options.save, options.update, options.context].some((each) => each !== undefined);
  if (options?.save !== undefined && Object.values(options).filter((each) => each !== undefined).length === 1) return undefined;
  const some = numbers.length > 0;
  const all = some && (options?.all === true || !asksOther);
  return {
    name: 'ESEARCH', tag: result.tag, mailbox: undefined, uidValidity: undefined, uid: result.uid, ...NO_ESEARCH_ITEMS,
    min: some && options?.min === true ? numbers[0] : undefined,
    max: some && options?.max === true ? numbers.at(-1) : undefined,
    count: options?.count === true ? numbers.length : undefined,
    all: all ? setInOrder(numbers) : undefined,
    modseq: some ? modseq : undefined,
    partial: options?.partial === undefined ? undefined : { range: options.partial, set: setInOrder(sliceResult(numbers, options.partial)) },
    relevancy: some && options?.relevancy === true ? result.relevancy : undefined,
  };
}

/**
 * What SAVE keeps as `$`: where only MIN, MAX or PARTIAL was asked for beside it, the messages that these name, else all.
 * @rfc 5182 2.1
 * @rfc 9394 3.2
 */
export function savedNumbers(numbers: readonly number[], options: SearchReturnOptions): readonly number[] {
  const { min, max, partial, all, count } = options;
  if (all !== undefined || count !== undefined || (min === undefined && max === undefined && partial === undefined)) return numbers;
  const kept = new Set(partial === undefined ? [] : sliceResult(numbers, partial));
  if (min !== undefined && numbers.length > 0) kept.add(numbers[0]!);
  if (max !== undefined && numbers.length > 0) kept.add(numbers.at(-1)!);
  return [...kept];
}

/** The numbers as a set that keeps their order: runs of rising neighbours become ranges, `5,3:4,2`. @rfc 5267 3.2 */
export function setInOrder(numbers: readonly number[]): SequenceSet {
  const ranges: NumberRange[] = [];
  for (let at = 0; at < numbers.length; at++) {
    const first = numbers[at]!;
    while (at + 1 < numbers.length && numbers[at + 1] === numbers[at]! + 1) at++;
    ranges.push([first, numbers[at]!]);
  }
  return ranges;
}
