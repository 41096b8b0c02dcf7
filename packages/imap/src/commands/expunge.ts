/**
 * EXPUNGE and UID EXPUNGE: remove messages marked \Deleted, all of them or those of a set.
 *
 *     expunge     = "EXPUNGE"
 *     uid-expunge = "UID" SP "EXPUNGE" SP sequence-set
 *
 * @rfc 9051 6.4.3
 * @rfc 4315 2.1
 */
import type { CommandSpec } from '../extension.ts';
import { readSet, type MessageSet } from '../sequence-set.ts';
import { SELECTED } from './states.ts';

export type ExpungeCommand =
  | { readonly name: 'EXPUNGE'; readonly uid: false }
  | { readonly name: 'EXPUNGE'; readonly uid: true; readonly set: MessageSet };

export const expunge: CommandSpec<ExpungeCommand> = {
  name: 'EXPUNGE',
  uidForm: true,
  syntax: 'EXPUNGE | UID EXPUNGE set',
  source: 'RFC 9051 6.4.3',
  states: SELECTED,
  pipelining: 'any',
  secret: false,
  parse(reader, uid) {
    if (!uid) return { name: 'EXPUNGE', uid };
    reader.space();
    return { name: 'EXPUNGE', uid, set: readSet(reader) };
  },
  encode(writer, command) {
    if (command.uid) writer.space().set(command.set);
  },
  explain: ({ uid }) => `The client removes messages marked \\Deleted${uid ? ', only those with the UIDs it names' : ''}.`,
};
