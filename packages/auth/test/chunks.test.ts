import { authenticate } from '@mailwright/auth';
import type { AuthenticationReport } from '@mailwright/auth';
import { MemoryKeyCache } from '@mailwright/dkim';
import { encodeLatin1, encodeUtf8, latin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { TEXT, comparable, forwarded, fromBank, fromEvil, fromList, signed } from './support/world.ts';

const SHAPES: readonly (readonly [string, () => Promise<Uint8Array>, () => ReturnType<typeof fromBank>])[] = [
  ['signed, relaxed', () => signed(), fromBank],
  ['signed, simple', () => signed(TEXT, 'simple/simple'), fromBank],
  ['forwarded with a seal', () => forwarded(), () => ({ ...fromList(), arc: { trustedSealers: ['list.example'] } })],
  ['spoofed, with a forged field', async () => encodeUtf8(`Authentication-Results: mx.example.net;\r\n dkim=pass\r\n${TEXT}`), fromEvil],
  ['a bare LF in the header section and a bare CR in the body', async () => encodeLatin1(`${latin1(await signed()).replace('\r\nTo', '\nTo')}\rx`), fromBank],
  ['no body', async () => encodeUtf8('From: info@bank.example\r\nSubject: x\r\n'), fromBank],
  ['a header section beyond the limit', () => signed(), () => ({ ...fromBank(), limits: { headerOctets: 300 } })],
];

/** Nothing of a report is left out but the milliseconds, which stand still. */
const told = (report: AuthenticationReport): string => JSON.stringify(comparable(report));

/** Every place; of a long header section every fifth, and every place around its end. */
function cutsOf(message: Uint8Array): readonly number[] {
  const places = Array.from({ length: message.length + 1 }, (_place, at) => at);
  const end = latin1(message).indexOf('\r\n\r\n');
  return message.length < 1000 ? places : places.filter((at) => at % 5 === 0 || at > end - 80);
}

describe('every chunk split gives the same report', () => {
  test.each(SHAPES)('%s: cut in two everywhere', async (_name, makeMessage, options) => {
    const message = await makeMessage();
    const settings = { ...options(), dkim: { keyCache: new MemoryKeyCache() } };
    await authenticate(message, settings); // into the cache
    const expected = told(await authenticate(message, settings));
    for (const at of cutsOf(message)) {
      const report = await authenticate([message.subarray(0, at), message.subarray(at)], settings);
      if (told(report) !== expected) expect(told(report), `cut at ${at}`).toBe(expected);
    }
  }, 20_000);

  test.each(SHAPES)('%s: octet for octet, and in pieces of all sizes', async (_name, makeMessage, options) => {
    const message = await makeMessage();
    const settings = { ...options(), dkim: { keyCache: new MemoryKeyCache() } };
    await authenticate(message, settings); // into the cache
    const expected = told(await authenticate(message, settings));
    const random = new SeededRandom(9989);
    const octets = Array.from(message, (_octet, at) => message.subarray(at, at + 1));
    for (const pieces of [octets, ...Array.from({ length: 20 }, () => random.split(message))]) {
      expect(told(await authenticate(pieces, settings))).toBe(expected);
    }
  });

  test('the pieces may be written over once they were taken', async () => {
    const message = await signed();
    const expected = comparable(await authenticate(message, fromBank()));
    function* reused(): Generator<Uint8Array> {
      const piece = new Uint8Array(7);
      for (let at = 0; at < message.length; at += 7) {
        const next = message.subarray(at, at + 7);
        piece.set(next);
        yield piece.subarray(0, next.length);
      }
    }
    expect(comparable(await authenticate(reused(), fromBank()))).toEqual(expected);
  });
});
