import { createHash } from 'node:crypto';
import { parseHeaders } from '@mailwright/mime';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { BodyCanonicalizer, canonicalizeBody } from '../src/canonicalize-body.ts';
import { canonicalizeHeader, type Canonicalization } from '../src/canonicalize-header.ts';
import { BodyHasher } from '../src/hash-body.ts';
import { selectSignedFields } from '../src/select-fields.ts';
import { openTextWindow, WordWindow } from '../src/text-window.ts';
import { everySplit, octets, text } from './octets.ts';

describe('rfc6376 3.4.1 and 3.4.2: header fields', () => {
  test.each<[string, string, string, string]>([
    ['the example of 3.4.5, A', 'A: X\r\n', 'A: X\r\n', 'a:X\r\n'],
    ['the example of 3.4.5, B', 'B : Y\t\r\n\tZ  \r\n', 'B : Y\t\r\n\tZ  \r\n', 'b:Y Z\r\n'],
    ['no white space behind the colon', 'Subject:x\r\n', 'Subject:x\r\n', 'subject:x\r\n'],
    ['an empty value', 'Subject: \r\n', 'Subject: \r\n', 'subject:\r\n'],
    ['a value of folds alone', 'Subject:\r\n \r\n\t\r\n', 'Subject:\r\n \r\n\t\r\n', 'subject:\r\n'],
    ['a colon in the value', 'Subject: a : b\r\n', 'Subject: a : b\r\n', 'subject:a : b\r\n'],
    ['8-bit octets', 'X-\xc4: \xc3\x84  \xa0\r\n', 'X-\xc4: \xc3\x84  \xa0\r\n', 'x-\xc4:\xc3\x84 \xa0\r\n'],
    ['no line end', 'A: X', 'A: X\r\n', 'a:X\r\n'],
    ['other control octets stay', 'A: \x0b\x0cX\r\n', 'A: \x0b\x0cX\r\n', 'a:\x0b\x0cX\r\n'],
    ['no colon', 'Abc\r\n', 'Abc\r\n', 'abc\r\n'],
  ])('%s', (_, field, simple, relaxed) => {
    expect(text(canonicalizeHeader(octets(field), 'simple'))).toBe(simple);
    expect(text(canonicalizeHeader(octets(field), 'relaxed'))).toBe(relaxed);
  });
});

describe('rfc6376 3.4.3 and 3.4.4: bodies', () => {
  test.each<[string, string, string, string]>([
    ['the example of 3.4.5', ' C \r\nD \t E\r\n\r\n\r\n', ' C \r\nD \t E\r\n', ' C\r\nD E\r\n'],
    ['nothing', '', '\r\n', ''],
    ['one empty line', '\r\n', '\r\n', ''],
    ['empty lines', '\r\n\r\n\r\n', '\r\n', ''],
    ['lines of white space alone', ' \t\r\n \r\n', ' \t\r\n \r\n', ''],
    ['white space alone, no line end', '  ', '  \r\n', ''],
    ['no line end', 'a', 'a\r\n', 'a\r\n'],
    ['white space and no line end', 'a \t', 'a \t\r\n', 'a\r\n'],
    ['empty lines between', 'a\r\n\r\n\r\nb\r\n', 'a\r\n\r\n\r\nb\r\n', 'a\r\n\r\n\r\nb\r\n'],
    ['lines of white space between', 'a\r\n \r\n\t\r\nb\r\n', 'a\r\n \r\n\t\r\nb\r\n', 'a\r\n\r\n\r\nb\r\n'],
    ['mixed white space and empty lines at the end', 'a\r\n \r\n\r\n\t \r\n', 'a\r\n \r\n\r\n\t \r\n', 'a\r\n'],
    ['empty lines first', '\r\n\r\na\r\n', '\r\n\r\na\r\n', '\r\n\r\na\r\n'],
    ['an indented line', '    a b\r\n', '    a b\r\n', ' a b\r\n'],
    ['a single space at the beginning', ' a\r\n b\r\n', ' a\r\n b\r\n', ' a\r\n b\r\n'],
    ['a tab inside', 'a\tb\r\n', 'a\tb\r\n', 'a b\r\n'],
    ['a space and a tab', 'a \tb\t c\r\n', 'a \tb\t c\r\n', 'a b c\r\n'],
    ['other control octets stay', '\0a \x0b \x0c\x1f\r\n', '\0a \x0b \x0c\x1f\r\n', '\0a \x0b \x0c\x1f\r\n'],
    ['8-bit octets', '\xa0\xff  \x80\r\n', '\xa0\xff  \x80\r\n', '\xa0\xff \x80\r\n'],
    ['a CR alone is an octet like any other', 'a\rb \r\r\n', 'a\rb \r\r\n', 'a\rb \r\r\n'],
    ['an LF alone is an octet like any other', 'a\nb \n\n', 'a\nb \n\n\r\n', 'a\nb \n\n\r\n'],
    ['a CR alone at the end', 'a \r', 'a \r\r\n', 'a \r\r\n'],
    ['white space, then a CR alone', 'a \t\rb', 'a \t\rb\r\n', 'a \rb\r\n'],
  ])('%s', (_, body, simple, relaxed) => {
    expect(text(canonicalizeBody(octets(body), 'simple'))).toBe(simple);
    expect(text(canonicalizeBody(octets(body), 'relaxed'))).toBe(relaxed);
  });

  test.each<[Canonicalization, string]>([
    ['simple', 'frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY='],
    ['relaxed', '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
  ])('rfc6376 3.4.3 and 3.4.4: the hash of an empty body, %s', (canonicalization, expected) => {
    const hasher = new BodyHasher();
    const hash = hasher.want(canonicalization);
    hasher.end();
    expect(Buffer.from(hash.octets).toString('base64')).toBe(expected);
  });

  /** What the RFC's words say, said again with regular expressions. */
  function model(body: string, canonicalization: Canonicalization): string {
    if (canonicalization === 'simple') return `${body.replace(/(?:\r\n)+$/, '')}\r\n`;
    const relaxed = body.replace(/[ \t]+(?=\r\n|$)/g, '').replace(/[ \t]+/g, ' ').replace(/(?:\r\n)+$/, '');
    return relaxed === '' ? '' : `${relaxed}\r\n`;
  }

  const random = new SeededRandom(6376);
  const generated = Array.from({ length: 300 }, (_, index) => {
    const pieces = Array.from({ length: random.integer(0, 12) }, () => random.pick([' ', '\t', '  ', '\r\n', '\r\n\r\n', '\r\n ', ' \r\n', 'a', 'bc', 'word', 'a long run of words', '.', '\xe4', '\0', '\r', '\n']));
    return [index, pieces.join('')] as const;
  });

  test.each(generated)('generated body %i: as the model says, however it is cut', (_, body) => {
    for (const canonicalization of ['simple', 'relaxed'] as const) {
      const expected = model(body, canonicalization);
      const irregular = /\r(?!\n)|(?<!\r)\n/.exec(body);
      for (const split of everySplit(octets(body))) {
        let canonical = '';
        const canonicalizer = new BodyCanonicalizer(canonicalization, (chunk) => (canonical += text(chunk)));
        for (const chunk of split) canonicalizer.push(chunk);
        canonicalizer.end();
        expect(canonical).toBe(expected);
        expect(canonicalizer.irregularity).toEqual(irregular === null ? undefined : { kind: irregular[0] === '\r' ? 'bare-cr' : 'bare-lf', offset: irregular.index });
      }
    }
  });

  test.each<[string, string]>([
    ['base64', `${'QUJD'.repeat(19)}\r\n`.repeat(500)],
    ['prose', 'The quick brown fox  jumps over\t the lazy dog \r\n'.repeat(500)],
    ['indented lines', `${' '.repeat(200)}<td>\r\n\t\t</td>  \r\n \r\n`.repeat(200)],
    ['empty lines', '\r\n'.repeat(20_000)],
    ['one long line', 'x'.repeat(50_000)],
    ['one long line of white space', `${' \t'.repeat(1000)}x`],
  ])('a long body in random chunks: %s', (_, body) => {
    for (const canonicalization of ['simple', 'relaxed'] as const) {
      const expected = model(body, canonicalization);
      for (let round = 0; round < 20; round++) {
        let canonical = '';
        const canonicalizer = new BodyCanonicalizer(canonicalization, (chunk) => (canonical += text(chunk)));
        for (const chunk of random.split(octets(body))) canonicalizer.push(chunk);
        canonicalizer.end();
        expect(canonical).toBe(expected);
      }
    }
  });

  test('an array that is written to after push changes nothing', () => {
    const hasher = new BodyHasher();
    const hash = hasher.want('relaxed');
    const chunk = octets('abc\r\n');
    hasher.push(chunk);
    chunk.fill(0x78);
    hasher.end();
    expect(Buffer.from(hash.octets)).toEqual(createHash('sha256').update('abc\r\n').digest());
  });
});

test('the search of the relaxed form finds what a loop finds, at every place of a word', () => {
  const random = new SeededRandom(4);
  for (let round = 0; round < 500; round++) {
    const chunk = octets(random.text('ab  \t\r\n\x1f!\x7f\x80\xa0\xff', random.integer(0, 40)));
    const view = chunk.subarray(random.integer(0, 3));
    const from = random.integer(0, view.length);
    let expected = from;
    for (; expected < view.length; expected++) {
      const octet = view[expected]!;
      const wasBlank = expected === from || view[expected - 1]! <= 0x20;
      const isCleanLineEnd = octet === 0x0d && view[expected + 1] === 0x0a && expected > 0 && view[expected - 1] !== 0x20 && view[expected - 1] !== 0x09;
      if (isCleanLineEnd) expected++;
      else if (octet < 0x20 || (octet === 0x20 && wasBlank)) break;
    }
    expect(new WordWindow(view).next(from)).toBe(expected);
  }
});

test('the search with vectors finds what a loop finds, one stop after the other', () => {
  const random = new SeededRandom(5);
  for (let round = 0; round < 500; round++) {
    const alphabet = random.pick(['ab  \t\r\n\x1f!\x7f\x80\xa0\xff', 'abcdefghij \r\n', 'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz  \r']);
    const chunk = octets(random.text(alphabet, random.integer(70, 300)).replaceAll('\r', '\r\n'));
    const view = chunk.subarray(random.integer(0, 3));
    const at = (index: number): number => view[index] ?? 0x20;
    const expected: number[] = [];
    for (let index = 0; index < view.length; index++) {
      const afterWhiteSpace = at(index - 1) === 0x20 || at(index - 1) === 0x09;
      const endsLine = (at(index) === 0x0d && at(index + 1) === 0x0a && !afterWhiteSpace) || (at(index) === 0x0a && at(index - 1) === 0x0d);
      if (at(index) === 0x20 ? at(index - 1) <= 0x20 : at(index) < 0x20 && !endsLine) expected.push(index);
    }
    const found: number[] = [];
    const window = openTextWindow(view);
    expect(window).not.toBeInstanceOf(WordWindow);
    for (let from = window.next(0); from < view.length; from = window.next(from + 1)) found.push(from);
    expect(found).toEqual(expected);
  }
});

test('what a window held before is not seen: a chunk that ends in a CR or a space', () => {
  openTextWindow(octets('\n'.repeat(200)));
  const cut = octets(`${'x'.repeat(99)}\r`);
  expect(openTextWindow(cut).next(0)).toBe(99);
  const space = octets(`${'x'.repeat(99)} `);
  expect(openTextWindow(space).next(0)).toBe(100);
});

describe('rfc6376 3.5: l= counts octets of the canonical form', () => {
  test.each([0, 1, 4, 5, 8, 9, 100, undefined])('the first %s octets, in every chunk split', (limit) => {
    const body = 'ab  c\r\nd\r\n\r\n';
    const canonical = 'ab c\r\nd\r\n';
    for (const split of everySplit(octets(body))) {
      const hasher = new BodyHasher();
      const hash = hasher.want('relaxed', limit);
      expect(hasher.want('relaxed', limit)).toBe(hash);
      expect(hasher.want('simple', limit)).not.toBe(hash);
      for (const chunk of split) hasher.push(chunk);
      hasher.end();
      expect(Buffer.from(hash.octets)).toEqual(createHash('sha256').update(canonical.slice(0, limit)).digest());
      expect(hash.canonicalOctets).toBe(canonical.length);
    }
  });
});

describe('rfc6376 5.4.2: which fields are signed', () => {
  const section = parseHeaders(octets('Received: 1\r\nFrom: a\r\nReceived: 2\r\nTo: b\r\nreceived: 3\r\nDKIM-Signature: x\r\n\r\n'));
  const select = (...names: string[]): string[] => selectSignedFields(section.fields, names).map(({ text: value }) => value);

  test('a name takes its fields from the bottom up', () => {
    expect(select('Received', 'from', 'RECEIVED')).toEqual(['3', 'a', '2']);
  });

  test('a name more often than there are fields takes nothing more (oversigning)', () => {
    expect(select('from', 'from', 'cc', 'received', 'received', 'received', 'received')).toEqual(['a', '3', '2', '1']);
  });

  test('names that pollute prototypes take nothing', () => {
    expect(select('__proto__', 'constructor', 'from')).toEqual(['a']);
  });

  test('the signature itself is never taken', () => {
    expect(selectSignedFields(section.fields, ['dkim-signature', 'from'], section.fields[5]).map(({ text: value }) => value)).toEqual(['a']);
  });
});
