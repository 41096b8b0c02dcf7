/** The commands of a session that are not over: who hears of each, and when one that was given up has to have ended. */
import type { Clock, Timer } from '@mailwright/wire';
import type { CommandObserver, Outcome } from './command-observer.ts';

export class CommandLedger {
  readonly #observers: Map<number, CommandObserver> = new Map();
  readonly #graces: Map<number, Timer> = new Map();

  add(id: number, observer: CommandObserver): void {
    this.#observers.set(id, observer);
  }

  has(id: number): boolean {
    return this.#observers.has(id);
  }

  /** Who hears of a command; `undefined` for one that nobody knows, or for no command. */
  find(id: number | undefined): CommandObserver | undefined {
    return id === undefined ? undefined : this.#observers.get(id);
  }

  /** A command was given up: calls `late` unless it ends in time. */
  grace(id: number, graceMs: number, clock: Clock, late: () => void): void {
    if (!this.#graces.has(id)) this.#graces.set(id, clock.setTimer(late, graceMs));
  }

  settle(id: number, outcome: Outcome): void {
    const observer = this.#observers.get(id);
    this.#observers.delete(id);
    this.#graces.get(id)?.cancel();
    this.#graces.delete(id);
    observer?.settled(outcome);
  }

  /** Whether one is full and none is hungry: reading on would help nobody. */
  get sated(): boolean {
    let full = false;
    for (const { demand } of this.#observers.values()) {
      if (demand === undefined || demand === 'hungry') return false;
      if (demand === 'full') full = true;
    }
    return full;
  }

  /** The session is over. */
  end(): void {
    for (const timer of this.#graces.values()) timer.cancel();
    this.#graces.clear();
  }
}
