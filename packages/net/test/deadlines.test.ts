import { describe, expect, test } from 'vitest';
import { DeadlineSet } from '@mailwright/net';
import type { DeadlineMember } from '@mailwright/net';
import { FakeClock } from '../../testing/src/fake-clock.ts';
import { SeededRandom } from '../../testing/src/seeded-random.ts';

class Session implements DeadlineMember {
  deadlineIndex = -1;
  deadline: number | undefined;
  readonly calls: number[] = [];
  then: (now: number) => void = () => undefined;

  constructor(deadline: number | undefined) {
    this.deadline = deadline;
  }

  onDeadline(now: number): void {
    this.calls.push(now);
    this.deadline = undefined;
    this.then(now);
  }
}

function setOf(...deadlines: (number | undefined)[]): { clock: FakeClock; set: DeadlineSet<Session>; sessions: Session[] } {
  const clock = new FakeClock();
  const set = new DeadlineSet<Session>(clock);
  const sessions = deadlines.map((deadline) => new Session(deadline));
  for (const session of sessions) set.add(session);
  return { clock, set, sessions };
}

describe('deadlines', () => {
  test('members with different deadlines -> each is called once, at its time, by one timer', () => {
    const { clock, sessions } = setOf(300, 100, undefined, 200);
    expect(clock.pending).toBe(1);
    expect(clock.nextDue).toBe(100);
    clock.advance(1000);
    expect(sessions.map((session) => session.calls)).toEqual([[300], [100], [], [200]]);
    expect(clock.pending).toBe(0);
  });

  test('a deadline that moves later -> no timer is touched, and it is called at the later time', () => {
    const { clock, sessions: [session] } = setOf(100);
    clock.advance(50);
    session!.deadline = 500;
    expect(clock.nextDue).toBe(100);
    clock.advance(100);
    expect(session!.calls).toEqual([]);
    expect(clock.nextDue).toBe(500);
    clock.advance(400);
    expect(session!.calls).toEqual([500]);
  });

  test('a deadline that moves earlier and is rescheduled -> the wake-up moves with it', () => {
    const { clock, set, sessions: [session] } = setOf(500, 400);
    session!.deadline = 50;
    set.reschedule(session!);
    expect(clock.nextDue).toBe(50);
    expect(clock.pending).toBe(1);
    clock.advance(50);
    expect(session!.calls).toEqual([50]);
  });

  test('a deadline after none -> rescheduling arms it', () => {
    const { clock, set, sessions: [session] } = setOf(undefined);
    expect(clock.pending).toBe(0);
    session!.deadline = 70;
    set.reschedule(session!);
    clock.advance(70);
    expect(session!.calls).toEqual([70]);
  });

  test('a deadline in the past -> called at the next turn, not inside add', () => {
    const { clock, set } = setOf();
    clock.advance(1000);
    const session = new Session(10);
    set.add(session);
    expect(session.calls).toEqual([]);
    clock.advance(0);
    expect(session.calls).toEqual([1000]);
  });

  test('a member that sets a new deadline when called -> called again then', () => {
    const { clock, sessions: [session] } = setOf(100);
    session!.then = (now) => {
      session!.deadline = now + 100;
    };
    clock.advance(350);
    expect(session!.calls).toEqual([100, 200, 300]);
  });

  test('a member that lets a passed deadline stand -> called once a second, not in a loop', () => {
    const { clock, sessions: [session] } = setOf(100);
    session!.then = () => {
      session!.deadline = 100;
    };
    clock.advance(3000);
    expect(session!.calls).toEqual([100, 1100, 2100]);
  });

  test('a member that moves its deadline silently after being called -> the new one is not lost', () => {
    const { clock, sessions: [session] } = setOf(100);
    session!.then = () => {
      session!.deadline = 100;
    };
    clock.advance(200);
    session!.deadline = 5000;
    clock.advance(4800);
    expect(session!.calls).toEqual([100, 5000]);
  });

  test('removal -> not called; the last one takes the timer with it', () => {
    const { clock, set, sessions: [first, second] } = setOf(100, 200);
    set.remove(first!);
    set.remove(first!);
    expect(set.size).toBe(1);
    clock.advance(150);
    expect(first!.calls).toEqual([]);
    set.remove(second!);
    expect(clock.pending).toBe(0);
    expect(set.size).toBe(0);
  });

  test('removal of others during a sweep -> they are not called any more', () => {
    const { clock, set, sessions } = setOf(100, 100, 100, 100);
    for (const session of sessions) {
      session.then = () => {
        for (const other of sessions) if (other !== session) set.remove(other);
      };
    }
    clock.advance(100);
    expect(sessions.reduce((sum, session) => sum + session.calls.length, 0)).toBe(1);
    expect(set.size).toBe(1);
  });

  test('adding and removing oneself during a sweep -> neither lost nor called twice', () => {
    const { clock, set, sessions: [session] } = setOf(100);
    const late = new Session(100);
    session!.then = () => {
      set.remove(session!);
      set.add(late);
    };
    clock.advance(100);
    expect(session!.calls).toEqual([100]);
    expect(late.calls).toEqual([100]);
  });

  test('a member that throws -> the others are still called', () => {
    const { clock, sessions: [session, other] } = setOf(100, 200);
    session!.then = () => {
      throw new Error('from onDeadline');
    };
    expect(() => clock.advance(100)).toThrow('from onDeadline');
    clock.advance(200);
    expect(other!.calls).toEqual([200]);
  });

  test('clear -> nobody is called', () => {
    const { clock, set, sessions: [session] } = setOf(100);
    set.clear();
    clock.advance(1000);
    expect(session!.calls).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  test('thousands of members under random changes -> each is called exactly when a plain model says', () => {
    const random = new SeededRandom(7);
    const clock = new FakeClock();
    const set = new DeadlineSet<Session>(clock);
    const live = new Set<Session>();
    const errors: string[] = [];
    const make = (): void => {
      const session = new Session(clock.now() + random.integer(1, 5000));
      let due = session.deadline!;
      session.then = (now) => {
        if (now !== due) errors.push(`called at ${now}, due at ${due}`);
        due = now + random.integer(1, 5000);
        session.deadline = due;
      };
      Object.assign(session, { move: (to: number) => {
        const earlier = to < due;
        due = to;
        session.deadline = to;
        if (earlier || random.chance(0.3)) set.reschedule(session);
      } });
      live.add(session);
      set.add(session);
    };
    for (let count = 0; count < 4000; count++) make();
    let calls = 0;
    for (let round = 0; round < 400; round++) {
      const members = [...live];
      for (let change = 0; change < 20; change++) {
        const session = random.pick(members) as Session & { move(to: number): void };
        if (!live.has(session)) continue;
        if (random.chance(0.2)) {
          set.remove(session);
          live.delete(session);
          calls += session.calls.length;
          make();
        } else session.move(clock.now() + random.integer(1, 8000));
      }
      clock.advance(random.integer(1, 60));
      expect(clock.pending).toBe(1);
    }
    for (const session of live) calls += session.calls.length;
    expect(errors).toEqual([]);
    expect(calls).toBeGreaterThan(4000);
    expect(set.size).toBe(live.size);
    for (const session of live) {
      set.remove(session);
      session.then = () => errors.push('called after removal');
    }
    clock.advance(100_000);
    expect(errors).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
