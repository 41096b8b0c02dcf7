import { isSpfRecord, parseSpfRecord } from '@mailwright/spf';
import { describe, expect, test } from 'vitest';

function terms(text: string): readonly object[] {
  const parsed = parseSpfRecord(text);
  if (!parsed.ok) throw new Error(`${parsed.error} at ${parsed.at}`);
  return parsed.value.directives;
}

describe('selecting records (rfc7208 4.5)', () => {
  test.each(['v=spf1', 'V=SPF1 -all', 'v=spf1 ', 'v=spf1  a'])('%j is one', (text) => expect(isSpfRecord(text)).toBe(true));
  test.each(['', 'v=spf', 'v=spf10', 'v=spf1\t-all', ' v=spf1', 'v=spf1-all', 'spf1 a', 'v=spf2.0/pra a'])('%j is none', (text) => expect(isSpfRecord(text)).toBe(false));
});

test('rfc7208 4.6.1: every mechanism, every qualifier, names in any case', () => {
  expect(terms('v=spf1 A -mx:b.test/24//64 ~Ip4:192.0.2.0/24 ?iP6:2001:db8::/32 include:c.test exists:%{i}.d.test pTr ptr:e.test -ALL')).toMatchObject([
    { qualifier: '+', mechanism: 'a', domain: undefined, prefixLength4: 32, prefixLength6: 128 },
    { qualifier: '-', mechanism: 'mx', domain: { literal: 'b.test' }, prefixLength4: 24, prefixLength6: 64 },
    { qualifier: '~', mechanism: 'ip4', network: 3221225984, prefixLength: 24 },
    { qualifier: '?', mechanism: 'ip6', prefixLength: 32 },
    { qualifier: '+', mechanism: 'include', domain: { text: 'c.test' } },
    { qualifier: '+', mechanism: 'exists', domain: { literal: undefined } },
    { qualifier: '+', mechanism: 'ptr', domain: undefined },
    { qualifier: '+', mechanism: 'ptr', domain: { text: 'e.test' } },
    { qualifier: '-', mechanism: 'all' },
  ]);
});

test('rfc7208 6: modifiers stand anywhere, unknown ones are kept in order', () => {
  const parsed = parseSpfRecord('v=spf1 exp=x.test a redirect=y.test moo.cow-far_out=man:dog/cat Default=+ empty=');
  expect(parsed.ok && parsed.value).toMatchObject({
    redirect: { text: 'redirect=y.test' },
    explanation: { text: 'exp=x.test' },
    unknownModifiers: [{ name: 'moo.cow-far_out', value: 'man:dog/cat' }, { name: 'Default', value: '+' }, { name: 'empty', value: '' }],
  });
});

test('prototype-polluting modifiers are names like others', () => {
  const parsed = parseSpfRecord('v=spf1 __proto__=x constructor=y toString=z -all');
  expect(parsed.ok).toBe(false); // a name begins with a letter
  const second = parseSpfRecord('v=spf1 constructor=y toString=z hasOwnProperty=q valueOf:x.test');
  expect(second).toMatchObject({ ok: false, error: 'unknown-mechanism' });
  const third = parseSpfRecord('v=spf1 constructor=y toString=z -all');
  expect(third.ok && third.value.unknownModifiers).toEqual([{ name: 'constructor', value: 'y' }, { name: 'toString', value: 'z' }]);
  expect(({} as Record<string, unknown>)['x']).toBeUndefined();
});

test.each([
  ['v=spf2.0 a', 'no-version', 0],
  ['v=spf1 moo', 'unknown-mechanism', 7],
  ['v=spf1 a moo:x', 'unknown-mechanism', 9],
  ['v=spf1 redirect:x.test', 'unknown-mechanism', 7],
  ['v=spf1 ++all', 'unknown-mechanism', 7],
  ['v=spf1 +', 'unknown-mechanism', 7],
  ['v=spf1 all.', 'unknown-mechanism', 7],
  ['v=spf1 -all:x.test', 'unexpected-argument', 7],
  ['v=spf1 -all/8', 'unexpected-argument', 7],
  ['v=spf1 ptr/24', 'unexpected-argument', 7],
  ['v=spf1 include', 'missing-domain', 7],
  ['v=spf1 include:', 'missing-domain', 7],
  ['v=spf1 exists/24', 'missing-domain', 7],
  ['v=spf1 a:', 'missing-domain', 7],
  ['v=spf1 redirect=', 'missing-domain', 7],
  ['v=spf1 a:localhost', 'bad-domain-spec', 7],
  ['v=spf1 a:localhost.', 'bad-domain-spec', 7],
  ['v=spf1 a:example.123', 'bad-domain-spec', 7],
  ['v=spf1 a:192.0.2.1', 'bad-domain-spec', 7],
  ['v=spf1 a:example.-com', 'bad-domain-spec', 7],
  ['v=spf1 a:example.com-', 'bad-domain-spec', 7],
  ['v=spf1 a:%{d}com', 'bad-domain-spec', 7],
  ['v=spf1 a:%{d}.', 'bad-domain-spec', 7],
  ['v=spf1 include:x.test/24', 'bad-domain-spec', 7],
  [`v=spf1 a:x.${'a'.repeat(64)}`, 'bad-domain-spec', 7],
  ['v=spf1 a:%{z}', 'bad-macro', 7],
  ['v=spf1 a:%{d0}', 'bad-macro', 7],
  ['v=spf1 a:%{dr1}', 'bad-macro', 7],
  ['v=spf1 a:%{d', 'bad-macro', 7],
  ['v=spf1 a:%{}', 'bad-macro', 7],
  ['v=spf1 a:%{d!}.test', 'bad-macro', 7],
  ['v=spf1 a:100%', 'bad-macro', 7],
  ['v=spf1 exp=%{c}.test', 'bad-macro', 7],
  ['v=spf1 a:x\u0000.test', 'bad-character', 7],
  ['v=spf1 a:\u00fc.test', 'bad-character', 7],
  ['v=spf1 a\u00a0-all', 'unknown-mechanism', 7],
  ['v=spf1 a:x.test\r\nmx', 'bad-character', 7],
  ['v=spf1 ip4:1.2.3', 'bad-network', 7],
  ['v=spf1 ip4', 'bad-network', 7],
  ['v=spf1 ip4:1.2.3.4:25', 'bad-network', 7],
  ['v=spf1 ip4:2001:db8::1', 'bad-network', 7],
  ['v=spf1 ip6:1.2.3.4', 'bad-network', 7],
  ['v=spf1 ip4:1.2.3.4/33', 'bad-prefix-length', 7],
  ['v=spf1 ip4:1.2.3.4/032', 'bad-prefix-length', 7],
  ['v=spf1 ip4:1.2.3.4/', 'bad-prefix-length', 7],
  ['v=spf1 ip4:1.2.3.4//32', 'bad-prefix-length', 7],
  ['v=spf1 ip6:::1/129', 'bad-prefix-length', 7],
  ['v=spf1 a/24/64', 'bad-prefix-length', 7],
  ['v=spf1 a//129', 'bad-prefix-length', 7],
  ['v=spf1 mx/', 'bad-prefix-length', 7],
  ['v=spf1 =x', 'bad-modifier-name', 7],
  ['v=spf1 1up=x', 'bad-modifier-name', 7],
  ['v=spf1 +name=x', 'bad-modifier-name', 7],
  ['v=spf1 redirect=a.test redirect=a.test', 'duplicate-modifier', 23],
  ['v=spf1 exp=a.test EXP=b.test', 'duplicate-modifier', 18],
])('rfc7208 4.6: %j is refused: %s', (text, error, at) => {
  expect(parseSpfRecord(text)).toEqual({ ok: false, error, at });
});

test.each(['a:x.%{d}', 'a:%{d}/24', 'a:%%.test', 'a:x.test%%', 'a:foo:bar/baz.test', 'a:x.1-1', 'a:x.xn--zckzah', 'exists:%{L2R.-+,/_=}.t', 'a:.test', 'redirect=_spf.%{d2}', 'foo=%{c}%{r}%{t}'])('rfc7208 12: %j is well-formed', (term) => {
  expect(parseSpfRecord(`v=spf1 ${term}`).ok).toBe(true);
});

test('a record of 64 KB of any kind is read in one go', () => {
  for (const piece of ['a ', '/', '%{d}', '%%', '/1', 'ip4:1.2.3.4 ', 'x=', '//1', '%{', 'a:%{d1000r}.x ', '.']) {
    expect(typeof parseSpfRecord(`v=spf1 a:${piece.repeat(65_000 / piece.length)}`).ok).toBe('boolean');
  }
});
