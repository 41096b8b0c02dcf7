/**
 * What imapflow's helpers were recorded to do: body structures, envelopes, paths, sets, dates, flags, numbers, ESEARCH. Its tokens are written as a
 * response and read by us; the value is then put into imapflow's shape.
 *
 * Read next: `imap-imapflow.ts`, `imap-imapflow-search.ts`, `imap-cases.ts`.
 */
import {
  type BodyStructure, type CalendarDate, decodeMailboxName, encodeCommand, encodeMailboxName, type Envelope, type EnvelopeAddress, type EsearchData, formatSet, numbersOfSet, parseCommand, type Response,
  type SearchKey, SERVER_LIMITS, setOf, type StatusResponse,
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

export function dateOf(iso: string): CalendarDate {
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

export const isData = (response: Response | string): response is Extract<Response, { type: 'data' }> => typeof response !== 'string' && response.type === 'data';

/** A search as the arguments of UID SEARCH. */
export function writeSearch(search: SearchKey, utf8 = false): string {
  const written = joinPieces(encodeCommand('T', { name: 'SEARCH', uid: true, returnOptions: undefined, charset: undefined, search }, utf8), Infinity);
  return written.slice('T UID SEARCH '.length);
}

/** The suites of this file. */
export const suites: readonly ConformanceSuite[] = [
  { suite: 'imap/imapflow-bodystructure-envelope', run: runStructures },
  { suite: 'imap/imapflow-misc', run: runMisc },
];
