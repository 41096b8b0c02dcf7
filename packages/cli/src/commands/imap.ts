/**
 * `mailwright imap`: what is in the mailboxes of any IMAP server. Nothing is changed there.
 *
 * Read next: `imap-options.ts`, `imap-saving.ts`, `../output/mailbox-view.ts`.
 *
 * @rfc 9051 6
 */
import { isAtom, parseCommand, parseSection, type SearchKey, SERVER_LIMITS, STAR } from '@mailwright/imap';
import { type FetchedMessage, ImapClient, type ImapConnectOptions, type Mailbox, type MailboxUpdate, parseImapUrl, type TraceEntry } from '@mailwright/imap-client';
import { encodeUtf8 } from '@mailwright/wire';
import { parseArguments, type Arguments } from '../arguments/parse-arguments.ts';
import { nearest } from '../arguments/nearest.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { EXIT, type CommandIo, type ExitCode } from '../command-io.ts';
import { formatDialogue } from '../output/dialogue-view.ts';
import { writeExplained } from '../output/explain-lines.ts';
import { explainImapSession } from '../output/imap-explained.ts';
import { writeRecord } from '../output/json-lines.ts';
import { pageWidth } from '../output/layout.ts';
import { formatMailboxes, formatMessages, mailboxRecord, messageRecord } from '../output/mailbox-view.ts';
import { formatPlural, formatTime } from '../output/numbers.ts';
import { paletteFor } from '../output/palette.ts';
import { Progress } from '../output/progress.ts';
import { visibleText } from '../output/visible-text.ts';
import { saveDownload } from './imap-saving.ts';
import { asUsageError, policyOf, readCredentials, readMaterial, readMechanisms, TLS_MODES } from './connection-options.ts';
import { imapSpec, OPTIONS_OF_VERBS } from './imap-options.ts';

export { imapSpec };

const DEFAULT_LIMIT = 20;
const MOST_SECONDS = 86_400;
const WANT = { flags: true, envelope: true, internalDate: true, size: true };

/** What a verb does with the server; gives the exit code. */
type Verb = (task: Task) => Promise<ExitCode>;

interface Task {
  readonly client: ImapClient;
  readonly given: Arguments;
  /** What stands behind the verb. */
  readonly words: readonly string[];
  readonly json: boolean;
  readonly io: CommandIo;
}

const VERBS: Readonly<Record<string, { readonly run: Verb; readonly least: number; readonly most: number }>> = {
  ls: { run: ls, least: 0, most: 1 },
  fetch: { run: fetchMessages, least: 0, most: 1 },
  search: { run: searchMessages, least: 1, most: 98 },
  watch: { run: watch, least: 0, most: 0 },
  get: { run: getMessage, least: 1, most: 1 },
};

/** Connects, does what the verb says, and logs out. */
export async function imap(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const given = parseArguments(imapSpec, args);
  const [url, name, ...words] = given.operands;
  if (url === undefined) throw new UsageError('the server is missing', 'It looks like imaps://user@mail.example.org');
  const verb = name !== undefined && Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (verb === undefined) throw unknownVerb(name);
  if (words.length < verb.least || words.length > verb.most) throw new UsageError(words.length < verb.least ? `${name} needs more: ${imapSpec.usage.find((line) => line.startsWith(`URL ${name}`))!}` : `${name} has nothing to do with ${JSON.stringify(words.at(-1))}`);
  checkWords(name!, words, given);
  const json = given.flag('json');
  const entries: TraceEntry[] = [];
  const options = await readOptions(url, given, io, entries);
  const client = await ImapClient.connect(options).catch((error: unknown) => {
    throw asUsageError(error);
  });
  const interrupt = (): void => void client.close();
  if (name !== 'watch') io.stop.addEventListener('abort', interrupt); // a watch ends in good order
  try {
    const code = await verb.run({ client, given, words, json, io });
    await client.logout();
    return code;
  } finally {
    io.stop.removeEventListener('abort', interrupt);
    await client.close();
    if (given.flag('explain')) showExplained(entries, json, io);
  }
}

/** What is wrong with the command line is told before anybody is called. */
function checkWords(name: string, words: readonly string[], given: Arguments): void {
  for (const [option, verbs] of Object.entries(OPTIONS_OF_VERBS)) {
    if (given.has(option) && !verbs.includes(name)) throw new UsageError(`--${option} means nothing to ${name}`, `It is for ${verbs.join(', ')}.`);
  }
  if (name === 'search') readSearch(words);
  if (name === 'fetch') readUids(words[0]);
  readLimits(given);
  if (name !== 'get') return;
  readUid(words[0]!);
  const section = given.text('section') ?? '';
  if (parseSection(section) === undefined) throw new UsageError(`--section: there is no section ${JSON.stringify(section)}`, 'It looks like 1.2, HEADER, TEXT, 1.2.MIME or 1.2.HEADER.FIELDS (SUBJECT).');
  if (given.flag('json') && given.text('out') === undefined) throw new UsageError('--json needs --out FILE: the message itself goes to the standard output');
}

function readLimits(given: Arguments): { readonly limit: number; readonly max: number } {
  return { limit: given.number('limit', 0, 1_000_000) ?? DEFAULT_LIMIT, max: given.number('max', 1, Number.MAX_SAFE_INTEGER) ?? Infinity };
}

function unknownVerb(name: string | undefined): UsageError {
  const names = Object.keys(VERBS);
  const meant = name === undefined ? undefined : nearest(name, names);
  return new UsageError(name === undefined ? 'what to do is missing' : `there is nothing called ${JSON.stringify(name)} to do`, meant === undefined ? `Say one of ${names.join(', ')} behind the URL.` : `Did you mean ${meant}?`);
}

async function readOptions(url: string, given: Arguments, io: CommandIo, entries: TraceEntry[]): Promise<ImapConnectOptions> {
  const server = readUrl(url);
  const auth = readAuth(given, io, server.auth);
  const mode = given.choice('tls', TLS_MODES);
  const seconds = given.number('timeout', 1, MOST_SECONDS);
  const timeoutMs = seconds === undefined ? undefined : seconds * 1000;
  const { ca, cert, key } = await readMaterial(given);
  const show = given.flag('trace');
  const json = given.flag('json');
  return {
    ...server,
    tls: mode === undefined ? server.tls : policyOf(mode, server.host ?? 'localhost'),
    ca, cert, key, auth,
    mechanisms: readMechanisms(given.list('mechanism')),
    allowClearTextAuth: given.flag('allow-clear-text-auth'),
    connectTimeoutMs: timeoutMs ?? server.connectTimeoutMs,
    tlsTimeoutMs: timeoutMs,
    commandTimeoutMs: timeoutMs,
    timeouts: timeoutMs === undefined ? undefined : { greetingMs: timeoutMs },
    disabled: given.list('disable'),
    trace: show || given.flag('explain') ? (entry) => trace(entry, entries, show, json, io) : undefined,
    signal: io.stop,
    clock: io.clock,
    random: io.random,
  };
}

function readUrl(url: string): ImapConnectOptions {
  try {
    return parseImapUrl(url);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), 'It looks like imaps://user@host or imap://user:password@host:143; special characters in name and password are percent-encoded.');
  }
}

/** A URL with a name and no password takes the password from where `--user` takes it. */
function readAuth(given: Arguments, io: CommandIo, auth: ImapConnectOptions['auth']): ImapConnectOptions['auth'] {
  const named = readCredentials(given, io);
  if (named !== undefined || typeof auth !== 'object' || !('password' in auth) || auth.password !== '') return named ?? auth;
  const [password = '', token = ''] = [io.env['MAILWRIGHT_PASSWORD'], io.env['MAILWRIGHT_TOKEN']];
  if (password !== '') return { username: auth.username, password };
  if (token !== '') return { username: auth.username, token };
  throw new UsageError('the user of the URL needs a password', 'Set $MAILWRIGHT_PASSWORD.');
}

function trace(entry: TraceEntry, entries: TraceEntry[], show: boolean, json: boolean, io: CommandIo): void {
  entries.push(entry);
  if (!show) return;
  const { direction, text, octets, line } = entry;
  if (json) return writeRecord(io.stdout, { type: 'line', line, direction, text, octets });
  const palette = paletteFor(io.stderr, io.env);
  const speaker = { client: palette.cyan('C'), server: palette.green('S'), event: palette.magenta('*') }[direction];
  io.stderr.write(`${speaker}  ${visibleText(text ?? `(${formatPlural(octets, 'octet')})`)}\n`);
}

function showExplained(entries: readonly TraceEntry[], json: boolean, io: CommandIo): void {
  if (json) writeExplained(io.stdout, explainImapSession(entries), '1');
  else io.stdout.write(`\n${formatDialogue(explainImapSession(entries), pageWidth(io.stdout), paletteFor(io.stdout, io.env)).join('\n')}\n`);
}

async function ls({ client, given, words, json, io }: Task): Promise<ExitCode> {
  const counted = given.flag('status');
  const boxes = await client.list({ pattern: words[0], status: counted ? ['MESSAGES', 'UNSEEN'] : undefined });
  if (json) for (const box of boxes) writeRecord(io.stdout, mailboxRecord(box));
  else if (boxes.length === 0) io.stdout.write('No mailboxes.\n');
  else io.stdout.write(`${formatMailboxes(boxes, counted, pageWidth(io.stdout), paletteFor(io.stdout, io.env)).join('\n')}\n`);
  return boxes.length === 0 ? EXIT.rejected : EXIT.ok;
}

async function fetchMessages(task: Task): Promise<ExitCode> {
  const box = await openBox(task);
  const asked = readUids(task.words[0]);
  const { uids } = await box.search(asked ?? { key: 'ALL' });
  return show(task, box, uids);
}

async function searchMessages(task: Task): Promise<ExitCode> {
  const box = await openBox(task);
  const { uids, exact } = await box.search(readSearch(task.words));
  if (!exact) task.io.stderr.write('The server does not know all of these keys: there may be messages too many.\n');
  return show(task, box, uids);
}

/** The messages in a table or as records, the last ones of them. */
async function show(task: Task, box: Mailbox, uids: readonly number[]): Promise<ExitCode> {
  const { given, json, io } = task;
  const { limit } = readLimits(given);
  const shown = limit === 0 ? uids : uids.slice(-limit);
  const progress = new Progress(io.stderr, paletteFor(io.stderr, io.env), io.clock, shown.length);
  const messages: FetchedMessage[] = [];
  for await (const message of box.fetch(shown, WANT)) {
    messages.push(message);
    progress.show(messages.length, formatPlural(messages.length, 'message'));
  }
  progress.clear();
  messages.sort((a, b) => a.uid - b.uid);
  if (json) {
    for (const message of messages) writeRecord(io.stdout, messageRecord(message));
    writeRecord(io.stdout, { type: 'found', mailbox: box.name, messages: uids.length, shown: messages.length });
  } else if (uids.length > 0) {
    io.stdout.write(`${formatMessages(messages, pageWidth(io.stdout), paletteFor(io.stdout, io.env)).join('\n')}\n`);
    if (shown.length < uids.length) io.stdout.write(`The last ${shown.length} of ${formatPlural(uids.length, 'message')}; --limit 0 shows all.\n`);
  } else io.stdout.write('No messages.\n');
  return EXIT.ok;
}

/** Tells what happens until Ctrl-C, until nobody reads it, or until `--max` updates. */
async function watch({ client, given, json, io }: Task): Promise<ExitCode> {
  const box = await openBox({ client, given });
  const { max } = readLimits(given);
  const over = new AbortController();
  for (const signal of [io.stop, io.unread]) signal.addEventListener('abort', () => over.abort(), { once: true });
  if (!json) io.stdout.write(`Watching ${visibleText(box.name)}: ${formatPlural(box.exists, 'message')}. Ctrl-C ends it.\n`);
  let updates = 0;
  for await (const update of updatesOf(box, over.signal, given.text('since'))) {
    const { added, removed, changed, reset, unknown, live, sync, token } = update;
    const messages = added.length === 0 ? [] : await box.fetch(added, WANT).all();
    const flags = changed.map(({ uid, flags: now }) => ({ uid, flags: now ?? [] }));
    if (json) writeRecord(io.stdout, { type: 'update', at: new Date(io.clock.wallTime()).toISOString(), added: messages.map(messageRecord), removed, changed: flags, reset, unknown, live, sync, token });
    else io.stdout.write(newsText(update, messages, flags, io));
    if (++updates >= max) break;
  }
  return EXIT.ok;
}

/** A token that is none is a mistake of the command line. */
async function* updatesOf(box: Mailbox, signal: AbortSignal, token: string | undefined): AsyncGenerator<MailboxUpdate> {
  try {
    yield* box.watch({ signal, token });
  } catch (error) {
    if (token !== undefined && error instanceof TypeError) throw new UsageError(`--since: ${error.message}`, 'Give the token of an update of watch --json, in quotes.');
    throw error;
  }
}

function newsText({ reset, removed, unknown }: MailboxUpdate, added: readonly FetchedMessage[], changed: readonly { readonly uid: number; readonly flags: readonly string[] }[], io: CommandIo): string {
  const palette = paletteFor(io.stdout, io.env);
  const time = palette.dim(formatTime(io.clock.wallTime()));
  const lines = [
    ...(reset ? [`${palette.yellow('!')} The mailbox is another one than before: UIDs mean other messages now.`] : []),
    ...(unknown.includes('changed') ? [`${palette.yellow('!')} Flags may have changed meanwhile; this server can't tell which.`] : []),
    ...added.flatMap((message) => formatMessages([message], pageWidth(io.stdout) - 12, palette).slice(1).map((line) => `${palette.green('+')} ${line}`)),
    ...removed.map((uid) => `${palette.red('-')} ${uid}`),
    ...changed.map(({ uid, flags }) => `${palette.yellow('~')} ${uid} ${visibleText(flags.join(' ') || 'no flags')}`),
  ];
  return lines.map((line) => `${time} ${line}\n`).join('');
}

/** One message or part of it, octet by octet, as it comes. */
async function getMessage({ client, given, words, json, io }: Task): Promise<ExitCode> {
  const box = await openBox({ client, given });
  const file = given.text('out');
  const octets = await saveDownload(box.download(readUid(words[0]!), given.text('section') ?? ''), file, io);
  if (json) writeRecord(io.stdout, { type: 'saved', file, octets });
  else if (file !== undefined) io.stdout.write(`${visibleText(file)}: ${formatPlural(octets, 'octet')}\n`);
  return EXIT.ok;
}

function openBox({ client, given }: Pick<Task, 'client' | 'given'>): Promise<Mailbox> {
  return client.open(given.text('mailbox') ?? 'INBOX', { readOnly: true });
}

/** `FROM joe UNSEEN`: the keys of SEARCH as IMAP writes them; a word that is no atom is quoted. */
function readSearch(words: readonly string[]): SearchKey {
  const text = words.map((word) => (isAtom(word) || /^[(][^]*[)]$/.test(word) || /^[\d:,*$]+$/.test(word) ? word : `"${word.replace(/[\\"]/g, '\\$&')}"`)).join(' ');
  const parsed = parseCommand({ octets: encodeUtf8(`A SEARCH ${text}`), streamed: [], complete: true }, SERVER_LIMITS, true);
  if (!parsed.ok || parsed.command.name !== 'SEARCH') throw new UsageError(`this is no search: ${words.join(' ')}`, 'Keys are those of IMAP (RFC 9051 section 6.4.4): FROM jane, SUBJECT plan, UNSEEN, SINCE 1-Jan-2026, LARGER 100000, NOT ..., OR ... ...');
  return parsed.command.search;
}

/** `1,5:7,20:*` */
function readUids(text: string | undefined): SearchKey | undefined {
  if (text === undefined) return undefined;
  if (!/^(?:\d+|\*)(?::(?:\d+|\*))?(?:,(?:\d+|\*)(?::(?:\d+|\*))?)*$/.test(text)) throw new UsageError(`UIDS look like 1,5:7,20:*, not ${JSON.stringify(text)}`);
  const number = (word: string): number => (word === '*' ? STAR : readUid(word));
  const set = text.split(',').map((range) => range.split(':')).map(([first = '', last = first]): [number, number] => [number(first), number(last)]);
  return { key: 'UID', set };
}

function readUid(text: string): number {
  const uid = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (uid < 1 || uid > 0xffff_ffff) throw new UsageError(`a UID is a number from 1 to 4294967295, not ${JSON.stringify(text)}`);
  return uid;
}
