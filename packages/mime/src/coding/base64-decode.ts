/**
 * Base64 as a transfer encoding (RFC 2045 section 6.8), in: whatever mailers make of it, whole or in chunks.
 *
 * Left out: base64 of single values, which is strict (`decodeBase64` of `@mailwright/wire`).
 * Read next: `base64-encode.ts`.
 */
import { CR, EQUALS, indexOfOctet, LF, writeBase64Lines } from '@mailwright/wire';
import type { MimeDefect, MimeDefectCode } from '../defect.ts';
import { mimeDefect } from '../defect.ts';
import type { DecodedTransfer, TransferDecoder } from './transfer-coding.ts';

const LINE_OCTETS = 78; // RFC 2045 6.8: 76 characters, and CRLF

/**
 * Octets that are decoded at once. Where lines are not whole groups the engine does it, from a string: of blocks of 64 KB some outlive the collector's small
 * rounds, and a thousand messages of 10 MB took 50 MB of memory. Blocks of 4 KB cost two fifths more.
 */
const BLOCK_OCTETS = 16_384;
/** Below this many octets a call into the engine gains nothing. */
const SHORT_BLOCK_OCTETS = 256;
/** Octets decoded one by one where a block is short, before the engine is tried again. */
const CAREFUL_OCTETS = 1024;
/** Octets decoded one by one when the engine fails for the first time. */
const FIRST_CAREFUL_OCTETS = 65_536;
/** Where octets that are no base64 stand, the engine is tried ever less often, down to once in so many octets: each failure costs its time. */
const MOST_CAREFUL_OCTETS = 1_048_576;
/** Padding is expected in the last line only; elsewhere it makes the engine's try fail. */
const LAST_LINE_OCTETS = 128;

const NOT_BASE64 = 64;
const WHITE_SPACE = 65;
const PADDING = 66;
const VALUES: Uint8Array = makeValues();

function makeValues(): Uint8Array {
  const values = new Uint8Array(256).fill(NOT_BASE64);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (let value = 0; value < alphabet.length; value++) values[alphabet.charCodeAt(value)] = value;
  for (const character of '\t\n\r ') values[character.charCodeAt(0)] = WHITE_SPACE;
  values[EQUALS] = PADDING;
  return values;
}

/** More octets than `count` of base64 can stand for, what an earlier chunk left included. */
function countWorst(count: number): number {
  return Math.ceil(count / 4) * 3 + 3;
}

/**
 * Base64 that arrives in chunks. Characters outside the alphabet are skipped (`MIME_BASE64_JUNK`; white space is not told), as section 6.8
 * asks; "-" and "_" are outside. What goes on behind padding is decoded as a new value, since mailers join encoded pieces.
 * What ends inside a group gives the octets that are whole (`MIME_BASE64_CUT`).
 *
 * What that costs: `mime.parse.attach10m` in bench/results.md.
 * @rfc 2045 6.8
 */
export class Base64Decoder implements TransferDecoder {
  readonly #defects: MimeDefect[] = [];
  #bits = 0;
  /** Characters of the group that has begun. */
  #count = 0;
  #afterPadding = false;
  /** Equals signs that may still come. */
  #paddingLeft = 0;
  /** Octets of the chunks before. */
  #offset = 0;
  /** Octets decoded one by one when the engine fails. */
  #carefulOctets = FIRST_CAREFUL_OCTETS;

  get defects(): readonly MimeDefect[] {
    return this.#defects;
  }

  decode(octets: Uint8Array, room?: Uint8Array): Uint8Array {
    const worst = countWorst(octets.length);
    const target = room !== undefined && room.length >= worst ? room : new Uint8Array(worst);
    return target.subarray(0, this.decodeInto(octets, target));
  }

  end(): Uint8Array {
    const target = new Uint8Array(2);
    return target.subarray(0, this.endInto(target, 0));
  }

  /** Decodes into `target`, which has room, and gives the end of what it wrote. */
  decodeInto(octets: Uint8Array, target: Uint8Array): number {
    let to = 0;
    for (let from = 0; from < octets.length; ) {
      let end = Math.min(octets.length, from + 4 - this.#count);
      if (this.#count === 0) {
        const block = measureBlock(octets, from);
        const isTried = block.end - from >= SHORT_BLOCK_OCTETS && !this.#afterPadding;
        if (isTried && writeBase64Lines(target, to, octets.subarray(from, block.end), block.characters)) {
          to += (block.characters / 4) * 3;
          from = block.end;
          this.#carefulOctets = FIRST_CAREFUL_OCTETS;
          continue;
        }
        end = Math.min(octets.length, from + (isTried ? this.#carefulOctets : CAREFUL_OCTETS));
        if (isTried) this.#carefulOctets = Math.min(MOST_CAREFUL_OCTETS, this.#carefulOctets * 2);
      }
      to = this.#decodeCarefully(octets, from, end, target, to);
      from = end;
    }
    this.#offset += octets.length;
    return to;
  }

  /** Writes what is left and gives its end. */
  endInto(target: Uint8Array, at: number): number {
    if (this.#count === 0) return at;
    this.#report('MIME_BASE64_CUT', this.#offset);
    return this.#writeGroupBegun(target, at);
  }

  #decodeCarefully(octets: Uint8Array, from: number, end: number, target: Uint8Array, at: number): number {
    let to = at;
    for (let index = from; index < end; index++) {
      if (this.#count === 0 && !this.#afterPadding) {
        const groups = decodeGroups(octets, index, end, target, to);
        index += groups * 4;
        to += groups * 3;
        if (index >= end) break;
      }
      const value = VALUES[octets[index]!]!;
      if (value < NOT_BASE64) to = this.#takeCharacter(value, this.#offset + index, target, to);
      else if (value === PADDING) to = this.#takePadding(this.#offset + index, target, to);
      else if (value === NOT_BASE64) this.#report('MIME_BASE64_JUNK', this.#offset + index);
    }
    return to;
  }

  #takeCharacter(value: number, offset: number, target: Uint8Array, to: number): number {
    if (this.#afterPadding) this.#report('MIME_BASE64_JUNK', offset);
    this.#afterPadding = false;
    this.#paddingLeft = 0;
    this.#bits = (this.#bits << 6) | value;
    if (++this.#count < 4) return to;
    target[to] = this.#bits >> 16;
    target[to + 1] = this.#bits >> 8;
    target[to + 2] = this.#bits;
    this.#bits = 0;
    this.#count = 0;
    return to + 3;
  }

  #takePadding(offset: number, target: Uint8Array, to: number): number {
    if (this.#count === 0) {
      if (this.#paddingLeft === 0) this.#report('MIME_BASE64_JUNK', offset);
      else this.#paddingLeft--;
      return to;
    }
    if (this.#count === 1) this.#report('MIME_BASE64_CUT', offset);
    this.#paddingLeft = 3 - this.#count;
    this.#afterPadding = true;
    return this.#writeGroupBegun(target, to);
  }

  #writeGroupBegun(target: Uint8Array, at: number): number {
    let to = at;
    if (this.#count === 2) target[to++] = this.#bits >> 4;
    if (this.#count === 3) {
      target[to++] = this.#bits >> 10;
      target[to++] = this.#bits >> 2;
    }
    this.#bits = 0;
    this.#count = 0;
    return to;
  }

  #report(code: MimeDefectCode, offset: number): void {
    if (!this.#defects.some((defect) => defect.code === code)) this.#defects.push(mimeDefect(code, offset));
  }
}

/** Decodes groups of four characters of the alphabet as long as there are such, and gives their number. */
function decodeGroups(octets: Uint8Array, from: number, end: number, target: Uint8Array, at: number): number {
  let index = from;
  for (let to = at; index + 3 < end; index += 4, to += 3) {
    const first = VALUES[octets[index]!]!;
    const second = VALUES[octets[index + 1]!]!;
    const third = VALUES[octets[index + 2]!]!;
    const fourth = VALUES[octets[index + 3]!]!;
    if ((first | second | third | fourth) >= NOT_BASE64) break;
    target[to] = (first << 2) | (second >> 4);
    target[to + 1] = (second << 4) | (third >> 2);
    target[to + 2] = (third << 6) | fourth;
  }
  return (index - from) >> 2;
}

/**
 * The run from `from` on that is likely to be lines of base64 alone, cut where its characters are a multiple of 4. Each line is looked for
 * where it ends if it is as long as the one before; a wrong guess costs nothing but speed, since the characters are counted in the end.
 */
function measureBlock(octets: Uint8Array, from: number): { readonly end: number; readonly characters: number } {
  const window = octets.subarray(from, from + BLOCK_OCTETS);
  const tail = Math.max(0, window.length - LAST_LINE_OCTETS);
  const padding = indexOfOctet(window.subarray(tail), EQUALS);
  const limit = padding < 0 ? window.length : tail + padding;
  let end = 0;
  let characters = 0;
  let counted = 0;
  let lineOctets = LINE_OCTETS;
  for (let start = 0; start < limit; ) {
    let lineEnd = start + lineOctets - 1;
    if (lineEnd >= limit || window[lineEnd] !== LF) lineEnd = indexOfOctet(window, LF, start);
    if (lineEnd < 0 || lineEnd >= limit) {
      const rest = (limit - start) & ~3;
      return (counted & 3) === 0 ? { end: from + start + rest, characters: counted + rest } : { end: from + end, characters };
    }
    counted += lineEnd - start - (window[lineEnd - 1] === CR && lineEnd > start ? 1 : 0);
    lineOctets = lineEnd + 1 - start;
    start = lineEnd + 1;
    if ((counted & 3) === 0) {
      end = start;
      characters = counted;
    }
  }
  return { end: from + end, characters };
}

/** A whole body in base64. @rfc 2045 6.8 */
export function decodeBase64Body(octets: Uint8Array): DecodedTransfer {
  const decoder = new Base64Decoder();
  const target = new Uint8Array(countWorst(octets.length));
  const to = decoder.endInto(target, decoder.decodeInto(octets, target));
  return { octets: target.subarray(0, to), defects: decoder.defects };
}
