/**
 * METADATA: notes on mailboxes, and on the server (mailbox ''), shared by all or private to a user.
 *
 *     getmetadata   = "GETMETADATA" [SP getmetadata-options] SP mailbox SP entries
 *     setmetadata   = "SETMETADATA" SP mailbox SP entry-values
 *     entry-value   = entry SP value
 *     value         = nstring / literal8
 *     metadata-resp = "METADATA" SP mailbox SP (entry-values / entry-list)
 *
 * Deviation: the grammar puts the options of GETMETADATA before the mailbox, the examples of the RFC behind it. Both are read; written is
 * the grammar's form.
 *
 * Read next: `list-metadata.ts`.
 *
 * @rfc 5464
 */
import { LEFT_PARENTHESIS, SLASH } from '@mailwright/wire';
import { readMailbox, writeMailbox } from '../mailbox-name.ts';
import type { CodeSpec, CommandSpec, DataSpec } from '../extension.ts';
import type { ValueReader } from '../value-reader.ts';
import type { ValueWriter } from '../value-writer.ts';
import { type Brings, LOGGED_IN, NOTHING } from './brings.ts';

/** One entry and its value: a view into the frame where it was read; undefined where there is none, or to remove it. */
export interface MetadataEntry {
  /** `/shared/comment`, `/private/...`: names know no case. */
  readonly entry: string;
  readonly value: Uint8Array | undefined;
}

export interface GetMetadataCommand {
  readonly name: 'GETMETADATA';
  /** `''` asks for the server's own. */
  readonly mailbox: string;
  readonly entries: readonly string[];
  /** Values of more octets are left out of the answer. @rfc 5464 4.2.1 */
  readonly maxSizeOctets: number | undefined;
  /** How far below each entry the answer goes; undefined is as 0. @rfc 5464 4.2.2 */
  readonly depth: 0 | 1 | 'infinity' | undefined;
}

export interface SetMetadataCommand {
  readonly name: 'SETMETADATA';
  readonly mailbox: string;
  readonly values: readonly MetadataEntry[];
}

/** Either values, as an answer, or names of entries that changed, unasked; the other list is empty. @rfc 5464 4.4 */
export interface MetadataData {
  readonly name: 'METADATA';
  readonly mailbox: string;
  readonly values: readonly MetadataEntry[];
  readonly changed: readonly string[];
}

/**
 * `LONGENTRIES`: values were left out, the largest of `octetCount`. `MAXSIZE`: values may have `octetCount`. `TOOMANY`: no more entries.
 * `NOPRIVATE`: private entries aren't kept. @rfc 5464 4.2.1 @rfc 5464 4.3
 */
export interface MetadataCode {
  readonly name: 'METADATA';
  readonly about: 'LONGENTRIES' | 'MAXSIZE' | 'TOOMANY' | 'NOPRIVATE';
  readonly octetCount: number | undefined;
}

const getMetadata: CommandSpec<GetMetadataCommand> = {
  name: 'GETMETADATA',
  uidForm: false,
  syntax: 'GETMETADATA [(MAXSIZE octets DEPTH 0|1|infinity)] mailbox (entry ...)',
  source: 'RFC 5464 4.2',
  states: LOGGED_IN,
  pipelining: 'any',
  secret: false,
  parse(reader) {
    reader.space();
    const options = { maxSizeOctets: undefined as number | undefined, depth: undefined as GetMetadataCommand['depth'] };
    if (reader.peek() === LEFT_PARENTHESIS) {
      readOptions(reader, options);
      reader.space();
    }
    const mailbox = readMailbox(reader);
    reader.space();
    if (optionsStand(reader)) {
      readOptions(reader, options);
      reader.space();
    }
    return { name: 'GETMETADATA', mailbox, entries: readEntries(reader), ...options };
  },
  encode(writer, { mailbox, entries, maxSizeOctets, depth }) {
    const options: string[] = [];
    if (maxSizeOctets !== undefined) options.push(`MAXSIZE ${checkedSize(maxSizeOctets)}`);
    if (depth !== undefined) options.push(`DEPTH ${checkedDepth(depth)}`);
    if (options.length > 0) writer.raw(` (${options.join(' ')})`);
    writeMailbox(writer.space(), mailbox);
    writeEntries(writer.space(), entries);
  },
  explain: ({ mailbox, entries }) => `The client asks for ${entries.join(', ')} of ${subject(mailbox)}.`,
};

const setMetadata: CommandSpec<SetMetadataCommand> = {
  name: 'SETMETADATA',
  uidForm: false,
  syntax: 'SETMETADATA mailbox (entry value ...)',
  source: 'RFC 5464 4.3',
  states: LOGGED_IN,
  pipelining: 'any',
  secret: false,
  parse(reader) {
    reader.space();
    const mailbox = readMailbox(reader);
    reader.space();
    return { name: 'SETMETADATA', mailbox, values: readValues(reader) };
  },
  encode(writer, { mailbox, values }) {
    writeMailbox(writer.space(), mailbox);
    writeValues(writer.space(), values);
  },
  explain({ mailbox, values }) {
    const verb = values.every(({ value }) => value === undefined) ? 'removes' : 'sets';
    return `The client ${verb} ${values.map(({ entry }) => entry).join(', ')} of ${subject(mailbox)}.`;
  },
};

const metadataData: DataSpec<MetadataData> = {
  name: 'METADATA',
  numbered: false,
  source: 'RFC 5464 4.4',
  parse(reader) {
    reader.space();
    const mailbox = readMailbox(reader);
    reader.space();
    if (reader.peek() === LEFT_PARENTHESIS) return { name: 'METADATA', mailbox, values: readValues(reader), changed: [] };
    const changed: string[] = [];
    for (; !reader.atEnd; reader.spaces()) {
      changed.push(readEntry(reader));
      reader.count();
    }
    return { name: 'METADATA', mailbox, values: [], changed };
  },
  encode(writer, { mailbox, values, changed }) {
    if (values.length > 0 === changed.length > 0) throw new TypeError('METADATA holds either values or names of changed entries');
    writeMailbox(writer.raw('METADATA '), mailbox);
    writer.space();
    if (values.length > 0) writeValues(writer, values);
    else writer.separated(changed, (entry) => writeEntry(writer, entry));
  },
  explain({ mailbox, values, changed }) {
    if (changed.length > 0) return `Entries of ${subject(mailbox)} changed: ${changed.join(', ')}.`;
    const told = values.map(({ entry, value }) => `${entry} ${value === undefined ? 'has no value' : `(${value.length} octets)`}`);
    return `Entries of ${subject(mailbox)}: ${told.join(', ')}.`;
  },
};

const metadataCode: CodeSpec<MetadataCode> = {
  name: 'METADATA',
  source: 'RFC 5464 4.2.1, 4.3',
  parse(reader) {
    reader.space();
    const from = reader.at;
    const about = reader.keyword();
    if (about === 'TOOMANY' || about === 'NOPRIVATE') return { name: 'METADATA', about, octetCount: undefined };
    if (about !== 'LONGENTRIES' && about !== 'MAXSIZE') reader.fail('LONGENTRIES, MAXSIZE, TOOMANY or NOPRIVATE', from);
    reader.space();
    return { name: 'METADATA', about: about === 'MAXSIZE' ? about : 'LONGENTRIES', octetCount: reader.number() };
  },
  encode(writer, { about, octetCount }) {
    writer.space().atom(about);
    if (about === 'LONGENTRIES' || about === 'MAXSIZE') writer.space().number(octetCount ?? 0);
  },
  explain({ about, octetCount }) {
    if (about === 'LONGENTRIES') return `Values were left out for their size, the largest of ${octetCount} octets.`;
    if (about === 'MAXSIZE') return `Values of at most ${octetCount} octets are kept.`;
    return about === 'TOOMANY' ? 'No more entries are kept.' : 'Private entries are not kept.';
  },
};

export const metadata: Brings<{
  commands: typeof getMetadata | typeof setMetadata;
  data: typeof metadataData;
  codes: typeof metadataCode;
}> = {
  ...NOTHING,
  capability: 'METADATA',
  rfc: 5464,
  announced: LOGGED_IN,
  commands: [getMetadata, setMetadata],
  data: [metadataData],
  codes: [metadataCode],
  explain: () => 'Notes can be kept on mailboxes and on the server.',
};

/** What servers say that keep no notes on mailboxes: their clients name the mailbox `''` alone. @rfc 5464 1 */
export const metadataServer: Brings<{
  commands: typeof getMetadata | typeof setMetadata;
  data: typeof metadataData;
  codes: typeof metadataCode;
}> = {
  ...NOTHING,
  capability: 'METADATA-SERVER',
  rfc: 5464,
  announced: LOGGED_IN,
  commands: [getMetadata, setMetadata],
  data: [metadataData],
  codes: [metadataCode],
  explain: () => 'Notes can be kept on the server, not on mailboxes.',
};

/** `entries = entry / "(" entry *(SP entry) ")"`. */
export function readEntries(reader: ValueReader): readonly string[] {
  return reader.peek() === LEFT_PARENTHESIS ? reader.list(() => readEntry(reader)) : [readEntry(reader)];
}

export function writeEntries(writer: ValueWriter, entries: readonly string[]): void {
  if (entries.length === 0) throw new RangeError('at least one entry must be named');
  writer.list(entries, (entry) => writeEntry(writer, entry));
}

/** `"(" entry SP value *(SP entry SP value) ")"`. */
function readValues(reader: ValueReader): readonly MetadataEntry[] {
  return reader.list(() => {
    const entry = readEntry(reader);
    reader.space();
    const value = reader.nstringOctets();
    if (value === undefined || value instanceof Uint8Array) return { entry, value };
    reader.fail('a value small enough to be kept');
    return { entry, value: undefined };
  });
}

function writeValues(writer: ValueWriter, values: readonly MetadataEntry[]): void {
  if (values.length === 0) throw new RangeError('at least one entry must be named');
  writer.list(values, ({ entry, value }) => {
    writeEntry(writer, entry);
    writer.space();
    if (value?.includes(0)) writer.literal8(value);
    else writer.nstring(value);
  });
}

/** Slash-separated, ASCII without `*`, `%` and controls, no slash behind another, not ending in one. @rfc 5464 3.2 */
function readEntry(reader: ValueReader): string {
  const from = reader.at;
  const entry = reader.astring();
  if (!isEntry(entry)) reader.fail('the name of an entry', from);
  return entry;
}

function writeEntry(writer: ValueWriter, entry: string): void {
  if (!isEntry(entry)) throw new TypeError(`not the name of an entry: ${JSON.stringify(entry)}`);
  writer.astring(entry);
}

function isEntry(entry: string): boolean {
  return /^(?:\/[ !\"#$&-)+-.0-~]+)+$/.test(entry);
}

/** Options behind the mailbox: a list whose first element is no entry. */
function optionsStand(reader: ValueReader): boolean {
  if (reader.peek() !== LEFT_PARENTHESIS) return false;
  const next = reader.octets[reader.at + 1];
  return next !== undefined && next !== SLASH && ((next >= 0x41 && next <= 0x5a) || (next >= 0x61 && next <= 0x7a));
}

function readOptions(reader: ValueReader, options: { maxSizeOctets: number | undefined; depth: GetMetadataCommand['depth'] }): void {
  reader.list(() => {
    const from = reader.at;
    const name = reader.keyword();
    reader.space();
    if (name === 'MAXSIZE') options.maxSizeOctets = reader.number();
    else if (name === 'DEPTH') options.depth = readDepth(reader);
    else reader.fail('MAXSIZE or DEPTH', from);
  });
}

function readDepth(reader: ValueReader): 0 | 1 | 'infinity' {
  const from = reader.at;
  const depth = reader.keyword();
  if (depth === '0') return 0;
  if (depth === '1') return 1;
  if (depth !== 'INFINITY') reader.fail('0, 1 or infinity', from);
  return 'infinity';
}

function checkedDepth(depth: 0 | 1 | 'infinity'): string {
  if (depth !== 0 && depth !== 1 && depth !== 'infinity') throw new TypeError(`not a depth: ${JSON.stringify(depth)}`);
  return String(depth);
}

function checkedSize(octets: number): number {
  if (!Number.isSafeInteger(octets) || octets < 0) throw new RangeError(`not a number of octets: ${octets}`);
  return octets;
}

function subject(mailbox: string): string {
  return mailbox === '' ? 'the server' : `mailbox "${mailbox}"`;
}
