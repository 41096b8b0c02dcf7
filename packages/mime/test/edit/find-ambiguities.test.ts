import { encodeLatin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { findAmbiguities } from '../../src/edit/find-ambiguities.ts';

/** Each place as `CODE offset: result | result`. */
function find(text: string): string[] {
  return findAmbiguities(encodeLatin1(text)).map(({ code, offset, readings }) => `${code} ${offset}: ${readings.map(({ result }) => result).join(' | ')}`);
}

const FROM = 'From: Jane <jane@example.com>\r\nMIME-Version: 1.0\r\n';

test('a message that all read alike -> nothing', () => {
  expect(find(`${FROM}To: "Joe, X" <joe@example.com>\r\nSubject: =?utf-8?q?a?=\r\nContent-Type: multipart/mixed;\r\n boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=C3=A9\r\n-- \r\n--b\r\nContent-Disposition: attachment; filename="a b.txt"\r\nContent-Type: application/pdf; name="a b.txt"\r\nContent-Transfer-Encoding: base64\r\n\r\nYWJjZA==\r\n--b--\r\n`)).toEqual([]);
});

test('a place tells code, offset and readings, ours first', () => {
  expect(findAmbiguities(encodeLatin1(`Subject: a\r\n${FROM}subject: b\r\n\r\n`))).toEqual([{
    code: 'AMBIGUOUS_FIELD',
    offset: 12 + FROM.length,
    readings: [
      { rule: 'the first field of the name counts', result: 'a' },
      { rule: 'the last field of the name counts', result: 'b' },
    ],
  }]);
});

describe('lines', () => {
  const start = FROM.length + 2;
  test.each<[string, string, string[]]>([
    ['rfc5321 2.3.8: LF alone', 'a\nb\r\n', [`AMBIGUOUS_LINE_END ${start + 1}: a line "b" | the line goes on with "b"`]],
    ['rfc5321 2.3.8: CR alone', 'a\rb\r\n', [`AMBIGUOUS_LINE_END ${start + 1}: the line goes on with "b" | a line "b"`]],
    ['rfc5321 4.1.1.4: the end of the data hidden', 'a\n.\r\nb\r\n', [`AMBIGUOUS_LINE_END ${start + 1}: a line "." | the line goes on with "."`]],
    ['rfc5322 3.5: NUL', 'a\0b\r\n', [`AMBIGUOUS_NUL ${start + 1}: "a\\u0000b" | "ab" | "a"`]],
  ])('%s', (_name, body, expected) => {
    expect(find(`${FROM}\r\n${body}`)).toEqual(expected);
  });

  test('a file with LF throughout is no riddle', () => {
    expect(find(`${FROM}\r\na\r\n`.replaceAll('\r\n', '\n'))).toEqual([]);
  });

  test('a CR in a field may begin another field', () => {
    expect(find(`${FROM}Subject: a\rBcc: x@example.com\r\n\r\n`)[0]).toContain('a line "Bcc: x@example.com"');
  });

  test('many places of one code: the first 20', () => {
    expect(find(`${FROM}\r\n${'a\rb\0\r\n'.repeat(1000)}`)).toHaveLength(40);
  });
});

describe('header sections', () => {
  test.each<[string, string, string[]]>([
    ['rfc5322 3.6: two authors in two fields', `From: a@example.com\r\nfrom: b@example.com\r\n\r\n`, ['AMBIGUOUS_FIELD 21: a@example.com | b@example.com | a@example.com, b@example.com']],
    ['rfc5322 3.6: the same value twice is read alike', 'Subject: a\r\nSubject: a\r\n\r\n', []],
    ['rfc5322 3.6: trace fields may stand often', 'Received: a\r\nReceived: b\r\n\r\n', []],
    ['rfc5322 4.5: a space before the colon', 'Subject : a\r\n\r\n', ['AMBIGUOUS_FIELD_NAME 0: a field Subject | no field']],
    ['rfc5322 2.2: a line that is no field', 'A: b\r\nno field\r\nC: d\r\n\r\n', ['AMBIGUOUS_HEADER_END 6: the header section goes on | the body begins here']],
    ['rfc5322 3.2.2: a line of white space', 'A: b\r\n \r\nC: d\r\n\r\n', ['AMBIGUOUS_HEADER_END 6: the header section goes on | the body begins behind it']],
    ['rfc2045 4: no MIME-Version', 'Content-Type: text/html\r\n\r\n', ['AMBIGUOUS_MIME_VERSION 0: text/html | text/plain, not decoded']],
  ])('%s', (_name, text, expected) => {
    expect(find(text)).toEqual(expected);
  });

  test.each<[string, string, string[]]>([
    ['rfc2047 5: an encoded word that becomes an address', 'From: =?utf-8?q?ceo=40example=2Ecom=2C?= <evil@example.net>', ['evil@example.net', 'ceo@example.com, evil@example.net', 'ceo@example.com']],
    ['rfc2047 5: an encoded word as the local part', 'To: =?utf-8?q?joe=40example.com=2Cx?=@example.net', ['=?utf-8?q?joe=40example.com=2Cx?=@example.net', 'joe@example.com, x@example.net']],
    ['rfc5322 3.4: an address as the name', 'From: "ceo@example.com" <evil@example.net>', ['evil@example.net', 'ceo@example.com']],
    ['rfc5322 3.4: the name is its own address', 'From: "evil@example.net" <evil@example.net>', []],
    ['rfc5322 3.4: brackets in the name', 'From: "<ceo@example.com>" <evil@example.net>', ['evil@example.net', 'ceo@example.com']],
    ['rfc5322 3.4: a quoted local part', 'From: "ceo@example.com x"@example.net', ['ceo@example.com x@example.net', 'ceo@example.com']],
    ['rfc5322 3.4: a comment', 'From: evil@example.net (<ceo@example.com>)', ['evil@example.net', 'ceo@example.com']],
  ])('%s', (_name, field, expected) => {
    const found = findAmbiguities(encodeLatin1(`${field}\r\n\r\n`));
    expect(found.flatMap(({ code, readings }) => (code === 'AMBIGUOUS_ADDRESS' ? readings.map(({ result }) => result) : ['?']))).toEqual(expected);
  });
});

describe('parts', () => {
  const at = FROM.length;
  test.each<[string, string, string[]]>([
    ['rfc2045 5.1: no media type', 'Content-Type: html\r\n\r\n<p>', [`AMBIGUOUS_MEDIA_TYPE ${at}: text/plain | html`]],
    ['rfc2045 5.1: a comment in it', 'Content-Type: text/(x)html\r\n\r\n<p>', [`AMBIGUOUS_MEDIA_TYPE ${at}: text/html | text/(x)html`]],
    ['rfc2046 5.1.1: a multipart without boundary', 'Content-Type: multipart/mixed\r\n\r\nx', [`AMBIGUOUS_MEDIA_TYPE ${at}: text/plain | multipart/mixed`]],
    ['rfc2045 5.1: a boundary twice', 'Content-Type: multipart/mixed; boundary=a; boundary=b\r\n\r\n--a\r\n\r\nx\r\n--a--\r\n', [`AMBIGUOUS_PARAMETER ${at}: a | b`]],
    ['rfc2231 3: a boundary in sections', 'Content-Type: multipart/mixed; boundary*0=a; boundary*1=b\r\n\r\n--ab\r\n\r\nx\r\n--ab--\r\n', [`AMBIGUOUS_PARAMETER ${at}: ab | none`]],
    ['rfc2231 4: a boundary in both forms', "Content-Type: multipart/mixed; boundary=a; boundary*=utf-8''b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n", [`AMBIGUOUS_PARAMETER ${at}: b | a`]],
    ['rfc2045 5.1: an escape in a boundary', 'Content-Type: multipart/mixed; boundary="a\\"b"\r\n\r\n--a"b\r\n\r\nx\r\n--a"b--\r\n', [`AMBIGUOUS_PARAMETER ${at}: a"b | a\\`]],
    ['rfc2045 5.1: a charset twice', 'Content-Type: text/plain; charset=utf-8; charset=utf-7\r\n\r\nx', [`AMBIGUOUS_PARAMETER ${at}: utf-8 | utf-7`]],
    ['rfc2183 2.3: two names', 'Content-Type: text/plain; name=a.exe\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nx', [`AMBIGUOUS_FILE_NAME ${at + 38}: a.txt | a.exe`]],
    ['rfc2231 4: the name in both forms', "Content-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt; filename*=utf-8''a.exe\r\n\r\nx", [`AMBIGUOUS_FILE_NAME ${at + 26}: a.exe | a.txt`]],
    ['rfc2183 2.3: the name twice', 'Content-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt; filename=a.exe\r\n\r\nx', [`AMBIGUOUS_FILE_NAME ${at + 26}: a.txt | a.exe`]],
    ['rfc2045 6.1: two encodings in one', 'Content-Transfer-Encoding: base64, 7bit\r\n\r\nYQ==\r\n', [`AMBIGUOUS_TRANSFER_ENCODING ${at}: the octets as they stand | base64`]],
    ['rfc2045 6.1: an encoding that nobody knows is read alike', 'Content-Transfer-Encoding: x-zip\r\n\r\nx\r\n', []],
    ['rfc2045 6.1: an encoding with a comment', 'Content-Transfer-Encoding: base64 (x)\r\n\r\nYQ==\r\n', [`AMBIGUOUS_TRANSFER_ENCODING ${at}: base64 | the octets as they stand`]],
    ['rfc2045 6.4: an encoded multipart', 'Content-Transfer-Encoding: base64\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\nx\r\n--a--\r\n', [`AMBIGUOUS_TRANSFER_ENCODING ${at}: its parts as they stand | the parts in what is decoded`]],
    ['rfc2046 5.2.1: an encoded message', 'Content-Transfer-Encoding: base64\r\nContent-Type: message/rfc822\r\n\r\nYQ==\r\n', [`AMBIGUOUS_TRANSFER_ENCODING ${at}: a file | its parts`]],
    ['rfc2045 6.8: base64 behind the padding', 'Content-Transfer-Encoding: base64\r\n\r\nYQ==\r\nYWJj\r\n', [`AMBIGUOUS_BODY ${at + 37}: 4 octets | 1 octets`]],
    ['rfc2045 6.8: other characters', 'Content-Transfer-Encoding: base64\r\n\r\nYW$Jj\r\n', [`AMBIGUOUS_BODY ${at + 37}: 3 octets | 1 octets`]],
    ['rfc2045 6.7: an equals sign alone', 'Content-Transfer-Encoding: quoted-printable\r\n\r\na=b\r\n', [`AMBIGUOUS_BODY ${at + 48}: an equals sign | nothing`]],
    ['rfc2046 4.1.2: no charset', '\r\na\xe9\r\n', [`AMBIGUOUS_CHARSET ${at + 2}: windows-1252 | any charset | us-ascii`]],
    ['rfc2046 4.1.2: a charset that is none', 'Content-Type: text/plain; charset=klingon\r\n\r\na\xc3\xa9\r\n', [`AMBIGUOUS_CHARSET ${at + 45}: utf-8 | any charset | us-ascii`]],
    ['a uuencoded file', '\r\ntext\r\nbegin 644 a.exe\r\n#86)C\r\n`\r\nend\r\n', [`AMBIGUOUS_ATTACHMENT ${at + 2}: text | a file "a.exe"`]],
  ])('%s', (_name, text, expected) => {
    expect(find(`${FROM}${text}`)).toEqual(expected);
  });
});

describe('delimiters', () => {
  const head = `${FROM}Content-Type: multipart/mixed; boundary=b\r\n\r\n`;
  const codes = (text: string): string[] => find(`${head}${text}`).map((place) => place.split(':', 1)[0]!);
  test.each<[string, string, string[]]>([
    ['rfc2046 5.1.1: padding', '--b \t\r\n\r\nx\r\n--b-- \r\n', []],
    ['rfc2046 5.1.1: text behind the boundary', '--b\r\n\r\nx\r\n--bc\r\n--b--\r\n', [`AMBIGUOUS_DELIMITER ${head.length + 10}`]],
    ['rfc2046 5.1.1: text behind the closing line', '--b\r\n\r\nx\r\n--b--c\r\n--b--\r\n', [`AMBIGUOUS_DELIMITER ${head.length + 10}`]],
    ['rfc2046 5.1.1: parts behind the closing line', '--b\r\n\r\nx\r\n--b--\r\n--b\r\n\r\ny\r\n--b--\r\n', [`AMBIGUOUS_DELIMITER ${head.length + 17}`, `AMBIGUOUS_DELIMITER ${head.length + 27}`]],
    ['rfc2046 5.1.1: a CR alone before it', '--b\r\n\r\nx\r--b\r\n\r\n--b--\r\n', [`AMBIGUOUS_LINE_END ${head.length + 8}`, `AMBIGUOUS_DELIMITER ${head.length + 9}`]],
    ['rfc2046 5.1.1: inside a line', '--b\r\n\r\nx --b\r\n--b--\r\n', []],
    ['rfc2046 5.1.1: no delimiter at all', 'x\r\n', [`AMBIGUOUS_STRUCTURE 0`]],
  ])('%s', (_name, text, expected) => {
    expect(codes(text)).toEqual(expected);
  });

  test.each([['the same', 'b'], ['one that begins with it', 'bc']])('rfc2046 5.1.2: a multipart inside with %s', (_name, inner) => {
    expect(codes(`--b\r\nContent-Type: multipart/mixed; boundary=${inner}\r\n\r\n--${inner}\r\n\r\nx\r\n--${inner}--\r\n--b--\r\n`).map((code) => code.split(' ')[0])).toContain('AMBIGUOUS_STRUCTURE');
  });

  test('a limit of the reader is one too', () => {
    expect(findAmbiguities(encodeLatin1(`${head}--b\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--\r\n`), { parts: 2 }).map(({ code }) => code)).toContain('AMBIGUOUS_STRUCTURE');
  });
});
