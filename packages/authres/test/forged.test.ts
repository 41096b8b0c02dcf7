import { describe, expect, test } from 'vitest';
import { findForged, removeForged } from '@mailwright/authres';
import { parseHeaders } from '@mailwright/mime';
import { encodeUtf8, utf8 } from '@mailwright/wire';

const OURS = ['mx.example.com', 'bücher.example'];

const reasonOf = (value: string, name = 'Authentication-Results'): string | undefined => findForged(parseHeaders(encodeUtf8(`${name}: ${value}\r\n\r\n`)), OURS)[0]?.reason;

describe('whose field it is', () => {
  test.each([
    ['ours', 'mx.example.com; spf=pass smtp.mailfrom=a.example'],
    ['rfc8601 2.5: letter case', 'MX.Example.COM; none'],
    ['quoted', '"mx.example.com"; none'],
    ['quoted with a quoted pair', '"mx.exampl\\e.com"; none'],
    ['a version', 'mx.example.com 1; none'],
    ['a version that is not supported', 'mx.example.com 2; spf=pass'],
    ['a version glued to it', 'mx.example.com1; spf=pass'],
    ['a dot behind it', 'mx.example.com.; spf=pass'],
    ['a comment in front', '(evil.example) mx.example.com; spf=pass'],
    ['folded', '\r\n mx.example.com;\r\n spf=pass'],
    ['folded within the name, for readers that drop white space', 'mx.example.\r\n com; spf=pass'],
    ['an encoded word', '=?utf-8?q?mx.example.com?=; spf=pass'],
    ['an encoded word in base64', '=?utf-8?B?bXguZXhhbXBsZS5jb20=?=; spf=pass'],
    ['a comment that is not closed', 'mx.example.com (; spf=pass'],
    ['a quote that is not closed', '"mx.example.com; spf=pass'],
    ['no semicolon', 'mx.example.com spf=pass'],
    ['no white space', 'mx.example.com;spf=pass'],
    ['in a comment, for readers that know none', '(mx.example.com) evil.example; spf=pass'],
    ['behind another word', 'evil.example mx.example.com; spf=pass'],
    ['a comma for a semicolon', 'mx.example.com, spf=pass'],
    ['a slash for a space', 'mx.example.com/1; spf=pass'],
    ['rfc5890 2.3.2.1: the A-label of ours', 'xn--bcher-kva.example; none'],
    ['rfc5890 2.3.2.1: the U-label of ours in capitals', 'BÜCHER.example; none'],
    ['full-width letters', 'ｍｘ.example.com; none'],
    ['characters that nobody sees, as IDNA drops them', 'mx\u00ad.exam\u200bple.com\ufe0f; none'],
    ['the same in another place of the head', '(mx.\u2060example.com) evil.example; none'],
  ])('%s', (_name, value) => {
    expect(reasonOf(value)).toBe('ours');
  });

  test.each([
    ['the field has no authserv-id', 'spf=pass smtp.mailfrom=a.example'],
    ['the field is empty', ''],
    ['a control character', 'evil\0.example; spf=pass'],
    ['a head that is longer than any', `${'('.repeat(3000)}${')'.repeat(3000)} evil.example; spf=pass`],
  ])('nobody can tell: %s', (_name, value) => {
    expect(reasonOf(value)).toBe('unreadable');
  });

  test.each([
    ['another', 'evil.example; spf=pass'],
    ['ours is a part of the name', 'mx.example.com.evil.example; spf=pass'],
    ['ours is the end of the name', 'evil-mx.example.com; spf=pass'],
    ['ours among the results', 'evil.example; spf=pass smtp.helo=mx.example.com'],
  ])('not ours: %s', (_name, value) => {
    expect(reasonOf(value)).toBeUndefined();
  });

  test('other fields are left alone', () => {
    for (const name of ['ARC-Authentication-Results', 'X-Authentication-Results', 'Authentication-Results-Original']) expect(reasonOf('mx.example.com; none', name)).toBeUndefined();
  });

  test('the name of the field: letter case, a space before the colon', () => {
    for (const name of ['AUTHENTICATION-RESULTS', 'authentication-results ', 'Authentication-Results\t']) expect(reasonOf('mx.example.com; none', name)).toBe('ours');
  });

  test('a field behind a bare CR, which some readers take for a line end', () => {
    expect(reasonOf('hello\rAuthentication-Results: mx.example.com; dkim=pass', 'Subject')).toBe('ours');
    expect(reasonOf('hello\rAuthentication-Results: other.example; dkim=pass', 'Subject')).toBeUndefined();
    expect(reasonOf('hello\r\n Authentication-Results: mx.example.com; dkim=pass', 'Subject')).toBeUndefined();
  });

  test('mistakes of the caller -> TypeError', () => {
    const section = parseHeaders(encodeUtf8('A: b\r\n\r\n'));
    expect(() => findForged(section, [])).toThrow(TypeError);
    expect(() => findForged(section, [''])).toThrow(TypeError);
  });
});

describe('removal', () => {
  const message = [
    'Authentication-Results: mx.example.com; spf=pass', 'Subject:  kept \tas it is', 'AUTHENTICATION-RESULTS: MX.example.com;', '\tdkim=pass', 'Authentication-Results: other.example; spf=fail',
    'Authentication-Results:mx.example.com 1; none', '', 'Authentication-Results: mx.example.com; in the body', '',
  ].join('\r\n');

  test('OpenDKIM#185: several fields -> all of them, and nothing else', () => {
    const { octets, removed, limit } = removeForged(encodeUtf8(message), OURS);
    expect(utf8(octets)).toBe('Subject:  kept \tas it is\r\nAuthentication-Results: other.example; spf=fail\r\n\r\nAuthentication-Results: mx.example.com; in the body\r\n');
    expect(removed.map(({ field }) => field.start)).toEqual([0, 76, 178]);
    expect(limit).toBeUndefined();
  });

  test('any: whoever they are from', () => {
    const { octets, removed } = removeForged(encodeUtf8(message), 'any');
    expect(utf8(octets)).toBe('Subject:  kept \tas it is\r\n\r\nAuthentication-Results: mx.example.com; in the body\r\n');
    expect(removed.map(({ reason }) => reason)).toEqual(['any', 'any', 'any', 'any']);
  });

  test('nothing to remove -> the input itself', () => {
    const octets = encodeUtf8('Subject: a\r\n\r\n');
    expect(removeForged(octets, OURS).octets).toBe(octets);
  });

  test('a header section without end, and one with bare LF', () => {
    expect(utf8(removeForged(encodeUtf8('A: b\r\nAuthentication-Results: mx.example.com; none'), OURS).octets)).toBe('A: b\r\n');
    expect(utf8(removeForged(encodeUtf8('Authentication-Results: mx.example.com; none\nA: b\n\nbody\n'), OURS).octets)).toBe('A: b\n\nbody\n');
  });

  test('LIMIT_HEADER_FIELDS: the caller is told that not all was seen', () => {
    expect(removeForged(encodeUtf8(`${'A: b\r\n'.repeat(5)}\r\n`), OURS, { headerFields: 3 }).limit?.code).toBe('LIMIT_HEADER_FIELDS');
  });
});
