/**
 * RCPT: adds a recipient to the transaction.
 *
 *     rcpt = "RCPT TO:" ( "<Postmaster@" Domain ">" / "<Postmaster>" / Forward-path ) [SP Rcpt-parameters] CRLF
 *
 * @rfc 5321 4.1.1.3
 */
import type { RcptCommand } from '../command.ts';
import { hasWordAt } from '../command-text.ts';
import type { CommandSpec } from '../extension.ts';
import { encodeParameters, parseParameters } from '../parameters.ts';
import { encodePath, parseForwardPath, skipBlanks } from '../path.ts';
import { rcptParameterTable } from '../registry.ts';
import { reply } from '../reply.ts';

const TO = 'TO:';
const SYNTAX = { ok: false, error: 'syntax', parameter: undefined } as const;
const RECIPIENT_OK = reply(250, '2.1.5', 'Recipient OK');
const TOO_MANY = reply(452, '4.5.3', 'Too many recipients; send the message to the others in a second transaction');

export const rcpt: CommandSpec<RcptCommand> = {
  verb: 'RCPT',
  syntax: 'RCPT TO:<forward-path> [parameters]',
  source: 'RFC 5321 4.1.1.3',
  endsGroup: false,
  secret: false,
  beforeTls: false,
  moves: { mail: { accepted: 'rcpt' }, rcpt: { accepted: 'rcpt' } },
  effect: 'recipient',
  body: undefined,
  parse(line, from) {
    if (!hasWordAt(line, from, TO)) return SYNTAX;
    const path = parseForwardPath(line, skipBlanks(line, from + TO.length));
    if (!path.ok) return { ok: false, error: path.error, parameter: undefined };
    const parameters = parseParameters(line, path.end, rcptParameterTable);
    if (!parameters.ok) return parameters;
    return { ok: true, value: { verb: 'RCPT', forwardPath: path.value, parameters: parameters.value } };
  },
  encode: ({ forwardPath, parameters }) => `RCPT TO:${encodePath(forwardPath)}${encodeParameters(parameters, rcptParameterTable)}`,
  /** @rfc 5321 4.5.3.1.10 */
  check: (_command, session, transaction) =>
    transaction !== undefined && transaction.recipients.length >= session.options.limits.recipients ? TOO_MANY : undefined,
  accepted: () => RECIPIENT_OK,
  explain: ({ forwardPath }) => (forwardPath.domain === '' ? 'The message is for whoever looks after the mail of this server.' : `The message is for ${forwardPath.address}.`),
};
