/**
 * Which protocol a session speaks, by what is said in it: the greeting tells, and where it is missing, the form of replies or the names of commands.
 */
import { findCommand } from '@mailwright/imap';
import { specOfVerb } from '@mailwright/pop3';

export type TranscriptProtocol = 'smtp' | 'imap' | 'pop3';

/** What is looked at of a line. */
export interface SpokenText {
  readonly direction: 'client' | 'server' | 'event';
  readonly text: string | undefined;
}

/** Verbs of POP3 that SMTP has not. */
const POP3_ONLY: ReadonlySet<string> = new Set(['USER', 'PASS', 'APOP', 'STAT', 'LIST', 'RETR', 'DELE', 'TOP', 'UIDL', 'CAPA', 'STLS', 'LANG', 'UTF8']);
/** Verbs that may stand before a word which is the name of a command in IMAP: `HELP NOOP`, `AUTH LOGIN`. */
const SMTP_VERBS: ReadonlySet<string> = new Set(['HELO', 'EHLO', 'LHLO', 'MAIL', 'RCPT', 'DATA', 'BDAT', 'RSET', 'VRFY', 'EXPN', 'HELP', 'NOOP', 'QUIT', 'AUTH', 'STARTTLS', 'XCLIENT', 'ETRN']);

/** `smtp` where nothing tells. */
export function protocolOf(lines: readonly SpokenText[]): TranscriptProtocol {
  for (const { direction, text = '' } of lines) {
    const protocol = direction === 'server' ? ofReply(text) : direction === 'client' ? ofCommand(text) : undefined;
    if (protocol !== undefined) return protocol;
  }
  return 'smtp';
}

function ofReply(text: string): TranscriptProtocol | undefined {
  if (/^[2-5]\d\d(?:[ -]|$)/.test(text)) return 'smtp';
  if (/^(?:\+OK|-ERR)\b/.test(text)) return 'pop3';
  return /^(?:\* \S|\S+ (?:OK|NO|BAD)\b)/i.test(text) ? 'imap' : undefined;
}

function ofCommand(text: string): TranscriptProtocol | undefined {
  const [first = '', second = '', third = ''] = text.trim().toUpperCase().split(/ +/);
  if (SMTP_VERBS.has(first)) return specOfVerb(first) === undefined ? 'smtp' : undefined; // QUIT and NOOP are POP3's too
  if (findCommand(second === 'UID' ? third : second) !== undefined) return 'imap';
  return POP3_ONLY.has(first) ? 'pop3' : undefined;
}
