/**
 * Reads and writes zones as text: the master file format of RFC 1035 section 5, with `$ORIGIN`, `$TTL` (RFC 2308), relative
 * names, `@`, omitted owner, TTL and class, parentheses, comments and quoted strings.
 *
 * Left out: `$INCLUDE` (nothing here reads files), `$GENERATE`, classes other than IN. Records of types that mail does not ask
 * for are kept as a mark that the name exists.
 * Read next: `in-memory-zone.ts`.
 */
import { formatName, parseName } from './names.ts';
import { dotted, formatRdata, readRdata, readTtl, type QualifyName } from './rdata.ts';
import { isRecordType, type DnsRecord } from './records.ts';
import { readZoneEntries, type ZoneEntry, type ZoneToken, type ZoneTokenError } from './zone-tokens.ts';

const DEFAULT_TTL = 3600;
const MAX_RECORDS = 100_000;
/** Legal in a zone, never asked for here. */
const SILENT_TYPES = 'RRSIG NSEC NSEC3 NSEC3PARAM CDS CDNSKEY NAPTR SSHFP HINFO LOC RP URI OPENPGPKEY SMIMEA SPF'.split(' ');

/** One line of a zone. */
export interface ZoneRecord {
  /** The owner: absolute, no dot at the end, lower case not required. */
  readonly name: string;
  /** Seconds. */
  readonly ttl: number;
  /** `undefined`: the name exists, with a type that is not among `RECORD_TYPES`. */
  readonly record: DnsRecord | undefined;
}

export type ZoneFileError =
  | ZoneTokenError
  | 'bad-name'
  | 'bad-ttl'
  | 'bad-data'
  | 'missing-owner'
  | 'missing-type'
  | 'unknown-type'
  | 'unknown-class'
  | 'unknown-directive'
  | 'too-many-records';

export type ParsedZone =
  | { readonly ok: true; readonly records: readonly ZoneRecord[] }
  | { readonly ok: false; readonly error: ZoneFileError; readonly line: number };

export interface ZoneFileOptions {
  /** What relative names end in until a `$ORIGIN` says otherwise. Default the root. */
  readonly origin?: string | undefined;
  /** Seconds for records without a TTL and no `$TTL` before them. Default 3600. */
  readonly ttl?: number | undefined;
  /** Default 100,000. */
  readonly limits?: { readonly records?: number | undefined } | undefined;
}

/**
 * The records of a master file, or the first line that is none. Never throws for what the text holds; a bad `origin` is a TypeError.
 * @rfc 1035 5.1
 * @rfc 2308 4
 */
export function parseZoneFile(text: string, options: ZoneFileOptions = {}): ParsedZone {
  const scanned = readZoneEntries(text);
  if (!scanned.ok) return scanned;
  const origin = parseName(options.origin ?? '.');
  if (origin === undefined) throw new TypeError(`not a domain name: ${JSON.stringify(options.origin)}`);
  const state: ZoneState = { origin, owner: undefined, ttl: options.ttl ?? DEFAULT_TTL, records: [] };
  for (const entry of scanned.entries) {
    if (state.records.length >= (options.limits?.records ?? MAX_RECORDS)) return { ok: false, error: 'too-many-records', line: entry.line };
    const directive = !entry.continued && entry.tokens[0]!.text.startsWith('$') && !entry.tokens[0]!.quoted;
    const error = directive ? readDirective(entry.tokens, state) : readRecord(entry, state);
    if (error !== undefined) return { ok: false, error, line: entry.line };
  }
  return { ok: true, records: state.records };
}

/** What the lines before have settled for the lines after. */
interface ZoneState {
  origin: readonly string[];
  owner: string | undefined;
  ttl: number;
  readonly records: ZoneRecord[];
}

function readDirective([keyword, argument, ...rest]: readonly ZoneToken[], state: ZoneState): ZoneFileError | undefined {
  if (argument === undefined || rest.length > 0) return 'unknown-directive';
  switch (keyword!.text.toUpperCase()) {
    case '$ORIGIN': {
      const name = qualify(argument.text, state.origin);
      if (name === undefined) return 'bad-name';
      state.origin = parseName(name)!;
      return undefined;
    }
    case '$TTL': {
      const ttl = readTtl(argument.text);
      if (ttl === undefined) return 'bad-ttl';
      state.ttl = ttl;
      return undefined;
    }
    default:
      return 'unknown-directive';
  }
}

/** `[owner] [TTL] [class] type data` or `[owner] [class] [TTL] type data`. */
function readRecord(entry: ZoneEntry, state: ZoneState): ZoneFileError | undefined {
  const fields = [...entry.tokens];
  if (!entry.continued) {
    state.owner = qualify(fields.shift()!.text, state.origin);
    if (state.owner === undefined) return 'bad-name';
  }
  if (state.owner === undefined) return 'missing-owner';
  let ttl: number | undefined;
  for (let field = fields[0]; field !== undefined; field = fields[0]) {
    if (/^(?:CH|HS|CS)$/i.test(field.text)) return 'unknown-class';
    const digits = /^\d/.test(field.text);
    if (!digits && !/^IN$/i.test(field.text)) break;
    if (digits) {
      ttl = readTtl(field.text);
      if (ttl === undefined) return 'bad-ttl';
    }
    fields.shift();
  }
  return addRecord(state.owner, ttl ?? state.ttl, fields, state);
}

function addRecord(name: string, ttl: number, [typeField, ...data]: readonly ZoneToken[], state: ZoneState): ZoneFileError | undefined {
  if (typeField === undefined) return 'missing-type';
  const type = typeField.text.toUpperCase();
  if (SILENT_TYPES.includes(type) || /^TYPE\d{1,5}$/.test(type)) {
    state.records.push({ name, ttl, record: undefined });
    return undefined;
  }
  if (!isRecordType(type)) return 'unknown-type';
  const inZone: QualifyName = (text) => qualify(text, state.origin);
  const record = readRdata(type, data, inZone);
  if (record === undefined) return 'bad-data';
  state.records.push({ name, ttl, record });
  return undefined;
}

/** A name of the file made absolute: `@` is the origin, and what has no dot at the end gets the origin behind it. */
function qualify(text: string, origin: readonly string[]): string | undefined {
  if (text === '@') return formatName(origin);
  const labels = parseName(text);
  if (labels === undefined) return undefined;
  const absolute = parseName(formatName(endsWithDot(text) ? labels : [...labels, ...origin]));
  return absolute === undefined ? undefined : formatName(absolute);
}

/** An even number of backslashes before the dot escape one another, not the dot. */
function endsWithDot(text: string): boolean {
  if (!text.endsWith('.')) return false;
  const backslashes = /\\*$/.exec(text.slice(0, -1))![0].length;
  return backslashes % 2 === 0;
}

/**
 * Writes records as a master file, one line each, absolute names. Inverse of `parseZoneFile`, but for records that are only a mark.
 * @rfc 1035 5.1
 */
export function formatZoneFile(records: readonly ZoneRecord[]): string {
  return records
    .filter((line) => line.record !== undefined)
    .map(({ name, ttl, record }) => `${dotted(name)} ${ttl} IN ${record!.type} ${formatRdata(record!)}\n`)
    .join('');
}
