/**
 * The records of an in-memory zone and the search among them (RFC 1034 section 4.3.2, RFC 4592): which names exist, what a
 * wildcard stands for, where an alias leads. Pure; `in-memory-zone.ts` makes a resolver of it.
 *
 * The zone is the whole DNS: there are no delegations, and a name outside of it does not exist.
 */
import { formatName, keysUpward, nameKey, parseName } from './names.ts';
import { formatRdata } from './rdata.ts';
import type { DnsRecord, RecordType, SoaRecord } from './records.ts';
import type { ZoneRecord } from './zone-file.ts';

/** The records of one type at one name. */
export interface RecordSet {
  ttl: number;
  /** By their spelling, in the order in which they came. */
  readonly records: Map<string, DnsRecord>;
}

/** A name that owns something. */
export interface ZoneEntryAt {
  readonly sets: Map<RecordType, RecordSet>;
  /** `undefined`: as the zone. */
  secure: boolean | undefined;
}

/** What the zone holds for one name, aliases not followed. */
export type Found =
  | { readonly type: 'set'; readonly set: RecordSet; readonly entry: ZoneEntryAt }
  | { readonly type: 'alias'; readonly target: string; readonly ttl: number; readonly entry: ZoneEntryAt }
  | { readonly type: 'nodata'; readonly entry: ZoneEntryAt | undefined }
  | { readonly type: 'nxdomain' };

export class ZoneData {
  readonly #entries = new Map<string, ZoneEntryAt>();
  /** How many owners stand at or below a name: what is in here exists, the empty non-terminals too. */
  readonly #ownersBelow = new Map<string, number>();

  /** Throws TypeError for what is no name, and for an alias with other data beside it (RFC 1034 section 3.6.2). */
  add({ name, ttl, record }: ZoneRecord): void {
    const entry = this.entryAt(name);
    if (record === undefined) return;
    const set = entry.sets.get(record.type) ?? { ttl, records: new Map<string, DnsRecord>() };
    // A record that is there twice counts once, and a set has one TTL (RFC 2181 sections 5 and 5.2).
    const spelling = formatRdata(record);
    if (!set.records.has(spelling)) set.records.set(spelling, record);
    set.ttl = Math.min(ttl, set.ttl);
    entry.sets.set(record.type, set);
    if (entry.sets.has('CNAME') && (entry.sets.size > 1 || entry.sets.get('CNAME')!.records.size > 1)) {
      throw new TypeError(`an alias can't have other data beside it (RFC 1034 section 3.6.2): ${name}`);
    }
  }

  /** The entry of `name`, made if there is none. */
  entryAt(name: string): ZoneEntryAt {
    const keys = keysUpward(labelsOf(name));
    const known = this.#entries.get(keys[0]!);
    if (known !== undefined) return known;
    const entry: ZoneEntryAt = { sets: new Map(), secure: undefined };
    this.#entries.set(keys[0]!, entry);
    for (const key of keys) this.#ownersBelow.set(key, (this.#ownersBelow.get(key) ?? 0) + 1);
    return entry;
  }

  remove(name: string): void {
    const keys = keysUpward(labelsOf(name));
    if (!this.#entries.delete(keys[0]!)) return;
    for (const key of keys) {
      const owners = this.#ownersBelow.get(key)! - 1;
      if (owners === 0) this.#ownersBelow.delete(key);
      else this.#ownersBelow.set(key, owners);
    }
  }

  /**
   * @rfc 1034 4.3.2
   * @rfc 4592 3.3
   */
  find(labels: readonly string[], type: RecordType | undefined): Found {
    const name = nameKey(labels);
    if (this.#ownersBelow.has(name) || name === '.') return this.#at(name, type);
    const closest = keysUpward(labels).findIndex((key) => this.#ownersBelow.has(key) || key === '.');
    // The closest encloser exists, so only a wildcard right below it may stand for the name (RFC 4592 section 3.3.1).
    const wildcard = nameKey(['*', ...labels.slice(closest)]);
    return this.#ownersBelow.has(wildcard) ? this.#at(wildcard, type) : { type: 'nxdomain' };
  }

  #at(key: string, type: RecordType | undefined): Found {
    const entry = this.#entries.get(key);
    const set = type === undefined ? undefined : entry?.sets.get(type);
    if (entry === undefined) return { type: 'nodata', entry };
    if (set !== undefined) return { type: 'set', set, entry };
    const alias = entry.sets.get('CNAME');
    const record = firstOf(alias);
    if (alias === undefined || record?.type !== 'CNAME') return { type: 'nodata', entry };
    return { type: 'alias', target: record.target, ttl: alias.ttl, entry };
  }

  /**
   * The nearest SOA above a name: it says how long it may be remembered that there is nothing at the name.
   * @rfc 2308 5
   */
  soaAbove(labels: readonly string[]): { readonly name: string; readonly ttl: number; readonly record: SoaRecord } | undefined {
    for (let from = 0; from <= labels.length; from++) {
      const name = formatName(labels.slice(from));
      const set = this.#entries.get(nameKey(labels.slice(from)))?.sets.get('SOA');
      const record = firstOf(set);
      if (set !== undefined && record?.type === 'SOA') return { name, ttl: set.ttl, record };
    }
    return undefined;
  }
}

function firstOf(set: RecordSet | undefined): DnsRecord | undefined {
  return set?.records.values().next().value;
}

function labelsOf(name: string): readonly string[] {
  const labels = parseName(name);
  if (labels === undefined) throw new TypeError(`not a domain name: ${JSON.stringify(name)}`);
  return labels;
}
