import { createHash } from 'node:crypto';
import { ArcValidator, validateArc } from '@mailwright/arc';
import type { ArcValidatorOptions } from '@mailwright/arc';
import { canonicalizeBody, canonicalizeHeader, formatKeyRecord, generateDkimKeyPair, makeSignedData, parseTagList } from '@mailwright/dkim';
import { inMemoryZone } from '@mailwright/dns';
import { parseHeaders } from '@mailwright/mime';
import { concatOctets, encodeBase64, encodeLatin1, encodeUtf8, latin1 } from '@mailwright/wire';
import { beforeAll, describe, expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { MESSAGE, NOW, ONE, TWO, change, hop, validate, zoneOf } from './world.ts';
import type { Sealer } from './world.ts';

let once: Uint8Array;
let twice: Uint8Array;

beforeAll(async () => {
  once = await hop(MESSAGE, ONE);
  twice = await hop(once, TWO);
});

/** A set of instance 1 with any tags: signed as it should be, so that nothing but the tags can be wrong. */
function sealAs(by: Sealer, message: Uint8Array, messageSignatureTags: string, sealTags = 'a=ed25519-sha256; cv=none; d=one.example; s=arc; i=1', results = 'i=1; one.example; none'): Uint8Array {
  const section = parseHeaders(message);
  const bh = encodeBase64(createHash('sha256').update(canonicalizeBody(message.subarray(section.bodyOffset), 'relaxed')).digest());
  const sign = (data: Uint8Array): string => encodeBase64(by.key.signSync(data));
  const names = /\bh=([^;]*)/.exec(messageSignatureTags)?.[1]!.split(':').map((name) => name.trim().toLowerCase()) ?? [];
  const fields = names.flatMap((name) => section.fields.filter((field) => field.name.toLowerCase() === name).slice(-1));
  const unsigned = `ARC-Message-Signature: ${messageSignatureTags.replace('bh=*', `bh=${bh}`)}; b=`;
  const messageSignature = `${unsigned}${sign(makeSignedData({ octets: message, canonicalization: 'relaxed', fields, signatureField: encodeLatin1(unsigned) }))}\r\n`;
  const aar = `ARC-Authentication-Results: ${results}\r\n`;
  const unsealed = `ARC-Seal: ${sealTags}; b=`;
  const canonical = [aar, messageSignature, unsealed].map((field) => canonicalizeHeader(encodeLatin1(field), 'relaxed'));
  const sealed = `${unsealed}${sign(concatOctets(canonical).subarray(0, -2))}\r\n`;
  return concatOctets([encodeLatin1(sealed + messageSignature + aar), message]);
}

const TAGS = 'i=1; a=ed25519-sha256; c=relaxed/relaxed; d=one.example; s=arc; h=from:subject; bh=*';
const SEAL_TAGS = 'i=1; a=ed25519-sha256; cv=none; d=one.example; s=arc';

describe('tags', () => {
  test.each([
    ['as they should be', TAGS, SEAL_TAGS, undefined],
    ['i= anywhere', TAGS.replace('i=1; ', '') + '; i=1', SEAL_TAGS.replace('i=1; ', '') + '; i=1', undefined],
    ['i= of two digits', TAGS.replace('i=1', 'i=01'), SEAL_TAGS.replace('i=1', 'i=01'), undefined],
    ['rfc8617 4.1.2: a version is ignored', `v=1; ${TAGS}`, SEAL_TAGS, undefined],
    ['an unknown tag is ignored', `${TAGS}; hasOwnProperty=x; constructor=y`, `${SEAL_TAGS}; toString=z`, undefined],
    ['a tag name that is none', `${TAGS}; __proto__=x`, SEAL_TAGS, 'bad-tag-name'],
    ['h= with an empty name', TAGS.replace('from:subject', 'from::subject:'), SEAL_TAGS, undefined],
    ['h= without From', TAGS.replace('from:subject', 'subject'), SEAL_TAGS, 'from-not-signed'],
    ['h= empty', TAGS.replace('from:subject', ''), SEAL_TAGS, 'from-not-signed'],
    ['h= with what is no name', TAGS.replace('from:subject', 'from:su(b)ject é'), SEAL_TAGS, 'bad-signed-names'],
    ['rfc8617 4.1.2: h= with ARC-Seal', TAGS.replace('from:subject', 'from:arc-Seal'), SEAL_TAGS, 'seal-is-signed'],
    ['rfc8617 4.1.3: a seal with h=', TAGS, `${SEAL_TAGS}; h=from`, 'seal-names-fields'],
    ['a seal with an empty h=', TAGS, `${SEAL_TAGS}; h=`, 'seal-names-fields'],
    ['rfc8617 4.1.3: cv= in capitals', TAGS, SEAL_TAGS.replace('none', 'None'), 'bad-chain-status'],
    ['a seal without cv=', TAGS, SEAL_TAGS.replace(' cv=none;', ''), 'missing-tag'],
    ['rfc8301 3.1: rsa-sha1', TAGS, SEAL_TAGS.replace('ed25519-sha256', 'rsa-sha1'), 'rsa-sha1'],
    ['another type of key', TAGS, SEAL_TAGS.replace('ed25519', 'rsa'), 'key-type-mismatch'],
    ['a domain of one label', TAGS, SEAL_TAGS.replace('one.example', 'one'), 'bad-domain'],
    ['a domain with a backslash', TAGS, SEAL_TAGS.replace('one.example', 'one\\.example.com'), 'bad-domain'],
    ['a tag twice', TAGS, `${SEAL_TAGS}; d=one.example`, 'duplicate-tag'],
    ['two semicolons', TAGS, SEAL_TAGS.replace('; d', ';; d'), 'expected-tag-name'],
    ['an instance of 0', TAGS, SEAL_TAGS.replace('i=1', 'i=0'), 'bad-instance'],
    ['an instance of 51', TAGS, SEAL_TAGS.replace('i=1', 'i=51'), 'bad-instance'],
    ['an instance of three digits', TAGS, SEAL_TAGS.replace('i=1', 'i=001'), 'bad-instance'],
    ['an instance with white space in it', TAGS, SEAL_TAGS.replace('i=1', 'i=1 1'), 'bad-instance'],
    ['x= in the past', `${TAGS}; t=1; x=2`, SEAL_TAGS, 'expired'],
    ['x= within the clocks\' skew', `${TAGS}; x=${NOW / 1000 - 299}`, SEAL_TAGS, undefined],
    ['x= before t=', `${TAGS}; t=2; x=1`, SEAL_TAGS, 'expiration-before-timestamp'],
    ['q= of another way to keys', `${TAGS}; q=http`, SEAL_TAGS, 'unknown-query-method'],
    ['l= of the whole body', `${TAGS}; l=24`, SEAL_TAGS, undefined],
    ['l= short of the body', `${TAGS}; l=14`, SEAL_TAGS, 'body-not-covered'],
    ['l= beyond the body', `${TAGS}; l=25`, SEAL_TAGS, 'body-not-covered'],
    ['a bh= that is no SHA-256', TAGS.replace('bh=*', 'bh=YQ=='), SEAL_TAGS, 'bad-body-hash'],
  ])('%s: %s %s -> %s', async (_, messageSignatureTags, sealTags, reason) => {
    const result = await validate(sealAs(ONE, MESSAGE, messageSignatureTags, sealTags));
    expect([result.reason, result.result]).toEqual([reason, reason === undefined ? 'pass' : 'fail']);
  });

  test('100 tags and more than 65,536 characters: a chain that fails, not a long wait', async () => {
    const many = Array.from({ length: 200 }, (_, index) => `; x${index}=y`).join('');
    expect((await validate(sealAs(ONE, MESSAGE, TAGS, SEAL_TAGS + many))).reason).toBe('too-many-tags');
    expect((await validate(sealAs(ONE, MESSAGE, TAGS, `${SEAL_TAGS}; n=${'y '.repeat(33_000)}`))).reason).toBe('tag-list-too-long');
  });

  test('rfc8617 4.2: the instance of the results may have comments and folds', async () => {
    const results = ' (a (nested\\) comment)) \r\n i (x) =\r\n 1 (y) ; one.example; none';
    const result = await validate(sealAs(ONE, MESSAGE, TAGS, SEAL_TAGS, results));
    expect([result.result, result.instances[0]?.authenticationResults]).toEqual(['pass', 'one.example; none']);
  });

  test.each([
    ['I=1; x'], ['i 1; x'], ['i=; x'], ['i=1 x'], ['i=1'], ['(i=1; x'], ['x; i=1;'], ['i=1x; y'], ['i=-1; x'], ['i="1"; x'], [''], ['i=1(; x'],
  ])('rfc8617 4.1.1: results that begin with %s -> bad-instance', async (results) => {
    expect(await validate(sealAs(ONE, MESSAGE, TAGS, SEAL_TAGS, results))).toMatchObject({ reason: 'bad-instance', failedField: 'ARC-Authentication-Results' });
  });
});

describe('structure', () => {
  const without = (message: Uint8Array, name: string, instance: number): Uint8Array => {
    const field = parseHeaders(message).fields.find((candidate) => candidate.name === name && candidate.text.includes(`i=${instance};`))!;
    return concatOctets([message.subarray(0, field.start), message.subarray(field.end)]);
  };
  const fieldOf = (message: Uint8Array, name: string): Uint8Array => {
    const field = parseHeaders(message).fields.find((candidate) => candidate.name === name)!;
    return message.subarray(field.start, field.end);
  };

  test.each(['ARC-Seal', 'ARC-Message-Signature', 'ARC-Authentication-Results'])('a set without %s -> missing-field', async (name) => {
    expect(await validate(without(twice, name, 2))).toMatchObject({ result: 'fail', reason: 'missing-field', failedInstance: 2, failedField: name, instances: [], sealers: [] });
    expect(await validate(without(twice, name, 1))).toMatchObject({ reason: 'missing-field', failedInstance: 1, failedField: name });
  });

  test.each(['ARC-Seal', 'ARC-Message-Signature', 'ARC-Authentication-Results'])('a set with two %s -> duplicate-field', async (name) => {
    expect(await validate(concatOctets([fieldOf(twice, name), twice]))).toMatchObject({ reason: 'duplicate-field', failedInstance: 2, failedField: name });
  });

  test('a hole between 1 and the highest -> missing-set', async () => {
    const names = ['ARC-Seal', 'ARC-Message-Signature', 'ARC-Authentication-Results'];
    expect(await validate(names.reduce((message, name) => without(message, name, 1), twice))).toMatchObject({ reason: 'missing-set', failedInstance: 1, highestInstance: 2 });
  });

  test('rfc8617 5.2: cv=none in a later seal, cv=pass in the first -> wrong-chain-status', async () => {
    expect(await validate(change(twice, 'cv=pass', 'cv=none'))).toMatchObject({ reason: 'wrong-chain-status', failedInstance: 2 });
    expect(await validate(change(once, 'cv=none', 'cv=pass'))).toMatchObject({ reason: 'wrong-chain-status', failedInstance: 1 });
  });

  test('rfc8617 5.2: cv=fail in any seal -> failed-before, and the chain is closed', async () => {
    expect(await validate(change(twice, 'cv=pass', 'cv=fail'))).toMatchObject({ reason: 'failed-before', failedInstance: 2, closed: true });
    expect(await validate(change(twice, 'cv=none', 'cv=fail'))).toMatchObject({ reason: 'failed-before', failedInstance: 1, closed: true });
  });

  test('more than 150 ARC fields: they are counted, not read', async () => {
    const seals = encodeLatin1('ARC-Seal: i=1; cv=none\r\n'.repeat(200));
    expect(await validate(concatOctets([seals, MESSAGE]))).toMatchObject({ reason: 'too-many-sets', fieldCount: 200 });
  });

  test('a lower limit of one\'s own: two sets where one is allowed', async () => {
    expect(await validate(twice, { instances: 1 })).toMatchObject({ reason: 'too-many-sets', highestInstance: 2 });
    expect((await validate(twice, { instances: 2 })).result).toBe('pass');
  });

  test('a header section that is not read whole can hide fields: header-too-large, not none', async () => {
    const filler = encodeLatin1('X: y\r\n'.repeat(1100));
    expect(await validate(concatOctets([filler, twice]))).toMatchObject({ result: 'fail', reason: 'header-too-large' });
  });

  test('an older message signature with broken tags spoils oldest-pass alone', async () => {
    const broken = sealAs(ONE, MESSAGE, TAGS.replace('bh=*', 'bh=YQ=='));
    const result = await validate(broken);
    expect(result.reason).toBe('bad-body-hash');
    const pretended = { ...result, result: 'pass', reason: undefined } as const; // a hop that does not look
    const sealed = await validate(await hop(broken, TWO, broken, { result: pretended }));
    expect(sealed).toMatchObject({ result: 'pass', oldestPass: 2 });
    expect(sealed.instances[0]?.messageSignature).toMatchObject({ result: 'fail', reason: 'bad-body-hash', domain: undefined, signedNames: [] });
  });
});

describe('the message', () => {
  test('a second From on top -> from-not-covered', async () => {
    const once2 = sealAs(ONE, MESSAGE, TAGS);
    expect((await validate(concatOctets([encodeLatin1('From: eve@evil.example\r\n'), once2]))).reason).toBe('from-not-covered');
  });

  test.each([
    ['LF in the body', 'lemon?\r\n', 'lemon?\n'],
    ['CR in the body', 'lemon?', 'lem\ron?'],
    ['CR in the header section', 'Tea at four', 'Tea\rat four'],
    ['LF at the end of a field', 'Tea at four\r\n', 'Tea at four\n'],
  ])('a %s that stands alone -> bare-line-end', async (_, from, to) => {
    expect(await validate(change(once, from, to))).toMatchObject({ result: 'fail', reason: 'bare-line-end' });
  });

  test('fields that nobody signed may come and go', async () => {
    const message = concatOctets([encodeLatin1('Received: from a by b\r\nX-Spam: no\r\n'), once]);
    expect((await validate(message)).result).toBe('pass');
  });

  test('no body at all', async () => {
    const message = encodeLatin1('From: a@author.example\r\n\r\n');
    expect((await validate(await hop(message, ONE))).result).toBe('pass');
    const cut = (await hop(message, ONE)).subarray(0, -2); // not even the empty line
    expect((await validate(cut)).result).toBe('pass');
  });

  test('rfc6532: a chain in an internationalized message, U-labels in d= and s=', async () => {
    const by = { ...ONE, domain: 'xn--bcher-kva.example', selector: 'xn--schlssel-95a' };
    const utf8Octets = (text: string): string => latin1(encodeUtf8(text)); // one character for each octet
    const tags = (text: string): string => text.replace('one.example', utf8Octets('bücher.example')).replace('s=arc', utf8Octets('s=schlüssel'));
    const message = sealAs(by, MESSAGE, tags(TAGS), tags(SEAL_TAGS));
    const result = await validate(message, { resolver: zoneOf(by) });
    expect([result.result, result.sealers]).toEqual(['pass', ['xn--bcher-kva.example']]);
  });
});

describe('keys', () => {
  const record = (): string => formatKeyRecord(ONE.key);
  const at = 'arc._domainkey.one.example';

  test.each([
    ['no record', {}, 'no-key'],
    ['two records', { [at]: { TXT: ['v=DKIM1; p=', 'v=DKIM1; k=ed25519; p='] } }, 'several-keys'],
    ['a revoked key', { [at]: { TXT: 'v=DKIM1; k=ed25519; p=' } }, 'key-revoked'],
    ['rfc8617 5.2.1: nobody answers', { [at]: { script: { status: 'temp' } } }, 'dns-temporary'],
    ['a forged answer', { [at]: { script: { status: 'bogus' } } }, 'dns-bogus'],
  ] as const)('%s -> fail, %s', async (_, zone, reason) => {
    const result = await validate(once, { resolver: inMemoryZone(zone) });
    expect(result).toMatchObject({ result: 'fail', reason, failedInstance: 1, failedField: 'ARC-Message-Signature' });
    expect(result.instances[0]?.seal.result).toBe('unchecked');
  });

  test.each([
    ['h= of another hash', '; h=sha1', 'hash-not-allowed'],
    ['s= of another service', '; s=tlsrpt', 'service-not-allowed'],
    ['s= with email among others', '; s=tlsrpt:email', undefined],
    ['t=s, which is about an i= that ARC does not have', '; t=s', undefined],
    ['t=y', '; t=y', undefined],
  ])('a record with %s -> %s', async (_, more, reason) => {
    expect((await validate(once, { resolver: inMemoryZone({ [at]: { TXT: record() + more } }) })).reason).toBe(reason);
  });

  test('DNSSEC vouches for the key: secure', async () => {
    const { instances } = await validate(once, { resolver: inMemoryZone({ [at]: { TXT: record(), secure: true } }) });
    expect(instances[0]).toMatchObject({ seal: { secure: true }, messageSignature: { secure: true } });
  });

  test('each key is asked for once', async () => {
    const asked: string[] = [];
    const zone = inMemoryZone({ [at]: { TXT: record() }, 'arc._domainkey.two.example': { TXT: formatKeyRecord(TWO.key) } }, { onQuery: (name) => void asked.push(name) });
    expect((await validate(twice, { resolver: zone })).result).toBe('pass');
    expect(asked.sort()).toEqual(['arc._domainkey.one.example', 'arc._domainkey.two.example']);
  });

  test('an aborted signal: end() rejects with its reason', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const zone = inMemoryZone({ [at]: { TXT: record(), script: { delayMs: Infinity } } });
    await expect(validate(once, { resolver: zone, signal })).rejects.toThrow('enough');
  });
});

test('any soup of ARC fields: a verdict, never an exception', async () => {
  const random = new SeededRandom(86_17);
  const pieces = ['i=', '1', '2', ';', ' ', 'cv=', 'none', 'pass', 'fail', 'a=ed25519-sha256', 'b=', 'YWJj', 'bh=', 'd=one.example', 's=arc', 'h=from', ':', '=', '\r\n ', '(', ')', '\\', '"', '\0', '\xff', 'l=9', 't=', 'x='];
  const reasons = new Set<string | undefined>();
  for (let round = 0; round < 1500; round++) {
    const fields = Array.from({ length: random.integer(1, 6) }, () => {
      const name = random.pick(['ARC-Seal', 'arc-seal ', 'ARC-Message-Signature', 'ARC-Authentication-Results']);
      const tags = Array.from({ length: random.integer(0, 12) }, () => random.pick(pieces)).join('');
      return `${name}:${random.chance(0.7) ? 'i=1;' : ''}${tags}\r\n`;
    });
    const { result, reason, trace } = await validate(concatOctets([encodeLatin1(fields.join('')), MESSAGE]));
    expect([result, trace.length > 0]).toEqual(['fail', true]);
    reasons.add(reason);
  }
  expect(reasons.size).toBeGreaterThan(5);
});

test('rsa-sha256, in the thread pool and on this thread', async () => {
  for (const bits of [1024, 2048, 3072]) {
    const { key } = await generateDkimKeyPair('rsa', { bits });
    const by = { ...ONE, key };
    const message = await hop(MESSAGE, by);
    expect((await validate(message, { resolver: zoneOf(by) })).instances[0]?.seal).toMatchObject({ result: 'pass', keyBits: bits, algorithm: 'rsa-sha256' });
    expect((await validate(change(message, 'Tea at', 'Tee at'), { resolver: zoneOf(by) })).reason).toBe('signature-mismatch');
  }
}, 20_000);

describe('mistakes of the caller', () => {
  const options: ArcValidatorOptions = { resolver: inMemoryZone({}), now: NOW };

  test.each([{ instances: 0 }, { instances: 51 }, { instances: 1.5 }, { clockSkewSeconds: -1 }, { now: Number.NaN }])('%j -> RangeError', (wrong) => {
    expect(() => new ArcValidator({ ...options, ...wrong })).toThrow(RangeError);
  });

  test('the order of the calls', async () => {
    const validator = new ArcValidator(options);
    expect(() => validator.body(MESSAGE)).toThrow(TypeError);
    await expect(validator.end()).rejects.toThrow(TypeError);
    validator.headers(parseHeaders(MESSAGE), MESSAGE);
    expect(() => validator.headers(parseHeaders(MESSAGE), MESSAGE)).toThrow(TypeError);
    expect(validator.pending).toBe(0);
  });

  test('a message that breaks off: validateArc rejects with its reason', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield once.subarray(0, 100);
      throw new Error('gone');
    }
    await expect(validateArc(broken(), options)).rejects.toThrow('gone');
  });
});

test('what stands in a seal is what was read: the tag list of the newest seal', () => {
  const { fields } = parseHeaders(once);
  const tags = parseTagList(latin1(fields[0]!.raw));
  expect(tags.ok && [...tags.value.keys()]).toEqual(['i', 'a', 't', 'cv', 'd', 's', 'b']);
});
