/**
 * The data of a record between text and value, in the presentation form that the RFC of each type gives it. Reading never
 * throws: `undefined` stands for data that is none of that type.
 */
import { parseIpv4, parseIpv6 } from '@mailwright/wire';
import { formatName, parseName, readCharacter } from './names.ts';
import type { DnsRecord, RecordByType, RecordType, SvcParam } from './records.ts';
import { formatSvcParams, readSvcParams } from './svc-params.ts';
import type { ZoneToken } from './zone-tokens.ts';

const STRING_OCTETS = 255; // RFC 1035 3.3, <character-string>
const MAX_16_BIT = 0xffff;
const MAX_32_BIT = 0xffff_ffff;

/** Makes a name in the data absolute; `undefined` when it is no name. */
export type QualifyName = (text: string) => string | undefined;

/** Names as they are: for data that is written without an origin. */
export const absoluteName: QualifyName = (text) => {
  const labels = parseName(text);
  return labels === undefined ? undefined : formatName(labels);
};

type ReadRdata<T extends RecordType> = (fields: readonly ZoneToken[], qualify: QualifyName) => RecordByType[T] | undefined;

const readers: { readonly [T in RecordType]: ReadRdata<T> } = {
  A: ([address, ...rest]) => (rest.length === 0 && parseIpv4(address!.text) >= 0 ? { type: 'A', address: address!.text } : undefined),
  AAAA: ([address, ...rest]) => (rest.length === 0 && parseIpv6(address!.text) !== undefined ? { type: 'AAAA', address: address!.text } : undefined),
  MX: ([preference, exchange, ...rest], qualify) => {
    const value = { preference: integer(preference, MAX_16_BIT), exchange: qualified(exchange, qualify) };
    if (value.preference === undefined || value.exchange === undefined || rest.length > 0) return undefined;
    return { type: 'MX', preference: value.preference, exchange: value.exchange };
  },
  TXT: (fields) => {
    const strings = fields.map((field) => characterString(field.text));
    return strings.every((string) => string !== undefined) ? { type: 'TXT', strings } : undefined;
  },
  PTR: (fields, qualify) => readTarget('PTR', fields, qualify),
  CNAME: (fields, qualify) => readTarget('CNAME', fields, qualify),
  NS: (fields, qualify) => readTarget('NS', fields, qualify),
  SOA: ([mnameField, rnameField, ...times], qualify) => {
    const mname = qualified(mnameField, qualify);
    const rname = qualified(rnameField, qualify);
    const serial = integer(times[0], MAX_32_BIT);
    const [refresh, retry, expire, minimum] = times.slice(1).map((field) => readTtl(field.text));
    if (mname === undefined || rname === undefined || serial === undefined || times.length !== 5) return undefined;
    if (refresh === undefined || retry === undefined || expire === undefined || minimum === undefined) return undefined;
    return { type: 'SOA', mname, rname, serial, refresh, retry, expire, minimum };
  },
  SRV: ([priorityField, weightField, portField, targetField, ...rest], qualify) => {
    const [priority, weight, port] = [priorityField, weightField, portField].map((field) => integer(field, MAX_16_BIT));
    const target = qualified(targetField, qualify);
    if (priority === undefined || weight === undefined || port === undefined || target === undefined || rest.length > 0) return undefined;
    return { type: 'SRV', priority, weight, port, target };
  },
  CAA: ([flagsField, tag, valueField, ...rest]) => {
    const flags = integer(flagsField, 255);
    const value = valueField === undefined ? undefined : unescape(valueField.text);
    if (flags === undefined || tag === undefined || value === undefined || rest.length > 0) return undefined;
    if (!/^[A-Za-z0-9]{1,255}$/.test(tag.text)) return undefined;
    return { type: 'CAA', flags, tag: tag.text, value };
  },
  TLSA: ([usageField, selectorField, matchingTypeField, ...dataFields]) => {
    const [usage, selector, matchingType] = [usageField, selectorField, matchingTypeField].map((field) => integer(field, 255));
    const hex = dataFields.map((field) => field.text).join('');
    if (usage === undefined || selector === undefined || matchingType === undefined || !/^(?:[0-9a-f]{2})+$/i.test(hex)) return undefined;
    return { type: 'TLSA', usage, selector, matchingType, data: Uint8Array.from(Buffer.from(hex, 'hex')) };
  },
  DS: ([keyTagField, algorithmField, digestTypeField, ...digestFields]) => {
    const [keyTag, algorithm, digestType] = [integer(keyTagField, MAX_16_BIT), integer(algorithmField, 255), integer(digestTypeField, 255)];
    const hex = digestFields.map((field) => field.text).join('');
    if (keyTag === undefined || algorithm === undefined || digestType === undefined || !/^(?:[0-9a-f]{2})+$/i.test(hex)) return undefined;
    return { type: 'DS', keyTag, algorithm, digestType, digest: Uint8Array.from(Buffer.from(hex, 'hex')) };
  },
  DNSKEY: ([flagsField, protocolField, algorithmField, ...keyFields]) => {
    const [flags, protocol, algorithm] = [integer(flagsField, MAX_16_BIT), integer(protocolField, 255), integer(algorithmField, 255)];
    const base64 = keyFields.map((field) => field.text).join('');
    const publicKey = Uint8Array.from(Buffer.from(base64, 'base64'));
    if (flags === undefined || protocol === undefined || algorithm === undefined || publicKey.length === 0) return undefined;
    return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? { type: 'DNSKEY', flags, protocol, algorithm, publicKey } : undefined;
  },
  SVCB: (fields, qualify) => readService('SVCB', fields, qualify),
  HTTPS: (fields, qualify) => readService('HTTPS', fields, qualify),
};

interface Service<T> {
  readonly type: T;
  readonly priority: number;
  readonly targetName: string;
  readonly params: readonly SvcParam[];
}

function readService<T extends 'SVCB' | 'HTTPS'>(
  type: T, [priorityField, targetField, ...paramFields]: readonly ZoneToken[], qualify: QualifyName,
): Service<T> | undefined {
  const priority = integer(priorityField, MAX_16_BIT);
  const targetName = qualified(targetField, qualify);
  const params = readSvcParams(paramFields, unescape);
  return priority === undefined || targetName === undefined || params === undefined ? undefined : { type, priority, targetName, params };
}

/**
 * Reads the data of one record; `undefined` when it is not data of that type.
 * @rfc 1035 5.1
 * @rfc 3596 2.4
 * @rfc 2782
 * @rfc 8659 4.1.1
 * @rfc 6698 2.2
 * @rfc 4034 2.2
 * @rfc 4034 5.3
 * @rfc 9460 2.1
 */
export function readRdata(type: RecordType, fields: readonly ZoneToken[], qualify: QualifyName): DnsRecord | undefined {
  return fields.length === 0 ? undefined : readers[type](fields, qualify);
}

interface Target<T> {
  readonly type: T;
  readonly target: string;
}

function readTarget<T extends 'PTR' | 'CNAME' | 'NS'>(type: T, fields: readonly ZoneToken[], qualify: QualifyName): Target<T> | undefined {
  const [field, ...rest] = fields;
  const target = qualified(field, qualify);
  return target === undefined || rest.length > 0 ? undefined : { type, target };
}

function qualified(field: ZoneToken | undefined, qualify: QualifyName): string | undefined {
  return field === undefined || field.quoted ? undefined : qualify(field.text);
}

function integer(field: ZoneToken | undefined, most: number): number | undefined {
  if (field === undefined || !/^\d{1,10}$/.test(field.text)) return undefined;
  return Number(field.text) <= most ? Number(field.text) : undefined;
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/**
 * A TTL in seconds: digits, or BIND's `1h30m`. `undefined` for anything else, and above 2^31 - 1.
 * @rfc 2181 8
 */
export function readTtl(text: string): number | undefined {
  if (!/^(?:\d{1,10}|(?:\d{1,10}[smhdw]){1,5})$/i.test(text)) return undefined;
  const parts = text.match(/\d+[a-z]?/gi)!;
  const seconds = parts.reduce((sum, part) => sum + parseInt(part, 10) * (SECONDS[part.at(-1)!.toLowerCase()] ?? 1), 0);
  return seconds <= 0x7fff_ffff ? seconds : undefined;
}

/** Escapes resolved, one character for each octet; `undefined` for a broken escape and for a character that is no octet. */
function unescape(text: string): string | undefined {
  let octets = '';
  for (let at = 0; at < text.length; ) {
    const unit = readCharacter(text, at);
    if (unit === undefined) return undefined;
    octets += unit.octet;
    at = unit.end;
  }
  return octets;
}

function characterString(text: string): Uint8Array | undefined {
  const octets = unescape(Buffer.from(text, 'utf8').toString('latin1'));
  return octets === undefined || octets.length > STRING_OCTETS ? undefined : Uint8Array.from(Buffer.from(octets, 'latin1'));
}

/** The data of `record` in presentation form, names with the dot at the end. Inverse of `readRdata`. */
export function formatRdata(record: DnsRecord): string {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return record.address;
    case 'MX':
      return `${record.preference} ${dotted(record.exchange)}`;
    case 'TXT':
      return record.strings.map((string) => quote(Buffer.from(string).toString('latin1'))).join(' ');
    case 'PTR':
    case 'CNAME':
    case 'NS':
      return dotted(record.target);
    case 'SOA':
      return [dotted(record.mname), dotted(record.rname), record.serial, record.refresh, record.retry, record.expire, record.minimum].join(' ');
    case 'SRV':
      return [record.priority, record.weight, record.port, dotted(record.target)].join(' ');
    case 'CAA':
      return `${record.flags} ${record.tag} ${quote(record.value)}`;
    case 'TLSA':
      return `${record.usage} ${record.selector} ${record.matchingType} ${Buffer.from(record.data).toString('hex')}`;
    case 'DS':
      return `${record.keyTag} ${record.algorithm} ${record.digestType} ${Buffer.from(record.digest).toString('hex')}`;
    case 'DNSKEY':
      return `${record.flags} ${record.protocol} ${record.algorithm} ${Buffer.from(record.publicKey).toString('base64')}`;
    case 'SVCB':
    case 'HTTPS':
      return [record.priority, dotted(record.targetName), ...formatSvcParams(record.params)].join(' ');
  }
}

/** A name with the dot that keeps a zone file from adding its origin. */
export function dotted(name: string): string {
  return name === '.' ? name : `${name}.`;
}

function quote(octets: string): string {
  const escaped = octets.replace(/["\\]|[^ -~]/g, (octet) => {
    if (octet === '"' || octet === '\\') return `\\${octet}`;
    return `\\${octet.charCodeAt(0).toString().padStart(3, '0')}`;
  });
  return `"${escaped}"`;
}
