/**
 * Authentication-Results, the writing side (RFC 8601 section 2.2). It is the only writer of the field, so what a stranger chose (a domain, a local part, a
 * reason) stands in it as a value and as nothing else: what is no token or address is quoted, what is no text is refused, remarks are escaped.
 *
 * Read next: `methods.ts` (what may be said), `forged.ts` (what must be gone before this field is added).
 */
import { parseDomain, toAscii } from '@mailwright/address';
import { encodeUtf8, isAscii } from '@mailwright/wire';
import type { AuthenticationResults, MethodProperty, MethodResult } from './authentication-results.ts';
import { escapeText } from './escape-text.ts';
import { findMethod } from './methods.ts';
import { isHostName, isKeyword, isToken, isUnquotedAddress, quote } from './value.ts';

/** How it is written. */
export interface FormatOptions {
  /** True where the message is internationalized (RFC 6532): values may hold UTF-8. Default false: A-labels, and US-ASCII alone. */
  readonly utf8?: boolean | undefined;
  /** The field's name, for the length of the first line. Default `Authentication-Results`. */
  readonly fieldName?: string | undefined;
}

const FOLD_COLUMNS = 78; // RFC 5322 2.1.1, CRLF excluded
const VALUE_OCTETS = 900; // what fits on a line of 998 with its property and its quotes
const REMARK_CHARACTERS = 200;
const MOST_UTF8_OCTETS = 3; // of one UTF-16 code unit
const CUT = '...';
/** What `escapeText` made, its backslash quoted; a quoted pair; a character. */
const WRITTEN_CHARACTER = /\\\\u\{[0-9a-f]+\}|\\?[^]/gu;
const NOT_TEXT = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/**
 * Writes the value of the field: folded between words, without the field's name and without a CRLF at its end. No results: `none`.
 *
 * Errors: TypeError for what can't be written, which is always a mistake of the caller: an authserv-id that is no value, a method, result or property that
 * is no keyword, a control character in a value, and what `isWritable` refuses. Reasons and comments are escaped instead (`escapeText`).
 * @rfc 8601 2.2
 * @rfc 8601 5
 */
export function formatAuthenticationResults(results: AuthenticationResults, options: FormatOptions = {}): string {
  return formatPayload(results, options, '');
}

/** The whole field, its name and its CRLF included. Errors: as of `formatAuthenticationResults`. @rfc 8601 2.2 */
export function formatAuthenticationResultsField(results: AuthenticationResults, options: Omit<FormatOptions, 'fieldName'> = {}): string {
  return `Authentication-Results: ${formatPayload(results, options, '')}\r\n`;
}

/** The value of an ARC-Authentication-Results field. Errors: as of `formatAuthenticationResults`; RangeError for an instance that is none. @rfc 8617 4.1.1 */
export function formatArcAuthenticationResults(instance: number, results: AuthenticationResults, options: Omit<FormatOptions, 'fieldName'> = {}): string {
  if (!Number.isInteger(instance) || instance < 1 || instance > 50) throw new RangeError('an ARC instance is an integer from 1 to 50');
  return formatPayload(results, { ...options, fieldName: 'ARC-Authentication-Results' }, `i=${instance};`);
}

/**
 * Whether the property can be written. A registered property that is a domain or an address must be one; any other must be free of control characters and not
 * too long. Ask this of what comes from a stranger, and leave out what is not writable.
 */
export function isWritable(method: string, property: MethodProperty, { utf8 = false }: FormatOptions = {}): boolean {
  return isKeyword(property.ptype) && isKeyword(property.property) && formatValue(method, property, utf8) !== undefined;
}

function formatPayload({ authservId, results }: AuthenticationResults, { utf8 = false, fieldName = 'Authentication-Results' }: FormatOptions, before: string): string {
  const writer = new FoldWriter(fieldName.length + 1);
  if (before !== '') writer.word(before);
  const id = formatId(authservId, utf8);
  if (results.length === 0) {
    writer.word(`${id};`);
    writer.word('none');
    return writer.text;
  }
  let end = `${id};`;
  for (const result of results) {
    writer.word(end);
    writer.fold();
    end = formatResult(result, utf8, writer);
  }
  writer.word(end.slice(0, -1)); // no semicolon behind the last
  return writer.text;
}

/** Writes all but the last word, which comes back with a semicolon behind it. */
function formatResult(result: MethodResult, utf8: boolean, writer: FoldWriter): string {
  const { method, version, reason } = result;
  if (!isKeyword(method) || !isKeyword(result.result)) throw new TypeError(`not a method and result: ${escapeText(`${method}=${result.result}`)}`);
  if (!Number.isInteger(version) || version < 1) throw new TypeError('the version of a method is a positive integer');
  const words = [`${method}${version === 1 ? '' : `/${version}`}=${result.result}`];
  for (const comment of result.comments) words.push(`(${fitRemark(escapeText(comment, { utf8, characters: REMARK_CHARACTERS }).replace(/[()\\]/g, '\\$&'))})`);
  if (reason !== undefined) words.push(`reason="${fitRemark(quote(escapeText(reason, { utf8, characters: REMARK_CHARACTERS })).slice(1, -1))}"`);
  for (const property of result.properties) words.push(formatProperty(method, property, utf8));
  const last = words.pop()!;
  for (const word of words) writer.word(word);
  return `${last};`;
}

/** Cut to what fits on a line, between two characters as they are written: an escape stays whole. @rfc 5322 2.1.1 */
function fitRemark(written: string): string {
  if (written.length * MOST_UTF8_OCTETS <= VALUE_OCTETS || encodeUtf8(written).length <= VALUE_OCTETS) return written;
  let kept = '';
  let octets = CUT.length;
  for (const [character] of written.matchAll(WRITTEN_CHARACTER)) {
    octets += encodeUtf8(character).length;
    if (octets > VALUE_OCTETS) break;
    kept += character;
  }
  return kept + CUT;
}

function formatProperty(method: string, property: MethodProperty, utf8: boolean): string {
  const name = `${property.ptype}.${property.property}`;
  if (!isKeyword(property.ptype) || !isKeyword(property.property)) throw new TypeError(`not a property: ${escapeText(name)}`);
  const value = formatValue(method, property, utf8);
  if (value === undefined) throw new TypeError(`not a value of ${method} ${name}: ${escapeText(property.value)}`);
  return `${name}=${value}`;
}

/** The value as it is written; `undefined` where it can't be. */
function formatValue(method: string, { ptype, property, value }: MethodProperty, utf8: boolean): string | undefined {
  if (NOT_TEXT.test(value) || value.length > VALUE_OCTETS) return undefined;
  const kind = findMethod(method)?.properties[`${ptype}.${property}`] ?? 'text';
  const written = utf8 ? value : writeAscii(value);
  if (written === undefined || (!isAscii(written) && encodeUtf8(written).length > VALUE_OCTETS)) return undefined;
  if (kind === 'domain' && !isHostName(written) && !isLiteral(written)) return undefined;
  if (kind === 'address' && !isAddress(written)) return undefined;
  return isToken(written) || isUnquotedAddress(written) ? written : quote(written);
}

/** `text` in US-ASCII: the domain behind the last @ (or the whole text) as A-labels; `undefined` where something else is not ASCII. @rfc 8601 2.2 */
function writeAscii(text: string): string | undefined {
  if (isAscii(text)) return text;
  const at = text.lastIndexOf('@');
  const domain = toAscii(text.slice(at + 1));
  return domain === undefined || !isAscii(text.slice(0, at + 1)) ? undefined : text.slice(0, at + 1) + domain;
}

/** A domain, `@domain`, or a mailbox of any local part: that one is quoted where it has to be. */
function isAddress(text: string): boolean {
  const domain = text.slice(text.lastIndexOf('@') + 1);
  return isHostName(domain) || isLiteral(domain);
}

const isLiteral = (text: string): boolean => /^\[[0-9A-Za-z:.-]{1,100}\]$/.test(text);

function formatId(id: string, utf8: boolean): string {
  if (id === '' || id.length > VALUE_OCTETS || NOT_TEXT.test(id)) throw new TypeError('an authserv-id is a text that is not empty and has no control characters');
  const written = utf8 || isAscii(id) ? id : toAscii(id);
  if (written === undefined || (!isAscii(id) && !parseDomain(id).ok)) throw new TypeError(`not an authserv-id: ${escapeText(id)}`);
  return isToken(written) ? written : quote(written);
}

/** Words with one space between them; lines are folded there and nowhere else. */
class FoldWriter {
  text = '';
  #column: number;
  #foldNext = false;

  /** `column`: what stands before the value on its first line, without the space. */
  constructor(column: number) {
    this.#column = column;
  }

  /** The next word begins a line. */
  fold(): void {
    this.#foldNext = true;
  }

  word(word: string): void {
    const isFirst = this.text === '';
    const folds = !isFirst && (this.#foldNext || this.#column + 1 + word.length > FOLD_COLUMNS);
    this.text += isFirst ? word : folds ? `\r\n ${word}` : ` ${word}`;
    this.#column = (folds ? 1 : this.#column + 1) + word.length;
    this.#foldNext = false;
  }
}
