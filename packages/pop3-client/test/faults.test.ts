/** Connections that end anywhere, servers that break the rules anywhere: every promise settles, and nothing wrong is taken for right. */
import { memoryPair, type Transport } from '@mailwright/net';
import { Pop3Client, Pop3Error } from '@mailwright/pop3-client';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../testing/src/fake-clock.ts';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { large, permissive, PLAIN, textOf } from './support/world.ts';

const SCRIPT: readonly (readonly [heard: RegExp, said: string])[] = [
  [/^$/, '+OK ready\r\n'], [/^CAPA$/, '+OK\r\nPIPELINING\r\nUSER\r\nUIDL\r\n.\r\n'], [/^(USER|PASS) /, '+OK\r\n'], [/^LIST$/, '+OK\r\n1 13\r\n2 7\r\n.\r\n'], [/^UIDL$/, '+OK\r\n1 a\r\n2 b\r\n.\r\n'],
  [/^RETR 1$/, '+OK\r\nabc\r\n..\r\nend\r\n.\r\n'], [/^RETR 2$/, '+OK\r\nabcde\r\n.\r\n'], [/^DELE /, '+OK\r\n'], [/^QUIT$/, '+OK bye\r\n'],
];

interface Outcome {
  readonly read: readonly string[];
  readonly error: unknown;
}

/** What becomes of something that the server says, of which the first octet is the one of number `from`. */
type Change = (said: string, from: number) => string | { readonly last: string };

/** A whole session with a server whose words are changed on their way. */
async function session(change: Change, clock: FakeClock): Promise<Outcome> {
  const dial = async (): Promise<Transport> => {
    const [client, server] = memoryPair();
    let heard = '';
    let octets = 0;
    const say = (line: string): void => {
      const said = SCRIPT.find(([pattern]) => pattern.test(line))?.[1] ?? '-ERR\r\n';
      const changed = change(said, octets);
      octets += said.length;
      server.write(typeof changed === 'string' ? changed : changed.last);
      if (typeof changed !== 'string') server.close();
    };
    server.attach({
      data: (chunk) => {
        heard += new TextDecoder().decode(chunk);
        for (let end = heard.indexOf('\r\n'); end >= 0; end = heard.indexOf('\r\n')) {
          const line = heard.slice(0, end);
          heard = heard.slice(end + 2);
          say(line);
        }
      },
      end: () => server.close(), drained: () => undefined, closed: () => undefined,
    });
    say('');
    return client;
  };
  const read: string[] = [];
  try {
    const client = await Pop3Client.connect({ ...PLAIN, dial, clock });
    try {
      for await (const message of client.retrieveAll()) {
        read.push(await textOf(message));
        await client.delete(message.number!);
      }
      await client.quit();
    } finally {
      client.close();
      await client.quit();
    }
    return { read, error: undefined };
  } catch (error) {
    return { read, error };
  }
}

const MESSAGES = ['abc\r\n.\r\nend\r\n', 'abcde\r\n'];
const TOTAL = SCRIPT.reduce((sum, [, said]) => sum + said.length, 0) + 3 * 40;

/** The first `count` octets of all that the server says. */
const first = (count: number, said: string, from: number): string => (from + said.length <= count ? said : said.slice(0, Math.max(0, count - from)));

describe('the connection ends', () => {
  test('after every octet of the server: an error, and only whole messages', async () => {
    const outcomes: unknown[] = [];
    for (let cut = 0; cut < TOTAL; cut++) {
      const clock = new FakeClock();
      const outcome = session((said, from) => (from + said.length <= cut ? said : { last: first(cut, said, from) }), clock);
      const { read, error } = await settle(outcome, clock);
      expect(read).toEqual(MESSAGES.slice(0, read.length));
      if (error !== undefined) expect(error).toMatchObject({ name: 'Pop3Error', usable: false });
      expect(clock.pending).toBe(0);
      outcomes.push(error);
    }
    expect(outcomes.filter((error) => error !== undefined).length).toBeGreaterThan(150);
    expect(outcomes.at(-1)).toBeUndefined();
  });

  test('the server stops talking after every octet: an error in bounded time, and only whole messages', async () => {
    let cut = 0;
    for (; ; cut++) {
      const clock = new FakeClock();
      const { read, error } = await settle(session((said, from) => first(cut, said, from), clock), clock);
      expect(read).toEqual(MESSAGES.slice(0, read.length));
      if (error === undefined) break;
      expect(error).toMatchObject({ name: 'Pop3Error', code: 'POP3_TIMEOUT', usable: false });
    }
    expect(cut).toBeGreaterThan(150); // all that the server says
  });

  test('octets changed at random: no hang, no foreign error', async () => {
    const random = new SeededRandom(11);
    const wrong = ['\r', '\n', '.', '\0', '+', '-', 'x', '\r\n', '\r\n.\r\n', ''];
    for (let round = 0; round < 300; round++) {
      const clock = new FakeClock();
      const share = random.pick([0.002, 0.02, 0.2]);
      const { error } = await settle(session((said) => Array.from(said, (octet) => (random.chance(share) ? random.pick(wrong) : octet)).join(''), clock), clock);
      if (error !== undefined) expect(error).toBeInstanceOf(Pop3Error);
    }
  });
});

/** Lets half an hour pass, which is more than all deadlines together. */
async function settle(outcome: Promise<Outcome>, clock: FakeClock): Promise<Outcome> {
  let settled: Outcome | undefined;
  void outcome.then((result) => (settled = result));
  for (let minute = 0; settled === undefined && minute < 30; minute++) await clock.advanceAsync(60_000);
  expect(settled).toBeDefined();
  return settled!;
}

describe('a server that breaks the rules', () => {
  test.each([['mailkit: a UIDL line without its unique-id', '1 101\r\n2 102\r\n3 \r\n'], ['no number', 'x 101\r\n'], ['two words', '1 a b\r\n']])('%s: an error, the connection goes on', async (_name, lines) => {
    const client = await Pop3Client.connect(permissive((line) => (line === 'UIDL' ? `+OK\r\n${lines}.\r\n` : line === 'STAT' ? '+OK x\r\n' : '+OK\r\n')));
    await expect(client.uidl()).rejects.toMatchObject({ code: 'POP3_BAD_LISTING', side: 'remote', usable: true });
    await expect(client.stat()).rejects.toMatchObject({ code: 'POP3_BAD_LISTING', usable: true });
    await expect(textOf(client.retrieve({ uid: 'x' }))).rejects.toMatchObject({ code: 'POP3_BAD_LISTING' });
    await client.noop();
    client.close();
  });

  test('numbers with gaps are what is left after a deletion', async () => {
    const client = await Pop3Client.connect(permissive((line) => (line === 'UIDL' ? '+OK\r\n1 101\r\n4 103\r\n.\r\n' : '+OK\r\n')));
    expect(await client.uidl()).toEqual([{ number: 1, uid: '101' }, { number: 4, uid: '103' }]);
    client.close();
  });

  test('a second response ends the connection; what waits is told so', async () => {
    const client = await Pop3Client.connect(permissive(() => '+OK\r\n+OK\r\n'));
    await client.noop().catch(() => undefined);
    await expect(client.noop()).rejects.toMatchObject({ code: 'POP3_UNEXPECTED_RESPONSE', usable: false });
    client.close();
  });

  test('a message beyond messageOctets ends the loop and the connection', async () => {
    const client = await Pop3Client.connect({ ...permissive((line) => (line === 'RETR 1' ? `+OK\r\n${new TextDecoder().decode(large(5000))}` : undefined)), limits: { messageOctets: 1000 } });
    await expect(textOf(client.retrieve(1))).rejects.toMatchObject({ code: 'LIMIT_MESSAGE_OCTETS', phase: 'message', usable: false });
    client.close();
  });

  test('lf-too: a server that sends bare LF', async () => {
    const script = permissive((line) => (line === 'RETR 1' ? '+OK\na\n..b\n.\n' : line === 'LIST' ? '+OK\n1 5\n.\n' : '+OK\n'));
    const client = await Pop3Client.connect({ ...script, lineEnds: 'lf-too' });
    expect(await client.list()).toEqual([{ number: 1, octets: 5 }]);
    expect(await textOf(client.retrieve(1))).toBe('a\n.b\n');
    await client.quit();
    const strict = await Pop3Client.connect(script);
    await expect(strict.noop()).rejects.toMatchObject({ code: 'POP3_BAD_RESPONSE' });
    strict.close();
  });
});
