/** What a server takes of how many: connections, errors, commands, recipients; and what it takes for options. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { extensions, reply } from '@mailwright/smtp';
import { createSmtpServer, type SmtpServerOptions } from '@mailwright/smtp-server';
import { describe, expect, test } from 'vitest';
import { settle } from '../../testing/src/fake-clock.ts';
import { ENVELOPE, harness } from './support/harness.ts';

/** How long a refused client has to close its side. */
const LINGER_MS = 2000;

const from = (address: string, family: 'IPv4' | 'IPv6' | 'unix' = 'IPv4') => ({ firstEndpoint: { address, port: 40_000, family } });

describe('connections', () => {
  test('one more than the limit gets 421 4.3.2; when one has gone there is room again', async () => {
    await using h = harness({ limits: { connections: 2 } });
    const first = await h.session();
    await h.session();
    const third = h.connect();
    expect(await third.rest()).toMatch(/^421 [^\r]*\r\n$/);
    await first.ask('QUIT');
    await first.close();
    await settle();
    expect((await h.connect().reply()).code).toBe(220);
  });

  test('one more from the same address gets 421; others are served', async () => {
    await using h = harness({ limits: { connectionsPerAddress: 2 } });
    const first = await h.session(from('192.0.2.1'));
    await h.session(from('192.0.2.1'));
    expect(await h.connect(from('192.0.2.1')).rest()).toMatch(/^421 Too many connections from your address/);
    expect((await h.connect(from('192.0.2.2')).reply()).code).toBe(220);
    expect((await h.connect(from('2001:db8::1', 'IPv6')).reply()).code).toBe(220);
    await first.destroy();
    await settle();
    expect((await h.connect(from('192.0.2.1')).reply()).code).toBe(220);
  });

  test('who is refused takes nobody\'s room', async () => {
    await using h = harness({ limits: { connections: 3, connectionsPerAddress: 1 } });
    await h.session(from('192.0.2.1'));
    for (let count = 0; count < 10; count++) h.connect(from('192.0.2.1')); // none of them closes its side
    await settle();
    expect(h.server.connectionCount).toBe(11);
    expect((await h.connect(from('192.0.2.2')).reply()).code).toBe(220);
    expect((await h.connect(from('192.0.2.3')).reply()).code).toBe(220);
    expect((await h.connect(from('192.0.2.4')).reply()).code).toBe(421);
  });

  test('connections that are refused are bounded too: above the limit they are dropped without a word, and told on a channel', async () => {
    const errors: unknown[] = [];
    const onListener = (message: unknown): void => void errors.push((message as { error: unknown }).error);
    subscribe('mailwright:smtp-server:listener', onListener);
    try {
      await using h = harness({ limits: { connections: 1, refusedConnections: 2 } });
      await h.session();
      const told = [h.connect(), h.connect()];
      const dropped = h.connect(from('192.0.2.7'));
      for (const client of told) expect(await client.rest()).toMatch(/^421 /);
      expect(await dropped.rest()).toBe('');
      expect(h.server.connectionCount).toBe(3);
      expect(errors).toEqual([expect.objectContaining({ code: 'LIMIT_REFUSED_CONNECTIONS', message: expect.stringContaining('192.0.2.7') })]);
      await h.pass(LINGER_MS);
      expect(h.server.connectionCount).toBe(1);
      expect((await h.connect().reply()).code).toBe(421);
    } finally {
      unsubscribe('mailwright:smtp-server:listener', onListener);
    }
  });

  test('the connection handler is not asked about who is refused', async () => {
    let asked = 0;
    await using h = harness({ limits: { connections: 1 }, connection: () => void asked++ });
    await h.session();
    await h.connect().rest();
    expect(asked).toBe(1);
  });

  test('clients of a Unix socket have no address to be counted by', async () => {
    await using h = harness({ limits: { connectionsPerAddress: 1 } });
    await h.session(from('', 'unix'));
    expect((await h.connect(from('', 'unix')).reply()).code).toBe(220);
  });
});

describe('errors', () => {
  test('too many end the session with 421 4.7.0', async () => {
    await using h = harness({ limits: { errors: 3 }, tarpit: false });
    const client = await h.session();
    client.say('GARBAGE\r\n'.repeat(10));
    expect(await client.codes(5)).toEqual([500, 500, 500, 500, 421]);
    await client.rest();
    await client.close();
    expect(h.ends).toEqual(['violation']);
  });

  test('refusals of the handlers count too', async () => {
    await using h = harness({ limits: { errors: 2 }, tarpit: false, rcpt: async () => reply(550, '5.1.1', 'No such mailbox') });
    const client = await h.session();
    client.say(`MAIL FROM:<>\r\n${'RCPT TO:<x@server.example>\r\n'.repeat(5)}`);
    expect(await client.codes(5)).toEqual([250, 550, 550, 550, 421]);
  });

  test('the tarpit: the replies to further errors come later and later, up to the longest wait', async () => {
    await using h = harness({ tarpit: { errors: 2, delayMs: 1000, maxDelayMs: 2500 } });
    const client = await h.session();
    for (const delayMs of [0, 0, 1000, 2000, 2500, 2500]) {
      client.say('GARBAGE\r\n');
      if (delayMs > 0) await h.pass(delayMs - 1);
      await settle();
      expect({ delayMs, text: client.text === '' }).toEqual({ delayMs, text: delayMs > 0 });
      if (delayMs > 0) await h.pass(1);
      expect((await client.reply()).code).toBe(500);
    }
  });

  test('the tarpit holds what is pipelined behind, in order', async () => {
    await using h = harness({ tarpit: { errors: 0, delayMs: 1000 } });
    const client = await h.session();
    client.say('GARBAGE\r\nNOOP\r\nDATA\r\nNOOP\r\n');
    await h.pass(999);
    expect(client.text).toBe('');
    await h.pass(1);
    await settle();
    expect(client.text).toBe('');
    await h.pass(2000);
    expect(await client.codes(4)).toEqual([500, 250, 503, 250]);
  });

  test('the tarpit holds the refusals of slow handlers as well', async () => {
    await using h = harness({ tarpit: { errors: 0, delayMs: 1000 }, mail: () => new Promise((resolve) => setImmediate(resolve, reply(550, '5.7.1', 'No'))) });
    const client = await h.session();
    client.say('MAIL FROM:<>\r\n');
    await settle();
    await h.pass(999);
    expect(client.text).toBe('');
    await h.pass(1);
    expect((await client.reply()).code).toBe(550);
  });

  test('a client that goes while it is held leaves nothing behind', async () => {
    await using h = harness({ tarpit: { errors: 0, delayMs: 1000 } });
    const client = h.connect();
    client.transport.pause(); // what it has not read makes its end a reset
    client.say('EHLO a\r\nGARBAGE\r\nNOOP\r\n');
    await settle();
    expect(h.clock.nextDue).toBe(1000);
    await client.destroy();
    await settle();
    expect(h.server.connectionCount).toBe(0);
    expect(h.clock.pending).toBe(0);
  });

  test('tarpit: false', async () => {
    await using h = harness({ tarpit: false });
    const client = await h.session();
    client.say('GARBAGE\r\n'.repeat(20));
    expect(await client.codes(20)).toEqual(Array.from({ length: 20 }, () => 500));
  });
});

describe('sessions', () => {
  test.each<readonly [string, SmtpServerOptions['limits'], string, readonly number[]]>([
    ['recipients', { recipients: 2 }, `${ENVELOPE}RCPT TO:<c@d.example>\r\nRCPT TO:<e@d.example>\r\n`, [250, 250, 250, 452]],
    ['transactions', { transactions: 1 }, `${ENVELOPE}BDAT 0 LAST\r\nMAIL FROM:<>\r\n`, [250, 250, 250, 421]],
    ['idleCommands', { idleCommands: 3 }, 'NOOP\r\nRSET\r\nNOOP\r\n', [250, 250, 421]],
    ['lineOctets', { lineOctets: 100 }, `NOOP ${'x'.repeat(100)}\r\nNOOP\r\n`, [500, 250]],
    ['messageOctets', { messageOctets: 3 }, `MAIL FROM:<a@b.example> SIZE=4\r\n`, [552]],
  ])('%s', async (_name, limits, said, codes) => {
    await using h = harness({ limits });
    const client = await h.session();
    client.say(said);
    expect(await client.codes(codes.length)).toEqual(codes);
  });

  test.each(extensions.map(({ keyword }) => [keyword]))('disabled: %s is not announced', async (keyword) => {
    await using h = harness({ disabled: [keyword], auth: () => true, clearTextAuth: 'allow' });
    const { text } = await h.connect().greet();
    expect(text.split('\n').map((line) => line.split(' ')[0])).not.toContain(keyword);
  });
});

describe('options that make no sense', () => {
  test.each<readonly [string, unknown, RegExp]>([
    ['implicit TLS without certificates', { implicitTls: true }, /implicitTls needs certificates/],
    ['certificates that are none', { tls: { key: 'no', cert: 'no' } }, /./],
    ['demanding a login that nobody can do', { requireAuth: true }, /requireAuth needs an auth handler/],
    ['a mechanism that does not exist', { auth: () => true, mechanisms: ['PLANE'] }, /PLANE/],
    ['a keyword that does not exist', { disabled: ['CHUNKIN'] }, /CHUNKIN/],
    ['a short salt key', { saltKey: new Uint8Array(15) }, /16 octets/],
    ['a name with a line end', { hostname: 'a.example\r\n250 b' }, /./],
    ['a name with a blank', { hostname: 'a b' }, /./],
    ['a banner with a line end', { banner: 'hi\r\n250 hi' }, /./],
    ['a negative limit', { limits: { connections: -1 } }, /limits\.connections/],
    ['a limit that is text', { limits: { messageOctets: '1000' } }, /limits\.messageOctets/],
    ['a limit that does not exist', { limits: { size: 1 } }, /limits\.size/],
    ['a timeout that is NaN', { timeouts: { handlerMs: NaN } }, /timeouts\.handlerMs/],
    ['a timeout that does not exist', { timeouts: { socket: 1 } }, /timeouts\.socket/],
    ['a tarpit with something else', { tarpit: { delay: 1 } }, /tarpit\.delay/],
    ['a tarpit that is NaN', { tarpit: { delayMs: NaN } }, /tarpit\.delayMs/],
  ])('%s', (_name, options, message) => {
    expect(() => createSmtpServer(options as SmtpServerOptions)).toThrow(message);
  });
});
