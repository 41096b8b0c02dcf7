import { formatName, parseName } from '@mailwright/dns';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { keysUpward, nameKey } from '../src/names.ts';

describe('parseName', () => {
  test.each<[string, string, readonly string[] | undefined]>([
    ['a plain name', 'mx.example.test', ['mx', 'example', 'test']],
    ['a dot at the end', 'mx.example.test.', ['mx', 'example', 'test']],
    ['the root', '.', []],
    ['an underscore', '_dmarc.example.test', ['_dmarc', 'example', 'test']],
    ['what an SPF macro makes', 'bounce+bob=x@a (b)/"c%._spf.test', ['bounce+bob=x@a (b)/"c%', '_spf', 'test']],
    ['an escaped dot', 'first\\.last.example.test', ['first.last', 'example', 'test']],
    ['an escaped octet', '\\000\\255a.test', ['\x00\xffa', 'test']],
    ['an escaped dot at the end', 'a\\.', ['a.']],
    ['a U-label', 'müller.test', ['xn--mller-kva', 'test']],
    ['a label of 63 octets', `${'a'.repeat(63)}.test`, ['a'.repeat(63), 'test']],
    ['a name of 255 octets', `${`${'a'.repeat(49)}.`.repeat(5)}abc`, ['a', 'a', 'a', 'a', 'a'].map((a) => a.repeat(49)).concat('abc')],
    ['nothing', '', undefined],
    ['an empty label', 'a..test', undefined],
    ['a dot in front', '.test', undefined],
    ['two dots at the end', 'test..', undefined],
    ['a label of 64 octets', `${'a'.repeat(64)}.test`, undefined],
    ['a name of 256 octets', `${`${'a'.repeat(49)}.`.repeat(5)}abcd`, undefined],
    ['a backslash at the end', 'a\\', undefined],
    ['an escape above 255', '\\256.test', undefined],
    ['an escape cut short', '\\25', undefined],
    ['a U-label beside an escape', 'ü\\.test', undefined],
    ['a character that no label holds', '\ud800.test', undefined],
    ['megabytes', 'a.'.repeat(1_000_000), undefined],
  ])('rfc1035 5.1: %s', (_name, text, expected) => {
    expect(parseName(text)).toEqual(expected);
  });

  test('rfc1035 5.1: parse(format(labels)) gives the labels back, for any octets', () => {
    const random = new SeededRandom(1035);
    for (let round = 0; round < 500; round++) {
      const labels = Array.from({ length: random.integer(0, 5) }, () => Buffer.from(random.octets(random.integer(1, 40))).toString('latin1'));
      expect(parseName(formatName(labels))).toEqual(labels);
    }
  });

  test('rfc4343 3: names that differ in the case of letters or in spelling have one key', () => {
    expect(nameKey(parseName('MX.\\069xample.Test.')!)).toBe('mx.example.test');
    expect(nameKey(['É'])).not.toBe(nameKey(['é']));
    expect(keysUpward(['A', 'b'])).toEqual(['a.b', 'b', '.']);
  });
});
