/**
 * Where a session stands: what the checks may ask of it. The machine is the only one that changes it.
 *
 * Read next: `server.ts`.
 */
import { IMAP4REV1 } from '../capability.ts';
import type { Command } from '../command.ts';
import type { ReadCommand } from '../command-parse.ts';
import type { SessionState } from '../extension.ts';
import { announce } from './capabilities.ts';
import type { MailboxView } from './mailbox-view.ts';
import { PLAINTEXT_MECHANISMS, type ServerOptions } from './server-options.ts';
import type { FlushOptions } from './view-change.ts';

/** Whether the command came with UID before its name. */
export function isUid(command: Command): boolean {
  return 'uid' in command && command.uid === true;
}

/** What SELECT or EXAMINE opened. */
export interface SelectedMailbox {
  readonly name: string;
  /** Opened with EXAMINE, or nobody may write. */
  readonly readOnly: boolean;
  readonly view: MailboxView;
}

/** When changes may be told outside of commands and IDLE: NOTIFY asked for it, at once or with expunges at the next command. @rfc 5465 5.2 */
export type Notifying = 'never' | 'selected' | 'selected-delayed';

export interface ServerSession {
  readonly options: ServerOptions;
  readonly state: SessionState;
  /** Inside TLS, from the start or through STARTTLS. */
  readonly secure: boolean;
  /** A mechanism whose name ends in `-PLUS` can be bound to the TLS channel. @rfc 5801 5 */
  readonly channelBinding: boolean;
  /** COMPRESS is at work. */
  readonly compressed: boolean;
  /** Who has logged in, or `undefined`. */
  readonly identity: string | undefined;
  /** What ENABLE, or a command that does the same, switched on: names in upper case. @rfc 5161 */
  readonly enabled: ReadonlySet<string>;
  readonly mailbox: SelectedMailbox | undefined;
  /** Names of mailboxes and quoted strings are UTF-8. @rfc 9755 3 */
  readonly utf8: boolean;
  /** The rules of IMAP4rev2 are in force: it was enabled, or there is no other version. @rfc 9051 E */
  readonly rev2: boolean;
}

/** The machine's own, writable. */
export class Session implements ServerSession {
  readonly options: ServerOptions;
  state: SessionState = 'not-authenticated';
  secure: boolean;
  channelBinding: boolean;
  compressed: boolean = false;
  identity: string | undefined = undefined;
  readonly enabled: Set<string> = new Set();
  mailbox: SelectedMailbox | undefined = undefined;
  notifying: Notifying = 'never';
  /** NOTIFY named FlagChange for the selected mailbox. @rfc 5465 5.1 */
  notifyingFlags: boolean = true;
  /** The greeting was said. */
  greeted: boolean = false;
  /** The command that is under way. */
  running: ReadCommand | undefined = undefined;

  constructor(options: ServerOptions, secure: boolean, channelBinding: boolean) {
    this.options = options;
    this.secure = secure;
    this.channelBinding = secure && channelBinding;
  }

  get rev2(): boolean {
    return this.enabled.has('IMAP4REV2') || !this.options.capabilities.has(IMAP4REV1);
  }

  get utf8(): boolean {
    return this.rev2 || this.enabled.has('UTF8=ACCEPT');
  }

  get uidOnly(): boolean {
    return this.enabled.has('UIDONLY');
  }

  /** Whether passwords may be said as things stand. @rfc 9051 11.3 */
  get loginAllowed(): boolean {
    return this.secure || this.options.clearTextAuth === 'allow';
  }

  /** The mechanisms that may run as things stand. */
  get mechanisms(): string[] {
    return this.options.mechanisms.filter(
      (mechanism) => (this.loginAllowed || !PLAINTEXT_MECHANISMS.has(mechanism)) && (this.channelBinding || !mechanism.endsWith('-PLUS')),
    );
  }

  /** What CAPABILITY answers now. */
  capabilities(): string[] {
    const { state, secure, compressed, loginAllowed, mechanisms } = this;
    return announce(this.options.capabilities, { state, secure, compressed, startTls: this.options.startTls, loginAllowed, mechanisms });
  }

  /**
   * Switches on what of this can be switched on; gives what is on now and was not, as it is written in the capabilities. @rfc 5161 3.1
   */
  enable(names: readonly string[]): string[] {
    const { enablable } = this.options.capabilities;
    const news: string[] = [];
    for (const asked of names) {
      const name = enablable.find((candidate) => candidate.toUpperCase() === asked.toUpperCase());
      if (name === undefined || this.enabled.has(name.toUpperCase())) continue;
      this.enabled.add(name.toUpperCase());
      news.push(name);
    }
    if (this.enabled.has('QRESYNC')) this.enabled.add('CONDSTORE'); // RFC 7162 section 3.2.3
    return news;
  }

  /** Whether the command that is under way has UID before its name. */
  get askedByUid(): boolean {
    return this.running !== undefined && isUid(this.running.command);
  }

  /** How the view may be told now. */
  flushOptions(allowExpunge: boolean, holdFlags: boolean): FlushOptions {
    const { enabled } = this;
    return { allowExpunge, uidOnly: this.uidOnly, qresync: enabled.has('QRESYNC'), condstore: enabled.has('CONDSTORE'), recent: !this.rev2, holdFlags };
  }

  login(identity: string): void {
    this.identity = identity;
    this.state = 'authenticated';
  }

  select(mailbox: SelectedMailbox): void {
    this.mailbox = mailbox;
    this.state = 'selected';
  }

  /** No mailbox is selected any more. */
  unselect(): void {
    this.mailbox = undefined;
    if (this.state === 'selected') this.state = 'authenticated';
  }

  /** Back to where the connection was before the login, compression and TLS apart. @rfc 8437 2 */
  unauthenticate(): void {
    this.unselect();
    this.identity = undefined;
    this.enabled.clear();
    this.notifying = 'never';
    this.state = 'not-authenticated';
  }

  /** Nothing said in clear text counts after the handshake. @rfc 9051 6.2.1 */
  secured(channelBinding: boolean): void {
    this.unauthenticate();
    this.secure = true;
    this.channelBinding = channelBinding;
  }
}

