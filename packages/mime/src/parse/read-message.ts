/**
 * A whole message out of a stream, parsed with pauses in between, so that a large one does not hold up everything else.
 *
 * Read next: `parse-message.ts`; for what is too large to be held, `read-parts.ts`.
 */
import { concatOctets } from '@mailwright/wire';
import type { Body } from '@mailwright/wire';
import type { MimeLimits } from '../limits.ts';
import { MessageReader } from './parse-message.ts';
import type { ParsedMessage } from './parse-message.ts';

/** Parsed between two pauses: about 1 ms of work, or one body where that is more. */
const DEFAULT_PAUSE_OCTETS = 1_048_576;

/** How much is read, and when others may run. */
export interface ReadMessageOptions extends MimeLimits {
  /** Awaited between pieces of work, for example `() => new Promise((resolve) => setImmediate(resolve))`. Default: no pauses. */
  readonly pause?: (() => Promise<void>) | undefined;
  /** So many octets are looked at between two pauses. Default 1,048,576. */
  readonly pauseOctets?: number | undefined;
}

/**
 * Collects a message and parses it.
 *
 * Shape: holds the message once as a whole; an array of chunks, or a stream, is joined.
 * Errors: none for what the message holds; what `body` and `pause` throw. Throws a `RangeError` for a limit that is no positive integer.
 * @rfc 2046 5.1
 */
export async function readMessage(body: Body, options: ReadMessageOptions = {}): Promise<ParsedMessage> {
  const { pause, pauseOctets = DEFAULT_PAUSE_OCTETS, ...limits } = options;
  if (!(pauseOctets > 0)) throw new RangeError('pauseOctets must be positive');
  const reader = new MessageReader(await collect(body), limits);
  for (;;) {
    reader.read(pause === undefined ? Number.POSITIVE_INFINITY : pauseOctets);
    if (reader.message !== undefined) return reader.message;
    await pause?.();
  }
}

async function collect(body: Body): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return concatOctets(chunks);
}
