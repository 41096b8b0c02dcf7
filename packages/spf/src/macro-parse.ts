/**
 * Macro-strings and domain-specs from text.
 *
 * ```abnf
 * domain-spec      = macro-string domain-end
 * domain-end       = ( "." toplabel [ "." ] ) / macro-expand
 * toplabel         = ( *alphanum ALPHA *alphanum ) / ( 1*alphanum "-" *( alphanum / "-" ) alphanum )
 * explain-string   = *( macro-string / SP )
 * macro-string     = *( macro-expand / macro-literal )
 * macro-expand     = ( "%{" macro-letter transformers *delimiter "}" ) / "%%" / "%_" / "%-"
 * macro-literal    = %x21-24 / %x26-7E
 * macro-letter     = "s" / "l" / "o" / "d" / "i" / "p" / "h" / "c" / "r" / "t" / "v"
 * transformers     = *DIGIT [ "r" ]
 * delimiter        = "." / "-" / "+" / "," / "/" / "_" / "="
 * ```
 *
 * Read next: `macro-expand.ts`.
 */
import type { Parsed } from '@mailwright/wire';
import type { Macro, MacroLetter, MacroString } from './record.ts';
import { isCheckable, presentName, readTargetName } from './target-name.ts';

/** Why a macro-string is none. */
export type MacroError = 'bad-macro' | 'bad-character' | 'bad-domain-spec';

/** Where the text stands: `c`, `r` and `t` belong to explanations, blanks to an explanation's own text. */
export type MacroPlace = 'domain-spec' | 'modifier' | 'explain-string';

const LETTERS = 'slodipvh';
const EXPLANATION_LETTERS = 'crt';
/** A macro behind its `%{`. Every part is one class of characters, so the match is linear. */
const MACRO = /([A-Za-z])([0-9]*)([rR]?)([.\-+,/_=]*)\}/y;
/** What `%` and the next character stand for. @rfc 7208 7.1 */
const ESCAPES: ReadonlyMap<string | undefined, string> = new Map([['%', '%'], ['_', ' '], ['-', '%20']]);
const MAX_PARTS = 128; // RFC 7208 7.3 wants 127 at least; a name has no more labels

/** A macro-string, and the offset behind the last macro in it. */
interface Scanned {
  readonly parts: readonly (string | Macro)[];
  readonly lastMacroEnd: number;
}

/**
 * Reads a macro-string. The error's `at` is the offset of the macro or character at fault.
 * @rfc 7208 7.1
 */
export function parseMacroString(text: string, place: MacroPlace): Parsed<MacroString, MacroError> {
  const scanned = scanMacroString(text, place);
  return scanned.ok ? { ok: true, value: makeMacroString(text, scanned.value.parts), end: text.length } : scanned;
}

/** Reads a macro-string that ends as a domain does: in a toplabel behind a dot, or in a macro. @rfc 7208 7.1 */
export function parseDomainSpec(text: string): Parsed<MacroString, MacroError> {
  const scanned = scanMacroString(text, 'domain-spec');
  if (!scanned.ok) return scanned;
  const { parts, lastMacroEnd } = scanned.value;
  const endsInMacro = lastMacroEnd === text.length && text !== '';
  if (!endsInMacro && !endsInToplabel(text.slice(lastMacroEnd))) return { ok: false, error: 'bad-domain-spec', at: lastMacroEnd };
  return { ok: true, value: makeMacroString(text, parts), end: text.length };
}

/** `toplabel` in other words: letters, digits and hyphens, no hyphen at an end, not all digits. */
function endsInToplabel(literal: string): boolean {
  const trimmed = literal.endsWith('.') ? literal.slice(0, -1) : literal;
  const dot = trimmed.lastIndexOf('.');
  const label = trimmed.slice(dot + 1);
  return dot >= 0 && /^[0-9A-Za-z-]{1,63}$/.test(label) && /[A-Za-z-]/.test(label) && !label.startsWith('-') && !label.endsWith('-');
}

function scanMacroString(text: string, place: MacroPlace): Parsed<Scanned, MacroError> {
  const parts: (string | Macro)[] = [];
  let literal = '';
  let lastMacroEnd = 0;
  for (let at = 0; at < text.length; ) {
    const end = endOfLiteral(text, at, place);
    literal += text.slice(at, end);
    if (end === text.length) break;
    if (text[end] !== '%') return { ok: false, error: 'bad-character', at: end };
    const escaped = ESCAPES.get(text[end + 1]);
    const macro = text[end + 1] === '{' ? readMacro(text, end + 2, place) : undefined;
    if (escaped === undefined && macro === undefined) return { ok: false, error: 'bad-macro', at: end };
    if (macro === undefined) literal += escaped;
    else {
      if (literal !== '') parts.push(literal);
      parts.push(macro);
      literal = '';
    }
    at = lastMacroEnd = macro === undefined ? end + 2 : text.indexOf('}', end) + 1;
  }
  if (literal !== '') parts.push(literal);
  return { ok: true, value: { parts, lastMacroEnd }, end: text.length };
}

/** The offset behind the visible characters (in an explanation also blanks) from `at` on, up to the next `%`. */
function endOfLiteral(text: string, at: number, place: MacroPlace): number {
  const least = place === 'explain-string' ? 0x20 : 0x21;
  let end = at;
  for (let unit = text.charCodeAt(end); unit >= least && unit <= 0x7e && unit !== 0x25; unit = text.charCodeAt(end)) end++;
  return end;
}

function readMacro(text: string, at: number, place: MacroPlace): Macro | undefined {
  MACRO.lastIndex = at;
  const match = MACRO.exec(text);
  if (match === null) return undefined;
  const [, written = '', digits = '', r = '', delimiters = ''] = match;
  const letter = written.toLowerCase();
  if (!LETTERS.includes(letter) && (place === 'domain-spec' || !EXPLANATION_LETTERS.includes(letter))) return undefined;
  const partCount = Math.min(Number(digits), MAX_PARTS);
  if (digits !== '' && partCount === 0) return undefined; // RFC 7208 7.3: zero is a syntax error
  return { letter: letter as MacroLetter, urlEscape: written !== letter, partCount, reverse: r !== '', delimiters: delimiters === '' ? '.' : delimiters };
}

function makeMacroString(text: string, parts: readonly (string | Macro)[]): MacroString {
  const hasLetter = (letters: string): boolean => parts.some((part) => typeof part !== 'string' && letters.includes(part.letter));
  const [only] = parts;
  const literal = parts.length === 0 ? '' : parts.length === 1 && typeof only === 'string' ? only : undefined;
  const literalName = literal === undefined ? undefined : readTargetName(literal);
  const checkableName = literalName !== undefined && isCheckable(literalName) && presentName(literalName) === literalName ? literalName : undefined;
  return { text, parts, literal, literalName, checkableName, usesValidatedName: hasLetter('p'), usesLocalPart: hasLetter('ls') };
}
