import { getEventListeners } from 'node:events';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { createStubResolver, encodeMessage, parseNameServer, RECORD_TYPES, TYPE_CODES, type Answer, type DnsFault, type DnsMessage, type RecordType, type StubResolver } from '@mailwright/dns';
import { describe, expect, test } from 'vitest';
import { FakeClock, settle } from '../../testing/src/fake-clock.ts';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { randomRecord } from './records.ts';
import { closing, counter, queryFor, read, resolve, serve, ZONE } from './sockets.ts';

describe('outcomes', () => {
  test.each<[string, string, RecordType, Partial<Answer>]>([
    ['records', 'example.test', 'MX', { status: 'ok', ttl: 900, canonicalName: 'example.test', records: [{ type: 'MX', preference: 10, exchange: 'mx1.example.test' }, { type: 'MX', preference: 20, exchange: 'mx2.example.test' }] }],
    ['the spelling of the caller is kept, whatever case went out', 'Example.TEST.', 'CAA', { canonicalName: 'Example.TEST', records: [{ type: 'CAA', flags: 0, tag: 'issue', value: 'ca.test' }] }],
    ['rfc2308 5: nodata with the TTL of the SOA', 'example.test', 'AAAA', { status: 'nodata', ttl: 120, records: [], canonicalName: 'example.test' }],
    ['nxdomain', 'gone.example.test', 'A', { status: 'nxdomain', ttl: 120, canonicalName: 'gone.example.test' }],
    ['nxdomain without an SOA', 'example.invalid', 'A', { status: 'nxdomain', ttl: undefined }],
    ['rfc8020 2: an empty non-terminal', 'b.example.test', 'A', { status: 'nodata' }],
    ['a wildcard', 'any.wild.example.test', 'TXT', { status: 'ok', canonicalName: 'any.wild.example.test' }],
    ['a chain of aliases: the least TTL', 'alias.example.test', 'AAAA', { status: 'ok', ttl: 30, canonicalName: 'mx1.example.test', records: [{ type: 'AAAA', address: '2001:db8::1' }] }],
    ['an alias asked for itself', 'alias.example.test', 'CNAME', { status: 'ok', ttl: 60, canonicalName: 'alias.example.test', records: [{ type: 'CNAME', target: 'far.example.test' }] }],
    ['an alias to a name without the type', 'alias.example.test', 'MX', { status: 'nodata', ttl: 30, canonicalName: 'mx1.example.test' }],
    ['rfc6604 2.1: an alias to nothing', 'dangling.example.test', 'A', { status: 'nxdomain', ttl: 120, canonicalName: 'gone.example.test' }],
    ['aliases in a circle', 'loop.example.test', 'A', { status: 'temp', reason: 'SERVFAIL' }],
    ['TLSA', '_25._tcp.mx1.example.test', 'TLSA', { status: 'ok', records: [{ type: 'TLSA', usage: 3, selector: 1, matchingType: 1, data: Uint8Array.of(0, 255) }] }],
    ['rfc7208 7.1: octets that no host name has', 'bounce+bob=x\\.org.example.test', 'A', { status: 'ok', canonicalName: 'bounce+bob=x\\.org.example.test' }],
    ['a name that no DNS can hold', 'a..b', 'A', { status: 'nxdomain', reason: 'bad-name' }],
    ['SERVFAIL', 'failing.example.test', 'A', { status: 'temp', reason: 'SERVFAIL' }],
  ])('%s', async (_name, name, type, expected) => {
    const answer = await resolve([await serve()]).query(name, type);
    expect(answer).toMatchObject({ secure: false, source: 'stub', ...expected });
    expect(answer.records.length > 0).toBe(answer.status === 'ok');
  });

  test('every type, records by seed: what the zone holds is what is answered', async () => {
    const random = new SeededRandom(11);
    const server = await serve({ zone: '' });
    const resolver = resolve([server], { random });
    for (const type of RECORD_TYPES) {
      const name = `${type}.test`;
      const record = randomRecord(random, type);
      const { formatRdata } = await import('../src/rdata.ts');
      server.zone.set(name, type === 'TXT' ? { TXT: 'plain' } : { [type]: formatRdata(record) });
      const expected = type === 'TXT' ? { type, strings: [Uint8Array.from(Buffer.from('plain'))] } : record;
      expect(await resolver.query(name, type)).toMatchObject({ status: 'ok', records: [expected] });
    }
  });

  test('on ::1', async () => {
    expect((await resolve([await serve({ host: '::1' })]).query('example.test', 'TXT')).status).toBe('ok');
  });

  test('a U-label goes out as an A-label', async () => {
    const server = await serve();
    await resolve([server], { randomizeCase: false }).query('müller.example.test', 'A');
    expect(server.queries[0]!.name).toBe('xn--mller-kva.example.test');
  });

  test('rfc4035 3.2.3: secure only when the server says so and is trusted', async () => {
    const server = await serve();
    const { host: address, port } = server;
    const secure = async (resolver: StubResolver, name: string): Promise<boolean> => (await resolver.query(name, 'A')).secure;
    expect(await secure(resolve([server]), 'signed.example.test')).toBe(false);
    expect(await secure(resolve([server], { trustAd: true }), 'signed.example.test')).toBe(true);
    expect(await secure(resolve([server], { trustAd: true }), 'mx1.example.test')).toBe(false);
    expect(await secure(closing(createStubResolver({ servers: [{ address, port, trustAd: false }], trustAd: true })), 'signed.example.test')).toBe(false);
    server.setFaults([{ action: 'ad' }]);
    expect(await secure(resolve([server], { trustAd: true }), 'gone.example.test')).toBe(true);
    expect(await secure(resolve([server]), 'gone.example.test')).toBe(false);
  });

  test('rfc8914 4.7: bogus from a server that is trusted, temp from another', async () => {
    const server = await serve();
    expect(await resolve([server], { trustAd: true }).query('bogus.example.test', 'A')).toMatchObject({ status: 'bogus', reason: 'dnssec-bogus' });
    expect(await resolve([server]).query('bogus.example.test', 'A')).toMatchObject({ status: 'temp', reason: 'dnssec-bogus' });
  });

  test('rfc6891 6.2: EDNS of 1232 with DO, AD only for who is trusted; all of it can be turned off', async () => {
    const server = await serve();
    await resolve([server]).query('example.test', 'A');
    await resolve([server], { trustAd: true, ednsOctets: 4096, dnssecOk: false }).query('example.test', 'A');
    await resolve([server], { ednsOctets: false }).query('example.test', 'A');
    expect(server.queries.map(({ message: { authenticData, recursionDesired, edns } }) => [authenticData, recursionDesired, edns])).toEqual([
      [false, true, { udpOctets: 1232, version: 0, dnssecOk: true, options: [] }],
      [true, true, { udpOctets: 4096, version: 0, dnssecOk: false, options: [] }],
      [false, true, undefined],
    ]);
  });

  test('rfc6891 7: a server that refuses EDNS gets the query without, and from then on', async () => {
    const server = await serve({ edns: false });
    const resolver = resolve([server]);
    expect((await resolver.query('example.test', 'TXT')).status).toBe('ok');
    expect((await resolver.query('example.test', 'MX')).status).toBe('ok');
    expect(server.queries.map(({ message }) => message.edns !== undefined)).toEqual([true, false, false]);
  });

  test('rfc2181 9: truncated -> over TCP, whole', async () => {
    const server = await serve();
    const resolver = resolve([server]);
    expect((await resolver.query('long.example.test', 'TXT')).records).toHaveLength(12);
    expect((await resolver.query('long.example.test', 'TXT')).records).toHaveLength(12);
    expect(server.queries.map(({ transport }) => transport)).toEqual(['udp', 'tcp', 'udp', 'tcp']);
  });

  test('tcp:// from the first query', async () => {
    const server = await serve();
    expect((await resolve([`tcp://127.0.0.1:${server.port}`]).query('example.test', 'TXT')).status).toBe('ok');
    expect(server.queries.map(({ transport }) => transport)).toEqual(['tcp']);
  });
});

describe('forged answers', () => {
  const wrong = (action: DnsFault['action'], thenAnswer = true): DnsFault => ({ action, thenAnswer, transport: 'udp' });

  test.each<[DnsFault['action'], number]>([['wrong-id', 1], ['wrong-question', 1], ['wrong-sender', 0]])('rfc5452 9.1: %s first -> ignored, the right one counts', async (action, ignored) => {
    const server = await serve({ faults: [wrong(action)] });
    const resolver = resolve([server]);
    expect(await resolver.query('example.test', 'TXT')).toMatchObject({ status: 'ok' });
    expect(resolver.stats).toMatchObject({ sent: action === 'wrong-sender' ? resolver.stats.sent : 1, ignored });
  });

  test('the wrong case of letters -> asked again over TCP', async () => {
    const server = await serve({ faults: [wrong('wrong-case', false)] });
    const resolver = resolve([server]);
    expect(await resolver.query('example.test', 'TXT')).toMatchObject({ status: 'ok' });
    expect(server.queries.map(({ transport }) => transport)).toEqual(['udp', 'tcp']);
    expect(resolver.stats).toMatchObject({ sent: 2, ignored: 1 });
  });

  test('names that point into the question do not carry the case that was drawn', async () => {
    const { port } = await raw(({ message, reply }) => {
      const { name } = message.questions[0]!;
      reply({ ...message, response: true, edns: undefined, answers: [{ name, type: 15, class: 1, ttl: 1, data: { type: 'MX', preference: 1, exchange: `mx.${name}` } }] });
    });
    const resolver = closing(createStubResolver({ servers: [`127.0.0.1:${port}`] }));
    expect((await resolver.query('a-long-name.Example.test', 'MX')).records).toEqual([{ type: 'MX', preference: 1, exchange: 'mx.a-long-name.Example.test' }]);
  });

  test('the case of letters is random, the id too, and ports change', async () => {
    const server = await serve();
    const resolver = resolve([server]);
    for (let round = 0; round < 20; round++) await resolver.query('a-long-name-of-many-letters.example.test', 'A');
    expect(new Set(server.queries.map(({ name }) => name)).size).toBe(20);
    expect(new Set(server.queries.map(({ message }) => message.id)).size).toBeGreaterThan(15);
    expect(server.queries.every(({ name }) => name.toLowerCase() === 'a-long-name-of-many-letters.example.test')).toBe(true);
  });

  test('the same seed -> the same ids and cases', async () => {
    const asked = async (): Promise<unknown> => {
      const server = await serve();
      const resolver = resolve([server], { random: new SeededRandom(1) });
      for (const name of ['mx1.example.test', 'example.test']) await resolver.query(name, 'A');
      return server.queries.map(({ name, message }) => [name, message.id]);
    };
    expect(await asked()).toEqual(await asked());
  });

  test('garbage under the right id and question -> asked again', async () => {
    const server = await serve({ faults: [{ action: 'garbage', nth: 1 }] });
    expect(await resolve([server]).query('example.test', 'TXT')).toMatchObject({ status: 'ok' });
    expect(await resolve([await serve({ faults: [{ action: 'garbage' }] })]).query('example.test', 'TXT')).toMatchObject({ status: 'temp', reason: 'bad-message' });
  });

  test('garbage over TCP -> asked again', async () => {
    const server = await serve({ faults: [{ action: 'wrong-id', nth: 1 }, { action: 'garbage', nth: 2 }, { action: 'close', nth: 3 }] });
    const clock = new FakeClock();
    const pending = resolve([`tcp://127.0.0.1:${server.port}`], { clock, tries: 4 }).query('example.test', 'TXT');
    while (server.queries.length < 1) await settle();
    await settle();
    clock.advance(2000);
    expect(await pending).toMatchObject({ status: 'ok' });
    expect(server.queries).toHaveLength(4);
  });

  test('many wrong questions under the right id: somebody is guessing -> TCP', async () => {
    const forger = await raw(({ message, reply }) => {
      for (let round = 0; round < 8; round++) reply({ ...message, response: true, questions: [{ name: 'forged.test', type: 1, class: 1 }] });
    });
    const resolver = closing(createStubResolver({ servers: [`127.0.0.1:${forger.port}`] }));
    expect((await resolver.query('example.test', 'TXT')).reason).toBe('ECONNREFUSED');
    expect(resolver.stats.ignored).toBeGreaterThanOrEqual(8);
  });
});

interface RawQuery {
  readonly message: DnsMessage;
  readonly reply: (message: DnsMessage) => void;
  readonly peer: RemoteInfo;
}

/** A server that answers what `answer` says. TCP is refused. */
async function raw(answer: (query: RawQuery) => void): Promise<{ readonly port: number; readonly socket: Socket; readonly peers: RemoteInfo[] }> {
  const socket = closing(createSocket('udp4'));
  const peers: RemoteInfo[] = [];
  socket.on('message', (octets, peer) => {
    peers.push(peer);
    answer({ message: read(octets), peer, reply: (message) => socket.send(encodeMessage(message), peer.port, peer.address) });
  });
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done));
  return { port: socket.address().port, socket, peers };
}

describe('odd servers', () => {
  const alias = (name: string, target: string) => ({ name, type: TYPE_CODES.CNAME, class: 1, ttl: 50, data: { type: 'CNAME', target } }) as const;
  const address = (name: string, ttl = 70) => ({ name, type: 1, class: 1, ttl, data: { type: 'A', address: '192.0.2.1' } }) as const;

  async function answering(answer: (message: DnsMessage) => Partial<DnsMessage>, options = {}): Promise<{ readonly resolver: StubResolver; readonly asked: string[] }> {
    const asked: string[] = [];
    const { port } = await raw(({ message, reply }) => {
      asked.push(message.questions[0]!.name);
      reply({ ...message, response: true, recursionAvailable: true, edns: undefined, ...answer(message) });
    });
    return { resolver: closing(createStubResolver({ servers: [`127.0.0.1:${port}`], randomizeCase: false, ...options })), asked };
  }

  test('rfc1034 5.2.2: a server that gives only part of a chain is asked for the rest', async () => {
    const { resolver, asked } = await answering(({ questions: [question] }) => ({ answers: question!.name === 'a.test' ? [alias('a.test', 'b.test')] : [address('B.TEST')] }));
    expect(await resolver.query('a.test', 'A')).toMatchObject({ status: 'ok', ttl: 50, canonicalName: 'b.test' });
    expect(asked).toEqual(['a.test', 'b.test']);
  });

  test.each<[string, (name: string) => DnsMessage['answers']]>([
    ['in one answer', () => [alias('a0.test', 'a1.test'), alias('a1.test', 'a0.test')]],
    ['to itself', () => [alias('a0.test', 'A0.test')]],
    ['over many answers', (name) => [alias(name, name === 'a0.test' ? 'a1.test' : 'a0.test')]],
    ['without end', (name) => [alias(name, `a${Number(/\d+/.exec(name)![0]) + 1}.test`)]],
    ['of 40 in one answer', () => Array.from({ length: 40 }, (_, index) => alias(`a${index}.test`, `a${index + 1}.test`))],
  ])('aliases in a circle, %s -> temp, alias-chain, and an end', async (_name, answers) => {
    const { resolver, asked } = await answering(({ questions: [question] }) => ({ answers: answers(question!.name) }));
    expect(await resolver.query('a0.test', 'A')).toMatchObject({ status: 'temp', reason: 'alias-chain' });
    expect(asked.length).toBeLessThanOrEqual(17);
  });

  test.each<[string, Partial<DnsMessage>, Partial<Answer>]>([
    ['records of another name are no answer', { answers: [address('other.test')] }, { status: 'nodata', ttl: undefined }],
    ['records of another class are no answer', { answers: [{ name: 'a.test', type: 1, class: 3, ttl: 1, data: { type: 'opaque', octets: new Uint8Array(4) } }] }, { status: 'nodata' }],
    ['rfc2181 8: a TTL with the top bit counts as 0', { answers: [address('a.test', 0x8000_0000)] }, { status: 'ok', ttl: 0 }],
    ['records with several TTLs: the least', { answers: [address('a.test', 9), address('a.test', 8)] }, { status: 'ok', ttl: 8 }],
    ['rfc2308 2.2: a referral is no answer', { recursionAvailable: false, authorities: [{ name: 'test', type: 2, class: 1, ttl: 9, data: { type: 'NS', target: 'ns.test' } }] }, { status: 'temp', reason: 'referral' }],
    ['an RCODE without a name', { rcode: 11 }, { status: 'temp', reason: 'RCODE11' }],
    ['rfc8914: REFUSED with a reason', { rcode: 5, edns: { udpOctets: 512, version: 0, dnssecOk: false, options: [{ code: 15, octets: Uint8Array.of(0, 17) }] } }, { status: 'temp', reason: 'filtered' }],
    ['a response without a question -> ignored, then given up', { questions: [] }, { status: 'temp', reason: 'deadline' }],
    ['a message that is no response -> ignored', { response: false }, { status: 'temp', reason: 'deadline' }],
  ])('%s', async (_name, message, expected) => {
    const clock = new FakeClock();
    const { resolver, asked } = await answering(() => message, { clock, timeoutMs: 1000 });
    const pending = resolver.query('a.test', 'A');
    if (expected.reason === 'deadline') {
      while (asked.length < 1) await settle();
      await settle();
      clock.advance(1000);
    }
    expect(await pending).toMatchObject(expected);
  });

  test('256 queries, then another port: no socket is used for ever', async () => {
    const { port, peers } = await raw(({ message, reply }) => reply({ ...message, response: true, recursionAvailable: true }));
    const resolver = closing(createStubResolver({ servers: [`127.0.0.1:${port}`], sockets: 1 }));
    for (let round = 0; round < 9; round++) await Promise.all(Array.from({ length: 64 }, (_, index) => resolver.query(`n${index}.test`, 'A')));
    expect(new Set(peers.map((peer) => peer.port)).size).toBe(3);
    expect(resolver.stats).toMatchObject({ queries: 576, sent: 576, voids: 576, failures: 0, ignored: 0 });
  });

  test('after ten seconds, another port, however few queries left from it', async () => {
    const clock = new FakeClock();
    const { port, peers } = await raw(({ message, reply }) => reply({ ...message, response: true, recursionAvailable: true }));
    const resolver = closing(createStubResolver({ servers: [`127.0.0.1:${port}`], clock, sockets: 1 }));
    for (let round = 0; round < 12; round++) {
      await resolver.query('a.test', 'A');
      clock.advance(1000);
    }
    const ports = peers.map((peer) => peer.port);
    expect([ports[0] === ports[9], ports[9] === ports[10], ports[10] === ports[11]]).toEqual([true, false, true]);
  });

  test('the sockets are drawn by lot', async () => {
    const { port, peers } = await raw(({ message, reply }) => reply({ ...message, response: true }));
    const resolver = closing(createStubResolver({ servers: [`127.0.0.1:${port}`] }));
    for (let round = 0; round < 60; round++) await resolver.query('a.test', 'A');
    expect(new Set(peers.map((peer) => peer.port)).size).toBeGreaterThan(4);
  });
});

describe('servers that fail', () => {
  test('rfc1035 7.2: the first that can answers; who said no is not asked again', async () => {
    const refusing = await serve({ faults: [{ action: 'refused' }] });
    const failing = await serve({ faults: [{ action: 'servfail' }] });
    const good = await serve();
    expect((await resolve([refusing, failing, good]).query('example.test', 'TXT')).status).toBe('ok');
    expect(await resolve([refusing, failing]).query('example.test', 'TXT')).toMatchObject({ status: 'temp', reason: 'SERVFAIL' });
    expect([refusing, failing, good].map(({ queries }) => queries.length)).toEqual([2, 2, 1]);
  });

  test('a port on which nobody listens -> the next server at once, and it is remembered', async () => {
    const gone = await serve();
    const good = await serve();
    const resolver = resolve([gone, good], { clock: new FakeClock() });
    await gone.close();
    expect((await resolver.query('example.test', 'TXT')).status).toBe('ok');
    const { sent } = resolver.stats;
    expect((await resolver.query('example.test', 'TXT')).status).toBe('ok');
    expect([sent, resolver.stats.sent]).toEqual([2, 3]);
    expect(await resolve([gone], { clock: new FakeClock() }).query('example.test', 'TXT')).toMatchObject({ status: 'temp', reason: 'ECONNREFUSED' });
  });

  test('a silent server -> the next after tryTimeoutMs, asked last for deadServerMs, then first again', async () => {
    const clock = new FakeClock();
    const seen = counter();
    const silent = await serve({ faults: [{ action: 'drop', nth: 1 }], onQuery: seen.count });
    const good = await serve();
    const resolver = resolve([silent, good], { clock, tryTimeoutMs: 500, deadServerMs: 10_000 });
    const first = resolver.query('example.test', 'TXT');
    await seen.reached(1);
    clock.advance(500);
    expect((await first).status).toBe('ok');
    await resolver.query('example.test', 'TXT');
    expect([silent.queries.length, good.queries.length]).toEqual([1, 2]);
    clock.advance(10_000);
    await resolver.query('example.test', 'TXT');
    expect([silent.queries.length, good.queries.length]).toEqual([2, 2]);
  });

  test('all silent -> every round with twice the time, then temp', async () => {
    const clock = new FakeClock();
    const seen = counter();
    const silent = await serve({ faults: [{ action: 'drop' }], onQuery: seen.count });
    const resolver = resolve([silent], { clock, tryTimeoutMs: 100, tries: 3 });
    const pending = resolver.query('example.test', 'TXT');
    for (const [round, ms] of [100, 200, 400].entries()) {
      await seen.reached(round + 1);
      clock.advance(ms);
    }
    expect(await pending).toMatchObject({ status: 'temp', reason: 'timeout' });
    expect(clock.now()).toBe(700);
    expect(resolver.stats).toMatchObject({ queries: 1, failures: 1, ms: 700, sent: 3 });
  });

  test.each<[string, number, number | undefined, number]>([
    ['timeoutMs', 300, undefined, 300],
    ['the deadline of the caller', 5000, 200, 200],
  ])('%s ends it, whatever tries are left, and says nothing about the server', async (_name, timeoutMs, deadline, due) => {
    const clock = new FakeClock();
    const seen = counter();
    const silent = await serve({ faults: [{ action: 'drop', nth: 1 }], onQuery: seen.count });
    const other = await serve();
    const resolver = resolve([silent, other], { clock, timeoutMs });
    const pending = resolver.query('example.test', 'TXT', { deadline });
    await seen.reached(1);
    clock.advance(due);
    expect(await pending).toMatchObject({ status: 'temp', reason: 'deadline' });
    await resolver.query('example.test', 'TXT');
    expect([silent.queries.length, other.queries.length]).toEqual([2, 0]);
  });

  test('a deadline that is over -> temp, and nobody is asked', async () => {
    const server = await serve();
    const clock = new FakeClock();
    expect(await resolve([server], { clock }).query('example.test', 'TXT', { deadline: 0 })).toMatchObject({ status: 'temp', reason: 'deadline' });
    expect(server.queries).toEqual([]);
  });

  test('TCP that drips slower than the time there is -> temp', async () => {
    const clock = new FakeClock();
    const seen = counter();
    const server = await serve({ clock, faults: [{ action: 'truncate' }, { action: 'drip', delayMs: 400, transport: 'tcp' }], onQuery: seen.count });
    server.setFaults([{ action: 'drip', delayMs: 400, transport: 'tcp' }, { action: 'truncate' }]);
    const pending = resolve([server], { clock, timeoutMs: 1000 }).query('example.test', 'TXT');
    await seen.reached(2);
    await clock.advanceAsync(1000);
    expect(await pending).toMatchObject({ status: 'temp', reason: 'deadline' });
  });

  test('a TCP connection that the server closed while idle -> the next query takes a new one', async () => {
    const server = await serve({ faults: [{ action: 'close', nth: 2 }] });
    const resolver = resolve([`tcp://127.0.0.1:${server.port}`], { clock: new FakeClock() });
    expect((await resolver.query('example.test', 'TXT')).status).toBe('ok');
    expect((await resolver.query('example.test', 'MX')).status).toBe('ok');
    expect(server.queries).toHaveLength(3);
  });

  test('a server that closes every connection -> temp', async () => {
    const server = await serve({ faults: [{ action: 'close' }] });
    expect(await resolve([`tcp://127.0.0.1:${server.port}`], { clock: new FakeClock() }).query('example.test', 'TXT')).toMatchObject({ status: 'temp', reason: 'ECONNRESET' });
    expect(server.queries).toHaveLength(3);
  });
});

describe('life', () => {
  test('abort while waiting, and before -> rejects with the reason; no timer, no listener left', async () => {
    const clock = new FakeClock();
    const seen = counter();
    const server = await serve({ faults: [{ action: 'drop' }], onQuery: seen.count });
    const resolver = resolve([server], { clock });
    const abort = new AbortController();
    const pending = resolver.query('example.test', 'TXT', { signal: abort.signal });
    await seen.reached(1);
    abort.abort(new Error('enough'));
    await expect(pending).rejects.toThrow('enough');
    await expect(resolver.query('example.test', 'TXT', { signal: abort.signal })).rejects.toThrow('enough');
    await resolver.close();
    expect(clock.pending).toBe(0);
  });

  test('a signal that outlives many queries -> no listener stays on it', async () => {
    const abort = new AbortController();
    const resolver = resolve([await serve()]);
    for (let round = 0; round < 12; round++) await resolver.query('example.test', 'TXT', { signal: abort.signal });
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
  });

  test('close: what is on its way is temp, what comes later too', async () => {
    const seen = counter();
    const server = await serve({ faults: [{ action: 'drop' }], onQuery: seen.count });
    const resolver = resolve([server, `tcp://127.0.0.1:${server.port}`]);
    const pending = resolver.query('example.test', 'TXT');
    await seen.reached(1);
    await resolver.close();
    expect(await pending).toMatchObject({ status: 'temp', reason: 'closed' });
    expect(await resolver.query('example.test', 'TXT')).toMatchObject({ status: 'temp', reason: 'closed' });
    await resolver[Symbol.asyncDispose]();
  });

  test('close with others in line: they are temp, too, and no socket is opened', async () => {
    const seen = counter();
    const server = await serve({ faults: [{ action: 'drop' }], onQuery: seen.count });
    const resolver = resolve([server], { limits: { inFlight: 1 } });
    const pending = ['a.test', 'b.test', 'c.test'].map((name) => resolver.query(name, 'A'));
    await seen.reached(1);
    await resolver.close();
    expect((await Promise.all(pending)).map(({ reason }) => reason)).toEqual(['closed', 'closed', 'closed']);
    expect([server.queries.length, resolver.stats.sent]).toEqual([1, 1]);
  });

  test('an address that can not be reached -> the next server at once', async () => {
    const clock = new FakeClock();
    // The kernel lets nobody connect to the broadcast address: nothing leaves the machine.
    expect((await resolve(['255.255.255.255:53', await serve()], { clock }).query('example.test', 'TXT')).status).toBe('ok');
    expect(await resolve(['255.255.255.255:53'], { clock }).query('example.test', 'TXT')).toMatchObject({ status: 'temp', reason: 'EACCES' });
  });

  test('sockets that nobody used for five seconds are closed, and opened again when needed', async () => {
    const clock = new FakeClock();
    const { port, peers } = await raw(({ message, reply }) => reply({ ...message, response: true }));
    const resolver = closing(createStubResolver({ servers: [`127.0.0.1:${port}`], clock, sockets: 1 }));
    await resolver.query('a.test', 'A');
    clock.advance(4000);
    await resolver.query('a.test', 'A');
    clock.advance(4000);
    await resolver.query('a.test', 'A');
    clock.advance(9000);
    expect(clock.pending).toBe(0);
    await resolver.query('a.test', 'A');
    const ports = peers.map((peer) => peer.port);
    expect([ports[0] === ports[1], ports[1] === ports[2]]).toEqual([true, true]);
    expect(new Set(ports).size).toBeLessThanOrEqual(2);
  });

  test('limits.inFlight: the others wait in line, and leave it when their time is over', async () => {
    const clock = new FakeClock();
    const seen = counter();
    const server = await serve({ faults: [{ action: 'drop', nth: 1 }], onQuery: seen.count });
    const resolver = resolve([server], { clock, tryTimeoutMs: 500, limits: { inFlight: 1 } });
    const abort = new AbortController();
    const first = resolver.query('example.test', 'TXT');
    const hasty = resolver.query('example.test', 'MX', { deadline: 300 });
    const leaving = resolver.query('example.test', 'NS', { signal: abort.signal });
    const last = resolver.query('example.test', 'CAA');
    await seen.reached(1);
    abort.abort(new Error('enough'));
    await expect(leaving).rejects.toThrow('enough');
    clock.advance(500);
    expect(await hasty).toMatchObject({ status: 'temp', reason: 'deadline' });
    expect([(await first).status, (await last).status]).toEqual(['ok', 'ok']);
    expect(server.queries.map(({ type }) => type)).toEqual(['TXT', 'TXT', 'CAA']);
  });

  test('a thousand at once', async () => {
    const resolver = resolve([await serve()]);
    const names = Object.keys(ZONE).filter((name) => !name.includes('*') && !name.startsWith('failing') && !name.startsWith('bogus') && !name.startsWith('loop') && !name.startsWith('pool'));
    const answers = await Promise.all(Array.from({ length: 1000 }, (_, index) => resolver.query(names[index % names.length]!, RECORD_TYPES[index % 11]!)));
    expect(answers.filter(({ status }) => status === 'temp')).toEqual([]);
    expect(resolver.stats.queries).toBe(1000);
  });

  test('stats: queries, voids, failures', async () => {
    const resolver = resolve([await serve()]);
    for (const [name, type] of [['example.test', 'TXT'], ['example.test', 'AAAA'], ['gone.example.test', 'A'], ['failing.example.test', 'A']] as const) await resolver.query(name, type);
    expect(resolver.stats).toMatchObject({ queries: 4, voids: 2, failures: 1, sent: 4, ignored: 0 });
    expect(resolver.stats.ms).toBeGreaterThan(0);
  });

  test.each<[string, () => unknown, new () => Error]>([
    ['no servers', () => createStubResolver({ servers: [] }), TypeError],
    ['a server that is a name', () => createStubResolver({ servers: ['dns.example'] }), TypeError],
    ['a server without an address', () => createStubResolver({ servers: [{ protocol: 'tls' }] }), TypeError],
    ['an address that is none', () => createStubResolver({ servers: [{ address: 'localhost' }] }), TypeError],
    ['an http URL', () => createStubResolver({ servers: [{ url: 'http://127.0.0.1/dns-query' }] }), TypeError],
    ['port 0', () => createStubResolver({ servers: ['127.0.0.1:0'] }), RangeError],
    ['no time', () => createStubResolver({ servers: ['127.0.0.1'], timeoutMs: 0 }), RangeError],
    ['half a socket', () => createStubResolver({ servers: ['127.0.0.1'], sockets: 0.5 }), RangeError],
    ['EDNS below 512', () => createStubResolver({ servers: ['127.0.0.1'], ednsOctets: 100 }), RangeError],
  ])('a caller mistake, %s', (_name, call, type) => {
    expect(call).toThrow(type);
  });

  test('a caller mistake, an unknown type -> TypeError', async () => {
    await expect(resolve(['127.0.0.1:9']).query('a.test', 'ANY' as RecordType)).rejects.toThrow(TypeError);
  });

  test('the servers of the operating system are the default', async () => {
    const resolver = closing(createStubResolver());
    expect(resolver.stats.queries).toBe(0);
  });
});

describe('parseNameServer', () => {
  test.each<[string, object]>([
    ['192.0.2.53', { protocol: 'udp', address: '192.0.2.53', port: undefined, serverName: undefined }],
    ['[fe80::1%eth0]:53', { address: 'fe80::1%eth0', port: 53 }],
    ['fe80::1%eth0', { address: 'fe80::1%eth0', port: undefined }],
    ['192.0.2.53:5353', { address: '192.0.2.53', port: 5353 }],
    ['2001:db8::53', { address: '2001:db8::53', port: undefined }],
    ['[2001:db8::53]:5353', { address: '2001:db8::53', port: 5353 }],
    ['tcp://192.0.2.53', { protocol: 'tcp', address: '192.0.2.53' }],
    ['tls://192.0.2.53:853#dns.example', { protocol: 'tls', address: '192.0.2.53', port: 853, serverName: 'dns.example' }],
    ['tls://[::1]#dns.example', { protocol: 'tls', address: '::1', serverName: 'dns.example' }],
    ['https://dns.example/dns-query', { protocol: 'https', url: 'https://dns.example/dns-query' }],
  ])('%s', (text, expected) => {
    expect(parseNameServer(text)).toMatchObject(expected);
  });

  test.each([[''], ['dns.example'], ['192.0.2.300'], ['udp://'], ['ftp://192.0.2.1'], ['192.0.2.53:port'], ['[192.0.2.53'], ['192.0.2.53#'], [`${'1'.repeat(40)}:`]])('%s -> TypeError', (text) => {
    expect(() => parseNameServer(text)).toThrow(TypeError);
  });

  test('queryFor is what the tests think it is', () => {
    expect(read(encodeMessage(queryFor('a.test', 'MX'))).questions).toEqual([{ name: 'a.test', type: 15, class: 1 }]);
  });
});
