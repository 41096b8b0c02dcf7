import { inMemoryZone, type Answer, type Resolver } from '@mailwright/dns';
import { checkSpf, type SpfResult } from '@mailwright/spf';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../testing/src/fake-clock.ts';
import { emptyAnswer } from './answers.ts';
import { check, makeWorld, record } from './world.ts';

const OPTIONS = { ip: '192.0.2.1', helo: 'client.example', sender: 'sender@example.test' };

/** A resolver whose answers come when the test says so. */
function heldResolver(): { readonly resolver: Resolver; readonly open: { readonly name: string; readonly give: (answer: Answer) => void; readonly refuse: (reason: unknown) => void }[] } {
  const open: { name: string; give: (answer: Answer) => void; refuse: (reason: unknown) => void }[] = [];
  const resolver = { query: (name: string) => new Promise<Answer>((give, refuse) => void open.push({ name, give, refuse })) } as unknown as Resolver;
  return { resolver, open };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('time', () => {
  test('rfc7208 4.6.4: twenty seconds for everything, over all queries together', async () => {
    const clock = new FakeClock();
    const slow = { script: { delayMs: 4_000 } };
    const zone = inMemoryZone({ 'example.test': { TXT: 'v=spf1 a:a.test a:b.test a:c.test a:d.test a:e.test +all', ...slow }, ...Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [`${name}.test`, { A: '198.51.100.1', ...slow }])) }, { clock });
    const checking = checkSpf({ ...OPTIONS, resolver: zone, clock });
    await clock.advanceAsync(19_999);
    await clock.advanceAsync(1);
    expect(await checking).toMatchObject({ result: 'temperror', counters: { queries: 5 } });
    expect(clock.pending).toBe(0);
  });

  test('a resolver that never answers is not waited for', async () => {
    const clock = new FakeClock();
    const { resolver, open } = heldResolver();
    const checking = checkSpf({ ...OPTIONS, resolver, clock, limits: { ms: 500 } });
    await clock.advanceAsync(500);
    expect(await checking).toMatchObject({ result: 'temperror', problem: { code: 'time-limit' } });
    open[0]!.give(emptyAnswer('nxdomain')); // late: nobody cares
    await turn();
    expect(clock.pending).toBe(0);
  });

  test('the resolver is told the deadline and the signal', async () => {
    const clock = new FakeClock();
    clock.advance(1_000);
    const seen: unknown[] = [];
    const { signal } = new AbortController();
    const zone = inMemoryZone({});
    const resolver: Resolver = { query: (name, type, options) => (seen.push(options), zone.query(name, type)) };
    await checkSpf({ ...OPTIONS, resolver, clock, signal });
    expect(seen).toEqual([{ deadline: 21_000, signal }]);
  });

  test('without a limit there is no timer', async () => {
    const clock = new FakeClock();
    const { resolver, open } = heldResolver();
    const checking = checkSpf({ ...OPTIONS, resolver, clock, limits: { ms: Infinity } });
    expect(clock.pending).toBe(0);
    open[0]!.give(emptyAnswer('nxdomain'));
    expect((await checking).result).toBe('none');
  });
});

describe('ending', () => {
  test('an aborted signal rejects with its reason, before and while', async () => {
    const reason = new Error('client left');
    await expect(checkSpf({ ...OPTIONS, resolver: makeWorld({}).zone, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const { resolver } = heldResolver();
    const clock = new FakeClock();
    const controller = new AbortController();
    const checking = checkSpf({ ...OPTIONS, resolver, clock, signal: controller.signal });
    controller.abort(reason);
    await expect(checking).rejects.toBe(reason);
    expect(clock.pending).toBe(0);
  });

  test.each([['rejects', () => Promise.reject(new Error('broken'))], ['throws', () => { throw new Error('broken'); }]])('a resolver that %s is a mistake of the caller, and the check rejects with it', async (_name, query) => {
    const clock = new FakeClock();
    await expect(checkSpf({ ...OPTIONS, resolver: { query } as unknown as Resolver, clock })).rejects.toThrow('broken');
    expect(clock.pending).toBe(0);
  });

  test('a resolver that throws at a later query', async () => {
    const zone = inMemoryZone(record('v=spf1 a:h.test -all'));
    const resolver = { query: (name: string, type: 'TXT') => { if (name === 'h.test') throw new Error('broken'); return zone.query(name, type); } } as unknown as Resolver;
    await expect(checkSpf({ ...OPTIONS, resolver })).rejects.toThrow('broken');
  });
});

test('questions that are open together are asked together, and answered in any order', async () => {
  const { resolver, open } = heldResolver();
  const checking = checkSpf({ ...OPTIONS, resolver });
  open[0]!.give({ ...emptyAnswer('nodata'), status: 'ok', records: [{ type: 'TXT', strings: [new TextEncoder().encode('v=spf1 mx a:z.test -all')] }] });
  await turn();
  open[1]!.give({ ...emptyAnswer('nodata'), status: 'ok', records: ['a.test', 'b.test', 'c.test'].map((exchange) => ({ type: 'MX', preference: 1, exchange })) });
  await turn();
  expect(open.slice(2).map(({ name }) => name)).toEqual(['a.test', 'b.test', 'c.test']);
  for (const index of [4, 2, 3]) {
    open[index]!.give({ ...emptyAnswer('nodata'), status: 'ok', records: [{ type: 'A', address: '198.51.100.1' }] });
    await turn();
  }
  expect(open.length).toBe(6);
  open[5]!.give({ ...emptyAnswer('nodata'), status: 'ok', records: [{ type: 'A', address: '192.0.2.1' }] });
  expect((await checking).result).toBe('pass');
});

describe('explanations of the result', () => {
  const zone = { 'example.test': { TXT: 'v=spf1 ip4:198.51.100.0/24 include:_spf.%{d} mx redirect=b.test', MX: '10 h.test' }, '_spf.example.test': { TXT: 'v=spf1 a:gone.test ip6:2001:db8::/32 ?all' }, 'h.test': { A: '198.51.100.1' }, 'b.test': { TXT: 'v=spf1 -all' } };

  test('albertito spf 3, checkdmarc 197: the tree tells the count term by term', async () => {
    const { explain } = await check(zone);
    const terms = explain!.terms.map(({ term, target, outcome, counters: { lookups, voidLookups, queries } }) => [term, target, outcome, lookups, voidLookups, queries]);
    expect(terms).toEqual([
      ['ip4:198.51.100.0/24', undefined, 'no match', 0, 0, 1], ['include:_spf.%{d}', '_spf.example.test', 'no match', 2, 1, 3], ['mx', undefined, 'no match', 3, 1, 5], ['redirect=b.test', 'b.test', 'match', 4, 1, 6],
    ]);
    expect(explain!.terms[1]!.check).toMatchObject({
      domain: '_spf.example.test', result: 'neutral', record: 'v=spf1 a:gone.test ip6:2001:db8::/32 ?all',
      questions: [{ name: '_spf.example.test', type: 'TXT', status: 'ok' }],
      terms: [{ term: 'a:gone.test', questions: [{ name: 'gone.test', type: 'A', status: 'nxdomain', records: [] }], counters: { lookups: 2, voidLookups: 1 } }, { term: 'ip6:2001:db8::/32', outcome: 'no match' }, { term: '?all', outcome: 'match' }],
    });
    expect(explain!.terms[2]!.questions).toEqual([{ name: 'example.test', type: 'MX', status: 'ok', records: ['10 h.test'] }, { name: 'h.test', type: 'A', status: 'ok', records: ['198.51.100.1'] }]);
    expect(explain!.terms[3]!.check).toMatchObject({ result: 'fail', terms: [{ term: '-all', outcome: 'match' }] });
  });

  test('the trace names a section of RFC 7208 at every step', async () => {
    const { trace } = await check(zone);
    expect(trace.every(({ rfc, text }) => /^7208 \d/.test(rfc) && text !== '')).toBe(true);
    expect(trace.map(({ rfc }) => rfc)).toEqual(expect.arrayContaining(['7208 2.4', '7208 4.4', '7208 4.5', '7208 5.2', '7208 5.3', '7208 5.4', '7208 6.1', '7208 2.6.4']));
  });

  test('a term inside of which everything ended is stopped', async () => {
    const { explain } = await check(record('v=spf1 include:b.test -all', { 'b.test': { TXT: 'v=spf1 a:h.test -all' }, 'h.test': { script: { status: 'temp' } } }));
    expect(explain).toMatchObject({ result: 'temperror', terms: [{ outcome: 'stopped', check: { result: 'temperror', terms: [{ outcome: 'stopped', questions: [{ status: 'temp' }] }] } }] });
  });

  test('what matched, from the outermost record to the innermost, with the bits that had to fit', async () => {
    const { matched } = await check(record('v=spf1 include:b.test -all', { 'b.test': { TXT: 'v=spf1 ip4:192.0.0.0/8 -all' } }));
    expect(matched).toEqual([{ domain: 'example.test', term: 'include:b.test', prefixLength: undefined }, { domain: 'b.test', term: 'ip4:192.0.0.0/8', prefixLength: 8 }]);
  });

  test('the result survives JSON with its explanation', async () => {
    const result = await check(zone);
    const json = JSON.parse(JSON.stringify(result)) as SpfResult;
    expect(json).toMatchObject({ result: 'fail', explain: { domain: 'example.test' } });
    expect(json.trace.length).toBe(result.trace.length);
  });
});
