/**
 * Deadlines of many sessions on one timer.
 *
 * A session moves its deadline with every command it gets, nearly always later. So a set remembers for each member only
 * when to look at it next: a deadline that moved later is noticed at that look, at no cost before, and one timer stands for
 * the earliest look of all. Looks are kept in a binary heap: 5000 sessions cost about 13 steps a look, and a process with
 * 5000 idle connections wakes no more often than they have deadlines.
 */
import type { Clock, Timer } from '@mailwright/wire';

/** Who has a deadline. */
export interface DeadlineMember {
  /** In the clock's milliseconds (`Clock.now`), or `undefined` for none. Read again at every look. */
  readonly deadline: number | undefined;
  /**
   * The set's own: where the member stands in it, -1 while it is in none. It starts as -1 and nobody else writes it. A map
   * from members to places would cost 40 octets of heap a member, and a look-up at every `reschedule`.
   */
  deadlineIndex: number;
  /** The deadline has passed. Called again a second later if it is not moved or removed. */
  onDeadline(now: number): void;
}

/** How soon a member that let its deadline stand is called again. */
const REPEAT_MS = 1000;

export class DeadlineSet<Member extends DeadlineMember = DeadlineMember> {
  readonly #clock: Clock;
  /** A heap by `#looks`: the parent of the member at `i` is at `(i - 1) >> 1`, and is looked at no later. */
  readonly #members: Member[] = [];
  /** When to look at the member of the same index; `Infinity` for one without a deadline. */
  readonly #looks: number[] = [];
  #timer: Timer | undefined;
  #armedFor = Infinity;
  #sweeping = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#members.length;
  }

  /** Takes a member in, whether it has a deadline yet or not. One that is in already is rescheduled. */
  add(member: Member): void {
    if (this.#holds(member)) return this.reschedule(member);
    const index = this.#members.length;
    this.#members.push(member);
    this.#looks.push(member.deadline ?? Infinity);
    member.deadlineIndex = index;
    this.#moveUp(index);
    this.#arm();
  }

  /** Lets a member go; it is not called any more, not even by a sweep under way. Unknown ones are ignored. */
  remove(member: Member): void {
    if (!this.#holds(member)) return;
    const index = member.deadlineIndex;
    member.deadlineIndex = -1;
    const last = this.#members.length - 1;
    const moved = this.#members.pop()!;
    const look = this.#looks.pop()!;
    if (index !== last) this.#put(index, moved, look);
    if (last === 0) this.#disarm();
  }

  /**
   * To be called when a member's deadline moved earlier, or when it got one after having none. Calling it after any other
   * change is harmless and cheap.
   */
  reschedule(member: Member): void {
    if (!this.#holds(member)) return;
    const index = member.deadlineIndex;
    const look = member.deadline ?? Infinity;
    if (look >= this.#looks[index]!) return;
    this.#looks[index] = look;
    this.#moveUp(index);
    this.#arm();
  }

  /** Lets all members go and cancels the timer. */
  clear(): void {
    for (const member of this.#members) member.deadlineIndex = -1;
    this.#members.length = 0;
    this.#looks.length = 0;
    this.#disarm();
  }

  #holds(member: Member): boolean {
    return this.#members[member.deadlineIndex] === member;
  }

  #arm(): void {
    const earliest = this.#looks[0] ?? Infinity;
    if (this.#sweeping || earliest >= this.#armedFor) return;
    this.#timer?.cancel();
    this.#armedFor = earliest;
    this.#timer = this.#clock.setTimer(this.#wake, Math.max(0, earliest - this.#clock.now()));
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#armedFor = Infinity;
  }

  readonly #wake = (): void => {
    this.#disarm();
    this.#sweeping = true;
    try {
      this.#sweep(this.#clock.now());
    } finally {
      this.#sweeping = false;
      this.#arm();
    }
  };

  /** Every look moves the member's next one beyond `now`, so a sweep ends and calls nobody twice. */
  #sweep(now: number): void {
    while (this.#looks.length > 0 && this.#looks[0]! <= now) {
      const member = this.#members[0]!;
      const { deadline } = member;
      if (deadline === undefined || deadline > now) {
        this.#put(0, member, deadline ?? Infinity);
        continue;
      }
      this.#put(0, member, now + REPEAT_MS);
      member.onDeadline(now);
      if (member.deadline !== deadline) this.#settle(member, now);
    }
  }

  /** After `onDeadline`: the new deadline counts, but not within this sweep. */
  #settle(member: Member, now: number): void {
    if (!this.#holds(member)) return;
    const { deadline } = member;
    const look = deadline === undefined ? Infinity : deadline;
    this.#put(member.deadlineIndex, member, look > now ? look : now + REPEAT_MS);
  }

  /** Sets what is at `index` and restores the heap around it. */
  #put(index: number, member: Member, look: number): void {
    this.#place(index, member, look);
    this.#moveUp(index);
    this.#moveDown(member.deadlineIndex);
  }

  #place(index: number, member: Member, look: number): void {
    this.#members[index] = member;
    this.#looks[index] = look;
    member.deadlineIndex = index;
  }

  #moveUp(from: number): void {
    const member = this.#members[from]!;
    const look = this.#looks[from]!;
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#looks[parent]! <= look) break;
      this.#place(index, this.#members[parent]!, this.#looks[parent]!);
      index = parent;
    }
    if (index !== from) this.#place(index, member, look);
  }

  #moveDown(from: number): void {
    const member = this.#members[from]!;
    const look = this.#looks[from]!;
    const count = this.#members.length;
    let index = from;
    for (let child = 2 * index + 1; child < count; child = 2 * index + 1) {
      if (child + 1 < count && this.#looks[child + 1]! < this.#looks[child]!) child++;
      if (look <= this.#looks[child]!) break;
      this.#place(index, this.#members[child]!, this.#looks[child]!);
      index = child;
    }
    if (index !== from) this.#place(index, member, look);
  }
}
