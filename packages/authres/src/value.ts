/**
 * The words of the field: tokens, keywords and values, as predicates. Reader and writer ask the same ones.
 *
 *     value   = token / quoted-string                       ; RFC 2045 5.1, with UTF-8 by RFC 6532
 *     Keyword = Ldh-str                                     ; RFC 5321 4.1.2
 *     pvalue  = [CFWS] ( ( value / [ [ local-part ] "@" ] domain-name ) [CFWS] )
 */
import { parseDomain } from '@mailwright/address';
import { classTable } from '@mailwright/wire';

const TOKEN = 1;
const KEYWORD = 2;
const ATEXT = 4;
const LETTERS_AND_DIGITS: readonly (readonly [number, number])[] = [[0x30, 0x39], [0x41, 0x5a], [0x61, 0x7a]];
const CLASS = classTable({
  [TOKEN]: [...LETTERS_AND_DIGITS, "!#$%&'*+-.^_`{|}~"],
  [KEYWORD]: [...LETTERS_AND_DIGITS, '-_'], // an underscore is no Ldh-str, but smime-part has relatives that use it
  [ATEXT]: [...LETTERS_AND_DIGITS, "!#$%&'*+-/=?^_`{|}~"],
});

const isIn = (unit: number, bits: number): boolean => unit < 0x100 && (CLASS[unit]! & bits) !== 0;

export const isTokenUnit = (unit: number): boolean => unit >= 0x80 || isIn(unit, TOKEN);
export const isKeywordUnit = (unit: number): boolean => isIn(unit, KEYWORD);

function isAll(text: string, test: (unit: number) => boolean): boolean {
  for (let at = 0; at < text.length; at++) if (!test(text.charCodeAt(at))) return false;
  return text !== '';
}

export function isToken(text: string): boolean {
  return isAll(text, isTokenUnit);
}

/** @rfc 5321 4.1.2 */
export function isKeyword(text: string): boolean {
  return isAll(text, isKeywordUnit) && !text.startsWith('-') && !text.endsWith('-');
}

/** A host name as programs say it: a domain, or labels with underscores. */
export function isHostName(text: string): boolean {
  if (text.length > 255 || text === '') return false;
  return parseDomain(text.includes('_') ? text.replaceAll('_', 'x') : text).ok;
}

/** `[ [ local-part ] "@" ] domain-name` with a local part that needs no quotes. @rfc 8601 2.2 */
export function isUnquotedAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  if (at === -1 || !isHostName(text.slice(at + 1))) return false;
  return at === 0 || text.slice(0, at).split('.').every((word) => isAll(word, (unit) => unit >= 0x80 || isIn(unit, ATEXT)));
}

/** `text` in quotes, whatever it holds. The caller has refused what no quoted string may hold. @rfc 5322 3.2.4 */
export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
