/**
 * UNSELECT: leaves the mailbox as CLOSE does, without expunging.
 *
 * @rfc 3691
 */
import type { CommandSpec } from '../extension.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

export interface UnselectCommand {
  readonly name: 'UNSELECT';
}

const UNSELECT: UnselectCommand = { name: 'UNSELECT' };

const unselectCommand: CommandSpec<UnselectCommand> = {
  name: 'UNSELECT',
  uidForm: false,
  syntax: 'UNSELECT',
  source: 'RFC 9051 6.4.2',
  states: ['selected'],
  pipelining: 'mailbox',
  secret: false,
  parse: () => UNSELECT,
  encode: () => {},
  explain: () => 'The client leaves the mailbox; nothing is expunged.',
};

export const unselect: Brings<{ commands: typeof unselectCommand }> = {
  ...NOTHING,
  capability: 'UNSELECT',
  rfc: 3691,
  inRev2: true,
  announced: ALWAYS,
  commands: [unselectCommand],
  explain: () => 'A mailbox can be left without expunging it.',
};
