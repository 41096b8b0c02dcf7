/** STARTTLS, TLS from the first octet, certificates that change, and handshakes that do not come to an end. */
import { createServerTls, memoryPair, NetError } from '@mailwright/net';
import type { SmtpSession } from '@mailwright/smtp-server';
import { describe, expect, test } from 'vitest';
import { settle } from '../../testing/src/fake-clock.ts';
import { harness, told } from './support/harness.ts';
import { authority, type Listening, listening, TLS, VERIFIED } from './support/listening.ts';
import { RawClient } from './support/raw-client.ts';

const keywords = (hello: string): string[] => hello.split('\n').slice(1);

async function secured(server: Listening): Promise<RawClient> {
  const client = await server.session();
  expect((await client.ask('STARTTLS')).code).toBe(220);
  await client.startTls(VERIFIED);
  return client;
}

describe('STARTTLS', () => {
  test('rfc3207 4: announced in clear text, a message goes through, not announced inside', async () => {
    const seen: (string | undefined)[] = [];
    await using server = await listening({ tls: TLS, data: (_message, session) => void seen.push(session.tls?.protocol, session.tls?.serverName) });
    const client = await server.connect();
    expect(keywords((await client.greet()).text)).toContain('STARTTLS');
    expect((await client.ask('STARTTLS')).code).toBe(220);
    await client.startTls(VERIFIED);
    expect(keywords((await client.ask('EHLO client.example')).text)).not.toContain('STARTTLS');
    expect((await client.ask('STARTTLS')).code).toBe(503);
    expect((await client.send()).code).toBe(250);
    expect(seen).toEqual(['TLSv1.3', 'localhost']);
    expect(server.errors).toEqual([]);
  });

  test('rfc3207 4.2: what was said in clear text is forgotten', async () => {
    const domains: (string | undefined)[] = [];
    await using server = await listening({ tls: TLS, vrfy: (_argument, session) => void domains.push(session.helloDomain) });
    const client = await secured(server);
    expect((await client.ask('MAIL FROM:<a@client.example>')).code).toBe(503);
    await client.ask('VRFY x');
    await client.ask('EHLO other.example');
    await client.ask('VRFY x');
    expect(domains).toEqual([undefined, 'other.example']);
  });

  test('session.tls is undefined before and stands after, in the same session with the same store', async () => {
    const seen: [number, boolean, unknown][] = [];
    const ehlo = (_domain: string, session: SmtpSession): void => {
      seen.push([session.id, session.tls !== undefined, session.store.get('seen')]);
      session.store.set('seen', true);
    };
    await using server = await listening({ tls: TLS, ehlo });
    const client = await secured(server);
    await client.ask('EHLO client.example');
    expect(seen).toEqual([[1, false, undefined], [1, true, true]]);
  });

  test('without certificates: not announced, and refused', async () => {
    await using server = await listening();
    const client = await server.connect();
    expect(keywords((await client.greet()).text)).not.toContain('STARTTLS');
    expect((await client.ask('STARTTLS')).code).toBeGreaterThanOrEqual(500);
    expect((await client.ask('NOOP')).code).toBe(250);
  });

  test.each([['RSET', 530], ['VRFY x', 530], ['MAIL FROM:<a@client.example>', 530], ['NOOP', 250], ['EHLO other.example', 250], ['QUIT', 221]])('rfc3207 4: requireTls: %s in clear text -> %i', async (line, code) => {
    await using h = harness({ tls: TLS, requireTls: true });
    const client = await h.session();
    expect((await client.ask(line)).code).toBe(code);
  });

  test('requireTls: inside TLS everything works', async () => {
    await using server = await listening({ tls: TLS, requireTls: true });
    const client = await secured(server);
    await client.ask('EHLO client.example');
    expect((await client.send()).code).toBe(250);
  });

  test.each(['MAIL FROM:<attacker@client.example>\r\n', 'NOOP\r\n', 'R', '\r\n'])('rfc3207 6: plaintext behind STARTTLS, %j: 554, the end, and no handler hears of it', async (behind) => {
    const heard: string[] = [];
    await using server = await listening({ tls: TLS, mail: () => void heard.push('mail') });
    const client = await server.session();
    client.say(`STARTTLS\r\n${behind}`);
    expect((await client.reply()).code).toBe(554);
    expect(await client.rest()).toBe('');
    client.transport.close();
    await server.ended(1);
    expect({ heard, ends: server.ends }).toEqual({ heard: [], ends: ['violation'] });
    const next = await secured(server);
    expect((await next.ask('EHLO client.example')).code).toBe(250);
  });

  test('STARTTLS waits for the replies before it: pipelined behind other commands it is answered last', async () => {
    await using server = await listening({ tls: TLS });
    const client = await server.session();
    client.say('NOOP\r\nRSET\r\nSTARTTLS\r\n');
    expect(await client.codes(3)).toEqual([250, 250, 220]);
    await client.startTls(VERIFIED);
    expect((await client.ask('EHLO client.example')).code).toBe(250);
  });

  test('in a transaction: 503, and the transaction stands', async () => {
    await using server = await listening({ tls: TLS });
    const client = await server.session();
    await client.ask('MAIL FROM:<a@client.example>');
    expect((await client.ask('STARTTLS')).code).toBe(503);
    expect((await client.ask('RCPT TO:<b@server.example>')).code).toBe(250);
  });

  test('an argument: 501, and no handshake', async () => {
    await using server = await listening({ tls: TLS });
    const client = await server.session();
    expect((await client.ask('STARTTLS now')).code).toBe(501);
    expect((await client.ask('NOOP')).code).toBe(250);
  });
});

describe('TLS from the first octet', () => {
  test('rfc8314 3.3: the greeting comes inside, STARTTLS is not announced', async () => {
    await using server = await listening({ tls: TLS, implicitTls: true });
    const client = await server.connect();
    await client.startTls(VERIFIED);
    expect((await client.reply()).code).toBe(220);
    expect(keywords((await client.ask('EHLO client.example')).text)).not.toContain('STARTTLS');
    expect((await client.send()).code).toBe(250);
    await client.ask('QUIT');
    await client.close();
    await server.ended(1);
    expect(server.ends).toEqual(['quit']);
  });

  test('a client that speaks in clear text hears nothing of SMTP: the error handler is told, the next is served', async () => {
    await using server = await listening({ tls: TLS, implicitTls: true });
    const client = await server.connect();
    client.say('EHLO client.example\r\n');
    expect(await client.rest()).not.toContain('220');
    await server.ended(1);
    expect(server.errors).toEqual([expect.any(NetError)]);
    expect(server.ends).toEqual(['lost']);
    const next = await server.connect();
    await next.startTls(VERIFIED);
    expect((await next.reply()).code).toBe(220);
  });

  test('rfc4954 4: PLAIN and LOGIN are announced: nothing there is in clear text', async () => {
    await using server = await listening({ tls: TLS, implicitTls: true, auth: () => true });
    const client = await server.connect();
    await client.startTls(VERIFIED);
    expect(keywords((await client.greet()).text)).toContain('AUTH PLAIN LOGIN');
  });
});

describe('certificates', () => {
  test('a renewed one is shown to the next client; who is inside stays', async () => {
    const [first, second] = [authority.issue({ names: ['localhost'] }), authority.issue({ names: ['localhost'] })];
    const tls = createServerTls({ key: first.key, cert: first.cert });
    await using server = await listening({ tls });
    const before = await server.session();
    await before.ask('STARTTLS');
    const old = await before.startTls(VERIFIED);
    tls.update({ key: second.key, cert: second.cert });
    const after = await server.session();
    await after.ask('STARTTLS');
    const renewed = await after.startTls(VERIFIED);
    expect(renewed.peerCertificate!.fingerprint256).not.toBe(old.peerCertificate!.fingerprint256);
    expect((await before.ask('EHLO client.example')).code).toBe(250);
    expect((await after.ask('EHLO client.example')).code).toBe(250);
  });

  test('a client that does not trust it leaves, the next is served', async () => {
    await using server = await listening({ tls: TLS });
    const client = await server.session();
    await client.ask('STARTTLS');
    await expect(client.startTls({ policy: { mode: 'verified', names: ['localhost'] } })).rejects.toThrow(NetError);
    await server.ended(1);
    expect((await secured(server)).gone).toBe(false);
  });

  test('the client\'s is in the facts of the session', async () => {
    const subjects: [string | undefined, boolean | undefined][] = [];
    const shown = authority.issue({ names: ['jane.example'], clientAuth: true });
    await using server = await listening({
      tls: { ...TLS, ca: authority.certificate, requestClientCertificate: true },
      ehlo: (_domain, { tls }) => void subjects.push([tls?.peerCertificate?.subject, tls?.authorized]),
    });
    const client = await server.session();
    await client.ask('STARTTLS');
    await client.startTls({ ...VERIFIED, cert: shown.cert, key: shown.key });
    await client.ask('EHLO client.example');
    expect(subjects).toEqual([[undefined, undefined], [expect.stringContaining('jane.example'), true]]);
  });

  test('a key that does not fit its certificate is told when the server is made', async () => {
    const other = authority.issue({ names: ['localhost'] });
    await expect(listening({ tls: { key: other.key, cert: TLS.cert } })).rejects.toThrow();
  });
});

describe('handshakes that go wrong', () => {
  test.each([[false, 'after STARTTLS'], [true, 'from the first octet']])('implicit %s: one that stalls %s ends after handshakeMs', async (implicitTls) => {
    await using h = harness({ tls: TLS, implicitTls, timeouts: { handshakeMs: 5000 } });
    const client = h.connect();
    if (!implicitTls) {
      await client.greet();
      expect((await client.ask('STARTTLS')).code).toBe(220);
    }
    await h.pass(4999);
    expect(client.ended).toBe(false);
    await h.pass(1);
    await client.rest();
    await settle();
    expect(h.ends).toEqual(['timeout']);
    expect(h.errors.length).toBe(1);
  });

  test.each([[false, 'after STARTTLS'], [true, 'from the first octet']])('implicit %s: handshakeMs may be longer than the 30 seconds of the transport (%s)', async (implicitTls) => {
    await using h = harness({ tls: TLS, implicitTls, timeouts: { handshakeMs: 90_000 } });
    const client = h.connect();
    if (!implicitTls) {
      await client.greet();
      await client.ask('STARTTLS');
    }
    await h.pass(89_999);
    expect(h.ends).toEqual([]);
    await h.pass(1);
    await client.rest();
    await settle();
    expect(h.ends).toEqual(['timeout']);
  });

  test('tls.timeoutMs, where it is given, bounds the handshake too', async () => {
    await using h = harness({ tls: { ...TLS, timeoutMs: 1000 }, implicitTls: true });
    const client = h.connect();
    await h.pass(1000);
    await client.rest();
    await settle();
    expect(h.ends).toEqual(['lost']);
    expect(h.errors).toEqual([expect.objectContaining({ code: 'NET_TLS_TIMEOUT' })]);
  });

  test('a client that sends its hello octet by octet has handshakeMs for the whole of it', async () => {
    await using h = harness({ tls: TLS, implicitTls: true, timeouts: { handshakeMs: 5000 } });
    const client = h.connect();
    for (const octet of [0x16, 0x03, 0x01, 0x01, 0x00]) {
      client.say(Uint8Array.of(octet));
      await h.pass(1000);
    }
    await client.rest();
    await settle();
    expect(h.ends).toEqual(['timeout']);
  });

  test('a client that leaves in the middle: the session is lost, the error handler is told, the next is served', async () => {
    await using server = await listening({ tls: TLS });
    const client = await server.session();
    await client.ask('STARTTLS');
    await client.destroy();
    await server.ended(1);
    expect(server.ends).toEqual(['lost']);
    expect(server.errors).toEqual([expect.any(NetError)]);
    expect((await secured(server)).gone).toBe(false);
  });

  test('garbage in place of a hello: the session is lost, the next is served', async () => {
    await using server = await listening({ tls: TLS });
    const client = await server.session();
    await client.ask('STARTTLS');
    client.say('EHLO client.example\r\n');
    await client.until(() => client.ended);
    await server.ended(1);
    expect(server.ends).toEqual(['lost']);
    expect((await secured(server)).gone).toBe(false);
  });

  test('a version that is too old: the error handler is told, the next is served', async () => {
    await using server = await listening({ tls: { ...TLS, minVersion: 'TLSv1.3' } });
    const client = await server.session();
    await client.ask('STARTTLS');
    await expect(client.startTls({ ...VERIFIED, maxVersion: 'TLSv1.2' })).rejects.toThrow(NetError);
    await server.ended(1);
    expect(told(server.errors)).toHaveLength(1);
    expect((await secured(server)).gone).toBe(false);
  });

  test('the server closes in the middle of one: it does not wait for it', async () => {
    await using h = harness({ tls: TLS, implicitTls: true });
    const client = h.connect();
    await settle();
    expect(await h.server.close()).toEqual({ idle: 1, drained: 0, cut: 0 });
    await client.rest();
    expect(h.ends).toEqual(['shutdown']);
  });

  test('implicit TLS over the limit of connections: dropped without a handshake', async () => {
    await using h = harness({ tls: TLS, implicitTls: true, limits: { connections: 1 } });
    h.connect();
    const second = h.connect();
    expect(await second.rest()).toBe('');
    expect(h.ends).toEqual(['refused']);
  });

  test('a transport that is TLS already is taken as it is', async () => {
    await using h = harness({ tls: TLS, implicitTls: true });
    const [near, far] = memoryPair();
    const client = new RawClient(near);
    await Promise.all([client.startTls(VERIFIED), far.startTls(TLS)]);
    h.server.serve(far);
    expect((await client.reply()).code).toBe(220);
    await client.ask('QUIT');
    await client.close();
  });
});
