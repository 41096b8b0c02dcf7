/**
 * The one place where the engine's own search and copy come in. Node's `Buffer` methods work on any `Uint8Array` and are
 * several times faster than what the language offers; where there is no `Buffer` (a browser), the portable forms below
 * them do the same. Nothing else in the sans-IO packages knows that `Buffer` exists.
 *
 * Measured on Node 20.20, lines of 35 octets: `Buffer.prototype.indexOf` 9 ns a line, `Uint8Array.prototype.indexOf` 20,
 * a loop 35. Text of such a line: `asciiSlice` 29 ns, `utf8Slice` 42, `latin1Slice` 54, `TextDecoder` 73, a loop 120-210.
 *
 * Read next: `octets.ts`, which names what is here.
 */

/** What is used of `Buffer.prototype`, with `this` as any `Uint8Array`. */
interface BufferMethods {
  indexOf(this: Uint8Array, value: number | Uint8Array, from: number): number;
  equals(this: Uint8Array, other: Uint8Array): boolean;
  asciiSlice(this: Uint8Array, start: number, end: number): string;
  latin1Slice(this: Uint8Array, start: number, end: number): string;
  utf8Slice(this: Uint8Array, start: number, end: number): string;
  ucs2Slice(this: Uint8Array, start: number, end: number): string;
  base64Slice(this: Uint8Array, start: number, end: number): string;
  latin1Write(this: Uint8Array, text: string, offset: number, octetCount: number): number;
  base64Write(this: Uint8Array, text: string, offset: number, octetCount: number): number;
}

/** The engine-native operations; `octets.ts` documents each. Ranges are valid when they come here. */
export interface Native {
  readonly indexOfOctet: (octets: Uint8Array, octet: number, from: number) => number;
  readonly indexOfSequence: (octets: Uint8Array, sequence: Uint8Array, from: number) => number;
  readonly equal: (a: Uint8Array, b: Uint8Array) => boolean;
  /** Only for octets below 0x80. */
  readonly ascii: (octets: Uint8Array, start: number, end: number) => string;
  readonly latin1: (octets: Uint8Array, start: number, end: number) => string;
  readonly utf8: (octets: Uint8Array, start: number, end: number) => string;
  /** Code units in the order of the machine. */
  readonly utf16: (units: Uint16Array) => string;
  readonly base64: (octets: Uint8Array) => string;
  /** Writes the code units of `text`, all below 0x100, to `target` from `at` on. */
  readonly writeLatin1: (target: Uint8Array, text: string, at: number) => void;
  /**
   * Writes the octets that base64 stands for to `target` from `at` on and gives their number: three for each four characters where
   * `text` holds the alphabet, CR and LF alone, fewer where it holds anything else but "-" and "_", which may count as "+" and "/".
   * Engines differ in what they write then, so such octets are good for nothing.
   */
  readonly writeBase64: (target: Uint8Array, text: string, at: number) => number;
}

/** Arguments that one `String.fromCharCode` call takes safely in every engine. */
const FROM_CHAR_CODE_OCTETS = 4096;
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
const BASE64_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function portableLatin1(octets: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at += FROM_CHAR_CODE_OCTETS) {
    text += String.fromCharCode(...octets.subarray(at, Math.min(end, at + FROM_CHAR_CODE_OCTETS)));
  }
  return text;
}

function portableIndexOfSequence(octets: Uint8Array, sequence: Uint8Array, from: number): number {
  const first = sequence[0];
  if (first === undefined) return Math.min(from, octets.length);
  const last = octets.length - sequence.length;
  for (let at = octets.indexOf(first, from); at >= 0 && at <= last; at = octets.indexOf(first, at + 1)) {
    let matched = 1;
    while (matched < sequence.length && octets[at + matched] === sequence[matched]) matched++;
    if (matched === sequence.length) return at;
  }
  return -1;
}

function portableEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

function portableBase64(octets: Uint8Array): string {
  let text = '';
  for (let at = 0; at < octets.length; at += 3) {
    const left = octets.length - at;
    const group = (octets[at]! << 16) | ((octets[at + 1] ?? 0) << 8) | (octets[at + 2] ?? 0);
    text += BASE64_ALPHABET[group >> 18]! + BASE64_ALPHABET[(group >> 12) & 63]!;
    text += (left > 1 ? BASE64_ALPHABET[(group >> 6) & 63]! : '=') + (left > 2 ? BASE64_ALPHABET[group & 63]! : '=');
  }
  return text;
}

function portableWriteBase64(target: Uint8Array, text: string, at: number): number {
  let bits = 0;
  let count = 0;
  let to = at;
  for (let index = 0; index < text.length; index++) {
    const value = BASE64_ALPHABET.indexOf(text[index]!);
    if (value < 0) continue;
    bits = ((bits << 6) | value) & 0xffffff;
    if (++count % 4 !== 0) continue;
    target[to++] = bits >> 16;
    target[to++] = bits >> 8;
    target[to++] = bits;
  }
  return to - at;
}

/** The operations in the language alone. */
export function portableNative(): Native {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const unitDecoder = new TextDecoder(LITTLE_ENDIAN ? 'utf-16le' : 'utf-16be', { ignoreBOM: true });
  return {
    indexOfOctet: (octets, octet, from) => octets.indexOf(octet, from),
    indexOfSequence: portableIndexOfSequence,
    equal: portableEqual,
    ascii: portableLatin1,
    latin1: portableLatin1,
    utf8: (octets, start, end) => decoder.decode(octets.subarray(start, end)),
    utf16: (units) => unitDecoder.decode(units),
    base64: portableBase64,
    writeLatin1: (target, text, at) => {
      for (let index = 0; index < text.length; index++) target[at + index] = text.charCodeAt(index);
    },
    writeBase64: portableWriteBase64,
  };
}

/** The operations on top of `Buffer.prototype`. */
function bufferNative(buffer: BufferMethods, portable: Native): Native {
  return {
    indexOfOctet: (octets, octet, from) => buffer.indexOf.call(octets, octet, from),
    indexOfSequence: (octets, sequence, from) => buffer.indexOf.call(octets, sequence, from),
    equal: (a, b) => buffer.equals.call(a, b),
    ascii: (octets, start, end) => buffer.asciiSlice.call(octets, start, end),
    latin1: (octets, start, end) => buffer.latin1Slice.call(octets, start, end),
    utf8: (octets, start, end) => buffer.utf8Slice.call(octets, start, end),
    utf16: LITTLE_ENDIAN ? (units) => buffer.ucs2Slice.call(new Uint8Array(units.buffer, units.byteOffset, units.byteLength), 0, units.byteLength) : portable.utf16,
    base64: (octets) => buffer.base64Slice.call(octets, 0, octets.length),
    writeLatin1: (target, text, at) => void buffer.latin1Write.call(target, text, at, text.length),
    writeBase64: (target, text, at) => buffer.base64Write.call(target, text, at, target.length - at),
  };
}

function chooseNative(): Native {
  const buffer = (globalThis as { readonly Buffer?: { readonly prototype: Partial<BufferMethods> } }).Buffer?.prototype;
  const complete = buffer?.indexOf && buffer.equals && buffer.asciiSlice && buffer.latin1Slice && buffer.utf8Slice
    && buffer.ucs2Slice && buffer.base64Slice && buffer.latin1Write && buffer.base64Write;
  return complete ? bufferNative(buffer as BufferMethods, portableNative()) : portableNative();
}

/** What this engine offers, chosen once. */
export const native: Native = chooseNative();
