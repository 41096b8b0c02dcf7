/**
 * SEARCH data: the numbers of the messages that fit, one by one, as RFC 3501 has it.
 *
 *     mailbox-data =/ "SEARCH" *(SP nz-number) [SP "(" "MODSEQ" SP mod-sequence-value ")"]
 *
 * @rfc 3501 7.2.5
 * @rfc 7162 3.1.5
 */
import { LEFT_PARENTHESIS, RIGHT_PARENTHESIS, SP } from '@mailwright/wire';
import type { DataSpec } from '../extension.ts';
import type { ValueReader } from '../value-reader.ts';

export interface SearchData {
  readonly name: 'SEARCH';
  /** UIDs or sequence numbers, as the command asked. */
  readonly numbers: readonly number[];
  /** The highest MODSEQ among them. */
  readonly modseq: bigint | undefined;
}

export const searchData: DataSpec<SearchData> = {
  name: 'SEARCH',
  numbered: false,
  source: 'RFC 3501 7.2.5',
  parse(reader) {
    const numbers: number[] = [];
    let modseq: bigint | undefined;
    for (reader.spaces(); !reader.atEnd; reader.spaces()) {
      if (reader.peek() === LEFT_PARENTHESIS) modseq = readModseq(reader);
      else numbers.push(reader.number());
      reader.count();
    }
    return { name: 'SEARCH', numbers, modseq };
  },
  encode(writer, { numbers, modseq }) {
    writer.raw('SEARCH');
    for (const number of numbers) writer.space().number(number);
    if (modseq !== undefined) writer.raw(' (MODSEQ ').number64(modseq).raw(')');
  },
  explain: ({ numbers }) => (numbers.length === 0 ? 'No message fits.' : `${numbers.length} messages fit: ${numbers.slice(0, 10).join(', ')}${numbers.length > 10 ? ' ...' : ''}.`),
};

function readModseq(reader: ValueReader): bigint {
  reader.open();
  if (!reader.skipKeyword('MODSEQ')) reader.fail('MODSEQ');
  if (!reader.skip(SP)) reader.fail('a space');
  const modseq = reader.number64();
  if (!reader.close()) reader.expect(RIGHT_PARENTHESIS);
  return modseq;
}
