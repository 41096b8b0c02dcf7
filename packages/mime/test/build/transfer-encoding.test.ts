import { describe, expect, test } from 'vitest';
import type { NextHop, PartInput, WrittenEncoding } from '@mailwright/mime';
import { buildMessage, buildPart, findParameter, multipart, parseMessage, part } from '@mailwright/mime';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { BASE, octetsOf, parse, textOf } from './read-back.ts';

const EIGHT: NextHop = { eightBitMime: true };
const BINARY: NextHop = { binaryMime: true };
const LONG = 'x'.repeat(999);

describe('the encoding of a text', () => {
  test.each<[string, string, NextHop | undefined, WrittenEncoding]>([
    ['ASCII', 'abc', undefined, '7bit'],
    ['a Latin script', 'Schöne Grüße aus Köln', undefined, 'quoted-printable'],
    ['a Latin script, 8BITMIME', 'Schöne Grüße aus Köln', EIGHT, '8bit'],
    ['Greek', 'Καλημέρα κόσμε, τι κάνεις σήμερα;', undefined, 'base64'],
    ['Greek, 8BITMIME', 'Καλημέρα κόσμε, τι κάνεις σήμερα;', EIGHT, '8bit'],
    ['Japanese', '漢字かな交じり文'.repeat(20), undefined, 'base64'],
    ['a long line', LONG, EIGHT, 'quoted-printable'],
    ['a space at the end of a line', 'ü \n', EIGHT, 'quoted-printable'],
    ['"From " at the beginning of a line', 'ü\nFrom', EIGHT, '8bit'],
    ['"From " at the beginning of a line', 'ü\nFrom a', EIGHT, 'quoted-printable'],
    ['controls', '\x1b[0m\x7f', EIGHT, 'quoted-printable'],
    ['UTF-8, BINARYMIME that nobody asked to use', 'ü', BINARY, 'quoted-printable'],
  ])('%s: %3$s', (_, text, nextHop, encoding) => {
    const built = buildMessage({ ...BASE, text, nextHop });
    const root = parse(built).parts[0]!;
    expect(root.transferEncoding).toBe(encoding);
    expect(built.requires).toEqual({ smtpUtf8: false, eightBit: encoding === '8bit', binary: false });
    const expected = text.replaceAll('\n', '\r\n');
    expect(textOf(root.content())).toBe(encoding === 'base64' || expected.endsWith('\r\n') ? expected : `${expected}\r\n`);
  });

  test('as it is asked for', () => {
    for (const textEncoding of ['7bit', 'quoted-printable', 'base64', '8bit'] as const) {
      expect(parse(buildMessage({ ...BASE, text: 'abc', textEncoding })).parts[0]!.transferEncoding).toBe(textEncoding);
    }
  });

  test.each<[string, string, WrittenEncoding, NextHop | undefined]>([
    ['8 bits as 7bit', 'ü', '7bit', undefined],
    ['a long line as 7bit', LONG, '7bit', undefined],
    ['a long line as 8bit', LONG, '8bit', EIGHT],
    ['binary without BINARYMIME', 'a', 'binary', EIGHT],
  ])('%s -> TypeError', (_, text, textEncoding, nextHop) => {
    expect(() => buildMessage({ ...BASE, text, textEncoding, nextHop })).toThrow(TypeError);
  });
});

describe('the encoding of octets', () => {
  test.each<[string, Omit<PartInput, 'content'>, Uint8Array, NextHop | undefined, WrittenEncoding, string | undefined]>([
    ['no text', { mediaType: 'application/pdf' }, octetsOf('abc\r\n'), EIGHT, 'base64', undefined],
    ['text in ASCII', { mediaType: 'text/csv' }, octetsOf('a,b\r\n'), undefined, '7bit', undefined],
    ['text in UTF-8', { mediaType: 'text/csv' }, octetsOf('ä,b\r\n'), undefined, 'quoted-printable', 'utf-8'],
    ['text in UTF-8, 8BITMIME', { mediaType: 'text/csv' }, octetsOf('ä,b\r\n'), EIGHT, '8bit', 'utf-8'],
    ['text of another charset', { mediaType: 'text/csv', parameters: { charset: 'iso-8859-1' } }, Uint8Array.of(0xe4, 0x2c, 0x62), undefined, 'quoted-printable', 'iso-8859-1'],
    ['text that nobody knows the charset of', { mediaType: 'text/csv' }, Uint8Array.of(0xe4, 0x2c, 0x62), undefined, 'quoted-printable', undefined],
    ['text with line ends of LF, which stay', { mediaType: 'text/csv' }, octetsOf('a\nb\n'), EIGHT, 'base64', undefined],
    ['quoted-printable for line ends of LF', { mediaType: 'text/csv', transferEncoding: 'quoted-printable' }, octetsOf('a\nb\r\n'), undefined, 'quoted-printable', undefined],
    ['binary', { mediaType: 'application/pdf', transferEncoding: 'binary' }, Uint8Array.of(0, 10, 13, 255), BINARY, 'binary', undefined],
    ['7bit for what is no text', { mediaType: 'application/pgp-encrypted', transferEncoding: '7bit' }, octetsOf('Version: 1\r\n'), undefined, '7bit', undefined],
    ['nothing', { mediaType: 'application/pdf' }, new Uint8Array(0), undefined, 'base64', undefined],
  ])('%s: %4$s', (_, facts, content, nextHop, encoding, charset) => {
    const built = buildPart(multipart('mixed', [part({ ...facts, content })]), { boundary: 'edge', nextHop });
    const [root, leaf] = parse(built).parts;
    expect(leaf!.transferEncoding).toBe(encoding);
    expect(findParameter(leaf!.contentType, 'charset')).toBe(charset);
    expect(leaf!.content()).toEqual(content);
    expect(root!.transferEncoding).toBe(encoding === '8bit' || encoding === 'binary' ? encoding : '7bit');
    expect(built.requires.binary).toBe(encoding === 'binary');
    expect(built.sizeOctets).toBe(built.octets().length);
  });

  test('text asked to travel in lines gets those of mail, whatever its media type', () => {
    const armor = part({ mediaType: 'application/octet-stream', content: '-----BEGIN PGP MESSAGE-----\n\nabc\n', transferEncoding: '7bit' });
    expect(textOf(buildPart(armor).octets())).toMatch(/-----BEGIN PGP MESSAGE-----\r\n\r\nabc\r\n$/);
    expect(parse(buildPart(part({ mediaType: 'application/json', content: '{\n}' }))).parts[0]!.content()).toEqual(octetsOf('{\n}'));
  });

  test('7bit for what has 8 bits -> TypeError', () => {
    expect(() => buildPart(part({ mediaType: 'application/x-a', content: Uint8Array.of(0xff), transferEncoding: '7bit' }))).toThrow(TypeError);
  });

  test('rfc2045 6.4: a multipart is as wide as the widest part of it, at every level', () => {
    const inner = multipart('alternative', [part({ content: 'a' }), part({ content: 'ü' })]);
    const message = parse(buildPart(multipart('mixed', [part({ content: 'a' }), inner]), { boundary: 'edge', nextHop: EIGHT }));
    expect(message.parts.map(({ transferEncoding }) => transferEncoding)).toEqual(['8bit', '7bit', '8bit', '7bit', '8bit']);
  });

  test('generated contents of every kind read back as they were, whatever the hop', () => {
    const random = new SeededRandom(2045);
    const alphabets = ['abc =.\r\n', 'aü\r\n', '\0\xff\n', 'From -=\r\n', '漢字 \r\n'];
    for (let round = 0; round < 300; round++) {
      const text = random.text(random.pick(alphabets), random.integer(0, 300));
      const mediaType = random.pick(['text/plain', 'application/octet-stream', 'text/html']);
      const nextHop = random.pick([undefined, EIGHT, BINARY]);
      const built = buildMessage({ ...BASE, text: 'x', attachments: [{ content: octetsOf(text), mediaType }], nextHop });
      const octets = built.octets();
      expect(octets.length).toBe(built.sizeOctets);
      expect(textOf(parseMessage(octets).parts[2]!.content())).toBe(text);
      if (!built.requires.eightBit) expect(octets.every((octet) => octet < 0x80)).toBe(true);
      for (const line of textOf(octets).split('\r\n')) expect(octetsOf(line).length).toBeLessThanOrEqual(998);
    }
  });
});
