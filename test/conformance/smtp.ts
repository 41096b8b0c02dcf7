/**
 * The cases of the codecs of `@mailwright/smtp`: command lines, paths, replies, status codes, and whole client sessions read and
 * written line by line. What the machines do is in `smtp-machines.ts`.
 *
 * Read next: `smtp-deviations.ts`, the cases that we hold to be wrong.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, encodeCommand, encodeReply, findStatus, isPermanent, type MailCommand, parseCommand, parseReply, type RcptCommand, STATUS_CLASSES, STATUS_SUBJECTS } from '@mailwright/smtp';
import { HELD_WRONG, NOT_BUILT } from './smtp-deviations.ts';
import type { ConformanceSuite, SuiteResult } from './suite.ts';

/** One case, ready to be compared: both sides as text. `refused` is met by every `refused: CODE`. */
export interface Outcome {
  readonly id: string;
  readonly expected: string;
  readonly actual: string;
}

const MAX_ID_CHARACTERS = 80;

/** The id of a case: its input, cut. */
export function shortId(input: string): string {
  return input.length > MAX_ID_CHARACTERS ? `${input.slice(0, MAX_ID_CHARACTERS)}...` : input;
}

/**
 * Counts outcomes: a case that we hold to be wrong must give what its row says, one that is not built is skipped. A row without
 * its case is a failure too.
 */
export function tally(suite: string, outcomes: readonly Outcome[]): SuiteResult {
  const result: SuiteResult = { suite, passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const row of [...HELD_WRONG, ...NOT_BUILT]) {
    if (row.suite === suite && !outcomes.some(({ id }) => id === row.id)) result.failures.push({ id: row.id, expected: 'a case of this id', actual: 'none' });
  }
  result.failed = result.failures.length;
  for (const { id, expected, actual } of outcomes) {
    const wanted = HELD_WRONG.find((row) => row.suite === suite && row.id === id)?.ours ?? expected;
    if (NOT_BUILT.some((row) => row.suite === suite && row.id === id)) result.skipped++;
    else if (actual === wanted || (wanted === 'refused' && actual.startsWith('refused: '))) result.passed++;
    else {
      result.failed++;
      result.failures.push({ id, expected: wanted, actual });
    }
  }
  return result;
}

/** A file of the suite as JSON. */
export function readCases<T>(folder: string, file: string): T {
  return JSON.parse(readFileSync(join(folder, 'smtp', file), 'utf8')) as T;
}

/** Parameters without the shape that our types give them: keyword -> what followed `=`, or true. */
function plainParameters(command: MailCommand | RcptCommand): Record<string, unknown> | false {
  const line = encodeCommand(command);
  const parameters = line.slice(line.lastIndexOf('>') + 1).trim().split(' ').filter((word) => word !== '');
  if (parameters.length === 0) return false;
  return Object.fromEntries(parameters.map((word) => [word.split('=', 1)[0]!, word.includes('=') ? word.slice(word.indexOf('=') + 1) : true]));
}

function addressOf(command: MailCommand | RcptCommand): string {
  const path = command.verb === 'MAIL' ? command.reversePath : command.forwardPath;
  return path?.address ?? '';
}

/** `name: SOMETHING` -> our parse of the input as that command; another command than the one named is a syntax error there. */
function runSmtpServer(folder: string): SuiteResult {
  interface Case { readonly name: string; readonly input: string; readonly options: { readonly lenient?: boolean }; readonly expect: false | { readonly address: string; readonly args: unknown } }
  const { tests } = readCases<{ readonly tests: readonly Case[] }>(folder, 'smtp-server-address-command.json');
  const outcomes = tests.map(({ name, input, options, expect }) => {
    const named = input.toUpperCase().startsWith(name.toUpperCase()) ? input : `${name}${input.slice(input.indexOf(':'))}`;
    const parsed = parseCommand(named);
    const actual = parsed.ok
      ? JSON.stringify({ address: addressOf(parsed.value as MailCommand), args: plainParameters(parsed.value as MailCommand) })
      : `refused: ${parsed.error}`;
    return { id: `${shortId(input)}${options.lenient === true && expect !== false ? ' [lenient]' : ''}`, expected: expect === false ? 'refused' : JSON.stringify(expect), actual };
  });
  return tally('smtp/smtp-server-address-command', outcomes);
}

/** A command in the words of the suite: the text of a Rust value. */
function asRust(command: Command): string {
  const text = (value: string): string => JSON.stringify(value);
  switch (command.verb) {
    case 'EHLO': return `Request::Ehlo { host: ${text(command.domain)} }`;
    case 'HELO': return `Request::Helo { host: ${text(command.domain)} }`;
    case 'VRFY': return `Request::Vrfy { value: ${text(command.argument)} }`;
    case 'EXPN': return `Request::Expn { value: ${text(command.argument)} }`;
    case 'NOOP': return `Request::Noop { value: ${text(command.argument)} }`;
    case 'HELP': return `Request::Help { value: ${text(command.argument)} }`;
    case 'DATA': return 'Request::Data';
    case 'RSET': return 'Request::Rset';
    case 'QUIT': return 'Request::Quit';
    case 'STARTTLS': return 'Request::StartTls';
    case 'BDAT': return `Request::Bdat { chunk_size: ${command.chunkOctets}, is_last: ${command.last} }`;
    case 'AUTH': return `Request::Auth { mechanism: AUTH_${command.mechanism.replaceAll('-', '_')}, initial_response: ${text(encodeCommand(command).split(' ')[2] ?? '')} }`;
    case 'MAIL': return `Request::Mail { from: ${envelopeAsRust('MailFrom', addressOf(command), mailFields(command))} }`;
    case 'RCPT': return `Request::Rcpt { to: ${envelopeAsRust('RcptTo', addressOf(command), rcptFields(command))} }`;
  }
}

function envelopeAsRust(name: string, path: string, fields: readonly string[]): string {
  return fields.length === 0 ? JSON.stringify(path) : `${name} { address: ${JSON.stringify(path)}, ${fields.join(', ')}, ..Default::default() }`;
}

function mailFields({ parameters }: MailCommand): string[] {
  const fields: string[] = [];
  if (parameters.ENVID !== undefined) fields.push(`env_id: Some(${JSON.stringify(parameters.ENVID)})`);
  if (parameters.SMTPUTF8 !== undefined) fields.push('flags: MAIL_SMTPUTF8');
  if (parameters.RET !== undefined) fields.push(`flags: MAIL_RET_${parameters.RET}`);
  return fields;
}

function rcptFields({ parameters }: RcptCommand): string[] {
  const fields: string[] = [];
  if (parameters.ORCPT !== undefined) fields.push(`orcpt: Some(${JSON.stringify(parameters.ORCPT.address)})`);
  if (parameters.NOTIFY !== undefined) fields.push(`flags: ${parameters.NOTIFY === 'NEVER' ? 'RCPT_NOTIFY_NEVER' : parameters.NOTIFY.map((condition) => `RCPT_NOTIFY_${condition}`).join(' | ')}`);
  return fields;
}

function runStalwartRequests(folder: string): SuiteResult {
  interface Case { readonly input: string; readonly ok: boolean; readonly expect: string }
  const { tests } = readCases<{ readonly tests: readonly Case[] }>(folder, 'stalwart-requests.json');
  const outcomes = tests.map(({ input, ok, expect }) => {
    const expected = ok ? expect.replace(/^Ok\((.*)\)$/s, '$1').replace(/\s+/g, ' ') : 'refused';
    return { id: shortId(input), expected, actual: faultWithRecipient(input, ok, expected) ?? rustOutcome(input) };
  });
  return tally('smtp/stalwart-requests', outcomes);
}

/** The suite writes RCPT parameters behind the empty path, which we refuse: so the same line again with a recipient. */
function faultWithRecipient(input: string, ok: boolean, expected: string): string | undefined {
  if (!input.startsWith('RCPT TO:<> ')) return undefined;
  const again = rustOutcome(input.replace('<>', '<a@b>')).replace('address: "a@b"', 'address: ""');
  return again === (ok ? expected : 'refused: bad-parameter-value') ? undefined : `with a recipient: ${again}`;
}

function rustOutcome(line: string): string {
  const parsed = parseCommand(line);
  return parsed.ok ? asRust(parsed.value) : `refused: ${parsed.error}`;
}

function runPaths(folder: string): SuiteResult {
  interface Case { readonly input: string; readonly reversePath?: string; readonly expect?: readonly string[] | { readonly path: string; readonly rest: string }; readonly error?: boolean }
  const { tests } = readCases<{ readonly tests: readonly Case[] }>(folder, 'haraka-gosmtp-paths.json');
  const outcomes = tests.map(({ input, reversePath, expect, error }) => {
    const parsed = parseCommand(reversePath === undefined ? input : `MAIL FROM:${reversePath}`);
    const id = shortId(input);
    if (!parsed.ok) return { id, expected: error === true ? 'refused' : JSON.stringify(expect), actual: `refused: ${parsed.error}` };
    const command = parsed.value as MailCommand | RcptCommand;
    const rest = Object.entries(plainParameters(command) || {}).map(([keyword, value]) => `${keyword}${value === true ? '' : `=${String(value)}`}`);
    const actual = reversePath === undefined ? [`<${addressOf(command)}>`, ...rest] : { path: addressOf(command), rest: rest.map((one) => ` ${one}`).join('') };
    return { id, expected: error === true ? 'refused' : JSON.stringify(expect), actual: JSON.stringify(actual) };
  });
  return tally('smtp/haraka-gosmtp-paths', outcomes);
}

function runReplies(folder: string): SuiteResult {
  const { tests } = readCases<{ readonly tests: readonly { readonly input: string; readonly expect: string }[] }>(folder, 'stalwart-replies.json');
  const outcomes = tests.map(({ input, expect }) => {
    const parsed = parseReply(input.replaceAll('\n', '\r\n'));
    const actual = parsed.ok && isPermanent(parsed.value) ? `Err(Error::InvalidResponse { code: ${parsed.value.code} })` : JSON.stringify(parsed);
    return { id: shortId(input), expected: expect, actual };
  });
  return tally('smtp/stalwart-replies', outcomes);
}

function runStatusCodes(folder: string): SuiteResult {
  const { classes, subjects, codes } = readCases<Record<'classes' | 'subjects' | 'codes', Readonly<Record<string, string>>>>(folder, 'enhanced-status-codes.json');
  const outcomes = Object.entries(codes).map(([code, name]) => {
    const [, subject = '', detail = ''] = code.split('.');
    const named = [2, 4, 5].map((one) => [classes[one], subjects[subject], name]);
    const ours = ([2, 4, 5] as const).map((one) => [STATUS_CLASSES[one], STATUS_SUBJECTS[Number(subject)], findStatus(`${one}.${Number(subject)}.${Number(detail)}`)?.name]);
    return { id: code, expected: JSON.stringify(named), actual: JSON.stringify(ours) };
  });
  return tally('smtp/enhanced-status-codes', outcomes);
}

type Said = string | { readonly expr: string };

/** One exchange of a recorded session. */
export interface MailkitStep {
  readonly client: Said;
  readonly serverFile?: Said;
  readonly server?: Said;
}

/** One recorded session. */
export interface MailkitCase {
  readonly test: string;
  readonly steps: readonly MailkitStep[];
}

/** What the suite left as code of its own, with a value of ours in its place. */
const FILLED_IN: readonly (readonly [string, string])[] = [
  ['{SmtpClient.DefaultLocalDomain}', 'localhost'],
  ['{mailbox.Address}', 'пользователь@пример.example'],
  ['{addrspec}', 'user@xn--e1afmkfd.example'],
];
const MAIL_FROM = 'MAIL FROM:<sender@example.com> BODY=8BITMIME ENVID=2345@mimekit.org RET=FULL\r\n';

/** The client's text of a step with its expressions filled in. */
export function clientText(said: Said): string {
  if (typeof said === 'string') return said;
  if (said.expr === 'mailFrom') return MAIL_FROM;
  const template = said.expr.replace(/^\$"|"$/g, '').replaceAll('\\r\\n', '\r\n');
  return FILLED_IN.reduce((text, [name, value]) => text.replaceAll(name, value), template);
}

/** The server's text of a step with CRLFs, or `undefined` where it says nothing. */
export function serverText(folder: string, { serverFile, server }: MailkitStep): string | undefined {
  const said = serverFile ?? server;
  if (said === undefined) return undefined;
  const file = typeof said === 'string' ? said : /"([^"]+\.txt)"/.exec(said.expr)?.[1];
  if (file === undefined) return undefined;
  const text = file.endsWith('.txt') ? readFileSync(join(folder, 'smtp', 'mailkit', file), 'utf8') : file;
  return text.replace(/\r?\n/g, '\r\n');
}

/** Every command line reads, and is written as it was; every reply reads, and is written as it was. */
function runMailkit(folder: string): SuiteResult {
  const { tests } = readCases<{ readonly tests: readonly MailkitCase[] }>(folder, 'mailkit-transcripts.json');
  const outcomes = tests.map((one) => ({ id: one.test, expected: '', actual: mailkitFaults(folder, one).join('; ') }));
  return tally('smtp/mailkit-transcripts', outcomes);
}

function mailkitFaults(folder: string, { steps }: MailkitCase): string[] {
  const faults: string[] = [];
  let exchange = false;
  let text = false;
  for (const step of steps) {
    for (const line of clientText(step.client).split('\r\n').slice(0, -1)) {
      if (text) text = line !== '.';
      else if (!exchange) faults.push(...commandFault(line));
    }
    const said = serverText(folder, step);
    const codes = said === undefined ? [] : splitReplies(said).map((one) => replyCode(one, faults));
    exchange = codes.includes(334);
    text ||= codes.includes(354);
  }
  return faults;
}

function commandFault(line: string): string[] {
  const parsed = parseCommand(line);
  if (!parsed.ok) return [`${line} is refused: ${parsed.error}`];
  // Parameters have no order (RFC 5321 4.1.1.11): ours are written in the order of their extensions.
  const sorted = (one: string): string => one.split(' ').sort().join(' ');
  const written = encodeCommand(parsed.value);
  return sorted(written) === sorted(line) ? [] : [`${line} is written as ${written}`];
}

/** Several replies in one text, each whole. */
export function splitReplies(text: string): string[] {
  return text.match(/(?:\d{3}-[^\r\n]*\r\n)*\d{3}(?: [^\r\n]*)?(?:\r\n|$)/g) ?? [text];
}

/** The code of a reply; what is wrong with the reply goes to `faults`. */
function replyCode(text: string, faults: string[]): number {
  const parsed = parseReply(text);
  if (!parsed.ok) {
    faults.push(`${JSON.stringify(text)} is ${parsed.error}`);
    return 0;
  }
  const written = encodeReply(parsed.value, { enhanced: true });
  if (written !== text && written !== `${text}\r\n`) faults.push(`${JSON.stringify(text)} is written as ${JSON.stringify(written)}`);
  return parsed.value.code;
}

/** The suites of this file. */
export const suites: readonly ConformanceSuite[] = [
  { suite: 'smtp/smtp-server-address-command', run: runSmtpServer },
  { suite: 'smtp/stalwart-requests', run: runStalwartRequests },
  { suite: 'smtp/haraka-gosmtp-paths', run: runPaths },
  { suite: 'smtp/stalwart-replies', run: runReplies },
  { suite: 'smtp/enhanced-status-codes', run: runStatusCodes },
  { suite: 'smtp/mailkit-transcripts', run: runMailkit },
];
