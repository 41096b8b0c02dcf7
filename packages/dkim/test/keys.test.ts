import { generateKeyPairSync } from 'node:crypto';
import { inMemoryZone } from '@mailwright/dns';
import type { ZoneNode } from '@mailwright/dns';
import { describe, expect, test } from 'vitest';
import {
  MemoryKeyCache, canonicalSelector, canonicalSigningDomain, formatKeyRecord, formatTxtStrings, generateDkimKeyPair, importPublicKey, isSubdomain, keyName, lookUpKey,
  parseKeyRecord, splitTxtStrings,
} from '../src/index.ts';
import type { KeyLookup } from '../src/index.ts';
import { NOW, ed25519Key, rsaKey } from './world.ts';

const P = 'YQ==';

function read(text: string): unknown {
  const parsed = parseKeyRecord(text);
  return parsed.ok ? parsed.record : parsed.error;
}

describe('keys', () => {
  test('the public key that is given away is a copy: who writes to it changes no record', () => {
    for (const key of [rsaKey, ed25519Key]) {
      const record = formatKeyRecord(key);
      key.publicKey.fill(0);
      expect(formatKeyRecord(key)).toBe(record);
    }
  });
});

describe('rfc6376 3.6.1: key records', () => {
  const plain = { keyType: 'rsa', publicKey: Buffer.from('a'), hashAlgorithms: undefined, serviceTypes: ['*'], flags: [], notes: undefined };

  test.each<[string, string, unknown]>([
    ['p= alone', `p=${P}`, plain],
    ['everything', `v=DKIM1; h=sha1 : sha256; k=ed25519; n=a remark; s=email:*; t=y : s; p=Y Q\t==;`, { keyType: 'ed25519', publicKey: Buffer.from('a'), hashAlgorithms: ['sha1', 'sha256'], serviceTypes: ['email', '*'], flags: ['y', 's'], notes: 'a remark' }],
    ['tags that nobody knows', `v=DKIM1; g=*; x=y; p=${P}`, plain],
    ['revoked: p= is empty', 'v=DKIM1; p=', { ...plain, publicKey: undefined }],
    ['another version', `v=DKIM2; p=${P}`, 'bad-key-version'],
    ['the version in small letters', `v=dkim1; p=${P}`, 'bad-key-version'],
    ['the version not first', `p=${P}; v=DKIM1`, 'bad-key-version'],
    ['another key type', `k=ec; p=${P}`, 'unknown-key-type'],
    ['no p=', 'v=DKIM1; k=rsa', 'no-public-key'],
    ['no base64', 'p=a*b=', 'bad-public-key'],
    ['base64 that is not canonical', 'p=YR==', 'bad-public-key'],
    ['base64 without padding', 'p=YQ', 'bad-public-key'],
    ['base64url', 'p=-_-_', 'bad-public-key'],
    ['more base64 than any key', `p=${'A'.repeat(4100)}`, 'bad-public-key'],
    ['p= twice', `p=${P}; p=${P}`, 'bad-key-record'],
    ['an SPF record', 'v=spf1 -all', 'bad-key-version'],
    ['some text', 'hello', 'bad-key-record'],
    ['nothing', '', 'bad-key-record'],
  ])('%s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

describe('public keys', () => {
  const record = (keyType: 'rsa' | 'ed25519', publicKey: Uint8Array) => ({ keyType, publicKey, hashAlgorithms: undefined, serviceTypes: ['*'], flags: [], notes: undefined });
  const rsa = (modulusLength: number, publicExponent = 65537) => generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey;
  const outcome = (keyType: 'rsa' | 'ed25519', octets: Uint8Array): unknown => {
    const imported = importPublicKey(record(keyType, octets));
    return imported.ok ? imported.key.bits : imported.error;
  };

  test('erratum 3017: SubjectPublicKeyInfo and PKCS #1 both', () => {
    const key = rsa(1024);
    expect(outcome('rsa', key.export({ type: 'spki', format: 'der' }))).toBe(1024);
    expect(outcome('rsa', key.export({ type: 'pkcs1', format: 'der' }))).toBe(1024);
    expect(outcome('rsa', rsa(2048).export({ type: 'pkcs1', format: 'der' }))).toBe(2048);
  });

  test('rfc8301 3.2: below 1,024 bits is no key; 1,024 is', () => {
    expect(outcome('rsa', rsa(512).export({ type: 'spki', format: 'der' }))).toBe('key-too-short');
    expect(outcome('rsa', rsa(1016).export({ type: 'pkcs1', format: 'der' }))).toBe('key-too-short');
  });

  /** PKCS #1 by hand: keys that no generator makes. */
  function pkcs1(modulusBits: number, exponent: readonly number[]): Uint8Array {
    const modulus = Buffer.alloc(modulusBits / 8 + 1, 0xc1);
    modulus[0] = 0;
    const part = (content: Uint8Array): Buffer => Buffer.concat([Buffer.from([0x02, 0x82, content.length >> 8, content.length & 255]), content]);
    const content = Buffer.concat([part(modulus), part(Buffer.from(exponent))]);
    return Buffer.concat([Buffer.from([0x30, 0x82, content.length >> 8, content.length & 255]), content]);
  }

  test.each<[string, number, readonly number[], unknown]>([
    ['above 8,192 bits', 8200, [1, 0, 1], 'key-too-long'],
    ['8,192 bits', 8192, [1, 0, 1], 8192],
    ['exponent 1', 1024, [1], 'bad-public-exponent'],
    ['an even exponent', 1024, [1, 0, 0], 'bad-public-exponent'],
    ['exponent 3', 1024, [3], 1024],
    ['an exponent above 2^32', 1024, [1, 0, 0, 0, 1], 'bad-public-exponent'],
  ])('%s', (_, bits, exponent, expected) => {
    expect(outcome('rsa', pkcs1(bits, exponent))).toBe(expected);
  });

  test('what is no key, or a key of another kind', () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'der' });
    expect(outcome('rsa', ec)).toBe('bad-public-key');
    expect(outcome('rsa', generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }))).toBe('bad-public-key');
    expect(outcome('rsa', Buffer.from('x'))).toBe('bad-public-key');
    expect(outcome('rsa', Buffer.from([0x30]))).toBe('bad-public-key');
    const truncated = rsa(1024).export({ type: 'spki', format: 'der' });
    for (let length = 1; length < truncated.length; length++) expect(outcome('rsa', truncated.subarray(0, length))).toBe('bad-public-key');
  });

  test('rfc8463 4.2: 32 raw octets, not SubjectPublicKeyInfo', () => {
    expect(outcome('ed25519', ed25519Key.publicKey)).toBe(256);
    expect(outcome('ed25519', generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }))).toBe('bad-public-key');
    expect(outcome('ed25519', new Uint8Array(31))).toBe('bad-public-key');
  });

  test('rfc6376 3.6.1: an empty p= is a revoked key', () => {
    expect(importPublicKey({ ...record('rsa', new Uint8Array(0)), publicKey: undefined })).toEqual({ ok: false, error: 'key-revoked' });
  });
});

describe('names in the DNS', () => {
  test.each<[string, string | undefined, string | undefined]>([
    ['example.com', 'example.com', 'example.com'],
    ['EXAMPLE.com', 'example.com', 'example.com'],
    ['s1', undefined, 's1'],
    ['a.b.c', 'a.b.c', 'a.b.c'],
    ['low_line', undefined, 'low_line'],
    ['_low.line', '_low.line', '_low.line'],
    ['b\xfccher.example', 'xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['', undefined, undefined],
    ['.', undefined, undefined],
    ['a..b', undefined, undefined],
    ['a.b.', undefined, undefined],
    ['.a.b', undefined, undefined],
    ['-a.b', undefined, undefined],
    ['a-.b', undefined, undefined],
    ['a.b\\.c', undefined, undefined],
    ['a\\000.b', undefined, undefined],
    ['a\0.b', undefined, undefined],
    ['a b.c', undefined, undefined],
    ['a"b.c', undefined, undefined],
    ['a(.b', undefined, undefined],
    ['*.b', undefined, undefined],
    ['a@b.c', undefined, undefined],
    [`${'a'.repeat(63)}.b`, `${'a'.repeat(63)}.b`, `${'a'.repeat(63)}.b`],
    [`${'a'.repeat(64)}.b`, undefined, undefined],
    [`${'a.'.repeat(130)}b`, undefined, undefined],
  ])('odd labels: %j', (written, domain, selector) => {
    expect(canonicalSigningDomain(written)).toBe(domain);
    expect(canonicalSelector(written)).toBe(selector);
  });

  test('rfc1035 2.3.4: a name has 253 characters at most', () => {
    const domain = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(50)}`;
    expect(keyName('s', domain)).toBe(`s._domainkey.${domain}`);
    expect(keyName('s'.repeat(10), domain)).toBe(undefined);
  });

  test('a subdomain begins at a dot', () => {
    expect(isSubdomain('a.example.com', 'example.com')).toBe(true);
    expect(isSubdomain('example.com', 'example.com')).toBe(true);
    expect(isSubdomain('evilexample.com', 'example.com')).toBe(false);
    expect(isSubdomain('example.com.evil', 'example.com')).toBe(false);
    expect(isSubdomain('com', 'example.com')).toBe(false);
  });
});

describe('rfc6376 6.1.2: looking a key up', () => {
  const record = formatKeyRecord(rsaKey);
  const name = 's._domainkey.example.com';
  const ask = (node: ZoneNode | undefined): Promise<KeyLookup> => lookUpKey(name, { resolver: inMemoryZone(node === undefined ? {} : { [name]: node }), now: NOW });

  test.each<[string, ZoneNode | undefined, unknown]>([
    ['a key', { TXT: record }, ['ok', undefined, 2048]],
    ['a key behind an alias', { CNAME: 'k.example.net' }, ['permerror', 'no-key', undefined]],
    ['rfc6376 3.6.2.2: a key in several strings (a zone cuts at 255 octets)', { TXT: `n=${'x'.repeat(300)}; ${record.slice('v=DKIM1; '.length)}` }, ['ok', undefined, 2048]],
    ['no name', undefined, ['permerror', 'no-key', undefined]],
    ['no TXT', { A: '192.0.2.1' }, ['permerror', 'no-key', undefined]],
    ['several keys', { TXT: [record, formatKeyRecord(ed25519Key)] }, ['permerror', 'several-keys', undefined]],
    ['the same key twice', { TXT: [record, `${record};`] }, ['permerror', 'several-keys', undefined]],
    ['a key and something else', { TXT: [record, 'v=spf1 -all'] }, ['permerror', 'several-keys', undefined]],
    ['something else alone', { TXT: 'v=spf1 -all' }, ['permerror', 'bad-key-version', undefined]],
    ['a revoked key', { TXT: 'v=DKIM1; p=' }, ['permerror', 'key-revoked', undefined]],
  ])('%s', async (_, node, expected) => {
    const { result, reason, key } = await ask(node);
    expect([result, reason, key?.bits]).toEqual(expected);
  });

  test.each([['temp', 'dns-temporary'], ['bogus', 'dns-bogus']] as const)('the DNS says %s -> temperror, and nothing is kept', async (status, reason) => {
    const cache = new MemoryKeyCache();
    const answer = { status, records: [], ttl: undefined, secure: false, source: 'test', canonicalName: undefined, reason: undefined };
    const lookup = await lookUpKey(name, { resolver: { query: () => Promise.resolve(answer) }, now: NOW, cache });
    expect([lookup.result, lookup.reason]).toEqual(['temperror', reason]);
    expect(cache.get(name, NOW)).toBe(undefined);
  });

  test('the cache answers until the TTL is over, for keys and for there being none', async () => {
    const asked: string[] = [];
    const resolver = inMemoryZone({ [name]: { TXT: record, ttl: 60 } }, { onQuery: (of) => void asked.push(of) });
    const cache = new MemoryKeyCache();
    const lookup = await lookUpKey(name, { resolver, now: NOW, cache });
    expect(lookup.key?.bits).toBe(2048);
    const until = (lookup.ttl ?? 300) * 1000;
    expect(await lookUpKey(name, { resolver, now: NOW + until - 1, cache })).toBe(lookup);
    expect(asked.length).toBe(1);
    await lookUpKey(name, { resolver, now: NOW + until, cache });
    expect(asked.length).toBe(2);
    await lookUpKey('other._domainkey.example.com', { resolver, now: NOW, cache });
    await lookUpKey('other._domainkey.example.com', { resolver, now: NOW, cache });
    expect(asked.length).toBe(3);
  });

  test('rfc2308 5: that there is no key is kept for five minutes at most, so that one that is published late is found', async () => {
    const resolver = inMemoryZone({ 'example.com': { SOA: 'ns.example.com h.example.com 1 2 3 4 3600' } });
    for (const [options, seconds] of [[{}, 300], [{ mostNegativeSeconds: 60 }, 60], [{ mostSeconds: 30 }, 30]] as const) {
      const cache = new MemoryKeyCache(options);
      const lookup = await lookUpKey(name, { resolver, now: NOW, cache });
      expect([lookup.reason, lookup.ttl]).toEqual(['no-key', 3600]);
      expect(cache.get(name, NOW + seconds * 1000 - 1)).toBe(lookup);
      expect(cache.get(name, NOW + seconds * 1000)).toBe(undefined);
    }
  });

  test('the cache is bounded: what was not used for the longest time goes first', () => {
    const cache = new MemoryKeyCache({ entries: 2 });
    const lookup: KeyLookup = { result: 'permerror', reason: 'no-key', text: undefined, record: undefined, key: undefined, secure: false, ttl: 60 };
    cache.set('a', lookup, NOW);
    cache.set('b', lookup, NOW);
    cache.get('a', NOW);
    cache.set('c', lookup, NOW);
    expect(['a', 'b', 'c'].map((of) => cache.get(of, NOW) !== undefined)).toEqual([true, false, true]);
    expect(() => new MemoryKeyCache({ entries: 0 })).toThrow(RangeError);
    expect(() => new MemoryKeyCache({ mostSeconds: NaN })).toThrow(RangeError);
  });
});

describe('making keys', () => {
  test.each(['rsa', 'ed25519'] as const)('%s: the record is the key\'s, and short strings in quotes hold it', async (type) => {
    const pair = await generateDkimKeyPair(type, { flags: ['s'] });
    const parsed = parseKeyRecord(pair.record);
    expect(parsed.ok && parsed.record).toMatchObject({ keyType: type, flags: ['s'], publicKey: Buffer.from(pair.key.publicKey) });
    const strings = [...pair.dnsText.matchAll(/"([^"]*)"/g)].map(([, part]) => part!);
    expect(strings.join('')).toBe(pair.record);
    expect(strings.every((part) => part.length <= 255)).toBe(true);
    expect(strings.length).toBe(type === 'rsa' ? 2 : 1);
    expect(pair.privateKeyPem).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    expect(pair.key.bits).toBe(type === 'rsa' ? 2048 : 256);
  });

  test.each([512, 1023, 8193, 2048.5, NaN])('%s bits are refused', async (bits) => {
    await expect(generateDkimKeyPair('rsa', { bits })).rejects.toThrow(RangeError);
  });

  test('another type is refused', async () => {
    await expect(generateDkimKeyPair('ec' as 'rsa')).rejects.toThrow(TypeError);
  });

  test('rfc1035 5.1: strings of a zone file', () => {
    expect(formatTxtStrings('a"b\\c')).toBe('"a\\"b\\\\c"');
    expect(formatTxtStrings('')).toBe('""');
    expect(splitTxtStrings('x'.repeat(511)).map(({ length }) => length)).toEqual([255, 255, 1]);
    expect(() => formatTxtStrings('a\nb')).toThrow(TypeError);
  });
});
