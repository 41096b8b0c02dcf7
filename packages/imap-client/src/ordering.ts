/**
 * SORT and THREAD, by the server where it can, else here: what messages are ordered by is fetched, and the algorithms of RFC 5256 run over
 * it. Subjects and names that are encoded words (RFC 2047) are decoded with `decodeText`, which `@mailwright/mime` has; without it they are
 * ordered as they stand, and the result says so.
 *
 * @rfc 5256
 * @rfc 5957
 */
import {
  type EnvelopeAddress, parseSentDate, rewriteSearch, type SearchKey, setOf, type SortableMessage, type SortCriterion, sortMessages, type Thread, type ThreadableMessage,
  type ThreadAlgorithm, threadMessages,
} from '@mailwright/imap';
import { utf8 } from '@mailwright/wire';
import type { CommandOptions } from './command-run.ts';
import type { FetchedMessage } from './fetched-message.ts';
import type { MailboxAccess } from './mailbox-access.ts';
import { fetchMany } from './message-facts.ts';
import { type SearchResult, searchMessages } from './searching.ts';

export interface OrderOptions extends CommandOptions {
  /** Turns encoded words into text: `decodeEncodedWords` of `@mailwright/mime`. */
  readonly decodeText?: ((text: string) => string) | undefined;
}

export interface SortResult {
  /** In order. */
  readonly uids: readonly number[];
  /** False where the search was not exact, or encoded words could not be decoded. */
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
const ENCODED_WORD = /=\?[^?\s]+\?[BbQq]\?[^?]*\?=/;

/** Sorts what a search finds. Rejects with an `ImapError`; throws a `TypeError` for a key that is none. */
export async function sortFound(access: MailboxAccess, criteria: readonly SortCriterion[], search: SearchKey, options: OrderOptions): Promise<SortResult> {
  const session = await access.ready(options.signal);
  const capability = criteria.some(({ key }) => key.startsWith('DISPLAY')) ? 'SORT=DISPLAY' : 'SORT';
  const found = await findFor(access, search, session.has(capability), options);
  if (found === undefined) {
    const { data } = await access.run({ name: 'SORT', uid: true, returnOptions: undefined, criteria, charset: 'UTF-8', search }, options);
    return { uids: data.flatMap((answer) => (answer.name === 'SORT' ? answer.numbers : [])), exact: true, how: 'server' };
  }
  const decoder = new Decoder(options.decodeText);
  const messages: SortableMessage[] = [];
  const want = { internalDate: true, size: true, envelope: true };
  for await (const batch of fetchMany(access, setOf(found.uids), want, options)) for (const message of batch) messages.push(sortable(message, decoder));
  return { uids: sortMessages(messages, criteria).map(({ number }) => number), exact: found.exact && !decoder.missed, how: 'local' };
}

/** Threads what a search finds. Rejects with an `ImapError`; throws a `TypeError` for an algorithm that is none. */
export async function threadFound(access: MailboxAccess, algorithm: ThreadAlgorithm, search: SearchKey, options: OrderOptions): Promise<ThreadResult> {
  const session = await access.ready(options.signal);
  const found = await findFor(access, search, session.has(`THREAD=${algorithm}`), options);
  if (found === undefined) {
    const { data } = await access.run({ name: 'THREAD', uid: true, algorithm, charset: 'UTF-8', search }, options);
    return { threads: data.flatMap((answer) => (answer.name === 'THREAD' ? answer.threads : [])), exact: true, how: 'server' };
  }
  const decoder = new Decoder(options.decodeText);
  const messages: ThreadableMessage[] = [];
  const want = { internalDate: true, envelope: true, bodies: algorithm === 'REFERENCES' ? [REFERENCES] : [] };
  for await (const batch of fetchMany(access, setOf(found.uids), want, options)) for (const message of batch) messages.push(threadable(message, decoder));
  return { threads: threadMessages(messages, algorithm), exact: found.exact && !decoder.missed, how: 'local' };
}

/** What the search finds; `undefined` where the server can be asked for all of it at once. */
async function findFor(access: MailboxAccess, search: SearchKey, offered: boolean, options: OrderOptions): Promise<SearchResult | undefined> {
  if (offered) {
    const session = await access.ready(options.signal);
    if (rewriteSearch(search, { capabilities: session, nowMs: session.clock.wallTime() }).notes.length === 0) return undefined;
  }
  return await searchMessages(access, search, options);
}

/** Decodes texts, and knows when it should have and could not. */
class Decoder {
  missed = false;
  readonly #decode: ((text: string) => string) | undefined;

  constructor(decode: ((text: string) => string) | undefined) {
    this.#decode = decode;
  }

  text(text: string | undefined): string | undefined {
    if (text === undefined || !ENCODED_WORD.test(text)) return text;
    if (this.#decode === undefined) this.missed = true;
    return this.#decode?.(text) ?? text;
  }

  addresses(addresses: readonly EnvelopeAddress[]): readonly EnvelopeAddress[] {
    return addresses.map((address) => ({ ...address, name: this.text(address.name) }));
  }
}

function sortable({ uid, data }: FetchedMessage, decoder: Decoder): SortableMessage {
  const { envelope } = data;
  return {
    number: uid, internalDateMs: data.internalDate?.ms ?? 0, sentDateMs: sentDate(envelope?.date), octetCount: data.rfc822Size ?? 0, subject: decoder.text(envelope?.subject),
    from: decoder.addresses(envelope?.from ?? []), to: decoder.addresses(envelope?.to ?? []), cc: decoder.addresses(envelope?.cc ?? []),
  };
}

function threadable(message: FetchedMessage, decoder: Decoder): ThreadableMessage {
  const { uid, data } = message;
  const { envelope } = data;
  const header = data.sections.length === 0 ? undefined : message.body(REFERENCES).kept;
  return {
    number: uid, internalDateMs: data.internalDate?.ms ?? 0, sentDateMs: sentDate(envelope?.date), subject: decoder.text(envelope?.subject),
    messageId: envelope?.messageId, inReplyTo: envelope?.inReplyTo, references: header === undefined ? undefined : utf8(header).replace(/^[^:]*:/, ''),
  };
}

function sentDate(date: string | undefined): number | undefined {
  return date === undefined ? undefined : parseSentDate(date)?.ms;
}
