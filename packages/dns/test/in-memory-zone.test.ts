import { getEventListeners } from 'node:events';
import { inMemoryZone, parseZoneFile, txtOctets, type Answer, type RecordType, type ZoneObject } from '@mailwright/dns';
import { describe, expect, test } from 'vitest';
import { FakeClock, settle } from '../../testing/src/fake-clock.ts';

/** RFC 4592 section 2.2.1, the example zone. */
const WILDCARD_ZONE = `
$ORIGIN example.
@                 3600 IN SOA   ns hostmaster 1 2 3 4 300
                  3600     NS    ns.example.com.
*                 3600     TXT   "this is a wildcard"
*                 3600     MX    10 host1
sub.*             3600     TXT   "this is not a wildcard"
host1             3600     A     192.0.2.1
_ssh._tcp.host1   3600     SRV   0 0 22 host1
_ssh._tcp.host2   3600     SRV   0 0 22 host2
host2             3600     A     192.0.2.2
`;

describe('wildcards', () => {
  const zone = inMemoryZone(WILDCARD_ZONE);

  test.each<[string, RecordType, string]>([
    ['host3.example', 'MX', 'ok'],
    ['host3.example', 'A', 'nodata'],
    ['foo.bar.example', 'TXT', 'ok'],
    ['*.example', 'TXT', 'ok'],
    ['sub.*.example', 'TXT', 'ok'],
    ['ghost.*.example', 'MX', 'nxdomain'],
    ['host1.example', 'MX', 'nodata'],
    ['sub.*.example', 'MX', 'nodata'],
    ['_telnet._tcp.host1.example', 'SRV', 'nxdomain'],
    ['_tcp.host1.example', 'TXT', 'nodata'],
    ['host.other', 'TXT', 'nxdomain'],
  ])('rfc4592 2.2.1: %s %s -> %s', async (name, type, status) => {
    expect((await zone.query(name, type)).status).toBe(status);
  });

  test('rfc4592 2.1.2: a synthesized answer carries the name that was asked for', async () => {
    expect(await zone.query('Host3.EXAMPLE.', 'MX')).toEqual({
      status: 'ok', records: [{ type: 'MX', preference: 10, exchange: 'host1.example' }], ttl: 3600, secure: false, source: 'zone', canonicalName: 'Host3.EXAMPLE', reason: undefined,
    });
  });
});

const world: ZoneObject = {
  'example.test': { SOA: 'ns.example.test hostmaster.example.test 1 2 3 4 120', MX: ['10 mx1.example.test', '20 mx2.example.test.'], TXT: ['v=spf1 -all', 'x'.repeat(300)], ttl: 900 },
  'mx1.example.test': { A: ['192.0.2.1', '192.0.2.1', '192.0.2.2'], AAAA: '2001:db8::1' },
  'a.b.c.example.test': { A: '192.0.2.9' },
  'alias.example.test': { CNAME: 'far.example.test', ttl: 60 },
  'far.example.test': { CNAME: 'mx1.example.test', ttl: 30, secure: false },
  'dangling.example.test': { CNAME: 'nowhere.example.test' },
  'loop.example.test': { CNAME: 'pool.example.test' },
  'pool.example.test': { CNAME: 'loop.example.test' },
  '*.wild.example.test': { CNAME: 'mx1.example.test' },
};

describe('inMemoryZone', () => {
  const zone = inMemoryZone(world, { secure: true });
  const ask = (name: string, type: RecordType): Promise<Answer> => zone.query(name, type);

  test.each<[string, string, RecordType, string, number | undefined]>([
    ['records', 'example.test', 'MX', 'ok', 900],
    ['any case, dot at the end', 'EXAMPLE.test.', 'TXT', 'ok', 900],
    ['another type', 'mx1.example.test', 'MX', 'nodata', 120],
    ['rfc8020 2: an empty non-terminal', 'c.example.test', 'A', 'nodata', 120],
    ['no such name', 'd.example.test', 'A', 'nxdomain', 120],
    ['below a name that exists', 'x.mx1.example.test', 'A', 'nxdomain', 120],
    ['outside of every SOA', 'example.invalid', 'A', 'nxdomain', undefined],
    ['a name that no DNS can hold', 'a..b', 'A', 'nxdomain', undefined],
    ['two aliases: the least TTL', 'alias.example.test', 'A', 'ok', 30],
    ['an alias asked for itself', 'alias.example.test', 'CNAME', 'ok', 60],
    ['an alias to a name without the type', 'alias.example.test', 'MX', 'nodata', 30],
    ['rfc6604 2.1: an alias to nothing', 'dangling.example.test', 'A', 'nxdomain', 120],
    ['a wildcard alias', 'any.wild.example.test', 'A', 'ok', 3600],
    ['aliases in a circle', 'loop.example.test', 'A', 'temp', undefined],
  ])('rfc1034 4.3.2: %s', async (_name, name, type, status, ttl) => {
    const answer = await ask(name, type);
    expect(answer).toMatchObject({ status, ttl, source: 'zone' });
    expect(answer.records.length > 0).toBe(status === 'ok');
  });

  test('rfc2181 5: the same record twice counts once', async () => {
    expect((await zone.query('mx1.example.test', 'A')).records.map((record) => record.address)).toEqual(['192.0.2.1', '192.0.2.2']);
  });

  test('rfc2181 5.2: records of one set with several TTLs -> the least', async () => {
    expect((await inMemoryZone('a 300 A 192.0.2.1\na 60 A 192.0.2.2\na 900 A 192.0.2.3').query('a', 'A')).ttl).toBe(60);
  });

  test('a long text is cut into strings of 255 octets and joined again', async () => {
    const [, long] = (await zone.query('example.test', 'TXT')).records;
    expect(long!.strings.map((string) => string.length)).toEqual([255, 45]);
    expect(new TextDecoder().decode(txtOctets(long!))).toBe('x'.repeat(300));
  });

  test('canonicalName is the end of the chain', async () => {
    expect((await ask('alias.example.test', 'A')).canonicalName).toBe('mx1.example.test');
    expect((await ask('dangling.example.test', 'A')).canonicalName).toBe('nowhere.example.test');
    expect((await ask('loop.example.test', 'A')).reason).toBe('alias-chain');
  });

  test('rfc4035 3.2.3: secure only when every step is', async () => {
    expect((await ask('example.test', 'MX')).secure).toBe(true);
    expect((await ask('d.example.test', 'MX')).secure).toBe(true);
    expect((await ask('alias.example.test', 'CNAME')).secure).toBe(true);
    expect((await ask('alias.example.test', 'A')).secure).toBe(false);
    expect((await inMemoryZone({ 'a.test': { A: '192.0.2.1', secure: true } }).query('a.test', 'A')).secure).toBe(true);
  });

  test('records from parseZoneFile, and names that only exist', async () => {
    const parsed = parseZoneFile('a.test. DNSKEY 257 3 13 abcd');
    const only = inMemoryZone(parsed.ok ? parsed.records : []);
    expect((await only.query('a.test', 'A')).status).toBe('nodata');
  });

  test('set and remove change the zone', async () => {
    const changing = inMemoryZone({ 'a.b.test': { A: '192.0.2.1' }, 'b.test': { A: '192.0.2.2' } });
    changing.set('a.b.test', { TXT: 'new' });
    expect((await changing.query('a.b.test', 'A')).status).toBe('nodata');
    changing.remove('b.test');
    expect((await changing.query('b.test', 'A')).status).toBe('nodata');
    changing.remove('a.b.test');
    changing.remove('a.b.test');
    expect((await changing.query('b.test', 'A')).status).toBe('nxdomain');
  });

  test.each<[string, () => unknown]>([
    ['an address that is none', () => inMemoryZone({ 'a.test': { A: 'localhost' } })],
    ['a name that is none', () => inMemoryZone({ 'a..test': { A: '192.0.2.1' } })],
    ['a type that is none', () => inMemoryZone({ 'a.test': { Mx: '10 b' } as object })],
    ['two lines of data', () => inMemoryZone({ 'a.test': { MX: '10 a\n20 b' } })],
    ['an alias with data beside it', () => inMemoryZone({ 'a.test': { CNAME: 'b.test', A: '192.0.2.1' } })],
    ['two aliases at one name', () => inMemoryZone({ 'a.test': { CNAME: ['b.test', 'c.test'] } })],
    ['a zone file with an error', () => inMemoryZone('@ A 192.0.2')],
    ['a script for a name that is none', () => inMemoryZone({}).script('a..b', undefined)],
  ])('a caller mistake, %s -> TypeError at once', (_name, call) => {
    expect(call).toThrow(TypeError);
  });

  test('a caller mistake, an unknown type -> TypeError', async () => {
    await expect(zone.query('a.test', 'ANY' as RecordType)).rejects.toThrow(TypeError);
  });

  test('onQuery sees every query', async () => {
    const seen: string[] = [];
    const watched = inMemoryZone({}, { onQuery: (name, type) => seen.push(`${name} ${type}`) });
    await watched.query('A.test', 'MX');
    expect(seen).toEqual(['A.test MX']);
  });
});

describe('scripts', () => {
  test.each<['temp' | 'bogus' | 'nodata' | 'nxdomain']>([['temp'], ['bogus'], ['nodata'], ['nxdomain']])('a name scripted %s answers so, until the script is taken away', async (status) => {
    const zone = inMemoryZone({ 'a.test': { A: '192.0.2.1', script: { status } }, 'alias.test': { CNAME: 'a.test' } });
    expect(await zone.query('a.test', 'A')).toMatchObject({ status, records: [] });
    expect(await zone.query('alias.test', 'A')).toMatchObject({ status, records: [] });
    zone.script('A.TEST', undefined);
    expect((await zone.query('a.test', 'A')).status).toBe('ok');
  });

  test('a script for some types leaves the others alone', async () => {
    const zone = inMemoryZone({ 'a.test': { A: '192.0.2.1', MX: '10 a.test', script: { status: 'temp', types: ['MX'] } } });
    expect((await zone.query('a.test', 'MX')).status).toBe('temp');
    expect((await zone.query('a.test', 'A')).status).toBe('ok');
  });

  const slow = (delayMs: number, clock: FakeClock) => inMemoryZone({ 'a.test': { A: '192.0.2.1', script: { delayMs } } }, { clock });

  test('a late answer comes when it is due', async () => {
    const clock = new FakeClock();
    let answer: Answer | undefined;
    void slow(1000, clock).query('a.test', 'A').then((value) => (answer = value));
    await clock.advanceAsync(999);
    expect(answer).toBeUndefined();
    await clock.advanceAsync(1);
    expect(answer?.status).toBe('ok');
    expect(clock.pending).toBe(0);
  });

  test.each<[string, number, number | undefined, number]>([
    ['later than the deadline', 1000, 400, 400],
    ['never, with a deadline', Infinity, 400, 400],
    ['never, without', Infinity, undefined, 5000],
  ])('an answer that comes %s -> temp, and no timer left', async (_name, delayMs, deadline, due) => {
    const clock = new FakeClock();
    const pending = slow(delayMs, clock).query('a.test', 'A', { deadline });
    await clock.advanceAsync(due);
    expect(await pending).toMatchObject({ status: 'temp', reason: 'deadline' });
    expect(clock.now()).toBe(due);
    expect(clock.pending).toBe(0);
  });

  test('a signal that outlives many queries -> no listener stays on it', async () => {
    const abort = new AbortController();
    const zone = inMemoryZone({ 'a.test': { A: '192.0.2.1' } });
    for (let query = 0; query < 20; query++) await zone.query('a.test', 'A', { signal: abort.signal });
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
  });

  test('abort while waiting, and before -> rejects with the reason, and no timer left', async () => {
    const clock = new FakeClock();
    const abort = new AbortController();
    const pending = slow(1000, clock).query('a.test', 'A', { signal: abort.signal });
    await settle();
    abort.abort(new Error('enough'));
    await expect(pending).rejects.toThrow('enough');
    await expect(slow(0, clock).query('a.test', 'A', { signal: abort.signal })).rejects.toThrow('enough');
    expect(clock.pending).toBe(0);
  });
});
