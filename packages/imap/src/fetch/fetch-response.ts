/**
 * FETCH responses, octets to value and back.
 *
 *     message-data = nz-number SP ("EXPUNGE" / ("FETCH" SP msg-att))
 *     msg-att      = "(" (msg-att-dynamic / msg-att-static) *(SP (msg-att-dynamic / msg-att-static)) ")"
 *
 * An item that can't be read costs itself alone: its octets come in `invalid`, and the next one is read. Items that no extension registered come
 * in `others`.
 *
 * Measured on Node 20.20, two shared cores, from the octets of a frame to `FetchData`: UID, FLAGS and ENVELOPE of 420 octets 2.4 us, UID and FLAGS alone 0.7,
 * BODYSTRUCTURE with four parts of 440 octets 6.1, BODY[] of 4 KB 0.6. What costs is making strings, about 60 ns each, so each is made once; names
 * are never made, and values have no closures.
 *
 * Read next: `item-table.ts`, `items/registered.ts`, `fetch-data.ts`.
 *
 * @rfc 9051 7.5.2
 */
import { DQUOTE, GREATER_THAN, indexOfOctet, LEFT_BRACKET, LEFT_PARENTHESIS, LESS_THAN, RIGHT_BRACKET, RIGHT_PARENTHESIS, SP } from '@mailwright/wire';
import type { DataSpec } from '../extension.ts';
import type { InvalidValue } from '../invalid.ts';
import { readLoose } from '../loose-value.ts';
import { formatSection } from '../section.ts';
import type { ValueReader } from '../value-reader.ts';
import type { ValueWriter } from '../value-writer.ts';
import type { FetchData, FetchResponse, InvalidFetchItem, OtherFetchItem } from './fetch-data.ts';
import { readItemName } from './item-table.ts';

/** FETCH, for the table of untagged data. @rfc 9051 7.5.2 */
export const fetchData: DataSpec<FetchResponse> = {
  name: 'FETCH',
  numbered: true,
  source: 'RFC 9051 7.5.2',
  parse(reader, sequenceNumber) {
    reader.space();
    return { name: 'FETCH', sequenceNumber, data: readFetchData(reader) };
  },
  encode(writer, { sequenceNumber, data }) {
    writer.number(sequenceNumber).raw(' FETCH ');
    writeFetchData(writer, data);
  },
  explain: ({ sequenceNumber, data }) => `Message ${sequenceNumber}: ${describe(data)}.`,
};

/** Data that is being read. Its lists are `NONE` until something is in them. */
type Mutable = Record<string, unknown> & { invalid: readonly InvalidFetchItem[]; others: readonly OtherFetchItem[] };


/**
 * Reads `msg-att`, the cursor at its parenthesis. In a frame that is cut before a streamed literal, what stands before it is read.
 *
 * Deviation: any number of blanks between items, and behind the list. What else stands behind it is kept in `invalid` under an empty name, and so is
 * the end where it comes too early: behind a literal that was longer than its count said.
 *
 * @rfc 9051 7.5.2
 */
export function readFetchData(reader: ValueReader): FetchData {
  const data = { ...reader.specs.fetchItems.emptyData } as unknown as Mutable;
  reader.expect(LEFT_PARENTHESIS);
  for (;;) {
    reader.spaces();
    if (reader.skip(RIGHT_PARENTHESIS) || reader.failure !== undefined) break;
    if (reader.atEnd) return endUnclosed(reader, data);
    readItem(reader, data);
    reader.count();
  }
  if (reader.failure === undefined && !reader.atEnd) readRemainder(reader, data);
  return data as unknown as FetchData;
}

/** The frame ends between two items. That is told in `invalid`, unless a literal is about to come. */
function endUnclosed(reader: ValueReader, data: Mutable): FetchData {
  reader.fail('")"');
  if (!reader.cut) {
    reader.moveTo(reader.end);
    data.invalid = append(data.invalid, { name: '', value: { type: 'invalid', raw: new Uint8Array(0), expected: '")"', at: 0 } });
  }
  return data as unknown as FetchData;
}

function readItem(reader: ValueReader, data: Mutable): void {
  const from = reader.at;
  const spec = reader.specs.fetchItems.find(reader);
  if (spec === undefined) return readOther(reader, data);
  const valueAt = reader.at;
  const value = spec.parse(reader, data[spec.field]);
  if (reader.failure === undefined && endsHere(reader)) data[spec.field] = value;
  else if (!reader.cut) contain(reader, data, from, valueAt);
}

/** Whether the item's value ends where it was read to: `12` of `12abc` does not. A list and a quoted string end themselves. */
function endsHere({ octets, at, end }: ValueReader): boolean {
  if (at >= end) return true;
  const next = octets[at]!;
  if (next === SP || next === RIGHT_PARENTHESIS) return true;
  const last = octets[at - 1]!;
  return last === RIGHT_PARENTHESIS || last === DQUOTE;
}

/** Puts an item that its spec can't read into `invalid`; NIL is no value and nothing to tell of. */
function contain(reader: ValueReader, data: Mutable, from: number, valueAt: number): void {
  const failure = reader.failure ?? { expected: 'a blank or the end of the list', at: reader.at };
  reader.moveTo(from);
  const name = readItemName(reader);
  reader.spaces();
  if (reader.nil()) return;
  const raw = takeValue(reader);
  const at = Math.max(0, failure.at - (reader.at - raw.length));
  if (reader.failure !== undefined) return;
  const value: InvalidValue = { type: 'invalid', raw, expected: failure.expected, at };
  data.invalid = append(data.invalid, { name: nameWithSection(reader, name, valueAt), value });
}

/** `BODY[]` where what failed is a section. */
function nameWithSection({ octets }: ValueReader, name: string, valueAt: number): string {
  return octets[valueAt] === LEFT_BRACKET ? `${name}[]` : name;
}

function readOther(reader: ValueReader, data: Mutable): void {
  const name = readItemName(reader);
  if (reader.failure !== undefined) return;
  const valueAt = reader.at;
  reader.spaces();
  const raw = takeValue(reader);
  if (reader.failure === undefined) data.others = append(data.others, { name: nameWithSection(reader, name, valueAt), raw });
}

/**
 * Takes a value whatever it is, with its section where one stands before it, and gives a copy of its octets: by what values look like, where
 * quotes need not be paired, else by the grammar, where no limit of depth holds.
 */
function takeValue(reader: ValueReader): Uint8Array {
  const from = reader.at;
  skipSection(reader);
  reader.spaces();
  const valueAt = reader.at;
  if (reader.failure === undefined && reader.peek() !== RIGHT_PARENTHESIS) {
    readLoose(reader);
    if (reader.failure !== undefined && !reader.cut) {
      reader.moveTo(valueAt);
      reader.skipValue();
    }
  }
  return reader.octets.slice(from, reader.at);
}

/** Takes `[...]<...>`. A "]" in the name of a header field ends it too early; no server has sent one. */
function skipSection(reader: ValueReader): void {
  skipBracket(reader, LEFT_BRACKET, RIGHT_BRACKET);
  skipBracket(reader, LESS_THAN, GREATER_THAN);
}

function skipBracket(reader: ValueReader, opening: number, closing: number): void {
  if (reader.peek() !== opening) return;
  const at = indexOfOctet(reader.octets, closing, reader.at);
  if (at === -1) reader.fail(`"${String.fromCharCode(closing)}"`, reader.end);
  else reader.moveForward(at + 1);
}

function readRemainder(reader: ValueReader, data: Mutable): void {
  reader.spaces();
  if (reader.atEnd) return;
  const raw = reader.octets.slice(reader.at, reader.end);
  reader.moveForward(reader.end);
  data.invalid = append(data.invalid, { name: '', value: { type: 'invalid', raw, expected: 'the end', at: 0 } });
}

/** Adds to a list of data that is being read: the first time to a new one, since `NONE` is everyone's. */
function append<T>(list: readonly T[], item: T): readonly T[] {
  if (list.length === 0) return [item];
  (list as T[]).push(item);
  return list;
}

/**
 * Writes `msg-att`; undefined fields, `invalid` and `others` are not written. Throws as the items do: a `TypeError` for what no string
 * can hold, a `RangeError` for numbers that can't be.
 *
 * @rfc 9051 7.5.2
 */
export function writeFetchData(writer: ValueWriter, data: FetchData): void {
  const fields = data as unknown as Readonly<Record<string, unknown>>;
  const specs = writer.specs.fetchItems.answers.filter(({ field }) => fields[field] !== undefined && (field !== 'sections' || data.sections.length > 0));
  writer.list(specs, (spec) => spec.encode(writer, fields[spec.field]));
}

function describe(data: FetchData): string {
  const told: string[] = [];
  if (data.uid !== undefined) told.push(`UID ${data.uid}`);
  if (data.flags !== undefined) told.push(data.flags.length === 0 ? 'no flags' : `flags ${data.flags.join(' ')}`);
  if (data.rfc822Size !== undefined) told.push(`${data.rfc822Size} octets`);
  if (data.internalDate !== undefined) told.push(`received ${new Date(data.internalDate.ms).toISOString()}`);
  if (data.envelope !== undefined) told.push(`subject ${JSON.stringify(data.envelope.subject ?? '')}`);
  if (data.bodyStructure !== undefined || data.body !== undefined) told.push('its MIME structure');
  for (const { section } of data.sections) told.push(`section [${formatSection(section)}]`);
  for (const { name } of data.invalid) told.push(name === '' ? 'something behind the list' : `${name}, which can't be read`);
  for (const { name } of data.others) told.push(`${name}, which is not known here`);
  return told.length === 0 ? 'other data' : told.join(', ');
}
