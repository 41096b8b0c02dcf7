/**
 * The manners of servers that people meet: what they announce, what they greet with, and how they err. A personality is a value: the capabilities that
 * the server below is to have, the words that it announces, and a change of what it says.
 *
 * They are models of what was seen on the wire, not the servers themselves: what a capability does is done by the server of this project.
 */
import type { MechanismName } from '@mailwright/sasl';
import type { Rewrite } from '../mail-faults/mail-fault-transport.ts';
import { cyrus } from './cyrus.ts';
import { dovecot } from './dovecot.ts';
import { exchange } from './exchange.ts';
import { gmail } from './gmail.ts';
import { icloud } from './icloud.ts';
import { yahoo } from './yahoo.ts';
import { yandex } from './yandex.ts';

export interface Personality {
  readonly name: string;
  /** What the server below is to have. */
  readonly capabilities: readonly string[];
  readonly mechanisms: readonly MechanismName[];
  /** Words behind `* OK` of the greeting. */
  readonly greeting: string;
  /** What ID answers; `undefined`: what the server below says. */
  readonly id: Readonly<Record<string, string>> | undefined;
  /** Whether the greeting and the answers to logins carry the capabilities. */
  readonly capabilityCodes: boolean;
  /** Makes what changes the responses of one connection; `undefined` where nothing is to be changed. */
  readonly rewrite: (() => Rewrite) | undefined;
}

/** The personalities that come along. */
export const PERSONALITIES: Readonly<Record<'gmail' | 'exchange' | 'yahoo' | 'icloud' | 'dovecot' | 'cyrus' | 'yandex', Personality>> = { gmail, exchange, yahoo, icloud, dovecot, cyrus, yandex };

export type PersonalityName = keyof typeof PERSONALITIES;

/** The personality of a name. Errors: a `TypeError` for a name that is not known. */
export function personalityOf(given: PersonalityName | Personality | undefined): Personality | undefined {
  if (given === undefined || typeof given === 'object') return given;
  if (!Object.hasOwn(PERSONALITIES, given)) throw new TypeError(`no personality is called ${JSON.stringify(given)}: ${Object.keys(PERSONALITIES).join(', ')}`);
  return PERSONALITIES[given];
}
