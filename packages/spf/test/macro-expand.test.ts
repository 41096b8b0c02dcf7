import { expandMacros } from '@mailwright/spf';
import { describe, expect, test } from 'vitest';
import { parseDomainSpec } from '../src/macro-parse.ts';
import { expandName } from '../src/macro-expand.ts';
import { readTargetName } from '../src/target-name.ts';
import { parseIp } from '../src/ip.ts';

const OPTIONS = { ip: '192.0.2.3', sender: 'strong-bad@email.example.com' };
const OPTIONS6 = { ...OPTIONS, ip: '2001:db8::cb01' };

describe('the examples of rfc7208 7.4', () => {
  test.each([
    ['%{s}', 'strong-bad@email.example.com'], ['%{o}', 'email.example.com'], ['%{d}', 'email.example.com'], ['%{d4}', 'email.example.com'], ['%{d3}', 'email.example.com'],
    ['%{d2}', 'example.com'], ['%{d1}', 'com'], ['%{dr}', 'com.example.email'], ['%{d2r}', 'example.email'], ['%{l}', 'strong-bad'], ['%{l-}', 'strong.bad'],
    ['%{lr}', 'strong-bad'], ['%{lr-}', 'bad.strong'], ['%{l1r-}', 'strong'],
    ['%{ir}.%{v}._spf.%{d2}', '3.2.0.192.in-addr._spf.example.com'],
    ['%{lr-}.lp._spf.%{d2}', 'bad.strong.lp._spf.example.com'],
    ['%{lr-}.lp.%{ir}.%{v}._spf.%{d2}', 'bad.strong.lp.3.2.0.192.in-addr._spf.example.com'],
    ['%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}', '3.2.0.192.in-addr.strong.lp._spf.example.com'],
    ['%{d2}.trusted-domains.example.net', 'example.com.trusted-domains.example.net'],
  ])('%s', (text, expected) => {
    expect(expandMacros(text, OPTIONS)).toMatchObject({ ok: true, value: expected });
  });

  test('%{ir}.%{v}._spf.%{d2} for IPv6', () => {
    expect(expandMacros('%{ir}.%{v}._spf.%{d2}', OPTIONS6)).toMatchObject({ value: '1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.ip6._spf.example.com' });
  });
});

test.each([
  ['rfc7208 7.1: %% %_ %-', '%%%_%-', '% %20'],
  ['rfc7208 7.3: a capital letter escapes for URLs, unreserved characters stay', '%{L}', 'a%26b%3Dc~d-e_f.g%20h%2Fi'],
  ['rfc7208 7.3: non-ASCII is escaped octet by octet of UTF-8', '%{O}', 'b%C3%BCcher.test'],
  ['rfc7208 7.3: delimiters are split at all of them', '%{l+-_/=}', 'a&b.c~d.e.f.g h.i'],
  ['rfc7208 7.2: without sender a postmaster', '%{p}', 'unknown'],
  ['rfc7208 7.3: more parts than there are', '%{d127}', 'a.test'],
  ['rfc7208 7.3: a huge number of parts', '%{d99999999999999999999999999}', 'a.test'],
])('%s', (_name, text, expected) => {
  expect(expandMacros(text, { ip: '192.0.2.1', sender: 'a&b=c~d-e_f.g h/i@b\u00fccher.test', domain: 'a.test' })).toMatchObject({ value: expected });
});

test('rfc7208 7.2: c, r and t only in explanations', () => {
  expect(expandMacros('%{c} %{r} %{t}', { ...OPTIONS6, place: 'explain-string', receiver: 'mx.test', now: 1_700_000_000_999 })).toMatchObject({ value: '2001:db8::cb01 mx.test 1700000000' });
  expect(expandMacros('%{r}.test', OPTIONS)).toEqual({ ok: false, error: 'bad-macro', at: 0 });
});

test('callers: an address that is none is refused', () => {
  expect(() => expandMacros('%{i}', { ip: 'x', sender: 'a@b.test' })).toThrow(TypeError);
});

describe('target names', () => {
  const values = { ip: parseIp('192.0.2.1')!, localPart: 'l', senderDomain: 'o.test', helo: 'h'.repeat(70), receiver: '', now: 0 };
  const target = (text: string, domain: string): string | undefined => {
    const parsed = parseDomainSpec(text);
    if (!parsed.ok) throw new Error(parsed.error);
    return readTargetName(expandName(parsed.value, values, domain, 'unknown'));
  };

  test('rfc7208 7.3: expansions over 253 characters lose labels from the left', () => {
    const domain = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.test`;
    const expanded = target('first.%{d}.%{d}.%{d}.last.example', domain)!;
    expect(expanded.length).toBeLessThanOrEqual(253);
    expect(expanded).toBe(`${'c'.repeat(60)}.test.${domain}.last.example`.slice(-expanded.length));
    expect(`first.${domain}.${domain}.${domain}.last.example`.endsWith(`.${expanded}`)).toBe(true);
  });

  test('rfc7208 7.3: exactly 253 characters stay as they are, with a dot at the end too', () => {
    const name = `${'a'.repeat(61)}.${'b'.repeat(61)}.${'c'.repeat(61)}.${'d'.repeat(58)}.e.fg`; // 249 characters
    expect(target('1.%{d}', name)).toBe(`1.${name}`);
    expect(target('1.2.%{d}', name)).toBe(`1.2.${name}`);
    expect(target('%{d}.example.', `1.${name.slice(0, -6)}`)).toBe(`1.${name.slice(0, -6)}.example`);
    expect(target('12.3.%{d}', name)).toBe(`3.${name}`);
    expect(target('x.1.2.%{d}', name)).toBe(`1.2.${name}`);
    expect(target('123456%{d}', name)).toBe(name.slice(62));
  });

  test.each([['a label over 63 octets', 'a.%{h}.test'], ['an empty label', 'a.%{l1-}..test'], ['a label that the cut does not reach', '%{h}.test']])('rfc7208 4.8: %s is no name', (_name, text) => {
    expect(target(text, 'd.test')).toBeUndefined();
  });

  test('macro flood: 16,000 macros cost what the last 253 characters cost', () => {
    const parsed = parseDomainSpec(`${'%{s}'.repeat(16_000)}.test`);
    expect(parsed.ok && expandName(parsed.value, values, 'd.test', '').length).toBeLessThan(300);
  });
});
