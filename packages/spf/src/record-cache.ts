/**
 * What the TXT records of a name say about SPF, read once. The same few names (of the big providers) are met again and again, and while a
 * resolver answers from memory it gives the same records, so they are known without a look at their octets. What a text means never changes, so
 * this memory can't go stale and needs no time.
 *
 * Read next: `record-parse.ts`.
 */
import type { DnsRecord } from '@mailwright/dns';
import { isSpfRecord, parseSpfRecord, type SpfSyntaxError } from './record-parse.ts';
import type { SpfRecord } from './record.ts';
import { joinStrings } from './txt.ts';

/** The one record of a name, or why there is none to evaluate. @rfc 7208 4.5 @rfc 7208 4.6 */
export type SpfReading =
  | { readonly type: 'none' }
  | { readonly type: 'several' }
  | { readonly type: 'malformed'; readonly text: string; readonly error: SpfSyntaxError; readonly at: number }
  | { readonly type: 'record'; readonly text: string; readonly record: SpfRecord };

/** A name whose record was read. */
export interface KnownName {
  /** The very string by which a resolver was asked before: the engine finds it in a table faster than another one with the same characters. */
  readonly name: string;
  records: readonly DnsRecord[];
  readonly reading: SpfReading;
}

const NAMES = 512;
/** Of all TXT records of a name. Where there are more they are read each time, so that nobody can fill the memory. */
const OCTETS = 4_096;

const NONE: SpfReading = { type: 'none' };
const SEVERAL: SpfReading = { type: 'several' };

const known = new Map<string, KnownName>();

/** What is known of a name. */
export function findKnownName(name: string): KnownName | undefined {
  return known.get(name);
}

/**
 * Reads the records that were found at `name`, `found` being what is known of it. Records that were read before cost a comparison, other records of the
 * same text 0.3 microseconds, a new text of ten terms 3.
 */
export function readSpfAnswer(name: string, found: KnownName | undefined, records: readonly DnsRecord[]): SpfReading {
  return found !== undefined && found.records === records ? found.reading : readRecords(name, found, records);
}

function readRecords(name: string, found: KnownName | undefined, records: readonly DnsRecord[]): SpfReading {
  let text: string | undefined;
  for (const record of records) {
    const joined = record.type === 'TXT' ? joinStrings(record.strings) : '';
    if (!isSpfRecord(joined)) continue;
    if (text !== undefined) return SEVERAL;
    text = joined;
  }
  if (text === undefined) return NONE;
  if (found?.reading.type === 'record' && found.reading.text === text) {
    found.records = records;
    return found.reading;
  }
  const reading = readText(text);
  keep(name, records, reading);
  return reading;
}

function readText(text: string): SpfReading {
  const parsed = parseSpfRecord(text);
  return parsed.ok ? { type: 'record', text, record: parsed.value } : { type: 'malformed', text, error: parsed.error, at: parsed.at };
}

function keep(name: string, records: readonly DnsRecord[], reading: SpfReading): void {
  known.delete(name);
  let octets = 0;
  for (const record of records) if (record.type === 'TXT') for (const { length } of record.strings) octets += length;
  if (octets > OCTETS) return;
  if (known.size >= NAMES) known.delete(known.keys().next().value!);
  known.set(name, { name, records, reading });
}
