/**
 * The process as a `CommandIo`: its streams, its environment, its signals, the machine's clock and randomness.
 *
 * The first SIGINT or SIGTERM asks the command to end in good order; the second one ends the process as it would without us.
 */
import { setMaxListeners } from 'node:events';
import { systemClock, systemRandom } from '@mailwright/net';
import type { CommandIo, ExitCode, OutputStream } from './command-io.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Takes over the signals and the errors of the process's streams. */
export function processIo(): CommandIo {
  const stop = new AbortController();
  const unread = new AbortController();
  setMaxListeners(0, stop.signal); // every connection and every message under way listens
  for (const signal of SIGNALS) process.once(signal, () => stop.abort(signal));
  process.stdout.on('error', (error) => unread.abort(error)); // EPIPE: `| head` has seen enough
  process.stderr.on('error', () => undefined);
  return {
    stdin: process.stdin,
    stdout: new ProcessStream(process.stdout),
    stderr: new ProcessStream(process.stderr),
    env: process.env,
    clock: systemClock,
    random: systemRandom,
    stop: stop.signal,
    unread: unread.signal,
  };
}

class ProcessStream implements OutputStream {
  readonly #stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY === true;
  }

  get columns(): number | undefined {
    return this.isTerminal ? this.#stream.columns : undefined;
  }

  write(text: string | Uint8Array): void {
    if (this.#stream.writable) this.#stream.write(text);
  }

  drained(): Promise<void> {
    if (!this.#stream.writable || !this.#stream.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => {
      const events = ['drain', 'error', 'close'] as const;
      const settle = (): void => {
        for (const event of events) this.#stream.off(event, settle);
        resolve();
      };
      for (const event of events) this.#stream.on(event, settle);
    });
  }
}

/** Ends the process when everything is written. A standard input that nobody closes can't hold it. */
export async function exitProcess(code: ExitCode): Promise<void> {
  await Promise.all([process.stdout, process.stderr].map(flushed));
  process.exit(code);
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (!stream.writable) return resolve();
    stream.once('error', () => resolve());
    stream.write('', () => resolve());
  });
}
