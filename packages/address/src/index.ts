export type { AddressLiteral } from './address-literal.ts';
export { parseAddressLiteral } from './address-literal.ts';
export { parseDomain } from './domain.ts';
export type { AddressError } from './errors.ts';
export { canonicalDomain, toAscii, toUnicode } from './idna.ts';
export type { Mailbox } from './mailbox.ts';
export { equalMailboxes } from './mailbox.ts';
export { address, mailbox, parseMailbox, parseMailboxAt, parsePath } from './mailbox-parse.ts';
