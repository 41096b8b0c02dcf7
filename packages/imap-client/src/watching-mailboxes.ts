/**
 * How several mailboxes stand, as it changes, none of them opened: over NOTIFY, where the server has it, else by asking for STATUS now and then. What NOTIFY
 * tells is taken for a hint, and STATUS is asked, so that every word has the same items.
 *
 * Read next: `notify-wishes.ts`.
 *
 * @rfc 5465
 * @rfc 9051 6.3.11
 */
import type { MailboxChange, Response, StatusItemName, StatusItems } from '@mailwright/imap';
import type { Timer } from '@mailwright/wire';
import { runCommand } from './command-run.ts';
import { ImapError } from './errors.ts';
import { forgetWish, type NotifyWish, wish } from './notify-wishes.ts';
import type { Session } from './session.ts';
import type { SessionKeeper } from './session-keeper.ts';

export interface WatchMailboxesOptions {
  /** Ends the loop. */
  readonly signal?: AbortSignal | undefined;
  /** What to tell of each. Default MESSAGES, UIDNEXT, UIDVALIDITY, UNSEEN. */
  readonly items?: readonly StatusItemName[] | undefined;
  /** How to hear of changes. Default: NOTIFY where the server has it, else polling. */
  readonly live?: 'notify' | 'poll' | undefined;
  /** How often to ask, where that is the only way. Default 60000. */
  readonly pollMs?: number | undefined;
}

/** How a mailbox stands now. */
export interface MailboxNews {
  readonly mailbox: string;
  /** `undefined` where there is no such mailbox, or it may not be looked at. */
  readonly status: StatusItems | undefined;
  readonly live: 'notify' | 'poll';
}

const DEFAULT_ITEMS: readonly StatusItemName[] = ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY', 'UNSEEN'];
const DEFAULT_POLL_MS = 60_000;
/** A dead connection is only noticed when something is asked; servers close after 30 minutes without a command. */
const KEEP_ALIVE_MS = 600_000;

/** What a client has, for this. */
export interface MailboxesContext {
  readonly keeper: SessionKeeper;
  readonly reconnects: boolean;
}

/**
 * Watches mailboxes until the loop is left or `signal` aborts. Each is told of once at the beginning, and whenever something in it is otherwise.
 *
 * Errors: an `ImapError` when the connection is lost and not made again.
 */
export async function* watchMailboxes(names: readonly string[], options: WatchMailboxesOptions, context: MailboxesContext): AsyncGenerator<MailboxNews, void, undefined> {
  const watcher = new MailboxesWatcher(names, options, context);
  try {
    for (let news = await watcher.next(); news !== undefined; news = await watcher.next()) yield news;
  } finally {
    watcher.stop();
  }
}

class MailboxesWatcher {
  readonly #names: ReadonlyMap<string, string>;
  readonly #options: WatchMailboxesOptions;
  readonly #context: MailboxesContext;
  readonly #wish: NotifyWish;
  /** Those to be asked for, by their canonical names. */
  readonly #due: Set<string> = new Set();
  /** What was told, and everything that was ever heard, as texts to compare. */
  readonly #told: Map<string, string> = new Map();
  readonly #heard: Map<string, Map<string, unknown>> = new Map();
  #session: Session | undefined = undefined;
  #forgetGone: () => void = () => undefined;
  #live: 'notify' | 'poll' = 'poll';
  #timer: Timer | undefined = undefined;
  #wake: (() => void) | undefined = undefined;

  constructor(names: readonly string[], options: WatchMailboxesOptions, context: MailboxesContext) {
    this.#names = new Map(names.map((name) => [canonical(name), name]));
    this.#options = options;
    this.#context = context;
    this.#wish = { mailboxes: [...this.#names.values()] };
    options.signal?.addEventListener('abort', this.#rouse);
  }

  /** The next word; `undefined` at the end. */
  async next(): Promise<MailboxNews | undefined> {
    while (!this.#over) {
      try {
        const session = await this.#context.keeper.ready(this.#options.signal);
        if (session !== this.#session) await this.#begin(session);
        const news = await this.#ask(session);
        if (news !== undefined) return news;
        await this.#sleep(session);
      } catch (error) {
        if (!this.#over && !this.#mayGoOn(error)) throw error;
      }
    }
    return undefined;
  }

  stop(): void {
    this.#leave();
    this.#options.signal?.removeEventListener('abort', this.#rouse);
  }

  get #over(): boolean {
    return this.#options.signal?.aborted === true || this.#names.size === 0;
  }

  /** The connection was lost in the middle of something, and another one comes. */
  #mayGoOn(error: unknown): boolean {
    return this.#context.reconnects && this.#context.keeper.usable && error instanceof ImapError && !error.usable;
  }

  /** What NOTIFY was asked for is told from there on; what was before is found out by asking. */
  async #begin(session: Session): Promise<void> {
    const { live, signal } = this.#options;
    this.#leave();
    this.#session = session;
    session.newsListeners.add(this.#onNews);
    session.mailboxListeners.add(this.#onChange);
    this.#forgetGone = session.onGone(this.#rouse);
    try {
      this.#live = (live ?? 'notify') === 'notify' && session.has('NOTIFY') && (await wish(session, this.#wish, signal)) ? 'notify' : 'poll';
    } catch (error) {
      this.#leave();
      throw error;
    }
    this.#askAll();
  }

  #leave(): void {
    const session = this.#session;
    this.#session = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (session === undefined) return;
    session.newsListeners.delete(this.#onNews);
    session.mailboxListeners.delete(this.#onChange);
    this.#forgetGone();
    forgetWish(session, this.#wish);
  }

  /** Asks for those that are due, until one stands otherwise than it was told. */
  async #ask(session: Session): Promise<MailboxNews | undefined> {
    for (const due of this.#due) {
      this.#due.delete(due);
      const mailbox = this.#names.get(due)!;
      const status = await this.#status(session, mailbox);
      const text = JSON.stringify(status ?? null, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
      if (this.#told.get(due) === text) continue;
      this.#told.set(due, text);
      return { mailbox, status, live: this.#live };
    }
    return undefined;
  }

  async #status(session: Session, mailbox: string): Promise<StatusItems | undefined> {
    const { items = DEFAULT_ITEMS, signal } = this.#options;
    try {
      const { data } = await runCommand(session, { name: 'STATUS', mailbox, items }, { signal });
      const answer = data.find((each) => each.name === 'STATUS');
      return answer?.name === 'STATUS' ? answer.items : undefined;
    } catch (error) {
      if (error instanceof ImapError && error.usable && error.status !== undefined) return undefined;
      throw error;
    }
  }

  async #sleep(session: Session): Promise<void> {
    const { pollMs = DEFAULT_POLL_MS } = this.#options;
    this.#timer ??= session.clock.setTimer(this.#onTimer, this.#live === 'poll' ? pollMs : KEEP_ALIVE_MS);
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (this.#due.size > 0 || this.#over || !session.open) this.#rouse();
    });
  }

  /** Asking is the sign of life, too. */
  readonly #onTimer = (): void => {
    this.#timer = undefined;
    this.#askAll();
    this.#rouse();
  };

  #askAll(): void {
    for (const name of this.#names.keys()) this.#due.add(name);
  }

  /** A STATUS that says something new, whoever asked for it; the server stops telling, where so much happened. @rfc 5465 5.8 */
  readonly #onNews = (response: Response): void => {
    if (response.type === 'status' && response.code?.name === 'NOTIFICATIONOVERFLOW') {
      this.#live = 'poll';
      this.#timer?.cancel();
      this.#timer = undefined;
      this.#askAll();
      this.#rouse();
    }
    if (response.type !== 'data' || response.data.name !== 'STATUS') return;
    const name = canonical(response.data.mailbox);
    if (this.#names.has(name) && this.#hear(name, response.data.items)) this.#lookAt(name);
  };

  /** Of the selected mailbox no STATUS is told. @rfc 5465 4 */
  readonly #onChange = ({ type }: MailboxChange): void => {
    const name = canonical(this.#session?.mailbox?.name ?? '');
    if (this.#names.has(name) && type !== 'contained' && type !== 'mailbox-flags') this.#lookAt(name);
  };

  /** Whether any of it was not heard before. */
  #hear(name: string, items: StatusItems): boolean {
    const heard = this.#heard.get(name) ?? new Map<string, unknown>();
    this.#heard.set(name, heard);
    let news = false;
    for (const [item, value] of Object.entries(items) as [string, unknown][]) {
      if (value === undefined || heard.get(item) === value) continue;
      heard.set(item, value);
      news = true;
    }
    return news;
  }

  #lookAt(name: string): void {
    this.#due.add(name);
    this.#rouse();
  }

  readonly #rouse = (): void => {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  };
}

/** INBOX is written in any case. @rfc 9051 5.1 */
function canonical(name: string): string {
  return name.toUpperCase() === 'INBOX' ? 'INBOX' : name;
}
