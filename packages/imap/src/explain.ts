/**
 * IMAP explained line by line, with the RFC and the section where it stands: for people who learn it, or who read a trace at night. What a command, data,
 * a code or a parameter says is told by its own spec.
 *
 * Read next: `extension.ts`.
 */
import { assertNever, encodeUtf8 } from '@mailwright/wire';
import { announcedBy } from './capability.ts';
import type { Command } from './command.ts';
import { parseCommand, type ParsedCommand } from './command-parse.ts';
import type { Frame } from './frame.ts';
import { CLIENT_LIMITS, SERVER_LIMITS } from './limits.ts';
import { explainParameters } from './make-values.ts';
import { parameterPlaces } from './parameters.ts';
import { parseResponse } from './response-parse.ts';
import type { Data, Response, ResponseCode, StatusResponse } from './response.ts';
import { findCode, findData } from './tables.ts';

/** What a line means, and where that stands: `RFC 9051 6.4.5`, several joined by `; `. */
export interface Explanation {
  readonly meaning: string;
  readonly source: string;
}

/** What must be known beside the line. */
export interface ExplainContext {
  /** Who says it. */
  readonly direction: 'client' | 'server';
  /** Of a client's line: inside an AUTHENTICATE exchange or IDLE. Default `commands`. */
  readonly inside?: 'commands' | 'auth' | 'idle' | undefined;
  /** Whether IMAP4rev2 or UTF8=ACCEPT is enabled. Default false. */
  readonly utf8?: boolean | undefined;
}

/** Explains a response or a command, without its CRLF, its literals as they came. Never throws. */
export function explainLine(line: string, { direction, inside, utf8 = false }: ExplainContext): Explanation {
  const frame: Frame = { octets: encodeUtf8(line), streamed: [], complete: true };
  if (direction === 'server') return explainResponse(parseResponse(frame, CLIENT_LIMITS, utf8));
  if (inside === 'auth') return explainExchange(line);
  if (inside === 'idle') return { meaning: 'The client has listened enough: IDLE is over.', source: 'RFC 2177 3' };
  return explainCommand(parseCommand(frame, SERVER_LIMITS, utf8));
}

/** Explains a command that was read, or why it could not be. */
export function explainCommand(parsed: ParsedCommand): Explanation {
  if (parsed.ok) return joined([{ meaning: parsed.spec.explain(parsed.command), source: parsed.spec.source }, ...parametersOf(parsed.command)]);
  const { error, name, spec, expected, at } = parsed;
  if (error === 'no-tag') return { meaning: 'This is no command: a command begins with a tag.', source: 'RFC 9051 2.2.1' };
  if (error === 'unknown-command') return { meaning: `There is no command ${name ?? ''}.`, source: 'RFC 9051 6' };
  if (error === 'cut') return { meaning: `${name ?? 'The command'} goes on behind the literal.`, source: 'RFC 9051 4.3' };
  const form = spec === undefined ? '' : ` The form is: ${spec.syntax}`;
  return { meaning: `This can't be read: at octet ${at} ${expected} was expected.${form}`, source: spec?.source ?? 'RFC 9051 9' };
}

/** Explains a response. */
export function explainResponse(response: Response): Explanation {
  switch (response.type) {
    case 'tagged':
      return joined([{ meaning: `The command ${response.tag} ${TAGGED[response.status]}`, source: STATUS_SOURCES[response.status] }, ...codeOf(response.code)]);
    case 'status':
      return explainStatus(response);
    case 'continuation':
      return joined([{ meaning: 'The server waits for more: a literal, the next step of a log-in, or DONE.', source: 'RFC 9051 7.6' }, ...codeOf(response.code)]);
    case 'data':
      return explainData(response.data);
    case 'unreadable':
      return { meaning: `This can't be read: at octet ${response.at} ${response.expected} was expected.`, source: 'RFC 9051 9' };
    default:
      return assertNever(response);
  }
}

/** Explains one capability: `CONDSTORE`, `AUTH=PLAIN`. */
export function explainCapability(capability: string): Explanation {
  const name = capability.toUpperCase();
  const extension = announcedBy(name);
  if (extension !== undefined) return { meaning: extension.explain(capability), source: `RFC ${extension.rfc}` };
  if (name.startsWith('AUTH=')) return { meaning: `The server knows the SASL mechanism ${name.slice('AUTH='.length)}.`, source: 'RFC 9051 6.1.1' };
  return OTHER_CAPABILITIES[name] ?? { meaning: `Nothing is known here of the capability ${capability}.`, source: 'RFC 9051 6.1.1' };
}

const TAGGED: Readonly<Record<'OK' | 'NO' | 'BAD', string>> = { OK: 'is done.', NO: 'failed.', BAD: 'was not understood, or came at the wrong time.' };

/** An untagged OK, where nothing is known of what was before. */
export const UNASKED_OK = 'The server says something of note; or it greets, and wants a log-in.';
export const GREETING = 'The server greets, and wants a log-in.';

const UNTAGGED: Readonly<Record<StatusResponse['status'], string>> = {
  OK: UNASKED_OK,
  NO: 'The server warns. The command may still succeed.',
  BAD: 'The server could not read something, and does not know which command it was; or it has trouble of its own.',
  PREAUTH: 'The server greets, and knows already who the client is.',
  BYE: 'The server is about to close the connection.',
};

const STATUS_SOURCES: Readonly<Record<StatusResponse['status'], string>> = {
  OK: 'RFC 9051 7.1.1', NO: 'RFC 9051 7.1.2', BAD: 'RFC 9051 7.1.3', PREAUTH: 'RFC 9051 7.1.4', BYE: 'RFC 9051 7.1.5',
};

const OTHER_CAPABILITIES: Readonly<Partial<Record<string, Explanation>>> = {
  IMAP4REV1: { meaning: 'The server speaks the IMAP of RFC 3501.', source: 'RFC 3501' },
  IMAP4REV2: { meaning: 'The server speaks the IMAP of RFC 9051.', source: 'RFC 9051' },
  STARTTLS: { meaning: 'The connection can go on inside TLS.', source: 'RFC 9051 6.2.1' },
  LOGINDISABLED: { meaning: 'LOGIN is refused as things stand.', source: 'RFC 9051 6.2.3' },
};

/** An OK that brings a code says what the code says, and nothing else; only a greeting brings CAPABILITY unasked. */
function explainStatus({ status, code }: StatusResponse): Explanation {
  const told = codeOf(code);
  if (status === 'OK' && code !== undefined && code.name !== 'CAPABILITY') return joined(told);
  return joined([{ meaning: UNTAGGED[status], source: STATUS_SOURCES[status] }, ...told]);
}

function explainData(data: Data): Explanation {
  if (data.name === 'OTHER') return { meaning: `The server says ${data.atom}, of which nothing is known here.`, source: 'RFC 9051 2.2.2' };
  const spec = findData(data.name)!;
  return { meaning: spec.explain(data), source: spec.source };
}

function codeOf(code: ResponseCode | undefined): Explanation[] {
  if (code === undefined) return [];
  if (code.name === 'OTHER') return [{ meaning: `Of the code ${code.atom} nothing is known here.`, source: 'RFC 9051 7.1' }];
  const spec = findCode(code.name)!;
  return [{ meaning: spec.explain(code), source: spec.source }];
}

function explainExchange(line: string): Explanation {
  if (line === '*') return { meaning: 'The client gives up the log-in.', source: 'RFC 9051 6.2.2' };
  return { meaning: 'What the client says in the log-in, in base64; the mechanism says what it means.', source: 'RFC 9051 6.2.2' };
}

function parametersOf(command: Command): Explanation[] {
  const fields = command as unknown as Readonly<Record<string, object | undefined>>;
  return Object.entries(parameterPlaces(command.name)).flatMap(([field, place]) => (fields[field] === undefined ? [] : explainParameters(place, fields[field])));
}

function joined(parts: readonly Explanation[]): Explanation {
  const meanings = parts.map(({ meaning }, index) => (index === 0 ? meaning : sentence(meaning)));
  return { meaning: meanings.join(' '), source: [...new Set(parts.map(({ source }) => source))].join('; ') };
}

/** Parameters tell themselves in a few words. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
