/**
 * The flags of one mailbox. Letter case means nothing in a flag: system flags are spelt as RFC 9051 does, keywords as they came first.
 * Equal sets of flags are one array, so that a hundred thousand messages cost a hundred thousand references.
 *
 * @rfc 9051 2.3.2
 */
import { MailStoreError } from './store-error.ts';

/** In the order in which they stand in `flags`. */
export const SYSTEM_FLAGS: readonly string[] = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'];
const KEYWORD = /^[^\0-\x20\x7f-\uffff(){%*"\\\]]{1,250}$/; // flag-keyword = atom
const KEYWORDS = 1000;
/** Sets that are known as one array; a client that thinks of more makes arrays that are not shared. */
const SETS = 10_000;
const NONE: readonly string[] = [];

/** Which flags there are, and the sets of them that are in use. */
export class FlagSpace {
  /** Lower case to place in `#names`. */
  readonly #ranks: Map<string, number> = new Map();
  readonly #names: string[] = [];
  readonly #sets: Map<string, readonly string[]> = new Map([['', NONE]]);

  /** `keywords`: those known before, in their order. */
  constructor(keywords: readonly string[] = []) {
    for (const name of [...SYSTEM_FLAGS, ...keywords]) this.#rank(name, true);
  }

  get keywords(): readonly string[] {
    return this.#names.slice(SYSTEM_FLAGS.length);
  }

  /**
   * The set as it is kept: spelt, sorted, each flag once, without `\Recent`. New keywords become known.
   *
   * Errors: `STORE_BAD_FLAG` for what is no flag; `STORE_TOO_MUCH` above 1,000 keywords.
   */
  normalize(flags: readonly string[]): readonly string[] {
    if (flags.length === 0) return NONE;
    return this.#intern(flags.map((flag) => this.#rank(flag, false)));
  }

  /** `flags`, a normalized set, with or without others. Errors as those of `normalize`; what is to be removed need not be known. */
  change(flags: readonly string[], operation: 'add' | 'remove' | 'replace', others: readonly string[]): readonly string[] {
    if (operation === 'replace') return this.normalize(others);
    if (operation === 'add') return this.normalize([...flags, ...others]);
    const removed = new Set(others.map((flag) => flag.toLowerCase()));
    return this.normalize(flags.filter((flag) => !removed.has(flag.toLowerCase())));
  }

  #intern(ranks: number[]): readonly string[] {
    const sorted = [...new Set(ranks)].filter((rank) => rank !== RECENT).sort((a, b) => a - b);
    const key = sorted.join();
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    const set = sorted.map((rank) => this.#names[rank]!);
    if (this.#sets.size < SETS) this.#sets.set(key, set);
    return set;
  }

  #rank(flag: string, isKnown: boolean): number {
    const key = flag.toLowerCase();
    const known = this.#ranks.get(key);
    if (known !== undefined) return known;
    if (key === '\\recent') return RECENT;
    if (!isKnown && !KEYWORD.test(flag)) throw new MailStoreError('STORE_BAD_FLAG', 'this is no flag that can be kept');
    if (this.#names.length >= SYSTEM_FLAGS.length + KEYWORDS) throw new MailStoreError('STORE_TOO_MUCH', `the mailbox has ${KEYWORDS} keywords already`);
    this.#ranks.set(key, this.#names.length);
    this.#names.push(flag);
    return this.#names.length - 1;
  }
}

/** Whether two normalized sets are the same. */
export function sameFlags(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((flag, index) => flag === b[index]));
}

/** The server's own, never kept. @rfc 3501 2.3.2 */
const RECENT = -1;
