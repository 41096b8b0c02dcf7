/**
 * `mailwright send`: one message to one server, and what became of it for each recipient.
 *
 * Read next: `../letter/letter.ts` (the message), `connection-options.ts` (the way there), `load-test.ts` (`--count`).
 */
import { formatEndpoint } from '@mailwright/net';
import { explainSession, type DsnReturn, type Notify, type TranscriptEntry } from '@mailwright/smtp';
import { connectSmtp, type SendResult, type SmtpConnectOptions, type SmtpConnection, type SmtpMessage } from '@mailwright/smtp-client';
import { parseArguments, type Arguments } from '../arguments/parse-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { EXIT, type CommandIo, type ExitCode } from '../command-io.ts';
import { withoutBcc } from '../letter/bcc.ts';
import { composeLetter } from '../letter/compose.ts';
import { completeEnvelope, readAddresses, readReversePath, type Envelope } from '../letter/envelope.ts';
import { letterBody, openLetter, type Letter } from '../letter/letter.ts';
import { formatDialogue, formatEntry } from '../output/dialogue-view.ts';
import { writeExplained } from '../output/explain-lines.ts';
import { reportFailure } from '../output/failure.ts';
import { writeRecord } from '../output/json-lines.ts';
import { formatRule, pageWidth } from '../output/layout.ts';
import { formatDuration, formatOctets } from '../output/numbers.ts';
import { paletteFor } from '../output/palette.ts';
import { Progress } from '../output/progress.ts';
import { formatRecipients, resultRecord } from '../output/result-view.ts';
import { tlsRecord } from '../output/tls-view.ts';
import { asUsageError, readConnectionOptions } from './connection-options.ts';
import { runLoadTest } from './load-test.ts';
import { sendSpec } from './send-options.ts';

export { sendSpec };

const MOST_MESSAGES = 10_000_000;
const MOST_CONNECTIONS = 1000;
const MOST_WINDOW = 10_000;
const DEFAULT_CONCURRENCY = 5;

/** Sends what was given. */
export async function send(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const given = parseArguments(sendSpec, args);
  const count = given.number('count', 1, MOST_MESSAGES);
  const connect = await readSendOptions(given, io);
  const { message, letter } = await readMessage(given, io);
  if (count === undefined) {
    if (given.text('concurrency') !== undefined) throw new UsageError('--concurrency is for --count');
    return sendOnce(given, connect, message, letter, io);
  }
  if (letter.rest !== undefined) throw new UsageError(`${letter.name} is too large to be sent many times`);
  if (given.flag('trace') || given.flag('explain')) throw new UsageError('--trace and --explain show one message; leave --count out');
  const concurrency = given.number('concurrency', 1, MOST_CONNECTIONS) ?? DEFAULT_CONCURRENCY;
  const test = { connect: { ...connect, maxConnections: concurrency }, message: { ...message, signal: undefined }, octets: letter.head.length, count, concurrency };
  return runLoadTest({ ...test, json: given.flag('json') }, io);
}

async function readSendOptions(given: Arguments, io: CommandIo): Promise<SmtpConnectOptions> {
  const window = given.number('window', 1, MOST_WINDOW);
  const connect = await readConnectionOptions(given, io);
  return {
    ...connect,
    window: window ?? connect.window,
    lineEnds: given.flag('normalize-line-ends') ? 'normalize' : 'reject',
    requireRecipients: given.flag('all-or-nothing') ? 'all' : 'any',
  };
}

interface Outgoing {
  readonly message: SmtpMessage;
  readonly letter: Letter;
}

async function readMessage(given: Arguments, io: CommandIo): Promise<Outgoing> {
  const [file] = given.operands;
  const { letter: original, envelope } = file === undefined ? await composed(given, io) : await fromFile(file, given, io);
  const letter = envelope.toFromHeader && !given.flag('keep-bcc') ? withoutBcc(original) : original;
  const size = given.flag('normalize-line-ends') ? undefined : letter.octets;
  const message: SmtpMessage = {
    from: envelope.from,
    to: envelope.to,
    body: letterBody(letter),
    size,
    smtpUtf8: given.flag('smtputf8') || (letter.rest !== undefined && letter.header.fields.some(({ raw }) => raw.some((octet) => octet > 0x7f))),
    dsn: { notify: readNotify(given.text('dsn-notify')), ret: given.choice('dsn-ret', ['full', 'hdrs'])?.toUpperCase() as DsnReturn | undefined, envid: given.text('dsn-envid') },
    signal: io.stop,
  };
  return { message, letter };
}

async function fromFile(file: string, given: Arguments, io: CommandIo): Promise<{ readonly letter: Letter; readonly envelope: Envelope }> {
  const own = (['subject', 'text', 'html'] as const).find((name) => given.text(name) !== undefined) ?? (['header', 'attach'] as const).find((name) => given.list(name).length > 0);
  if (own !== undefined) throw new UsageError(`--${own} is for a composed message; ${file} is sent as it is`);
  const letter = await openLetter(file, io);
  const from = given.text('from');
  return { letter, envelope: completeEnvelope(letter.header, from === undefined ? undefined : readReversePath('--from', from), recipients(given)) };
}

async function composed(given: Arguments, io: CommandIo): Promise<{ readonly letter: Letter; readonly envelope: Envelope }> {
  const [subject, text, html, from] = [given.text('subject'), given.text('text'), given.text('html'), given.text('from')];
  const attach = given.list('attach');
  if (subject === undefined && text === undefined && html === undefined && attach.length === 0) {
    throw new UsageError('there is no message to send', 'Give a FILE.eml, - for the standard input, or --subject and --text.');
  }
  if (from === undefined) throw new UsageError('who is it from?', 'Give --from ADDRESS.');
  if (recipients(given).length === 0) throw new UsageError('who is it to?', 'Give --to ADDRESS.');
  const author = readAddresses('--from', [from])[0]!;
  const [to, cc] = [readAddresses('--to', given.list('to')), readAddresses('--cc', given.list('cc'))];
  const letter = await composeLetter({ from: author, to, cc, subject, text, html, attach, headers: given.list('header') }, io);
  return { letter, envelope: completeEnvelope(letter.header, author.mailbox, recipients(given)) };
}

function recipients(given: Arguments): NonNullable<ReturnType<typeof readReversePath>>[] {
  return (['to', 'cc', 'bcc'] as const).flatMap((name) => readAddresses(`--${name}`, given.list(name))).map(({ mailbox }) => mailbox!);
}

/** `never`, or a list. @rfc 3461 4.1 */
function readNotify(given: string | undefined): Notify | undefined {
  if (given === undefined) return undefined;
  const words = given.toUpperCase().split(',');
  if (words.length === 1 && words[0] === 'NEVER') return 'NEVER';
  if (words.every((word) => word === 'SUCCESS' || word === 'FAILURE' || word === 'DELAY')) return words as Notify;
  throw new UsageError(`--dsn-notify must be never, or some of success,failure,delay, not ${JSON.stringify(given)}`);
}

/** One message on one connection. */
async function sendOnce(given: Arguments, options: SmtpConnectOptions, message: SmtpMessage, letter: Letter, io: CommandIo): Promise<ExitCode> {
  const json = given.flag('json');
  const entries: TranscriptEntry[] = [];
  const palette = paletteFor(io.stdout, io.env);
  const trace = (entry: TranscriptEntry): void => {
    if (given.flag('explain')) entries.push(entry);
    if (!given.flag('trace')) return;
    if (json) writeRecord(io.stdout, { type: 'line', ...entry });
    else io.stdout.write(`${formatEntry(entry, palette)}\n`);
  };
  const showSession = (): void => {
    if (entries.length === 0) return;
    const explained = explainSession(entries);
    if (json) writeExplained(io.stdout, explained, '1');
    else io.stdout.write(`${formatDialogue(explained, pageWidth(io.stdout), palette).join('\n')}\n\n`);
  };
  const startedAt = io.clock.now();
  let connection: SmtpConnection | undefined;
  try {
    connection = await connectSmtp(given.flag('trace') || given.flag('explain') ? { ...options, trace } : options);
    const { tls, peer } = connection;
    const result = await connection.send(withProgress(message, letter, io));
    await connection.quit({ timeoutMs: 5000 });
    showSession();
    return concludeSend({ result, server: formatEndpoint(peer), tls, durationMs: io.clock.now() - startedAt, letter }, json, io);
  } catch (error) {
    if (connection === undefined) showSession();
    connection?.close();
    throw asUsageError(error);
  }
}

/** A large message shows how far it has got. */
function withProgress(message: SmtpMessage, letter: Letter, io: CommandIo): SmtpMessage {
  const { octets, rest } = letter;
  if (rest === undefined) return message;
  const progress = new Progress(io.stderr, paletteFor(io.stderr, io.env), io.clock, octets ?? 0);
  const body = message.body as AsyncIterable<Uint8Array>;
  const counted = async function* (): AsyncIterable<Uint8Array> {
    let done = 0;
    for await (const chunk of body) {
      yield chunk;
      done += chunk.length;
      progress.show(done, octets === undefined ? formatOctets(done) : `${formatOctets(done)} of ${formatOctets(octets)}`);
    }
    progress.clear();
  };
  return { ...message, body: counted() };
}

interface Sent {
  readonly result: SendResult;
  readonly server: string;
  readonly tls: SmtpConnection['tls'];
  readonly durationMs: number;
  readonly letter: Letter;
}

function concludeSend({ result, server, tls, durationMs, letter }: Sent, json: boolean, io: CommandIo): ExitCode {
  const { error } = result;
  if (json) writeRecord(io.stdout, { ...resultRecord(result), message: letter.name, server, tls: tlsRecord(tls), durationMs: Math.round(durationMs) });
  else {
    const palette = paletteFor(io.stdout, io.env);
    const width = pageWidth(io.stdout);
    const way = tls === undefined ? palette.yellow('in clear text') : `by ${tls.protocol}`;
    io.stdout.write(`${formatRule(`${letter.name === '-' ? 'standard input' : letter.name} to ${server}`, '', width, palette)}\n`);
    const done = result.outcome === 'not-sent' ? 'Connected' : formatOctets(result.octetCount);
    io.stdout.write(`${done} ${way} in ${formatDuration(durationMs)}.\n`);
    io.stdout.write(`${formatRecipients(result.recipients, width, palette).join('\n')}\n`);
  }
  if (error === undefined) return EXIT.ok;
  if (result.outcome === 'rejected' || result.outcome === 'partial') return EXIT.rejected;
  return reportFailure(error, 'send', json, io);
}
