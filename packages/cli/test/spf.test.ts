import { describe, expect, test } from 'vitest';
import { record, records } from './support/captured-io.ts';
import { run } from './support/run-command.ts';
import { serveZone, zoneFile } from './support/zone.ts';

const ZONE = `
example.com.        300 IN TXT "v=spf1 include:_spf.example.com mx -all"
example.com.        300 IN MX 10 mx.example.com.
mx.example.com.     300 IN A 192.0.2.25
_spf.example.com.   300 IN TXT "v=spf1 ip4:198.51.100.0/24 ~all"
why.example.        300 IN TXT "v=spf1 -all exp=exp.why.example"
exp.why.example.    300 IN TXT "%{i} is not ours"
loop.example.       300 IN TXT "v=spf1 include:loop.example -all"
open.example.       300 IN TXT "v=spf1 ip4:10.0.0.0/8 a:gone.example ?all"
evil.example.       300 IN TXT "v=spf1 x=\\027[2J -all"
`;

describe('mailwright spf', () => {
  test('a name server on loopback is asked: the tree, the counters, the steps with their sections', async () => {
    const { address, server } = await serveZone(ZONE);
    const { code, out, err } = await run(['spf', 'example.com', '192.0.2.25', '--dns', address]);
    expect([code, err]).toEqual([0, '']);
    for (const text of ['SPF: example.com for 192.0.2.25', 'pass', 'mx of example.com', '├─ include:_spf.example.com  no match  lookups 1, void 0', '│    _spf.example.com', '└─ mx  match  lookups 2, void 0', '2 of 10 lookups', 'RFC 7208 ', `questions to ${address}`]) expect(out).toContain(text);
    expect(server.queries.length).toBeGreaterThan(2);
  });

  test.each([
    ['pass', 'example.com', '198.51.100.7', 0],
    ['fail', 'example.com', '203.0.113.9', 1],
    ['none', 'nothing.example', '203.0.113.9', 1],
    ['permerror', 'loop.example', '203.0.113.9', 1],
  ])('%s: the exit code says so', async (result, domain, ip, expected) => {
    const { code, out } = await run(['spf', domain, ip, '--zone', await zoneFile(ZONE), '--json']);
    expect(code).toBe(expected);
    expect(record(out, 'spf')).toMatchObject({ result, domain, ip, identity: 'mailfrom' });
  });

  test('a server that fails -> temperror, exit code 3', async () => {
    const { address, server } = await serveZone(ZONE);
    server.setFaults([{ action: 'servfail' }]);
    const { code, out } = await run(['spf', 'example.com', '192.0.2.25', '--dns', address, '--timeout', '1', '--json']);
    expect(code).toBe(3);
    expect(record(out, 'spf')['result']).toBe('temperror');
  });

  test('a record with a fault: which term of which record', async () => {
    const zone = await zoneFile('bad.example. IN TXT "v=spf1 include:_spf.bad.example -all"\n_spf.bad.example. IN TXT "v=spf1 ip4:192.0.2.300 -all"\n');
    const { code, out } = await run(['spf', 'bad.example', '192.0.2.1', '--zone', zone]);
    expect(code).toBe(1);
    expect(out).toMatch(/because of +syntax \([\w-]+\) at ip4:192\.0\.2\.300 of _spf\.bad\.example/);
  });

  test('one query is one query', async () => {
    const { out } = await run(['spf', 'why.example', '203.0.113.9', '--zone', await zoneFile(ZONE)]);
    expect(out).toMatch(/0 of 2 void lookups, 1 query\n/);
  });

  test('--explanation: the text of the domain', async () => {
    const { out } = await run(['spf', 'why.example', '203.0.113.9', '--zone', await zoneFile(ZONE), '--explanation']);
    expect(out).toContain('"203.0.113.9 is not ours"');
  });

  test('--identity helo: the HELO name is checked', async () => {
    const { out } = await run(['spf', 'other.example', '192.0.2.25', '--helo', 'example.com', '--identity', 'helo', '--zone', await zoneFile(ZONE), '--json']);
    expect(record(out, 'spf')).toMatchObject({ result: 'pass', identity: 'helo', domain: 'example.com' });
  });

  test('--analyze: who may send, lookups left, what is wrong', async () => {
    const zone = await zoneFile(ZONE);
    const good = await run(['spf', 'example.com', '--analyze', '--zone', zone]);
    expect(good.code).toBe(0);
    for (const text of ['257 IPv4 and 0 IPv6 addresses', '198.51.100.0/24', '8 of the ten left']) expect(good.out).toContain(text);
    const bad = await run(['spf', 'loop.example', '--analyze', '--zone', zone, '--json']);
    expect(bad.code).toBe(1);
    expect(record(bad.out, 'spf-analysis')['findings']).toContainEqual(expect.objectContaining({ code: 'loop', level: 'error', text: expect.stringContaining('leads back') }));
    const wide = await run(['spf', 'open.example', '--analyze', '--zone', zone]);
    for (const text of ['warning wide-network', 'warning dangling-name', 'gone.example']) expect(wide.out).toContain(text);
  });

  test('--analyze with an IP: both, the check decides the exit code', async () => {
    const { code, out } = await run(['spf', 'example.com', '203.0.113.9', '--analyze', '--zone', await zoneFile(ZONE), '--json']);
    expect(code).toBe(1);
    expect(records(out).map(({ type }) => type as string)).toEqual(['spf', 'spf-analysis']);
  });

  test('--record: a record that is not published yet', async () => {
    const { out } = await run(['spf', 'example.com', '--analyze', '--record', 'v=spf1 ip4:192.0.2.0/30 -all', '--zone', await zoneFile(ZONE)]);
    expect(out).toContain('4 IPv4');
  });

  test('what the DNS says can\'t act on the terminal', async () => {
    const zone = await zoneFile(ZONE);
    for (const args of [['evil.example', '192.0.2.1'], ['evil.example', '--analyze']]) expect((await run(['spf', ...args, '--zone', zone])).out).not.toContain('\u001b');
  });

  test.each([
    ['no domain', [], 'which domain?'],
    ['no client', ['example.com'], 'which client?'],
    ['an IP that is none', ['example.com', '192.0.2.999'], 'not an IP address'],
    ['a server that is none', ['example.com', '192.0.2.1', '--dns', 'ns.example'], 'not a name server'],
    ['a server and a zone', ['example.com', '192.0.2.1', '--dns', '127.0.0.1', '--zone', 'x'], 'either --dns or --zone'],
    ['a record without analysis', ['example.com', '192.0.2.1', '--record', 'v=spf1 -all'], '--record goes with --analyze'],
    ['a zone that is not there', ['example.com', '192.0.2.1', '--zone', '/no/such/zone'], 'there is no such file'],
  ])('%s -> a usage error', async (_name, args, text) => {
    const { code, err } = await run(['spf', ...args]);
    expect(code).toBe(2);
    expect(err).toContain(text);
  });

  test('a zone with a fault -> its line', async () => {
    const { code, err } = await run(['spf', 'example.com', '192.0.2.1', '--zone', await zoneFile('example.com. IN A 192.0.2.1\nexample.com. IN A nonsense\n')]);
    expect(code).toBe(2);
    expect(err).toContain('bad-data in line 2');
  });
});
