/** Records, names and messages by seed, for the inverse laws. */
import { formatName, RECORD_TYPES, TYPE_CODES, type DnsMessage, type DnsRecord, type RecordType, type ResourceRecord } from '@mailwright/dns';
import { formatIp } from '../src/ip-octets.ts';
import type { SeededRandom } from '../../testing/src/seeded-random.ts';

/** A name of which some labels come again and again, so that compression has something to do; any octet may stand in a label. */
export function randomName(random: SeededRandom): string {
  const label = (): string => {
    if (random.chance(0.6)) return random.pick(['example', 'test', 'mx', '_dmarc', 'EXAMPLE', 'a']);
    return String.fromCharCode(...random.octets(random.integer(1, 8)));
  };
  return formatName(Array.from({ length: random.integer(0, 6) }, label));
}

export function randomRecord(random: SeededRandom, type: RecordType = random.pick(RECORD_TYPES)): DnsRecord {
  const name = (): string => randomName(random);
  const octet = (): number => random.integer(0, 255);
  const integer16 = (): number => random.integer(0, 0xffff);
  const octets = (): Uint8Array => random.octets(random.integer(1, 40));
  const params = () => [1, 3, 4, 6, 667, 65_000].filter(() => random.chance(0.4)).map((key) => ({ key, value: random.octets(random.integer(0, 9)) }));
  switch (type) {
    case 'A':
      return { type, address: formatIp(random.octets(4)) };
    case 'AAAA': {
      const address = random.octets(16);
      for (let index = 0; index < 16; index++) if (random.chance(0.6)) address[index] = 0;
      return { type, address: formatIp(address) };
    }
    case 'MX':
      return { type, preference: integer16(), exchange: name() };
    case 'TXT':
      return { type, strings: Array.from({ length: random.integer(1, 3) }, () => random.octets(random.integer(0, 255))) };
    case 'PTR':
    case 'CNAME':
    case 'NS':
      return { type, target: name() };
    case 'SOA': {
      const [serial, refresh, retry, expire, minimum] = Array.from({ length: 5 }, () => random.word() >>> 1) as [number, number, number, number, number];
      return { type, mname: name(), rname: name(), serial, refresh, retry, expire, minimum };
    }
    case 'SRV':
      return { type, priority: integer16(), weight: integer16(), port: integer16(), target: name() };
    case 'CAA':
      return { type, flags: octet(), tag: random.pick(['issue', 'iodef', 'x9']), value: String.fromCharCode(...octets()) };
    case 'TLSA':
      return { type, usage: octet(), selector: octet(), matchingType: octet(), data: octets() };
    case 'DS':
      return { type, keyTag: integer16(), algorithm: octet(), digestType: octet(), digest: octets() };
    case 'DNSKEY':
      return { type, flags: integer16(), protocol: 3, algorithm: octet(), publicKey: octets() };
    case 'SVCB':
    case 'HTTPS':
      return { type, priority: integer16(), targetName: name(), params: params() };
  }
}

function randomResourceRecord(random: SeededRandom): ResourceRecord {
  const record = { name: randomName(random), class: 1, ttl: random.word() };
  if (random.chance(0.15)) return { ...record, type: random.pick([46, 47, 50, 65_280]), data: { type: 'opaque', octets: random.octets(random.integer(0, 30)) } };
  if (random.chance(0.1)) return { ...record, class: 3, type: 1, data: { type: 'opaque', octets: random.octets(3) } };
  const data = randomRecord(random);
  return { ...record, type: TYPE_CODES[data.type], data };
}

export function randomMessage(random: SeededRandom): DnsMessage {
  const section = (): ResourceRecord[] => Array.from({ length: random.integer(0, 4) }, () => randomResourceRecord(random));
  const flag = (): boolean => random.chance(0.5);
  const edns = flag()
    ? { udpOctets: random.integer(512, 4096), version: 0, dnssecOk: flag(), options: [10, 15].filter(flag).map((code) => ({ code, octets: random.octets(random.integer(0, 12)) })) }
    : undefined;
  return {
    id: random.integer(0, 0xffff), response: flag(), opcode: random.integer(0, 15), authoritative: flag(), truncated: flag(), recursionDesired: flag(),
    recursionAvailable: flag(), authenticData: flag(), checkingDisabled: flag(), rcode: random.integer(0, edns === undefined ? 15 : 0xfff),
    questions: Array.from({ length: random.integer(0, 2) }, () => ({ name: randomName(random), type: random.integer(1, 300), class: 1 })),
    answers: section(), authorities: section(), additionals: section(), edns,
  };
}
