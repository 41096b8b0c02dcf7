/**
 * A connection to an IMAP server: what can be asked of the server itself, and the mailboxes that are opened on it.
 *
 * Commands may be given at any time and all at once; what RFC 9051 allows is sent together. Nothing here emits events: what went wrong
 * rejects the promise it is about, and `closed` tells how the connection ended.
 *
 * Read next: `mailbox.ts`, `session.ts`, `open-session.ts`.
 *
 * @rfc 9051 3
 */
import { type ClientCapabilities, type Command, makeParameters, makeStatusItems, type Namespace, type NamespaceData, type StatusItemName, type StatusItems } from '@mailwright/imap';
import { DeadlineSet, type Endpoint, type TlsFacts } from '@mailwright/net';
import { AclCommands } from './acl.ts';
import { appendMessages, type AppendInput, type AppendOptions, type AppendResult } from './appending.ts';
import { type CommandOptions, type CommandResult, runCommand } from './command-run.ts';
import { type CommandRunner, dataNamed, runOffered } from './command-runner.ts';
import { localFailure } from './errors.ts';
import { type ListedBox, listMailboxes, type ListOptions } from './listing.ts';
import { Mailbox } from './mailbox.ts';
import { type AccessContext, MailboxAccess, type OpenOptions } from './mailbox-access.ts';
import { MailboxTurns } from './mailbox-turns.ts';
import { MetadataCommands } from './metadata.ts';
import { openSession } from './open-session.ts';
import { type ImapConnectOptions, type ResolvedOptions, resolveOptions } from './options.ts';
import { QuotaCommands } from './quota.ts';
import { type Closed, SessionKeeper } from './session-keeper.ts';
import { type ImapStats, Stats } from './stats.ts';
import { type MailboxNews, watchMailboxes, type WatchMailboxesOptions } from './watching-mailboxes.ts';

export class ImapClient implements AsyncDisposable {
  readonly #keeper: SessionKeeper;
  readonly #options: ResolvedOptions;
  readonly #stats: Stats;
  readonly #context: AccessContext;
  readonly #runner: CommandRunner;
  #closing: Promise<void> | undefined = undefined;
  /** Quotas. @rfc 9208 */
  readonly quota: QuotaCommands;
  /** Rights. @rfc 4314 */
  readonly acl: AclCommands;
  /** Notes on mailboxes and on the server. @rfc 5464 */
  readonly metadata: MetadataCommands;

  private constructor(keeper: SessionKeeper, options: ResolvedOptions, stats: Stats) {
    this.#keeper = keeper;
    this.#options = options;
    this.#stats = stats;
    this.#runner = { session: (signal) => keeper.ready(signal), run: (command, bounds) => this.run(command, bounds) };
    this.quota = new QuotaCommands(this.#runner);
    this.acl = new AclCommands(this.#runner);
    this.metadata = new MetadataCommands(this.#runner);
    const turns = new MailboxTurns(options.clock);
    this.#context = { keeper, turns, options };
    void keeper.closed.then(({ error }) => turns.end(localFailure('IMAP_CLOSED', 'the connection is closed', error)));
  }

  /**
   * Connects: dial, TLS as the policy demands, login.
   *
   *     const client = await ImapClient.connect('imaps://user:password@mail.example.org');
   *
   * Errors: rejects with an `ImapError` whose `phase` says how far it got; throws a `TypeError` or a `RangeError` for bad options.
   * @rfc 9051 3
   */
  static async connect(target: string | ImapConnectOptions, more: ImapConnectOptions = {}): Promise<ImapClient> {
    const resolved = resolveOptions(typeof target === 'string' ? { ...more, url: target } : { ...target, ...more });
    const deadlines = new DeadlineSet(resolved.clock);
    const stats = new Stats();
    const opened = await openSession(resolved, { deadlines, stats, signal: undefined });
    return new ImapClient(new SessionKeeper(opened, resolved, deadlines, stats), resolved, stats);
  }

  // What is known

  /** What the server announces now. */
  get capabilities(): ClientCapabilities {
    return this.#keeper.session.capabilities;
  }

  /** Whether the server can do this: announced, brought by another capability, or part of IMAP4rev2. */
  has(capability: string): boolean {
    return this.#keeper.session.has(capability.toUpperCase());
  }

  /** What was switched on with ENABLE, in upper case. */
  get enabled(): ReadonlySet<string> {
    return this.#keeper.session.enabled;
  }

  /** The text of the server's first word. */
  get greeting(): string {
    return this.#keeper.opened.greeting.text;
  }

  /** What the server said of itself, where it was asked (`id`). */
  get serverId(): ReadonlyMap<string, string | undefined> | undefined {
    return this.#keeper.opened.serverId;
  }

  /** Facts of the TLS session, or `undefined` in clear text. */
  get tls(): TlsFacts | undefined {
    return this.#keeper.session.tls;
  }

  get peer(): Endpoint {
    return this.#keeper.session.peer;
  }

  /** False once the connection is over, or `close` or `logout` was called. A connection that is being made again is usable. */
  get usable(): boolean {
    return this.#keeper.usable;
  }

  get stats(): ImapStats {
    return this.#stats.snapshot();
  }

  /** Resolves when the connection is over for good; never rejects. `error` says why, where it was not this side. */
  get closed(): Promise<Closed> {
    return this.#keeper.closed;
  }

  // Mailboxes

  /**
   * Opens a mailbox, when it is its turn: a connection has one open mailbox at a time.
   *
   * Errors: rejects with an `ImapError`: `IMAP_WAIT_TIMEOUT` when no turn came, `IMAP_REJECTED` when the server says no.
   * @rfc 9051 6.3.2
   */
  async open(name: string, options: OpenOptions = {}): Promise<Mailbox> {
    return new Mailbox(await MailboxAccess.open(name, this.#bounded(options), this.#context));
  }

  /** Which mailboxes there are. Rejects with an `ImapError`. @rfc 9051 6.3.9 */
  async list(options: ListOptions = {}): Promise<ListedBox[]> {
    return await listMailboxes(await this.#keeper.ready(options.signal), this.#bounded(options));
  }

  /** Numbers of a mailbox that need not be open. Rejects with an `ImapError`, as everything here does. @rfc 9051 6.3.11 */
  async status(mailbox: string, items: readonly StatusItemName[] = ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY', 'UNSEEN'], options: CommandOptions = {}): Promise<StatusItems> {
    const [answer] = dataNamed(await this.run({ name: 'STATUS', mailbox, items }, options), 'STATUS');
    return answer?.items ?? makeStatusItems();
  }

  /**
   * How several mailboxes stand, none of them opened: each once at the beginning, and whenever something in it is otherwise. By NOTIFY where the server has
   * it, else by STATUS now and then. Any other command may be given inside the loop.
   *
   * Errors: the loop throws an `ImapError` when the connection is lost and not made again.
   * @rfc 5465
   */
  watchMailboxes(mailboxes: readonly string[], options: WatchMailboxesOptions = {}): AsyncGenerator<MailboxNews, void, undefined> {
    return watchMailboxes(mailboxes, options, { keeper: this.#keeper, reconnects: this.#options.reconnect !== undefined });
  }

  /** A new mailbox; `specialUse`: what it is for (`\\Sent`), which needs CREATE-SPECIAL-USE. @rfc 9051 6.3.4 */
  async create(mailbox: string, options: CommandOptions & { readonly specialUse?: string | undefined } = {}): Promise<void> {
    const { specialUse } = options;
    const parameters = makeParameters('CREATE', specialUse === undefined ? {} : { use: [specialUse] });
    if (specialUse === undefined) await this.run({ name: 'CREATE', mailbox, parameters }, options);
    else await runOffered(this.#runner, 'CREATE-SPECIAL-USE', { name: 'CREATE', mailbox, parameters }, options);
  }

  /** @rfc 9051 6.3.5 */
  async delete(mailbox: string, options: CommandOptions = {}): Promise<void> {
    await this.run({ name: 'DELETE', mailbox }, options);
  }

  /** @rfc 9051 6.3.6 */
  async rename(from: string, to: string, options: CommandOptions = {}): Promise<void> {
    await this.run({ name: 'RENAME', mailbox: from, newName: to, parameters: makeParameters('RENAME') }, options);
  }

  /** @rfc 9051 6.3.7 */
  async subscribe(mailbox: string, options: CommandOptions = {}): Promise<void> {
    await this.run({ name: 'SUBSCRIBE', mailbox }, options);
  }

  /** @rfc 9051 6.3.8 */
  async unsubscribe(mailbox: string, options: CommandOptions = {}): Promise<void> {
    await this.run({ name: 'UNSUBSCRIBE', mailbox }, options);
  }

  /** What names of mailboxes begin with. Where the server lacks NAMESPACE: the personal one, and its delimiter. @rfc 2342 5 */
  async namespace(options: CommandOptions = {}): Promise<Omit<NamespaceData, 'name'>> {
    const session = await this.#keeper.ready(options.signal);
    if (!session.has('NAMESPACE')) {
      const [root] = await this.list({ ...options, pattern: '' });
      return { personal: [{ prefix: '', delimiter: root?.delimiter, extensions: new Map() }], others: NO_NAMESPACES, shared: NO_NAMESPACES };
    }
    const [answer] = dataNamed(await this.run({ name: 'NAMESPACE' }, options), 'NAMESPACE');
    return { personal: answer?.personal ?? NO_NAMESPACES, others: answer?.others ?? NO_NAMESPACES, shared: answer?.shared ?? NO_NAMESPACES };
  }

  /** Who are you? `fields`: who we are; nothing is told without. Empty where the server does not say. @rfc 2971 3.1 */
  async id(fields?: Readonly<Record<string, string>>, options: CommandOptions = {}): Promise<ReadonlyMap<string, string | undefined>> {
    const command: Command = { name: 'ID', fields: fields === undefined ? undefined : new Map(Object.entries(fields)) };
    const [answer] = dataNamed(await runOffered(this.#runner, 'ID', command, options), 'ID');
    return answer?.fields ?? new Map();
  }

  /** The language of the server's texts: asks for the first that it has of these, and tells which are in use; none asks which there are. @rfc 5255 3.2 */
  async language(ranges: readonly string[] = [], options: CommandOptions = {}): Promise<readonly string[]> {
    return dataNamed(await runOffered(this.#runner, 'LANGUAGE', { name: 'LANGUAGE', ranges }, options), 'LANGUAGE').flatMap(({ tags }) => tags);
  }

  /**
   * Puts a message into a mailbox, or several.
   *
   * Errors: rejects with an `ImapError`: `IMAP_TOO_LARGE` before anything is sent, `IMAP_SOURCE_FAILED` for a source that fails or has another size than
   * it said, which ends the connection.
   * @rfc 9051 6.3.12
   */
  async append(mailbox: string, messages: AppendInput | readonly AppendInput[], options: AppendOptions = {}): Promise<AppendResult> {
    const inputs = 'message' in messages ? [messages] : messages;
    return await appendMessages(await this.#keeper.ready(options.signal), mailbox, inputs, this.#bounded(options));
  }

  // Anything

  /**
   * Any command that does not change what the connection is.
   *
   * Errors: rejects with an `ImapError`; throws a `TypeError` or a `RangeError` for a command that can't be written, or that has a method of its own.
   */
  async run(command: Command, options: CommandOptions = {}): Promise<CommandResult> {
    if (OWN.has(command.name)) throw new TypeError(`${command.name} is not for run: ${OWN.get(command.name)!}`);
    const session = await this.#keeper.ready(options.signal);
    return await runCommand(session, command, this.#bounded(options));
  }

  /** Asks whether the server is still there. */
  async noop(options: CommandOptions = {}): Promise<void> {
    await this.run({ name: 'NOOP' }, options);
  }

  // Ending

  /** LOGOUT, behind everything that was asked, and then the end of the connection, within `closeTimeoutMs`. Never rejects. @rfc 9051 6.1.3 */
  logout(): Promise<void> {
    this.#closing ??= this.#logout();
    return this.#closing;
  }

  /** Drops the connection; what is under way rejects with `IMAP_CLOSED`. Resolves when it is gone. Never rejects. */
  close(): Promise<void> {
    this.#keeper.stopReconnecting();
    this.#keeper.session.abort(localFailure('IMAP_CLOSED', 'the connection was closed by this side'));
    return this.#keeper.closed.then(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.logout();
  }

  #bounded<O extends CommandOptions>(options: O): O {
    return { ...options, timeoutMs: options.timeoutMs ?? this.#options.commandTimeoutMs };
  }

  async #logout(): Promise<void> {
    this.#keeper.stopReconnecting();
    const { session } = this.#keeper;
    const { clock, closeTimeoutMs } = this.#options;
    const timer = clock.setTimer(() => session.abort(localFailure('IMAP_CLOSED', 'the server did not answer LOGOUT in time')), closeTimeoutMs);
    await runCommand(session, { name: 'LOGOUT' }, { phase: 'logout' }).catch(() => undefined);
    await this.#keeper.closed;
    timer.cancel();
  }
}

const NO_NAMESPACES: readonly Namespace[] = [];

/** Commands that would leave driver and machine of different minds, and what to use. */
const OWN: ReadonlyMap<string, string> = new Map([
  ['SELECT', 'use open'], ['EXAMINE', 'use open with readOnly'], ['CLOSE', 'use close of the mailbox'], ['UNSELECT', 'use close of the mailbox'],
  ['IDLE', 'use watch of the mailbox'], ['LOGOUT', 'use logout'], ['STARTTLS', 'use the option tls'], ['COMPRESS', 'use the option compress'],
  ['LOGIN', 'use the option auth'], ['AUTHENTICATE', 'use the option auth'], ['UNAUTHENTICATE', 'use another connection'],
]);
