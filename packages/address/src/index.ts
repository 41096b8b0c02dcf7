export type { AddressLiteral } from './address-literal.ts';
export { parseAddressLiteral } from './address-literal.ts';
export { parseDomain } from './domain.ts';
export type { AddressError } from './errors.ts';
export type { GroupToFormat, MailboxToFormat } from './header-format.ts';
export { formatAddressList, formatMailbox, formatPhrase } from './header-format.ts';
export { parseAddressList, parseMailboxList } from './header-parse.ts';
export type {
  AddressDefect, AddressFault, AddressListLimits, AddressOrGroup, HeaderGroup, HeaderMailbox, ObsoleteForm, PhraseWord,
} from './header-types.ts';
export { canonicalDomain, toAscii, toUnicode } from './idna.ts';
export type { Mailbox } from './mailbox.ts';
export { equalMailboxes } from './mailbox.ts';
export { address, mailbox, parseMailbox, parseMailboxAt, parsePath } from './mailbox-parse.ts';
