/**
 * What happens in a mailbox, as it happens: one update after another, each with what came, what went and whose flags changed, by UID. The first
 * says how the watch works and what it found since the token; a connection that was made again is caught up with in the same way.
 *
 * EXISTS is a level and no event, so new messages are asked for by UID when it rises, and told when they were seen.
 *
 * Read next: `resync.ts`, `listening.ts`, `watch-update.ts`.
 *
 * @rfc 2177
 * @rfc 7162 3.2.10
 */
import { type Data, makeParameters, type MailboxChange, type MailboxFault, STAR } from '@mailwright/imap';
import { ImapError } from './errors.ts';
import { KnownUids } from './known-uids.ts';
import { Listening } from './listening.ts';
import type { MailboxAccess } from './mailbox-access.ts';
import { resync } from './resync.ts';
import type { Session } from './session.ts';
import { formatSyncToken, parseSyncToken, rangesOf, type SyncState } from './sync-token.ts';
import { type LiveMethod, type MailboxUpdate, PendingUpdate } from './watch-update.ts';

export interface WatchOptions {
  /** Of an earlier update: the first update tells what happened since. Default: that of `open`, or now. */
  readonly token?: string | undefined;
  /** Ends the loop. */
  readonly signal?: AbortSignal | undefined;
  /** How to hear of changes. Default: IDLE where the server has it, else NOTIFY, else polling. */
  readonly live?: LiveMethod | undefined;
  /** How often to ask, where that is the only way. Default 60000. */
  readonly pollMs?: number | undefined;
}

const DEFAULT_POLL_MS = 60_000;
/** Behind these it is not known which messages are there. */
const MISLEADING: ReadonlySet<MailboxFault> = new Set<MailboxFault>(['exists-decreased', 'vanished-unknown', 'uids-out-of-order']);

/**
 * Watches a mailbox until the loop is left, `signal` aborts or the mailbox is closed.
 *
 * Errors: an `ImapError` when the connection is lost and not made again, `IMAP_MAILBOX_STALE` when another mailbox was opened, `IMAP_MAILBOX_REPLACED`; a
 * `TypeError` for what is no token.
 */
export async function* watchMailbox(access: MailboxAccess, options: WatchOptions): AsyncGenerator<MailboxUpdate, void, undefined> {
  const watcher = new Watcher(access, options);
  try {
    for (let update = await watcher.next(); update !== undefined; update = await watcher.next()) yield update;
  } finally {
    watcher.stop();
  }
}

class Watcher {
  readonly #access: MailboxAccess;
  readonly #options: WatchOptions;
  readonly #known: KnownUids = new KnownUids();
  #before: SyncState | undefined;
  #session: Session | undefined = undefined;
  #listening: Listening | undefined = undefined;
  #pending: PendingUpdate = new PendingUpdate();
  /** The server stopped telling: it is asked in another way. */
  #overflowed = false;
  /** Numbers and UIDs may not belong together any more. */
  #astray = false;
  #wake: (() => void) | undefined = undefined;

  constructor(access: MailboxAccess, options: WatchOptions) {
    this.#access = access;
    this.#options = options;
    this.#before = options.token === undefined ? undefined : parseSyncToken(options.token);
    access.lostListeners.add(this.#rouse);
    options.signal?.addEventListener('abort', this.#rouse);
  }

  /** The next update; `undefined` at the end. */
  async next(): Promise<MailboxUpdate | undefined> {
    while (!this.#over) {
      try {
        const update = await this.#step();
        if (update !== undefined) return update;
      } catch (error) {
        if (!this.#over && !this.#mayGoOn(error)) throw error;
      }
    }
    return undefined;
  }

  /** Finds out what there is to tell, or waits for something. */
  async #step(): Promise<MailboxUpdate | undefined> {
    const session = await this.#access.ready(this.#options.signal);
    if (session !== this.#session || this.#astray) await this.#begin(session);
    else if (this.#known.untold > 0) await this.#fetchNew();
    if (this.#astray) return undefined; // what was found in between counts for nothing: it is found out anew from the last word that was told
    if (!this.#pending.empty) return this.#tell();
    await this.#sleep();
    return undefined;
  }

  stop(): void {
    this.#leave();
    this.#access.lostListeners.delete(this.#rouse);
    this.#options.signal?.removeEventListener('abort', this.#rouse);
  }

  get #over(): boolean {
    return this.#options.signal?.aborted === true || this.#access.closed;
  }

  /** The connection was lost in the middle of something, and another one comes. */
  #mayGoOn(error: unknown): boolean {
    return this.#access.context.options.reconnect !== undefined && this.#access.usable && error instanceof ImapError && !error.usable;
  }

  async #begin(session: Session): Promise<void> {
    const { signal, live, pollMs = DEFAULT_POLL_MS } = this.#options;
    this.#leave();
    this.#session = session;
    this.#astray = false;
    session.mailboxListeners.add(this.#onChange);
    this.#listening = new Listening(session, { live: this.#overflowed && (live ?? 'notify') === 'notify' ? this.#quiet(session) : live, pollMs }, this.#rouse, this.#onOverflow);
    this.#pending = new PendingUpdate();
    try {
      await resync(this.#access, session, this.#before, this.#known, this.#pending, { signal });
      await this.#listening.begin(signal);
    } catch (error) {
      this.#leave();
      throw error;
    }
    if (this.#known.untold > 0) await this.#fetchNew();
  }

  /** So much happened that the server stopped telling: what it was is found out as after a lost connection. @rfc 5465 5.8 */
  readonly #onOverflow = (): void => {
    this.#overflowed = true;
    this.#lose();
  };

  #lose(): void {
    this.#astray = true;
    this.#rouse();
  }

  #quiet(session: Session): LiveMethod {
    return session.has('IDLE') ? 'idle' : 'poll';
  }

  #leave(): void {
    this.#session?.mailboxListeners.delete(this.#onChange);
    this.#listening?.stop();
    this.#listening = undefined;
    this.#session = undefined;
  }

  readonly #onChange = (change: MailboxChange): void => {
    if (change.type === 'uid-validity') return this.#rouse(); // the handle says what that means
    if (change.type === 'contained') {
      if (MISLEADING.has(change.fault)) this.#lose();
      return;
    }
    if (change.type === 'flags-changed') {
      const uid = change.uid ?? (change.sequenceNumber === undefined ? undefined : this.#known.at(change.sequenceNumber));
      if (uid === undefined || !this.#known.has(uid)) return;
      this.#pending.change({ uid, flags: change.flags, modseq: change.modseq });
    } else for (const uid of this.#known.apply(change)) this.#pending.remove(uid);
    if (!this.#pending.empty || this.#known.untold > 0) this.#rouse();
  };

  /** New messages are those above all that are known; `*` may name one that is known. */
  async #fetchNew(): Promise<void> {
    const floor = this.#known.last;
    let found = 0;
    // In the moment in which they are told: some may be gone again within the same answer.
    const onData = (answer: Data): void => {
      const uid = answer.name === 'FETCH' ? answer.data.uid : answer.name === 'UIDFETCH' ? answer.uid : undefined;
      if (uid === undefined || !this.#known.add(uid, floor)) return;
      this.#pending.add(uid);
      found++;
    };
    await this.#access.run({
      name: 'FETCH', uid: true, set: [[floor + 1, STAR]], items: [{ name: 'UID' }, { name: 'FLAGS' }], parameters: makeParameters('FETCH'),
    }, { signal: this.#options.signal, onData });
    if (found === 0) this.#known.forgetUntold();
  }

  /** Waits until something is there to tell or to ask. */
  async #sleep(): Promise<void> {
    const listening = this.#listening!;
    listening.listen();
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (!this.#pending.empty || this.#known.untold > 0 || this.#over || this.#astray || this.#session?.open !== true) this.#rouse();
    });
  }

  readonly #rouse = (): void => {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  };

  #tell(): MailboxUpdate {
    const { model } = this.#access;
    const { all, last } = this.#known;
    this.#before = { uidValidity: model.uidValidity ?? 0, uidNext: Math.max(model.uidNext ?? 0, last + 1), modseq: model.highestModseq, uids: rangesOf(all) };
    const update = this.#pending.finish(this.#listening!.method, formatSyncToken(this.#before));
    this.#pending = new PendingUpdate();
    return update;
  }
}
