/** Node's DNS values turned into ours, type by type, in the order of `RECORD_TYPES`. */
import type { CaaRecord, DnsRecord, RecordType } from './records.ts';

/**
 * The part of `dns.promises.Resolver` that is used. `resolveTlsa` is there from Node 22.15 on.
 */
export interface NodeDns {
  cancel(): void;
  resolve4(name: string, options: { readonly ttl: true }): Promise<readonly { readonly address: string; readonly ttl: number }[]>;
  resolve6(name: string, options: { readonly ttl: true }): Promise<readonly { readonly address: string; readonly ttl: number }[]>;
  resolveMx(name: string): Promise<readonly { readonly priority: number; readonly exchange: string }[]>;
  resolveTxt(name: string): Promise<readonly (readonly string[])[]>;
  resolvePtr(name: string): Promise<readonly string[]>;
  resolveCname(name: string): Promise<readonly string[]>;
  resolveNs(name: string): Promise<readonly string[]>;
  resolveSoa(name: string): Promise<NodeSoa>;
  resolveSrv(name: string): Promise<readonly NodeSrv[]>;
  resolveCaa(name: string): Promise<readonly object[]>;
  readonly resolveTlsa?: ((name: string) => Promise<readonly NodeTlsa[]>) | undefined;
}

export interface NodeSoa {
  readonly nsname: string;
  readonly hostmaster: string;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly minttl: number;
}

export interface NodeSrv {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly name: string;
}

export interface NodeTlsa {
  readonly certUsage: number;
  readonly selector: number;
  readonly match: number;
  readonly data: ArrayBuffer | Uint8Array;
}

export interface NodeAnswer {
  readonly records: readonly DnsRecord[];
  readonly ttl: number | undefined;
}

/** How each type is asked for; `undefined` where this Node can't. */
export const nodeQueries: { readonly [T in RecordType]: (dns: NodeDns, name: string) => Promise<NodeAnswer> | undefined } = {
  A: async (dns, name) => addresses('A', await dns.resolve4(name, { ttl: true })),
  AAAA: async (dns, name) => addresses('AAAA', await dns.resolve6(name, { ttl: true })),
  MX: async (dns, name) => untimed((await dns.resolveMx(name)).map((mx) => ({ type: 'MX', preference: mx.priority, exchange: nameOf(mx.exchange) }))),
  TXT: async (dns, name) => untimed((await dns.resolveTxt(name)).map((strings) => ({ type: 'TXT', strings: strings.map(octetsOf) }))),
  PTR: async (dns, name) => targets('PTR', await dns.resolvePtr(name)),
  CNAME: async (dns, name) => targets('CNAME', await dns.resolveCname(name)),
  NS: async (dns, name) => targets('NS', await dns.resolveNs(name)),
  SOA: async (dns, name) => untimed([soaOf(await dns.resolveSoa(name))]),
  SRV: async (dns, name) => untimed((await dns.resolveSrv(name)).map(srvOf)),
  CAA: async (dns, name) => untimed((await dns.resolveCaa(name)).map(caaOf)),
  TLSA: (dns, name) => (dns.resolveTlsa === undefined ? undefined : dns.resolveTlsa(name).then((records) => untimed(records.map(tlsaOf)))),
  DS: () => undefined,
  DNSKEY: () => undefined,
  SVCB: () => undefined,
  HTTPS: () => undefined,
};

function untimed(records: readonly DnsRecord[]): NodeAnswer {
  return { records, ttl: undefined };
}

/** The records of a set share one TTL (RFC 2181 section 5.2); should they differ, the least holds. */
function addresses(type: 'A' | 'AAAA', records: readonly { readonly address: string; readonly ttl: number }[]): NodeAnswer {
  const ttl = records.reduce((least, record) => Math.min(least, record.ttl), Infinity);
  return { records: records.map(({ address }) => ({ type, address })), ttl: ttl === Infinity ? undefined : ttl };
}

function targets(type: 'PTR' | 'CNAME' | 'NS', names: readonly string[]): NodeAnswer {
  return untimed(names.map((name) => ({ type, target: nameOf(name) })));
}

/** Node writes the root as the empty text. */
function nameOf(name: string): string {
  return name === '' ? '.' : name;
}

/** Node gives the octets of a TXT record as Latin-1, whatever they were. */
function octetsOf(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}

function soaOf(soa: NodeSoa): DnsRecord {
  const { serial, refresh, retry, expire, minttl } = soa;
  return { type: 'SOA', mname: nameOf(soa.nsname), rname: nameOf(soa.hostmaster), serial, refresh, retry, expire, minimum: minttl };
}

function srvOf({ priority, weight, port, name }: NodeSrv): DnsRecord {
  return { type: 'SRV', priority, weight, port, target: nameOf(name) };
}

/** Node names the field after the tag: `{ critical: 0, issue: 'ca.example' }`. */
function caaOf(caa: object): CaaRecord {
  const fields = Object.entries(caa);
  const flags = fields.find(([key]) => key === 'critical')?.[1] as number | undefined;
  const [tag, value] = fields.find(([key]) => key !== 'critical' && key !== 'type') ?? ['', ''];
  return { type: 'CAA', flags: flags ?? 0, tag, value: String(value) };
}

function tlsaOf({ certUsage, selector, match, data }: NodeTlsa): DnsRecord {
  return { type: 'TLSA', usage: certUsage, selector, matchingType: match, data: new Uint8Array(data) };
}
