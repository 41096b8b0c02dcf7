import { describe, expect, test } from 'vitest';
import {
  checkAboveZero, checkMechanisms, checkNumber, checkOptionNames, checkSaltKey, checkText, CONNECT_OPTION_NAMES, CONNECT_PARAMETERS, type ConnectOptions, fillDefaults, namesInUpperCase, othersThan,
  overUrl, parseServerUrl, type ProtocolDefaults, resolveConnectOptions, type SetByUrl,
} from '@mailwright/driver';

const PROTOCOL: ProtocolDefaults = { port: 110, implicitTlsPort: 995, tlsWithoutCredentials: 'opportunistic', closeTimeoutMs: 7, userAndPass: "others'" };
const SCHEMES = { clear: 'pop3:', implicit: 'pop3s:', alias: 'pop:' };
const AUTH = { username: 'ann', password: 'secret' };

describe('connect options', () => {
  test.each<[string, ConnectOptions, object]>([
    ['nothing', {}, { target: { host: 'localhost', port: 110 }, destination: 'localhost', tls: { mode: 'opportunistic' }, closeTimeoutMs: 7, connectTimeoutMs: 30_000, allowClearTextAuth: false }],
    ['implicit TLS', { host: 'mx', implicitTls: true }, { target: { host: 'mx', port: 995 }, tls: { mode: 'verified', names: ['mx'] } }],
    ['credentials', { host: 'mx', auth: AUTH }, { tls: { mode: 'verified', names: ['mx'] }, auth: AUTH }],
    ['a Unix socket', { path: '/run/pop3', auth: AUTH }, { target: { path: '/run/pop3' }, destination: '/run/pop3', tls: { mode: 'none' } }],
    ['a policy of one\'s own', { tls: { mode: 'required' }, implicitTls: true }, { tls: { mode: 'required' } }],
    ['an address with a zone', { localAddress: 'fe80::1%eth0' }, { localAddress: 'fe80::1%eth0' }],
    ['certificates', { ca: 'a', cert: 'b', key: 'c', minTlsVersion: 'TLSv1.3' }, { material: { ca: 'a', cert: 'b', key: 'c', passphrase: undefined, minVersion: 'TLSv1.3' } }],
  ])('%s', (_name, given, resolved) => {
    expect(resolveConnectOptions(given, PROTOCOL)).toMatchObject(resolved);
  });

  test('a protocol that always shows a password is verified without being asked', () => {
    expect(resolveConnectOptions({ host: 'mx' }, { ...PROTOCOL, tlsWithoutCredentials: 'verified' }).tls).toEqual({ mode: 'verified', names: ['mx'] });
  });

  test.each<[string, object, RegExp]>([
    ['host and path', { host: 'mx', path: '/run/x' }, /either path or host and port/],
    ['a host with a space', { host: 'm x' }, /host must be/],
    ['a port beyond', { port: 65_536 }, /port must be a whole number/],
    ['an empty path', { path: '' }, /path must be/],
    ['implicit TLS over a Unix socket', { path: '/run/x', implicitTls: true }, /implicitTls goes with/],
    ['a policy that is none', { tls: { mode: 'maybe' } }, /tls must be/],
    ['verified for nobody', { tls: { mode: 'verified', names: [] } }, /tls\.names/],
    ['LF in servername', { servername: 'a\nb' }, /servername must be a text/],
    ['user and pass', { auth: { user: 'ann', pass: 'secret' } }, /not others' user and pass/],
    ['NUL in a password', { auth: { username: 'ann', password: 'a\0' } }, /auth\.password must be a text/],
    ['an interface for an address', { localAddress: 'eth0' }, /localAddress must be an IP address/],
    ['no time to connect', { connectTimeoutMs: 0 }, /connectTimeoutMs must be above 0/],
    ['a negative time', { closeTimeoutMs: -1 }, /closeTimeoutMs must be a number from 0/],
  ])('%s is refused', (_name, given, message) => {
    expect(() => resolveConnectOptions(given as ConnectOptions, PROTOCOL)).toThrow(message);
  });

  test('the names are those of the options', () => {
    expect(() => checkOptionNames({ host: 'x', dial: undefined }, CONNECT_OPTION_NAMES)).not.toThrow();
    expect(() => checkOptionNames({ hots: 'x' }, CONNECT_OPTION_NAMES)).toThrow(new TypeError('hots is not an option'));
    expect(() => checkOptionNames({ secure: true }, CONNECT_OPTION_NAMES, { secure: 'implicitTls' })).toThrow('secure is not an option; what you mean is implicitTls');
    expect(() => checkOptionNames({ toString: 1 }, CONNECT_OPTION_NAMES)).toThrow('toString is not an option');
  });
});

describe('a URL', () => {
  const parse = (text: string): ConnectOptions => parseServerUrl(text, SCHEMES, CONNECT_PARAMETERS);

  test.each<[string, ConnectOptions]>([
    ['pop3://mx', { host: 'mx', implicitTls: false }],
    ['pop://mx:1110/', { host: 'mx', implicitTls: false, port: 1110 }],
    ['pop3s://ann%40x:s%2Fp@[2001:db8::1]', { host: '2001:db8::1', implicitTls: true, auth: { username: 'ann@x', password: 's/p' } }],
    ['pop3://mx?tls=verified&servername=other&localAddress=192.0.2.1', { host: 'mx', implicitTls: false, tls: { mode: 'verified', names: ['mx'] }, servername: 'other', localAddress: '192.0.2.1' }],
    ['pop3://mx?tls=none', { host: 'mx', implicitTls: false, tls: { mode: 'none' } }],
  ])('%s', (text, options) => {
    expect(parse(text)).toEqual(options);
  });

  test.each([
    ['no URL', 'mx secret', /^url is not a URL$/],
    ['another scheme', 'imap://a:secret@mx', /^url must begin with pop3: or pop3s:, not imap:$/],
    ['no host', 'pop3:///secret', /^url has no host$/],
    ['a path', 'pop3://mx/secret', /^url has a path, which means nothing here$/],
    ['a password alone', 'pop3://:secret@mx', /^url has a password and no user name$/],
    ['bad percent encoding', 'pop3://a:secret%ff@mx', /^the password in url is not well percent-encoded$/],
    ['an unknown parameter', 'pop3://mx?toString=secret', /^the URL parameter "toString" is not known; known are localAddress, servername, tls$/],
    ['a policy that is none', 'pop3://a:secret@mx?tls=maybe', /^the URL parameter tls is none, opportunistic, required or verified, not "maybe"$/],
  ])('%s is refused, and the URL is not shown', (_name, text, message) => {
    expect(() => parse(text)).toThrow(message);
    expect(() => parse(text)).not.toThrow('secret');
  });

  test('parameters of a protocol: numbers and switches', () => {
    const own: Readonly<Record<string, SetByUrl<ConnectOptions>>> = {
      wait: (options, parameter) => void (options.connectTimeoutMs = parameter.number()),
      show: (options, parameter) => void (options.allowClearTextAuth = parameter.isTrue()),
    };
    expect(parseServerUrl('pop3://mx?wait=5&show=true', SCHEMES, own)).toEqual({ host: 'mx', implicitTls: false, connectTimeoutMs: 5, allowClearTextAuth: true });
    expect(() => parseServerUrl('pop3://mx?wait=-5', SCHEMES, own)).toThrow('the URL parameter wait is a number, not "-5"');
    expect(() => parseServerUrl('pop3://mx?show=yes', SCHEMES, own)).toThrow('the URL parameter show is true or false, not "yes"');
  });

  test('other options overrule it; undefined does not', () => {
    expect(overUrl<ConnectOptions>({ url: 'pop3://mx:1', port: 2, host: undefined }, parse)).toEqual({ url: 'pop3://mx:1', host: 'mx', implicitTls: false, port: 2 });
    const plain: ConnectOptions = { host: 'mx' };
    expect(overUrl(plain, parse)).toBe(plain);
  });
});

describe('single options', () => {
  test('numbers and texts', () => {
    expect([checkNumber('n', 0), checkNumber('n', Infinity), checkAboveZero('n', 1)]).toEqual([0, Infinity, 1]);
    for (const value of [-1, Number.NaN, '1', null]) expect(() => checkNumber('n', value as number)).toThrow(RangeError);
    expect(() => checkAboveZero('n', 0)).toThrow('n must be above 0');
    expect(checkText('t', undefined)).toBe(undefined);
    for (const value of ['\r', '\n', '\0', 1]) expect(() => checkText('t', value as string)).toThrow(TypeError);
    expect([...namesInUpperCase(['uidl', 'TOP'])]).toEqual(['UIDL', 'TOP']);
  });

  test('groups of numbers of a server: what is known here, and what is left to others', () => {
    const defaults = { a: 1, b: 2 };
    expect(fillDefaults(defaults, { b: 3, c: -1 } as { b: number }, 'limits')).toEqual({ a: 1, b: 3 });
    expect(othersThan(defaults, { b: 3, c: 4 })).toEqual({ c: 4 });
    expect(fillDefaults(defaults, undefined, 'limits')).toEqual(defaults);
    expect(() => fillDefaults(defaults, { a: -1 }, 'limits')).toThrow(new RangeError('limits.a must be a number from 0, not -1'));
  });

  test('mechanisms and salt keys', () => {
    expect(checkMechanisms(['PLAIN'])).toEqual(['PLAIN']);
    expect(() => checkMechanisms(['plain' as 'PLAIN'])).toThrow('"plain" is no SASL mechanism');
    expect(() => checkSaltKey(new Uint8Array(15))).toThrow(RangeError);
    expect(() => checkSaltKey(new Uint8Array(16))).not.toThrow();
  });
});
