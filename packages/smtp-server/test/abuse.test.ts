/** What clients must not do, over real sockets. After each the server serves the next client as if nothing had been. */
import { connect, type Socket } from 'node:net';
import { type Reply, reply } from '@mailwright/smtp';
import { SmtpServerError, type SmtpServerOptions } from '@mailwright/smtp-server';
import { encodeLatin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { FakeClock, settle } from '../../testing/src/fake-clock.ts';
import { deferred, ENVELOPE } from './support/harness.ts';
import { type Listening, listening, TLS } from './support/listening.ts';

const EHLO = 'EHLO client.example\r\n';

/** A server that keeps what it is given, and what the body of a message that did not come was. */
async function keeping(options: SmtpServerOptions = {}): Promise<{ readonly server: Listening; readonly messages: string[]; readonly cut: string[] }> {
  const messages: string[] = [];
  const cut: string[] = [];
  const server = await listening({
    tarpit: false,
    data: async ({ body }) => {
      try {
        messages.push(Buffer.from(await body.octets()).toString('latin1'));
      } catch (error) {
        cut.push(error instanceof SmtpServerError ? error.code : String(error));
        throw error;
      }
    },
    ...options,
  });
  return { server, messages, cut };
}

/** One more client gets its message through, and the server holds nothing against it. */
async function servesTheNext(server: Listening): Promise<void> {
  const client = await server.session();
  expect((await client.send('small\r\n')).code).toBe(250);
  expect((await client.ask('QUIT')).code).toBe(221);
  await client.close();
}

const MANY = 'A'.repeat(4_000_000);
const SMALL: SmtpServerOptions = { limits: { messageOctets: 1000 } };

/** The situation, the server's options, what is said behind the greeting, the codes of all replies, the messages that arrive. */
type Abuse = readonly [situation: string, options: SmtpServerOptions, said: string, codes: readonly number[], arrived: readonly string[]];

const SURVIVED: readonly Abuse[] = [
  // lines
  ['rfc5321 4.5.3.1.4: a command line over the limit', {}, `${EHLO}NOOP ${'A'.repeat(2042)}\r\nNOOP\r\n`, [250, 500, 250], []],
  ['rfc5321 4.5.3.1.4: a command line at the limit', {}, `${EHLO}NOOP ${'A'.repeat(2041)}\r\nNOOP\r\n`, [250, 250, 250], []],
  ['a line of four million octets is one error', {}, `${EHLO}${MANY}\r\nNOOP\r\n`, [250, 500, 250], []],
  ['such a line before EHLO', {}, `${MANY}\r\n${EHLO}`, [500, 250], []],
  ['a line of a message may have a million octets', {}, `${EHLO}${ENVELOPE}DATA\r\n${'A'.repeat(1_000_000)}\r\n.\r\nNOOP\r\n`, [250, 250, 250, 354, 250, 250], [`${'A'.repeat(1_000_000)}\r\n`]],
  // line ends
  ['rfc5321 2.3.8: a command with a bare LF; what stands behind it is the next', {}, `${EHLO}NOOP\nNOOP\r\nNOOP\r\n`, [250, 500, 250, 250], []],
  ['rfc5321 2.3.8: a command with a bare CR', {}, `${EHLO}NOOP\rNOOP\r\nNOOP\r\n`, [250, 500, 250], []],
  ...['\n.\n', '\n.\r\n', '\r\n.\n', '\r\n.\r', '\r.\r'].map((end): Abuse => [
    `rfc5321 4.1.1.4: ${JSON.stringify(end)} does not end a message, and what stands behind is no command`, {},
    `${EHLO}${ENVELOPE}DATA\r\nhi${end}MAIL FROM:<attacker@client.example>\r\nRCPT TO:<b@server.example>\r\nDATA\r\nsmuggled\r\n.\r\nNOOP\r\n`,
    [250, 250, 250, 354, 550, 250], [],
  ]),
  ['rfc3030 2: bare LF in chunks', {}, `${EHLO}${ENVELOPE}BDAT 4 LAST\r\na\nb\nNOOP\r\n`, [250, 250, 250, 550, 250], []],
  // NUL and 8-bit
  ['NUL in a command', {}, `${EHLO}NOOP \0\r\nNOOP\r\n`, [250, 500, 250], []],
  ['NUL in a message', {}, `${EHLO}${ENVELOPE}DATA\r\na\0b\r\n.\r\nNOOP\r\n`, [250, 250, 250, 354, 550, 250], []],
  ['NUL in a chunk', {}, `${EHLO}${ENVELOPE}BDAT 5 LAST\r\na\0b\r\nNOOP\r\n`, [250, 250, 250, 550, 250], []],
  ['NUL passed, when the server says so', { nul: 'pass' }, `${EHLO}${ENVELOPE}DATA\r\na\0b\r\n.\r\n`, [250, 250, 250, 354, 250], ['a\0b\r\n']],
  ['rfc5321 2.4: a command that is not UTF-8', {}, `${EHLO}NOOP \xff\r\nNOOP\r\n`, [250, 500, 250], []],
  ['rfc6531 3.4: an address beyond ASCII without SMTPUTF8', {}, `${EHLO}MAIL FROM:<j\xc3\xb6rg@client.example>\r\nNOOP\r\n`, [250, 553, 250], []],
  ['rfc6531 3.4: and with SMTPUTF8 disabled', { disabled: ['SMTPUTF8'] }, `${EHLO}MAIL FROM:<a@client.example> SMTPUTF8\r\nNOOP\r\n`, [250, 555, 250], []],
  // before EHLO
  ['octets that are nothing, before EHLO', {}, `\x01\x02\x80\xff\x1b[2J\r\n${EHLO}`, [500, 250], []],
  ['an HTTP request', {}, `GET / HTTP/1.1\r\nHost: server.example\r\n\r\n${EHLO}`, [500, 500, 500, 250], []],
  ['empty lines', {}, `\r\n\r\n${EHLO}`, [500, 500, 250], []],
  ['rfc5321 4.1.4: MAIL before EHLO', {}, `MAIL FROM:<a@client.example>\r\n${EHLO}`, [503, 250], []],
  ['BDAT before EHLO: its octets are no commands', {}, `BDAT 6 LAST\r\nQUIT\r\n${EHLO}`, [503, 250], []],
  // out of order
  ['rfc5321 4.1.4: RCPT before MAIL', {}, `${EHLO}RCPT TO:<b@server.example>\r\nNOOP\r\n`, [250, 503, 250], []],
  ['rfc5321 4.1.4: DATA before MAIL', {}, `${EHLO}DATA\r\nNOOP\r\n`, [250, 503, 250], []],
  ['rfc5321 4.1.4: DATA before RCPT', {}, `${EHLO}MAIL FROM:<a@client.example>\r\nDATA\r\nRSET\r\n`, [250, 250, 503, 250], []],
  ['rfc5321 4.1.4: MAIL twice', {}, `${EHLO}MAIL FROM:<a@client.example>\r\nMAIL FROM:<x@client.example>\r\nRSET\r\n`, [250, 250, 503, 250], []],
  ['rfc3030 2: BDAT without a recipient: its octets are no commands', {}, `${EHLO}MAIL FROM:<a@client.example>\r\nBDAT 6 LAST\r\nQUIT\r\nRSET\r\n`, [250, 250, 503, 250], []],
  ['rfc3030 2: DATA between chunks', {}, `${EHLO}${ENVELOPE}BDAT 2\r\nhiDATA\r\nRSET\r\n`, [250, 250, 250, 250, 503, 250], []],
  ['rfc3030 2: MAIL between chunks', {}, `${EHLO}${ENVELOPE}BDAT 2\r\nhiMAIL FROM:<x@client.example>\r\nBDAT 2 LAST\r\n\r\n`, [250, 250, 250, 250, 503, 250], ['hi\r\n']],
  ['a response where no AUTH is under way', { auth: () => true }, `${EHLO}AGphbmUAaHVudGVyMg==\r\nNOOP\r\n`, [250, 500, 250], []],
  // too much
  ['rfc5321 4.5.3.1.10: too many recipients: the others get the message', { limits: { recipients: 2 } }, `${EHLO}${ENVELOPE}${'RCPT TO:<c@server.example>\r\nRCPT TO:<d@server.example>\r\n'}DATA\r\nhi\r\n.\r\n`, [250, 250, 250, 250, 452, 354, 250], ['hi\r\n']],
  ['rfc1870 6.1: a message declared too large', SMALL, `${EHLO}MAIL FROM:<a@client.example> SIZE=1001\r\nNOOP\r\n`, [250, 552, 250], []],
  ['rfc1870 6.3: a message that is too large without saying so', SMALL, `${EHLO}${ENVELOPE}DATA\r\n${MANY}\r\n.\r\nNOOP\r\n`, [250, 250, 250, 354, 552, 250], []],
  ['rfc1870 6.3: a message of the largest size', SMALL, `${EHLO}${ENVELOPE}DATA\r\n${'A'.repeat(998)}\r\n.\r\n`, [250, 250, 250, 354, 250], [`${'A'.repeat(998)}\r\n`]],
  ['rfc3030 2: a chunk that is too large is read away', SMALL, `${EHLO}${ENVELOPE}BDAT ${MANY.length} LAST\r\n${MANY}NOOP\r\n`, [250, 250, 250, 552, 250], []],
  ['rfc3030 2: chunks that are too large together', SMALL, `${EHLO}${ENVELOPE}BDAT 600\r\n${'A'.repeat(600)}BDAT 600 LAST\r\n${'A'.repeat(600)}NOOP\r\n`, [250, 250, 250, 250, 552, 250], []],
];

describe('the session goes on', () => {
  test.each(SURVIVED)('%s', async (_situation, options, said, codes, arrived) => {
    const { server, messages } = await keeping(options);
    await using _ = server;
    const client = await server.connect();
    await client.reply();
    client.say(said);
    expect(await client.codes(codes.length)).toEqual(codes);
    expect((await client.ask('QUIT')).code).toBe(221);
    expect(await client.rest()).toBe('');
    await client.close();
    expect(messages).toEqual(arrived);
    await servesTheNext(server);
    expect(server.errors).toEqual([]);
  });
});

/** As above; the session ends by itself behind these replies. */
const ENDED: readonly (readonly [situation: string, options: SmtpServerOptions, said: string, codes: readonly number[], end: string])[] = [
  ['rfc3207 6: plaintext behind STARTTLS', { tls: TLS }, `${EHLO}STARTTLS\r\n${ENVELOPE}`, [250, 554], 'violation'],
  ['rfc3030 2: BDAT without a number that can be read: what follows could be anything', {}, `${EHLO}${ENVELOPE}BDAT x LAST\r\nQUIT\r\n`, [250, 250, 250, 501], 'violation'],
  ['rfc3030 2: BDAT with a number that no message has', {}, `${EHLO}${ENVELOPE}BDAT 99999999999999999999 LAST\r\nQUIT\r\n`, [250, 250, 250, 501], 'violation'],
  ['errors without end', {}, `${EHLO}${'X\r\n'.repeat(1000)}`, [250, ...Array<number>(21).fill(500), 421], 'violation'],
  ['commands without a message, without end', {}, `${EHLO}${'NOOP\r\n'.repeat(1000)}`, [...Array<number>(200).fill(250), 421], 'violation'],
  ['more behind QUIT than anybody reads', {}, `${EHLO}QUIT\r\n${MANY}`, [250, 221], 'quit'],
];

describe('the session ends', () => {
  test.each(ENDED)('%s', async (_situation, options, said, codes, end) => {
    const { server, messages } = await keeping(options);
    await using _ = server;
    const client = await server.connect();
    await client.reply();
    client.say(said);
    expect(await client.codes(codes.length)).toEqual(codes);
    expect(await client.rest()).toBe('');
    client.transport.close();
    await server.ended(1);
    expect({ ends: server.ends, messages }).toEqual({ ends: [end], messages: [] });
    await servesTheNext(server);
    expect(server.errors).toEqual([]);
  });
});

/** A bare socket, for what a transport would not do. */
async function bareSocket(server: Listening, allowHalfOpen: boolean): Promise<Socket> {
  const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return socket;
}

describe('clients that close', () => {
  test('rfc5321 3.8: all at once and then half-closed: every reply comes, the message is delivered', async () => {
    const { server, messages } = await keeping();
    await using _ = server;
    const client = await server.connect();
    client.say(`${EHLO}${ENVELOPE}DATA\r\nhi\r\n.\r\nNOOP\r\n`);
    client.transport.close();
    expect(await client.codes(7)).toEqual([220, 250, 250, 250, 354, 250, 250]);
    expect(await client.rest()).toBe('');
    await server.ended(1);
    expect({ messages, ends: server.ends }).toEqual({ messages: ['hi\r\n'], ends: ['eof'] });
    await servesTheNext(server);
  });

  test.each([
    ['in the middle of a command, which is then nobody\'s', `${EHLO}VRFY x`, [250], []],
    ['in the middle of DATA', `${EHLO}${ENVELOPE}DATA\r\nhi\r\n`, [250, 250, 250, 354], ['SMTP_BODY_INCOMPLETE']],
    ['before the LF of the final dot', `${EHLO}${ENVELOPE}DATA\r\nhi\r\n.\r`, [250, 250, 250, 354], ['SMTP_BODY_INCOMPLETE']],
    ['in the middle of a chunk', `${EHLO}${ENVELOPE}BDAT 100 LAST\r\nhi\r\n`, [250, 250, 250], ['SMTP_BODY_INCOMPLETE']],
    ['between chunks', `${EHLO}${ENVELOPE}BDAT 4\r\nhi\r\n`, [250, 250, 250, 250], ['SMTP_BODY_INCOMPLETE']],
  ] as const)('half-closed %s', async (_where, said, codes, broken) => {
    let asked = 0;
    const { server, messages, cut } = await keeping({ vrfy: () => void asked++ });
    await using _ = server;
    const client = await server.connect();
    await client.reply();
    client.say(said);
    client.transport.close();
    expect(await client.codes(codes.length)).toEqual(codes);
    expect(await client.rest()).toBe('');
    await server.ended(1);
    await settle();
    expect({ messages, cut, asked, ends: server.ends }).toEqual({ messages: [], cut: broken, asked: 0, ends: ['eof'] });
    await servesTheNext(server);
    expect(server.errors).toEqual([]);
  });

  test.each([
    ['before the greeting', ''],
    ['behind a command', EHLO],
    ['in the middle of DATA', `${EHLO}${ENVELOPE}DATA\r\nhi\r\n`],
    ['in the middle of a chunk', `${EHLO}${ENVELOPE}BDAT 1000000 LAST\r\nhi\r\n`],
  ])('reset %s', async (_where, said) => {
    const { server, messages } = await keeping();
    await using _ = server;
    const socket = await bareSocket(server, true);
    await new Promise<void>((resolve) => socket.write(said, () => resolve()));
    socket.resetAndDestroy();
    await server.ended(1);
    expect({ messages, ends: server.ends }).toEqual({ messages: [], ends: ['lost'] });
    await servesTheNext(server);
    expect(server.errors).toEqual([]);
  });

  test.each(['reset', 'half-closed and reset by our answer'])('%s while a handler works: its answer goes nowhere', async (how) => {
    const begun = deferred<void>();
    const answer = deferred<Reply>();
    await using server = await listening({
      vrfy: () => {
        begun.resolve();
        return answer.promise;
      },
    });
    const socket = await bareSocket(server, true);
    socket.write(`${EHLO}VRFY x\r\n`);
    await begun.promise;
    if (how === 'reset') socket.resetAndDestroy();
    else socket.destroy();
    if (how === 'reset') await server.ended(1);
    answer.resolve(reply(252, '2.0.0', 'Perhaps'));
    await server.ended(1);
    expect(server.errors).toEqual([]);
    await servesTheNext(server);
  });
});

describe('clients that do not read', () => {
  const LONG = reply(252, '2.0.0', ...Array<string>(400).fill('x'.repeat(490)));

  test('are held, and dropped after writeMs: what they may cost is bounded', async () => {
    const clock = new FakeClock();
    let asked = 0;
    await using server = await listening({
      clock,
      limits: { idleCommands: Infinity },
      timeouts: { writeMs: 1000, commandMs: Infinity },
      vrfy: () => (asked++, LONG),
    });
    const client = await server.session();
    client.transport.pause();
    client.say('VRFY x\r\n'.repeat(20_000));
    while (server.ends.length === 0) await clock.advanceAsync(100);
    expect(server.ends).toEqual(['timeout']);
    expect(asked).toBeLessThan(200); // 200,000 octets each: the rest of 4 GB was never made
    expect(server.errors).toEqual([]);
    const next = await server.session();
    expect((await next.ask('NOOP')).code).toBe(250);
  });

  test('and go: nothing is left', async () => {
    await using server = await listening({ limits: { idleCommands: Infinity }, vrfy: () => LONG });
    const socket = await bareSocket(server, true);
    socket.write(`${EHLO}${'VRFY x\r\n'.repeat(2000)}`);
    await new Promise<void>((resolve) => socket.once('readable', resolve));
    socket.resetAndDestroy();
    await server.ended(1);
    expect(server.ends).toEqual(['lost']);
    await servesTheNext(server);
  });
});

describe('clients that take their time', () => {
  test('a hundred that say nothing keep nobody from being served', async () => {
    await using server = await listening();
    const idle = await Promise.all(Array.from({ length: 100 }, () => server.connect()));
    await servesTheNext(server);
    await Promise.all(idle.map((client) => client.destroy()));
    await server.ended(101);
  });

  test('rfc3030 2: a chunk of nine thousand million million octets ends with messageMs, however it drips', async () => {
    const clock = new FakeClock();
    const { server, cut } = await keeping({ clock, timeouts: { messageMs: 600_000 } });
    await using _ = server;
    const client = await server.session();
    client.say(`${ENVELOPE}BDAT 9007199254740991 LAST\r\nx`);
    expect(await client.codes(2)).toEqual([250, 250]);
    while (!client.ended) {
      client.say('y');
      await clock.advanceAsync(60_000);
    }
    expect((await client.reply()).code).toBe(421);
    expect(clock.now()).toBeLessThanOrEqual(720_000);
    client.transport.close();
    await server.ended(1);
    expect({ cut, ends: server.ends }).toEqual({ cut: ['SMTP_BODY_INCOMPLETE'], ends: ['timeout'] });
    await servesTheNext(server);
  });

  test('twenty million octets to a handler that reads slowly: no more than a fixed amount waits', async () => {
    const TOTAL = 20_000_000;
    let read = 0;
    let most = 0;
    let sent = 0;
    await using server = await listening({
      data: async ({ body }) => {
        for await (const piece of body) {
          read += piece.length;
          most = Math.max(most, sent - read);
          await settle();
        }
      },
    });
    const client = await server.session();
    client.say(`${ENVELOPE}BDAT ${TOTAL} LAST\r\n`);
    expect(await client.codes(2)).toEqual([250, 250]);
    const piece = encodeLatin1(`${'A'.repeat(99_998)}\r\n`);
    while (sent < TOTAL) {
      await client.until(() => client.transport.bufferedOctets === 0);
      client.say(piece);
      sent += piece.length;
    }
    expect((await client.reply()).code).toBe(250);
    expect(read).toBe(TOTAL);
    expect(most).toBeLessThan(TOTAL / 2); // what is in flight: 262,144 octets here, the rest in the system's socket buffers
    await servesTheNext(server);
  });
});
