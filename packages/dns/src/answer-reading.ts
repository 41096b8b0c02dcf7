/**
 * What a response says about the name that was asked: records, an alias that leads further, nothing, or no answer at all.
 * Pure; `stub-resolver.ts` goes on from there.
 */
import { CLASS_IN, extendedError, RCODE, rcodeName, TYPE_CODES, type DnsMessage, type ResourceRecord } from './message.ts';
import type { DnsRecord, RecordType } from './records.ts';

export const CHAIN_LIMIT = 16; // as in the in-memory zone; RFC 1034 3.6.2 asks for none

/** `alias`: the server did not follow it to its end: ask for `end`. `failure`: this server can't say, another may; `isBogus`: for DNSSEC's sake. */
export type ResponseReading =
  | { readonly type: 'ok'; readonly records: readonly DnsRecord[]; readonly ttl: number; readonly end: string; readonly aliases: number }
  | { readonly type: 'nodata' | 'nxdomain'; readonly ttl: number | undefined; readonly end: string; readonly aliases: number }
  | { readonly type: 'alias'; readonly ttl: number; readonly end: string; readonly aliases: number }
  | { readonly type: 'loop' }
  | { readonly type: 'failure'; readonly isBogus: boolean; readonly reason: string };

const CNAME = TYPE_CODES.CNAME;

/** Extended errors that say more than SERVFAIL or REFUSED. @rfc 8914 4 */
const EXTENDED: Readonly<Record<number, string>> = {
  6: 'dnssec-bogus', 7: 'signature-expired', 8: 'signature-not-yet-valid', 9: 'dnskey-missing', 10: 'rrsigs-missing', 11: 'no-zone-key-bit', 12: 'nsec-missing',
  15: 'blocked', 16: 'censored', 17: 'filtered', 18: 'prohibited', 22: 'no-reachable-authority', 23: 'network-error',
};
const FIRST_BOGUS = 6;
const LAST_BOGUS = 12;

/**
 * @rfc 1034 4.3.1
 * @rfc 2308 2
 * @rfc 6604 2.1
 * @rfc 8914 4
 */
export function readAnswer(message: DnsMessage, name: string, type: RecordType): ResponseReading {
  if (message.rcode !== RCODE.NOERROR && message.rcode !== RCODE.NXDOMAIN) return readFailure(message);
  const code = TYPE_CODES[type];
  let end = name;
  let ttl = Infinity;
  const passed = new Set<string>();
  for (;;) {
    const here = lower(end);
    const owned = message.answers.filter((record) => record.class === CLASS_IN && lower(record.name) === here);
    const found = owned.filter((record) => record.type === code);
    if (found.length > 0) return { type: 'ok', records: recordsOf(found), ttl: leastTtl(found, ttl), end, aliases: passed.size };
    const alias = owned.find((record) => record.type === CNAME);
    if (alias?.data.type !== 'CNAME') break;
    if (passed.has(here) || passed.size >= CHAIN_LIMIT) return { type: 'loop' };
    passed.add(here);
    ttl = leastTtl([alias], ttl);
    end = alias.data.target;
  }
  return readAbsence(message, { end, ttl, aliases: passed.size });
}

interface ChainEnd {
  readonly end: string;
  readonly ttl: number;
  readonly aliases: number;
}

function readAbsence(message: DnsMessage, { end, ttl, aliases }: ChainEnd): ResponseReading {
  const soa = message.authorities.find(({ data }) => data.type === 'SOA');
  const negative = soa?.data.type === 'SOA' ? Math.min(validTtl(soa.ttl), soa.data.minimum, ttl) : undefined;
  if (message.rcode === RCODE.NXDOMAIN) return { type: 'nxdomain', ttl: negative, end, aliases };
  if (soa !== undefined) return { type: 'nodata', ttl: negative, end, aliases };
  if (aliases > 0) return { type: 'alias', ttl, end, aliases };
  // Neither an answer nor the word of an authority that there is none: a referral (RFC 2308 section 2.2), from a server that does not recurse.
  const referral = !message.authoritative && !message.recursionAvailable;
  return referral ? { type: 'failure', isBogus: false, reason: 'referral' } : { type: 'nodata', ttl: undefined, end, aliases };
}

function readFailure(message: DnsMessage): ResponseReading {
  const info = extendedError(message);
  const known = info === undefined || (message.rcode !== RCODE.SERVFAIL && message.rcode !== RCODE.REFUSED) ? undefined : EXTENDED[info];
  const isBogus = known !== undefined && info! >= FIRST_BOGUS && info! <= LAST_BOGUS && message.rcode === RCODE.SERVFAIL;
  return { type: 'failure', isBogus, reason: known ?? rcodeName(message.rcode) };
}

/** Names of a message are in one spelling but for the case: octets that are no ASCII are escaped. */
function lower(name: string): string {
  return name.toLowerCase();
}

function recordsOf(found: readonly ResourceRecord[]): readonly DnsRecord[] {
  const records: DnsRecord[] = [];
  for (const { data } of found) if (data.type !== 'opaque') records.push(data);
  return records;
}

function leastTtl(records: readonly ResourceRecord[], ttl: number): number {
  return records.reduce((least, record) => Math.min(least, validTtl(record.ttl)), ttl);
}

/** The top bit has no meaning in a TTL. @rfc 2181 8 */
function validTtl(ttl: number): number {
  return ttl < 0x8000_0000 ? ttl : 0;
}
