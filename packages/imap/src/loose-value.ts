/**
 * Any value of a response as plain lists and texts, read so that what large servers get wrong still gives something: BODYSTRUCTURE, and ENVELOPEs
 * that the strict grammar refuses. What the values mean is then found by looking at all of them at once.
 *
 * Deviation: a quote that a blank, a parenthesis or the end does not follow belongs to the text, as Mail.ru and Exchange send names and
 * types with quotes that nobody escaped.
 * Deviation: a literal that goes on behind its count is read up to the next value, as servers do that count characters instead of octets.
 *
 * Read next: `body-structure-parse.ts`, `envelope-parse.ts`.
 *
 * @rfc 9051 4
 */
import { ascii, BACKSLASH, CR, decodeUtf8Strict, DQUOTE, latin1, LEFT_PARENTHESIS, LF, RIGHT_PARENTHESIS, SP } from '@mailwright/wire';
import type { ValueReader } from './value-reader.ts';

/** Undefined for NIL. Numbers and atoms are texts. */
export type LooseValue = string | undefined | LooseList;
export type LooseList = readonly LooseValue[];

const LEFT_BRACE = 0x7b;
const TILDE = 0x7e;
/** Each was looked for to the end of the frame; the quotes behind so many are read by the grammar, or a frame full of them would cost the square of its size. */
const MOST_UNCLOSED_QUOTES = 16;
/** The bit that tells a small letter from a capital one. */
const LOWER = 0x20;

/**
 * Reads one value. Only three things fail: the end of the frame, a literal that does not fit into it, and the limits of depth and number.
 */
export function readLoose(reader: ValueReader): LooseValue {
  const octet = reader.peek();
  if (octet === LEFT_PARENTHESIS) return readLooseList(reader);
  if (octet === DQUOTE) return readLooseQuoted(reader);
  if (octet === LEFT_BRACE || octet === TILDE) return readLooseLiteral(reader);
  return readLooseAtom(reader);
}

function readLooseList(reader: ValueReader): LooseList {
  const values: LooseValue[] = [];
  if (!reader.open()) return values;
  for (;;) {
    reader.spaces();
    if (reader.close() || reader.failure !== undefined) return values;
    values.push(readLoose(reader));
    reader.count();
  }
}

/** The text between quotes; the first quote that something follows which can follow a string is its end. */
function readLooseQuoted(reader: ValueReader): string {
  if (reader.unclosedQuotes >= MOST_UNCLOSED_QUOTES) return reader.string();
  const { octets, end, at: from } = reader;
  let escaped = false;
  let at = from + 1;
  for (; at < end; at++) {
    const octet = octets[at]!;
    if (octet === DQUOTE && (at + 1 === end || endsValue(octets[at + 1]!))) break;
    if (octet === CR || octet === LF) at = end;
    if (octet !== BACKSLASH) continue;
    escaped = true;
    at++;
  }
  if (at >= end) {
    reader.unclosedQuotes++;
    reader.fail('the end of a quoted string', end);
    return '';
  }
  reader.moveForward(at + 1);
  const text = toText(octets, from + 1, at);
  return escaped ? text.replace(/\\(.)/gs, '$1') : text;
}

function readLooseLiteral(reader: ValueReader): string | undefined {
  const value = reader.literalOrString();
  if (reader.failure !== undefined || !(value instanceof Uint8Array)) return undefined;
  if (reader.atEnd || endsValue(reader.peek()) || value.buffer !== reader.octets.buffer) return toText(value, 0, value.length);
  const from = value.byteOffset - reader.octets.byteOffset;
  reader.moveForward(findNextValue(reader));
  return toText(reader.octets, from, reader.at);
}

/** Where the octets end that a literal's count left out: before a blank and what begins a value, or before the end of a list. */
function findNextValue({ octets, end, at: from }: ValueReader): number {
  for (let at = from; at < end; at++) {
    const octet = octets[at]!;
    if (octet === RIGHT_PARENTHESIS || octet === CR) return at;
    if (octet !== SP || at + 1 >= end) continue;
    const next = octets[at + 1]!;
    if (next === LEFT_PARENTHESIS || next === LEFT_BRACE || (next === DQUOTE && !endsValue(octets[at + 2] ?? SP))) return at;
    if (isNil(octets, at + 1)) return at;
  }
  return end;
}

function readLooseAtom(reader: ValueReader): string | undefined {
  const { octets, end, at: from } = reader;
  let at = from;
  while (at < end && !endsValue(octets[at]!)) at++;
  if (at === from) {
    reader.fail('a value');
    return undefined;
  }
  reader.moveForward(at);
  return at - from === 3 && isNil(octets, from) ? undefined : toText(octets, from, at);
}

function isNil(octets: Uint8Array, at: number): boolean {
  return at + 3 <= octets.length && (octets[at]! | LOWER) === 0x6e && (octets[at + 1]! | LOWER) === 0x69 && (octets[at + 2]! | LOWER) === 0x6c;
}

function endsValue(octet: number): boolean {
  return octet === SP || octet === LEFT_PARENTHESIS || octet === RIGHT_PARENTHESIS || octet === CR || octet === LF;
}

function toText(octets: Uint8Array, from: number, to: number): string {
  for (let at = from; at < to; at++) {
    if (octets[at]! >= 0x80) return decodeUtf8Strict(octets.subarray(from, to)) ?? latin1(octets, from, to);
  }
  return ascii(octets, from, to);
}
