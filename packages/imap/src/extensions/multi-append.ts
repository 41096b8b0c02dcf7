/**
 * MULTIAPPEND: one APPEND with several messages, all or none. The form is APPEND's (`commands/append.ts`); here is the fact.
 *
 * @rfc 3502
 */
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

export const multiAppend: Brings<object> = {
  ...NOTHING,
  capability: 'MULTIAPPEND',
  rfc: 3502,
  announced: ALWAYS,
  explain: () => 'Several messages can be appended at once, all or none.',
};
