import { cached, inMemoryZone, type Answer, type CacheOptions, type QueryOptions, type RecordType, type Resolver, type ZoneObject } from '@mailwright/dns';
import { describe, expect, test } from 'vitest';
import { FakeClock, settle } from '../../testing/src/fake-clock.ts';
import { SeededRandom } from '../../testing/src/seeded-random.ts';

const SOA = 'ns.test hostmaster.test 1 2 3 4 100';

/** A cache in front of a zone, the clock of both, and the questions that reached the zone. */
function setUp(zone: ZoneObject, options: CacheOptions = {}) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const behind = inMemoryZone(zone, { clock, onQuery: (name, type) => asked.push(`${name} ${type}`) });
  return { clock, asked, behind, cache: cached(behind, { clock, ...options }) };
}

/** A resolver whose answers are given by hand. */
function manual() {
  const queries: { readonly resolve: (answer: Answer) => void; readonly reject: (error: unknown) => void; readonly signal: AbortSignal | undefined }[] = [];
  const resolver: Resolver = {
    query: (_name, _type, options) => new Promise((resolve, reject) => void queries.push({ resolve: resolve as (answer: Answer) => void, reject, signal: options?.signal })),
  };
  return { queries, resolver };
}

const answer = (facts: Partial<Answer>): Answer => ({
  status: 'ok', records: [{ type: 'A', address: '192.0.2.1' }], ttl: 60, secure: false, source: 'test', canonicalName: undefined, reason: undefined, ...facts,
});

describe('time to live', () => {
  test('rfc1034 5.3.3: an answer lives for its TTL, counted down, in any spelling of the name', async () => {
    const { clock, asked, cache } = setUp({ 'a.test': { A: '192.0.2.1', ttl: 60 } });
    expect(await cache.query('a.test', 'A')).toMatchObject({ ttl: 60, source: 'zone' });
    clock.advance(59_999);
    expect(await cache.query('A.TEST.', 'A')).toMatchObject({ status: 'ok', ttl: 0, source: 'cache', canonicalName: 'a.test', records: [{ address: '192.0.2.1' }] });
    clock.advance(1);
    expect(await cache.query('a.test', 'A')).toMatchObject({ ttl: 60, source: 'zone' });
    expect(asked).toEqual(['a.test A', 'a.test A']);
    expect(cache.counts).toMatchObject({ hits: 1, misses: 2, joined: 0, evictions: 0, entries: 1 });
  });

  test.each<[string, Partial<Answer>, CacheOptions, number]>([
    ['rfc1035 3.2.1: a TTL of 0', { ttl: 0 }, {}, 0],
    ['a TTL of 0 with minTtl', { ttl: 0 }, { minTtl: 5 }, 5],
    ['rfc2181 8: a TTL with the top bit set', { ttl: 0x8000_0000 }, {}, 0],
    ['a negative TTL', { ttl: -1 }, {}, 0],
    ['a TTL that is no number', { ttl: Number.NaN }, {}, 0],
    ['a TTL of weeks', { ttl: 2_000_000 }, {}, 86_400],
    ['a TTL over maxTtl', { ttl: 100 }, { maxTtl: 50 }, 50],
    ['minTtl over maxTtl', { ttl: 1 }, { minTtl: 90, maxTtl: 50 }, 50],
    ['no TTL', { ttl: undefined }, {}, 60],
    ['no TTL with unknownTtl', { ttl: undefined }, { unknownTtl: 7 }, 7],
    ['rfc2308 5: nodata with the TTL of the SOA', { status: 'nodata', records: [], ttl: 100 }, {}, 100],
    ['nodata for hours', { status: 'nodata', records: [], ttl: 10_000 }, {}, 300],
    ['nodata without a TTL', { status: 'nodata', records: [], ttl: undefined }, {}, 60],
    ['nxdomain with the TTL of the SOA', { status: 'nxdomain', records: [], ttl: 100, canonicalName: 'a.test' }, {}, 100],
    ['nxdomain over maxNegativeTtl', { status: 'nxdomain', records: [], ttl: 100 }, { maxNegativeTtl: 10 }, 10],
    ['rfc9520 3.2: temp', { status: 'temp', records: [], ttl: undefined }, {}, 2],
    ['temp, whatever TTL it claims', { status: 'temp', records: [], ttl: 3600 }, { minTtl: 100 }, 2],
    ['bogus with failureTtl', { status: 'bogus', records: [], ttl: undefined }, { failureTtl: 30 }, 30],
    ['temp with failureTtl 0', { status: 'temp', records: [], ttl: undefined }, { failureTtl: 0 }, 0],
  ])('%s', async (_name, facts, options, seconds) => {
    const clock = new FakeClock();
    let asked = 0;
    const resolver = { query: () => (asked++, Promise.resolve(answer(facts))) } as unknown as Resolver;
    const cache = cached(resolver, { clock, ...options });
    await cache.query('a.test', 'A');
    clock.advance(Math.max(0, seconds * 1000 - 1));
    expect((await cache.query('a.test', 'A')).status).toBe(facts.status ?? 'ok');
    expect(asked).toBe(seconds === 0 ? 2 : 1);
    clock.advance(1);
    await cache.query('a.test', 'A');
    expect(asked).toBe(seconds === 0 ? 3 : 2);
  });
});

describe('names that do not exist', () => {
  const zone = (): ZoneObject => ({ test: { SOA }, 'alias.test': { CNAME: 'gone.test' }, 'below.alias.test': { A: '192.0.2.1' } });

  test('rfc2308 5: nxdomain holds for every type', async () => {
    const { asked, cache } = setUp(zone());
    await cache.query('gone.test', 'MX');
    expect(await cache.query('gone.test', 'A')).toMatchObject({ status: 'nxdomain', source: 'cache', canonicalName: 'gone.test' });
    expect(asked).toEqual(['gone.test MX']);
  });

  test('rfc8020 2: nxdomain holds for every name below, until its time is over', async () => {
    const { clock, asked, cache } = setUp(zone());
    await cache.query('gone.test', 'MX');
    expect(await cache.query('a.b.Gone.test', 'TXT')).toMatchObject({ status: 'nxdomain', source: 'cache', canonicalName: 'a.b.Gone.test', ttl: 100 });
    expect((await cache.query('ungone.test', 'TXT')).source).toBe('zone');
    clock.advance(100_000);
    expect((await cache.query('a.b.gone.test', 'TXT')).source).toBe('zone');
    expect(asked).toHaveLength(3);
  });

  test('rfc8020 4: nxdomainCut false, for servers that deny empty non-terminals -> only the name itself', async () => {
    const { asked, cache } = setUp(zone(), { nxdomainCut: false });
    await cache.query('gone.test', 'MX');
    await cache.query('gone.test', 'A');
    await cache.query('a.gone.test', 'A');
    expect(asked).toEqual(['gone.test MX', 'a.gone.test A']);
  });

  test('rfc6604 2.1: nxdomain at the end of an alias speaks of the end, not of the alias', async () => {
    const { asked, cache } = setUp(zone());
    expect((await cache.query('alias.test', 'A')).status).toBe('nxdomain');
    expect((await cache.query('alias.test', 'A')).source).toBe('cache');
    expect((await cache.query('alias.test', 'CNAME')).status).toBe('ok');
    expect((await cache.query('below.alias.test', 'A')).status).toBe('ok');
    expect(await cache.query('x.gone.test', 'A')).toMatchObject({ status: 'nxdomain', source: 'cache' });
    expect(asked).toEqual(['alias.test A', 'alias.test CNAME', 'below.alias.test A']);
  });

  test('nxdomain from a resolver that does not tell the end of the chain -> holds for that name and type only', async () => {
    let asked = 0;
    const cache = cached({ query: () => (asked++, Promise.resolve(answer({ status: 'nxdomain', records: [] }))) } as unknown as Resolver, { clock: new FakeClock() });
    for (const [name, type] of [['a.test', 'A'], ['a.test', 'A'], ['a.test', 'MX'], ['b.a.test', 'A']] as const) await cache.query(name, type);
    expect(asked).toBe(3);
  });

  test('nodata holds for its type only', async () => {
    const { asked, cache } = setUp({ test: { SOA }, 'a.test': { A: '192.0.2.1' } });
    await cache.query('a.test', 'MX');
    expect((await cache.query('a.test', 'MX')).source).toBe('cache');
    expect((await cache.query('a.test', 'A')).status).toBe('ok');
    expect((await cache.query('b.a.test', 'A')).source).toBe('zone');
    expect(asked).toHaveLength(3);
  });
});

describe('one question at a time', () => {
  test('the same question asked three times at once goes out once', async () => {
    const { queries, resolver } = manual();
    const cache = cached(resolver, { clock: new FakeClock() });
    const all = Promise.all([cache.query('a.test', 'A'), cache.query('A.test.', 'A'), cache.query('a.test', 'A')]);
    await settle();
    expect(queries).toHaveLength(1);
    queries[0]!.resolve(answer({}));
    expect((await all).map((each) => each.status)).toEqual(['ok', 'ok', 'ok']);
    expect(cache.counts).toMatchObject({ hits: 0, misses: 1, joined: 2 });
  });

  test('another type or another name is another question', async () => {
    const { queries, resolver } = manual();
    const cache = cached(resolver, { clock: new FakeClock() });
    for (const [name, type] of [['a.test', 'A'], ['a.test', 'AAAA'], ['b.test', 'A']] as const) void cache.query(name, type);
    await settle();
    expect(queries).toHaveLength(3);
  });

  test('one of two gives up -> the other gets the answer, and it is remembered', async () => {
    const { queries, resolver } = manual();
    const cache = cached(resolver, { clock: new FakeClock() });
    const abort = new AbortController();
    const impatient = cache.query('a.test', 'A', { signal: abort.signal });
    const patient = cache.query('a.test', 'A');
    abort.abort(new Error('enough'));
    await expect(impatient).rejects.toThrow('enough');
    expect(queries[0]!.signal?.aborted).toBe(false);
    queries[0]!.resolve(answer({}));
    expect((await patient).status).toBe('ok');
    expect((await cache.query('a.test', 'A')).source).toBe('cache');
  });

  test('all give up -> the question is called off, and the next one asks anew', async () => {
    const { queries, resolver } = manual();
    const cache = cached(resolver, { clock: new FakeClock() });
    const abort = new AbortController();
    const both = [cache.query('a.test', 'A', { signal: abort.signal }), cache.query('a.test', 'A', { signal: abort.signal })];
    abort.abort(new Error('enough'));
    for (const each of both) await expect(each).rejects.toThrow('enough');
    expect(queries[0]!.signal?.aborted).toBe(true);
    const again = cache.query('a.test', 'A');
    queries[0]!.resolve(answer({ ttl: 1 }));
    queries[1]!.resolve(answer({ ttl: 9 }));
    expect((await again).ttl).toBe(9);
  });

  test('each waits until its own deadline -> temp, which is not remembered', async () => {
    const clock = new FakeClock();
    const { queries, resolver } = manual();
    const cache = cached(resolver, { clock });
    const short = cache.query('a.test', 'A', { deadline: 100 });
    const long = cache.query('a.test', 'A', { deadline: 200 });
    await clock.advanceAsync(100);
    expect(await short).toMatchObject({ status: 'temp', reason: 'deadline' });
    queries[0]!.resolve(answer({}));
    expect((await long).status).toBe('ok');
    expect(clock.pending).toBe(0);
  });

  test('a resolver that breaks its word and rejects -> all who wait see it, nothing is remembered', async () => {
    const { queries, resolver } = manual();
    const cache = cached(resolver, { clock: new FakeClock() });
    const both = [cache.query('a.test', 'A'), cache.query('a.test', 'A')];
    queries[0]!.reject(new Error('broken'));
    for (const each of both) await expect(each).rejects.toThrow('broken');
    void cache.query('a.test', 'A');
    expect(queries).toHaveLength(2);
  });

  test('an aborted signal -> rejects without a question', async () => {
    const { queries, resolver } = manual();
    await expect(cached(resolver).query('a.test', 'A', { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    expect(queries).toHaveLength(0);
  });
});

describe('bounds', () => {
  test('limits.entries: the answer that was not used for the longest time is thrown out', async () => {
    const { asked, cache } = setUp({ '*.test': { A: '192.0.2.1' } }, { limits: { entries: 2 } });
    for (const name of ['a.test', 'b.test', 'a.test', 'c.test', 'a.test', 'b.test']) await cache.query(name, 'A');
    expect(asked).toEqual(['a.test A', 'b.test A', 'c.test A', 'b.test A']);
    expect(cache.counts).toMatchObject({ hits: 2, misses: 4, evictions: 2, entries: 2 });
  });

  test('limits.octets: big answers push others out, and one that is too big is not kept', async () => {
    const { cache, behind } = setUp({ '*.test': { TXT: 'x'.repeat(1000) } }, { limits: { octets: 10_000 } });
    for (let index = 0; index < 50; index++) await cache.query(`${index}.test`, 'TXT');
    expect(cache.counts.octets).toBeLessThanOrEqual(10_000);
    expect(cache.counts.entries).toBe(5);
    expect(cache.counts.evictions).toBe(45);
    behind.set('huge.test', { TXT: 'x'.repeat(10_000) });
    await cache.query('huge.test', 'TXT');
    expect((await cache.query('huge.test', 'TXT')).source).toBe('zone');
    expect(cache.counts.entries).toBe(5);
  });

  test('clear forgets everything, and what is on its way is not remembered', async () => {
    const { queries, resolver } = manual();
    const cache = cached(resolver, { clock: new FakeClock() });
    const first = cache.query('a.test', 'A');
    cache.clear();
    queries[0]!.resolve(answer({}));
    expect((await first).status).toBe('ok');
    expect(cache.counts).toMatchObject({ entries: 0, octets: 0 });
    const second = cache.query('a.test', 'A');
    queries[1]!.resolve(answer({}));
    await second;
    expect(cache.counts.entries).toBe(1);
    cache.clear();
    expect(cache.counts).toMatchObject({ entries: 0, octets: 0 });
  });

  test('random questions: counts add up, octets match, answers are those of the zone', async () => {
    const random = new SeededRandom(9520);
    const { clock, asked, behind, cache } = setUp(
      { test: { SOA }, 'a.test': { A: '192.0.2.1', ttl: 5 }, '*.w.test': { MX: '10 a.test', ttl: 20 }, 'x.y.test': { CNAME: 'a.test' }, 't.test': { script: { status: 'temp' } } },
      { limits: { entries: 8 } },
    );
    for (let round = 0; round < 2000; round++) {
      const name = random.pick(['a.test', 'b.test', 'c.b.test', '1.w.test', '2.w.test', 'y.test', 'x.y.test', 't.test', 'z.test']);
      const type = random.pick<RecordType>(['A', 'MX', 'TXT']);
      const [ours, theirs] = [await cache.query(name, type), await behind.query(name, type)];
      expect([ours.status, ours.records]).toEqual([theirs.status, theirs.records]);
      if (random.chance(0.1)) clock.advance(random.integer(0, 10_000));
    }
    const { hits, misses, entries, octets } = cache.counts;
    expect(hits + misses).toBe(2000);
    expect(asked).toHaveLength(2000 + misses);
    expect(entries).toBeLessThanOrEqual(8);
    cache.clear();
    expect(octets).toBeGreaterThan(0);
    expect(cache.counts.octets).toBe(0);
  });
});

describe('caller mistakes', () => {
  test.each<[string, CacheOptions]>([
    ['a negative TTL', { maxTtl: -1 }],
    ['NaN', { unknownTtl: Number.NaN }],
    ['failures kept for minutes', { failureTtl: 31 }],
    ['a negative limit', { limits: { entries: -1 } }],
  ])('%s -> RangeError at once', (_name, options) => {
    expect(() => cached(inMemoryZone({}), options)).toThrow(RangeError);
  });

  test('a name that no DNS can hold -> the answer of the resolver behind, not remembered', async () => {
    const { asked, cache } = setUp({});
    for (let round = 0; round < 2; round++) expect(await cache.query('a..b', 'A', {} satisfies QueryOptions)).toMatchObject({ status: 'nxdomain', reason: 'bad-name' });
    expect(asked).toHaveLength(2);
  });
});
