/** PIPELINING: the client may send commands without waiting for responses. @rfc 2449 6.6 */
import type { Capability, Extension } from '../extension.ts';
import { announced } from './announced.ts';

export const pipelining: Extension<never, Capability<'pipelining', boolean>> = {
  tag: 'PIPELINING',
  rfc: 2449,
  offered: () => true,
  advertise: () => '',
  capability: announced('pipelining'),
  commands: [],
  explain: () => 'The client may send several commands in one go; the responses come in the same order.',
};
