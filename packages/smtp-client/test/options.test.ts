import { connectSmtp, createSmtpPool, destinationKey, parseSmtpUrl, type SmtpConnectOptions, type SmtpPoolOptions } from '@mailwright/smtp-client';
import { describe, expect, test } from 'vitest';
import { resolveOptions } from '../src/options.ts';
import { resolvePoolSettings } from '../src/pool-options.ts';
import { failureOf } from './support/peer.ts';

describe('defaults', () => {
  test.each<[string, SmtpConnectOptions, object]>([
    ['nothing given', {}, { target: { host: 'localhost', port: 587 }, implicitTls: false, tls: { mode: 'opportunistic' } }],
    ['rfc8314 3.3: implicit TLS', { host: 'mx', implicitTls: true }, { target: { host: 'mx', port: 465 }, tls: { mode: 'verified', names: ['mx'] } }],
    ['credentials', { host: 'mx', auth: { username: 'a', password: 'b' } }, { target: { port: 587 }, tls: { mode: 'verified', names: ['mx'] } }],
    ['a Unix socket', { path: '/run/smtp' }, { target: { path: '/run/smtp' }, destination: '/run/smtp', tls: { mode: 'none' } }],
    ['a URL', { url: 'smtp://mx.example' }, { target: { host: 'mx.example', port: 587 }, implicitTls: false, tls: { mode: 'opportunistic' } }],
    ['a URL with all', { url: 'smtps://jane%40x:p%2Fw@mx.example:2465/?name=client.example' }, { target: { host: 'mx.example', port: 2465 }, implicitTls: true, auth: { username: 'jane@x', password: 'p/w' }, helloDomain: 'client.example', tls: { mode: 'verified', names: ['mx.example'] } }],
    ['options overrule the URL', { url: 'smtp://mx.example:25', port: 26, host: undefined }, { target: { host: 'mx.example', port: 26 } }],
    ['an IPv6 host in a URL', { url: 'smtp://[::1]:25' }, { target: { host: '::1', port: 25 } }],
    ['disabled keywords in any case', { disabled: ['chunking'] }, { machine: { disabled: new Set(['CHUNKING']) } }],
    ['an internationalized EHLO name', { helloDomain: 'b\u00fccher.example' }, { helloDomain: 'xn--bcher-kva.example' }],
    ['a local address with a zone', { localAddress: 'fe80::1%eth0' }, { localAddress: 'fe80::1%eth0' }],
    ['an address literal as EHLO name', { helloDomain: '[192.0.2.1]' }, { helloDomain: '[192.0.2.1]' }],
  ])('%s', (_name, options, expected) => {
    expect(resolveOptions(options)).toMatchObject(expected);
  });

  test('pools', () => {
    expect(resolvePoolSettings({})).toEqual({
      maxConnections: 5, maxMessagesPerConnection: Infinity, idleTimeoutMs: 30_000, probeAfterIdleMs: 10_000, waitTimeoutMs: 300_000, attempts: 1,
      rateLimit: undefined, backOff: { firstMs: 1000, lastMs: 60_000 },
    });
    expect(resolvePoolSettings({ url: 'smtp://mx?maxConnections=7&maxMessages=9' })).toMatchObject({ maxConnections: 7, maxMessagesPerConnection: 9 });
  });
});

describe('URLs', () => {
  test.each<[string, object]>([
    ['smtp://mx.example', { host: 'mx.example', implicitTls: false }],
    ['smtp://mx/?requireTLS=true', { tls: { mode: 'verified', names: ['mx'] } }],
    ['smtp://mx/?ignoreTLS=true', { tls: { mode: 'none' } }],
    ['smtp://mx/?opportunisticTLS=true', { tls: { mode: 'opportunistic' } }],
    ['smtp://mx/?tls=required', { tls: { mode: 'required' } }],
    ['smtp://mx/?tls=verified', { tls: { mode: 'verified', names: ['mx'] } }],
    ['smtp://mx/?connectionTimeout=5&greetingTimeout=6&localAddress=127.0.0.1&servername=x&window=4', { connectTimeoutMs: 5, timeouts: { greetingMs: 6 }, localAddress: '127.0.0.1', servername: 'x', window: 4 }],
  ])('%s', (url, expected) => {
    expect(parseSmtpUrl(url)).toMatchObject(expected);
  });

  test.each([
    'http://mx', 'mx', 'smtp://', 'smtp://mx/path', 'smtp://:pw@mx', 'smtp://mx/?tls=maybe', 'smtp://mx/?requireTLS=1', 'smtp://mx/?what=1', 'smtp://mx/?window=x', 'smtp://mx/?constructor=1',
    'smtp://%zz:x@mx', '',
  ])('%j is a TypeError', (url) => {
    expect(() => parseSmtpUrl(url)).toThrow(TypeError);
  });

  test('no error text shows the password', () => {
    for (const url of ['smtp://jane:hunter2@', 'smtp://jane:hunter2@mx/path', 'smtp://jane:hunter2@mx/?what=1', 'foo://jane:hunter2@mx', 'smtp://jane:hunter2%zz@mx']) {
      expect(() => parseSmtpUrl(url)).toThrow(expect.not.objectContaining({ message: expect.stringContaining('hunter2') }) as Error);
    }
  });
});

describe('what can not be meant', () => {
  test.each<[string, unknown, RegExp]>([
    ['secure', { secure: true }, /implicitTls/],
    ['requireTLS', { requireTLS: true }, /verified/],
    ['name', { name: 'x' }, /helloDomain/],
    ['maxMessages', { maxMessages: 1 }, /maxMessagesPerConnection/],
    ['hots', { hots: 'x' }, /hots is not an option/],
    ['auth.user', { auth: { user: 'a', pass: 'b' } }, /username/],
    ['auth as a text', { auth: 'jane' }, /auth/],
    ['path and host', { path: '/x', host: 'y' }, /either/],
    ['tls as a text', { tls: 'required' }, /tls/],
    ['tls true', { tls: true }, /tls/],
    ['verified without names', { tls: { mode: 'verified', names: [] } }, /names/],
    ['implicit TLS without TLS', { implicitTls: true, tls: { mode: 'none' } }, /implicitTls/],
    ['an EHLO name that is none', { helloDomain: 'not a name' }, /helloDomain/],
    ['a local address that is none', { localAddress: 'eth0' }, /localAddress/],
    ['a local address with more', { localAddress: '127.0.0.1 ' }, /localAddress/],
    ['lineEnds', { lineEnds: 'mend' }, /lineEnds/],
    ['requireRecipients', { requireRecipients: 'most' }, /requireRecipients/],
  ])('%s is a TypeError', async (_name, options, text) => {
    const error = await failureOf(connectSmtp(options as SmtpConnectOptions));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(text);
    expect(() => createSmtpPool(options as SmtpConnectOptions)).toThrow(TypeError);
  });

  test.each<[string, SmtpPoolOptions]>([
    ['port 0', { port: 0 }],
    ['port 65536', { port: 65_536 }],
    ['window 0', { window: 0 }],
    ['connectTimeoutMs below 0', { connectTimeoutMs: -1 }],
    ['tlsTimeoutMs that is no number', { tlsTimeoutMs: Number.NaN }],
    ['no time to connect', { connectTimeoutMs: 0 }],
    ['no time for TLS', { tlsTimeoutMs: 0 }],
    ['a timeout below 0', { timeouts: { mailMs: -1 } }],
    ['a limit that is no number', { limits: { replyLines: Number.NaN } }],
    ['maxConnections 0', { maxConnections: 0 }],
    ['maxMessagesPerConnection 0', { maxMessagesPerConnection: 0 }],
    ['attempts 0', { attempts: 0 }],
    ['rateLimit 0', { rateLimit: { messages: 0, perMs: 1 } }],
    ['rateLimit without end', { rateLimit: { messages: 1, perMs: Infinity } }],
    ['backOff below 0', { backOff: { firstMs: -1 } }],
    ['waitTimeoutMs below 0', { waitTimeoutMs: -1 }],
  ])('%s is a RangeError', (_name, options) => {
    expect(() => createSmtpPool(options)).toThrow(RangeError);
  });
});

describe('destinationKey', () => {
  const base: SmtpConnectOptions = { host: 'mx.example', port: 25, auth: { username: 'jane', password: 'a' } };

  test('haraka 2789: whatever decides about server, identity or trust makes another destination', () => {
    const lookup = async (): Promise<[]> => [];
    const variants: SmtpConnectOptions[] = [
      base, { ...base, host: 'mx2.example' }, { ...base, port: 587 }, { ...base, implicitTls: true }, { ...base, tls: { mode: 'required' } }, { ...base, tls: { mode: 'verified', names: ['other'] } },
      { ...base, servername: 'x' }, { ...base, ca: 'x' }, { ...base, cert: 'x', key: 'y' }, { ...base, auth: { username: 'john', password: 'a' } }, { ...base, auth: { username: 'jane', password: 'b' } },
      { ...base, auth: { username: 'jane', token: 'a' } }, { ...base, auth: undefined }, { ...base, helloDomain: 'a.example' }, { ...base, localAddress: '127.0.0.2' }, { ...base, lookup },
      { ...base, lookup: async () => [] }, { ...base, disabled: ['CHUNKING'] }, { ...base, window: 4 }, { ...base, mechanisms: ['PLAIN'] }, { path: '/run/smtp' },
    ];
    expect(new Set(variants.map((options) => destinationKey(options))).size).toBe(variants.length);
  });

  test('the same options in another order, or with their defaults written out, are one destination', () => {
    const key = destinationKey(base);
    expect(destinationKey({ auth: { password: 'a', username: 'jane' }, port: 25, host: 'mx.example' })).toBe(key);
    expect(destinationKey({ ...base, implicitTls: false, connectTimeoutMs: 30_000, tls: { mode: 'verified', names: ['mx.example'] } })).toBe(key);
    expect(destinationKey({ ...base, disabled: ['B', 'a'] })).toBe(destinationKey({ ...base, disabled: ['A', 'b'] }));
    expect(destinationKey({ ...base, cert: 'x' })).not.toBe(destinationKey({ ...base, ca: 'x' }));
  });

  test('shows no secret', () => {
    expect(destinationKey({ ...base, auth: { username: 'jane', password: 'hunter2' } })).not.toContain('hunter2');
    expect(destinationKey(base)).toMatch(/^[\w-]{43}$/);
  });
});
