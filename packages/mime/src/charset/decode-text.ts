/**
 * Octets as text, when the label may be missing, unknown or too little: such text is UTF-8 where it can be that, else windows-1252. Mail without a
 * label is nearly always one of the two, and what is not UTF-8 by accident of its octets never passes for it.
 */
import { ascii, decodeUtf8Strict } from '@mailwright/wire';
import { charsetName } from './aliases.ts';
import { asciiLength, isAsciiOnly } from './ascii-scan.ts';
import { findCharset } from './charsets.ts';
import { CharsetDecoder, withoutMark } from './charset-decoder.ts';
import type { DecodedText } from './decoded-text.ts';
import { WINDOWS_1252 } from './single-byte.ts';
import { unfinishedUtf8, UTF_8 } from './unicode.ts';

/**
 * The guess looks at so many octets from the first one on that is not US-ASCII: as many as a stream may hold back. One bad octet in
 * a long text of UTF-8 does not make it windows-1252.
 */
const GUESS_OCTETS = 65_536;

/** Decodes one text that comes in chunks. */
export interface TextChunkDecoder {
  /** The text of what `octets` completes, in the order it came; nothing of `octets` is kept but by copy. */
  decode(octets: Uint8Array): string;
  /** The rest. */
  end(): string;
  /** The charset, by its preferred name in lower case; what is guessed may change until 65,536 octets from the first non-ASCII one. */
  readonly used: string;
  /** How many U+FFFD stand for octets that are no text, so far. */
  readonly replacements: number;
}

/**
 * All of a text. Never throws.
 *
 * `declared`: the label as it came, `undefined` where there was none. The byte order mark of a Unicode text is not part of it.
 * @rfc 2045 5.2
 */
export function decodeText(octets: Uint8Array, declared: string | undefined): DecodedText {
  const charset = declared === undefined ? undefined : findCharset(declared);
  if ((charset === undefined || charset.ascii) && isAsciiOnly(octets)) {
    return { text: ascii(octets), declared, used: charset?.name ?? nameOfAscii(declared), replacements: 0 };
  }
  if (charset === undefined) {
    const strict = decodeUtf8Strict(octets); // what a guess would come to, without holding anything
    if (strict !== undefined) return { text: withoutMark(strict), declared, used: UTF_8.name, replacements: 0 };
    const decoder = new GuessingDecoder(nameOfAscii(declared));
    const text = decoder.decode(octets) + decoder.end();
    return { text, declared, used: decoder.used, replacements: decoder.replacements };
  }
  const decoder = new CharsetDecoder(charset);
  const text = decoder.decode(octets) + decoder.end();
  return { text, declared, used: charset.name, replacements: decoder.replacements };
}

/**
 * A decoder for a text that comes in chunks. Where the chunks are cut makes no difference to the text, to `used` or to `replacements`,
 * and `decodeText` gives the same for the whole. Holds back 65,536 octets at most, and only where the charset is guessed.
 */
export function createTextDecoder(declared: string | undefined): TextChunkDecoder {
  const charset = declared === undefined ? undefined : findCharset(declared);
  if (charset === undefined) return new GuessingDecoder(nameOfAscii(declared));
  const decoder = new CharsetDecoder(charset);
  return {
    decode: (octets) => decoder.decode(octets),
    end: () => decoder.end(),
    used: charset.name,
    get replacements() {
      return decoder.replacements;
    },
  };
}

function nameOfAscii(declared: string | undefined): string {
  return declared === undefined || charsetName(declared) === 'us-ascii' ? 'us-ascii' : UTF_8.name;
}

class GuessingDecoder implements TextChunkDecoder {
  /** What was seen is US-ASCII until there are octets in here, or a decoder. Grows by doubling. */
  #held = new Uint8Array(0);
  #heldOctets = 0;
  #begun = false;
  #decoder: CharsetDecoder | undefined;
  used: string;

  constructor(nameOfAscii: string) {
    this.used = nameOfAscii;
  }

  get replacements(): number {
    return this.#decoder?.replacements ?? 0;
  }

  decode(octets: Uint8Array): string {
    if (this.#decoder !== undefined) return this.#decoder.decode(octets);
    const head = this.#heldOctets === 0 ? asciiLength(octets) : 0;
    const text = ascii(octets, 0, head);
    this.#begun ||= head > 0;
    const kept = octets.subarray(head, head + GUESS_OCTETS - this.#heldOctets);
    this.#hold(kept);
    if (this.#heldOctets < GUESS_OCTETS) return text;
    return text + this.#decide(false) + this.#decoder!.decode(octets.subarray(head + kept.length));
  }

  end(): string {
    const text = this.#heldOctets > 0 ? this.#decide(true) : '';
    return text + (this.#decoder?.end() ?? '');
  }

  #hold(octets: Uint8Array): void {
    const needed = this.#heldOctets + octets.length;
    if (needed > this.#held.length) {
      const grown = new Uint8Array(Math.max(needed, this.#held.length * 2));
      grown.set(this.#held);
      this.#held = grown;
    }
    this.#held.set(octets, this.#heldOctets);
    this.#heldOctets = needed;
  }

  /** Makes the decoder and gives it what was held. */
  #decide(last: boolean): string {
    const octets = this.#held.subarray(0, this.#heldOctets);
    const whole = last ? octets : octets.subarray(0, octets.length - unfinishedUtf8(octets));
    const charset = decodeUtf8Strict(whole) === undefined ? WINDOWS_1252 : UTF_8;
    this.#held = new Uint8Array(0);
    this.#heldOctets = 0;
    this.#decoder = new CharsetDecoder(charset, this.#begun);
    this.used = charset.name;
    return this.#decoder.decode(octets);
  }
}
