/**
 * The whole answer of an in-memory zone to one question: aliases followed, scripts obeyed, the SOA for what does not exist.
 * Both the resolver (`in-memory-zone.ts`) and the server (`dns-server.ts`) speak from it.
 */
import { formatName, nameKey, parseName } from './names.ts';
import type { DnsRecord, RecordType, SoaRecord } from './records.ts';
import type { AnswerStatus } from './resolver.ts';
import type { ZoneData } from './zone-data.ts';
import type { ScriptedOutcome } from './zone-object.ts';

const CHAIN_LIMIT = 16; // aliases in a row; RFC 1034 3.6.2 asks for none, resolvers give up between 8 and 17

/** A zone with what it was told to do. */
export interface ZoneView {
  readonly data: ZoneData;
  /** By name key. */
  readonly scripts: ReadonlyMap<string, ScriptedOutcome>;
  /** If DNSSEC vouches for names that do not say. */
  readonly secure: boolean;
}

export interface ZoneAlias {
  readonly name: string;
  readonly ttl: number;
  readonly target: string;
}

export interface ZoneSoa {
  readonly name: string;
  readonly ttl: number;
  readonly record: SoaRecord;
}

export interface ZoneAnswer {
  readonly status: AnswerStatus;
  readonly records: readonly DnsRecord[];
  /** Of the records alone. */
  readonly recordsTtl: number;
  /** Aliases included, for a negative answer that of the SOA; `undefined` when there is none to tell. */
  readonly ttl: number | undefined;
  readonly secure: boolean;
  readonly aliases: readonly ZoneAlias[];
  /** The name at the end of the chain. */
  readonly end: string;
  /** For `nodata` and `nxdomain`: the nearest above `end`. */
  readonly soa: ZoneSoa | undefined;
  /** How late the answer shall come, all names of the chain together. */
  readonly delayMs: number;
  readonly reason: string | undefined;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** `type` `undefined`: a type that no record here has. */
export function searchZone(zone: ZoneView, name: readonly string[], type: RecordType | undefined): ZoneAnswer {
  const aliases: ZoneAlias[] = [];
  const answer: Mutable<ZoneAnswer> = {
    status: 'temp', records: [], recordsTtl: 0, ttl: undefined, secure: true, aliases, end: '', soa: undefined, delayMs: 0, reason: 'alias-chain',
  };
  let labels = name;
  while (aliases.length <= CHAIN_LIMIT) {
    const script = scriptFor(zone, labels, type);
    answer.delayMs += script?.delayMs ?? 0;
    const found = zone.data.find(labels, type);
    answer.secure &&= ('entry' in found ? found.entry?.secure : undefined) ?? zone.secure;
    answer.end = formatName(labels);
    const status = script?.status ?? (found.type === 'set' || found.type === 'alias' ? undefined : found.type);
    if (status !== undefined) return fail(zone, answer, status, labels);
    if (found.type === 'set') {
      const ttl = aliases.reduce((least, alias) => Math.min(least, alias.ttl), found.set.ttl);
      return { ...answer, status: 'ok', records: [...found.set.records.values()], recordsTtl: found.set.ttl, ttl, reason: undefined };
    }
    if (found.type !== 'alias') break;
    aliases.push({ name: answer.end, ttl: found.ttl, target: found.target });
    labels = parseName(found.target)!;
  }
  return { ...answer, secure: false };
}

function scriptFor({ scripts }: ZoneView, labels: readonly string[], type: RecordType | undefined): ScriptedOutcome | undefined {
  if (scripts.size === 0) return undefined;
  const script = scripts.get(nameKey(labels));
  return script?.types === undefined || (type !== undefined && script.types.includes(type)) ? script : undefined;
}

function fail(zone: ZoneView, answer: ZoneAnswer, status: Exclude<AnswerStatus, 'ok'>, labels: readonly string[]): ZoneAnswer {
  if (status === 'temp' || status === 'bogus') return { ...answer, status, secure: false, reason: 'scripted' };
  const soa = zone.data.soaAbove(labels);
  const ttl = soa === undefined ? undefined : answer.aliases.reduce((least, alias) => Math.min(least, alias.ttl), Math.min(soa.ttl, soa.record.minimum));
  return { ...answer, status, ttl, soa, reason: undefined };
}
