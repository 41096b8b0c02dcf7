/**
 * The items of ESEARCH data. An item that is not known here is passed over, as RFC 4466 wants.
 *
 * Read next: `esearch.ts`.
 *
 * @rfc 4731 3.1
 * @rfc 4466 2.6.2
 */
import { SP } from '@mailwright/wire';
import { readSequenceSet, type SequenceSet } from '../sequence-set.ts';
import type { ValueReader } from '../value-reader.ts';
import type { ValueWriter } from '../value-writer.ts';
import { readPartialRange, type PartialRange, writePartialRange } from './partial-range.ts';

/** Messages that came into a result, or left it, and where: the first has this position in the order of the result; 0 where order is not kept. @rfc 5267 4.3 */
export interface ResultChange {
  readonly type: 'add' | 'remove';
  readonly position: number;
  readonly set: SequenceSet;
}

/** What ESEARCH can say. Sets keep the order of a SORT. */
export interface EsearchItems {
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly count: number | undefined;
  readonly all: SequenceSet | undefined;
  /** @rfc 7162 3.1.10 */
  readonly modseq: bigint | undefined;
  /** The part of the result that PARTIAL asked for; empty where there is nothing in it. @rfc 9394 3.1 */
  readonly partial: { readonly range: PartialRange; readonly set: SequenceSet } | undefined;
  /** ADDTO and REMOVEFROM in their order, which matters. @rfc 5267 4.3 */
  readonly changes: readonly ResultChange[];
  /** From 1 to 100, for each message of ALL. @rfc 6203 4 */
  readonly relevancy: readonly number[] | undefined;
}

/** The items while they are read. */
export type EsearchItemsSoFar = { -readonly [K in Exclude<keyof EsearchItems, 'changes'>]: EsearchItems[K] } & { readonly changes: ResultChange[] };

export const NO_ESEARCH_ITEMS: EsearchItems = {
  min: undefined, max: undefined, count: undefined, all: undefined, modseq: undefined, partial: undefined, changes: [], relevancy: undefined,
};

/** Reads one item, its name first. */
export function readEsearchItem(reader: ValueReader, into: EsearchItemsSoFar): void {
  const name = reader.keyword();
  reader.space();
  reader.count();
  switch (name) {
    case 'MIN': into.min = reader.number(); break;
    case 'MAX': into.max = reader.number(); break;
    case 'COUNT': into.count = reader.number(); break;
    case 'ALL': into.all = readSequenceSet(reader); break;
    case 'MODSEQ': into.modseq = reader.number64(); break;
    case 'PARTIAL': into.partial = readPartial(reader); break;
    case 'RELEVANCY': into.relevancy = reader.list(() => reader.number()); break;
    case 'ADDTO': readChanges(reader, 'add', into.changes); break;
    case 'REMOVEFROM': readChanges(reader, 'remove', into.changes); break;
    default: reader.skipValue();
  }
}

/** Writes the items that are there, each with a blank before it. */
export function writeEsearchItems(writer: ValueWriter, items: EsearchItems): void {
  if (items.min !== undefined) writer.raw(' MIN ').number(items.min);
  if (items.max !== undefined) writer.raw(' MAX ').number(items.max);
  if (items.count !== undefined) writer.raw(' COUNT ').number(items.count);
  if (items.all !== undefined) writer.raw(' ALL ').set(items.all);
  if (items.partial !== undefined) writePartial(writer, items.partial);
  if (items.modseq !== undefined) writer.raw(' MODSEQ ').number64(items.modseq);
  if (items.relevancy !== undefined) writer.raw(' RELEVANCY ').list(items.relevancy, (score) => writer.number(score));
  for (const { type, position, set } of items.changes) writer.raw(type === 'add' ? ' ADDTO (' : ' REMOVEFROM (').number(position).space().set(set).raw(')');
}

/** `"(" partial-range SP (sequence-set / nil) ")"` */
function readPartial(reader: ValueReader): EsearchItems['partial'] {
  reader.open();
  const range = readPartialRange(reader);
  reader.space();
  const set = reader.nil() ? [] : readSequenceSet(reader);
  if (!reader.close()) reader.fail('")"');
  return { range, set };
}

function writePartial(writer: ValueWriter, { range, set }: NonNullable<EsearchItems['partial']>): void {
  writePartialRange(writer.raw(' PARTIAL ('), range);
  if (set.length === 0) writer.raw(' NIL)');
  else writer.space().set(set).raw(')');
}

/** `"(" context-position SP sequence-set *(SP context-position SP sequence-set) ")"` */
function readChanges(reader: ValueReader, type: ResultChange['type'], changes: ResultChange[]): void {
  reader.open();
  do {
    const position = reader.number();
    reader.space();
    changes.push({ type, position, set: readSequenceSet(reader) });
    reader.count();
  } while (reader.skip(SP) && reader.failure === undefined);
  if (!reader.close()) reader.fail('")"');
}
