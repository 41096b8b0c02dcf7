/**
 * SORT: a SEARCH whose result is in order. SORT=DISPLAY orders by the names that people see, ESORT lets it have the options of RETURN.
 *
 *     sort          = ["UID" SP] "SORT" [SP "RETURN" SP "(" ... ")"] SP sort-criteria SP search-criteria
 *     sort-criteria = "(" sort-criterion *(SP sort-criterion) ")"
 *     sort-criterion = ["REVERSE" SP] sort-key
 *     sort-data     = "SORT" *(SP nz-number)
 *
 * Read next: `../sort/sort-messages.ts`, which sorts here.
 *
 * @rfc 5256
 * @rfc 5957
 * @rfc 5267 3.2
 */
import { LEFT_PARENTHESIS } from '@mailwright/wire';
import { readSearchReturn, type SearchReturnOptions, writeSearchReturn } from '../commands/search.ts';
import type { CommandSpec, DataSpec } from '../extension.ts';
import { writeCharset, writeKeysIn } from '../search/encode.ts';
import { readSearchKeys } from '../search/parse.ts';
import type { SearchKey } from '../search/search-key.ts';
import { isSortKey, type SortCriterion } from '../sort/sort-criterion.ts';
import type { ValueReader } from '../value-reader.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

export interface SortCommand {
  readonly name: 'SORT';
  readonly uid: boolean;
  /** Undefined: no RETURN, the answer is SORT data. @rfc 5267 3.2 */
  readonly returnOptions: SearchReturnOptions | undefined;
  /** At least one; a later one decides where the earlier ones do not. */
  readonly criteria: readonly SortCriterion[];
  /** `UTF-8` does for every search. */
  readonly charset: string;
  readonly search: SearchKey;
}

/** UIDs or sequence numbers in their order. */
export interface SortData {
  readonly name: 'SORT';
  readonly numbers: readonly number[];
  /** The highest MODSEQ among them. @rfc 7162 3.1.6 */
  readonly modseq: bigint | undefined;
}

const sortCommand: CommandSpec<SortCommand> = {
  name: 'SORT',
  uidForm: true,
  syntax: '[UID] SORT [RETURN (option ...)] ([REVERSE] key ...) charset key ...',
  source: 'RFC 5256 3',
  states: ['selected'],
  pipelining: 'numbers',
  secret: false,
  parse(reader, uid) {
    const returnOptions = readSearchReturn(reader);
    reader.space();
    const criteria = reader.list(() => readCriterion(reader));
    if (criteria.length === 0) reader.fail('a sort key');
    reader.space();
    const charset = reader.astring();
    reader.space();
    return { name: 'SORT', uid, returnOptions, criteria, charset, search: readSearchKeys(reader) };
  },
  encode(writer, { returnOptions, criteria, charset, search }) {
    if (criteria.length === 0) throw new RangeError('SORT needs at least one key to sort by');
    writeSearchReturn(writer, returnOptions);
    writer.space().list(criteria, ({ key, reverse }) => {
      if (!isSortKey(key)) throw new TypeError(`not a sort key: ${JSON.stringify(key)}`);
      writer.raw(reverse ? `REVERSE ${key}` : key);
    });
    writeCharset(writer.space(), charset);
    writeKeysIn(writer.space(), charset, search);
  },
  explain: ({ criteria }) => `The client asks which messages fit, in order of ${criteria.map(describeCriterion).join(', then ')}.`,
};

function describeCriterion({ key, reverse }: SortCriterion): string {
  return reverse ? `${key} backwards` : key;
}

function readCriterion(reader: ValueReader): SortCriterion {
  let reverse = false;
  const from = reader.at;
  let key = reader.keyword();
  if (key === 'REVERSE') {
    reverse = true;
    reader.space();
    key = reader.keyword();
  }
  if (isSortKey(key)) return { key, reverse };
  reader.fail('a sort key', from);
  return { key: 'ARRIVAL', reverse };
}

const sortData: DataSpec<SortData> = {
  name: 'SORT',
  numbered: false,
  source: 'RFC 5256 4',
  parse(reader) {
    const numbers: number[] = [];
    let modseq: bigint | undefined;
    for (reader.spaces(); !reader.atEnd; reader.spaces()) {
      if (reader.peek() === LEFT_PARENTHESIS) modseq = readModseq(reader);
      else numbers.push(reader.number());
      reader.count();
    }
    return { name: 'SORT', numbers, modseq };
  },
  encode(writer, { numbers, modseq }) {
    writer.raw('SORT');
    for (const number of numbers) writer.space().number(number);
    if (modseq !== undefined) writer.raw(' (MODSEQ ').number64(modseq).raw(')');
  },
  explain: ({ numbers }) => (numbers.length === 0 ? 'No message fits.' : `${numbers.length} messages fit, in this order.`),
};

/** `"(" "MODSEQ" SP mod-sequence-value ")"` */
function readModseq(reader: ValueReader): bigint {
  reader.open();
  if (!reader.skipKeyword('MODSEQ')) reader.fail('MODSEQ');
  reader.space();
  const modseq = reader.number64();
  if (!reader.close()) reader.fail('")"');
  return modseq;
}

export const sort: Brings<{ commands: typeof sortCommand; data: typeof sortData }> = {
  ...NOTHING,
  capability: 'SORT',
  rfc: 5256,
  announced: ALWAYS,
  commands: [sortCommand],
  data: [sortData],
  explain: () => 'The server can sort messages.',
};

/** DISPLAYFROM and DISPLAYTO. @rfc 5957 */
export const sortDisplay: Brings<{}> = {
  ...NOTHING,
  capability: 'SORT=DISPLAY',
  implies: ['SORT'],
  rfc: 5957,
  announced: ALWAYS,
  explain: () => 'The server can sort by the names that people see (DISPLAYFROM, DISPLAYTO).',
};

/** RETURN for SORT. @rfc 5267 3.2 */
export const esort: Brings<{}> = {
  ...NOTHING,
  capability: 'ESORT',
  implies: ['SORT'],
  rfc: 5267,
  announced: ALWAYS,
  explain: () => 'SORT can answer as ESEARCH does (RETURN).',
};
