import { describe, expect, test } from 'vitest';
import { encodeReply, isIntermediate, isPermanent, isPositive, isTransient, parseReply, reply, ReplyParser } from '@mailwright/smtp';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { generateReply } from './generate.ts';

const ENHANCED = { enhanced: true };
const PLAIN = { enhanced: false };

describe('reply', () => {
  test.each([
    ['code 199', 199], ['code 260', 260], ['code 560', 560], ['code 600', 600], ['code 250.5', 250.5], ['NaN', Number.NaN],
  ])('rfc5321 4.2: %s -> RangeError', (_name, code) => {
    expect(() => reply(code, undefined, 'x')).toThrow(RangeError);
  });

  test.each([
    ['CRLF in the text', 'a\r\n250 b'], ['CR in the text', 'a\rb'], ['LF in the text', 'a\nb'], ['NUL in the text', 'a\0b'], ['ESC in the text', '\x1b[2J'],
  ])('injection: %s -> TypeError', (_name, text) => {
    expect(() => reply(250, undefined, text)).toThrow(TypeError);
    expect(() => encodeReply({ code: 250, enhanced: undefined, lines: [text] }, PLAIN)).toThrow(TypeError);
    expect(() => encodeReply({ code: 250, enhanced: undefined, lines: ['first', text, 'last'] }, PLAIN)).toThrow(TypeError);
  });

  test('injection: CRLF in the enhanced status code -> TypeError', () => {
    expect(() => encodeReply({ code: 250, enhanced: '2.0.0\r\n' as never, lines: ['x'] }, ENHANCED)).toThrow(TypeError);
  });

  test.each([
    ['5.1.1 beside 250', 250, '5.1.1'], ['2.0.0 beside 354', 354, '2.0.0'], ['a leading zero', 550, '5.01.1'], ['four digits', 550, '5.1.1000'], ['words', 550, 'x'],
  ])('rfc2034 4: %s -> TypeError', (_name, code, enhanced) => {
    expect(() => reply(code, enhanced as never, 'x')).toThrow(TypeError);
  });

  test('rfc5321 4.5.3.1.5: a line of 495 characters -> RangeError', () => {
    expect(() => reply(250, undefined, 'x'.repeat(495))).toThrow(RangeError);
    expect(reply(250, undefined, 'x'.repeat(494)).lines[0]).toHaveLength(494);
  });

  test('no text -> one empty line', () => {
    expect(reply(250, undefined)).toEqual({ code: 250, enhanced: undefined, lines: [''] });
  });

  test.each([[250, 'positive'], [354, 'intermediate'], [451, 'transient'], [550, 'permanent']] as const)('rfc5321 4.2.1: %i is %s and nothing else', (code, kind) => {
    const one = reply(code, undefined, '');
    expect({ positive: isPositive(one), intermediate: isIntermediate(one), transient: isTransient(one), permanent: isPermanent(one) }).toEqual({
      positive: false, intermediate: false, transient: false, permanent: false, [kind]: true,
    });
  });
});

describe('encodeReply', () => {
  test.each([
    ['one line', reply(250, '2.1.5', 'OK'), ENHANCED, '250 2.1.5 OK\r\n'],
    ['enhanced status codes not announced', reply(250, '2.1.5', 'OK'), PLAIN, '250 OK\r\n'],
    ['no enhanced status code', reply(354, undefined, 'Go'), ENHANCED, '354 Go\r\n'],
    ['no text: the blank stands', reply(250, undefined), ENHANCED, '250 \r\n'],
    ['several lines: the status on each (rfc2034 4)', reply(550, '5.1.1', 'a', 'b'), ENHANCED, '550-5.1.1 a\r\n550 5.1.1 b\r\n'],
    ['three lines', reply(250, undefined, 'a', '', 'c'), ENHANCED, '250-a\r\n250-\r\n250 c\r\n'],
  ])('rfc5321 4.2: %s', (_name, one, encoding, text) => {
    expect(encodeReply(one, encoding)).toBe(text);
  });

  test('inverse law: parseReply(encodeReply(r)) is r, on 2000 generated replies', () => {
    const random = new SeededRandom(1);
    for (let round = 0; round < 2000; round++) {
      const one = generateReply(random);
      const text = encodeReply(one, ENHANCED);
      expect(parseReply(text)).toEqual({ ok: true, value: one, end: text.length });
      expect(parseReply(text.slice(0, -2))).toEqual({ ok: true, value: one, end: text.length - 2 });
    }
  });
});

describe('ReplyParser', () => {
  const feed = (...lines: string[]): unknown => {
    const parser = new ReplyParser();
    let last: unknown;
    for (const line of lines) last = parser.push(line);
    return last;
  };

  test.each([
    ['one line', ['250 OK'], 250, undefined, ['OK']],
    ['a code alone', ['250'], 250, undefined, ['']],
    ['a code and a blank', ['250 '], 250, undefined, ['']],
    ['several lines', ['250-a', '250-', '250 c'], 250, undefined, ['a', '', 'c']],
    ['the last line is a code alone', ['250-a', '250'], 250, undefined, ['a', '']],
    ['enhanced', ['550 5.1.1 no'], 550, '5.1.1', ['no']],
    ['enhanced without text', ['250 2.0.0'], 250, '2.0.0', ['']],
    ['enhanced on each line', ['550-5.7.1 a', '550 5.7.1 b'], 550, '5.7.1', ['a', 'b']],
    ['enhanced on the first line only', ['550-5.7.1 a', '550 b'], 550, '5.7.1', ['a', 'b']],
    ['enhanced of another class is text', ['250 5.1.1 no'], 250, undefined, ['5.1.1 no']],
    ['an IP address is no enhanced code', ['220 2.3.4.5 ready'], 220, undefined, ['2.3.4.5 ready']],
    ['UTF-8 text', ['550 Gruß'], 550, undefined, ['Gruß']],
    ['codes above 559', ['571 5.7.1 Sendmail says so'], 571, '5.7.1', ['Sendmail says so']],
  ])('rfc5321 4.2: %s', (_name, lines, code, enhanced, text) => {
    expect(feed(...lines)).toEqual({ code, enhanced, lines: text });
  });

  test.each([
    ['no digits', ['OK']], ['two digits', ['25 OK']], ['four digits', ['2500 OK']], ['1yz', ['150 wait']], ['6yz', ['600 no']], ['an empty line', ['']],
    ['a separator that is neither', ['250/OK']], ['TAB as separator', ['250\tOK']], ['several codes in one reply', ['250-a', '251 b']],
    ['a word inside a reply', ['250-a', 'b']], ['digits that are not ASCII', ['２５０ OK']],
  ])('rfc5321 4.2: %s -> SMTP_BAD_REPLY', (_name, lines) => {
    expect(feed(...lines)).toBe('SMTP_BAD_REPLY');
  });

  test('a multi-line reply without end -> LIMIT_REPLY_LINES, and nothing is taken afterwards', () => {
    const parser = new ReplyParser();
    for (let line = 0; line < 128; line++) expect(parser.push('250-x')).toBeUndefined();
    expect(parser.push('250-x')).toBe('LIMIT_REPLY_LINES');
    expect(parser.push('250 OK')).toBe('LIMIT_REPLY_LINES');
  });

  test('128 lines are taken', () => {
    const parser = new ReplyParser();
    for (let line = 0; line < 127; line++) parser.push('250-x');
    expect(parser.push('250 x')).toMatchObject({ code: 250, lines: { length: 128 } });
  });

  test('too many octets -> LIMIT_REPLY_OCTETS', () => {
    const parser = new ReplyParser({ replyLines: 128, replyOctets: 20 });
    expect(parser.push('250-123456789')).toBeUndefined();
    expect(parser.push('250-123456789')).toBe('LIMIT_REPLY_OCTETS');
    expect(new ReplyParser({ replyLines: 128, replyOctets: 20 }).push(`250 ${'x'.repeat(20)}`)).toBe('LIMIT_REPLY_OCTETS');
  });

  test('octets are counted anew for each reply', () => {
    const parser = new ReplyParser({ replyLines: 128, replyOctets: 30 });
    for (let round = 0; round < 10; round++) {
      expect(parser.push('250-123456789')).toBeUndefined();
      expect(parser.pending).toBe(true);
      expect(parser.push('250 123456789')).toMatchObject({ code: 250 });
      expect(parser.pending).toBe(false);
    }
  });
});

describe('parseReply', () => {
  test.each([
    ['nothing', ''], ['no last line', '250-a\r\n'], ['two replies', '250 a\r\n250 b\r\n'], ['bare LF', '250-a\n250 b'], ['text behind', '250 a\r\nx'],
  ])('%s -> SMTP_BAD_REPLY', (_name, text) => {
    // A bare LF does not end a line: the text is one line, and its last line is missing.
    expect(parseReply(text)).toMatchObject({ ok: false, error: 'SMTP_BAD_REPLY' });
  });
});
