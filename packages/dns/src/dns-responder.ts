/**
 * What a server over an in-memory zone says to the octets of a query: pure, sockets and time are `dns-server.ts`' business.
 *
 * It answers as a resolver that knows the whole DNS (AA and RA): the chain of aliases, NODATA and NXDOMAIN with the SOA, SERVFAIL for
 * names scripted `temp`, SERVFAIL with the extended error "DNSSEC Bogus" for names scripted `bogus` (unless CD is set), AD for
 * secure names when AD or DO was asked for (RFC 6840 section 5.8).
 */
import type { DnsFault, DnsTransport, FaultScript } from './dns-faults.ts';
import { CLASS_IN, HEADER_OCTETS, OPTION_EXTENDED_ERROR, PLAIN_UDP_OCTETS, RCODE, TYPE_CODES, typeOfCode, type DnsMessage, type ResourceRecord } from './message.ts';
import { encodeMessage } from './message-encode.ts';
import { parseMessage } from './message-parse.ts';
import { nameKey, parseName } from './names.ts';
import type { DnsRecord, RecordType } from './records.ts';
import { searchZone, type ZoneAnswer, type ZoneView } from './zone-search.ts';

const FIRST_META_TYPE = 249; // TKEY, TSIG, IXFR, AXFR, MAILB, MAILA, ANY
const LAST_META_TYPE = 255;
const BOGUS = Uint8Array.of(0, 6); // RFC 8914 4.7

/** One query as the server saw it. */
export interface DnsServerQuery {
  /** As it came, the case included. */
  readonly name: string;
  /** `TYPE46` for a type that is none of `RECORD_TYPES`. */
  readonly type: RecordType | `TYPE${number}`;
  readonly transport: DnsTransport;
  readonly message: DnsMessage;
}

/** What to send, and how. */
export interface Reply {
  /** In this order; none for no answer. */
  readonly messages: readonly Uint8Array[];
  /** The first message leaves from another port. */
  readonly stranger: boolean;
  readonly delayMs: number;
  /** Milliseconds between octets; 0 for all at once. */
  readonly dripMs: number;
  readonly close: boolean;
}

export interface ResponderSettings {
  readonly zone: ZoneView;
  readonly faults: () => FaultScript;
  /** The largest datagram to send. */
  readonly udpOctets: number;
  /** False: a server from before EDNS, which answers FORMERR. */
  readonly edns: boolean;
  readonly onQuery: (query: DnsServerQuery) => void;
}

const SILENCE: Reply = { messages: [], stranger: false, delayMs: 0, dripMs: 0, close: false };

/** `undefined` for octets that deserve no answer: too few for a header, or a response. */
export function respond(octets: Uint8Array, transport: DnsTransport, settings: ResponderSettings): Reply | undefined {
  if (octets.length < HEADER_OCTETS || (octets[2]! & 0x80) !== 0) return undefined;
  const parsed = parseMessage(octets);
  if (!parsed.ok) return plain(bareError(octets, RCODE.FORMERR));
  const query = parsed.value;
  const question = query.questions[0];
  if (query.opcode !== 0) return plain(encodeMessage(error(query, RCODE.NOTIMP)));
  if (question === undefined || query.questions.length > 1) return plain(encodeMessage(error(query, RCODE.FORMERR)));
  const type = typeOfCode(question.type);
  settings.onQuery({ name: question.name, type: type ?? `TYPE${question.type}`, transport, message: query });
  const labels = parseName(question.name)!;
  const fault = settings.faults().next(nameKey(labels), type, transport);
  const mostOctets = transport === 'udp' ? datagramOctets(query, settings) : Infinity;
  const rcode = refusal(query, settings);
  if (rcode !== undefined) return faulty(error(query, rcode), 0, fault, mostOctets);
  const found = searchZone(settings.zone, labels, type);
  return faulty(answerMessage(query, found), found.delayMs, fault, mostOctets);
}

/** What the client takes, and we send. @rfc 6891 6.2.5 */
function datagramOctets({ edns }: DnsMessage, settings: ResponderSettings): number {
  return edns === undefined ? PLAIN_UDP_OCTETS : Math.min(settings.udpOctets, Math.max(PLAIN_UDP_OCTETS, edns.udpOctets));
}

function refusal(query: DnsMessage, { edns }: ResponderSettings): number | undefined {
  if (query.edns !== undefined && !edns) return RCODE.FORMERR;
  if (query.edns !== undefined && query.edns.version > 0) return RCODE.BADVERS;
  const { type, class: classCode } = query.questions[0]!;
  if (classCode !== CLASS_IN) return RCODE.REFUSED;
  return type >= FIRST_META_TYPE && type <= LAST_META_TYPE ? RCODE.NOTIMP : undefined;
}

function plain(octets: Uint8Array): Reply {
  return { ...SILENCE, messages: [octets] };
}

/** A message of which only the header could be read gets its header back. */
function bareError(octets: Uint8Array, rcode: number): Uint8Array {
  return Uint8Array.of(octets[0]!, octets[1]!, 0x80 | (octets[2]! & 0x79), rcode, 0, 0, 0, 0, 0, 0, 0, 0);
}

function error(query: DnsMessage, rcode: number, options: readonly { readonly code: number; readonly octets: Uint8Array }[] = []): DnsMessage {
  const edns = query.edns === undefined || rcode === RCODE.FORMERR ? undefined : { udpOctets: 1232, version: 0, dnssecOk: query.edns.dnssecOk, options };
  return {
    ...query, response: true, authoritative: false, truncated: false, recursionAvailable: true, authenticData: false,
    rcode, answers: [], authorities: [], additionals: [], edns,
  };
}

function answerMessage(query: DnsMessage, found: ZoneAnswer): DnsMessage {
  const bogus = found.status === 'bogus';
  if (found.status === 'temp' || bogus) return error(query, RCODE.SERVFAIL, bogus ? [{ code: OPTION_EXTENDED_ERROR, octets: BOGUS }] : []);
  const answers = found.aliases.map(({ name, ttl, target }) => record(name, ttl, { type: 'CNAME', target }));
  answers.push(...found.records.map((data) => record(found.end, found.recordsTtl, data)));
  const wantsAd = query.authenticData || query.edns?.dnssecOk === true;
  return {
    ...error(query, found.status === 'nxdomain' ? RCODE.NXDOMAIN : RCODE.NOERROR),
    authoritative: true, authenticData: found.secure && wantsAd, answers,
    authorities: found.soa === undefined ? [] : [record(found.soa.name, found.soa.ttl, found.soa.record)],
  };
}

function record(name: string, ttl: number, data: DnsRecord): ResourceRecord {
  return { name, type: TYPE_CODES[data.type], class: CLASS_IN, ttl, data };
}

const RCODES: Partial<Record<DnsFault['action'], number>> = { servfail: RCODE.SERVFAIL, refused: RCODE.REFUSED, formerr: RCODE.FORMERR, notimp: RCODE.NOTIMP };

function faulty(message: DnsMessage, zoneDelayMs: number, fault: DnsFault | undefined, mostOctets: number): Reply {
  const delayMs = zoneDelayMs + (fault?.action === 'delay' ? (fault.delayMs ?? 100) : 0);
  const reply: Reply = { ...SILENCE, delayMs, messages: [encodeFor(message, mostOctets)] };
  if (fault === undefined) return reply;
  switch (fault.action) {
    case 'delay':
      return reply;
    case 'drop':
      return { ...SILENCE, delayMs };
    case 'close':
      return { ...SILENCE, delayMs, close: true };
    case 'drip':
      return { ...reply, dripMs: fault.delayMs ?? 10 };
    case 'truncate':
      return mostOctets < Infinity ? { ...reply, messages: [encodeMessage(truncated(message))] } : reply;
    case 'ad':
    case 'no-ad':
      return { ...reply, messages: [encodeFor({ ...message, authenticData: fault.action === 'ad' }, mostOctets)] };
    case 'wrong-id':
    case 'wrong-question':
    case 'wrong-case':
    case 'wrong-sender':
    case 'garbage':
      return forged(reply, encodeForgery(message, fault.action, mostOctets), fault);
    default:
      return { ...reply, messages: [encodeMessage(error(message, RCODES[fault.action]!))] };
  }
}

function forged(reply: Reply, forgery: Uint8Array, { action, thenAnswer = false }: DnsFault): Reply {
  return { ...reply, stranger: action === 'wrong-sender', messages: [forgery, ...(thenAnswer ? reply.messages : [])] };
}

function encodeForgery(message: DnsMessage, action: DnsFault['action'], mostOctets: number): Uint8Array {
  const [question] = message.questions;
  switch (action) {
    case 'wrong-id':
      return encodeFor({ ...message, id: message.id ^ 0x5555 }, mostOctets);
    case 'wrong-question':
      return encodeFor({ ...message, questions: [{ ...question!, name: 'wrong.invalid' }] }, mostOctets);
    case 'wrong-case':
      return encodeFor({ ...message, questions: [{ ...question!, name: swapCase(question!.name) }] }, mostOctets);
    case 'garbage':
      return Uint8Array.from([...encodeMessage({ ...error(message, 0), edns: undefined }), 0xff, 0xff, 0xff]);
    default:
      return encodeFor(message, mostOctets);
  }
}

function swapCase(name: string): string {
  return name.replace(/[A-Za-z]/g, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase()));
}

/**
 * Over UDP, what is too long for the client or for us goes without its records, with TC.
 * @rfc 2181 9
 * @rfc 6891 6.2.5
 */
function encodeFor(message: DnsMessage, mostOctets: number): Uint8Array {
  const octets = encodeMessage(message);
  return octets.length > mostOctets ? encodeMessage(truncated(message)) : octets;
}

function truncated(message: DnsMessage): DnsMessage {
  return { ...message, truncated: true, answers: [], authorities: [], additionals: [] };
}
