/**
 * The add-ons that both stores have: special uses, annotations, quota limits and rights, kept in the account's state.
 */
import type { AclAddOn, MetadataAddOn, QuotaAddOn, QuotaResource, SpecialUseAddOn } from './add-ons.ts';
import type { CoreAccount } from './account-core.ts';
import { EMPTY_EXTRAS, withExtras } from './account-state.ts';
import type { MailboxExtras } from './account-state.ts';
import { checkMailboxName } from './mailbox-name.ts';
import { MailStoreError } from './store-error.ts';

/** Entries of one name, and octets of one value. */
const METADATA_ENTRIES = 1000;
const METADATA_OCTETS = 65_536;
/** Of the values of all names together: they are in memory, and written down as one file. */
const ACCOUNT_METADATA_OCTETS = 8_388_608;
const ACL_IDENTIFIERS = 1000;
const OWNER_RIGHTS = 'lrswipkxtea'; // RFC 4314 2.1, all standard rights

export class AccountAddOns implements SpecialUseAddOn, MetadataAddOn, QuotaAddOn, AclAddOn {
  readonly #account: CoreAccount;

  constructor(account: CoreAccount) {
    this.#account = account;
  }

  setSpecialUse(name: string, uses: readonly string[]): Promise<void> {
    return this.#update(name, (extras) => ({ ...extras, specialUse: [...uses] }));
  }

  metadata(name: string): Promise<ReadonlyMap<string, Uint8Array>> {
    return this.#read(name, ({ metadata }) => metadata);
  }

  async setMetadata(name: string, entries: ReadonlyMap<string, Uint8Array | undefined>, origin?: object): Promise<void> {
    await this.#update(name, (extras) => {
      const metadata = new Map(extras.metadata);
      const others = this.#metadataOctets() - octetsOf(extras.metadata);
      for (const [entry, value] of entries) {
        if (value === undefined) metadata.delete(entry.toLowerCase());
        else metadata.set(entry.toLowerCase(), value.slice());
        if (value !== undefined && value.length > METADATA_OCTETS) throw new MailStoreError('STORE_TOO_MUCH', `an entry holds ${METADATA_OCTETS} octets at most`);
      }
      if (metadata.size > METADATA_ENTRIES) throw new MailStoreError('STORE_TOO_MUCH', `a mailbox has ${METADATA_ENTRIES} entries at most`);
      if (others + octetsOf(metadata) > ACCOUNT_METADATA_OCTETS) throw new MailStoreError('STORE_TOO_MUCH', `all entries hold ${ACCOUNT_METADATA_OCTETS} octets at most`);
      return { ...extras, metadata };
    });
    this.#account.tell({ type: 'metadata', name: name === '' ? '' : checkMailboxName(name), entries: [...entries.keys()].map((entry) => entry.toLowerCase()), origin });
  }

  quota(): Promise<readonly QuotaResource[]> {
    return this.#account.run(() => this.#account.quotaUsage());
  }

  check(messageCount: number, octetCount: number): Promise<void> {
    return this.#account.run(() => this.#account.checkQuota(messageCount, octetCount));
  }

  setLimits(limits: ReadonlyMap<QuotaResource['name'], number>): Promise<void> {
    return this.#account.run(() => this.#account.save({ ...this.#account.state, quotaLimits: new Map(limits) }));
  }

  acl(name: string): Promise<ReadonlyMap<string, string>> {
    return this.#read(name, ({ acl }) => (acl.has(this.#account.user) ? acl : new Map([[this.#account.user, OWNER_RIGHTS], ...acl])));
  }

  setRights(name: string, identifier: string, rights: string | undefined): Promise<void> {
    return this.#update(name, (extras) => {
      const acl = new Map(extras.acl);
      if (rights === undefined) acl.delete(identifier);
      else acl.set(identifier, rights);
      if (acl.size > ACL_IDENTIFIERS) throw new MailStoreError('STORE_TOO_MUCH', `a mailbox has rights of ${ACL_IDENTIFIERS} identifiers at most`);
      return { ...extras, acl };
    });
  }

  #metadataOctets(): number {
    let octets = 0;
    for (const { metadata } of this.#account.state.extras.values()) octets += octetsOf(metadata);
    return octets;
  }

  async #read<T>(name: string, select: (extras: MailboxExtras) => T): Promise<T> {
    return this.#account.run(async () => select(this.#account.state.extras.get(await this.#check(name)) ?? EMPTY_EXTRAS));
  }

  async #update(name: string, change: (extras: MailboxExtras) => MailboxExtras): Promise<void> {
    await this.#account.run(async () => {
      const checked = await this.#check(name);
      const { state } = this.#account;
      await this.#account.save(withExtras(state, checked, change(state.extras.get(checked) ?? EMPTY_EXTRAS)));
    });
  }

  /** `''` is the account itself. */
  async #check(name: string): Promise<string> {
    if (name === '') return name;
    const checked = checkMailboxName(name);
    if (!(await this.#account.exists(checked))) throw new MailStoreError('STORE_NO_SUCH_MAILBOX', 'there is no such mailbox');
    return checked;
  }
}

function octetsOf(metadata: ReadonlyMap<string, Uint8Array>): number {
  let octets = 0;
  for (const [entry, value] of metadata) octets += entry.length + value.length;
  return octets;
}
