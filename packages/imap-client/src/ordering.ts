/**
 * SORT and THREAD, by the server where it can, else here: what messages are ordered by is fetched, and the algorithms of RFC 5256 run over
 * it, over subjects and names whose encoded words (RFC 2047) are decoded.
 *
 * @rfc 5256
 * @rfc 5957
 */
import {
  type EnvelopeAddress, parseSentDate, rewriteSearch, type SearchKey, setOf, type SortableMessage, type SortCriterion, sortMessages, type Thread, type ThreadableMessage,
  type ThreadAlgorithm, threadMessages,
} from '@mailwright/imap';
import { decodeEncodedWords } from '@mailwright/mime';
import { utf8 } from '@mailwright/wire';
import type { CommandOptions } from './command-run.ts';
import type { FetchedMessage } from './fetched-message.ts';
import type { MailboxAccess } from './mailbox-access.ts';
import { fetchMany } from './message-facts.ts';
import { inCharsets, type SearchResult, searchMessages } from './searching.ts';

export interface OrderOptions extends CommandOptions {
  /** Turns encoded words into text, for what is ordered here. Default: `decodeEncodedWords` of `@mailwright/mime`. */
  readonly decodeText?: ((text: string) => string) | undefined;
}

export interface SortResult {
  /** In order. */
  readonly uids: readonly number[];
  /** False where the search was not exact. */
  readonly exact: boolean;
  readonly how: 'server' | 'local';
}

export interface ThreadResult {
  /** The numbers are UIDs. */
  readonly threads: readonly Thread[];
  readonly exact: boolean;
  readonly how: 'server' | 'local';
}

const REFERENCES = 'HEADER.FIELDS (REFERENCES)';

/** Sorts what a search finds. Rejects with an `ImapError`; throws a `TypeError` for a key that is none. */
export async function sortFound(access: MailboxAccess, criteria: readonly SortCriterion[], search: SearchKey, options: OrderOptions): Promise<SortResult> {
  const session = await access.ready(options.signal);
  const capability = criteria.some(({ key }) => key.startsWith('DISPLAY')) ? 'SORT=DISPLAY' : 'SORT';
  const found = await findFor(access, search, session.has(capability), options);
  if (found === undefined) {
    const { data } = await inCharsets('UTF-8', search, (charset) => access.run({ name: 'SORT', uid: true, returnOptions: undefined, criteria, charset, search }, options));
    return { uids: data.flatMap((answer) => (answer.name === 'SORT' ? answer.numbers : [])), exact: true, how: 'server' };
  }
  const decode = options.decodeText ?? decodeEncodedWords;
  const messages: SortableMessage[] = [];
  const want = { internalDate: true, size: true, envelope: true };
  for await (const batch of fetchMany(access, setOf(found.uids), want, options)) for (const message of batch) messages.push(sortable(message, decode));
  return { uids: sortMessages(messages, criteria).map(({ number }) => number), exact: found.exact, how: 'local' };
}

/** Threads what a search finds. Rejects with an `ImapError`; throws a `TypeError` for an algorithm that is none. */
export async function threadFound(access: MailboxAccess, algorithm: ThreadAlgorithm, search: SearchKey, options: OrderOptions): Promise<ThreadResult> {
  const session = await access.ready(options.signal);
  const found = await findFor(access, search, session.has(`THREAD=${algorithm}`), options);
  if (found === undefined) {
    const { data } = await inCharsets('UTF-8', search, (charset) => access.run({ name: 'THREAD', uid: true, algorithm, charset, search }, options));
    return { threads: data.flatMap((answer) => (answer.name === 'THREAD' ? answer.threads : [])), exact: true, how: 'server' };
  }
  const decode = options.decodeText ?? decodeEncodedWords;
  const messages: ThreadableMessage[] = [];
  const want = { internalDate: true, envelope: true, bodies: algorithm === 'REFERENCES' ? [REFERENCES] : [] };
  for await (const batch of fetchMany(access, setOf(found.uids), want, options)) for (const message of batch) messages.push(threadable(message, decode));
  return { threads: threadMessages(messages, algorithm), exact: found.exact, how: 'local' };
}

/** What the search finds; `undefined` where the server can be asked for all of it at once. */
async function findFor(access: MailboxAccess, search: SearchKey, offered: boolean, options: OrderOptions): Promise<SearchResult | undefined> {
  if (offered) {
    const session = await access.ready(options.signal);
    if (rewriteSearch(search, { capabilities: session, nowMs: session.clock.wallTime() }).notes.length === 0) return undefined;
  }
  return await searchMessages(access, search, options);
}

type Decode = (text: string) => string;

function decoded(text: string | undefined, decode: Decode): string | undefined {
  return text?.includes('=?') === true ? decode(text) : text;
}

function decodedNames(addresses: readonly EnvelopeAddress[] | undefined, decode: Decode): readonly EnvelopeAddress[] {
  return (addresses ?? []).map((address) => ({ ...address, name: decoded(address.name, decode) }));
}

function sortable({ uid, data }: FetchedMessage, decode: Decode): SortableMessage {
  const { envelope } = data;
  return {
    number: uid, internalDateMs: data.internalDate?.ms ?? 0, sentDateMs: sentDate(envelope?.date), octetCount: data.rfc822Size ?? 0, subject: decoded(envelope?.subject, decode),
    from: decodedNames(envelope?.from, decode), to: decodedNames(envelope?.to, decode), cc: decodedNames(envelope?.cc, decode),
  };
}

function threadable(message: FetchedMessage, decode: Decode): ThreadableMessage {
  const { uid, data } = message;
  const { envelope } = data;
  const header = data.sections.length === 0 ? undefined : message.body(REFERENCES).kept;
  return {
    number: uid, internalDateMs: data.internalDate?.ms ?? 0, sentDateMs: sentDate(envelope?.date), subject: decoded(envelope?.subject, decode),
    messageId: envelope?.messageId, inReplyTo: envelope?.inReplyTo, references: header === undefined ? undefined : utf8(header).replace(/^[^:]*:/, ''),
  };
}

function sentDate(date: string | undefined): number | undefined {
  return date === undefined ? undefined : parseSentDate(date)?.ms;
}
