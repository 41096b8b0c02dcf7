import { describe, expect, test } from 'vitest';
import { parseArcAuthenticationResults, parseAuthenticationResults } from '@mailwright/authres';
import type { ParsedAuthenticationResults } from '@mailwright/authres';
import { SeededRandom } from '../../testing/src/seeded-random.ts';

function read(text: string): ParsedAuthenticationResults {
  const parsed = parseAuthenticationResults(text);
  if (!parsed.ok) throw new Error(`${parsed.error} at ${parsed.at}`);
  return parsed.value;
}

/** `method=result ptype.property=value ...`, one text for each result. */
function terse(text: string): string[] {
  return read(text).results.map(({ method, result, properties }) => [`${method}=${result}`, ...properties.map((one) => `${one.ptype}.${one.property}=${one.value}`)].join(' '));
}

const codes = (text: string): string[] => read(text).defects.map(({ code }) => code);

describe('the examples of RFC 8601 appendix B', () => {
  test('rfc8601 B.2: none', () => {
    expect(read('example.org 1; none')).toEqual({ authservId: 'example.org', results: [], defects: [] });
  });

  test('rfc8601 B.3: one method', () => {
    expect(read('example.com;\r\n              spf=pass smtp.mailfrom=example.net')).toEqual({
      authservId: 'example.com',
      results: [{
        method: 'spf', version: 1, result: 'pass', reason: undefined, properties: [{ ptype: 'smtp', property: 'mailfrom', value: 'example.net' }], others: [], comments: [],
      }],
      defects: [],
    });
  });

  test('rfc8601 B.4: a comment behind the result', () => {
    const text = 'example.com;\r\n  auth=pass (cram-md5) smtp.auth=sender@example.net;\r\n  spf=pass smtp.mailfrom=example.net';
    expect(terse(text)).toEqual(['auth=pass smtp.auth=sender@example.net', 'spf=pass smtp.mailfrom=example.net']);
    expect(read(text).results[0]?.comments).toEqual(['cram-md5']);
  });

  test('rfc8601 B.6: a reason, quoted', () => {
    const text = 'example.com;\r\n dkim=pass reason="good signature"\r\n  header.i=@mail-router.example.net;\r\n dkim=fail reason="bad signature"\r\n  header.i=@newyork.example.com';
    expect(read(text).results.map(({ reason }) => reason)).toEqual(['good signature', 'bad signature']);
    expect(terse(text)).toEqual(['dkim=pass header.i=@mail-router.example.net', 'dkim=fail header.i=@newyork.example.com']);
  });

  test('rfc8601 B.7: comments everywhere', () => {
    const text = 'foo.example.net (foobar) 1 (baz);\r\n dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n policy (A dot can go here) . (like that) expired\r\n (this surprised me) = (as I wasn\'t expecting it) 1362471462';
    expect(read(text)).toEqual({
      authservId: 'foo.example.net',
      results: [{
        method: 'dkim', version: 1, result: 'fail', reason: undefined, properties: [{ ptype: 'policy', property: 'expired', value: '1362471462' }], others: [], comments: [],
      }],
      defects: [],
    });
  });
});

describe('words', () => {
  test.each([
    ['rfc8601 2.2: a quoted authserv-id', '"example.com"; none', 'example.com'],
    ['rfc8601 2.2: a comment before the authserv-id', '(a (b) c) example.com; none', 'example.com'],
    ['rfc8601 5: an authserv-id in UTF-8', 'mx.bücher.example; none', 'mx.bücher.example'],
    ['rfc5322 3.2.4: a quoted pair in an authserv-id', '"exam\\ple.com" 1; none', 'example.com'],
  ])('%s', (_name, text, authservId) => {
    expect(read(text).authservId).toBe(authservId);
  });

  test.each([
    ['rfc8601 2.2: methods that nobody registered are kept', 'a; x-fun=pass x-a.b=1', ['x-fun=pass x-a.b=1']],
    ['rfc8601 2.2: letter case of words', 'a; SPF=Pass SMTP.MailFrom=Example.NET', ['spf=pass smtp.mailfrom=Example.NET']],
    ['rfc8601 2.2: several properties', 'a; dkim=pass header.d=a.example header.s=s1 header.b=abc', ['dkim=pass header.d=a.example header.s=s1 header.b=abc']],
    ['rfc8601 2.2: a quoted value', 'a; dkim=fail header.b="a;b (c) \\"d\\""', ['dkim=fail header.b=a;b (c) "d"']],
    ['rfc8601 2.2: a quoted local part', 'a; spf=pass smtp.mailfrom="a;b"@example.net', ['spf=pass smtp.mailfrom=a;b@example.net']],
    ['rfc8601 2.2: an empty quoted value', 'a; spf=none smtp.mailfrom=""', ['spf=none smtp.mailfrom=']],
    ['rfc8601 2.2: a semicolon in a comment', 'a; spf=pass (x; dkim=pass) smtp.mailfrom=b.example', ['spf=pass smtp.mailfrom=b.example']],
    ['rfc8601 2.2: no white space at all', 'a;spf=pass(c)smtp.helo=b;dkim=none', ['spf=pass smtp.helo=b', 'dkim=none']],
    ['rfc6532 3.2: UTF-8 in a value', 'a; spf=pass smtp.mailfrom=jürgen@bücher.example', ['spf=pass smtp.mailfrom=jürgen@bücher.example']],
  ])('%s', (_name, text, results) => {
    expect(terse(text)).toEqual(results);
    expect(codes(text)).toEqual([]);
  });

  test('rfc8601 2.2: the version of a method', () => {
    expect(read('a; spf/2=pass').results[0]).toMatchObject({ method: 'spf', version: 2 });
  });
});

describe('what is broken', () => {
  test.each([
    ['nothing', '', 'expected-authserv-id'],
    ['nobody says who says it', 'spf=pass (x) smtp.mailfrom=a.example; dkim=none', 'expected-authserv-id'],
    ['an authserv-id that is a result', 'spf = pass; none', 'expected-authserv-id'],
    ['rfc8601 2.5: another version', 'example.com 2; none', 'unsupported-version'],
    ['a version that is none', 'example.com one; none', 'unsupported-version'],
    ['two words and a version', 'example.com 1 1; none', 'expected-semicolon'],
    ['a comment that is not closed', 'a; spf=pass (smtp.mailfrom=a.example; dkim=pass', 'unclosed-comment'],
    ['a quote that is not closed', 'a; spf=pass reason="x; dkim=pass', 'unclosed-quote'],
    ['a backslash at the end', 'a; spf=pass reason="x\\', 'unclosed-quote'],
    ['a NUL', 'a; spf=pass\0', 'control-character'],
    ['a bare CR', 'a;\r spf=pass', 'control-character'],
    ['a line end without folding', 'a;\r\nspf=pass', 'control-character'],
  ])('%s -> refused', (_name, text, error) => {
    const parsed = parseAuthenticationResults(text);
    expect(parsed.ok ? 'read' : parsed.error).toBe(error);
  });

  test.each([
    ['no results', 'a', [], ['no-results']],
    ['a semicolon and no results', 'a;', [], ['no-results']],
    ['an empty element', 'a;; spf=pass', ['spf=pass'], ['empty-element']],
    ['none beside results', 'a; none; spf=pass', ['spf=pass'], ['none-and-results']],
    ['an element without =', 'a; spf; dkim=pass', ['dkim=pass'], ['bad-result']],
    ['a result with something glued to it', 'a; spf=pass"x"; dkim=pass', ['dkim=pass'], ['bad-result']],
    ['a method that is no keyword', 'a; s.pf=pass; dkim=none', ['dkim=none'], ['bad-result']],
    ['a property without value', 'a; spf=pass smtp.mailfrom; dkim=pass', ['spf=pass', 'dkim=pass'], ['bad-property']],
    ['a property of three words', 'a; dmarc=pass header.from.toString.z=1 header.d=b', ['dmarc=pass header.d=b'], ['bad-property']],
    ['a word behind a value', 'a; dkim=pass header.d="b"c header.s=d', ['dkim=pass header.s=d'], ['bad-property']],
    ['a value that needs quotes', 'a; dkim=pass header.b=abc/d=', ['dkim=pass header.b=abc/d='], ['unquoted-value']],
  ])('%s', (_name, text, results, defects) => {
    expect(terse(text)).toEqual(results);
    expect(codes(text)).toEqual(defects);
  });

  test('words without a ptype are kept apart', () => {
    const { results, defects } = read('a; dmarc=fail (p=reject) action=oreject header.from=b.example');
    expect(results[0]).toMatchObject({ others: [{ name: 'action', value: 'oreject' }], properties: [{ ptype: 'header', property: 'from', value: 'b.example' }] });
    expect(defects).toEqual([{ code: 'unknown-word', at: 25 }]);
  });

  test('CVE-2020-12272: a parenthesis in a domain -> no domain at all', () => {
    expect(parseAuthenticationResults('a; dmarc=pass header.from=example.net(.example.com').ok).toBe(false);
    expect(terse('a; dmarc=pass header.from=example.net(x).example.com')).toEqual(['dmarc=pass']);
    expect(terse('a; spf=pass smtp.mailfrom="example.net(.example.com"')).toEqual(['spf=pass smtp.mailfrom=example.net(.example.com']);
  });

  test('prototype pollution: names of Object.prototype are words like any other', () => {
    expect(terse('a; constructor=pass; __proto__=pass tostring.valueof=1')).toEqual(['constructor=pass', '__proto__=pass tostring.valueof=1']);
  });
});

describe('limits', () => {
  test('LIMIT_HEADER_OCTETS: a long text is not read', () => {
    expect(parseAuthenticationResults(`a; ${' '.repeat(70_000)}`)).toEqual({ ok: false, error: 'LIMIT_HEADER_OCTETS', at: 65_536 });
    expect(parseAuthenticationResults('abcd; none', { headerOctets: 5 })).toMatchObject({ error: 'LIMIT_HEADER_OCTETS' });
  });

  test('LIMIT_PARAMETERS: many results are refused', () => {
    expect(parseAuthenticationResults(`a${'; b=c'.repeat(1001)}`)).toMatchObject({ ok: false, error: 'LIMIT_PARAMETERS' });
    expect(parseAuthenticationResults(`a${'; b=c'.repeat(1000)}`).ok).toBe(true);
    expect(parseAuthenticationResults('a; b=c d.e=f', { parameters: 1 })).toMatchObject({ error: 'LIMIT_PARAMETERS' });
  });

  test('deep comments and many defects cost no more than their length', () => {
    expect(parseAuthenticationResults(`a${'('.repeat(30_000)}${')'.repeat(30_000)}; none`).ok).toBe(true);
    expect(read(`a${';'.repeat(60_000)}`).defects).toHaveLength(100);
  });

  test('whatever the text is: a result or an error, never an exception, and nothing from behind an error', () => {
    const random = new SeededRandom(2019);
    const pieces = ['a', ' ', ';', '=', '.', '"', '\\', '(', ')', '/', '1', 'none', 'spf', 'pass', 'reason', '@', '\r\n ', '\r', '\0', 'é', '\ud800'];
    for (let round = 0; round < 3000; round++) {
      const text = Array.from({ length: random.integer(0, 30) }, () => random.pick(pieces)).join('');
      const parsed = parseAuthenticationResults(text);
      expect(parsed.ok ? parsed.end : parsed.at).toBeLessThanOrEqual(text.length);
      if (parsed.ok) expect(parsed.value.authservId).not.toBe('');
    }
  });

  test('limits that are none -> RangeError', () => {
    expect(() => parseAuthenticationResults('a; none', { parameters: 0 })).toThrow(RangeError);
  });
});

describe('ARC-Authentication-Results', () => {
  test('rfc8617 4.1.1: the instance comes first', () => {
    const parsed = parseArcAuthenticationResults(' i=2; mx.example.com; spf=pass smtp.mailfrom=a.example');
    expect(parsed).toMatchObject({ ok: true, value: { instance: 2, authservId: 'mx.example.com', results: [{ method: 'spf' }] } });
  });

  test.each([[' i = 2 ;'], ['(a) i (b) = (c (d)) 2 (e);'], ['\r\n i=2;'], ['i=02;']])('rfc8617 4.2.1: white space, comments and two digits: %j', (written) => {
    expect(parseArcAuthenticationResults(`${written} mx.example.com; spf=pass`)).toMatchObject({ ok: true, value: { instance: 2, authservId: 'mx.example.com', results: [{ method: 'spf' }] } });
  });

  test.each([
    ['no instance', 'mx.example.com; none'], ['zero', 'i=0; a; none'], ['51', 'i=51; a; none'], ['three digits', 'i=001; a; none'], ['a capital', 'I=1; a; none'], ['no semicolon', 'i=1 a; none'],
    ['an instance in a comment', '(i=1); a; none'], ['nothing behind the digits', 'i=1'], ['quoted', 'i="1"; a; none'],
  ])('%s -> refused', (_name, text) => {
    expect(parseArcAuthenticationResults(text)).toEqual({ ok: false, error: 'expected-instance', at: 0 });
  });

  test('an instance does not belong to Authentication-Results', () => {
    expect(parseAuthenticationResults('i=1; mx.example.com; none')).toMatchObject({ ok: false, error: 'expected-authserv-id' });
  });
});
