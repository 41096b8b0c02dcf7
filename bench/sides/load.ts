/** A load that a client side makes, and the window in which it is measured. */
import type { LoadOptions, RunOptions, RunResult } from './protocol.ts';

/**
 * One run's load. `begin` opens the connections and starts sending; after `stopping` is set, every connection answers for
 * the message it is at and closes; `end` waits for that.
 */
export abstract class Load {
  /** Messages that were answered. */
  messages: number = 0;
  stopping: boolean = false;
  readonly options: LoadOptions;
  /** Rejects with the first thing that went wrong on any connection; never resolves. */
  readonly failure: Promise<never>;
  fail!: (error: Error) => void;

  constructor(options: LoadOptions) {
    this.options = options;
    this.failure = new Promise((_, reject) => {
      this.fail = reject;
    });
    this.failure.catch(() => undefined);
  }

  abstract begin(): Promise<void>;
  abstract end(): Promise<void>;
}

export type ClientSide = new (options: LoadOptions) => Load;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs a load and counts what was answered within the window; what a timer is late by is in `elapsedMs`. */
export async function measure(load: Load, options: RunOptions): Promise<RunResult> {
  await Promise.race([load.begin(), load.failure]);
  await Promise.race([pause(options.rampMs), load.failure]);
  const messages = load.messages;
  const cpu = process.cpuUsage();
  const started = performance.now();
  await Promise.race([pause(options.windowMs), load.failure]);
  const elapsedMs = performance.now() - started;
  const used = process.cpuUsage(cpu);
  const answered = load.messages - messages;
  load.stopping = true;
  await Promise.race([load.end(), load.failure]);
  return { messages: answered, elapsedMs, cpuMicroseconds: used.user + used.system, messagesInAll: load.messages };
}
