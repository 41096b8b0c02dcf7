/**
 * Cuts a message that comes in pieces into its header section and its body: the section is gathered, the body passes through.
 *
 * The section ends at the first empty line as `parseHeaders` has it: a line that ends in LF alone ends it too, so that the two
 * never see different sections. More header than the limit is not waited for. Whether such a line is acceptable is the caller's question.
 */
import { CR, LF, indexOfOctet } from '@mailwright/wire';
import type { Body } from '@mailwright/wire';
import { parseHeaders } from '../header/header-parse.ts';
import type { HeaderSection } from '../header/header-parse.ts';

/** What a message in pieces is handed to. */
export interface MessageOctetsConsumer {
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
 * import { MessageSplitter } from '@mailwright/mime';
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
  readonly #consumer: MessageOctetsConsumer;
  readonly #headerOctets: number;
  #section: Uint8Array | undefined = new Uint8Array(FIRST_OCTETS); // grows by doubling; undefined behind the section
  #octetCount = 0;
  /** What the line at hand has so far: nothing, a CR alone, or more. */
  #line: 'empty' | 'cr' | 'more' = 'empty';

  /** `headerOctets`: more are not waited for. Default 262,144. Throws RangeError for what is no positive integer. */
  constructor(consumer: MessageOctetsConsumer, headerOctets: number = 262_144) {
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

/** What a message is handed to whose header section is read on the way. */
export interface MessageConsumer {
  /** Once, and first. `octets` is the header section with the empty line behind it. */
  headers(section: HeaderSection, octets: Uint8Array): void;
  /** A view into a piece. */
  body(chunk: Uint8Array): void;
}

/** Hands over a message that is there as a whole. */
export function splitMessage(message: Uint8Array, consumer: MessageConsumer): void {
  const section = parseHeaders(message);
  consumer.headers(section, message.subarray(0, section.bodyOffset));
  if (section.bodyOffset < message.length) consumer.body(message.subarray(section.bodyOffset));
}

/**
 * Hands over a message that comes in any form; where it is there as a whole nothing is waited for. Rejects where `message` does, and where the consumer throws.
 *
 * @rfc 5322 2.1
 */
export async function streamMessage(message: Body, consumer: MessageConsumer): Promise<void> {
  if (message instanceof Uint8Array) return splitMessage(message, consumer);
  const splitter = new MessageSplitter({ headers: (octets) => splitMessage(octets, consumer), body: (chunk) => consumer.body(chunk) });
  if (Symbol.asyncIterator in message) for await (const chunk of message) splitter.push(chunk);
  else for (const chunk of message) splitter.push(chunk);
  splitter.end();
}
