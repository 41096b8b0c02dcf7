/**
 * IDLE: the server tells what happens in the mailbox as it happens, until the client says DONE.
 *
 *     command_auth =/ "IDLE" CRLF "DONE"
 *
 * The moves (a continuation request, then data, then DONE without a tag) are the machines' own.
 *
 * @rfc 2177
 */
import type { CommandSpec, Extension } from '../extension.ts';

export interface IdleCommand {
  readonly name: 'IDLE';
}

const IDLE: IdleCommand = { name: 'IDLE' };

const idleCommand: CommandSpec<IdleCommand> = {
  name: 'IDLE',
  uidForm: false,
  syntax: 'IDLE',
  source: 'RFC 2177 3',
  states: ['authenticated', 'selected'],
  pipelining: 'alone',
  secret: false,
  parse: () => IDLE,
  encode: () => {},
  explain: () => 'The client listens for news of the mailbox until it says DONE.',
};

export const idle: Extension<typeof idleCommand, never, never, never, never, never, never> = {
  capability: 'IDLE',
  implies: [],
  rfc: 2177,
  inRev2: true,
  enable: false,
  announced: ['not-authenticated', 'authenticated', 'selected'],
  commands: [idleCommand],
  data: [],
  codes: [],
  fetchItems: [],
  statusItems: [],
  searchKeys: [],
  parameters: [],
  explain: () => 'The server can tell news of the mailbox at once, while the client waits.',
};
