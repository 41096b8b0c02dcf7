/**
 * xtext: how a parameter carries any ASCII text in a value that may hold neither blank nor `=`. And its sister for
 * internationalized addresses in ORCPT.
 *
 *     xtext                = *( xchar / hexchar )
 *     xchar                = any ASCII CHAR between "!" (33) and "~" (126) inclusive, except for "+" and "="
 *     hexchar              = "+" 2(%x30-39 / %x41-46)
 *     utf-8-addr-xtext     = 1*(QCHAR / EmbeddedUnicodeChar)
 *     utf-8-addr-unitext   = 1*(QUCHAR / EmbeddedUnicodeChar)
 *     EmbeddedUnicodeChar  = %x5C.78 "{" HEXPOINT "}"
 *
 * @rfc 3461 4
 * @rfc 6533 3
 */
import { decodeUtf8Strict, encodeLatin1 } from '@mailwright/wire';

const LAST_PRINTABLE = 0x7e;
const PLUS = 0x2b;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;

/**
 * Decodes xtext to ASCII text.
 *
 * Errors: `undefined` for anything that is not xtext, and for what decodes to a control character or to an octet above
 * 126: neither has a place in an address or an envelope identifier, and CR or LF would reach a header one day.
 * @rfc 3461 4
 */
export function decodeXtext(text: string): string | undefined {
  return decodeUpTo(text, LAST_PRINTABLE);
}

/**
 * Decodes xtext whose octets are UTF-8, ASCII among it.
 *
 * Errors: `undefined` as for `decodeXtext`, but for octets above 126 that are UTF-8 of anything but control characters.
 * @rfc 3461 4
 */
export function decodeUtf8Xtext(text: string): string | undefined {
  const octets = decodeUpTo(text, 0xff);
  const decoded = octets === undefined ? undefined : decodeUtf8Strict(encodeLatin1(octets));
  return decoded === undefined || /[\x7f-\x9f]/.test(decoded) ? undefined : decoded;
}

/** Each octet from blank to `last` as one character. */
function decodeUpTo(text: string, last: number): string | undefined {
  let decoded = '';
  let copied = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x21 || code > 0x7e || code === EQUALS) return undefined;
    if (code !== PLUS) continue;
    const octet = hexOctet(text, index + 1);
    if (octet < 0x20 || octet > last) return undefined;
    decoded += text.slice(copied, index) + String.fromCharCode(octet);
    index += 2;
    copied = index + 1;
  }
  return copied === 0 ? text : decoded + text.slice(copied);
}

/** The octet of two upper-case hexadecimal digits at `at`, or -1. */
function hexOctet(text: string, at: number): number {
  const high = hexDigit(text.charCodeAt(at));
  const low = hexDigit(text.charCodeAt(at + 1));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  return code >= 0x41 && code <= 0x46 ? code - 0x37 : -1;
}

/**
 * Encodes printable ASCII text as xtext.
 *
 * Errors: throws a `TypeError` for control characters and for what is not ASCII.
 * @rfc 3461 4
 */
export function encodeXtext(text: string): string {
  let encoded = '';
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code > 0x7e) throw new TypeError(`not printable ASCII: ${JSON.stringify(text)}`);
    encoded += code === 0x20 || code === PLUS || code === EQUALS ? `+${code.toString(16).toUpperCase()}` : text[index];
  }
  return encoded;
}

/**
 * Decodes the address of `ORCPT=utf-8;...` in either form: with `\x{...}` for what is not ASCII, or as plain UTF-8.
 *
 * Errors: `undefined` for anything else, control characters and surrogates among it.
 * @rfc 6533 3
 */
export function decodeUtf8AddressXtext(text: string): string | undefined {
  let decoded = '';
  for (let index = 0; index < text.length; ) {
    const code = text.charCodeAt(index);
    if (code < 0x21 || (code >= 0x7f && code < 0xa0) || code === PLUS || code === EQUALS) return undefined;
    if (code !== BACKSLASH) {
      decoded += text[index++];
      continue;
    }
    const close = embeddedEnd(text, index);
    const point = close < 0 ? -1 : Number.parseInt(text.slice(index + 3, close), 16);
    if (!isEmbeddable(point)) return undefined;
    decoded += String.fromCodePoint(point);
    index = close + 1;
  }
  return decoded === '' ? undefined : decoded;
}

/** The offset of `}` of the `\x{HEX}` at `at`, with two to six upper-case digits inside, or -1. */
function embeddedEnd(text: string, at: number): number {
  if (text.charCodeAt(at + 1) !== 0x78 || text.charCodeAt(at + 2) !== 0x7b) return -1;
  let end = at + 3;
  while (hexDigit(text.charCodeAt(end)) >= 0) end++;
  const digits = end - at - 3;
  return digits >= 2 && digits <= 6 && text.charCodeAt(end) === 0x7d ? end : -1;
}

/** Whether a code point may stand as `\x{...}`: blank, `+`, `=`, `\`, or not ASCII. Control characters may by the RFC, not here. */
function isEmbeddable(point: number): boolean {
  if (point === 0x20 || point === PLUS || point === EQUALS || point === BACKSLASH) return true;
  return point >= 0xa0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
}

/**
 * Encodes an address for `ORCPT=utf-8;...` in its ASCII form, which may stand with and without SMTPUTF8.
 *
 * Errors: throws a `TypeError` for an empty text, control characters and lone surrogates.
 * @rfc 6533 3
 */
export function encodeUtf8AddressXtext(text: string): string {
  let encoded = '';
  for (const character of text) {
    const point = character.codePointAt(0)!;
    const plain = point > 0x20 && point < 0x7f && point !== PLUS && point !== EQUALS && point !== BACKSLASH;
    if (!plain && !isEmbeddable(point)) throw new TypeError(`can't stand in an address: ${JSON.stringify(text)}`);
    encoded += plain ? character : `\\x{${point.toString(16).toUpperCase()}}`;
  }
  if (encoded === '') throw new TypeError('an address has one character at least');
  return encoded;
}
