/**
 * What the server machine itself has to say; every other reply comes from a command's table or from the driver.
 *
 * @rfc 5321 4.2
 * @rfc 3463 3
 */
import type { TextFault } from './body-reader.ts';
import { type Reply, reply } from './reply.ts';

export const DELIVERED: Reply = reply(250, '2.0.0', 'Message accepted');
export const AUTHENTICATED: Reply = reply(235, '2.7.0', 'Authentication succeeded');
export const CANCELLED: Reply = reply(501, '5.7.0', 'Authentication cancelled');
export const BAD_BASE64: Reply = reply(501, '5.5.2', 'Not base64');
export const TIMED_OUT: Reply = reply(421, '4.4.2', 'Too slow, closing the connection');
export const SHUTTING_DOWN: Reply = reply(421, '4.3.2', 'Going down for now, try again later');
export const COMMAND_LINE_TOO_LONG: Reply = reply(500, '5.5.2', 'Line too long');
export const AUTH_LINE_TOO_LONG: Reply = reply(500, '5.5.6', 'Authentication exchange line is too long');
export const MESSAGE_TOO_LARGE: Reply = reply(552, '5.3.4', 'Message exceeds the size limit');

/** The last word to a client that went too far. */
export const EXPULSIONS: Readonly<Record<'LIMIT_ERRORS' | 'LIMIT_IDLE_COMMANDS' | 'LIMIT_TRANSACTIONS' | 'SMTP_OCTETS_BEFORE_TLS', Reply>> = {
  LIMIT_ERRORS: reply(421, '4.7.0', 'Too many errors'),
  LIMIT_IDLE_COMMANDS: reply(421, '4.7.0', 'Too many commands without a message'),
  LIMIT_TRANSACTIONS: reply(421, '4.7.0', 'Enough messages for one session, please reconnect'),
  SMTP_OCTETS_BEFORE_TLS: reply(554, '5.5.1', 'Octets behind STARTTLS, before the handshake: refused'),
};

/** The 500 to a command line whose octets can't stand on a line, and the 550 to a message that holds them. */
export const FAULTS: Readonly<Record<TextFault, { readonly command: Reply; readonly message: Reply }>> = {
  SMTP_BARE_LF: {
    command: reply(500, '5.5.2', 'A line ends in CRLF: bare LF refused'),
    message: reply(550, '5.6.0', 'The message holds a bare LF: a line ends in CRLF'),
  },
  SMTP_BARE_CR: {
    command: reply(500, '5.5.2', 'A line ends in CRLF: bare CR refused'),
    message: reply(550, '5.6.0', 'The message holds a bare CR: a line ends in CRLF'),
  },
  SMTP_NUL: {
    command: reply(500, '5.5.2', 'NUL refused'),
    message: reply(550, '5.6.0', 'The message holds a NUL'),
  },
};

export const NOT_UTF8: Reply = reply(500, '5.5.2', 'Octets that are not UTF-8');

export const UNDECLARED_EIGHT_BIT: Reply = reply(554, '5.6.3', 'The message has 8-bit octets and was not declared BODY=8BITMIME');
