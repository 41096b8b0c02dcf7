import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { nodeResolver, type AnswerStatus, type DnsRecord, type NodeDns, type RecordType } from '@mailwright/dns';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakeClock, settle } from '../../testing/src/fake-clock.ts';

const octets = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

/** A `NodeDns` that has only what a test gives it. */
const fake = (methods: Partial<NodeDns>): NodeDns => ({ cancel: () => {}, ...methods }) as NodeDns;
const failing = (code: string): NodeDns => fake({ resolveMx: () => Promise.reject(Object.assign(new Error(code), { code })) });

describe('values', () => {
  const soa = { nsname: 'ns.test', hostmaster: 'hostmaster.test', serial: 1, refresh: 2, retry: 3, expire: 4, minttl: 5 };
  test.each<[RecordType, Partial<NodeDns>, DnsRecord, number | undefined]>([
    ['A', { resolve4: async () => [{ address: '192.0.2.1', ttl: 60 }] }, { type: 'A', address: '192.0.2.1' }, 60],
    ['AAAA', { resolve6: async () => [{ address: '2001:db8::1', ttl: 7 }] }, { type: 'AAAA', address: '2001:db8::1' }, 7],
    ['MX', { resolveMx: async () => [{ priority: 0, exchange: '' }] }, { type: 'MX', preference: 0, exchange: '.' }, undefined],
    ['TXT', { resolveTxt: async () => [['a', '\xc3\xbc']] }, { type: 'TXT', strings: [octets('a'), octets('\xc3\xbc')] }, undefined],
    ['PTR', { resolvePtr: async () => ['a.test'] }, { type: 'PTR', target: 'a.test' }, undefined],
    ['CNAME', { resolveCname: async () => ['a.test'] }, { type: 'CNAME', target: 'a.test' }, undefined],
    ['NS', { resolveNs: async () => ['a.test'] }, { type: 'NS', target: 'a.test' }, undefined],
    ['SOA', { resolveSoa: async () => soa }, { type: 'SOA', mname: 'ns.test', rname: 'hostmaster.test', serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5 }, undefined],
    ['SRV', { resolveSrv: async () => [{ priority: 1, weight: 2, port: 25, name: 'a.test' }] }, { type: 'SRV', priority: 1, weight: 2, port: 25, target: 'a.test' }, undefined],
    ['CAA', { resolveCaa: async () => [{ critical: 128, issue: 'ca.test' }] }, { type: 'CAA', flags: 128, tag: 'issue', value: 'ca.test' }, undefined],
    [
      'TLSA', { resolveTlsa: async () => [{ certUsage: 3, selector: 1, match: 1, data: Uint8Array.of(1, 2).buffer }] },
      { type: 'TLSA', usage: 3, selector: 1, matchingType: 1, data: Uint8Array.of(1, 2) }, undefined,
    ],
  ])('%s: the value of Node -> ours', async (type, methods, record, ttl) => {
    const answer = await nodeResolver({ dns: fake(methods), clock: new FakeClock() }).query('a.test', type);
    expect(answer).toEqual({ status: 'ok', records: [record], ttl, secure: false, source: 'node', canonicalName: undefined, reason: undefined });
  });

  test('an empty list -> nodata', async () => {
    expect((await nodeResolver({ dns: fake({ resolve4: async () => [] }) }).query('a.test', 'A')).status).toBe('nodata');
  });

  test('TLSA on a Node that has none -> temp, unsupported-type', async () => {
    expect(await nodeResolver({ dns: fake({}) }).query('a.test', 'TLSA')).toMatchObject({ status: 'temp', reason: 'unsupported-type' });
  });
});

describe('outcomes', () => {
  test.each<[string, AnswerStatus, string | undefined]>([
    ['ENODATA', 'nodata', undefined],
    ['ENOTFOUND', 'nxdomain', undefined],
    ['ESERVFAIL', 'temp', 'ESERVFAIL'],
    ['EREFUSED', 'temp', 'EREFUSED'],
    ['ETIMEOUT', 'temp', 'ETIMEOUT'],
    ['ECONNREFUSED', 'temp', 'ECONNREFUSED'],
    ['EFORMERR', 'temp', 'EFORMERR'],
    ['EBADRESP', 'temp', 'EBADRESP'],
    ['EBADNAME', 'temp', 'EBADNAME'],
    ['ECANCELLED', 'temp', 'ECANCELLED'],
    ['EWHATEVER', 'temp', 'EWHATEVER'],
  ])('%s -> %s', async (code, status, reason) => {
    expect(await nodeResolver({ dns: failing(code) }).query('a.test', 'MX')).toMatchObject({ status, reason, records: [], secure: false });
  });

  test('a name that no DNS can hold -> nxdomain, and Node is not asked', async () => {
    expect(await nodeResolver({ dns: fake({}) }).query('a..test', 'A')).toMatchObject({ status: 'nxdomain', reason: 'bad-name' });
  });

  test('a U-label goes out as an A-label', async () => {
    let asked = '';
    await nodeResolver({ dns: fake({ resolve4: async (name) => ((asked = name), []) }) }).query('müller.test.', 'A');
    expect(asked).toBe('xn--mller-kva.test');
  });

  test('a caller mistake, an unknown type -> TypeError', async () => {
    await expect(nodeResolver({ dns: fake({}) }).query('a.test', 'ANY' as RecordType)).rejects.toThrow(TypeError);
  });
});

describe('time', () => {
  /** Answers `slow.test` never and `late.test` when told; counts the calls of `cancel`. */
  function hanging() {
    const clock = new FakeClock();
    const state = { cancelled: 0, answer: (): void => {} };
    const dns = fake({
      cancel: () => void state.cancelled++,
      resolve4: (name) => new Promise((resolve) => {
        if (name === 'late.test') state.answer = () => resolve([{ address: '192.0.2.1', ttl: 1 }]);
      }),
    });
    return { clock, state, resolver: nodeResolver({ dns, clock, timeoutMs: 1000 }) };
  }

  test.each<[string, number | undefined, number]>([
    ['timeoutMs, without a deadline', undefined, 1000],
    ['timeoutMs, with a later deadline', 5000, 1000],
    ['the deadline', 300, 300],
  ])('a dead server -> temp after %s, the query cancelled, no timer left', async (_name, deadline, due) => {
    const { clock, state, resolver } = hanging();
    const pending = resolver.query('slow.test', 'A', { deadline });
    await clock.advanceAsync(due);
    expect(await pending).toMatchObject({ status: 'temp', reason: 'deadline' });
    expect([clock.now(), clock.pending, state.cancelled]).toEqual([due, 0, 1]);
  });

  test('an abort while others wait -> rejects, and the others are not cancelled', async () => {
    const { clock, state, resolver } = hanging();
    const abort = new AbortController();
    const left = resolver.query('slow.test', 'A', { signal: abort.signal });
    const waiting = resolver.query('late.test', 'A');
    abort.abort(new Error('enough'));
    await expect(left).rejects.toThrow('enough');
    expect(state.cancelled).toBe(0);
    state.answer();
    expect((await waiting).status).toBe('ok');
    expect([state.cancelled, clock.pending]).toEqual([1, 0]);
  });

  test('an answer after its asker has left changes nothing', async () => {
    const { state, resolver } = hanging();
    const abort = new AbortController();
    const left = resolver.query('late.test', 'A', { signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(left).rejects.toThrow('enough');
    state.answer();
    await settle();
    const next = resolver.query('late.test', 'A');
    state.answer();
    expect((await next).status).toBe('ok');
    expect(state.cancelled).toBe(1);
  });
});

/** The first question of a query in wire form: its end, and its name as text. */
function readQuestion(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 5 };
}

/** What the loopback server answers: RCODE, and the data of one record. */
const SCRIPT: Readonly<Record<string, { readonly rcode: number; readonly data?: Uint8Array }>> = {
  'a.test': { rcode: 0, data: Uint8Array.of(192, 0, 2, 1) },
  'txt.test': { rcode: 0, data: Uint8Array.of(2, 0xc3, 0xbc, 1, 0x61) },
  'null.test': { rcode: 0, data: Uint8Array.of(0, 0, 0) },
  'empty.test': { rcode: 0 },
  'gone.test': { rcode: 3 },
  'broken.test': { rcode: 2 },
  'refused.test': { rcode: 5 },
};

function respond(query: Buffer): Buffer | undefined {
  const { name, end } = readQuestion(query);
  const script = SCRIPT[name];
  if (script === undefined) return undefined;
  const { rcode, data } = script;
  const header = Buffer.from([query[0]!, query[1]!, 0x81, 0x80 | rcode, 0, 1, 0, data === undefined ? 0 : 1, 0, 0, 0, 0]);
  const question = query.subarray(12, end);
  const type = question.subarray(-4, -2);
  const record = data === undefined ? Buffer.alloc(0) : Buffer.from([0xc0, 12, type[0]!, type[1]!, 0, 1, 0, 0, 0, 99, 0, data.length, ...data]);
  return Buffer.concat([header, question, record]);
}

describe('over a real socket, with the Resolver of this Node', () => {
  let server: Socket;
  let servers: string[] = [];

  beforeAll(async () => {
    server = createSocket('udp4');
    server.on('message', (query, from) => {
      const response = respond(query);
      if (response !== undefined) server.send(response, from.port, from.address);
    });
    await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
    servers = [`127.0.0.1:${(server.address() as AddressInfo).port}`];
  });
  afterAll(() => void server.close());

  test.each<[string, RecordType, object]>([
    ['a.test', 'A', { status: 'ok', ttl: 99, records: [{ type: 'A', address: '192.0.2.1' }] }],
    ['txt.test', 'TXT', { status: 'ok', ttl: undefined, records: [{ type: 'TXT', strings: [octets('\xc3\xbc'), octets('a')] }] }],
    ['null.test', 'MX', { status: 'ok', records: [{ type: 'MX', preference: 0, exchange: '.' }] }],
    ['empty.test', 'MX', { status: 'nodata' }],
    ['gone.test', 'MX', { status: 'nxdomain' }],
    ['broken.test', 'MX', { status: 'temp', reason: 'ESERVFAIL' }],
    ['refused.test', 'MX', { status: 'temp', reason: 'EREFUSED' }],
    ['silent.test', 'MX', { status: 'temp', reason: 'ETIMEOUT' }],
  ])('%s %s', async (name, type, expected) => {
    expect(await nodeResolver({ servers, tryTimeoutMs: 50, tries: 1 }).query(name, type)).toMatchObject(expected);
  });

  test('a server that is no address -> throws at once', () => {
    expect(() => nodeResolver({ servers: ['not an address'] })).toThrow();
  });
});
