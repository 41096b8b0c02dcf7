/** Content-Type, Content-Disposition, names of files: reading. */
import { describe, expect, test } from 'vitest';
import { findParameter, parseContentType, parseContentTypeField, parseDisposition, readFileName, safeFileName } from '@mailwright/mime';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';

const parameters = (text: string) => parseContentType(text)?.parameters.map(({ name, value }) => [name, value]);
const codes = (text: string) => parseContentTypeField(text).defects.map(({ code, offset }) => [code, offset]);

describe('parseContentType', () => {
  test.each([
    ['rfc2045 5.1: a token and a comment', 'text/plain; charset=us-ascii (Plain text)', 'text/plain', [['charset', 'us-ascii']]],
    ['rfc2045 5.1: a quoted string', 'Text/HTML; Charset="UTF-8"', 'text/html', [['charset', 'UTF-8']]],
    ['rfc2045 5.1: comments and white space between all tokens', '(a(b\\)c)) text (d) / plain (e) ; (f) charset (g) = (h) utf-8 (i)', 'text/plain', [['charset', 'utf-8']]],
    ['a boundary with quoted pairs', 'multipart/mixed; boundary="a\\"b\\\\c"; x=1', 'multipart/mixed', [['boundary', 'a"b\\c'], ['x', '1']]],
    ['deviation: a boundary that lacks its quotes', 'multipart/mixed; boundary=--=_a/b:c', 'multipart/mixed', [['boundary', '--=_a/b:c']]],
    ['a boundary that looks like an encoded word', 'multipart/mixed; boundary="=?utf-8?q?a?="', 'multipart/mixed', [['boundary', '=?utf-8?q?a?=']]],
    ['no parameters', 'image/png', 'image/png', []],
    ['empty parameters', 'image/png;;x=1;', 'image/png', [['x', '1']]],
    ['an empty quoted string', 'image/png; name=""', 'image/png', [['name', '']]],
    ['names like properties', 'text/plain; __proto__=x; constructor=y', 'text/plain', [['__proto__', 'x'], ['constructor', 'y']]],
    ['a semicolon in quotes', 'text/plain; a="b;c=d"; e=f', 'text/plain', [['a', 'b;c=d'], ['e', 'f']]],
    ['a folded value', 'text/plain;\r\n\tname="a\tb"', 'text/plain', [['name', 'a\tb']]],
  ])('%s', (_, input, mediaType, expected) => {
    expect(parseContentType(input)?.mediaType).toBe(mediaType);
    expect(parameters(input)).toEqual(expected);
    expect(codes(input)).toEqual([]);
  });

  test.each(['', 'text', '/plain', 'text/', '; charset=utf-8', '=/=', '(text/plain'])('%j is none', (input) => {
    expect(parseContentTypeField(input)).toEqual({ contentType: undefined, defects: [], limit: undefined });
  });

  test.each([
    ['no semicolon behind the media type', 'text/html charset=utf-8; x=1', [['charset', 'utf-8'], ['x', '1']], [['MIME_BAD_PARAMETER_VALUE', 10]]],
    ['no semicolon, and no parameter either', 'text/html charset; x=1', [['x', '1']], [['MIME_BAD_PARAMETER', 10]]],
  ])('malformed: %s', (_, input, expected, defects) => {
    expect(parameters(input)).toEqual(expected);
    expect(codes(input)).toEqual(defects);
  });

  test('malformed: no semicolon behind the disposition', () => {
    const { disposition, parameters: read, defects } = parseDisposition('attachment filename=a.txt');
    expect([disposition, read[0]!.value, defects]).toEqual(['attachment', 'a.txt', [{ code: 'MIME_BAD_PARAMETER_VALUE', offset: 11, done: expect.any(String) }]]);
    expect(parseDisposition('filename=a.txt').defects.map(({ code }) => code)).toEqual(['MIME_BAD_DISPOSITION']);
  });

  test('LIMIT_PARAMETERS: 100, sections counted', () => {
    const read = parseContentTypeField(`text/plain${Array.from({ length: 150 }, (_, at) => `; a${at}=b`).join('')}`);
    expect(read.contentType?.parameters).toHaveLength(100);
    expect(read.limit).toEqual({ code: 'LIMIT_PARAMETERS', limit: 100, offset: 100 });
    expect(parseContentTypeField('text/plain; a*0=1; a*1=2; b=3', { parameters: 2 })).toMatchObject({ contentType: { parameters: [{ name: 'a', value: '12' }] }, limit: { limit: 2 } });
    expect(parseContentTypeField('text/plain; a=1; b=2', { parameters: 2 }).limit).toBeUndefined();
  });

  test('findParameter: any letter case', () => {
    expect(findParameter(parseContentType('text/plain; CharSet=x')!, 'CHARSET')).toBe('x');
    expect(findParameter(parseContentType('text/plain')!, 'charset')).toBeUndefined();
  });
});

describe('rfc2231', () => {
  test.each([
    ['rfc2231 3: sections', 'a/b; URL*0="ftp://"; URL*1="cs.utk.edu/pub/x.tar"', 'ftp://cs.utk.edu/pub/x.tar', undefined, undefined],
    ['rfc2231 4: charset and language', "a/b; title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A", 'This is ***fun***', 'us-ascii', 'en-us'],
    ['rfc2231 4.1: both, with a plain section', "a/b; title*0*=us-ascii'en'This%20is%20even%20more%20; title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it!\"", "This is even more ***fun*** isn't it!", 'us-ascii', 'en'],
    ['sections in any order', 'a/b; t*2=c; t*0=a; t*1=b', 'abc', undefined, undefined],
    ['ten sections and more are numbers', `a/b; ${Array.from({ length: 12 }, (_, at) => `t*${11 - at}=${String.fromCharCode(97 + 11 - at)}`).join('; ')}`, 'abcdefghijkl', undefined, undefined],
    ['a character cut by a section', "a/b; t*0*=utf-8''%E2%82; t*1*=%AC", '€', 'utf-8', undefined],
    ['another charset', "a/b; t*=koi8-r'ru'%F0%D2%C9", 'При', 'koi8-r', 'ru'],
    ['in quotes, as some write it', "a/b; t*=\"UTF-8''%C3%95\"", 'Õ', 'UTF-8', undefined],
    ['no charset named: UTF-8', "a/b; t*=''%C3%95", 'Õ', undefined, undefined],
    ['no charset named, and no UTF-8: windows-1252', "a/b; t*=''%D5%20%80", 'Õ €', undefined, undefined],
    ['a percent sign without digits', "a/b; t*=utf-8''100%25%2", '100%%2', 'utf-8', undefined],
    ['percent signs of a plain section', "a/b; t*0*=utf-8''a%20; t*1=b%20", 'a b%20', 'utf-8', undefined],
    ['an extended section behind a plain one', 'a/b; t*0="a b"; t*1*=%20%C3%95', 'a b Õ', undefined, undefined],
    ['raw UTF-8', "a/b; t*=utf-8''Õ%20", 'Õ ', 'utf-8', undefined],
    ['the extended of two twins, whichever comes first', "a/b; t=legacy; t*=utf-8''new", 'new', 'utf-8', undefined],
    ['sections before a plain twin', 'a/b; t*0=n; t*1=ew; t=legacy', 'new', undefined, undefined],
  ])('%s', (_, input, value, charset, language) => {
    const read = parseContentTypeField(input);
    expect(read.contentType?.parameters).toStrictEqual([{ name: input.startsWith('a/b; URL') ? 'url' : input.includes('title') ? 'title' : 't', value, charset, language }]);
    expect(read.defects).toEqual([]);
  });

  test.each([
    ['a gap', 'a/b; t*0=a; t*2=c', [['t', 'ac']], [['MIME_PARAMETER_GAP', 5]]],
    ['no section 0', 'a/b; t*1=b', [['t', 'b']], [['MIME_PARAMETER_GAP', 5]]],
    ['a section twice', 'a/b; t*0=a; t*0=x; t*1=b', [['t', 'ab']], [['MIME_DUPLICATE_PARAMETER', 12]]],
    ['a star without charset', 'a/b; t*=a%20b', [['t', 'a b']], [['MIME_BAD_PARAMETER_VALUE', 5]]],
    ['an unknown charset', "a/b; t*=x-none''a%20%C3%95", [['t', 'a Õ']], [['MIME_UNKNOWN_CHARSET', 5]]],
    ['only a star for a name', 'a/b; *=x; *0=y; c=d', [['*', 'x'], ['*0', 'y'], ['c', 'd']], []],
  ])('defect: %s', (_, input, expected, defects) => {
    expect(parameters(input)).toEqual(expected);
    expect(codes(input)).toEqual(defects);
  });

  test('legacy: an encoded word, in quotes or not, in pieces, and by sections', () => {
    expect(parameters('a/b; name="=?koi8-r?B?89DJ08/LLmRvYw==?="')).toEqual([['name', 'Список.doc']]);
    expect(parameters('a/b; name==?koi8-r?B?89DJ08/LLmRvYw==?=')).toEqual([['name', 'Список.doc']]);
    expect(parameters('a/b; name="=?utf-8?Q?=C3=A4?= =?utf-8?Q?=C3=B6?="')).toEqual([['name', 'äö']]);
    expect(parameters('a/b; name*0="=?utf-8?Q?=C3=A4"; name*1="x?="')).toEqual([['name', 'äx']]);
  });
});

describe('what senders get wrong', () => {
  test.each([
    ['a parameter without a value', 'text/plain; charset=; x=1', [['x', '1']], [['MIME_BAD_PARAMETER', 12]]],
    ['a parameter without equals sign', 'text/plain; flag; x=1', [['x', '1']], [['MIME_BAD_PARAMETER', 12]]],
    ['a value without a name', 'text/plain; =a; x=1', [['x', '1']], [['MIME_BAD_PARAMETER', 12]]],
    ['a parameter twice', 'text/plain; x=1; X=2', [['x', '1']], [['MIME_DUPLICATE_PARAMETER', 17]]],
    ['a quoted string without end', 'text/plain; a=b; charset="utf; c=d', [['a', 'b'], ['charset', 'utf'], ['c', 'd']], [['MIME_BAD_PARAMETER_VALUE', 25]]],
    ['spaces without quotes', 'a/b; name=my file (1).txt; c=d', [['name', 'my file (1).txt'], ['c', 'd']], [['MIME_BAD_PARAMETER_VALUE', 10]]],
    ['quotes in quotes', 'a/b; name="my "old" file"; c=d', [['name', 'my "old" file'], ['c', 'd']], [['MIME_BAD_PARAMETER_VALUE', 10]]],
    ['no semicolon behind a quoted string', 'a/b; name="x" c=d', [['name', 'x'], ['c', 'd']], [['MIME_BAD_PARAMETER_VALUE', 14]]],
    ['no semicolon behind a token', 'a/b; name=x c = d', [['name', 'x'], ['c', 'd']], [['MIME_BAD_PARAMETER_VALUE', 12]]],
    ['no quotes around other scripts', 'a/b; name=ciële.txt', [['name', 'ciële.txt']], []],
    ['a Windows path with single backslashes', 'a/b; name="C:\\dir\\x.txt"', [['name', 'C:\\dir\\x.txt']], []],
    ['an open comment', 'a/b; name=x (; c=d', [['name', 'x (']  , ['c', 'd']], [['MIME_BAD_PARAMETER_VALUE', 10]]],
  ])('%s', (_, input, expected, defects) => {
    expect(parameters(input)).toEqual(expected);
    expect(codes(input)).toEqual(defects);
  });

  test('100 defects are kept', () => {
    expect(codes(`a/b${';x'.repeat(300)}`)).toHaveLength(100);
  });

  test('whatever comes: no throw, and work in proportion to the length', () => {
    const random = new SeededRandom(2231);
    for (let round = 0; round < 3000; round++) {
      const text = `a/b;${random.text('ab;="\\()*01\' %é/=?', random.integer(0, 40))}`;
      expect(parseContentType(text)?.mediaType).toBe('a/b');
      expect(typeof parseDisposition(text).disposition).toBe('string');
    }
  });

  test.each(['(', '(;a=x', 'a="', 'a="\\";', ';', 'a=x(;', 'a=b ', "a*0*=''%", '"', '\\', 'a=(b);', '*=', 'a*1=x;'])('%j, a hundred thousand characters of it', (piece) => {
    const count = (length: number): number => countWork(() => void parseContentTypeField(`a/b;${piece.repeat(length / piece.length)}`));
    const work = count(100_000);
    expect(work).toBeLessThan(100_000 * 10);
    expect(work).toBeLessThan(2.2 * count(50_000) + 1000);
  });
});

/** Characters looked at while `run` runs. */
function countWork(run: () => void): number {
  let work = 0;
  const { charCodeAt } = String.prototype;
  String.prototype.charCodeAt = function (this: string, at: number): number {
    work++;
    return charCodeAt.call(this, at);
  };
  try {
    run();
  } finally {
    String.prototype.charCodeAt = charCodeAt;
  }
  return work;
}

describe('parseDisposition', () => {
  test.each([
    ['rfc2183 2: inline', 'inline', 'inline', [], []],
    ['rfc2183 2: with a name', 'Attachment; FileName="a b"; size=3', 'attachment', [['filename', 'a b'], ['size', '3']], []],
    ['rfc2183 2.8: another type', 'form-data; name=x', 'form-data', [['name', 'x']], []],
    ['no type', '; filename=x', 'attachment', [['filename', 'x']], [['MIME_BAD_DISPOSITION', 0]]],
    ['no type and no semicolon', 'filename=x', 'attachment', [['filename', 'x']], [['MIME_BAD_DISPOSITION', 0]]],
    ['nothing', '', 'attachment', [], [['MIME_BAD_DISPOSITION', 0]]],
    ['a type in quotes', '"Inline"; filename=x', 'inline', [['filename', 'x']], [['MIME_BAD_DISPOSITION', 0]]],
    ['rfc2231 4: an extended name', "attachment; filename*=utf-8'en'%C3%A4", 'attachment', [['filename', 'ä']], []],
  ])('%s', (_, input, disposition, expected, defects) => {
    const read = parseDisposition(input);
    expect([read.disposition, read.parameters.map(({ name, value }) => [name, value])]).toEqual([disposition, expected]);
    expect(read.defects.map(({ code, offset }) => [code, offset])).toEqual(defects);
  });
});

describe('names of files', () => {
  test.each([
    ['filename before name', 'a/b; name=n', 'attachment; filename=f', 'f'],
    ['by RFC 2231 before plain', 'a/b; name=n', "attachment; filename=f; filename*=utf-8''e", 'e'],
    ['name where there is no filename', 'a/b; name*0=n; name*1=m', 'attachment', 'nm'],
    ['name where filename is empty', 'a/b; name=n', 'attachment; filename=""', 'n'],
    ['as the sender wrote it', 'a/b', 'attachment; filename="../../etc/passwd"', '../../etc/passwd'],
    ['none', 'a/b', 'attachment', undefined],
    ['an empty one', 'a/b; name=""', 'attachment; filename=""', undefined],
  ])('readFileName: %s', (_, type, disposition, name) => {
    expect(readFileName(parseContentType(type), parseDisposition(disposition))).toBe(name);
  });

  test('readFileName: without the fields', () => {
    expect(readFileName(undefined, undefined)).toBeUndefined();
  });

  test.each([
    ['report 2024.pdf', 'report 2024.pdf'],
    ['漢字.txt', '漢字.txt'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\dir\\x.txt', 'x.txt'],
    ['a/', 'attachment'],
    ['', 'attachment'],
    ['..', 'attachment'],
    ['. .', 'attachment'],
    ['.bashrc', 'bashrc'],
    ['name. . ', 'name'],
    ['con', '_con'],
    ['COM1.txt', '_COM1.txt'],
    ['lpt\u00b9', '_lpt\u00b9'],
    ['console.txt', 'console.txt'],
    ['nul .txt', '_nul .txt'],
    ['a\r\nb\0c\x7f.txt', 'abc.txt'],
    ['photo\u202egpj.exe', 'photogpj.exe'],
    ['a:b|c?d*e"f<g>h', 'a_b_c_d_e_f_g_h'],
    ['a\u00a0b\u2003c', 'a b c'],
    ['\ud800', 'attachment'],
    [`${'x'.repeat(300)}.tar.gz`, `${'x'.repeat(197)}.gz`],
    [`${'漢'.repeat(100)}.txt`, `${'漢'.repeat(65)}.txt`],
    ['e\u0301.txt', '\u00e9.txt'],
  ])('safeFileName(%j)', (name, safe) => {
    expect(safeFileName(name)).toBe(safe);
  });

  test('safeFileName: generated names are safe, and safe names stay', () => {
    const random = new SeededRandom(2183);
    for (let round = 0; round < 2000; round++) {
      const safe = safeFileName(random.text('ab. /\\:con1\0\n\u202e漢😀', random.integer(0, 20)).repeat(random.integer(1, 20)));
      expect(safe).toMatch(/^[^/\\:\p{Cc}\p{Cf}]+$/u);
      expect(safe).not.toMatch(/^[. ]|[. ]$/);
      expect(new TextEncoder().encode(safe).length).toBeLessThanOrEqual(201);
      expect(safeFileName(safe)).toBe(safe);
    }
  });
});
