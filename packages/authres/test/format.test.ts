import { describe, expect, test } from 'vitest';
import {
  METHODS, escapeText, findMethod, formatArcAuthenticationResults, formatAuthenticationResults, formatAuthenticationResultsField, isWritable, methodResult, parseArcAuthenticationResults,
  parseAuthenticationResults, traceStep,
} from '@mailwright/authres';
import type { AuthenticationResults, MethodResult } from '@mailwright/authres';
import { encodeUtf8 } from '@mailwright/wire';
import { SeededRandom } from '../../testing/src/seeded-random.ts';

const spf = (mailfrom: string): MethodResult => methodResult('spf', 'pass', { properties: { 'smtp.mailfrom': mailfrom } });
const write = (...results: MethodResult[]): string => formatAuthenticationResults({ authservId: 'mx.example.org', results });

describe('format', () => {
  test('rfc8601 2.2: no results -> none', () => {
    expect(write()).toBe('mx.example.org; none');
  });

  test('rfc5322 2.2.3: one result a line, folded at words', () => {
    const dkim = methodResult('dkim', 'pass', { properties: { 'header.d': 'a-rather-long-domain.example.com', 'header.s': 'selector-one', 'header.b': 'AbCdEfGh' }, comment: '2048-bit key' });
    expect(formatAuthenticationResultsField({ authservId: 'mx.example.org', results: [spf('example.net'), dkim] })).toBe([
      'Authentication-Results: mx.example.org;',
      ' spf=pass smtp.mailfrom=example.net;',
      ' dkim=pass (2048-bit key) header.d=a-rather-long-domain.example.com',
      ' header.s=selector-one header.b=AbCdEfGh',
      '',
    ].join('\r\n'));
  });

  test('rfc8617 4.1.1: ARC-Authentication-Results', () => {
    const text = formatArcAuthenticationResults(3, { authservId: 'mx.example.org', results: [spf('example.net')] });
    expect(text).toBe('i=3; mx.example.org;\r\n spf=pass smtp.mailfrom=example.net');
    expect(parseArcAuthenticationResults(text)).toMatchObject({ ok: true, value: { instance: 3 } });
    expect(() => formatArcAuthenticationResults(51, { authservId: 'a', results: [] })).toThrow(RangeError);
  });

  test.each([
    ['a domain', 'example.net', 'example.net'],
    ['an address', 'bounce+a=b.c@example.net', 'bounce+a=b.c@example.net'],
    ['a quoted local part', 'a b@example.net', '"a b@example.net"'],
    ['a local part with a semicolon', 'a;dkim=pass@example.net', '"a;dkim=pass@example.net"'],
    ['a local part with quotes', 'a"\\@example.net', '"a\\"\\\\@example.net"'],
    ['an address literal', 'a@[192.0.2.1]', '"a@[192.0.2.1]"'],
    ['a host with an underscore', 'my_host.example', 'my_host.example'],
    ['a U-label, without UTF-8', 'a@bücher.example', 'a@xn--bcher-kva.example'],
  ])('rfc8601 2.2: %s', (_name, value, written) => {
    expect(write(spf(value))).toBe(`mx.example.org;\r\n spf=pass smtp.mailfrom=${written}`);
  });

  test('rfc6532 3.2: UTF-8 where the message allows it', () => {
    const text = formatAuthenticationResults({ authservId: 'mx.bücher.example', results: [spf('jürgen@bücher.example')] }, { utf8: true });
    expect(text).toBe('mx.bücher.example;\r\n spf=pass smtp.mailfrom=jürgen@bücher.example');
    expect(formatAuthenticationResults({ authservId: 'mx.bücher.example', results: [] })).toBe('mx.xn--bcher-kva.example; none');
  });

  test.each([
    ['CVE-2020-12272: a parenthesis in a domain', 'example.net(.example.com'],
    ['a line end', 'a@b.example\r\nX-Evil: yes'],
    ['a NUL', 'a\0@b.example'],
    ['a space in a domain', 'a@b.example dkim=pass'],
    ['no domain', ''],
    ['a local part that is not ASCII', 'jürgen@example.net'],
    ['too long', `${'a'.repeat(900)}@b.example`],
  ])('injection: %s -> not writable, TypeError', (_name, value) => {
    expect(isWritable('spf', { ptype: 'smtp', property: 'mailfrom', value })).toBe(false);
    expect(() => write(spf(value))).toThrow(TypeError);
  });

  test('injection: remarks are escaped, never refused', () => {
    const result = methodResult('dkim', 'fail', { reason: 'key "x\\" \r\nX-Evil: yes\u202e', comment: 'a) (b \0 ü' });
    const text = write(result);
    expect(text).toBe('mx.example.org;\r\n dkim=fail (a\\) \\(b \\\\u{0} \\\\u{fc})\r\n reason="key \\"x\\\\\\" \\\\u{d}\\\\u{a}X-Evil: yes\\\\u{202e}"');
    const parsed = parseAuthenticationResults(text);
    expect(parsed.ok && parsed.value.results[0]?.reason).toBe('key "x\\" \\u{d}\\u{a}X-Evil: yes\\u{202e}');
  });

  test.each<[string, AuthenticationResults]>([
    ['an authserv-id that is empty', { authservId: '', results: [] }],
    ['an authserv-id with a line end', { authservId: 'a\r\nb', results: [] }],
    ['a method that is no keyword', { authservId: 'a', results: [{ ...spf('a.example'), method: 'sp f' }] }],
    ['a result that is no keyword', { authservId: 'a', results: [{ ...spf('a.example'), result: 'pass; dkim=pass' }] }],
    ['a property that is no keyword', { authservId: 'a', results: [{ ...spf('a.example'), properties: [{ ptype: 'smtp', property: 'a b', value: 'c' }] }] }],
    ['a version that is none', { authservId: 'a', results: [{ ...spf('a.example'), version: 0 }] }],
  ])('a mistake of the caller: %s -> TypeError', (_name, results) => {
    expect(() => formatAuthenticationResults(results)).toThrow(TypeError);
  });

  test('no line is longer than RFC 5322 2.1.1 allows, whatever the values', () => {
    const results = [methodResult('dkim', 'fail', { reason: '"'.repeat(2000), comment: '('.repeat(2000), properties: { 'header.b': '"'.repeat(450) } })];
    for (const line of formatAuthenticationResultsField({ authservId: 'x'.repeat(900), results }).split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
  });

  test.each(['\0', 'é', '中', '\u{1f600}', '\u{10ffff}', '(', '\\', '"', ' '])('rfc5322 2.1.1: remarks of %j alone, escaped or not, stay within a line', (character) => {
    const remark = character.repeat(2000);
    const results = [methodResult('dkim', 'fail', { reason: remark, comment: remark })];
    for (const utf8 of [false, true]) {
      for (const line of formatAuthenticationResultsField({ authservId: 'mx.example.org', results }, { utf8 }).split('\r\n')) expect(encodeUtf8(line).length).toBeLessThanOrEqual(998);
    }
  });
});

describe('registry', () => {
  test('rfc8601 2.7: methods by name, and nothing of Object.prototype', () => {
    expect(findMethod('spf')).toBe(METHODS.spf);
    expect(findMethod('constructor')).toBeUndefined();
  });

  test('methodResult: values that are undefined are left out', () => {
    expect(methodResult('dmarc', 'none', { properties: { 'header.from': 'a.example', 'policy.dmarc': undefined } })).toEqual({
      method: 'dmarc', version: 1, result: 'none', reason: undefined, properties: [{ ptype: 'header', property: 'from', value: 'a.example' }], others: [], comments: [],
    });
  });
});

describe('inverse', () => {
  const random = new SeededRandom(8601);
  const value = (): string => random.text('ab.@ ;()"\\=/', random.integer(0, 12));
  const result = (): MethodResult => ({
    method: random.pick(['spf', 'x-test', 'dkim']),
    version: random.integer(1, 3),
    result: random.pick(['pass', 'fail', 'x']),
    reason: random.chance(0.5) ? value() : undefined,
    properties: Array.from({ length: random.integer(0, 3) }, () => ({ ptype: random.pick(['smtp', 'x']), property: random.pick(['a', 'b-c']), value: value() })),
    others: [],
    comments: Array.from({ length: random.integer(0, 2) }, () => value().trim()),
  });

  test.each(Array.from({ length: 300 }, (_, index) => [index]))('parse(format(v)) is v: %i', () => {
    const results: AuthenticationResults = { authservId: random.pick(['mx.example.org', 'a b', 'x"y']), results: Array.from({ length: random.integer(0, 4) }, result) };
    expect(parseAuthenticationResults(formatAuthenticationResults(results))).toMatchObject({ ok: true, value: { ...results, defects: [] } });
  });
});

describe('trace', () => {
  test('a step shows what a stranger wrote, in one line', () => {
    expect(traceStep('9989 4.10', 'record "v=DMARC1\r\n\u2028é"')).toEqual({ rfc: '9989 4.10', text: 'record "v=DMARC1\\u{d}\\u{a}\\u{2028}é"', data: undefined });
  });

  test('escapeText: long text is cut, and says so', () => {
    expect(escapeText('a'.repeat(1000))).toBe(`${'a'.repeat(400)}...`);
    expect(escapeText('é', { utf8: true })).toBe('é');
    expect(escapeText('😀x', { characters: 1, utf8: true })).toBe('\\u{d83d}...');
  });
});
