import { describe, expect, test } from 'vitest';
import { latin1 } from '@mailwright/wire';
import { editMessage, findAmbiguities, jmapView, lintMessage, parseMessage } from '@mailwright/mime';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { lines, octets, outline, randomMessage, tile } from './messages.ts';

const codes = (message: { readonly defects: readonly { readonly code: string }[] }): readonly string[] => message.defects.map(({ code }) => code);
const MIXED = 'Content-Type: multipart/mixed; boundary=b';

describe('parseMessage', () => {
  test('rfc2046 5.1.1: preamble, two parts, epilogue', () => {
    const source = lines(MIXED, '', 'preamble', '--b', '', 'one', '', '--b', 'Content-Type: text/html', '', 'two', '--b--', 'epilogue');
    const message = parseMessage(source);
    expect(outline(message)).toEqual(['0< multipart/mixed', '1<0 text/plain "one\\r\\n"', '2<0 text/html "two"']);
    const [root] = message.parts;
    expect(latin1(source, root!.bodyStart, root!.preambleEnd)).toBe('preamble');
    expect(latin1(source, root!.epilogueStart, root!.bodyEnd)).toBe('\r\nepilogue\r\n');
    expect([message.defects, message.limit]).toEqual([[], undefined]);
  });

  test.each<readonly [string, string, readonly string[]]>([
    ['white space behind a delimiter', '--b \t\r\n\r\none\r\n--b-- \r\n', ['one']],
    ['a longer line is text', '--b\r\n\r\none\r\n--bb\r\n--b-\r\n--b--x\r\n--b x\r\n--b--', ['one\r\n--bb\r\n--b-\r\n--b--x\r\n--b x']],
    ['a delimiter inside a line is text', '--b\r\n\r\none --b\r\n --b\r\n--b--\r\n', ['one --b\r\n --b']],
    ['lines end in LF', '--b\n\none\n\n--b\n\ntwo\n--b--\n', ['one\n', 'two']],
    ['the delimiter ends the header section', '--b\r\nSubject: x\r\n--b\r\n\r\ntwo\r\n--b--', ['', 'two']],
    ['delimiters one behind the other', '--b\r\n--b\r\n\r\n--b\r\n\r\n\r\n--b--', ['', '', '']],
    ['a close delimiter ends all', '--b\r\n\r\none\r\n--b--\r\n--b\r\n\r\ntwo\r\n--b--', ['one']],
    ['no close delimiter, no line end', '--b\r\n\r\none', ['one']],
  ])('rfc2046 5.1.1: %s', (_, body, bodies) => {
    const message = parseMessage(octets(`${MIXED}\r\n\r\n${body}`));
    expect(message.parts.slice(1).map((part) => latin1(part.rawBody()))).toEqual(bodies);
    expect(tile(message)).toBe(latin1(message.source));
  });

  test('rfc2046 5.1.2: the outer delimiter ends what is nested; it is not its prefix', () => {
    const message = parseMessage(lines(MIXED, '', '--b', 'Content-Type: multipart/alternative; boundary=bb', '', '--bb', '', 'one', '--bb--', '--b', 'Content-Type: multipart/alternative; boundary=b-', '', '--b-', '', 'two', '--b--'));
    expect(outline(message)).toEqual(['0< multipart/mixed', '1<0 multipart/alternative', '2<1 text/plain "one"', '3<0 multipart/alternative', '4<3 text/plain "two"']);
    expect(codes(message)).toEqual(['MIME_NOT_CLOSED']);
    expect(message.parts[1]!.children).toEqual([2]);
  });

  test('rfc2046 5.1.5: in a digest the default is a message', () => {
    const message = parseMessage(lines('Content-Type: multipart/digest; boundary=b', '', '--b', '', 'Subject: inner', '', 'one', '--b', 'Content-Type: text/plain', '', 'two', '--b--'));
    expect(outline(message)).toEqual(['0< multipart/digest', '1<0 message/rfc822', '2<1 text/plain "one"', '3<0 text/plain "two"']);
    expect(message.parts[2]!.headers.fields.map(({ text }) => text)).toEqual(['inner']);
  });

  test('rfc2046 5.2: a message in a message is a node; an encoded one is a leaf', () => {
    const inner = ['Subject: inner', MIXED.replace('b', 'c').replace('=b', '=c'), '', '--c', '', 'one', '--c--'];
    const nested = parseMessage(lines('Content-Type: message/rfc822', '', 'Subject: inner', 'Content-Type: multipart/mixed; boundary=c', '', '--c', '', 'one', '--c--'));
    expect(outline(nested)).toEqual(['0< message/rfc822', '1<0 multipart/mixed', '2<1 text/plain "one"']);
    expect(nested.parts.map(({ depth }) => depth)).toEqual([0, 1, 2]);
    const encoded = parseMessage(lines('Content-Type: message/rfc822', 'Content-Transfer-Encoding: base64', '', Buffer.from(inner.join('\r\n')).toString('base64')));
    expect(encoded.parts.length).toBe(1);
    expect(latin1(encoded.parts[0]!.content())).toBe(inner.join('\r\n'));
  });

  test.each<readonly [string, readonly string[], readonly string[], readonly string[]]>([
    ['no boundary', ['Content-Type: multipart/mixed', '', 'text'], ['MIME_NO_BOUNDARY'], ['0< text/plain "text\\r\\n"']],
    ['no parts', [MIXED, '', 'text'], ['MIME_NO_PARTS'], ['0< multipart/mixed "text\\r\\n"']],
    ['closed before the first part', [MIXED, '', '--b--', 'text'], ['MIME_NO_PARTS'], ['0< multipart/mixed "--b--\\r\\ntext\\r\\n"']],
    ['not closed', [MIXED, '', '--b', '', 'text'], ['MIME_NOT_CLOSED'], ['0< multipart/mixed', '1<0 text/plain "text\\r\\n"']],
    ['boundary of the outer one', [MIXED, '', '--b', MIXED, '', 'x', '--b', '', 'y', '--b--'], ['MIME_BOUNDARY_REUSED'], ['0< multipart/mixed', '1<0 multipart/mixed "x"', '2<0 text/plain "y"']],
    ['encoded multipart', [MIXED, 'Content-Transfer-Encoding: base64', '', '--b', '', 'x', '--b--'], ['MIME_ENCODED_MULTIPART'], ['0< multipart/mixed', '1<0 text/plain "x"']],
    ['two media types', ['Content-Type: text/html', 'Content-Type: text/plain', '', 'x'], ['MIME_DUPLICATE_FIELD'], ['0< text/html "x\\r\\n"']],
    ['two transfer encodings', ['Content-Transfer-Encoding: 8bit', 'content-transfer-encoding: base64', '', 'x'], ['MIME_DUPLICATE_FIELD'], ['0< text/plain "x\\r\\n"']],
    ['two dispositions', ['Content-Disposition: inline', 'Content-Disposition: attachment', '', 'x'], ['MIME_DUPLICATE_FIELD'], ['0< text/plain "x\\r\\n"']],
    ['no semicolon behind the media type', ['Content-Type: text/html charset=utf-8', '', 'x'], ['MIME_BAD_PARAMETER_VALUE'], ['0< text/html "x\\r\\n"']],
    ['cut in a header section', [MIXED, '', '--b', 'Subject: x'], ['MIME_HEADER_CUT', 'MIME_NOT_CLOSED'], ['0< multipart/mixed', '1<0 text/plain ""']],
    ['unknown transfer encoding', ['Content-Transfer-Encoding: rot13', '', 'x'], ['MIME_UNKNOWN_TRANSFER_ENCODING'], ['0< text/plain "x\\r\\n"']],
    ['unreadable content type', ['Content-Type: nonsense', '', 'x'], ['MIME_BAD_CONTENT_TYPE'], ['0< text/plain "x\\r\\n"']],
    ['unreadable content type of an attachment', ['Content-Type: nonsense', 'Content-Disposition: attachment', '', 'x'], ['MIME_BAD_CONTENT_TYPE'], ['0< application/octet-stream "x\\r\\n"']],
  ])('malformed: %s -> a defect', (_, source, expected, parts) => {
    const message = parseMessage(lines(...source));
    expect(codes(message)).toEqual(expected);
    expect(outline(message)).toEqual(parts);
    expect(tile(message)).toBe(latin1(message.source));
  });

  test.each<readonly [string, readonly string[], readonly string[], string]>([
    ['text behind the fields', ['Subject: x', 'text', 'more: text is text'], [], ''],
    ['text behind the last field', ['Subject: x', 'text', '', 'more'], ['MIME_NO_EMPTY_LINE'], 'text\r\n\r\nmore\r\n'],
    ['no header section', ['text', 'more'], ['MIME_NO_EMPTY_LINE'], 'text\r\nmore\r\n'],
    ['a mailbox line and no header section', ['From x', 'text'], ['MIME_MBOX_LINE', 'MIME_NO_EMPTY_LINE'], 'text\r\n'],
    ['a field that is broken', ['Subject: x', 'a b: c', '', 'text'], ['MIME_BAD_FIELD_NAME'], 'text\r\n'],
    ['a line among the fields', ['Subject: x', 'broken', 'From: a', '', 'text'], ['MIME_NO_COLON'], 'text\r\n'],
    ['base64 behind an empty line', ['Content-Transfer-Encoding: base64', 'broken', '', 'QUJD'], ['MIME_NO_COLON'], 'QUJD\r\n'],
  ])('malformed: no empty line: %s', (_, source, expected, body) => {
    const message = parseMessage(lines(...source));
    if (expected.length > 0) expect(codes(message)).toEqual(expected);
    expect(latin1(message.parts[0]!.rawBody())).toBe(body);
    expect(message.parts[0]!.headers.bodyOffset).toBe(message.parts[0]!.bodyStart);
    expect(tile(message)).toBe(latin1(message.source));
  });

  test('malformed: no empty line before the first delimiter of a multipart', () => {
    const message = parseMessage(lines('Content-Type: multipart/mixed; boundary=ab', 'MIME-Version: 1.0', '--ab', 'Content-Type: text/html', '', 'x', '--ab--'));
    expect(outline(message)).toEqual(['0< multipart/mixed', '1<0 text/html "x"']);
    expect(codes(message)).toEqual(['MIME_NO_EMPTY_LINE']);
    expect(tile(message)).toBe(latin1(message.source));
  });

  test('malformed: a media type that can not be read -> its parameters are', () => {
    const [part] = parseMessage(lines('Content-Type: gzip; name=a.gz; charset=iso-8859-1', '', 'x')).parts;
    expect([part!.mediaType, part!.fileName, part!.charset]).toEqual(['text/plain', 'a.gz', 'iso-8859-1']);
  });

  test('malformed: a defect of every line does not hide the others', () => {
    const message = parseMessage(octets(`${'A: b\n'.repeat(500)}Content-Type: multipart/mixed\n\ntext`));
    expect(codes(message).filter((code) => code === 'MIME_BARE_LF').length).toBe(10);
    expect(codes(message)).toContain('MIME_NO_BOUNDARY');
  });

  test('nothing', () => {
    const message = parseMessage(new Uint8Array(0));
    expect(outline(message)).toEqual(['0< text/plain ""']);
    expect(message.parts[0]).toMatchObject({ id: 0, parent: undefined, depth: 0, start: 0, bodyStart: 0, bodyEnd: 0, end: 0 });
  });

  test('facts of a part', () => {
    const [part] = parseMessage(lines('Content-Type: text/html; charset="ISO-8859-1"; name=a.html', 'Content-Transfer-Encoding: Quoted-Printable', 'Content-Disposition: INLINE; filename=b.html', 'Content-ID: <x@example.com>', '', 'gr=FC=DFe')).parts;
    expect([part!.mediaType, part!.charset, part!.transferEncoding, part!.disposition, part!.fileName, part!.contentId]).toEqual(['text/html', 'ISO-8859-1', 'quoted-printable', 'inline', 'b.html', 'x@example.com']);
    expect(part!.text().text).toBe('grüße\r\n');
    expect(part!.content()).toBe(part!.content());
    expect(latin1(part!.rawBody())).toBe('gr=FC=DFe\r\n');
  });

  test.each([
    ['<x@example.com>', 'x@example.com'], ['(a comment) <x@example.com>', 'x@example.com'], ['<logo>', 'logo'], ['logo', 'logo'], ['x@example.com', 'x@example.com'], ['< x@example.com >', 'x@example.com'], ['', undefined],
  ])('Content-ID: %s', (written, id) => {
    expect(parseMessage(lines(`Content-ID: ${written}`, '', '')).parts[0]!.contentId).toBe(id);
  });

  test.each<readonly [string, readonly string[], string, readonly string[]]>([
    ['no charset', [], 'gr\xfc\xdfe', ['MIME_UNDECLARED_EIGHT_BIT']],
    ['US-ASCII', ['Content-Type: text/plain; charset=us-ascii'], 'gr\xc3\xbc', ['MIME_UNDECLARED_EIGHT_BIT']],
    ['a charset that is none', ['Content-Type: text/plain; charset=klingon'], 'gr\xfc', ['MIME_UNKNOWN_CHARSET']],
    ['not of the charset', ['Content-Type: text/plain; charset=utf-8'], 'gr\xfc', ['MIME_CHARSET_REPLACED']],
    ['no text', ['Content-Type: image/png'], 'gr\xfc', []],
    ['nothing above 127', [], 'gr', []],
  ])('bodyDefects: %s', (_, fields, body, expected) => {
    expect(parseMessage(lines(...fields, '', body)).parts[0]!.bodyDefects().map(({ code }) => code)).toEqual(expected);
  });

  test('limit of parts: the rest belongs to the multipart that is open', () => {
    const source = lines(MIXED, '', '--b', '', 'one', '--b', '', 'two', '--b', '', 'three', '--b--');
    const message = parseMessage(source, { parts: 3 });
    expect(outline(message)).toEqual(['0< multipart/mixed', '1<0 text/plain "one"', '2<0 text/plain "two"']);
    expect(message.limit).toEqual({ code: 'LIMIT_PARTS', limit: 3, offset: message.parts[2]!.end });
    expect(latin1(source, message.parts[0]!.epilogueStart, message.parts[0]!.bodyEnd)).toBe('\r\n--b\r\n\r\nthree\r\n--b--\r\n');
    expect(codes(message)).toEqual([]);
  });

  test('limit of depth: what is deeper is one body', () => {
    const source = lines(MIXED, '', '--b', 'Content-Type: multipart/mixed; boundary=c', '', '--c', '', 'x', '--c--', '--b--');
    const message = parseMessage(source, { depth: 1 });
    expect(outline(message)).toEqual(['0< multipart/mixed', '1<0 multipart/mixed "--c\\r\\n\\r\\nx\\r\\n--c--"']);
    expect(message.limit).toMatchObject({ code: 'LIMIT_DEPTH', limit: 1 });
  });

  test('limits of a header section: the rest of it belongs to the body', () => {
    const message = parseMessage(lines('A: 1', 'B: 2', 'C: 3', '', 'body'), { headerFields: 2 });
    expect(message.limit).toMatchObject({ code: 'LIMIT_HEADER_FIELDS', limit: 2 });
    expect(latin1(message.parts[0]!.rawBody())).toBe('C: 3\r\n\r\nbody\r\n');
    const long = parseMessage(lines('A: 1', `B: ${'x'.repeat(100)}`, '', 'body'), { headerOctets: 50 });
    expect(long.limit).toMatchObject({ code: 'LIMIT_HEADER_OCTETS', limit: 50 });
    expect(tile(long)).toBe(latin1(long.source));
  });

  test('limit of parameters: those of Content-Type and Content-Disposition', () => {
    const source = lines('Content-Type: text/plain; a=1; charset=utf-8', '', 'body');
    const message = parseMessage(source, { parameters: 1 });
    expect(message.limit).toEqual({ code: 'LIMIT_PARAMETERS', limit: 1, offset: 13 });
    expect([message.parts[0]!.charset, parseMessage(source, { parameters: 2 }).parts[0]!.charset]).toEqual([undefined, 'utf-8']);
    expect(parseMessage(lines('Content-Disposition: inline; a=1; b=2', '', ''), { parameters: 1 }).limit).toMatchObject({ code: 'LIMIT_PARAMETERS' });
  });

  test.each([['text', 'Subject: x\r\n\r\n'], ['nothing', undefined], ['an ArrayBuffer', new ArrayBuffer(3)]])('%s in the place of octets -> TypeError that says so', (_, given) => {
    for (const read of [parseMessage, editMessage, lintMessage, findAmbiguities]) expect(() => read(given as unknown as Uint8Array)).toThrow(/^a message is octets \(a Uint8Array\)/);
  });

  test('a caller\'s mistake -> RangeError', () => {
    expect(() => parseMessage(new Uint8Array(0), { parameters: 0 })).toThrow(RangeError);
    expect(() => parseMessage(new Uint8Array(0), { parts: 0 })).toThrow(RangeError);
    expect(() => parseMessage(new Uint8Array(0), { depth: 1001 })).toThrow(RangeError);
    const deep = Array.from({ length: 2000 }, (_, level) => `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n`).join('');
    expect(jmapView(parseMessage(octets(deep), { depth: 1000 })).size).toBe(deep.length);
  });

  test('generated messages: every octet belongs to one header section, body, delimiter, preamble or epilogue', () => {
    const random = new SeededRandom(20_46);
    for (let run = 0; run < 3000; run++) {
      const message = parseMessage(randomMessage(random), run % 5 === 0 ? { parts: 3, depth: 2, headerOctets: 64 } : {});
      expect(tile(message)).toBe(latin1(message.source));
    }
  });
});
