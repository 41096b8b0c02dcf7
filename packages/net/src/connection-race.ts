/**
 * Happy Eyeballs: several addresses of one host, tried with staggered starts; the first that connects wins and the others
 * are destroyed.
 *
 * Leaves out the Resolution Delay of section 3, since the lookup gives both families at once, and TLS. Read next: `dial.ts`.
 *
 * @rfc 8305 5
 */
import type { Socket } from 'node:net';
import type { Clock, Timer } from '@mailwright/wire';
import type { DialAttempt } from './errors.ts';
import type { Endpoint } from './transport.ts';

/** One attempt's address, as the connector gets it. */
export interface ConnectTarget {
  readonly address: string;
  readonly port: number;
  readonly family: Endpoint['family'];
  readonly localAddress: string | undefined;
  readonly localPort: number | undefined;
}

/** Starts a connection: a socket that emits `connect`, or `error` and `close`. It may take for ever. */
export type Connect = (target: ConnectTarget) => Socket;

export interface RaceOptions {
  readonly targets: readonly ConnectTarget[];
  readonly connect: Connect;
  readonly clock: Clock;
  readonly attemptDelayMs: number;
  readonly onAttempt: ((attempt: DialAttempt) => void) | undefined;
  /** Called once: the winner and its target, or `undefined` when every attempt has failed. Not called after `stop`. */
  readonly onSettled: (winner: { readonly socket: Socket; readonly target: ConnectTarget } | undefined) => void;
}

interface RunningAttempt {
  readonly target: ConnectTarget;
  readonly index: number;
  readonly startedMs: number;
  readonly socket: Socket;
  readonly onConnect: () => void;
  readonly onError: (error: Error) => void;
}

export class ConnectionRace {
  readonly #options: RaceOptions;
  readonly #running = new Set<RunningAttempt>();
  readonly #attempts: (DialAttempt | undefined)[] = [];
  #timer: Timer | undefined;
  #settled = false;

  constructor(options: RaceOptions) {
    this.#options = options;
  }

  /** Every attempt that has ended, in the order of their starts. */
  get attempts(): readonly DialAttempt[] {
    return this.#attempts.filter((attempt) => attempt !== undefined);
  }

  start(): void {
    this.#startNext();
  }

  /** Destroys what is under way and reports it as abandoned. */
  stop(): void {
    this.#settled = true;
    this.#timer?.cancel();
    for (const attempt of [...this.#running]) this.#finish(attempt, 'abandoned', undefined);
  }

  #startNext(): void {
    this.#timer?.cancel();
    const index = this.#attempts.length;
    const target = this.#options.targets[index];
    if (target === undefined) return;
    this.#attempts.push(undefined);
    const startedMs = this.#options.clock.now();
    try {
      this.#run(target, index, startedMs, this.#options.connect(target));
    } catch (error) {
      this.#record(target, index, startedMs, 'failed', error as Error);
      this.#afterFailure();
      return;
    }
    if (index + 1 < this.#options.targets.length) {
      this.#timer = this.#options.clock.setTimer(() => this.#startNext(), this.#options.attemptDelayMs);
    }
  }

  #run(target: ConnectTarget, index: number, startedMs: number, socket: Socket): void {
    const attempt: RunningAttempt = {
      target, index, startedMs, socket,
      onConnect: () => this.#connected(attempt),
      onError: (error) => {
        this.#finish(attempt, 'failed', error);
        this.#afterFailure();
      },
    };
    this.#running.add(attempt);
    socket.on('connect', attempt.onConnect);
    socket.on('error', attempt.onError);
  }

  #connected(attempt: RunningAttempt): void {
    this.#finish(attempt, 'connected', undefined);
    this.stop();
    this.#options.onSettled({ socket: attempt.socket, target: attempt.target });
  }

  #afterFailure(): void {
    if (this.#settled) return;
    if (this.#attempts.length < this.#options.targets.length) this.#startNext();
    else if (this.#running.size === 0) {
      this.#settled = true;
      this.#options.onSettled(undefined);
    }
  }

  #finish(attempt: RunningAttempt, outcome: DialAttempt['outcome'], error: Error | undefined): void {
    const { socket } = attempt;
    this.#running.delete(attempt);
    socket.off('connect', attempt.onConnect);
    socket.off('error', attempt.onError);
    if (outcome !== 'connected') {
      socket.on('error', ignoreError);
      socket.destroy();
    }
    this.#record(attempt.target, attempt.index, attempt.startedMs, outcome, error);
  }

  #record(target: ConnectTarget, index: number, startedMs: number, outcome: DialAttempt['outcome'], error: Error | undefined): void {
    const { address, port, family } = target;
    const attempt: DialAttempt = { address, port, family, startedMs, endedMs: this.#options.clock.now(), outcome, error };
    this.#attempts[index] = attempt;
    this.#options.onAttempt?.(attempt);
  }
}

function ignoreError(): void {}
