/**
 * One body of one message as one literal, as fast as it is read. Where the connection is made again (`reconnect`), the download goes on where it
 * was, if mailbox and message are still the same.
 *
 * Partial fetches are used for nothing else: some servers ignore them, and each costs a round trip.
 *
 * @rfc 9051 6.4.5
 */
import { concatOctets } from '@mailwright/wire';
import { parseSection } from '@mailwright/imap';
import { ImapError, localFailure, remoteFailure } from './errors.ts';
import { type BodyWant, bodyKey } from './fetch-want.ts';
import type { FetchedMessage } from './fetched-message.ts';
import { Fetching } from './fetching.ts';
import type { CommandOptions } from './command-run.ts';
import type { MailboxAccess } from './mailbox-access.ts';
import type { Session } from './session.ts';

export interface DownloadOptions extends CommandOptions {
  /** Begin behind so many octets. Default 0. */
  readonly from?: number | undefined;
}

/** What fits in a number of IMAP4rev1. */
const MOST_OCTETS = 0x7fff_ffff;

export class Download implements AsyncIterable<Uint8Array> {
  readonly #access: MailboxAccess;
  readonly #uid: number;
  readonly #section: string;
  readonly #options: DownloadOptions;
  #octetCount: number | undefined = undefined;
  #position: number;
  #resumed = 0;
  /** Where it was asked for last. */
  #session: Session | undefined = undefined;

  /** Throws a `TypeError` for what is no section, a `RangeError` for a place that is none. */
  constructor(access: MailboxAccess, uid: number, section: string, options: DownloadOptions) {
    bodyKey(section);
    this.#access = access;
    this.#uid = uid;
    this.#section = section;
    this.#options = options;
    this.#position = options.from ?? 0;
    if (!Number.isSafeInteger(this.#position) || this.#position < 0) throw new RangeError('from must be a number of octets');
  }

  /** Octets of the whole body; `undefined` before the first of them came. */
  get octetCount(): number | undefined {
    return this.#octetCount;
  }

  /** Where in the body the next octet is: what to give as `from` to go on another time. */
  get position(): number {
    return this.#position;
  }

  /** How often it went on over another connection. */
  get resumed(): number {
    return this.#resumed;
  }

  /** All octets from here on, in memory. Rejects as iterating does. */
  async octets(): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this) pieces.push(piece);
    return concatOctets(pieces);
  }

  /**
   * The octets.
   *
   * Errors: an `ImapError`: `IMAP_NO_SUCH_MESSAGE`, `IMAP_NO_SUCH_BODY`, `IMAP_BODY_CHANGED` where another size is told after the connection was made again, or
   * what ended the connection.
   */
  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    return this.#readAll(false);
  }

  /** The octets, each piece lent until the next one is asked for: see `MessageBody.lent`. Errors as above. */
  lent(): AsyncGenerator<Uint8Array, void, undefined> {
    return this.#readAll(true);
  }

  async *#readAll(lends: boolean): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const before = this.#position;
      try {
        return yield* this.#read(lends);
      } catch (error) {
        if (!this.#mayGoOn(error, before)) throw error;
        this.#resumed++;
      }
    }
  }

  /**
   * Whether it was the connection that ended, whoever ended it: a command beside it that was given up does, too. A connection that is lost again before
   * anything came is not tried for ever.
   */
  #mayGoOn(error: unknown, before: number): boolean {
    const { options, keeper } = this.#access.context;
    if (options.reconnect === undefined || !(error instanceof ImapError) || error.usable || this.#options.signal?.aborted === true) return false;
    const lost = error.code === this.#session?.failure?.code || error.code === keeper.session.failure?.code;
    return lost && (this.#position > before || this.#resumed < 3) && this.#access.usable;
  }

  async *#read(lends: boolean): AsyncGenerator<Uint8Array, void, undefined> {
    const at = this.#position;
    const section = parseSection(this.#section)!;
    const want: BodyWant = at === 0 ? section : { section, partial: { origin: at, octetCount: this.#octetCount === undefined ? MOST_OCTETS : this.#octetCount - at } };
    if (this.#octetCount === at && at > 0) return;
    const access = this.#access;
    const fetching = new Fetching({
      begin: async () => ({ session: (this.#session = await access.ready(this.#options.signal)), set: await access.resolve(this.#uid, {}) }),
      room: () => access.roomLimits(),
    }, { bodies: [want] }, this.#options);
    for await (const message of fetching) return yield* this.#readBody(message, at, lends);
    throw access.error(remoteFailure('IMAP_NO_SUCH_MESSAGE', `there is no message with the UID ${this.#uid}`), 'FETCH');
  }

  async *#readBody(message: FetchedMessage, at: number, lends: boolean): AsyncGenerator<Uint8Array, void, undefined> {
    const body = message.body(this.#section);
    // A server that ignores partial requests tells all of it, and no origin.
    const { octetCount, origin = 0 } = await body.begin();
    if (origin > at) throw this.#access.error(remoteFailure('IMAP_NO_SUCH_BODY', `the server sent the body from octet ${origin} on, and not from ${at}`), 'FETCH');
    this.#checkSize(origin + octetCount);
    let skip = at - origin;
    for await (const piece of lends ? body.lent() : body) {
      const dropped = Math.min(skip, piece.length);
      skip -= dropped;
      if (dropped === piece.length) continue;
      const octets = dropped === 0 ? piece : piece.subarray(dropped);
      this.#position += octets.length;
      yield octets;
    }
  }

  #checkSize(octetCount: number): void {
    const before = this.#octetCount;
    this.#octetCount = octetCount;
    if (before === undefined || before === octetCount) return;
    throw this.#access.error(localFailure('IMAP_BODY_CHANGED', `the body had ${before} octets and has ${octetCount} now`), 'FETCH');
  }
}
