/**
 * PIPELINING: several commands in one write, their replies in one write. Brings no command and no parameter: which command
 * ends a group stands on each command (`endsGroup`), and the machine answers a group in one output.
 *
 * @rfc 2920
 */
import type { Extension } from '../extension.ts';

export const pipelining: Extension<never, never> = {
  keyword: 'PIPELINING',
  rfc: 2920,
  offered: () => true,
  advertise: () => '',
  parameters: [],
  commands: [],
  objections: {},
};
