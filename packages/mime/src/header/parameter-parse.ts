/**
 * The parameters of a Content-Type or Content-Disposition, as RFC 2231 puts them together: sections in any order, a charset and a
 * language, percent-encoded octets that a section may cut anywhere; and encoded words, which RFC 2047 forbids here and senders write.
 *
 *     extended-value = charset "'" [ language ] "'" *( attribute-char / "%" 2HEXDIG )     ; in the first section only
 *
 * Read next: `parameter-scan.ts` (the grammar), `parameter-format.ts` (the writing side).
 */
import { concatOctets, encodeUtf8 } from '@mailwright/wire';
import type { LimitReached } from '@mailwright/wire';
import { decodeCharset, decodeUndeclared } from '../charset/charset.ts';
import { decodeEncodedWords } from './encoded-word-decode.ts';
import { hexadecimalOctet } from './hexadecimal.ts';
import type { ParameterScanner, WrittenParameter } from './parameter-scan.ts';

/** One parameter. */
export interface ContentTypeParameter {
  /** In lower case, without the marks of RFC 2231. */
  readonly name: string;
  /** Decoded. It comes from the peer and may hold anything that Unicode has, line breaks included. */
  readonly value: string;
  /** The charset that an extended value names, as written. */
  readonly charset?: string | undefined;
  /** The language that an extended value names, as written. */
  readonly language?: string | undefined;
}

/** Parameters, put together. */
export interface ReadParameters {
  readonly parameters: readonly ContentTypeParameter[];
  readonly limit: LimitReached | undefined;
}

/** What is known of one name: at most one plain value, one extended value, and its sections. */
interface Pieces {
  readonly name: string;
  plain: WrittenParameter | undefined;
  extended: WrittenParameter | undefined;
  readonly sections: WrittenParameter[];
}

/** Reads all that is left of the text. `most` pieces of parameters are read, sections counted one by one. */
export function readParameters(scanner: ParameterScanner, most: number): ReadParameters {
  const all: Pieces[] = [];
  let byName: Map<string, Pieces> | undefined;
  let limit: LimitReached | undefined;
  let count = 0;
  for (let written = scanner.next(); written !== undefined; written = scanner.next()) {
    if (++count > most) {
      limit = { code: 'LIMIT_PARAMETERS', limit: most, offset: most };
      break;
    }
    byName ??= new Map();
    let pieces = byName.get(written.name);
    if (pieces === undefined) {
      pieces = { name: written.name, plain: undefined, extended: undefined, sections: [] };
      byName.set(written.name, pieces);
      all.push(pieces);
    }
    addPiece(scanner, pieces, written);
  }
  return { parameters: all.map((pieces) => joinPieces(scanner, pieces)), limit };
}

/** The value of the parameter of that name, in any letter case, or `undefined`. */
export function parameterValue(parameters: readonly ContentTypeParameter[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const parameter of parameters) if (parameter.name === wanted) return parameter.value;
  return undefined;
}

/** The first of its kind counts. */
function addPiece(scanner: ParameterScanner, pieces: Pieces, written: WrittenParameter): void {
  const { section, extended } = written;
  if (section !== undefined) {
    if (pieces.sections.some((other) => other.section === section)) scanner.fault('MIME_DUPLICATE_PARAMETER', written.at);
    else pieces.sections.push(written);
  } else if (extended ? pieces.extended !== undefined : pieces.plain !== undefined) scanner.fault('MIME_DUPLICATE_PARAMETER', written.at);
  else if (extended) pieces.extended = written;
  else pieces.plain = written;
}

/** An extended value says most, and is what the sender meant where a plain twin stands beside it. @rfc 2231 3 */
function joinPieces(scanner: ParameterScanner, { name, plain, extended, sections }: Pieces): ContentTypeParameter {
  if (extended !== undefined) return decodeSections(scanner, name, [extended]);
  if (sections.length === 0) return { name, value: decodeWords(name, plain!.value), charset: undefined, language: undefined };
  sections.sort((a, b) => a.section! - b.section!);
  if (sections.some(({ section }, index) => section !== index)) scanner.fault('MIME_PARAMETER_GAP', sections[0]!.at);
  return decodeSections(scanner, name, sections);
}

/** Octets of neighbouring extended sections are joined before they are decoded. @rfc 2231 4.1 */
function decodeSections(scanner: ParameterScanner, name: string, sections: readonly WrittenParameter[]): ContentTypeParameter {
  const first = sections[0]!;
  if (sections.every((section) => !section.extended)) {
    return { name, value: decodeWords(name, sections.map((section) => section.value).join('')), charset: undefined, language: undefined };
  }
  const { charset, language, rest } = first.extended ? splitExtended(scanner, first) : { charset: undefined, language: undefined, rest: first.value };
  let value = '';
  let octets: Uint8Array[] = [];
  sections.forEach((section, index) => {
    const text = index === 0 ? rest : section.value;
    if (section.extended) {
      octets.push(decodePercent(text));
      return;
    }
    value += decodeOctets(scanner, charset, octets, first.at) + text;
    octets = [];
  });
  return { name, value: value + decodeOctets(scanner, charset, octets, first.at), charset, language };
}

/** A value that names no charset is read as it is. */
function splitExtended(scanner: ParameterScanner, { value, at }: WrittenParameter): { charset: string | undefined; language: string | undefined; rest: string } {
  const charsetEnd = value.indexOf("'");
  const languageEnd = charsetEnd === -1 ? -1 : value.indexOf("'", charsetEnd + 1);
  if (languageEnd === -1) {
    scanner.fault('MIME_BAD_PARAMETER_VALUE', at);
    return { charset: undefined, language: undefined, rest: value };
  }
  const charset = value.slice(0, charsetEnd);
  const language = value.slice(charsetEnd + 1, languageEnd);
  return { charset: charset === '' ? undefined : charset, language: language === '' ? undefined : language, rest: value.slice(languageEnd + 1) };
}

function decodeOctets(scanner: ParameterScanner, charset: string | undefined, parts: readonly Uint8Array[], at: number): string {
  if (parts.length === 0) return '';
  const octets = concatOctets(parts);
  const text = charset === undefined ? undefined : decodeCharset(charset, octets);
  if (text === undefined && charset !== undefined) scanner.fault('MIME_UNKNOWN_CHARSET', at);
  return text ?? decodeUndeclared(octets);
}

/** A percent sign without two digits behind it stands for itself. */
function decodePercent(text: string): Uint8Array {
  const source = encodeUtf8(text);
  if (!text.includes('%')) return source;
  const octets = new Uint8Array(source.length);
  let count = 0;
  for (let at = 0; at < source.length; at++) {
    const value = source[at] === 0x25 ? hexadecimalOctet(source[at + 1], source[at + 2]) : -1;
    octets[count++] = value >= 0 ? value : source[at]!;
    if (value >= 0) at += 2;
  }
  return octets.subarray(0, count);
}

/** A boundary is compared with lines, so it stays as it is written. */
function decodeWords(name: string, value: string): string {
  return name === 'boundary' || !value.includes('=?') ? value : decodeEncodedWords(value);
}
