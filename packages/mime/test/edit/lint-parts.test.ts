import { encodeLatin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { lintMessage } from '../../src/edit/lint-message.ts';
import type { LintOptions } from '../../src/edit/lint-message.ts';
import type { LintCode } from '../../src/edit/lint-finding.ts';

const FIELDS = 'Date: Mon, 1 Jan 2024 10:00:00 +0000\r\nFrom: jane@example.com\r\nMessage-ID: <1@example.com>\r\nMIME-Version: 1.0\r\n';
const TYPE_AT = FIELDS.length;

function lint(fields: string, body: string, options?: LintOptions): string[] {
  return lintMessage(encodeLatin1(`${FIELDS}${fields}\r\n${body}`), options).map(({ code, offset }) => `${code} ${offset}`);
}

function codes(fields: string, body: string, options?: LintOptions): string[] {
  return lint(fields, body, options).map((found) => found.split(' ')[0]!);
}

const PLAIN = 'Content-Type: text/plain; charset=utf-8\r\n';
const BASE64 = 'Content-Transfer-Encoding: base64\r\n';
const QUOTED = 'Content-Transfer-Encoding: quoted-printable\r\n';

describe('what parts say of themselves', () => {
  test.each<[string, string, string, LintCode[]]>([
    ['rfc2045 5.1: no media type', 'Content-Type: text\r\n', 'x\r\n', ['LINT_BAD_CONTENT_TYPE']],
    ['rfc2045 5.1: a parameter without value', 'Content-Type: text/plain; charset\r\n', 'x\r\n', ['LINT_BAD_PARAMETER']],
    ['rfc2045 5.1: a parameter twice', 'Content-Type: text/plain; charset=utf-8; charset=us-ascii\r\n', 'x\r\n', ['LINT_BAD_PARAMETER']],
    ['rfc2183 2: a file name without quotes', `${PLAIN}Content-Disposition: attachment; filename=a b.txt\r\n`, 'x\r\n', ['LINT_BAD_PARAMETER']],
    ['rfc2183 2: no disposition', `${PLAIN}Content-Disposition: filename=a\r\n`, 'x\r\n', ['LINT_BAD_DISPOSITION']],
    ['rfc2045 6.1: not an encoding', `${PLAIN}Content-Transfer-Encoding: utf-8\r\n`, 'x\r\n', ['LINT_UNKNOWN_TRANSFER_ENCODING']],
    ['rfc2045 6.1: a spelling that some read', `${PLAIN}Content-Transfer-Encoding: 7-bit\r\n`, 'x\r\n', ['LINT_UNKNOWN_TRANSFER_ENCODING']],
    ['rfc3030 3: binary', `${PLAIN}Content-Transfer-Encoding: binary\r\n`, 'x\r\n', ['LINT_BINARY']],
    ['rfc2045 6.4: a multipart in base64', `Content-Type: multipart/mixed; boundary=b\r\n${BASE64}`, '--b\r\n\r\nx\r\n--b--\r\n', ['LINT_ENCODED_MULTIPART']],
    ['rfc2046 5.2.1: a message in base64', `Content-Type: message/rfc822\r\n${BASE64}`, 'eA==\r\n', ['LINT_ENCODED_MULTIPART']],
    ['rfc2046 4.1.2: a charset that is none', 'Content-Type: text/plain; charset=klingon\r\n', 'x\r\n', ['LINT_UNKNOWN_CHARSET']],
    ['rfc2047 5: an encoded word as file name', `${PLAIN}Content-Disposition: attachment; filename="=?utf-8?q?a?="\r\n`, 'x\r\n', ['LINT_ENCODED_WORD_PARAMETER']],
  ])('%s', (_name, fields, body, expected) => {
    expect(codes(fields, body).sort()).toEqual(expected);
  });
});

describe('multiparts', () => {
  const multipart = (boundary: string): string => `Content-Type: multipart/mixed;\r\n boundary="${boundary}"\r\n`;
  test.each<[string, string, string, string[]]>([
    ['rfc2046 5.1.1: as it should be', multipart('b'), '--b\r\n\r\nx\r\n--b--\r\n', []],
    ['rfc2046 5.1.1: closed at the last octet', multipart('b'), '--b\r\n\r\nx\r\n--b--', [`LINT_NO_FINAL_LINE_END ${TYPE_AT + multipart('b').length + 17}`]],
    ['rfc2046 5.1.1: no boundary', 'Content-Type: multipart/mixed\r\n', 'x\r\n', [`LINT_NO_BOUNDARY ${TYPE_AT}`]],
    ['rfc2046 5.1.1: a boundary of 70', multipart('b'.repeat(70)), `--${'b'.repeat(70)}\r\n\r\nx\r\n--${'b'.repeat(70)}--\r\n`, [`LINT_HEADER_LINE_LONG ${TYPE_AT + 32}`]],
    ['rfc2046 5.1.1: a boundary of 71', multipart('b'.repeat(71)), `--${'b'.repeat(71)}\r\n\r\nx\r\n--${'b'.repeat(71)}--\r\n`, [`LINT_BAD_BOUNDARY ${TYPE_AT}`, `LINT_HEADER_LINE_LONG ${TYPE_AT + 32}`]],
    ['rfc2046 5.1.1: a boundary with a bracket', multipart('<b>'), '--<b>\r\n\r\nx\r\n--<b>--\r\n', [`LINT_BAD_BOUNDARY ${TYPE_AT}`]],
    ['rfc2046 5.1.1: no part', multipart('b'), 'x\r\n', [`LINT_NO_PARTS ${TYPE_AT}`]],
    ['rfc2046 5.1.1: not closed', multipart('b'), '--b\r\n\r\nx\r\n', [`LINT_NOT_CLOSED ${TYPE_AT + multipart('b').length + 12}`]],
  ])('%s', (_name, fields, body, expected) => {
    expect(lint(`${fields}`, body).sort()).toEqual(expected);
  });

  test('rfc2046 5.1.1: a boundary that ends in a space', () => {
    expect(codes(multipart('b '), '--b \r\n\r\nx\r\n--b --\r\n')).toContain('LINT_BAD_BOUNDARY');
  });

  test.each([['the same', 'b'], ['one that begins with it', 'bb']])('rfc2046 5.1.2: a multipart inside with %s', (_name, inner) => {
    const body = `--b\r\n${multipart(inner)}\r\n--${inner}\r\n\r\nx\r\n--${inner}--\r\n--b--\r\n`;
    expect(codes(multipart('b'), body)).toContain('LINT_BOUNDARY_REUSED');
  });

  test.each<[string, string, string, string, string[]]>([
    ['a part that is 8bit', '', 'Content-Transfer-Encoding: 8bit\r\n', '\xc3\xa9', ['LINT_NARROW_ENCODING']],
    ['a part that says 8bit and is not', '', 'Content-Transfer-Encoding: 8bit\r\n', 'e', ['LINT_NARROW_ENCODING']],
    ['both are 8bit', 'Content-Transfer-Encoding: 8bit\r\n', 'Content-Transfer-Encoding: 8bit\r\n', '\xc3\xa9', []],
    ['a part that is binary in 8bit', 'Content-Transfer-Encoding: 8bit\r\n', 'Content-Transfer-Encoding: binary\r\n', 'e', ['LINT_NARROW_ENCODING', 'LINT_BINARY']],
    ['an encoded part', '', QUOTED, 'e', []],
  ])('rfc2045 6.4: %s', (_name, outer, inner, body, expected) => {
    expect(codes(`${outer}${multipart('b')}`, `--b\r\n${PLAIN}${inner}\r\n${body}\r\n--b--\r\n`)).toEqual(expected);
  });

  test('rfc2045 6.4: an 8bit part two levels down -> each level is told', () => {
    const message = `--b\r\nContent-Type: message/rfc822\r\n\r\n${PLAIN}Content-Transfer-Encoding: 8bit\r\n\r\n\xc3\xa9\r\n--b--\r\n`;
    expect(codes(multipart('b'), message)).toEqual(['LINT_NARROW_ENCODING', 'LINT_NARROW_ENCODING']);
  });

  test('a limit is told, and nothing is missed behind it', () => {
    expect(codes(multipart('b'), '--b\r\n\r\nx\r\n--b\r\n\r\ny\r\n', { parts: 2 })).toEqual(['LINT_LIMIT']);
  });

  test('the header sections of parts are looked at, but need no Date', () => {
    expect(codes(multipart('b'), '--b\r\nX : \xe9\r\n\r\nx\r\n--b--\r\n')).toEqual(['LINT_SPACE_BEFORE_COLON', 'LINT_HEADER_NOT_UTF8', 'LINT_EIGHT_BIT_HEADER']);
  });

  test('rfc6532 3.7: a message/global may have UTF-8', () => {
    expect(codes('Content-Type: message/global\r\n', 'Subject: \xc3\xa9\r\n\r\nx\r\n')).toEqual([]);
    expect(codes('Content-Type: message/rfc822\r\n', 'Subject: \xc3\xa9\r\n\r\nx\r\n')).toEqual(['LINT_EIGHT_BIT_HEADER']);
  });
});

describe('bodies', () => {
  const start = (fields: string): number => TYPE_AT + fields.length + 2;
  test.each<[string, string, string, [LintCode, number][]]>([
    ['rfc2045 2.7: 8-bit octets in 7bit', PLAIN, 'a\xc3\xa9\r\n', [['LINT_UNDECLARED_EIGHT_BIT', 1]]],
    ['rfc2045 2.7: 8-bit octets in quoted-printable', `${PLAIN}${QUOTED}`, 'a\xc3\xa9\r\n', [['LINT_UNDECLARED_EIGHT_BIT', 1]]],
    ['rfc2045 2.8: declared', `${PLAIN}Content-Transfer-Encoding: 8bit\r\n`, 'a\xc3\xa9\r\n', []],
    ['rfc2046 4.1.2: declared, no charset', 'Content-Type: text/plain\r\nContent-Transfer-Encoding: 8bit\r\n', 'a\xc3\xa9\r\n', [['LINT_NO_CHARSET', 0]]],
    ['rfc2046 4.1.2: us-ascii is no charset for it', `Content-Type: text/plain; charset=US-ASCII\r\n${QUOTED}`, '=C3=A9\r\n', [['LINT_NO_CHARSET', 0]]],
    ['rfc2046 4.1.2: us-ascii that is', `Content-Type: text/plain; charset=US-ASCII\r\n${QUOTED}`, '=41\r\n', []],
    ['an attachment needs no charset', `Content-Type: application/pdf\r\n${BASE64}`, 'w6k=\r\n', []],
    ['rfc2045 6.8: 76 characters', `${PLAIN}${BASE64}`, `${'YWJj'.repeat(19)}\r\n`, []],
    ['rfc2045 6.8: 80 characters', `${PLAIN}${BASE64}`, `YWJj\r\n${'YWJj'.repeat(20)}\r\n`, [['LINT_ENCODED_LINE_TOO_LONG', 6]]],
    ['rfc2045 6.7: 77 characters', `${PLAIN}${QUOTED}`, `${'a'.repeat(77)}\r\n`, [['LINT_ENCODED_LINE_TOO_LONG', 0]]],
    ['rfc2045 6.8: not base64', `${PLAIN}${BASE64}`, 'YW$Jj\r\n', [['LINT_BAD_BASE64', 2]]],
    ['rfc2045 6.7: an equals sign alone', `${PLAIN}${QUOTED}`, 'a=b\r\n', [['LINT_BAD_QUOTED_PRINTABLE', 1]]],
  ])('%s', (_name, fields, body, expected) => {
    expect(lint(fields, body)).toEqual(expected.map(([code, at]) => `${code} ${start(fields) + at}`));
  });
});
