/**
 * STLS: from clear text to TLS on the same connection. What the session knew before it is forgotten; both machines refuse octets that came behind the
 * command, or behind its +OK, before the handshake.
 *
 * @rfc 2595 4
 * @rfc 8314 3.1
 */
import { noArgument } from '../commands/no-argument.ts';
import type { Capability, CommandSpec, Extension } from '../extension.ts';
import { err, ok } from '../response.ts';
import { announced } from './announced.ts';

export interface StlsCommand {
  readonly verb: 'STLS';
}

const stlsCommand: CommandSpec<StlsCommand> = {
  ...noArgument('STLS'),
  source: 'RFC 2595 4',
  states: ['authorization'],
  grouping: 'alone',
  effect: 'tls',
  form: () => 'line',
  serve(_command, session) {
    if (session.secure) return { do: 'refuse', response: err('TLS is already active'), code: 'POP3_SEQUENCE' };
    // RFC 6856 2.1: what UTF8 changed can't be carried over into TLS.
    if (session.utf8) return { do: 'refuse', response: err('STLS must come before UTF8'), code: 'POP3_SEQUENCE' };
    return { do: 'tls', response: ok('begin TLS') };
  },
  explain: () => 'The client asks to go on inside TLS. After the handshake both sides forget what was said before.',
};

export const stls: Extension<typeof stlsCommand, Capability<'stls', boolean>> = {
  tag: 'STLS',
  rfc: 2595,
  offered: (options) => options.stls,
  advertise: ({ secure, state }) => (secure || state !== 'authorization' ? undefined : ''),
  capability: announced('stls'),
  commands: [stlsCommand],
  explain: () => 'The client may turn this connection into a TLS connection.',
};
