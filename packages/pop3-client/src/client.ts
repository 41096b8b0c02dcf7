/**
 * A POP3 client: an open maildrop, its messages streamed, commands in groups where the server takes them.
 *
 * Read next: `open-session.ts`, `session.ts`, `message.ts`.
 *
 * @rfc 1939 3
 */
import { DeadlineSet, type Endpoint, type TlsFacts } from '@mailwright/net';
import {
  type Capabilities, type Command, type DropListing, type LanguageListing, parseDropListing, parseLanguageListing, parseScanListing, parseUidListing, type Response, type ScanListing, type UidListing,
} from '@mailwright/pop3';
import { localFailure, Pop3Error, type Pop3ErrorCode, quoteResponse, remoteFailure } from './errors.ts';
import { Pop3Message } from './message.ts';
import type { MessageSource } from './message-source.ts';
import { openSession } from './open-session.ts';
import { type CallOptions, checkCall } from './operation.ts';
import { type Pop3ConnectOptions, type ResolvedOptions, resolveOptions } from './options.ts';
import { retrieveAll } from './retrieve-all.ts';
import { rejected } from './requests.ts';
import type { Session } from './session.ts';

/** A message by its number in this session, or by its unique-id. */
export type MessageName = number | { readonly uid: string };

const QUIT_TIMEOUT_MS = 60_000;
const NO_LIMITS: CallOptions = {};

/**
 * A connection with an open maildrop.
 *
 * All commands may be given at any time, also inside a loop over a message; they are done in order. Each rejects with a `Pop3Error`: -ERR is `POP3_REJECTED`, with
 * the server's words in `response`; when the connection is over the code says why. `await using` says QUIT at the end of the block, which is when the server
 * removes what is marked; `close()` before that leaves everything where it is.
 */
export class Pop3Client implements AsyncDisposable {
  readonly #session: Session;
  readonly #options: ResolvedOptions;
  /** Numbers by unique-id, once they were asked for: both stay what they are for the whole session. @rfc 1939 7 */
  #numbers: Promise<ReadonlyMap<string, number>> | undefined = undefined;
  /** How many DELE were sent, and how many of them RSET or the end has undone. */
  #marks = 0;
  #marksUndone = 0;
  #quitting: Promise<void> | undefined = undefined;

  private constructor(session: Session, options: ResolvedOptions) {
    this.#session = session;
    this.#options = options;
  }

  /**
   * Connects: dial, greeting, TLS as the policy demands, login. A text is a URL: `pop3s://user:password@host`.
   *
   * Errors: rejects with a `Pop3Error` whose `phase` says how far it got, with a `TypeError` or a `RangeError` for bad options.
   * @rfc 1939 4
   */
  static async connect(options: Pop3ConnectOptions | string): Promise<Pop3Client> {
    const resolved = resolveOptions(options);
    const session = await openSession(resolved, new DeadlineSet(resolved.clock));
    return new Pop3Client(session, resolved);
  }

  /** What the server announced after the login. */
  get capabilities(): Capabilities {
    return this.#session.capabilities;
  }

  /** Facts of the TLS session, or `undefined` in clear text. */
  get tls(): TlsFacts | undefined {
    return this.#session.tls;
  }

  /** The server's first words. */
  get greeting(): Response {
    return this.#session.greeting!;
  }

  get peer(): Endpoint {
    return this.#session.peer;
  }

  /** Messages come with UTF-8 in their headers. @rfc 6856 2.1 */
  get utf8(): boolean {
    return this.#session.utf8;
  }

  /** False once the connection is over, or `quit` was called. */
  get usable(): boolean {
    return this.#session.open && this.#quitting === undefined;
  }

  /** Octets of messages that are kept in memory now: read ahead, or read out of the way of a command. */
  get bufferedOctets(): number {
    return this.#session.bufferedOctets;
  }

  /** How many messages there are and how large they are together. @rfc 1939 5 */
  async stat(call: CallOptions = NO_LIMITS): Promise<DropListing> {
    const { response } = await this.#ask({ verb: 'STAT' }, call);
    return parseDropListing(response.text) ?? this.#bad(`STAT says ${quoteResponse(response)}`);
  }

  /** The sizes of all messages that are not marked as deleted. @rfc 1939 5 */
  async list(call: CallOptions = NO_LIMITS): Promise<readonly ScanListing[]> {
    const { lines } = await this.#ask({ verb: 'LIST', number: undefined }, call);
    return this.#listings('LIST', lines, parseScanListing);
  }

  /** The unique-ids of all messages that are not marked as deleted. @rfc 1939 7 */
  async uidl(call: CallOptions = NO_LIMITS): Promise<readonly UidListing[]> {
    const { lines } = await this.#ask({ verb: 'UIDL', number: undefined }, call);
    return this.#listings('UIDL', lines, parseUidListing);
  }

  /** The size of one message. @rfc 1939 5 */
  async sizeOf(message: MessageName, call: CallOptions = NO_LIMITS): Promise<number> {
    const number = typeof message === 'number' ? checkNumber(message) : await this.#numberOf(message, call);
    const { response } = await this.#ask({ verb: 'LIST', number }, call);
    return parseScanListing(response.text)?.octets ?? this.#bad(`LIST says ${quoteResponse(response)}`);
  }

  /** The unique-id of one message. @rfc 1939 7 */
  async uidOf(number: number, call: CallOptions = NO_LIMITS): Promise<string> {
    const { response } = await this.#ask({ verb: 'UIDL', number }, call);
    return parseUidListing(response.text)?.uid ?? this.#bad(`UIDL says ${quoteResponse(response)}`);
  }

  /** A message, to be read in a loop or by `toOctets()`. It is asked for when the first octet is. @rfc 1939 5 */
  retrieve(message: MessageName, call: CallOptions = NO_LIMITS): Pop3Message {
    return this.#message(message, call, (number) => ({ verb: 'RETR', number }));
  }

  /** The header of a message and `lines` lines of its body. @rfc 1939 7 */
  top(message: MessageName, lines: number, call: CallOptions = NO_LIMITS): Pop3Message {
    if (!Number.isInteger(lines) || lines < 0) throw new RangeError(`lines must be a whole number from 0, not ${lines}`);
    return this.#message(message, call, (number) => ({ verb: 'TOP', number, lines }));
  }

  /**
   * All messages that are not marked as deleted, in order, each to be read before the next is taken; what is not read of one is dropped. Where the server takes
   * commands in groups, small messages are asked for ahead. `delete` inside the loop is fine. The signal and the deadline are for the whole.
   */
  retrieveAll(call: CallOptions = NO_LIMITS): AsyncGenerator<Pop3Message, undefined> {
    checkCall(call);
    return retrieveAll(this, this.#session, { ...call, aheadOctets: this.#options.aheadOctets, window: this.#options.machine.window, clock: this.#options.clock });
  }

  /** Marks a message as deleted. It is removed when `quit` is answered, not before. @rfc 1939 5 */
  async delete(message: MessageName, call: CallOptions = NO_LIMITS): Promise<void> {
    const number = typeof message === 'number' ? checkNumber(message) : await this.#numberOf(message, call);
    this.#marks++;
    await this.#ask({ verb: 'DELE', number }, call);
  }

  /** Takes all marks away. @rfc 1939 5 */
  async reset(call: CallOptions = NO_LIMITS): Promise<void> {
    const before = this.#marks;
    await this.#ask({ verb: 'RSET' }, call);
    this.#marksUndone = Math.max(this.#marksUndone, before); // marks that are set behind it stand
    this.#numbers = undefined; // what was asked for while messages were marked does not name them
  }

  /** @rfc 1939 5 */
  async noop(call: CallOptions = NO_LIMITS): Promise<void> {
    await this.#ask({ verb: 'NOOP' }, call);
  }

  /** The languages that the server's texts may have, or none where it has no LANG. @rfc 6856 3.2 */
  async languages(call: CallOptions = NO_LIMITS): Promise<readonly LanguageListing[]> {
    if (!this.capabilities.lang) return [];
    const { lines } = await this.#ask({ verb: 'LANG', tag: undefined }, call);
    return this.#listings('LANG', lines, parseLanguageListing);
  }

  /** Chooses the language of the server's texts; `*` is the server's own choice. @rfc 6856 3.2 */
  async setLanguage(tag: string, call: CallOptions = NO_LIMITS): Promise<void> {
    if (!this.capabilities.lang) throw this.#error('POP3_NOT_OFFERED', 'the server has no LANG');
    await this.#ask({ verb: 'LANG', tag }, call);
  }

  /**
   * Says QUIT and closes. Now the server removes the messages that are marked.
   *
   * Errors: rejects with a `Pop3Error` when something was marked and the server did not say that it is removed; never when nothing was. `timeoutMs` bounds it
   * all, what stands before it included. Default 60000.
   * @rfc 1939 6
   */
  quit({ timeoutMs = QUIT_TIMEOUT_MS }: { readonly timeoutMs?: number | undefined } = {}): Promise<void> {
    this.#quitting ??= this.#quit(timeoutMs);
    return this.#quitting;
  }

  /** Drops the connection. Nothing is removed. @rfc 1939 6 */
  close(): void {
    if (this.#quitting === undefined) this.#marksUndone = this.#marks;
    this.#session.abort(localFailure('POP3_CLOSED', 'the connection was closed by this side'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.quit();
  }

  // Inside

  /** QUIT has something to remove, as far as this side knows. */
  get #marked(): boolean {
    return this.#marks > this.#marksUndone;
  }

  async #ask(command: Command, call: CallOptions): Promise<{ readonly response: Response; readonly lines: readonly string[] }> {
    checkCall(call);
    if (this.#quitting !== undefined) throw this.#error('POP3_CLOSED', 'the connection is closed');
    const answer = await this.#session.perform('command', command, call);
    if (answer.type !== 'response') throw this.#error('POP3_UNEXPECTED_RESPONSE', `${answer.type} to ${command.verb}`);
    const { response, lines = [] } = answer;
    if (response.status === 'OK') return { response, lines };
    throw new Pop3Error(rejected(response), { phase: 'command', usable: this.#session.open, peer: this.peer });
  }

  /** One line that can't be read makes the listing useless: a message that is missing in it would be taken for one that is gone. */
  #listings<T>(verb: string, lines: readonly string[], parse: (line: string) => T | undefined): readonly T[] {
    return lines.map((line) => parse(line) ?? this.#bad(`a line of ${verb} can't be read: ${JSON.stringify(line.slice(0, 100))}`));
  }

  #message(message: MessageName, call: CallOptions, command: (number: number) => Command): Pop3Message {
    checkCall(call);
    const facts = typeof message === 'number' ? { number: checkNumber(message), uid: undefined, octets: undefined } : { number: undefined, uid: message.uid, octets: undefined };
    const open = (number: number): MessageSource => {
      if (this.#quitting !== undefined) throw this.#error('POP3_CLOSED', 'the connection is closed');
      return this.#session.openText(command(number), call);
    };
    // Without a promise in between where the number is known: commands are sent in the order in which they are given.
    return new Pop3Message(this.#session, facts, () => (typeof message === 'number' ? open(message) : this.#numberOf(message, call).then(open)));
  }

  async #numberOf(message: { readonly uid: string }, call: CallOptions): Promise<number> {
    const number = (await this.#readNumbers(call)).get(message.uid);
    if (number !== undefined) return number;
    throw new Pop3Error(remoteFailure('POP3_NO_SUCH_MESSAGE', `no message has the unique-id ${JSON.stringify(message.uid)}`), { phase: 'command', usable: this.#session.open, peer: this.peer });
  }

  /** Asks once for all; who finds that the one who asked has given up asks anew. */
  async #readNumbers(call: CallOptions): Promise<ReadonlyMap<string, number>> {
    const asked = this.#numbers;
    if (asked === undefined) return await this.#askNumbers(call);
    try {
      return await asked;
    } catch (error) {
      if (error instanceof Pop3Error && (error.side === 'remote' || !error.usable)) throw error;
      return await this.#readNumbers(call);
    }
  }

  #askNumbers(call: CallOptions): Promise<ReadonlyMap<string, number>> {
    const numbers = this.uidl(call).then((listings) => new Map(listings.map(({ number, uid }) => [uid, number])));
    this.#numbers = numbers;
    numbers.catch(() => {
      if (this.#numbers === numbers) this.#numbers = undefined;
    });
    return numbers;
  }

  async #quit(timeoutMs: number): Promise<void> {
    try {
      const answer = await this.#session.perform('quit', { verb: 'QUIT' }, { deadlineMs: timeoutMs });
      await this.#session.gone();
      if (answer.type === 'response' && answer.response.status === 'OK') return;
      if (this.#marked) throw this.#error('POP3_REJECTED', 'the server did not remove all messages', answer.type === 'response' ? answer.response : undefined);
    } catch (error) {
      if (!this.#marked) return;
      if (!(error instanceof Pop3Error) || !error.usable) throw error;
      this.#session.abort(remoteFailure('POP3_TIMEOUT', `no answer to QUIT within ${timeoutMs} ms`, undefined, error));
      throw new Pop3Error(this.#session.failure!, { phase: 'quit', usable: false, peer: this.peer });
    } finally {
      this.close();
      await this.#session.gone();
    }
  }

  #bad(message: string): never {
    throw new Pop3Error(remoteFailure('POP3_BAD_LISTING', message), { phase: 'command', usable: this.#session.open, peer: this.peer });
  }

  #error(code: Pop3ErrorCode, message: string, response?: Response): Pop3Error {
    const failure = response === undefined ? localFailure(code, message) : remoteFailure(code, `${message}: ${quoteResponse(response)}`, response);
    return new Pop3Error(failure, { phase: this.#quitting === undefined ? 'command' : 'quit', usable: this.usable, peer: this.peer });
  }
}

function checkNumber(number: number): number {
  if (!Number.isInteger(number) || number < 1) throw new RangeError(`a message number must be a whole number from 1, not ${number}`);
  return number;
}
