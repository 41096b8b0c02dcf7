/**
 * NOOP: nothing; asks whether the server is there.
 *
 *     noop = "NOOP" [ SP String ] CRLF
 *
 * @rfc 5321 4.1.1.9
 */
import type { NoopCommand } from '../command.ts';
import type { CommandSpec } from '../extension.ts';
import { reply } from '../reply.ts';
import { STAYS } from './any-state.ts';
import { encodeText, parseText } from './text-argument.ts';

const OK = reply(250, '2.0.0', 'OK');

export const noop: CommandSpec<NoopCommand> = {
  verb: 'NOOP',
  syntax: 'NOOP [string]',
  source: 'RFC 5321 4.1.1.9',
  endsGroup: true,
  secret: false,
  beforeTls: true,
  moves: STAYS,
  effect: 'none',
  body: undefined,
  parse(line, from) {
    const argument = parseText(line, from);
    return argument === undefined ? { ok: false, error: 'not-ascii', parameter: undefined } : { ok: true, value: { verb: 'NOOP', argument } };
  },
  encode: ({ argument }) => encodeText('NOOP', argument),
  check: () => undefined,
  accepted: () => OK,
  explain: () => 'Nothing is to be done: the client only asks whether the server is still there.',
};
