/**
 * Which messages are `\Recent`, and in which session: the first that opens the mailbox to write is told of a message, and nobody after it.
 *
 * Messages that were in the mailbox before the store was opened count as told. So what is delivered while no server runs is recent (a Maildir finds it when
 * it is opened), but what a server stored and no session saw before it ended is not: who was told of what is kept nowhere.
 *
 * @rfc 3501 2.3.2
 */
import type { Mailbox } from '../store/mailbox.ts';

export class RecentMessages {
  /** The first UID that no session was told of. */
  readonly #unclaimed: WeakMap<Mailbox, number> = new WeakMap();

  /** The messages among `uids`, ascending, that are recent for a session which is told of them now; one that can write claims them. */
  take(mailbox: Mailbox, uids: readonly number[], mayClaim: boolean): readonly number[] {
    const from = this.#from(mailbox);
    const recent = uids.filter((uid) => uid >= from);
    if (mayClaim && recent.length > 0) this.#unclaimed.set(mailbox, recent.at(-1)! + 1);
    return recent;
  }

  /** How many messages no session was told of. */
  count(mailbox: Mailbox): number {
    const from = this.#from(mailbox);
    const messages = mailbox.messages();
    let count = 0;
    while (count < messages.length && messages[messages.length - 1 - count]!.uid >= from) count++;
    return count;
  }

  #from(mailbox: Mailbox): number {
    return this.#unclaimed.get(mailbox) ?? mailbox.recentFrom;
  }
}
