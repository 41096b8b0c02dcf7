/**
 * What a client knows of the mailbox it has selected: kept right through everything a server may say at any moment, and never
 * believing what can't be. It holds no flags of messages and no messages; what changed is told, and who wants to keep it keeps it.
 *
 * Read next: `sequence-map.ts` (numbers and UIDs), `client.ts` (who tells the model).
 *
 * @rfc 9051 2.3.1
 * @rfc 7162 3.2
 */
import { type NumberRange, type SequenceSet, STAR } from '../sequence-set.ts';
import { SequenceMap } from './sequence-map.ts';

/** What a server said of the mailbox that can't be. The model goes on with what is left. */
export type MailboxFault =
  | 'number-beyond-exists' // a message sequence number that no message has
  | 'exists-decreased' // EXISTS below what EXPUNGE left; which messages are gone is not known
  | 'number-too-large' // more than 32 bits, or the UID 0
  | 'expunge-not-permitted' // while FETCH, STORE or SEARCH were in flight: they may have meant other messages
  | 'uids-out-of-order' // UIDs that don't ascend; what contradicted the last word was forgotten
  | 'uid-validity-changed' // in the middle of a session
  | 'vanished-unknown'; // VANISHED of UIDs for which there is no room in the mailbox

/** What changed in the selected mailbox, told in the order in which it happened. */
export type MailboxChange =
  /** `added` messages are new at the end; their UIDs are not known yet. */
  | { readonly type: 'exists'; readonly exists: number; readonly added: number }
  /** The numbers above this one moved down by one. */
  | { readonly type: 'expunged'; readonly sequenceNumber: number; readonly uid: number | undefined }
  /** `earlier`: gone before the mailbox was selected (or asked for with CHANGEDSINCE), numbers did not change. @rfc 7162 3.2.10 */
  | { readonly type: 'vanished'; readonly uids: SequenceSet; readonly earlier: boolean; readonly exists: number }
  | {
    readonly type: 'flags-changed';
    readonly sequenceNumber: number | undefined;
    readonly uid: number | undefined;
    readonly flags: readonly string[];
    readonly modseq: bigint | undefined;
  }
  /** The flags of the mailbox, or those that can be set for good. */
  | { readonly type: 'mailbox-flags'; readonly flags: readonly string[]; readonly permanentFlags: readonly string[] | undefined }
  /** All UIDs that were known mean nothing any more. @rfc 9051 2.3.1.1 */
  | { readonly type: 'uid-validity'; readonly uidValidity: number }
  | { readonly type: 'contained'; readonly fault: MailboxFault; readonly detail: string };

const MAX_NUMBER = STAR - 1;

/** The selected mailbox. The machine feeds it; everybody else reads. */
export class MailboxModel {
  readonly name: string;
  /** Opened with EXAMINE, or the server said READ-ONLY. */
  readOnly: boolean;
  /** `undefined` where the server has no persistent UIDs. */
  uidValidity: number | undefined = undefined;
  /** UIDNOTSTICKY: UIDs change with every session. @rfc 4315 3 */
  uidNotSticky = false;
  /** The flags that the server knows in this mailbox. */
  flags: readonly string[] = [];
  /** Those that last; `undefined` where the server did not say: all do. @rfc 9051 7.1 */
  permanentFlags: readonly string[] | undefined = undefined;
  /** False once the server said NOMODSEQ. @rfc 7162 3.1.2.2 */
  modseqs = true;
  /** OBJECTID. @rfc 8474 4.1 */
  mailboxId: string | undefined = undefined;
  readonly #map: SequenceMap = new SequenceMap();
  #uidNext: number | undefined = undefined;
  #highestModseq: bigint | undefined = undefined;
  /** The last HIGHESTMODSEQ of the server since `commit`, which counts more than what data showed. */
  #saidModseq: bigint | undefined = undefined;
  /** The largest MODSEQ in data since `commit`. */
  #seenModseq: bigint | undefined = undefined;
  /** Until the answer to SELECT is whole, EXISTS says how many there are, not how many more. */
  #opening = true;

  /** `name`: as it was selected. */
  constructor(name: string, readOnly: boolean) {
    this.name = name;
    this.readOnly = readOnly;
  }

  /** How many messages there are. */
  get exists(): number {
    return this.#map.length;
  }

  /** Of how many messages the UID is known. */
  get knownUids(): number {
    return this.#map.known;
  }

  /** No UID that is to come is below it. `undefined` while the server said nothing. */
  get uidNext(): number | undefined {
    return this.#uidNext;
  }

  /**
   * Every change up to this one was told. Only counts when everything of a command has been read: before that, changes with smaller numbers may
   * still be on their way.
   * @rfc 7162 6
   */
  get highestModseq(): bigint | undefined {
    return this.#highestModseq;
  }

  /** The UID of a message sequence number, where it is known. */
  uidOf(sequenceNumber: number): number | undefined {
    return this.#map.uidAt(sequenceNumber) || undefined;
  }

  /** The message sequence number of a UID, where it is known. */
  numberOf(uid: number): number | undefined {
    return this.#map.numberOf(uid) || undefined;
  }

  /** Known UIDs with their numbers, ascending. The model must not be fed meanwhile. */
  uids(): Generator<[sequenceNumber: number, uid: number], void, undefined> {
    return this.#map.entries();
  }

  /** The message sequence numbers whose UIDs are not known: what to FETCH to know all. At most `ranges` of them. */
  unknownNumbers(ranges: number = Infinity): NumberRange[] {
    const unknown: NumberRange[] = [];
    let next = 1;
    for (const [number] of this.#map.entries()) {
      if (unknown.length >= ranges) return unknown;
      if (number > next) unknown.push([next, number - 1]);
      next = number + 1;
    }
    if (next <= this.exists && unknown.length < ranges) unknown.push([next, this.exists]);
    return unknown;
  }

  // What the server says

  /** EXISTS. @rfc 9051 7.4.1 */
  receiveExists(exists: number, changes: MailboxChange[]): void {
    const before = this.exists;
    if (exists > MAX_NUMBER) return contain(changes, 'number-too-large', `${exists} messages`);
    if (this.#opening) this.#map.reset(exists);
    else if (exists < before) {
      contain(changes, 'exists-decreased', `${exists} messages after ${before}`);
      this.#map.reset(exists);
    } else this.#map.append(exists - before);
    if (this.#opening || exists !== before) changes.push({ type: 'exists', exists, added: Math.max(0, exists - before) });
  }

  /** EXPUNGE. @rfc 9051 7.5.1 */
  receiveExpunge(sequenceNumber: number, changes: MailboxChange[]): void {
    if (!this.#holds(sequenceNumber)) return this.#beyond('EXPUNGE', sequenceNumber, changes);
    const uid = this.uidOf(sequenceNumber);
    this.#map.remove(sequenceNumber, sequenceNumber);
    changes.push({ type: 'expunged', sequenceNumber, uid });
  }

  /**
   * VANISHED. Without EARLIER every UID in it was a message of this mailbox, so each takes one number with it, whether or not the client knew
   * which.
   * @rfc 7162 3.2.10
   */
  receiveVanished(uids: SequenceSet, earlier: boolean, changes: MailboxChange[]): void {
    let missing = 0;
    if (!earlier) for (const [first, last] of uids) missing += last - first + 1 - this.#vanish(first, last);
    if (missing > 0) contain(changes, 'vanished-unknown', `${missing} UIDs that can't have been in the mailbox`);
    changes.push({ type: 'vanished', uids, earlier, exists: this.exists });
  }

  /** What FETCH says of a message that concerns the mailbox: its UID and its modification sequence. @rfc 9051 7.5.2 */
  receiveFetch(sequenceNumber: number, uid: number | undefined, modseq: bigint | undefined, changes: MailboxChange[]): void {
    if (modseq !== undefined) this.#see(modseq);
    if (!this.#holds(sequenceNumber)) return this.#beyond('FETCH', sequenceNumber, changes);
    if (uid === undefined) return;
    if (uid < 1 || uid > MAX_NUMBER) return contain(changes, 'number-too-large', `UID ${uid}`);
    const forgotten = this.#map.set(sequenceNumber, uid);
    if (forgotten > 0) contain(changes, 'uids-out-of-order', `UID ${uid} at number ${sequenceNumber} contradicts ${forgotten} that were known`);
    this.#exceed(uid);
  }

  /** What UIDFETCH says, where messages have no numbers. @rfc 9586 3.3 */
  receiveUidFetch(uid: number, modseq: bigint | undefined): void {
    if (modseq !== undefined) this.#see(modseq);
    this.#exceed(uid);
  }

  /** Flags of a message, not asked for. `uid` as sent; where it was not, the map may know it. */
  receiveFlags(sequenceNumber: number | undefined, uid: number | undefined, flags: readonly string[], modseq: bigint | undefined, changes: MailboxChange[]): void {
    const known = uid ?? (sequenceNumber === undefined ? undefined : this.uidOf(sequenceNumber));
    changes.push({ type: 'flags-changed', sequenceNumber, uid: known, flags, modseq });
  }

  /** FLAGS. */
  receiveMailboxFlags(flags: readonly string[], changes: MailboxChange[]): void {
    this.flags = flags;
    changes.push({ type: 'mailbox-flags', flags, permanentFlags: this.permanentFlags });
  }

  /** PERMANENTFLAGS. */
  receivePermanentFlags(permanentFlags: readonly string[], changes: MailboxChange[]): void {
    this.permanentFlags = permanentFlags;
    changes.push({ type: 'mailbox-flags', flags: this.flags, permanentFlags });
  }

  /** UIDVALIDITY. Another one than before means another mailbox under the same name. */
  receiveUidValidity(uidValidity: number, changes: MailboxChange[]): void {
    const before = this.uidValidity;
    this.uidValidity = uidValidity;
    if (before === uidValidity) return;
    if (before !== undefined) {
      contain(changes, 'uid-validity-changed', `${before} became ${uidValidity}`);
      this.#map.reset(this.exists);
      this.#uidNext = this.#highestModseq = this.#saidModseq = this.#seenModseq = undefined;
    }
    changes.push({ type: 'uid-validity', uidValidity });
  }

  /** UIDNEXT. */
  receiveUidNext(uidNext: number): void {
    this.#uidNext = Math.max(uidNext, this.#uidNext ?? 0);
  }

  /** HIGHESTMODSEQ, believed with the next `commit`. */
  receiveHighestModseq(modseq: bigint): void {
    this.modseqs = true;
    this.#saidModseq = modseq;
  }

  /** NOMODSEQ. */
  receiveNoModseq(): void {
    this.modseqs = false;
    this.#highestModseq = this.#saidModseq = this.#seenModseq = undefined;
  }

  /** The answer to SELECT is whole: from here on EXISTS only grows. */
  opened(): void {
    this.#opening = false;
  }

  /**
   * All of a command was read and nothing is in flight. What the server called HIGHESTMODSEQ counts; else, where QRESYNC is enabled (a server then
   * says so when it holds changes back), the largest MODSEQ of the data.
   * @rfc 7162 6
   */
  commit(qresync: boolean): void {
    const said = this.#saidModseq ?? (qresync ? this.#seenModseq : undefined);
    const highest = this.#highestModseq;
    if (said !== undefined && (highest === undefined || said > highest)) this.#highestModseq = said;
    this.#saidModseq = this.#seenModseq = undefined;
  }

  // Details

  #holds(sequenceNumber: number): boolean {
    return sequenceNumber >= 1 && sequenceNumber <= this.exists;
  }

  #beyond(name: string, sequenceNumber: number, changes: MailboxChange[]): void {
    contain(changes, 'number-beyond-exists', `${name} of number ${sequenceNumber} where ${this.exists} messages exist`);
  }

  #exceed(uid: number): void {
    if (this.#uidNext !== undefined && uid >= this.#uidNext) this.#uidNext = uid + 1;
  }

  #see(modseq: bigint): void {
    if (this.#seenModseq === undefined || modseq > this.#seenModseq) this.#seenModseq = modseq;
  }

  /**
   * Takes out one range of UIDs; gives how many messages that were. Between the known UIDs around the range stand its known ones and numbers whose
   * UIDs are not known; the UIDs of the range that are not known must be among those.
   */
  #vanish(first: number, last: number): number {
    const map = this.#map;
    const below = map.lastBelow(first)?.number ?? 0;
    const above = last >= MAX_NUMBER ? map.length + 1 : (map.firstFrom(last + 1)?.number ?? map.length + 1);
    const start = map.firstFrom(first);
    let from: number;
    let to: number;
    if (start === undefined || start.uid > last) {
      to = above - 1;
      from = Math.max(below + 1, above - (last - first + 1));
    } else {
      const end = map.lastBelow(last + 1)!;
      from = Math.max(below + 1, start.number - (start.uid - first));
      to = Math.min(above - 1, end.number + (last - end.uid));
    }
    if (to >= from) map.remove(from, to);
    return Math.max(0, to - from + 1);
  }
}

function contain(changes: MailboxChange[], fault: MailboxFault, detail: string): void {
  changes.push({ type: 'contained', fault, detail });
}
