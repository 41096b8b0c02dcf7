import { generateKeyPairSync } from 'node:crypto';
import { inMemoryZone } from '@mailwright/dns';
import { parseHeaders } from '@mailwright/mime';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { DkimVerifier, MemoryKeyCache, formatKeyRecord, loadSigningKey, verifyDkim } from '../src/index.ts';
import type { DkimResult, DkimVerifierOptions } from '../src/index.ts';
import { octets } from './octets.ts';
import { MESSAGE, NOW, NOW_SECONDS, bodyOf, ed25519Key, headerOf, keys, rsaKey, sign, signByHand, verdicts, verify, zone } from './world.ts';

const TAGS = 'v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=r1; h=from;';
const signed = sign(MESSAGE);

/** Everything of a verdict that must not depend on how the message was cut. */
function essence(results: readonly DkimResult[]): unknown {
  return results.map(({ result, reason, domain, selector, identity, testing, headerMatches, body, trace }) => ({
    result, reason, domain, selector, identity, testing, headerMatches, bodyHash: body && Buffer.from(body.computedHash).toString('hex'), canonicalOctets: body?.canonicalOctets, trace,
  }));
}

describe('a signed message', () => {
  test('passes, with both signatures, and says why', async () => {
    const [rsa, ed25519] = await verify(signed);
    expect(rsa).toMatchObject({ result: 'pass', reason: undefined, domain: 'example.com', selector: 'r1', identity: '@example.com', testing: false, headerMatches: true });
    expect(rsa!.key).toMatchObject({ name: 'r1._domainkey.example.com', secure: false, key: { bits: 2048 } });
    expect(ed25519).toMatchObject({ result: 'pass', selector: 'e1' });
    expect(rsa!.trace.map(({ rfc }) => rfc)).toEqual(['6376 6.1.2', '6376 6.1.3', '6376 6.1.3']);
  });

  test('every split into two chunks, and octet by octet, gives the same verdict', async () => {
    const whole = octets(sign(MESSAGE, { keys: [keys[1]] }));
    const expected = essence(await verify(sign(MESSAGE, { keys: [keys[1]] })));
    const options = { resolver: inMemoryZone(zone), now: NOW, keyCache: new MemoryKeyCache() };
    for (let at = 0; at <= whole.length; at++) {
      expect(essence(await verifyDkim([whole.subarray(0, at), whole.subarray(at)], options))).toEqual(expected);
    }
    expect(essence(await verifyDkim(Array.from(whole, (octet) => Uint8Array.of(octet)), options))).toEqual(expected);
  });

  const random = new SeededRandom(8463);
  const pieces = ['a', ' ', '  ', '\t', '\r\n', '\r\n\r\n', ' \r\n', '.', 'word', '\xe4', '\r', '\n'];
  const generated = Array.from({ length: 40 }, (_, index) => {
    const canonicalization = random.pick(['simple/simple', 'simple/relaxed', 'relaxed/simple', 'relaxed/relaxed'] as const);
    const body = Array.from({ length: random.integer(0, 15) }, () => random.pick(pieces.slice(0, 10))).join('');
    const message = sign(`From: a@example.com\r\nSubject:${body.replace(/[\r\n]/g, '')}\r\n\r\n${body}`, { keys: [random.pick(keys)], canonicalization, bodyLength: random.chance(0.3) });
    const changed = random.chance(0.5) ? message : message + random.pick(pieces);
    return [index, canonicalization, changed] as const;
  });

  test.each(generated)('generated message %i (%s), sometimes changed: random chunks, one verdict', async (_, __, message) => {
    const options = { resolver: inMemoryZone(zone), now: NOW, keyCache: new MemoryKeyCache() };
    const expected = essence(await verifyDkim(octets(message), options));
    for (let round = 0; round < 25; round++) expect(essence(await verifyDkim(random.split(octets(message)), options))).toEqual(expected);
  });

  test('a change of one octet anywhere in what is signed is seen', async () => {
    const message = sign('From: a@example.com\r\n\r\nHi\r\n', { keys: [keys[1]], canonicalization: 'simple/simple' });
    const options = { resolver: inMemoryZone(zone), now: NOW, keyCache: new MemoryKeyCache() };
    for (let at = 0; at < message.length; at++) {
      const changed = octets(message);
      changed[at]! ^= 1;
      const passed = (await verifyDkim(changed, options)).some(({ result }) => result === 'pass');
      expect([at, passed]).toEqual([at, false]);
    }
  });

  test('thread pool or not, one verdict', async () => {
    for (const threadPool of ['always', 'never', 'when-slow'] as const) expect(await verdicts(signed, { threadPool })).toEqual(['pass', 'pass']);
  });

  test('without signatures there are no verdicts, and nothing is asked', async () => {
    const asked: string[] = [];
    const results = await verifyDkim(octets(MESSAGE), { resolver: inMemoryZone(zone, { onQuery: (name) => void asked.push(name) }), now: NOW });
    expect([results, asked]).toEqual([[], []]);
  });

  test('streaming by hand: pending tells whether the body counts; calls out of order are the caller\'s mistake', async () => {
    const verifier = new DkimVerifier({ resolver: inMemoryZone(zone), now: NOW });
    expect(() => verifier.body(octets('x'))).toThrow(TypeError);
    await expect(verifier.end()).rejects.toThrow(TypeError);
    const header = headerOf(signed);
    verifier.headers(parseHeaders(header), header);
    expect(verifier.pending).toBe(2);
    expect(() => verifier.headers(parseHeaders(header), header)).toThrow(TypeError);
    verifier.body(bodyOf(signed));
    expect((await verifier.end()).map(({ result }) => result)).toEqual(['pass', 'pass']);
  });

  test('the DNS is asked when the header section is there, once for each name', async () => {
    const asked: string[] = [];
    const header = headerOf(sign(signed));
    const verifier = new DkimVerifier({ resolver: inMemoryZone(zone, { onQuery: (name) => void asked.push(name) }), now: NOW });
    verifier.headers(parseHeaders(header), header);
    await Promise.resolve();
    expect(asked).toEqual(['r1._domainkey.example.com', 'e1._domainkey.example.com']);
    await verifier.end();
    expect(asked.length).toBe(2);
  });

  test('an aborted signal rejects end() and nothing else', async () => {
    const controller = new AbortController();
    const resolver = { query: (_: string, __: string, options?: { signal?: AbortSignal | undefined }) => new Promise<never>((_, reject) => options?.signal?.addEventListener('abort', () => reject(options.signal!.reason))) };
    const verifier = new DkimVerifier({ resolver, now: NOW, signal: controller.signal });
    const header = headerOf(signed);
    verifier.headers(parseHeaders(header), header);
    controller.abort(new Error('enough'));
    await new Promise((resolve) => setImmediate(resolve)); // an unhandled rejection would fail the run here
    await expect(verifier.end()).rejects.toThrow('enough');
  });

  test.each([['signatures', -1], ['leastRsaBits', NaN], ['clockSkewSeconds', -1], ['now', NaN]])('option %s %s -> RangeError', (name, value) => {
    expect(() => new DkimVerifier({ resolver: inMemoryZone({}), now: NOW, [name]: value })).toThrow(RangeError);
  });
});

describe('changed on the way', () => {
  test.each<[string, (message: string) => string, readonly string[]]>([
    ['another body', (message) => message.replace('.lunch?', '.dinner?'), ['fail body-hash-mismatch', 'fail body-hash-mismatch']],
    ['a footer', (message) => `${message}--\r\nA list\r\n`, ['fail body-hash-mismatch', 'fail body-hash-mismatch']],
    ['empty lines at the end', (message) => `${message}\r\n\r\n`, ['pass', 'pass']],
    ['another Subject', (message) => message.replace('Lunch', '[list] Lunch'), ['fail signature-mismatch', 'fail signature-mismatch']],
    ['a Received on top', (message) => `Received: x\r\n${message}`, ['pass', 'pass']],
    ['a Cc where there was none (oversigned)', (message) => message.replace('Date:', 'Cc: c@example.org\r\nDate:'), ['fail signature-mismatch', 'fail signature-mismatch']],
    ['rfc6376 8.15: duplicate From on top (oversigned)', (message) => `From: Evil <evil@example.org>\r\n${message}`, ['fail signature-mismatch', 'fail signature-mismatch']],
    ['a second Subject at the bottom', (message) => message.replace('\r\n\r\n', '\r\nSubject: y\r\n\r\n'), ['fail signature-mismatch', 'fail signature-mismatch']],
    ['other folds (relaxed)', (message) => message.replace('tomorrow\r\n at', 'tomorrow at'), ['pass', 'pass']],
    ['an LF alone in the body', (message) => message.replace('.lunch?\r\n', '.lunch?\n'), ['permerror bare-line-end', 'permerror bare-line-end']],
    ['a CR alone in the body', (message) => message.replace('.lunch?', '.lun\rch?'), ['permerror bare-line-end', 'permerror bare-line-end']],
    ['an LF alone in the header section', (message) => message.replace('To: Bob', 'X-Y: z\nTo: Bob'), ['permerror bare-line-end', 'permerror bare-line-end']],
    ['a CR alone in the header section', (message) => message.replace('To: Bob', 'X-Y: \rz\r\nTo: Bob'), ['permerror bare-line-end', 'permerror bare-line-end']],
    ['all line ends LF', (message) => message.replaceAll('\r\n', '\n'), ['permerror bare-line-end', 'permerror bare-line-end']],
  ])('%s', async (_, change, expected) => {
    expect(await verdicts(change(signed))).toEqual(expected);
  });

  test('an LF alone hidden behind a hundred other defects is found', async () => {
    const hidden = `${'X: '.padEnd(1100, 'x')}\r\n`.repeat(101);
    expect(await verdicts(`${signed.slice(0, signed.indexOf('Received'))}${hidden}X: a\nTo: b\r\n${MESSAGE}`)).toEqual(['permerror bare-line-end', 'permerror bare-line-end']);
  });

  test('what was changed is told apart: the body alone, the header alone', async () => {
    const [body] = await verify(signed.replace('.lunch?', '.dinner?'));
    expect([body!.body?.matches, body!.headerMatches]).toEqual([false, true]);
    const [header] = await verify(signed.replace('Lunch', 'Dinner'));
    expect([header!.body?.matches, header!.headerMatches]).toEqual([true, false]);
  });

  test('duplicate From, signed once and not oversigned: policy from-not-covered', async () => {
    const once = sign(MESSAGE, { headers: [{ name: 'From', oversign: 'never' }], keys: [keys[0]] });
    expect(await verdicts(once)).toEqual(['pass']);
    expect(await verdicts(`From: Evil <evil@example.org>\r\n${once}`)).toEqual(['policy from-not-covered']);
    expect(await verdicts(`FROM : Evil <evil@example.org>\r\n${once}`)).toEqual(['policy from-not-covered']);
  });
});

describe('l=', () => {
  const withLength = sign(MESSAGE, { bodyLength: true, keys: [keys[0]] });

  test('l= append: octets behind those that are covered -> policy, not pass', async () => {
    expect(await verdicts(withLength)).toEqual(['pass']);
    expect(await verdicts(`${withLength}<h1>Your account is closed</h1>\r\n`)).toEqual(['policy body-not-covered']);
  });

  test('empty lines at the end are not in the canonical form and do not count', async () => {
    expect(await verdicts(`${withLength}\r\n\r\n`)).toEqual(['pass']);
  });

  test('l=0 covers nothing: policy; with an empty body it covers everything', async () => {
    expect(await verdicts(signByHand(MESSAGE, `${TAGS} l=0;`, { canonicalOctets: 0 }))).toEqual(['policy body-not-covered']);
    expect(await verdicts(signByHand('From: a@example.com\r\n\r\n', `${TAGS} l=0;`, { canonicalOctets: 0 }))).toEqual(['pass']);
  });

  test('rfc6376 3.5: more than there is -> permerror', async () => {
    expect(await verdicts(signByHand(MESSAGE, `${TAGS} l=1000;`))).toEqual(['permerror body-length-too-large']);
    expect(await verdicts(signByHand(MESSAGE, `${TAGS} l=99999999999999999999999999999999999999;`))).toEqual(['permerror body-length-too-large']);
  });

  test('signatures with mixed l= are hashed apart', async () => {
    const two = sign(withLength, { keys: [keys[1]] });
    expect(await verdicts(`${two}more\r\n`)).toEqual(['fail body-hash-mismatch', 'policy body-not-covered']);
    expect(await verdicts(two)).toEqual(['pass', 'pass']);
  });
});

describe('tags of the signature', () => {
  const without = (name: string): string => TAGS.replace(new RegExp(`${name}=[^;]*; ?`), '');
  test.each<[string, string, string]>([
    ['as it should be', TAGS, 'pass'],
    ['tags that nobody knows', `${TAGS} future=yes;`, 'pass'],
    ['tag names that pollute prototypes', `${TAGS} constructor=x; toString=y; hasOwnProperty=z;`, 'pass'],
    ['a tag name that is none: __proto__', `${TAGS} __proto__=x;`, 'permerror bad-tag-name'],
    ['a tag twice', `${TAGS} d=example.org;`, 'permerror duplicate-tag'],
    ['FWS in h= (and around it)', TAGS.replace('h=from', 'h = \r\n from\t:\r\n  From '), 'pass'],
    ['h= in capital letters', TAGS.replace('h=from', 'h=FROM'), 'pass'],
    ['h= with an empty name', TAGS.replace('h=from', 'h=from:'), 'permerror bad-signed-names'],
    ['an empty h=', TAGS.replace('h=from', 'h='), 'permerror bad-signed-names'],
    ['rfc6376 6.1.1: no From in h=', TAGS.replace('h=from', 'h=to:subject'), 'permerror from-not-signed'],
    ['a name in h= that only begins like From', TAGS.replace('h=from', 'h=from-x'), 'permerror from-not-signed'],
    ['h= names the signature itself', TAGS.replace('h=from', 'h=from:dkim-signature'), 'pass'],
    ['no v=', without('v'), 'permerror missing-tag'],
    ['v=2', TAGS.replace('v=1', 'v=2'), 'permerror bad-version'],
    ['no a=', without('a'), 'permerror missing-tag'],
    ['rfc8301 3.1: rsa-sha1', TAGS.replace('sha256', 'sha1'), 'permerror rsa-sha1'],
    ['an algorithm that there is not', TAGS.replace('rsa-sha256', 'rsa-sha512'), 'permerror unknown-algorithm'],
    ['an algorithm of another key type', TAGS.replace('rsa-sha256', 'ed25519-sha256'), 'permerror key-type-mismatch'],
    ['c= with three parts', TAGS.replace('relaxed/relaxed', 'relaxed/relaxed/relaxed'), 'permerror unknown-canonicalization'],
    ['a canonicalization that there is not', TAGS.replace('relaxed/relaxed', 'relaxed/nofws'), 'permerror unknown-canonicalization'],
    ['a canonicalization that every object has', TAGS.replace('relaxed/relaxed', 'constructor/relaxed'), 'permerror unknown-canonicalization'],
    ['no d=', without('d'), 'permerror missing-tag'],
    ['odd labels in d=: an escaped dot', TAGS.replace('d=example.com', 'd=a\\.example.com'), 'permerror bad-domain'],
    ['odd labels in d=: \\000', TAGS.replace('d=example.com', 'd=example\\000.com'), 'permerror bad-domain'],
    ['odd labels in d=: a parenthesis (CVE-2020-12272)', TAGS.replace('d=example.com', 'd=example.net(.example.com'), 'permerror bad-domain'],
    ['d= of one label', TAGS.replace('d=example.com', 'd=com'), 'permerror bad-domain'],
    ['d= that is not UTF-8', TAGS.replace('d=example.com', 'd=\xff.example.com'), 'permerror bad-domain'],
    ['no s=', without('s'), 'permerror missing-tag'],
    ['odd labels in s=: an escaped dot', TAGS.replace('s=r1', 's=r1\\.evil'), 'permerror bad-selector'],
    ['odd labels in s=: empty', TAGS.replace('s=r1', 's='), 'permerror bad-selector'],
    ['odd labels in s=: a dot at the end', TAGS.replace('s=r1', 's=r1.'), 'permerror bad-selector'],
    ['low line: a selector may have one', TAGS.replace('s=r1', 's=no_such_key'), 'permerror no-key'],
    ['a selector that is too long together with the domain', TAGS.replace('s=r1', `s=${'a.'.repeat(115)}b`), 'permerror key-name-too-long'],
    ['no h=', without('h'), 'permerror missing-tag'],
    ['q= without dns/txt', `${TAGS} q=http;`, 'permerror unknown-query-method'],
    ['q= with dns/txt among others', `${TAGS} q=http : dns/txt;`, 'pass'],
    ['l= that is no number', `${TAGS} l=-1;`, 'permerror bad-body-length'],
    ['t= that is no number', `${TAGS} t=1e9;`, 'permerror bad-timestamp'],
    ['x= that is no number', `${TAGS} x=soon;`, 'permerror bad-expiration'],
    ['t= a little in the future: clocks differ', `${TAGS} t=${NOW_SECONDS + 300};`, 'pass'],
    ['t= in the future', `${TAGS} t=${NOW_SECONDS + 301};`, 'permerror timestamp-in-future'],
    ['x= a little in the past', `${TAGS} x=${NOW_SECONDS - 300};`, 'pass'],
    ['x= in the past', `${TAGS} x=${NOW_SECONDS - 301};`, 'permerror expired'],
    ['x= not behind t=', `${TAGS} t=${NOW_SECONDS}; x=${NOW_SECONDS};`, 'permerror expiration-before-timestamp'],
    ['x= so large that it never comes', `${TAGS} t=1; x=99999999999999999999;`, 'pass'],
    ['i= below d=', `${TAGS} i=a@b.example.com;`, 'pass'],
    ['i= in quoted-printable', `${TAGS} i=a=3Db=40c@example.com;`, 'pass'],
    ['i= without local-part', `${TAGS} i=@example.com;`, 'pass'],
    ['i= of another domain', `${TAGS} i=a@example.org;`, 'permerror identity-outside-domain'],
    ['i= that only ends like d=', `${TAGS} i=a@evilexample.com;`, 'permerror identity-outside-domain'],
    ['i= with d= inside', `${TAGS} i=@example.com.evil.org;`, 'permerror identity-outside-domain'],
    ['i= above d=', TAGS.replace('d=example.com', 'd=mail.example.com') + ' i=@example.com;', 'permerror identity-outside-domain'],
    ['i= without an at sign', `${TAGS} i=example.com;`, 'permerror bad-identity'],
    ['i= with broken quoted-printable', `${TAGS} i=a=3@example.com;`, 'permerror bad-identity'],
    ['b= substrings: in z=, in an unknown tag, behind bh', `${TAGS} z=Subject:x=3Bb=3D|From:b=3Da; feb=b;`, 'pass'],
  ])('%s', async (_, tags, expected) => {
    expect(await verdicts(signByHand(MESSAGE, tags))).toEqual([expected]);
  });

  test('tags behind b=, and b= with white space around it', async () => {
    expect(await verdicts(signByHand(MESSAGE, TAGS, { behind: '; t=1; zb=a' }))).toEqual(['pass']);
    expect(await verdicts(signByHand(MESSAGE, TAGS).replace('; b=', ';b = \r\n '))).toEqual(['fail signature-mismatch']); // the white space before "=" was not signed so
    expect(await verdicts(signByHand(MESSAGE, TAGS).replace('; b=', '; b= \r\n '))).toEqual(['pass']);
  });

  test('rfc8616 3: d= and s= as U-labels, the key at the A-labels', async () => {
    const tags = TAGS.replace('example.com', 'b\xc3\xbccher.example').replace('s=r1', 's=schl\xc3\xbcssel');
    const records = { 'xn--schlssel-95a._domainkey.xn--bcher-kva.example': zone['r1._domainkey.example.com'] };
    const [result] = await verify(signByHand(MESSAGE, tags), {}, records);
    expect(result).toMatchObject({ result: 'pass', domain: 'xn--bcher-kva.example', selector: 'xn--schlssel-95a', identity: '@xn--bcher-kva.example' });
  });

  test('a field that can not be read still says whose it claims to be', async () => {
    const [result] = await verify(`DKIM-Signature: v=1; a=rsa-sha1; d=Example.COM; s=R1; h=from; bh=; b=\r\n${MESSAGE}`);
    expect(result).toMatchObject({ result: 'permerror', reason: 'rsa-sha1', domain: 'example.com', selector: 'r1', identity: undefined, signature: undefined });
    expect(result!.trace).toEqual([{ rfc: '8301 3.1', text: 'a= is rsa-sha1, which must not be used any more', data: { reason: 'rsa-sha1', tag: 'a' } }]);
  });

  test('nothing odd is asked of the DNS', async () => {
    const asked: string[] = [];
    const resolver = inMemoryZone({}, { onQuery: (name) => void asked.push(name) });
    const odd = ['a\\.b', 'a\\000', '', '.', 'a b', 'a..b', '"a"', 'a\0', 'a/b', '*'];
    for (const label of odd) {
      await verifyDkim(octets(signByHand(MESSAGE, TAGS.replace('s=r1', `s=${label}`))), { resolver, now: NOW });
      await verifyDkim(octets(signByHand(MESSAGE, TAGS.replace('d=example.com', `d=${label}.com`))), { resolver, now: NOW });
    }
    expect(asked).toEqual([]);
  });
});

describe('what the key record allows', () => {
  const record = formatKeyRecord(rsaKey);
  const expectFor = async (text: string | string[], expected: string, tags: string = TAGS, options: Partial<DkimVerifierOptions> = {}): Promise<void> => {
    expect(await verdicts(signByHand(MESSAGE, tags), options, { 'r1._domainkey.example.com': { TXT: text } })).toEqual([expected]);
  };

  test.each<[string, string | string[], string]>([
    ['h= without sha256', record.replace('k=', 'h=sha1; k='), 'permerror hash-not-allowed'],
    ['h= with sha256', record.replace('k=', 'h=sha1:sha256; k='), 'pass'],
    ['s= without email: s=tlsrpt', record.replace('k=', 's=tlsrpt; k='), 'permerror service-not-allowed'],
    ['s= with email', record.replace('k=', 's=other:email; k='), 'pass'],
    ['s= with *', record.replace('k=', 's=other:*; k='), 'pass'],
    ['another key', formatKeyRecord(ed25519Key), 'permerror key-type-mismatch'],
    ['two keys', [record, record.replace('k=rsa;', '')], 'permerror several-keys'],
    ['a revoked key', 'v=DKIM1; p=', 'permerror key-revoked'],
  ])('%s', async (_, text, expected) => {
    await expectFor(text, expected);
  });

  test('t=s: the domain of i= has to be d=', async () => {
    const strict = record.replace('k=', 't=y:s; k=');
    await expectFor(strict, 'pass');
    await expectFor(strict, 'pass', `${TAGS} i=a@example.com;`);
    await expectFor(strict, 'permerror identity-not-domain', `${TAGS} i=a@sub.example.com;`);
  });

  test('rfc8301 3.2: a key of 1,024 bits passes, and its length is told', async () => {
    const key = loadSigningKey(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey);
    const [result] = await verify(signByHand(MESSAGE, TAGS, { key }), {}, { 'r1._domainkey.example.com': { TXT: formatKeyRecord(key) } });
    expect(result!.result).toBe('pass');
    expect(result!.trace[1]).toEqual({ rfc: '8301 3.2', text: 'the key has 1024 bits: 2048 are advised', data: { bits: 1024 } });
  });

  test('t=y is told', async () => {
    const [result] = await verify(signByHand(MESSAGE, TAGS), {}, { 'r1._domainkey.example.com': { TXT: record.replace('k=', 't=y; k=') } });
    expect([result!.result, result!.testing]).toEqual(['pass', true]);
    expect(result!.trace.map(({ text }) => text)).toContain('t=y of the key record: the domain says that it is only testing, so a signature that does not pass must not count against the message');
  });

  test('keys with fewer bits than the caller wants are policy', async () => {
    await expectFor(record, 'policy key-below-policy', TAGS, { leastRsaBits: 2049 });
    await expectFor(record, 'pass', TAGS, { leastRsaBits: 2048 });
    expect(await verdicts(sign(MESSAGE, { keys: [keys[1]] }), { leastRsaBits: 4096 })).toEqual(['pass']);
  });

  test('the DNS gives no answer: temperror', async () => {
    const resolver = inMemoryZone(zone);
    resolver.script('r1._domainkey.example.com', { status: 'temp' });
    const results = await verifyDkim(octets(signed), { resolver, now: NOW });
    expect(results.map(({ result, reason }) => [result, reason])).toEqual([['temperror', 'dns-temporary'], ['pass', undefined]]);
  });
});

describe('limits', () => {
  test('the ninth signature is not looked at, but told', async () => {
    let message = MESSAGE;
    for (let count = 0; count < 9; count++) message = sign(message, { keys: [keys[1]] });
    expect(await verdicts(message)).toEqual([...Array.from({ length: 8 }, () => 'pass'), 'policy too-many-signatures']);
    expect(await verdicts(message, { signatures: 1 })).toEqual(['pass', ...Array.from({ length: 8 }, () => 'policy too-many-signatures')]);
    expect((await verdicts(message, { signatures: 0 }))[0]).toBe('policy too-many-signatures');
  });

  test('a header section that is too large -> permerror, no endless reading', async () => {
    expect(await verdicts(`${signed.slice(0, signed.indexOf('Received'))}X: ${'x'.repeat(300_000)}\r\n${MESSAGE}`)).toEqual(['permerror header-too-large', 'permerror header-too-large']);
  });

  test('a signature field of more than 64 KB -> permerror', async () => {
    expect(await verdicts(`DKIM-Signature: v=1; x=${'1'.repeat(70_000)}\r\n${MESSAGE}`)).toEqual(['permerror tag-list-too-long']);
  });
});
