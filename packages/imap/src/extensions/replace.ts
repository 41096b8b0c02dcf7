/**
 * REPLACE: a message appended and an old one expunged, in one step: drafts that are saved again.
 *
 *     replace = "REPLACE" SP seq-number SP mailbox append-message
 *
 * APPENDUID comes in an untagged OK before the EXPUNGE.
 *
 * @rfc 8508
 */
import { ASTERISK } from '@mailwright/wire';
import { type AppendMessage, readAppendMessage, writeAppendMessage } from '../commands/append.ts';
import type { CommandSpec } from '../extension.ts';
import { readMailbox, writeMailbox } from '../mailbox-name.ts';
import { STAR } from '../sequence-set.ts';
import type { ValueReader } from '../value-reader.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

export interface ReplaceCommand {
  readonly name: 'REPLACE';
  readonly uid: boolean;
  /** The message that goes: its number, or UID; `STAR` for the last. */
  readonly target: number;
  readonly mailbox: string;
  readonly message: AppendMessage;
}

const replaceCommand: CommandSpec<ReplaceCommand> = {
  name: 'REPLACE',
  uidForm: true,
  syntax: '[UID] REPLACE message mailbox [(flag ...)] ["date-time"] {octets}',
  source: 'RFC 8508 3',
  states: ['selected'],
  pipelining: 'numbers',
  secret: false,
  parse(reader, uid) {
    reader.space();
    const target = readTarget(reader);
    reader.space();
    const mailbox = readMailbox(reader);
    reader.space();
    return { name: 'REPLACE', uid, target, mailbox, message: readAppendMessage(reader) };
  },
  encode(writer, { target, mailbox, message }) {
    writeMailbox(writer.space().set([[target, target]]).space(), mailbox);
    writeAppendMessage(writer.space(), message);
  },
  explain: ({ mailbox }) => `The client puts a message into mailbox "${mailbox}" in the place of an old one, which goes.`,
};

export const replace: Brings<{ commands: typeof replaceCommand }> = {
  ...NOTHING,
  capability: 'REPLACE',
  rfc: 8508,
  announced: ALWAYS,
  commands: [replaceCommand],
  explain: () => 'A message can take the place of another in one step.',
};

function readTarget(reader: ValueReader): number {
  if (reader.skip(ASTERISK)) return STAR;
  const from = reader.at;
  const target = reader.number();
  if (target < 1 || target >= STAR) reader.fail('the number of a message', from);
  return target;
}
