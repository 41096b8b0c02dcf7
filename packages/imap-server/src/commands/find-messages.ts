/**
 * The messages of a mailbox that fit a search, for SEARCH, SORT, THREAD, ESEARCH and searches that are kept up to date.
 *
 * Read next: `lazy-message.ts`, `search.ts`.
 *
 * @rfc 9051 6.4.4
 */
import {
  type CompiledSearch, compileSearch, type FilterKey, mapSearchKeys, parseCommand, resolveFilters, type SearchContext, type SearchKey,
  type SearchReturnOptions, SERVER_LIMITS,
} from '@mailwright/imap';
import { concatOctets, encodeUtf8, indexOfOctet, LF } from '@mailwright/wire';
import type { CommandSession } from '../server/command-session.ts';
import type { Selection } from '../server/selection.ts';
import type { Mailbox, StoredMessage } from '../store/mailbox.ts';
import { LazyMessage, lookAt } from './lazy-message.ts';
import { CommandRefused, no } from './outcome.ts';

/** Where to look. */
export interface SearchScope {
  readonly mailbox: Mailbox;
  readonly messages: readonly StoredMessage[];
  readonly show: (message: StoredMessage) => LazyMessage;
  readonly context: SearchContext;
}

/** A search ready to be asked. */
export interface ReadySearch {
  readonly search: SearchKey;
  readonly compiled: CompiledSearch;
  /** MODSEQ was asked for, so that the answer tells the highest. @rfc 7162 3.1.5 */
  readonly asksModseq: boolean;
}

const CHARSETS: ReadonlySet<string> = new Set(['US-ASCII', 'UTF-8']);
/** BODY and TEXT of one search: each goes through all texts of a message, and nothing else has its turn meanwhile. */
const TEXT_KEYS = 100;
const NO_OPTIONS: Partial<SearchReturnOptions> = {};
const FILTERS = ['/private/filters/values/', '/shared/filters/values/'];

/** The selected mailbox as the client knows it. */
export function selectedScope(session: CommandSession, selection: Selection): SearchScope {
  const { view, mailbox } = selection;
  const uidOnly = session.machine.session.enabled.has('UIDONLY');
  const saved = view.resolve('$', true)?.uids;
  const messages = selection.messages();
  return {
    mailbox, messages,
    show: (message) => new LazyMessage(message, uidOnly ? 0 : (view.sequenceNumberOf(message.uid) ?? 0), selection.flagsOf(message)),
    context: {
      maximumUid: messages.at(-1)?.uid ?? 0, maximumSequenceNumber: view.exists, savedUids: saved === undefined ? undefined : new Set(saved), nowMs: session.core.clock.wallTime(),
    },
  };
}

/** A mailbox that need not be selected: it has no numbers. */
export function mailboxScope(session: CommandSession, mailbox: Mailbox): SearchScope {
  const messages = mailbox.messages();
  return {
    mailbox, messages, show: (message) => new LazyMessage(message, 0, message.flags),
    context: { maximumUid: messages.at(-1)?.uid ?? 0, maximumSequenceNumber: 0, savedUids: undefined, nowMs: session.core.clock.wallTime() },
  };
}

/** Makes a search ready. Throws a `CommandRefused` with BADCHARSET, UNDEFINED-FILTER or LIMIT. */
export async function prepareSearch(session: CommandSession, search: SearchKey, charset: string | undefined): Promise<ReadySearch> {
  if (charset !== undefined && !CHARSETS.has(charset.toUpperCase())) {
    throw new CommandRefused(no('Charsets are US-ASCII and UTF-8', { name: 'BADCHARSET', charsets: [...CHARSETS] }));
  }
  const named = filtersOf(search).length === 0 ? search : await withFilters(session, search);
  const plain = replaceKeys(named, (key) => (key.key === 'X-GM-RAW' ? { key: 'TEXT', value: key.text } : key));
  let asksModseq = false;
  let textKeys = 0;
  replaceKeys(plain, (key) => {
    asksModseq ||= key.key === 'MODSEQ';
    if (key.key === 'BODY' || key.key === 'TEXT') textKeys++;
    return key;
  });
  if (textKeys > TEXT_KEYS) throw new CommandRefused(no(`A search has ${TEXT_KEYS} texts at most`, 'LIMIT'));
  return { search: plain, compiled: compileSearch(plain), asksModseq };
}

/** The messages that fit, in UID order. */
export async function findMessages(session: CommandSession, scope: SearchScope, { compiled }: ReadySearch, tag: string): Promise<LazyMessage[]> {
  const found: LazyMessage[] = [];
  const { messages } = scope;
  session.beginWork();
  for (let at = 0; at < messages.length; at++) {
    const shown = scope.show(messages[at]!);
    const fits = matches(session, scope, compiled, shown);
    if (fits === true || (fits !== false && (await fits))) found.push(shown);
    shown.slim();
    if ((at & 63) !== 0 && typeof fits === 'boolean') continue; // one that was read may have cost as much as many
    const breath = session.breathe(tag, at, messages.length);
    if (breath !== undefined) await breath;
  }
  return found;
}

/** Whether one message fits; a promise where it has to be read. */
export function matches(session: CommandSession, scope: SearchScope, compiled: CompiledSearch, shown: LazyMessage): boolean | Promise<boolean> {
  const { found, missing } = lookAt(() => compiled.matches(shown, scope.context));
  return missing === undefined ? found : readAndMatch(session, scope, compiled, shown, missing);
}

async function readAndMatch(session: CommandSession, scope: SearchScope, compiled: CompiledSearch, shown: LazyMessage, first: 'header' | 'text'): Promise<boolean> {
  for (let missing: 'header' | 'text' | undefined = first; missing !== undefined; ) {
    await shown.read(missing, scope.mailbox, session.core.layouts);
    const looked = lookAt(() => compiled.matches(shown, scope.context));
    if (looked.missing === undefined) return looked.found;
    missing = looked.missing;
  }
  return false;
}

/** Reads the headers of all of them. */
export async function readHeaders(session: CommandSession, scope: SearchScope, found: readonly LazyMessage[], tag: string): Promise<void> {
  for (let at = 0; at < found.length; at++) {
    if (!found[at]!.hasHeader) await found[at]!.read('header', scope.mailbox, session.core.layouts);
    found[at]!.slim();
    const breath = session.breathe(tag, at, found.length);
    if (breath !== undefined) await breath;
  }
}

/**
 * The MODSEQ that goes with a result: that of the first and last message where only these were asked for, else the highest of all.
 * @rfc 4731 3.2
 */
export function modseqOf(found: readonly LazyMessage[], { asksModseq }: ReadySearch, options: SearchReturnOptions | undefined): bigint | undefined {
  if (!asksModseq || found.length === 0) return undefined;
  const { min, max, all, count, partial } = options ?? NO_OPTIONS;
  const hasEnds = (min !== undefined || max !== undefined) && all === undefined && count === undefined && partial === undefined;
  const told = hasEnds ? [...(min === undefined ? [] : found.slice(0, 1)), ...(max === undefined ? [] : found.slice(-1))] : found;
  return told.reduce((highest, { modseq }) => (modseq > highest ? modseq : highest), 0n);
}

function filtersOf(search: SearchKey): FilterKey[] {
  const filters: FilterKey[] = [];
  replaceKeys(search, (key) => {
    if (key.key === 'FILTER') filters.push(key);
    return key;
  });
  return filters;
}

/** Every key that holds no others is replaced; a parser lets none be nested deep. */
function replaceKeys(search: SearchKey, replace: (key: SearchKey) => SearchKey): SearchKey {
  const inner = mapSearchKeys(search, (key) => replaceKeys(key, replace));
  return inner === search ? replace(search) : inner;
}

/** Searches that the user keeps in annotations of the server. @rfc 5466 3.1 */
async function withFilters(session: CommandSession, search: SearchKey): Promise<SearchKey> {
  const annotations = (await session.account.metadata?.metadata('')) ?? new Map<string, Uint8Array>();
  const resolved = resolveFilters(search, (filter) => {
    const text = FILTERS.map((prefix) => annotations.get(prefix + filter.toLowerCase())).find((value) => value !== undefined);
    return text === undefined ? undefined : parseSearchText(text);
  });
  if (resolved.ok) return resolved.search;
  throw new CommandRefused(no('No such filter', { name: 'UNDEFINED-FILTER', filter: resolved.missing }));
}

function parseSearchText(text: Uint8Array): SearchKey | undefined {
  if (indexOfOctet(text, LF) !== -1) return undefined;
  const parsed = parseCommand({ octets: concatOctets([encodeUtf8('F SEARCH '), text]), streamed: [], complete: true }, SERVER_LIMITS, true);
  return parsed.ok && parsed.command.name === 'SEARCH' ? parsed.command.search : undefined;
}

