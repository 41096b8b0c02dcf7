import { formatReceivedSpf, formatSpfExplanation, parseReceivedSpf } from '@mailwright/spf';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { check, record } from './world.ts';

const RECEIVER = { receiver: 'mx.example.org' };

function read(value: string): readonly [string, string | undefined, Record<string, string>] {
  const parsed = parseReceivedSpf(value);
  if (!parsed.ok) throw new Error(`${parsed.error} at ${parsed.at}`);
  return [parsed.value.result, parsed.value.comment, Object.fromEntries(parsed.value.values)];
}

describe('formatReceivedSpf', () => {
  test('rfc7208 9.1: pass, folded', async () => {
    const result = await check(record('v=spf1 ip4:192.0.2.0/24 -all'));
    expect(formatReceivedSpf(result, RECEIVER)).toBe([
      'pass (mx.example.org: example.test designates 192.0.2.1 as',
      ' permitted sender) receiver=mx.example.org; client-ip=192.0.2.1;',
      ' identity=mailfrom; envelope-from="sender@example.test"; helo=client.example;',
      ' mechanism="ip4:192.0.2.0/24"',
    ].join('\r\n'));
  });

  test('rfc7208 9.1: neutral by default, and a problem', async () => {
    expect(read(formatReceivedSpf(await check(record('v=spf1')), RECEIVER))[2]['mechanism']).toBe('default');
    expect(read(formatReceivedSpf(await check(record('v=spf1 moo')), RECEIVER))[2]['problem']).toBe('syntax');
  });

  test('injection: a local-part full of syntax stays in its quotes', async () => {
    const sender = 'a"; result=pass; x="\\(@example.test';
    const value = formatReceivedSpf(await check(record('v=spf1 -all'), { sender }), RECEIVER);
    expect(read(value)[2]).toMatchObject({ 'envelope-from': sender, identity: 'mailfrom' });
    expect(read(value)[2]['result']).toBeUndefined();
  });

  test('opendmarc 111: a domain with parentheses does not end the comment', async () => {
    const value = formatReceivedSpf(await check({}, { sender: 'a@example.net(.example.com' }), RECEIVER);
    expect(read(value)[1]).toBe('mx.example.org: no policy is published for example.net(.example.com');
  });

  test('header injection: what has control characters is left out', async () => {
    const value = formatReceivedSpf(await check({}, { sender: 'a\r\nBcc: x@y@example.test', helo: 'h\0' }), RECEIVER);
    expect(value).not.toMatch(/Bcc|\0/);
    expect(Object.keys(read(value)[2])).toEqual(['receiver', 'client-ip', 'identity', 'problem']);
  });

  test('callers: a receiver that is no name is refused', async () => {
    const result = await check({});
    for (const receiver of ['', 'a b', 'a\r\nb', 'a(b']) expect(() => formatReceivedSpf(result, { receiver })).toThrow(TypeError);
  });

  test('inverse law: what is written is read back, 300 senders and HELO names of all characters', async () => {
    const random = new SeededRandom(91);
    for (let round = 0; round < 300; round++) {
      const sender = `${random.text('ab"\\(); =.@\u00e4', random.integer(1, 30))}@example.test`;
      const helo = random.text('ab"\\()[]:; =.\u00fc', random.integer(1, 60));
      const result = await check(record('v=spf1 ~all'), { sender, helo });
      const [verdict, , values] = read(formatReceivedSpf(result, RECEIVER));
      expect([verdict, values['envelope-from'], values['helo'], values['client-ip']]).toEqual(['softfail', result.sender, result.helo, '192.0.2.1']);
    }
  });
});

describe('parseReceivedSpf', () => {
  test('rfc7208 9.1: the examples', () => {
    expect(read('pass (mybox.example.org: domain of myname@example.com designates 192.0.2.1 as permitted sender) receiver=mybox.example.org; client-ip=192.0.2.1;\r\n envelope-from="myname@example.com"; helo=foo.example.com;')).toEqual([
      'pass', 'mybox.example.org: domain of myname@example.com designates 192.0.2.1 as permitted sender',
      { receiver: 'mybox.example.org', 'client-ip': '192.0.2.1', 'envelope-from': 'myname@example.com', helo: 'foo.example.com' },
    ]);
    expect(read('fail (mybox.example.org: domain of myname@example.com does not designate 192.0.2.1 as permitted sender) identity=mailfrom; client-ip=192.0.2.1; envelope-from="myname@example.com";')[0]).toBe('fail');
  });

  test('in the wild: an IPv6 address without quotes, comments anywhere, keys in any case', () => {
    expect(read(' (x) PASS (a (nested) \\) comment) Client-IP (c) = (d) 2001:db8::1 ;(e) helo="a \\"b\\""')).toEqual(['pass', 'a (nested) ) comment', { 'client-ip': '2001:db8::1', helo: 'a "b"' }]);
  });

  test('prototype-polluting keys are keys like others', () => {
    const parsed = parseReceivedSpf('pass __proto__=x; constructor=y');
    expect(parsed.ok && [...parsed.value.values]).toEqual([['__proto__', 'x'], ['constructor', 'y']]);
  });

  test.each([
    ['', 'unknown-result'], ['maybe', 'unknown-result'], ['pass (x', 'bad-comment'], ['(x pass', 'bad-comment'], ['pass x', 'bad-pair'], ['pass\r\n\r\n x=y', 'bad-pair'], ['pass a=b c=d', 'bad-pair'], ['pass =b', 'bad-pair'], ['pass ;', 'bad-pair'],
    ['pass a="b', 'bad-quoted-string'], ['pass a=b; A=c', 'duplicate-key'], [`pass ${'x'.repeat(70_000)}`, 'too-long'], [`pass ${Array.from({ length: 101 }, (_, index) => `k${index}=v`).join(';')}`, 'too-many-pairs'],
  ])('%j is refused: %s', (value, error) => {
    expect(parseReceivedSpf(value)).toMatchObject({ ok: false, error });
  });

  test('64 KB of openers are read in one go', () => {
    for (const piece of ['(', '\\', '"', 'a=', '()', '=;']) expect(typeof parseReceivedSpf(`pass ${piece.repeat(30_000)}`).ok).toBe('boolean');
  });
});

test('formatSpfExplanation: a page of printable ASCII, whatever the records hold', async () => {
  const result = await check(record('v=spf1 include:b.test exists:%{l}.x.test -all', { 'b.test': { TXT: 'v=spf1 \u001b[31m\r\nred' } }), { sender: 'j\u00f6rg@example.test' });
  expect(formatSpfExplanation(result)).toMatch(/^[ -~\n]+$/);
  expect(formatSpfExplanation(result).split('\n')[0]).toBe('permerror: example.test for 192.0.2.1 (mailfrom), syntax at \\u{1b}[31m\\u{d}\\u{a}red');
});
