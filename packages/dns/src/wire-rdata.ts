/**
 * The data of a record between octets and value, type by type. Names in the data may be compressed where RFC 3597 section 4 says so
 * (the types of RFC 1035); SRV is written without and read with compression, SVCB and HTTPS know none.
 */
import { formatIp, parseIp } from './ip-octets.ts';
import type { OpaqueData } from './message.ts';
import type { DnsRecord, RecordByType, RecordType, SvcParam } from './records.ts';
import type { WireReader } from './wire-reader.ts';
import type { WireWriter } from './wire-writer.ts';

const readers: { readonly [T in RecordType]: (reader: WireReader) => RecordByType[T] } = {
  A: (reader) => ({ type: 'A', address: formatIp(exactly(reader, 4)) }),
  AAAA: (reader) => ({ type: 'AAAA', address: formatIp(exactly(reader, 16)) }),
  MX: (reader) => ({ type: 'MX', preference: reader.integer16(), exchange: reader.name() }),
  TXT: (reader) => {
    const strings: Uint8Array[] = [];
    do strings.push(reader.take(reader.octet()));
    while (reader.left > 0 && reader.error === undefined);
    return { type: 'TXT', strings };
  },
  PTR: (reader) => ({ type: 'PTR', target: reader.name() }),
  CNAME: (reader) => ({ type: 'CNAME', target: reader.name() }),
  NS: (reader) => ({ type: 'NS', target: reader.name() }),
  SOA: (reader) => ({
    type: 'SOA', mname: reader.name(), rname: reader.name(),
    serial: reader.integer32(), refresh: reader.integer32(), retry: reader.integer32(), expire: reader.integer32(), minimum: reader.integer32(),
  }),
  SRV: (reader) => ({ type: 'SRV', priority: reader.integer16(), weight: reader.integer16(), port: reader.integer16(), target: reader.name() }),
  CAA: (reader) => {
    const flags = reader.octet();
    const tag = latin1(reader.take(reader.octet()));
    if (!/^[A-Za-z0-9]+$/.test(tag)) reader.fail('bad-data');
    return { type: 'CAA', flags, tag, value: latin1(reader.take(reader.left)) };
  },
  TLSA: (reader) => ({ type: 'TLSA', usage: reader.octet(), selector: reader.octet(), matchingType: reader.octet(), data: rest(reader) }),
  DS: (reader) => ({ type: 'DS', keyTag: reader.integer16(), algorithm: reader.octet(), digestType: reader.octet(), digest: rest(reader) }),
  DNSKEY: (reader) => ({ type: 'DNSKEY', flags: reader.integer16(), protocol: reader.octet(), algorithm: reader.octet(), publicKey: rest(reader) }),
  SVCB: (reader) => ({ type: 'SVCB', priority: reader.integer16(), targetName: reader.name(false), params: readParams(reader) }),
  HTTPS: (reader) => ({ type: 'HTTPS', priority: reader.integer16(), targetName: reader.name(false), params: readParams(reader) }),
};

/**
 * The data of one record, `octets` long; anything else than data of that type is a failure of the reader.
 * @rfc 1035 3.3
 * @rfc 3597 4
 * @rfc 4034 2.1
 * @rfc 4034 5.1
 * @rfc 6698 2.1
 * @rfc 8659 4.1
 * @rfc 9460 2.2
 */
export function readData(reader: WireReader, type: RecordType | undefined, octets: number): DnsRecord | OpaqueData | undefined {
  if (type === undefined) return { type: 'opaque', octets: reader.take(octets) };
  return reader.within<DnsRecord>(octets, readers[type]);
}

function exactly(reader: WireReader, count: number): Uint8Array {
  const octets = reader.take(count);
  // What fails needs a value all the same, and nobody sees it.
  return octets.length === count ? octets : new Uint8Array(count);
}

function rest(reader: WireReader): Uint8Array {
  if (reader.left === 0) reader.fail('bad-data');
  return reader.take(reader.left);
}

function readParams(reader: WireReader): readonly SvcParam[] {
  const params: SvcParam[] = [];
  for (let last = -1; reader.left > 0; ) {
    const key = reader.integer16();
    if (key <= last) reader.fail('bad-data');
    params.push({ key, value: reader.take(reader.integer16()) });
    last = key;
  }
  return params;
}

function latin1(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
}

/** Writes the data of a record. Throws TypeError or RangeError for a value that no such record can hold. */
export function writeData(writer: WireWriter, data: DnsRecord | OpaqueData): void {
  switch (data.type) {
    case 'opaque':
      return writer.put(data.octets);
    case 'A':
    case 'AAAA':
      return writeAddress(writer, data.address, data.type === 'A' ? 4 : 6);
    case 'MX':
      writer.integer16(data.preference);
      return writer.name(data.exchange, true);
    case 'TXT':
      if (data.strings.length === 0) throw new RangeError('a TXT record has one string at least');
      return data.strings.forEach((string) => writer.string(string));
    case 'PTR':
    case 'CNAME':
    case 'NS':
      return writer.name(data.target, true);
    case 'SOA':
      writer.name(data.mname, true);
      writer.name(data.rname, true);
      return [data.serial, data.refresh, data.retry, data.expire, data.minimum].forEach((value) => writer.integer32(value));
    case 'SRV':
      [data.priority, data.weight, data.port].forEach((value) => writer.integer16(value));
      return writer.name(data.target, false);
    case 'CAA':
      return writeCaa(writer, data);
    case 'TLSA':
    case 'DS':
    case 'DNSKEY':
      return writeKeyData(writer, data);
    case 'SVCB':
    case 'HTTPS':
      writer.integer16(data.priority);
      writer.name(data.targetName, false);
      return writeParams(writer, data.params);
  }
}

function writeKeyData(writer: WireWriter, data: RecordByType['TLSA' | 'DS' | 'DNSKEY']): void {
  switch (data.type) {
    case 'TLSA':
      [data.usage, data.selector, data.matchingType].forEach((value) => writer.octet(value));
      return writeRest(writer, data.data);
    case 'DS':
      writer.integer16(data.keyTag);
      [data.algorithm, data.digestType].forEach((value) => writer.octet(value));
      return writeRest(writer, data.digest);
    case 'DNSKEY':
      writer.integer16(data.flags);
      [data.protocol, data.algorithm].forEach((value) => writer.octet(value));
      return writeRest(writer, data.publicKey);
  }
}

function writeAddress(writer: WireWriter, address: string, family: 4 | 6): void {
  const octets = parseIp(address, family);
  if (octets === undefined) throw new TypeError(`not an IPv${family} address: ${JSON.stringify(address)}`);
  writer.put(octets);
}

function writeCaa(writer: WireWriter, { flags, tag, value }: RecordByType['CAA']): void {
  if (!/^[A-Za-z0-9]+$/.test(tag)) throw new TypeError(`not a tag: ${JSON.stringify(tag)}`);
  if (/[^\x00-\xff]/.test(value)) throw new TypeError('the value of a CAA record has one character for each octet');
  writer.octet(flags);
  writer.string(Buffer.from(tag, 'latin1'));
  writer.put(Buffer.from(value, 'latin1'));
}

function writeRest(writer: WireWriter, octets: Uint8Array): void {
  if (octets.length === 0) throw new RangeError('the data of the record is empty');
  writer.put(octets);
}

function writeParams(writer: WireWriter, params: readonly SvcParam[]): void {
  let last = -1;
  for (const { key, value } of params) {
    if (key <= last) throw new RangeError('the keys of service parameters ascend');
    last = key;
    writer.integer16(key);
    writer.measured(() => writer.put(value));
  }
}
