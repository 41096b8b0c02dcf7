/**
 * What a command may touch of the world: the three streams, the environment, time, chance, and the signal that asks it to stop.
 * A command gets it all as one value, so a test runs it in its own process and reads what it wrote.
 *
 * Read next: `process-io.ts` (the real one), `run.ts`.
 */
import type { Clock, Random } from '@mailwright/wire';

/** Where a command writes. */
export interface OutputStream {
  /** Whether a person looks at it. */
  readonly isTerminal: boolean;
  /** Columns of the terminal, as they are now; `undefined` where it is none. */
  readonly columns: number | undefined;
  /** Queues text, or octets as they are. What can't be written, because the reader has gone, is dropped. */
  write(text: string | Uint8Array): void;
  /** Resolves when what was written is on its way, or nobody reads any more: for what is larger than memory. Without it nothing waits. */
  drained?(): Promise<void>;
}

export interface CommandIo {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborted when the command shall come to its end: the first SIGINT or SIGTERM. */
  readonly stop: AbortSignal;
  /** Aborted when nobody reads the standard output any more. */
  readonly unread: AbortSignal;
}

/** A command: it writes to `io` and gives the exit code. */
export type Command = (args: readonly string[], io: CommandIo) => Promise<ExitCode>;

/** The exit codes of every command, explained in the README. */
export const EXIT = {
  /** Done; all recipients accepted. */
  ok: 0,
  /** The server said no, to some or to all; what was checked is not as it should be; for `npm start`: something arrived otherwise than expected. */
  rejected: 1,
  /** The command line, or a file that it names, can't be used. */
  usage: 2,
  /** Nothing was sent, or nothing could be: connection, TLS, login, port in use; or the DNS could not say. Trying again is safe. */
  notSent: 3,
  /** The message went out whole and no verdict came: it may have been delivered. */
  ambiguous: 4,
  /** A fault of mailwright itself. */
  internal: 5,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
