import { arcMethodResult, trustedSealer } from '@mailwright/arc';
import type { ArcResult } from '@mailwright/arc';
import { parseAuthenticationResults } from '@mailwright/authres';
import { beforeAll, describe, expect, test } from 'vitest';
import { MESSAGE, ONE, THREE, TWO, change, hop, validate } from './world.ts';

let message: Uint8Array;
let result: ArcResult;

beforeAll(async () => {
  message = await hop(await hop(await hop(MESSAGE, ONE), TWO), THREE);
  result = await validate(message);
});

describe('trust', () => {
  test.each([
    ['all of them', ['one.example', 'two.example', 'three.example'], 1, 'one.example'],
    ['the newest two', ['two.example', 'three.example'], 2, 'two.example'],
    ['the newest', ['three.example'], 3, 'three.example'],
    ['in other letters', ['Three.EXAMPLE'], 3, 'three.example'],
    ['a hole: what stands behind it does not count', ['one.example', 'three.example'], 3, 'three.example'],
  ])('%s: %j', (_, list, instance, sealer) => {
    expect(trustedSealer(result, list)).toMatchObject({ trusted: true, instance, sealer, trace: [{ rfc: '8617 9.4' }] });
  });

  test.each([
    ['nobody', []],
    ['a stranger', ['four.example']],
    ['not the newest: whoever came later may have replaced the message', ['one.example', 'two.example']],
    ['a domain above', ['example.com', 'sub.three.example']],
  ])('%s on the list: %j -> no trust', (_, list) => {
    expect(trustedSealer(result, list)).toMatchObject({ trusted: false, instance: undefined, sealer: undefined, authenticationResults: undefined });
  });

  test('the results of a trusted sealer are what authres reads', () => {
    const { authenticationResults } = trustedSealer(result, new Set(['three.example']));
    const parsed = parseAuthenticationResults(authenticationResults!);
    expect(parsed.ok && [parsed.value.authservId, parsed.value.results[0]?.method, parsed.value.results[0]?.result]).toEqual(['three.example', 'spf', 'pass']);
  });

  test.each(['lemon', 'Tea at four', 'smtp.mailfrom=author.example'])('a chain that fails is not trusted whoever sealed it (%s changed)', async (text) => {
    const failed = await validate(change(message, text, text.replace('e', 'x')));
    expect(failed.result).toBe('fail');
    expect(trustedSealer(failed, ['one.example', 'two.example', 'three.example']).trusted).toBe(false);
  });

  test('a message without chain is not trusted', async () => {
    expect(trustedSealer(await validate(MESSAGE), ['one.example'])).toMatchObject({ trusted: false, trace: [{ text: 'a chain that is none is not trusted' }] });
  });

  test.each(['', 'three', 'three.example.', '*.example', 'a b.example', 'three.example\r\n'])('a list with %j -> TypeError', (entry) => {
    expect(() => trustedSealer(result, ['three.example', entry])).toThrow(TypeError);
  });
});

describe('arcMethodResult', () => {
  test('pass with oldest-pass and address', () => {
    expect(arcMethodResult(result, { remoteIp: '192.0.2.1' })).toMatchObject({
      method: 'arc', result: 'pass', comments: [],
      properties: [{ ptype: 'header', property: 'oldest-pass', value: '0' }, { ptype: 'smtp', property: 'remote-ip', value: '192.0.2.1' }],
    });
  });

  test('fail with its place and reason, none with nothing', async () => {
    expect(arcMethodResult(await validate(change(message, 'lemon', 'sugar')))).toMatchObject({ result: 'fail', comments: ['i=3 body-hash-mismatch'], properties: [] });
    expect(arcMethodResult(await validate(MESSAGE))).toMatchObject({ result: 'none', comments: [], properties: [] });
  });
});
