/**
 * ENHANCEDSTATUSCODES: every 2yz, 4yz and 5yz reply begins with a code of RFC 3463, except the greeting and the replies to
 * HELO and EHLO. Brings no command and no parameter: a `Reply` carries its status, and the encoder writes it where this is
 * offered.
 *
 * @rfc 2034
 */
import type { Extension } from '../extension.ts';

export const enhancedStatusCodes: Extension<never, never> = {
  keyword: 'ENHANCEDSTATUSCODES',
  rfc: 2034,
  offered: () => true,
  advertise: () => '',
  parameters: [],
  commands: [],
  objections: {},
};
