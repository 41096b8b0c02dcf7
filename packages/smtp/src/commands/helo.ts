/**
 * HELO: as EHLO, for a client without extensions.
 *
 *     helo = "HELO" SP Domain CRLF
 *
 * @rfc 5321 4.1.1.1
 */
import type { HeloCommand } from '../command.ts';
import type { CommandSpec } from '../extension.ts';
import { reply } from '../reply.ts';
import { STARTS_ANEW } from './any-state.ts';
import { encodeHello, parseHelloDomain } from './hello-domain.ts';

export const helo: CommandSpec<HeloCommand> = {
  verb: 'HELO',
  syntax: 'HELO domain',
  source: 'RFC 5321 4.1.1.1',
  endsGroup: true,
  secret: false,
  beforeTls: false,
  moves: STARTS_ANEW,
  effect: 'hello',
  body: undefined,
  parse(line, from) {
    const { domain, error } = parseHelloDomain(line, from);
    return error === undefined ? { ok: true, value: { verb: 'HELO', domain } } : { ok: false, error, parameter: undefined };
  },
  encode: ({ domain }) => encodeHello('HELO', domain),
  check: () => undefined,
  accepted: (_command, session) => reply(250, undefined, session.options.hostname),
  explain: ({ domain }) => `The client names itself ${domain} in the old way: no extensions will be used.`,
};
