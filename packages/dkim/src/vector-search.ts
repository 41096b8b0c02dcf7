/**
 * The search of `text-window.ts` on sixteen octets at once.
 *
 * The function gives the offset of the first octet from `at` on that is a stop, or something at or above `end`. An octet is a stop where
 *
 *     it is a space, and the one before is a space or a control octet; or
 *     it is a control octet, but neither a CR that ends a line (LF behind it, no white space before it) nor that line's LF.
 *
 * What stands before and behind is read by loading the sixteen octets once more, from one octet earlier and one later.
 *
 * Read next: `text-window.ts`, which says what a stop is for, and has the same search without vectors.
 */
import { assemble, type Code, CR, LF, makeVectorFunction, SP, TAB, type VectorFunction } from '@mailwright/wire';

/** Where the octets to be searched begin in the function's memory; before them stands what the first of them is to follow. */
export const FIRST_OCTET: number = 16;
/** Octets that the memory's one page holds, with room for the last load to go over the end. */
export const WINDOW_OCTETS: number = 65_536 - FIRST_OCTET - 32;

const { number, get, set, add, atLeast, trailingZeros, give, when, forever, load, all8, equal8, below8, bitAnd, bitAndNot, bitOr, isAny, highBits } = assemble;

const [AT, END, STOPS] = [0, 1, 2];

/** Whether the octet so many places behind the one that is looked at is `octet`, or below it. */
const is = (place: number, octet: number): Code => equal8(load(get(AT), FIRST_OCTET + place), all8(octet));
const isBelow = (place: number, octet: number): Code => below8(load(get(AT), FIRST_OCTET + place), all8(octet));

const whiteSpaceBefore: Code = bitOr(is(-1, SP), is(-1, TAB));
const endsLine: Code = bitOr(bitAndNot(bitAnd(is(0, CR), is(1, LF)), whiteSpaceBefore), bitAnd(is(0, LF), is(-1, CR)));
const stops: Code = bitOr(bitAnd(is(0, SP), isBelow(-1, SP + 1)), bitAndNot(isBelow(0, SP), endsLine));

const NEXT: Code = forever([
  ...when(atLeast(get(AT), get(END)), give(get(AT))),
  ...set(STOPS, stops),
  ...when(isAny(get(STOPS)), give(add(get(AT), trailingZeros(highBits(get(STOPS)))))),
  ...set(AT, add(get(AT), number(16))),
]);

/** The search; `undefined` where the engine has no vectors. Offsets count from `FIRST_OCTET` of its memory. */
export function makeVectorSearch(): VectorFunction | undefined {
  return makeVectorFunction({ numbers: 0, vectors: 1, code: NEXT, memoryPages: 1 });
}
