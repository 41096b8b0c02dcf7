import { checkIprev } from '@mailwright/auth';
import { inMemoryZone } from '@mailwright/dns';
import type { ZoneObject } from '@mailwright/dns';
import { describe, expect, test } from 'vitest';

const V6 = '2001:db8::25';
const V6_NAME = '5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa';

const CASES: readonly (readonly [string, string, ZoneObject, string, string | undefined])[] = [
  ['a name that leads back', '192.0.2.1', { '1.2.0.192.in-addr.arpa': { PTR: 'a.example' }, 'a.example': { A: '192.0.2.1' } }, 'pass', 'a.example'],
  ['the second of two names leads back', '192.0.2.1', {
    '1.2.0.192.in-addr.arpa': { PTR: ['a.example', 'b.example'] }, 'a.example': { A: '192.0.2.9' }, 'b.example': { A: ['192.0.2.8', '192.0.2.1'] },
  }, 'pass', 'b.example'],
  ['IPv6, another spelling in the zone', V6, { [V6_NAME]: { PTR: 'a.example' }, 'a.example': { AAAA: '2001:0DB8:0:0:0:0:0:0025' } }, 'pass', 'a.example'],
  ['a name that leads elsewhere', '192.0.2.1', { '1.2.0.192.in-addr.arpa': { PTR: 'a.example' }, 'a.example': { A: '192.0.2.9' } }, 'fail', undefined],
  ['a name that leads nowhere', '192.0.2.1', { '1.2.0.192.in-addr.arpa': { PTR: 'a.example' } }, 'fail', undefined],
  ['no name', '192.0.2.1', {}, 'permerror', undefined],
  ['the DNS does not say the name', '192.0.2.1', { '1.2.0.192.in-addr.arpa': { script: { status: 'temp' } } }, 'temperror', undefined],
  ['a bogus answer', '192.0.2.1', { '1.2.0.192.in-addr.arpa': { script: { status: 'bogus' } } }, 'temperror', undefined],
  ['the DNS does not say where it leads', '192.0.2.1', { '1.2.0.192.in-addr.arpa': { PTR: 'a.example' }, 'a.example': { script: { status: 'temp' } } }, 'temperror', undefined],
  ['one name unknown, the other leads back', '192.0.2.1', {
    '1.2.0.192.in-addr.arpa': { PTR: ['a.example', 'b.example'] }, 'a.example': { script: { status: 'temp' } }, 'b.example': { A: '192.0.2.1' },
  }, 'pass', 'b.example'],
];

describe('checkIprev', () => {
  test.each(CASES)('rfc8601 2.7.3: %s', async (_name, ip, zone, result, name) => {
    const found = await checkIprev({ ip, resolver: inMemoryZone(zone) });
    expect(found).toMatchObject({ result, name, ip });
    expect(found.trace.length).toBeGreaterThan(0);
  });

  test.each([
    ['::ffff:192.0.2.1', '192.0.2.1', '1.2.0.192.in-addr.arpa'],
    ['fe80::1%eth0', 'fe80::1', '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.e.f.ip6.arpa'],
    ['::1', '::1', '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1', '1.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa'],
    ['::ffff:0:0', '0.0.0.0', '0.0.0.0.in-addr.arpa'],
  ])('rfc3596 2.5: %s is asked for as it should be', async (ip, text, asked) => {
    const names: string[] = [];
    const found = await checkIprev({ ip, resolver: inMemoryZone({}, { onQuery: (name) => void names.push(name) }) });
    expect(found.ip).toBe(text);
    expect(names).toEqual([asked]);
  });

  test('no more names than ten are looked up', async () => {
    let asked = 0;
    const names = Array.from({ length: 100 }, (_name, index) => `n${index}.example`);
    const resolver = inMemoryZone({ '1.2.0.192.in-addr.arpa': { PTR: names }, 'n50.example': { A: '192.0.2.1' } }, { onQuery: () => void asked++ });
    expect((await checkIprev({ ip: '192.0.2.1', resolver })).result).toBe('fail');
    expect(asked).toBe(11);
  });

  test.each(['', 'localhost', '192.0.2', '192.0.2.1.5', '2001:db8', '1::2::3', '192.0.2.1]', '[192.0.2.1]'])('mistake: %j is no address', async (ip) => {
    await expect(checkIprev({ ip, resolver: inMemoryZone({}) })).rejects.toThrow(TypeError);
  });
});
