/**
 * What SEARCH looks for: one expression, as a tree of plain objects discriminated by `key`. The same expression is written as IMAP
 * (`encode.ts`), read from it (`parse.ts`), turned into what a server without an extension understands (`rewrite.ts`) and evaluated
 * here (`evaluate.ts`).
 *
 *     search-key = "ALL" / "ANSWERED" / ... / "NOT" SP search-key / "OR" SP search-key SP search-key / sequence-set /
 *                  "(" search-key *(SP search-key) ")"
 *
 * A key has its name and, where it needs one, a value that says what it is, so that `{ key: 'SEEN' }`, `{ key: 'FROM', value: 'joe' }`, `{ key: 'SINCE', date }` and
 * `{ key: 'LARGER', octetCount }` are written as they are thought.
 *
 * Read next: `parse.ts`, `evaluate.ts`.
 *
 * @rfc 9051 6.4.4
 * @rfc 3501 6.4.4
 */
import type { CalendarDate } from '../dates.ts';
import type { ExtensionSearchKey } from '../registry.ts';
import type { MessageSet } from '../sequence-set.ts';

/** Keys that say it all by their name. NEW, OLD and RECENT are RFC 3501's alone. */
export type PlainSearchKeyName =
  | 'ALL' | 'ANSWERED' | 'DELETED' | 'DRAFT' | 'FLAGGED' | 'SEEN'
  | 'UNANSWERED' | 'UNDELETED' | 'UNDRAFT' | 'UNFLAGGED' | 'UNSEEN'
  | 'NEW' | 'OLD' | 'RECENT';

/** Keys with a text that some part of the message holds, whatever its case. `''` fits every message that has the part. */
export type TextSearchKeyName = 'BCC' | 'BODY' | 'CC' | 'FROM' | 'SUBJECT' | 'TEXT' | 'TO';

/** Days have no zone. By day of arrival (INTERNALDATE): BEFORE, ON, SINCE. By the day in the Date field: SENT... Times and zones are disregarded. */
export type DateSearchKeyName = 'BEFORE' | 'ON' | 'SINCE' | 'SENTBEFORE' | 'SENTON' | 'SENTSINCE';

export interface PlainSearchKey {
  readonly key: PlainSearchKeyName;
}

export interface TextSearchKey {
  readonly key: TextSearchKeyName;
  readonly value: string;
}

/** A header field that holds the text; `''` asks whether the field is there at all. `field` is its name without the colon. */
export interface HeaderSearchKey {
  readonly key: 'HEADER';
  readonly field: string;
  readonly value: string;
}

export interface DateSearchKey {
  readonly key: DateSearchKeyName;
  readonly date: CalendarDate;
}

/** More octets than this, or fewer; equal is neither. */
export interface SizeSearchKey {
  readonly key: 'LARGER' | 'SMALLER';
  readonly octetCount: number;
}

/** A flag that is no system flag: `$Junk`. */
export interface KeywordSearchKey {
  readonly key: 'KEYWORD' | 'UNKEYWORD';
  readonly flag: string;
}

/** `UID set`. */
export interface UidSearchKey {
  readonly key: 'UID';
  readonly set: MessageSet;
}

/** Sequence numbers, written as the set alone; under UIDONLY there are none. `$` is what the last search saved. */
export interface SequenceSearchKey {
  readonly key: 'SEQUENCE';
  readonly set: MessageSet;
}

export interface NotSearchKey {
  readonly key: 'NOT';
  readonly not: SearchKey;
}

export interface OrSearchKey {
  readonly key: 'OR';
  readonly left: SearchKey;
  readonly right: SearchKey;
}

/** All of them: what a list of keys means, written `(a b)` inside another key. At least one. */
export interface AndSearchKey {
  readonly key: 'AND';
  readonly keys: readonly SearchKey[];
}

/** The keys of RFC 3501 and RFC 9051. */
export type BaseSearchKey =
  | PlainSearchKey | TextSearchKey | HeaderSearchKey | DateSearchKey | SizeSearchKey | KeywordSearchKey
  | UidSearchKey | SequenceSearchKey | NotSearchKey | OrSearchKey | AndSearchKey;

/** One expression of SEARCH. */
export type SearchKey = BaseSearchKey | ExtensionSearchKey;
