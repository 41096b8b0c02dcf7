import { describe, expect, test } from 'vitest';
import {
  ascii, classTable, concatOctets, decodeBase64, decodeUtf8Strict, encodeBase64, encodeLatin1, encodeUtf8, equalOctets, indexOfOctet,
  indexOfSequence, isAscii, latin1, utf16, utf8, writeBase64Lines,
} from '@mailwright/wire';
import { native, portableNative } from '../src/native.ts';
import { SeededRandom } from '../../testing/src/seeded-random.ts';

const all = Uint8Array.from({ length: 256 }, (_, octet) => octet);

describe('native', () => {
  const portable = portableNative();

  test('the engine and the portable forms agree on seeded octets', () => {
    const random = new SeededRandom(7);
    for (let round = 0; round < 300; round++) {
      const octets = Uint8Array.from({ length: random.integer(0, 90) }, () => random.integer(0, 3));
      const sequence = Uint8Array.from({ length: random.integer(0, 4) }, () => random.integer(0, 3));
      const from = random.integer(0, octets.length);
      expect(native.indexOfOctet(octets, 2, from)).toBe(portable.indexOfOctet(octets, 2, from));
      expect(native.indexOfSequence(octets, sequence, from)).toBe(portable.indexOfSequence(octets, sequence, from));
      expect(native.equal(octets, sequence)).toBe(portable.equal(octets, sequence));
      expect(native.equal(octets, octets.slice())).toBe(true);
      expect(native.base64(octets)).toBe(portable.base64(octets));
      const lines = encodeLatin1(portable.base64(octets.subarray(0, octets.length - (octets.length % 3))).replace(/.{1,8}/g, '$&\r\n'));
      const decoded = [native, portable].map((form) => {
        const target = new Uint8Array(100);
        return [form.writeBase64(target, latin1(lines), 5), target];
      });
      expect(decoded[0]).toEqual(decoded[1]);
      const any = random.octets(60);
      expect(native.latin1(any, 3, 50)).toBe(portable.latin1(any, 3, 50));
      expect(native.utf8(any, 0, 60)).toBe(portable.utf8(any, 0, 60));
      const units = Uint16Array.from(any.subarray(0, 40), (octet) => octet * 0xd0); // below the surrogates
      expect(native.utf16(units.subarray(3))).toBe(portable.utf16(units.subarray(3)));
      expect(native.ascii(octets, 0, octets.length)).toBe(portable.ascii(octets, 0, octets.length));
    }
  });

  test('portable latin1 of more octets than one call takes', () => {
    const long = new Uint8Array(10_000).fill(0xe9);
    expect(portable.latin1(long, 0, long.length)).toBe('é'.repeat(10_000));
  });
});

describe('octets', () => {
  test('latin1 and encodeLatin1 are inverses for every octet, short and long', () => {
    expect(encodeLatin1(latin1(all))).toEqual(all);
    expect(encodeLatin1('é')).toEqual(Uint8Array.of(0xe9));
  });

  test('encodeLatin1: a character above U+00FF -> RangeError', () => {
    expect(() => encodeLatin1('ab€')).toThrow(RangeError);
  });

  test('utf8: what is not UTF-8 -> U+FFFD, and the strict form -> undefined', () => {
    const broken = Uint8Array.of(0x61, 0xff, 0x62);
    expect(utf8(broken)).toBe('a\ufffdb');
    expect(decodeUtf8Strict(broken)).toBe(undefined);
  });

  test('utf8: a byte order mark stays', () => {
    const marked = Uint8Array.of(0xef, 0xbb, 0xbf, 0x61);
    expect([utf8(marked), decodeUtf8Strict(marked)]).toEqual(['\ufeffa', '\ufeffa']);
  });

  test('utf16: code units as they are, pairs and marks among them', () => {
    expect(utf16(Uint16Array.of(0xfeff, 0x61, 0xfc, 0xd83d, 0xde00))).toBe('\ufeffaü😀');
    expect(utf16(new Uint16Array(0))).toBe('');
  });

  test('encodeUtf8 and utf8 are inverses', () => {
    for (const text of ['', 'abc', 'grüße', '漢字', '😀']) expect(utf8(encodeUtf8(text))).toBe(text);
  });

  test('ascii: a range of the octets', () => {
    expect(ascii(encodeLatin1('EHLO example'), 5)).toBe('example');
  });

  test('isAscii', () => {
    expect([isAscii(''), isAscii('a~\x7f'), isAscii('é')]).toEqual([true, true, false]);
  });

  test('concatOctets: parts joined; one part as it is; none -> empty', () => {
    const one = Uint8Array.of(1);
    expect(concatOctets([one, Uint8Array.of(2, 3)])).toEqual(Uint8Array.of(1, 2, 3));
    expect(concatOctets([one, Uint8Array.of(2, 3)], 3)).toEqual(Uint8Array.of(1, 2, 3));
    expect(concatOctets([one])).toBe(one);
    expect(concatOctets([])).toEqual(new Uint8Array(0));
  });

  test('indexOfOctet, indexOfSequence, equalOctets: the defaults', () => {
    expect([indexOfOctet(all, 10), indexOfOctet(all, 10, 11), indexOfSequence(all, Uint8Array.of(13, 14)), indexOfSequence(all, Uint8Array.of(14, 13))]).toEqual([10, -1, 13, -1]);
    expect([equalOctets(all, all.slice()), equalOctets(all, all.subarray(1))]).toEqual([true, false]);
  });
});

describe('base64', () => {
  test.each([
    ['', ''], ['f', 'Zg=='], ['fo', 'Zm8='], ['foo', 'Zm9v'], ['foob', 'Zm9vYg=='], ['fooba', 'Zm9vYmE='], ['foobar', 'Zm9vYmFy'],
  ])('rfc4648 10: %j <-> %j', (text, encoded) => {
    expect(encodeBase64(encodeLatin1(text))).toBe(encoded);
    expect(decodeBase64(encoded)).toEqual(encodeLatin1(text));
  });

  test('rfc4648 4: decode is the inverse of encode on seeded octets', () => {
    const random = new SeededRandom(4648);
    for (let octetCount = 0; octetCount < 200; octetCount++) {
      const octets = random.octets(octetCount);
      expect(decodeBase64(encodeBase64(octets))).toEqual(octets);
    }
  });

  test.each([
    ['no padding', 'Zg'], ['half the padding', 'Zg='], ['padding only', '===='], ['one character and padding', 'Z==='], ['padding inside', 'Zg==Zg=='],
    ['white space', 'Zm9v\r\n'], ['a blank inside', 'Zm 9vYg='], ['the URL alphabet', 'Zm-_'], ['unused bits set', 'Zh=='], ['unused bits of two set', 'Zm9='],
    ['a character outside ASCII', 'Zm9é'],
  ])('rfc4648 3.5: %s -> undefined', (_, text) => {
    expect(decodeBase64(text)).toBe(undefined);
  });
});

describe('writeBase64Lines', () => {
  const write = (lines: string, characters: number): string | undefined => {
    const target = new Uint8Array(20);
    return writeBase64Lines(target, 1, encodeLatin1(lines), characters) ? ascii(target, 1, 1 + (characters / 4) * 3) : undefined;
  };

  test('rfc2045 6.8: lines of the alphabet', () => {
    expect([write('Zm9v', 4), write('Zm9v\r\nYmFy\r\n', 8), write('Zm\n9vYm\nFy', 8), write('', 0)]).toEqual(['foo', 'foobar', 'foobar', '']);
  });

  test.each(['Zm9=', 'Zg==', 'Zm9 ', 'Zm9*', 'Zm9\x00', 'Zm-v', 'Zm_v', 'Zm9\xed', 'Zm\r\nv', '====', 'Zm9vZm==', 'Zg==Zg==', 'Zm9vYmF\t'])(
    '%j, whatever an engine makes of it -> false', (lines) => {
      expect(write(lines, lines.length)).toBe(undefined);
    },
  );
});

describe('classTable', () => {
  test('bits of characters and ranges add up', () => {
    const table = classTable({ 1: [[0x30, 0x39]], 2: ['a5'], 128: [[0xff, 0xff]] });
    expect([table[0x30], table[0x35], table[0x61], table[0xff], table[0x62]]).toEqual([1, 3, 2, 128, 0]);
  });

  test.each([[{ 3: ['a'] }], [{ 256: ['a'] }], [{ 1: ['€'] }], [{ 1: [[250, 256]] as [number, number][] }]])('%j -> RangeError', (classes) => {
    expect(() => classTable(classes)).toThrow(RangeError);
  });
});
