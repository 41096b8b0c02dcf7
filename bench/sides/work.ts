/**
 * Work of one function, called again and again in a process of its own, mostly with nobody on the other side. Where it gives a promise the
 * next call waits for it. Next: `mime-limits.ts`, `mime-peers.ts`.
 */

import { existsSync, readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

/** What a work is made of: the runner writes the input once, every side reads the same file. */
export interface WorkInput {
  /** Path of the input; what is in it depends on the entry. */
  readonly inputPath: string;
  /** The `package.json` of the installed peers; only peers read it. */
  readonly peersPath: string;
  /** Where the other side listens; 0 where there is none. */
  readonly port: number;
}

export interface WorkOptions extends WorkInput {
  readonly rampMs: number;
  readonly windowMs: number;
}

export interface WorkResult {
  readonly operations: number;
  /** Those before the clock started included. */
  readonly operationsInAll: number;
  readonly elapsedMs: number;
  readonly cpuMicroseconds: number;
  /** The most memory that the process has ever had, above what it had before the first call. */
  readonly rssAboveStartOctets: number;
  /** The same after its first 100 calls (or all, where it made fewer): what a side needs without the engine's own memory of much more work. */
  readonly rssFirstCallsOctets: number;
}

/** One call of the work. It gives a number that depends on what it made, so that nothing can be left out: octets, characters, parts. */
export type Work = () => number | Promise<number>;

/** A work whose call does so many things at once: those that are too small for a look at the clock each, and those that are to overlap. */
export interface BatchedWork {
  readonly batch: number;
  readonly work: Work;
}

/** Reads the input and gives the work. */
export type WorkSide = (input: WorkInput) => Work | BatchedWork | Promise<Work | BatchedWork>;

const OCTETS_PER_KILOBYTE = 1024;
const STATUS_PATH = '/proc/self/status';
/** How long works may follow one another without a turn of the event loop. Until there is one the engine keeps whatever a WeakRef was asked for, AbortSignals among them. */
const TURN_MS = 2;
/** Calls whose memory is told. */
const MEMORY_CALLS = 100;

let prepared: BatchedWork | undefined;
let startOctets = 0;
let callsEver = 0;
/** The peak of the first calls, once they have been. */
let firstPeakOctets: number | undefined;

/** Calls the work for `rampMs` uncounted and then for `windowMs`. The first run of a process decides what its memory was at the start. */
export async function measureWork(side: WorkSide, options: WorkOptions): Promise<WorkResult> {
  if (prepared === undefined) {
    const made = await side(options);
    prepared = typeof made === 'function' ? { batch: 1, work: made } : made;
    startOctets = process.memoryUsage.rss();
  }
  const { batch, work } = prepared;
  const ramp = await repeat(work, options.rampMs);
  const cpu = process.cpuUsage();
  const { calls, elapsedMs } = await repeat(work, options.windowMs);
  const used = process.cpuUsage(cpu);
  const peakOctets = readPeak();
  return {
    operations: calls * batch, operationsInAll: (ramp.calls + calls) * batch, elapsedMs, cpuMicroseconds: used.user + used.system,
    rssAboveStartOctets: Math.max(0, peakOctets - startOctets), rssFirstCallsOctets: Math.max(0, (firstPeakOctets ?? peakOctets) - startOctets),
  };
}

/**
 * The most memory the process has ever had. Where the system tells it of the program alone, that counts: the peak of `resourceUsage` takes in what the runner
 * had when it started this process (Linux keeps it over `exec`).
 */
function readPeak(): number {
  const own = existsSync(STATUS_PATH) ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(STATUS_PATH, 'latin1')) : null;
  return (own === null ? process.resourceUsage().maxRSS : Number(own[1])) * OCTETS_PER_KILOBYTE;
}

async function repeat(work: Work, forMs: number): Promise<{ calls: number; elapsedMs: number }> {
  const started = performance.now();
  let calls = 0;
  let first: number | undefined;
  let elapsedMs = 0;
  let turnAtMs = TURN_MS;
  while (elapsedMs < forMs || calls === 0) {
    const made = work();
    const value = typeof made === 'number' ? made : await made;
    first ??= value;
    if (value !== first || !(value > 0)) throw new Error(`a call made ${value}, the first one ${first}`);
    calls++;
    if (++callsEver === MEMORY_CALLS) firstPeakOctets = readPeak();
    elapsedMs = performance.now() - started;
    if (elapsedMs < turnAtMs || typeof made === 'number') continue;
    await setImmediate();
    turnAtMs = elapsedMs + TURN_MS;
  }
  return { calls, elapsedMs };
}
