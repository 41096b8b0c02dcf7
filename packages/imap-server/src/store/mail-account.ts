/**
 * The mailboxes of one user.
 *
 * Read next: `mailbox.ts`.
 */
import type { AclAddOn, MetadataAddOn, ObjectIdsAddOn, QuotaAddOn, SpecialUseAddOn } from './add-ons.ts';
import type { Mailbox, MailboxChange } from './mailbox.ts';

/** One name of the account. */
export interface MailboxEntry {
  readonly name: string;
  /** Whether the user has subscribed to it. @rfc 9051 6.3.7 */
  readonly subscribed: boolean;
  /** `\Sent` and the like. Empty where the store has no special uses. @rfc 6154 2 */
  readonly specialUse: readonly string[];
}

/** What happened to the account. `origin` is the object that the change was made with. */
export type AccountChange =
  | MailboxChange
  | { readonly type: 'created'; readonly name: string; readonly origin: object | undefined }
  | { readonly type: 'deleted'; readonly name: string; readonly origin: object | undefined }
  | { readonly type: 'renamed'; readonly from: string; readonly to: string; readonly origin: object | undefined }
  | { readonly type: 'subscribed' | 'unsubscribed'; readonly name: string; readonly origin: object | undefined }
  | { readonly type: 'metadata'; readonly name: string; readonly entries: readonly string[]; readonly origin: object | undefined };

/**
 * One user's mail. Methods that change something resolve when the change is durable, and take an `origin`: any object by which a listener
 * knows its own changes. They reject with a `MailStoreError`.
 */
export interface MailAccount {
  readonly user: string;
  /** The mailboxes that exist, sorted by name with `INBOX` first. Levels above them that do not exist are not in it. */
  list(): Promise<readonly MailboxEntry[]>;
  /** Names that the user has subscribed to, whether they exist or not. @rfc 9051 6.3.7 */
  subscriptions(): Promise<readonly string[]>;
  /** The mailbox, the same object for all that open it. `STORE_NO_SUCH_MAILBOX`. */
  open(name: string): Promise<Mailbox>;
  /** `STORE_MAILBOX_EXISTS`, `STORE_BAD_NAME`. Levels above it are not made: they need not exist. @rfc 9051 6.3.4 */
  create(name: string, origin?: object): Promise<Mailbox>;
  /** Deletes the mailbox and its messages; the levels below it stay. `STORE_NO_SUCH_MAILBOX`; `STORE_BAD_NAME` for INBOX. @rfc 9051 6.3.5 */
  delete(name: string, origin?: object): Promise<void>;
  /**
   * Renames the mailbox and all levels below it. Renaming INBOX moves its messages to a new mailbox, and what is below it stays.
   * `STORE_NO_SUCH_MAILBOX`, `STORE_MAILBOX_EXISTS`, `STORE_BAD_NAME`. @rfc 9051 6.3.6
   */
  rename(from: string, to: string, origin?: object): Promise<void>;
  /** The mailbox need not exist. `STORE_BAD_NAME`. */
  setSubscribed(name: string, subscribed: boolean, origin?: object): Promise<void>;
  /** Calls `listener` behind every change, in their order, until the function that it returns is called. A listener never throws. */
  subscribe(listener: (change: AccountChange) => void): () => void;

  readonly specialUse: SpecialUseAddOn | undefined;
  readonly objectIds: ObjectIdsAddOn | undefined;
  readonly metadata: MetadataAddOn | undefined;
  readonly quota: QuotaAddOn | undefined;
  readonly acl: AclAddOn | undefined;
}
