/**
 * Writes DER, the one-way-only encoding of ASN.1 in which certificates are made (ITU-T X.690, chapters 8 and 10). Every
 * value is three things in a row: an octet that names the type, the length of the content, the content.
 *
 * Left out: reading DER (`node:crypto` reads what is written here) and every type a certificate does not need.
 * Read next: `certificate.ts`, which puts these values together as RFC 5280 says.
 */

const BOOLEAN = 0x01;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const NULL = 0x05;
const OBJECT_IDENTIFIER = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const SEQUENCE = 0x30;
const SET = 0x31;
const CONTEXT = 0x80;
const CONSTRUCTED = 0x20;

const encoder = new TextEncoder();

/** One value: the type octet, the length in its shortest form, then `contents` joined. */
export function encodeValue(type: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const contentOctets = contents.reduce((sum, part) => sum + part.length, 0);
  const length = encodeLength(contentOctets);
  const value = new Uint8Array(1 + length.length + contentOctets);
  value[0] = type;
  value.set(length, 1);
  let at = 1 + length.length;
  for (const part of contents) {
    value.set(part, at);
    at += part.length;
  }
  return value;
}

/** Below 128 one octet; above, the count of length octets with the top bit set, then the length, most significant first. */
function encodeLength(octets: number): Uint8Array {
  if (octets < 0x80) return Uint8Array.of(octets);
  const digits = unsignedOctets(BigInt(octets));
  return Uint8Array.of(0x80 | digits.length, ...digits);
}

/** `value` in base 256, most significant first, without leading zeros. */
function unsignedOctets(value: bigint): number[] {
  const octets: number[] = [];
  for (let rest = value; rest > 0n; rest >>= 8n) octets.unshift(Number(rest & 0xffn));
  return octets.length === 0 ? [0] : octets;
}

/** Members in order, each one already a DER value. */
export function sequence(...members: readonly Uint8Array[]): Uint8Array {
  return encodeValue(SEQUENCE, ...members);
}

/** A SET with one member, as names use it. (With more, DER would want them sorted.) */
export function setOf(member: Uint8Array): Uint8Array {
  return encodeValue(SET, member);
}

/** TRUE is all ones in DER. */
export function boolean(value: boolean): Uint8Array {
  return encodeValue(BOOLEAN, Uint8Array.of(value ? 0xff : 0x00));
}

export function nullValue(): Uint8Array {
  return encodeValue(NULL);
}

/** A non-negative INTEGER. A number with its top bit set gets a zero octet in front: it would read as negative. */
export function integer(value: number | bigint): Uint8Array {
  if (value < 0) throw new RangeError(`not a non-negative integer: ${value}`);
  const octets = unsignedOctets(BigInt(value));
  return encodeValue(INTEGER, octets[0]! >= 0x80 ? Uint8Array.of(0, ...octets) : Uint8Array.from(octets));
}

/** An OBJECT IDENTIFIER from its dotted form, e.g. `2.5.29.17`. */
export function objectIdentifier(dotted: string): Uint8Array {
  if (!/^[0-2]\.\d{1,9}(?:\.\d{1,9})*$/.test(dotted)) throw new TypeError(`not an object identifier: ${JSON.stringify(dotted)}`);
  const [first, second, ...others] = dotted.split('.').map(Number) as [number, number, ...number[]];
  if (first < 2 && second > 39) throw new RangeError(`the second arc is above 39: ${dotted}`);
  return encodeValue(OBJECT_IDENTIFIER, Uint8Array.from([first * 40 + second, ...others].flatMap(base128)));
}

/** Seven bits an octet, most significant first; all but the last octet have the top bit set. */
function base128(arc: number): number[] {
  const octets = [arc % 0x80];
  for (let rest = Math.floor(arc / 0x80); rest > 0; rest = Math.floor(rest / 0x80)) octets.unshift(0x80 | (rest % 0x80));
  return octets;
}

export function utf8String(text: string): Uint8Array {
  return encodeValue(UTF8_STRING, encoder.encode(text));
}

export function octetString(octets: Uint8Array): Uint8Array {
  return encodeValue(OCTET_STRING, octets);
}

/** `unusedBits`: how many bits at the end of the last octet do not count (0 to 7); they must be zero. */
export function bitString(octets: Uint8Array, unusedBits = 0): Uint8Array {
  return encodeValue(BIT_STRING, Uint8Array.of(unusedBits), octets);
}

/** A BIT STRING of named bits: bit 0 is the first. DER drops the zeros at the end. */
export function namedBits(...bits: readonly number[]): Uint8Array {
  const last = Math.max(...bits);
  const octets = new Uint8Array(Math.floor(last / 8) + 1);
  for (const bit of bits) octets[bit >> 3]! |= 0x80 >> (bit & 7);
  return bitString(octets, 7 - (last & 7));
}

/** `[number] EXPLICIT`: a whole value wrapped in a tag of its own. */
export function explicitTag(number: number, value: Uint8Array): Uint8Array {
  return encodeValue(CONTEXT | CONSTRUCTED | number, value);
}

/** `[number] IMPLICIT` of a primitive type: the tag stands in place of the type's own. */
export function implicitTag(number: number, content: Uint8Array): Uint8Array {
  return encodeValue(CONTEXT | number, content);
}

/**
 * A moment as RFC 5280 wants it: UTCTime (two digits of the year) through 2049, GeneralizedTime before 1950 and from 2050.
 * Whole seconds; fractions are dropped.
 * @rfc 5280 4.1.2.5
 */
export function time(moment: Date): Uint8Array {
  const year = moment.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) throw new RangeError('a certificate knows only the years 0 to 9999');
  const digits = `${moment.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
  const short = year >= 1950 && year <= 2049;
  return encodeValue(short ? UTC_TIME : GENERALIZED_TIME, encoder.encode(short ? digits.slice(2) : digits));
}
