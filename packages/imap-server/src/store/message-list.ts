/**
 * The messages of a mailbox in UID order. Who asks for them gets the list as it is then: the array that was handed out is never changed, a
 * copy is made for the next change where there is need.
 */
import type { StoredMessage } from './mailbox.ts';

/** Counted in one pass. */
export interface MessageCounts {
  readonly unseenCount: number;
  readonly deletedCount: number;
  readonly sizeOctets: number;
}

export class MessageList {
  #messages: StoredMessage[];
  #isShown = false;
  #counts: MessageCounts | undefined = undefined;

  /** `messages` in UID order. */
  constructor(messages: readonly StoredMessage[]) {
    this.#messages = [...messages];
  }

  get all(): readonly StoredMessage[] {
    this.#isShown = true;
    return this.#messages;
  }

  get count(): number {
    return this.#messages.length;
  }

  get counts(): MessageCounts {
    return (this.#counts ??= count(this.#messages)); // from then on kept up to date
  }

  find(uid: number): StoredMessage | undefined {
    return this.#messages[this.#indexOf(uid)];
  }

  /** Those of `uids` that are there, in UID order, each once. */
  pick(uids: readonly number[]): readonly StoredMessage[] {
    const picked: StoredMessage[] = [];
    for (const uid of [...new Set(uids)].sort((a, b) => a - b)) {
      const message = this.find(uid);
      if (message !== undefined) picked.push(message);
    }
    return picked;
  }

  /** UIDs above all that are there. */
  append(messages: readonly StoredMessage[]): void {
    const list = this.#toChange();
    for (const message of messages) list.push(message);
    this.#count(messages, 1);
  }

  /** Each takes the place of the message with its UID. */
  replace(messages: readonly StoredMessage[]): void {
    const list = this.#toChange();
    const before: StoredMessage[] = [];
    for (const message of messages) {
      const index = this.#indexOf(message.uid);
      before.push(list[index]!);
      list[index] = message;
    }
    this.#count(before, -1);
    this.#count(messages, 1);
  }

  remove(uids: ReadonlySet<number>): void {
    const removed = this.#messages.filter(({ uid }) => uids.has(uid));
    this.#messages = this.#messages.filter(({ uid }) => !uids.has(uid));
    this.#isShown = false;
    this.#count(removed, -1);
  }

  #toChange(): StoredMessage[] {
    if (this.#isShown) this.#messages = this.#messages.slice();
    this.#isShown = false;
    return this.#messages;
  }

  /** Where the counts are known they stay so: what asks for them behind every append must not walk over all messages each time. */
  #count(messages: readonly StoredMessage[], sign: 1 | -1): void {
    if (this.#counts === undefined) return;
    const { unseenCount, deletedCount, sizeOctets } = this.#counts;
    const more = count(messages);
    this.#counts = { unseenCount: unseenCount + sign * more.unseenCount, deletedCount: deletedCount + sign * more.deletedCount, sizeOctets: sizeOctets + sign * more.sizeOctets };
  }

  /** -1 where it is not there. */
  #indexOf(uid: number): number {
    let low = 0;
    let high = this.#messages.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = this.#messages[middle]!.uid;
      if (found === uid) return middle;
      if (found < uid) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}

function count(messages: readonly StoredMessage[]): MessageCounts {
  let unseenCount = 0;
  let deletedCount = 0;
  let sizeOctets = 0;
  for (const message of messages) {
    if (!message.flags.includes('\\Seen')) unseenCount++;
    if (message.flags.includes('\\Deleted')) deletedCount++;
    sizeOctets += message.sizeOctets;
  }
  return { unseenCount, deletedCount, sizeOctets };
}
