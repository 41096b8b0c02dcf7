/** Patience by the phase: each of RFC 5321 4.5.3.2 runs out where it should, and dripped octets win no time. */
import { connectSmtp, type SmtpConnectOptions, type SmtpError } from '@mailwright/smtp-client';
import { describe, expect, test } from 'vitest';
import { failureOf, octets, type Peer, scripted } from './support/peer.ts';
import { connected, FakeClock, message, offline, settle } from './support/world.ts';

const TIMEOUTS = { greetingMs: 1000, commandMs: 2000, mailMs: 3000, rcptMs: 4000, dataMs: 5000, dataBlockMs: 6000, finalDotMs: 7000 };

const stall = (): Promise<void> => Promise.resolve();

describe('timeouts of a transaction', () => {
  test.each<[string, (peer: Peer) => Promise<void>, number, string]>([
    ['rfc5321 4.5.3.2.2: no reply to MAIL', stall, TIMEOUTS.mailMs, 'not-sent@mail'],
    ['rfc5321 4.5.3.2.3: no reply to RCPT', async (peer) => {
      await peer.hear('MAIL');
      peer.say('250 ok');
    }, TIMEOUTS.rcptMs, 'not-sent@rcpt'],
    ['rfc5321 4.5.3.2.4: no reply to DATA', async (peer) => {
      for (const verb of ['MAIL', 'RCPT']) {
        await peer.hear(verb);
        peer.say('250 ok');
      }
    }, TIMEOUTS.dataMs, 'not-sent@data'],
    ['rfc5321 4.5.3.2.6: no verdict', async (peer) => {
      for (const verb of ['MAIL', 'RCPT']) {
        await peer.hear(verb);
        peer.say('250 ok');
      }
      await peer.hear('DATA');
      peer.say('354 go');
    }, TIMEOUTS.finalDotMs, 'ambiguous@final-dot'],
  ])('%s', async (_name, script, ms, expected) => {
    const { connection, clock, peers } = await connected([], script, { timeouts: TIMEOUTS });
    const sent = connection.send(message());
    let done = false;
    void sent.then(() => (done = true));
    await settle();
    await clock.advanceAsync(ms - 1);
    expect(done).toBe(false);
    await clock.advanceAsync(1);
    const result = await sent;
    expect(`${result.outcome}@${result.phase}`).toBe(expected);
    expect(result.error).toMatchObject({ code: 'SMTP_TIMEOUT', side: 'remote', usable: false });
    await settle();
    expect(peers[0]!.over).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test('a reply that drips octet by octet wins no time', async () => {
    const { connection, clock, peers } = await connected([], stall, { timeouts: TIMEOUTS });
    const sent = connection.send(message());
    await settle();
    for (const letter of '250 thank you very much') {
      peers[0]!.write(letter);
      await clock.advanceAsync(200);
    }
    expect((await sent).error).toMatchObject({ code: 'SMTP_TIMEOUT', phase: 'mail' });
  });

  test('lines of one reply that drip win no time either', async () => {
    const { connection, clock, peers } = await connected([], stall, { timeouts: TIMEOUTS });
    const sent = connection.send(message());
    await settle();
    for (let count = 0; count < 16; count++) {
      peers[0]!.say('250-and');
      await clock.advanceAsync(200);
    }
    expect((await sent).error).toMatchObject({ code: 'SMTP_TIMEOUT', phase: 'mail' });
  });

  test('rfc5321 4.5.3.2.5: a server that never reads a long message', async () => {
    const { connection, clock, peers } = await connected([], async (peer) => {
      for (const verb of ['MAIL', 'RCPT']) {
        await peer.hear(verb);
        peer.say('250 ok');
      }
      await peer.hear('DATA');
      peer.transport.pause();
      peer.say('354 go');
    }, { timeouts: TIMEOUTS });
    const result = connection.send(message({ body: octets(`${'x'.repeat(70)}\r\n`.repeat(100_000)) }));
    await settle();
    await clock.advanceAsync(TIMEOUTS.dataBlockMs - 1);
    expect(connection.usable).toBe(true);
    await clock.advanceAsync(1);
    expect(await result).toMatchObject({ outcome: 'not-sent', phase: 'data', error: { code: 'SMTP_TIMEOUT' } });
    await settle();
    expect(peers[0]!.received.length).toBeLessThan(1_000_000);
    expect(clock.pending).toBe(0);
  });

  test('a body that gives nothing is no fault of the server', async () => {
    const { connection, clock } = await connected([], async (peer) => void (await peer.takeMessage()), { timeouts: TIMEOUTS });
    async function* body(): AsyncGenerator<Uint8Array> {
      yield octets('a\r\n');
      await new Promise(() => {});
    }
    const sent = connection.send(message({ body: body() }));
    await settle();
    await clock.advanceAsync(TIMEOUTS.dataBlockMs);
    expect(await sent).toMatchObject({ outcome: 'not-sent', error: { code: 'SMTP_BODY_FAILED', side: 'local' } });
  });

  test('deadlineMs bounds a message in all its phases together', async () => {
    const { connection, clock } = await connected([], async (peer) => {
      await peer.hear('MAIL');
      peer.say('250 ok');
    }, { timeouts: TIMEOUTS });
    const sent = connection.send(message({ deadlineMs: 2500 }));
    await clock.advanceAsync(2499);
    expect(connection.usable).toBe(true);
    await clock.advanceAsync(1);
    expect(await sent).toMatchObject({ outcome: 'not-sent', phase: 'rcpt', error: { code: 'SMTP_DEADLINE', side: 'local' } });
    await settle();
    expect(clock.pending).toBe(0);
  });
});

describe('timeouts before the first message', () => {
  test.each<[string, (peer: Peer) => Promise<void>, number, string, Partial<SmtpConnectOptions>]>([
    ['rfc5321 4.5.3.2.1: no greeting', stall, TIMEOUTS.greetingMs, 'greeting', {}],
    ['no reply to EHLO', async (peer) => peer.say('220 hi'), TIMEOUTS.commandMs, 'greeting', {}],
    ['no reply to STARTTLS', async (peer) => await peer.greet('STARTTLS'), TIMEOUTS.commandMs, 'tls', { tls: { mode: 'required' } }],
    ['no reply to AUTH', async (peer) => await peer.greet('AUTH PLAIN'), TIMEOUTS.commandMs, 'auth', { tls: { mode: 'none' }, auth: { username: 'a', password: 'b' }, allowClearTextAuth: true }],
    ['no reply inside a login', async (peer) => {
      await peer.greet('AUTH LOGIN');
      await peer.hear('AUTH');
      peer.say('334 VXNlcm5hbWU6');
    }, TIMEOUTS.commandMs, 'auth', { tls: { mode: 'none' }, auth: { username: 'a', password: 'b' }, allowClearTextAuth: true }],
  ])('%s', async (_name, script, ms, phase, over) => {
    const clock = new FakeClock();
    const dialer = scripted(script);
    let failed = false;
    const error = failureOf<SmtpError>(connectSmtp(offline(dialer, clock, { timeouts: TIMEOUTS, ...over })));
    void error.then(() => (failed = true));
    await settle();
    await clock.advanceAsync(ms - 1);
    expect(failed).toBe(false);
    await clock.advanceAsync(1);
    expect(await error).toMatchObject({ code: 'SMTP_TIMEOUT', phase, side: 'remote' });
    await settle();
    expect(clock.pending).toBe(0);
    expect(dialer.peers[0]!.over).toBe(true);
  });

  test('tls: a handshake that stalls', async () => {
    const clock = new FakeClock();
    const dialer = scripted(async (peer) => {
      await peer.greet('STARTTLS');
      await peer.hear('STARTTLS');
      peer.say('220 go');
    });
    const error = failureOf<SmtpError>(connectSmtp(offline(dialer, clock, { tls: { mode: 'required' }, tlsTimeoutMs: 500 })));
    await settle();
    await clock.advanceAsync(500);
    expect(await error).toMatchObject({ code: 'SMTP_TLS_FAILED', phase: 'tls', cause: { code: 'NET_TLS_TIMEOUT' } });
    await settle();
    expect(clock.pending).toBe(0);
  });
});

describe('timeouts of the end', () => {
  test('QUIT that is not answered, and a server that does not close', async () => {
    const { connection, clock } = await connected([], stall, { closeTimeoutMs: 300 });
    const quit = connection.quit();
    await clock.advanceAsync(300);
    await quit;
    expect(clock.pending).toBe(0);
  });

  test('a server that answers QUIT and does not close', async () => {
    const { connection, clock, peers } = await connected([], async (peer) => {
      await peer.hear('QUIT');
      peer.say('221 bye');
    }, { closeTimeoutMs: 300 });
    const quit = connection.quit();
    await settle();
    expect(peers[0]!.ended).toBe(true);
    await clock.advanceAsync(300);
    await quit;
    expect(clock.pending).toBe(0);
  });

  test('quit waits for the messages that were given, within its own bound', async () => {
    const { connection, clock } = await connected([], stall);
    const sent = connection.send(message());
    const quit = connection.quit({ timeoutMs: 1000 });
    await clock.advanceAsync(1000);
    await quit;
    expect(await sent).toMatchObject({ outcome: 'not-sent', error: { code: 'SMTP_CLOSED' } });
    expect(clock.pending).toBe(0);
  });

  test('quit sends what was given first', async () => {
    const { connection, errors } = await connected(['PIPELINING'], async (peer) => {
      await peer.takeMessage();
      await peer.takeMessage();
      await peer.hear('QUIT');
      peer.say('221 bye');
      peer.transport.close();
    });
    const sent = [connection.send(message()), connection.send(message())];
    await connection.quit();
    expect((await Promise.all(sent)).map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted']);
    expect(errors).toEqual([]);
    expect(await connection.send(message())).toMatchObject({ outcome: 'not-sent', attempts: 0, error: { code: 'SMTP_CLOSED', side: 'local' } });
  });
});
