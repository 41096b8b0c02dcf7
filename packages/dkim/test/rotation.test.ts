import { inMemoryZone } from '@mailwright/dns';
import { describe, expect, test } from 'vitest';
import { NO_KEYS, REVOKED_KEY_RECORD, advanceRotation, checkKeyPublished, formatKeyRecord } from '../src/index.ts';
import type { KeyPublication, RotationFacts, RotationPlan, RotationState, RotationStep } from '../src/index.ts';
import { NOW, ed25519Key, rsaKey } from './world.ts';

const DAY = 86_400_000;
const PLAN = { signDays: 100, leadDays: 10, ttlSeconds: 3600, deliveryDays: 5 } satisfies RotationPlan;

function step(state: RotationState, now: number, seen: Record<string, KeyPublication> = {}, more: Partial<RotationFacts> = {}): RotationStep {
  return advanceRotation(state, { now, publications: new Map(Object.entries(seen)), ...more }, PLAN);
}

const actions = ({ actions: of }: RotationStep): string[] => of.map((action) => ('selector' in action ? `${action.type} ${action.selector}` : action.type));

describe('a rotation from the first key to the second', () => {
  const first = step(NO_KEYS, 0);
  const generated = step(first.state, 0, {}, { generated: 'a' });
  const missing = step(generated.state, 0, { a: 'missing' });
  const published = step(missing.state, 1000, { a: 'published' });
  const signing = step(published.state, 1000 + 3_600_000, { a: 'published' });
  const due = step(signing.state, signing.state.keys[0]!.since + 90 * DAY, { a: 'published' });
  const second = step(step(due.state, due.state.keys[0]!.since + 90 * DAY, { a: 'published' }, { generated: 'b' }).state, due.state.keys[0]!.since + 91 * DAY, { a: 'published', b: 'published' });
  const taken = step(second.state, due.state.keys[0]!.since + 100 * DAY, { a: 'published', b: 'published' });
  const over = step(taken.state, taken.state.keys[0]!.since + 5 * DAY, { a: 'published', b: 'published' });
  const revoked = step(over.state, taken.state.keys[0]!.since + 5 * DAY, { a: 'revoked', b: 'published' });

  test.each<[string, RotationStep, readonly string[], string | undefined]>([
    ['no key: one is generated', first, ['generate'], undefined],
    ['generated: the DNS is asked', generated, ['check-dns a'], undefined],
    ['not in the DNS: it is published', missing, ['publish a'], undefined],
    ['seen: nobody may sign until resolvers forgot that there was none', published, ['wait a'], undefined],
    ['the TTL is over and it is there: it signs', signing, ['sign a'], 'a'],
    ['90 days later the next one is due', due, ['generate', 'sign a'], 'a'],
    ['the next one is published and waits for its time', second, ['sign a', 'wait b'], 'a'],
    ['after 100 days the next one signs, the first retires', taken, ['sign b', 'wait a'], 'b'],
    ['nothing of the first is under way: it is revoked', over, ['sign b', 'revoke a'], 'b'],
    ['the DNS shows it revoked: done', revoked, ['sign b'], 'b'],
  ])('%s', (_, of, expected, signWith) => {
    expect(actions(of)).toEqual(expected);
    expect(of.signWith).toBe(signWith);
  });

  test('stages at the end', () => {
    expect(revoked.state.keys.map(({ selector, stage }) => [selector, stage])).toEqual([['a', 'revoked'], ['b', 'signing']]);
  });

  test('nextAt: when the wait is over, when a key is due, at once where something has to be done', () => {
    expect(published.nextAt).toBe(1000 + 3_600_000);
    expect(signing.nextAt).toBe(signing.state.keys[0]!.since + 90 * DAY);
    expect(missing.nextAt).toBe(undefined);
    expect(generated.nextAt).toBe(0);
    expect(second.nextAt).toBe(second.state.keys[0]!.since + 100 * DAY);
  });

  test('the state is plain data: JSON in and out changes nothing', () => {
    const again = JSON.parse(JSON.stringify(second.state)) as RotationState;
    expect(step(again, due.state.keys[0]!.since + 100 * DAY, { a: 'published', b: 'published' })).toEqual(taken);
  });

  test('asked again with nothing new, nothing moves', () => {
    expect(step(signing.state, 1000 + 3_600_000, { a: 'published' }).state).toEqual(signing.state);
  });

  test('a key that does not answer in the DNS goes on signing; one that vanished has to be published again', () => {
    expect(actions(step(signing.state, 2 * 3_600_000, { a: 'unknown' }))).toEqual(['check-dns a', 'sign a']);
    expect(actions(step(signing.state, 2 * 3_600_000, { a: 'missing' }))).toEqual(['publish a']);
    expect(actions(step(signing.state, 2 * 3_600_000, { a: 'different' }))).toEqual(['publish a']);
  });

  test('a record that vanishes before the first signature begins anew', () => {
    const vanished = step(published.state, 2000, { a: 'missing' });
    expect([vanished.state.keys[0]!.stage, actions(vanished)]).toEqual(['generated', ['publish a']]);
    expect(step(vanished.state, 5000, { a: 'published' }).state.keys[0]).toEqual({ selector: 'a', stage: 'published', since: 5000 });
  });

  test('no signature without a look at the DNS, however much time has passed', () => {
    const later = step(published.state, 10 * DAY);
    expect([later.signWith, actions(later)]).toEqual([undefined, ['check-dns a']]);
    expect(step(published.state, 10 * DAY, { a: 'unknown' }).signWith).toBe(undefined);
  });

  test('a retiring key that vanishes too early is published again', () => {
    expect(actions(step(taken.state, taken.state.keys[0]!.since + DAY, { a: 'revoked', b: 'published' }))).toEqual(['publish a', 'sign b']);
  });

  test('a published successor takes over at once when the record of the signing key is gone', () => {
    const broken = step(second.state, second.state.keys[1]!.since + 3_600_000, { a: 'missing', b: 'published' });
    expect(broken.signWith).toBe('b');
  });

  test('a compromised key signs no more and is revoked at once', () => {
    const lost = step(signing.state, 2 * 3_600_000, { a: 'published' }, { compromised: ['a'] });
    expect([lost.signWith, actions(lost)]).toEqual([undefined, ['generate', 'revoke a']]);
    expect(step(lost.state, 3 * 3_600_000, { a: 'revoked' }, { compromised: ['a'] }).state.keys[0]!.stage).toBe('revoked');
  });

  test('a revoked key that comes back is revoked again', () => {
    expect(actions(step(revoked.state, 200 * DAY, { a: 'published', b: 'published' }))).toContain('revoke a');
  });

  test('mistakes of the caller', () => {
    expect(() => step(signing.state, 0, {}, { generated: 'a' })).toThrow(TypeError);
    expect(() => advanceRotation(NO_KEYS, { now: 0, publications: new Map() }, { signDays: -1 })).toThrow(RangeError);
  });
});

describe('is the key in the DNS?', () => {
  const name = 's._domainkey.example.com';
  const check = (records: string | readonly string[] | undefined, key = rsaKey) => checkKeyPublished({
    resolver: inMemoryZone(records === undefined ? {} : { [name]: { TXT: records } }), domain: 'Example.com', selector: 's', key,
  });
  const record = formatKeyRecord(rsaKey);
  const pkcs1 = `p=${Buffer.from(rsaKey.publicKey.subarray(24)).toString('base64')}`; // SubjectPublicKeyInfo of RSA 2,048 has 24 octets before the key

  test.each<[string, string | readonly string[] | undefined, KeyPublication, number]>([
    ['the record', record, 'published', 0],
    ['the key as PKCS #1', pkcs1, 'published', 0],
    ['testing', record.replace('k=', 't=y:s; k='), 'published', 2],
    ['not for email', record.replace('k=', 's=tlsrpt; k='), 'restricted', 1],
    ['not for sha256', record.replace('k=', 'h=sha1; k='), 'restricted', 1],
    ['another key', formatKeyRecord(ed25519Key), 'different', 0],
    ['revoked', REVOKED_KEY_RECORD, 'revoked', 0],
    ['two records', [record, 'x'], 'unusable', 0],
    ['no key record', 'v=spf1 -all', 'unusable', 0],
    ['nothing', undefined, 'missing', 0],
  ])('%s', async (_, records, publication, remarks) => {
    const report = await check(records);
    expect([report.publication, report.remarks.length, report.name, report.expected]).toEqual([publication, remarks, name, record]);
  });

  test('nobody could say', async () => {
    const resolver = inMemoryZone({});
    resolver.script(name, { status: 'temp' });
    expect((await checkKeyPublished({ resolver, domain: 'example.com', selector: 's', key: rsaKey })).publication).toBe('unknown');
  });

  test('an Ed25519 key', async () => {
    expect((await check(formatKeyRecord(ed25519Key), ed25519Key)).publication).toBe('published');
    expect((await check(record, ed25519Key)).publication).toBe('different');
  });

  test('a name that is none is the caller\'s mistake', async () => {
    await expect(checkKeyPublished({ resolver: inMemoryZone({}), domain: 'com', selector: 's', key: rsaKey })).rejects.toThrow(TypeError);
  });

  test('a whole rotation over a zone', async () => {
    const resolver = inMemoryZone({});
    let state = advanceRotation(NO_KEYS, { now: NOW, publications: new Map(), generated: 's' }, PLAN).state;
    resolver.set(name, { TXT: record });
    const { publication } = await checkKeyPublished({ resolver, domain: 'example.com', selector: 's', key: rsaKey });
    state = step(state, NOW, { s: publication }).state;
    expect(step(state, NOW + 3_600_000, { s: publication }).signWith).toBe('s');
  });
});
