/**
 * PIPELINING: several commands in one write, their replies in one write. Brings no command and no parameter: which command
 * ends a group stands on each command (`endsGroup`), and the machine answers a group in one output.
 *
 * @rfc 2920
 */
import type { Capability, Extension } from '../extension.ts';
import { announced } from './announced.ts';

export const pipelining: Extension<never, never, Capability<'pipelining', boolean>> = {
  keyword: 'PIPELINING',
  rfc: 2920,
  offered: () => true,
  advertise: () => '',
  capability: announced('pipelining'),
  explain: () => 'The client may send several commands without waiting for the reply to each.',
  parameters: [],
  commands: [],
  objections: {},
};
