/**
 * `mailwright serve`: a server for development that takes mail, shows it, keeps it if it shall, and delivers none.
 *
 * Read next: `../catcher/mail-catcher.ts` (what it does with a message), `serve-options.ts`.
 */
import { hostname } from 'node:os';
import { parseDomain, parseMailbox } from '@mailwright/address';
import { createServerTls, formatEndpoint, type Endpoint, type ServerTls } from '@mailwright/net';
import { createSmtpServer, type CloseCounts, type SmtpServer, type SmtpServerOptions } from '@mailwright/smtp-server';
import { parseArguments, type Arguments } from '../arguments/parse-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { freshCertificate, readCertificate, writeAuthority, type ServerCertificate } from '../catcher/certificate.ts';
import { CaughtMailbox, type Reading } from '../catcher/caught-mailbox.ts';
import { MailCatcher } from '../catcher/mail-catcher.ts';
import { MessageStore } from '../catcher/message-store.ts';
import { EXIT, type CommandIo, type ExitCode } from '../command-io.ts';
import { writeRecord } from '../output/json-lines.ts';
import { formatDuration, formatPlural } from '../output/numbers.ts';
import { paletteFor } from '../output/palette.ts';
import { visibleText } from '../output/visible-text.ts';
import { serveSpec } from './serve-options.ts';

export { serveSpec };

const DEFAULT_PORT = 2525;
const MOST_PORT = 65_535;
const CLOSE_MS = 10_000;
/** Who reads has nothing to lose. */
const READING_CLOSE_MS = 500;
/** To listen on, but not to be called by. */
const EVERY_ADDRESS: ReadonlySet<string> = new Set(['::', '0.0.0.0']);
/** Errors of one session: many more than a server on the internet should bear. */
const MOST_ERRORS = 1000;
const MECHANISMS = ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256', 'CRAM-MD5', 'PLAIN', 'LOGIN'] as const;

/** Serves until it is told to stop, or until it has caught `--max` messages. */
export async function serve(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const given = parseArguments(serveSpec, args);
  const certificate = await chooseCertificate(given);
  const store = await prepareStore(given.text('out'), io);
  const ports = { host: given.text('host'), imap: given.number('imap-port', 0, MOST_PORT), pop3: given.number('pop3-port', 0, MOST_PORT) };
  const mailbox = ports.imap === undefined && ports.pop3 === undefined ? undefined : new CaughtMailbox();
  const users = readUsers(given.list('auth'));
  const catcher = new MailCatcher({
    io,
    store,
    mailbox,
    users,
    rejected: given.list('reject').map(readRejected),
    max: given.number('max', 1, Number.MAX_SAFE_INTEGER) ?? Infinity,
    dialogue: given.flag('dialogue'),
    explain: given.flag('explain'),
    quiet: given.flag('quiet'),
    json: given.flag('json'),
  });
  const servers = await listen(given, catcher, certificate);
  const startedAt = io.clock.now();
  const readers = { users, allowClearText: given.flag('allow-clear-text-auth') };
  const reading = await mailbox?.listen(ports, readers, certificate === undefined ? undefined : makeTls(certificate), certificate).catch(async (error: unknown) => {
    await Promise.all([mailbox.close(0), ...servers.map(({ server }) => server.close({ timeoutMs: 0 }))]);
    throw error;
  });
  announce(servers, reading ?? [], certificate, given, io);
  await Promise.race([aborted(io.stop), aborted(io.unread), catcher.finished]);
  if (!given.flag('json') && io.stop.aborted && !given.flag('quiet')) io.stderr.write('\nClosing: transactions under way may end.\n');
  const counts = await Promise.all(servers.map(({ server }) => server.close({ timeoutMs: CLOSE_MS })));
  await catcher.settled();
  await mailbox?.close(READING_CLOSE_MS);
  conclude(catcher, counts, io.clock.now() - startedAt, given.flag('json'), io);
  return EXIT.ok;
}

interface Listening {
  readonly server: SmtpServer;
  readonly endpoint: Endpoint;
  readonly tls: 'starttls' | 'implicit' | 'none';
}

async function listen(given: Arguments, catcher: MailCatcher, certificate: ServerCertificate | undefined): Promise<readonly Listening[]> {
  const tls = certificate === undefined ? undefined : makeTls(certificate);
  const options = serverOptions(given, catcher, tls);
  const host = given.text('host');
  const implicitPort = given.number('implicit-tls-port', 0, MOST_PORT);
  if (implicitPort !== undefined && tls === undefined) throw new UsageError('--implicit-tls-port needs TLS: leave --no-tls out');
  const plain = createSmtpServer(options);
  const endpoint = await plain.listen({ host, port: given.number('port', 0, MOST_PORT) ?? DEFAULT_PORT });
  const listening: Listening[] = [{ server: plain, endpoint, tls: tls === undefined ? 'none' : 'starttls' }];
  if (implicitPort === undefined) return listening;
  const implicit = createSmtpServer({ ...options, implicitTls: true });
  try {
    return [...listening, { server: implicit, endpoint: await implicit.listen({ host, port: implicitPort }), tls: 'implicit' }];
  } catch (error) {
    await plain.close({ timeoutMs: 0 });
    throw error;
  }
}

function serverOptions(given: Arguments, catcher: MailCatcher, tls: ServerTls | undefined): SmtpServerOptions {
  const requireAuth = given.flag('require-auth');
  if (requireAuth && given.list('auth').length === 0) throw new UsageError('--require-auth needs somebody who may log in: --auth USER:PASSWORD');
  if (given.flag('require-tls') && tls === undefined) throw new UsageError('--require-tls and --no-tls exclude each other');
  const name = given.text('hostname');
  if (name !== undefined && !parseDomain(name).ok) throw new UsageError(`--hostname must be a domain name, not ${JSON.stringify(name)}`);
  const size = given.number('size', 0, Number.MAX_SAFE_INTEGER);
  return {
    ...catcher.handlers,
    hostname: name,
    tls,
    requireAuth,
    requireTls: given.flag('require-tls'),
    mechanisms: MECHANISMS,
    clearTextAuth: given.flag('allow-clear-text-auth') ? 'allow' : 'refuse',
    disabled: given.list('disable').map((keyword) => keyword.toUpperCase()),
    lineEnds: given.flag('normalize-line-ends') ? 'normalize' : 'reject',
    tarpit: false, // who develops makes errors on purpose, and does not want to wait for them
    limits: { messageOctets: size, errors: MOST_ERRORS },
  };
}

function makeTls({ key, cert }: ServerCertificate): ServerTls {
  try {
    return createServerTls({ key, cert });
  } catch (error) {
    throw new UsageError(`--tls-key and --tls-cert can't be used together: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function chooseCertificate(given: Arguments): Promise<ServerCertificate | undefined> {
  const [key, cert, caOut] = [given.text('tls-key'), given.text('tls-cert'), given.text('ca-out')];
  if (given.flag('no-tls')) {
    if (key !== undefined || cert !== undefined || caOut !== undefined) throw new UsageError('--no-tls leaves nothing to do for --tls-key, --tls-cert and --ca-out');
    return undefined;
  }
  if ((key === undefined) !== (cert === undefined)) throw new UsageError('--tls-key and --tls-cert go together');
  if (key !== undefined && cert !== undefined) {
    if (caOut !== undefined) throw new UsageError('--ca-out is for the fresh certificate; yours has an authority of its own');
    return readCertificate(key, cert);
  }
  const host = given.text('host');
  const named = [given.text('hostname') ?? hostname(), host ?? 'localhost'].filter((name) => parseDomain(name).ok || name === host);
  const fresh = freshCertificate([...named.filter((name) => !EVERY_ADDRESS.has(name)), 'localhost', '127.0.0.1', '::1']);
  if (caOut !== undefined) await writeAuthority(caOut, fresh.ca!);
  return fresh;
}

async function prepareStore(folder: string | undefined, io: CommandIo): Promise<MessageStore | undefined> {
  if (folder === undefined) return undefined;
  const store = new MessageStore(folder, io.clock, io.random);
  await store.prepare().catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--out ${folder} can't be written to (${error.code ?? error.message})`);
  });
  return store;
}

/** `user:password`; the password may hold colons. */
function readUsers(given: readonly string[]): ReadonlyMap<string, string> {
  return new Map(given.map((pair) => {
    const colon = pair.indexOf(':');
    if (colon < 1 || colon === pair.length - 1) throw new UsageError('--auth must be USER:PASSWORD');
    return [pair.slice(0, colon), pair.slice(colon + 1)];
  }));
}

/** An address, or `@domain`. */
function readRejected(given: string): string {
  const valid = given.startsWith('@') ? parseDomain(given.slice(1)).ok : parseMailbox(given).ok;
  if (!valid) throw new UsageError(`--reject must be an address or @DOMAIN, not ${JSON.stringify(given)}`);
  return given;
}

function announce(listening: readonly Listening[], reading: readonly Reading[], certificate: ServerCertificate | undefined, given: Arguments, io: CommandIo): void {
  if (given.flag('json')) {
    const addresses = listening.map(({ endpoint: { address, port }, tls }) => ({ address, port, tls }));
    const readable = reading.map(({ protocol, endpoint: { address, port }, tls }) => ({ protocol, address, port, tls }));
    writeRecord(io.stdout, { type: 'listening', addresses, reading: readable, fingerprint256: certificate?.fingerprint256, out: given.text('out') });
    return;
  }
  const palette = paletteFor(io.stdout, io.env);
  const ways = { starttls: 'STARTTLS offered', implicit: 'TLS from the first octet', none: 'no TLS' };
  for (const { endpoint, tls } of listening) io.stdout.write(`Listening on ${palette.bold(formatEndpoint(endpoint))}, ${ways[tls]}.\n`);
  for (const { protocol, endpoint } of reading) io.stdout.write(`Caught mail over ${protocol.toUpperCase()} on ${palette.bold(formatEndpoint(endpoint))}: ${given.list('auth').length === 0 ? 'any name and password' : 'the users of --auth'}.\n`);
  if (certificate !== undefined) io.stdout.write(palette.dim(`Certificate ${certificate.fingerprint256}\n`));
  const out = given.text('out');
  if (out !== undefined) io.stdout.write(`Messages are kept in ${visibleText(out)}.\n`);
  io.stdout.write(palette.dim('Ctrl-C ends it. No message is delivered anywhere.\n'));
}

function conclude(catcher: MailCatcher, counts: readonly CloseCounts[], durationMs: number, json: boolean, io: CommandIo): void {
  const sum = (field: keyof CloseCounts): number => counts.reduce((total, each) => total + each[field], 0);
  const { messages, octets, sessions, refusedRecipients } = catcher.counts;
  const open = { idle: sum('idle'), drained: sum('drained'), cut: sum('cut') };
  if (json) {
    writeRecord(io.stdout, { type: 'closed', messages, octets, sessions, refusedRecipients, durationMs: Math.round(durationMs), ...open });
    return;
  }
  const cut = open.cut === 0 ? '' : ` ${formatPlural(open.cut, 'session')} had to be cut.`;
  const caught = `${formatPlural(messages, 'message')} (${formatPlural(octets, 'octet')}) in ${formatPlural(sessions, 'session')}`;
  io.stdout.write(`${caught}, ${formatPlural(refusedRecipients, 'refused recipient')}, ${formatDuration(durationMs)}.${cut}\n`);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
