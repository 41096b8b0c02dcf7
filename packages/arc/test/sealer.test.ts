import { generateKeyPairSync } from 'node:crypto';
import { ArcError, ArcSealer, DEFAULT_ARC_RULES, parseArcTags, readArcMessageSignature, sealArc } from '@mailwright/arc';
import type { ArcResult, ArcSealerOptions } from '@mailwright/arc';
import { BodyHasher, DkimKey, canonicalizeHeader, formatKeyRecord, generateDkimKeyPair, importPublicKey, parseKeyRecord, verifyData } from '@mailwright/dkim';
import type { PublicKey } from '@mailwright/dkim';
import { parseHeaders } from '@mailwright/mime';
import { concatOctets, encodeLatin1, encodeUtf8 } from '@mailwright/wire';
import { beforeAll, describe, expect, test } from 'vitest';
import { MESSAGE, NOW, ONE, THREE, TWO, change, hop, seal, validate, zoneOf } from './world.ts';

const NONE: ArcResult = { result: 'none', reason: undefined, failedInstance: undefined, failedField: undefined, instances: [], sealers: [], oldestPass: undefined, highestInstance: 0, fieldCount: 0, closed: false, trace: [] };
const OPTIONS: ArcSealerOptions = { ...ONE, result: NONE, authenticationResults: { authservId: 'one.example', results: [] }, now: NOW };

function publicKeyOf(key: DkimKey): PublicKey {
  const parsed = parseKeyRecord(formatKeyRecord(key));
  const imported = parsed.ok ? importPublicKey(parsed.record) : undefined;
  if (imported?.ok !== true) throw new Error('no key');
  return imported.key;
}

describe('a set', () => {
  test('rfc8617 5.1: the first set of a message: i=1, cv=none, three fields', async () => {
    const { sealed, instance, chainStatus, fields, trace } = await sealArc(MESSAGE, OPTIONS);
    expect([sealed, instance, chainStatus, fields.length]).toEqual([true, 1, 'none', 3]);
    expect(fields.map((field) => field.slice(0, field.indexOf('=') + 2))).toEqual(['ARC-Seal: i=1', 'ARC-Message-Signature: i=1', 'ARC-Authentication-Results: i=1']);
    expect(fields[2]).toBe('ARC-Authentication-Results: i=1; one.example; none\r\n');
    expect(trace.map(({ rfc, text }) => [rfc, text])).toEqual([['8617 5.1.1', 'i=1: sealed by one.example with cv=none, over sets 1 to 1']]);
  });

  test('lines have 78 characters at most, CRLF at their ends and nothing but WSP in front of a continued one', async () => {
    const { privateKeyPem: _, key } = await generateDkimKeyPair('rsa', { bits: 1024 });
    const { fields } = await sealArc(MESSAGE, { ...OPTIONS, key });
    for (const field of fields) {
      expect(field.endsWith('\r\n')).toBe(true);
      for (const [index, line] of field.slice(0, -2).split('\r\n').entries()) {
        expect(line.length).toBeLessThanOrEqual(78);
        expect(line.startsWith(' ')).toBe(index > 0);
      }
    }
    expect((await validate(concatOctets([encodeUtf8(fields.join('')), MESSAGE]), { resolver: zoneOf({ ...ONE, key }) })).result).toBe('pass');
  });

  test('rfc8617 4.1.2: h= oversigns, names each DKIM signature, and no field of ARC or Authentication-Results', async () => {
    const message = concatOctets([encodeLatin1('Authentication-Results: one.example; none\r\nReceived: from a by b\r\n'), await hop(MESSAGE, ONE)]);
    const { fields } = await seal(message, TWO);
    const tags = parseArcTags(encodeUtf8(fields[1]!.slice('ARC-Message-Signature:'.length, -2)));
    const signature = tags.ok ? readArcMessageSignature(tags.tags) : undefined;
    const names = signature?.ok === true ? signature.value.signedNames : [];
    expect(names.filter((name) => name === 'from').length).toBe(2);
    expect(names.filter((name) => name === 'dkim-signature').length).toBe(1);
    expect(names.filter((name) => /^arc-|results|received/.test(name))).toEqual([]);
  });

  test.each(['simple/simple', 'simple/relaxed', 'relaxed/simple', 'relaxed/relaxed'] as const)('canonicalization %s', async (canonicalization) => {
    const message = await hop(MESSAGE, ONE, MESSAGE, { canonicalization });
    const result = await validate(message);
    expect([result.result, Object.values(result.instances[0]!.messageSignature.canonicalization!).join('/')]).toEqual(['pass', canonicalization]);
    const folded = await validate(change(message, 'Subject: Tea at four', 'Subject:  Tea at\r\n  four'));
    expect(folded.result).toBe(canonicalization.startsWith('simple') ? 'fail' : 'pass');
  });

  test('rfc6532: results in UTF-8 where the message is internationalized', async () => {
    const authenticationResults = { authservId: 'bücher.example', results: [] };
    const message = await hop(MESSAGE, ONE, MESSAGE, { authenticationResults, utf8: true });
    const result = await validate(message);
    expect([result.result, result.instances[0]?.authenticationResults]).toEqual(['pass', 'bücher.example; none']);
    const { fields } = await sealArc(MESSAGE, { ...OPTIONS, authenticationResults });
    expect(fields[2]).toBe('ARC-Authentication-Results: i=1; xn--bcher-kva.example; none\r\n');
  });

  test('shared hasher: the body goes to it', async () => {
    const section = parseHeaders(MESSAGE);
    const bodyHasher = new BodyHasher();
    const sealer = new ArcSealer({ ...OPTIONS, bodyHasher });
    sealer.headers(section, MESSAGE);
    expect(() => sealer.body(MESSAGE)).toThrow(TypeError);
    bodyHasher.push(MESSAGE.subarray(section.bodyOffset));
    bodyHasher.end();
    expect(await sealer.end()).toEqual(await sealArc(MESSAGE, OPTIONS));
  });
});

describe('a chain that failed', () => {
  let broken: Uint8Array;
  beforeAll(async () => {
    broken = change(await hop(await hop(MESSAGE, ONE), TWO), 'lemon', 'sugar');
  });

  test('rfc8617 5.1.2: it is sealed with cv=fail over the new set alone', async () => {
    const { sealed, instance, chainStatus, fields, trace } = await seal(broken, THREE);
    expect([sealed, instance, chainStatus]).toEqual([true, 3, 'fail']);
    expect(trace[0]).toMatchObject({ rfc: '8617 5.1.2', text: 'i=3: sealed by three.example with cv=fail, over the new set alone' });
    const [arcSeal = '', messageSignature = '', results = ''] = fields;
    const cut = arcSeal.lastIndexOf('b=') + 2;
    const signed = [results, messageSignature, arcSeal.slice(0, cut)].map((field) => canonicalizeHeader(encodeUtf8(field), 'relaxed'));
    const value = Buffer.from(arcSeal.slice(cut).replace(/\s/g, ''), 'base64');
    expect(await verifyData('ed25519-sha256', concatOctets(signed).subarray(0, -2), publicKeyOf(THREE.key).keyObject, value)).toBe(true);
  });

  test('rfc8617 5.1: then it is closed: it fails for all who come, and nobody adds a set', async () => {
    const closed = await hop(broken, THREE);
    const result = await validate(closed);
    expect(result).toMatchObject({ result: 'fail', reason: 'failed-before', failedInstance: 3, closed: true, highestInstance: 3 });
    const sealing = await seal(closed, ONE);
    expect(sealing).toMatchObject({ sealed: false, reason: 'chain-closed', instance: undefined, chainStatus: undefined, fields: [] });
    expect(sealing.trace.map(({ rfc }) => rfc)).toEqual(['8617 5.1']);
  });

  test('a chain with a hole is sealed above its highest instance', async () => {
    const message = concatOctets([encodeLatin1('ARC-Seal: i=7; cv=pass\r\n'), MESSAGE]);
    expect(await seal(message, ONE)).toMatchObject({ sealed: true, instance: 8, chainStatus: 'fail' });
  });

  test('a field without instance: the first set that says cv=fail', async () => {
    const message = concatOctets([encodeLatin1('ARC-Seal: none\r\n'), MESSAGE]);
    expect(await seal(message, ONE)).toMatchObject({ sealed: true, instance: 1, chainStatus: 'fail' });
  });
});

test('rfc8617 4.2.1: fifty sets are a chain, and there is no fifty-first', async () => {
  let message = MESSAGE;
  const sealers = [ONE, TWO, THREE];
  for (let instance = 1; instance <= 50; instance++) message = await hop(message, sealers[instance % 3]!);
  const result = await validate(message);
  expect([result.result, result.highestInstance, result.sealers.length]).toEqual(['pass', 50, 50]);
  expect(await seal(message, ONE)).toMatchObject({ sealed: false, reason: 'too-many-sets' });
}, 30_000);

describe('messages that are not sealed', () => {
  test.each([
    ['no-from', 'From: Ann', 'X-From: Ann'],
    ['bare-line-end', 'lemon?\r\n', 'lemon?\n'],
    ['bare-line-end', 'Tea at four', 'Tea\nat four'],
    ['bad-header', 'Subject: Tea', 'Subject Tea'],
    ['bad-header', 'Tea at four', 'Tea \0 four'],
    ['header-too-large', 'Subject: Tea', `${'X: y\r\n'.repeat(1001)}Subject: Tea`],
  ])('%s: %j', async (reason, from, to) => {
    expect(await seal(MESSAGE, ONE, change(MESSAGE, from, to))).toMatchObject({ sealed: false, reason, fields: [] });
  });
});

describe('mistakes of the caller', () => {
  test.each<[string, Partial<ArcSealerOptions>]>([
    ['a domain of one label', { domain: 'one' }],
    ['a domain with CRLF', { domain: 'one.example\r\nX: y' }],
    ['a selector that is none', { selector: 'a b' }],
    ['a key of one\'s own make', { key: {} as DkimKey }],
    ['a canonicalization that is none', { canonicalization: 'relaxed' as 'relaxed/relaxed' }],
    ['rules without From', { headers: [{ name: 'To', oversign: 'always' }] }],
    ['rules with ARC-Seal', { headers: [...DEFAULT_ARC_RULES, { name: 'ARC-Seal', oversign: 'never' }] }],
    ['rules with Authentication-Results', { headers: [...DEFAULT_ARC_RULES, { name: 'authentication-results', oversign: 'never' }] }],
    ['two rules for a name', { headers: [...DEFAULT_ARC_RULES, { name: 'FROM', oversign: 'never' }] }],
    ['results that can\'t be written', { authenticationResults: { authservId: 'a\r\nb', results: [] } }],
  ])('%s -> TypeError', (_, wrong) => {
    expect(() => new ArcSealer({ ...OPTIONS, ...wrong })).toThrow(TypeError);
  });

  test('a time that is none -> RangeError', () => {
    expect(() => new ArcSealer({ ...OPTIONS, now: Number.NaN })).toThrow(RangeError);
  });

  test('the result of another message -> TypeError', async () => {
    const sealed = await hop(MESSAGE, ONE);
    await expect(sealArc(sealed, OPTIONS)).rejects.toThrow('the result is of another message');
    await expect(sealArc(MESSAGE, { ...OPTIONS, result: await validate(sealed) })).rejects.toThrow(TypeError);
  });

  test('the order of the calls', async () => {
    const sealer = new ArcSealer(OPTIONS);
    expect(() => sealer.body(MESSAGE)).toThrow(TypeError);
    await expect(sealer.end()).rejects.toThrow(TypeError);
    sealer.headers(parseHeaders(MESSAGE), MESSAGE);
    expect(() => sealer.headers(parseHeaders(MESSAGE), MESSAGE)).toThrow(TypeError);
  });
});

test('a key that does not sign: ARC_SIGN_FAILED with its cause', async () => {
  class BrokenKey extends DkimKey {
    override sign(): Promise<Uint8Array> {
      return Promise.reject(new Error('the module is gone'));
    }
  }
  const key = new BrokenKey(generateKeyPairSync('ed25519').privateKey);
  const error = await sealArc(MESSAGE, { ...OPTIONS, key }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ArcError);
  expect(error).toMatchObject({ code: 'ARC_SIGN_FAILED', cause: new Error('the module is gone') });
});
