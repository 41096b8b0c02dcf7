/**
 * A whole message as a flat list of parts (RFC 2045, 2046), each with its place in the source. Nothing of it is copied, and nothing is decoded
 * before it is asked for.
 *
 * Left out: what the fields say, which the functions named for the fields tell (`parseAddressHeader`, `parseReceived`). Read next: `message-part.ts`, `jmap-view.ts`.
 */
import type { LimitReached } from '@mailwright/wire';
import type { MimeDefect } from '../defect.ts';
import type { MimeLimits } from '../limits.ts';
import { SourcePart } from './message-part.ts';
import type { MessagePart } from './message-part.ts';
import { MessageScanner } from './message-scanner.ts';
import type { HeaderFacts } from './part-facts.ts';

/** A message that was read. */
export interface ParsedMessage {
  /** The octets as they were given. */
  readonly source: Uint8Array;
  /** In the order in which they begin; the first is the message itself. */
  readonly parts: readonly MessagePart[];
  /** What is wrong with header sections and structure, the first 100. What is wrong with a body its part tells (`bodyDefects`). */
  readonly defects: readonly MimeDefect[];
  /** The limit that was reached first. What is behind it belongs to what was open there. */
  readonly limit: LimitReached | undefined;
}

/**
 * Reads the structure and the header sections of a message.
 *
 * Shape: linear in the length of `octets`, one search over the bodies. `octets` is kept: nobody may write to it afterwards.
 * Errors: none for what the message holds; see `defects` and `limit` (`LIMIT_PARTS`, `LIMIT_DEPTH`, `LIMIT_HEADER_OCTETS`, `LIMIT_HEADER_FIELDS`,
 * `LIMIT_PARAMETERS`).
 * Throws a `TypeError` for what is no Uint8Array, a `RangeError` for a limit that is no positive integer, and for a `depth` above 1,000.
 * @rfc 2046 5.1
 * @rfc 2046 5.2.1
 */
export function parseMessage(octets: Uint8Array, limits: MimeLimits = {}): ParsedMessage {
  const reader = new MessageReader(octets, limits);
  reader.read(Number.POSITIVE_INFINITY);
  return reader.message!;
}

/** Views of a message are as deep as it is, and made by recursion. A `MessageScanner` goes as deep as it is told to. */
const MOST_DEPTH = 1000;

/** Reads a message step by step, for callers that let others run in between. */
export class MessageReader {
  /** Defined when all is read. */
  message: ParsedMessage | undefined = undefined;
  readonly #source: Uint8Array;
  readonly #scanner: MessageScanner;
  readonly #parts: SourcePart[] = [];

  constructor(source: Uint8Array, limits: MimeLimits) {
    if (!(source instanceof Uint8Array)) throw new TypeError('a message is octets (a Uint8Array): encode a text first, and read a stream with readMessage or readParts');
    if (limits.depth !== undefined && limits.depth > MOST_DEPTH) throw new RangeError(`depth must be ${MOST_DEPTH} at most`);
    this.#source = source;
    this.#scanner = new MessageScanner({ ...limits, bodies: false });
    this.#scanner.push(source);
    this.#scanner.end();
  }

  /** Reads on until all is read, or until about `maxOctets` more were looked at. */
  read(maxOctets: number): void {
    const parts = this.#parts;
    const scanner = this.#scanner;
    const stopAt = scanner.octetsSearched + maxOctets;
    while (this.message === undefined && scanner.octetsSearched < stopAt) {
      const event = scanner.next();
      if (event.type === 'part-begin') this.#addPart(new SourcePart(this.#source, event.part, event.parent, event.depth, event.start));
      else if (event.type === 'headers') parts[event.part]!.setFacts(event.facts as HeaderFacts, event.bodyStart);
      else if (event.type === 'part-end') parts[event.part]!.setEnd(event);
      else if (event.type === 'end') this.message = { source: this.#source, parts, defects: event.defects, limit: event.limit };
    }
  }

  #addPart(part: SourcePart): void {
    this.#parts.push(part);
    if (part.parent !== undefined) this.#parts[part.parent]!.children.push(part.id);
  }
}
