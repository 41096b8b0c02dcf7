/**
 * What must hold of every octet string that comes as a server's or a client's part of an IMAP session, whatever the other end is doing: nothing throws; every call uses
 * octets up; frames, values and events are the same however the octets are cut; what was read is written as what is read again; where no literal is open the
 * next line is heard; the model of the mailbox stays one that can be.
 *
 * Read next: `imap-seeds.ts`.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  CLIENT_LIMITS, ClientMachine, type ClientEvent, type Command, encodeCommand, encodeResponse, explainCommand, explainResponse, type Frame, FrameReader, type ImapLimits, isAsciiSearch, parseCommand, parseResponse, resolveClientOptions,
  type Response, rewriteSearch, SERVER_LIMITS, type WrittenPiece, allCapabilities,
} from '@mailwright/imap';
import type { SeededRandom } from '@mailwright/testing';
import { ServerSubject } from '../../packages/imap/test/server-subject.ts';
import { IMAP_WORDS, imapSeeds } from './imap-seeds.ts';
import type { FuzzTarget } from './target.ts';

const NEWS = 'QFUZZ';
const CRLF = octets('\r\n');
const MARKER = octets(`* 7 ${NEWS}\r\n`);
const SMALL_LIMITS: Partial<ImapLimits> = { lineOctets: 300, keptLiteralOctets: 10, frameOctets: 600, depth: 6, elements: 40 };
const MOST_CHARACTERS_EXPLAINED = 1_000_000;
/** Characters that a machine tells or says for one octet that came, and for none: a short line may have a long answer. */
const TOLD_FACTOR = 150;
const TOLD_BASE = 20_000;

function octets(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** The first of the checks that says something. */
function check(input: Uint8Array, random: SeededRandom): string | undefined {
  const text = octets(Buffer.from(input).toString('latin1').replaceAll('A########', () => `A${random.integer(1, 9)}`).replace(/\bA\d{8}\b/g, () => `A${random.integer(1, 9)}`));
  const small = random.chance(0.3) ? SMALL_LIMITS : {};
  return (
    checkFrames(text, 'client', { ...CLIENT_LIMITS, ...small }, random) ?? checkFrames(text, 'server', { ...SERVER_LIMITS, ...small }, random) ?? checkClient(text, small, random) ?? checkServer(text, small, random)
  );
}

// Framing and grammar

interface Framed {
  readonly frames: readonly (Frame | string)[];
  /** All octets of literals that went by. */
  readonly streamed: string;
  readonly inside: boolean;
}

function frame(chunks: readonly Uint8Array[], end: 'client' | 'server', limits: ImapLimits): Framed {
  const reader = new FrameReader(limits, { end });
  const frames: (Frame | string)[] = [];
  let streamed = '';
  let wanted = 0;
  let calls = chunks.reduce((sum, { length }) => sum + 4 * length + 8, 8);
  for (const chunk of chunks) {
    reader.push(chunk);
    for (let event = reader.next(); event.type !== 'need-data'; event = reader.next()) {
      if (calls-- < 0) throw new Error('the reader does not get on');
      if (event.type === 'frame') frames.push(event.frame);
      else if (event.type === 'violation') frames.push(`${event.code} ${/^[!-~]*/.exec(Buffer.from(event.head).toString('latin1'))![0]}`); // its tag
      else if (event.type === 'literal-data') streamed += Buffer.from(event.octets).toString('latin1');
      else if (event.type === 'literal-wanted') {
        frames.push(`wanted ${event.octetCount} ${event.sync}`);
        if (wanted++ % 3 === 2) reader.refuse();
        else reader.accept();
      }
    }
  }
  return { frames, streamed, inside: reader.inside };
}

function checkFrames(input: Uint8Array, end: 'client' | 'server', limits: ImapLimits, random: SeededRandom): string | undefined {
  const whole = frame([input], end, limits);
  const cut = frame(random.chance(0.1) && input.length < 4096 ? Array.from(input, (octet) => Uint8Array.of(octet)) : random.split(input).map((chunk) => chunk.slice()), end, limits);
  if (!isDeepStrictEqual(plainFrames(cut), plainFrames(whole))) return `cut elsewhere, the ${end} reads other frames`;
  const ended = frame([input, CRLF], end, limits);
  const again = end === 'client' ? MARKER : octets('z NOOP\r\n');
  if (!ended.inside && !isDeepStrictEqual(plainFrames(frame([input, CRLF, again], end, limits)).at(-1), plainFrames({ frames: [{ octets: again.subarray(0, -2), streamed: [], complete: true }], streamed: '', inside: false })[0])) return `the ${end} loses the next line`;
  for (const one of whole.frames) {
    if (typeof one === 'string') continue;
    const wrong = end === 'client' ? checkResponse(one, limits, random.chance(0.5)) : checkCommand(one, limits, random.chance(0.5));
    if (wrong !== undefined) return `${wrong} in ${JSON.stringify(Buffer.from(one.octets).toString('latin1').slice(0, 400))}`;
  }
  return undefined;
}

const plainFrames = ({ frames, streamed }: Framed): readonly unknown[] => [...(streamed === '' ? [] : [streamed]), ...frames.map((one) => (typeof one === 'string' ? one : [Buffer.from(one.octets).toString('latin1'), one.streamed, one.complete]))];

function checkResponse(one: Frame, limits: ImapLimits, utf8: boolean): string | undefined {
  const response = parseResponse(one, limits, utf8);
  if (explainResponse(response).meaning.length > MOST_CHARACTERS_EXPLAINED) return 'the explanation has no bound';
  if (response.type === 'unreadable') return Buffer.from(response.raw).equals(one.octets) ? undefined : 'what is unreadable lost octets';
  if (one.streamed.length > 0) return undefined;
  const written = writtenResponse(response, utf8);
  if (written === undefined) return undefined;
  const again = parseResponse({ octets: written, streamed: [], complete: true }, CLIENT_LIMITS, utf8);
  const twice = again.type === 'unreadable' ? undefined : writtenResponse(again, utf8);
  return twice !== undefined && Buffer.from(twice).equals(written) ? undefined : `written as ${JSON.stringify(Buffer.from(written).toString('latin1'))}, and read again as ${twice === undefined ? again.type : JSON.stringify(Buffer.from(twice).toString('latin1'))}`;
}

/** Values that are read more leniently than they can be written are refused by a TypeError or a RangeError, and by nothing else. */
function writtenResponse(response: Response, utf8: boolean): Uint8Array | undefined {
  try {
    return joined(encodeResponse(response, utf8));
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return undefined;
    throw error;
  }
}

function joined(pieces: readonly WrittenPiece[]): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  for (const piece of pieces) {
    if (typeof piece === 'string') parts.push(Buffer.from(piece, 'utf8'));
    else if (piece.type === 'literal') parts.push(octets(`${piece.binary ? '~' : ''}{${piece.octets.length}}\r\n`), piece.octets);
    else return undefined;
  }
  return new Uint8Array(Buffer.concat(parts));
}

function checkCommand(one: Frame, limits: ImapLimits, utf8: boolean): string | undefined {
  const parsed = parseCommand(one, limits, utf8);
  if (explainCommand(parsed).meaning.length > MOST_CHARACTERS_EXPLAINED) return 'the explanation has no bound';
  if (!parsed.ok) return parsed.at <= one.octets.length ? undefined : 'the error lies outside of the command';
  if (parsed.command.name === 'SEARCH') rewriteSearch(parsed.command.search, { capabilities: new Set(['IMAP4REV1']), nowMs: 0 });
  if (one.streamed.length > 0) return undefined;
  let written: Uint8Array | undefined;
  try {
    written = joined(encodeCommand(parsed.tag, parsed.command, utf8));
  } catch (error) {
    return error instanceof TypeError || error instanceof RangeError ? undefined : `writing throws ${String(error)}`;
  }
  if (written === undefined) return undefined;
  const again = parseCommand({ octets: written, streamed: [], complete: true }, SERVER_LIMITS, utf8);
  return again.ok && isDeepStrictEqual(plainValue(again.command), plainValue(withCharset(parsed.command, utf8))) ? undefined : `written as ${JSON.stringify(Buffer.from(written).toString('latin1'))}, which ${again.ok ? 'says something else' : `can't be read: ${again.expected}`}`;
}

/** A search for what is no ASCII is written with the charset that it was read in. */
function withCharset(command: Command, utf8: boolean): Command {
  return !utf8 && 'search' in command && command.charset === undefined && !isAsciiSearch(command.search) ? { ...command, charset: 'UTF-8' } : command;
}

/** Octets without what they are a view of. */
function plainValue(command: Command): unknown {
  return JSON.parse(JSON.stringify(command, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value === undefined ? 'undefined' : value))) as unknown;
}

// The client's machine

const GREETING = octets('* OK [CAPABILITY IMAP4rev1 LITERAL+ QRESYNC CONDSTORE ENABLE IDLE ESEARCH COMPRESS=DEFLATE] hi\r\n');
/** What is in flight while the input comes; the first line is answered before. */
const SCENES: readonly (readonly string[])[] = [
  ['LOGIN a b'],
  ['LOGIN a b', 'SELECT INBOX'],
  ['LOGIN a b', 'SELECT INBOX', 'FETCH 1:* (UID FLAGS BODY[])', 'UID FETCH 1:5 (ENVELOPE BODYSTRUCTURE)', 'STATUS b (MESSAGES)', 'NOOP'],
  ['LOGIN a b', 'SELECT INBOX', 'UID SEARCH RETURN (ALL) ALL', 'UID STORE 1:9 +FLAGS (\\Seen)', 'LIST "" *'],
  ['LOGIN a b', 'ENABLE QRESYNC', 'SELECT INBOX (QRESYNC (7 1))', 'IDLE'],
  ['LOGIN a b', 'SELECT INBOX', 'EXPUNGE', 'THREAD REFERENCES UTF-8 ALL', 'LOGOUT'],
  ['AUTHENTICATE PLAIN AGEAYg=='], ['STARTTLS'], ['LOGIN a b', 'COMPRESS DEFLATE'], [],
];

function checkClient(input: Uint8Array, small: Partial<ImapLimits>, random: SeededRandom): string | undefined {
  const scene = random.pick(SCENES);
  const answered = random.integer(0, scene.length);
  const options = { limits: small, bareLf: random.chance(0.2) };
  const whole = runClient([input], scene, answered, options);
  const cut = runClient(random.split(input).map((chunk) => chunk.slice()), scene, answered, options);
  if (whole.wrong !== undefined || cut.wrong !== undefined) return whole.wrong ?? cut.wrong;
  const told = whole.told.reduce((sum, { length }) => sum + length, 0);
  if (told > TOLD_BASE + TOLD_FACTOR * input.length) return `the client tells ${told} characters of ${input.length} octets`;
  return isDeepStrictEqual(cut.told, whole.told) ? undefined : `cut elsewhere, the client tells ${difference(cut.told, whole.told)}`;
}

interface ClientRun { readonly told: readonly string[]; readonly wrong: string | undefined }

function runClient(chunks: readonly Uint8Array[], scene: readonly string[], answered: number, options: Parameters<typeof resolveClientOptions>[0]): ClientRun {
  const machine = new ClientMachine(resolveClientOptions(options), 0);
  const told: string[] = [];
  let pulls = 1000;
  let literal = '';
  let wrong: string | undefined;
  const pump = (): boolean => {
    for (;;) {
      const event = machine.next();
      if (event.type === 'literal-data') literal += Buffer.from(event.octets).toString('latin1');
      else if (event.type !== 'need-data' && event.type !== 'upgrade-tls') {
        told.push(`${literal}${describe(event)}`);
        literal = '';
      }
      if (event.type === 'need-data' || event.type === 'closed' || event.type === 'upgrade-tls' || event.type === 'compress') return event.type !== 'closed' && event.type !== 'compress';
      if (pulls-- < 0) throw new Error('the machine does not get on');
      wrong ??= checkModel(machine);
    }
  };
  machine.receive(GREETING, 0);
  pump();
  for (const [index, line] of scene.entries()) {
    machine.send(commandOf(line));
    while (machine.takeOutput(0) !== undefined) pump();
    if (index < answered) machine.receive(octets(answerTo(line, index + 1)), 0);
    if (!pump()) return { told, wrong };
  }
  for (const chunk of chunks) {
    pulls += 50 * chunk.length + 50;
    machine.receive(chunk, 0);
    if (!pump()) return { told, wrong };
  }
  machine.end();
  pump();
  if (told.at(-1)?.includes('"closed"') !== true && machine.next().type !== 'upgrade-tls') wrong ??= 'the session does not end with its octets';
  return { told, wrong };
}

/** With some UIDs of the mailbox, so that what comes can contradict them. */
function answerTo(line: string, number: number): string {
  if (line === 'IDLE') return '+ x\r\n';
  const uids = '* 1 FETCH (UID 10 FLAGS ())\r\n* 3 FETCH (UID 12 FLAGS ())\r\n* 6 FETCH (UID 30 FLAGS ())\r\n';
  const data = line.startsWith('SELECT') ? '* 6 EXISTS\r\n* OK [UIDVALIDITY 7] v\r\n' : line === 'ENABLE QRESYNC' ? '* ENABLED QRESYNC\r\n' : '';
  return `${data}A${number} OK x\r\n${line.startsWith('SELECT') ? uids : ''}`;
}

function commandOf(line: string): Command {
  const parsed = parseCommand({ octets: octets(`x ${line}`), streamed: [], complete: true }, SERVER_LIMITS, false);
  if (!parsed.ok) throw new SyntaxError(line);
  return parsed.command;
}

/** How much came behind the beginning of compression is a matter of the cuts, as is where octets are noticed that came before TLS. */
function describe(event: ClientEvent): string {
  if (event.type === 'compress') return event.type;
  if (event.type === 'violation') return event.code;
  return JSON.stringify(event, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value instanceof Map ? [...(value as Map<unknown, unknown>)] : value));
}

/** Numbers and UIDs ascend, and none is beyond what there is. */
function checkModel({ mailbox }: ClientMachine): string | undefined {
  if (mailbox === undefined) return undefined;
  const { exists, knownUids } = mailbox;
  if (exists < 0 || knownUids > exists) return `${knownUids} UIDs of ${exists} messages are known`;
  if (knownUids > 2000) return undefined;
  let [number, uid] = [0, 0];
  for (const [nextNumber, nextUid] of mailbox.uids()) {
    if (nextNumber <= number || nextUid <= uid || nextNumber > exists) return `number ${nextNumber} with UID ${nextUid} behind number ${number} with UID ${uid} of ${exists}`;
    if (mailbox.numberOf(nextUid) !== nextNumber) return `UID ${nextUid} is not found again`;
    [number, uid] = [nextNumber, nextUid];
  }
  return undefined;
}

const difference = (actual: readonly string[], expected: readonly string[]): string => {
  const at = Array.from({ length: Math.max(actual.length, expected.length) }, (_, index) => index).find((index) => actual[index] !== expected[index]) ?? 0;
  return `${actual[at]?.slice(0, 300)} in place of ${expected[at]?.slice(0, 300)} (number ${at})`;
};

// The server's machine

const STATES = [undefined, 'login', 'select'] as const;

function checkServer(input: Uint8Array, small: Partial<ImapLimits>, random: SeededRandom): string | undefined {
  const after = random.pick(STATES);
  const layered = random.chance(0.1); // STARTTLS and COMPRESS depend on what came together with them, so that the cuts matter
  const capabilities = random.chance(0.7) ? allCapabilities().filter((name) => layered || !name.startsWith('COMPRESS')) : ['LITERAL-', 'IDLE'];
  const options = { ...(after === undefined ? {} : { after }), capabilities, mechanisms: ['PLAIN'], startTls: layered, limits: { ...small, errors: 1000 } };
  const whole = runServer([input], options);
  const cut = runServer(random.split(input).map((chunk) => chunk.slice()), options);
  if (layered) return undefined;
  if (!isDeepStrictEqual(cut, whole)) return `cut elsewhere, the server says ${difference([...cut.log, cut.output], [...whole.log, whole.output])}`;
  if (whole.output.length > TOLD_BASE + TOLD_FACTOR * input.length) return `the server says ${whole.output.length} characters to ${input.length} octets`;
  if (/\r(?!\n)|(?<!\r)\n|\0/.test(whole.output)) return 'the server says a line that is none';
  if (input.includes(0x7b)) return undefined; // a literal may be open
  const ended = whole.log.findLast((line) => line !== 'closed eof');
  if (ended?.startsWith('closed') === true) return undefined;
  const heard = runServer([input, octets('\r\n*\r\nDONE\r\nzz99 NOOP\r\n')], options);
  return heard.output.includes('zz99 ') || heard.log.some((line) => /^closed (?!eof)/.test(line)) ? undefined : 'the server does not hear the next command';
}

function runServer(chunks: readonly Uint8Array[], options: ConstructorParameters<typeof ServerSubject>[0]): { readonly log: readonly string[]; readonly output: string } {
  const subject = new ServerSubject(options);
  const output: Uint8Array[] = [];
  for (const chunk of chunks) {
    if (subject.log().some((line) => /^(?:upgrade-tls|compress)/.test(line))) break;
    subject.feed(chunk);
    output.push(subject.output());
  }
  subject.end();
  output.push(subject.output());
  return { log: [...subject.log()], output: Buffer.concat(output).toString('latin1') };
}

export const target: FuzzTarget = { name: 'imap', seeds: imapSeeds, dictionary: IMAP_WORDS, check };
