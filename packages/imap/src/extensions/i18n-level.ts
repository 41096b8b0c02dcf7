/**
 * I18NLEVEL: how SEARCH, SORT and THREAD compare text. Level 1 has one comparator that knows Unicode, `i;unicode-casemap`; level 2 lets the client choose.
 *
 *     comparator-cmd  = "COMPARATOR" *(SP comp-order-quoted)
 *     comparator-data = "COMPARATOR" SP comp-sel-quoted [SP "(" comp-id-quoted *(SP comp-id-quoted) ")"]
 *     resp-text-code  =/ "BADCOMPARATOR"
 *
 * @rfc 5255
 */
import { SP } from '@mailwright/wire';
import type { CodeSpec, CommandSpec, DataSpec } from '../extension.ts';
import { ALWAYS, type Brings, LOGGED_IN, NOTHING } from './brings.ts';

export interface ComparatorCommand {
  readonly name: 'COMPARATOR';
  /** Comparators (RFC 4790), with `*` for any part, the best first; `default` for the server's own. Empty asks for the one in use. */
  readonly comparators: readonly string[];
}

export interface ComparatorData {
  readonly name: 'COMPARATOR';
  readonly active: string;
  /** Those that matched what the client asked for; empty where it did not ask. */
  readonly matching: readonly string[];
}

/** None of the comparators is to be had. @rfc 5255 4.9 */
export interface BadComparatorCode {
  readonly name: 'BADCOMPARATOR';
}

const BAD_COMPARATOR: BadComparatorCode = { name: 'BADCOMPARATOR' };

const comparatorCommand: CommandSpec<ComparatorCommand> = {
  name: 'COMPARATOR',
  uidForm: false,
  syntax: 'COMPARATOR [comparator ...]',
  source: 'RFC 5255 4.7',
  states: LOGGED_IN,
  pipelining: 'any',
  secret: false,
  parse(reader) {
    const comparators: string[] = [];
    while (reader.skip(SP)) {
      comparators.push(reader.astring());
      reader.count();
    }
    return { name: 'COMPARATOR', comparators };
  },
  encode(writer, { comparators }) {
    for (const comparator of comparators) writer.space().astring(comparator);
  },
  explain: ({ comparators }) =>
    comparators.length === 0 ? 'The client asks how text is compared.' : `The client wants text compared by ${comparators.join(', else ')}.`,
};

const comparatorData: DataSpec<ComparatorData> = {
  name: 'COMPARATOR',
  numbered: false,
  source: 'RFC 5255 4.8',
  parse(reader) {
    reader.space();
    const active = reader.astring();
    return { name: 'COMPARATOR', active, matching: reader.skip(SP) ? reader.list(() => reader.astring()) : [] };
  },
  encode(writer, { active, matching }) {
    writer.raw('COMPARATOR ').astring(active);
    if (matching.length > 0) writer.space().list(matching, (comparator) => writer.astring(comparator));
  },
  explain: ({ active }) => `Text is compared by ${active}.`,
};

const badComparator: CodeSpec<BadComparatorCode> = {
  name: 'BADCOMPARATOR',
  source: 'RFC 5255 4.9',
  parse: () => BAD_COMPARATOR,
  encode: () => {},
  explain: () => 'The server has none of these comparators.',
};

export const i18nLevel1: Brings<object> = {
  ...NOTHING,
  capability: 'I18NLEVEL=1',
  rfc: 5255,
  announced: ALWAYS,
  explain: () => 'Text is compared by Unicode\'s rules.',
};

export const i18nLevel2: Brings<{ commands: typeof comparatorCommand; data: typeof comparatorData; codes: typeof badComparator }> = {
  ...NOTHING,
  capability: 'I18NLEVEL=2',
  implies: ['I18NLEVEL=1'],
  rfc: 5255,
  announced: ALWAYS,
  commands: [comparatorCommand],
  data: [comparatorData],
  codes: [badComparator],
  explain: () => 'The client can choose how text is compared.',
};
