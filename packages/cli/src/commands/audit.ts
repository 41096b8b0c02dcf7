/**
 * `mailwright audit`: holds a server of one's own against the known ways to make one misread a session.
 *
 * The probes are those of `auditSmtpServer` in `@mailwright/testing`.
 */
import { explainSession } from '@mailwright/smtp';
import { auditSmtpServer, type AuditFinding } from '@mailwright/testing';
import { parseSmtpUrl } from '@mailwright/smtp-client';
import { COMMON_OPTIONS, type CommandSpec, type OptionTable } from '../arguments/option-table.ts';
import { parseArguments, type Arguments } from '../arguments/parse-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { EXIT, type CommandIo, type ExitCode } from '../command-io.ts';
import { formatDialogue } from '../output/dialogue-view.ts';
import { writeRecord } from '../output/json-lines.ts';
import { formatRule, pageWidth } from '../output/layout.ts';
import { formatPlural } from '../output/numbers.ts';
import { paletteFor, type Palette } from '../output/palette.ts';
import { padEnd, visibleText, wrapText } from '../output/visible-text.ts';
import { asUsageError, readNamedPem } from './connection-options.ts';

const SMTP_PORT = 25;
const MOST_PORT = 65_535;
const MOST_SECONDS = 3600;
const INDENT = '    ';
const TITLE_COLUMN = 35;

const OPTIONS: OptionTable = {
  from: { value: 'ADDRESS', help: 'The sender of the messages. Default the null reverse-path', group: 'Probing' },
  to: { value: 'ADDRESS', help: 'A recipient that the server takes. Default postmaster, which every server must take', group: 'Probing' },
  ca: { value: 'FILE', help: 'Trust the authorities in this PEM file. Default: whoever answers', group: 'Probing' },
  timeout: { value: 'SECONDS', help: 'How long the server may take to answer. Default 10', group: 'Probing' },
  only: { value: 'PREFIX', help: 'Only probes whose name begins so: end-of-data, starttls, bdat, command ...', group: 'Probing' },
  explain: { help: 'Show the dialogue of each probe that failed, every line with its meaning and its RFC', group: 'Output' },
  ...COMMON_OPTIONS,
};

export const auditSpec: CommandSpec = {
  name: 'audit',
  summary: 'Probe a server of yours for what lets others misuse it: smuggling, injection, framing',
  usage: ['[OPTIONS] smtp://host:port'],
  description: [
    'Holds a server against the known ways to make one misread a session: what ends a message (SMTP smuggling), what is taken for a command inside TLS (STARTTLS injection), what a refused chunk becomes, which line ends are taken.',
    'Some probes deliver a short message with the subject "audit". Audit your own servers only. The port of the URL is 25 unless it says another one.',
    'Exit codes: 0 nothing failed, 1 something did, 2 wrong usage, 3 the server can not be reached.',
  ],
  options: OPTIONS,
  examples: [['mailwright audit smtp://localhost:2525', 'Is this server strict?'], ['mailwright audit smtp://mail.example.org --to me@example.org --only end-of-data --explain', 'What ends a message there?']],
  operands: { most: 1, name: 'server' },
};

/** Probes what was given. */
export async function audit(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const given = parseArguments(auditSpec, args);
  const { host, port } = readServer(given.operands[0]);
  const json = given.flag('json');
  if (io.stderr.isTerminal && !json) io.stderr.write(`Probing ${visibleText(host)} port ${port} ...\n`);
  const findings = await probe(given, host, port);
  const failed = findings.filter(({ status }) => status === 'fail');
  if (json) {
    for (const { id, status, severity, title, detail, source } of findings) writeRecord(io.stdout, { type: 'finding', id, status, severity, title, detail, source });
    writeRecord(io.stdout, { type: 'summary', ...count(findings) });
  } else show(findings, given.flag('explain'), `${host} port ${port}`, io);
  return failed.length === 0 ? EXIT.ok : EXIT.rejected;
}

async function probe(given: Arguments, host: string, port: number): Promise<readonly AuditFinding[]> {
  const timeout = given.number('timeout', 1, MOST_SECONDS);
  const ca = await readNamedPem('--ca', given.text('ca'));
  const timeoutMs = timeout === undefined ? undefined : timeout * 1000;
  const options = { host, port, from: given.text('from'), to: given.text('to'), ca, timeoutMs, only: given.text('only') };
  const findings = await auditSmtpServer(options).catch((error: unknown) => {
    throw asUsageError(error);
  });
  if (findings.length === 0) throw new UsageError(`no probe has a name that begins with ${JSON.stringify(given.text('only'))}`);
  return findings;
}

function readServer(url: string | undefined): { readonly host: string; readonly port: number } {
  if (url === undefined) throw new UsageError('which server?', 'Give its URL: smtp://host:port');
  try {
    const { host = '', port = SMTP_PORT, implicitTls } = parseSmtpUrl(url);
    if (implicitTls === true) throw new TypeError('the probes begin in clear text: give smtp://host:port');
    if (port > MOST_PORT) throw new TypeError('the port is none');
    return { host, port };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), 'A server looks like smtp://localhost:2525');
  }
}

function count(findings: readonly AuditFinding[]): { readonly passed: number; readonly failed: number; readonly skipped: number } {
  const of = (status: AuditFinding['status']): number => findings.filter((finding) => finding.status === status).length;
  return { passed: of('pass'), failed: of('fail'), skipped: of('skipped') };
}

function show(findings: readonly AuditFinding[], explain: boolean, server: string, io: CommandIo): void {
  const palette = paletteFor(io.stdout, io.env);
  const width = pageWidth(io.stdout);
  const { passed, failed, skipped } = count(findings);
  const lines = [formatRule(`audit of ${visibleText(server)}`, formatPlural(findings.length, 'probe'), width, palette), ''];
  for (const finding of findings) {
    lines.push(...formatFinding(finding, width, palette));
    if (!explain || finding.status !== 'fail') continue;
    const dialogue = formatDialogue(explainSession(finding.transcript), width - INDENT.length, palette);
    lines.push('', ...dialogue.map((line) => `${INDENT}${line}`.trimEnd()), '');
  }
  const verdict = `${failed === 0 ? 'Nothing failed' : `${formatPlural(failed, 'probe')} failed`}, ${passed} passed, ${skipped} could not be tried.`;
  io.stdout.write(`${[...lines, '', (failed === 0 ? palette.green : palette.red)(palette.bold(verdict))].join('\n')}\n`);
}

/** What passed takes a line; what failed or could not be tried says more. */
function formatFinding({ id, status, severity, title, detail, source }: AuditFinding, width: number, palette: Palette): readonly string[] {
  const marks = { pass: palette.green('✓'), fail: (severity === 'info' ? palette.yellow : palette.red)('✗'), skipped: palette.dim('-') };
  const columns = width - TITLE_COLUMN;
  const said = status === 'pass' ? [] : wrapText(`${status === 'fail' ? `${severity}, ${source}. ` : ''}The server: ${visibleText(detail)}`, columns);
  const [first = '', ...rest] = [...wrapText(title, columns), ...said];
  return [`${marks[status]} ${padEnd(palette.bold(id), TITLE_COLUMN - 2)}${first}`, ...rest.map((line) => ' '.repeat(TITLE_COLUMN) + line)];
}
