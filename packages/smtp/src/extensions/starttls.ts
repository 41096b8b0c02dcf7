/**
 * STARTTLS: from clear text to TLS on the same connection. What the session knew before it is forgotten; the machine refuses
 * octets that came behind the command before the handshake.
 *
 * @rfc 3207
 */
import { noArgument } from '../commands/no-argument.ts';
import type { Capability, CommandSpec, Extension } from '../extension.ts';
import { announced } from './announced.ts';
import { reply } from '../reply.ts';

export interface StartTlsCommand {
  readonly verb: 'STARTTLS';
}

const READY = reply(220, '2.0.0', 'Ready to start TLS');
const ALREADY = reply(503, '5.5.1', 'TLS is already active');

const startTlsCommand: CommandSpec<StartTlsCommand> = {
  ...noArgument('STARTTLS'),
  source: 'RFC 3207 4',
  endsGroup: true,
  secret: false,
  beforeTls: true,
  moves: { ready: { accepted: 'connected' } },
  effect: 'tls',
  body: undefined,
  check: (_command, session) => (session.secure ? ALREADY : undefined),
  accepted: () => READY,
  explain: () => 'The client asks to go on inside TLS. After the handshake both sides forget what was said before, and the client says EHLO again.',
};

export const startTls: Extension<never, typeof startTlsCommand, Capability<'startTls', boolean>> = {
  keyword: 'STARTTLS',
  rfc: 3207,
  offered: (options) => options.startTls,
  advertise: (session) => (session.secure ? undefined : ''),
  capability: announced('startTls'),
  explain: () => 'The client may turn this connection into a TLS connection.',
  parameters: [],
  commands: [startTlsCommand],
  objections: {},
};
