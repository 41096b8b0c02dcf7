/**
 * What the commands of a session share: its account, its selected mailbox, and the ways to say much without filling the memory.
 *
 * Read next: `selection.ts`, `../commands/dispatch.ts`.
 */
import type { ServerMachine } from '@mailwright/imap';
import { CommandRefused, no, SessionOver } from '../commands/outcome.ts';
import { Contexts } from '../commands/contexts.ts';
import { Notifications } from '../commands/notifications.ts';
import type { MailAccount } from '../store/mail-account.ts';
import type { Mailbox, MailboxChange } from '../store/mailbox.ts';
import type { ServerCore } from './core.ts';
import { LiteralIntake } from './literal-intake.ts';
import type { RecentMessages } from './recent-messages.ts';
import { ALL_RIGHTS, effectiveRights } from './rights.ts';
import { Selection, type SelectionOwner } from './selection.ts';

/** What the commands need of the connection. */
export interface SessionPort {
  readonly machine: ServerMachine;
  /** Writes what the machine holds. False where the client does not read: `whenDrained` tells when it does. */
  flush(): boolean;
  /** Rejects with a `SessionOver` where that will never be. */
  whenDrained(): Promise<void>;
  /** Nothing that is said now is heard. */
  readonly over: boolean;
  /** Something may be told unasked. */
  newsArrived(): void;
  /** A literal that was held back may go on. */
  pull(): void;
  failed(error: unknown): void;
}

/** Output that gathers before it leaves, and the client is asked whether it reads. */
const CHUNK_OCTETS = 65_536;
/** A command that works longer lets others work in between. */
const TURN_MS = 10;
/** How long a command works before the client hears of it, and how often then. @rfc 9585 4 */
const PROGRESS_MS = 10_000;

export class CommandSession implements SelectionOwner {
  readonly core: ServerCore;
  readonly machine: ServerMachine;
  readonly intake: LiteralIntake;
  readonly contexts: Contexts = new Contexts(this);
  readonly notifications: Notifications = new Notifications(this);
  user: string | undefined = undefined;
  selection: Selection | undefined = undefined;
  readonly #port: SessionPort;
  #account: MailAccount | undefined = undefined;
  /** When the event loop was free the last time, and when the client heard of progress. */
  #turnBegan = 0;
  #progressAt = 0;

  constructor(core: ServerCore, port: SessionPort) {
    this.core = core;
    this.machine = port.machine;
    this.#port = port;
    this.intake = new LiteralIntake(this, () => port.pull());
  }

  get recent(): RecentMessages {
    return this.core.recent;
  }

  /** Throws a `TypeError` before the login: the machine lets no command through that needs it. */
  get account(): MailAccount {
    if (this.#account === undefined) throw new TypeError('nobody has logged in');
    return this.#account;
  }

  /** As `account`. */
  get selected(): Selection {
    if (this.selection === undefined) throw new TypeError('no mailbox is selected');
    return this.selection;
  }

  /** The mailbox selected to be written. Throws a `CommandRefused` where it may only be read. */
  get writable(): Selection {
    const { selected } = this;
    if (selected.readOnly) throw new CommandRefused(no('The mailbox can only be read', 'READ-ONLY'));
    return selected;
  }

  get condstore(): boolean {
    return this.machine.session.enabled.has('CONDSTORE');
  }

  logIn(user: string, account: MailAccount): void {
    this.user = user;
    this.#account = account;
    this.contexts.clear();
    this.notifications.clear();
  }

  /** Back to where nobody has logged in, or the end. */
  logOut(): void {
    this.unselect();
    this.notifications.clear();
    this.intake.drop();
    this.user = undefined;
    this.#account = undefined;
  }

  select(mailbox: Mailbox, readOnly: boolean): Selection {
    this.unselect();
    this.selection = new Selection(this, mailbox, readOnly);
    return this.selection;
  }

  unselect(): void {
    this.selection?.drop();
    this.selection = undefined;
    this.contexts.clear();
  }

  /** Whether mailboxes have lists of rights here; without, everybody who gets in may do all. */
  get hasRights(): boolean {
    return this.account.acl !== undefined && this.core.machineOptions.capabilities.offers('ACL');
  }

  /** What the user may do with a mailbox. @rfc 4314 4 */
  async rightsOn(name: string): Promise<string> {
    const { account } = this;
    if (!this.hasRights) return ALL_RIGHTS;
    const user = this.user ?? account.user;
    return effectiveRights(await account.acl!.acl(name), user, user === account.user);
  }

  /** Refuses where the user lacks one of the rights. A mailbox that it may not even see is as none. @rfc 4314 6 */
  async requireRights(name: string, rights: string): Promise<string> {
    const granted = await this.rightsOn(name);
    if ([...rights].every((right) => granted.includes(right))) return granted;
    throw new CommandRefused(granted.includes('l') ? no('You may not do this', 'NOPERM') : no('There is no such mailbox', 'NONEXISTENT'));
  }

  // Saying much

  /**
   * Lets what was said leave where it is much; a promise where the client has to read first.
   * Throws, or rejects with, a `SessionOver` when there is nobody any more who would hear it.
   */
  room(): Promise<void> | undefined {
    if (this.machine.outputLength < CHUNK_OCTETS) return undefined;
    if (this.#port.over) throw new SessionOver('the session is over');
    return this.#port.flush() ? undefined : this.#port.whenDrained();
  }

  /** To be called when a long work begins. */
  beginWork(): void {
    this.#turnBegan = this.core.now();
    this.#progressAt = this.#turnBegan;
  }

  /** To be called often in a long work: a promise where others are to have their turn. `done` of `goal` is what the client is told after a while. @rfc 9585 4 */
  breathe(tag: string, done: number, goal: number): Promise<void> | undefined {
    const now = this.core.now();
    if (now - this.#turnBegan < TURN_MS) return undefined;
    return this.#breathe(now, tag, done, goal);
  }

  async #breathe(now: number, tag: string, done: number, goal: number): Promise<void> {
    if (now - this.#progressAt >= PROGRESS_MS && this.core.machineOptions.capabilities.offers('INPROGRESS')) {
      this.#progressAt = now;
      this.machine.respondStatus('OK', { name: 'INPROGRESS', tag, progress: done, goal }, 'Still working');
      this.#port.flush();
    }
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (this.#port.over) throw new SessionOver('the session is over');
    this.#turnBegan = this.core.now();
  }

  // News

  newsArrived(): void {
    this.#port.newsArrived();
  }

  changed(change: MailboxChange): void {
    this.contexts.changed(change);
  }

  /** What has to be looked at before the machine may tell what is new; nothing, most of the time. */
  prepareNews(): Promise<void> | undefined {
    return this.contexts.pending && this.selection !== undefined ? this.contexts.prepare() : undefined;
  }

  /** To be called right before the machine tells what is new: says what has to stand before it. `unasked`: no command ends now. */
  beforeNews(allowExpunge: boolean, unasked: boolean = false): void {
    const { selection } = this;
    if (selection === undefined) return;
    if (selection.takeNewKeywords()) this.sayFlags(selection.mailbox);
    this.contexts.tell(allowExpunge, unasked && this.notifications.holdsFlags);
  }

  /** What held the session up is over. */
  resume(): void {
    this.#port.pull();
  }

  /** What nobody waits for has failed. */
  failed(error: unknown): void {
    this.#port.failed(error);
  }

  /** The flags that there are. @rfc 9051 7.3.5 */
  sayFlags(mailbox: Mailbox): void {
    this.machine.respond({ name: 'FLAGS', flags: ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft', ...mailbox.keywords] });
  }
}
