/**
 * One message of a maildrop, as something to read once: `for await (const octets of message)`. Nothing is asked of the server before the first octet is, except
 * where `retrieveAll` asks ahead.
 *
 * @rfc 1939 5
 */
import { concatOctets } from '@mailwright/wire';
import { localFailure, Pop3Error } from './errors.ts';
import type { MessageSource } from './message-source.ts';
import type { Session } from './session.ts';

/** What is known of a message before it is read. */
export interface MessageFacts {
  /** From 1; the same for the whole session. `undefined` where a unique-id was asked for. */
  readonly number: number | undefined;
  /** The unique-id, where one is known. */
  readonly uid: string | undefined;
  /** Its size as LIST tells it; `undefined` where nobody asked. It may be off: some servers count bare LF. */
  readonly octets: number | undefined;
}

/** A message, or the beginning of one, piece by piece. Leaving the loop early is fine: the rest is read and dropped. */
export class Pop3Message implements AsyncIterable<Uint8Array>, MessageFacts {
  readonly number: number | undefined;
  readonly uid: string | undefined;
  readonly octets: number | undefined;
  readonly #session: Session;
  readonly #open: () => MessageSource | Promise<MessageSource>;
  #source: MessageSource | undefined = undefined;
  #read = false;

  /** For this package alone. */
  constructor(session: Session, facts: MessageFacts, open: () => MessageSource | Promise<MessageSource>) {
    this.number = facts.number;
    this.uid = facts.uid;
    this.octets = facts.octets;
    this.#session = session;
    this.#open = open;
  }

  /**
   * The octets, dots unstuffed, lines ended as the server sent them. Each piece is the reader's to keep.
   *
   * Errors: throws a `Pop3Error` for -ERR, for a connection that ends, for the signal and the deadline; a `TypeError` when the message is read a second time.
   */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    if (this.#read) throw new TypeError('a message is read once: retrieve it again');
    this.#read = true;
    return this.#pieces();
  }

  /**
   * The whole message in one array.
   *
   * Errors: as the loop; `LIMIT_MESSAGE_OCTETS` when it is larger than `limitOctets` (default 67108864, 64 MiB), and the connection goes on.
   */
  async toOctets(limitOctets: number = MAX_KEPT_OCTETS): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let octetCount = 0;
    for await (const piece of this) {
      octetCount += piece.length;
      if (octetCount > limitOctets) {
        const { open, peer } = this.#session;
        throw new Pop3Error(localFailure('LIMIT_MESSAGE_OCTETS', `a message of more than ${limitOctets} octets`), { phase: 'message', usable: open, peer });
      }
      pieces.push(piece);
    }
    return concatOctets(pieces, octetCount);
  }

  /** Asks the server for it now. For this package alone. */
  ask(): void {
    const source = this.#open();
    if (!(source instanceof Promise)) this.#source = source;
  }

  /** Nobody reads it any more. For this package alone. */
  leave(): void {
    this.#read = true;
    this.#source?.leave();
  }

  async *#pieces(): AsyncGenerator<Uint8Array, undefined> {
    const source = (this.#source ??= await this.#open());
    try {
      for (let piece = await source.next(); piece !== undefined; piece = await source.next()) yield piece;
    } finally {
      source.leave();
    }
  }
}

const MAX_KEPT_OCTETS = 67_108_864;
