/** What `watch` tells, and how single changes become one update. */
import type { MessageFlags } from './changing-flags.ts';

/** How what happened while nobody watched was found out. `start`: there was nothing to compare with. */
export type SyncMethod = 'start' | 'qresync' | 'condstore' | 'uids';
/** How what happens now is heard of. */
export type LiveMethod = 'notify' | 'idle' | 'poll';

/** What happened in a mailbox since the update before. */
export interface MailboxUpdate {
  /** UIDs of new messages, ascending. */
  readonly added: readonly number[];
  /** UIDs of messages that are gone, ascending. */
  readonly removed: readonly number[];
  /** Messages that were there and whose flags are others now. */
  readonly changed: readonly MessageFlags[];
  /** UIDs mean nothing any more (UIDVALIDITY): forget all that was known; `added` is all there is. */
  readonly reset: boolean;
  /** In the first update, in the first on a new connection, and where the server contradicted itself and all was found out anew; `undefined` in others. */
  readonly sync: SyncMethod | undefined;
  readonly live: LiveMethod;
  /** What may have happened without being told: `changed` where the server keeps no modification sequences and nobody watched for a while. */
  readonly unknown: readonly 'changed'[];
  /** Give it to `watch` or `open` another time, and what happened in between is the first update. */
  readonly token: string;
}

/** Changes that were not told yet. */
export class PendingUpdate {
  readonly #added: Set<number> = new Set();
  readonly #removed: Set<number> = new Set();
  readonly #changed: Map<number, MessageFlags> = new Map();
  reset = false;
  sync: SyncMethod | undefined = undefined;
  unknown: readonly 'changed'[] = [];

  get empty(): boolean {
    return this.#added.size === 0 && this.#removed.size === 0 && this.#changed.size === 0 && this.sync === undefined;
  }

  add(uid: number): void {
    this.#added.add(uid);
  }

  /** What came and went in one update was never there. */
  remove(uid: number): void {
    this.#changed.delete(uid);
    if (!this.#added.delete(uid)) this.#removed.add(uid);
  }

  change(message: MessageFlags): void {
    if (!this.#added.has(message.uid)) this.#changed.set(message.uid, message);
  }

  finish(live: LiveMethod, token: string): MailboxUpdate {
    return {
      added: [...this.#added].sort(ascending), removed: [...this.#removed].sort(ascending), changed: [...this.#changed.values()], reset: this.reset, sync: this.sync, live,
      unknown: this.unknown, token,
    };
  }
}

function ascending(a: number, b: number): number {
  return a - b;
}
