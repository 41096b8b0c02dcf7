/**
 * LITERAL+ and LITERAL-: a client may send a literal at once, `{n+}`, without waiting for the server's word. With LITERAL- only one of at most
 * 4096 octets. The forms are framing's (`frame-reader.ts`) and the machines' own; here are the facts.
 *
 * @rfc 7888
 */
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

/** The octets of a literal that LITERAL- lets go at once. @rfc 7888 5 */
export const LITERAL_MINUS_OCTETS = 4096;

export const literalPlus: Brings<object> = {
  ...NOTHING,
  capability: 'LITERAL+',
  implies: ['LITERAL-'],
  rfc: 7888,
  announced: ALWAYS,
  explain: () => 'Literals need not wait for the server.',
};

export const literalMinus: Brings<object> = {
  ...NOTHING,
  capability: 'LITERAL-',
  rfc: 7888,
  inRev2: true,
  announced: ALWAYS,
  explain: () => `Literals of up to ${LITERAL_MINUS_OCTETS} octets need not wait for the server.`,
};
