import { concatOctets, encodeLatin1, InputBuffer, latin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { type LineEnds, type StoredLineEnds, TextReader, TextStuffer } from '@mailwright/pop3';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { anyMessage } from './generate.ts';

interface Read {
  readonly text: string;
  readonly ended: boolean;
  /** What stands behind the end. */
  readonly rest: string;
}

function read(chunks: readonly Uint8Array[], lineEnds: LineEnds = 'crlf'): Read {
  const input = new InputBuffer();
  const reader = new TextReader(lineEnds);
  const pieces: Uint8Array[] = [];
  let ended = false;
  for (const chunk of chunks) {
    input.push(chunk);
    while (!ended) {
      const step = reader.read(input);
      if (step === 'octets') pieces.push(reader.octets);
      ended = step === 'end';
      if (step === 'need-data') break;
    }
  }
  const text = latin1(concatOctets(pieces));
  expect(reader.octetCount).toBe(text.length);
  const rest: Uint8Array[] = [];
  for (let octets = input.takeUpTo(Infinity); octets !== undefined; octets = input.takeUpTo(Infinity)) rest.push(octets);
  return { text, ended, rest: latin1(concatOctets(rest)) };
}

function stuff(pieces: readonly Uint8Array[], lineEnds: StoredLineEnds = 'pass', bodyLines?: number): Uint8Array {
  const stuffer = new TextStuffer(lineEnds, bodyLines);
  const parts: Uint8Array[] = [];
  for (const piece of pieces) stuffer.push(piece, parts);
  stuffer.end(parts);
  return concatOctets(parts);
}

const splits = (octets: Uint8Array): readonly (readonly Uint8Array[])[] => [
  [octets],
  Array.from(octets, (octet) => Uint8Array.of(octet)),
  ...Array.from({ length: octets.length + 1 }, (_, at) => [octets.subarray(0, at), octets.subarray(at)]),
];

describe('reading', () => {
  test.each([
    ['nothing', '.\r\n', '', ''],
    ['one line', 'hello\r\n.\r\n', 'hello\r\n', ''],
    ['a stuffed dot', '..\r\n.\r\n', '.\r\n', ''],
    ['stuffed dots', '...a\r\n..b\r\n.\r\n', '..a\r\n.b\r\n', ''],
    ['a dot that nobody stuffed', '.a\r\n.\r\n', 'a\r\n', ''],
    ['what stands behind', 'a\r\n.\r\n+OK\r\n', 'a\r\n', '+OK\r\n'],
    ['dots inside a line', 'a.b.\r\n.\r\n', 'a.b.\r\n', ''],
    ['a bare LF ends nothing', 'a\n.\nb\r\n.\r\n', 'a\n.\nb\r\n', ''],
    ['a bare LF before the dot ends nothing', 'a\n.\r\nb\r\n.\r\n', 'a\n.\r\nb\r\n', ''],
    ['a bare LF behind the dot ends nothing', 'a\r\n.\nb\r\n.\r\n', 'a\r\n\nb\r\n', ''],
    ['a bare CR ends nothing', 'a\r.\rb\r\n.\r\n', 'a\r.\rb\r\n', ''],
    ['a dot and a CR alone', '.\rb\r\n.\r\n', '\rb\r\n', ''],
    ['a dot and two CR', '.\r\r\n.\r\n', '\r\r\n', ''],
    ['a dot, CR, and a line that begins with a dot', '.\r.\r\n.\r\n', '\r.\r\n', ''],
    ['NUL and 8-bit are the message\'s own', 'a\0\xff\r\n.\r\n', 'a\0\xff\r\n', ''],
  ])('rfc1939 3: %s, at every split', (_name, wire, text, rest) => {
    for (const chunks of splits(encodeLatin1(wire))) {
      const got = read(chunks);
      expect(got.text).toBe(text);
      expect(got.ended).toBe(true);
      expect(got.rest).toBe(rest);
    }
  });

  test.each([
    ['LF alone', 'a\n..b\n.\n+OK', 'a\n.b\n', '+OK'], ['CRLF as well', 'a\r\n..\r\n.\r\n', 'a\r\n.\r\n', ''], ['both', 'a\n..\r\n.\n', 'a\n.\r\n', ''], ['nothing', '.\n', '', ''],
  ])('lf-too: %s, at every split', (_name, wire, text, rest) => {
    for (const chunks of splits(encodeLatin1(wire))) {
      const got = read(chunks, 'lf-too');
      expect([got.text, got.ended]).toEqual([text, true]);
      expect(got.rest).toBe(rest);
    }
  });

  test('node-pop3 #36: the end split over three chunks', () => {
    for (const chunks of [['a\r', '\n.', '\r\n'], ['a\r\n', '.\r', '\n'], ['a', '\r\n.\r', '\n'], ['a\r\n.', '', '\r\n']]) {
      expect(read(chunks.map((chunk) => encodeLatin1(chunk)))).toMatchObject({ text: 'a\r\n', ended: true });
    }
  });

  test('not over yet: nothing is taken for the end', () => {
    for (const wire of ['a', 'a\r\n', 'a\r\n.', 'a\r\n.\r', '..\r\n', '']) expect(read([encodeLatin1(wire)]).ended).toBe(false);
  });
});

describe('writing', () => {
  test('reading is the inverse of writing: 400 generated messages, split at every octet on both sides', () => {
    const random = new SeededRandom(5);
    for (let count = 0; count < 400; count++) {
      const message = anyMessage(random);
      const whole = stuff([message]);
      for (const pieces of splits(message)) expect(latin1(stuff(pieces))).toBe(latin1(whole));
      for (const chunks of splits(whole)) expect(read(chunks)).toMatchObject({ text: latin1(message), ended: true });
    }
  });

  test.each([
    ['LF', 'a\nb\n', 'a\r\nb\r\n.\r\n'], ['CR', 'a\rb\r', 'a\r\nb\r\n.\r\n'], ['no end', 'a', 'a\r\n.\r\n'], ['nothing', '', '.\r\n'], ['LF and a dot', 'a\n.\nb', 'a\r\n..\r\nb\r\n.\r\n'],
    ['CR and a dot', 'a\r.\rb', 'a\r\n..\r\nb\r\n.\r\n'], ['LF CR', 'a\n\rb', 'a\r\n\r\nb\r\n.\r\n'], ['NUL stays', 'a\0\r\n', 'a\0\r\n.\r\n'],
  ])('normalize: %s, at every split', (_name, message, wire) => {
    for (const pieces of splits(encodeLatin1(message))) expect(latin1(stuff(pieces, 'normalize'))).toBe(wire);
  });

  test('whatever is normalized reads the same by CRLF and by LF', () => {
    const random = new SeededRandom(6);
    for (let count = 0; count < 300; count++) {
      const wire = stuff([anyMessage(random)], 'normalize');
      expect(read([wire], 'lf-too')).toEqual(read([wire]));
      expect(read([wire]).rest).toBe('');
    }
  });

  test.each([
    [0, 'A: 1\r\n\r\n.\r\n'], [1, 'A: 1\r\n\r\none\r\n.\r\n'], [2, 'A: 1\r\n\r\none\r\n..two\r\n.\r\n'], [3, 'A: 1\r\n\r\none\r\n..two\r\nthree\r\n.\r\n'], [9, 'A: 1\r\n\r\none\r\n..two\r\nthree\r\n.\r\n'],
  ])('rfc1939 7: TOP with %i lines, at every split, lines ended by CRLF and by LF', (lines, wire) => {
    const message = 'A: 1\r\n\r\none\r\n.two\r\nthree';
    for (const pieces of splits(encodeLatin1(message))) expect(latin1(stuff(pieces, 'normalize', lines))).toBe(wire);
    for (const pieces of splits(encodeLatin1(message.replaceAll('\r\n', '\n')))) expect(latin1(stuff(pieces, 'normalize', lines))).toBe(wire);
  });

  test('rfc1939 7: TOP says when it has enough', () => {
    const stuffer = new TextStuffer('pass', 1);
    const parts: Uint8Array[] = [];
    stuffer.push(encodeLatin1('A: 1\r\n\r\n'), parts);
    expect(stuffer.full).toBe(false);
    stuffer.push(encodeLatin1('one\r\ntwo'), parts);
    expect(stuffer.full).toBe(true);
    stuffer.push(encodeLatin1('three'), parts);
    expect(latin1(concatOctets(parts))).toBe('A: 1\r\n\r\none\r\n');
  });
});
