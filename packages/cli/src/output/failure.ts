/**
 * A failure told to a person: what happened, with whom, how far things had got, what can be done, and the code under which
 * docs/errors.md says more. Or the same as a JSON record.
 */
import { DkimError } from '@mailwright/dkim';
import { formatEndpoint, NetError, type Endpoint } from '@mailwright/net';
import { quoteReply } from './reply-text.ts';
import { ImapError } from '@mailwright/imap-client';
import { SmtpError } from '@mailwright/smtp-client';
import { SmtpServerError } from '@mailwright/smtp-server';
import { UsageError } from '../arguments/usage-error.ts';
import { EXIT, type CommandIo, type ExitCode } from '../command-io.ts';
import { adviceFor, adviceForImap } from './advice.ts';
import { writeRecord } from './json-lines.ts';
import { pageWidth } from './layout.ts';
import { paletteFor } from './palette.ts';
import { padEnd, visibleText, wrapText } from './visible-text.ts';

const LABEL_COLUMNS = 9;
const NO_MAILBOX = '"mailwright imap URL ls" shows which mailboxes there are.';
const ERRORS_PAGE = 'docs/errors.md';

/** A failure as facts. */
interface Failure {
  readonly code: string | undefined;
  readonly phase: string | undefined;
  readonly outcome: string | undefined;
  readonly peer: string | undefined;
  readonly reply: string | undefined;
  readonly message: string;
  readonly advice: string | undefined;
}

/** Writes a failure of `command` (`send`; `''` for mailwright as a whole) to the standard error, or as JSON to the standard output. Gives the exit code. */
export function reportFailure(error: unknown, command: string, json: boolean, io: CommandIo): ExitCode {
  const failure = readFailure(error);
  const exitCode = exitCodeOf(error);
  if (json) {
    writeRecord(io.stdout, { type: 'error', command, exitCode, ...failure });
    return exitCode;
  }
  io.stderr.write(`${formatFailure(failure, command, io).join('\n')}\n`);
  if (exitCode === EXIT.usage) io.stderr.write(command === '' ? '\nmailwright --help shows the commands.\n' : `\nmailwright ${command} --help shows all options.\n`);
  if (exitCode === EXIT.internal && error instanceof Error && error.stack !== undefined) io.stderr.write(`\nThis is a fault of mailwright, please report it:\n${error.stack}\n`);
  return exitCode;
}

/** What an IMAP server said no to; anything else is about the connection or the login. */
const IMAP_REFUSALS: ReadonlySet<string> = new Set(['IMAP_REJECTED', 'IMAP_BAD_COMMAND', 'IMAP_NOT_OFFERED', 'IMAP_NO_SUCH_MESSAGE', 'IMAP_NO_SUCH_BODY']);

/** The exit code that goes with a failure. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof SmtpError) {
    if (error.outcome === 'ambiguous') return EXIT.ambiguous;
    return error.outcome === 'rejected' || error.outcome === 'partial' ? EXIT.rejected : EXIT.notSent;
  }
  if (error instanceof ImapError) return IMAP_REFUSALS.has(error.code) ? EXIT.rejected : EXIT.notSent;
  if (error instanceof DkimError) return EXIT.rejected;
  return error instanceof NetError ? EXIT.notSent : EXIT.internal;
}

/** The facts as lines; the first one says what happened. */
function formatFailure(failure: Failure, command: string, io: CommandIo): readonly string[] {
  const palette = paletteFor(io.stderr, io.env);
  const width = pageWidth(io.stderr);
  const row = (label: string, text: string | undefined): readonly string[] => {
    if (text === undefined) return [];
    return wrapText(visibleText(text), width - LABEL_COLUMNS - 2).map((line, index) => `  ${palette.dim(padEnd(index === 0 ? label : '', LABEL_COLUMNS))}${line}`);
  };
  const head = wrapText(`mailwright${command === '' ? '' : ` ${command}`}: ${visibleText(failure.message)}`, width);
  return [
    ...head.map(palette.red),
    ...row('server', failure.peer),
    ...row('phase', failure.phase),
    ...row('reply', failure.reply),
    ...row('outcome', failure.outcome === undefined ? undefined : OUTCOMES[failure.outcome]),
    ...row('to do', failure.advice),
    ...row('code', failure.code === undefined ? undefined : `${failure.code} (${ERRORS_PAGE}#${failure.code.toLowerCase()})`),
  ];
}

const OUTCOMES: Readonly<Record<string, string>> = {
  'not-sent': 'nothing was delivered; trying again is safe',
  rejected: 'the server said no; nothing was delivered',
  partial: 'delivered to some recipients, refused for others',
  ambiguous: 'the message went out whole and no verdict came: it may have been delivered, trying again may deliver it twice',
};

function readFailure(error: unknown): Failure {
  const nothing = { code: undefined, phase: undefined, outcome: undefined, peer: undefined, reply: undefined, advice: undefined };
  if (error instanceof UsageError) return { ...nothing, message: error.message, advice: error.hint };
  if (error instanceof SmtpError) {
    const { code, phase, outcome, message, reply, peer } = error;
    const silent = code === 'SMTP_CONNECTION_LOST' && phase === 'greeting';
    const foreign = code === 'SMTP_BAD_REPLY' && phase === 'greeting';
    const cause = error.cause instanceof NetError ? error.cause : undefined;
    const advice = adviceFor(cause?.code, cause?.cause) ?? adviceFor(silent ? 'NO_GREETING' : foreign ? 'NO_SMTP' : code, error.cause);
    return { code, phase, outcome, message, peer: nameOf(peer), reply: reply === undefined ? undefined : quoteReply(reply), advice };
  }
  if (error instanceof ImapError) {
    const { code, phase, message, peer, status, text } = error;
    const cause = error.cause instanceof NetError ? error.cause : undefined;
    const silent = code === 'IMAP_CONNECTION_LOST' && phase === 'greeting';
    const missing = code === 'IMAP_REJECTED' && error.responseCode?.name === 'NONEXISTENT';
    const advice = missing ? NO_MAILBOX : (adviceForImap(cause?.code, cause?.cause) ?? adviceForImap(silent ? 'NO_GREETING' : code, error.cause));
    return { ...nothing, code, phase, message, peer: nameOf(peer), reply: status === undefined ? undefined : `${status} ${text ?? ''}`.trimEnd(), advice };
  }
  if (error instanceof NetError) {
    const { code, phase, message, peer } = error;
    return { ...nothing, code, phase, message, peer: nameOf(peer), advice: adviceFor(code, error.cause) };
  }
  if (error instanceof DkimError) return { ...nothing, code: error.code, message: error.message, advice: adviceFor(error.code, undefined) };
  if (error instanceof SmtpServerError) return { ...nothing, code: error.code, message: error.message };
  return { ...nothing, message: error instanceof Error ? error.message : String(error) };
}

function nameOf(peer: Endpoint | undefined): string | undefined {
  return peer === undefined ? undefined : formatEndpoint(peer);
}
