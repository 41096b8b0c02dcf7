/**
 * A mailbox that is open: messages by UID, whatever happens to their numbers meanwhile. A connection has one open mailbox at a time: `open` waits
 * for its turn, and a handle whose turn was taken away says so to everything.
 *
 *     await using box = await client.open('INBOX');
 *     for await (const message of box.fetch('all', { envelope: true })) console.log(message.envelope?.subject);
 *
 * Read next: `fetching.ts`, `searching.ts`, `changing.ts`, `watching.ts`.
 *
 * @rfc 9051 6.3.2
 */
import type { MailboxModel, SearchKey } from '@mailwright/imap';
import type { CommandOptions } from './command-run.ts';
import { Fetching, type FetchOptions } from './fetching.ts';
import type { FetchedMessage } from './fetched-message.ts';
import type { FetchWant } from './fetch-want.ts';
import type { MailboxAccess } from './mailbox-access.ts';
import type { MessageSelection } from './message-selection.ts';
import { searchMessages, type SearchOptions, type SearchResult } from './searching.ts';

export class Mailbox implements AsyncDisposable {
  readonly #access: MailboxAccess;

  constructor(access: MailboxAccess) {
    this.#access = access;
  }

  // What is known

  get name(): string {
    return this.#access.name;
  }

  /** False once it was closed, another one was opened in its place, or the connection is over. */
  get usable(): boolean {
    return this.#access.usable;
  }

  get readOnly(): boolean {
    return this.#model.readOnly;
  }

  /** How many messages there are. */
  get exists(): number {
    return this.#model.exists;
  }

  /** UIDs mean the same as long as this is the same; `undefined` where the server has no lasting UIDs. */
  get uidValidity(): number | undefined {
    return this.#model.uidValidity;
  }

  /** No UID that is to come is below it. */
  get uidNext(): number | undefined {
    return this.#model.uidNext;
  }

  /** Where the server keeps modification sequences (CONDSTORE). */
  get highestModseq(): bigint | undefined {
    return this.#model.highestModseq;
  }

  /** Flags that messages here can have. */
  get flags(): readonly string[] {
    return this.#model.flags;
  }

  /** Those that last; `undefined` where the server does not say: all do. `\*`: new ones can be made. */
  get permanentFlags(): readonly string[] | undefined {
    return this.#model.permanentFlags;
  }

  /** OBJECTID of the mailbox. */
  get mailboxId(): string | undefined {
    return this.#model.mailboxId;
  }

  // Reading

  /**
   * What is wanted of messages, as it comes. Any other command may be given inside the loop.
   *
   * Errors: the loop throws an `ImapError`: `IMAP_NOT_OFFERED` for what the server does not have, or what ended the command; a `TypeError` for a body
   * that is no section, a `RangeError` for what is no UID.
   * @rfc 9051 6.4.5
   */
  fetch(messages: MessageSelection, want: FetchWant, options: FetchOptions = {}): Fetching {
    const access = this.#access;
    return new Fetching({
      begin: async () => ({ session: await access.ready(options.signal), set: await access.resolve(messages, options) }),
      feed: () => access.feedOptions(),
    }, want, options);
  }

  /** The one message; `undefined` where there is none of this UID. A large body is not in it. */
  async fetchOne(uid: number, want: FetchWant, options: FetchOptions = {}): Promise<FetchedMessage | undefined> {
    const [message] = await this.fetch(uid, want, options).all();
    return message;
  }

  /** Which messages fit an expression, whatever of it the server knows. Rejects with an `ImapError`. @rfc 9051 6.4.4 */
  async search(search: SearchKey, options: SearchOptions = {}): Promise<SearchResult> {
    return await searchMessages(this.#access, search, options);
  }

  // Ending

  /**
   * Lets the mailbox go. With `expunge`, messages marked `\Deleted` are removed. Closing twice does nothing. Rejects with an `ImapError` where the
   * expunge was refused.
   * @rfc 9051 6.4.1
   * @rfc 9051 6.4.2
   */
  async close(options: CommandOptions & { readonly expunge?: boolean | undefined } = {}): Promise<void> {
    await this.#access.close(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  get #model(): MailboxModel {
    return this.#access.model;
  }
}
