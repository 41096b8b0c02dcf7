/**
 * SEARCH for servers of all kinds. What of an expression the server knows it is asked, in as few commands as can be; what it does not know is
 * asked in a wider form and looked at here, message by message, by facts that are cheap to fetch; and the parts are put together as sets.
 *
 * Nothing here needs the text of messages: every key that asks for text is one that every server knows.
 *
 * @rfc 9051 6.4.4
 */
import {
  allOfKeys, compileSearch, type Data, isSearchIn, makeParameters, type RewriteNote, rewriteSearch, type RewrittenSearch, type SearchableMessage, type SearchKey, type SearchReturnOptions, setOf,
} from '@mailwright/imap';
import type { CommandOptions, CommandResult } from './command-run.ts';
import { ImapError } from './errors.ts';
import { FoundUids } from './found-uids.ts';
import { fetchFacts } from './message-facts.ts';
import type { MailboxAccess } from './mailbox-access.ts';

export type SearchOptions = CommandOptions;

export interface SearchResult {
  /** Ascending. */
  readonly uids: readonly number[];
  /** False where a key could neither be asked nor be looked at here: there may be messages too many. */
  readonly exact: boolean;
  /** `server`: as it was written; `rewritten`: in other words; `local`: what the server found was looked at here. */
  readonly how: 'server' | 'rewritten' | 'local';
  /** What was done with keys the server does not know. */
  readonly notes: readonly RewriteNote[];
}

/** Searches a mailbox. Rejects with an `ImapError`; throws a `RangeError` or a `TypeError` for what is no expression. */
export async function searchMessages(access: MailboxAccess, search: SearchKey, options: SearchOptions): Promise<SearchResult> {
  const session = await access.ready(options.signal);
  const nowMs = session.clock.wallTime();
  const rewrite = (key: SearchKey): RewrittenSearch => rewriteSearch(key, { capabilities: session, nowMs });
  const { exact, notes, search: rewritten } = rewrite(search);
  const blind = notes.some(({ kind }) => kind === 'unanswerable');
  if (exact || blind) {
    const how = notes.length === 0 ? 'server' : 'rewritten';
    return { uids: await askServer(access, rewritten, options), exact, how, notes };
  }
  const evaluation = new Evaluation(access, rewrite, nowMs, options);
  return { uids: [...(await evaluation.find(search, undefined))].sort(ascending), exact: true, how: 'local', notes };
}

/** The UIDs that one SEARCH finds, ascending. */
export async function askServer(access: MailboxAccess, search: SearchKey, options: CommandOptions): Promise<number[]> {
  const session = await access.ready(options.signal);
  const returnOptions: SearchReturnOptions | undefined = session.has('ESEARCH') ? makeParameters('SEARCH-RETURN', { all: true }) : undefined;
  const found = new FoundUids(access.model.exists);
  const onData = (data: Data): void => found.take(data);
  await inCharsets(undefined, search, (charset) => access.run({ name: 'SEARCH', uid: true, returnOptions, charset, search }, { ...options, onData }));
  return found.ascending();
}

/**
 * Runs a command with texts in a charset; where the server does not know it, once more in one that it names and that has all the texts. Rejects as `run`.
 * @rfc 3501 6.4.4
 */
export async function inCharsets<C extends string | undefined>(charset: C, search: SearchKey, run: (charset: C | string) => Promise<CommandResult>): Promise<CommandResult> {
  try {
    return await run(charset);
  } catch (error) {
    if (!(error instanceof ImapError) || error.responseCode?.name !== 'BADCHARSET') throw error;
    const { charsets } = error.responseCode;
    // US-ASCII need not be named: every server has it.
    const other = [...charsets, 'US-ASCII'].find((name) => !/^utf-?8$/i.test(name) && isSearchIn(name, search));
    if (other === undefined) throw error;
    return await run(other);
  }
}

/** An expression of which the server does not know all. */
class Evaluation {
  readonly #access: MailboxAccess;
  readonly #rewrite: (key: SearchKey) => RewrittenSearch;
  readonly #nowMs: number;
  readonly #options: CommandOptions;

  constructor(access: MailboxAccess, rewrite: (key: SearchKey) => RewrittenSearch, nowMs: number, options: CommandOptions) {
    this.#access = access;
    this.#rewrite = rewrite;
    this.#nowMs = nowMs;
    this.#options = options;
  }

  /** What fits of the messages `within`; `undefined` for all. */
  async find(search: SearchKey, within: ReadonlySet<number> | undefined): Promise<ReadonlySet<number>> {
    const { exact, search: rewritten } = this.#rewrite(search);
    if (exact) return await this.#ask(rewritten, within);
    switch (search.key) {
      case 'AND':
        return await this.#findAll(search.keys, within);
      case 'OR': {
        const [left, right] = await Promise.all([this.find(search.left, within), this.find(search.right, within)]);
        return new Set([...left, ...right]);
      }
      case 'NOT': {
        const all = within ?? (await this.#ask({ key: 'ALL' }, undefined));
        const found = await this.find(search.not, all);
        return new Set([...all].filter((uid) => !found.has(uid)));
      }
      case 'FUZZY':
        return await this.find(search.search, within);
      default:
        return await this.#lookAt(search, await this.#ask(rewritten, within));
    }
  }

  /** What the server knows comes first, in one command: the rest is only looked for in what that finds. */
  async #findAll(keys: readonly SearchKey[], within: ReadonlySet<number> | undefined): Promise<ReadonlySet<number>> {
    const known = keys.filter((key) => this.#rewrite(key).exact);
    let found = known.length === 0 ? within : await this.#ask(this.#rewrite(allOfKeys(known)).search, within);
    for (const key of keys) if (!known.includes(key)) found = await this.find(key, found);
    return found ?? new Set();
  }

  async #ask(search: SearchKey, within: ReadonlySet<number> | undefined): Promise<ReadonlySet<number>> {
    if (within?.size === 0) return within;
    if (search.key === 'ALL' && within !== undefined) return within;
    const found = await askServer(this.#access, search, this.#options);
    return new Set(within === undefined ? found : found.filter((uid) => within.has(uid)));
  }

  async #lookAt(search: SearchKey, candidates: ReadonlySet<number>): Promise<ReadonlySet<number>> {
    if (candidates.size === 0) return candidates;
    const { matches } = bind(compileSearch(search));
    const context = { maximumUid: Math.max(...tail(candidates)), maximumSequenceNumber: this.#access.model.exists, savedUids: undefined, nowMs: this.#nowMs };
    const found = new Set<number>();
    for await (const messages of fetchFacts(this.#access, setOf(candidates), this.#options)) {
      for (const message of messages) if (matches(message, context)) found.add(message.uid);
    }
    return found;
  }
}

function bind(compiled: ReturnType<typeof compileSearch>): { readonly matches: (message: SearchableMessage, context: Parameters<typeof compiled.matches>[1]) => boolean } {
  return { matches: (message, context) => compiled.matches(message, context) };
}

/** Sets made of ascending answers have their largest last. */
function tail(uids: ReadonlySet<number>): number[] {
  return [...uids].slice(-1);
}

function ascending(a: number, b: number): number {
  return a - b;
}
