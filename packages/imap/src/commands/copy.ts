/**
 * COPY and UID COPY: copies of messages at the end of another mailbox.
 *
 *     copy = "COPY" SP sequence-set SP mailbox
 *
 * @rfc 9051 6.4.7
 */
import type { CommandSpec } from '../extension.ts';
import { readMailbox, writeMailbox } from '../mailbox-name.ts';
import { type MessageSet, readSet } from '../sequence-set.ts';
import { SELECTED } from './states.ts';

export interface CopyCommand {
  readonly name: 'COPY';
  readonly uid: boolean;
  readonly set: MessageSet;
  readonly mailbox: string;
}

export const copy: CommandSpec<CopyCommand> = {
  name: 'COPY',
  uidForm: true,
  syntax: '[UID] COPY set mailbox',
  source: 'RFC 9051 6.4.7',
  states: SELECTED,
  pipelining: 'numbers',
  secret: false,
  parse(reader, uid) {
    reader.space();
    const set = readSet(reader);
    reader.space();
    return { name: 'COPY', uid, set, mailbox: readMailbox(reader) };
  },
  encode: (writer, { set, mailbox }) => writeMailbox(writer.space().set(set).space(), mailbox),
  explain: ({ mailbox }) => `The client copies messages into the mailbox "${mailbox}".`,
};
