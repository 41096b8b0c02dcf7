/**
 * What stands behind a mailbox handle: the session in which it is selected, now or after the connection was made again, and whether it still
 * has its turn.
 *
 * @rfc 9051 6.3.2
 */
import { type Command, makeParameters, type MailboxModel, type SearchKey, type SequenceSet, setOf } from '@mailwright/imap';
import { type CommandOptions, type CommandResult, runCommand, type RunOptions } from './command-run.ts';
import { type Failure, ImapError, localFailure, remoteFailure } from './errors.ts';
import type { FeedOptions } from './fetch-feed.ts';
import type { MailboxTurns, TurnHolder } from './mailbox-turns.ts';
import { isSearch, type MessageSelection, selectedSet } from './message-selection.ts';
import type { ResolvedOptions } from './options.ts';
import { searchMessages } from './searching.ts';
import type { Session } from './session.ts';
import type { SessionKeeper } from './session-keeper.ts';
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
  #reopening: Promise<Session> | undefined = undefined;

  private constructor(name: string, { readOnly = false, syncToken }: OpenOptions, context: AccessContext, session: Session) {
    this.name = name;
    this.syncToken = syncToken;
    this.#readOnly = readOnly;
    this.#context = context;
    this.#session = session;
    this.#model = session.mailbox!;
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
      await select(session, name, readOnly, options);
      const access = new MailboxAccess(name, options, context, session);
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
    return this.#state === 'open' && this.#context.keeper.usable;
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
    this.#reopening ??= this.#reopen(session).finally(() => (this.#reopening = undefined));
    return await this.#reopening;
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

  feedOptions(): Omit<FeedOptions, 'plan'> {
    const { memoryOctets, spilledOctets, temporaryFolder, random } = this.#context.options;
    return { memoryOctets, spilledOctets, file: new SpillFile(temporaryFolder, random) };
  }

  /** An error about this mailbox. */
  error(failure: Failure, command?: string): ImapError {
    return this.#session.error(failure, 'command', command);
  }

  /** Another one waits for the turn, so the server need not be told that this mailbox is let go: the next SELECT does. */
  async close(options: CommandOptions & { readonly expunge?: boolean | undefined }): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'closed';
    this.#tellLost();
    const { turns } = this.#context;
    const session = this.#session;
    try {
      if (!session.open || session.mailbox !== this.#model) return;
      if (options.expunge === true) await runCommand(session, { name: 'CLOSE' }, this.bounded(options));
      else if (!turns.wanted && session.has('UNSELECT')) await runCommand(session, { name: 'UNSELECT' }, this.bounded(options)).catch(ignore);
    } finally {
      turns.release(this);
    }
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

  /** The server may have closed the mailbox of its own accord. @rfc 7162 3.2.11 */
  #selected(session: Session): Session {
    if (session.mailbox === this.#model) return session;
    throw this.error(remoteFailure('IMAP_MAILBOX_STALE', `the server closed ${JSON.stringify(this.name)}: open it again`));
  }

  async #reopen(session: Session): Promise<Session> {
    const { uidValidity } = this.#model;
    await select(session, this.name, this.#readOnly, {});
    this.#check();
    this.#session = session;
    this.#model = session.mailbox!;
    if (uidValidity !== undefined && this.#model.uidValidity !== uidValidity) this.#state = 'replaced';
    this.#check();
    return session;
  }
}

async function select(session: Session, mailbox: string, readOnly: boolean, options: CommandOptions): Promise<void> {
  const condstore = session.has('CONDSTORE') && !session.enabled.has('QRESYNC') && !session.enabled.has('CONDSTORE');
  const parameters = makeParameters('SELECT', condstore ? { condstore: true } : {});
  await runCommand(session, { name: readOnly ? 'EXAMINE' : 'SELECT', mailbox, parameters }, options);
}

function ignore(error: unknown): undefined {
  if (error instanceof ImapError) return undefined;
  throw error;
}
