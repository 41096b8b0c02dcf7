import { encodeLatin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { lintMessage } from '../../src/edit/lint-message.ts';
import type { LintOptions } from '../../src/edit/lint-message.ts';
import type { LintCode } from '../../src/edit/lint-finding.ts';

const FIELDS = ['Date: Mon, 1 Jan 2024 10:00:00 +0000', 'From: Jane <jane@example.com>', 'Message-ID: <1@example.com>'];

/** A message with these fields before the usual ones. */
function message(fields: readonly string[], body: string = 'Hello\r\n', usual: readonly string[] = FIELDS): string {
  return `${[...fields, ...usual].map((field) => `${field}\r\n`).join('')}\r\n${body}`;
}

function lint(text: string, options?: LintOptions): string[] {
  return lintMessage(encodeLatin1(text), options).map(({ code, offset }) => `${code} ${offset}`);
}

function codes(text: string, options?: LintOptions): LintCode[] {
  return lintMessage(encodeLatin1(text), options).map(({ code }) => code);
}

test('a message that is fine -> no finding', () => {
  expect(codes(message(['To: joe@example.com', 'Subject: =?utf-8?q?caf=C3=A9?= now', 'MIME-Version: 1.0', 'Content-Type: text/plain']))).toEqual([]);
});

test('a finding tells code, weight, place, words and section', () => {
  expect(lintMessage(encodeLatin1(message([], 'a\rb\r\n')))).toEqual([
    { code: 'LINT_BARE_CR', severity: 'error', offset: message([], '').length + 1, message: 'a CR stands without LF', rfc: '5321 2.3.8' },
  ]);
});

describe('lines', () => {
  const start = message([], '').length;
  test.each<[string, string, string[]]>([
    ['rfc5322 2.1.1: 998 octets', `${'a'.repeat(998)}\r\n`, []],
    ['rfc5322 2.1.1: 999 octets', `${'a'.repeat(999)}\r\n`, [`LINT_LINE_TOO_LONG ${start}`]],
    ['rfc5321 2.3.8: CR alone', 'a\r\r\nb\r\n', [`LINT_BARE_CR ${start + 1}`]],
    ['rfc5321 2.3.8: LF alone', 'a\nb\r\n', [`LINT_BARE_LF ${start + 1}`]],
    ['rfc5321 2.3.8: CR at the end', 'a\r\nb\r', [`LINT_BARE_CR ${start + 4}`, `LINT_NO_FINAL_LINE_END ${start + 5}`]],
    ['rfc5322 3.5: NUL', 'a\0b\r\n', [`LINT_NUL ${start + 1}`]],
    ['rfc5321 4.1.1.4: no line end at the end', 'a', [`LINT_NO_FINAL_LINE_END ${start + 1}`]],
    ['rfc4155: a line that begins with From', 'x\r\nFrom here on\r\n>From\r\nFromage\r\n', [`LINT_FROM_LINE ${start + 3}`]],
    ['rfc5321 4.5.2: a line that begins with a dot', '.a\r\n..\r\n', [`LINT_DOT_LINE ${start}`, `LINT_DOT_LINE ${start + 4}`]],
    ['rfc6376 3.4.3: white space at the end of a line', 'a \r\n\t\r\n', [`LINT_TRAILING_SPACE ${start + 1}`, `LINT_TRAILING_SPACE ${start + 4}`]],
  ])('%s', (_name, body, expected) => {
    expect(lint(message([], body))).toEqual(expected);
  });

  test('lineEnds any: a file with LF has no fault in that', () => {
    const file = message([], 'a \n\rb\n').replaceAll('\r\n', '\n');
    expect(codes(file, { lineEnds: 'any' })).toEqual(['LINT_TRAILING_SPACE', 'LINT_BARE_CR']);
    expect(codes(file)).toContain('LINT_BARE_LF');
  });

  test('findingsPerCode: the first of each code are kept', () => {
    const found = lint(message([], 'a\n'.repeat(1000)), { findingsPerCode: 2 });
    expect(found).toEqual([`LINT_BARE_LF ${start + 1}`, `LINT_BARE_LF ${start + 3}`]);
    expect(codes(message([], 'a\n'.repeat(1000)))).toHaveLength(20);
    expect(() => lintMessage(new Uint8Array(), { findingsPerCode: 0 })).toThrow(RangeError);
  });

  test('an empty input misses what a message needs and does not throw', () => {
    expect(codes('')).toEqual(['LINT_NO_HEADER_END', 'LINT_NO_DATE', 'LINT_NO_FROM', 'LINT_NO_MESSAGE_ID']);
  });
});

describe('the form of header sections', () => {
  test.each<[string, string[], string[]]>([
    ['rfc5322 2.1.1: 78 columns', [`X: ${'a'.repeat(75)}`], []],
    ['rfc5322 2.1.1: 79 columns', [`X: ${'a'.repeat(76)}`], ['LINT_HEADER_LINE_LONG 0']],
    ['rfc5322 2.1.1: a word that no line can hold', [`X: ${'a'.repeat(997)}`], ['LINT_LINE_TOO_LONG 0', 'LINT_HEADER_LINE_LONG 0', 'LINT_WORD_TOO_LONG 3']],
    ['rfc5322 2.2: no colon', ['no field'], ['LINT_NO_FIELD 0']],
    ['rfc5322 4.5: space before the colon', ['X : a'], ['LINT_SPACE_BEFORE_COLON 0']],
    ['rfc5322 3.2.2: a line of white space', ['X: a\r\n \r\n b'], ['LINT_BLANK_CONTINUATION 6']],
    ['rfc6376 3.4.1: a fold behind the colon', ['X:\r\n a'], ['LINT_EMPTY_FIRST_LINE 2']],
    ['rfc6376 3.4.1: white space before a fold and at the end', ['X: a \r\n b\t'], ['LINT_HEADER_TRAILING_SPACE 4', 'LINT_HEADER_TRAILING_SPACE 9']],
    ['an empty value is allowed', ['X:', 'Y: '], []],
    ['rfc6532 3.2: UTF-8 without SMTPUTF8', ['X: \xc3\xa9'], ['LINT_EIGHT_BIT_HEADER 3']],
    ['rfc6532 3.1: not UTF-8', ['X: \xe9'], ['LINT_HEADER_NOT_UTF8 2', 'LINT_EIGHT_BIT_HEADER 3']],
  ])('%s', (_name, fields, expected) => {
    expect(lint(message(fields)).sort()).toEqual(expected.sort());
  });

  test('smtpUtf8: UTF-8 is meant, other octets are not', () => {
    expect(codes(message(['X: \xc3\xa9']), { smtpUtf8: true })).toEqual([]);
    expect(codes(message(['X: \xe9']), { smtpUtf8: true })).toEqual(['LINT_HEADER_NOT_UTF8']);
  });

  test('rfc5322 2.1: the message ends inside its header section', () => {
    expect(codes(FIELDS.map((field) => `${field}\r\n`).join(''))).toEqual(['LINT_NO_HEADER_END']);
  });

  test('a limit of the reader is told', () => {
    expect(codes(message(['X: 1']), { headerFields: 3 })).toContain('LINT_LIMIT');
  });
});

describe('fields', () => {
  test.each<[string, string[], LintCode[]]>([
    ['rfc5322 3.6: nothing there', [], ['LINT_NO_DATE', 'LINT_NO_FROM', 'LINT_NO_MESSAGE_ID']],
    ['rfc5322 3.6: the first of a name is fine, the others are not', [...FIELDS, 'Subject: a', 'SUBJECT: b', 'Subject: a'], ['LINT_DUPLICATE_FIELD', 'LINT_DUPLICATE_FIELD']],
    ['rfc5322 3.6: trace and Comments may stand often', [...FIELDS, 'Comments: a', 'Comments: b', 'Received: x; y', 'Received: x; y'], []],
    ['rfc2369 3: List-Unsubscribe twice', [...FIELDS, 'List-Unsubscribe: <mailto:a@b.example>', 'List-Unsubscribe: <mailto:a@b.example>'], ['LINT_DUPLICATE_FIELD']],
    ['rfc5322 3.6.2: several authors', [FIELDS[0]!, FIELDS[2]!, 'From: a@example.com, b@example.com'], ['LINT_NO_SENDER']],
    ['rfc5322 3.6.2: several authors in a group', [FIELDS[0]!, FIELDS[2]!, 'From: both: a@example.com, b@example.com;'], ['LINT_NO_SENDER']],
    ['rfc5322 3.6.2: several authors and a sender', [FIELDS[0]!, FIELDS[2]!, 'From: a@example.com, b@example.com', 'Sender: a@example.com'], []],
    ['rfc5322 3.6.3: Bcc', [...FIELDS, 'Bcc: joe@example.com'], ['LINT_BCC']],
    ['rfc5322 3.6.3: an empty Bcc shows nothing', [...FIELDS, 'Bcc:'], []],
    ['rfc5322 3.4: not an address', [...FIELDS, 'To: joe'], ['LINT_BAD_ADDRESS']],
    ['rfc5322 3.4: no address', [...FIELDS, 'Cc:'], ['LINT_BAD_ADDRESS']],
    ['rfc5322 3.4: an empty group', [...FIELDS, 'To: undisclosed recipients:;'], []],
    ['rfc5322 3.3: not a date', ['Date: yesterday', FIELDS[1]!, FIELDS[2]!], ['LINT_BAD_DATE']],
    ['rfc5322 3.6.4: not an identifier', [FIELDS[0]!, FIELDS[1]!, 'Message-ID: 1@example.com'], ['LINT_BAD_MESSAGE_ID']],
    ['rfc5322 3.6.4: two identifiers', [FIELDS[0]!, FIELDS[1]!, 'Message-ID: <1@example.com> <2@example.com>'], ['LINT_BAD_MESSAGE_ID']],
    ['rfc2045 4: Content-Type without MIME-Version', [...FIELDS, 'Content-Type: text/plain'], ['LINT_NO_MIME_VERSION']],
    ['subject of 256 characters', [...FIELDS, `Subject: word${'\r\n word'.repeat(51)}`], ['LINT_LONG_SUBJECT']],
    ['rfc8058 3.1: one click without https', [...FIELDS, 'List-Unsubscribe: <http://a.example/>', 'List-Unsubscribe-Post: List-Unsubscribe=One-Click'], ['LINT_ONE_CLICK']],
    ['rfc8058 3.1: one click before it is signed', [...FIELDS, 'List-Unsubscribe: <https://a.example/>', 'List-Unsubscribe-Post: List-Unsubscribe=One-Click'], []],
  ])('%s', (_name, fields, expected) => {
    expect(codes(message(fields, 'Hello\r\n', [])).sort()).toEqual(expected);
  });
});

describe('encoded words', () => {
  const long = `=?utf-8?q?${'a'.repeat(75 - 12)}?=`;
  test.each<[string, string, LintCode[]]>([
    ['rfc2047 2: 75 characters', `Subject: a\r\n ${long}`, []],
    ['rfc2047 2: 76 characters', `Subject: a\r\n ${long.replace('aa', 'aaa')}`, ['LINT_ENCODED_WORD_TOO_LONG']],
    ['rfc2047 5: text before', 'Subject: a=?utf-8?q?a?=', ['LINT_ENCODED_WORD_NOT_SEPARATE']],
    ['rfc2047 5: text behind', 'Subject: =?utf-8?q?a?=b', ['LINT_ENCODED_WORD_NOT_SEPARATE']],
    ['rfc2047 5: two that touch', 'Subject: =?utf-8?q?a?==?utf-8?q?b?=', ['LINT_ENCODED_WORD_NOT_SEPARATE', 'LINT_ENCODED_WORD_NOT_SEPARATE']],
    ['rfc2047 5: two with a fold between', 'Subject: =?utf-8?q?a?=\r\n =?utf-8?q?b?=', []],
    ['rfc2047 5: in a comment', 'To: joe@example.com (=?utf-8?q?a?=)', []],
    ['rfc2047 5: in a quoted string', 'To: "=?utf-8?q?a?=" <joe@example.com>', ['LINT_ENCODED_WORD_QUOTED']],
    ['rfc2047 5: behind a quoted string', 'To: "a\\"" =?utf-8?q?a?= <joe@example.com>', []],
    ['rfc2047 5: quotes mean nothing in a subject', 'Subject: "=?utf-8?q?a?="', []],
    ['rfc2047 2: a space inside', 'Subject: =?utf-8?q?a b?=', ['LINT_BAD_ENCODED_WORD']],
    ['rfc2047 4: an encoding that is none', 'Subject: =?utf-8?x?ab?=', ['LINT_BAD_ENCODED_WORD']],
    ['rfc2047 2: without its end', 'Subject: =?utf-8?q?ab', ['LINT_BAD_ENCODED_WORD']],
    ['a query string is none', 'Subject: https://example.com/?a=?b=c?', []],
    ['a trace field holds none', 'DKIM-Signature: b=?x?=?utf-8?x?ab?=', []],
  ])('%s', (_name, field, expected) => {
    expect(codes(message([field])).sort()).toEqual(expected);
  });
});
