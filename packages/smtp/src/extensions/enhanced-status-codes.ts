/**
 * ENHANCEDSTATUSCODES: every 2yz, 4yz and 5yz reply begins with a code of RFC 3463, except the greeting and the replies to
 * HELO and EHLO. Brings no command and no parameter: a `Reply` carries its status, and the encoder writes it where this is
 * offered.
 *
 * @rfc 2034
 */
import type { Capability, Extension } from '../extension.ts';
import { announced } from './announced.ts';

export const enhancedStatusCodes: Extension<never, never, Capability<'enhancedStatusCodes', boolean>> = {
  keyword: 'ENHANCEDSTATUSCODES',
  rfc: 2034,
  offered: () => true,
  advertise: () => '',
  capability: announced('enhancedStatusCodes'),
  explain: () => 'Replies carry a second, finer code such as 5.1.1 behind the three digits.',
  parameters: [],
  commands: [],
  objections: {},
};
