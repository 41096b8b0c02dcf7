/**
 * The resource records that mail asks for, as values. Types only, in the words of the RFC that defines each one.
 *
 * Domain names are text in presentation form (RFC 1035 section 5.1): no dot at the end, the root is `.`, a dot inside a label
 * is `\.`, an octet that does not print is `\DDD`. `names.ts` reads and writes that form.
 *
 * Left out: types that mail and its audit do not use; a message keeps those as octets (`message.ts`).
 * Read next: `resolver.ts`.
 */

/** @rfc 1035 3.4.1 */
export interface ARecord {
  readonly type: 'A';
  /** Dotted decimal. */
  readonly address: string;
}

/** @rfc 3596 2.2 */
export interface AaaaRecord {
  readonly type: 'AAAA';
  /** Any of the spellings of RFC 4291 section 2.2. */
  readonly address: string;
}

/** @rfc 1035 3.3.9 */
export interface MxRecord {
  readonly type: 'MX';
  /** Lower is tried first. */
  readonly preference: number;
  /** The host that takes the mail; `.` in a null MX (RFC 7505). */
  readonly exchange: string;
}

/** @rfc 1035 3.3.14 */
export interface TxtRecord {
  readonly type: 'TXT';
  /** The strings as they stand in the record, of 255 octets at most; `txtOctets` joins them. */
  readonly strings: readonly Uint8Array[];
}

/** @rfc 1035 3.3.12 */
export interface PtrRecord {
  readonly type: 'PTR';
  readonly target: string;
}

/** @rfc 1035 3.3.1 */
export interface CnameRecord {
  readonly type: 'CNAME';
  readonly target: string;
}

/** @rfc 1035 3.3.11 */
export interface NsRecord {
  readonly type: 'NS';
  readonly target: string;
}

/** Times in seconds. @rfc 1035 3.3.13 */
export interface SoaRecord {
  readonly type: 'SOA';
  readonly mname: string;
  readonly rname: string;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  /** How long an answer "there is none" may be kept (RFC 2308 section 4). */
  readonly minimum: number;
}

/** @rfc 2782 */
export interface SrvRecord {
  readonly type: 'SRV';
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  /** `.` says that the service is not offered. */
  readonly target: string;
}

/** @rfc 8659 4.1 */
export interface CaaRecord {
  readonly type: 'CAA';
  /** 128 is the issuer-critical flag. */
  readonly flags: number;
  readonly tag: string;
  /** One character for each octet. */
  readonly value: string;
}

/** @rfc 6698 2.1 */
export interface TlsaRecord {
  readonly type: 'TLSA';
  readonly usage: number;
  readonly selector: number;
  readonly matchingType: number;
  /** The certificate association data. */
  readonly data: Uint8Array;
}

/** @rfc 4034 5.1 */
export interface DsRecord {
  readonly type: 'DS';
  readonly keyTag: number;
  readonly algorithm: number;
  readonly digestType: number;
  readonly digest: Uint8Array;
}

/** @rfc 4034 2.1 */
export interface DnskeyRecord {
  readonly type: 'DNSKEY';
  /** 256 is the zone key flag, 1 the secure entry point. */
  readonly flags: number;
  /** Always 3. */
  readonly protocol: number;
  readonly algorithm: number;
  readonly publicKey: Uint8Array;
}

/** One parameter of a service, as its octets. @rfc 9460 2.2 */
export interface SvcParam {
  /** 1 is `alpn`, 3 `port`; see RFC 9460 section 14.3.2. */
  readonly key: number;
  readonly value: Uint8Array;
}

/** @rfc 9460 2.2 */
export interface SvcbRecord {
  readonly type: 'SVCB';
  /** 0 is the alias form. */
  readonly priority: number;
  /** `.` stands for the owner itself. */
  readonly targetName: string;
  /** By key, strictly ascending. */
  readonly params: readonly SvcParam[];
}

/** @rfc 9460 9 */
export interface HttpsRecord {
  readonly type: 'HTTPS';
  /** 0 is the alias form. */
  readonly priority: number;
  /** `.` stands for the owner itself. */
  readonly targetName: string;
  /** By key, strictly ascending. */
  readonly params: readonly SvcParam[];
}

/** From the name of a type to the shape of its record. */
export interface RecordByType {
  readonly A: ARecord;
  readonly AAAA: AaaaRecord;
  readonly MX: MxRecord;
  readonly TXT: TxtRecord;
  readonly PTR: PtrRecord;
  readonly CNAME: CnameRecord;
  readonly NS: NsRecord;
  readonly SOA: SoaRecord;
  readonly SRV: SrvRecord;
  readonly CAA: CaaRecord;
  readonly TLSA: TlsaRecord;
  readonly DS: DsRecord;
  readonly DNSKEY: DnskeyRecord;
  readonly SVCB: SvcbRecord;
  readonly HTTPS: HttpsRecord;
}

export type RecordType = keyof RecordByType;

/** One of the records above; `type` tells which. */
export type DnsRecord = RecordByType[RecordType];

/** Every type that can be asked for. */
export const RECORD_TYPES: readonly RecordType[] = [
  'A', 'AAAA', 'MX', 'TXT', 'PTR', 'CNAME', 'NS', 'SOA', 'SRV', 'CAA', 'TLSA', 'DS', 'DNSKEY', 'SVCB', 'HTTPS',
];

/** True when `type` is the name of a type that can be asked for. */
export function isRecordType(type: string): type is RecordType {
  return (RECORD_TYPES as readonly string[]).includes(type);
}

/**
 * The text of a TXT record: its strings joined without anything between them, as SPF, DKIM and DMARC want it. A new array.
 * @rfc 7208 3.3
 * @rfc 6376 3.6.2.2
 */
export function txtOctets(record: TxtRecord): Uint8Array {
  const joined = new Uint8Array(record.strings.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of record.strings) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
