/**
 * One line of a client: a command, or a response in a SASL exchange. What is not well-formed has its -ERR here, so that the session can go on with the next
 * line. Only CRLF ends one.
 */
import { decodeBase64, type InputBuffer, LINE, LINE_BARE_CR, LINE_BARE_LF, LINE_NUL, LINE_TOO_LONG, type LineStatus, NEED_DATA } from '@mailwright/wire';
import { parseCommand } from '../command.ts';
import type { AnyCommandSpec } from '../extension.ts';
import { type Command, hasCommand } from '../registry.ts';
import { err, type Response } from '../response.ts';
import type { ServerViolation } from './event.ts';
import type { ServerOptions } from './options.ts';

/** A line that is refused before anybody knows what it means. */
export interface BadLine {
  readonly kind: 'bad';
  readonly response: Response;
  readonly code: ServerViolation;
}

/** What a command line was; `undefined` where none is complete. */
export type CommandLine = BadLine | { readonly kind: 'command'; readonly command: Command; readonly spec: AnyCommandSpec } | undefined;
/** What a line of an exchange was; `undefined` where none is complete. */
export type ResponseLine = BadLine | { readonly kind: 'response'; readonly octets: Uint8Array } | { readonly kind: 'cancel' } | undefined;

const CANCEL = '*';
const UNKNOWN = bad('unknown command', 'POP3_SYNTAX');
const NOT_TEXT = bad('a command is text in UTF-8 without control characters', 'POP3_SYNTAX');
const NOT_BASE64 = bad('not base64', 'POP3_SYNTAX');
const FAULTS: ReadonlyMap<LineStatus, BadLine> = new Map([
  [LINE_TOO_LONG, bad('line too long', 'LIMIT_LINE_OCTETS')],
  [LINE_BARE_LF, bad('lines end in CRLF', 'POP3_BARE_LF')],
  [LINE_BARE_CR, bad('CR without LF', 'POP3_BARE_CR')],
  [LINE_NUL, bad('NUL in a line', 'POP3_NUL')],
]);

function bad(text: string, code: ServerViolation): BadLine {
  return { kind: 'bad', response: err(text), code };
}

/** Takes a command line. @rfc 1939 3 @rfc 2449 4 */
export function takeCommand(input: InputBuffer, options: ServerOptions): CommandLine {
  const line = takeText(input, options.limits.lineOctets);
  if (typeof line !== 'string') return line;
  const parsed = parseCommand(line);
  if (parsed.ok) return hasCommand(parsed.value.verb, options) ? { kind: 'command', command: parsed.value, spec: parsed.spec } : UNKNOWN;
  if (parsed.error === 'not-text') return NOT_TEXT;
  if (parsed.spec === undefined || !hasCommand(parsed.spec.verb, options)) return UNKNOWN;
  return bad(`syntax: ${parsed.spec.syntax}`, 'POP3_SYNTAX');
}

/** Takes a line of an exchange. @rfc 5034 4 */
export function takeResponse(input: InputBuffer, maxOctets: number): ResponseLine {
  const line = takeText(input, maxOctets);
  if (typeof line !== 'string') return line;
  if (line === CANCEL) return { kind: 'cancel' };
  const octets = decodeBase64(line);
  return octets === undefined ? NOT_BASE64 : { kind: 'response', octets };
}

function takeText(input: InputBuffer, maxOctets: number): string | BadLine | undefined {
  const status = input.takeLine(maxOctets);
  if (status === NEED_DATA) return undefined;
  if (status === LINE) return input.lineText() ?? NOT_TEXT;
  if (status === LINE_TOO_LONG || status === LINE_BARE_LF) input.skipLine();
  return FAULTS.get(status)!;
}
