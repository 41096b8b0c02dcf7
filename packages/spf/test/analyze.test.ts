import type { ZoneObject } from '@mailwright/dns';
import { analyzeSpf, checkSpf, SPF_FINDINGS, type AnalyzeSpfOptions, type SpfAnalysis } from '@mailwright/spf';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { ALL_ADDRESSES, countAddresses, intersect, listNetworks, networkOf, subtract, unite } from '../src/address-set.ts';
import { parseIp } from '../src/ip.ts';
import { makeWorld, record } from './world.ts';

async function analyze(names: ZoneObject, options: Partial<AnalyzeSpfOptions> = {}): Promise<SpfAnalysis & { readonly codes: readonly string[]; readonly asked: readonly string[] }> {
  const { zone, asked } = makeWorld(names);
  const analysis = await analyzeSpf({ domain: 'example.test', resolver: zone, ...options });
  return { ...analysis, codes: analysis.findings.map(({ code, term }) => (term === undefined ? code : `${code} ${term}`)), asked };
}

const network = (text: string) => {
  const [address = '', length] = text.split('/');
  return networkOf(parseIp(address)!, Number(length));
};

describe('address sets', () => {
  test('union, difference, intersection, count', () => {
    const set = unite([network('192.0.2.0/25'), network('192.0.2.128/25'), network('192.0.2.7/32'), network('2001:db8::/64')]);
    expect(listNetworks(set)).toEqual({ ip4: ['192.0.2.0/24'], ip6: ['2001:db8::/64'] });
    expect(listNetworks(subtract(set, network('192.0.2.1/32'))).ip4).toEqual(['192.0.2.0/32', '192.0.2.2/31', '192.0.2.4/30', '192.0.2.8/29', '192.0.2.16/28', '192.0.2.32/27', '192.0.2.64/26', '192.0.2.128/25']);
    expect(listNetworks(intersect(set, network('192.0.2.64/26')))).toEqual({ ip4: ['192.0.2.64/26'], ip6: [] });
    expect([countAddresses(ALL_ADDRESSES.ip4), countAddresses(ALL_ADDRESSES.ip6)]).toEqual([2 ** 32, 2 ** 128]);
    expect(listNetworks(ALL_ADDRESSES)).toEqual({ ip4: ['0.0.0.0/0'], ip6: ['::/0'] });
    expect(listNetworks(subtract(ALL_ADDRESSES, ALL_ADDRESSES))).toEqual({ ip4: [], ip6: [] });
  });
});

describe('what passes', () => {
  test('networks, hosts of both families, includes, minus what fails before', async () => {
    const { authorized, lookupsLeft, counters, isComplete, codes } = await analyze({
      'example.test': { TXT: 'v=spf1 -ip4:192.0.2.128/25 a mx/31 include:_spf.test ip4:192.0.2.0/24 -all', A: '198.51.100.7', AAAA: '2001:db8::7', MX: '10 h.test' },
      'h.test': { A: '203.0.113.4' },
      '_spf.test': { TXT: 'v=spf1 ip4:10.0.0.0/16 ~ip4:10.1.0.0/24 ip4:10.1.0.0/23 ?all' },
    });
    expect(authorized).toEqual({ ip4: ['10.0.0.0/16', '10.1.1.0/24', '192.0.2.0/25', '198.51.100.7/32', '203.0.113.4/31'], ip4Count: 65536 + 256 + 128 + 1 + 2, ip6: ['2001:db8::7/128'], ip6Count: 1 });
    expect([lookupsLeft, counters.lookups, isComplete]).toEqual([7, 3, true]);
    expect(codes).toEqual(['overlapping-term ip4:10.1.0.0/23', 'neutral-all ?all', 'overlapping-term ip4:192.0.2.0/24']);
  });

  test('a redirect gives what its target gives', async () => {
    const { authorized } = await analyze(record('v=spf1 -ip4:192.0.2.1 redirect=b.test', { 'b.test': { TXT: 'v=spf1 ip4:192.0.2.0/31 -all' } }));
    expect(authorized.ip4).toEqual(['192.0.2.0/32']);
  });

  test('exists of a fixed name that exists lets everybody pass', async () => {
    expect((await analyze(record('v=spf1 exists:h.test -all', { 'h.test': { A: '127.0.0.1' } }))).authorized.ip4).toEqual(['0.0.0.0/0']);
  });

  test('what if: a record that is not published yet', async () => {
    const { authorized, asked } = await analyze(record('v=spf1 -all'), { record: 'v=spf1 ip4:192.0.2.1 -all' });
    expect([authorized.ip4, asked]).toEqual([['192.0.2.1/32'], []]);
  });

  test('property: an address passes the check exactly when the analysis lists it (200 generated records)', async () => {
    const random = new SeededRandom(115);
    for (let round = 0; round < 200; round++) {
      const terms = (): string => Array.from({ length: random.integer(1, 5) }, () => random.pick(['', '-', '~', '?']) + random.pick([`ip4:10.0.0.${random.integer(0, 7)}/${random.integer(28, 32)}`, 'a:h.test/30', 'a', 'include:b.test', 'mx'])).join(' ');
      const zone = makeWorld({
        'example.test': { TXT: `v=spf1 ${terms()} ${random.pick(['-all', '', 'redirect=b.test'])}`, A: '10.0.0.1', MX: '10 h.test' }, 'h.test': { A: '10.0.0.4' },
        'b.test': { TXT: `v=spf1 ${random.pick(['', '-', '?'])}ip4:10.0.0.${random.integer(0, 7)}/${random.integer(29, 32)} ${random.pick(['-all', 'ip4:10.0.0.0/31', '~all'])}` },
      }).zone;
      const { authorized } = await analyzeSpf({ domain: 'example.test', resolver: zone });
      const passing = unite([network('0.0.0.0/32'), ...authorized.ip4.map(network)]);
      for (let host = 0; host < 16; host++) {
        const { result } = await checkSpf({ ip: `10.0.0.${host}`, helo: 'x', sender: 'a@example.test', resolver: zone, limits: { lookups: 100, queries: 1_000 } });
        expect([host, countAddresses(intersect(passing, network(`10.0.0.${host}/32`)).ip4) === 1]).toEqual([host, result === 'pass']);
      }
    }
  });
});

describe('findings', () => {
  test.each<[string, ZoneObject, readonly string[]]>([
    ['no record', {}, ['no-record']],
    ['two records', { 'example.test': { TXT: ['v=spf1', 'v=spf1 a'] } }, ['several-records']],
    ['a syntax error', record('v=spf1 ip4:1.2.3 -all'), ['syntax ip4:1.2.3']],
    ['+all', record('v=spf1 +all'), ['passes-all +all']],
    ['?all', record('v=spf1 ?all'), ['neutral-all ?all']],
    ['no end', record('v=spf1 ip4:192.0.2.1'), ['open-end']],
    ['wide networks', record('v=spf1 ip4:10.0.0.0/15 ip4:172.16.0.0/16 ip6:2001:db8::/31 -ip4:0.0.0.0/0 -all'), ['wide-network ip4:10.0.0.0/15', 'wide-network ip6:2001:db8::/31', 'overlapping-term -ip4:0.0.0.0/0']],
    ['a dangling include', record('v=spf1 include:gone.test -all'), ['dangling-name', 'without-record include:gone.test']],
    ['an include without record', record('v=spf1 include:h.test -all', { 'h.test': { A: '192.0.2.1' } }), ['no-record', 'without-record include:h.test']],
    ['a dangling host', record('v=spf1 a:gone.test -all'), ['dangling-name a:gone.test']],
    ['a name without addresses', record('v=spf1 a:h.test mx:h.test -all', { 'h.test': { TXT: 'x' } }), ['void-name a:h.test', 'void-name mx:h.test']],
    ['a host with one family', record('v=spf1 a:h.test -all', { 'h.test': { AAAA: '2001:db8::1' } }), []],
    ['a loop', record('v=spf1 include:b.test -all', { 'b.test': { TXT: 'v=spf1 include:example.test -all' } }), ['loop include:example.test']],
    ['terms that say nothing new', record('v=spf1 ip4:192.0.2.0/24 ip4:192.0.2.1 -all'), ['redundant-term ip4:192.0.2.1']],
    ['terms behind all', record('v=spf1 -all ip4:192.0.2.1 redirect=b.test'), ['unreachable-term ip4:192.0.2.1', 'unused-redirect redirect=b.test']],
    ['macros', record('v=spf1 exists:%{i}.x.test include:%{l}.x.test -all'), ['depends-on-message exists:%{i}.x.test', 'depends-on-message include:%{l}.x.test']],
    ['ptr', record('v=spf1 ptr -all'), ['ptr ptr']],
    ['an unknown modifier', record('v=spf1 -all ra=postmaster'), ['unknown-modifier ra=postmaster']],
    ['a long record', record(`v=spf1 ${'ip4:192.0.2.1 '.repeat(40)}-all`), ['long-record', ...Array<string>(39).fill('redundant-term ip4:192.0.2.1')]],
    ['no answer', record('v=spf1 a:h.test -all', { 'h.test': { script: { status: 'temp', types: ['A'] } } }), ['unanswered a:h.test']],
    ['no answer for the record', { 'example.test': { script: { status: 'temp' } } }, ['unanswered']],
    ['three void names', record('v=spf1 a:x.test a:y.test a:z.test -all'), ['dangling-name a:x.test', 'dangling-name a:y.test', 'dangling-name a:z.test', 'too-many-void-lookups']],
    ['eleven lookups', record(`v=spf1 ${'include:b.test '.repeat(11)}-all`, { 'b.test': { TXT: 'v=spf1 -all' } }), ['too-many-lookups']],
    ['eleven hosts', { 'example.test': { TXT: 'v=spf1 mx -all', MX: Array.from({ length: 11 }, (_, index) => `10 h${index}.test`) }, '*.test': { A: '192.0.2.1' } }, ['too-many-mx-names mx']],
  ])('%s', async (_name, zone, codes) => {
    expect((await analyze(zone)).codes).toEqual(codes);
  });

  test('each has a level and a meaning', async () => {
    for (const { code, level } of (await analyze(record('v=spf1 ptr a:gone.test +all'))).findings) expect(SPF_FINDINGS.get(code)).toMatchObject({ level, text: expect.stringMatching(/\.$/) as string });
  });

  test('a failure or a macro makes the answer incomplete, never wrong in silence', async () => {
    expect((await analyze(record('v=spf1 exists:%{i}.x.test -all'))).isComplete).toBe(false);
    expect((await analyze(record('v=spf1 a:h.test -all', { 'h.test': { script: { status: 'temp' } } }))).isComplete).toBe(false);
  });
});

describe('bounds', () => {
  test('an include in many places is read once, counted each time, and stands in the tree once', async () => {
    const levels = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`l${index}.test`, { TXT: `v=spf1 include:l${index + 1}.test include:l${index + 1}.test -all` }]));
    const analysis = await analyze({ ...record('v=spf1 include:l0.test -all', levels), 'l30.test': { TXT: 'v=spf1 ip4:192.0.2.1 -all' } });
    expect([analysis.counters.lookups, analysis.counters.queries, analysis.authorized.ip4]).toEqual([2 ** 31 - 1, 32, ['192.0.2.1/32']]);
    expect(JSON.stringify(analysis).length).toBeLessThan(50_000);
  });

  test('queries and terms have limits, and a finding says so', async () => {
    expect((await analyze(record('v=spf1 a:a.test a:b.test -all'), { queries: 3 })).codes).toContain('incomplete a:b.test');
    expect((await analyze(record(`v=spf1 ${'ip4:192.0.2.1 '.repeat(20)}-all`), { terms: 10 })).isComplete).toBe(false);
  });

  test('callers: a domain that is none is refused; an aborted signal ends it', async () => {
    await expect(analyze({}, { domain: 'localhost' })).rejects.toThrow(TypeError);
    await expect(analyze({}, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });
});
