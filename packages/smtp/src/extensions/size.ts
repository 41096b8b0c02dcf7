/**
 * SIZE: the server says how large a message may be, the client says how large this one is, and a message that is too large
 * is refused before it is sent. What is counted while the message comes in is the machine's (`limits.messageOctets`).
 *
 *     size-param  = "SIZE=" size-value
 *     size-value  = 1*20DIGIT
 *
 * @rfc 1870
 */
import type { Capability, Extension, ParameterSpec } from '../extension.ts';
import { type Reply, reply } from '../reply.ts';
import type { ServerSession } from '../server-session.ts';

const MAX_DIGITS = 20; // RFC 1870 3
const TOO_LARGE = reply(552, '5.3.4', 'Message exceeds the size limit');

/** How many octets the client says the message has, as RFC 1870 5 counts: CRLFs included, stuffed dots and the final dot not. */
const sizeParameter: ParameterSpec<'MAIL', 'SIZE', number> = {
  command: 'MAIL',
  keyword: 'SIZE',
  source: 'RFC 1870 6.1',
  parse(value) {
    if (value === undefined || value.length > MAX_DIGITS) return undefined;
    const octets = parseDecimal(value);
    return octets === undefined ? undefined : { value: octets };
  },
  encode(octets) {
    if (!Number.isSafeInteger(octets) || octets < 0) throw new TypeError(`not a number of octets: ${octets}`);
    return String(octets);
  },
  check(octets: number, session: ServerSession): Reply | undefined {
    return octets > session.options.limits.messageOctets ? TOO_LARGE : undefined;
  },
  explain: (octets) => `The message will have about ${octets} octets.`,
};

/** Digits to a number; what a number can't hold is taken for the largest that it can, which is above every limit too. */
function parseDecimal(text: string): number | undefined {
  let number = 0;
  for (let index = 0; index < text.length; index++) {
    const digit = text.charCodeAt(index) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return text.length === 0 ? undefined : Math.min(number, Number.MAX_SAFE_INTEGER);
}

/** The largest message the server takes: `undefined` where SIZE was not announced, 0 where there is no fixed limit. */
const sizeCapability: Capability<'size', number | undefined> = {
  name: 'size',
  absent: undefined,
  read: (parameters) => parseDecimal(parameters) ?? 0,
};

export const size: Extension<typeof sizeParameter, never, typeof sizeCapability> = {
  keyword: 'SIZE',
  rfc: 1870,
  offered: () => true,
  /** `SIZE 0` says: no fixed limit (RFC 1870 4). */
  advertise: ({ options }) => (options.limits.messageOctets === Infinity ? '0' : String(options.limits.messageOctets)),
  capability: sizeCapability,
  explain(parameters) {
    if (parameters === '' || parameters === '0') return 'The client may say how large a message is; no fixed limit is named.';
    return `A message may have ${parameters} octets at most, and the client may say beforehand how large one is.`;
  },
  parameters: [sizeParameter],
  commands: [],
  objections: {},
};
