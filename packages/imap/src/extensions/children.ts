/**
 * CHILDREN: LIST tells with `\HasChildren` and `\HasNoChildren` whether a mailbox has others below it. The attributes are LIST's; here is the fact.
 *
 * @rfc 3348
 */
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

export const children: Brings<object> = {
  ...NOTHING,
  capability: 'CHILDREN',
  rfc: 3348,
  inRev2: true,
  announced: ALWAYS,
  explain: () => 'LIST tells whether mailboxes have others below them.',
};
