import { describe, expect, test } from 'vitest';
import { parseDmarcRecord } from '@mailwright/dmarc';
import type { DmarcRecord } from '@mailwright/dmarc';

function read(text: string): DmarcRecord {
  const parsed = parseDmarcRecord(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

const warnings = (text: string): string[] => read(text).warnings.map(({ code, tag }) => `${code} ${tag}`);

describe('record', () => {
  test('rfc9989 4.7: defaults', () => {
    expect(read('v=DMARC1; p=none')).toEqual({
      p: 'none', sp: undefined, np: undefined, adkim: 'relaxed', aspf: 'relaxed', fo: ['0'], psd: 'u', t: false, rua: [], ruf: [], text: 'v=DMARC1; p=none', warnings: [],
    });
  });

  test('rfc9989 4.7: all tags', () => {
    const text = 'v=DMARC1; p=reject; sp=quarantine; np=none; adkim=s; aspf=s; fo=1:d:s; psd=n; t=y; rua=mailto:a@example.com,https://example.com/r; ruf=mailto:b%2Bc@example.com';
    expect(read(text)).toEqual({
      p: 'reject', sp: 'quarantine', np: 'none', adkim: 'strict', aspf: 'strict', fo: ['1', 'd', 's'], psd: 'n', t: true,
      rua: [{ uri: 'mailto:a@example.com', address: 'a@example.com' }, { uri: 'https://example.com/r', address: undefined }],
      ruf: [{ uri: 'mailto:b%2Bc@example.com', address: 'b+c@example.com' }],
      text, warnings: [],
    });
  });

  test.each([
    ['rfc9989 4.8: white space around = and ;', 'v = DMARC1 ;\tp = reject ; ', 'reject'],
    ['rfc9989 4.8: letter case of names and values', 'V=DMARC1; P=Reject', 'reject'],
    ['rfc9989 4.8: no white space', 'v=DMARC1;p=reject', 'reject'],
    ['rfc9989 4.7: p stands anywhere', 'v=DMARC1; adkim=s; p=reject', 'reject'],
    ['several semicolons', 'v=DMARC1;; p=reject;;', 'reject'],
  ])('%s', (_name, text, p) => {
    expect(read(text).p).toBe(p);
  });

  test.each([
    ['rfc9989 4.7: v in lower case', 'v=dmarc1; p=reject', 'not-dmarc'],
    ['rfc9989 4.7: v with something behind it', 'v=DMARC1x; p=reject', 'not-dmarc'],
    ['rfc9989 4.7: another version', 'v=DMARC12; p=reject', 'not-dmarc'],
    ['rfc9989 4.7: no semicolon', 'v=DMARC1 p=reject', 'not-dmarc'],
    ['rfc9989 4.7: v is not the first', 'p=reject; v=DMARC1', 'not-dmarc'],
    ['space before v', ' v=DMARC1; p=reject', 'not-dmarc'],
    ['SPF', 'v=spf1 -all', 'not-dmarc'],
    ['rfc9989 4.10.1: no p among what is no tag, and no rua', 'v=DMARC1; p:reject', 'no-policy'],
    ['rfc9989 4.10.1: no p, a bad sp and no rua', 'v=DMARC1; sp=bob', 'no-policy'],
    ['rfc9989 4.10.1: an empty p and no rua', 'v=DMARC1; p=', 'no-policy'],
    ['rfc9989 4.10.1: a bad p and no rua', 'v=DMARC1; p=n', 'no-policy'],
    ['rfc9989 4.10.1: a bad sp and no rua', 'v=DMARC1; p=reject; sp=bob', 'no-policy'],
    ['rfc9989 4.10.1: an empty np and no rua', 'v=DMARC1; p=reject; np=', 'no-policy'],
    ['rfc9989 4.10.1: a bad p and a bad rua', 'v=DMARC1; p=x; rua=mailto:nobody', 'no-policy'],
    ['LIMIT_PARAMETERS: too many tags', `v=DMARC1; p=none${'; x=y'.repeat(100)}`, 'LIMIT_PARAMETERS'],
    ['LIMIT_PARAMETERS: too long', `v=DMARC1; p=none; x=${'y'.repeat(70_000)}`, 'LIMIT_PARAMETERS'],
  ])('%s -> %s', (_name, text, error) => {
    expect(parseDmarcRecord(text)).toMatchObject({ ok: false, error });
  });

  test.each([
    ['no p among what is no tag', 'v=DMARC1; p reject; rua=mailto:a@example.com; sp=reject'],
    ['a bad p', 'v=DMARC1; p=bob; rua=mailto:a@example.com; sp=reject'],
    ['a bad sp', 'v=DMARC1; p=reject; sp=bob; rua=mailto:a@example.com'],
    ['a bad np', 'v=DMARC1; p=reject; np=; rua=mailto:a@example.com'],
  ])('rfc9989 4.10.1: %s, and a rua -> as if p=none', (_name, text) => {
    expect(read(text)).toMatchObject({ p: 'none', sp: undefined, np: undefined });
    expect(warnings(text)).toContain('no-policy p');
  });

  test.each([
    ['nothing else', 'v=DMARC1', undefined, undefined],
    ['nothing but a semicolon', 'v=DMARC1;', undefined, undefined],
    ['tags that are ignored', 'v=DMARC1; pct=50; foo=bar', undefined, undefined],
    ['a rua', 'v=DMARC1; rua=mailto:a@example.com', undefined, undefined],
    ['policies for subdomains: these count', 'v=DMARC1; sp=reject; np=quarantine', 'reject', 'quarantine'],
    ['policies for subdomains and a rua: these count', 'v=DMARC1; sp=reject; rua=mailto:a@example.com', 'reject', undefined],
  ])('rfc9989 4.7: no p, %s -> p=none', (_name, text, sp, np) => {
    expect(read(text)).toMatchObject({ p: 'none', sp, np });
    expect(warnings(text)).toContain('no-policy p');
  });

  test.each([
    ['rfc7489 6.3: pct, rf and ri', 'v=DMARC1; p=none; pct=500; rf=x; ri=bob', ['obsolete-tag pct', 'obsolete-tag rf', 'obsolete-tag ri']],
    ['rfc9989 4.8: unknown tags', 'v=DMARC1; p=none; foo=bar', ['unknown-tag foo']],
    ['names of Object.prototype', 'v=DMARC1; p=none; constructor=a; valueOf=b', ['unknown-tag constructor', 'unknown-tag valueof']],
    ['a tag twice', 'v=DMARC1; p=none; p=reject', ['duplicate-tag p']],
    ['no tag at all', 'v=DMARC1; p=none; __proto__=x; =value; tagonly', ['bad-tag ', 'bad-tag ', 'bad-tag ']],
    ['bad values of other tags', 'v=DMARC1; p=none; adkim=bob; t=maybe; psd=x; fo=0:1', ['bad-value adkim', 'bad-value fo', 'bad-value psd', 'bad-value t']],
    ['fo with an option twice', 'v=DMARC1; p=none; fo=d:d', ['bad-value fo']],
    ['rfc9989 4.8: a size', 'v=DMARC1; p=none; rua=mailto:a@example.com!10m', ['obsolete-size rua']],
    ['a URI that is none', 'v=DMARC1; p=none; ruf=mailto://abuse.example,nobody@example.com,mailto:%ff@a.example', ['bad-uri ruf', 'bad-uri ruf', 'bad-uri ruf']],
    ['p not second', 'v=DMARC1; t=n; p=none', ['not-second p']],
    ['a character that is not printable', 'v=DMARC1; p=none; fo=\x001', ['bad-tag ']],
  ])('warnings: %s', (_name, text, expected) => {
    expect(warnings(text).sort()).toEqual(expected);
    expect(read(text).p).toBe('none');
  });
});
