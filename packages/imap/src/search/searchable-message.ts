/**
 * What a message must say of itself to be searched, sorted and threaded here. Facts come in three prices: metadata, which every store has at
 * hand; the header; the text. `requirements` tells which of them a key asks for, and only those have to be there.
 *
 * Read next: `evaluate.ts`, `../sort/sort-messages.ts`, `../thread/thread-messages.ts`.
 *
 * @rfc 9051 6.4.4
 */
import type { SearchDate } from './search-key.ts';

/** What a key asks of a message: the dearest kind of fact it needs. Each kind contains those before it. */
export type SearchRequirement = 'metadata' | 'header' | 'text';

/** One header field: unfolded and decoded (RFC 2047), as a person reads it. */
export interface SearchableField {
  /** As written, without the colon. */
  readonly name: string;
  readonly value: string;
}

/**
 * A message as SEARCH sees it. Nothing is looked at before a key asks for it, so the last three may be getters that read the message when
 * they are first called.
 */
export interface SearchableMessage {
  readonly uid: number;
  /** 0 where there is none (UIDONLY). */
  readonly sequenceNumber: number;
  /** `\Seen`, `$Junk`: compared without regard to case. `\Recent` where this session is the first to be told of it. */
  readonly flags: readonly string[];
  /** The day of arrival as the zone kept with INTERNALDATE shows it. */
  readonly internalDate: SearchDate;
  /** Milliseconds since 1970 of INTERNALDATE: WITHIN, SORT. */
  readonly internalDateMs: number;
  readonly octetCount: number;
  /** Highest of the message. @rfc 7162 3.1.5 */
  readonly modseq: bigint | undefined;
  /** When it came to this mailbox. @rfc 8514 */
  readonly saveDate: SearchDate | undefined;
  readonly saveDateMs: number | undefined;
  /** @rfc 8474 */
  readonly emailId: string | undefined;
  readonly threadId: string | undefined;
  /** All fields in their order. */
  readonly fields: readonly SearchableField[];
  /** The texts of the body: each text part, its transfer coding and charset decoded; headers of parts and of attached messages too. For BODY and TEXT. @rfc 9051 6.4.4 */
  readonly texts: readonly string[];
}

/** What a search needs to know beside the message. */
export interface SearchContext {
  /** The largest UID and sequence number in the mailbox: what `*` is. */
  readonly maximumUid: number;
  readonly maximumSequenceNumber: number;
  /** UIDs of the saved result, what `$` is. @rfc 5182 2.1 */
  readonly savedUids: { has(uid: number): boolean } | undefined;
  /** Milliseconds since 1970: YOUNGER, OLDER. */
  readonly nowMs: number;
}
