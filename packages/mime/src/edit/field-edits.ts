/**
 * What is to become of the fields of one header section: some replaced, some removed, some added above or below. All others stay as they are.
 *
 * Read next: `render-message.ts`.
 */
import { parseAddressList } from '@mailwright/address';
import { CR, LF, NUL, SP, TAB, concatOctets, encodeUtf8 } from '@mailwright/wire';
import type { HeaderField } from '../header/header-field.ts';
import { findFields, parseHeaders } from '../header/header-parse.ts';
import type { HeaderSection } from '../header/header-parse.ts';
import { checkFieldName, formatUnstructured } from '../header/header-writer.ts';
import { ADDRESS_FIELDS } from './single-fields.ts';

/** A field that the source does not have. */
interface AddedField {
  /** In lower case. */
  readonly name: string;
  readonly octets: Uint8Array;
}

/** The edits of one header section. Fields of the source are known by their offset. */
export class FieldEdits {
  readonly #section: HeaderSection;
  readonly #replaced = new Map<number, Uint8Array>();
  readonly #removed = new Set<number>();
  #top: readonly AddedField[] = [];
  #bottom: readonly AddedField[] = [];

  constructor(section: HeaderSection) {
    this.#section = section;
  }

  get top(): readonly Uint8Array[] {
    return this.#top.map(({ octets }) => octets);
  }

  get bottom(): readonly Uint8Array[] {
    return this.#bottom.map(({ octets }) => octets);
  }

  /** What stands in place of a field: its own octets (`undefined`), others, or none (empty). */
  insteadOf(field: HeaderField): Uint8Array | undefined {
    return this.#removed.has(field.start) ? new Uint8Array() : this.#replaced.get(field.start);
  }

  /** In the place of the first of that name; all others of it go. Without one: below all. */
  set(name: string, octets: Uint8Array): void {
    const fields = findFields(this.#section, name);
    this.removeAll(name);
    const first = fields[0];
    if (first === undefined) {
      this.add(name, octets, 'bottom');
      return;
    }
    this.#removed.delete(first.start);
    this.#replaced.set(first.start, octets);
  }

  add(name: string, octets: Uint8Array, at: 'top' | 'bottom'): void {
    const added = { name: name.toLowerCase(), octets };
    if (at === 'top') this.#top = [added, ...this.#top];
    else this.#bottom = [...this.#bottom, added];
  }

  removeAll(name: string): void {
    const wanted = name.toLowerCase();
    for (const field of findFields(this.#section, name)) this.remove(field);
    this.#top = this.#top.filter((added) => added.name !== wanted);
    this.#bottom = this.#bottom.filter((added) => added.name !== wanted);
  }

  remove(field: HeaderField): void {
    this.#removed.add(field.start);
    this.#replaced.delete(field.start);
  }
}

/**
 * A field as octets, its line end included.
 *
 * `value`: text, which is folded and encoded as it needs; or octets, which stand behind the colon as they are, folds included (CRLF and white space).
 * `lineEnd`: of the message.
 * Errors: TypeError for a name or text that is none, for addresses that are none in a field of addresses, and for octets that would not be one field.
 * @rfc 5322 2.2
 */
export function formatField(name: string, value: string | Uint8Array, lineEnd: string): Uint8Array {
  const octets = typeof value === 'string' ? encodeUtf8(formatText(name, value)) : formatOctets(name, value);
  return lineEnd === '\r\n' ? octets : octets.filter((octet) => octet !== CR);
}

function formatText(name: string, value: string): string {
  const written = formatUnstructured(name, value);
  if (ADDRESS_FIELDS.has(name.toLowerCase())) {
    const { defects } = parseAddressList(written.slice(name.length + 1).replace(/\r\n/g, ''));
    if (defects.some(({ obsolete }) => !obsolete)) throw new TypeError(`${name} does not hold addresses; give a name with other characters as octets`);
  }
  return written;
}

function formatOctets(name: string, value: Uint8Array): Uint8Array {
  checkFieldName(name);
  for (let at = 0; at < value.length; at++) {
    const octet = value[at];
    if (octet === NUL || (octet === LF && value[at - 1] !== CR)) throw new TypeError(`${name} holds a NUL, or an LF without CR`);
    if (octet === CR && !isFold(value, at)) throw new TypeError(`${name} holds a CR that is no fold`);
  }
  const octets = concatOctets([encodeUtf8(`${name}:`), value, encodeUtf8('\r\n')]);
  if (parseHeaders(octets).defects.some(({ code }) => code === 'MIME_LINE_TOO_LONG')) throw new TypeError(`${name} has a line of more than 998 octets`);
  return octets;
}

function isFold(value: Uint8Array, at: number): boolean {
  return value[at + 1] === LF && (value[at + 2] === SP || value[at + 2] === TAB);
}
