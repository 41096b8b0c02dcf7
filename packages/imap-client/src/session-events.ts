/**
 * Who hears of what a client machine tells: the command it is about, those who listen to the mailbox or to news, or the session itself, where it is about
 * the connection.
 *
 * Read next: `session.ts`, `command-observer.ts`.
 */
import type { ClientEnd, ClientEvent, MailboxChange, Response, ResponseCode } from '@mailwright/imap';
import type { CommandLedger } from './command-ledger.ts';
import { type ImapError, remoteFailure } from './errors.ts';
import type { SessionEnd } from './session-end.ts';
import { shield } from './shield.ts';

/** The server's first word. */
export type Greeting = Extract<ClientEvent, { readonly type: 'greeting' }>;
export type MailboxListener = (change: MailboxChange) => void;
export type NewsListener = (response: Response) => void;

/** What the session does itself. */
export interface ConnectionEvents {
  upgradeTls(): void;
  compress(octets: Uint8Array): void;
  closed(end: ClientEnd): void;
}

/** Who waits for the greeting. */
interface GreetingWaiter {
  readonly resolve: (greeting: Greeting) => void;
  readonly reject: (error: ImapError) => void;
}

export class SessionEvents {
  readonly #commands: CommandLedger;
  readonly #end: SessionEnd;
  readonly #connection: ConnectionEvents;
  readonly #onAlert: ((text: string) => void) | undefined;
  #greeting: GreetingWaiter | undefined = undefined;
  /** Hear of changes in the selected mailbox. */
  readonly mailboxListeners: Set<MailboxListener> = new Set();
  /** Hear of data that no command asked for, and of every untagged status and every STATUS: whether a command asked for it is a guess. */
  readonly newsListeners: Set<NewsListener> = new Set();

  constructor(commands: CommandLedger, end: SessionEnd, connection: ConnectionEvents, onAlert: ((text: string) => void) | undefined) {
    this.#commands = commands;
    this.#end = end;
    this.#connection = connection;
    this.#onAlert = onAlert === undefined ? undefined : shield('onAlert', onAlert);
  }

  awaitGreeting(waiter: GreetingWaiter): void {
    this.#greeting = waiter;
  }

  /** No greeting will come. */
  refuseGreeting(error: () => ImapError): void {
    this.#greeting?.reject(error());
    this.#greeting = undefined;
  }

  /** Tells an event. False where nothing more is to be taken now. */
  take(event: ClientEvent): boolean {
    switch (event.type) {
      case 'response':
        this.#response(event.id, event.response);
        return true;
      case 'mailbox':
        for (const listener of this.mailboxListeners) listener(event.change);
        return true;
      case 'completed': {
        const { status, code, text } = event;
        this.#alert(event);
        this.#commands.settle(event.id, { type: 'completed', status, code, text });
        return true;
      }
      case 'dropped':
        this.#commands.settle(event.id, { type: 'dropped', reason: event.reason, sent: event.sent });
        return true;
      case 'literal-begin':
        this.#commands.find(event.id)?.literalBegin?.(event.octetCount, event.place);
        return true;
      case 'literal-data':
        this.#commands.find(event.id)?.literalData?.(event.octets);
        return true;
      case 'literal-end':
        this.#commands.find(event.id)?.literalEnd?.();
        return true;
      case 'literal-wanted':
        this.#commands.find(event.id)?.literalWanted?.(event.source, event.octetCount);
        return true;
      case 'challenge':
        this.#commands.find(event.id)?.challenge?.(event.octets);
        return true;
      case 'idling':
        this.#commands.find(event.id)?.idling?.();
        return true;
      default:
        return this.#takeConnection(event);
    }
  }

  #takeConnection(event: ClientEvent): boolean {
    switch (event.type) {
      case 'greeting':
        if (event.status === 'BYE') this.#end.bye({ responseCode: event.code, text: event.text }, 'IMAP_GREETING_REFUSED');
        this.#greeting?.resolve(event);
        this.#greeting = undefined;
        return true;
      case 'violation':
        this.#end.fail(remoteFailure(event.code, event.detail));
        return true;
      case 'bye':
        this.#end.bye({ responseCode: event.code, text: event.text }, 'IMAP_GOODBYE');
        return true;
      case 'upgrade-tls':
        this.#connection.upgradeTls();
        return false;
      case 'compress':
        this.#connection.compress(event.octets);
        return true;
      case 'closed':
        this.#connection.closed(event.end);
        return false;
      default:
        return true;
    }
  }

  #response(id: number | undefined, response: Response): void {
    if (id !== undefined) this.#commands.find(id)?.response?.(response);
    if (response.type === 'status') this.#alert(response);
    else if (id !== undefined && (response.type !== 'data' || response.data.name !== 'STATUS')) return;
    for (const listener of this.newsListeners) listener(response);
  }

  #alert({ code, text }: { readonly code: ResponseCode | undefined; readonly text: string }): void {
    if (code?.name === 'ALERT') this.#onAlert?.(text);
  }
}
