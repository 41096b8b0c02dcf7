/**
 * Zones as plain objects, the way a test writes them: `{ 'example.test': { MX: '10 mx.example.test', TXT: 'v=spf1 -all' } }`.
 * Read next: `in-memory-zone.ts`.
 */
import { absoluteName, readRdata } from './rdata.ts';
import { isRecordType, RECORD_TYPES, type DnsRecord, type RecordType } from './records.ts';
import type { ZoneRecord } from './zone-file.ts';
import { readZoneEntries } from './zone-tokens.ts';

const DEFAULT_TTL = 3600;
const STRING_OCTETS = 255;

/** What a scripted name answers, instead of its records or late. */
export interface ScriptedOutcome {
  /** Default: what the zone says. */
  readonly status?: 'temp' | 'bogus' | 'nodata' | 'nxdomain' | undefined;
  /** The answer comes this much later. `Infinity`: only the deadline ends the wait. */
  readonly delayMs?: number | undefined;
  /** Only for these types. Default all. */
  readonly types?: readonly RecordType[] | undefined;
}

/**
 * Everything at one name. Data is written as in a zone file, but names are absolute with or without the dot at the end.
 * A TXT value is the text itself (nothing is escaped); one over 255 octets is cut into several strings.
 */
export type ZoneNode = { readonly [T in RecordType]?: string | readonly string[] | undefined } & {
  /** Seconds. Default 3600. */
  readonly ttl?: number | undefined;
  /** If DNSSEC vouches for this name. Default as the zone's. */
  readonly secure?: boolean | undefined;
  readonly script?: ScriptedOutcome | undefined;
};

/** From names to what stands there; `*.example.test` is a wildcard. */
export type ZoneObject = Readonly<Record<string, ZoneNode>>;

/** The records of one name. Throws TypeError for data that is none. */
export function readZoneNode(name: string, node: ZoneNode): readonly ZoneRecord[] {
  const records: ZoneRecord[] = [];
  for (const key of Object.keys(node)) {
    if (key !== 'ttl' && key !== 'secure' && key !== 'script' && !isRecordType(key)) {
      throw new TypeError(`not a record type, at ${name}: ${JSON.stringify(key)}`);
    }
  }
  for (const type of RECORD_TYPES) {
    const values = node[type] ?? [];
    for (const value of typeof values === 'string' ? [values] : values) {
      records.push({ name, ttl: node.ttl ?? DEFAULT_TTL, record: type === 'TXT' ? readText(value) : readData(name, type, value) });
    }
  }
  return records;
}

function readData(name: string, type: RecordType, value: string): DnsRecord {
  const scanned = readZoneEntries(value);
  const fields = scanned.ok && scanned.entries.length === 1 ? scanned.entries[0]!.tokens : [];
  const record = readRdata(type, fields, absoluteName);
  if (record === undefined) throw new TypeError(`not ${type} data, at ${name}: ${JSON.stringify(value)}`);
  return record;
}

function readText(value: string): DnsRecord {
  const octets = new TextEncoder().encode(value);
  const strings: Uint8Array[] = [];
  for (let from = 0; from < octets.length || from === 0; from += STRING_OCTETS) strings.push(octets.subarray(from, from + STRING_OCTETS));
  return { type: 'TXT', strings };
}
