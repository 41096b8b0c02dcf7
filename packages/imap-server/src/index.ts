export type { AccountChange, MailAccount, MailboxEntry } from './store/mail-account.ts';
export type { MailStore, SecretsAddOn } from './store/mail-store.ts';
export type {
  AppendResult, CopyResult, ExpungeResult, FlagChange, FlagResult, InternalDate, Mailbox, MailboxChange, MailboxStatus, NewMessage, StagedBody, StoredMessage,
  UidRange, VanishedResult,
} from './store/mailbox.ts';
export type { AclAddOn, MetadataAddOn, ObjectIdsAddOn, QuotaAddOn, QuotaResource, SearchIndexAddOn, SpecialUseAddOn } from './store/add-ons.ts';
export type { MessageContent } from './store/message-content.ts';
export { octetsContent } from './store/message-content.ts';
export { HIERARCHY_SEPARATOR, checkMailboxName } from './store/mailbox-name.ts';
export { SYSTEM_FLAGS } from './store/flag-space.ts';
export type { MailStoreErrorCode } from './store/store-error.ts';
export { MailStoreError } from './store/store-error.ts';
export type { MailboxFixture, MemoryStoreOptions, MessageFixture, UserFixture } from './store/memory-store.ts';
export { MemoryStore } from './store/memory-store.ts';
export type { MaildirStoreOptions, MaildirUser } from './store/maildir-store.ts';
export { MaildirStore } from './store/maildir-store.ts';
export type { DirectoryEntry, NewFile, ReadableFile, StoreFileSystem } from './store/file-system.ts';
export { nodeFileSystem } from './store/file-system.ts';
export type { FoundOctets, OctetRange } from './message/octet-pieces.ts';
export type { MessageLayout, MessagePlaces, PartLayout } from './message/message-layout.ts';
export { layoutMessage, readMessageLayout } from './message/message-layout.ts';
export { LayoutCache } from './message/layout-cache.ts';
export { findSection } from './message/section-octets.ts';
export type { BinaryResult } from './message/binary-octets.ts';
export { findBinary } from './message/binary-octets.ts';
export { readPreview } from './message/preview.ts';
export type { SearchableBody, SearchableHeader } from './message/searchable-text.ts';
export { readSearchableBody, readSearchableHeader } from './message/searchable-text.ts';
export type { AuthenticationAnswer, AuthenticationRequest, ImapServerLimits, ImapServerOptions, ImapServerTimeouts, ImapSession, SessionEnd } from './server/options.ts';
export type { ImapCloseCounts, ImapListenOptions, ImapServer } from './server/server.ts';
export { createImapServer } from './server/server.ts';
export { defaultCapabilities } from './server/resolve-options.ts';
export type { ImapServerErrorCode } from './server/errors.ts';
export { ImapServerError } from './server/errors.ts';
