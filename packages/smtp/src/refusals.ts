/**
 * The reply to a command line that could not be read.
 *
 * @rfc 5321 4.2.4
 * @rfc 5321 4.3.2
 */
import type { TextFault } from './body-reader.ts';
import type { CommandRefused } from './command-parse.ts';
import type { CommandError } from './extension.ts';
import { type Reply, reply } from './reply.ts';
import { assertNever, LINE_BARE_CR, LINE_BARE_LF, type LineStatus } from '@mailwright/wire';

const UNKNOWN_COMMAND = reply(500, '5.5.1', 'Command not recognized');
const BAD_OCTETS = reply(500, '5.5.2', 'Control characters, or octets that are not UTF-8');
const BAD_SENDER = reply(553, '5.1.7', 'Not a mailbox');
const BAD_RECIPIENT = reply(553, '5.1.3', 'Not a mailbox');
const SENDER_TOO_LONG = reply(501, '5.1.7', 'Path too long');
const RECIPIENT_TOO_LONG = reply(501, '5.1.3', 'Path too long');

/** What the server does not have (a command, a parameter, a mechanism), and addresses that may not stand there. */
const SYNTAX_CODES: ReadonlySet<number> = new Set([500, 501, 502, 504, 553, 555]);

const MAX_SHOWN_KEYWORD_CHARACTERS = 64;

/** The reply that says why `refused` could not be read. @rfc 5321 4.3.2 */
export function refuseCommand(refused: CommandRefused): Reply {
  const error: CommandError = refused.error;
  const ofMail = refused.verb === 'MAIL';
  switch (error) {
    case 'unknown-command':
      return UNKNOWN_COMMAND;
    case 'not-ascii':
      return BAD_OCTETS;
    case 'syntax':
      return reply(501, '5.5.4', `Syntax: ${refused.spec?.syntax ?? refused.verb}`);
    case 'bad-mailbox':
      return ofMail ? BAD_SENDER : BAD_RECIPIENT;
    case 'path-too-long':
      return ofMail ? SENDER_TOO_LONG : RECIPIENT_TOO_LONG;
    case 'unknown-parameter':
      return reply(555, '5.5.4', `Parameter ${shown(refused)} not recognized or not implemented`);
    case 'duplicate-parameter':
      return reply(501, '5.5.4', `Parameter ${shown(refused)} given twice`);
    case 'bad-parameter-value':
      return reply(501, '5.5.4', `Bad value of parameter ${shown(refused)}`);
    default:
      return assertNever(error);
  }
}

/** What a refusal of a well-formed command says of the client, by its code. @rfc 5321 4.2.3 */
export function violationOf({ code }: Reply): 'SMTP_SYNTAX' | 'SMTP_SEQUENCE' | 'SMTP_POLICY' {
  if (code === 503) return 'SMTP_SEQUENCE';
  return SYNTAX_CODES.has(code) ? 'SMTP_SYNTAX' : 'SMTP_POLICY';
}

/** What is wrong with a line that was taken and is no `LINE`. */
export function lineFault(status: LineStatus): TextFault {
  return status === LINE_BARE_LF ? 'SMTP_BARE_LF' : status === LINE_BARE_CR ? 'SMTP_BARE_CR' : 'SMTP_NUL';
}

function shown(refused: CommandRefused): string {
  return (refused.parameter ?? '').slice(0, MAX_SHOWN_KEYWORD_CHARACTERS);
}
