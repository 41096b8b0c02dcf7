import { encodeBase64, encodeUtf8 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../testing/src/fake-clock.ts';
import { ImapClient } from '../src/client.ts';
import { ImapError } from '../src/errors.ts';
import type { ImapConnectOptions } from '../src/options.ts';
import type { TraceEntry } from '../src/trace.ts';
import { parseImapUrl } from '../src/url.ts';
import { connectScripted, rejection } from './connect-scripted.ts';
import { allBut, mail, realServer } from './real-server.ts';
import { scripted, type Script, type ScriptedOptions } from './scripted-server.ts';

const ANN = { username: 'ann', password: 'secret' };

async function refused(options: ImapConnectOptions, script?: Script, server?: ScriptedOptions): Promise<ImapError> {
  const error = await rejection(ImapClient.connect({ dial: scripted(script, server).dial, ...options }));
  expect(error).toBeInstanceOf(ImapError);
  expect(error.usable).toBe(false);
  return error as ImapError;
}

describe('options and URLs', () => {
  test.each([
    ['imaps://ann:s%40t@mail.example.org', { host: 'mail.example.org', implicitTls: true, auth: { username: 'ann', password: 's@t' } }],
    ['imap://mail.example.org:1143/?tls=required&compress=true', { host: 'mail.example.org', port: 1143, implicitTls: false, tls: { mode: 'required' }, compress: true }],
    ['imap://[::1]:143/?tls=verified', { host: '::1', port: 143, implicitTls: false, tls: { mode: 'verified', names: ['::1'] } }],
  ])('%s', (url, options) => expect(parseImapUrl(url)).toEqual(options));

  test.each(['http://a', 'imap://', 'imap://a/INBOX', 'imap://:pw@a', 'imap://a/?nothing=1', 'imap://a/?tls=maybe', 'x'])('%s -> TypeError that does not show it', (url) => {
    expect(() => parseImapUrl(url)).toThrow(TypeError);
  });

  test.each([
    [{ secure: true }, /implicitTls/], [{ hots: 'x' }, /hots is not an option/], [{ auth: { user: 'a', pass: 'b' } }, /username/], [{ host: 'a b' }, /host/],
    [{ path: '/x', host: 'y' }, /either/], [{ tls: { mode: 'none' }, implicitTls: true }, /implicitTls/], [{ auth: { username: 'a\r\n', password: 'b' } }, /CR, LF/],
  ])('%j -> TypeError', async (options, message) => {
    await expect(ImapClient.connect(options as ImapConnectOptions)).rejects.toThrow(message);
  });

  test.each([{ port: 0 }, { connectTimeoutMs: 0 }, { memoryOctets: -1 }, { reconnect: { attempts: 0 } }, { waitTimeoutMs: Number.NaN }])('%j -> RangeError', async (options) => {
    await expect(ImapClient.connect(options)).rejects.toThrow(RangeError);
  });
});

describe('connecting', () => {
  test('rfc9051 7.1.5: BYE for a greeting -> IMAP_GREETING_REFUSED with its words', async () => {
    expect(await refused({}, undefined, { greeting: '* BYE [UNAVAILABLE] come later' })).toMatchObject({ code: 'IMAP_GREETING_REFUSED', phase: 'greeting', side: 'remote', text: 'come later', responseCode: { name: 'UNAVAILABLE' } });
  });

  test('rfc9051 11.1: PREAUTH in clear text where TLS is demanded -> refused', async () => {
    expect((await refused({ tls: { mode: 'required' } }, undefined, { greeting: '* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] hi' })).code).toBe('IMAP_PREAUTH_REFUSED');
    const client = await ImapClient.connect({ dial: scripted(undefined, { greeting: '* PREAUTH [CAPABILITY IMAP4rev1] hi' }).dial });
    await client.noop();
    await client.close();
  });

  test.each([
    ['not offered', 'IMAP4rev1', undefined, 'IMAP_TLS_NOT_OFFERED'],
    ['refused', 'IMAP4rev1 STARTTLS', '{tag} NO not today', 'IMAP_TLS_REFUSED'],
    ['refused as unknown', 'IMAP4rev1 STARTTLS', '{tag} BAD what', 'IMAP_TLS_REFUSED'],
    ['octets behind it', 'IMAP4rev1 STARTTLS', '{tag} OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN', 'IMAP_OCTETS_BEFORE_TLS'],
  ])('STARTTLS %s, TLS demanded -> an error of the phase tls', async (_, capabilities, answer, code) => {
    const error = await refused({ tls: { mode: 'required' }, auth: ANN }, (command) => (command === 'STARTTLS' ? answer : undefined), { capabilities });
    expect(error).toMatchObject({ code, phase: 'tls' });
  });

  test('a password is never said in clear text unless that is allowed', async () => {
    for (const capabilities of ['IMAP4rev1 AUTH=PLAIN', 'IMAP4rev1', 'IMAP4rev1 LOGINDISABLED']) {
      const { dial, servers } = scripted(undefined, { capabilities });
      const error = await rejection(ImapClient.connect({ dial, tls: { mode: 'none' }, auth: ANN }));
      expect(error.code).toBe('IMAP_AUTH_CLEAR_TEXT');
      expect(servers[0]!.commands.join()).not.toMatch(/LOGIN|AUTHENTICATE/);
    }
  });

  test.each([
    ['SCRAM before PLAIN', 'IMAP4rev1 AUTH=PLAIN AUTH=SCRAM-SHA-256 SASL-IR', /^AUTHENTICATE SCRAM-SHA-256 \S+$/],
    ['SASL-IR', 'IMAP4rev1 AUTH=PLAIN SASL-IR', /^AUTHENTICATE PLAIN AGFubgBzZWNyZXQ=$/],
    ['LOGIN where no mechanism fits', 'IMAP4rev1 AUTH=GSSAPI', /^LOGIN ann secret$/],
  ])('%s', async (_, capabilities, command) => {
    const { dial, servers } = scripted((line) => (line.startsWith('AUTHENTICATE SCRAM') ? '{tag} NO no' : undefined), { capabilities });
    await ImapClient.connect({ dial, tls: { mode: 'none' }, allowClearTextAuth: true, auth: ANN }).then((client) => client.close(), () => undefined);
    expect(servers[0]!.commands.some((line) => command.test(line))).toBe(true);
  });

  test('without SASL-IR the first response waits for "+"', async () => {
    const { dial, servers } = scripted((command, server, tag) => {
      if (command === '') return undefined;
      if (command.startsWith('AUTHENTICATE')) server.say('+ ');
      if (command.startsWith('AUTHENTICATE')) server.idleTag = tag;
      return command.startsWith('AUTHENTICATE') ? '' : undefined;
    }, { capabilities: 'IMAP4rev1 AUTH=PLAIN' });
    const connecting = ImapClient.connect({ dial, tls: { mode: 'none' }, allowClearTextAuth: true, auth: ANN }).catch(() => undefined);
    await new Promise<void>((resolve) => setImmediate(resolve));
    await servers[0]!.sawLine(encodeBase64(encodeUtf8('\0ann\0secret')));
    servers[0]!.say(`${servers[0]!.idleTag} OK in`);
    const client = await connecting;
    expect(client?.usable).toBe(true);
    await client?.close();
  });

  test('refused login -> IMAP_AUTH_REJECTED with the words of the server', async () => {
    const error = await refused({ tls: { mode: 'none' }, allowClearTextAuth: true, auth: ANN }, (command) => (command.startsWith('LOGIN') ? '{tag} NO [AUTHENTICATIONFAILED] wrong' : undefined));
    expect(error).toMatchObject({ code: 'IMAP_AUTH_REJECTED', phase: 'auth', side: 'remote', status: 'NO', text: 'wrong', responseCode: { name: 'AUTHENTICATIONFAILED' } });
  });

  test('SCRAM, PLAIN, ID, ENABLE and COMPRESS against the server', async () => {
    await using server = realServer({ mailboxes: { INBOX: Array.from({ length: 50 }, (_, index) => mail(`m${index}`, 'z'.repeat(2000))) } });
    for (const mechanisms of [['SCRAM-SHA-256'], ['CRAM-MD5'], ['PLAIN'], ['LOGIN']] as const) {
      const events: (string | undefined)[] = [];
      const client = await server.connect({ mechanisms: [...mechanisms], id: { name: 'test' }, compress: true, trace: ({ direction, text }) => direction === 'event' && events.push(text) });
      expect(client.serverId?.get('name')).toBe('mailwright');
      expect(client.enabled.has('QRESYNC')).toBe(true);
      await using box = await client.open('INBOX');
      expect(await box.fetch([[1, 50]], { bodies: [''] }).all()).toHaveLength(50);
      expect(events).toEqual(['compression started']);
      await client.append('INBOX', { message: mail('compressed', 'q'.repeat(200_000)) });
      await client.logout();
      expect(await client.closed).toEqual({ error: undefined });
    }
  });

  test('nobody listens, or says nothing -> IMAP_DIAL_FAILED, IMAP_TIMEOUT', async () => {
    expect((await refused({ dial: () => Promise.reject(new Error('no route')) })).code).toBe('IMAP_DIAL_FAILED');
    const clock = new FakeClock();
    const failing = refused({ clock }, undefined, { greeting: '' });
    await new Promise<void>((resolve) => setImmediate(resolve));
    clock.advance(60_001);
    expect(await failing).toMatchObject({ code: 'IMAP_TIMEOUT', phase: 'greeting' });
  });

  test('signal -> IMAP_ABORTED, and the connection is dropped', async () => {
    const stop = new AbortController();
    const { dial, servers } = scripted(undefined, { greeting: '' });
    const connecting = rejection(ImapClient.connect({ dial, signal: stop.signal }));
    await new Promise<void>((resolve) => setImmediate(resolve));
    stop.abort();
    expect((await connecting).code).toBe('IMAP_ABORTED');
    await servers[0]!.whenClosed();
  });
});

describe('the transcript', () => {
  test('has each line, no secret, literals counted', async () => {
    const entries: TraceEntry[] = [];
    await using session = await connectScripted((command) => (command.startsWith('APPEND') ? '{tag} OK [APPENDUID 1 5] in' : undefined), {}, { trace: (entry) => entries.push(entry) });
    await session.client.append('INBOX', { message: 'Subject: x\r\n\r\nhello\r\n' });
    const texts = entries.map(({ direction, text, octets }) => `${direction[0]}: ${text ?? `(${octets})`}`);
    expect(texts).toEqual([
      's: * OK [CAPABILITY IMAP4rev1 LITERAL+ UNSELECT IDLE] ready', 'c: A1 LOGIN ***', 's: A1 OK [CAPABILITY IMAP4rev1 LITERAL+ UNSELECT IDLE] logged in',
      'c: A2 APPEND INBOX {21+}', 'c: (21)', 'c: ', 's: A2 OK [APPENDUID 1 5] in',
    ]);
    expect(JSON.stringify(entries)).not.toContain('secret');
    expect(entries.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test('no secret of any mechanism', async () => {
    await using server = realServer({ capabilities: allBut('SASL-IR') });
    for (const mechanism of ['PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-256'] as const) {
      const entries: TraceEntry[] = [];
      const client = await server.connect({ mechanisms: [mechanism], trace: (entry) => entries.push(entry) });
      const exchange = entries.slice(0, entries.findIndex(({ text }) => / OK /.test(text ?? '') && (text ?? '').startsWith('A1')));
      expect(exchange.filter(({ direction }) => direction === 'client').map(({ text }) => text)).toEqual(expect.arrayContaining(['***']));
      for (const { text } of exchange.slice(2)) expect(text).toMatch(/^(\+ ?|\+ \*\*\*|\*\*\*|)$/);
      await client.logout();
    }
  });
});
