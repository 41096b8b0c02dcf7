/**
 * `mailwright explain`: a transcript, or a session that is held now, line by line with its meaning and its RFC.
 *
 * Read next: `read-transcript.ts`, `../output/dialogue-view.ts`.
 */
import { dial, type TlsFacts } from '@mailwright/net';
import { explainSession as explainImapSession } from '@mailwright/imap';
import { type ExplainedLine, explainSession, type TranscriptEntry } from '@mailwright/smtp';
import { connectSmtp, type SmtpConnectOptions } from '@mailwright/smtp-client';
import { COMMON_OPTIONS, type CommandSpec, type OptionTable } from '../arguments/option-table.ts';
import { parseArguments } from '../arguments/parse-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { EXIT, type CommandIo, type ExitCode } from '../command-io.ts';
import { formatDialogue } from '../output/dialogue-view.ts';
import { writeExplained } from '../output/explain-lines.ts';
import { reportFailure } from '../output/failure.ts';
import { writeRecord } from '../output/json-lines.ts';
import { formatRule, pageWidth } from '../output/layout.ts';
import { paletteFor } from '../output/palette.ts';
import { explainPop3Session } from '../output/pop3-explained.ts';
import { formatTls, tlsRecord } from '../output/tls-view.ts';
import { asUsageError, CONNECTION_OPTIONS, readConnectionOptions } from './connection-options.ts';
import { readInput } from './read-input.ts';
import { readTranscript, type TranscriptSession } from './read-transcript.ts';

/** A transcript is held in memory; nobody reads more than this. */
const MOST_OCTETS = 33_554_432;

const OPTIONS: OptionTable = { ...CONNECTION_OPTIONS, ...COMMON_OPTIONS };

export const explainSpec: CommandSpec = {
  name: 'explain',
  summary: 'Explain a session of SMTP, IMAP or POP3 line by line, with the RFC: a file, or live',
  usage: ['[OPTIONS] FILE', '[OPTIONS] --url smtp://host:port'],
  description: [
    'FILE is a transcript: JSON lines, as "mailwright send --trace --json" and "mailwright serve --dialogue --json" write them, or text whose lines begin with "C:" and "S:". - reads the standard input. The greeting tells whether it is SMTP, IMAP or POP3.',
    'With --url or --host it connects, says EHLO, starts TLS if that is offered, logs in if told to, says QUIT, and explains what was said. No mail is sent. Passwords are never shown.',
  ],
  options: OPTIONS,
  examples: [
    ['mailwright explain --url smtp://localhost:2525', 'What can this server do?'],
    ['mailwright explain session.txt', 'What do these lines mean?'],
    ['mailwright send letter.eml --trace --json | mailwright explain -', 'Send a letter, then read what was said'],
  ],
  operands: { most: 1, name: 'transcript' },
};

/** Explains what was given. */
export async function explain(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const given = parseArguments(explainSpec, args);
  const json = given.flag('json');
  const [file] = given.operands;
  const live = given.text('url') !== undefined || given.text('host') !== undefined;
  if (live && file !== undefined) throw new UsageError('give either a transcript or a server, not both');
  if (live) return explainServer(await readConnectionOptions(given, io), json, io);
  if (file === undefined) throw new UsageError('there is nothing to explain', 'Give a FILE with a transcript, - for the standard input, or --url smtp://host:port.');
  const sessions = readTranscript(await readInput(file, MOST_OCTETS, io), file);
  for (const session of sessions) show(session, sessions.length > 1, json, io);
  return EXIT.ok;
}

function explained(session: TranscriptSession): readonly ExplainedLine[] {
  if (session.protocol === 'smtp') return explainSession(session.lines);
  return session.protocol === 'imap' ? explainImapSession(session.lines) : explainPop3Session(session.lines);
}

function show(session: TranscriptSession, titled: boolean, json: boolean, io: CommandIo): void {
  const { name } = session;
  const lines = explained(session);
  if (json) return writeExplained(io.stdout, lines, name);
  const palette = paletteFor(io.stdout, io.env);
  const width = pageWidth(io.stdout);
  const title = titled ? [formatRule(`session ${name}`, '', width, palette)] : [];
  io.stdout.write(`${[...title, ...formatDialogue(lines, width, palette)].join('\n')}\n`);
}

/** Holds a session. One that fails is explained too, as far as it came, and then the failure is told. */
async function explainServer(options: SmtpConnectOptions, json: boolean, io: CommandIo): Promise<ExitCode> {
  const sessions: TranscriptEntry[][] = [];
  let tls: TlsFacts | undefined;
  let failure: unknown;
  const traced: SmtpConnectOptions = {
    ...options,
    dial: (target) => {
      sessions.push([]); // an opportunistic handshake that fails is followed by a connection without TLS
      return dial(target);
    },
    trace: (entry) => void sessions.at(-1)?.push(entry),
  };
  try {
    const connection = await connectSmtp(traced);
    tls = connection.tls;
    await connection.quit();
  } catch (error) {
    failure = asUsageError(error);
  }
  if (failure instanceof UsageError) throw failure;
  const spoken = sessions.filter((lines) => lines.length > 0);
  for (const [index, lines] of spoken.entries()) show({ name: String(index + 1), protocol: 'smtp', lines }, spoken.length > 1, json, io);
  if (failure !== undefined) return reportFailure(failure, 'explain', json, io);
  if (json) writeRecord(io.stdout, { type: 'tls', tls: tlsRecord(tls) });
  else {
    const palette = paletteFor(io.stdout, io.env);
    const width = pageWidth(io.stdout);
    io.stdout.write(`\n${[formatRule('TLS', '', width, palette), ...formatTls(tls, width, palette)].join('\n')}\n`);
  }
  return EXIT.ok;
}
