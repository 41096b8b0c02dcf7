/**
 * UIDBATCHES: the UIDs of a mailbox cut into ranges of about the same number of messages, the newest first, so that a client can work through it
 * batch by batch.
 *
 *     uidbatches          = "UIDBATCHES" SP nz-number [SP nz-number ":" nz-number]
 *     uidbatches-response = "UIDBATCHES" search-correlator [SP uid-range *("," uid-range)]
 *
 * The ranges run from high to low and leave no gap. A batch has 500 messages or more; a server refuses less with TOOFEW, and too many batches
 * with TOOMANY.
 *
 * @rfc 10022
 */
import { COLON, LEFT_PARENTHESIS, SP } from '@mailwright/wire';
import type { CodeSpec, CommandSpec, DataSpec } from '../extension.ts';
import { readSequenceSet, type SequenceSet } from '../sequence-set.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

export interface UidBatchesCommand {
  readonly name: 'UIDBATCHES';
  readonly batchSize: number;
  /** Only these batches, from 1 for the newest. */
  readonly batches: readonly [first: number, last: number] | undefined;
}

export interface UidBatchesData {
  readonly name: 'UIDBATCHES';
  /** The command it answers. */
  readonly tag: string;
  /** Each range with its lower UID first, the newest batch first. Empty where there is no such batch. */
  readonly batches: SequenceSet;
}

/** A batch of so few messages is not to be had. */
export interface TooFewCode {
  readonly name: 'TOOFEW';
}

/** So many batches are not to be had at once. */
export interface TooManyCode {
  readonly name: 'TOOMANY';
}

const TOO_FEW: TooFewCode = { name: 'TOOFEW' };
const TOO_MANY: TooManyCode = { name: 'TOOMANY' };

const uidBatchesCommand: CommandSpec<UidBatchesCommand> = {
  name: 'UIDBATCHES',
  uidForm: false,
  syntax: 'UIDBATCHES size [first:last]',
  source: 'RFC 10022 3',
  states: ['selected'],
  pipelining: 'any',
  secret: false,
  parse(reader) {
    reader.space();
    const batchSize = reader.number();
    if (!reader.skip(SP)) return { name: 'UIDBATCHES', batchSize, batches: undefined };
    const first = reader.number();
    reader.expect(COLON);
    return { name: 'UIDBATCHES', batchSize, batches: [first, reader.number()] };
  },
  encode(writer, { batchSize, batches }) {
    writer.space().number(batchSize);
    if (batches !== undefined) writer.space().number(batches[0]).raw(':').number(batches[1]);
  },
  explain: ({ batchSize, batches }) =>
    `The client asks for ranges of UIDs with about ${batchSize} messages each${batches === undefined ? '' : `, from batch ${batches[0]} to ${batches[1]}`}.`,
};

const uidBatchesData: DataSpec<UidBatchesData> = {
  name: 'UIDBATCHES',
  numbered: false,
  source: 'RFC 10022 4',
  parse(reader) {
    reader.space();
    const tag = readTag();
    const batches = reader.skip(SP) ? readSequenceSet(reader) : [];
    return { name: 'UIDBATCHES', tag, batches };

    function readTag(): string {
      if (reader.peek() === LEFT_PARENTHESIS) reader.open();
      else reader.fail('"(TAG ...)"');
      if (!reader.skipKeyword('TAG')) reader.fail('TAG');
      reader.space();
      const text = reader.astring();
      if (!reader.close()) reader.fail('")"');
      return text;
    }
  },
  encode(writer, { tag, batches }) {
    writer.raw('UIDBATCHES (TAG ').quoted(tag).raw(')');
    for (let index = 0; index < batches.length; index++) {
      const [low, high] = batches[index]!;
      writer.raw(index === 0 ? ' ' : ',').set(low === high ? [[low, low]] : [[high, high]]);
      if (low !== high) writer.raw(':').set([[low, low]]);
    }
  },
  explain: ({ batches }) => `The mailbox has ${batches.length} such ranges of UIDs.`,
};

const tooFew: CodeSpec<TooFewCode> = {
  name: 'TOOFEW',
  source: 'RFC 10022 3.1.4',
  parse: () => TOO_FEW,
  encode: () => {},
  explain: () => 'The batches would be too small.',
};

const tooMany: CodeSpec<TooManyCode> = {
  name: 'TOOMANY',
  source: 'RFC 10022 3.1.4',
  parse: () => TOO_MANY,
  encode: () => {},
  explain: () => 'Too many batches were asked for at once.',
};

export const uidBatches: Brings<{
  commands: typeof uidBatchesCommand;
  data: typeof uidBatchesData;
  codes: typeof tooFew | typeof tooMany;
}> = {
  ...NOTHING,
  capability: 'UIDBATCHES',
  rfc: 10022,
  announced: ALWAYS,
  commands: [uidBatchesCommand],
  data: [uidBatchesData],
  codes: [tooFew, tooMany],
  explain: () => 'The server cuts a mailbox into ranges of UIDs of about the same number of messages.',
};
