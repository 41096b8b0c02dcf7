/**
 * The search of `text-window.ts` on sixteen octets at once, as a WebAssembly module: JavaScript has no vectors, and WebAssembly has had them in every
 * engine since 2021 (Node 16.4). The module is assembled here from the instructions by their names; it is 250 octets.
 *
 * The one function, `next(at, end)`, gives the offset of the first octet from `at` on that is a stop, or something at or above `end`. An octet is a stop where
 *
 *     it is a space, and the one before is a space or a control octet; or
 *     it is a control octet, but neither a CR that ends a line (LF behind it, no white space before it) nor that line's LF.
 *
 * What stands before and behind is read by loading the sixteen octets once more, from one octet earlier and one later.
 *
 * Read next: `text-window.ts`, which says what a stop is for, and has the same search without vectors.
 */
import { CR, LF, SP, TAB } from '@mailwright/wire';

/** Where the octets to be searched begin in the module's memory; before them stands what the first of them is to follow. */
export const FIRST_OCTET: number = 16;
/** Octets that the module's one page holds, with room for the last load to go over the end. */
export const WINDOW_OCTETS: number = 65_536 - FIRST_OCTET - 32;

/** What is used of WebAssembly, which the types of Node leave out. */
interface WebAssemblyApi {
  readonly Module: new (octets: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
}

export interface VectorModule {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Offsets count from `FIRST_OCTET` of the memory. */
  next(at: number, end: number): number;
}

type Code = readonly number[];

const I32 = 0x7f;
const NO_RESULT = 0x40;
const END: Code = [0x0b];
const [AT, STOPS]: readonly [number, number] = [0, 2]; // the first argument; `end` is 1
const V128 = 0x7b;

/** Numbers are written in groups of seven bits, the lowest first. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** A constant; below 64 its signed form is one group. */
const constant = (value: number): Code => [0x41, value];
const get = (local: number): Code => [0x20, local];
const set = (local: number): Code => [0x21, local];
const tee = (local: number): Code => [0x22, local];
const vector = (operation: number): Code => [0xfd, ...unsigned(operation)];
/** Sixteen octets, from so many after (or, negative, before) `at` on. */
const load = (place: number): Code => [...get(AT), ...vector(0x00), 0, FIRST_OCTET + place];
const all = (octet: number): Code => [...constant(octet), ...vector(0x0f)];
const is = (place: number, octet: number): Code => [...load(place), ...all(octet), ...vector(0x23)];
const below = (place: number, octet: number): Code => [...load(place), ...all(octet), ...vector(0x26)];
const and = (a: Code, b: Code): Code => [...a, ...b, ...vector(0x4e)];
const butNot = (a: Code, b: Code): Code => [...a, ...b, ...vector(0x4f)];
const or = (a: Code, b: Code): Code => [...a, ...b, ...vector(0x50)];
const isAny: Code = vector(0x53);
const bits: Code = vector(0x64);

const whiteSpaceBefore: Code = or(is(-1, SP), is(-1, TAB));
const endsLine: Code = or(butNot(and(is(0, CR), is(1, LF)), whiteSpaceBefore), and(is(0, LF), is(-1, CR)));
const stops: Code = or(and(is(0, SP), below(-1, SP + 1)), butNot(below(0, SP), endsLine));

/** `loop { if (at >= end) return at; stops = ...; if (any) return at + index of the first; at += 16; }` */
const NEXT: Code = [
  1, 1, V128, // one local of its own: the stops
  0x03, NO_RESULT, // loop
  ...get(AT), ...get(1), 0x4f, 0x04, NO_RESULT, ...get(AT), 0x0f, ...END, // i32.ge_u, if, return
  ...stops, ...tee(STOPS), ...isAny, 0x04, NO_RESULT,
  ...get(AT), ...get(STOPS), ...bits, 0x68, 0x6a, 0x0f, ...END, // i32.ctz, i32.add, return
  ...get(AT), ...constant(16), 0x6a, ...set(AT), 0x0c, 0, ...END, // i32.add, br 0
  0x00, ...END, // unreachable
];

const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
const name = (text: string): Code => [text.length, ...Array.from(text, (character) => character.charCodeAt(0))];

const MODULE: Uint8Array = Uint8Array.from([
  0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
  ...section(1, [1, 0x60, 2, I32, I32, 1, I32]), // types: (i32, i32) -> i32
  ...section(3, [1, 0]), // functions: one, of type 0
  ...section(5, [1, 1, 1, 1]), // memory: one page and no more
  ...section(7, [2, ...name('next'), 0, 0, ...name('memory'), 2, 0]), // exports
  ...section(10, [1, ...unsigned(NEXT.length), ...NEXT]), // code
]);

/** The module, or `undefined` where the engine has no WebAssembly, has none with vectors, or may not compile any. */
export function makeVectorModule(): VectorModule | undefined {
  const { WebAssembly } = globalThis as { readonly WebAssembly?: WebAssemblyApi };
  if (WebAssembly === undefined) return undefined;
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(MODULE)).exports as VectorModule;
  } catch {
    return undefined;
  }
}
