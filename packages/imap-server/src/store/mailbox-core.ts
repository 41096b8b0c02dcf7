/**
 * One mailbox, as all stores have it: it allots UIDs and MODSEQ, knows flags, remembers what was removed, and tells listeners. What is decided
 * here a `MailboxStorage` writes down; only then the mailbox shows it.
 *
 * UIDs are never given twice: not when an append fails, and not after messages were removed.
 *
 * Read next: `mailbox-storage.ts`, `account-core.ts`.
 *
 * @rfc 9051 2.3.1.1
 * @rfc 7162 3
 */
import type { Body } from '@mailwright/wire';
import { ExpungedLog, otherUids, uidRanges } from './expunged-log.ts';
import { FlagSpace, sameFlags } from './flag-space.ts';
import { MessageList } from './message-list.ts';
import type { MessageContent } from './message-content.ts';
import type {
  AppendResult, CopyResult, ExpungeResult, FlagChange, FlagResult, InternalDate, Mailbox, MailboxChange, MailboxStatus, NewMessage, StagedBody, StoredMessage, VanishedResult,
} from './mailbox.ts';
import type { SearchIndexAddOn } from './add-ons.ts';
import type { FoundMessage, LoadedMailbox, MailboxStorage } from './mailbox-storage.ts';
import { MailStoreError, rethrow } from './store-error.ts';

/** What a mailbox needs of its account. */
export interface MailboxOwner {
  /** Milliseconds since 1970. */
  readonly wallTime: () => number;
  readonly makeEmailId: () => string;
  /** Ranges of UIDs of removed messages that are remembered. */
  readonly expungedHistory: number;
  /** Runs one change of the account after the other. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Errors: `STORE_OVER_QUOTA`. */
  checkQuota(messageCount: number, sizeOctets: number): Promise<void>;
  find(name: string): Promise<CoreMailbox>;
  tell(change: MailboxChange): void;
  /** Another program removed the mailbox. */
  lose(mailbox: CoreMailbox): void;
}

/** What is put into a mailbox, whatever way it comes. */
interface Arrival {
  readonly body: StagedBody;
  readonly flags: readonly string[];
  readonly internalDate: InternalDate;
  readonly emailId: string;
  readonly threadId: string | undefined;
}

/** How messages are copied. */
interface Copying {
  readonly origin: object | undefined;
  readonly mayHave: ((flag: string) => boolean) | undefined;
  readonly isMove: boolean;
}

const MOST_UID = 0xffff_ffff;

export class CoreMailbox implements Mailbox {
  name: string;
  readonly mailboxId: string;
  readonly uidValidity: number;
  readonly searchIndex: SearchIndexAddOn | undefined = undefined;
  readonly storage: MailboxStorage;
  readonly #owner: MailboxOwner;
  readonly #flags: FlagSpace;
  readonly #list: MessageList;
  readonly #expunged: ExpungedLog;
  readonly #listeners: Set<(change: MailboxChange) => void> = new Set();
  #uidNext: number;
  #highestModseq: bigint;
  #recentFrom: number;
  #isGone = false;

  constructor(name: string, loaded: LoadedMailbox, owner: MailboxOwner) {
    this.name = name;
    this.mailboxId = loaded.mailboxId;
    this.uidValidity = loaded.uidValidity;
    this.storage = loaded.storage;
    this.#owner = owner;
    this.#flags = new FlagSpace(loaded.keywords);
    this.#list = new MessageList(loaded.messages);
    this.#expunged = new ExpungedLog(owner.expungedHistory, loaded.expungedHorizon, loaded.expunged);
    this.#uidNext = loaded.uidNext;
    this.#recentFrom = loaded.uidNext;
    this.#highestModseq = loaded.highestModseq;
  }

  get recentFrom(): number {
    return this.#recentFrom;
  }

  get keywords(): readonly string[] {
    return this.#flags.keywords;
  }

  status(): MailboxStatus {
    const { uidValidity } = this;
    return { uidValidity, uidNext: this.#uidNext, highestModseq: this.#highestModseq, messageCount: this.#list.count, ...this.#list.counts };
  }

  messages(): readonly StoredMessage[] {
    return this.#list.all;
  }

  message(uid: number): StoredMessage | undefined {
    return this.#list.find(uid);
  }

  subscribe(listener: (change: MailboxChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async stage(body: Body, sizeOctets?: number): Promise<StagedBody> {
    this.#checkThere();
    return this.storage.stage(body, sizeOctets);
  }

  async content(uid: number): Promise<MessageContent | undefined> {
    const message = this.#list.find(uid);
    return message === undefined ? undefined : this.storage.content(message).catch(rethrow);
  }

  vanishedSince(modseq: bigint): VanishedResult {
    const known = this.#expunged.since(modseq);
    if (known !== undefined) return { uids: known, exact: true };
    return { uids: otherUids(this.#list.all, this.#uidNext - 1), exact: false };
  }

  async append(messages: readonly NewMessage[], origin?: object): Promise<AppendResult> {
    const bodies: StagedBody[] = [];
    try {
      for (const { body } of messages) bodies.push(body instanceof Uint8Array ? await this.stage(body, body.length) : body);
      const uids = await this.#change(() => this.#add(messages.map((message, at) => this.#arrival(message, bodies[at]!)), origin));
      return { uidValidity: this.uidValidity, uids };
    } finally {
      for (const body of bodies) await body.discard();
    }
  }

  setFlags(uids: readonly number[], change: FlagChange, origin?: object): Promise<FlagResult> {
    return this.#change(async () => {
      const { operation, flags, unchangedSince } = change;
      const picked = this.#list.pick(uids);
      const modified = unchangedSince === undefined ? [] : picked.filter(({ modseq }) => modseq > unchangedSince).map(({ uid }) => uid);
      const blocked = new Set(modified);
      const modseq = this.#highestModseq + 1n;
      const changed: StoredMessage[] = [];
      for (const message of picked) {
        const now = this.#flags.change(message.flags, operation, flags);
        if (!sameFlags(now, message.flags) && !blocked.has(message.uid)) changed.push({ ...message, flags: now, modseq });
      }
      await this.#reflag(changed, origin);
      return { changed, modified };
    });
  }

  expunge(uids: readonly number[], options: { readonly force?: boolean | undefined } = {}, origin?: object): Promise<ExpungeResult> {
    return this.#change(async () => {
      const picked = this.#list.pick(uids).filter(({ flags }) => options.force === true || flags.includes('\\Deleted'));
      await this.#remove(picked, origin);
      return { uids: picked.map(({ uid }) => uid), highestModseq: this.#highestModseq };
    });
  }

  copy(uids: readonly number[], target: string, origin?: object, mayHave?: (flag: string) => boolean): Promise<CopyResult> {
    return this.#change(async () => {
      const { result } = await this.#copyTo(await this.#owner.find(target), uids, { origin, mayHave, isMove: false });
      return result;
    });
  }

  move(uids: readonly number[], target: string, origin?: object, mayHave?: (flag: string) => boolean): Promise<CopyResult> {
    return this.#change(async () => this.moveTo(await this.#owner.find(target), uids, origin, mayHave));
  }

  refresh(): Promise<void> {
    return this.#owner.run(() => this.refreshNow());
  }

  /** For the account alone, inside a change of it. */
  async refreshNow(): Promise<void> {
    if (this.#isGone) return;
    const changes = await this.storage.findChanges(this.#list.all);
    if (changes === undefined) return;
    if (changes === 'gone') return this.#owner.lose(this);
    await this.#remove(this.#list.pick(changes.lost), undefined);
    const modseq = this.#highestModseq + 1n;
    const reflagged = changes.reflagged.flatMap(({ uid, flags }) => {
      const message = this.#list.find(uid);
      return message === undefined ? [] : [{ ...message, flags: this.#flags.normalize(flags), modseq }];
    });
    await this.#reflag(reflagged, undefined);
    await this.#add(changes.found.map((found) => this.#found(found)), undefined, true);
  }

  /** For the account alone, inside a change of it. */
  async moveTo(target: CoreMailbox, uids: readonly number[], origin: object | undefined, mayHave?: (flag: string) => boolean): Promise<CopyResult> {
    const { result, copied } = await this.#copyTo(target, uids, { origin, mayHave, isMove: true });
    await this.#remove(this.#list.pick(copied), origin);
    return result;
  }

  /** For a store that has filled the mailbox itself: what is in it is not new to anybody. */
  markSeasoned(): void {
    this.#recentFrom = this.#uidNext;
  }

  /** For the account alone: the mailbox was deleted. */
  end(origin: object | undefined): void {
    this.#isGone = true;
    this.#list.remove(new Set(this.#list.all.map(({ uid }) => uid)));
    this.#tell({ type: 'gone', mailbox: this, origin });
    this.#listeners.clear();
  }

  #change<T>(work: () => Promise<T>): Promise<T> {
    return this.#owner.run(async () => {
      this.#checkThere();
      return work();
    });
  }

  #checkThere(): void {
    if (this.#isGone) throw new MailStoreError('STORE_NO_SUCH_MAILBOX', 'the mailbox was deleted');
  }

  #arrival({ flags, internalDate }: NewMessage, body: StagedBody): Arrival {
    return {
      body, flags: this.#flags.normalize(flags ?? []), internalDate: wholeSeconds(internalDate ?? { ms: this.#owner.wallTime(), offsetMinutes: 0 }),
      emailId: this.#owner.makeEmailId(), threadId: undefined,
    };
  }

  #found({ body, flags, internalDate }: FoundMessage): Arrival {
    return { body, flags: this.#flags.normalize(flags), internalDate: wholeSeconds(internalDate), emailId: this.#owner.makeEmailId(), threadId: undefined };
  }

  /** The UIDs. They are used up even where the storage fails: part of it may have been written. */
  async #add(arrivals: readonly Arrival[], origin: object | undefined, hasRoom: boolean = false): Promise<readonly number[]> {
    if (arrivals.length === 0) return [];
    if (this.#uidNext + arrivals.length > MOST_UID) throw new MailStoreError('STORE_TOO_MUCH', 'the mailbox has no UIDs left');
    if (!hasRoom) await this.#owner.checkQuota(arrivals.length, arrivals.reduce((sum, { body }) => sum + body.sizeOctets, 0));
    const modseq = this.#highestModseq + 1n;
    const savedAt = this.#owner.wallTime();
    const added = arrivals.map(({ body, flags, internalDate, emailId, threadId }) => {
      const message: StoredMessage = { uid: this.#uidNext++, flags, internalDate, sizeOctets: body.sizeOctets, modseq, savedAt, emailId, threadId };
      return { message, body };
    });
    await this.storage.add(added);
    const messages = added.map(({ message }) => message);
    this.#list.append(messages);
    this.#highestModseq = modseq;
    this.#tell({ type: 'added', mailbox: this, messages, origin });
    return messages.map(({ uid }) => uid);
  }

  async #reflag(changed: readonly StoredMessage[], origin: object | undefined): Promise<void> {
    if (changed.length === 0) return;
    const [{ modseq }] = changed as readonly [StoredMessage];
    this.#highestModseq = modseq; // never used again, even where the storage fails half-way
    await this.storage.setFlags(changed);
    this.#list.replace(changed);
    this.#tell({ type: 'flags', mailbox: this, messages: changed, origin });
  }

  async #remove(messages: readonly StoredMessage[], origin: object | undefined): Promise<void> {
    if (messages.length === 0) return;
    const uids = messages.map(({ uid }) => uid);
    const modseq = this.#highestModseq + 1n;
    this.#highestModseq = modseq;
    await this.storage.remove(messages, { modseq, uids: uidRanges(uids) });
    this.#list.remove(new Set(uids));
    this.#expunged.add(modseq, uids);
    this.#tell({ type: 'removed', mailbox: this, uids, modseq, origin });
  }

  async #copyTo(target: CoreMailbox, uids: readonly number[], { origin, mayHave, isMove }: Copying): Promise<{ readonly result: CopyResult; readonly copied: readonly number[] }> {
    const arrivals: Arrival[] = [];
    const copied: number[] = [];
    try {
      for (const message of this.#list.pick(uids)) {
        const body = await target.storage.stageCopy(this.storage, message);
        if (body === undefined) continue;
        const { internalDate, emailId, threadId } = message;
        const flags = mayHave === undefined ? message.flags : message.flags.filter(mayHave);
        arrivals.push({ body, flags: target.#flags.normalize(flags), internalDate, emailId, threadId });
        copied.push(message.uid);
      }
      const targetUids = await target.#add(arrivals, origin, isMove); // a move takes no room that was not taken before
      return { result: { uidValidity: target.uidValidity, sourceUids: copied, targetUids }, copied };
    } finally {
      for (const { body } of arrivals) await body.discard();
    }
  }

  #tell(change: MailboxChange): void {
    for (const listener of this.#listeners) listener(change);
    this.#owner.tell(change);
  }
}

function wholeSeconds({ ms, offsetMinutes }: InternalDate): InternalDate {
  return { ms: Math.floor(ms / 1000) * 1000, offsetMinutes };
}
