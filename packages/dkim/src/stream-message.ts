/**
 * Cuts a message that comes in chunks into its header section and its body.
 *
 * The header section ends at the first empty line, as `parseHeaders` of `@mailwright/mime` has it: a line that ends in LF alone
 * ends there too, so that the two never see different sections. Whether such a line is acceptable is the caller's question.
 */
import { parseHeaders } from '@mailwright/mime';
import type { HeaderSection } from '@mailwright/mime';
import { CR, LF, concatOctets, indexOfOctet } from '@mailwright/wire';
import type { Body } from '@mailwright/wire';

/** What a message is handed to. */
export interface MessageConsumer {
  /** Once, and first. `octets` is the header section with the empty line behind it. */
  headers(section: HeaderSection, octets: Uint8Array): void;
  /** Views into the chunks. */
  body(chunk: Uint8Array): void;
}

/** More header than `parseHeaders` reads by default is not waited for. */
const MAX_HEADER_OCTETS = 262_144 + 2;

/** Hands over a message that comes in chunks. Rejects where `message` or the consumer does. */
export async function streamMessage(message: Exclude<Body, Uint8Array>, consumer: MessageConsumer): Promise<void> {
  const cutter = new MessageCutter(consumer);
  if (Symbol.asyncIterator in message) for await (const chunk of message) cutter.push(chunk);
  else for (const chunk of message) cutter.push(chunk);
  cutter.end();
}

/** The same for a message that is there as a whole. */
export function cutMessage(message: Uint8Array, consumer: MessageConsumer): void {
  const section = parseHeaders(message);
  consumer.headers(section, message.subarray(0, section.bodyOffset));
  if (section.bodyOffset < message.length) consumer.body(message.subarray(section.bodyOffset));
}

class MessageCutter {
  readonly #consumer: MessageConsumer;
  #parts: Uint8Array[] | undefined = []; // the header section as far as it has come; undefined behind it
  #octetCount = 0;
  #tail: string = '\n'; // the last two characters of what came, for a line end that is cut; a message begins as a line does

  constructor(consumer: MessageConsumer) {
    this.#consumer = consumer;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    if (this.#parts === undefined) return this.#consumer.body(chunk);
    this.#parts.push(chunk.slice()); // the caller may use its array again
    this.#octetCount += chunk.length;
    if (this.#endsSection(chunk) || this.#octetCount > MAX_HEADER_OCTETS) this.#cut(this.#parts);
  }

  end(): void {
    if (this.#parts !== undefined) this.#cut(this.#parts);
  }

  #cut(parts: readonly Uint8Array[]): void {
    this.#parts = undefined;
    cutMessage(concatOctets(parts), this.#consumer);
  }

  /** Whether an empty line ends in this chunk. */
  #endsSection(chunk: Uint8Array): boolean {
    for (let lf = indexOfOctet(chunk, LF); lf !== -1; lf = indexOfOctet(chunk, LF, lf + 1)) {
      const before = lf > 0 ? chunk[lf - 1] : this.#tail.charCodeAt(this.#tail.length - 1);
      if (before === LF) return true;
      const twoBefore = lf > 1 ? chunk[lf - 2] : this.#tail.charCodeAt(this.#tail.length - 2 + lf);
      if (before === CR && twoBefore === LF) return true;
    }
    this.#tail = (this.#tail + String.fromCharCode(...chunk.subarray(-2))).slice(-2);
    return false;
  }
}
