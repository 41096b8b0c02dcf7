import { describe, expect, test } from 'vitest';
import { InputBuffer, LINE, LINE_BARE_CR, LINE_BARE_LF, LINE_NUL, LINE_TOO_LONG, NEED_DATA, encodeLatin1, encodeUtf8, latin1 } from '@mailwright/wire';
import type { LineStatus } from '@mailwright/wire';
import { SeededRandom } from '../../testing/src/seeded-random.ts';

const MAX = 40;
type Read = [LineStatus, string | undefined];

/** All lines of the chunks, each taken as soon as it can be; a line that is too long is skipped. */
function lines(chunks: readonly Uint8Array[], maxOctets: number = MAX): Read[] {
  const input = new InputBuffer();
  const read: Read[] = [];
  for (const chunk of chunks) {
    input.push(chunk);
    for (let status = input.takeLine(maxOctets); status !== NEED_DATA; status = input.takeLine(maxOctets)) {
      read.push([status, status === LINE ? input.lineText() : undefined]);
      if (status === LINE_TOO_LONG) input.skipLine();
    }
  }
  return read;
}

const octetByOctet = (octets: Uint8Array): Uint8Array[] => Array.from(octets, (octet) => Uint8Array.of(octet));

const CASES: [name: string, text: string, read: Read[]][] = [
  ['rfc5321 2.3.8: one line -> its text without CRLF', 'EHLO a\r\n', [[LINE, 'EHLO a']]],
  ['rfc2920 3.1: a group of lines -> each in order', 'RSET\r\nNOOP\r\n\r\nQUIT\r\n', [[LINE, 'RSET'], [LINE, 'NOOP'], [LINE, ''], [LINE, 'QUIT']]],
  ['rfc5321 2.3.8: the start of a line -> nothing yet', 'RSET\r\nNOO', [[LINE, 'RSET']]],
  ['rfc5321 2.3.8: a CR at the end -> nothing yet', 'RSET\r', []],
  ['rfc5321 2.3.8: an LF without CR -> bare-lf, and on', 'RSET\nNOOP\r\n', [[LINE_BARE_LF, undefined], [LINE, 'NOOP']]],
  ['rfc5321 2.3.8: an LF first -> bare-lf', '\nNOOP\r\n', [[LINE_BARE_LF, undefined], [LINE, 'NOOP']]],
  ['rfc5321 2.3.8: a CR inside -> bare-cr, and on', 'RS\rET\r\nNOOP\r\n', [[LINE_BARE_CR, undefined], [LINE, 'NOOP']]],
  ['rfc5321 2.3.8: CR CR LF -> bare-cr', 'RSET\r\r\n', [[LINE_BARE_CR, undefined]]],
  ['rfc5321 4.1.2: a NUL inside -> nul, and on', 'RS\0ET\r\nNOOP\r\n', [[LINE_NUL, undefined], [LINE, 'NOOP']]],
  ['several faults: NUL, bare CR, bare LF -> bare-lf', 'a\0b\rc\n', [[LINE_BARE_LF, undefined]]],
  ['several faults: bare CR, NUL -> nul', 'a\rb\0\r\n', [[LINE_NUL, undefined]]],
  ['rfc5321 4.5.3.1.4: a line of exactly the limit -> taken', `${'x'.repeat(MAX - 2)}\r\n`, [[LINE, 'x'.repeat(MAX - 2)]]],
  ['rfc5321 4.5.3.1.4: one octet more -> too long, and on', `${'x'.repeat(MAX - 1)}\r\nNOOP\r\n`, [[LINE_TOO_LONG, undefined], [LINE, 'NOOP']]],
  ['rfc5321 4.5.3.1.4: far too long, CRs and LFs inside -> too long once', `${'x'.repeat(MAX)}\r${'x'.repeat(90)}\nab\r\r\nNOOP\r\n`, [[LINE_TOO_LONG, undefined], [LINE, 'NOOP']]],
];

describe('InputBuffer lines', () => {
  test.each(CASES)('%s', (_, text, read) => {
    const octets = encodeLatin1(text);
    expect(lines([octets])).toEqual(read);
    expect(lines(octetByOctet(octets))).toEqual(read);
    for (let at = 1; at < octets.length; at++) expect(lines([octets.subarray(0, at), octets.subarray(at)])).toEqual(read);
  });

  test('seeded input in random chunks -> as when it comes whole', () => {
    const random = new SeededRandom(821);
    for (let round = 0; round < 500; round++) {
      const octets = encodeLatin1(random.text('abcdefgh\r\n\0', random.integer(0, 200)).replaceAll('a', '\r\n').replaceAll('b', 'twenty octets of text'));
      const whole = lines([octets]);
      expect(lines(random.split(octets))).toEqual(whole);
      expect(lines(octetByOctet(octets))).toEqual(whole);
    }
  });

  test('chunks pushed before anything is taken -> the same lines', () => {
    const random = new SeededRandom(822);
    const text = 'one\r\ntwo\r\nthree and more\r\n\r\nfive\r\n';
    for (let round = 0; round < 200; round++) {
      const input = new InputBuffer();
      for (const chunk of random.split(encodeLatin1(text))) input.push(chunk);
      expect(input.length).toBe(text.length);
      const read: (string | undefined)[] = [];
      while (input.takeLine(MAX) === LINE) read.push(input.lineText());
      expect(read).toEqual(['one', 'two', 'three and more', '', 'five']);
      expect(input.length).toBe(0);
    }
  });

  test('rfc6531 3.1: UTF-8 in a line -> its text, and not ASCII', () => {
    const input = new InputBuffer();
    input.push(encodeUtf8('VRFY Ünlü\r\nRSET\r\n'));
    expect([input.takeLine(MAX), input.lineText(), input.lineIsAscii]).toEqual([LINE, 'VRFY Ünlü', false]);
    expect([input.takeLine(MAX), input.lineText(), input.lineIsAscii]).toEqual([LINE, 'RSET', true]);
  });

  test('rfc6531 3.1: a UTF-8 character cut by a chunk border -> whole', () => {
    const octets = encodeUtf8('é\r\n');
    expect(lines([octets.subarray(0, 1), octets.subarray(1)])).toEqual([[LINE, 'é']]);
  });

  test.each([
    ['Latin-1', 'VRFY \xdcnl\xfc\r\n'],
    ['an overlong form', '\xc0\xaf\r\n'],
    ['a surrogate', '\xed\xa0\x80\r\n'],
  ])('rfc3629 3: %s in a line -> no text', (_, text) => {
    const input = new InputBuffer();
    input.push(encodeLatin1(text));
    expect([input.takeLine(MAX), input.lineText(), latin1(input.lineView())]).toEqual([LINE, undefined, text.slice(0, -2)]);
  });

  test('limits: a line without end, octet by octet -> too long at the limit, nothing kept afterwards', () => {
    const input = new InputBuffer();
    for (let count = 1; count < MAX; count++) {
      input.push(Uint8Array.of(0x78));
      expect(input.takeLine(MAX)).toBe(NEED_DATA);
    }
    input.push(Uint8Array.of(0x78));
    expect(input.takeLine(MAX)).toBe(LINE_TOO_LONG);
    expect(input.skipLine()).toBe(false);
    for (let count = 0; count < 1000; count++) {
      input.push(Uint8Array.of(0x78));
      expect([input.takeLine(MAX), input.length]).toEqual([NEED_DATA, 0]);
    }
    input.push(encodeLatin1('\r\nRSET\r\n'));
    expect([input.takeLine(MAX), input.lineText()]).toEqual([LINE, 'RSET']);
  });

  test('skipLine after bare-lf -> what stands up to the CRLF is not read as a line', () => {
    const input = new InputBuffer();
    input.push(encodeLatin1('VRFY a\nRCPT TO:<b@c>\r\nRSET\r\n'));
    expect(input.takeLine(MAX)).toBe(LINE_BARE_LF);
    expect(input.skipLine()).toBe(true);
    expect([input.takeLine(MAX), input.lineText()]).toEqual([LINE, 'RSET']);
  });
});

describe('InputBuffer octets', () => {
  test('takeUpTo: a whole chunk -> that chunk, not a copy', () => {
    const input = new InputBuffer();
    const chunk = encodeLatin1('abcdef');
    input.push(chunk);
    expect(input.takeUpTo(100)).toBe(chunk);
    expect(input.takeUpTo(100)).toBe(undefined);
  });

  test('takeUpTo: after a line -> a view into the chunk, at most count octets, never joined', () => {
    const input = new InputBuffer();
    const chunk = encodeLatin1('BDAT 9\r\n12345');
    input.push(chunk);
    input.push(encodeLatin1('6789RSET\r\n'));
    expect([input.takeLine(MAX), input.lineText()]).toEqual([LINE, 'BDAT 9']);
    const first = input.takeUpTo(9)!;
    expect([latin1(first), first.buffer === chunk.buffer]).toEqual(['12345', true]);
    expect(latin1(input.takeUpTo(9 - first.length)!)).toBe('6789');
    expect([input.takeLine(MAX), input.lineText(), input.length]).toEqual([LINE, 'RSET', 0]);
  });

  test('takeUpTo: after a line that has not come whole -> its octets, in order', () => {
    const input = new InputBuffer();
    input.push(encodeLatin1('abc'));
    expect(input.takeLine(MAX)).toBe(NEED_DATA);
    input.push(encodeLatin1('def'));
    input.push(encodeLatin1('ghi'));
    let taken = '';
    for (let view = input.takeUpTo(2); view !== undefined; view = input.takeUpTo(2)) taken += latin1(view);
    expect([taken, input.length]).toEqual(['abcdefghi', 0]);
  });

  test.each<[name: string, use: (input: InputBuffer) => unknown]>([
    ['takeLine without a line', (input) => input.takeLine(MAX)],
    ['takeUpTo', (input) => input.takeUpTo(1)],
    ['discard', (input) => input.discard(1)],
    ['clear', (input) => input.clear()],
  ])('memory: %s lets the line taken before go', (_, use) => {
    const input = new InputBuffer();
    input.push(encodeLatin1('RSET\r\n'));
    expect([input.takeLine(MAX), input.lineText()]).toEqual([LINE, 'RSET']);
    use(input);
    expect([input.lineText(), input.lineView().buffer.byteLength]).toEqual(['', 0]);
  });

  test('takeUpTo: count 0 -> undefined', () => {
    const input = new InputBuffer();
    input.push(encodeLatin1('abc'));
    expect(input.takeUpTo(0)).toBe(undefined);
  });

  test('peek and discard: what stands next, and dropping it over chunk borders', () => {
    const input = new InputBuffer();
    expect(input.peek()).toBe(undefined);
    for (const part of ['abc', 'def', 'ghi']) input.push(encodeLatin1(part));
    expect(latin1(input.peek()!)).toBe('abc');
    expect([input.discard(4), input.length, latin1(input.peek()!)]).toEqual([4, 5, 'ef']);
    expect([input.discard(100), input.length, input.peek()]).toEqual([5, 0, undefined]);
  });

  test('starttls: clear drops what came before the handshake, a line that is being skipped included', () => {
    const input = new InputBuffer();
    input.push(encodeLatin1('x'.repeat(MAX)));
    expect(input.takeLine(MAX)).toBe(LINE_TOO_LONG);
    input.skipLine();
    input.push(encodeLatin1('more'));
    input.clear();
    expect(input.length).toBe(0);
    input.push(encodeLatin1('RSET\r\n'));
    expect([input.takeLine(MAX), input.lineText()]).toEqual([LINE, 'RSET']);
  });

  test('lines and octets mixed at random -> every octet once, in order', () => {
    const random = new SeededRandom(3030);
    for (let round = 0; round < 300; round++) {
      const text = random.text('abcdefgh', random.integer(1, 300)).replaceAll('a', '\r\n');
      const input = new InputBuffer();
      let read = '';
      let length = 0;
      for (const chunk of random.split(encodeLatin1(text))) {
        input.push(chunk);
        length += chunk.length;
        if (random.chance(0.5)) {
          const status = input.takeLine(1000);
          if (status !== NEED_DATA) read += latin1(input.lineView()) + (status === LINE ? '\r\n' : '\n'); // a CR may have gone before
        } else read += latin1(input.takeUpTo(random.integer(1, 20)) ?? new Uint8Array(0));
        expect(input.length).toBe(length - read.length);
      }
      for (let view = input.takeUpTo(7); view !== undefined; view = input.takeUpTo(7)) read += latin1(view);
      expect(read).toBe(text);
    }
  });
});
