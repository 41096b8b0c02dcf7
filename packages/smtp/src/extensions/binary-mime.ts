/**
 * BINARYMIME: a message of any octets, lines or not. It needs BDAT, because DATA ends at a dot on a line of its own: without
 * CHUNKING it is not offered, and after `BODY=BINARYMIME` DATA is refused.
 *
 * @rfc 3030 3
 */
import type { Capability, Extension } from '../extension.ts';
import { announced } from './announced.ts';
import { reply } from '../reply.ts';
import type { ServerOptions } from '../server-options.ts';

const NOT_OFFERED = reply(555, '5.5.4', 'BODY=BINARYMIME is not offered here');
const NOT_BY_DATA = reply(503, '5.5.1', 'A BINARYMIME message comes by BDAT, not by DATA');

function isOffered(options: ServerOptions): boolean {
  return !options.disabled.has('BINARYMIME') && !options.disabled.has('CHUNKING');
}

export const binaryMime: Extension<never, never, Capability<'binaryMime', boolean>> = {
  keyword: 'BINARYMIME',
  rfc: 3030,
  offered: isOffered,
  advertise: () => '',
  capability: announced('binaryMime'),
  explain: () => 'Messages may be any octets at all, with no lines in them; they come by BDAT.',
  parameters: [],
  commands: [],
  objections: {
    MAIL: (command, session) => (command.parameters.BODY === 'BINARYMIME' && !isOffered(session.options) ? NOT_OFFERED : undefined),
    DATA: (_command, _session, transaction) => (transaction?.parameters.BODY === 'BINARYMIME' ? NOT_BY_DATA : undefined),
  },
};
