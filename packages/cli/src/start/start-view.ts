/** What `npm start` shows: to a person a page to read from top to bottom, to a program JSON lines. */
import { explainSession } from '@mailwright/smtp';
import { jmapView, summarizeMessage, type ParsedMessage } from '@mailwright/mime';
import { formatEndpoint } from '@mailwright/net';
import type { CommandIo } from '../command-io.ts';
import { formatDialogue } from '../output/dialogue-view.ts';
import { writeExplained } from '../output/explain-lines.ts';
import { explainImapSession, shortenRounds } from '../output/imap-explained.ts';
import { formatStructure } from '../inspection/structure-view.ts';
import { asJson, writeRecord } from '../output/json-lines.ts';
import { formatRule, pageWidth } from '../output/layout.ts';
import { formatCount, formatDuration, formatPlural } from '../output/numbers.ts';
import { paletteFor, type Palette } from '../output/palette.ts';
import { quoteReply } from '../output/reply-text.ts';
import { MARKS, paintStatus, recipientRecord } from '../output/result-view.ts';
import { formatRow, formatTls, tlsRecord } from '../output/tls-view.ts';
import { displayWidth, padEnd, padStart, truncate, visibleText, wrapText } from '../output/visible-text.ts';
import type { DemoSession } from './demo-client.ts';
import type { Reading } from './demo-reader.ts';
import type { DemoServer } from './demo-server.ts';
import type { Sample } from './samples.ts';
import { authenticationRecord, formatAuthentication } from './authentication-view.ts';
import type { Arrival, Authenticated, Verdict } from './verdict.ts';

const HASH_CHARACTERS = 12;
const INDENT = '  ';
/** What the columns behind the first one take. */
const REST_COLUMNS = 46;

export interface StartView {
  opening(server: DemoServer, nameServer: string, samples: readonly Sample[]): void;
  session(title: string, session: DemoSession): void;
  /** What the reader said and was told. */
  reading(title: string, reading: Reading): void;
  /** What a letter is made of, as the server got it. */
  structure(name: string, message: ParsedMessage): void;
  /** What TLS was negotiated, and how the client logged in. */
  security(session: DemoSession): void;
  /** Who the server thinks has sent what, and why. */
  authentication(letters: readonly Authenticated[]): void;
  summary(verdict: Verdict, durationMs: number): void;
}

export function createStartView(json: boolean, io: CommandIo): StartView {
  return json ? new JsonView(io) : new PageView(io);
}

/** What the mechanism does with the password. */
const LOGINS: Readonly<Record<string, string>> = {
  'SCRAM-SHA-256-PLUS': 'the password never left the client; its proof holds for this TLS session only (RFC 5802, RFC 9266)',
  'SCRAM-SHA-256': 'the password never left the client, which sent a proof that it knows it (RFC 5802)',
  PLAIN: 'the password was sent as it is, inside TLS (RFC 4616)',
};

function mechanismOf({ entries }: DemoSession): string | undefined {
  const command = entries.find(({ kind, text }) => kind === 'command' && text?.startsWith('AUTH ') === true);
  return command?.text?.split(' ')[1];
}

class PageView implements StartView {
  readonly #io: CommandIo;
  readonly #palette: Palette;
  readonly #width: number;
  /** What was explained in an earlier session is not explained again. */
  readonly #told = new Set<string>();

  constructor(io: CommandIo) {
    this.#io = io;
    this.#palette = paletteFor(io.stdout, io.env);
    this.#width = pageWidth(io.stdout);
  }

  opening(server: DemoServer, nameServer: string, samples: readonly Sample[]): void {
    const { bold, dim } = this.#palette;
    const octets = samples.reduce((sum, sample) => sum + sample.octets.length, 0);
    this.#print([
      bold('mailwright: a server and a client, and the letters between them'),
      '',
      ...this.#text(`A server listens on ${formatEndpoint(server.endpoint)}. Its certificate was made a moment ago, and the client trusts only the authority that made it. The client will send ${formatPlural(samples.length, 'letter')} (${formatCount(octets)} octets) through STARTTLS, a login, PIPELINING and CHUNKING, signed with keys that a name server on ${nameServer} publishes. One recipient does not exist, and two letters are not what they say. Who they are for watches his mailbox over IMAP on ${formatEndpoint(server.imapEndpoint)}.`),
      '',
      ...this.#text('C is the client, S the server. On the right stands what each line means, and the section of the RFC that says so. Commands in a bracket left in one go, without waiting for replies.').map(dim),
    ]);
  }

  session(title: string, { entries }: DemoSession): void {
    this.#print(['', formatRule(title, '', this.#width, this.#palette), '', ...formatDialogue(explainSession(entries), this.#width, this.#palette, this.#told)]);
  }

  reading(title: string, { entries }: Reading): void {
    this.#print(['', formatRule(title, '', this.#width, this.#palette), '', ...formatDialogue(shortenRounds(explainImapSession(entries)), this.#width, this.#palette, this.#told)]);
  }

  security(session: DemoSession): void {
    const mechanism = mechanismOf(session);
    const login = mechanism === undefined ? [] : formatRow('login', `${mechanism}: ${LOGINS[mechanism] ?? 'a mechanism of SASL'}`, this.#width, this.#palette);
    this.#print(['', formatRule('what TLS was negotiated, and the login', '', this.#width, this.#palette), '', ...formatTls(session.tls, this.#width, this.#palette), ...login]);
  }

  structure(name: string, message: ParsedMessage): void {
    const subject = summarizeMessage(message.source).subject;
    const title = `what ${visibleText(name)} is made of, as the server got it`;
    const about = subject === undefined ? [] : formatRow('subject', subject, this.#width, this.#palette);
    this.#print(['', formatRule(title, '', this.#width, this.#palette), '', ...about, ...formatStructure(message, this.#width, this.#palette)]);
  }

  authentication(letters: readonly Authenticated[]): void {
    this.#print(['', formatRule('who wrote them, as the receiver found out', '', this.#width, this.#palette), '', ...formatAuthentication(letters, this.#width, this.#palette)]);
  }

  summary({ arrivals, authenticated, reading, problems }: Verdict, durationMs: number): void {
    const { green, red, bold, dim } = this.#palette;
    const refused = authenticated.filter(({ result }) => result.outcome === 'rejected').length;
    const octets = arrivals.reduce((sum, arrival) => sum + (arrival.identical ? arrival.octets : 0), 0);
    const mended = arrivals.some((arrival) => arrival.mended) ? this.#text('Some lines ended in LF; they were sent with CRLF, as the wire demands.') : [];
    const praise = `All as expected: ${formatPlural(arrivals.length, 'message')}, ${formatCount(octets)} octets, each octet as it was sent, and ${formatPlural(refused, 'letter')} refused that ${refused === 1 ? 'was' : 'were'} not what ${refused === 1 ? 'it' : 'they'} said, in ${formatDuration(durationMs)}.`;
    const read = reading === undefined ? [] : this.#text(readingText(reading, arrivals));
    const verdict = problems.length === 0
      ? [...this.#text(praise).map((line) => green(bold(line))), dim('Your own letters: npm start -- letter.eml ...')]
      : [red(bold(`Not as expected (${formatPlural(problems.length, 'problem')}):`)), ...problems.flatMap((problem) => this.#text(`- ${visibleText(problem)}`)).map(red)];
    this.#print(['', formatRule('what arrived', '', this.#width, this.#palette), '', ...this.#arrivals(arrivals), '', ...read, ...mended, ...verdict]);
  }

  /** Each letter in a line, its recipients below. */
  #arrivals(arrivals: readonly Arrival[]): readonly string[] {
    const { green, red, bold, dim } = this.#palette;
    const widest = arrivals.flatMap(({ name, result }) => [displayWidth(name), ...result.recipients.map(({ address }) => displayWidth(address) + INDENT.length)]);
    const columns = Math.min(Math.max(...widest), this.#width - REST_COLUMNS);
    const label = (text: string, indent: string): string => indent + padEnd(truncate(visibleText(text), columns - indent.length), columns - indent.length);
    const lines = [dim(`${padEnd('letter, and its recipients', columns)}   octets  by    sha256 sent and received`)];
    for (const { name, octets, form, sha256Sent, sha256Received, identical, result } of arrivals) {
      const hashes = `${shorten(sha256Sent)} ${identical ? '=' : '≠'} ${shorten(sha256Received ?? 'nothing')}`;
      lines.push(`${bold(label(name, ''))}  ${padStart(formatCount(octets), 7)}  ${form}  ${(identical ? green : red)(hashes)}`);
      for (const { address, status, reply, code } of result.recipients) {
        const said = visibleText(reply === undefined ? (code ?? '') : quoteReply(reply));
        lines.push(`${label(address, INDENT)}  ${paintStatus(status, this.#palette)(padEnd(MARKS[status], 12))}  ${truncate(said, this.#width - columns - 16)}`);
      }
    }
    return lines;
  }

  #text(text: string): readonly string[] {
    return wrapText(text, this.#width);
  }

  #print(lines: readonly string[]): void {
    this.#io.stdout.write(`${lines.join('\n')}\n`);
  }
}

class JsonView implements StartView {
  readonly #io: CommandIo;
  #sessions = 0;

  constructor(io: CommandIo) {
    this.#io = io;
  }

  opening({ endpoint: { address, port }, fingerprint256 }: DemoServer, nameServer: string): void {
    writeRecord(this.#io.stdout, { type: 'listening', addresses: [{ address, port, tls: 'starttls' }], fingerprint256, nameServer });
  }

  session(_title: string, { entries }: DemoSession): void {
    writeExplained(this.#io.stdout, explainSession(entries), String(++this.#sessions));
  }

  reading(_title: string, { entries }: Reading): void {
    writeExplained(this.#io.stdout, explainImapSession(entries), String(++this.#sessions));
  }

  security(session: DemoSession): void {
    writeRecord(this.#io.stdout, { type: 'tls', tls: tlsRecord(session.tls), mechanism: mechanismOf(session) });
  }

  structure(name: string, message: ParsedMessage): void {
    writeRecord(this.#io.stdout, { type: 'structure', name, message: asJson(jmapView(message)) });
  }

  authentication(letters: readonly Authenticated[]): void {
    for (const letter of letters) writeRecord(this.#io.stdout, authenticationRecord(letter));
  }

  summary({ arrivals, reading, problems }: Verdict, durationMs: number): void {
    for (const { name, form, octets, sha256Sent, sha256Received, sha256Read, identical, mended, result } of arrivals) {
      const { outcome, recipients } = result;
      const content = { octets, sha256Sent, sha256Received, sha256Read, identical, mended };
      writeRecord(this.#io.stdout, { type: 'arrival', name, form, ...content, outcome, recipients: recipients.map(recipientRecord) });
    }
    if (reading !== undefined) writeRecord(this.#io.stdout, { type: 'reading', letters: reading.letters.map(({ uid, octets, sha256 }) => ({ uid, octets, sha256 })), updates: reading.updates, live: reading.live });
    writeRecord(this.#io.stdout, { type: 'summary', ok: problems.length === 0, problems, durationMs: Math.round(durationMs) });
  }
}

/** `Read over IMAP: 9 messages, 151,235 octets, told by watch() in 4 updates (IDLE), each with the sha256 that it was sent with.` */
function readingText({ letters, updates, live }: Reading, arrivals: readonly Arrival[]): string {
  const octets = letters.reduce((sum, letter) => sum + letter.octets, 0);
  const same = arrivals.filter(({ sha256Sent, sha256Read }) => sha256Sent === sha256Read).length;
  const how = same === letters.length ? 'each with the sha256 that it was sent with' : `${formatCount(same)} of them with the sha256 that they were sent with`;
  return `Read over IMAP: ${formatPlural(letters.length, 'message')}, ${formatCount(octets)} octets, told by watch() in ${formatPlural(updates, 'update')} (${live.toUpperCase()}), ${how}.`;
}

function shorten(hash: string): string {
  return truncate(hash, HASH_CHARACTERS + 1);
}
