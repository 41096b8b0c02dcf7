/** A letter from options: `--from --to --subject --text --html --header`. */
import { hostname } from 'node:os';
import type { HeaderMailbox } from '@mailwright/address';
import { buildMessage, makeMessageId, type AddressInput } from '@mailwright/mime';
import { parseDomain, toAscii } from '@mailwright/address';
import { UsageError } from '../arguments/usage-error.ts';
import type { CommandIo } from '../command-io.ts';
import { wholeLetter, type Letter } from './letter.ts';

export interface Composition {
  readonly from: HeaderMailbox;
  readonly to: readonly HeaderMailbox[];
  readonly cc: readonly HeaderMailbox[];
  readonly subject: string | undefined;
  readonly text: string | undefined;
  readonly html: string | undefined;
  /** `X-Name: value` */
  readonly headers: readonly string[];
}

/** Composes it, with Date and Message-ID of its own. Throws a `UsageError` for what can't stand in a header. */
export function composeLetter(composition: Composition, io: CommandIo): Letter {
  const { from, to, cc, subject, text, html, headers } = composition;
  const random = io.random;
  try {
    const octets = buildMessage({
      from: named(from), to: to.map(named), cc: cc.map(named), subject, text: text ?? (html === undefined ? '' : undefined), html,
      headers: headers.map(readHeader), date: io.clock.wallTime(), messageId: makeMessageId(random, idDomain(from.domain)), boundary: random,
    }).octets();
    return wholeLetter('the message', octets);
  } catch (error) {
    throw error instanceof TypeError || error instanceof RangeError ? new UsageError(`the message can't be composed: ${error.message}`) : error;
  }
}

function named({ mailbox, displayName }: HeaderMailbox): AddressInput {
  return { name: displayName, address: mailbox! };
}

function readHeader(given: string): readonly [string, string] {
  const colon = given.indexOf(':');
  if (colon < 1) throw new UsageError(`--header must be 'Name: value', not ${JSON.stringify(given)}`);
  return [given.slice(0, colon), given.slice(colon + 1).trim()];
}

/** The author's domain where that is one in ASCII, else this machine's name. @rfc 5322 3.6.4 */
function idDomain(domain: string): string {
  const ascii = toAscii(domain);
  if (ascii !== undefined && parseDomain(ascii).ok) return ascii;
  return parseDomain(hostname()).ok ? hostname() : 'localhost';
}
