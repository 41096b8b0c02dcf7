/** What the application decides: every handler, answering at once, later, wrongly or never. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { memoryPair } from '@mailwright/net';
import { type Reply, reply, type TranscriptEntry } from '@mailwright/smtp';
import { createSmtpServer, type IncomingMessage, type SmtpServerHandlers, type SmtpServerOptions, type SmtpSession } from '@mailwright/smtp-server';
import { describe, expect, test } from 'vitest';
import { settle } from '../../testing/src/fake-clock.ts';
import { deferred, ENVELOPE, harness, told } from './support/harness.ts';
import { RawClient } from './support/raw-client.ts';

const NO = reply(550, '5.7.1', 'Not here');
const LATER = reply(450, '4.2.0', 'Not now');

/** A handler's name, what must be said to have it asked, and how many replies come before the one it gives. */
const ASKED_BY: readonly (readonly [keyof SmtpServerHandlers & string, string, number])[] = [
  ['connection', '', 0],
  ['ehlo', 'EHLO a\r\n', 1],
  ['mail', 'EHLO a\r\nMAIL FROM:<a@b.example>\r\n', 2],
  ['rcpt', 'EHLO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n', 3],
  ['data', `EHLO a\r\n${ENVELOPE}DATA\r\nhi\r\n.\r\n`, 5],
  ['vrfy', 'EHLO a\r\nVRFY c\r\n', 2],
  ['expn', 'EHLO a\r\nEXPN c\r\n', 2],
];

type Answering = (answer: unknown) => () => unknown;
const WAYS: readonly (readonly [string, Answering])[] = [
  ['at once', (answer) => () => answer],
  ['with a promise', (answer) => () => Promise.resolve(answer)],
  ['in a later turn', (answer) => () => new Promise((resolve) => setImmediate(resolve, answer))],
  ['with a promise of another library', (answer) => () => ({ then: (done: (value: unknown) => void) => void queueMicrotask(() => done(answer)) })],
];

function handlers(name: string, handler: () => unknown): SmtpServerOptions {
  return { [name]: handler } as SmtpServerOptions;
}

describe.each(WAYS)('a handler that answers %s', (_name, answering) => {
  test.each(ASKED_BY)('%s: a refusal is what the client gets', async (name, said, before) => {
    const refusal = name === 'connection' ? reply(554, '5.7.1', 'Not here') : NO;
    await using h = harness(handlers(name, answering(refusal)));
    const client = h.connect();
    client.say(said);
    await client.codes(before);
    expect((await client.reply()).code).toBe(refusal.code);
    expect(h.errors).toEqual([]);
  });

  test.each(ASKED_BY)('%s: nothing is yes', async (name, said, before) => {
    await using h = harness(handlers(name, answering(undefined)));
    const client = h.connect();
    client.say(said);
    await client.codes(before);
    expect((await client.reply()).code).toBeLessThan(300);
  });

  test.each(ASKED_BY)('%s: what is no reply is 451 (421 for a greeting), and the error handler is told', async (name, said, before) => {
    for (const wrong of [true, 'yes', 250, {}, { code: 250 }, { code: 999, lines: ['x'] }, { code: 250, lines: ['a\r\nb'] }, reply(354, undefined, 'go on')]) {
      await using h = harness(handlers(name, answering(wrong)));
      const client = h.connect();
      client.say(said);
      await client.codes(before);
      expect({ wrong, code: (await client.reply()).code }).toEqual({ wrong, code: name === 'connection' ? 421 : 451 });
      expect(h.errors).toEqual([expect.any(TypeError)]);
    }
  });
});

describe('a handler that fails', () => {
  const FAILING: readonly (readonly [string, () => unknown])[] = [
    ['throws', () => { throw new Error('secret'); }],
    ['rejects', () => Promise.reject(new Error('secret'))],
    ['rejects later', () => new Promise((_resolve, reject) => setImmediate(reject, new Error('secret')))],
  ];

  describe.each(FAILING)('and %s', (_name, failing) => {
    test.each(ASKED_BY)('%s: 451 (421 for a greeting) without the error\'s text; the error handler gets it', async (name, said, before) => {
      const sessions: number[] = [];
      await using h = harness({ ...handlers(name, failing), error: (_error, session) => void sessions.push(session.id) });
      const client = h.connect();
      client.say(said);
      await client.codes(before);
      const { code, text } = await client.reply();
      expect(code).toBe(name === 'connection' ? 421 : 451);
      expect(text).not.toContain('secret');
      expect(told(h.errors)).toEqual(['secret']);
      expect(sessions).toEqual([1]);
      if (name !== 'connection') expect((await client.ask('NOOP')).code).toBe(250);
    });

    test.each(['rset', 'quit'] as const)('rfc5321 4.3.2: %s can\'t be refused; the error handler is told', async (name) => {
      await using h = harness(handlers(name, failing));
      const client = await h.session();
      expect((await client.ask(name)).code).toBe(name === 'rset' ? 250 : 221);
      expect(told(h.errors)).toEqual(['secret']);
    });

    test('close: the error handler is told', async () => {
      await using h = harness(handlers('close', failing));
      const client = await h.session();
      await client.ask('QUIT');
      await client.close();
      await settle();
      expect(told(h.errors)).toEqual(['secret']);
    });

    test('trace: the error handler is told, and the session goes on', async () => {
      await using h = harness(handlers('trace', failing));
      const client = await h.session();
      expect((await client.ask('NOOP')).code).toBe(250);
    });
  });
});

describe('rset and quit', () => {
  test.each(['rset', 'quit'] as const)('%s: the reply waits for the handler', async (name) => {
    const done = deferred<void>();
    await using h = harness({ [name]: () => done.promise });
    const client = await h.session();
    client.say(`${name}\r\n`);
    await settle();
    expect(client.text).toBe('');
    done.resolve();
    expect((await client.reply()).code).toBe(name === 'rset' ? 250 : 221);
  });

  test('what they answer does not count', async () => {
    await using h = harness({ rset: () => NO, quit: async () => NO } as unknown as SmtpServerOptions);
    const client = await h.session();
    expect((await client.ask('RSET')).code).toBe(250);
    expect((await client.ask('QUIT')).code).toBe(221);
    expect(h.errors).toEqual([]);
  });
});

describe('connection', () => {
  test('rfc5321 3.1: after 554 nothing but QUIT works', async () => {
    await using h = harness({ connection: () => reply(554, '5.7.1', 'No mail from you') });
    const client = h.connect();
    expect((await client.reply()).code).toBe(554);
    expect((await client.ask('EHLO a')).code).toBe(503);
    expect((await client.ask('QUIT')).code).toBe(221);
    await client.close();
    expect(h.ends).toEqual(['quit']);
  });

  test('421 ends the session', async () => {
    await using h = harness({ connection: () => reply(421, '4.7.0', 'Come back later') });
    const client = h.connect();
    expect(await client.rest()).toBe('421 Come back later\r\n');
    await client.close();
    expect(h.ends).toEqual(['refused']);
  });

  test('a greeting of one\'s own', async () => {
    await using h = harness({ connection: () => reply(220, undefined, 'other.example ready') });
    expect((await h.connect().reply()).text).toBe('other.example ready');
  });

  test('250 is no greeting: 421, and the error handler is told', async () => {
    await using h = harness({ connection: () => reply(250, undefined, 'hello') });
    expect((await h.connect().reply()).code).toBe(421);
    expect(h.errors).toEqual([expect.any(TypeError)]);
  });
});

describe('what handlers get', () => {
  test('the facts of the session, as they stand when they are read', async () => {
    const seen: unknown[] = [];
    const note = (session: SmtpSession): void => void seen.push([session.id, session.helloDomain, session.peer.address, session.local.address, session.tls, session.identity, session.store.get('n')]);
    await using h = harness({
      connection: (session) => {
        session.store.set('n', 7);
        note(session);
      },
      ehlo: (domain, session) => {
        seen.push(domain);
        note(session);
      },
      mail: (_request, session) => note(session),
      close: (session) => note(session),
    });
    const [firstEndpoint, secondEndpoint] = [{ address: '192.0.2.1', port: 40_000, family: 'IPv4' }, { address: '192.0.2.2', port: 25, family: 'IPv4' }] as const;
    const client = await h.session({ firstEndpoint, secondEndpoint });
    await client.ask('MAIL FROM:<>');
    await client.destroy();
    await settle();
    const facts = (domain: string | undefined): unknown[] => [1, domain, '192.0.2.1', '192.0.2.2', undefined, undefined, 7];
    expect(seen).toEqual([facts(undefined), 'client.example', facts(undefined), facts('client.example'), facts('client.example')]);
  });

  test('openedAt is the wall clock\'s', async () => {
    let openedAt = 0;
    await using h = harness({ connection: (session) => void (openedAt = session.openedAt) });
    h.connect();
    expect(openedAt).toBe(Date.UTC(2026, 0, 1));
  });

  test('MAIL, RCPT and the message with their typed parameters', async () => {
    const seen: unknown[] = [];
    await using h = harness({
      mail: ({ reversePath, parameters }) => void seen.push([reversePath?.address, parameters.SIZE, parameters.BODY, parameters.RET]),
      rcpt: ({ forwardPath, parameters, reversePath, recipients }) => void seen.push([forwardPath.address, parameters.NOTIFY, reversePath?.address, recipients.length]),
      data: async ({ reversePath, parameters, recipients, body }) => void seen.push([reversePath?.address, parameters.SIZE, recipients.map(({ forwardPath }) => forwardPath.address), (await body.octets()).length]),
    });
    const client = await h.session();
    client.say('MAIL FROM:<a@b.example> SIZE=4 BODY=8BITMIME RET=HDRS\r\nRCPT TO:<c@d.example> NOTIFY=NEVER\r\nRCPT TO:<e@d.example>\r\nDATA\r\n');
    expect(await client.codes(4)).toEqual([250, 250, 250, 354]);
    client.say('hi\r\n.\r\n');
    expect((await client.reply()).code).toBe(250);
    expect(seen).toEqual([
      ['a@b.example', 4, '8BITMIME', 'HDRS'], ['c@d.example', 'NEVER', 'a@b.example', 0], ['e@d.example', undefined, 'a@b.example', 1],
      ['a@b.example', 4, ['c@d.example', 'e@d.example'], 4],
    ]);
  });

  test('the options object is `this`, so that an object with methods of its own can be a server\'s options', async () => {
    class Application implements SmtpServerHandlers {
      readonly seen: string[] = [];
      mail(request: { readonly reversePath: { readonly address: string } | null }): void {
        this.seen.push(request.reversePath?.address ?? '');
      }
      rcpt(): undefined {
        this.seen.push('rcpt');
        return undefined;
      }
      data(): undefined {
        this.seen.push('data');
        return undefined;
      }
    }
    const application = new Application();
    const server = createSmtpServer(application);
    const [near, far] = memoryPair();
    server.serve(far);
    const client = new RawClient(near);
    await client.greet();
    expect((await client.send()).code).toBe(250);
    expect(application.seen).toEqual(['a@client.example', 'rcpt', 'data']);
    await client.destroy();
    await server.close();
  });

  test('a positive answer to EHLO stands in place of the list of extensions', async () => {
    await using h = harness({ ehlo: () => reply(250, undefined, 'plain.example') });
    const client = h.connect();
    expect(await client.greet()).toEqual({ code: 250, text: 'plain.example' });
    expect((await client.ask('MAIL FROM:<>')).code).toBe(250);
  });

  test('verdicts in the handler\'s own words', async () => {
    await using h = harness({ data: () => reply(250, '2.6.0', 'Queued as 7'), vrfy: (argument) => reply(250, '2.1.5', `<${argument}@server.example>`) });
    const client = await h.session();
    expect(await client.send()).toEqual({ code: 250, text: '2.6.0 Queued as 7' });
    expect(await client.ask('VRFY b')).toEqual({ code: 250, text: '2.1.5 <b@server.example>' });
  });
});

describe('order', () => {
  const GROUP = `${ENVELOPE}RCPT TO:<c@server.example>\r\nNOOP\r\nRSET\r\n`;

  test('rfc2920 3.2: a pipelined group with synchronous handlers is answered in one write', async () => {
    await using h = harness({ mail: () => undefined, rcpt: () => undefined });
    const client = await h.session();
    const { reads } = client;
    client.say(GROUP);
    expect(await client.codes(5)).toEqual([250, 250, 250, 250, 250]);
    expect(client.reads - reads).toBe(1);
  });

  test('rfc2920 3.2: and with handlers that answer in the same turn of the event loop too', async () => {
    await using h = harness({ mail: async () => undefined, rcpt: async ({ forwardPath }) => (forwardPath.localPart === 'c' ? NO : undefined) });
    const client = await h.session();
    const { reads } = client;
    client.say(GROUP);
    expect(await client.codes(5)).toEqual([250, 250, 550, 250, 250]);
    expect(client.reads - reads).toBe(1);
  });

  test('what was answered before a slow handler leaves while it works', async () => {
    const slow = deferred<Reply | undefined>();
    await using h = harness({ rcpt: () => slow.promise });
    const client = await h.session();
    client.say(`${ENVELOPE}NOOP\r\n`);
    expect((await client.reply()).code).toBe(250);
    await settle();
    expect(client.text).toBe('');
    slow.resolve(LATER);
    expect(await client.codes(2)).toEqual([450, 250]);
  });

  test('commands wait for the handler of the one before, however long each takes', async () => {
    const log: string[] = [];
    await using h = harness({
      rcpt: async ({ forwardPath }) => {
        log.push(`begin ${forwardPath.localPart}`);
        for (let turns = forwardPath.localPart === 'slow' ? 3 : 0; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
        log.push(`end ${forwardPath.localPart}`);
      },
    });
    const client = await h.session();
    client.say('MAIL FROM:<>\r\nRCPT TO:<slow@d.example>\r\nRCPT TO:<quick@d.example>\r\n');
    expect(await client.codes(3)).toEqual([250, 250, 250]);
    expect(log).toEqual(['begin slow', 'end slow', 'begin quick', 'end quick']);
  });

  test('a client that closed its side while a handler works gets the answer, then the session ends', async () => {
    const slow = deferred<Reply | undefined>();
    await using h = harness({ mail: () => slow.promise });
    const client = await h.session();
    client.say('MAIL FROM:<>\r\n');
    client.transport.close();
    await settle();
    slow.resolve(NO);
    expect(await client.rest()).toContain('550');
    expect(h.ends).toEqual(['eof']);
  });

  test.each([
    ['answers', (slow: ReturnType<typeof deferred<Reply | undefined>>) => slow.resolve(NO), []],
    ['throws', (slow: ReturnType<typeof deferred<Reply | undefined>>) => slow.reject(new Error('too late')), ['too late']],
  ])('a connection that breaks while a handler works, which then %s: nobody is answered, errors are told', async (_name, settles, errors) => {
    const slow = deferred<Reply | undefined>();
    await using h = harness({ mail: () => slow.promise });
    const client = h.connect();
    client.transport.pause(); // what it has not read makes its end a reset
    client.say('EHLO a\r\nMAIL FROM:<>\r\n');
    await settle();
    await client.destroy();
    await settle();
    expect(h.ends).toEqual(['lost']);
    settles(slow);
    await settle();
    expect(told(h.errors)).toEqual(errors);
  });
});

describe('a message', () => {
  const read = async ({ body }: IncomingMessage): Promise<string> => Buffer.from(await body.octets()).toString('latin1');

  test('refused before its end: the client gets the refusal at the end, and the session goes on', async () => {
    await using h = harness({ data: () => NO });
    const client = await h.session();
    client.say(`${ENVELOPE}DATA\r\n`);
    await client.codes(3);
    client.say('first\r\n');
    await settle();
    expect(client.text).toBe('');
    client.say(`${'more\r\n'.repeat(10_000)}.\r\n`);
    expect((await client.reply()).code).toBe(550);
    expect((await client.ask('NOOP')).code).toBe(250);
  });

  test('accepted before its end: 250 at the end', async () => {
    await using h = harness({ data: async () => undefined });
    const client = await h.session();
    client.say(`${ENVELOPE}DATA\r\n`);
    await client.codes(3);
    client.say('first\r\n');
    await settle();
    client.say('second\r\n.\r\n');
    expect((await client.reply()).code).toBe(250);
  });

  test('refused with 421: the session ends with the message', async () => {
    await using h = harness({ data: () => reply(421, '4.3.2', 'Disk full, come back') });
    const client = await h.session();
    client.say(`${ENVELOPE}DATA\r\n`);
    await client.codes(3);
    client.say('first\r\n');
    await settle();
    client.say('.\r\nNOOP\r\n');
    expect(await client.rest()).toBe('421 4.3.2 Disk full, come back\r\n');
  });

  test('the verdict may come long after the end, and what was pipelined behind waits for it', async () => {
    const verdict = deferred<Reply | undefined>();
    await using h = harness({ data: async (message) => (await read(message), verdict.promise) });
    const client = await h.session();
    client.say(`${ENVELOPE}DATA\r\nhi\r\n.\r\nNOOP\r\n`);
    await client.codes(3);
    await settle();
    expect(client.text).toBe('');
    verdict.resolve(LATER);
    expect(await client.codes(2)).toEqual([450, 250]);
  });

  test('the handler is asked once for each, not before its first octets are there', async () => {
    let asked = 0;
    await using h = harness({ data: async (message) => void (asked++, await read(message)) });
    const client = await h.session();
    client.say(`${ENVELOPE}DATA\r\n`);
    await client.codes(3);
    await settle();
    expect(asked).toBe(0);
    client.say('hi\r\n');
    await settle();
    expect(asked).toBe(1);
    client.say('.\r\n');
    expect((await client.reply()).code).toBe(250);
    expect((await client.send('')).code).toBe(250);
    expect(asked).toBe(2);
  });

  test('rfc3030 2: in chunks, each answered while the handler reads on', async () => {
    const messages: string[] = [];
    await using h = harness({ data: async (message) => void messages.push(await read(message)) });
    const client = await h.session();
    client.say(`${ENVELOPE}BDAT 5\r\nhelloBDAT 0\r\nBDAT 2\r\n, `);
    expect(await client.codes(5)).toEqual([250, 250, 250, 250, 250]);
    client.say('BDAT 5 LAST\r\nworld');
    expect((await client.reply()).code).toBe(250);
    expect(messages).toEqual(['hello, world']);
  });

  test('rfc3030 2: RSET between chunks while the handler waits: its answer comes too late, the next message is its own', async () => {
    const outcomes: string[] = [];
    await using h = harness({ data: (message) => read(message).then((text) => void outcomes.push(text), (error: unknown) => { outcomes.push(...told([error])); return NO; }) });
    const client = await h.session();
    client.say(`${ENVELOPE}BDAT 5\r\nhello`);
    expect(await client.codes(3)).toEqual([250, 250, 250]);
    await settle();
    client.say(`RSET\r\n${ENVELOPE}BDAT 3 LAST\r\nnew`);
    expect(await client.codes(4)).toEqual([250, 250, 250, 250]);
    expect(outcomes).toEqual(['SMTP_BODY_INCOMPLETE', 'new']);
    expect(h.errors).toEqual([]);
  });

  test('refused between chunks: the next chunk is read and refused, those behind it are 503', async () => {
    const answer = deferred<Reply | undefined>();
    await using h = harness({ data: () => answer.promise });
    const client = await h.session();
    client.say(`${ENVELOPE}BDAT 5\r\nhello`);
    await client.codes(3);
    answer.resolve(NO);
    await settle();
    client.say('BDAT 5\r\nNOOP\rBDAT 5 LAST\r\nQUIT\nNOOP\r\n');
    expect(await client.codes(3)).toEqual([550, 503, 250]);
  });

  test('an EHLO that the handler refuses between chunks has ended the message all the same', async () => {
    const messages: string[] = [];
    let ehlos = 0;
    await using h = harness({ ehlo: () => (++ehlos > 1 ? NO : undefined), data: (message) => read(message).then((text) => void messages.push(text), () => undefined) });
    const client = await h.session();
    client.say(`${ENVELOPE}BDAT 5\r\nhello`);
    await client.codes(3);
    client.say('EHLO again\r\n');
    expect((await client.reply()).code).toBe(550);
    client.say('BDAT 5 LAST\r\nworld');
    expect((await client.reply()).code).toBe(503);
    expect(messages).toEqual([]);
  });

  test('a handler that answers what is no reply before the end: 451 at the end', async () => {
    await using h = harness({ data: () => ({ code: 700, lines: ['x'] }) } as unknown as SmtpServerOptions);
    const client = await h.session();
    client.say(`${ENVELOPE}DATA\r\n`);
    await client.codes(3);
    client.say('first\r\n');
    await settle();
    client.say('.\r\n');
    expect((await client.reply()).code).toBe(451);
    expect(h.errors).toEqual([expect.any(TypeError)]);
  });
});

describe('tracing', () => {
  test('trace gets every line as it is said, the secrets taken out, the text of messages counted', async () => {
    const lines: string[] = [];
    await using h = harness({
      auth: () => true,
      clearTextAuth: 'allow',
      trace: ({ direction, text, octets }: TranscriptEntry, session) => void lines.push(`${session.id} ${direction}: ${text ?? `(${octets} octets)`}`),
    });
    const client = await h.session();
    await client.ask(`AUTH PLAIN ${Buffer.from('\0user\0secret').toString('base64')}`);
    await client.send('hi\r\n');
    await client.ask('QUIT');
    expect(lines).toContain('1 client: AUTH PLAIN ***');
    expect(lines).toContain('1 client: EHLO client.example');
    expect(lines).toContain('1 client: (7 octets)');
    expect(lines.at(-1)).toBe('1 server: 221 2.0.0 Bye');
  });

  test('diagnostics channels tell of sessions and violations', async () => {
    const events: unknown[] = [];
    const onSession = (message: unknown): void => {
      const { type, end, session } = message as { type: string; end?: string; session: SmtpSession };
      events.push([type, session.id, end]);
    };
    const onViolation = (message: unknown): void => void events.push((message as { code: string }).code);
    subscribe('mailwright:smtp-server:session', onSession);
    subscribe('mailwright:smtp-server:violation', onViolation);
    try {
      await using h = harness();
      const client = await h.session();
      await client.ask('DATA');
      await client.ask('QUIT');
      await client.close();
      await settle();
      expect(events).toEqual([['open', 1, undefined], 'SMTP_SEQUENCE', ['close', 1, 'quit']]);
    } finally {
      unsubscribe('mailwright:smtp-server:session', onSession);
      unsubscribe('mailwright:smtp-server:violation', onViolation);
    }
  });
});
