/**
 * APOP: a login by a digest over the greeting's timestamp and the password, which does not cross the wire. No capability announces it: the timestamp does.
 * The digest is MD5 over text that a server chooses; TLS and a SASL mechanism are better wherever they can be had.
 *
 *     apop       = "APOP" SP name SP digest
 *     timestamp  = "<" 1*atext-or-dot "@" 1*atext-or-dot ">"
 *
 * @rfc 1939 7
 * @rfc 6151 2
 */
import { encodeUtf8 } from '@mailwright/wire';
import { encodeWord } from '../argument.ts';
import type { CommandSpec } from '../extension.ts';
import { err } from '../response.ts';

export interface ApopCommand {
  readonly verb: 'APOP';
  readonly name: string;
  /** MD5 of the timestamp, brackets included, and the password behind it: 32 hexadecimal digits in lower case. */
  readonly digest: string;
}

const DIGEST = /^[0-9a-f]{32}$/;
/** As strict as a message-id: with other octets a false server could learn the password letter by letter (CVE-2007-1558). */
const TIMESTAMP = /<[!-;=?A-~]+@[!-;=?A-~]+>/;
const MAX_TIMESTAMP_CHARACTERS = 255;

/** The timestamp in the text of a greeting, brackets included; `undefined` where the server does not know APOP. @rfc 1939 7 */
export function apopTimestamp(greetingText: string): string | undefined {
  const timestamp = TIMESTAMP.exec(greetingText)?.[0];
  return timestamp === undefined || timestamp.length > MAX_TIMESTAMP_CHARACTERS ? undefined : timestamp;
}

/** The octets whose MD5, in hexadecimal, is the digest. @rfc 1939 7 */
export function apopDigestInput(timestamp: string, password: string): Uint8Array {
  return encodeUtf8(timestamp + password);
}

export const apop: CommandSpec<ApopCommand> = {
  verb: 'APOP',
  syntax: 'APOP name digest',
  source: 'RFC 1939 7',
  states: ['authorization'],
  grouping: 'alone',
  effect: 'login',
  secret: 'behind-first-word',
  form: () => 'line',
  parse(argument) {
    const blank = argument?.lastIndexOf(' ') ?? -1;
    if (argument === undefined || blank < 1) return undefined;
    const name = argument.slice(0, blank);
    const digest = argument.slice(blank + 1).toLowerCase();
    return /[ \t]/.test(name) || !DIGEST.test(digest) ? undefined : { verb: 'APOP', name, digest };
  },
  encode({ name, digest }) {
    if (!DIGEST.test(digest)) throw new TypeError('the digest of APOP must have 32 hexadecimal digits in lower case');
    return ` ${encodeWord('the name of APOP', name)} ${digest}`;
  },
  serve({ name, digest }, session) {
    const refusal = session.refuseName(name);
    if (refusal !== undefined) return refusal;
    if (session.options.timestamp === undefined) return { do: 'refuse', response: err('APOP is not offered'), code: 'POP3_SYNTAX' };
    return { do: 'login', attempt: { method: 'APOP', name, digest } };
  },
  explain: ({ name }) => `The client logs in as ${name} by a digest of the greeting's timestamp and the password.`,
};
