import { describe, expect, test } from 'vitest';
import {
  bdatOnlyExchangeLike, describeFault, FakeClock, type FaultPoint, faults, type FaultScript, faultScript, formatDialogue, greylister, rateLimited, SeededRandom, settle,
  startSmtpServer, tarpit, type TestServerOptions,
} from '@mailwright/testing';
import { RawClient } from './raw-client.ts';

const MAIL = 'MAIL FROM:<a@example.com>\r\n';
const RCPT = 'RCPT TO:<b@example.com>\r\n';
const TEXT = 'Subject: x\r\n\r\nHello\r\n.\r\n';

/** A client before the greeting, a server with `script`, and a clock that both tests and server share. */
async function scene(script: FaultScript, options: TestServerOptions = {}) {
  const clock = new FakeClock();
  const server = await startSmtpServer({ tarpit: false, ...options, clock, faults: script });
  const clients: RawClient[] = [];
  return {
    clock, server,
    async connect(): Promise<RawClient> {
      const client = await RawClient.connect(server.port);
      clients.push(client);
      return client;
    },
    async greeted(): Promise<RawClient> {
      const client = await this.connect();
      await client.replies(1);
      await client.ask('EHLO c.example\r\n');
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.destroy();
      await server.close();
      expect(clock.pending).toBe(0);
    },
  };
}

const codes = (replies: readonly string[]): string[] => replies.map((text) => text.slice(0, 3));

describe('replies', () => {
  test('the 3rd RCPT -> 451, its recipient is not the server\'s; the others get the message', async () => {
    await using s = await scene(faults().on('RCPT').nth(3).reply(451, '4.7.1', 'Greylisted'));
    const client = await s.greeted();
    const group = `${MAIL}${[1, 2, 3, 4].map((n) => `RCPT TO:<r${n}@example.com>\r\n`).join('')}DATA\r\n`;
    expect(await client.ask(group, 6)).toEqual([
      expect.stringMatching(/^250 2\.1\.0/), expect.stringMatching(/^250 2\.1\.5/), expect.stringMatching(/^250 2\.1\.5/), '451 4.7.1 Greylisted', expect.stringMatching(/^250 2\.1\.5/),
      expect.stringMatching(/^354 /),
    ]);
    expect(codes(await client.ask(TEXT))).toEqual(['250']);
    expect(s.server.messages[0]?.envelope.to).toEqual(['r1@example.com', 'r2@example.com', 'r4@example.com']);
    expect(formatDialogue(s.server.transcript())).toContain('# fault: on the 3rd RCPT: reply 451 4.7.1 Greylisted');
    expect(s.server.unusedFaults).toEqual([]);
  });

  test.each<[FaultPoint, string, number]>([
    ['EHLO', 'EHLO c.example\r\n', 1],
    ['HELO', 'HELO c.example\r\n', 1],
    ['STARTTLS', 'STARTTLS\r\n', 1],
    ['AUTH', 'AUTH PLAIN AHgAeQ==\r\n', 1],
    ['MAIL', MAIL, 1],
    ['RCPT', `${MAIL}${RCPT}`, 2],
    ['DATA', `${MAIL}${RCPT}DATA\r\n`, 3],
    ['BDAT', `${MAIL}${RCPT}BDAT 9 LAST\r\nQUIT\r\nQUI`, 3],
    ['RSET', 'RSET\r\n', 1],
    ['NOOP', 'NOOP\r\n', 1],
    ['VRFY', 'VRFY x\r\n', 1],
    ['EXPN', 'EXPN x\r\n', 1],
    ['HELP', 'HELP\r\n', 1],
    ['QUIT', 'QUIT\r\n', 1],
    ['final-dot', `${MAIL}${RCPT}BDAT 9 LAST\r\nQUIT\r\nQUI`, 3],
  ])('a refusal of %s -> in its place, the session goes on', async (point, text, count) => {
    await using s = await scene(faults().on(point).once().reply(450, undefined, 'Not now'), { auth: { x: 'y' }, clearTextAuth: 'allow' });
    const client = await s.greeted();
    if (point === 'EHLO') expect(client.text).toContain('450 Not now');
    const replies = await client.ask(text, count);
    if (point !== 'EHLO') expect(replies.at(-1)).toBe('450 Not now');
    expect(codes(await client.ask('NOOP\r\n'))).toEqual(['250']);
    expect(s.server.messages).toEqual([]);
  });

  test('greeting 554 -> only QUIT is left', async () => {
    await using s = await scene(faults().on('greeting').reply(554, '5.7.1', 'Go away'));
    const client = await s.connect();
    expect(await client.replies(1)).toEqual(['554 Go away']);
    expect(codes(await client.ask('EHLO c.example\r\nQUIT\r\n', 2))).toEqual(['503', '221']);
  });

  test('final dot 451 -> the message is not received, the next one is', async () => {
    await using s = await scene(faults().on('final-dot').once().reply(451, '4.3.0', 'Disk full'));
    const client = await s.greeted();
    for (const expected of ['451 4.3.0 Disk full', expect.stringMatching(/^250 /)]) {
      await client.ask(`${MAIL}${RCPT}DATA\r\n`, 3);
      expect(await client.ask(TEXT)).toEqual([expected]);
    }
    expect(s.server.messages).toHaveLength(1);
  });

  test('another 250 -> the server has accepted', async () => {
    await using s = await scene(faults().on('RCPT').reply(251, '2.1.5', 'User not local'));
    const client = await s.greeted();
    expect((await client.ask(`${MAIL}${RCPT}`, 2))[1]).toBe('251 2.1.5 User not local');
    expect(codes(await client.ask('DATA\r\n'))).toEqual(['354']);
  });

  test('421 -> said, then the connection is closed', async () => {
    await using s = await scene(faults().on('MAIL').reply(421, '4.7.0', 'Later'));
    const client = await s.greeted();
    expect(await client.ask(`${MAIL}${RCPT}`, 2)).toEqual(['421 4.7.0 Later']);
    await client.ended();
  });

  test('before EHLO a reply has no enhanced status code', async () => {
    await using s = await scene(faults().on('NOOP').reply(450, '4.3.0', 'x'));
    const client = await s.connect();
    await client.replies(1);
    expect(await client.ask('NOOP\r\n')).toEqual(['450 x']);
    await client.ask('EHLO c.example\r\n');
    expect(await client.ask('NOOP\r\n')).toEqual(['450 4.3.0 x']);
  });

  test('raw and append -> the octets as they are', async () => {
    await using s = await scene(faults().on('NOOP').raw('999 what\r\n').on('RSET').append('250 one too many\r\n'));
    const client = await s.greeted();
    const before = client.received;
    client.write('NOOP\r\n');
    expect((await client.octets(before + 10)).slice(before)).toBe('999 what\r\n');
    expect((await client.ask('RSET\r\n', 3)).at(-1)).toBe('250 one too many');
  });

  test('matching -> only the command with that text', async () => {
    await using s = await scene(faults().on('RCPT').matching('B@example').reply(550, '5.1.1', 'No'));
    const client = await s.greeted();
    expect(codes(await client.ask(`${MAIL}RCPT TO:<a@example.com>\r\n${RCPT}`, 3))).toEqual(['250', '250', '550']);
  });

  test('a login with challenges passes, and a message follows', async () => {
    await using s = await scene(faults().on('AUTH').delay(10), { auth: { x: 'y' }, clearTextAuth: 'allow' });
    const client = await s.greeted();
    const asked = client.ask('AUTH LOGIN\r\n');
    await settle();
    s.clock.advance(10);
    expect(codes(await asked)).toEqual(['334']);
    expect(codes(await client.ask('eA==\r\n'))).toEqual(['334']);
    expect(codes(await client.ask('eQ==\r\n'))).toEqual(['235']);
    await client.ask(`${MAIL}${RCPT}DATA\r\n`, 3);
    expect(codes(await client.ask(TEXT))).toEqual(['250']);
  });
});

describe('counting', () => {
  test.each<[string, FaultScript, string[]]>([
    ['every', faults().on('NOOP').reply(450), ['450', '450', '450', '450']],
    ['first 2', faults().on('NOOP').first(2).reply(450), ['450', '450', '250', '250']],
    ['from the 3rd', faults().on('NOOP').from(3).reply(450), ['250', '250', '450', '450']],
    ['the 2nd', faults().on('NOOP').nth(2).reply(450), ['250', '450', '250', '250']],
    ['two faults, the first one counts', faults().on('NOOP').nth(2).reply(450).on('NOOP').from(2).reply(451), ['250', '450', '451', '451']],
  ])('%s, over two connections', async (_name, script, expected) => {
    await using s = await scene(script);
    const first = await s.greeted();
    const replies = codes(await first.ask('NOOP\r\nNOOP\r\n', 2));
    const second = await s.greeted();
    expect([...replies, ...codes(await second.ask('NOOP\r\nNOOP\r\n', 2))]).toEqual(expected);
  });

  test.each<[string, FaultScript, string[]]>([
    ['per connection', faults().on('NOOP').perConnection().nth(1).reply(450), ['450', '250', '450', '250']],
    ['on the 2nd connection', faults().on('NOOP').onConnection(2).nth(1).reply(450), ['250', '250', '450', '250']],
  ])('%s', async (_name, script, expected) => {
    await using s = await scene(script);
    const first = await s.greeted();
    const second = await s.greeted();
    expect([...codes(await first.ask('NOOP\r\nNOOP\r\n', 2)), ...codes(await second.ask('NOOP\r\nNOOP\r\n', 2))]).toEqual(expected);
  });

  test('what never happened is reported', async () => {
    await using s = await scene(faults().on('MAIL').cut().on('NOOP').reply(450));
    const client = await s.greeted();
    await client.ask('NOOP\r\n');
    expect(s.server.unusedFaults.map(describeFault)).toEqual(['on every MAIL: cut the connection']);
  });
});

describe('the connection', () => {
  test('refused connections -> closed without a word; the next one is served', async () => {
    await using s = await scene(faults().refuseConnections(2));
    for (let index = 0; index < 2; index++) {
      const client = await s.connect();
      await client.ended();
      expect(client.text).toBe('');
    }
    expect(codes(await (await s.connect()).replies(1))).toEqual(['220']);
  });

  test('cut on MAIL -> no reply, connection gone', async () => {
    await using s = await scene(faults().on('MAIL').cut());
    const client = await s.greeted();
    expect(await client.ask(MAIL)).toEqual([]);
    await client.ended();
  });

  test.each<[string, FaultScript]>([
    ['cut', faults().cutAfterDot()],
    ['hang up', faults().on('final-dot').hangUp()],
  ])('%s after the dot -> the message is received, the client does not know', async (_name, script) => {
    await using s = await scene(script);
    const client = await s.greeted();
    await client.ask(`${MAIL}${RCPT}DATA\r\n`, 3);
    expect(await client.ask(TEXT)).toEqual([]);
    expect(s.server.messages).toHaveLength(1);
  });

  test('cut after the reply to the dot -> 250, then gone', async () => {
    await using s = await scene(faults().on('final-dot').cut('after-reply'));
    const client = await s.greeted();
    await client.ask(`${MAIL}${RCPT}DATA\r\n`, 3);
    expect(codes(await client.ask(TEXT, 2))).toEqual(['250']);
  });

  test.each<[string, FaultScript, string]>([
    ['greeting', faults().on('greeting').stall(), ''],
    ['after the greeting', faults().on('greeting').stall('after-reply'), '220 localhost ESMTP mailwright\r\n'],
  ])('stall at the %s -> open and silent, also for the server\'s own timeouts', async (_name, script, said) => {
    await using s = await scene(script, { timeouts: { commandMs: 1000 } });
    const client = await s.connect();
    await client.octets(said.length);
    client.write('EHLO c.example\r\n');
    await settle();
    await s.clock.advanceAsync(100_000);
    expect(client.text).toBe(said);
    expect(s.server.transcripts[0]?.open).toBe(true);
  });

  test.each<[string, FaultScript, boolean]>([
    ['cut', faults().on('DATA').afterOctets(1024).cut(), true],
    ['hang up', faults().on('DATA').afterOctets(1024).hangUp(), true],
    ['stall', faults().on('DATA').afterOctets(1024).stall(), false],
  ])('%s after 1024 octets of a message -> it is not received', async (_name, script, ends) => {
    await using s = await scene(script);
    const client = await s.greeted();
    await client.ask(`${MAIL}${RCPT}DATA\r\n`, 3);
    client.write(`${'x'.repeat(1022)}\r\n`);
    if (ends) expect(await client.ask('.\r\n')).toEqual([]);
    else {
      client.write('.\r\n');
      await settle();
      expect(client.text).toMatch(/354 [^\n]*\n$/);
    }
    expect(s.server.messages).toEqual([]);
    expect(s.server.unusedFaults).toEqual([]);
  });

  test('after octets of a chunk, and a word in between -> 421 in the middle of the message', async () => {
    await using s = await scene(faults().on('BDAT').afterOctets(3).raw('421 4.3.2 Sorry\r\n').on('BDAT').afterOctets(3).hangUp());
    const client = await s.greeted();
    expect(codes(await client.ask(`${MAIL}${RCPT}BDAT 9 LAST\r\n12345`, 3))).toEqual(['250', '250', '421']);
    await client.ended();
  });

  test('after octets of the whole connection -> cut exactly there', async () => {
    const before = `EHLO c.example\r\n${MAIL}`;
    await using s = await scene(faults().afterOctets(before.length).cut());
    const client = await s.connect();
    await client.replies(1);
    expect(codes(await client.ask(`${before}${RCPT}`, 3))).toEqual(['250', '250']);
  });

  test('on the 2nd connection only', async () => {
    await using s = await scene(faults().on('MAIL').onConnection(2).cut());
    const [first, second] = [await s.greeted(), await s.greeted()];
    expect(codes(await first.ask(MAIL))).toEqual(['250']);
    expect(await second.ask(MAIL)).toEqual([]);
  });
});

describe('time', () => {
  test('a delay on DATA -> the replies before it come at once, 354 later', async () => {
    await using s = await scene(faults().on('DATA').delay(60_000));
    const client = await s.greeted();
    client.write(`${MAIL}${RCPT}DATA\r\n`);
    expect(codes(await client.replies(2))).toEqual(['250', '250']);
    await settle();
    s.clock.advance(59_999);
    await settle();
    expect(client.text).not.toContain('354');
    s.clock.advance(1);
    expect(codes(await client.replies(1))).toEqual(['354']);
  });

  test('a dripped EHLO reply -> octet by octet', async () => {
    await using s = await scene(faults().on('EHLO').drip({ octets: 1, everyMs: 100 }));
    const client = await s.connect();
    await client.replies(1);
    const before = client.received;
    client.write('EHLO c.example\r\n');
    await client.octets(before + 1);
    for (let octets = 2; octets < 20; octets++) {
      s.clock.advance(100);
      expect((await client.octets(before + octets)).length).toBe(before + octets);
    }
    s.clock.advance(100_000);
    expect((await client.replies(1))[0]).toMatch(/^250-localhost\n[^]*\n250 \S+$/);
    expect(codes(await client.ask('NOOP\r\n'))).toEqual(['250']);
  });

  test('what comes behind a delayed reply waits its turn', async () => {
    await using s = await scene(faults().on('RSET').delay(1000).on('NOOP').nth(2).reply(450));
    const client = await s.greeted();
    client.write('NOOP\r\nRSET\r\nNOOP\r\nNOOP\r\n');
    expect(codes(await client.replies(1))).toEqual(['250']);
    await settle();
    s.clock.advance(1000);
    expect(codes(await client.replies(3))).toEqual(['250', '450', '250']);
  });

  test('a slow reader -> the message arrives piece by piece, whole in the end', async () => {
    await using s = await scene(faults().on('DATA').readSlowly({ octets: 10, everyMs: 100 }));
    const client = await s.greeted();
    await client.ask(`${MAIL}${RCPT}DATA\r\n`, 3);
    client.write(`${'x'.repeat(198)}\r\n.\r\n`);
    await settle();
    await s.clock.advanceAsync(1900);
    expect(s.server.messages).toEqual([]);
    await s.clock.advanceAsync(300);
    expect(codes(await client.replies(1))).toEqual(['250']);
    expect(s.server.messages[0]?.octets).toHaveLength(200);
  });

  test('a pause in the middle of a message -> then on', async () => {
    await using s = await scene(faults().on('DATA').afterOctets(5).delay(1000));
    const client = await s.greeted();
    await client.ask(`${MAIL}${RCPT}DATA\r\n`, 3);
    client.write('1234567\r\n.\r\n');
    await settle();
    expect(client.text).not.toContain('250 2.0.0');
    s.clock.advance(1000);
    expect(codes(await client.replies(1))).toEqual(['250']);
    expect(s.server.messages[0]?.raw()).toBe('1234567\r\n');
  });

  test('a client that floods a slow reader -> memory stays bounded, all arrives', async () => {
    await using s = await scene(faults().on('DATA').readSlowly({ octets: 65_536, everyMs: 1 }), { limits: { messageOctets: 10_000_000 } });
    const client = await s.greeted();
    await client.ask(`${MAIL}${RCPT}DATA\r\n`, 3);
    const line = `${'x'.repeat(998)}\r\n`;
    client.write(line.repeat(4000));
    client.write('.\r\n');
    for (let turn = 0; turn < 2000 && s.server.messages.length === 0; turn++) await s.clock.advanceAsync(1);
    expect(s.server.messages[0]?.octets).toHaveLength(4_000_000);
  });
});

describe('TLS', () => {
  test('STARTTLS not announced -> gone from EHLO, the rest of it stays', async () => {
    await using s = await scene(faults().on('EHLO').dropCapability('starttls').on('EHLO').setCapability('SIZE 1000').on('EHLO').setCapability('X-NEW y'));
    const client = await s.connect();
    await client.replies(1);
    const [ehlo] = await client.ask('EHLO c.example\r\n');
    expect(ehlo).not.toContain('STARTTLS');
    expect(ehlo).toMatch(/\n250-SIZE 1000\n[^]*\n250 X-NEW y$/);
    expect(ehlo).toContain('PIPELINING');
    expect(codes(await client.ask('STARTTLS\r\n'))).toEqual(['220']);
  });

  test('a delayed handshake -> it works when its time has come, and the session goes on inside', async () => {
    await using s = await scene(faults().on('handshake').delay(1000).on('STARTTLS').delay(500).on('MAIL').reply(450, '4.0.0', 'x'));
    const client = await s.greeted();
    const started = client.ask('STARTTLS\r\n');
    await settle();
    s.clock.advance(500);
    expect(codes(await started)).toEqual(['220']);
    const secured = client.startTls(s.server.ca);
    await settle();
    await s.clock.advanceAsync(1000);
    expect((await secured).authorized).toBe(true);
    expect(codes(await client.ask('EHLO c.example\r\n'))).toEqual(['250']);
    expect(await client.ask(MAIL)).toEqual(['450 4.0.0 x']);
  });

  test.each<[string, FaultScript]>([
    ['cut', faults().on('handshake').cut()],
    ['hang up', faults().on('handshake').hangUp()],
  ])('%s in place of the handshake -> the client loses the connection', async (_name, script) => {
    await using s = await scene(script);
    const client = await s.greeted();
    await client.ask('STARTTLS\r\n');
    await client.ended();
  });

  test.each(['starttls', 'implicit'] as const)('a stalled handshake (%s) -> silence, and the server can still be closed', async (tls) => {
    await using s = await scene(faults().on('handshake').stall(), { tls });
    const client = tls === 'implicit' ? await s.connect() : await s.greeted();
    if (tls === 'starttls') await client.ask('STARTTLS\r\n');
    const before = client.received;
    client.write('\x16\x03\x01');
    await settle();
    expect(client.received).toBe(before);
  });

  test('refused connections with implicit TLS', async () => {
    await using s = await scene(faults().refuseConnections(1), { tls: 'implicit' });
    const client = await s.connect();
    await client.ended();
    const second = await RawClient.connectTls(s.server.port, s.server.ca);
    expect(codes(await second.replies(1))).toEqual(['220']);
    second.destroy();
  });

  test('octets behind STARTTLS -> the server sees them and refuses, as without faults', async () => {
    await using s = await scene(faults().on('QUIT').cut());
    const client = await s.greeted();
    const replies = await client.ask('STARTTLS\r\nNOOP\r\n', 2);
    expect(replies).toHaveLength(1);
    expect(replies[0]).toMatch(/^5/);
  });
});

describe('nothing goes wrong but what the script says', () => {
  /** A session with everything in it, fed in pieces of `size` octets. */
  const SESSION = [
    'EHLO c.example\r\n', 'NOOP\r\nVRFY x\r\nFOO\r\n', `${MAIL}${RCPT}BDAT 7\r\nQUIT\r\n.BDAT 4 LAST\r\n\r\n.\r`, `${MAIL}${RCPT}${RCPT}DATA\r\n`,
    '..x\r\n.\r\r\n', 'QUIT\r\n.\r\n', 'RSET\r\n', `${MAIL}${RCPT}DATA\r\n`, '.\r\n', 'BDAT 3 LAST\r\nabcNOOP\r\n', `${'y'.repeat(5000)}\r\n`, 'QUIT\r\n',
  ].join('').replace('.\r\r\n', '.x\r\n');

  async function dialogue(script: FaultScript | undefined, size: number): Promise<string> {
    await using server = await startSmtpServer({ faults: script, tarpit: false });
    const client = await RawClient.connect(server.port);
    await client.replies(1);
    for (let from = 0; from < SESSION.length; from += size) {
      client.write(SESSION.slice(from, from + size));
      if (size < 100) await settle();
    }
    await client.ended();
    client.destroy();
    return `${client.text}${server.messages.map((message) => JSON.stringify([message.envelope.to, message.raw()])).join('\n')}`;
  }

  test.each([7, 64, 100_000])('a script that never strikes, pieces of %i octets -> the same session', async (size) => {
    const without = await dialogue(undefined, 100_000);
    expect(without).toContain('221 ');
    expect(await dialogue(faults().on('EXPN').cut(), size)).toBe(without);
  });
});

describe('whatever is late, nothing is lost', () => {
  const lateness = (random: SeededRandom): FaultScript => {
    let script = faults();
    const points = ['EHLO', 'MAIL', 'RCPT', 'DATA', 'BDAT', 'final-dot', 'any'] as const;
    for (let count = random.integer(2, 6); count > 0; count--) {
      const [octets, everyMs] = [random.integer(1, 40), random.integer(1, 50)];
      const rule = script.on(random.pick(points));
      switch (random.integer(0, 5)) {
        case 0: script = rule.delay(everyMs); break;
        case 1: script = rule.drip({ octets, everyMs }); break;
        case 2: script = script.on(random.pick(['DATA', 'BDAT'])).afterOctets(octets).delay(everyMs); break;
        case 3: script = script.afterOctets(random.integer(1, 600)).delay(everyMs); break;
        case 4: script = script.afterOctets(random.integer(1, 600)).readSlowly({ octets, everyMs }); break;
        default: script = script.on(random.pick(['DATA', 'BDAT'])).afterOctets(octets).readSlowly({ octets: octets + 5, everyMs });
      }
    }
    return script;
  };

  test.each(Array.from({ length: 25 }, (_, seed) => seed))('seed %i: two messages in random pieces arrive octet by octet', async (seed) => {
    const random = new SeededRandom(seed);
    const script = lateness(random);
    await using s = await scene(script);
    const client = await s.connect();
    const body = `Subject: x\r\n\r\n${random.text('abc.\n', 300).replaceAll('\n', '\r\n')}end\r\n`;
    const wire = [
      'EHLO c.example\r\n', `${MAIL}${RCPT}DATA\r\n`, `${body.replace(/^\./gm, '..')}.\r\n`, `${MAIL}${RCPT}BDAT 10\r\n${body.slice(0, 10)}BDAT ${body.length - 10} LAST\r\n${body.slice(10)}QUIT\r\n`,
    ];
    const replies = [1, 3, 1, 5];
    let expected = 1;
    const come = async (): Promise<void> => {
      for (let turn = 0; turn < 20_000 && (client.text.match(/^\d{3} /gm)?.length ?? 0) < expected; turn++) await s.clock.advanceAsync(s.clock.nextDue === undefined ? 0 : Math.min(60, Math.max(0, s.clock.nextDue - s.clock.now())));
      expect(client.text.match(/^\d{3} /gm)).toHaveLength(expected);
    };
    await come();
    for (const [index, text] of wire.entries()) {
      for (const piece of random.split(new TextEncoder().encode(text))) {
        client.write(Buffer.from(piece).toString('latin1'));
        if (random.chance(0.3)) await settle();
      }
      expected += replies[index]!;
      await come();
    }
    expect(s.server.messages.map((message) => message.raw())).toEqual([body, body]);
  });
});

describe('profiles', () => {
  test('greylister: unknown -> 451 until the delay has passed, per sender and recipient', async () => {
    await using s = await scene(greylister({ delayMs: 60_000 }));
    const client = await s.greeted();
    const attempt = async (from: string): Promise<string> => codes(await client.ask(`MAIL FROM:<${from}>\r\n${RCPT}RSET\r\n`, 3))[1]!;
    expect(await attempt('a@example.com')).toBe('451');
    s.clock.advance(59_999);
    expect(await attempt('a@example.com')).toBe('451');
    s.clock.advance(1);
    expect(await attempt('a@example.com')).toBe('250');
    expect(await attempt('x@example.com')).toBe('451');
  });

  test('rateLimited: the third message of a connection, the fourth within a minute -> 421 4.7.28', async () => {
    await using s = await scene(rateLimited({ perConnection: 2, perMinute: 3 }));
    const first = await s.greeted();
    expect(codes(await first.ask(`${MAIL}RSET\r\n${MAIL}RSET\r\n`, 4))).toEqual(['250', '250', '250', '250']);
    expect((await first.ask(MAIL))[0]).toMatch(/^421 4\.7\.28 /);
    await first.ended();
    const second = await s.greeted();
    expect(codes(await second.ask(`${MAIL}RSET\r\n`, 2))).toEqual(['421']);
    await s.clock.advanceAsync(60_000);
    expect(codes(await (await s.greeted()).ask(MAIL))).toEqual(['250']);
  });

  test('tarpit: every reply comes late', async () => {
    await using s = await scene(tarpit({ delayMs: 1000 }));
    const client = await s.connect();
    await settle();
    expect(client.text).toBe('');
    s.clock.advance(1000);
    expect(codes(await client.replies(1))).toEqual(['220']);
    client.write('EHLO c.example\r\n');
    await settle();
    s.clock.advance(1000);
    expect(codes(await client.replies(1))).toEqual(['250']);
  });

  test('bdatOnlyExchangeLike: DATA 502, BDAT works', async () => {
    await using s = await scene(bdatOnlyExchangeLike());
    const client = await s.greeted();
    expect(codes(await client.ask(`${MAIL}${RCPT}DATA\r\nBDAT 3 LAST\r\nabc`, 4))).toEqual(['250', '250', '502', '250']);
    expect(s.server.messages[0]?.raw()).toBe('abc');
  });
});

describe('scripts as values', () => {
  const SCRIPT = faults()
    .on('RCPT').nth(3).reply(451, '4.7.1', 'Greylisted')
    .on('DATA').perConnection().first(2).delay(500)
    .afterOctets(1024).stall()
    .on('MAIL').onConnection(2).matching('a@b').cut('after-reply')
    .on('EHLO').drip({ octets: 1, everyMs: 1000 })
    .on('EHLO').dropCapability('STARTTLS')
    .on('EHLO').setCapability('SIZE 5')
    .on('NOOP').from(11).raw('x\r\n')
    .on('NOOP').nth(22).append('y')
    .on('RCPT').beyond(5, 1000).hangUp()
    .on('DATA').readSlowly({ octets: 5, everyMs: 6 })
    .refuseConnections(1)
    .cutAfterDot()
    .and(greylister());

  test('described, one line each', () => {
    expect(SCRIPT.describe()).toBe([
      'on the 3rd RCPT: reply 451 4.7.1 Greylisted',
      'on the first 2 DATA of each connection: wait 500 ms',
      'on every connection, after 1024 octets: stall',
      'on every MAIL with "a@b" of the 2nd connection: cut the connection after the reply',
      'on every EHLO: say the reply 1 octets every 1000 ms',
      'on every EHLO: do not announce STARTTLS',
      'on every EHLO: announce SIZE 5',
      'on every NOOP from the 11th: say "x\\r\\n" in place of the reply',
      'on the 22nd NOOP: say "y" behind the reply',
      'on every RCPT beyond 5 in 1000 ms: hang up',
      'on every DATA: read 5 octets every 6 ms',
      'on the first connection: cut the connection',
      'on every final dot: cut the connection',
      'on every RCPT of a sender and recipient first seen less than 300000 ms ago: reply 451 4.7.1 Greylisted, please come again later',
      '',
    ].join('\n'));
  });

  test('written as JSON and read again -> the same', () => {
    const read = faultScript(JSON.parse(JSON.stringify(SCRIPT)) as FaultScript);
    expect(read).toEqual(SCRIPT);
  });

  test('a script never changes: two that begin alike', () => {
    const begin = faults().on('MAIL').delay(1);
    expect([begin.on('RCPT').cut().faults.length, begin.on('DATA').cut().faults.length, begin.faults.length]).toEqual([2, 2, 1]);
  });

  test.each<[string, () => unknown, typeof TypeError | typeof RangeError]>([
    ['an unknown point', () => faults().on('FOO' as FaultPoint).cut(), TypeError],
    ['the 0th', () => faults().on('MAIL').nth(0).cut(), RangeError],
    ['half a connection', () => faults().on('MAIL').onConnection(1.5).cut(), RangeError],
    ['CR in a reply', () => faults().on('MAIL').reply(450, undefined, 'a\rb'), TypeError],
    ['an enhanced code of another class', () => faults().on('MAIL').reply(450, '5.0.0', 'x'), TypeError],
    ['a negative delay', () => faults().on('MAIL').delay(-1), RangeError],
    ['a delay that is no number', () => faults().on('MAIL').delay(Number.NaN), RangeError],
    ['a drip of nothing', () => faults().on('MAIL').drip({ octets: 0, everyMs: 1 }), RangeError],
    ['a capability of MAIL', () => faults().on('MAIL').dropCapability('SIZE'), TypeError],
    ['a capability with CRLF', () => faults().on('EHLO').setCapability('SIZE 5\r\n250 X'), TypeError],
    ['a reply to a connection', () => faults().on('connection').reply(421), TypeError],
    ['a dripped handshake', () => faults().on('handshake').drip({ octets: 1, everyMs: 1 }), TypeError],
    ['octets of MAIL', () => faults().on('MAIL').afterOctets(5).cut(), TypeError],
    ['a reply after octets', () => faults().afterOctets(5).reply(421), TypeError],
    ['a greylisted MAIL', () => faults().on('MAIL').greylisted(5).reply(450), TypeError],
    ['beyond a negative count', () => faults().on('MAIL').beyond(-1, 5).reply(450), RangeError],
    ['JSON of another kind', () => faultScript({ faults: [{ ...SCRIPT.faults[0]!, action: { type: 'explode' } as never }] }), TypeError],
    ['JSON with another selection', () => faultScript({ faults: [{ ...SCRIPT.faults[0]!, selection: { type: 'some' } as never }] }), TypeError],
    ['JSON with another moment', () => faultScript({ faults: [{ ...SCRIPT.faults[0]!, action: { type: 'cut', moment: 'never' as never } }] }), TypeError],
  ])('%s -> refused at once', (_name, make, error) => {
    expect(make).toThrow(error);
  });
});
