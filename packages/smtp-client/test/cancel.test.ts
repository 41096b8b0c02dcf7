/** Giving up: at every phase the result says what is known, and no message is ever ended half-written. */
import { connectSmtp, type SmtpError } from '@mailwright/smtp-client';
import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { failureOf, octets, type Peer, scripted } from './support/peer.ts';
import { connected, FakeClock, message, offline, settle } from './support/world.ts';

const answerTo = async (peer: Peer, ...verbs: string[]): Promise<void> => {
  for (const verb of verbs) {
    await peer.hear(verb);
    peer.say(verb === 'DATA' ? '354 go' : '250 ok');
  }
};

describe('signal', () => {
  test.each<[string, readonly string[], (peer: Peer) => Promise<void>, string, boolean]>([
    ['at MAIL', [], async (peer) => void (await peer.hear('MAIL')), 'not-sent@mail', false],
    ['at RCPT', [], async (peer) => await answerTo(peer, 'MAIL'), 'not-sent@rcpt', false],
    ['at DATA', [], async (peer) => await answerTo(peer, 'MAIL', 'RCPT'), 'not-sent@data', false],
    ['when all is written', [], async (peer) => await answerTo(peer, 'MAIL', 'RCPT', 'DATA'), 'ambiguous@final-dot', true],
    ['when BDAT LAST is written', ['PIPELINING', 'CHUNKING'], async () => {}, 'ambiguous@final-dot', true],
  ])('%s', async (_name, keywords, script, expected, usable) => {
    const { connection, peers, clock } = await connected(keywords, script);
    const controller = new AbortController();
    const sent = connection.send(message({ signal: controller.signal }));
    await settle();
    controller.abort(new Error('enough'));
    const result = await sent;
    expect(`${result.outcome}@${result.phase}`).toBe(expected);
    expect(result.error).toMatchObject({ code: 'SMTP_ABORTED', side: 'local', cause: { message: 'enough' } });
    await settle();
    expect(connection.usable).toBe(usable);
    expect(peers[0]!.over).toBe(!usable);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    connection.close();
    await settle();
    expect(clock.pending).toBe(0);
  });

  test('aborted before: nothing is written', async () => {
    const { connection, peers } = await connected([], async () => {});
    const result = await connection.send(message({ signal: AbortSignal.abort() }));
    expect(result).toMatchObject({ outcome: 'not-sent', attempts: 0, error: { code: 'SMTP_ABORTED' } });
    await settle();
    expect(peers[0]!.unheard).toBe('');
    expect(connection.usable).toBe(true);
  });

  test('while it waits behind others: they go on', async () => {
    const { connection, peers } = await connected([], async (peer) => {
      await peer.takeMessage();
      await peer.takeMessage();
    });
    const controller = new AbortController();
    const first = connection.send(message());
    const second = connection.send(message({ signal: controller.signal, to: 'never@server.example' }));
    const third = connection.send(message());
    controller.abort();
    expect(await second).toMatchObject({ outcome: 'not-sent', attempts: 0 });
    expect((await first).outcome).toBe('accepted');
    expect((await third).outcome).toBe('accepted');
    expect(peers[0]!.received).not.toContain('never@');
  });

  test('behind the end of another message: that one still gets its verdict, then the connection is cut', async () => {
    const { connection, peers, errors } = await connected(['PIPELINING'], async (peer) => {
      await peer.hear('MAIL');
      await peer.hear('RCPT');
      await peer.hear('DATA');
      peer.say('250 ok', '250 ok', '354 go');
      await peer.hearMessage();
      for (const verb of ['MAIL', 'RCPT', 'DATA']) await peer.hear(verb);
      await new Promise<void>((resolve) => (release = resolve));
      peer.say('250 queued', '250 ok', '250 ok', '354 go');
    });
    let release = (): void => {};
    const controller = new AbortController();
    const first = connection.send(message());
    const second = connection.send(message({ signal: controller.signal, body: octets('secret\r\n') }));
    await settle();
    controller.abort();
    expect(await second).toMatchObject({ outcome: 'not-sent', phase: 'mail', error: { code: 'SMTP_ABORTED' } });
    expect(connection.usable).toBe(false);
    release();
    expect(await first).toMatchObject({ outcome: 'accepted' });
    await settle();
    expect(peers[0]!.received).not.toContain('secret');
    expect(peers[0]!.over).toBe(true);
    expect(errors).toEqual([]);
  });

  test('behind the end of another message that never gets its verdict: each is told its own reason', async () => {
    const { connection } = await connected(['PIPELINING'], async (peer) => {
      for (const verb of ['MAIL', 'RCPT', 'DATA']) await peer.hear(verb);
      peer.say('250 ok', '250 ok', '354 go');
      await peer.hearMessage();
      await peer.hear('MAIL');
      await settle();
      peer.transport.destroy();
    });
    const controller = new AbortController();
    const first = connection.send(message());
    const second = connection.send(message({ signal: controller.signal }));
    await settle();
    controller.abort();
    expect(await second).toMatchObject({ outcome: 'not-sent', error: { code: 'SMTP_ABORTED' } });
    expect(await first).toMatchObject({ outcome: 'ambiguous', error: { code: 'SMTP_CONNECTION_LOST', side: 'remote' } });
  });

  test('in the middle of a body: cut, and never ended', async () => {
    let returned = false;
    async function* body(): AsyncGenerator<Uint8Array> {
      try {
        yield octets('one\r\n');
        await new Promise((resolve) => setImmediate(resolve));
        yield octets('two\r\n');
        for (;;) {
          await new Promise((resolve) => setImmediate(resolve));
          yield octets('more\r\n');
        }
      } finally {
        returned = true;
      }
    }
    const { connection, peers } = await connected([], async (peer) => await answerTo(peer, 'MAIL', 'RCPT', 'DATA'));
    const controller = new AbortController();
    const sent = connection.send(message({ signal: controller.signal, body: body() }));
    await peers[0]!.until(() => peers[0]!.received.includes('two'));
    controller.abort();
    expect(await sent).toMatchObject({ outcome: 'not-sent', phase: 'data', error: { code: 'SMTP_ABORTED' } });
    await settle();
    expect(peers[0]!.received).not.toContain('\r\n.\r\n');
    expect(peers[0]!.over).toBe(true);
    expect(returned).toBe(true);
  });

  test('a message without a signal leaves no listener anywhere; one with leaves none after its result', async () => {
    const { connection } = await connected(['PIPELINING'], async (peer) => {
      for (;;) await peer.takeMessage();
    });
    const controller = new AbortController();
    for (let count = 0; count < 5; count++) expect((await connection.send(message({ signal: controller.signal, deadlineMs: 1000 }))).outcome).toBe('accepted');
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    connection.close();
  });
});

describe('close', () => {
  test('drops what is under way: not sent, or not known', async () => {
    const { connection, peers, clock } = await connected(['PIPELINING'], async (peer) => {
      await peer.hear('MAIL');
      await peer.hear('RCPT');
      await peer.hear('DATA');
      peer.say('250 ok', '250 ok', '354 go');
      await peer.hearMessage();
    });
    const sent = [1, 2, 3].map(() => connection.send(message()));
    await settle();
    connection.close();
    expect((await Promise.all(sent)).map(({ outcome, error }) => `${outcome} ${error?.code}`)).toEqual(['ambiguous SMTP_CLOSED', 'not-sent SMTP_CLOSED', 'not-sent SMTP_CLOSED']);
    await settle();
    expect(peers[0]!.over).toBe(true);
    expect(clock.pending).toBe(0);
    connection.close();
    await connection.quit();
  });

  test('commands that wait are told', async () => {
    const { connection } = await connected([], async () => {});
    const failed = failureOf<SmtpError>(connection.noop());
    connection.close();
    expect(await failed).toMatchObject({ code: 'SMTP_CLOSED', phase: 'command', usable: false });
    expect(await failureOf<SmtpError>(connection.verify())).toMatchObject({ code: 'SMTP_CLOSED' });
  });
});

describe('the signal of connecting', () => {
  test.each<[string, (peer: Peer) => Promise<void>, string]>([
    ['at the greeting', async () => {}, 'greeting'],
    ['at EHLO', async (peer) => peer.say('220 hi'), 'greeting'],
    ['at STARTTLS', async (peer) => await peer.greet('STARTTLS'), 'tls'],
    ['in the handshake', async (peer) => {
      await peer.greet('STARTTLS');
      await peer.hear('STARTTLS');
      peer.say('220 go');
    }, 'tls'],
    ['at AUTH', async (peer) => await peer.greet('AUTH PLAIN'), 'auth'],
  ])('%s', async (_name, script, phase) => {
    const clock = new FakeClock();
    const dialer = scripted(script);
    const controller = new AbortController();
    const login = phase === 'auth' ? { auth: { username: 'a', password: 'b' }, tls: { mode: 'none' as const }, allowClearTextAuth: true } : { tls: { mode: 'required' as const } };
    const failed = failureOf<SmtpError>(connectSmtp(offline(dialer, clock, { ...login, signal: controller.signal })));
    await settle();
    controller.abort();
    expect(await failed).toMatchObject({ code: 'SMTP_ABORTED', side: 'local', phase });
    await settle();
    expect(dialer.peers[0]!.over).toBe(true);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    expect(clock.pending).toBe(0);
  });

  test('before the dial, and while dialing', async () => {
    const clock = new FakeClock();
    const dialer = scripted(async () => {});
    expect(await failureOf<SmtpError>(connectSmtp(offline(dialer, clock, { signal: AbortSignal.abort() })))).toMatchObject({ code: 'SMTP_ABORTED', phase: 'dial' });
    expect(dialer.peers).toHaveLength(0);
    const controller = new AbortController();
    const dial = (options: { readonly signal?: AbortSignal | undefined }): Promise<never> => new Promise((_, reject) => options.signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true }));
    const failed = failureOf<SmtpError>(connectSmtp({ host: 'server.example', dial, clock, signal: controller.signal }));
    controller.abort();
    expect(await failed).toMatchObject({ code: 'SMTP_ABORTED', phase: 'dial' });
  });
});
