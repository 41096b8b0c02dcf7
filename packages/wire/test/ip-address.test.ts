import { isIPv4, isIPv6 } from 'node:net';
import { formatIpv4, formatIpv6, mappedIpv4, parseIpv4, parseIpv6 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';

describe('IPv4', () => {
  test.each([
    ['0.0.0.0', 0], ['192.0.2.1', 0xc000_0201], ['255.255.255.255', 0xffff_ffff], ['10.0.0.100', 0x0a00_0064],
  ])('rfc3986 3.2.2: %s', (text, value) => {
    expect(parseIpv4(text)).toBe(value);
    expect(formatIpv4(value)).toBe(text);
  });

  test.each(['', '1', '1.2.3', '1.2.3.', '.1.2.3', '1..2.3', '1.2.3.4.', '1.2.3.4.5', '256.1.1.1', '1.2.3.1000', '01.2.3.4', '1.2.3.00', '0x1.2.3.4', '1.2.3.4 ', ' 1.2.3.4', '1.2.3.-4', '1.2.3.٤', '1.2.3.4\0', '::1', '1'.repeat(100_000)])(
    'refused: %j',
    (text) => expect(parseIpv4(text)).toBe(-1),
  );
});

describe('IPv6', () => {
  test.each([
    ['::', '::'], ['::1', '::1'], ['1::', '1::'], ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'], ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'], ['1:0:3:4:5:6:7:8', '1:0:3:4:5:6:7:8'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'], ['1:2:3:4:5:6:192.0.2.1', '1:2:3:4:5:6:c000:201'], ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'], ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
    ['0000:0000:0000:0000:0000:0000:0000:0001', '::1'], ['1::192.0.2.1', '1::c000:201'], ['aBcD::00eF', 'abcd::ef'], ['0:0:0:0:0:0:255.255.255.255', '::ffff:ffff'],
  ])('rfc5952 4: %s -> %s', (text, canonical) => {
    const groups = parseIpv6(text);
    expect(groups).toHaveLength(8);
    expect(formatIpv6(groups!)).toBe(canonical);
    expect(parseIpv6(canonical)).toEqual(groups);
  });

  test.each([
    '', ':', ':::', '1', '1:', ':1', '1::2::3', '1:::2', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8::', '::1:2:3:4:5:6:7:8', '1:2:3:4::5:6:7:8', '12345::', 'g::', '::1:', '1:2:3:4:5:6:7:', ':1:2:3:4:5:6:7',
    '192.0.2.1', '192.0.2.1::', '1:192.0.2.1:2::', '::192.0.2.1:1', '1:2:3:4:5:6:7:192.0.2.1', '1:2:3:4:5:6::192.0.2.1', '::192.0.2', '::192.0.02.1', '::256.0.2.1', '::a.0.2.1', 'fe80::1%eth0', '::1 ', ' ::1', '::1\0', '::-1', '::１', `${'1:'.repeat(50_000)}:`,
  ])('refused: %j', (text) => {
    expect(parseIpv6(text)).toBeUndefined();
  });

  test('rfc4291 2.5.5.2: IPv4-mapped addresses', () => {
    expect(mappedIpv4(parseIpv6('::ffff:192.0.2.1')!)).toBe(parseIpv4('192.0.2.1'));
    expect(mappedIpv4(parseIpv6('::ffff:255.255.255.255')!)).toBe(0xffff_ffff);
    for (const text of ['::192.0.2.1', '::fffe:192.0.2.1', '1::ffff:192.0.2.1', '::ffff:0:192.0.2.1', '::']) expect(mappedIpv4(parseIpv6(text)!)).toBe(-1);
  });
});

describe('laws', () => {
  test('parse(format(address)) is the address, and the text is one, on 2,000 seeded ones', () => {
    const random = new SeededRandom(1);
    for (let round = 0; round < 2000; round++) {
      const groups = Array.from({ length: 8 }, () => random.pick([0, 0, 1, 0xffff, random.integer(0, 0xffff)]));
      const text = formatIpv6(groups);
      expect(isIPv6(text)).toBe(true);
      expect(parseIpv6(text)).toEqual(groups);
      const value = random.word();
      expect(parseIpv4(formatIpv4(value))).toBe(value);
    }
  });

  test('what is an address is one for the operating system, too, on 20,000 texts that are nearly one', () => {
    const random = new SeededRandom(2);
    const pieces = ['0', '1', 'f', 'ab', '0000', 'ffff', '12345', ':', ':', ':', '::', '.', '1.2.3.4', '255', '256', '00', '%'];
    for (let round = 0; round < 20_000; round++) {
      const text = Array.from({ length: random.integer(1, 16) }, () => random.pick(pieces)).join('');
      expect([text, parseIpv4(text) >= 0]).toEqual([text, isIPv4(text)]);
      expect([text, parseIpv6(text) !== undefined]).toEqual([text, isIPv6(text) && !text.includes('%')]);
    }
  });
});
