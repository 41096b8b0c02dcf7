/**
 * SASL-IR: AUTHENTICATE may carry the client's first response, which saves a round trip; `=` stands for an empty one. The argument is AUTHENTICATE's
 * (`commands/authenticate.ts`); here is the fact.
 *
 * @rfc 4959
 */
import { type Brings, NOTHING } from './brings.ts';

export const saslIr: Brings<object> = {
  ...NOTHING,
  capability: 'SASL-IR',
  rfc: 4959,
  inRev2: true,
  announced: ['not-authenticated'],
  explain: () => 'The first response of a login can come with AUTHENTICATE itself.',
};
