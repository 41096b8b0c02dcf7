/** SASLprep, stored keys, the choice of a mechanism, channel bindings, the comparison of secrets. */
import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Credentials } from '@mailwright/sasl';
import { chooseMechanism, endPointHash, formatScramKeys, mechanismInfo, parseScramKeys, saslprep, scramKeyRequest, scramKeys } from '@mailwright/sasl';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { equalSecrets } from '../src/password-check.ts';
import { computeKey, octets, primitives, truncations } from './couple.ts';

describe('saslprep', () => {
  test.each([
    ['rfc4013 3: soft hyphen mapped to nothing', 'I\u00adX', 'IX'],
    ['rfc4013 3: no transformation', 'user', 'user'],
    ['rfc4013 3: case preserved', 'USER', 'USER'],
    ['rfc4013 3: NFKC of the ordinal a', '\u00aa', 'a'],
    ['rfc4013 3: NFKC of the roman nine', '\u2168', 'IX'],
    ['rfc4013 2.1: no-break and ideographic space become a space', 'a\u00a0b\u3000c', 'a b c'],
    ['deviation: U+200B becomes a space', 'a\u200bb', 'a b'],
    ['rfc4013 2.1: a byte order mark and a variation selector vanish', '\ufeffa\ufe0f', 'a'],
    ['rfc3454 6: right-to-left on both ends', '\u0627\u0628 1\u0628', '\u0627\u0628 1\u0628'],
    ['a decomposed letter is composed', 'e\u0301', '\u00e9'],
    ['deviation: a character younger than Unicode 3.2', '\u{1f600}', '\u{1f600}'],
    ['nothing', '', ''],
  ])('%s', (_, input, output) => {
    expect(saslprep(input)).toEqual({ ok: true, value: output, end: input.length });
  });

  test.each([
    ['rfc4013 3: a control', '\u0007', 'prohibited-character', 0],
    ['rfc4013 3: right-to-left with a digit at the end', '\u06271', 'mixed-direction', 1],
    ['rfc3454 6: right-to-left with a Latin letter', '\u0627a\u0627', 'mixed-direction', 1],
    ['rfc3454 6: right-to-left with a Devanagari letter', '\u0627\u0905\u0627', 'mixed-direction', 1],
    ['rfc3454 6: a digit at the front', '1\u0627', 'mixed-direction', 0],
    ['a lone surrogate', 'a\ud800', 'prohibited-character', 1],
    ['private use', 'ab\ue000', 'prohibited-character', 2],
    ['a change of direction', 'a\u202eb', 'prohibited-character', 1],
    ['a tag character', '\u{e0041}', 'prohibited-character', 0],
    ['a noncharacter', '\u{1fffe}', 'prohibited-character', 0],
    ['DEL', '\u007f', 'prohibited-character', 0],
  ])('%s', (_, input, error, at) => {
    expect(saslprep(input)).toEqual({ ok: false, error, at });
  });

  test('is idempotent on generated text', () => {
    const random = new SeededRandom(4013);
    const alphabet = 'aB1 \u00ad\u00e4\u00aa\u2168\u0627\u0628\u3000e\u0301';
    for (let round = 0; round < 1000; round++) {
      const once = saslprep(random.text(alphabet, random.integer(0, 10)));
      if (once.ok) expect(saslprep(once.value)).toMatchObject({ ok: true, value: once.value });
    }
  });
});

describe('stored keys', () => {
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
  const request = scramKeyRequest({ password: 'pencil', salt, iterations: 4096 });
  const keys = scramKeys(request, computeKey(request), primitives);
  const LINE = 'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=';

  test('the keys of the example of RFC 7677, as PostgreSQL writes them', () => {
    expect(formatScramKeys(keys)).toBe(LINE);
    const parsed = parseScramKeys(LINE);
    expect(parsed.ok && { ...parsed.value, salt: Buffer.from(parsed.value.salt) }).toMatchObject({ iterations: 4096, salt });
  });

  test('rfc5803 3: parse is the inverse of format on generated keys', () => {
    const random = new SeededRandom(5803);
    for (let round = 0; round < 200; round++) {
      const length = random.pick([20, 32]);
      const value = { salt: random.octets(random.integer(1, 40)), iterations: random.integer(1, 1_000_000), storedKey: random.octets(length), serverKey: random.octets(length) };
      expect(parseScramKeys(formatScramKeys(value))).toMatchObject({ ok: true, value });
    }
  });

  test('every truncation is refused', () => {
    for (const cut of truncations(octets(LINE))) expect(parseScramKeys(Buffer.from(cut).toString())).toEqual({ ok: false, error: 'malformed-scram-keys', at: 0 });
  });

  test.each([
    ['keys of the other algorithm', LINE.replace('SHA-256', 'SHA-1')],
    ['no iterations', LINE.replace('4096', '0')],
    ['a line end', `${LINE}\n`],
    ['MD5', LINE.replace('SCRAM-SHA-256', 'SCRAM-MD5')],
  ])('%s -> malformed', (_, line) => {
    expect(parseScramKeys(line).ok).toBe(false);
  });

  test('mistakes of the caller', () => {
    expect(() => scramKeyRequest({ password: 'pencil', salt: octets('short'), iterations: 4096 })).toThrow(RangeError);
    expect(() => scramKeyRequest({ password: 'pencil', salt, iterations: 4095 })).toThrow(RangeError);
    expect(() => scramKeyRequest({ password: 'pen\ncil', salt, iterations: 4096 })).toThrow(TypeError);
    expect(() => scramKeyRequest({ password: 'pencil\u0007', salt, iterations: 4096 })).toThrow(TypeError);
    expect(() => formatScramKeys({ ...keys, serverKey: octets('short') })).toThrow(TypeError);
  });
});

describe('chooseMechanism', () => {
  const password: Credentials = { username: 'tim', password: 'secret' };
  const token: Credentials = { username: 'tim', token: 'x' };
  const ALL = ['LOGIN', 'PLAIN', 'CRAM-MD5', 'XOAUTH2', 'OAUTHBEARER', 'EXTERNAL', 'SCRAM-SHA-1', 'SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS', 'GSSAPI'];

  test.each([
    ['a binding is at hand', ALL, password, { secure: true, canBindChannel: true }, 'SCRAM-SHA-256-PLUS'],
    ['no binding is at hand', ALL, password, { secure: true }, 'SCRAM-SHA-256'],
    ['names in lower case', ['plain', 'login'], password, { secure: true }, 'PLAIN'],
    ['only LOGIN', ['LOGIN'], password, { secure: true }, 'LOGIN'],
    ['PLAIN comes before CRAM-MD5 under TLS', ['CRAM-MD5', 'PLAIN'], password, { secure: true }, 'PLAIN'],
    ['CRAM-MD5 comes before PLAIN in the open', ['CRAM-MD5', 'PLAIN'], password, { secure: false }, 'CRAM-MD5'],
    ['SCRAM needs no TLS', ALL, password, { secure: false }, 'SCRAM-SHA-256'],
    ['clear text by name', ['PLAIN'], password, { secure: false, allowClearText: true }, 'PLAIN'],
    ['a token', ALL, token, { secure: true }, 'OAUTHBEARER'],
    ['a token for an older server', ['XOAUTH2', 'PLAIN'], token, { secure: true }, 'XOAUTH2'],
    ['a certificate', ALL, { external: true }, { secure: true }, 'EXTERNAL'],
    ['only what is allowed', ALL, password, { secure: true, allowed: ['LOGIN'] }, 'LOGIN'],
    ['acting as somebody else leaves out LOGIN', ['LOGIN', 'PLAIN'], { ...password, authorizationId: 'boss' }, { secure: true }, 'PLAIN'],
  ] as const)('%s', (_, offered, credentials, options, name) => {
    expect(chooseMechanism(offered, credentials, options)).toEqual({ ok: true, name });
  });

  test.each([
    ['only clear text without TLS', ['PLAIN', 'LOGIN'], password, { secure: false }, 'SASL_CLEAR_TEXT_REFUSED'],
    ['a token without TLS', ['XOAUTH2'], token, { secure: false }, 'SASL_CLEAR_TEXT_REFUSED'],
    ['nothing offered', [], password, { secure: true }, 'SASL_NO_MECHANISM'],
    ['nothing known', ['GSSAPI', 'NTLM'], password, { secure: true }, 'SASL_NO_MECHANISM'],
    ['nothing for a token', ['PLAIN'], token, { secure: true }, 'SASL_NO_MECHANISM'],
    ['only -PLUS, without a binding', ['SCRAM-SHA-256-PLUS'], password, { secure: true }, 'SASL_NO_MECHANISM'],
    ['LOGIN for somebody else', ['LOGIN', 'CRAM-MD5'], { ...password, authorizationId: 'boss' }, { secure: true }, 'SASL_NO_MECHANISM'],
  ] as const)('%s', (_, offered, credentials, options, code) => {
    expect(chooseMechanism(offered, credentials, options)).toMatchObject({ ok: false, code });
  });

  test('mechanismInfo knows names in any case, and only names', () => {
    expect(mechanismInfo('scram-sha-256')?.name).toBe('SCRAM-SHA-256');
    for (const name of ['', 'constructor', '__proto__', 'PLAIN ']) expect(mechanismInfo(name)).toBeUndefined();
  });
});

describe('equalSecrets', () => {
  test('compares hashes of one length, whatever the lengths of the secrets', () => {
    const lengths: number[][] = [];
    const watching = { ...primitives, equal: (a: Uint8Array, b: Uint8Array) => (lengths.push([a.length, b.length]), primitives.equal(a, b)) };
    expect(equalSecrets(watching, octets('a'), octets('a'))).toBe(true);
    expect(equalSecrets(watching, octets('a'), octets('a much longer one'))).toBe(false);
    expect(equalSecrets(watching, octets(''), octets('b'))).toBe(false);
    expect(lengths).toEqual([[32, 32], [32, 32], [32, 32]]);
  });
});

describe('endPointHash', () => {
  /** A certificate reduced to what is read: an empty body of `fill` octets, and the identifier of the signature algorithm. */
  const certificate = (identifier: string, fill = 3): Uint8Array => {
    const oid = Buffer.from(identifier, 'hex');
    const element = (tag: number, content: Buffer): Buffer => {
      const length = content.length < 0x80 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff];
      return Buffer.concat([Buffer.from([tag, ...length]), content]);
    };
    return element(0x30, Buffer.concat([element(0x30, Buffer.alloc(fill)), element(0x30, element(0x06, oid))]));
  };

  test.each([
    ['rfc5929 4.1: MD5 counts as SHA-256', '2a864886f70d010104', 'sha256'],
    ['rfc5929 4.1: SHA-1 counts as SHA-256', '2a864886f70d010105', 'sha256'],
    ['SHA-256 with RSA', '2a864886f70d01010b', 'sha256'],
    ['SHA-384 with ECDSA', '2a8648ce3d040303', 'sha384'],
    ['SHA-512 with RSA', '2a864886f70d01010d', 'sha512'],
    ['Ed25519 has no hash', '2b6570', undefined],
    ['RSASSA-PSS has no one hash', '2a864886f70d01010a', undefined],
  ])('%s', (_, identifier, hash) => {
    expect(endPointHash(certificate(identifier))).toBe(hash);
    expect(endPointHash(certificate(identifier, 700))).toBe(hash);
  });

  test('every truncation and every single changed octet: a hash or none, no throw', () => {
    const whole = certificate('2a864886f70d01010b', 200);
    for (const cut of truncations(whole)) expect(endPointHash(cut)).toBeUndefined();
    for (let at = 0; at < whole.length; at++) {
      for (const octet of [0x00, 0x7f, 0x80, 0x83, 0x84, 0xff]) {
        const changed = whole.slice();
        changed[at] = octet;
        expect([undefined, 'sha224', 'sha256', 'sha384', 'sha512']).toContain(endPointHash(changed));
      }
    }
  });

  test('a real certificate', () => {
    const pem = `-----BEGIN CERTIFICATE-----
MIIBgjCCASmgAwIBAgIUT35DWjBBY2Omp7Z6BYNrLd/BohowCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLZXhhbXBsZS5jb20wIBcNMjYxMTIyMDEzNTIxWhgPMjEyNjEw
MjkwMTM1MjFaMBYxFDASBgNVBAMMC2V4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAEb6H5I8lvcxMgK7Nssqj8x9R9w7YF2Fmmo0AT61gV3nxiUpHb
YDLrK6LDqV1cOVZ7sviP1F8ttiGZg8MmPubu4aNTMFEwHQYDVR0OBBYEFCdhzCkN
ZFriLRrZoUKxwxhHEGeqMB8GA1UdIwQYMBaAFCdhzCkNZFriLRrZoUKxwxhHEGeq
MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgHB5iEg6mWaoS/P61
8z7SdX7pCw1sT68dsvEV29mUmYMCIDh6JRJasc2FppSJDi9mzsedSKYIKu7yHWz4
mNSa5EcB
-----END CERTIFICATE-----`;
    expect(endPointHash(new X509Certificate(pem).raw)).toBe('sha256');
  });
});
