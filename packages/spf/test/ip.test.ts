import { parseIpv4, parseIpv6 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { formatIp, formatIpDotted, inNetwork4, inNetwork6, parseIp, reverseName } from '../src/ip.ts';

describe('parseIpv4', () => {
  test.each([['0.0.0.0', 0], ['255.255.255.255', 4294967295], ['192.0.2.1', 3221225985], ['1.2.3.4', 16909060]])('rfc7208 5.6: %s', (text, value) => {
    expect(parseIpv4(text)).toBe(value);
  });

  test.each(['', '1.2.3', '1.2.3.4.5', '1.2.3.256', '01.2.3.4', '1.2.3.', '.1.2.3', '1..2.3', '1.2.3.4 ', '1.2.3.x', '1.2.3.4:25', '0x1.2.3.4', '1.2.3.00'])('rfc7208 5.6: %j is no ip4-network', (text) => {
    expect(parseIpv4(text)).toBe(-1);
  });
});

describe('parseIpv6', () => {
  test.each([
    ['::', [0, 0, 0, 0, 0, 0, 0, 0]],
    ['::1', [0, 0, 0, 0, 0, 0, 0, 1]],
    ['2001:DB8::ff', [0x2001, 0xdb8, 0, 0, 0, 0, 0, 0xff]],
    ['1:2:3:4:5:6:7:8', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['1:2:3:4:5:6:7::', [1, 2, 3, 4, 5, 6, 7, 0]],
    ['::1.2.3.4', [0, 0, 0, 0, 0, 0, 0x102, 0x304]],
    ['64:ff9b::192.0.2.1', [0x64, 0xff9b, 0, 0, 0, 0, 0xc000, 0x201]],
    ['1:2:3:4:5:6:1.2.3.4', [1, 2, 3, 4, 5, 6, 0x102, 0x304]],
  ])('rfc4291 2.2: %s', (text, groups) => {
    expect(parseIpv6(text)).toEqual(groups);
  });

  test.each(['', ':', ':::', '1', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '::1::2', ':1::2', '1:2:3:4:5:6:7:8::', '12345::', '1.2.3.4::', '::1.2.3', 'g::', ':CAFE::BABE', '1:2:3:4:5:6:7:1.2.3.4'])('rfc4291 2.2: %j is none', (text) => {
    expect(parseIpv6(text)).toBeUndefined();
  });
});

describe('parseIp', () => {
  test.each([['::ffff:192.0.2.1'], ['::FFFF:c000:201'], ['0:0:0:0:0:ffff:192.0.2.1']])('rfc7208 5: %s, an IPv4-mapped address, is the IPv4 address', (text) => {
    expect(parseIp(text)).toEqual({ family: 4, value: 3221225985 });
  });

  test('a zone identifier of a link-local address is left out', () => {
    expect(parseIp('fe80::1%eth0')).toEqual(parseIp('fe80::1'));
  });

  test.each(['', 'localhost', '192.0.2.1/32', '[::1]'])('%j is no address', (text) => {
    expect(parseIp(text)).toBeUndefined();
  });
});

test.each([
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:0db8::0001', '2001:db8::1'],
  ['1:0:3:4:5:6:7:8', '1:0:3:4:5:6:7:8'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['CAFE:BABE::1', 'cafe:babe::1'],
])('rfc5952 4: %s is written %s', (text, canonical) => {
  expect(formatIp(parseIp(text)!)).toBe(canonical);
});

test('inverse law: what is written is read back, for 2,000 addresses', () => {
  const random = new SeededRandom(7208);
  for (let round = 0; round < 1_000; round++) {
    const ip4 = { family: 4, value: random.word() } as const;
    expect(parseIp(formatIp(ip4))).toEqual(ip4);
    const groups = Array.from({ length: 8 }, () => (random.chance(0.5) ? 0 : random.integer(0, 0xffff)));
    groups[0] = 0x2001;
    expect(parseIp(formatIp({ family: 6, groups }))).toEqual({ family: 6, groups });
  }
});

test('rfc7208 7.3: %{i} of both families, and the name for the PTR query', () => {
  expect(formatIpDotted(parseIp('192.0.2.3')!)).toBe('192.0.2.3');
  expect(formatIpDotted(parseIp('2001:db8::cb01')!)).toBe('2.0.0.1.0.D.B.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.C.B.0.1');
  expect(reverseName(parseIp('192.0.2.3')!)).toBe('3.2.0.192.in-addr.arpa');
  expect(reverseName(parseIp('2001:db8::cb01')!)).toBe('1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.ip6.arpa');
});

test('networks: every prefix length splits the addresses where the bits differ', () => {
  const address = parseIpv4('170.170.170.170');
  const groups = parseIpv6('aaaa:aaaa:aaaa:aaaa:aaaa:aaaa:aaaa:aaaa')!;
  for (let bit = 0; bit < 32; bit++) {
    const other = (address ^ (1 << (31 - bit))) >>> 0;
    expect([inNetwork4(other, address, bit), inNetwork4(other, address, bit + 1)]).toEqual([true, false]);
  }
  for (let bit = 0; bit < 128; bit++) {
    const other = groups.map((group, index) => (index === bit >> 4 ? group ^ (1 << (15 - (bit % 16))) : group));
    expect([inNetwork6(other, groups, bit), inNetwork6(other, groups, bit + 1)]).toEqual([true, false]);
  }
});
