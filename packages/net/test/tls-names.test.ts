import { describe, expect, test } from 'vitest';
import { matchesAnyName, matchesName } from '@mailwright/net';
import type { SubjectAltName } from '@mailwright/net';
import { asciiName, parseAltNames } from '../src/tls-names.ts';

function dns(...values: string[]): SubjectAltName[] {
  return values.map((value) => ({ type: 'dns', value }));
}

describe('rfc9525 6: matchesName', () => {
  test.each<[string, SubjectAltName[], string, boolean]>([
    ['the same name', dns('mx.example.org'), 'mx.example.org', true],
    ['case', dns('MX.Example.ORG'), 'mx.eXample.org', true],
    ['a final dot in the reference', dns('mx.example.org'), 'mx.example.org.', true],
    ['a final dot in the certificate', dns('mx.example.org.'), 'mx.example.org', false],
    ['a longer name', dns('mx.example.org'), 'a.mx.example.org', false],
    ['a suffix without a dot', dns('example.org'), 'badexample.org', false],
    ['6.3: a wildcard label', dns('*.example.org'), 'mx.example.org', true],
    ['6.3: a wildcard for two labels', dns('*.example.org'), 'a.b.example.org', false],
    ['6.3: a wildcard for no label', dns('*.example.org'), 'example.org', false],
    ['6.3: a wildcard for an empty label', dns('*.example.org'), '.example.org', false],
    ['6.3: a wildcard that is not left-most', dns('mx.*.org'), 'mx.example.org', false],
    ['6.3: a wildcard in part of a label', dns('m*.example.org'), 'mx.example.org', false],
    ['6.3: a wildcard before other characters', dns('*x.example.org'), 'mx.example.org', false],
    ['6.3: two wildcards', dns('*.*.org'), 'mx.example.org', false],
    ['a wildcard below the root', dns('*.org'), 'example.org', false],
    ['a wildcard alone', dns('*'), 'org', false],
    ['6.3: a wildcard and an A-label', dns('*.example.org'), 'xn--bcher-kva.example.org', true],
    ['a wildcard as reference', dns('mx.example.org'), '*.example.org', false],
    ['a wildcard as reference and in the certificate', dns('*.example.org'), '*.example.org', false],
    ['a U-label reference, an A-label certificate', dns('xn--bcher-kva.example'), 'Bücher.example', true],
    ['an A-label reference in capitals', dns('xn--bcher-kva.example'), 'XN--BCHER-KVA.example', true],
    ['a U-label in the certificate', dns('bücher.example'), 'bücher.example', false],
    ['an IP address as a DNS name', dns('192.0.2.1'), '192.0.2.1', false],
    ['a DNS name as an IP address', [{ type: 'ip', value: 'mx.example.org' }], 'mx.example.org', false],
    ['an IPv4 address', [{ type: 'ip', value: '192.0.2.1' }], '192.0.2.1', true],
    ['another IPv4 address', [{ type: 'ip', value: '192.0.2.1' }], '192.0.2.11', false],
    ['an IPv6 address in two spellings', [{ type: 'ip', value: '2001:DB8:0:0:0:0:0:1' }], '2001:db8::1', true],
    ['an IPv6 address with a zone', [{ type: 'ip', value: 'fe80::1' }], 'fe80::1%eth0', false],
    ['an address of bad length', [{ type: 'ip', value: '<invalid length=3>' }], '192.0.2.1', false],
    ['a mail address', [{ type: 'email', value: 'mx.example.org' }], 'mx.example.org', false],
    ['no names', [], 'mx.example.org', false],
    ['an empty reference', dns(''), '', false],
    ['a reference with a space', dns('mx example.org'), 'mx example.org', false],
    ['a reference with NUL', dns('mx.example.org\0.evil.test'), 'mx.example.org', false],
    ['a reference with a port', dns('mx.example.org'), 'mx.example.org:25', false],
  ])('%s', (_name, altNames, reference, holds) => {
    expect(matchesName(altNames, reference)).toBe(holds);
    expect(matchesAnyName(altNames, ['no.match.test', reference])).toBe(holds);
  });

  test('no references -> false', () => {
    expect(matchesAnyName(dns('a.test'), [])).toBe(false);
  });
});

describe('parseAltNames', () => {
  test.each<[string, string | undefined, SubjectAltName[]]>([
    ['nothing', undefined, []],
    ['an empty text', '', []],
    ['names and addresses', 'DNS:a.test, DNS:*.b.test, IP Address:192.0.2.1', [...dns('a.test', '*.b.test'), { type: 'ip', value: '192.0.2.1' }]],
    ['other kinds', 'email:a@b.test, URI:https://c.test/, Registered ID:1.2.3', [
      { type: 'email', value: 'a@b.test' }, { type: 'uri', value: 'https://c.test/' }, { type: 'other', value: '1.2.3' },
    ]],
    ['CVE-2021-44532: a quoted value with a comma is one name', 'DNS:"a.test, DNS:victim.test", DNS:c.test', dns('a.test, DNS:victim.test', 'c.test')],
    ['escapes in a quoted value', 'URI:"http://a/\\"b, c\\u0000"', [{ type: 'uri', value: 'http://a/"b, c\0' }]],
    ['a quote that does not end', 'DNS:a.test, DNS:"b.test, DNS:victim.test', dns('a.test')],
    ['a bad escape', 'DNS:"\\x", DNS:victim.test', []],
    ['text behind a quoted value', 'DNS:"a"b, DNS:victim.test', []],
  ])('%s', (_name, text, expected) => {
    expect(parseAltNames(text)).toEqual(expected);
  });
});

describe('asciiName', () => {
  test.each<[string, string | undefined]>([
    ['Example.ORG', 'example.org'],
    ['example.org.', 'example.org'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['under_score.example', 'under_score.example'],
    ['192.0.2.1', undefined],
    ['0x7f.1', undefined],
    ['a..b', undefined],
    ['-a.test', undefined],
    ['', undefined],
    ['.', undefined],
    ['a b', undefined],
    ['a\r\nb', undefined],
    ['a\tb.test', undefined],
    ['%61.test', undefined],
    ['a.test/b', undefined],
    ['user@a.test', undefined],
    ['a\u00adb.test', 'ab.test'],
    [`${'a'.repeat(64)}.test`, undefined],
    [`${'a.'.repeat(130)}test`, undefined],
  ])('%s -> %s', (name, expected) => {
    expect(asciiName(name)).toBe(expected);
  });
});
