/**
 * Reads integers, octets and names from a message. The first failure sticks: from then on everything read is empty, and the
 * caller looks at `error` where it has to know. So there is one place for each check and none that can be forgotten.
 *
 * Names (RFC 1035 section 4.1.4): a pointer has to lead before the labels in front of it, so that each name ends, in linear
 * time; forward pointers, loops, pointers into the header, more pointers than a name has labels and names over 255 octets are refused.
 */
import { presentOctet } from './names.ts';
import { HEADER_OCTETS } from './message.ts';

export type WireError =
  /** The message ends within a field, or a field within its record. */
  | 'truncated'
  /** A label of a kind that does not exist (RFC 6891 section 5). */
  | 'bad-label'
  /** A pointer forward, to itself, or into the header, or more than 127 of them in one name. */
  | 'bad-pointer'
  /** Over 255 octets. */
  | 'name-too-long'
  /** Data that is none of its type. */
  | 'bad-data'
  /** Two OPT records, or one that is broken. */
  | 'bad-edns'
  /** Something stands after the last record. */
  | 'trailing-octets';

const POINTER = 0xc0;
const NAME_OCTETS = 255; // RFC 1035 2.3.4, the root included
const MOST_POINTERS = 127; // a name has no more labels; pointers to pointers without end cost 100 ms in a message of 64 KB

export class WireReader {
  readonly octets: Uint8Array;
  at = 0;
  error: WireError | undefined;
  /** Where fields have to end: that of the message, or of the data of a record. */
  #end: number;
  /** Almost every name of an answer is a pointer to that of the question. */
  #question = '';

  constructor(octets: Uint8Array) {
    // A Buffer's `slice` gives a Buffer and a view: neither goes into a result.
    this.octets = octets.constructor === Uint8Array ? octets : new Uint8Array(octets.buffer, octets.byteOffset, octets.length);
    this.#end = octets.length;
  }

  /** Octets to the end of the record, or of the message. */
  get left(): number {
    return this.#end - this.at;
  }

  fail(error: WireError): void {
    this.error ??= error;
    this.at = this.#end;
  }

  octet(): number {
    return this.#takes(1) ? this.octets[this.at++]! : 0;
  }

  integer16(): number {
    if (!this.#takes(2)) return 0;
    this.at += 2;
    return this.octets[this.at - 2]! * 0x100 + this.octets[this.at - 1]!;
  }

  integer32(): number {
    return this.integer16() * 0x1_0000 + this.integer16();
  }

  /** A copy. */
  take(count: number): Uint8Array {
    if (!this.#takes(count)) return new Uint8Array(0);
    this.at += count;
    return this.octets.slice(this.at - count, this.at);
  }

  /** Runs `read` over the next `count` octets, which it has to use up. */
  within<T>(count: number, read: (reader: WireReader) => T): T | undefined {
    if (!this.#takes(count)) return undefined;
    const outer = this.#end;
    this.#end = this.at + count;
    const value = read(this);
    if (this.error === undefined && this.at !== this.#end) this.fail('bad-data');
    this.#end = outer;
    return this.error === undefined ? value : undefined;
  }

  #takes(count: number): boolean {
    if (count <= this.#end - this.at) return true;
    this.fail('truncated');
    return false;
  }

  /**
   * A name in presentation form. `compressed` false refuses pointers.
   * @rfc 1035 4.1.4
   */
  name(compressed = true): string {
    const { octets } = this;
    const start = this.at;
    if (compressed && this.#question !== '' && octets[start] === POINTER && octets[start + 1] === HEADER_OCTETS) return this.#takes(2) ? this.#again() : '';
    let text = '';
    let nameOctets = 1;
    /** After the name where it stands, which is not where a pointer leads. */
    let after = -1;
    let run = start;
    let pointers = 0;
    for (let at = start; ; ) {
      const length = octets[at];
      if (length === undefined || (after < 0 && at >= this.#end)) return this.#failName('truncated');
      if (length === 0) {
        if (after < 0) after = at + 1;
        break;
      }
      if (length >= POINTER) {
        const low = octets[at + 1];
        if (low === undefined) return this.#failName('truncated');
        const target = (length - POINTER) * 0x100 + low;
        if (!compressed || target >= run || target < HEADER_OCTETS || ++pointers > MOST_POINTERS) return this.#failName('bad-pointer');
        if (after < 0) after = at + 2;
        at = run = target;
        continue;
      }
      if (length > 63) return this.#failName('bad-label');
      nameOctets += length + 1;
      if (nameOctets > NAME_OCTETS) return this.#failName('name-too-long');
      if (at + length >= octets.length) return this.#failName('truncated');
      if (text !== '') text += '.';
      for (const end = at + length; at < end; ) text += presentOctet(octets[++at]!);
      at++;
    }
    return after > this.#end ? this.#failName('truncated') : this.#endName(text === '' ? '.' : text, after);
  }

  #endName(text: string, after: number): string {
    if (this.at === HEADER_OCTETS) this.#question = text;
    this.at = after;
    return text;
  }

  #again(): string {
    this.at += 2;
    return this.#question;
  }

  #failName(error: WireError): string {
    this.fail(error);
    return '';
  }
}
