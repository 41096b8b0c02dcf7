/**
 * A mailbox that is open: messages by UID, whatever happens to their numbers meanwhile. A connection has one open mailbox at a time: `open` waits
 * for its turn, and a handle whose turn was taken away says so to everything.
 *
 *     await using box = await client.open('INBOX');
 *     for await (const message of box.fetch('all', { envelope: true })) console.log(message.envelope?.subject);
 *
 * Read next: `fetching.ts`, `searching.ts`, `copying.ts`, `watching.ts`.
 *
 * @rfc 9051 6.3.2
 */
import type { MailboxModel, SearchKey, SortCriterion, ThreadAlgorithm } from '@mailwright/imap';
import type { AppendInput } from './appending.ts';
import { changeFlags, type FlagOptions, type FlagResult } from './changing-flags.ts';
import type { CommandOptions } from './command-run.ts';
import { copyMessages, type CopyOptions, type CopyResult, deleteMessages, type DeleteOptions, type DeleteResult, expungeMessages, moveMessages, type MoveResult } from './copying.ts';
import { Download, type DownloadOptions } from './download.ts';
import { Fetching, type FetchOptions } from './fetching.ts';
import type { FetchedMessage } from './fetched-message.ts';
import type { FetchWant } from './fetch-want.ts';
import type { MailboxAccess } from './mailbox-access.ts';
import type { MessageSelection } from './message-selection.ts';
import { type OrderOptions, sortFound, type SortResult, threadFound, type ThreadResult } from './ordering.ts';
import { replaceMessage, type ReplaceOptions, type ReplaceResult } from './replacing.ts';
import { searchMessages, type SearchOptions, type SearchResult } from './searching.ts';
import type { MailboxUpdate } from './watch-update.ts';
import { watchMailbox, type WatchOptions } from './watching.ts';

const ALL: SearchKey = { key: 'ALL' };

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
      room: () => access.roomLimits(),
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

  /** What a search finds, in an order. Rejects with an `ImapError`. @rfc 5256 */
  async sort(criteria: readonly SortCriterion[], search: SearchKey = ALL, options: OrderOptions = {}): Promise<SortResult> {
    return await sortFound(this.#access, criteria, search, options);
  }

  /** What a search finds, as conversations. Rejects with an `ImapError`. @rfc 5256 */
  async thread(algorithm: ThreadAlgorithm = 'REFERENCES', search: SearchKey = ALL, options: OrderOptions = {}): Promise<ThreadResult> {
    return await threadFound(this.#access, algorithm, search, options);
  }

  /** One body (`''` is the message, `1.2` a part) as one literal, as fast as it is read. Throws a `TypeError` for what is no section. @rfc 9051 6.4.5 */
  download(uid: number, section: string = '', options: DownloadOptions = {}): Download {
    return new Download(this.#access, uid, section, options);
  }

  /**
   * What happens here, as it happens: updates with `added`, `removed` and `changed`, by UID. The first comes at once and tells what happened since
   * the token. Any other command may be given inside the loop.
   *
   * Errors: the loop throws an `ImapError`, see `watchMailbox`; a `TypeError` for what is no token.
   */
  watch(options: WatchOptions = {}): AsyncGenerator<MailboxUpdate, void, undefined> {
    return watchMailbox(this.#access, { ...options, token: options.token ?? this.#access.syncToken });
  }

  // Changing

  /** Rejects with an `ImapError`, as everything here does. @rfc 9051 6.4.6 */
  async addFlags(messages: MessageSelection, flags: readonly string[], options: FlagOptions = {}): Promise<FlagResult> {
    return await changeFlags(this.#access, messages, { item: 'FLAGS', action: 'add', values: flags }, options);
  }

  async removeFlags(messages: MessageSelection, flags: readonly string[], options: FlagOptions = {}): Promise<FlagResult> {
    return await changeFlags(this.#access, messages, { item: 'FLAGS', action: 'remove', values: flags }, options);
  }

  /** These flags and no others. */
  async setFlags(messages: MessageSelection, flags: readonly string[], options: FlagOptions = {}): Promise<FlagResult> {
    return await changeFlags(this.#access, messages, { item: 'FLAGS', action: 'replace', values: flags }, options);
  }

  /** Gmail's labels: names of mailboxes, or `\Starred` and the like. */
  async changeLabels(messages: MessageSelection, action: 'add' | 'remove' | 'replace', labels: readonly string[], options: FlagOptions = {}): Promise<FlagResult> {
    return await changeFlags(this.#access, messages, { item: 'X-GM-LABELS', action, values: labels }, options);
  }

  /** @rfc 9051 6.4.7 */
  async copy(messages: MessageSelection, mailbox: string, options: CopyOptions = {}): Promise<CopyResult> {
    return await copyMessages(this.#access, messages, mailbox, options);
  }

  /** MOVE where the server has it, else a copy and a deletion. @rfc 6851 3 */
  async move(messages: MessageSelection, mailbox: string, options: CopyOptions & DeleteOptions = {}): Promise<MoveResult> {
    return await moveMessages(this.#access, messages, mailbox, options);
  }

  /** Marks messages `\Deleted` and removes them, and no others. @rfc 4315 2.1 */
  async delete(messages: MessageSelection, options: DeleteOptions = {}): Promise<DeleteResult> {
    return await deleteMessages(this.#access, messages, options);
  }

  /** Removes those of the messages that are marked `\Deleted`; without `messages`, all that are, whoever marked them. @rfc 9051 6.4.3 */
  async expunge(messages?: MessageSelection, options: DeleteOptions = {}): Promise<DeleteResult> {
    return await expungeMessages(this.#access, messages, options);
  }

  /** One message in the place of another. @rfc 8508 */
  async replace(uid: number, message: AppendInput, options: ReplaceOptions = {}): Promise<ReplaceResult> {
    return await replaceMessage(this.#access, uid, message, options);
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
