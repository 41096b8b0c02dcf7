/**
 * One mailbox: messages in the order of their UIDs, and what can be done to them.
 *
 * Read next: `message-content.ts`, `mailbox-core.ts` (what all stores share).
 */
import type { InternalDate } from '@mailwright/imap';
import type { Body } from '@mailwright/wire';
import type { SearchIndexAddOn } from './add-ons.ts';
import type { MessageContent } from './message-content.ts';

export type { InternalDate };

/** What is known of a message beside its octets. Never changes: a change of flags makes a new one. */
export interface StoredMessage {
  readonly uid: number;
  /** Each once, system flags as RFC 9051 spells them (`\Seen`), in a fixed order. `\Recent` is never among them. */
  readonly flags: readonly string[];
  /** Whole seconds. */
  readonly internalDate: InternalDate;
  readonly sizeOctets: number;
  readonly modseq: bigint;
  /** When it was put into this mailbox, in milliseconds since 1970. @rfc 8514 2 */
  readonly savedAt: number;
  /** The same for all copies of a message, and for nothing else. @rfc 8474 5.1 */
  readonly emailId: string;
  /** `undefined` where the store has no threads. @rfc 8474 5.2 */
  readonly threadId: string | undefined;
}

/** What SELECT and STATUS tell, at one moment. */
export interface MailboxStatus {
  readonly uidValidity: number;
  /** The UID that the next message gets at the least. */
  readonly uidNext: number;
  /** 1 for a mailbox that never held a message. @rfc 7162 3.1.2.1 */
  readonly highestModseq: bigint;
  readonly messageCount: number;
  /** Messages without `\Seen`. */
  readonly unseenCount: number;
  /** Messages with `\Deleted`. */
  readonly deletedCount: number;
  /** Of all messages. @rfc 8438 2 */
  readonly sizeOctets: number;
}

/** Octets that are written down, durable, and in no mailbox yet. Given to `append` once, or discarded. */
export interface StagedBody {
  readonly type: 'staged';
  readonly sizeOctets: number;
  /** Idempotent; nothing where the message was appended. */
  discard(): Promise<void>;
}

/** A message to be appended. */
export interface NewMessage {
  readonly body: Uint8Array | StagedBody;
  /** Default none. `\Recent` is left out. */
  readonly flags?: readonly string[] | undefined;
  /** Default: now, in UTC. */
  readonly internalDate?: InternalDate | undefined;
}

export interface AppendResult {
  readonly uidValidity: number;
  /** In the order of the messages, ascending. */
  readonly uids: readonly number[];
}

export interface FlagChange {
  readonly operation: 'add' | 'remove' | 'replace';
  readonly flags: readonly string[];
  /** Only messages whose MODSEQ is not greater. @rfc 7162 3.1.3 */
  readonly unchangedSince?: bigint | undefined;
}

export interface FlagResult {
  /** Messages whose flags are others now, in UID order. */
  readonly changed: readonly StoredMessage[];
  /** UIDs of messages that were left alone since they have changed later than `unchangedSince`. */
  readonly modified: readonly number[];
}

export interface ExpungeResult {
  /** Ascending. */
  readonly uids: readonly number[];
  /** The mailbox's highest MODSEQ behind it. */
  readonly highestModseq: bigint;
}

/** The UIDs at the same index belong together. UIDs that were asked for and are no longer there are in neither list. @rfc 4315 3 */
export interface CopyResult {
  readonly uidValidity: number;
  readonly sourceUids: readonly number[];
  readonly targetUids: readonly number[];
}

/** First and last number, both in the range. */
export type UidRange = readonly [first: number, last: number];

export interface VanishedResult {
  /** Ascending, apart from each other. */
  readonly uids: readonly UidRange[];
  /**
   * True where `uids` are those that were removed since. False where the store does not remember as far back: then `uids` are all UIDs that
   * were ever given out and have no message, those that were removed since among them. @rfc 7162 3.2.5.2
   */
  readonly exact: boolean;
}

/** What happened in a mailbox. `origin` is the object that the change was made with; `undefined` also for changes by other programs. */
export type MailboxChange =
  | { readonly type: 'added'; readonly mailbox: Mailbox; readonly messages: readonly StoredMessage[]; readonly origin: object | undefined }
  | { readonly type: 'flags'; readonly mailbox: Mailbox; readonly messages: readonly StoredMessage[]; readonly origin: object | undefined }
  | { readonly type: 'removed'; readonly mailbox: Mailbox; readonly uids: readonly number[]; readonly modseq: bigint; readonly origin: object | undefined }
  /** The mailbox was deleted: it stays readable as an empty one, and changes of it reject with `STORE_NO_SUCH_MAILBOX`. */
  | { readonly type: 'gone'; readonly mailbox: Mailbox; readonly origin: object | undefined };

/** One mailbox. Changes are made one after the other, resolve when they are durable, and reject with a `MailStoreError`. */
export interface Mailbox {
  /** Follows a change of name. */
  readonly name: string;
  /** Stays when the name changes. @rfc 8474 4 */
  readonly mailboxId: string;
  readonly uidValidity: number;
  /** Messages from this UID on came since the store was opened, or while it was not open: nobody can have been told of them before. @rfc 3501 2.3.2 */
  readonly recentFrom: number;
  /** Keywords that messages of the mailbox have or had. @rfc 9051 7.3.5 */
  readonly keywords: readonly string[];
  /** Computed in one pass over the messages when it is asked for first. */
  status(): MailboxStatus;
  /** All messages in UID order. The array is never changed: it shows the mailbox as it was when it was asked for. */
  messages(): readonly StoredMessage[];
  message(uid: number): StoredMessage | undefined;
  /** Looks for what other programs did to the storage; changes are told to listeners before it resolves. */
  refresh(): Promise<void>;
  /** Writes a body down, for `append`. `STORE_SIZE_MISMATCH` where it does not have `sizeOctets`; rejects with what the body throws. */
  stage(body: Body, sizeOctets?: number): Promise<StagedBody>;
  /** Appends all messages or none. Staged bodies are used up, also where it fails. @rfc 3502 6.3.11 */
  append(messages: readonly NewMessage[], origin?: object): Promise<AppendResult>;
  /** UIDs without a message are passed over. */
  setFlags(uids: readonly number[], change: FlagChange, origin?: object): Promise<FlagResult>;
  /** Removes messages: of `uids` those with `\Deleted`, or with `force` all of them. */
  expunge(uids: readonly number[], options?: { readonly force?: boolean | undefined }, origin?: object): Promise<ExpungeResult>;
  /**
   * Copies all or none. `target` is a mailbox of the same account. `mayHave`: which flags the copies get of those of the messages; default all.
   * `STORE_NO_SUCH_MAILBOX`. @rfc 9051 6.4.7
   */
  copy(uids: readonly number[], target: string, origin?: object, mayHave?: (flag: string) => boolean): Promise<CopyResult>;
  /** As `copy`; then the messages are removed here. A message is never in neither of the two. @rfc 9051 6.4.8 */
  move(uids: readonly number[], target: string, origin?: object, mayHave?: (flag: string) => boolean): Promise<CopyResult>;
  /** The octets of a message, to be closed; `undefined` where there is none. */
  content(uid: number): Promise<MessageContent | undefined>;
  /** The UIDs that were removed behind `modseq`. @rfc 7162 3.2.5.2 */
  vanishedSince(modseq: bigint): VanishedResult;
  /** Calls `listener` behind every change, in their order, until the function that it returns is called. A listener never throws. */
  subscribe(listener: (change: MailboxChange) => void): () => void;

  readonly searchIndex: SearchIndexAddOn | undefined;
}
