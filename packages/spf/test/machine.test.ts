import { emptyAnswer } from './answers.ts';
import { SpfMachine, type SpfMachineOptions, type SpfResult } from '@mailwright/spf';
import type { Answer, ZoneObject } from '@mailwright/dns';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { makeWorld } from './world.ts';

const OPTIONS: SpfMachineOptions = { ip: '192.0.2.1', helo: 'client.example', sender: 'sender@example.test' };

function txt(text: string): Answer {
  return { status: 'ok', records: [{ type: 'TXT', strings: [new TextEncoder().encode(text)] }], ttl: 300, secure: false, source: 'test', canonicalName: undefined, reason: undefined };
}

describe('steps', () => {
  test('a query, then wait, then the result, which stays', () => {
    const machine = new SpfMachine(OPTIONS);
    expect(machine.next()).toMatchObject({ type: 'query', id: 0, name: 'example.test', rrtype: 'TXT' });
    expect(machine.next()).toEqual({ type: 'wait' });
    machine.answer(0, txt('v=spf1 -all'));
    expect(machine.next()).toMatchObject({ type: 'result', result: { result: 'fail' } });
    expect(machine.next()).toMatchObject({ type: 'result', result: { result: 'fail' } });
  });

  test('nothing is asked for a malformed domain', () => {
    expect(new SpfMachine({ ...OPTIONS, sender: 'x@localhost' }).next()).toMatchObject({ type: 'result', result: { result: 'none', explain: { terms: [] } } });
  });

  test('callers: an id that was not handed out is refused; a second or late answer is ignored', () => {
    const machine = new SpfMachine(OPTIONS);
    expect(() => machine.answer(0, txt('v=spf1'))).toThrow(RangeError);
    machine.next();
    expect(() => machine.answer(1, txt('v=spf1'))).toThrow(RangeError);
    machine.answer(0, txt('v=spf1 ~all'));
    machine.answer(0, txt('v=spf1 +all'));
    machine.timeOut();
    expect(machine.next()).toMatchObject({ result: { result: 'softfail' } });
  });

  test('rfc7208 4.6.4: timeOut is temperror', () => {
    const machine = new SpfMachine(OPTIONS);
    machine.next();
    machine.timeOut();
    expect(machine.next()).toMatchObject({ result: { result: 'temperror', problem: { code: 'time-limit', domain: 'example.test' }, explain: { result: 'temperror', questions: [{ status: 'unanswered' }] } } });
  });

  test('rfc7208 6.2: timeOut while the explanation is awaited leaves the fail', () => {
    const machine = new SpfMachine({ ...OPTIONS, explanation: true });
    machine.next();
    machine.answer(0, txt('v=spf1 -all exp=x.test'));
    expect(machine.next()).toMatchObject({ name: 'x.test' });
    machine.timeOut();
    expect(machine.next()).toMatchObject({ result: { result: 'fail', problem: undefined, explanation: undefined } });
  });

  test('the hosts of an mx are asked at once; a match does not wait for later ones', () => {
    const machine = new SpfMachine(OPTIONS);
    machine.next();
    machine.answer(0, txt('v=spf1 mx -all'));
    machine.next();
    machine.answer(1, { ...emptyAnswer('nodata'), status: 'ok', records: [{ type: 'MX', preference: 20, exchange: 'b.test' }, { type: 'MX', preference: 10, exchange: 'a.test' }] });
    expect([machine.next(), machine.next(), machine.next()]).toMatchObject([{ name: 'a.test' }, { name: 'b.test' }, { type: 'wait' }]);
    machine.answer(2, { ...emptyAnswer('nodata'), status: 'ok', records: [{ type: 'A', address: '192.0.2.1' }] });
    expect(machine.next()).toMatchObject({ result: { result: 'pass' } });
    machine.answer(3, emptyAnswer('temp'));
    expect(machine.next()).toMatchObject({ result: { result: 'pass' } });
  });

  test('records of the wrong type in an answer are nothing', () => {
    const machine = new SpfMachine(OPTIONS);
    machine.next();
    machine.answer(0, txt('v=spf1 a:h.test -all'));
    machine.next();
    machine.answer(1, { ...emptyAnswer('nodata'), status: 'ok', records: [{ type: 'AAAA', address: '::1' }, { type: 'A', address: 'no address' }, { type: 'PTR', target: '.' }] });
    expect(machine.next()).toMatchObject({ result: { result: 'fail' } });
  });
});

/** Zones of a few names that lead to each other in every way. */
function generateWorld(random: SeededRandom): ZoneObject {
  const names = ['example.test', 'a.test', 'b.test', 'c.test'];
  const hosts = ['h1.test', 'h2.test', 'h3.test', 'h4.example.test', 'h5.test'];
  const term = (): string => {
    const qualifier = random.pick(['', '', '', '-', '~', '?']);
    const host = random.pick([...hosts, 'gone.test', '%{p}.x.test', '%{d}']);
    return qualifier + random.pick([`a:${host}`, `mx:${random.pick(names)}`, 'mx', 'a', `include:${random.pick(names)}`, `exists:${host}`, 'ptr', `ptr:${random.pick(names)}`, `ip4:198.51.100.${random.integer(0, 9)}`, `a:${host}/${random.integer(20, 32)}`]);
  };
  const zone: Record<string, object> = {};
  for (const name of names) {
    const terms = Array.from({ length: random.integer(1, 5) }, term).join(' ');
    const end = random.pick(['-all', '~all', '', `redirect=${random.pick(names)}`, '+all', 'exp=h1.test -all']);
    zone[name] = {
      ...(random.chance(0.9) ? { TXT: `v=spf1 ${terms} ${end}` } : {}),
      ...(random.chance(0.7) ? { MX: hosts.filter(() => random.chance(0.6)).map((host) => `${random.integer(1, 3)} ${host}`) } : {}),
      ...(random.chance(0.03) ? { script: { status: 'temp' } } : {}),
    };
  }
  for (const host of hosts) {
    zone[host] = {
      ...(random.chance(0.5) ? { A: [`192.0.2.${random.integer(0, 3)}`] } : {}), ...(random.chance(0.4) ? { AAAA: '2001:db8::1' } : {}), ...(random.chance(0.3) ? { TXT: 'go away' } : {}),
      ...(random.chance(0.05) ? { script: { status: 'temp' } } : {}),
    };
  }
  zone['1.2.0.192.in-addr.arpa'] = { PTR: hosts.filter(() => random.chance(0.5)) };
  return zone as ZoneObject;
}

/** Runs a check, answering in the order that `pick` chooses among the open questions. */
async function run(world: ZoneObject, options: SpfMachineOptions, pick: (open: number) => number): Promise<SpfResult> {
  const { zone } = makeWorld(world);
  const machine = new SpfMachine(options);
  const open: { readonly id: number; readonly answer: Answer }[] = [];
  for (;;) {
    const step = machine.next();
    if (step.type === 'result') return step.result;
    if (step.type === 'query') open.push({ id: step.id, answer: await zone.query(step.name, step.rrtype) });
    else {
      const [{ id, answer }] = open.splice(pick(open.length), 1) as [(typeof open)[number]];
      machine.answer(id, answer);
    }
  }
}

test('property: whatever the order of the answers, the result is the same, counters and explanation included (400 generated worlds)', async () => {
  const random = new SeededRandom(203);
  const results = new Map<string, number>();
  for (let round = 0; round < 400; round++) {
    const world = generateWorld(random);
    const options: SpfMachineOptions = { ...OPTIONS, ip: random.pick(['192.0.2.1', '2001:db8::1']), explanation: true };
    const first = await run(world, options, () => 0);
    const last = await run(world, options, (open) => open - 1);
    const mixed = await run(world, options, (open) => random.integer(0, open - 1));
    const verdict = ({ result, problem, counters, matched, explanation }: SpfResult): object => ({ result, problem, counters, matched, explanation });
    expect(verdict(last)).toEqual(verdict(first));
    expect(verdict(mixed)).toEqual(verdict(first));
    expect(first.counters.lookups).toBeLessThanOrEqual(11);
    expect(first.counters.queries).toBeLessThanOrEqual(40);
    expect(first.explain?.result).toBe(first.result);
    expect(first.trace.at(-1)?.text.startsWith(first.result)).toBe(true);
    results.set(first.result, (results.get(first.result) ?? 0) + 1);
  }
  expect([...results.keys()].sort()).toEqual(['fail', 'neutral', 'none', 'pass', 'permerror', 'softfail', 'temperror']);
});
