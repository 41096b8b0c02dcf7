/**
 * What the runner and the processes it measures say to each other (over `child_process` IPC), and the shape of a side.
 * A side is one end of the traffic in a process of its own, so that its CPU time is its own alone: a client side makes a
 * load, a server side takes one. Next: `main.ts`, the entry of such a process.
 */

import type { WorkOptions, WorkResult } from './work.ts';

/** The octets a load is made of, as paths and texts: the runner generates the message once, every side reads the same file. */
export interface LoadOptions {
  readonly port: number;
  /** Connections at the same time. */
  readonly concurrency: number;
  /** Path of the message: CRLF line ends, no line starts with a dot, so that nobody needs stuffing. */
  readonly messagePath: string;
  /** Transactions in flight on one connection; only the window loads read it. */
  readonly window: number;
  /** Folder of the installed peers; only peers read it. */
  readonly peersPath: string;
}

export interface RunOptions extends LoadOptions {
  /** Load before the clock starts: connections open, the engine compiles. */
  readonly rampMs: number;
  readonly windowMs: number;
}

export interface ServeOptions {
  readonly pipelining: boolean;
  readonly chunking: boolean;
  /** PEM files for STARTTLS, or `undefined` for none. */
  readonly tls: { readonly keyPath: string; readonly certPath: string } | undefined;
  readonly peersPath: string;
}

/** What happened between the end of the ramp and the end of the window. */
export interface RunResult {
  /** Messages that were answered within the window. */
  readonly messages: number;
  readonly elapsedMs: number;
  /** CPU of this process within the window. */
  readonly cpuMicroseconds: number;
  /** Messages that were answered in all, ramp and tail included: what the other side must have counted. */
  readonly messagesInAll: number;
}

export interface Usage {
  /** Messages taken so far (server sides). */
  readonly messages: number;
  /** Octets of message data taken so far; 0 from sides that do not count them. */
  readonly octets: number;
  /** User and system time of this process since it started. */
  readonly cpuMicroseconds: number;
}

export interface Memory {
  readonly rssOctets: number;
  readonly heapOctets: number;
}

export type Request =
  | { readonly type: 'serve'; readonly options: ServeOptions }
  | { readonly type: 'run'; readonly options: RunOptions }
  | { readonly type: 'work'; readonly options: WorkOptions }
  | { readonly type: 'hold'; readonly port: number; readonly connections: number }
  | { readonly type: 'usage' }
  | { readonly type: 'memory' };

/** The answer to a request of each type. */
export interface Answers {
  /** The port listened on. */
  readonly serve: number;
  readonly run: RunResult;
  readonly work: WorkResult;
  /** Connections held open and idle after EHLO. */
  readonly hold: number;
  readonly usage: Usage;
  readonly memory: Memory;
}

export type Answer = { readonly ok: true; readonly value: Answers[keyof Answers] } | { readonly ok: false; readonly error: string };

/** A server side that listens on loopback; the counters are read by `usage`. */
export interface RunningServer {
  readonly port: number;
  readonly messages: number;
  readonly octets: number;
}

export type ServerSide = (options: ServeOptions) => Promise<RunningServer>;
