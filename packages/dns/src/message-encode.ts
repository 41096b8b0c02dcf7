/** A DNS message into octets. Inverse of `parseMessage`. Read next: `wire-writer.ts`, `wire-rdata.ts`. */
import { TYPE_CODES, TYPE_OPT, type DnsMessage, type Edns, type ResourceRecord } from './message.ts';
import { writeData } from './wire-rdata.ts';
import { WireWriter } from './wire-writer.ts';

/**
 * Writes `message`, names compressed. Throws TypeError for a name or address that is none and for a record whose type is not that of its
 * data, RangeError for a number that has no room, an RCODE over 15 without EDNS, and a message over 65,535 octets.
 * @rfc 1035 4.1
 * @rfc 6891 6.1
 */
export function encodeMessage(message: DnsMessage): Uint8Array {
  const { id, questions, answers, authorities, additionals, edns } = message;
  const writer = new WireWriter();
  writer.integer16(id);
  writer.integer16(flagsOf(message));
  for (const count of [questions.length, answers.length, authorities.length, additionals.length + (edns === undefined ? 0 : 1)]) writer.integer16(count);
  for (const question of questions) {
    writer.name(question.name, true);
    writer.integer16(question.type);
    writer.integer16(question.class);
  }
  for (const section of [answers, authorities, additionals]) for (const record of section) writeRecord(writer, record);
  if (edns !== undefined) writeEdns(writer, edns, message.rcode);
  return writer.octets;
}

function flagsOf(message: DnsMessage): number {
  const { opcode, rcode } = message;
  if (!(opcode >= 0 && opcode <= 15)) throw new RangeError(`an OPCODE has 4 bits: ${opcode}`);
  if (!(rcode >= 0 && rcode <= (message.edns === undefined ? 15 : 0xfff))) throw new RangeError(`no room for this RCODE: ${rcode}`);
  const bit = (set: boolean, value: number): number => (set ? value : 0);
  return bit(message.response, 0x8000) + (opcode << 11) + bit(message.authoritative, 0x0400) + bit(message.truncated, 0x0200)
    + bit(message.recursionDesired, 0x0100) + bit(message.recursionAvailable, 0x0080)
    + bit(message.authenticData, 0x0020) + bit(message.checkingDisabled, 0x0010) + (rcode & 15);
}

function writeRecord(writer: WireWriter, { name, type, class: classCode, ttl, data }: ResourceRecord): void {
  if (data.type !== 'opaque' && TYPE_CODES[data.type] !== type) throw new TypeError(`the data of a ${data.type} record under the type ${type}`);
  writer.name(name, true);
  writer.integer16(type);
  writer.integer16(classCode);
  writer.integer32(ttl);
  writer.measured(() => writeData(writer, data));
}

function writeEdns(writer: WireWriter, { udpOctets, version, dnssecOk, options }: Edns, rcode: number): void {
  writer.octet(0);
  writer.integer16(TYPE_OPT);
  writer.integer16(udpOctets);
  writer.octet(rcode >> 4);
  writer.octet(version);
  writer.integer16(dnssecOk ? 0x8000 : 0);
  writer.measured(() => {
    for (const { code, octets } of options) {
      writer.integer16(code);
      writer.measured(() => writer.put(octets));
    }
  });
}
