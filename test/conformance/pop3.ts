/**
 * The cases about POP3: MailKit's scripted servers, replayed against our client. Each step is what the client has to write, octet by octet, and what the
 * server says to it. What the client makes of it is compared with a reading of the same lines that knows nothing of our parsers.
 *
 * Every session is run twice: as written, and with every octet on its own. The files end their lines with LF, as MailKit's tests keep them in its repository;
 * they are sent with CRLF.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { memoryPair, type Transport } from '@mailwright/net';
import { type LoginMethod, Pop3Client, type Pop3ConnectOptions, Pop3Error, type Pop3Message } from '@mailwright/pop3-client';
import { latin1 } from '@mailwright/wire';
import { DEVIATIONS } from './pop3-deviations.ts';
import type { CaseFailure, ConformanceSuite, SuiteResult } from './suite.ts';

interface Step {
  readonly client: string;
  readonly serverFile: string;
  readonly serverFileOmitted?: number;
}

interface Transcript {
  readonly test: string;
  readonly steps: readonly Step[];
}

/** A step with the server's words. */
interface Turn {
  readonly client: string;
  readonly server: string;
}

/** Commands that `Pop3Client.connect` says by itself. */
const CONNECTING = /^(?:|CAPA|UTF8|USER .*|PASS .*|APOP .*|AUTH .*|[A-Za-z0-9+/]+=*)\r\n$/;
const CALLED = /^(?:STAT|LIST|UIDL|RETR|TOP|DELE|RSET|NOOP|LANG|QUIT)\b/;
const PIPELINED_FILE_PARTS = 3;

export const suites: readonly ConformanceSuite[] = [
  {
    suite: 'pop3/mailkit-transcripts',
    async run(folder): Promise<SuiteResult> {
      const base = join(folder, 'pop3');
      const { tests } = JSON.parse(readFileSync(join(base, 'mailkit-transcripts.json'), 'utf8')) as { tests: Transcript[] };
      const failures: CaseFailure[] = [];
      for (const { test, steps } of tests) {
        const turns = steps.map((step) => ({ client: step.client, server: wordsOf(step, join(base, 'mailkit')) }));
        const failure = (await replay(test, turns, Infinity)) ?? (await replay(test, turns, 1));
        if (failure !== undefined) failures.push(failure);
      }
      return { suite: 'pop3/mailkit-transcripts', passed: tests.length - failures.length, failed: failures.length, skipped: 0, failures };
    },
  },
];

/** What the server says. A file that was left out for its size holds the answers of three messages, each as in the file of one. */
function wordsOf({ serverFile, serverFileOmitted }: Step, folder: string): string {
  const path = serverFileOmitted === undefined ? serverFile : serverFile.replace('123', '1');
  const text = readFileSync(join(folder, path), 'latin1').replace(/\r?\n/g, '\r\n');
  return serverFileOmitted === undefined ? text : text.repeat(PIPELINED_FILE_PARTS);
}

/** What a case came to: what each call gave, and what was written that the script does not have. */
interface Result {
  readonly calls: readonly unknown[];
  readonly unexpected: readonly string[];
}

async function replay(id: string, turns: readonly Turn[], maxChunkOctets: number): Promise<CaseFailure | undefined> {
  const called = turns.filter(({ client }, index) => CALLED.test(client) && index >= turns.findIndex((turn) => CALLED.test(turn.client)));
  const stated: Result = { calls: turns[0]!.server.startsWith('-ERR') ? ['refused'] : called.flatMap(readTurn), unexpected: [] };
  const expected = DEVIATIONS.find((deviation) => deviation.id === id)?.expected ?? stated;
  const actual = await run(turns, called, maxChunkOctets);
  return isDeepStrictEqual(actual, expected) ? undefined : { id, expected, actual };
}

async function run(turns: readonly Turn[], called: readonly Turn[], maxChunkOctets: number): Promise<Result> {
  const unexpected: string[] = [];
  const calls: unknown[] = [];
  let client: Pop3Client | undefined;
  try {
    client = await Pop3Client.connect({ ...optionsFor(turns), dial: async () => script(turns, maxChunkOctets, unexpected) });
    for (const turn of called) calls.push(...(await Promise.all(linesOf(turn.client).map((line) => call(client!, line)))));
  } catch (error) {
    calls.push(error instanceof Pop3Error && error.code === 'POP3_GREETING_REFUSED' ? 'refused' : String(error));
  } finally {
    client?.close();
  }
  return { calls, unexpected };
}

const linesOf = (written: string): readonly string[] => written.split('\r\n').slice(0, -1);

/** How MailKit's test logs in, from what it writes. */
function optionsFor(turns: readonly Turn[]): Pop3ConnectOptions {
  const written = turns.map(({ client }) => client).filter((line) => CONNECTING.test(line)).join('');
  const method = /^(?:AUTH (\S+)|(APOP|USER))/m.exec(written);
  const mechanisms = method === null ? undefined : [(method[1] ?? method[2]) as LoginMethod];
  return {
    tls: { mode: 'none' }, allowClearTextAuth: true, utf8: written.includes('UTF8\r\n'), mechanisms,
    auth: method === null ? undefined : { username: 'username', password: 'password' },
  };
}

/** A server that says its part when the client has said exactly what it has to. */
function script(turns: readonly Turn[], maxChunkOctets: number, unexpected: string[]): Transport {
  const [client, server] = memoryPair({ maxChunkOctets });
  let heard = '';
  let at = 1;
  server.attach({
    data(octets) {
      heard += latin1(octets);
      const due = turns[at]?.client ?? '';
      if (heard.length < due.length && due.startsWith(heard)) return;
      if (heard !== due) {
        unexpected.push(heard);
        return server.destroy();
      }
      heard = '';
      server.write(turns[at++]!.server);
    },
    end: () => server.close(),
    drained: () => undefined,
    closed: () => undefined,
  });
  server.write(turns[0]!.server);
  return client;
}

/** Says one line by the client, and tells what it gave as plain data. */
async function call(client: Pop3Client, line: string): Promise<unknown> {
  const [verb = '', first, second] = line.split(' ');
  const number = Number(first);
  try {
    switch (verb) {
      case 'STAT':
        return Object.values(await client.stat());
      case 'LIST':
        return first === undefined ? (await client.list()).map((listing) => [listing.number, listing.octets]) : await client.sizeOf(number);
      case 'UIDL':
        return first === undefined ? (await client.uidl()).map((listing) => [listing.number, listing.uid]) : await client.uidOf(number);
      case 'RETR':
        return await textOf(client.retrieve(number));
      case 'TOP':
        return await textOf(client.top(number, Number(second)));
      case 'DELE':
        return done(await client.delete(number));
      case 'RSET':
        return done(await client.reset());
      case 'NOOP':
        return done(await client.noop());
      case 'LANG':
        return first === undefined ? (await client.languages()).map(({ tag, description }) => [tag, description]) : done(await client.setLanguage(first));
      case 'QUIT':
        return done(await client.quit());
      default:
        return `no call for ${line}`;
    }
  } catch (error) {
    if (error instanceof Pop3Error && error.code === 'POP3_BAD_LISTING') return 'error';
    throw error;
  }
}

/** What a call gave that gives nothing: JSON has no `undefined`. */
const done = (_nothing: void): null => null;

async function textOf(message: Pop3Message): Promise<string> {
  return latin1(await message.toOctets());
}

/** The server's words to one turn, read by hand: one value for each command. */
function readTurn({ client, server }: Turn): readonly unknown[] {
  const lines = server.split('\r\n').slice(0, -1);
  return linesOf(client).map((command) => {
    const [verb = '', argument] = command.split(' ');
    const status = lines.shift()!.split(' ').slice(1);
    const multiple = verb === 'RETR' || verb === 'TOP' || (argument === undefined && ['LIST', 'UIDL', 'LANG'].includes(verb));
    const body = multiple ? lines.splice(0, lines.indexOf('.') + 1).slice(0, -1) : [];
    if (verb === 'RETR' || verb === 'TOP') return body.map((line) => `${line.startsWith('.') ? line.slice(1) : line}\r\n`).join('');
    if (verb === 'STAT') return status.map(Number);
    if (verb === 'LIST') return argument === undefined ? body.map((line) => line.split(' ').map(Number)) : Number(status[1]);
    if (verb === 'LANG') return argument === undefined ? body.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]) : null;
    if (verb !== 'UIDL') return null;
    if (argument !== undefined) return status[1];
    // MailKit: every message has its unique-id, and the numbers count up from 1.
    const listings = body.map((line) => line.split(' '));
    return listings.every(([number, uid], index) => Number(number) === index + 1 && uid !== undefined && uid !== '') ? listings.map(([number, uid]) => [Number(number), uid]) : 'error';
  });
}
