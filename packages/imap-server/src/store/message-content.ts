/**
 * The octets of a message, wherever they are: read by ranges, so that a part of a large message costs what the part is.
 */

/** Octets that can be read from any place. They never change. */
export interface MessageContent {
  readonly sizeOctets: number;
  /** All of them, where they are in memory already; `undefined` where they would have to be read. */
  readonly octets: Uint8Array | undefined;
  /** The octets from `from` up to `to`, not included; fewer where there are fewer. May be a view. */
  read(from: number, to: number): Promise<Uint8Array>;
  /** The same in pieces of a size that suits the storage, read when they are asked for. */
  stream(from: number, to: number): AsyncIterable<Uint8Array>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Content that is in memory. Nothing is copied. */
export function octetsContent(octets: Uint8Array): MessageContent {
  return {
    sizeOctets: octets.length,
    octets,
    read: async (from, to) => octets.subarray(from, to),
    async *stream(from, to) {
      if (from < Math.min(to, octets.length)) yield octets.subarray(from, to);
    },
    close: async () => undefined,
  };
}
