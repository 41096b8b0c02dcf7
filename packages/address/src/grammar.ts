/**
 * The character classes and lengths that every parser of this package shares. Text is a string of UTF-16 code units; the
 * grammars speak of octets below 0x80 and of "UTF8-non-ascii", which is every code point from U+0080 on.
 *
 * Read next: `mailbox.ts` (the value), `mailbox-parse.ts` (the envelope's grammar), `header-parse.ts` (the header's).
 */
import { classTable } from '@mailwright/wire';

/** atext of RFC 5322 3.2.3, without what RFC 6532 adds to it. */
export const ATEXT = 1;
/** Letters, digits and hyphen: a label of a domain. */
export const LDH = 2;
/** What may stand in an SMTP quoted string without a backslash: %d32-33 / %d35-91 / %d93-126. */
export const QTEXT_SMTP = 4;
/** dcontent of RFC 5321 and dtext of RFC 5322: %d33-90 / %d94-126. */
export const DTEXT = 8;
export const DIGIT = 16;
/** obs-NO-WS-CTL of RFC 5322 4.1: controls other than NUL, TAB, LF, CR. */
export const NO_WS_CTL = 32;

const CLASS = classTable({
  [ATEXT]: [[0x41, 0x5a], [0x61, 0x7a], [0x30, 0x39], "!#$%&'*+-/=?^_`{|}~"],
  [LDH]: [[0x41, 0x5a], [0x61, 0x7a], [0x30, 0x39], '-'],
  [QTEXT_SMTP]: [[0x20, 0x21], [0x23, 0x5b], [0x5d, 0x7e]],
  [DTEXT]: [[0x21, 0x5a], [0x5e, 0x7e]],
  [DIGIT]: [[0x30, 0x39]],
  [NO_WS_CTL]: [[0x01, 0x08], [0x0b, 0x0c], [0x0e, 0x1f], [0x7f, 0x7f]],
});

/** True when code unit `unit` is in one of the classes `bits`. NUL and non-ASCII are in none. */
export function isClass(unit: number, bits: number): boolean {
  return unit < 0x80 && (CLASS[unit]! & bits) !== 0;
}

/** The code unit at `at`, 0 behind the end: `charCodeAt` would give NaN there, and make the engine compute in floating point. */
export function unitAt(text: string, at: number): number {
  return at < text.length ? text.charCodeAt(at) : 0;
}

/** The lengths of RFC 5321 4.5.3.1, in octets. A path counts its angle brackets, so a mailbox has two octets less. */
export const MAX_LOCAL_PART_OCTETS = 64;
export const MAX_DOMAIN_OCTETS = 255;
export const MAX_PATH_OCTETS = 256;
export const MAX_MAILBOX_OCTETS: number = MAX_PATH_OCTETS - 2;
/** RFC 1035 2.3.4. */
export const MAX_LABEL_OCTETS = 63;

/**
 * The octets of `text[from..end)` in UTF-8, or -1 where it holds what is no UTF8-non-ascii: a lone surrogate, or a C1
 * control, which RFC 5198 2 keeps out of text on the wire.
 *
 * @rfc 6531 3.3
 * @rfc 5198 2
 */
export function countUtf8Octets(text: string, from: number, end: number): number {
  let octetCount = end - from;
  for (let at = from; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    if (unit < 0xa0) return -1;
    octetCount += unit < 0x800 ? 1 : 2;
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const low = at + 1 < end ? text.charCodeAt(at + 1) : 0;
    if (unit > 0xdbff || low < 0xdc00 || low > 0xdfff) return -1;
    at++; // four octets for two units: two more than the units, which are counted already
  }
  return octetCount;
}
