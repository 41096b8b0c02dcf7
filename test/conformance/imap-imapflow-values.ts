/**
 * What imapflow's helpers were recorded to do: body structures, envelopes, paths, sets, dates, flags, numbers, ESEARCH, SEARCH, special uses. Its tokens are written as a
 * response and read by us; the value is then put into imapflow's shape.
 *
 * Read next: `imap-imapflow.ts`, `imap-cases.ts`.
 */
import {
  allOfKeys, anyOfKeys, type BodyStructure, type CalendarDate, decodeMailboxName, encodeCommand, encodeMailboxName, type Envelope, type EnvelopeAddress, type EsearchData, formatSet, numbersOfSet,
  parseCommand, type Response, rewriteSearch, type SearchCommand, type SearchKey, SERVER_LIMITS, setOf, SPECIAL_USES, type StatusResponse,
} from '@mailwright/imap';
import { charsetName, decodeEncodedWords, parseContentType } from '@mailwright/mime';
import { joinPieces, octetsOf, type Outcome, readTests, responseOf, tally } from './imap-cases.ts';
import { type Attribute, textOf, type Token } from './imap-imapflow.ts';
import type { ConformanceSuite, SuiteResult } from './suite.ts';

interface Case {
  readonly fn: string;
  readonly args: readonly unknown[];
  readonly expect: unknown;
}

const shortId = (index: number, fn: string, args: readonly unknown[]): string => `${index} ${fn} ${JSON.stringify(args.at(-1)).slice(0, 50)}`;

/** Tokens as they go over the wire; numbers without quotes, as servers send them. */
function wireOf(attribute: Attribute): string {
  if (attribute === null) return 'NIL';
  if (Array.isArray(attribute)) return `(${(attribute as readonly Attribute[]).map(wireOf).join(' ')})`;
  const token = attribute as Token;
  const text = textOf(token.value);
  return token.type !== 'STRING' && /^\d+$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

// Body structures and envelopes

function runStructures(folder: string): SuiteResult {
  const outcomes: Outcome[] = readTests<Case>(folder, 'imapflow-bodystructure-envelope.json').map(({ fn, args, expect }, index) => {
    return { id: `${index} ${fn}`, expected: canonical(expect), actual: canonical(STRUCTURE_FUNCTIONS[fn]!(args[0])) };
  });
  return tally('imap/imapflow-bodystructure-envelope', outcomes);
}

const STRUCTURE_FUNCTIONS: Readonly<Record<string, (argument: unknown) => unknown>> = {
  parseBodystructure: (tokens) => structureOf(fetched(`BODYSTRUCTURE ${wireOf(tokens as Attribute)}`)?.bodyStructure),
  parseEnvelope: (tokens) => envelopeOf(fetched(`ENVELOPE ${wireOf(tokens as Attribute)}`)?.envelope),
  getStructuredParams: (tokens) => structureOf(fetched(`BODYSTRUCTURE ("TEXT" "PLAIN" ${wireOf(tokens as Attribute)} NIL NIL "7BIT" 1 1)`)?.bodyStructure)?.['parameters'] ?? {},
  processName: (name) => fetched(`ENVELOPE (NIL NIL ((${wireOf({ type: 'STRING', value: String(name) })} NIL "m" "h")) NIL NIL NIL NIL NIL NIL NIL)`)?.envelope?.from[0]?.name,
};

function fetched(item: string): { readonly bodyStructure: BodyStructure | undefined; readonly envelope: Envelope | undefined } | undefined {
  const response = responseOf(new Uint8Array(Buffer.from(`* 1 FETCH (${item})\r\n`)));
  return typeof response !== 'string' && response.type === 'data' && response.data.name === 'FETCH' ? response.data.data : undefined;
}

type Shape = Record<string, unknown> | undefined;

function structureOf(part: BodyStructure | undefined, isChild = false): Shape {
  if (part === undefined) return undefined;
  const common = {
    part: isChild ? part.part : undefined, type: `${part.type}/${part.subtype}`, parameters: decoded(part.parameters), disposition: part.disposition?.type,
    dispositionParameters: decoded(part.disposition?.parameters ?? new Map()), language: part.languages.length > 0 ? part.languages.map((language) => language.toLowerCase()) : undefined, location: part.location,
  };
  if (part.kind === 'multipart') return { ...common, childNodes: part.parts.map((child) => structureOf(child, true)) };
  const own = { id: part.id, description: part.description, encoding: part.encoding, size: part.octetCount, md5: part.md5, lineCount: part.kind === 'basic' ? undefined : part.lineCount };
  if (part.kind !== 'message') return { ...common, ...own };
  return { ...common, ...own, envelope: envelopeOf(part.envelope), childNodes: [structureOf(part.body)] };
}

/** RFC 2231 is `@mailwright/mime`'s. */
function decoded(parameters: ReadonlyMap<string, string>): Record<string, string> | undefined {
  if (parameters.size === 0) return undefined;
  const text = [...parameters].map(([name, value]) => `; ${name}="${value.replace(/["\\]/g, '\\$&')}"`).join('');
  return Object.fromEntries((parseContentType(`x/y${text}`)?.parameters ?? []).map(({ name, value }) => [name, value]));
}

function envelopeOf(envelope: Envelope | undefined): Shape {
  if (envelope === undefined) return undefined;
  const { date, subject, inReplyTo, messageId } = envelope;
  const lists = (['from', 'sender', 'replyTo', 'to', 'cc', 'bcc'] as const).map((field) => [field, envelope[field].length > 0 ? envelope[field].map(addressOf) : undefined]);
  return { date, subject, ...Object.fromEntries(lists) as object, inReplyTo, messageId };
}

function addressOf({ name, mailbox, host }: EnvelopeAddress): unknown {
  return { name: name === undefined ? '' : decodeEncodedWords(name), address: `${mailbox ?? ''}@${host ?? ''}` };
}

/** In the order of names, without what says nothing: undefined, empty, and 0, which stands for a number that is not sent. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    const entries = Object.entries(inner).filter(([, one]) => one !== 0 && one !== '' && one !== undefined && JSON.stringify(one) !== '{}' && JSON.stringify(one) !== '[""]');
    return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}

// Paths, sets, dates, flags, numbers

function runMisc(folder: string): SuiteResult {
  const outcomes: Outcome[] = readTests<Case>(folder, 'imapflow-misc.json').map(({ fn, args, expect }, index) => {
    const expected = fn === 'resolveCharset' && typeof expect === 'string' ? charsetName(expect) : expect; // their spelling of it is theirs
    return { id: shortId(index, fn, args), expected: JSON.stringify(expected) ?? 'undefined', actual: JSON.stringify(MISC_FUNCTIONS[fn]!(args)) ?? 'undefined' };
  });
  return tally('imap/imapflow-misc', outcomes);
}

interface Connection { readonly enabled: { readonly $set: readonly string[] } }
const usesUtf8 = (connection: unknown): boolean => (connection as Connection).enabled.$set.some((name) => name === 'UTF8=ACCEPT' || name === 'IMAP4rev2');

const MISC_FUNCTIONS: Readonly<Record<string, (args: readonly unknown[]) => unknown>> = {
  encodePath: ([connection, path]) => (usesUtf8(connection) ? path : encodeMailboxName(String(path))),
  decodePath: ([connection, path]) => (usesUtf8(connection) ? path : decodeMailboxName(String(path))),
  normalizePath: ([connection, path]) => (path as readonly string[]).join((connection as { readonly namespace: { readonly delimiter?: string } }).namespace.delimiter ?? ''),
  expandRange: ([text]) => numbersIn(text),
  packMessageRange: ([numbers]) => formatSet(setOf(Array.isArray(numbers) ? (numbers as number[]) : [numbers as number])),
  formatDate: ([text]) => /SINCE (\S+)/.exec(writeSearch({ key: 'SINCE', date: dateOf(`${String(text)}T00:00:00Z`) }))?.[1],
  formatFlag: ([flag]) => flagOf(String(flag)),
  parseEsearchResponse: ([tokens]) => esearchOf((tokens as readonly Attribute[]).map(bareWire).join(' ')),
  resolveCharset: ([label]) => charsetName(String(label)) ?? null,
  getStatusCode: ([line]) => codeOf(line as { readonly attributes: readonly { readonly section?: readonly Token[] }[] }),
  parseUintValue: ([text]) => numberIn(`* ${String(text)} EXISTS`) ?? false,
  parseBigIntValue: ([text]) => (typeof text === 'string' ? modseqIn(text) : false),
};

/** Every range of the text on its own, as imapflow goes on behind one that is none. */
function numbersIn(text: unknown): number[] {
  if (typeof text !== 'string') return [];
  return text.split(',').flatMap((range) => {
    const parsed = parseCommand({ octets: octetsOf(`T FETCH ${range} FLAGS`), streamed: [], complete: true }, SERVER_LIMITS, false);
    return parsed.ok && parsed.command.name === 'FETCH' && parsed.command.set !== '$' ? [...numbersOfSet(parsed.command.set, 1000)] : [];
  });
}

function dateOf(iso: string): CalendarDate {
  const date = new Date(iso);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

function bareWire(attribute: Attribute): string {
  return Array.isArray(attribute) ? `(${(attribute as readonly Attribute[]).map(bareWire).join(' ')})` : textOf((attribute as Token).value);
}

function esearchOf(text: string): unknown {
  const response = responseOf(octetsOf(`* ESEARCH UID ${text}\r\n`));
  if (typeof response === 'string' || response.type !== 'data' || response.data.name !== 'ESEARCH') return typeof response === 'string' ? response : response.type;
  const { count, min, max, partial } = response.data as EsearchData;
  return { count, min, max, ...(partial === undefined ? {} : { partial: { range: `${partial.range.first}:${partial.range.last}`, messages: formatSet(partial.set) } }) };
}

/** A flag as a command of the client can store it. */
function flagOf(flag: string): string | false {
  const parsed = parseCommand({ octets: octetsOf(`T STORE 1 +FLAGS (${flag})`), streamed: [], complete: true }, SERVER_LIMITS, false);
  return parsed.ok && parsed.command.name === 'STORE' ? (parsed.command.values[0] ?? false) : false;
}

function codeOf({ attributes }: { readonly attributes: readonly { readonly section?: readonly Token[] }[] }): string | false {
  const name = attributes[0]?.section?.[0]?.value;
  const response = responseOf(octetsOf(`* NO ${name === undefined ? '' : `[${textOf(name)}] `}text\r\n`)) as StatusResponse;
  return response.code?.name ?? false;
}

function numberIn(line: string): number | undefined {
  const response = responseOf(octetsOf(`${line}\r\n`));
  return isData(response) && response.data.name === 'EXISTS' ? response.data.count : undefined;
}

function modseqIn(text: string): unknown {
  const response = responseOf(octetsOf(`* OK [HIGHESTMODSEQ ${text}] x\r\n`));
  return typeof response !== 'string' && response.type === 'status' && response.code?.name === 'HIGHESTMODSEQ' ? { $bigint: String(response.code.modseq) } : false;
}

const isData = (response: Response | string): response is Extract<Response, { type: 'data' }> => typeof response !== 'string' && response.type === 'data';

// SEARCH

interface SearchFacts {
  readonly capabilities: { readonly $map: readonly (readonly [string, unknown])[] };
  readonly enabled: { readonly $set: readonly string[] };
}

interface SearchCase {
  readonly args: readonly [SearchFacts, Readonly<Record<string, unknown>>];
  readonly expect?: readonly Attribute[];
  readonly throws?: unknown;
}

/** The moment at which the suite was recorded: an hour behind the date in its case of WITHIN. */
const RECORDED_AT = Date.UTC(2026, 10, 21, 23, 14, 10, 310);

/** Both searches are read again and compared without regard for the order of keys and the shape of trees of OR. */
function runSearch(folder: string): SuiteResult {
  const outcomes: Outcome[] = readTests<SearchCase>(folder, 'imapflow-search.json').map(({ args: [facts, query], expect }, index) => {
    const expected = expect === undefined ? 'refused' : meaningOf(expect.length === 0 ? 'ALL' : expect.map(searchWire).join(' '));
    return { id: `${index} ${JSON.stringify(query).slice(0, 60)}`, expected, actual: searchFor(facts, query) };
  });
  return tally('imap/imapflow-search', outcomes);
}

function searchFor({ capabilities, enabled }: SearchFacts, query: Readonly<Record<string, unknown>>): string {
  const known = new Set([...capabilities.$map.map(([name]) => name.toUpperCase()), ...(enabled.$set.includes('IMAP4REV2') ? ['IMAP4REV2'] : [])]);
  if (enabled.$set.includes('IMAP4REV2')) known.delete('IMAP4REV1');
  try {
    const { search, notes } = rewriteSearch(keyOf(query, known), { capabilities: known, nowMs: RECORDED_AT });
    const told = notes.map(({ key, kind, capability }) => `${key} is ${kind} without ${capability}: `).join('');
    return told + meaningOf(writeSearch(search, enabled.$set.includes('UTF8=ACCEPT')));
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    return `refused: ${error.message}`;
  }
}

const FLAGS = ['answered', 'deleted', 'draft', 'flagged', 'seen'];
const TEXTS = ['from', 'to', 'cc', 'bcc', 'body', 'subject', 'text'];
const DATES = ['since', 'before', 'on', 'sentsince', 'sentbefore', 'senton'];

function keyOf(query: Readonly<Record<string, unknown>>, known: ReadonlySet<string>): SearchKey {
  return allOfKeys(Object.entries(query).flatMap(([name, value]) => keysOf(name, value, known)));
}

/** One entry of imapflow's query objects as our keys; what is empty or false asks for nothing, as there. */
function keysOf(name: string, value: unknown, known: ReadonlySet<string>): SearchKey[] {
  const key = name.toUpperCase();
  const flag = name.replace(/^un/, '');
  if (FLAGS.includes(flag)) return [{ key: (value === name.startsWith('un') ? 'UN' : '') + flag.toUpperCase() } as SearchKey];
  if (value === '' || value === null || value === false) return [];
  if (TEXTS.includes(name)) return [{ key, value } as SearchKey];
  if (DATES.includes(name)) return dateKeys(key, value, known);
  switch (name) {
    case 'all': case 'new': case 'old': case 'recent':
      return [{ key } as SearchKey];
    case 'seq': case 'uid':
      return [{ key: name === 'uid' ? 'UID' : 'SEQUENCE', set: setIn(Array.isArray(value) ? value.join(',') : String(value)) }];
    case 'larger': case 'smaller':
      return [{ key, octetCount: Number(value) } as SearchKey];
    case 'keyword': case 'unkeyword':
      return [{ key, flag: String(value) } as SearchKey];
    case 'emailId': case 'threadId':
      return [{ key, id: String(value) } as unknown as SearchKey];
    case 'gmraw':
      return [{ key: 'X-GM-RAW', text: String(value) }];
    case 'labels':
      return labelKeys(value as { readonly has?: readonly string[]; readonly not?: readonly string[] });
    case 'header':
      return Object.entries(value as Record<string, string | true>).map(([field, text]) => ({ key: 'HEADER', field: field.toUpperCase(), value: text === true ? '' : text }));
    case 'not':
      return [{ key: 'NOT', not: keyOf(value as Record<string, unknown>, known) }];
    default: {
      const some = (value as Record<string, unknown>[]).map((one) => keyOf(one, known));
      return some.length === 0 ? [] : [anyOfKeys(some)];
    }
  }
}

function labelKeys({ has = [], not = [] }: { readonly has?: readonly string[]; readonly not?: readonly string[] }): SearchKey[] {
  return [...has.map((label) => ({ key: 'X-GM-LABELS', label }) as SearchKey), ...not.map((label) => ({ key: 'NOT', not: { key: 'X-GM-LABELS', label } }) as SearchKey)];
}

/** A moment within a day: BEFORE takes the day behind it, so that the rest of it is found; with WITHIN the moment itself can be said. */
function dateKeys(key: string, value: unknown, known: ReadonlySet<string>): SearchKey[] {
  const ms = Date.parse((value as { readonly $date?: string }).$date ?? '');
  if (Number.isNaN(ms)) return [];
  const isMoment = ms % 86_400_000 !== 0;
  if (key === 'SINCE' && isMoment && known.has('WITHIN')) return [{ key: 'YOUNGER', seconds: Math.round((RECORDED_AT - ms) / 1000) }];
  const day = key.endsWith('BEFORE') && isMoment ? ms + 86_400_000 : ms;
  return [{ key, date: dateOf(new Date(day).toISOString()) } as SearchKey];
}

function setIn(text: string): Extract<SearchKey, { key: 'UID' }>['set'] {
  const command = readSearch(`UID ${text}`);
  if (command?.search.key !== 'UID') throw new TypeError(`not a set: ${text}`);
  return command.search.set;
}

function searchWire(attribute: Attribute): string {
  if (Array.isArray(attribute)) return `(${(attribute as readonly Attribute[]).map(searchWire).join(' ')})`;
  const text = textOf((attribute as Token).value);
  if (/^[!#$&'+,\-./0-9:;<=>?@A-Z\\*^_`a-z|}~]+$/.test(text)) return text;
  const octets = Buffer.from(text);
  return /^[ -~]*$/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `{${octets.length}+}\r\n${octets.toString('latin1')}`;
}

function writeSearch(search: SearchKey, utf8 = false): string {
  const written = joinPieces(encodeCommand('T', { name: 'SEARCH', uid: true, returnOptions: undefined, charset: undefined, search }, utf8), Infinity);
  return written.slice('T UID SEARCH '.length);
}

function readSearch(text: string): SearchCommand | undefined {
  const parsed = parseCommand({ octets: octetsOf(`T UID SEARCH ${text}`), streamed: [], complete: true }, SERVER_LIMITS, false);
  return parsed.ok && parsed.command.name === 'SEARCH' ? parsed.command : undefined;
}

function meaningOf(text: string): string {
  const command = readSearch(text);
  return command === undefined ? `unreadable: ${text}` : `${command.charset === undefined ? '' : `in ${command.charset}: `}${flat(command.search)}`;
}

/** The keys of a list or of a tree of OR in the order of their texts. */
function flat(search: SearchKey): string {
  switch (search.key) {
    case 'AND':
      return `all(${search.keys.map(flat).sort().join(', ')})`;
    case 'OR':
      return `any(${alternatives(search).map(flat).sort().join(', ')})`;
    case 'NOT':
      return `not(${flat(search.not)})`;
    default:
      return JSON.stringify(search, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  }
}

function alternatives(search: SearchKey): SearchKey[] {
  return search.key === 'OR' ? [...alternatives(search.left), ...alternatives(search.right)] : [search];
}

// Special uses

interface SpecialUseCase {
  readonly args: readonly [boolean, { readonly flags: { readonly $set: readonly string[] }; readonly name: string }];
  readonly expect: { readonly flag: string | null; readonly source?: string };
}

/** The id of all cases in which nothing but the name of the mailbox tells its use. */
const GUESSED = 'every case whose flag is guessed from the name';

/** Attributes are SPECIAL-USE's; a use that is guessed from a name is not built, and counts as skipped. */
function runSpecialUse(folder: string): SuiteResult {
  const outcomes: Outcome[] = readTests<SpecialUseCase>(folder, 'imapflow-special-use.json').map(({ args: [, { flags, name }], expect }) => {
    const response = responseOf(new Uint8Array(Buffer.from(`* LIST (${flags.$set.join(' ')}) "/" "${encodeMailboxName(name).replace(/["\\]/g, '\\$&')}"\r\n`)));
    const listed = isData(response) && response.data.name === 'LIST' && response.data.mailbox === name ? response.data.attributes : undefined;
    const flag = listed === undefined ? 'the name is lost' : (listed.find((attribute) => SPECIAL_USES.has(attribute)) ?? null);
    const guessed = expect.source === 'name' || expect.source === 'name-guess';
    return { id: guessed ? GUESSED : name, expected: String(expect.flag), actual: String(flag) };
  });
  return tally('imap/imapflow-special-use', outcomes);
}

/** The suites of this file. */
export const suites: readonly ConformanceSuite[] = [
  { suite: 'imap/imapflow-bodystructure-envelope', run: runStructures },
  { suite: 'imap/imapflow-misc', run: runMisc },
  { suite: 'imap/imapflow-search', run: runSearch },
  { suite: 'imap/imapflow-special-use', run: runSpecialUse },
];
