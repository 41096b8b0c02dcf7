/**
 * SMTP explained line by line, with the RFC and the section where it stands: for people who learn it, or who read a trace at
 * night. What a command, a parameter or a keyword says is told by its own file (`explain` of its spec); what a code says by
 * `reply-codes.ts` and `enhanced-status-registry.ts`.
 *
 * Read next: `explain-session.ts`, which explains a whole transcript.
 */
import { assertNever } from '@mailwright/wire';
import type { Command, UnknownParameter } from './command.ts';
import { type CommandLine, type CommandRefused, parseCommand } from './command-parse.ts';
import { findStatus } from './enhanced-status-registry.ts';
import { type EnhancedStatus, enhancedStatusParts } from './enhanced-status.ts';
import { findOtherKeyword } from './other-keywords.ts';
import type { AnyParameters } from './parameters.ts';
import { extensions, parameterTables } from './registry.ts';
import { readableCommand } from './transcript.ts';
import { explainReplyCode } from './reply-codes.ts';
import { ReplyParser } from './reply-parse.ts';

/** What a line means, and where that stands: `RFC 5321 4.1.1.2`, several joined by `; `. */
export interface Explanation {
  readonly meaning: string;
  readonly source: string;
}

/** What must be known beside the line. `explainSession` finds it out by itself. */
export interface ExplainContext {
  readonly direction: 'client' | 'server';
  /** Of a server's line: the verb it answers, `greeting`, or `message` for the verdict on a message. */
  readonly answers?: string | undefined;
  /** Of a server's line: whether it is the first of its reply. Default true. */
  readonly first?: boolean | undefined;
  /** Of a client's line: `auth` inside a login. Default `commands`. */
  readonly inside?: 'commands' | 'auth' | undefined;
}

const byKeyword = new Map(extensions.map((extension) => [extension.keyword, extension]));

/** Explains one line, without its CRLF. Never throws. */
export function explainLine(line: string, context: ExplainContext): Explanation {
  if (context.direction === 'server') return explainReplyLine(line, context.answers, context.first ?? true);
  return context.inside === 'auth' ? explainResponse(line) : explainCommandLine(parseCommand(readableCommand(line)));
}

/** Explains a command line that was read, or why it could not be. */
export function explainCommandLine(line: CommandLine): Explanation {
  return line.ok ? explainCommand(line.value, line.spec) : explainRefused(line);
}

function explainCommand(command: Command, spec: { readonly source: string; explain(command: Command): string }): Explanation {
  const meanings = [spec.explain(command)];
  const sources = [spec.source];
  const parameters = 'parameters' in command ? (command.parameters as AnyParameters & Readonly<Record<string, unknown>>) : undefined;
  for (const parameter of parameterTables.get(command.verb)?.specs ?? []) {
    const value = parameters?.[parameter.keyword];
    if (value === undefined) continue;
    meanings.push(parameter.explain(value));
    sources.push(parameter.source);
  }
  for (const unknown of parameters?.unknown ?? []) {
    const { meaning, source } = explainUnknownParameter(unknown);
    meanings.push(meaning);
    if (source !== undefined) sources.push(source);
  }
  return { meaning: meanings.join(' '), source: sources.join('; ') };
}

function explainUnknownParameter({ keyword }: UnknownParameter): { readonly meaning: string; readonly source: string | undefined } {
  const name = keyword.toUpperCase();
  return findOtherKeyword(name) ?? { meaning: `${name} is a parameter that is not known here.`, source: undefined };
}

function explainRefused(refused: CommandRefused): Explanation {
  const source = refused.spec?.source ?? 'RFC 5321 4.1.1';
  switch (refused.error) {
    case 'unknown-command': {
      const other = findOtherKeyword(refused.verb);
      return other ?? { meaning: refused.verb === '' ? 'An empty line is no command.' : `${refused.verb} is not a command of SMTP that is known here.`, source };
    }
    case 'not-ascii':
      return { meaning: 'The line holds control characters, or octets that are not UTF-8: no server should take it.', source };
    case 'syntax':
      return { meaning: `This is not how ${refused.verb} is written. It is: ${refused.spec?.syntax ?? refused.verb}`, source };
    case 'bad-mailbox':
      return { meaning: 'What stands between the angle brackets is not an address that may stand there.', source: 'RFC 5321 4.1.2' };
    case 'path-too-long':
      return { meaning: 'The address is too long: 64 octets before the @, 255 behind it, 256 in all with the brackets.', source: 'RFC 5321 4.5.3.1' };
    case 'unknown-parameter':
      return { meaning: `${refused.parameter ?? 'A parameter'} is not known here.`, source: 'RFC 5321 4.1.1.11' };
    case 'duplicate-parameter':
      return { meaning: `${refused.parameter ?? 'A parameter'} is given twice.`, source: 'RFC 5321 4.1.1.11' };
    case 'bad-parameter-value':
      return { meaning: `${refused.parameter ?? 'A parameter'} can not have this value.`, source: 'RFC 5321 4.1.1.11' };
    default:
      return assertNever(refused.error);
  }
}

function explainResponse(line: string): Explanation {
  if (line === '*') return { meaning: 'The client gives up the login.', source: 'RFC 4954 4' };
  return { meaning: "The client's part of the login, in base64. It may hold the password.", source: 'RFC 4954 4' };
}

function explainReplyLine(line: string, answers: string | undefined, first: boolean): Explanation {
  const parsed = new ReplyParser().push(line.charAt(3) === '-' ? `${line.slice(0, 3)} ${line.slice(4)}` : line);
  if (typeof parsed !== 'object') return { meaning: 'This is not a line of a reply: it should begin with three digits and a blank or a hyphen.', source: 'RFC 5321 4.2' };
  if (!first && answers === 'EHLO') return explainKeyword(line.slice(4));
  if (!first) return { meaning: 'More of the same reply.', source: 'RFC 5321 4.2.1' };
  const code = explainReplyCode(parsed.code, answers);
  const status = parsed.enhanced === undefined ? undefined : explainEnhancedStatus(parsed.enhanced);
  if (status === undefined) return code;
  return { meaning: `${code.meaning} ${status.meaning}`, source: `${code.source}; ${status.source}` };
}

/** What success says, by the second number: the registered meanings are written for failures. */
const SUCCESSES: readonly string[] = [
  '', 'The address is all right.', 'The mailbox is all right.', 'The mail system is all right.', 'The way there is all right.', 'The command is all right.',
  'The content is all right.', 'Security has nothing against it.',
];
/** The registered codes that tell of something that was done. */
const DONE: ReadonlySet<string> = new Set(['1.5', '1.9', '3.6', '6.4']);

/** Explains an enhanced status code. X.0.0 says nothing beyond its class and gives `undefined`, as does an unregistered code. */
export function explainEnhancedStatus(status: EnhancedStatus): Explanation | undefined {
  const registered = findStatus(status);
  if (registered === undefined || registered.code === '0.0') return undefined;
  const { class: statusClass, subject } = enhancedStatusParts(status);
  const meaning = statusClass === 2 && !DONE.has(registered.code) ? SUCCESSES[subject]! : registered.meaning;
  return { meaning: `${status}: ${meaning}`, source: registered.source };
}

/** Explains a line of the EHLO reply behind its code: `SIZE 26214400`. */
export function explainKeyword(line: string): Explanation {
  const [word = ''] = line.split(/[ =]/, 1);
  const keyword = word.toUpperCase();
  const extension = byKeyword.get(keyword);
  if (extension !== undefined) return { meaning: extension.explain(line.slice(word.length + 1).trim()), source: `RFC ${extension.rfc}` };
  return findOtherKeyword(keyword) ?? { meaning: `${word} is an extension that is not known here.`, source: 'RFC 5321 4.1.1.1' };
}
