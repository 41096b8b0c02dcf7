/** TLS by every policy, and every way to log in. */
import { memoryPair, type Transport } from '@mailwright/net';
import type { TranscriptEntry } from '@mailwright/pop3';
import { type LoginMethod, Pop3Client, type Pop3ConnectOptions } from '@mailwright/pop3-client';
import type { MechanismName } from '@mailwright/sasl';
import { describe, expect, test } from 'vitest';
import { createTestAuthority } from '../../testing/src/certificates/test-authority.ts';
import { FakeClock } from '../../testing/src/fake-clock.ts';
import { TestMaildrop, type TestServerOptions } from './support/test-server.ts';
import { MESSAGES, permissive, PLAIN, scripted, textOf, USERS, world } from './support/world.ts';

const authority = createTestAuthority();
const certificate = authority.issue({ names: ['mail.example.test'] });
const other = authority.issue({ names: ['other.example.test'] });
const LOGIN = { username: 'jane', password: 'secret' };

/** A server with TLS, and options with its authority. */
function secured(options: TestServerOptions = {}): { readonly maildrop: TestMaildrop; readonly options: Pop3ConnectOptions } {
  const maildrop = new TestMaildrop({ users: USERS, messages: MESSAGES, tls: certificate, ...options });
  const dial = async (): Promise<Transport> => {
    const [client, server] = memoryPair();
    void maildrop.serve(server).catch(() => undefined);
    return client;
  };
  return { maildrop, options: { host: 'mail.example.test', ca: authority.certificate, auth: LOGIN, dial } };
}

describe('tls', () => {
  test.each<[string, Partial<Pop3ConnectOptions>, TestServerOptions]>([
    ['STLS, verified, the default', {}, {}],
    ['STLS, required', { tls: { mode: 'required' } }, {}],
    ['STLS, opportunistic', { tls: { mode: 'opportunistic' } }, {}],
    ['implicit TLS', { implicitTls: true }, { implicitTls: true }],
    ['implicit TLS by URL', { url: 'pop3s://jane:secret@mail.example.test', host: undefined, auth: undefined }, { implicitTls: true }],
    ['STLS by URL', { url: 'pop3://jane:secret@mail.example.test', host: undefined, auth: undefined }, {}],
  ])('%s', async (_name, over, server) => {
    const { options } = secured(server);
    await using client = await Pop3Client.connect({ ...options, ...over });
    expect(client.tls?.protocol).toBe('TLSv1.3');
    expect(client.capabilities.stls).toBe(false);
    expect(await textOf(client.retrieve(1))).toBe(MESSAGES[0]);
  });

  test.each<[string, Partial<Pop3ConnectOptions>, TestServerOptions, string]>([
    ['a certificate of another name', {}, { tls: other }, 'POP3_TLS_FAILED'],
    ['a certificate of nobody', { ca: createTestAuthority().certificate }, {}, 'POP3_TLS_FAILED'],
  ])('%s is refused, and no password is sent', async (_name, over, server, code) => {
    const { maildrop, options } = secured(server);
    await expect(Pop3Client.connect({ ...options, ...over })).rejects.toMatchObject({ code, phase: 'tls', side: 'remote', usable: false });
    expect(maildrop.sessions[0]!.verbs).toEqual(['CAPA', 'STLS']);
  });

  test('rfc8314 3: not offered -> no login, unless the policy is opportunistic', async () => {
    const { maildrop, options } = world();
    await expect(Pop3Client.connect({ ...options, tls: { mode: 'required' } })).rejects.toMatchObject({ code: 'POP3_TLS_NOT_OFFERED', phase: 'tls' });
    expect(maildrop.sessions[0]!.verbs).toEqual(['CAPA']);
    await using client = await Pop3Client.connect({ ...options, tls: { mode: 'opportunistic' } });
    expect(client.tls).toBeUndefined();
  });

  test('rfc2595 4: refused -> no login, unless the policy is opportunistic', async () => {
    const said: string[] = [];
    const script = scripted((line) => (said.push(line.split(' ')[0]!), line === 'CAPA' ? '+OK\r\nSTLS\r\nUSER\r\n.\r\n' : line === 'STLS' ? '-ERR not now\r\n' : '+OK\r\n'));
    await expect(Pop3Client.connect({ ...script, tls: { mode: 'required' } })).rejects.toMatchObject({ code: 'POP3_TLS_REFUSED', response: { text: 'not now' } });
    expect(said).toEqual(['', 'CAPA', 'STLS', 'QUIT']);
    await (await Pop3Client.connect({ ...script, tls: { mode: 'opportunistic' } })).quit();
  });

  test('stls injection: what stands behind the +OK ends the connection', async () => {
    const said: string[] = [];
    const script = scripted((line) => (said.push(line), line === '' ? '+OK\r\n' : line === 'CAPA' ? '+OK\r\nSTLS\r\nUSER\r\n.\r\n' : '+OK\r\n+OK injected\r\n'));
    await expect(Pop3Client.connect({ ...script, tls: { mode: 'required' } })).rejects.toMatchObject({ code: 'POP3_OCTETS_BEFORE_TLS', phase: 'tls', usable: false });
    expect(said).toEqual(['', 'CAPA', 'STLS']);
  });

  test('a server without CAPA is asked for STLS all the same where TLS is demanded', async () => {
    const said: string[] = [];
    const script = scripted((line) => (said.push(line), line === '' ? '+OK\r\n' : '-ERR unknown\r\n'));
    await expect(Pop3Client.connect({ ...script, tls: { mode: 'required' } })).rejects.toMatchObject({ code: 'POP3_TLS_REFUSED' });
    expect(said.slice(0, 3)).toEqual(['', 'CAPA', 'STLS']);
  });
});

describe('logins', () => {
  test.each<[string, MechanismName[], Pop3ConnectOptions['auth'], boolean]>([
    ['SCRAM-SHA-256-PLUS', ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256', 'PLAIN'], LOGIN, false], ['SCRAM-SHA-256', ['SCRAM-SHA-256', 'PLAIN'], LOGIN, true], ['SCRAM-SHA-1', ['SCRAM-SHA-1'], LOGIN, false],
    ['PLAIN', ['PLAIN'], LOGIN, false], ['PLAIN', ['PLAIN'], LOGIN, true], ['LOGIN', ['LOGIN'], LOGIN, true], ['XOAUTH2', ['XOAUTH2'], { username: 'jane', token: 'secret' }, true], ['OAUTHBEARER', ['OAUTHBEARER'], { username: 'jane', token: 'secret' }, false],
  ])('rfc5034: %s of %j', async (mechanism, mechanisms, auth, initialResponse) => {
    const trace: TranscriptEntry[] = [];
    const { maildrop, options } = secured({ machine: { mechanisms } });
    await using client = await Pop3Client.connect({ ...options, auth, initialResponse, trace: (entry) => void trace.push(entry) });
    expect(client.usable).toBe(true);
    expect(maildrop.sessions[0]!.verbs).toEqual(['CAPA', 'STLS', 'CAPA', 'AUTH', 'CAPA']);
    const auths = trace.filter(({ text }) => text?.startsWith('AUTH'));
    expect(auths.map(({ text }) => text)).toEqual([initialResponse && mechanism !== 'LOGIN' ? `AUTH ${mechanism} ***` : `AUTH ${mechanism}`]);
    expect(JSON.stringify(trace)).not.toMatch(/secret|c2VjcmV0|AGphbmU/);
  });

  test('rfc5034 4: a first message that makes more than 255 octets waits for the challenge', async () => {
    const token = 'x'.repeat(300);
    const { options } = secured({ users: { jane: token }, machine: { mechanisms: ['XOAUTH2'] } });
    const trace: TranscriptEntry[] = [];
    await using client = await Pop3Client.connect({ ...options, auth: { username: 'jane', token }, initialResponse: true, trace: (entry) => void trace.push(entry) });
    expect(client.usable).toBe(true);
    expect(trace.some(({ text }) => text === 'AUTH XOAUTH2')).toBe(true);
  });

  test.each<[string, TestServerOptions, Partial<Pop3ConnectOptions>, string[]]>([
    ['USER inside TLS', {}, {}, ['CAPA', 'STLS', 'CAPA', 'USER', 'PASS', 'CAPA']],
    ['APOP inside TLS where nothing else is', { machine: { timestamp: '<1.2@example.test>', disabled: new Set(['USER']) } }, {}, ['CAPA', 'STLS', 'CAPA', 'APOP', 'CAPA']],
    ['APOP in clear text rather than PLAIN', { machine: { timestamp: '<1.2@example.test>', mechanisms: ['PLAIN'], clearTextAuth: 'allow' } }, { tls: { mode: 'none' }, allowClearTextAuth: true }, ['CAPA', 'APOP', 'CAPA']],
    ['APOP in clear text, nothing has to be allowed', { machine: { timestamp: '<1.2@example.test>' } }, { tls: { mode: 'none' } }, ['CAPA', 'APOP', 'CAPA']],
    ['SCRAM in clear text, nothing has to be allowed', { machine: { timestamp: '<1.2@example.test>', mechanisms: ['SCRAM-SHA-256', 'PLAIN'] } }, { tls: { mode: 'none' } }, ['CAPA', 'AUTH', 'CAPA']],
    ['USER where only USER may be used', { machine: { mechanisms: ['PLAIN'] } }, { mechanisms: ['USER'] }, ['CAPA', 'STLS', 'CAPA', 'USER', 'PASS', 'CAPA']],
    ['UTF8 before the login', { machine: { utf8: 'user' } }, { utf8: true }, ['CAPA', 'STLS', 'CAPA', 'UTF8', 'USER', 'PASS', 'CAPA']],
  ])('%s', async (_name, server, over, verbs) => {
    const { maildrop, options } = secured(server);
    await using client = await Pop3Client.connect({ ...options, ...over });
    expect(maildrop.sessions[0]!.verbs).toEqual(verbs);
    expect(client.utf8).toBe(over.utf8 === true);
  });

  test.each<[string, TestServerOptions, Partial<Pop3ConnectOptions>, string]>([
    ['USER in clear text', { machine: { clearTextAuth: 'allow' } }, {}, 'POP3_AUTH_CLEAR_TEXT'],
    ['PLAIN in clear text', { machine: { clearTextAuth: 'allow', mechanisms: ['PLAIN'], disabled: new Set(['USER']) } }, {}, 'POP3_AUTH_CLEAR_TEXT'],
    ['nothing offered', {}, {}, 'POP3_AUTH_UNAVAILABLE'],
    ['a token and no mechanism for it', { machine: { clearTextAuth: 'allow', mechanisms: ['PLAIN'] } }, { auth: { username: 'jane', token: 'x' } }, 'POP3_AUTH_UNAVAILABLE'],
    ['only what is not offered may be used', { machine: { clearTextAuth: 'allow' } }, { mechanisms: ['SCRAM-SHA-256', 'APOP'] satisfies LoginMethod[], allowClearTextAuth: true }, 'POP3_AUTH_UNAVAILABLE'],
  ])('%s: refused by this side, no secret is sent', async (_name, server, over, code) => {
    const { maildrop, options } = secured(server);
    await expect(Pop3Client.connect({ ...options, tls: { mode: 'none' }, ...over })).rejects.toMatchObject({ code, side: 'local', phase: 'auth', usable: false });
    expect(maildrop.sessions[0]!.verbs).toEqual(['CAPA']);
  });

  test.each<[string, TestServerOptions, string]>([
    ['USER', {}, 'USER'], ['APOP', { machine: { timestamp: '<1.2@example.test>', disabled: new Set(['USER']) } }, 'APOP'], ['PLAIN', { machine: { mechanisms: ['PLAIN'] } }, 'PLAIN'], ['SCRAM-SHA-256', { machine: { mechanisms: ['SCRAM-SHA-256'] } }, 'SCRAM-SHA-256'],
  ])('rfc3206 4: a wrong password by %s', async (_name, server, method) => {
    const { maildrop, options } = secured(server);
    const error = await Pop3Client.connect({ ...options, auth: { username: 'jane', password: 'hunter2' } }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'POP3_AUTH_REJECTED', side: 'remote', phase: 'auth', usable: false, response: { code: 'AUTH' } });
    expect((error as Error).message).toBe(`the server refused the login by ${method}: -ERR [AUTH] wrong name or password`);
    expect(maildrop.sessions[0]!.verbs.at(-1)).toBe('QUIT');
  });

  test('a server that only says +OK to SCRAM is not believed', async () => {
    const script = scripted((line) => (line === 'CAPA' ? '+OK\r\nSASL SCRAM-SHA-256\r\n.\r\n' : line.startsWith('AUTH') ? '+ \r\n' : '+OK\r\n'));
    await expect(Pop3Client.connect(script)).rejects.toMatchObject({ code: 'POP3_AUTH_FAILED', cause: 'SASL_SERVER_NOT_VERIFIED', usable: false });
  });

  test('a server that goes on talking behind its challenge: no more than is read is taken', async () => {
    const flood = new Uint8Array(4_000_000).fill(0x78);
    let left = 0;
    const script = scripted((line, connection) => {
      if (line === '' || line === 'CAPA') return line === '' ? '+OK\r\n' : '+OK\r\nSASL SCRAM-SHA-256\r\n.\r\n';
      if (line.startsWith('AUTH')) return '+ \r\n';
      const nonce = /r=(.*)/.exec(Buffer.from(line, 'base64').toString())![1]!;
      connection.write(`+ ${Buffer.from(`r=${nonce}x,s=c2FsdA==,i=100000`).toString('base64')}\r\n`);
      for (let at = 0; at < flood.length; at += 50_000) connection.write(flood.subarray(at, at + 50_000));
      let turns = 0;
      const look = (): void => void (++turns === 20 ? (left = connection.bufferedOctets) : setImmediate(look));
      look();
      return undefined;
    });
    await expect(Pop3Client.connect(script)).rejects.toMatchObject({ code: 'LIMIT_LINE_OCTETS' });
    expect(left).toBeGreaterThan(3_000_000);
  });

  test('a challenge that is not base64 cancels the login', async () => {
    const said: string[] = [];
    const script = scripted((line) => (said.push(line), line === 'CAPA' ? '+OK\r\nSASL PLAIN\r\n.\r\n' : line.startsWith('AUTH') ? '+ \r\n' : line === '' ? '+OK\r\n' : line === '*' ? '-ERR\r\n' : '+ %%%\r\n'));
    await expect(Pop3Client.connect(script)).rejects.toMatchObject({ code: 'POP3_AUTH_FAILED' });
    expect(said.at(-1)).toBe('*');
  });

  test('credentials from a function, and what it throws', async () => {
    const { options } = world();
    await (await Pop3Client.connect({ ...options, auth: async () => LOGIN })).quit();
    await expect(Pop3Client.connect({ ...options, auth: () => Promise.reject(new Error('no token')) })).rejects.toMatchObject({ code: 'POP3_AUTH_FAILED', side: 'local', message: 'no credentials could be had: no token' });
    await expect(Pop3Client.connect({ ...options, auth: () => ({ username: 'jane\r\nDELE 1', password: 'x' }) })).rejects.toThrow(TypeError);
  });

  test('no login: CAPA is there, and QUIT', async () => {
    const { maildrop, options } = world();
    await using client = await Pop3Client.connect({ ...options, auth: undefined });
    expect(client.capabilities.user).toBe(true);
    await expect(client.stat()).rejects.toMatchObject({ code: 'POP3_REJECTED' });
    expect(maildrop.sessions[0]!.machine.session.state).toBe('authorization');
  });
});

describe('connecting', () => {
  test('a greeting of -ERR', async () => {
    await expect(Pop3Client.connect(scripted(() => '-ERR [SYS/TEMP] too many connections\r\n'))).rejects.toMatchObject({ code: 'POP3_GREETING_REFUSED', phase: 'greeting', response: { code: 'SYS/TEMP' }, usable: false });
  });

  test('no POP3 server', async () => {
    await expect(Pop3Client.connect(scripted(() => '220 mx ESMTP\r\n'))).rejects.toMatchObject({ code: 'POP3_BAD_RESPONSE', phase: 'greeting' });
  });

  test('a dial that fails, a server that says nothing, a signal', async () => {
    const clock = new FakeClock();
    await expect(Pop3Client.connect({ ...PLAIN, dial: () => Promise.reject(new Error('no route')) })).rejects.toMatchObject({ code: 'POP3_DIAL_FAILED', phase: 'dial', message: 'dialing localhost failed: no route' });
    const silent = expect(Pop3Client.connect({ ...scripted(() => undefined), clock })).rejects.toMatchObject({ code: 'POP3_TIMEOUT', phase: 'greeting' });
    await clock.advanceAsync(60_001);
    await silent;
    const controller = new AbortController();
    const given = expect(Pop3Client.connect({ ...scripted(() => undefined), clock, signal: controller.signal })).rejects.toMatchObject({ code: 'POP3_ABORTED', cause: 'enough' });
    await clock.advanceAsync(1);
    controller.abort('enough');
    await given;
    await expect(Pop3Client.connect({ ...PLAIN, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'POP3_ABORTED', phase: 'dial' });
    await clock.advanceAsync(1);
    expect(clock.pending).toBe(0);
  });

  test('a server that says goodbye, and one that says nothing to a command', async () => {
    const clock = new FakeClock();
    let connection: Transport | undefined;
    const client = await Pop3Client.connect({ ...permissive((line, transport) => ((connection = transport), line === 'NOOP' ? '+OK\r\n' : undefined)), clock });
    await client.noop();
    const stat = expect(client.stat()).rejects.toMatchObject({ code: 'POP3_TIMEOUT', phase: 'command', usable: false });
    await clock.advanceAsync(120_001);
    await stat;
    const second = await Pop3Client.connect(permissive((_line, transport) => ((connection = transport), '+OK\r\n')));
    await second.noop();
    connection!.write('-ERR autologout\r\n');
    connection!.close();
    await new Promise((resolve) => setImmediate(resolve));
    await expect(second.stat()).rejects.toMatchObject({ code: 'POP3_GOODBYE', response: { text: 'autologout' } });
    await client.quit();
  });
});

describe('options', () => {
  test.each<[string, unknown, new () => Error]>([
    ['a misspelt name', { hots: 'x' }, TypeError], ['a port that is none', { port: 0 }, RangeError], ['a path and a host', { path: '/x', host: 'x' }, TypeError], ['a policy that is none', { tls: true }, TypeError],
    ['verified without names', { tls: { mode: 'verified', names: [] } }, TypeError], ['implicit TLS and none', { implicitTls: true, tls: { mode: 'none' } }, TypeError], ['CR in a password', { auth: { username: 'a', password: 'a\rb' } }, TypeError],
    ['NUL in a host', { host: 'a\0' }, TypeError], ['a negative spill', { spillOctets: -1 }, RangeError], ['no time at all', { connectTimeoutMs: 0 }, RangeError], ['window 0', { window: 0 }, RangeError], ['LF in servername', { servername: 'a\n' }, TypeError],
    ['a URL of another scheme', 'imap://x', TypeError], ['no URL', 'x', TypeError], ['a URL with a path', 'pop3://x/INBOX', TypeError], ['an unknown parameter', 'pop3://x/?y=z', TypeError], ['a password alone', 'pop3://:secret@x', TypeError],
    ['a policy by URL that is none', 'pop3://x/?tls=maybe', TypeError], ['CR LF in a URL', 'pop3://jane%0d%0aDELE:secret@x', TypeError], ['bad percent-encoding', 'pop3://%ff%fe:secret@x', TypeError],
  ])('%s throws, and shows no password', async (_name, options, error) => {
    const thrown = await Pop3Client.connect(options as string).catch((reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(error);
    expect((thrown as Error).message).not.toContain('secret');
  });
});
