/** RESP-CODES: what stands in brackets at the beginning of a response is for programs. @rfc 2449 6.4 */
import type { Capability, Extension } from '../extension.ts';
import { announced } from './announced.ts';

export const responseCodes: Extension<never, Capability<'responseCodes', boolean>> = {
  tag: 'RESP-CODES',
  rfc: 2449,
  offered: () => true,
  advertise: () => '',
  capability: announced('responseCodes'),
  commands: [],
  explain: () => 'Responses may begin with a code in brackets that programs can read.',
};
