/**
 * EHLO: the client names itself and asks what the server can do. Legal at any time; it drops the transaction.
 *
 *     ehlo = "EHLO" SP ( Domain / address-literal ) CRLF
 *
 * @rfc 5321 4.1.1.1
 */
import type { EhloCommand } from '../command.ts';
import { ehloReply } from '../ehlo-reply.ts';
import type { CommandSpec } from '../extension.ts';
import { STARTS_ANEW } from './any-state.ts';
import { encodeHello, parseHelloDomain } from './hello-domain.ts';

export const ehlo: CommandSpec<EhloCommand> = {
  verb: 'EHLO',
  syntax: 'EHLO domain',
  source: 'RFC 5321 4.1.1.1',
  endsGroup: true,
  secret: false,
  beforeTls: true,
  moves: STARTS_ANEW,
  effect: 'hello',
  body: undefined,
  parse(line, from) {
    const { domain, error } = parseHelloDomain(line, from);
    return error === undefined ? { ok: true, value: { verb: 'EHLO', domain } } : { ok: false, error, parameter: undefined };
  },
  encode: ({ domain }) => encodeHello('EHLO', domain),
  check: () => undefined,
  accepted: (_command, session) => ehloReply(session),
  explain: ({ domain }) => `The client names itself ${domain} and asks what the server can do beyond plain SMTP.`,
};
