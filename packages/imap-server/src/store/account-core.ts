/**
 * The mailboxes of one user, as all stores have them. All changes of an account are made one after the other, so that a copy or a change of
 * names meets no other change half-way.
 *
 * Read next: `mailbox-core.ts`, `mailbox-storage.ts`, `account-add-ons.ts`.
 */
import { AccountAddOns } from './account-add-ons.ts';
import type { AclAddOn, MetadataAddOn, ObjectIdsAddOn, QuotaAddOn, SpecialUseAddOn } from './add-ons.ts';
import { withExtras, withRenamed } from './account-state.ts';
import type { AccountState } from './account-state.ts';
import type { AccountChange, MailAccount, MailboxEntry } from './mail-account.ts';
import { CoreMailbox } from './mailbox-core.ts';
import type { MailboxOwner } from './mailbox-core.ts';
import { checkMailboxName, compareNames, isBelow } from './mailbox-name.ts';
import type { AccountStorage } from './mailbox-storage.ts';
import { SerialQueue } from './serial-queue.ts';
import { MailStoreError, rethrow } from './store-error.ts';

export interface AccountCoreOptions {
  readonly wallTime: () => number;
  readonly expungedHistory: number;
}

/** Names that need not exist, so that nothing else bounds them. */
const SUBSCRIPTIONS = 10_000;
/** Ranges of UIDs of removed messages that a mailbox remembers. */
export const EXPUNGED_HISTORY = 10_000;

export class CoreAccount implements MailAccount, MailboxOwner {
  readonly user: string;
  readonly specialUse: SpecialUseAddOn;
  readonly objectIds: ObjectIdsAddOn;
  readonly metadata: MetadataAddOn;
  readonly quota: QuotaAddOn;
  readonly acl: AclAddOn;
  readonly wallTime: () => number;
  readonly expungedHistory: number;
  readonly makeEmailId: () => string;
  readonly #storage: AccountStorage;
  readonly #queue: SerialQueue = new SerialQueue();
  readonly #open: Map<string, CoreMailbox> = new Map();
  readonly #listeners: Set<(change: AccountChange) => void> = new Set();
  #state: AccountState;
  #isClosed = false;

  constructor(user: string, storage: AccountStorage, state: AccountState, options: AccountCoreOptions) {
    this.user = user;
    this.#storage = storage;
    this.#state = state;
    this.wallTime = options.wallTime;
    this.expungedHistory = options.expungedHistory;
    this.makeEmailId = () => storage.makeEmailId();
    this.objectIds = { accountId: storage.accountId };
    const addOns = new AccountAddOns(this);
    this.specialUse = addOns;
    this.metadata = addOns;
    this.quota = addOns;
    this.acl = addOns;
  }

  list(): Promise<readonly MailboxEntry[]> {
    return this.run(async () => {
      const names = [...(await this.#storage.names())].sort(compareNames);
      const { subscriptions, extras } = this.#state;
      return names.map((name) => ({ name, subscribed: subscriptions.has(name), specialUse: extras.get(name)?.specialUse ?? [] }));
    });
  }

  async subscriptions(): Promise<readonly string[]> {
    return [...this.#state.subscriptions].sort(compareNames);
  }

  async open(name: string): Promise<CoreMailbox> {
    const checked = checkMailboxName(name);
    return this.#open.get(checked) ?? this.run(() => this.find(checked));
  }

  async create(name: string, origin?: object): Promise<CoreMailbox> {
    const checked = checkMailboxName(name);
    return this.run(() => this.#create(checked, origin));
  }

  async delete(name: string, origin?: object): Promise<void> {
    const checked = checkMailboxName(name);
    if (checked === 'INBOX') throw new MailStoreError('STORE_BAD_NAME', 'INBOX is never deleted');
    await this.run(async () => {
      const mailbox = await this.find(checked);
      await this.#storage.delete(checked);
      this.#open.delete(checked);
      await this.save(withExtras(this.#state, checked, undefined));
      mailbox.end(origin);
      this.tell({ type: 'deleted', name: checked, origin });
    });
  }

  async rename(from: string, to: string, origin?: object): Promise<void> {
    const source = checkMailboxName(from);
    const target = checkMailboxName(to);
    await this.run(() => (source === 'INBOX' ? this.#renameInbox(target, origin) : this.#rename(source, target, origin)));
  }

  async setSubscribed(name: string, subscribed: boolean, origin?: object): Promise<void> {
    const checked = checkMailboxName(name);
    await this.run(async () => {
      const subscriptions = new Set(this.#state.subscriptions);
      if (subscriptions.has(checked) === subscribed) return;
      if (subscribed && subscriptions.size >= SUBSCRIPTIONS) throw new MailStoreError('STORE_TOO_MUCH', `an account has ${SUBSCRIPTIONS} subscriptions at most`);
      if (subscribed) subscriptions.add(checked);
      else subscriptions.delete(checked);
      await this.save({ ...this.#state, subscriptions });
      this.tell({ type: subscribed ? 'subscribed' : 'unsubscribed', name: checked, origin });
    });
  }

  subscribe(listener: (change: AccountChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(change: AccountChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  lose(mailbox: CoreMailbox): void {
    const { name } = mailbox;
    this.#open.delete(name);
    mailbox.end(undefined);
    this.tell({ type: 'deleted', name, origin: undefined });
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    return this.#queue.run(() => {
      if (this.#isClosed) throw new MailStoreError('STORE_CLOSED', 'the store was closed');
      return work().catch(rethrow);
    });
  }

  /** Behind all that was asked for before. */
  async close(): Promise<void> {
    await this.#queue.run(async () => {
      if (this.#isClosed) return;
      this.#isClosed = true;
      await this.#storage.close();
    });
  }

  /** Inside a change. */
  async find(name: string): Promise<CoreMailbox> {
    const checked = checkMailboxName(name);
    const known = this.#open.get(checked);
    if (known !== undefined) return known;
    const loaded = await this.#storage.open(checked);
    if (loaded === undefined) throw new MailStoreError('STORE_NO_SUCH_MAILBOX', 'there is no such mailbox');
    const mailbox = new CoreMailbox(checked, loaded, this);
    await mailbox.refreshNow();
    this.#open.set(checked, mailbox);
    return mailbox;
  }

  /** Inside a change. */
  async exists(name: string): Promise<boolean> {
    return this.#open.has(name) || (await this.#storage.names()).includes(name);
  }

  /** Inside a change. */
  async all(): Promise<readonly CoreMailbox[]> {
    const mailboxes: CoreMailbox[] = [];
    for (const name of await this.#storage.names()) mailboxes.push(await this.find(name));
    return mailboxes;
  }

  async checkQuota(messageCount: number, sizeOctets: number): Promise<void> {
    if (this.#state.quotaLimits.size === 0) return;
    for (const { name, usage, limit } of await this.quotaUsage()) {
      if (limit === undefined || name === 'MAILBOX') continue;
      const used = name === 'MESSAGE' ? usage + messageCount : await this.#storageUnits(sizeOctets);
      if (used > limit) throw new MailStoreError('STORE_OVER_QUOTA', `the account has no room: ${name} is limited to ${limit}`);
    }
  }

  /** Inside a change. */
  async quotaUsage(): Promise<readonly { readonly name: 'STORAGE' | 'MESSAGE' | 'MAILBOX'; readonly usage: number; readonly limit: number | undefined }[]> {
    const mailboxes = await this.all();
    const messages = mailboxes.reduce((sum, mailbox) => sum + mailbox.status().messageCount, 0);
    const limits = this.#state.quotaLimits;
    return [
      { name: 'STORAGE', usage: await this.#storageUnits(0), limit: limits.get('STORAGE') },
      { name: 'MESSAGE', usage: messages, limit: limits.get('MESSAGE') },
      { name: 'MAILBOX', usage: mailboxes.length, limit: limits.get('MAILBOX') },
    ];
  }

  get state(): AccountState {
    return this.#state;
  }

  /** Inside a change. */
  async save(state: AccountState): Promise<void> {
    if (state === this.#state) return;
    await this.#storage.saveState(state);
    this.#state = state;
  }

  /** @rfc 9208 5.1 */
  async #storageUnits(more: number): Promise<number> {
    const octets = (await this.all()).reduce((sum, mailbox) => sum + mailbox.status().sizeOctets, more);
    return Math.ceil(octets / 1024);
  }

  async #create(name: string, origin: object | undefined): Promise<CoreMailbox> {
    if (await this.exists(name)) throw new MailStoreError('STORE_MAILBOX_EXISTS', 'the mailbox exists already');
    const limit = this.#state.quotaLimits.get('MAILBOX');
    if (limit !== undefined && (await this.#storage.names()).length >= limit) throw new MailStoreError('STORE_OVER_QUOTA', `the account is limited to ${limit} mailboxes`);
    const mailbox = new CoreMailbox(name, await this.#storage.create(name), this);
    this.#open.set(name, mailbox);
    this.tell({ type: 'created', name, origin });
    return mailbox;
  }

  async #renameInbox(to: string, origin: object | undefined): Promise<void> {
    const inbox = await this.find('INBOX');
    const target = await this.#create(to, origin);
    await inbox.moveTo(target, inbox.messages().map(({ uid }) => uid), origin);
  }

  async #rename(from: string, to: string, origin: object | undefined): Promise<void> {
    const names = await this.#storage.names();
    if (isBelow(to, from)) throw new MailStoreError('STORE_BAD_NAME', 'a mailbox does not go below itself');
    const pairs = names.filter((name) => name === from || isBelow(name, from)).sort().map((name) => [name, checkMailboxName(to + name.slice(from.length))] as const);
    if (pairs.length === 0) throw new MailStoreError('STORE_NO_SUCH_MAILBOX', 'there is no such mailbox');
    if (to === 'INBOX' || pairs.some(([, name]) => names.includes(name))) throw new MailStoreError('STORE_MAILBOX_EXISTS', 'the mailbox exists already');
    await this.#storage.rename(pairs);
    for (const [before, now] of pairs) this.#follow(before, now);
    await this.save(withRenamed(this.#state, pairs));
    for (const [before, now] of pairs) this.tell({ type: 'renamed', from: before, to: now, origin });
  }

  #follow(from: string, to: string): void {
    const mailbox = this.#open.get(from);
    if (mailbox === undefined) return;
    this.#open.delete(from);
    mailbox.name = to;
    this.#open.set(to, mailbox);
  }
}
