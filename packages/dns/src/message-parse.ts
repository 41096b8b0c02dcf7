/**
 * A DNS message from its octets. Never throws; whatever the octets are, the time is linear in their number.
 *
 * Strict: a record of a known type with data that is none, octets behind the last record, a second OPT record refuse the whole
 * message. Who sends such a thing is not to be believed in the rest.
 * Read next: `wire-reader.ts`, `wire-rdata.ts`.
 */
import type { Parsed } from '@mailwright/wire';
import { CLASS_IN, TYPE_OPT, typeOfCode, type DnsMessage, type Edns, type EdnsOption, type Question, type ResourceRecord } from './message.ts';
import { readData } from './wire-rdata.ts';
import { WireReader, type WireError } from './wire-reader.ts';

export type MessageError = WireError;

/**
 * Reads one message, which has to fill `octets`. Nothing in the result is a view into them.
 * Errors: `truncated`, `bad-label`, `bad-pointer`, `name-too-long`, `bad-data`, `bad-edns`, `trailing-octets`.
 * @rfc 1035 4.1
 * @rfc 6891 6.1
 */
export function parseMessage(octets: Uint8Array): Parsed<DnsMessage, MessageError> {
  const reader = new WireReader(octets);
  const id = reader.integer16();
  const flags = reader.integer16();
  const counts = [reader.integer16(), reader.integer16(), reader.integer16(), reader.integer16()] as const;
  const questions = repeat(reader, counts[0], readQuestion);
  const answers = repeat(reader, counts[1], readRecord);
  const authorities = repeat(reader, counts[2], readRecord);
  const all = repeat(reader, counts[3], readRecord);
  const opt = all.find(isOpt);
  const edns = opt === undefined ? undefined : readEdns(reader, opt);
  const additionals = opt === undefined ? all : all.filter((record) => !isOpt(record));
  if (all.length - additionals.length > 1 || answers.some(isOpt) || authorities.some(isOpt)) reader.fail('bad-edns');
  if (reader.error === undefined && reader.left > 0) reader.error = 'trailing-octets';
  if (reader.error !== undefined) return { ok: false, error: reader.error, at: reader.at };
  const value: DnsMessage = {
    id,
    response: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 15,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    recursionDesired: (flags & 0x0100) !== 0,
    recursionAvailable: (flags & 0x0080) !== 0,
    authenticData: (flags & 0x0020) !== 0,
    checkingDisabled: (flags & 0x0010) !== 0,
    rcode: (flags & 15) + (opt === undefined ? 0 : Math.floor(opt.ttl / 0x100_0000) * 16),
    questions, answers, authorities, additionals, edns,
  };
  return { ok: true, value, end: reader.at };
}

/** A count is only a claim: the reading ends with the octets. */
function repeat<T>(reader: WireReader, count: number, read: (reader: WireReader) => T): T[] {
  const values: T[] = [];
  for (let index = 0; index < count && reader.error === undefined; index++) values.push(read(reader));
  return values;
}

function readQuestion(reader: WireReader): Question {
  return { name: reader.name(), type: reader.integer16(), class: reader.integer16() };
}

const NOTHING = { type: 'opaque', octets: new Uint8Array(0) } as const;

function readRecord(reader: WireReader): ResourceRecord {
  const name = reader.name();
  const type = reader.integer16();
  const classCode = reader.integer16();
  const ttl = reader.integer32();
  const data = readData(reader, classCode === CLASS_IN ? typeOfCode(type) : undefined, reader.integer16());
  return { name, type, class: classCode, ttl, data: data ?? NOTHING };
}

function isOpt(record: ResourceRecord): boolean {
  return record.type === TYPE_OPT;
}

/** The class is a size, the TTL holds flags. @rfc 6891 6.1.2 */
function readEdns(reader: WireReader, opt: ResourceRecord): Edns {
  const options: EdnsOption[] = [];
  const data = new WireReader(opt.data.type === 'opaque' ? opt.data.octets : NOTHING.octets);
  while (data.left > 0) options.push({ code: data.integer16(), octets: data.take(data.integer16()) });
  if (data.error !== undefined || opt.name !== '.') reader.fail('bad-edns');
  return { udpOctets: opt.class, version: (opt.ttl >>> 16) & 0xff, dnssecOk: (opt.ttl & 0x8000) !== 0, options };
}
