import { describe, expect, test } from 'vitest';
import { mayFollow, type PipelineTraits, pipelineTraits } from '../../src/client/pipelining.ts';
import type { AnyCommandSpec } from '../../src/extension.ts';
import { allCommands } from '../../src/tables.ts';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';

const SPECS: Record<string, AnyCommandSpec> = Object.fromEntries([...allCommands()].map((spec) => [spec.name, spec]));
const SEARCHING = ['SEARCH', 'SORT', 'THREAD'];

/** `UID FETCH`, `UID SEARCH 2` (with sequence numbers among its keys), `NOOP`. */
function traits(text: string): PipelineTraits {
  const uid = text.startsWith('UID ');
  const [name, number] = (uid ? text.slice(4) : text).split(' ');
  const keys = number === undefined ? [{ key: 'SEEN' }, { key: 'UID', set: [[1, 2]] }] : [{ key: 'NOT', not: { key: 'SEQUENCE', set: [[2, 2]] } }];
  return pipelineTraits(SPECS[name!]!, { name: name!, uid, ...(SEARCHING.includes(name!) ? { keys } : {}) });
}

const allowed = (commands: string): boolean => {
  const list = commands.split(' + ').map(traits);
  return list.every((next, index) => list.slice(0, index).every((before) => mayFollow(next, before, true)));
};

const UID_FORMS = Object.values(SPECS).filter(({ uidForm }) => uidForm).map(({ name }) => `UID ${name}`);
const ALL = [...Object.keys(SPECS), ...UID_FORMS, ...SEARCHING.map((name) => `UID ${name} 2`)];
const ALONE = ['STARTTLS', 'LOGIN', 'AUTHENTICATE', 'COMPRESS', 'UNAUTHENTICATE', 'LOGOUT', 'ENABLE', 'IDLE'];
const NUMBERS = ['FETCH', 'STORE', 'SEARCH', 'SORT', 'THREAD', 'COPY', 'MOVE', 'REPLACE', 'UID SEARCH 2', 'UID SORT 2', 'UID THREAD 2'];
const NO_EXPUNGE = ['FETCH', 'STORE', 'SEARCH', 'SORT', 'THREAD'];
const ONE_AT_A_TIME = ['SEARCH', 'SORT', 'THREAD', 'LIST', 'LSUB', 'NAMESPACE', 'ID'];

describe('sequences of RFC 9051', () => {
  test.each(['FETCH + NOOP + STORE', 'STORE + COPY + FETCH', 'COPY + COPY', 'CHECK + FETCH'])('rfc9051 5.5: %s -> the last one waits', (commands) => {
    expect(allowed(commands)).toBe(false);
    expect(allowed(commands.slice(0, commands.lastIndexOf(' + ')))).toBe(true);
  });

  test.each(['FETCH + STORE + SEARCH + CHECK', 'STORE + COPY + EXPUNGE', 'UID FETCH + UID STORE + UID FETCH', 'UID SEARCH + UID FETCH'])('rfc9051 5.5: %s -> none waits', (commands) => {
    expect(allowed(commands)).toBe(true);
  });

  test.each([['UID FETCH + FETCH'], ['UID STORE + SEARCH'], ['UID FETCH + UID SEARCH 2']])('rfc9051 5.5: %s -> numbers wait for UID commands', (commands) => {
    expect(allowed(commands)).toBe(false);
  });

  test('rfc9051 6.4.4.1: $ in the keys of UID SEARCH is no sequence number', () => {
    const command = { name: 'SEARCH', uid: true, keys: [{ key: 'SEQUENCE', set: '$' }] };
    expect(pipelineTraits(SPECS['SEARCH']!, command).usesNumbers).toBe(false);
  });
});

describe('all pairs', () => {
  const pairs = ALL.flatMap((before) => ALL.map((next) => [before, next] as const));

  test('what stands alone is neither before nor behind anything', () => {
    for (const [before, next] of pairs) {
      if (ALONE.includes(before) || ALONE.includes(next)) expect(mayFollow(traits(next), traits(before), true), `${before} + ${next}`).toBe(false);
    }
  });

  test('rfc9051 7.5.1: numbers stand only behind what permits no EXPUNGE', () => {
    for (const [before, next] of pairs) {
      if (NUMBERS.includes(next) && mayFollow(traits(next), traits(before), true)) expect(NO_EXPUNGE, `${before} + ${next}`).toContain(before);
    }
  });

  test('a change of mailbox: nothing that is about a mailbox is on its other side', () => {
    const changing = ['SELECT', 'EXAMINE', 'CLOSE', 'UNSELECT'];
    for (const [before, next] of pairs) {
      const about = (name: string): boolean => traits(name).mailbox !== 'free';
      if (changing.includes(next)) expect(mayFollow(traits(next), traits(before), true), `${before} + ${next}`).toBe(false);
      if (changing.includes(before) && about(next)) expect(mayFollow(traits(next), traits(before), false), `${before} + ${next}`).toBe(false);
    }
    expect(mayFollow(traits('SELECT'), traits('LIST'), false)).toBe(true);
  });

  test('answers that can not be told apart: one at a time', () => {
    for (const name of ['LIST', 'SEARCH', 'UID SEARCH', 'UID SORT']) expect(mayFollow(traits(name), traits(name), true), name).toBe(false);
    expect(mayFollow(traits('UID SEARCH'), traits('SEARCH'), true)).toBe(false);
  });

  test('nothing waits without one of these reasons', () => {
    const changing = ['SELECT', 'EXAMINE', 'CLOSE', 'UNSELECT'];
    const plain = (name: string): string => name.replace(/^UID | 2$/g, '').replace(/ 2$/, '');
    for (const [before, next] of pairs) {
      const reasons = [
        ALONE.includes(before) || ALONE.includes(next),
        NUMBERS.includes(next) && !NO_EXPUNGE.includes(before),
        changing.includes(next),
        changing.includes(before) && !SPECS[plain(next)]!.states.includes('authenticated'),
        plain(before) === plain(next) && ONE_AT_A_TIME.includes(plain(next)),
      ];
      expect(mayFollow(traits(next), traits(before), true), `${before} + ${next}`).toBe(!reasons.includes(true));
    }
  });
});

/**
 * A server that does what RFC 9051 lets it do: it works on commands in order, and whenever EXPUNGE is permitted to the command it works on, messages
 * may go. The client hears of it when the command is done. Numbers must mean the same message to both.
 */
describe('against every server', () => {
  test.each(Array.from({ length: 50 }, (_, seed) => seed))('generated session %i: numbers mean what the client meant', (seed) => {
    const random = new SeededRandom(seed);
    const names = ALL.filter((name) => !ALONE.includes(name) && traits(name).mailbox !== 'changes');
    let server = Array.from({ length: 50 }, (_, index) => index + 1);
    let client = [...server];
    const flight: { traits: PipelineTraits; meant: number | undefined; number: number }[] = [];
    let written = 0;
    while (written < 400) {
      const next = traits(random.pick(names));
      const fits = flight.every((command) => mayFollow(next, command.traits, true));
      if (fits && random.chance(0.7)) {
        written++;
        const number = random.integer(1, Math.max(1, client.length));
        flight.push({ traits: next, number, meant: next.usesNumbers ? client[number - 1] : undefined });
        continue;
      }
      const head = flight.shift();
      if (head === undefined) continue;
      if (head.traits.usesNumbers) expect(server[head.number - 1]).toBe(head.meant);
      if (head.traits.permitsExpunge && server.length > 1) server = server.filter(() => random.chance(0.9));
      if (server.length < 10) server = [...server, ...Array.from({ length: 40 }, (_, index) => (server.at(-1) ?? 0) + index + 1)];
      client = [...server];
    }
  });
});

test('every registered command has its place: alone, about the mailbox, or free', () => {
  const alone = Object.keys(SPECS).filter((name) => traits(name).alone);
  expect(alone.sort()).toEqual([...ALONE].sort());
});
