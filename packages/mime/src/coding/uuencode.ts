/**
 * uuencode in (POSIX, before MIME; as a transfer encoding `x-uuencode`): a line `begin MODE NAME`, lines whose first character tells
 * how many octets they hold, a line `end`.
 *
 * Left out: writing it, and the variant `begin-base64`. Read next: `uuencoded-files.ts`, for files inside a text.
 */
import { LF, CR, concatOctets, indexOfOctet, latin1 } from '@mailwright/wire';
import type { MimeDefect, MimeDefectCode } from '../defect.ts';
import { mimeDefect } from '../defect.ts';
import type { TransferDecoder } from './transfer-coding.ts';

const NONE: Uint8Array = new Uint8Array(0);
/** A longer line is none of a file, whatever comes; lines have 61 characters. */
const MAX_LINE_OCTETS = 1000;
const BEGIN_LINE = /^begin ([0-7]{3,6}) +(\S.*)$/;
const LETTER_B = 0x62;
const LETTER_E = 0x65;

/** What a line `begin MODE NAME` tells. */
export interface UuencodeBegin {
  /** The permissions of Unix, as a number. */
  readonly mode: number;
  /** One code point for each octet. */
  readonly name: string;
}

/** Reads the line from `start` to `end`, its line end left out; `undefined` where it begins no file. */
export function readBeginLine(octets: Uint8Array, start: number, end: number): UuencodeBegin | undefined {
  if (octets[start] !== LETTER_B || end - start > MAX_LINE_OCTETS) return undefined;
  const match = BEGIN_LINE.exec(latin1(octets, start, end));
  return match === null ? undefined : { mode: Number.parseInt(match[1]!, 8), name: match[2]!.trimEnd() };
}

/** True for the line `end`, white space behind it allowed. */
export function isEndLine(octets: Uint8Array, start: number, end: number): boolean {
  return octets[start] === LETTER_E && end - start <= MAX_LINE_OCTETS && latin1(octets, start, end).trimEnd() === 'end';
}

/**
 * Decodes one line of data into `target` from `at` on and gives the end of what it wrote, or -1 where the line is not of the form. A line
 * may lack what stands for zeros at its end, since mailers remove spaces there, and may go on behind its data (a checksum).
 */
export function decodeDataLine(octets: Uint8Array, start: number, end: number, target: Uint8Array, at: number): number {
  if (start === end) return at;
  const first = octets[start]! - 0x20;
  if (first < 0 || first > 64) return -1;
  const count = first & 63;
  const groupsEnd = start + 1 + Math.ceil(count / 3) * 4;
  for (let index = start + 1; index < Math.min(end, groupsEnd); index++) if (octets[index]! < 0x20 || octets[index]! > 0x60) return -1;
  let to = at;
  for (let index = start + 1; index < groupsEnd; index += 4) {
    const second = valueAt(octets, index + 1, end);
    const third = valueAt(octets, index + 2, end);
    target[to] = (valueAt(octets, index, end) << 2) | (second >> 4);
    target[to + 1] = (second << 4) | (third >> 2);
    target[to + 2] = (third << 6) | valueAt(octets, index + 3, end);
    to += 3;
  }
  return at + count;
}

function valueAt(octets: Uint8Array, at: number, end: number): number {
  return at < end ? (octets[at]! - 0x20) & 63 : 0;
}

/** Octets that a line may write: 63, in whole groups, and those are. */
export const DATA_LINE_OCTETS = 63;

/** Takes lines and keeps what they hold; a file's `begin`, data and `end`. */
export class UuencodeLines {
  readonly #defects: MimeDefect[] = [];
  #target: Uint8Array = NONE;
  #to = 0;
  #state: 'before' | 'inside' | 'after';

  constructor(state: 'before' | 'inside') {
    this.#state = state;
  }

  /** The line `end` has come. */
  get isOver(): boolean {
    return this.#state === 'after';
  }

  get defects(): readonly MimeDefect[] {
    return this.#defects;
  }

  /** Takes the line from `start` to `end`, its line end left out. `offset` is what a defect is told with. */
  take(octets: Uint8Array, start: number, end: number, offset: number): void {
    if (this.#state === 'before') {
      if (readBeginLine(octets, start, end) !== undefined) this.#state = 'inside';
      else if (start < end) this.report('MIME_UUENCODE_JUNK', offset);
    } else if (this.#state === 'inside') {
      if (isEndLine(octets, start, end)) this.#state = 'after';
      else this.#takeData(octets, start, end, offset);
    }
  }

  #takeData(octets: Uint8Array, start: number, end: number, offset: number): void {
    if (this.#to + DATA_LINE_OCTETS > this.#target.length) this.#grow(octets.length - start);
    const to = decodeDataLine(octets, start, end, this.#target, this.#to);
    if (to < 0) this.report('MIME_UUENCODE_JUNK', offset);
    else this.#to = to;
  }

  #grow(octetsLeft: number): void {
    const target = new Uint8Array(this.#target.length * 2 + octetsLeft + DATA_LINE_OCTETS);
    target.set(this.#target.subarray(0, this.#to));
    this.#target = target;
  }

  /** What was decoded since the last call. */
  takeOctets(): Uint8Array {
    const octets = this.#target.subarray(0, this.#to);
    this.#target = NONE;
    this.#to = 0;
    return octets;
  }

  report(code: MimeDefectCode, offset: number): void {
    if (!this.#defects.some((defect) => defect.code === code)) this.#defects.push(mimeDefect(code, offset));
  }
}

/**
 * A body that is one uuencoded file. What stands before its `begin` or is no line of data is skipped (`MIME_UUENCODE_JUNK`); what stands
 * behind `end` is not looked at. Without an `end` the file ends with the body (`MIME_UUENCODE_NO_END`).
 */
export class UuencodeDecoder implements TransferDecoder {
  readonly #lines: UuencodeLines = new UuencodeLines('before');
  #held: Uint8Array = NONE;
  /** Where what is held stands in the body. */
  #offset = 0;
  /** The line is too long: its rest is left out up to its end. */
  #isSkipping = false;

  get defects(): readonly MimeDefect[] {
    return this.#lines.defects;
  }

  decode(octets: Uint8Array): Uint8Array {
    if (this.#lines.isOver) return NONE;
    const source = this.#held.length === 0 ? octets : concatOctets([this.#held, octets]);
    let start = 0;
    for (let lineEnd = indexOfOctet(source, LF); lineEnd >= 0; lineEnd = indexOfOctet(source, LF, start)) {
      const end = lineEnd > start && source[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
      this.#takeLine(source, start, end);
      start = lineEnd + 1;
    }
    if (source.length - start > MAX_LINE_OCTETS + 1) { // the last octet may be the CR of its line end
      this.#takeLine(source, start, source.length);
      this.#isSkipping = true;
      start = source.length;
    }
    this.#held = source.slice(start);
    this.#offset += start;
    return this.#lines.takeOctets();
  }

  end(): Uint8Array {
    const hasCr = this.#held.at(-1) === CR;
    if (this.#held.length > 0) this.#takeLine(this.#held, 0, this.#held.length - (hasCr ? 1 : 0));
    if (!this.#lines.isOver) this.#lines.report('MIME_UUENCODE_NO_END', this.#offset + this.#held.length);
    this.#held = NONE;
    return this.#lines.takeOctets();
  }

  #takeLine(source: Uint8Array, start: number, end: number): void {
    if (this.#isSkipping) this.#isSkipping = false;
    else if (end - start <= MAX_LINE_OCTETS) this.#lines.take(source, start, end, this.#offset + start);
    else if (!this.#lines.isOver) this.#lines.report('MIME_UUENCODE_JUNK', this.#offset + start);
  }
}
