/**
 * What stands behind a mailbox handle: the session in which it is selected, now or after the connection was made again, and whether it still
 * has its turn.
 *
 * @rfc 9051 6.3.2
 */
import { type Command, makeParameters, type MailboxModel, type SearchKey, type SequenceSet, setOf } from '@mailwright/imap';
import { type CommandOptions, type CommandResult, runCommand, type RunOptions } from './command-run.ts';
import { abortFailure, type Failure, ImapError, localFailure, remoteFailure } from './errors.ts';
import type { RoomLimits } from './feed-room.ts';
import type { MailboxTurns, TurnHolder } from './mailbox-turns.ts';
import { isSearch, type MessageSelection, selectedSet } from './message-selection.ts';
import type { ResolvedOptions } from './options.ts';
import { searchMessages } from './searching.ts';
import type { Session } from './session.ts';
import { type SessionKeeper, withSignal } from './session-keeper.ts';
import { SpillFile } from './spill-file.ts';
import { parseSyncToken } from './sync-token.ts';

export interface OpenOptions extends CommandOptions {
  /** EXAMINE: nothing in it changes, not even `\Recent`. Default false. */
  readonly readOnly?: boolean | undefined;
  /** How long to wait for the turn. Default: `waitTimeoutMs` of the connection; 0 does not wait. */
  readonly waitTimeoutMs?: number | undefined;
  /** A token of an earlier `watch`: where the next one begins. */
  readonly syncToken?: string | undefined;
  /** Take the turn from the mailbox that is open; its handle is stale then. Default false: wait until it is closed. */
  readonly takeOver?: boolean | undefined;
}

/** What a client has, for its mailboxes. */
export interface AccessContext {
  readonly keeper: SessionKeeper;
  readonly turns: MailboxTurns;
  readonly options: ResolvedOptions;
}

export class MailboxAccess implements TurnHolder {
  readonly name: string;
  readonly syncToken: string | undefined;
  readonly #context: AccessContext;
  readonly #readOnly: boolean;
  #state: 'open' | 'closed' | 'stale' | 'replaced' = 'open';
  #session: Session;
  #model: MailboxModel;
  /** As it was when the UIDs that its callers hold were told. */
  #uidValidity: number | undefined;
  #reopening: Promise<Session> | undefined = undefined;

  private constructor(name: string, { readOnly = false, syncToken }: OpenOptions, context: AccessContext, session: Session, model: MailboxModel) {
    this.name = name;
    this.syncToken = syncToken;
    this.#readOnly = readOnly;
    this.#context = context;
    this.#session = session;
    this.#model = model;
    this.#uidValidity = model.uidValidity;
  }

  /** Waits for its turn and selects. Rejects with an `ImapError`. */
  static async open(name: string, options: OpenOptions, context: AccessContext): Promise<MailboxAccess> {
    const { keeper, turns } = context;
    if (options.syncToken !== undefined) parseSyncToken(options.syncToken);
    const { readOnly = false, takeOver = false, signal, waitTimeoutMs = context.options.waitTimeoutMs } = options;
    try {
      await turns.take({ timeoutMs: waitTimeoutMs, signal, takeOver });
    } catch (failure) {
      throw keeper.session.error(failure as Failure, 'command', 'SELECT');
    }
    try {
      const session = await keeper.ready(signal);
      const model = await select(session, name, readOnly, options);
      const access = new MailboxAccess(name, options, context, session, model);
      turns.hold(access);
      return access;
    } catch (error) {
      turns.release(undefined);
      throw error;
    }
  }

  get model(): MailboxModel {
    return this.#model;
  }

  get context(): AccessContext {
    return this.#context;
  }

  get usable(): boolean {
    return this.#state === 'open' && this.#context.keeper.usable && !(this.#session.open && this.#session.mailbox !== this.#model);
  }

  get isReadOnly(): boolean {
    return this.#model.readOnly;
  }

  /** Another mailbox was opened in its place. */
  displaced(): void {
    this.#state = 'stale';
    this.#tellLost();
  }

  /** Hear when the handle is closed or stale. */
  readonly lostListeners: Set<() => void> = new Set();

  get closed(): boolean {
    return this.#state === 'closed';
  }

  /**
   * The session in which the mailbox is selected; selected again there where the connection was made again.
   *
   * Errors: rejects with an `ImapError`: `IMAP_MAILBOX_CLOSED`, `IMAP_MAILBOX_STALE`, `IMAP_MAILBOX_REPLACED` where UIDs mean nothing any more, or why there is no connection.
   */
  async ready(signal?: AbortSignal): Promise<Session> {
    this.#check();
    const session = this.#session.open ? this.#session : await this.#context.keeper.ready(signal);
    this.#check();
    if (session === this.#session) return this.#selected(session);
    if (this.#reopening === undefined) {
      this.#reopening = this.#reopen(session).finally(() => (this.#reopening = undefined));
      this.#reopening.catch(() => undefined); // whoever waits is told; that nobody does any more is no fault
    }
    return await withSignal(this.#reopening, signal, () => this.error(abortFailure(signal!)));
  }

  /** Runs a command in this mailbox. Rejects as `ready` and `runCommand` do. */
  async run(command: Command, options: RunOptions = {}): Promise<CommandResult> {
    const session = await this.ready(options.signal);
    return await runCommand(session, command, this.bounded(options));
  }

  /** The options of a command, with the connection's own deadline. */
  bounded<O extends CommandOptions>(options: O): O {
    return { ...options, timeoutMs: options.timeoutMs ?? this.#context.options.commandTimeoutMs };
  }

  /** The UIDs of a selection; a search is made. */
  async resolve(messages: MessageSelection, options: CommandOptions): Promise<SequenceSet> {
    if (!isSearch(messages)) return selectedSet(messages as Exclude<MessageSelection, SearchKey>);
    const { uids } = await searchMessages(this, messages, options);
    return setOf(uids);
  }

  /** Where what comes for a fetch waits for its reader. */
  roomLimits(): RoomLimits {
    const { memoryOctets, spilledOctets, temporaryFolder, random, commandTimeoutMs } = this.#context.options;
    return { memoryOctets, spilledOctets, patienceMs: commandTimeoutMs, file: new SpillFile(temporaryFolder, random) };
  }

  /** An error about this mailbox. */
  error(failure: Failure, command?: string): ImapError {
    return this.#session.error(failure, 'command', command);
  }

  /**
   * Lets the mailbox go. Where another one waits for the turn the server need not be told: the next SELECT does. An expunge is not left out, though: it
   * rejects where it can't be asked for.
   */
  async close(options: CommandOptions & { readonly expunge?: boolean | undefined }): Promise<void> {
    if (this.#state === 'closed') return;
    const { turns } = this.#context;
    try {
      if (options.expunge === true) await this.#closeExpunging(options);
      else await this.#letGo(options);
    } finally {
      this.#markClosed();
      turns.release(this);
    }
  }

  async #closeExpunging(options: CommandOptions): Promise<void> {
    const session = await this.ready(options.signal);
    this.#markClosed();
    await runCommand(session, { name: 'CLOSE' }, this.bounded(options));
  }

  async #letGo(options: CommandOptions): Promise<void> {
    const session = this.#session;
    this.#markClosed();
    if (!session.open || session.mailbox !== this.#model || this.#context.turns.wanted || !session.has('UNSELECT')) return;
    await runCommand(session, { name: 'UNSELECT' }, this.bounded(options)).catch(ignore);
  }

  #markClosed(): void {
    if (this.closed) return;
    this.#state = 'closed';
    this.#tellLost();
  }

  #tellLost(): void {
    for (const listener of this.lostListeners) listener();
  }

  #check(): void {
    switch (this.#state) {
      case 'closed':
        throw this.error(localFailure('IMAP_MAILBOX_CLOSED', `the handle of ${JSON.stringify(this.name)} was closed`));
      case 'stale':
        throw this.error(localFailure('IMAP_MAILBOX_STALE', `another mailbox was opened in place of ${JSON.stringify(this.name)}: open it again`));
      case 'replaced':
        throw this.error(remoteFailure('IMAP_MAILBOX_REPLACED', `${JSON.stringify(this.name)} is another mailbox now (UIDVALIDITY): what was known of it means nothing any more`));
    }
  }

  /** The server may have closed the mailbox of its own accord, or numbered it anew. @rfc 7162 3.2.11 */
  #selected(session: Session): Session {
    if (session.mailbox !== this.#model) throw this.error(remoteFailure('IMAP_MAILBOX_STALE', `the server closed ${JSON.stringify(this.name)}: open it again`));
    this.#compareUidValidity();
    return session;
  }

  async #reopen(session: Session): Promise<Session> {
    const model = await select(session, this.name, this.#readOnly, {});
    this.#check();
    this.#session = session;
    this.#model = model;
    this.#compareUidValidity();
    return session;
  }

  /** UIDs that were told mean other messages now: nothing may be asked by them. @rfc 9051 2.3.1.1 */
  #compareUidValidity(): void {
    const { uidValidity } = this.#model;
    this.#uidValidity ??= uidValidity;
    if (uidValidity !== this.#uidValidity) this.#state = 'replaced';
    this.#check();
  }
}

async function select(session: Session, mailbox: string, readOnly: boolean, options: CommandOptions): Promise<MailboxModel> {
  const condstore = session.has('CONDSTORE') && !session.enabled.has('QRESYNC') && !session.enabled.has('CONDSTORE');
  const parameters = makeParameters('SELECT', condstore ? { condstore: true } : {});
  await runCommand(session, { name: readOnly ? 'EXAMINE' : 'SELECT', mailbox, parameters }, options);
  if (session.mailbox !== undefined) return session.mailbox;
  // It was open, and before anybody could look the server closed it again.
  throw session.open ? session.error(remoteFailure('IMAP_MAILBOX_STALE', `the server closed ${JSON.stringify(mailbox)}: open it again`), 'command', 'SELECT') : session.endError('command', 'SELECT');
}

function ignore(error: unknown): undefined {
  if (error instanceof ImapError) return undefined;
  throw error;
}
