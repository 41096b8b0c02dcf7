/**
 * An expression for a server that does not know all its keys. What is asked is never less than what is wanted: a key that the server can't answer
 * becomes a wider one (by day instead of by second) or ALL; below a NOT it becomes a narrower one. Whoever gets `exact: false` looks at
 * the messages that come back with `compileSearch` of the expression as it was.
 *
 * Read next: `evaluate.ts`.
 *
 * @rfc 9051 6.4.4
 */
import { type CalendarDate, dayAfter1970 } from '../dates.ts';
import type { FilterKey } from '../extensions/filters.ts';
import type { FuzzyKey } from '../extensions/fuzzy.ts';
import type { GmailIdKey, GmailLabelKey, GmailRawKey } from '../extensions/gmail.ts';
import type { ModseqKey } from '../extensions/condstore.ts';
import type { UidBoundKey } from '../extensions/message-limit.ts';
import type { EmailIdKey, ThreadIdKey } from '../extensions/object-id.ts';
import type { SaveDateKey, SaveDateSupportedKey } from '../extensions/save-date.ts';
import type { WithinKey } from '../extensions/within.ts';
import { MAX_SEARCH_DEPTH } from './parse.ts';
import type { BaseSearchKey, SearchKey } from './search-key.ts';

/**
 * What was done with a key. `dropped`: FUZZY, the key within it stays. `same`: another key says the same. `wider`: another key fits more.
 * `local`: the server is not asked at all. `unanswerable`: nor can it be answered from the facts of messages (X-GM-RAW, FILTER, `$`, MODSEQ where there are none).
 */
export type RewriteKind = 'dropped' | 'same' | 'wider' | 'local' | 'unanswerable';

export interface RewriteNote {
  readonly key: string;
  readonly kind: RewriteKind;
  /** What the server would have had to announce. */
  readonly capability: string;
}

export interface RewrittenSearch {
  readonly search: SearchKey;
  /** True where the server's answer is the answer; false where its answer has to be looked through. */
  readonly exact: boolean;
  readonly notes: readonly RewriteNote[];
}

export interface RewriteOptions {
  /**
   * What the server announces, asked in upper case, as the client machine's `capabilities` answer: `MESSAGELIMIT=` asks for one with whatever value.
   */
  readonly capabilities: { has(capability: string): boolean };
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** Which way a key that is not known may err: `more` messages, or under a NOT `fewer`. */
type Side = 'more' | 'fewer';
type AnyKey =
  | BaseSearchKey | EmailIdKey | FilterKey | FuzzyKey | GmailIdKey | GmailLabelKey | GmailRawKey | ModseqKey | SaveDateKey | SaveDateSupportedKey | ThreadIdKey | UidBoundKey
  | WithinKey;

const ALL: SearchKey = { key: 'ALL' };
const NONE: SearchKey = { key: 'NOT', not: ALL };
const DAY_MS = 86_400_000;
/** Zones reach from UTC-12 to UTC+14; INTERNALDATE's day is that of a zone the client does not know. */
const ZONES_MS = 14 * 3_600_000;

/**
 * Rewrites an expression for the capabilities of a server.
 *
 * Errors: a `RangeError` for keys nested deeper than `MAX_SEARCH_DEPTH`.
 * @rfc 5032 3
 * @rfc 6203 3
 * @rfc 8514 4.3
 */
export function rewriteSearch(search: SearchKey, options: RewriteOptions): RewrittenSearch {
  const notes: RewriteNote[] = [];
  const rewritten = new Rewriter(options, notes).rewrite(search, 'more', 1);
  return { search: rewritten, exact: notes.every(({ kind }) => kind === 'dropped' || kind === 'same'), notes };
}

class Rewriter {
  readonly #options: RewriteOptions;
  readonly #notes: RewriteNote[];

  constructor(options: RewriteOptions, notes: RewriteNote[]) {
    this.#options = options;
    this.#notes = notes;
  }

  rewrite(search: SearchKey, side: Side, depth: number): SearchKey {
    if (depth > MAX_SEARCH_DEPTH) throw new RangeError(`more than ${MAX_SEARCH_DEPTH} search keys within each other`);
    const key = search as AnyKey;
    switch (key.key) {
      case 'AND':
        return this.#and(key.keys.map((each) => this.rewrite(each, side, depth + 1)), search, key.keys);
      case 'OR': {
        const left = this.rewrite(key.left, side, depth + 1);
        const right = this.rewrite(key.right, side, depth + 1);
        return left === key.left && right === key.right ? search : { key: 'OR', left, right };
      }
      case 'NOT': {
        const not = this.rewrite(key.not, side === 'more' ? 'fewer' : 'more', depth + 1);
        return not === key.not ? search : { key: 'NOT', not };
      }
      case 'FUZZY':
        return this.#fuzzy(key, search, side, depth);
      default:
        return this.#single(key, search, side);
    }
  }

  /** Keys that fit all messages are left out of a list. */
  #and(keys: readonly SearchKey[], search: SearchKey, before: readonly SearchKey[]): SearchKey {
    if (keys.every((key, index) => key === before[index])) return search;
    const telling = keys.filter(({ key }) => key !== 'ALL');
    if (telling.length === 0) return ALL;
    return telling.length === 1 ? telling[0]! : { key: 'AND', keys: telling };
  }

  #fuzzy(key: FuzzyKey, search: SearchKey, side: Side, depth: number): SearchKey {
    const within = this.rewrite(key.search, side, depth + 1);
    if (!this.#has('SEARCH=FUZZY')) return this.#note(key.key, 'dropped', 'SEARCH=FUZZY', within);
    return within === key.search ? search : ({ key: 'FUZZY', search: within } as FuzzyKey as unknown as SearchKey);
  }

  #single(key: Exclude<AnyKey, { readonly key: 'AND' | 'OR' | 'NOT' | 'FUZZY' }>, search: SearchKey, side: Side): SearchKey {
    switch (key.key) {
      case 'YOUNGER': case 'OLDER':
        return this.#has('WITHIN') ? search : this.#note(key.key, 'wider', 'WITHIN', this.#within(key, side));
      case 'SAVEDBEFORE': case 'SAVEDON': case 'SAVEDSINCE':
        // Where no date of saving is kept, INTERNALDATE stands for it.
        return this.#has('SAVEDATE') ? search : this.#note(key.key, 'same', 'SAVEDATE', { key: BY_ARRIVAL[key.key], date: key.date });
      case 'SAVEDATESUPPORTED':
        return this.#has('SAVEDATE') ? search : this.#note(key.key, 'same', 'SAVEDATE', NONE);
      case 'EMAILID': case 'THREADID':
        return this.#objectId(key, search, side);
      case 'X-GM-MSGID': case 'X-GM-THRID': case 'X-GM-LABELS':
        return this.#unless('X-GM-EXT-1', key.key, 'local', search, side);
      case 'X-GM-RAW':
        return this.#unless('X-GM-EXT-1', key.key, 'unanswerable', search, side);
      case 'MODSEQ':
        return this.#has('QRESYNC') ? search : this.#unless('CONDSTORE', key.key, 'unanswerable', search, side);
      case 'UIDAFTER': case 'UIDBEFORE':
        return this.#has('MESSAGELIMIT=') ? search : this.#note(key.key, 'same', 'MESSAGELIMIT', uidBound(key));
      case 'FILTER':
        return this.#unless('FILTERS', key.key, 'unanswerable', search, side);
      case 'NEW': case 'OLD': case 'RECENT':
        return this.#recent(key.key, search);
      case 'UID': case 'SEQUENCE':
        return key.set !== '$' || this.#has('IMAP4REV2') ? search : this.#unless('SEARCHRES', '$', 'unanswerable', search, side);
      default:
        return search;
    }
  }

  /** Gmail's ids are ObjectIDs to those who write them as digits. @rfc 8474 7 */
  #objectId(key: EmailIdKey | ThreadIdKey, search: SearchKey, side: Side): SearchKey {
    if (this.#has('OBJECTID')) return search;
    const gmail = key.key === 'EMAILID' ? 'X-GM-MSGID' : 'X-GM-THRID';
    if (this.#has('X-GM-EXT-1') && /^\d{1,20}$/.test(key.id) && BigInt(key.id) < 1n << 64n) {
      return this.#note(key.key, 'same', 'OBJECTID', { key: gmail, id: BigInt(key.id) } as GmailIdKey as unknown as SearchKey);
    }
    return this.#unless('OBJECTID', key.key, 'local', search, side);
  }

  /** RFC 9051 has no \Recent any more: nothing is recent there. @rfc 9051 E */
  #recent(key: 'NEW' | 'OLD' | 'RECENT', search: SearchKey): SearchKey {
    if (this.#has('IMAP4REV1') || !this.#has('IMAP4REV2')) return search;
    return this.#note(key, 'same', 'IMAP4REV1', key === 'OLD' ? ALL : NONE);
  }

  #within({ key, seconds }: WithinKey, side: Side): SearchKey {
    const momentMs = this.#options.nowMs - seconds * 1000;
    const wide = side === 'more';
    if (key === 'YOUNGER') return { key: 'SINCE', date: wide ? dayOf(momentMs - ZONES_MS) : dayOf(momentMs + ZONES_MS + DAY_MS) };
    return { key: 'BEFORE', date: wide ? dayOf(momentMs + ZONES_MS + DAY_MS) : dayOf(momentMs - ZONES_MS) };
  }

  #unless(capability: string, key: string, kind: RewriteKind, search: SearchKey, side: Side): SearchKey {
    return this.#has(capability) ? search : this.#note(key, kind, capability, side === 'more' ? ALL : NONE);
  }

  #note(key: string, kind: RewriteKind, capability: string, search: SearchKey): SearchKey {
    this.#notes.push({ key, kind, capability });
    return search;
  }

  #has(capability: string): boolean {
    return this.#options.capabilities.has(capability);
  }
}

const BY_ARRIVAL: Readonly<Record<SaveDateKey['key'], 'BEFORE' | 'ON' | 'SINCE'>> = { SAVEDBEFORE: 'BEFORE', SAVEDON: 'ON', SAVEDSINCE: 'SINCE' };

function dayOf(ms: number): CalendarDate {
  const day = dayAfter1970(Math.floor(ms / DAY_MS));
  if (day.year < 0) return { year: 0, month: 1, day: 1 };
  return day.year > 9999 ? { year: 9999, month: 12, day: 31 } : day;
}

/** As sets, without `*`, which is the last message even where that is below. @rfc 9738 3.2 */
function uidBound({ key, uid }: UidBoundKey): SearchKey {
  if (key === 'UIDAFTER') return { key: 'NOT', not: { key: 'UID', set: [[1, uid]] } };
  return uid === 1 ? NONE : { key: 'UID', set: [[1, uid - 1]] };
}
