import { inMemoryZone, RECORD_TYPES, recording, replaying, type DnsFixture, type DnsRecord, type RecordType, type Resolver } from '@mailwright/dns';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../testing/src/fake-clock.ts';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { randomRecord } from './records.ts';

const START = Date.UTC(2026, 3, 1, 12);
const QUESTIONS: readonly (readonly [string, RecordType])[] = [
  ['example.test', 'TXT'], ['EXAMPLE.test.', 'MX'], ['example.test', 'TLSA'], ['gone.test', 'A'], ['bad.test', 'A'], ['bogus.test', 'A'], ['a..b', 'A'],
];

function world(clock: FakeClock) {
  return inMemoryZone({
    'example.test': { TXT: ['v=spf1 "quoted" \\ -all', 'ü'], MX: '10 mx.example.test', SOA: 'ns.test h.test 1 2 3 4 60', TLSA: '3 1 1 00ff', secure: true },
    'bad.test': { script: { status: 'temp' } },
    'bogus.test': { script: { status: 'bogus' } },
  }, { clock });
}

describe('record and replay', () => {
  test('what was answered is answered again, through JSON, with the time of then', async () => {
    const clock = new FakeClock(START);
    const recorder = recording(world(clock), { clock });
    const first = [];
    for (const [name, type] of QUESTIONS) {
      first.push(await recorder.query(name, type));
      clock.advance(10);
    }
    const fixture = JSON.parse(JSON.stringify(recorder.fixture)) as DnsFixture;
    expect(fixture.recordedAt).toBe('2026-04-01T12:00:00.000Z');
    expect(fixture.lookups[1]).toEqual({
      name: 'EXAMPLE.test.', type: 'MX', atMs: 10, tookMs: 0, status: 'ok', records: ['10 mx.example.test.'], ttl: 3600, secure: true, source: 'zone', canonicalName: 'EXAMPLE.test', reason: null,
    });
    const player = replaying(fixture);
    expect(player.recordedAt).toBe(START);
    for (const [index, [name, type]] of QUESTIONS.entries()) expect(await player.query(name, type)).toEqual({ ...first[index], source: 'replay' });
  });

  test('records of every type', async () => {
    const random = new SeededRandom(21);
    for (const type of RECORD_TYPES) {
      const records: readonly DnsRecord[] = Array.from({ length: 5 }, () => randomRecord(random, type));
      const answer = { status: 'ok', records, ttl: 5, secure: false, source: 'test', canonicalName: 'a.test', reason: undefined };
      const recorder = recording({ query: () => Promise.resolve(answer) } as unknown as Resolver);
      await recorder.query('a.test', type);
      expect(await replaying(JSON.parse(JSON.stringify(recorder.fixture)) as DnsFixture).query('A.TEST', type)).toEqual({ ...answer, source: 'replay' });
    }
  });

  test('asked several times: the answers in their order, then the last one', async () => {
    const clock = new FakeClock();
    const zone = world(clock);
    const recorder = recording(zone, { clock });
    await recorder.query('example.test', 'MX');
    zone.script('example.test', { status: 'temp' });
    await recorder.query('example.test', 'MX');
    const player = replaying(recorder.fixture);
    const statuses = [];
    for (let round = 0; round < 3; round++) statuses.push((await player.query('example.test', 'MX')).status);
    expect(statuses).toEqual(['ok', 'temp', 'temp']);
  });

  test('what was not recorded -> temp, not-recorded', async () => {
    const player = replaying({ format: 'mailwright-dns-1', recordedAt: '2026-01-01T00:00:00Z', lookups: [] });
    expect(await player.query('a.test', 'A')).toMatchObject({ status: 'temp', reason: 'not-recorded' });
    await expect(player.query('a.test', 'ANY' as RecordType)).rejects.toThrow(TypeError);
    await expect(player.query('a.test', 'A', { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });

  const lookup = { name: 'a.test', type: 'A', atMs: 0, tookMs: 0, status: 'ok', records: ['192.0.2.1'], ttl: 1, secure: false, source: 'x', canonicalName: null, reason: null };
  test.each<[string, object]>([
    ['another format', { format: 'other' }],
    ['no time', { recordedAt: 'yesterday' }],
    ['no lookups', { lookups: undefined }],
    ['a type that is none', { lookups: [{ ...lookup, type: 'ANY' }] }],
    ['a status that is none', { lookups: [{ ...lookup, status: 'fine' }] }],
    ['records that are none', { lookups: [{ ...lookup, records: ['localhost'] }] }],
    ['two records in one', { lookups: [{ ...lookup, records: ['192.0.2.1\n192.0.2.2'] }] }],
    ['a record that is no text', { lookups: [{ ...lookup, records: [1] }] }],
    ['ok without records', { lookups: [{ ...lookup, records: [] }] }],
    ['nodata with records', { lookups: [{ ...lookup, status: 'nodata' }] }],
    ['a canonical name that is none', { lookups: [{ ...lookup, canonicalName: 'a..b' }] }],
    ['a TTL of text', { lookups: [{ ...lookup, ttl: '1' }] }],
  ])('a caller mistake, %s -> TypeError', (_name, facts) => {
    expect(() => replaying({ format: 'mailwright-dns-1', recordedAt: '2026-01-01T00:00:00Z', lookups: [], ...facts } as unknown as DnsFixture)).toThrow(TypeError);
  });

  test.each([null, undefined, 'text', 1])('a caller mistake, a fixture that is %j -> TypeError that says so', (fixture) => {
    expect(() => replaying(fixture as unknown as DnsFixture)).toThrow(new TypeError('not a recording of the DNS'));
  });
});
