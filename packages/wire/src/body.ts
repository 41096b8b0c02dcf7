/**
 * What a message body may be on its way in. Any Node `Readable` is one; so is an array of chunks, or the octets
 * themselves. On its way out a body is always an `AsyncIterable<Uint8Array>`.
 */
export type Body = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
