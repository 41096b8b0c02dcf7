/**
 * What a store does beneath `mailbox-core.ts` and `account-core.ts`: it writes down what they decided. The core allots UIDs and MODSEQ, knows
 * flags, keeps history and tells listeners; the storage makes each step durable before its promise resolves.
 *
 * Read next: `memory-store.ts` (nothing to write), `maildir-mailbox.ts`.
 */
import type { Body } from '@mailwright/wire';
import type { AccountState } from './account-state.ts';
import type { Expunged } from './expunged-log.ts';
import type { InternalDate, StagedBody, StoredMessage } from './mailbox.ts';
import type { MessageContent } from './message-content.ts';

/** A message with the body that was written down for it. */
export interface AddedMessage {
  readonly message: StoredMessage;
  readonly body: StagedBody;
}

/** A message that another program put there. */
export interface FoundMessage {
  readonly body: StagedBody;
  readonly flags: readonly string[];
  readonly internalDate: InternalDate;
}

/** What other programs did. */
export interface StorageChanges {
  readonly found: readonly FoundMessage[];
  /** UIDs. */
  readonly lost: readonly number[];
  readonly reflagged: readonly { readonly uid: number; readonly flags: readonly string[] }[];
}

/** One mailbox. The core calls one method at a time, but for `stage`, `stageCopy` and `content`. */
export interface MailboxStorage {
  stage(body: Body, sizeOctets: number | undefined): Promise<StagedBody>;
  /** The body of a message that `source`, a storage of the same account, keeps. `undefined` where it is gone. */
  stageCopy(source: MailboxStorage, message: StoredMessage): Promise<StagedBody | undefined>;
  /** All or none. The mailbox's highest MODSEQ is that of the messages then, and its next UID the one behind them. */
  add(messages: readonly AddedMessage[]): Promise<void>;
  /** As they are now. The flags of some may be in place when it fails. */
  setFlags(messages: readonly StoredMessage[]): Promise<void>;
  /** With the history as it is then. */
  remove(messages: readonly StoredMessage[], expunged: Expunged): Promise<void>;
  content(message: StoredMessage): Promise<MessageContent | undefined>;
  /** `gone` where the mailbox itself was removed; `undefined` where nothing happened. */
  findChanges(messages: readonly StoredMessage[]): Promise<StorageChanges | 'gone' | undefined>;
}

/** A mailbox as it was written down. */
export interface LoadedMailbox {
  readonly storage: MailboxStorage;
  readonly mailboxId: string;
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly highestModseq: bigint;
  /** In UID order. */
  readonly messages: readonly StoredMessage[];
  readonly keywords: readonly string[];
  readonly expunged: readonly Expunged[];
  /** All that was removed behind this MODSEQ is in `expunged`. */
  readonly expungedHorizon: bigint;
}

/** One account. The core calls one method at a time. */
export interface AccountStorage {
  readonly accountId: string;
  /** A text that no other call gives, for email ids: letters, digits, `-` and `_`. */
  makeEmailId(): string;
  saveState(state: AccountState): Promise<void>;
  /** The mailboxes that exist, `INBOX` among them. */
  names(): Promise<readonly string[]>;
  /** `undefined` where there is none. */
  open(name: string): Promise<LoadedMailbox | undefined>;
  create(name: string): Promise<LoadedMailbox>;
  delete(name: string): Promise<void>;
  /** In this order. None of the new names exists. */
  rename(pairs: readonly (readonly [from: string, to: string])[]): Promise<void>;
  close(): Promise<void>;
}
