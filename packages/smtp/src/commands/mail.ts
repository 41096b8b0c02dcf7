/**
 * MAIL: opens a transaction and says where failures go.
 *
 *     mail = "MAIL FROM:" Reverse-path [SP Mail-parameters] CRLF
 *
 * @rfc 5321 4.1.1.2
 */
import type { MailCommand } from '../command.ts';
import { hasWordAt } from '../command-text.ts';
import type { CommandSpec } from '../extension.ts';
import { encodeParameters, parseParameters } from '../parameters.ts';
import { encodePath, parseReversePath, skipBlanks } from '../path.ts';
import { mailParameterTable } from '../registry.ts';
import { reply } from '../reply.ts';

const FROM = 'FROM:';
const SYNTAX = { ok: false, error: 'syntax', parameter: undefined } as const;
const SENDER_OK = reply(250, '2.1.0', 'Sender OK');

export const mail: CommandSpec<MailCommand> = {
  verb: 'MAIL',
  syntax: 'MAIL FROM:<reverse-path> [parameters]',
  source: 'RFC 5321 4.1.1.2',
  endsGroup: false,
  secret: false,
  beforeTls: false,
  moves: { ready: { accepted: 'mail' } },
  effect: 'begin',
  body: undefined,
  parse(line, from) {
    if (!hasWordAt(line, from, FROM)) return SYNTAX;
    const path = parseReversePath(line, skipBlanks(line, from + FROM.length));
    if (!path.ok) return { ok: false, error: path.error, parameter: undefined };
    const parameters = parseParameters(line, path.end, mailParameterTable);
    if (!parameters.ok) return parameters;
    return { ok: true, value: { verb: 'MAIL', reversePath: path.value, parameters: parameters.value } };
  },
  encode: ({ reversePath, parameters }) => `MAIL FROM:${encodePath(reversePath)}${encodeParameters(parameters, mailParameterTable)}`,
  check: () => undefined,
  accepted: () => SENDER_OK,
  explain: ({ reversePath }) =>
    reversePath === null
      ? 'A message begins. Its sender is empty: it is itself a notification, and nothing is sent back if it fails.'
      : `A message begins. If it can not be delivered, ${reversePath.address} is told.`,
};
