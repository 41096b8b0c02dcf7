import { inMemoryZone, mailHosts, sortMx, type MailHostsDecision, type MxRecord, type ZoneObject } from '@mailwright/dns';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../testing/src/fake-clock.ts';
import { SeededRandom } from '../../testing/src/seeded-random.ts';

const mx = (preference: number, exchange: string): MxRecord => ({ type: 'MX', preference, exchange });

describe('sortMx', () => {
  test('rfc5321 5.1: lowest preference first, whatever the order and the draw', () => {
    const random = new SeededRandom(1);
    for (let round = 0; round < 50; round++) {
      const sorted = sortMx([mx(20, 'c'), mx(10, 'a'), mx(20, 'd'), mx(65_535, 'e'), mx(15, 'b')], random);
      expect(sorted.map((record) => record.preference)).toEqual([10, 15, 20, 20, 65_535]);
    }
  });

  test('rfc5321 5.1: each order of equals comes up about as often', () => {
    const random = new SeededRandom(2);
    const counts = new Map<string, number>();
    for (let round = 0; round < 6000; round++) {
      const order = sortMx([mx(10, 'a'), mx(10, 'b'), mx(10, 'c')], random).map((record) => record.exchange).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  test('the same seed gives the same order, the input stays as it is, octets may be a view', () => {
    const records = Object.freeze([mx(1, 'a'), mx(1, 'b'), mx(1, 'c'), mx(1, 'd')]);
    const inView = { octets: (count: number) => new Uint8Array([9, ...new SeededRandom(3).octets(count)]).subarray(1) };
    expect(sortMx(records, inView)).toEqual(sortMx(records, new SeededRandom(3)));
    expect(sortMx([], new SeededRandom(3))).toEqual([]);
  });
});

const zone: ZoneObject = {
  test: { SOA: 'ns.test hostmaster.test 1 2 3 4 60' },
  'many.test': { MX: ['20 b.test', '10 a.test'], ttl: 300 },
  'none.test': { A: '192.0.2.1' },
  'bare.sub.test': { TXT: 'no host here' },
  'null.test': { MX: '0 .' },
  'null10.test': { MX: '10 .' },
  'mixed.test': { MX: ['0 .', '10 a.test'] },
  'alias.test': { CNAME: 'many.test' },
  'alias-none.test': { CNAME: 'none.test' },
  'alias-gone.test': { CNAME: 'gone.test' },
  'temp.test': { A: '192.0.2.1', script: { status: 'temp' } },
  'bogus.test': { MX: '10 a.test', script: { status: 'bogus' } },
};

describe('mailHosts', () => {
  const resolver = inMemoryZone(zone);

  test.each<[string, string, MailHostsDecision, readonly string[], string]>([
    ['rfc5321 5.1: MX records', 'many.test', 'hosts', ['10 a.test', '20 b.test'], '5321 5.1'],
    ['rfc5321 5.1: no MX records', 'none.test', 'implicit', ['0 none.test'], '5321 5.1'],
    ['rfc5321 5.1: no MX and no address: the address lookup will tell', 'bare.sub.test', 'implicit', ['0 bare.sub.test'], '5321 5.1'],
    ['rfc5321 5.1: no such domain: never an implicit MX', 'gone.test', 'nxdomain', [], '5321 5.1'],
    ['rfc5321 5.1: SERVFAIL: never an implicit MX', 'temp.test', 'temp', [], '5321 5.1'],
    ['rfc4035 5.5: a forged answer', 'bogus.test', 'bogus', [], '4035 5.5'],
    ['rfc5321 5.1: an alias counts as what it stands for', 'alias.test', 'hosts', ['10 a.test', '20 b.test'], '5321 5.1'],
    ['rfc5321 5.1: an alias to a domain without MX', 'alias-none.test', 'implicit', ['0 none.test'], '5321 5.1'],
    ['an alias to nothing', 'alias-gone.test', 'nxdomain', [], '5321 5.1'],
    ['rfc7505 3: null MX', 'null.test', 'null-mx', [], '7505 3'],
    ['rfc7505 3: a null MX with another preference', 'null10.test', 'null-mx', [], '7505 3'],
    ['rfc7505 3: a null MX beside others is left out', 'mixed.test', 'hosts', ['10 a.test'], '7505 3'],
    ['an empty label', 'a..test', 'nxdomain', [], '5321 5.1'],
    ['a label of 64 octets', `${'a'.repeat(64)}.test`, 'nxdomain', [], '5321 5.1'],
    ['injection', 'many.test\r\nMX evil', 'nxdomain', [], '5321 5.1'],
  ])('%s', async (_name, domain, decision, hosts, section) => {
    const outcome = await mailHosts(resolver, domain, { random: new SeededRandom(1) });
    expect(outcome.decision).toBe(decision);
    expect(outcome.hosts.map(({ preference, exchange }) => `${preference} ${exchange}`)).toEqual(hosts);
    expect(`${outcome.trace[0]!.rfc} ${outcome.trace[0]!.section}`).toBe(section);
  });

  test('rfc7672 2.2.1: secure, TTL, alias and reason go along', async () => {
    const secure = inMemoryZone(zone, { secure: true });
    expect(await mailHosts(secure, 'alias.test')).toMatchObject({ secure: true, ttl: 300, canonicalName: 'many.test', reason: undefined });
    expect(await mailHosts(secure, 'temp.test')).toMatchObject({ secure: false, ttl: undefined, canonicalName: undefined, reason: 'scripted' });
  });

  test('a domain with CRLF in it -> neither hosts nor trace hold one', async () => {
    const any = inMemoryZone({ '*.test': { A: '192.0.2.1' } });
    for (const domain of ['a\r\nb.test', 'a..\r\n', 'MÜLLER.test.']) expect(JSON.stringify(await mailHosts(any, domain))).not.toMatch(/\\[rn]b/);
    expect((await mailHosts(any, 'MÜLLER.test.')).hosts).toEqual([{ preference: 0, exchange: 'xn--mller-kva.test' }]);
    expect((await mailHosts(any, 'a\r\nb.test')).hosts[0]!.exchange).toBe('a\\013\\010b.test');
  });

  test('a deadline -> temp; an abort -> rejects', async () => {
    const clock = new FakeClock();
    const never = inMemoryZone({ 'a.test': { script: { delayMs: Infinity } } }, { clock });
    const late = mailHosts(never, 'a.test', { deadline: 50 });
    await clock.advanceAsync(50);
    expect(await late).toMatchObject({ decision: 'temp', hosts: [], reason: 'deadline' });
    await expect(mailHosts(never, 'a.test', { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });
});
