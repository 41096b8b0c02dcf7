/** A body of a fetched message: octets that are here, or a literal that goes by. */
import { concatOctets } from '@mailwright/wire';
import type { BodyStream } from './body-stream.ts';
import { ImapError, localFailure } from './errors.ts';

/** What holds a body: octets, a stream, or nothing (NIL). */
export type BodySource = Uint8Array | BodyStream | undefined;

/** Finds the body of a message. Waits for it where the message is still coming; rejects with an `ImapError` where there is none. */
export interface BodyFinder {
  /** What is known at once. */
  peek(key: string): BodySource;
  find(key: string): Promise<Exclude<BodySource, undefined>>;
  /** Where the octets of a body that is here begin in it. */
  originOf(key: string): number | undefined;
}

const DEFAULT_LIMIT_OCTETS = 64 * 1024 * 1024;

export class MessageBody implements AsyncIterable<Uint8Array> {
  readonly #finder: BodyFinder;
  readonly #key: string;

  constructor(finder: BodyFinder, key: string) {
    this.#finder = finder;
    this.#key = key;
  }

  /** The octets, where all of them are in memory: a view, valid for good. Else `undefined`. */
  get kept(): Uint8Array | undefined {
    const source = this.#finder.peek(this.#key);
    return source instanceof Uint8Array ? source : undefined;
  }

  /** How many octets the server announced; `undefined` while that is not known. */
  get octetCount(): number | undefined {
    const source = this.#finder.peek(this.#key);
    return source instanceof Uint8Array ? source.length : source?.octetCount;
  }

  /** Waits until the body begins: how many octets it has, and where they begin in it, where a piece of it was asked for. Rejects as iterating does. */
  async begin(): Promise<{ readonly octetCount: number; readonly origin: number | undefined }> {
    const source = await this.#finder.find(this.#key);
    if (source instanceof Uint8Array) return { octetCount: source.length, origin: this.#finder.originOf(this.#key) };
    return { octetCount: source.octetCount, origin: source.origin };
  }

  /**
   * All octets.
   *
   * Errors: rejects with an `ImapError`: `LIMIT_BODY_OCTETS` above `limitOctets` (default 64 MiB), and as iterating does.
   */
  async octets(limitOctets: number = DEFAULT_LIMIT_OCTETS): Promise<Uint8Array> {
    const source = await this.#finder.find(this.#key);
    const octetCount = source instanceof Uint8Array ? source.length : source.octetCount;
    if (octetCount > limitOctets) throw new ImapError(localFailure('LIMIT_BODY_OCTETS', `a body of ${octetCount} octets, where ${limitOctets} are allowed`), { phase: 'command', usable: true });
    if (source instanceof Uint8Array) return source;
    const pieces: Uint8Array[] = [];
    for await (const piece of source) pieces.push(piece);
    return concatOctets(pieces);
  }

  /** All octets as text: UTF-8, what is no UTF-8 replaced. Bodies in other charsets are for `@mailwright/mime`. */
  async text(limitOctets?: number): Promise<string> {
    return new TextDecoder().decode(await this.octets(limitOctets));
  }

  /**
   * The octets as they come. A body that goes by can be read once, and before the loop goes on to the next message.
   *
   * Errors: an `ImapError`: `IMAP_BODY_STALE` for a body that has gone by, `IMAP_NO_SUCH_BODY` for one the server did not send, or what ended
   * the connection.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    const source = await this.#finder.find(this.#key);
    if (source instanceof Uint8Array) yield source;
    else yield* source;
  }

  /**
   * The octets as they come, each piece lent until the next one is asked for: its memory is read into again then, so that a body of any size goes by in
   * little memory. What is to be kept must be copied. Errors as above.
   */
  async *lent(): AsyncGenerator<Uint8Array, void, undefined> {
    const source = await this.#finder.find(this.#key);
    if (source instanceof Uint8Array) yield source;
    else yield* source.lend();
  }
}
