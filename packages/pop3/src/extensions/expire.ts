/**
 * EXPIRE: how many days the server keeps messages. A client that leaves messages on the server has to know it.
 *
 *     expire = "EXPIRE" SP (1*DIGIT / "NEVER") [SP "USER"]
 *
 * @rfc 2449 6.7
 */
import type { Capability, Extension } from '../extension.ts';
import { parseNumber } from '../argument.ts';

/** What EXPIRE says. */
export interface Expire {
  /** Days that a message is kept at least; 0 when it may go after it was retrieved; `Infinity` for ever. */
  readonly days: number;
  /** It differs from user to user: ask again after the login. */
  readonly perUser: boolean;
}

const expireCapability: Capability<'expire', Expire | undefined> = {
  name: 'expire',
  absent: undefined,
  read(parameters) {
    const [first, second] = parameters;
    const days = first?.toUpperCase() === 'NEVER' ? Infinity : parseNumber(first, 0);
    return days === undefined ? undefined : { days, perUser: second?.toUpperCase() === 'USER' };
  },
};

export const expire: Extension<never, typeof expireCapability> = {
  tag: 'EXPIRE',
  rfc: 2449,
  offered: ({ expireDays }) => expireDays !== undefined,
  advertise: ({ options: { expireDays } }) => (expireDays === Infinity ? 'NEVER' : String(expireDays)),
  capability: expireCapability,
  commands: [],
  explain(parameters) {
    const read = expireCapability.read(parameters);
    if (read === undefined) return 'The server says how long it keeps messages, in a form that nobody can read.';
    if (read.days === 0) return 'A message may be gone once it was retrieved.';
    return read.days === Infinity ? 'Messages are kept until the client deletes them.' : `A message may be gone after ${read.days} days.`;
  },
};
