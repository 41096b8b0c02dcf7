/**
 * What a store may offer beside the required part, one interface for an extension. A server announces the extension where the property
 * that holds the add-on is defined.
 */

/** SPECIAL-USE and CREATE-SPECIAL-USE. @rfc 6154 3 */
export interface SpecialUseAddOn {
  /** `\Sent`, `\Archive` and so on, in place of those before. `STORE_NO_SUCH_MAILBOX`. */
  setSpecialUse(name: string, uses: readonly string[]): Promise<void>;
}

/** OBJECTID: mailboxes and messages carry ids that nothing changes. @rfc 8474 4 */
export interface ObjectIdsAddOn {
  /** Of the account. @rfc 9698 4 */
  readonly accountId: string;
}

/** METADATA. The name `''` is the account itself (the "server" of the RFC). @rfc 5464 4 */
export interface MetadataAddOn {
  /** All entries of the name: `/private/comment` to its octets. Entry names in lower case. `STORE_NO_SUCH_MAILBOX`. */
  metadata(name: string): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Sets entries, removes those whose value is `undefined`; all or none. `STORE_TOO_MUCH` above the store's limits. */
  setMetadata(name: string, entries: ReadonlyMap<string, Uint8Array | undefined>, origin?: object): Promise<void>;
}

/** One resource of a quota root: `STORAGE` in units of 1024 octets, `MESSAGE`, `MAILBOX`. `limit` is `undefined` where none is set. @rfc 9208 5 */
export interface QuotaResource {
  readonly name: 'STORAGE' | 'MESSAGE' | 'MAILBOX';
  readonly usage: number;
  readonly limit: number | undefined;
}

/** QUOTA: one root, `''`, for the account. Appending and copying above a limit rejects with `STORE_OVER_QUOTA`. @rfc 9208 3 */
export interface QuotaAddOn {
  quota(): Promise<readonly QuotaResource[]>;
  /** Resolves where there is room for so much more, at no cost where nothing is limited. `STORE_OVER_QUOTA`. */
  check(messageCount: number, octetCount: number): Promise<void>;
  /** Replaces all limits. */
  setLimits(limits: ReadonlyMap<QuotaResource['name'], number>): Promise<void>;
}

/** ACL: kept and told by the store, enforced by the server. Rights are letters of RFC 4314. @rfc 4314 3 */
export interface AclAddOn {
  /** Identifier to rights. The owner has all rights where nothing else was set. `STORE_NO_SUCH_MAILBOX`. */
  acl(name: string): Promise<ReadonlyMap<string, string>>;
  /** Sets the rights of an identifier; `undefined` removes it. */
  setRights(name: string, identifier: string, rights: string | undefined): Promise<void>;
}

/** An index of texts. What it gives is looked at again by the searcher, so it may hold messages that do not fit. */
export interface SearchIndexAddOn {
  /** UIDs of all messages that may contain `text` in their header or body; `undefined` where the index cannot say. */
  candidates(text: string): Promise<readonly number[] | undefined>;
}
