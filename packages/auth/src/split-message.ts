/**
 * Cuts a message that comes in pieces into its header section and its body: the section is gathered, the body passes through.
 *
 * The section ends at the first empty line as `parseHeaders` of `@mailwright/mime` has it: a line that ends in LF alone ends it too, so that the two
 * never see different sections. More header than the limit is not waited for.
 */
import { CR, LF, indexOfOctet } from '@mailwright/wire';

/** What a message is handed to. */
export interface MessageConsumer {
  /** Once, and first: the header section, the empty line at its end included where there is one. What stands behind it is the beginning of the body. */
  headers(octets: Uint8Array): void;
  /** A view into a piece. */
  body(chunk: Uint8Array): void;
}

/** A line that ends at the limit has its CRLF behind it, and then the octet that tells whether it goes on; with these it is certain that the limit is passed. */
const OCTETS_BEHIND_LIMIT = 3;
/** Most header sections are not longer. */
const FIRST_OCTETS = 4096;

/**
 * The cutter of one message.
 *
 * ```ts
 * import { MessageSplitter } from '@mailwright/auth';
 * import { encodeLatin1, latin1 } from '@mailwright/wire';
 *
 * const seen: string[] = [];
 * const splitter = new MessageSplitter({
 *   headers: (octets) => void seen.push(`header: ${octets.length}`),
 *   body: (chunk) => void seen.push(`body: ${latin1(chunk)}`),
 * });
 * splitter.push(encodeLatin1('From: a@example.com\r\n\r'));
 * splitter.push(encodeLatin1('\nHi'));
 * splitter.end();
 * seen; // => ['header: 23', 'body: Hi']
 * ```
 *
 * @rfc 5322 2.1
 */
export class MessageSplitter {
  readonly #consumer: MessageConsumer;
  readonly #headerOctets: number;
  #section: Uint8Array | undefined = new Uint8Array(FIRST_OCTETS); // grows by doubling; undefined behind the section
  #octetCount = 0;
  /** What the line at hand has so far: nothing, a CR alone, or more. */
  #line: 'empty' | 'cr' | 'more' = 'empty';

  /** `headerOctets`: more are not waited for. Default 262,144. Throws RangeError for what is no positive integer. */
  constructor(consumer: MessageConsumer, headerOctets: number = 262_144) {
    if (!Number.isInteger(headerOctets) || headerOctets < 1) throw new RangeError('headerOctets must be a positive integer');
    this.#consumer = consumer;
    this.#headerOctets = headerOctets;
  }

  /** The next octets of the message. Those of the body are not kept; the array may be used again afterwards. */
  push(chunk: Uint8Array): void {
    if (this.#section === undefined) {
      if (chunk.length > 0) this.#consumer.body(chunk);
      return;
    }
    const end = this.#findEnd(chunk);
    const most = this.#headerOctets + OCTETS_BEHIND_LIMIT - this.#octetCount;
    const cut = Math.min(end ?? chunk.length, most);
    this.#keep(this.#section, chunk, cut);
    if (end === undefined && cut < most) return;
    this.#hand();
    if (cut < chunk.length) this.#consumer.body(chunk.subarray(cut));
  }

  /** The message is over. */
  end(): void {
    if (this.#section !== undefined) this.#hand();
  }

  /** Copies, since the caller may use its array again. */
  #keep(section: Uint8Array, chunk: Uint8Array, octetCount: number): void {
    const needed = this.#octetCount + octetCount;
    let kept = section;
    if (needed > kept.length) {
      kept = new Uint8Array(Math.max(needed, 2 * kept.length));
      kept.set(section.subarray(0, this.#octetCount));
      this.#section = kept;
    }
    kept.set(chunk.subarray(0, octetCount), this.#octetCount);
    this.#octetCount = needed;
  }

  #hand(): void {
    const octets = this.#section!.subarray(0, this.#octetCount);
    this.#section = undefined;
    this.#consumer.headers(octets);
  }

  /** Where the empty line ends in this chunk; `undefined` where it does not. */
  #findEnd(chunk: Uint8Array): number | undefined {
    for (let at = 0; at < chunk.length; at++) {
      const octet = chunk[at];
      if (octet === LF && this.#line !== 'more') return at + 1;
      if (octet === CR && this.#line === 'empty') {
        this.#line = 'cr';
        continue;
      }
      const lf = octet === LF ? at : indexOfOctet(chunk, LF, at);
      this.#line = lf === -1 ? 'more' : 'empty';
      if (lf === -1) return undefined;
      at = lf;
    }
    return undefined;
  }
}
