/** AUTH-RESP-CODE: every refused login says with [AUTH] that the credentials were wrong, or with another code what else was. @rfc 3206 6 */
import type { Capability, Extension } from '../extension.ts';
import { announced } from './announced.ts';

export const authResponseCode: Extension<never, Capability<'authResponseCode', boolean>> = {
  tag: 'AUTH-RESP-CODE',
  rfc: 3206,
  offered: () => true,
  advertise: () => '',
  capability: announced('authResponseCode'),
  commands: [],
  explain: () => 'A login that is refused for its name or secret is refused with [AUTH]; without it the trouble is elsewhere.',
};
