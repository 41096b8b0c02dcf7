/**
 * What a scenario of `pnpm interop` is: one conversation between this project and somebody else's program. A file beside
 * this one that exports `scenarios: readonly Scenario[]` is found by `run.ts`.
 *
 * Read next: `run.ts`, then `postfix.ts`.
 */

/** One conversation with a real program. */
export interface Scenario {
  /** In words: `our client -> Postfix: STARTTLS, PIPELINING, a message of 100 KB arrives byte-identical`. */
  readonly name: string;
  /** What has to be installed, see `programs.ts`: `postfix`, `swaks`, `python3:aiosmtpd`, `peers`. Without it the scenario is skipped. */
  readonly needs: readonly string[];
  /** How long it may take. Default 30000. */
  readonly timeoutMs?: number;
  /** Throws when something is not as it should be. */
  run(context: ScenarioContext): Promise<void>;
}

/** What a scenario is given. Everything it starts through the context is stopped, and its folder removed, when it ends. */
export interface ScenarioContext {
  /** A fresh folder that every user of the machine may enter. */
  readonly folder: string;
  /** Aborted when the time is over. */
  readonly signal: AbortSignal;
  /** Starts a program and returns at once. */
  start(command: string, options: readonly string[], settings?: ProgramSettings): Program;
  /** Runs a program to its end, whatever its exit status is. */
  run(command: string, options: readonly string[], settings?: ProgramSettings): Promise<Finished>;
  /** Runs when the scenario ends, the last one deferred first. */
  defer(cleanUp: () => unknown): void;
  /** A TCP port of 127.0.0.1 that was free a moment ago. */
  freePort(): Promise<number>;
  /** Imports a package of `peers/`; the scenario has to need `peers`. */
  importPeer(name: string): Promise<Readonly<Record<string, unknown>>>;
}

export interface ProgramSettings {
  readonly cwd?: string;
  /** Added to the environment of the runner. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to the program's standard input, which is then closed. */
  readonly input?: string | Uint8Array;
}

/** A running program. */
export interface Program {
  readonly pid: number;
  /** Everything it has written to standard output and standard error so far. */
  output(): string;
  /** Resolves with the output as soon as it matches; rejects when the program ends before, or the scenario's time. */
  waitFor(pattern: RegExp): Promise<string>;
  /** The exit status; `null` when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Ends it and what it started: SIGTERM, and after three seconds SIGKILL. */
  stop(): Promise<void>;
}

/** A program that has ended. */
export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
