/**
 * A line of the client taken from the input: a command, or a response in a login, or the reply that refuses it. Nothing here
 * depends on where the session stands.
 *
 * Read next: `command-parse.ts`, `refusals.ts`; `command-check.ts` for what speaks against a command that was read.
 *
 * @rfc 5321 2.3.8
 * @rfc 5321 4.5.3.1.4
 */
import { decodeBase64, type InputBuffer, LINE, LINE_TOO_LONG, type LineStatus, NEED_DATA } from '@mailwright/wire';
import { parseCommand } from './command-parse.ts';
import { lineFault, refuseCommand } from './refusals.ts';
import type { Reply } from './reply.ts';
import type { ReadCommand } from './server-body.ts';
import type { ServerViolation } from './server-event.ts';
import { AUTH_LINE_TOO_LONG, BAD_BASE64, COMMAND_LINE_TOO_LONG, FAULTS, NOT_UTF8 } from './server-replies.ts';

/** A line that is not taken, and what the client is told. */
export interface RefusedLine {
  readonly ok: false;
  readonly answer: Reply;
  readonly code: ServerViolation;
  /** The session can't go on: what follows can't be told apart any more. */
  readonly fatal: boolean;
}

export type TakenCommand = (ReadCommand & { readonly ok: true }) | RefusedLine;
export type TakenResponse = { readonly ok: true; readonly octets: Uint8Array } | RefusedLine;

/** `*`: the client gives the login up. @rfc 4954 4 */
export const CANCEL = 'cancel';

/** The next command, or `undefined` when it is not all there. */
export function takeCommand(input: InputBuffer, limitOctets: number): TakenCommand | undefined {
  const status = input.takeLine(limitOctets);
  if (status === NEED_DATA) return undefined;
  if (status !== LINE) return refuseLine(input, status, COMMAND_LINE_TOO_LONG);
  const line = input.lineText();
  if (line === undefined) return refuse(NOT_UTF8, 'SMTP_SYNTAX');
  const parsed = parseCommand(line);
  if (parsed.ok) return parsed;
  // A line that announces octets and can't be read leaves no way to tell the octets from commands.
  return refuse(refuseCommand(parsed), 'SMTP_SYNTAX', parsed.spec?.body?.form === 'counted');
}

/** The next line of a login, decoded; `undefined` when it is not all there. @rfc 4954 4 */
export function takeResponse(input: InputBuffer, limitOctets: number): TakenResponse | typeof CANCEL | undefined {
  const status = input.takeLine(limitOctets);
  if (status === NEED_DATA) return undefined;
  if (status !== LINE) return refuseLine(input, status, AUTH_LINE_TOO_LONG);
  const line = input.lineText();
  if (line === '*') return CANCEL;
  const octets = line === undefined ? undefined : decodeBase64(line);
  return octets === undefined ? refuse(BAD_BASE64, 'SMTP_SYNTAX') : { ok: true, octets };
}

function refuseLine(input: InputBuffer, status: LineStatus, tooLong: Reply): RefusedLine {
  if (status === LINE_TOO_LONG) {
    input.skipLine();
    return refuse(tooLong, 'LIMIT_LINE_OCTETS');
  }
  const fault = lineFault(status);
  return refuse(FAULTS[fault].command, fault);
}

function refuse(answer: Reply, code: ServerViolation, fatal: boolean = false): RefusedLine {
  return { ok: false, answer, code, fatal };
}
