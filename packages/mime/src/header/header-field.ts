/**
 * One field of a header section. It holds where it stands and nothing else; its name, octets and text are made when they are asked
 * for, since of most messages only a few fields are ever looked at.
 */
import { LF, decodeUtf8Strict, indexOfOctet, latin1, utf8 } from '@mailwright/wire';
import { decodeUndeclared } from '../charset/charset.ts';
import { trimWhiteSpace } from './white-space.ts';

/** A field as it stands. Offsets count octets from the beginning of the input. */
export interface HeaderField {
  /** As written. Letter case means nothing. */
  readonly name: string;
  /** Where the name begins. */
  readonly start: number;
  /** Where the value begins, behind the colon. */
  readonly valueStart: number;
  /** Behind the line end of the field's last line. */
  readonly end: number;
  /** The value as it stands, folds included, the last line end left out. A view into the input. */
  readonly raw: Uint8Array;
  /** The value on one line, white space at its ends removed. UTF-8, or windows-1252 where it is not that. Encoded words are not decoded. */
  readonly text: string;
}

/** The octets that the fields of one section stand in, and one text that names and values are cut out of. */
export class SectionSource {
  readonly octets: Uint8Array;
  /** The offset of `octets[0]`. */
  readonly base: number;
  /** True where all of the section is US-ASCII. */
  ascii: boolean = true;
  /** The section, a character for each octet. */
  text: string = '';

  constructor(octets: Uint8Array, base: number) {
    this.octets = octets;
    this.base = base;
  }

  /** To be called once, when it is known how long the section is. UTF-8 has as many characters as octets only where all is US-ASCII, or where single octets are none. */
  readText(octetCount: number): void {
    this.text = utf8(this.octets, 0, octetCount);
    this.ascii = this.text.length === octetCount && !this.text.includes('\ufffd');
    if (!this.ascii) this.text = latin1(this.octets, 0, octetCount);
  }
}

/** What `parseHeaders` makes of a field. */
export class SectionField implements HeaderField {
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
  readonly #source: SectionSource;
  readonly #nameEnd: number;
  readonly #valueEnd: number;
  #name: string | undefined = undefined;
  #text: string | undefined = undefined;

  /** All but `source` are offsets from the beginning of its octets; `valueStart` is behind the colon. */
  constructor(source: SectionSource, start: number, nameEnd: number, valueStart: number, valueEnd: number, end: number) {
    this.start = source.base + start;
    this.valueStart = source.base + valueStart;
    this.end = source.base + end;
    this.#source = source;
    this.#nameEnd = nameEnd;
    this.#valueEnd = valueEnd;
  }

  get name(): string {
    const { base, text } = this.#source;
    return (this.#name ??= text.slice(this.start - base, this.#nameEnd));
  }

  get raw(): Uint8Array {
    const { octets, base } = this.#source;
    return octets.subarray(this.valueStart - base, this.#valueEnd);
  }

  get text(): string {
    return (this.#text ??= this.#readText());
  }

  /** True where the name is `lowerCaseName`, whose first character is `first`. Most fields are told apart by these two numbers alone. */
  isNamed(lowerCaseName: string, first: number): boolean {
    const { octets, base } = this.#source;
    const at = this.start - base;
    return this.#nameEnd - at === lowerCaseName.length && (octets[at]! | 0x20) === (first | 0x20) && this.name.toLowerCase() === lowerCaseName;
  }

  /** True where the value is UTF-8, US-ASCII included. */
  isUtf8(): boolean {
    return this.#source.ascii || decodeUtf8Strict(this.raw) !== undefined;
  }

  /** Without the line ends, and without white space at both ends. @rfc 5322 2.2.3 */
  #readText(): string {
    const { ascii, base, octets, text } = this.#source;
    const at = this.valueStart - base;
    const value = ascii ? text.slice(at, this.#valueEnd) : decodeUndeclared(this.raw);
    const lf = indexOfOctet(octets, LF, at);
    return trimWhiteSpace(lf === -1 || lf >= this.#valueEnd ? value : value.replace(/\r?\n/g, ''));
  }
}
