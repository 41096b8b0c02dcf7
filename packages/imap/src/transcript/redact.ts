/**
 * What of a session is secret, and what stands in its place: of LOGIN and AUTHENTICATE the name and the mechanism are kept, of an exchange nothing.
 *
 * @rfc 9051 6.2.2
 * @rfc 9051 6.2.3
 */
import { findCommand } from '../tables.ts';

export const HIDDEN = '***';

/** Tag and name, and the mechanism of AUTHENTICATE, however badly the rest is written: a line that no server reads may still hold a password. */
const HEAD = /^(\s*\S+\s+(\S+))(\s+\S+)?(.*)$/s;
const LITERAL = / ?~?\{\d+[+-]?\}$/;

/** The name of a command line in upper case, `UID` left out; empty where it has none. */
export function commandName(line: string): string {
  return /^\s*\S+\s+(?:UID\s+(?=\S))?(\S+)/i.exec(line)?.[1]?.toUpperCase() ?? '';
}

/** Whether transcripts hide the arguments of the command on this line. Who forgot the tag is not betrayed for it. */
export function isSecret(line: string): boolean {
  return [commandName(line), /^\s*(\S+)/.exec(line)?.[1]?.toUpperCase() ?? ''].some((name) => findCommand(name)?.secret === true);
}

/** `A1 LOGIN ***`, `A1 AUTHENTICATE PLAIN ***`; the header of a literal at the end stays. What holds no secret stays as it is. */
export function redactCommand(line: string): string {
  if (!isSecret(line)) return line;
  const [, head = '', name = '', first = '', rest = ''] = HEAD.exec(line) ?? [];
  if (name.toUpperCase() === 'AUTHENTICATE') return rest.trim() === '' ? line : `${head}${first} ${HIDDEN}`;
  return `${head}${first === '' && rest === '' ? '' : ` ${HIDDEN}`}${headerOf(first + rest)}`;
}

/** What goes on behind a literal of a secret command. */
export function redactRest(line: string): string {
  return line === '' ? '' : `${HIDDEN}${headerOf(line)}`;
}

/** `***` for a line of an exchange; `*`, which gives it up, is no secret. */
export function redactResponse(line: string): string {
  return line === '*' || line === '' ? line : HIDDEN;
}

/** `+ ***` for a challenge. */
export function redactChallenge(line: string): string {
  return /^\+ ?\S/.test(line) ? `+ ${HIDDEN}` : line;
}

/** A secret command in a form that can be read as one: `A1 LOGIN "***" "***"`, `A1 AUTHENTICATE PLAIN =`. */
export function readableCommand(line: string): string {
  const [, head = '', name = '', first = '', rest = ''] = HEAD.exec(line) ?? [];
  if (name.toUpperCase() === 'LOGIN') return `${head} "${HIDDEN}" "${HIDDEN}"`;
  if (name.toUpperCase() !== 'AUTHENTICATE') return head;
  return `${head}${first}${rest.trim() === '' ? '' : ' ='}`;
}

function headerOf(text: string): string {
  const header = LITERAL.exec(text)?.[0] ?? '';
  return header === '' ? '' : ` ${header.trim()}`;
}
