/**
 * Where a client's session stands: state, capabilities, what is enabled, the selected mailbox; and what each answer of the server does to that.
 *
 * Between SELECT and its answer there are two mailboxes. What is about which is told by `[CLOSED]`, where the server has it; else everything is
 * about the new one, as nothing of the old one is in flight then.
 *
 * Read next: `client.ts`, `mailbox-model.ts`.
 *
 * @rfc 9051 3
 * @rfc 7162 3.2.11
 */
import type { Command } from '../command.ts';
import type { SessionState } from '../extension.ts';
import { LITERAL_MINUS_OCTETS } from '../extensions/literal.ts';
import type { Data, ResponseCode, TaggedResponse } from '../response.ts';
import { ClientCapabilities, NO_CAPABILITIES } from './client-capabilities.ts';
import type { ClientOptions } from './client-options.ts';
import type { NonSynchronizing } from './command-writing.ts';
import { type MailboxChange, MailboxModel } from './mailbox-model.ts';

/** A mailbox whose SELECT is not answered yet. */
interface Opening {
  model: MailboxModel;
  /** What comes is still about the mailbox selected before. */
  awaitsClosed: boolean;
}

const NOTHING: ReadonlySet<string> = new Set();

export class ClientSession {
  state: SessionState = 'not-authenticated';
  capabilities: ClientCapabilities = NO_CAPABILITIES;
  /** In upper case. @rfc 5161 */
  enabled: ReadonlySet<string> = NOTHING;
  mailbox: MailboxModel | undefined = undefined;
  readonly #options: ClientOptions;
  #opening: Opening | undefined = undefined;
  /** What ENABLE asked for; ENABLED counts for nothing else. */
  #enabling: ReadonlySet<string> = NOTHING;
  /** The server told its capabilities since the command was written that makes the old ones void. */
  #freshCapabilities = false;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Names of mailboxes and quoted strings are UTF-8. @rfc 9755 3 */
  get utf8(): boolean {
    return this.enabled.has('IMAP4REV2') || this.enabled.has('UTF8=ACCEPT');
  }

  /** How large a literal may be that does not wait. @rfc 7888 3 */
  get nonSynchronizing(): NonSynchronizing {
    const { capabilities } = this;
    if (!this.#options.nonSynchronizingLiterals) return -1;
    if (capabilities.has('LITERAL+')) return Infinity;
    return capabilities.has('LITERAL-') || capabilities.has('IMAP4rev2') ? LITERAL_MINUS_OCTETS : -1;
  }

  /** A SELECT is not answered yet. */
  get opening(): boolean {
    return this.#opening !== undefined;
  }

  /** The mailbox that what comes now is about. */
  get current(): MailboxModel | undefined {
    return this.#opening === undefined || this.#opening.awaitsClosed ? this.mailbox : this.#opening.model;
  }

  /** A command is written. */
  begin(command: Command): void {
    if (command.name === 'SELECT' || command.name === 'EXAMINE') {
      const awaitsClosed = this.mailbox !== undefined && this.#saysClosed;
      this.#opening = { model: new MailboxModel(command.mailbox, command.name === 'EXAMINE'), awaitsClosed };
    } else if (command.name === 'ENABLE') this.#enabling = new Set(command.capabilities.map((name) => name.toUpperCase()));
    else if (command.name === 'LOGIN' || command.name === 'AUTHENTICATE' || command.name === 'UNAUTHENTICATE') this.#freshCapabilities = false;
  }

  learnCapabilities(names: readonly string[]): void {
    this.capabilities = new ClientCapabilities(names, this.#options.disabled);
    this.#freshCapabilities = true;
  }

  /** STARTTLS is done: what was said in clear text counts for nothing. @rfc 9051 6.2.1 */
  forget(): void {
    this.capabilities = NO_CAPABILITIES;
  }

  /** A response code, tagged or not. True where it told the capabilities. */
  receiveCode(code: ResponseCode | undefined, changes: MailboxChange[]): boolean {
    if (code === undefined) return false;
    switch (code.name) {
      case 'CAPABILITY':
        this.learnCapabilities(code.capabilities);
        return true;
      case 'CLOSED':
        this.#closed();
        return false;
      case 'MAILBOXID': // CREATE tells one too
        if (this.#opening !== undefined) this.#opening.model.mailboxId = code.mailboxId;
        return false;
      default: {
        if (this.#opening !== undefined) receiveMailboxCode(this.#opening.model, code, []);
        else if (this.mailbox !== undefined) receiveMailboxCode(this.mailbox, code, changes);
        return false;
      }
    }
  }

  /** What is about the selected mailbox, FETCH apart; false where it is not, or none is selected. */
  receiveMailboxData(data: Data, changes: MailboxChange[]): boolean {
    const { current } = this;
    const isAbout = receiveData(current, data, changes);
    // Before [CLOSED], of which the server may know nothing, it may be the new one that these are about.
    if (this.#opening?.awaitsClosed === true && (data.name === 'EXISTS' || data.name === 'FLAGS')) receiveData(this.#opening.model, data, []);
    return isAbout && current !== undefined;
  }

  /** ENABLED. @rfc 5161 3.2 */
  receiveEnabled(names: readonly string[]): void {
    const asked = names.map((name) => name.toUpperCase()).filter((name) => this.#enabling.has(name));
    this.enabled = new Set([...this.enabled, ...asked]);
  }

  /** A command is answered; its code was received already. */
  complete(command: Command, { status }: TaggedResponse): void {
    const ok = status === 'OK';
    switch (command.name) {
      case 'SELECT':
      case 'EXAMINE':
        return this.#completeSelect(ok);
      case 'CLOSE':
      case 'UNSELECT':
        if (ok) this.#leave();
        return;
      case 'LOGIN':
      case 'AUTHENTICATE':
        if (ok) this.#restate('authenticated');
        return;
      case 'UNAUTHENTICATE':
        if (ok) this.#unauthenticate();
        return;
      case 'ENABLE':
        this.#enabling = NOTHING;
        return;
      default:
        return;
    }
  }

  /** Nothing is in flight any more, all that was sent has been read. */
  settle(): void {
    this.mailbox?.commit(this.enabled.has('QRESYNC'));
  }

  /** Whether the server says `[CLOSED]` when SELECT closes a mailbox. @rfc 7162 3.2.11 */
  get #saysClosed(): boolean {
    return this.enabled.has('QRESYNC') || this.capabilities.has('QRESYNC') || this.capabilities.has('IMAP4rev2');
  }

  #closed(): void {
    if (this.#opening === undefined) return this.#leave();
    const { name, readOnly } = this.#opening.model;
    this.#opening = { model: new MailboxModel(name, readOnly), awaitsClosed: false };
    this.mailbox = undefined;
  }

  /** A SELECT that fails leaves no mailbox selected. @rfc 9051 6.3.2 */
  #completeSelect(ok: boolean): void {
    const model = this.#opening?.model;
    this.#opening = undefined;
    if (!ok || model === undefined) return this.#leave();
    model.opened();
    this.mailbox = model;
    this.state = 'selected';
  }

  #leave(): void {
    this.mailbox = undefined;
    if (this.state === 'selected') this.state = 'authenticated';
  }

  #restate(state: SessionState): void {
    this.state = state;
    if (!this.#freshCapabilities) this.forget();
  }

  /** @rfc 8437 3 */
  #unauthenticate(): void {
    this.mailbox = undefined;
    this.enabled = NOTHING;
    this.#restate('not-authenticated');
  }
}

/** Whether the data are about the selected mailbox. */
function receiveData(model: MailboxModel | undefined, data: Data, changes: MailboxChange[]): boolean {
  switch (data.name) {
    case 'EXISTS':
      model?.receiveExists(data.count, changes);
      return true;
    case 'FLAGS':
      model?.receiveMailboxFlags(data.flags, changes);
      return true;
    case 'EXPUNGE':
      model?.receiveExpunge(data.sequenceNumber, changes);
      return true;
    case 'VANISHED':
      model?.receiveVanished(data.uids, data.earlier, changes);
      return true;
    default:
      return false;
  }
}

function receiveMailboxCode(model: MailboxModel, code: ResponseCode, changes: MailboxChange[]): void {
  switch (code.name) {
    case 'UIDVALIDITY':
      return model.receiveUidValidity(code.uidValidity, changes);
    case 'UIDNEXT':
      return model.receiveUidNext(code.uidNext);
    case 'UIDNOTSTICKY':
      model.uidNotSticky = true;
      return;
    case 'PERMANENTFLAGS':
      return model.receivePermanentFlags(code.flags, changes);
    case 'HIGHESTMODSEQ':
      return model.receiveHighestModseq(code.modseq);
    case 'NOMODSEQ':
      return model.receiveNoModseq();
    case 'READ-ONLY':
      model.readOnly = true;
      return;
    case 'READ-WRITE':
      model.readOnly = false;
      return;
    default:
      return;
  }
}
