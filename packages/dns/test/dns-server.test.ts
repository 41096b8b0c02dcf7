import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { encodeMessage, inMemoryZone, startDnsServer, type DnsFault, type DnsMessage } from '@mailwright/dns';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../testing/src/fake-clock.ts';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { frame, FrameReader } from '../src/stream-frames.ts';
import { askTcp, askUdp, closing, counter, queryFor, read, sendDatagram, serve, ZONE } from './sockets.ts';

const EDNS = { udpOctets: 1232, version: 0, dnssecOk: true, options: [] };
const brief = ({ rcode, answers, authorities }: DnsMessage) => [rcode, answers.map(({ name, ttl, data }) => [name, ttl, data.type]), authorities.map(({ name, data }) => [name, data.type])];
const SOA = [['example.test', 'SOA']];

describe('answers', () => {
  test.each<[string, string, Parameters<typeof queryFor>[1], unknown]>([
    ['records', 'example.test', 'MX', [0, [['example.test', 900, 'MX'], ['example.test', 900, 'MX']], []]],
    ['rfc2308 2.2: no records of the type', 'example.test', 'AAAA', [0, [], SOA]],
    ['rfc2308 2.1: no such name', 'gone.example.test', 'A', [3, [], SOA]],
    ['rfc8020 2: an empty non-terminal', 'b.example.test', 'A', [0, [], SOA]],
    ['rfc4592 3.3: a wildcard', 'any.wild.example.test', 'TXT', [0, [['any.wild.example.test', 3600, 'TXT']], []]],
    ['rfc1034 4.3.2: a chain of aliases', 'alias.example.test', 'A', [0, [['alias.example.test', 60, 'CNAME'], ['far.example.test', 30, 'CNAME'], ['mx1.example.test', 300, 'A'], ['mx1.example.test', 300, 'A']], []]],
    ['rfc6604 2.1: an alias to nothing', 'dangling.example.test', 'A', [3, [['dangling.example.test', 3600, 'CNAME']], SOA]],
    ['aliases in a circle', 'loop.example.test', 'A', [2, [], []]],
    ['a type that no record has', 'example.test', 46, [0, [], SOA]],
    ['outside of every zone', 'example.invalid', 'A', [3, [], []]],
    ['rfc8482: ANY', 'example.test', 255, [4, [], []]],
    ['a name scripted temp', 'failing.example.test', 'A', [2, [], []]],
  ])('%s', async (_name, name, type, expected) => {
    expect(brief(await askUdp(await serve(), queryFor(name, type)))).toEqual(expected);
  });

  test('the question comes back in its spelling, with id, RD, RA, AA', async () => {
    const message = await askUdp(await serve(), queryFor('eXample.TEST', 'TXT'));
    expect(message).toMatchObject({ id: 0x1234, response: true, recursionDesired: true, recursionAvailable: true, authoritative: true, edns: undefined, questions: [{ name: 'eXample.TEST' }] });
  });

  test.each<[string, Partial<DnsMessage>, boolean]>([
    ['AD asked for', { authenticData: true }, true],
    ['DO set', { edns: EDNS }, true],
    ['neither', {}, false],
  ])('rfc6840 5.8: a secure name with %s -> AD %s', async (_name, facts, ad) => {
    expect((await askUdp(await serve(), queryFor('signed.example.test', 'A', facts))).authenticData).toBe(ad);
  });

  test('rfc8914 4.7: a bogus name -> SERVFAIL with an extended error', async () => {
    expect(await askUdp(await serve(), queryFor('bogus.example.test', 'A', { edns: EDNS }))).toMatchObject({ rcode: 2, edns: { options: [{ code: 15, octets: Uint8Array.of(0, 6) }] } });
  });

  test.each<[string, Partial<DnsMessage>, number]>([
    ['no question', { questions: [] }, 1],
    ['another class', { questions: [{ name: 'example.test', type: 1, class: 3 }] }, 5],
    ['another operation', { opcode: 4 }, 4],
    ['rfc6891 6.1.3: EDNS of another version', { edns: { ...EDNS, version: 1 } }, 16],
  ])('%s -> an RCODE', async (_name, facts, rcode) => {
    expect((await askUdp(await serve(), queryFor('example.test', 'A', facts))).rcode).toBe(rcode);
  });

  test('octets that are no message -> FORMERR with the id; a response, or too few octets -> nothing', async () => {
    const server = await serve();
    const query = encodeMessage(queryFor('example.test', 'A'));
    expect(read(await sendDatagram(server, query.subarray(0, 20)))).toMatchObject({ id: 0x1234, rcode: 1, response: true });
    const socket = closing(createSocket('udp4'));
    for (const octets of [query.subarray(0, 11), encodeMessage(queryFor('example.test', 'A', { response: true })), encodeMessage(queryFor('example.test', 'A', { id: 7 }))]) socket.send(octets, server.port, server.host);
    expect(read(((await once(socket, 'message')) as [Uint8Array])[0]).id).toBe(7);
  });

  test('a server from before EDNS -> FORMERR', async () => {
    expect(await askUdp(await serve({ edns: false }), queryFor('example.test', 'A', { edns: EDNS }))).toMatchObject({ rcode: 1, edns: undefined });
  });
});

describe('length', () => {
  test.each<[string, DnsMessage['edns'], number]>([
    ['rfc1035 2.3.4: without EDNS', undefined, 512],
    ['rfc6891 6.2.5: with EDNS of 1232', EDNS, 1232],
    ['rfc6891 6.2.3: with EDNS of 100', { ...EDNS, udpOctets: 100 }, 512],
    ['with EDNS of 4096, over what the server sends', { ...EDNS, udpOctets: 4096 }, 1232],
  ])('%s: what is too long goes without records, with TC; over TCP it is whole', async (_name, edns, most) => {
    const server = await serve();
    const query = queryFor('long.example.test', 'TXT', { edns });
    const octets = await sendDatagram(server, encodeMessage(query));
    expect(octets.length).toBeLessThanOrEqual(most);
    expect(read(octets)).toMatchObject({ truncated: true, answers: [] });
    const [whole] = await askTcp(server, [query]);
    expect(whole).toMatchObject({ truncated: false });
    expect(whole!.answers).toHaveLength(12);
  });

  test('rfc7766 6.2.1: many queries over one connection', async () => {
    const answers = await askTcp(await serve(), ['A', 'AAAA', 'MX'].map((type, id) => queryFor('mx1.example.test', type as 'A', { id })));
    expect(answers.map(({ id, answers: records }) => [id, records.length])).toEqual([[0, 2], [1, 1], [2, 0]]);
  });
});

describe('faults', () => {
  const query = queryFor('example.test', 'TXT');

  test.each<[DnsFault['action'], Partial<DnsMessage>]>([
    ['servfail', { rcode: 2, answers: [] }],
    ['refused', { rcode: 5, answers: [] }],
    ['formerr', { rcode: 1, answers: [] }],
    ['notimp', { rcode: 4, answers: [] }],
    ['truncate', { truncated: true, answers: [] }],
    ['wrong-id', { id: 0x1234 ^ 0x5555 }],
    ['wrong-question', { questions: [{ name: 'wrong.invalid', type: 16, class: 1 }] }],
    ['wrong-case', { questions: [{ name: 'EXAMPLE.TEST', type: 16, class: 1 }] }],
    ['ad', { authenticData: true }],
    ['no-ad', { authenticData: false }],
    ['wrong-sender', { id: 0x1234 }],
  ])('%s', async (action, expected) => {
    expect(await askUdp(await serve({ faults: [{ action }] }), query)).toMatchObject(expected);
  });

  test('garbage is no message', async () => {
    const octets = await sendDatagram(await serve({ faults: [{ action: 'garbage' }] }), encodeMessage(query));
    expect(() => read(octets)).toThrow('trailing-octets');
  });

  test('by name, type, transport and number, the first that is due', async () => {
    const server = await serve({
      faults: [
        { action: 'servfail', name: 'EXAMPLE.test.', type: 'TXT', nth: [1, 3] },
        { action: 'refused', transport: 'tcp' },
        { action: 'notimp', nth: 2 },
      ],
    });
    const rcodes: number[] = [];
    for (let round = 0; round < 4; round++) rcodes.push((await askUdp(server, query)).rcode);
    rcodes.push((await askTcp(server, [query]))[0]!.rcode, (await askUdp(server, queryFor('mx1.example.test', 'TXT'))).rcode);
    expect(rcodes).toEqual([2, 4, 2, 0, 5, 0]);
    server.setFaults([{ action: 'servfail', nth: 1 }]);
    expect((await askUdp(server, query)).rcode).toBe(2);
    server.setFaults([]);
    expect((await askUdp(server, query)).rcode).toBe(0);
  });

  test('drop: nothing for this one, the next is answered', async () => {
    const server = await serve({ faults: [{ action: 'drop', nth: 1 }] });
    const socket = closing(createSocket('udp4'));
    for (const id of [1, 2]) socket.send(encodeMessage({ ...query, id }), server.port, server.host);
    expect(read(((await once(socket, 'message')) as [Uint8Array])[0]).id).toBe(2);
  });

  test('delay: by the clock of the server', async () => {
    const clock = new FakeClock();
    const seen = counter();
    const server = await serve({ clock, faults: [{ action: 'delay', delayMs: 500 }], onQuery: seen.count });
    const socket = closing(createSocket('udp4'));
    socket.send(encodeMessage(query), server.port, server.host);
    await seen.reached(1);
    expect(clock.nextDue).toBe(500);
    clock.advance(500);
    expect(read(((await once(socket, 'message')) as [Uint8Array])[0]).rcode).toBe(0);
  });

  test('drip: one octet at a time; close: no answer at all', async () => {
    const clock = new FakeClock();
    const seen = counter();
    const server = await serve({ clock, faults: [{ action: 'drip', nth: 1 }, { action: 'close', nth: 2 }], onQuery: seen.count });
    const socket = connect(server.port, server.host);
    closing({ close: () => socket.destroy() });
    socket.write(frame(encodeMessage(query)));
    await seen.reached(1);
    const frames = new FrameReader();
    const messages: Uint8Array[] = [];
    let chunks = 0;
    socket.on('data', (chunk) => {
      chunks++;
      messages.push(...frames.push(chunk));
      if (messages.length === 0) clock.advance(10);
    });
    while (messages.length === 0) await once(socket, 'data');
    expect(chunks).toBeGreaterThan(3);
    expect(read(messages[0]!).answers).toHaveLength(1);
    socket.write(frame(encodeMessage(query)));
    await once(socket, 'close');
  });
});

describe('life', () => {
  test('on ::1, and it says what it was asked', async () => {
    const server = await serve({ host: '::1', zone: '$ORIGIN a.test.\n@ A 192.0.2.1' });
    expect(brief(await askUdp(server, queryFor('A.test', 'A')))).toEqual([0, [['A.test', 3600, 'A']], []]);
    expect((await askTcp(server, [queryFor('b.test', 99)]))[0]!.rcode).toBe(3);
    expect(server.queries.map(({ name, type, transport }) => [name, type, transport])).toEqual([['A.test', 'A', 'udp'], ['b.test', 'TYPE99', 'tcp']]);
  });

  test('a zone that changes, and a delay that it scripts', async () => {
    const clock = new FakeClock();
    const zone = inMemoryZone(ZONE);
    const seen = counter();
    const server = await serve({ zone, clock, onQuery: seen.count });
    expect(server.zone).toBe(zone);
    zone.set('new.test', { A: '192.0.2.1', script: { delayMs: 50 } });
    const pending = askUdp(server, queryFor('new.test', 'A'));
    await seen.reached(1);
    clock.advance(50);
    expect((await pending).answers).toHaveLength(1);
  });

  test('close with a connection open and an answer due -> no timer, no socket left', async () => {
    const clock = new FakeClock();
    const seen = counter();
    const server = await startDnsServer({ zone: ZONE, clock, faults: [{ action: 'delay' }], onQuery: seen.count });
    const socket = connect(server.port, server.host);
    socket.write(frame(encodeMessage(queryFor('example.test', 'A'))));
    await seen.reached(1);
    await Promise.all([once(socket, 'close'), server.close()]);
    await server.close();
    expect(clock.pending).toBe(0);
  });

  test('a port that is taken -> rejects, and leaves nothing behind', async () => {
    const server = await serve();
    await expect(startDnsServer({ zone: {}, port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test.each<[string, () => Promise<unknown>]>([
    ['a zone that is none', () => startDnsServer({ zone: '@ A 1.2' })],
    ['a resolver that is no zone of ours', () => startDnsServer({ zone: { query: () => undefined } as never })],
    ['a fault for a name that is none', () => startDnsServer({ zone: {}, faults: [{ action: 'drop', name: 'a..b' }] })],
  ])('a caller mistake, %s -> TypeError', async (_name, start) => {
    await expect(start()).rejects.toThrow(TypeError);
  });
});

describe('FrameReader', () => {
  test('rfc7766 8: messages cut in any way come out whole', () => {
    const random = new SeededRandom(8);
    for (let round = 0; round < 200; round++) {
      const messages = Array.from({ length: random.integer(1, 4) }, () => random.octets(random.integer(0, 300)));
      const frames = new FrameReader();
      const out = random.split(Buffer.concat(messages.map(frame))).flatMap((chunk) => frames.push(chunk).map((message) => Uint8Array.from(message)));
      expect(out).toEqual(messages);
    }
  });

  test('one octet at a time, and the longest message', () => {
    const frames = new FrameReader();
    const octets = frame(new Uint8Array(0xffff).fill(7));
    const out: Uint8Array[] = [];
    for (let at = 0; at < octets.length; at++) out.push(...frames.push(octets.subarray(at, at + 1)));
    expect(out.map((message) => message.length)).toEqual([0xffff]);
  });
});
