/**
 * Octets of a named charset as text. The engine's `TextDecoder` knows the names; the single-byte charset that most mail is in is
 * decoded here, since Node 20's `TextDecoder` leaves 0x80-0x9f of windows-1252 as controls (nodejs/node 56542).
 *
 * Left out: charsets that `TextDecoder` does not know (UTF-7, ISO-2022-KR, DOS code pages).
 */
import { latin1, utf8 } from '@mailwright/wire';

/** What is at 0x80-0x9f in windows-1252; ISO-8859-1 is read as that, as browsers do. */
const WINDOWS_1252 = '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178';

const LATIN_NAMES = new Set(['iso-8859-1', 'iso8859-1', 'iso_8859-1', 'latin1', 'l1', 'windows-1252', 'cp1252', 'x-cp1252']);
const UTF8_NAMES = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);

/**
 * Octets as text, or `undefined` for a charset that is not known. What the charset does not have becomes U+FFFD. US-ASCII is read as
 * UTF-8, which it is a part of.
 */
export function decodeCharset(charset: string, octets: Uint8Array): string | undefined {
  const name = charset.toLowerCase();
  if (UTF8_NAMES.has(name)) return utf8(octets);
  if (LATIN_NAMES.has(name)) return latin1(octets).replace(/[\x80-\x9f]/g, (control) => WINDOWS_1252[control.charCodeAt(0) - 0x80]!);
  try {
    return new TextDecoder(name).decode(octets);
  } catch {
    return undefined;
  }
}
