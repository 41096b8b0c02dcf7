/**
 * ESEARCH: SEARCH says what of its result it wants, and the answer says which command it answers. The answers of MULTISEARCH, CONTEXT, PARTIAL,
 * SEARCH=FUZZY and CONDSTORE are items of the same data.
 *
 *     esearch-response   = "ESEARCH" [SP "(" "TAG" SP tag-string ")"] [SP "UID"] *(SP search-return-data)
 *     search-return-data = "MIN" SP nz-number / "MAX" SP nz-number / "ALL" SP sequence-set / "COUNT" SP number / ...
 *
 * Read next: `esearch-items.ts`.
 *
 * @rfc 4731
 * @rfc 9051 7.3.4
 */
import { SP } from '@mailwright/wire';
import type { DataSpec, ParameterSpec } from '../extension.ts';
import { readMailbox, writeMailbox } from '../mailbox-name.ts';
import type { ValueReader } from '../value-reader.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';
import { type EsearchItems, type EsearchItemsSoFar, NO_ESEARCH_ITEMS, readEsearchItem, writeEsearchItems } from './esearch-items.ts';

/** What a SEARCH, SORT or ESEARCH found. */
export interface EsearchData extends EsearchItems {
  readonly name: 'ESEARCH';
  /** Of the command that is answered; undefined where the server leaves it out. */
  readonly tag: string | undefined;
  /** The mailbox that this is about, and its UIDVALIDITY: in answers to the ESEARCH command. @rfc 7377 2.1 */
  readonly mailbox: string | undefined;
  readonly uidValidity: number | undefined;
  /** Whether the numbers are UIDs. */
  readonly uid: boolean;
}

interface Correlator {
  tag: string | undefined;
  mailbox: string | undefined;
  uidValidity: number | undefined;
}

const esearchData: DataSpec<EsearchData> = {
  name: 'ESEARCH',
  numbered: false,
  source: 'RFC 9051 7.3.4',
  parse(reader) {
    const correlator: Correlator = { tag: undefined, mailbox: undefined, uidValidity: undefined };
    reader.spaces();
    if (reader.peek() === 0x28) readCorrelator(reader, correlator);
    reader.spaces();
    const uid = reader.skipKeyword('UID');
    const items: EsearchItemsSoFar = { ...NO_ESEARCH_ITEMS, changes: [] };
    for (reader.spaces(); !reader.atEnd; reader.spaces()) readEsearchItem(reader, items);
    return { name: 'ESEARCH', ...correlator, uid, ...items };
  },
  encode(writer, data) {
    writer.raw('ESEARCH');
    if (data.tag !== undefined || data.mailbox !== undefined || data.uidValidity !== undefined) {
      const open = writer.raw(' (');
      if (data.tag !== undefined) open.raw('TAG ').quoted(data.tag);
      if (data.mailbox !== undefined) writeMailbox(open.raw(data.tag === undefined ? 'MAILBOX ' : ' MAILBOX '), data.mailbox);
      if (data.uidValidity !== undefined) open.raw(data.tag === undefined && data.mailbox === undefined ? 'UIDVALIDITY ' : ' UIDVALIDITY ').number(data.uidValidity);
      open.raw(')');
    }
    if (data.uid) writer.raw(' UID');
    writeEsearchItems(writer, data);
  },
  explain({ tag, mailbox, count }) {
    const of = tag === undefined ? 'a search' : `command ${tag}`;
    return `The result of ${of}${mailbox === undefined ? '' : ` in mailbox "${mailbox}"`}${count === undefined ? '' : `: ${count} messages fit`}.`;
  },
};

/** `"(TAG" SP tag-string [SP "MAILBOX" SP astring SP "UIDVALIDITY" SP nz-number] ")"` */
function readCorrelator(reader: ValueReader, into: Correlator): void {
  reader.open();
  while (!reader.close() && reader.failure === undefined) {
    const name = reader.keyword();
    if (!reader.skip(SP)) reader.fail('a space');
    if (name === 'TAG') into.tag = reader.astring();
    else if (name === 'MAILBOX') into.mailbox = readMailbox(reader);
    else if (name === 'UIDVALIDITY') into.uidValidity = reader.number();
    else reader.skipValue();
    reader.spaces();
    reader.count();
  }
}

const min: ParameterSpec<'SEARCH-RETURN', 'min', true> = option('MIN', 'min', 'the lowest number');
const max: ParameterSpec<'SEARCH-RETURN', 'max', true> = option('MAX', 'max', 'the highest number');
const all: ParameterSpec<'SEARCH-RETURN', 'all', true> = option('ALL', 'all', 'all numbers');
const count: ParameterSpec<'SEARCH-RETURN', 'count', true> = option('COUNT', 'count', 'how many there are');

export const esearch: Brings<{ data: typeof esearchData; parameters: typeof min | typeof max | typeof all | typeof count }> = {
  ...NOTHING,
  capability: 'ESEARCH',
  rfc: 4731,
  inRev2: true,
  announced: ALWAYS,
  data: [esearchData],
  parameters: [min, max, all, count],
  explain: () => 'SEARCH can answer in sets, with counts and limits (RETURN).',
};

function option<K extends string>(name: string, field: K, meaning: string): ParameterSpec<'SEARCH-RETURN', K, true> {
  return { place: 'SEARCH-RETURN', name, field, source: 'RFC 4731 3.1', parse: () => true, encode: () => {}, explain: () => meaning };
}
