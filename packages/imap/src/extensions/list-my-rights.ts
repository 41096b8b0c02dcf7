/**
 * LIST-MYRIGHTS: the user's rights on mailboxes with their names, as MYRIGHTS data between the LIST data.
 *
 *     return-option =/ "MYRIGHTS"
 *
 * @rfc 8440
 */
import type { ParameterSpec } from '../extension.ts';
import { type Brings, LOGGED_IN, NOTHING } from './brings.ts';

const returnMyRights: ParameterSpec<'LIST-RETURN', 'myRights', true> = {
  place: 'LIST-RETURN',
  name: 'MYRIGHTS',
  field: 'myRights',
  source: 'RFC 8440 3',
  parse: () => true,
  encode: () => {},
  explain: () => 'with the rights of the user',
};

export const listMyRights: Brings<{ parameters: typeof returnMyRights }> = {
  ...NOTHING,
  capability: 'LIST-MYRIGHTS',
  implies: ['LIST-EXTENDED', 'ACL'],
  rfc: 8440,
  announced: LOGGED_IN,
  parameters: [returnMyRights],
  explain: () => 'LIST can tell the rights of the user on each mailbox.',
};
