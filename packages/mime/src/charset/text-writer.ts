/**
 * Where decoders put their characters: UTF-16 code units in a block, which becomes text at once (`utf16` of `@mailwright/wire`, a copy;
 * `String.fromCharCode` makes 0.2 GB/s on Node 20.20, and is quicker for a few units).
 */
import { latin1, utf16 } from '@mailwright/wire';

/** What stands for octets that are no text. */
export const REPLACEMENT = 0xfffd;

const BLOCK_UNITS = 8192;
const FEW_UNITS = 12;

/** One block for all writers: a writer empties it before it hands its text over, so nothing of it lasts between two calls. */
const block = new Uint16Array(BLOCK_UNITS);

/** Text that grows, with a count of what had to be replaced. Never holds half of a surrogate pair. */
export class TextWriter {
  #count = 0;
  #text = '';
  /** A high surrogate that waits for its low one, or 0. */
  #high = 0;
  replacements = 0;

  /** A code point below U+10000 that is no surrogate. */
  unit(unit: number): void {
    if (this.#count === BLOCK_UNITS) this.#flush();
    block[this.#count++] = unit;
  }

  /** Any code point; what is none becomes U+FFFD. */
  codePoint(codePoint: number): void {
    if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint < 0xe000)) this.replacement();
    else if (codePoint < 0x10000) this.unit(codePoint);
    else {
      if (this.#count > BLOCK_UNITS - 2) this.#flush();
      block[this.#count++] = 0xd7c0 + (codePoint >> 10);
      block[this.#count++] = 0xdc00 + (codePoint & 0x3ff);
    }
  }

  replacement(): void {
    this.replacements++;
    this.unit(REPLACEMENT);
  }

  /** The next unit of UTF-16; surrogates that are no pair become U+FFFD. `endUtf16` belongs at the end. */
  utf16(unit: number): void {
    if (this.#high !== 0) {
      const high = this.#high;
      this.#high = 0;
      if ((unit & 0xfc00) === 0xdc00) return this.codePoint(0x10000 + ((high & 0x3ff) << 10) + (unit & 0x3ff));
      this.replacement();
    }
    if ((unit & 0xfc00) === 0xd800) this.#high = unit;
    else if ((unit & 0xfc00) === 0xdc00) this.replacement();
    else this.unit(unit);
  }

  endUtf16(): void {
    if (this.#high !== 0) this.replacement();
    this.#high = 0;
  }

  /** Text that is there already. */
  append(text: string): void {
    this.#flush();
    this.#text += text;
  }

  /**
   * Octets by a table of 256 units, U+FFFD where there is no character. Counting these in the loop would halve it (Node 24: 0.9 to 0.4 GB/s),
   * and most tables have none.
   */
  map(octets: Uint8Array, units: Uint16Array): void {
    this.#flush();
    const complete = !units.includes(REPLACEMENT);
    for (let from = 0; from < octets.length; from += BLOCK_UNITS) {
      const part = octets.subarray(from, from + BLOCK_UNITS);
      for (let at = 0; at < part.length; at++) block[at] = units[part[at]!]!;
      if (!complete) this.replacements += countUnits(part.length, REPLACEMENT);
      this.#count = part.length;
      this.#flush();
    }
  }

  /** Octets of Latin-1, without its upper controls. */
  latin1(octets: Uint8Array): void {
    this.append(latin1(octets));
  }

  /** The text since the last time. */
  take(): string {
    this.#flush();
    const text = this.#text;
    this.#text = '';
    return text;
  }

  #flush(): void {
    if (this.#count === 0) return;
    const units = block.subarray(0, this.#count);
    this.#text += this.#count <= FEW_UNITS ? String.fromCharCode(...units) : utf16(units);
    this.#count = 0;
  }
}

function countUnits(end: number, unit: number): number {
  let count = 0;
  for (let at = 0; at < end; at++) if (block[at] === unit) count++;
  return count;
}
