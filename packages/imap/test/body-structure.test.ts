import { describe, expect, test } from 'vitest';
import { writeBodyStructure } from '../src/body-structure-encode.ts';
import { readBodyStructure } from '../src/body-structure-parse.ts';
import type { BasicStructure, BodyStructure, MessageStructure, MultipartStructure, TextStructure } from '../src/body-structure.ts';
import { CLIENT_LIMITS } from '../src/limits.ts';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { readAll, readerOf, written, writtenText } from './fetch/frames.ts';
import { anyStructure } from './fetch/generate.ts';

const read = (wire: string): BodyStructure => readAll(wire, readBodyStructure)!;
const single = (wire: string) => read(wire) as BasicStructure | TextStructure;
const multi = (wire: string) => read(wire) as MultipartStructure;
const shape = (structure: BodyStructure): string => {
  const name = `${structure.part}:${structure.type}/${structure.subtype}`;
  if (structure.kind === 'multipart') return `${name}[${structure.parts.map(shape).join(' ')}]`;
  return structure.kind === 'message' ? `${name}{${shape(structure.body)}}` : name;
};

const COMMON = {
  parameters: new Map(), id: undefined, description: undefined, md5: undefined, disposition: undefined, languages: [], location: undefined,
};
const PLAIN = '("text" "plain" NIL NIL NIL "7bit" 5 1 NIL NIL NIL NIL)';

describe('the grammar', () => {
  test('rfc3501 7.4.2: a text part alone is part 1', () => {
    expect(read('("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 3028 92)')).toEqual({
      ...COMMON, kind: 'text', part: '1', type: 'text', subtype: 'plain', parameters: new Map([['charset', 'US-ASCII']]), encoding: '7bit', octetCount: 3028, lineCount: 92,
    });
  });

  test('rfc9051 7.5.2: a multipart with its extension data', () => {
    const structure = multi(
      '(("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 1152 23)'
      + '("TEXT" "PLAIN" ("CHARSET" "US-ASCII" "NAME" "cc.diff") "<960723163407.20117h@cac.washington.edu>" "Compiler diff" "BASE64" 4554 73) "MIXED" ("boundary" "b") ("inline" ("filename" "f")) ("en" "de") "loc")',
    );
    expect(shape(structure)).toBe(':multipart/mixed[1:text/plain 2:text/plain]');
    expect(structure.parameters).toEqual(new Map([['boundary', 'b']]));
    expect(structure.disposition).toEqual({ type: 'inline', parameters: new Map([['filename', 'f']]) });
    expect([structure.languages, structure.location]).toEqual([['en', 'de'], 'loc']);
    expect(structure.parts[1]).toMatchObject({ id: '<960723163407.20117h@cac.washington.edu>', description: 'Compiler diff', encoding: 'base64', octetCount: 4554, lineCount: 73 });
  });

  test('rfc9051 6.4.5.1: numbers of parts, through messages and multiparts in them', () => {
    const inner = `(${PLAIN}("image" "png" NIL NIL NIL "base64" 9) "related")`;
    const message = (body: string) => `("message" "rfc822" NIL NIL NIL "7bit" 99 (NIL "s" NIL NIL NIL NIL NIL NIL NIL NIL) ${body} 3)`;
    expect(shape(read(`(${PLAIN}${message(PLAIN)}${message(inner)}(${inner}${message(message(PLAIN))} "mixed") "mixed")`))).toBe(
      ':multipart/mixed[1:text/plain 2:message/rfc822{2.1:text/plain} 3:message/rfc822{3.TEXT:multipart/related[3.1:text/plain 3.2:image/png]} '
      + '4:multipart/mixed[4.1:multipart/related[4.1.1:text/plain 4.1.2:image/png] 4.2:message/rfc822{4.2.1:message/rfc822{4.2.1.1:text/plain}}]]',
    );
    expect(shape(read(message(inner)))).toBe('1:message/rfc822{1.TEXT:multipart/related[1.1:text/plain 1.2:image/png]}');
  });

  test('rfc9051 7.5.2: a message part has its envelope and lines', () => {
    const message = read('("message" "global" NIL NIL NIL "8bit" 641 ("d" "Subj" (("N" NIL "m" "h")) NIL NIL NIL NIL NIL NIL "id") ("text" "plain" NIL NIL NIL "7bit" 1 1) 31 "md5" ("attachment" NIL) "en" NIL)') as MessageStructure;
    expect(message).toMatchObject({ kind: 'message', lineCount: 31, md5: 'md5', disposition: { type: 'attachment' }, languages: ['en'] });
    expect(message.envelope).toMatchObject({ subject: 'Subj', messageId: 'id', from: [{ name: 'N', route: undefined, mailbox: 'm', host: 'h' }] });
  });

  test('rfc9051 7.5.2: extension data of later times is read over, lists in lists too', () => {
    const part = '("text" "plain" NIL NIL NIL "7bit" 28 2 "md5" ("inline" NIL) "en" "loc" "more" 123 ("x" ("y" "z")))';
    expect(single(part)).toMatchObject({ md5: 'md5', languages: ['en'], location: 'loc' });
    expect(multi(`(${part} "mixed" NIL NIL NIL NIL {3}\r\nabc 1 (2 (3)))`).parts).toHaveLength(1);
  });

  test('values stay as sent: RFC 2231 and encoded words are for the caller; the first of two names counts', () => {
    const { parameters, disposition } = single(
      '("application" "pdf" ("NAME" "=?UTF-8?Q?a=5F.pdf?=" "name" "second") NIL NIL "base64" 4 NIL ("ATTACHMENT" ("FILENAME*0*" "utf-8\'\'%E2%82%AC" "filename*1" "b.pdf")))',
    );
    expect(parameters).toEqual(new Map([['name', '=?UTF-8?Q?a=5F.pdf?=']]));
    expect(disposition).toEqual({ type: 'attachment', parameters: new Map([['filename*0*', "utf-8''%E2%82%AC"], ['filename*1', 'b.pdf']]) });
  });

  test('names that objects have of themselves are parameters like others', () => {
    expect(single('("a" "b" ("__proto__" "x" "constructor" "y") NIL NIL "7bit" 1)').parameters).toEqual(new Map([['__proto__', 'x'], ['constructor', 'y']]));
  });

  test('NIL is no structure', () => {
    expect(readAll('NIL', readBodyStructure)).toBeUndefined();
  });

  test.each(['', '(', '"text"', '7', '(("text" "plain"', '("text" {9}\r\nab)'])('%j fails', (wire) => {
    const reader = readerOf(wire);
    readBodyStructure(reader);
    expect(reader.failure).toBeDefined();
  });

  test('nesting beyond the limit fails, at any depth of the octets', () => {
    const nested = (depth: number) => `${'('.repeat(depth)}${PLAIN}${' "mixed")'.repeat(depth)}`;
    expect(shape(read(nested(CLIENT_LIMITS.depth - 1)))).toContain('text/plain');
    for (const depth of [CLIENT_LIMITS.depth, 100_000]) {
      const reader = readerOf(nested(depth));
      readBodyStructure(reader);
      expect(reader.failure?.expected).toContain('LIMIT_DEPTH');
    }
  });

  test('more elements than the limit fail', () => {
    const reader = readerOf(`(${PLAIN.repeat(100)} "mixed")`, { ...CLIENT_LIMITS, elements: 500 });
    readBodyStructure(reader);
    expect(reader.failure?.expected).toContain('LIMIT_ELEMENTS');
  });
});

describe('what servers send', () => {
  test('Gmail: a multipart in its parent\'s boundary comes as a part without parts, with the parameters twice', () => {
    const structure = multi('(("multipart" "related" ("boundary" "b1") NIL NIL "7BIT" 400 ("boundary" "b1") NIL NIL NIL)("TEXT" "html" ("charset" "UTF8") NIL NIL "7BIT" 1115 70 NIL NIL NIL NIL) "mixed" ("boundary" "b1") NIL NIL)');
    expect(shape(structure)).toBe(':multipart/mixed[1:multipart/related[] 2:text/html]');
    expect(structure.parts[0]!.parameters).toEqual(new Map([['boundary', 'b1']]));
  });

  test('Gmail: a multipart without parts as the whole message, its size -1', () => {
    expect(read('("multipart" "digest" ("boundary" "b") NIL NIL "7BIT" -1 NIL ("inline" NIL) NIL NIL)')).toMatchObject({
      kind: 'multipart', part: '', subtype: 'digest', parts: [], disposition: { type: 'inline' },
    });
  });

  test('Gmail: a multipart without extension data', () => {
    expect(shape(read('(("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT" 5235 112 NIL NIL NIL)("TEXT" "HTML" NIL NIL NIL "7BIT" 60479 873 NIL NIL NIL) "ALTERNATIVE")')))
      .toBe(':multipart/alternative[1:text/plain 2:text/html]');
  });

  test('Gmail: a message in base64 is not looked into', () => {
    expect(single('("message" "rfc822" NIL "<id>" NIL "base64" 3000 NIL ("attachment" ("filename" "a.eml")) NIL NIL)')).toMatchObject({
      kind: 'basic', type: 'message', subtype: 'rfc822', octetCount: 3000, disposition: { type: 'attachment', parameters: new Map([['filename', 'a.eml']]) },
    });
  });

  test('Gmail: a multipart/x-zip with NIL for parameters', () => {
    const structure = multi('(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0) "x-zip" NIL ("attachment" ("filename" "a.ZIP")) NIL NIL)');
    expect(structure).toMatchObject({ subtype: 'x-zip', disposition: { type: 'attachment' }, languages: [] });
  });

  test('Exchange: "inline" for the list of a disposition', () => {
    expect(single('("text" "plain" ("charset" "ISO-8859-1") NIL NIL "QUOTED-PRINTABLE" 850 31 NIL "inline" NIL NIL)').disposition).toEqual({ type: 'inline', parameters: new Map() });
  });

  test('Exchange: parts that are NIL in every field keep their place', () => {
    const nil = '(NIL NIL NIL NIL NIL "7BIT" 0 NIL NIL NIL NIL)';
    expect(shape(read(`(${nil}${nil}("application" "pdf" NIL NIL NIL "base64" 9 NIL NIL NIL) "mixed" NIL NIL "en-US")`)))
      .toBe(':multipart/mixed[1:application/octet-stream 2:application/octet-stream 3:application/pdf]');
  });

  test('Exchange: a message without its envelope, or with NIL for it', () => {
    const body = '("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 1)';
    expect(shape(read(`("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 100 NIL ${body} NIL NIL (NIL) NIL)`))).toBe('1:message/rfc822{1.1:text/plain}');
    expect(read(`("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 100 ${body} 7 NIL NIL NIL NIL)`)).toMatchObject({ kind: 'message', lineCount: 7, body: { part: '1.1' } });
  });

  test('Exchange: a message with NIL or an empty list for its body', () => {
    for (const body of ['NIL', '()']) {
      const message = read(`("message" "rfc822" NIL NIL NIL "7bit" 100 ("d" "s" NIL NIL NIL NIL NIL NIL NIL NIL) ${body} 4 NIL ("attachment" NIL) NIL NIL)`);
      expect(message).toMatchObject({ kind: 'message', envelope: { subject: 's' }, body: { kind: 'basic', octetCount: 0 }, lineCount: 4, disposition: { type: 'attachment' } });
    }
  });

  test('Yandex: a text part without its lines', () => {
    expect(single('("TEXT" "PLAIN" ("CHARSET" "US-ASCII") "<f>" NIL "base64" 49 NIL ("ATTACHMENT" ("FILENAME" "logs.txt")) NIL NIL)')).toMatchObject({
      lineCount: 0, octetCount: 49, disposition: { type: 'attachment', parameters: new Map([['filename', 'logs.txt']]) },
    });
    expect(single('("TEXT" "PLAIN" NIL NIL NIL "base64" 49 NIL NIL ("ATTACHMENT" NIL) NIL NIL)')).toMatchObject({ lineCount: 0, disposition: { type: 'attachment' } });
    expect(single('("TEXT" "PLAIN" NIL NIL NIL "7bit" 2 NIL NIL NIL NIL "loc")')).toMatchObject({ lineCount: 0, octetCount: 2, location: 'loc' });
  });

  test('Yandex: a part without its encoding, without a parameter list, without most of it', () => {
    expect(single('("text" "plain" ("charset" "utf-8") NIL NIL 10 2)')).toMatchObject({ encoding: '7bit', octetCount: 10, lineCount: 2 });
    expect(single('("text" "plain" NIL NIL "quoted-printable" 10 2)')).toMatchObject({ encoding: 'quoted-printable', octetCount: 10, lineCount: 2 });
    expect(single('("text" "plain")')).toEqual({ ...COMMON, kind: 'text', part: '1', type: 'text', subtype: 'plain', encoding: '7bit', octetCount: 0, lineCount: 0 });
    expect(single('()')).toMatchObject({ kind: 'basic', type: 'application', subtype: 'octet-stream' });
  });

  test('a bare Content-Type: X-ZIP is sent as one word, a lone type with NIL', () => {
    expect(single('( "X-ZIP" ("BOUNDARY" "") NIL NIL "base64" 4096)')).toMatchObject({ type: 'application', subtype: 'x-zip', parameters: new Map([['boundary', '']]), octetCount: 4096 });
    expect(single('("APPLICATION" NIL NIL NIL "base64" 356)')).toMatchObject({ type: 'application', subtype: 'octet-stream', octetCount: 356 });
    expect(single('("MESSAGE" NIL NIL NIL "base64" 356)')).toMatchObject({ kind: 'basic', type: 'message', subtype: '', octetCount: 356 });
    expect(single('("TEXT" NIL NIL NIL "base64" 356 3)')).toMatchObject({ kind: 'text', type: 'text', subtype: 'plain', octetCount: 356, lineCount: 3 });
  });

  test('Mail.ru: quotes in quotes that nobody escaped, NIL for the value of a boundary', () => {
    const structure = multi(
      '(("MOUNDARY="_006_5DBB_"" "OCTET-STREAM" ("name" "a "b" c.dat" "x" "y") NIL NIL "quoted-printable" 383137 NIL ("attachment" ("filename" "t.dat"))) "MIXED" ("boundary" NIL))',
    );
    expect(structure.parameters).toEqual(new Map());
    expect(structure.parts[0]).toMatchObject({ type: 'moundary="_006_5dbb_"', subtype: 'octet-stream', octetCount: 383_137, disposition: { type: 'attachment' } });
  });

  test('Synapse: a description where the disposition belongs', () => {
    expect(multi(`(${PLAIN} "mixed" ("boundary" "b") "Multipart message" NIL)`)).toMatchObject({ disposition: undefined, languages: [] });
  });

  test('hMailServer: a disposition where the languages belong, (NIL NIL) for none', () => {
    expect(multi(`(${PLAIN} "related" ("boundary" "b") NIL ("inline" NIL) NIL NIL)`)).toMatchObject({ disposition: { type: 'inline' }, languages: [] });
    expect(single('("application" "msword" NIL NIL NIL "base64" 50446 NIL (NIL NIL) NIL NIL)').disposition).toBeUndefined();
    expect(single('("application" "msword" NIL NIL NIL "base64" 5 ("attachment" NIL) NIL)')).toMatchObject({ md5: undefined, disposition: { type: 'attachment' } });
    expect(single('("application" "msword" NIL NIL NIL "base64" 5 NIL ("attachment" "filename" "x.doc"))').disposition).toEqual({ type: 'attachment', parameters: new Map([['filename', 'x.doc']]) });
  });

  test.each(['-1', 'NIL', '""', '99999999999999999999', '"12x"'])('a size of %s is 0', (size) => {
    expect(single(`("image" "png" NIL NIL NIL "base64" ${size} NIL NIL NIL NIL)`)).toMatchObject({ kind: 'basic', octetCount: 0, encoding: 'base64' });
  });

  test('a size in quotes is a size', () => {
    expect(single('("text" "plain" NIL NIL NIL "7bit" "1234" "50")')).toMatchObject({ octetCount: 1234, lineCount: 50 });
  });

  test('Dovecot: blanks between parts', () => {
    expect(shape(read(`( ${PLAIN} ${PLAIN}  "mixed" ("boundary" "b") NIL NIL NIL )`))).toBe(':multipart/mixed[1:text/plain 2:text/plain]');
  });

  test('every string as a literal', () => {
    expect(single('({4}\r\ntext {5}\r\nplain ({7}\r\ncharset {10}\r\niso-8859-1) NIL NIL {16}\r\nquoted-printable 28 2 {6}\r\nmd5sum ({6}\r\ninline ({8}\r\nfilename {8}\r\nbody.txt)) {2}\r\nen {3}\r\nloc)'))
      .toEqual(single('("text" "plain" ("charset" "iso-8859-1") NIL NIL "quoted-printable" 28 2 "md5sum" ("inline" ("filename" "body.txt")) "en" "loc")'));
  });
});

describe('writing', () => {
  test('BODY has no extension data, BODYSTRUCTURE has all of it', () => {
    const structure = multi('(("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 5 1) "mixed" ("boundary" "b"))');
    expect(writtenText((writer) => writeBodyStructure(writer, structure, false))).toBe('(("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 5 1) "mixed")');
    expect(writtenText((writer) => writeBodyStructure(writer, structure, true)))
      .toBe('(("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 5 1 NIL NIL NIL NIL) "mixed" ("boundary" "b") NIL NIL NIL)');
  });

  test('counts that are no whole numbers throw a RangeError', () => {
    const part = single(PLAIN);
    expect(() => writtenText((writer) => writeBodyStructure(writer, { ...part, octetCount: -1 }, true))).toThrow(RangeError);
    expect(() => writtenText((writer) => writeBodyStructure(writer, { ...part, lineCount: 1.5 } as TextStructure, true))).toThrow(RangeError);
  });

  test.each([[true, 'BODYSTRUCTURE'], [false, 'BODY']] as const)('inverse: what is written is read as it was, 300 generated trees (extended %s, %s)', (extended: boolean, _name: string) => {
    const random = new SeededRandom(extended ? 3 : 4);
    for (let round = 0; round < 300; round++) {
      const structure = anyStructure(random, extended);
      expect(readAll(written((writer) => writeBodyStructure(writer, structure, extended), round % 2 === 0), readBodyStructure)).toEqual(structure);
    }
  });

  test('never fails and never throws on generated nonsense whose parentheses pair', () => {
    const random = new SeededRandom(5);
    const value = (depth: number): string => {
      if (depth < 5 && random.chance(0.4)) return `(${Array.from({ length: random.integer(0, 9) }, () => value(depth + 1)).join(' ')})`;
      return random.pick(['NIL', '"text"', '"plain"', '"message"', '"rfc822"', '"multipart"', '-1', '12', '"7bit"', '""', 'atom', '"inline"', '{2}\r\n()']);
    };
    for (let round = 0; round < 2000; round++) {
      const structure = read(`(${Array.from({ length: random.integer(0, 12) }, () => value(1)).join(' ')})`);
      expect(shape(structure)).not.toContain('undefined');
      expect(readAll(written((writer) => writeBodyStructure(writer, structure, true)), readBodyStructure)!.kind).toBe(structure.kind);
    }
  });
});
