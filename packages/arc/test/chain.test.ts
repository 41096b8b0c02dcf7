import { ArcValidator, validateArc } from '@mailwright/arc';
import type { ArcResult } from '@mailwright/arc';
import { BodyHasher } from '@mailwright/dkim';
import { parseHeaders } from '@mailwright/mime';
import { concatOctets, latin1 } from '@mailwright/wire';
import { beforeAll, describe, expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { MESSAGE, NOW, ONE, THREE, TWO, change, hop, validate, zoneOf } from './world.ts';

let once: Uint8Array;
/** Three hops; the second is a list that changes Subject and body. */
let thrice: Uint8Array;

beforeAll(async () => {
  once = await hop(MESSAGE, ONE);
  const twice = await hop(once, TWO, change(change(once, 'Subject: Tea', 'Subject: [list] Tea'), '  Ann  \r\n', '  Ann  \r\n-- \r\nthe list\r\n'));
  thrice = await hop(twice, THREE);
});

describe('a chain of three hops', () => {
  test('rfc8617 5.2: sealed by us, it validates; the oldest message signature is broken, which is allowed', async () => {
    const result = await validate(thrice);
    expect(result).toMatchObject({ result: 'pass', reason: undefined, sealers: ['one.example', 'two.example', 'three.example'], oldestPass: 2, highestInstance: 3, fieldCount: 9, closed: false });
    expect(result.instances.map(({ instance, seal, messageSignature }) => [instance, seal.result, seal.chainStatus, messageSignature.result, messageSignature.reason])).toEqual([
      [1, 'pass', 'none', 'fail', 'body-hash-mismatch'],
      [2, 'pass', 'pass', 'pass', undefined],
      [3, 'pass', 'pass', 'pass', undefined],
    ]);
    expect(result.instances[0]).toMatchObject({
      authenticationResults: 'one.example; spf=pass smtp.mailfrom=author.example',
      seal: { domain: 'one.example', selector: 'arc', algorithm: 'ed25519-sha256', timestamp: NOW / 1000, keyBits: 256, secure: false },
    });
  });

  test('trace: every step with its RFC', async () => {
    const { trace } = await validate(thrice);
    expect(trace.map(({ rfc, text }) => `${rfc}: ${text}`)).toEqual([
      '8617 5.2: the structure is right: 3 sets',
      '8617 5.2: i=3: the message signature of three.example holds (relaxed/relaxed, 256 bits)',
      '8617 5.2: i=2: the message signature of two.example holds (relaxed/relaxed, 256 bits)',
      '6376 6.1.3: i=1: the message signature does not hold any more: the body is not the one that was signed (bh=); that is allowed',
      '8617 5.2: i=3: the seal of three.example holds (cv=pass, 256 bits)',
      '8617 5.2: i=2: the seal of two.example holds (cv=pass, 256 bits)',
      '8617 5.2: i=1: the seal of one.example holds (cv=none, 256 bits)',
      '8617 5.2: the chain is whole: one.example, two.example, three.example',
    ]);
  });

  test('rfc8617 5.2: an unchanged message passes at every instance: oldest-pass 0', async () => {
    expect(await validate(await hop(await hop(once, TWO), THREE))).toMatchObject({ result: 'pass', oldestPass: 0 });
  });

  test('rfc8617 5.2: a message without ARC fields is none', async () => {
    expect(await validate(MESSAGE)).toMatchObject({ result: 'none', reason: undefined, instances: [], oldestPass: undefined, highestInstance: 0, fieldCount: 0 });
  });
});

test('rfc8617 5.2: the sets count by their instances, wherever their fields stand', async () => {
  const { fields } = parseHeaders(thrice);
  const [chain, rest] = [fields.slice(0, 9), thrice.subarray(fields[8]!.end)];
  const random = new SeededRandom(52);
  for (let round = 0; round < 10; round++) {
    const left = [...chain];
    const shuffled = chain.map(() => left.splice(random.integer(0, left.length - 1), 1)[0]!);
    const message = concatOctets([...shuffled.map(({ start, end }) => thrice.subarray(start, end)), rest]);
    expect(await validate(message)).toMatchObject({ result: 'pass', oldestPass: 2 });
  }
});

describe('chunks', () => {
  test('cut in two at every place: the same verdict', async () => {
    const whole = await validate(once);
    const { resolver, now } = { resolver: zoneOf(ONE), now: NOW };
    for (let at = 0; at <= once.length; at++) {
      expect(await validateArc([once.subarray(0, at), once.subarray(at)], { resolver, now })).toEqual(whole);
    }
    expect(whole.result).toBe('pass');
  }, 20_000);

  test('octet by octet, and cut at random places: the same verdict', async () => {
    const whole = await validate(thrice);
    const random = new SeededRandom(8617);
    const broken = change(thrice, 'lemon', 'lemom');
    const wholeBroken = await validate(broken);
    for (let round = 0; round < 40; round++) {
      expect(await validateArc(random.split(thrice), { resolver: zoneOf(ONE, TWO, THREE), now: NOW })).toEqual(whole);
      expect(await validateArc(random.split(broken), { resolver: zoneOf(ONE, TWO, THREE), now: NOW })).toEqual(wholeBroken);
    }
    expect(await validateArc(Array.from(thrice, (octet) => Uint8Array.of(octet)), { resolver: zoneOf(ONE, TWO, THREE), now: NOW })).toEqual(whole);
    expect([whole.reason, wholeBroken.reason]).toEqual([undefined, 'body-hash-mismatch']);
  });

  test('one array used again for every chunk: the same verdict', async () => {
    async function* chunks(): AsyncGenerator<Uint8Array> {
      const buffer = new Uint8Array(100);
      for (let at = 0; at < thrice.length; at += 100) {
        const part = thrice.subarray(at, at + 100);
        buffer.set(part);
        yield buffer.subarray(0, part.length);
        buffer.fill(0);
      }
    }
    expect(await validateArc(chunks(), { resolver: zoneOf(ONE, TWO, THREE), now: NOW })).toEqual(await validate(thrice));
  });
});

/** Which reasons tell that the sets do not make a chain any more, whichever field they are found in. */
const STRUCTURE = new Set(['bad-instance', 'missing-set', 'missing-field', 'duplicate-field', 'bare-line-end', 'failed-before']);
const TAG_LIST = new Set(['expected-tag-name', 'bad-tag-name', 'expected-equals', 'bad-tag-value', 'duplicate-tag']);

/** Where in the chain the step has to fail when an octet of `region` is changed. */
function isRightStep({ result, reason, failedField, failedInstance }: ArcResult, region: Region): boolean {
  if (result !== 'fail' || reason === undefined) return false;
  if (STRUCTURE.has(reason) || (region.name !== 'message' && TAG_LIST.has(reason) && failedField === region.name)) return true;
  const isNewestSeal = failedField === 'ARC-Seal' && failedInstance === 3;
  switch (region.name) {
    case 'ARC-Seal': // its own tags, or what the newest seal is over
      return failedField === 'ARC-Seal' && (isNewestSeal || failedInstance === region.instance);
    case 'ARC-Authentication-Results':
      return isNewestSeal && reason === 'signature-mismatch';
    case 'ARC-Message-Signature': // only the newest has to hold
      return region.instance === 3 ? failedField === 'ARC-Message-Signature' && failedInstance === 3 : isNewestSeal && reason === 'signature-mismatch';
    default:
      return failedField === 'ARC-Message-Signature' && failedInstance === 3 && reason === (region.instance === 0 ? 'signature-mismatch' : 'body-hash-mismatch');
  }
}

interface Region {
  /** An ARC field, `empty line`, or `message`: its own fields (instance 0) and its body (instance -1). */
  readonly name: string;
  readonly instance: number;
  readonly from: number;
  readonly to: number;
}

function regionsOf(message: Uint8Array): Region[] {
  const { fields, bodyOffset } = parseHeaders(message);
  const regions = fields.map(({ name, text, start, end }): Region => {
    const instance = name.startsWith('ARC-') ? Number(/\bi=([0-9]+)/.exec(text)![1]) : 0;
    return { name: instance === 0 ? 'message' : name, instance, from: start, to: end };
  });
  const emptyLine = { name: 'empty line', instance: 0, from: bodyOffset - 2, to: bodyOffset };
  return [...regions, emptyLine, { name: 'message', instance: -1, from: bodyOffset, to: message.length }];
}

test('one changed octet anywhere in a chain of three hops fails, with the right step named', async () => {
  const wrong: string[] = [];
  const regions = regionsOf(thrice);
  expect(regions.map(({ name, instance }) => `${name} ${instance}`).slice(0, 9)).toEqual(
    [3, 2, 1].flatMap((instance) => ['ARC-Seal', 'ARC-Message-Signature', 'ARC-Authentication-Results'].map((name) => `${name} ${instance}`)),
  );
  for (const region of regions) {
    for (let at = region.from; at < region.to; at++) {
      const changed = thrice.slice();
      changed[at]! ^= 1; // no canonical form forgives that: a space becomes "!", a letter another letter
      const result = await validate(changed);
      if (!isRightStep(result, region)) wrong.push(`${region.name} ${region.instance}, octet ${at} (${latin1(thrice.subarray(at - 5, at + 5))}): ${result.result} ${result.reason} ${result.failedField} ${result.failedInstance}`);
    }
  }
  expect(wrong).toEqual([]);
}, 60_000);

test('shared hasher: the body goes to it, and body() is refused', async () => {
  const section = parseHeaders(thrice);
  const bodyHasher = new BodyHasher();
  const validator = new ArcValidator({ resolver: zoneOf(ONE, TWO, THREE), now: NOW, bodyHasher });
  validator.headers(section, thrice);
  expect(() => validator.body(new Uint8Array(1))).toThrow(TypeError);
  expect(validator.pending).toBe(3);
  bodyHasher.push(thrice.subarray(section.bodyOffset));
  bodyHasher.end();
  expect(await validator.end()).toEqual(await validate(thrice));
});
