/**
 * Header sections that programs read differently: a field twice, a name with a space behind it, a line that may end the section, addresses that
 * depend on when encoded words are decoded.
 *
 * Left out: Content-Type and its kin (`ambiguous-parts.ts`).
 */
import { parseAddressList } from '@mailwright/address';
import type { AddressOrGroup } from '@mailwright/address';
import { latin1 } from '@mailwright/wire';
import { decodeEncodedWords } from '../header/encoded-word-decode.ts';
import type { HeaderField } from '../header/header-field.ts';
import { findField } from '../header/header-parse.ts';
import type { HeaderSection } from '../header/header-parse.ts';
import type { AmbiguityReport } from './ambiguity.ts';
import { ADDRESS_FIELDS, SINGLE_FIELDS } from './single-fields.ts';

const BLANK_CONTINUATION = /\n[ \t]+\r?(?:\n|$)/;
/** Of these one address is shown as the author, so which it is counts. */
const AUTHOR_FIELDS: ReadonlySet<string> = new Set(['from', 'sender', 'reply-to']);
const ANY_ADDRESS = /[^\s<>"(),;:@]{1,64}@[^\s<>"(),;:@]{1,255}/;

/** `source`: the octets that the offsets of the section count. */
export function findAmbiguousFields(source: Uint8Array, section: HeaderSection, report: AmbiguityReport): void {
  findDuplicates(section, report);
  findHeaderEnds(source, section, report);
  for (const field of section.fields) {
    const name = field.name.toLowerCase();
    if (ADDRESS_FIELDS.has(name)) findAmbiguousAddresses(field, AUTHOR_FIELDS.has(name), report);
  }
}

/** @rfc 5322 3.6 */
function findDuplicates(section: HeaderSection, report: AmbiguityReport): void {
  const groups = new Map<string, HeaderField[]>();
  for (const field of section.fields) {
    const name = field.name.toLowerCase();
    if (!SINGLE_FIELDS.has(name)) continue;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [field]);
    else group.push(field);
  }
  for (const [name, fields] of groups) {
    const texts = fields.map(({ text }) => text);
    const other = fields.find(({ text }) => text !== texts[0]);
    if (other === undefined) continue;
    const readings: (readonly [string, string])[] = [['the first field of the name counts', texts[0]!], ['the last field of the name counts', texts.at(-1)!]];
    if (ADDRESS_FIELDS.has(name) || texts.at(-1) === texts[0]) readings.push(['all fields of the name count', texts.join(', ')]);
    report.add('AMBIGUOUS_FIELD', other.start, readings);
  }
}

/** @rfc 5322 2.2 */
function findHeaderEnds(source: Uint8Array, section: HeaderSection, report: AmbiguityReport): void {
  for (const { code, offset } of section.defects) {
    if (code === 'MIME_NO_COLON' || code === 'MIME_BAD_FIELD_NAME' || code === 'MIME_LEADING_CONTINUATION') {
      report.add('AMBIGUOUS_HEADER_END', offset, [['a line that is no field is left out', 'the header section goes on'], ['a line that is no field begins the body', 'the body begins here']]);
    } else if (code === 'MIME_BYTE_ORDER_MARK') {
      report.add('AMBIGUOUS_FIELD_NAME', offset, [['the byte order mark does not belong to the name', 'the first line is a field'], ['a name with 8-bit octets is none', 'no field']]);
    } else if (code === 'MIME_SPACE_BEFORE_COLON') {
      const colon = latin1(source, offset, Math.min(source.length, offset + 100)).split(':', 1)[0]!;
      report.add('AMBIGUOUS_FIELD_NAME', offset, [['the space does not belong to the name', `a field ${colon.trimEnd()}`], ['a name with a space is none', 'no field']]);
    }
  }
  for (const field of section.fields) {
    const blank = latin1(field.raw).search(BLANK_CONTINUATION);
    if (blank === -1) continue;
    report.add('AMBIGUOUS_HEADER_END', field.valueStart + blank + 1, [['a line of white space continues the field', 'the header section goes on'], ['a line of white space is empty', 'the body begins behind it']]);
  }
}

/** @rfc 2047 5 @rfc 5322 3.4 */
function findAmbiguousAddresses(field: HeaderField, isAuthor: boolean, report: AmbiguityReport): void {
  const parsed = listAddresses(field.text);
  const readings: (readonly [string, string])[] = [['the field is parsed, then encoded words are decoded', parsed.join(', ')]];
  if (field.text.includes('=?')) readings.push(['encoded words are decoded, then the field is parsed', listAddresses(decodeEncodedWords(field.text)).join(', ')]);
  if (isAuthor && parsed.length < 2) readings.push(...guessAuthor(decodeEncodedWords(field.text)));
  report.add('AMBIGUOUS_ADDRESS', field.valueStart, readings);
}

/** How programs without a grammar find the address. */
function guessAuthor(text: string): readonly (readonly [string, string])[] {
  const first = ANY_ADDRESS.exec(text)?.[0];
  const open = text.lastIndexOf('<');
  const close = text.indexOf('>', open);
  const guesses: (readonly [string, string])[] = first === undefined ? [] : [['the first text with an @ is the address', first]];
  if (open !== -1 && close !== -1) guesses.push(['what stands in the last angle brackets is the address', text.slice(open + 1, close).trim()]);
  return guesses;
}

function listAddresses(text: string): readonly string[] {
  return parseAddressList(text).addresses.flatMap((entry) => (entry.type === 'group' ? entry.members.map(written) : [written(entry)]));
}

function written({ localPart, domain }: Exclude<AddressOrGroup, { readonly type: 'group' }>): string {
  return domain === '' ? localPart : `${localPart}@${domain}`;
}

/** Programs that want MIME-Version show such a message as plain text. @rfc 2045 4 */
export function findMissingVersion(section: HeaderSection, mediaType: string, report: AmbiguityReport): void {
  const field = findField(section, 'Content-Type') ?? findField(section, 'Content-Transfer-Encoding');
  if (field === undefined || findField(section, 'MIME-Version') !== undefined) return;
  report.add('AMBIGUOUS_MIME_VERSION', field.start, [['MIME-Version need not be there', mediaType], ['without MIME-Version a message is plain text', 'text/plain, not decoded']]);
}
