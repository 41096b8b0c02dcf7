/**
 * What a message must say of itself to be searched and sorted here. Facts come in three prices: metadata, which every store has at hand;
 * the header; the text. `searchRequirement` tells which of them a key asks for, and only those have to be there.
 *
 * Read next: `evaluate.ts`, `../sort/sort-messages.ts`.
 *
 * @rfc 9051 6.4.4
 */
import type { EnvelopeAddress } from '../envelope.ts';
import type { InternalDate } from '../fetch/fetch-data.ts';

/** What a key asks of a message: the dearest kind of fact it needs. Each kind contains those before it. */
export type SearchRequirement = 'metadata' | 'header' | 'text';

/** One header field: unfolded and decoded (RFC 2047), as a person reads it. */
export interface SearchableField {
  /** As written, without the colon. */
  readonly name: string;
  readonly value: string;
}

/** The addresses of four fields, in the form of ENVELOPE with display names decoded. */
export interface SearchableAddresses {
  readonly from: readonly EnvelopeAddress[];
  readonly to: readonly EnvelopeAddress[];
  readonly cc: readonly EnvelopeAddress[];
  readonly bcc: readonly EnvelopeAddress[];
}

/** What every store has at hand. */
export interface SearchableMetadata {
  readonly uid: number;
  /** 0 where there is none (UIDONLY). */
  readonly sequenceNumber: number;
  /** `\Seen`, `$Junk`: compared without regard to case. `\Recent` where this session is the first to be told of it. */
  readonly flags: readonly string[];
  /** Its day is that of its own zone. */
  readonly internalDate: InternalDate;
  readonly octetCount: number;
  /** @rfc 7162 3.1.5 */
  readonly modseq: bigint | undefined;
  /** When it came to this mailbox. @rfc 8514 */
  readonly saveDate: InternalDate | undefined;
  /** @rfc 8474 */
  readonly emailId: string | undefined;
  readonly threadId: string | undefined;
  /** What only Gmail has. */
  readonly gmail: { readonly messageId: bigint; readonly threadId: bigint; readonly labels: readonly string[] } | undefined;
}

/**
 * A message as SEARCH sees it. Nothing is looked at before a key asks for it, so that everything below the metadata may be getters that read
 * the message when they are called first.
 */
export interface SearchableMessage extends SearchableMetadata {
  /** All fields of the header in their order. */
  readonly fields: readonly SearchableField[];
  /** Searched beside the fields, since a comment may stand in the middle of an address; undefined: fields alone. */
  readonly addresses: SearchableAddresses | undefined;
  /** The header fields of the parts (MIME): TEXT looks there, too. @rfc 9051 6.4.4 */
  readonly partFields: readonly SearchableField[];
  /** The body: the texts of its parts, transfer coding and charset decoded, and the headers of messages within it. */
  readonly texts: readonly string[];
}

/** What a search needs to know beside the message. */
export interface SearchContext {
  /** The largest UID and sequence number in the mailbox: what `*` is. */
  readonly maximumUid: number;
  readonly maximumSequenceNumber: number;
  /** UIDs of the saved result, what `$` is; undefined: none is saved, `$` is empty. @rfc 5182 2.1 */
  readonly savedUids: { has(uid: number): boolean } | undefined;
  /** Milliseconds since 1970: YOUNGER, OLDER. */
  readonly nowMs: number;
}
