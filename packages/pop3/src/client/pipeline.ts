/**
 * The commands of a client on their way: those that wait to be written, and those that were and have no response yet. Responses come in the order of the
 * commands, so the one that was written first is the one that is answered.
 *
 * @rfc 2449 6.6
 */
import type { AnyCommandSpec, ResponseForm } from '../extension.ts';
import type { Command } from '../registry.ts';
import type { CommandId } from './event.ts';

/** A command that is not done. */
export interface Pending {
  readonly id: CommandId;
  readonly command: Command;
  readonly spec: AnyCommandSpec;
  readonly line: string;
  readonly form: ResponseForm;
}

/** A queue that costs the same for one command and for a hundred thousand. */
class Queue {
  #items: Pending[] = [];
  #from = 0;

  get length(): number {
    return this.#items.length - this.#from;
  }

  get first(): Pending | undefined {
    return this.#items[this.#from];
  }

  get last(): Pending | undefined {
    return this.length === 0 ? undefined : this.#items.at(-1);
  }

  push(pending: Pending): void {
    this.#items.push(pending);
  }

  shift(): Pending | undefined {
    const first = this.first;
    if (first === undefined) return undefined;
    if (++this.#from === this.#items.length || this.#from > 1024) {
      this.#items = this.#items.slice(this.#from);
      this.#from = 0;
    }
    return first;
  }

  remove(id: CommandId): boolean {
    const index = this.#items.findIndex((pending, at) => at >= this.#from && pending.id === id);
    if (index < 0) return false;
    this.#items.splice(index, 1);
    return true;
  }

  clear(): void {
    this.#items = [];
    this.#from = 0;
  }
}

export class Pipeline {
  readonly #waiting: Queue = new Queue();
  readonly #inFlight: Queue = new Queue();

  /** The command whose response is the next to come. */
  get head(): Pending | undefined {
    return this.#inFlight.first;
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  get inFlightCount(): number {
    return this.#inFlight.length;
  }

  add(pending: Pending): void {
    this.#waiting.push(pending);
  }

  /** Takes a command back that was not written; false when it was. */
  withdraw(id: CommandId): boolean {
    return this.#waiting.remove(id);
  }

  /** The next command to write, which is in flight from now on; `undefined` while none may be written. `window`: how many may be in flight. */
  takeNext(window: number): Pending | undefined {
    const next = this.#waiting.first;
    if (next === undefined || !this.#mayFollow(next, window)) return undefined;
    this.#waiting.shift();
    this.#inFlight.push(next);
    return next;
  }

  /** The head is answered. */
  done(): void {
    this.#inFlight.shift();
  }

  clear(): void {
    this.#waiting.clear();
    this.#inFlight.clear();
  }

  #mayFollow(next: Pending, window: number): boolean {
    const { last } = this.#inFlight;
    if (last === undefined) return true;
    if (this.#inFlight.length >= window) return false;
    return last.spec.grouping === 'free' && next.spec.grouping !== 'alone';
  }
}
