import { describe, expect, test } from 'vitest';
import { ASCII_SAMPLES, ATTACHMENT, DOTS, EIGHT_BIT, INTERNATIONAL, LARGE, PLAIN, SAMPLES, UNTERMINATED, assertArrived, assertSameOctets, removePrepended } from './messages.ts';

const octets = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const text = (message: Uint8Array): string => Buffer.from(message).toString('latin1');

describe('samples', () => {
  test.each([...SAMPLES, LARGE, INTERNATIONAL])('$name: lines end in CRLF and have at most 998 octets', (sample) => {
    expect(text(sample.octets).replace(/(?:[^\r\n\0]{0,998}\r\n)*/, '')).toBe('');
  });

  test('octets above 127 are where they are said to be', () => {
    expect([...ASCII_SAMPLES, LARGE, UNTERMINATED].filter(({ octets: all }) => all.some((octet) => octet > 127))).toEqual([]);
    expect([EIGHT_BIT, INTERNATIONAL].every(({ octets: all }) => all.some((octet) => octet > 127))).toBe(true);
    expect(text(EIGHT_BIT.octets).split('\r\n\r\n')[0]).toMatch(/^[\t\r\n -~]*$/);
  });

  test('their sizes, and the ends of those that are special', () => {
    expect([LARGE.octets.length >= 5_000_000, ATTACHMENT.octets.length >= 100_000]).toEqual([true, true]);
    expect([text(DOTS.octets).endsWith('\r\n.\r\n'), text(DOTS.octets).includes('\r\n\r\n.\r\n..\r\n')]).toEqual([true, true]);
    expect(text(UNTERMINATED.octets)).toBe(text(PLAIN.octets).slice(0, -2));
  });
});

describe('assertArrived', () => {
  test('the same messages in another order', () => {
    expect(() => assertArrived([octets('b'), octets('a'), octets('a')], [octets('a'), octets('b'), octets('a')])).not.toThrow();
  });

  test.each([
    ['one is missing', ['a'], ['a', 'b']],
    ['one is there twice', ['a', 'b', 'b'], ['a', 'b']],
    ['one came in place of another', ['a', 'a'], ['a', 'b']],
    ['nothing came', [], ['a']],
  ])('%s -> it throws', (_situation, received, sent) => {
    expect(() => assertArrived(received.map(octets), sent.map(octets))).toThrow(`${sent.length} messages were sent, ${received.length} arrived`);
  });

  test('an octet was changed -> it throws and shows where', () => {
    const sent = [octets('Message-ID: <1>\r\n\r\none'), octets('Message-ID: <2>\r\n\r\ntwo')];
    const received = [octets('Message-ID: <2>\r\n\r\ntwO'), octets('Message-ID: <1>\r\n\r\none')];
    expect(() => assertArrived(received, sent)).toThrow('22 octets in place of 22, the first difference is at 21');
  });
});

describe('assertSameOctets', () => {
  test.each([['abc', 'abd', 2], ['abc', 'ab', 2], ['ab', 'abc', 2], ['', 'a', 0]])('%j and %j differ at %i', (actual, expected, at) => {
    expect(() => assertSameOctets(octets(actual), octets(expected))).toThrow(`the first difference is at ${at}`);
  });

  test('the same octets in another kind of array', () => {
    expect(() => assertSameOctets(Buffer.from('abc'), octets('abc'))).not.toThrow();
  });
});

describe('removePrepended', () => {
  const message = octets('Return-Path: <a@b>\r\nReceived: from x\r\n\tby y\r\nReceived: from z\r\nSubject: s\r\n\r\nReceived: no\r\n');

  test('fields are taken off once each, in order, with their folded lines', () => {
    expect(text(removePrepended(message, ['return-path', 'Received']))).toBe('Received: from z\r\nSubject: s\r\n\r\nReceived: no\r\n');
  });

  test('lines that end in LF', () => {
    expect(text(removePrepended(octets('X-A: 1\n 2\nB: 3\n'), ['X-A']))).toBe('B: 3\n');
  });

  test.each([['another name', ['Received']], ['another order', ['Received', 'Return-Path']], ['one too many', ['Return-Path', 'Received', 'Received', 'Received']]])('%s -> it throws', (_situation, names) => {
    expect(() => removePrepended(message, names)).toThrow('the message does not go on with Received');
  });
});
