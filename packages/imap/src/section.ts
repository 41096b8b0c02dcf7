/**
 * Sections of a message, as BODY[...] and BINARY[...] name them.
 *
 *     section         = "[" [section-spec] "]"
 *     section-spec    = section-msgtext / (section-part ["." section-text])
 *     section-msgtext = "HEADER" / "HEADER.FIELDS" [".NOT"] SP header-list / "TEXT"
 *     section-text    = section-msgtext / "MIME"
 *     section-part    = nz-number *("." nz-number)
 *     header-list     = "(" header-fld-name *(SP header-fld-name) ")"
 *     partial         = "<" number64 "." nz-number64 ">"
 *
 * Read next: `fetch/items/body-section.ts`, `body-structure-walk.ts` (which section is the text).
 *
 * @rfc 9051 6.4.5
 */
import { DIGIT_0, DIGIT_9, DOT, encodeUtf8, GREATER_THAN, LEFT_BRACKET, LESS_THAN, RIGHT_BRACKET } from '@mailwright/wire';
import { CLIENT_LIMITS } from './limits.ts';
import { ValueReader } from './value-reader.ts';
import type { ValueWriter } from './value-writer.ts';

/** What of the part: all of it (undefined), its header, some fields of it, its text, or its MIME header. */
export type SectionText =
  | { readonly type: 'HEADER' | 'TEXT' | 'MIME' }
  | { readonly type: 'HEADER.FIELDS' | 'HEADER.FIELDS.NOT'; readonly fields: readonly string[] };

export interface Section {
  /** `[]` for the whole message, `[1, 2]` for part 1.2. */
  readonly part: readonly number[];
  readonly text: SectionText | undefined;
}

/** `<origin.octetCount>` behind a section. */
export interface Partial {
  readonly origin: number;
  /** At least 1. */
  readonly octetCount: number;
}

const MAX_NUMBER = 0xffff_ffff;
const HEADER: SectionText = { type: 'HEADER' };
const TEXT: SectionText = { type: 'TEXT' };
const MIME: SectionText = { type: 'MIME' };
const TEXT_TYPES: ReadonlySet<string> = new Set<SectionText['type']>(['HEADER', 'TEXT', 'MIME', 'HEADER.FIELDS', 'HEADER.FIELDS.NOT']);
const NO_PART: readonly number[] = [];
const WHOLE: Section = { part: NO_PART, text: undefined };

/** Reads `"[" [section-spec] "]"`. @rfc 9051 6.4.5 */
export function readSection(reader: ValueReader): Section {
  reader.expect(LEFT_BRACKET);
  if (reader.skip(RIGHT_BRACKET)) return WHOLE;
  const section = readSectionSpec(reader);
  reader.expect(RIGHT_BRACKET);
  return section;
}

/** Reads `section-spec`, without its brackets. @rfc 9051 6.4.5.1 */
export function readSectionSpec(reader: ValueReader): Section {
  const part = isDigit(reader.peek()) ? readSectionPart(reader) : NO_PART;
  if (part.length > 0 && !reader.skip(DOT)) return { part, text: undefined };
  return { part, text: readSectionText(reader, part.length > 0) };
}

/** Reads `section-part`: `1.2.3`. A "." that no number follows is left. @rfc 9051 6.4.5.1 */
export function readSectionPart(reader: ValueReader): number[] {
  const part: number[] = [];
  do {
    const from = reader.at;
    const number = reader.number();
    if (number < 1 || number > MAX_NUMBER) reader.fail('the number of a part, from 1', from);
    part.push(number);
    reader.count();
  } while (reader.peek() === DOT && isDigit(reader.octets[reader.at + 1] ?? -1) && reader.skip(DOT));
  return part;
}

function readSectionText(reader: ValueReader, inPart: boolean): SectionText | undefined {
  if (reader.skipKeyword('HEADER')) return HEADER;
  if (reader.skipKeyword('TEXT')) return TEXT;
  if (inPart && reader.skipKeyword('MIME')) return MIME;
  if (reader.skipKeyword('HEADER.FIELDS')) return { type: 'HEADER.FIELDS', fields: readFields(reader) };
  if (reader.skipKeyword('HEADER.FIELDS.NOT')) return { type: 'HEADER.FIELDS.NOT', fields: readFields(reader) };
  reader.fail(inPart ? 'HEADER, HEADER.FIELDS, TEXT or MIME' : 'a part, HEADER, HEADER.FIELDS or TEXT');
  return undefined;
}

function readFields(reader: ValueReader): string[] {
  reader.space();
  const from = reader.at;
  const fields = reader.list(() => reader.astring());
  if (fields.length === 0) reader.fail('the names of header fields', from);
  return fields;
}

/** Reads `"<" number64 "." nz-number64 ">"` where it stands. @rfc 9051 6.4.5 */
export function readPartial(reader: ValueReader): Partial | undefined {
  if (!reader.skip(LESS_THAN)) return undefined;
  const origin = reader.number();
  reader.expect(DOT);
  const from = reader.at;
  const octetCount = reader.number();
  if (octetCount === 0) reader.fail('a number of octets, from 1', from);
  reader.expect(GREATER_THAN);
  return { origin, octetCount };
}

/** Reads `"<" number64 ">"` where it stands: where the octets of an answer begin. @rfc 9051 7.5.2 */
export function readOrigin(reader: ValueReader): number | undefined {
  if (!reader.skip(LESS_THAN)) return undefined;
  const origin = reader.number();
  if (reader.skip(DOT)) reader.number(); // servers that repeat the whole request
  reader.expect(GREATER_THAN);
  return origin;
}

/**
 * Writes `"[" [section-spec] "]"`. Throws a `TypeError` for MIME without a part and for fields without names, a `RangeError` for a part that
 * is no number from 1.
 *
 * @rfc 9051 6.4.5
 */
export function writeSection(writer: ValueWriter, { part, text }: Section): void {
  for (const number of part) checkPart(number);
  if (text?.type === 'MIME' && part.length === 0) throw new TypeError('MIME is the header of a part: the message has HEADER');
  if (text !== undefined && !TEXT_TYPES.has(text.type)) throw new TypeError(`not a section: ${JSON.stringify(text.type)}`);
  writer.raw(`[${part.join('.')}`);
  if (text !== undefined) {
    writer.raw(`${part.length > 0 ? '.' : ''}${text.type}`);
    if ('fields' in text) writeFields(writer, text.fields);
  }
  writer.raw(']');
}

function writeFields(writer: ValueWriter, fields: readonly string[]): void {
  if (fields.length === 0) throw new TypeError('HEADER.FIELDS needs the name of a field');
  writer.space().list(fields, (field) => writer.astring(field));
}

/** Writes `<origin.octetCount>`. Throws a `RangeError` for what are no whole numbers and for no octets. @rfc 9051 6.4.5 */
export function writePartial(writer: ValueWriter, { origin, octetCount }: Partial): void {
  if (octetCount < 1) throw new RangeError(`a partial fetch asks for at least one octet: ${octetCount}`);
  writer.raw('<').number(origin).raw('.').number(octetCount).raw('>');
}

/**
 * `1.2.HEADER.FIELDS (SUBJECT)` as a section; `''` is the whole message. Undefined for what is none.
 *
 * @rfc 9051 6.4.5.1
 */
export function parseSection(text: string): Section | undefined {
  if (text === '') return WHOLE;
  const reader = new ValueReader({ octets: encodeUtf8(text), streamed: [], complete: true }, CLIENT_LIMITS, true);
  const section = readSectionSpec(reader);
  reader.finish();
  return reader.failure === undefined ? section : undefined;
}

/** The section as it stands between the brackets, for people and as a key: `1.2.HEADER.FIELDS (SUBJECT)`. @rfc 9051 6.4.5.1 */
export function formatSection({ part, text }: Section): string {
  const numbers = part.join('.');
  if (text === undefined) return numbers;
  const fields = 'fields' in text ? ` (${text.fields.join(' ')})` : '';
  return `${numbers}${numbers === '' ? '' : '.'}${text.type}${fields}`;
}

/** Whether both name the same octets. Names of fields match in any case and order. */
export function sameSection(a: Section, b: Section): boolean {
  if (a.text?.type !== b.text?.type || a.part.length !== b.part.length) return false;
  for (let at = 0; at < a.part.length; at++) if (a.part[at] !== b.part[at]) return false;
  return fieldsOf(a) === fieldsOf(b);
}

/** The names of a section's fields, comparable: NUL can't be in one. */
function fieldsOf({ text }: Section): string {
  if (text === undefined || !('fields' in text)) return '';
  return text.fields.map((field) => field.toLowerCase()).sort().join('\0');
}

function checkPart(number: number): void {
  if (!Number.isInteger(number) || number < 1 || number > MAX_NUMBER) throw new RangeError(`not the number of a part: ${number}`);
}

function isDigit(octet: number): boolean {
  return octet >= DIGIT_0 && octet <= DIGIT_9;
}
