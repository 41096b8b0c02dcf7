/** Mailbox names. */
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { decodeModifiedUtf7, encodeModifiedUtf7 } from '../../src/charset/modified-utf-7.ts';

describe('modified UTF-7', () => {
  test.each([
    ['rfc3501 5.1.3: the example', '~peter/mail/台北/日本語', '~peter/mail/&U,BTFw-/&ZeVnLIqe-'],
    ['rfc3501 5.1.3: an ampersand', 'R&D', 'R&-D'],
    ['an ampersand beside a run', 'é&é', '&AOk-&-&AOk-'],
    ['a hyphen after a run', 'é-', '&AOk--'],
    ['above the BMP', '😀', '&2D3eAA-'],
    ['controls are in base64', 'a\r\n\0', 'a&AA0ACgAA-'],
    ['nothing', '', ''],
  ])('%s', (_, text, written) => {
    expect(encodeModifiedUtf7(text)).toBe(written);
    expect(decodeModifiedUtf7(written)).toBe(text);
  });

  test.each([
    ['rfc3501 5.1.3: two runs where one does', '&U,BTFw-&ZeVnLIqe-'],
    ['rfc3501 5.1.3: printable US-ASCII in base64', '&AGE-'],
    ['an ampersand in base64', '&ACY-'],
    ['no end', 'a&AOk'],
    ['an ampersand alone', 'a&b'],
    ['padding', '&AOk=-'],
    ['a slash for a comma', '&U/BTFw-'],
    ['bits that are no padding', '&AOl-'],
    ['half a unit', '&AA-'],
    ['half a pair', '&2D0-'],
    ['raw 8-bit', 'é'],
    ['a control', 'a\r\n'],
    ['DEL', '\x7f'],
    ['other characters in a run', '&A k-'],
  ])('%s -> undefined', (_, written) => {
    expect(decodeModifiedUtf7(written)).toBeUndefined();
  });

  test('half a surrogate pair -> TypeError', () => {
    expect(() => encodeModifiedUtf7('a\ud800b')).toThrow(TypeError);
  });

  test('each is the inverse of the other: text on generated text', () => {
    const random = new SeededRandom(3501);
    const alphabet = ['a', '-', '&', '+', ',', '/', ' ', '~', 'é', '€', '日', '😀', '\n', '\ufeff', '\uffff'];
    for (let round = 0; round < 2000; round++) {
      const text = Array.from({ length: random.integer(0, 12) }, () => random.pick(alphabet)).join('');
      const written = encodeModifiedUtf7(text);
      expect(written).toMatch(/^[\x20-\x7e]*$/);
      expect(decodeModifiedUtf7(written)).toBe(text);
    }
  });

  test('each is the inverse of the other: what is read at all is written the same way', () => {
    const random = new SeededRandom(3502);
    let readable = 0;
    for (let round = 0; round < 20_000; round++) {
      const written = random.text('&&-AOkgQ,w2D3e', random.integer(0, 12));
      const text = decodeModifiedUtf7(written);
      if (text === undefined) continue;
      readable++;
      expect(encodeModifiedUtf7(text)).toBe(written);
    }
    expect(readable).toBeGreaterThan(100);
  });
});
