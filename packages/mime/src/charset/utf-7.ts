/**
 * UTF-7, the reading side: runs of base64 over UTF-16, from a `+` to a `-` or the first character that is no base64. Never guessed, only read where
 * it is declared: text that hides `<` as `+ADw-` has fooled many a filter.
 *
 * Left out: writing it. IMAP's form of it is in `modified-utf-7.ts`.
 *
 * @rfc 2152
 */
import type { Charset, ReadCharacters } from './charset-decoder.ts';
import type { TextWriter } from './text-writer.ts';

const PLUS = 0x2b;
const HYPHEN = 0x2d;
const NO_DIGIT = 64;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const DIGITS = new Uint8Array(256).fill(NO_DIGIT);
for (let value = 0; value < 64; value++) DIGITS[ALPHABET.charCodeAt(value)] = value;

class Utf7Reader {
  #shifted = false;
  /** True after a `+` and before a digit. */
  #empty = false;
  /** Bits that are no whole unit yet: 14 at most. */
  #bits = 0;
  #bitCount = 0;

  /** `ReadCharacters`; nothing is ever left over. */
  read(octets: Uint8Array, last: boolean, writer: TextWriter): number {
    for (const octet of octets) {
      const digit = DIGITS[octet]!;
      if (!this.#shifted) this.#readDirect(octet, writer);
      else if (digit !== NO_DIGIT) this.#readDigit(digit, writer);
      else {
        if (this.#empty && octet === HYPHEN) writer.unit(PLUS);
        else this.#endRun(writer);
        this.#shifted = false;
        if (octet !== HYPHEN) this.#readDirect(octet, writer);
      }
    }
    if (last && this.#shifted) this.#endRun(writer);
    return octets.length;
  }

  #readDirect(octet: number, writer: TextWriter): void {
    if (octet === PLUS) {
      this.#shifted = this.#empty = true;
      this.#bits = this.#bitCount = 0;
    } else if (octet > 0x7f) writer.replacement();
    else writer.unit(octet);
  }

  #readDigit(digit: number, writer: TextWriter): void {
    this.#empty = false;
    this.#bits = (this.#bits << 6) | digit;
    this.#bitCount += 6;
    if (this.#bitCount < 16) return;
    this.#bitCount -= 16;
    writer.utf16(this.#bits >> this.#bitCount);
    this.#bits &= (1 << this.#bitCount) - 1;
  }

  /** A run without digits, half a pair, or bits that are no padding: U+FFFD. */
  #endRun(writer: TextWriter): void {
    writer.endUtf16();
    if (this.#empty || this.#bitCount >= 6 || this.#bits !== 0) writer.replacement();
  }
}

function openUtf7(): ReadCharacters {
  const reader = new Utf7Reader();
  return (octets, last, writer) => reader.read(octets, last, writer);
}

export const UTF_7: Charset = { name: 'utf-7', ascii: false, stateful: true, marked: false, open: openUtf7 };
