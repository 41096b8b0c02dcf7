/**
 * A function on sixteen octets at once, as a WebAssembly module: JavaScript has no vectors, and WebAssembly has had them in every engine since 2021
 * (Node 16.4). It is assembled here from instructions by their names; there is no binary in the source.
 *
 * A function gets two offsets into the module's memory, `at` and `end`, and gives a number. What it works on is copied into the memory before.
 *
 * Read next: `base64-vectors.ts`, one such function.
 */

/** What is used of WebAssembly, which the types of Node leave out. */
interface WebAssemblyApi {
  readonly Module: new (octets: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
}

interface ModuleExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  run(at: number, end: number): number;
}

/** Octets of a module, or of a part of one. */
export type Code = readonly number[];

/** What the function is made of. */
export interface VectorFunctionSource {
  /** Its locals behind the two arguments: so many numbers, then so many vectors. */
  readonly numbers: number;
  readonly vectors: number;
  readonly code: Code;
  /** Of 65,536 octets each. */
  readonly memoryPages: number;
}

/** The function, and the memory that it works on. */
export interface VectorFunction {
  readonly memory: Uint8Array;
  readonly run: (at: number, end: number) => number;
}

const I32 = 0x7f;
const V128 = 0x7b;
const END = 0x0b;
const NO_RESULT = 0x40;

/** Numbers are written in groups of seven bits, the lowest first. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** The same for numbers with a sign, which the highest bit of the last group is. */
function signed(value: number): number[] {
  return value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}

const vector = (operation: number): Code => [0xfd, ...unsigned(operation)];

/**
 * The instructions that are used. Each gives its octets, those of its operands before its own, as the machine wants them. Numbers have 32 bits; a name with 8, 16
 * or 32 in it works on the lanes of so many bits that a vector has, which have no sign.
 */
export const assemble = {
  number: (value: number): Code => [0x41, ...signed(value)],
  get: (local: number): Code => [0x20, local],
  set: (local: number, value: Code): Code => [...value, 0x21, local],
  tee: (local: number, value: Code): Code => [...value, 0x22, local],
  add: (a: Code, b: Code): Code => [...a, ...b, 0x6a],
  and: (a: Code, b: Code): Code => [...a, ...b, 0x71],
  /** 1 for 0, 0 for anything else. */
  not: (value: Code): Code => [...value, 0x45],
  multiply: (a: Code, b: Code): Code => [...a, ...b, 0x6c],
  shiftRight: (a: Code, b: Code): Code => [...a, ...b, 0x76],
  equal: (a: Code, b: Code): Code => [...a, ...b, 0x46],
  notEqual: (a: Code, b: Code): Code => [...a, ...b, 0x47],
  atLeast: (a: Code, b: Code): Code => [...a, ...b, 0x4f],
  /** How many bits are 0 below the lowest 1. */
  trailingZeros: (value: Code): Code => [...value, 0x68],
  octetAt: (offset: Code): Code => [...offset, 0x2d, 0, 0],
  give: (value: Code): Code => [...value, 0x0f],
  when: (condition: Code, then: Code): Code => [...condition, 0x04, NO_RESULT, ...then, END],
  /** For ever, until `give`. */
  forever: (body: Code): Code => [0x03, NO_RESULT, ...body, 0x0c, 0, END, 0x00],
  /** From the beginning of `forever`, out of so many `when`. */
  again: (depth: number): Code => [0x0c, depth],
  /** Sixteen octets from so many behind `offset` on. */
  load: (offset: Code, behind: number = 0): Code => [...offset, ...vector(0x00), 0, ...unsigned(behind)],
  store: (offset: Code, value: Code, behind: number = 0): Code => [...offset, ...value, ...vector(0x0b), 0, ...unsigned(behind)],
  octets: (sixteen: Code): Code => [...vector(0x0c), ...sixteen],
  all8: (octet: number): Code => [...assemble.number(octet), ...vector(0x0f)],
  all32: (value: number): Code => [...assemble.number(value), ...vector(0x11)],
  /** Lane by lane: what stands in `table` at the place that the lane of `places` says, 0 where that is above 15. */
  lookUp: (table: Code, places: Code): Code => [...table, ...places, ...vector(0x0e)],
  /** The lanes of a vector in the order of `places`. */
  reorderOne: (value: Code, places: Code): Code => [...value, ...vector(0x0c), ...places, ...vector(0x0e)],
  equal8: (a: Code, b: Code): Code => [...a, ...b, ...vector(0x23)],
  notEqual8: (a: Code, b: Code): Code => [...a, ...b, ...vector(0x24)],
  below8: (a: Code, b: Code): Code => [...a, ...b, ...vector(0x26)],
  bitAnd: (a: Code, b: Code): Code => [...a, ...b, ...vector(0x4e)],
  bitAndNot: (a: Code, b: Code): Code => [...a, ...b, ...vector(0x4f)],
  bitOr: (a: Code, b: Code): Code => [...a, ...b, ...vector(0x50)],
  isAny: (value: Code): Code => [...value, ...vector(0x53)],
  /** The highest bit of each octet, the first octet's lowest. */
  highBits: (value: Code): Code => [...value, ...vector(0x64)],
  /** No higher than 255. */
  addUpTo8: (a: Code, b: Code): Code => [...a, ...b, ...vector(0x70)],
  shiftRight8: (lanes: Code, count: number): Code => [...lanes, ...assemble.number(count), ...vector(0x6d)],
  add8: (a: Code, b: Code): Code => [...a, ...b, ...vector(0x6e)],
  shiftLeft16: (lanes: Code, count: number): Code => [...lanes, ...assemble.number(count), ...vector(0x8b)],
  shiftRight16: (lanes: Code, count: number): Code => [...lanes, ...assemble.number(count), ...vector(0x8d)],
  /** The lanes of 16 multiplied, and added in pairs. */
  dot16: (a: Code, b: Code): Code => [...a, ...b, ...vector(0xba)],
  shiftLeft32: (lanes: Code, count: number): Code => [...lanes, ...assemble.number(count), ...vector(0xab)],
  shiftRight32: (lanes: Code, count: number): Code => [...lanes, ...assemble.number(count), ...vector(0xad)],
} as const;

const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
const name = (text: string): Code => [text.length, ...Array.from(text, (character) => character.charCodeAt(0))];

function moduleOf({ numbers, vectors, code, memoryPages }: VectorFunctionSource): Uint8Array {
  const body: Code = [2, numbers, I32, vectors, V128, ...code, END];
  return Uint8Array.from([
    0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, [1, 0x60, 2, I32, I32, 1, I32]), // types: (i32, i32) -> i32
    ...section(3, [1, 0]), // functions: one, of type 0
    ...section(5, [1, 1, memoryPages, memoryPages]),
    ...section(7, [2, ...name('run'), 0, 0, ...name('memory'), 2, 0]), // exports
    ...section(10, [1, ...unsigned(body.length), ...body]), // code
  ]);
}

/** The function, or `undefined` where the engine has no WebAssembly, has none with vectors, or may not compile any. */
export function makeVectorFunction(source: VectorFunctionSource): VectorFunction | undefined {
  const { WebAssembly } = globalThis as { readonly WebAssembly?: WebAssemblyApi };
  if (WebAssembly === undefined) return undefined;
  try {
    const { memory, run } = new WebAssembly.Instance(new WebAssembly.Module(moduleOf(source))).exports as ModuleExports;
    return { memory: new Uint8Array(memory.buffer), run };
  } catch {
    return undefined;
  }
}
