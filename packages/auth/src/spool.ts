/**
 * Where a message waits until its last octet is judged: our field stands above everything else, so nothing of a message can be handed on before.
 *
 * Left out: files. A `Spool` of one's own may write them.
 */

/** Keeps the body of one message. */
export interface Spool {
  /** The next octets: the array will not change any more. What the promise waits for slows the client down. */
  write(octets: Uint8Array): void | Promise<void>;
  /** All that was written, as often as it is asked for. */
  read(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** The message is done with. Called once, whatever happened. */
  discard(): void | Promise<void>;
}

/** Keeps the octets as the views they are: a message takes its own size of memory, and the server's limit on messages bounds it. */
export function memorySpool(): Spool {
  let pieces: Uint8Array[] = [];
  return {
    write: (octets) => void pieces.push(octets),
    read: () => pieces,
    discard: () => void (pieces = []),
  };
}
