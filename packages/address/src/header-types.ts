/**
 * What the address fields of a header (From, To, Cc, Reply-To ...) are made of, after reading and before writing.
 *
 * Read next: `header-parse.ts`, `header-format.ts`.
 */
import type { Mailbox } from './mailbox.ts';

/** A piece of a display name as it stood there. Encoded words are not decoded here: MIME does that, knowing the kind. */
export interface PhraseWord {
  /** Quoting removed. */
  readonly text: string;
  /** `atom` may be an encoded word; `quoted` never is one (RFC 2047 5); `comment` may hold several. */
  readonly kind: 'atom' | 'quoted' | 'comment';
  /** True when white space or a comment stands before it. */
  readonly spaced: boolean;
}

/** One mailbox of a header, as far as it could be read. @rfc 5322 3.4 */
export interface HeaderMailbox {
  readonly type: 'mailbox';
  /** The words, joined; of an address without angle brackets its last comment, as before RFC 822. `undefined`: none. */
  readonly displayName: string | undefined;
  readonly words: readonly PhraseWord[];
  /** The value, quoting removed; `''` where it is missing. */
  readonly localPart: string;
  /** As written, without comments and folding; `''` where it is missing. */
  readonly domain: string;
  /** The same as a checked address, `undefined` where the grammar of the envelope refuses it. */
  readonly mailbox: Mailbox | undefined;
  /** The domains of an obsolete source route. */
  readonly route: readonly string[];
  readonly comments: readonly string[];
  /** Where it stands in the text, white space behind it included: `text.slice(start, end)`. */
  readonly start: number;
  readonly end: number;
}

/** A named list of mailboxes, maybe of none. @rfc 5322 3.4 */
export interface HeaderGroup {
  readonly type: 'group';
  readonly displayName: string;
  readonly words: readonly PhraseWord[];
  readonly members: readonly HeaderMailbox[];
  readonly start: number;
  readonly end: number;
}

export type AddressOrGroup = HeaderMailbox | HeaderGroup;

/** Forms of RFC 5322 section 4: not to be written, but to be read without complaint. */
export type ObsoleteForm =
  | 'obsolete-whitespace' // a line of white space only, in folding
  | 'obsolete-phrase' // a dot in a display name that is not quoted
  | 'obsolete-local-part' // words and dots with white space or quoted strings between them
  | 'obsolete-domain' // white space or comments inside a domain
  | 'obsolete-route' // <@a,@b:c@d>
  | 'obsolete-control-character' // a control character in a quoted string, comment or literal
  | 'obsolete-quoted-pair' // a backslash before a control character, or in a literal
  | 'empty-element' // nothing between two commas
  | 'whitespace-near-at'; // white space or a comment beside the @

/** What is against RFC 5322, its obsolete forms included. */
export type AddressFault =
  | 'expected-address' // a display name without address
  | 'empty-address' // <>
  | 'expected-local-part' // @example.com
  | 'expected-domain' // jane@
  | 'misplaced-dot' // a dot first, last, or behind another one
  | 'expected-angle-bracket' // a display name before an address without angle brackets
  | 'expected-comma' // something behind an address or group
  | 'expected-group-name' // a colon without name
  | 'nested-group' // a group in a group
  | 'unexpected-group' // a group where only mailboxes may stand
  | 'unexpected-semicolon' // a semicolon outside a group
  | 'unexpected-character' // a character that can't stand there
  | 'unclosed-quote'
  | 'unclosed-comment'
  | 'unclosed-literal'
  | 'unclosed-angle-bracket'
  | 'unclosed-group'
  | 'bad-route' // a source route without colon or comma
  | 'bad-folding' // a CR or LF that is no folding
  | 'LIMIT_ADDRESSES' // more mailboxes than allowed: the rest was not read
  | 'LIMIT_DEPTH'; // comments nested deeper than allowed; they were skipped all the same

/** Something in the text that is not as RFC 5322 section 3 writes it. */
export interface AddressDefect {
  readonly code: ObsoleteForm | AddressFault;
  /** Offset in the text. */
  readonly at: number;
  /** True for an `ObsoleteForm`: the text is well-formed still. */
  readonly obsolete: boolean;
}

/** Limits of reading one field. */
export interface AddressListLimits {
  /** Mailboxes, groups' members included. Default 10,000. */
  readonly addresses?: number | undefined;
  /** Nesting of comments. Default 32. */
  readonly depth?: number | undefined;
}
