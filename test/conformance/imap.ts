/**
 * The cases of the codecs of `@mailwright/imap` by imap-codec, imap-proto and node-imap: responses and commands of the RFCs' examples, read, written and read
 * again, and what node-imap's parser makes of responses, in its own shapes.
 *
 * Read next: `imap-cases.ts`, `imap-imapflow.ts`, `imap-mailkit.ts`, `imap-deviations.ts`.
 */
import { createHash } from 'node:crypto';
import { type BodyStructure, type Data, type EnvelopeAddress, type FetchResponse, formatSection, formatSet, type Response, type ResponseCode } from '@mailwright/imap';
import { decodeEncodedWords, parseMessage } from '@mailwright/mime';
import { commandFault, octetsOf, type Outcome, readTests, responseFault, responseOf, tally, treesOf } from './imap-cases.ts';
import type { ConformanceSuite, SuiteResult } from './suite.ts';

/** Every line reads, and is read again from what is written for it. */
function runCodecTraces(folder: string): SuiteResult {
  interface Case { readonly test: string; readonly input?: string; readonly trace?: readonly { readonly who: string; readonly line: string }[] }
  const outcomes: Outcome[] = [];
  for (const { test, input, trace = [] } of readTests<Case>(folder, 'imap-codec-traces.json')) {
    const lines = input === undefined ? trace : [{ who: 'S', line: input.trimEnd() }];
    for (const { who, line } of lines) outcomes.push({ id: `${test}: ${line}`, expected: '', actual: who === 'C' ? commandFault(line) : responseFault(line) });
  }
  return tally('imap/imap-codec-traces', outcomes);
}

function runProtoResponses(folder: string): SuiteResult {
  const tests = readTests<{ readonly test: string; readonly input: string }>(folder, 'imap-proto-responses.json');
  const outcomes = tests.map(({ test, input }) => ({ id: `${test}: ${input.slice(0, 60).trimEnd()}`, expected: '', actual: responseFault(input) }));
  return tally('imap/imap-proto-responses', outcomes);
}

// node-imap

interface NodeImapCase {
  readonly source: string | readonly string[];
  readonly expected: unknown;
  readonly bodySHA1s?: readonly string[];
  readonly what: string;
}

const sourceOf = ({ source }: NodeImapCase): string => (typeof source === 'string' ? source : source.join(''));

function runNodeImapParser(folder: string): SuiteResult {
  const outcomes = readTests<NodeImapCase>(folder, 'node-imap-parser.json').map((one, index) => {
    const response = responseOf(octetsOf(sourceOf(one)));
    const actual = typeof response === 'string' ? response : JSON.stringify(asNodeImap(response));
    return { id: `${index} ${one.what}`, expected: JSON.stringify([...(one.expected as unknown[]), ...(one.bodySHA1s ?? [])]), actual };
  });
  return tally('imap/node-imap-parser', outcomes);
}

function asNodeImap(response: Response): unknown[] {
  switch (response.type) {
    case 'tagged':
      return [{ type: response.status.toLowerCase(), tagnum: Number(response.tag.slice(1)), textCode: textCode(response.code), text: response.text }];
    case 'status':
      return [{ type: response.status.toLowerCase(), num: null, textCode: textCode(response.code), text: response.text }];
    case 'continuation':
      return [{ textCode: textCode(response.code), text: response.text }];
    case 'data':
      return response.data.name === 'FETCH' ? fetchAsNodeImap(response.data) : [dataAsNodeImap(response.data)];
    default:
      return [response.type];
  }
}

function textCode(code: ResponseCode | undefined): unknown {
  switch (code?.name) {
    case undefined: return null;
    case 'UNSEEN': return { key: 'UNSEEN', val: code.sequenceNumber };
    case 'PERMANENTFLAGS': return { key: 'PERMANENTFLAGS', val: code.flags };
    default: return code!.name;
  }
}

function dataAsNodeImap(data: Data): unknown {
  const told = (text: unknown, num: number | null = null): unknown => ({ type: data.name.toLowerCase(), num, textCode: null, text });
  switch (data.name) {
    case 'LIST': case 'XLIST':
      return told({ flags: data.attributes, delimiter: data.delimiter, name: data.mailbox });
    case 'STATUS':
      return told({ name: data.mailbox, attrs: { messages: data.items.messages, uidnext: data.items.uidNext } });
    case 'RECENT':
      return told(null, data.count);
    case 'ESEARCH':
      return told({ min: data.min, max: data.max, all: data.all === undefined ? undefined : formatSet(data.all).split(',') });
    case 'QUOTA':
      return told({ root: data.root, resources: Object.fromEntries(data.resources.map(({ name, usage, limit }) => [name.toLowerCase(), { usage, limit }])) });
    case 'QUOTAROOT':
      return told({ roots: data.roots, mailbox: data.mailbox });
    default:
      return told('?');
  }
}

function fetchAsNodeImap({ sequenceNumber, data }: FetchResponse): unknown[] {
  const bodies = data.sections.map(({ section, octets }) => ({ which: formatSection(section), octets: octets as Uint8Array }));
  const text = data.internalDate === undefined ? {} : { internaldate: new Date(data.internalDate.ms).toISOString() };
  return [
    ...bodies.map(({ which, octets }) => ({ seqno: sequenceNumber, which, size: octets.length })),
    { type: 'fetch', num: sequenceNumber, textCode: null, text },
    ...bodies.map(({ octets }) => createHash('sha1').update(octets).digest('hex')),
  ];
}

/** A string stands in the place of a subject, where quotes come that nobody escaped; other values are read by the grammar. */
function runNodeImapExpr(folder: string): SuiteResult {
  const outcomes = readTests<NodeImapCase>(folder, 'node-imap-parse-expr.json').map((one) => {
    const source = sourceOf(one);
    const read = source.startsWith('"') ? subjectOf(source) : treesOf(octetsOf(source));
    const actual = typeof read === 'string' ? read : JSON.stringify(read);
    return { id: one.what, expected: JSON.stringify(one.expected, (_, value: unknown) => (typeof value === 'number' ? String(value) : value)), actual };
  });
  return tally('imap/node-imap-parse-expr', outcomes);
}

function subjectOf(source: string): unknown {
  const response = responseOf(octetsOf(`* 1 FETCH (ENVELOPE (NIL ${source} NIL NIL NIL NIL NIL NIL NIL NIL))\r\n`));
  return typeof response !== 'string' && response.type === 'data' && response.data.name === 'FETCH' ? [response.data.data.envelope?.subject] : response;
}

function runNodeImapBodyStructure(folder: string): SuiteResult {
  const outcomes = readTests<NodeImapCase>(folder, 'node-imap-parse-bodystructure.json').map((one) => {
    const response = responseOf(octetsOf(`* 1 FETCH (BODY (${sourceOf(one)}))\r\n`));
    const body = typeof response !== 'string' && response.type === 'data' && response.data.name === 'FETCH' ? response.data.data.body : undefined;
    return { id: one.what, expected: JSON.stringify(one.expected), actual: JSON.stringify(body === undefined ? response : [partAsNodeImap(body)]) };
  });
  return tally('imap/node-imap-parse-bodystructure', outcomes);
}

function partAsNodeImap(part: BodyStructure): unknown {
  if (part.kind === 'multipart') return { partID: part.part, type: part.subtype };
  return {
    partID: part.part, type: part.type, subtype: part.subtype, params: Object.fromEntries(part.parameters), id: part.id ?? null, description: part.description ?? null,
    encoding: part.encoding.toUpperCase(), size: part.octetCount, lines: 'lineCount' in part ? part.lineCount : undefined,
  };
}

function runNodeImapAddresses(folder: string): SuiteResult {
  const outcomes = readTests<NodeImapCase>(folder, 'node-imap-parse-envelope-addrs.json').map((one) => {
    const response = responseOf(octetsOf(`* 1 FETCH (ENVELOPE (NIL NIL (${sourceOf(one)}) NIL NIL NIL NIL NIL NIL NIL))\r\n`));
    const envelope = typeof response !== 'string' && response.type === 'data' && response.data.name === 'FETCH' ? response.data.data.envelope : undefined;
    return { id: one.what, expected: JSON.stringify(one.expected), actual: JSON.stringify(envelope === undefined ? response : groupAddresses(envelope.from)) };
  });
  return tally('imap/node-imap-parse-envelope-addrs', outcomes);
}

/** Addresses with groups as they are marked in an envelope: one without a host begins a group, one without anything ends it. */
function groupAddresses(addresses: readonly EnvelopeAddress[]): unknown[] {
  const all: unknown[] = [];
  let list = all;
  for (const { name, mailbox, host } of addresses) {
    if (host !== undefined) list.push({ name: name === undefined ? null : decodeEncodedWords(name), mailbox, host });
    else if (mailbox === undefined) list = all;
    else all.push({ group: mailbox, addresses: (list = []) });
  }
  return all;
}

/** Header sections are not the protocol's: they go to `@mailwright/mime`. */
function runNodeImapHeader(folder: string): SuiteResult {
  const outcomes = readTests<NodeImapCase>(folder, 'node-imap-parse-header.json').map((one) => {
    const { fields } = parseMessage(octetsOf(`${sourceOf(one)}\r\n`)).parts[0]!.headers;
    const read: Record<string, string[]> = {};
    for (const { name, text } of fields) (read[name.toLowerCase()] ??= []).push(decodeEncodedWords(text.trim()));
    return { id: one.what, expected: JSON.stringify(one.expected), actual: JSON.stringify(read) };
  });
  return tally('imap/node-imap-parse-header', outcomes);
}

/** The suites of this file. */
export const suites: readonly ConformanceSuite[] = [
  { suite: 'imap/imap-codec-traces', run: runCodecTraces },
  { suite: 'imap/imap-proto-responses', run: runProtoResponses },
  { suite: 'imap/node-imap-parser', run: runNodeImapParser },
  { suite: 'imap/node-imap-parse-expr', run: runNodeImapExpr },
  { suite: 'imap/node-imap-parse-bodystructure', run: runNodeImapBodyStructure },
  { suite: 'imap/node-imap-parse-envelope-addrs', run: runNodeImapAddresses },
  { suite: 'imap/node-imap-parse-header', run: runNodeImapHeader },
];
