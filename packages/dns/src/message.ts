/**
 * A DNS message as a value (RFC 1035 section 4, EDNS of RFC 6891), and the numbers in it. Types and tables only.
 *
 * Left out: TSIG, updates (RFC 2136), classes other than IN (kept as numbers).
 * Read next: `message-parse.ts` and `message-encode.ts`, which turn it from and into octets.
 */
import type { DnsRecord, RecordType } from './records.ts';

/** @rfc 1035 4.1.2 */
export interface Question {
  /** Presentation form, the case as it stands in the message. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
}

/** The data of a record whose type is none of `RECORD_TYPES`, as it is. @rfc 3597 3 */
export interface OpaqueData {
  readonly type: 'opaque';
  readonly octets: Uint8Array;
}

/** @rfc 1035 4.1.3 */
export interface ResourceRecord {
  readonly name: string;
  readonly type: number;
  readonly class: number;
  /** Seconds, as it stands there: 32 bits. */
  readonly ttl: number;
  readonly data: DnsRecord | OpaqueData;
}

/** @rfc 6891 6.1.2 */
export interface EdnsOption {
  readonly code: number;
  readonly octets: Uint8Array;
}

/** What the OPT record says; the rest of the RCODE has its place in the message. @rfc 6891 6.1.3 */
export interface Edns {
  /** The largest datagram that its sender takes. */
  readonly udpOctets: number;
  readonly version: number;
  /** The DO bit. */
  readonly dnssecOk: boolean;
  readonly options: readonly EdnsOption[];
}

/** @rfc 1035 4.1.1 */
export interface DnsMessage {
  readonly id: number;
  /** QR */
  readonly response: boolean;
  readonly opcode: number;
  /** AA */
  readonly authoritative: boolean;
  /** TC */
  readonly truncated: boolean;
  /** RD */
  readonly recursionDesired: boolean;
  /** RA */
  readonly recursionAvailable: boolean;
  /** AD (RFC 4035 section 3.2.3) */
  readonly authenticData: boolean;
  /** CD (RFC 4035 section 3.2.2) */
  readonly checkingDisabled: boolean;
  /** 12 bits: with EDNS, the upper 8 come from the OPT record. */
  readonly rcode: number;
  readonly questions: readonly Question[];
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
  /** Without the OPT record, which is `edns`. */
  readonly additionals: readonly ResourceRecord[];
  readonly edns: Edns | undefined;
}

export const HEADER_OCTETS = 12; // RFC 1035 4.1.1
export const MESSAGE_OCTETS = 0xffff; // RFC 1035 4.2.2: the length before a message on TCP has 16 bits
export const PLAIN_UDP_OCTETS = 512; // RFC 1035 2.3.4
export const CLASS_IN = 1;
export const TYPE_OPT = 41; // RFC 6891 6.1.1

/** @rfc 1035 4.1.1 */
export const RCODE = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, BADVERS: 16 } as const;

/** The word for an RCODE: `SERVFAIL`, or `RCODE11`. */
export function rcodeName(rcode: number): string {
  return Object.entries(RCODE).find(([, code]) => code === rcode)?.[0] ?? `RCODE${rcode}`;
}

/** The numbers of the types that can be asked for. */
export const TYPE_CODES: { readonly [T in RecordType]: number } = {
  A: 1, AAAA: 28, MX: 15, TXT: 16, PTR: 12, CNAME: 5, NS: 2, SOA: 6, SRV: 33, CAA: 257, TLSA: 52, DS: 43, DNSKEY: 48, SVCB: 64, HTTPS: 65,
};

const NAMES: ReadonlyMap<number, RecordType> = new Map(Object.entries(TYPE_CODES).map(([name, code]) => [code, name as RecordType]));

/** The type with this number, `undefined` when it is none of `RECORD_TYPES`. */
export function typeOfCode(code: number): RecordType | undefined {
  return NAMES.get(code);
}

export const OPTION_PADDING = 12; // RFC 7830
export const OPTION_EXTENDED_ERROR = 15; // RFC 8914

/** The INFO-CODE of the first extended error in a message. @rfc 8914 2 */
export function extendedError(message: DnsMessage): number | undefined {
  const option = message.edns?.options.find(({ code, octets }) => code === OPTION_EXTENDED_ERROR && octets.length >= 2);
  return option === undefined ? undefined : option.octets[0]! * 256 + option.octets[1]!;
}
