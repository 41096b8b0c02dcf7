/**
 * Content-Type and Content-Disposition, the writing side: parameters as tokens or quoted strings where that is possible, and in the two
 * ways in which mail writes other text: RFC 2231, and the encoded words in quotes that RFC 2047 section 5 forbids and that old readers want.
 *
 *     parameter              = regular-parameter / extended-parameter
 *     regular-parameter      = attribute [ "*" section ] "=" ( token / quoted-string )
 *     extended-parameter     = attribute [ "*" section ] "*=" [ charset "'" [ language ] "'" ] *( attribute-char / "%" 2HEXDIG )
 *
 * The field is folded between parameters and between the sections of one, and a section never cuts a character.
 *
 * Read next: `parameter-parse.ts` (the reading side).
 */
import { encodeUtf8 } from '@mailwright/wire';
import { encodeWords } from './encoded-word-encode.ts';
import { HeaderWriter, checkFieldText } from './header-writer.ts';

/** A parameter to be written. */
export interface ParameterInput {
  /** A token without `*`, `'` and `%`. */
  readonly name: string;
  readonly value: string;
  /** The language of the value (RFC 5646): makes it an extended parameter. */
  readonly language?: string | undefined;
}

/**
 * How text is written that no quoted string can hold.
 *
 * - `strict`: by RFC 2231 only.
 * - `compat`: as encoded words in a quoted string, for readers that know nothing else.
 * - `both`: the `name` of a Content-Type as encoded words and all else by RFC 2231, so that a `filename` and its twin reach every
 *   reader. The two never stand in one field: Python's email package would take the wrong one.
 */
export type ParameterMode = 'strict' | 'compat' | 'both';

const TOKEN = /^[!#$&'*+.^_`{|}~0-9A-Za-z%-]+$/;
const ATTRIBUTE = /^[!#$&+.^_`{|}~0-9A-Za-z-]+$/;
const ATTRIBUTE_CHARACTER = /^[!#$&+.^_`{|}~0-9A-Za-z-]$/;
const MEDIA_TYPE = /^[!#$&^_.+0-9A-Za-z-]+\/[!#$&^_.+0-9A-Za-z-]+$/;
const LANGUAGE = /^[0-9A-Za-z-]+$/;
const PRINTABLE = /^[\x20-\x7e]*$/;
const LIKE_EXTENDED = /^[0-9A-Za-z_.:+-]+'[0-9A-Za-z-]*'/; // plain text that Python's email package takes for charset'language'text
const ATTRIBUTE_CHARACTERS = 60; // so that a line has room for a character
const LINE_COLUMNS = 76; // of 78: without the space before and the semicolon behind
const LONGEST_QUOTED = 900; // of 998 octets that a line may have

/**
 * The whole field, CRLF included.
 *
 * Errors: TypeError for a media type that is not one, for a bad parameter name, and for CR, LF or NUL in a value.
 * @rfc 2045 5.1
 * @rfc 2231 3
 */
export function formatContentType(mediaType: string, parameters: readonly ParameterInput[], mode: ParameterMode = 'both'): string {
  if (typeof mediaType !== 'string' || !MEDIA_TYPE.test(mediaType)) throw new TypeError('mediaType is not of the form type/subtype');
  return formatField('Content-Type', mediaType, parameters, (name) => mode === 'compat' || (mode === 'both' && name === 'name'), mode);
}

/**
 * The whole field, CRLF included: `inline`, `attachment`, or another token.
 *
 * Errors: TypeError for a disposition that is no token, for a bad parameter name, and for CR, LF or NUL in a value.
 * @rfc 2183 2
 * @rfc 2231 3
 */
export function formatDisposition(disposition: string, parameters: readonly ParameterInput[], mode: ParameterMode = 'both'): string {
  if (typeof disposition !== 'string' || !ATTRIBUTE.test(disposition)) throw new TypeError('disposition is not a token');
  return formatField('Content-Disposition', disposition, parameters, () => mode === 'compat', mode);
}

function formatField(field: string, value: string, parameters: readonly ParameterInput[], isLegacy: (name: string) => boolean, mode: ParameterMode): string {
  const tokens = [value];
  for (const parameter of parameters) {
    const legacy = isLegacy(checkParameter(field, parameter).name.toLowerCase());
    const written = formatParameter(parameter, legacy ? 'compat' : mode);
    tokens[tokens.length - 1] += ';';
    tokens.push(...written);
  }
  const writer = new HeaderWriter(field);
  for (const token of tokens) writer.token(token);
  return writer.end();
}

function checkParameter(field: string, parameter: ParameterInput): ParameterInput {
  const { name, value, language } = parameter;
  if (typeof name !== 'string' || !ATTRIBUTE.test(name) || name.length > ATTRIBUTE_CHARACTERS) throw new TypeError(`${field} has a parameter whose name is none`);
  if (language !== undefined && !LANGUAGE.test(language)) throw new TypeError(`${field} has a parameter with a bad language`);
  checkFieldText(`${field} ${name}`, value);
  return parameter;
}

/** The tokens of one parameter, between which a line may be folded. What has been checked comes in. */
function formatParameter({ name, value, language }: ParameterInput, mode: ParameterMode): string[] {
  const isPlain = language === undefined && PRINTABLE.test(value) && !value.includes('=?') && !LIKE_EXTENDED.test(value);
  if (isPlain && TOKEN.test(value) && name.length + 1 + value.length <= LINE_COLUMNS) return [`${name}=${value}`];
  if (isPlain) {
    const quoted = quote(value);
    const most = mode === 'strict' ? LINE_COLUMNS : LONGEST_QUOTED;
    if (name.length + 1 + quoted.length <= most) return [`${name}=${quoted}`];
    if (mode !== 'compat') return formatSections(name, Array.from(value, escapeQuoted), false, '');
  }
  return mode === 'compat' ? formatEncodedWords(name, value) : formatExtended(name, value, language ?? '');
}

/** Not allowed and read by many. The seam between two words is white space, at which a line may be folded. */
function formatEncodedWords(name: string, value: string): string[] {
  const words = encodeWords(value, LINE_COLUMNS - name.length - '=""'.length, true);
  return words.map((word, at) => `${at === 0 ? `${name}="` : ''}${word}${at === words.length - 1 ? '"' : ''}`);
}

/** @rfc 2231 4 */
function formatExtended(name: string, value: string, language: string): string[] {
  const characters = Array.from(value, escapeExtended);
  const prefix = `utf-8'${language}'`;
  const only = `${name}*=${prefix}${characters.join('')}`;
  return only.length <= LINE_COLUMNS ? [only] : formatSections(name, characters, true, prefix);
}

/** `characters` are escaped already. @rfc 2231 3 */
function formatSections(name: string, characters: readonly string[], extended: boolean, prefix: string): string[] {
  const sections: string[] = [];
  let text = prefix;
  const begin = (): string => `${name}*${sections.length}${extended ? '*=' : '="'}`;
  const end = (): string => `${begin()}${text}${extended ? '' : '"'}`;
  for (const character of characters) {
    if (begin().length + text.length + character.length + 1 > LINE_COLUMNS && text !== '') {
      sections.push(`${end()};`);
      text = '';
    }
    text += character;
  }
  sections.push(end());
  return sections;
}

function quote(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

function escapeQuoted(character: string): string {
  return character === '"' || character === '\\' ? `\\${character}` : character;
}

function escapeExtended(character: string): string {
  if (ATTRIBUTE_CHARACTER.test(character)) return character;
  let escaped = '';
  for (const octet of encodeUtf8(character)) escaped += `%${octet < 0x10 ? '0' : ''}${octet.toString(16).toUpperCase()}`;
  return escaped;
}
