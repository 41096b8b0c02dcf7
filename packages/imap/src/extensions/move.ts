/**
 * MOVE: copies messages to another mailbox and removes them here, in one step. COPYUID comes in an untagged OK before the expunges.
 *
 *     move = "MOVE" SP sequence-set SP mailbox
 *
 * @rfc 6851
 */
import { readMailbox, writeMailbox } from '../mailbox-name.ts';
import type { CommandSpec } from '../extension.ts';
import { type MessageSet, readSet } from '../sequence-set.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

export interface MoveCommand {
  readonly name: 'MOVE';
  readonly uid: boolean;
  readonly set: MessageSet;
  readonly mailbox: string;
}

const moveCommand: CommandSpec<MoveCommand> = {
  name: 'MOVE',
  uidForm: true,
  syntax: '[UID] MOVE set mailbox',
  source: 'RFC 9051 6.4.8',
  states: ['selected'],
  pipelining: 'numbers',
  secret: false,
  parse(reader, uid) {
    reader.space();
    const set = readSet(reader);
    reader.space();
    return { name: 'MOVE', uid, set, mailbox: readMailbox(reader) };
  },
  encode: (writer, { set, mailbox }) => writeMailbox(writer.space().set(set).space(), mailbox),
  explain: ({ mailbox }) => `The client moves messages to mailbox "${mailbox}".`,
};

export const move: Brings<{ commands: typeof moveCommand }> = {
  ...NOTHING,
  capability: 'MOVE',
  rfc: 6851,
  inRev2: true,
  announced: ALWAYS,
  commands: [moveCommand],
  explain: () => 'Messages can be moved in one step.',
};
