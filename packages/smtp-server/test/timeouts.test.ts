/** Every wait has an end: the timers of RFC 5321 4.5.3.2 and those of the driver, on a clock that the test moves. */
import { memoryPair, type Transport } from '@mailwright/net';
import { type Reply, reply } from '@mailwright/smtp';
import type { SmtpServerOptions } from '@mailwright/smtp-server';
import { describe, expect, test } from 'vitest';
import { settle } from '../../testing/src/fake-clock.ts';
import { deferred, ENVELOPE, harness, told } from './support/harness.ts';

const MINUTE = 60_000;

/** Nothing happens before `ms` have passed, and something does then. */
async function endsAfter(h: ReturnType<typeof harness>, ms: number, ended: () => boolean): Promise<void> {
  await h.pass(ms - 1);
  expect(ended()).toBe(false);
  await h.pass(1);
  expect(ended()).toBe(true);
}

describe('the client', () => {
  test('rfc5321 4.5.3.2.7: five minutes for the next command, then 421 4.4.2', async () => {
    await using h = harness();
    const client = await h.session();
    await endsAfter(h, 5 * MINUTE, () => client.ended);
    expect(client.text).toMatch(/^421 4\.4\.2 /);
    await client.close();
    expect(h.ends).toEqual(['timeout']);
  });

  test('five minutes for EHLO behind the greeting', async () => {
    await using h = harness();
    const client = h.connect();
    await client.reply();
    await endsAfter(h, 5 * MINUTE, () => client.ended);
  });

  test('each reply starts the time anew', async () => {
    await using h = harness();
    const client = await h.session();
    for (let count = 0; count < 5; count++) {
      await h.pass(4 * MINUTE);
      expect((await client.ask('NOOP')).code).toBe(250);
    }
    await endsAfter(h, 5 * MINUTE, () => client.ended);
  });

  test('a command that drips gets no more time than one that comes at once', async () => {
    await using h = harness();
    const client = await h.session();
    for (let minute = 0; minute < 4; minute++) {
      client.say('NO');
      await h.pass(MINUTE);
    }
    expect(client.ended).toBe(false);
    await h.pass(MINUTE);
    expect(client.ended).toBe(true);
  });

  test('an answer in an AUTH exchange: the same', async () => {
    await using h = harness({ auth: () => true, clearTextAuth: 'allow' });
    const client = await h.session();
    expect((await client.ask('AUTH LOGIN')).code).toBe(334);
    await endsAfter(h, 5 * MINUTE, () => client.ended);
  });

  test('rfc5321 4.5.3.2.5: three minutes between two pieces of a message', async () => {
    await using h = harness({ data: async ({ body }) => void (await body.octets()) });
    const client = await h.session();
    client.say(`${ENVELOPE}DATA\r\n`);
    await client.codes(3);
    await h.pass(2 * MINUTE);
    client.say('one\r\n');
    await settle();
    await endsAfter(h, 3 * MINUTE, () => client.ended);
    expect(client.text).toMatch(/^421 4\.4\.2 /);
  });

  test('a chunk that does not come: three minutes too', async () => {
    await using h = harness();
    const client = await h.session();
    client.say(`${ENVELOPE}BDAT 100 LAST\r\nsome`);
    await client.codes(2);
    await endsAfter(h, 3 * MINUTE, () => client.ended);
  });

  test('between two chunks: five minutes', async () => {
    await using h = harness();
    const client = await h.session();
    client.say(`${ENVELOPE}BDAT 4\r\nsome`);
    await client.codes(3);
    await endsAfter(h, 5 * MINUTE, () => client.ended);
  });

  test('a message that drips for ever ends after an hour', async () => {
    await using h = harness();
    const client = await h.session();
    client.say(`${ENVELOPE}DATA\r\n`);
    await client.codes(3);
    for (let minute = 0; minute < 59; minute++) {
      client.say('x');
      await h.pass(MINUTE);
    }
    client.say('x');
    await settle();
    await endsAfter(h, MINUTE, () => client.ended);
  });

  test('chunks that drip for ever do as well', async () => {
    await using h = harness();
    const client = await h.session();
    client.say(ENVELOPE);
    await client.codes(2);
    for (let minute = 0; minute < 60; minute++) {
      expect((await client.ask('BDAT 0')).code).toBe(250);
      await h.pass(MINUTE);
    }
    expect(client.ended).toBe(true);
  });

  test('sessionMs: an end to the whole session, work or not', async () => {
    await using h = harness({ timeouts: { sessionMs: 10 * MINUTE } });
    const client = await h.session();
    for (let minute = 0; minute < 9; minute++) {
      await h.pass(MINUTE);
      expect((await client.send()).code).toBe(250);
    }
    await endsAfter(h, MINUTE, () => client.ended);
    await client.close();
    expect(h.ends).toEqual(['timeout']);
  });

  test('sessionMs passes while a handler works: 421, and the answer goes nowhere', async () => {
    const slow = deferred<Reply | undefined>();
    await using h = harness({ mail: () => slow.promise, timeouts: { sessionMs: MINUTE } });
    const client = await h.session();
    client.say('MAIL FROM:<>\r\n');
    await endsAfter(h, MINUTE, () => client.ended);
    slow.resolve(reply(550, '5.7.1', 'No'));
    await settle();
    expect(client.text).toMatch(/^421 4\.4\.2 [^\r]*\r\n$/);
  });

  test('five thousand sessions with deadlines need one timer', async () => {
    await using h = harness({ limits: { connections: 5000 } });
    const clients = Array.from({ length: 200 }, () => h.connect());
    await settle();
    expect(h.clock.pending).toBe(1);
    await h.pass(5 * MINUTE);
    expect(clients.every((client) => client.ended)).toBe(true);
  });
});

describe('our handlers', () => {
  const never = (): Promise<never> => new Promise(() => undefined);
  const CASES: readonly (readonly [string, SmtpServerOptions, string, number, number])[] = [
    ['connection', { connection: never }, '', 0, 421],
    ['ehlo', { ehlo: never }, 'EHLO a\r\n', 1, 451],
    ['mail', { mail: never }, 'EHLO a\r\nMAIL FROM:<>\r\n', 2, 451],
    ['rcpt', { rcpt: never }, `EHLO a\r\n${ENVELOPE}`, 3, 451],
    ['data', { data: never }, `EHLO a\r\n${ENVELOPE}DATA\r\nhi\r\n.\r\n`, 5, 451],
    ['data in chunks', { data: never }, `EHLO a\r\n${ENVELOPE}BDAT 2\r\nhiBDAT 0 LAST\r\n`, 5, 451],
    ['vrfy', { vrfy: never }, 'EHLO a\r\nVRFY a\r\n', 2, 451],
    ['auth', { auth: never, clearTextAuth: 'allow' }, `EHLO a\r\nAUTH PLAIN ${Buffer.from('\0a\0b').toString('base64')}\r\n`, 2, 454],
    ['rset', { rset: never }, 'EHLO a\r\nRSET\r\n', 2, 250],
    ['quit', { quit: never }, 'EHLO a\r\nQUIT\r\n', 2, 221],
  ];

  test.each(CASES)('rfc5321 4.5.3.2.6: %s that never answers: after ten minutes the client is told', async (_name, options, said, before, code) => {
    await using h = harness(options);
    const client = h.connect();
    client.say(said);
    await client.codes(before);
    await endsAfter(h, 10 * MINUTE, () => client.text !== '');
    expect((await client.reply()).code).toBe(code);
    expect(told(h.errors)).toEqual(['SMTP_HANDLER_TIMEOUT']);
  });

  test('an answer that comes after that is nobody\'s', async () => {
    const slow = deferred<Reply | undefined>();
    await using h = harness({ mail: () => slow.promise, timeouts: { handlerMs: 1000 } });
    const client = await h.session();
    client.say('MAIL FROM:<>\r\n');
    await h.pass(1000);
    expect((await client.reply()).code).toBe(451);
    slow.resolve(reply(550, '5.7.1', 'No'));
    await settle();
    expect((await client.ask('NOOP')).code).toBe(250);
    expect(client.text).toBe('');
  });

  test('while the client sends a message slowly, the data handler may wait', async () => {
    await using h = harness({ data: async ({ body }) => void (await body.octets()) });
    const client = await h.session();
    client.say(`${ENVELOPE}DATA\r\n`);
    await client.codes(3);
    for (let count = 0; count < 20; count++) {
      client.say('a line\r\n');
      await h.pass(2 * MINUTE);
    }
    client.say('.\r\n');
    expect((await client.reply()).code).toBe(250);
    expect(h.errors).toEqual([]);
  });

  test('a data handler that does not read holds the client for ten minutes; then the rest is dropped, and 451 at the end', async () => {
    await using h = harness({ data: never });
    const client = await h.session({ maxChunkOctets: 65_536 });
    client.say(`${ENVELOPE}DATA\r\n`);
    await client.codes(3);
    client.say(`${'x'.repeat(998)}\r\n`.repeat(2000));
    await endsAfter(h, 10 * MINUTE, () => client.transport.bufferedOctets === 0);
    client.say('.\r\n');
    expect((await client.reply()).code).toBe(451);
    expect(told(h.errors)).toEqual(['SMTP_HANDLER_TIMEOUT']);
  });

  test('two at once, VRFY and the message in chunks: each has its own time', async () => {
    const verified = deferred<Reply | undefined>();
    await using h = harness({ data: never, vrfy: () => verified.promise });
    const client = await h.session();
    client.say(`${ENVELOPE}BDAT 2\r\nhi`);
    await client.codes(3);
    client.say('VRFY a\r\nBDAT 0 LAST\r\n');
    await h.pass(MINUTE);
    verified.resolve(undefined);
    expect((await client.reply()).code).toBe(252);
    await endsAfter(h, 10 * MINUTE, () => client.text !== '');
    expect((await client.reply()).code).toBe(451);
  });
});

describe('the wire', () => {
  /** Says much and reads nothing: in the end its replies are not taken any more. */
  async function choke(h: ReturnType<typeof harness>): Promise<Transport> {
    const [near, far] = memoryPair({ windowOctets: 1000, clock: h.clock });
    h.server.serve(far);
    near.write(Buffer.from(`EHLO a\r\n${'RCPT TO:<nobody@server.example>\r\n'.repeat(5000)}`));
    await settle();
    return near;
  }

  const PATIENT = { limits: { errors: Infinity }, tarpit: false } as const;

  test('a client that never reads is dropped after five minutes', async () => {
    await using h = harness(PATIENT);
    await choke(h);
    await endsAfter(h, 5 * MINUTE, () => h.ends.length > 0);
    expect(h.ends).toEqual(['timeout']);
  });

  test('one that reads at last goes on', async () => {
    await using h = harness(PATIENT);
    const near = await choke(h);
    await h.pass(4 * MINUTE);
    let text = '';
    near.attach({ data: (octets) => void (text += Buffer.from(octets).toString('latin1')), end: () => undefined, drained: () => undefined, closed: () => undefined });
    await settle();
    expect(text.match(/^503 /gm)).toHaveLength(5000);
    near.write(Buffer.from('QUIT\r\n'));
    await settle();
    expect(text).toMatch(/221 [^\r]*\r\n$/);
    near.close();
    await settle();
    expect(h.ends).toEqual(['quit']);
  });

  test('while it does not read, what it says is not read either', async () => {
    await using h = harness(PATIENT);
    const near = await choke(h);
    for (let count = 0; count < 100; count++) {
      near.write(Buffer.from('NOOP\r\n'.repeat(2000)));
      await settle();
    }
    expect(near.bufferedOctets).toBeGreaterThan(500_000);
  });

  test('a client that does not close its side after our goodbye is dropped two seconds later', async () => {
    await using h = harness();
    const client = await h.session();
    await client.ask('QUIT');
    await client.until(() => client.ended);
    await endsAfter(h, 2000, () => h.ends.length > 0);
    expect(h.ends).toEqual(['quit']);
  });

  test('what it sends behind our goodbye is read away and answered by nobody', async () => {
    await using h = harness();
    const client = await h.session();
    client.say(`QUIT\r\n${'NOOP\r\n'.repeat(100)}`);
    await client.until(() => client.ended);
    for (let count = 0; count < 20; count++) client.say('NOOP\r\n'.repeat(10_000));
    await settle();
    expect(client.transport.bufferedOctets).toBe(0);
    expect(client.text.match(/^\d{3} /gm)).toHaveLength(1);
  });

  test('a handler that is late while the client does not read: both are noticed', async () => {
    const never = (): Promise<undefined> => new Promise(() => undefined);
    await using h = harness({ ...PATIENT, expn: never, timeouts: { handlerMs: MINUTE } });
    const [near, far] = memoryPair({ windowOctets: 1000, clock: h.clock });
    h.server.serve(far);
    near.write(Buffer.from(`EHLO a\r\n${'RCPT TO:<nobody@server.example>\r\n'.repeat(2800)}`));
    await settle();
    near.write(Buffer.from(`${'RCPT TO:<nobody@server.example>\r\n'.repeat(600)}EXPN list\r\n`));
    await settle();
    await h.pass(MINUTE);
    expect(told(h.errors)).toEqual(['SMTP_HANDLER_TIMEOUT']);
    await h.pass(4 * MINUTE);
    expect(h.ends).toEqual(['timeout']);
  });
});
