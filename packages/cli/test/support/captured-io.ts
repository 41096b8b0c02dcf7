/** A `CommandIo` that keeps what is written, and tells who waits for it. */
import { systemClock } from '@mailwright/net';
import type { Clock } from '@mailwright/wire';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import type { CommandIo, OutputStream } from '../../src/command-io.ts';

export class CapturedStream implements OutputStream {
  text = '';
  readonly isTerminal: boolean;
  readonly columns: number | undefined;
  #waiting: { readonly pattern: RegExp; resolve(match: RegExpExecArray): void }[] = [];

  constructor(columns: number | undefined) {
    this.columns = columns;
    this.isTerminal = columns !== undefined;
  }

  write(text: string | Uint8Array): void {
    this.text += typeof text === 'string' ? text : Buffer.from(text).toString('latin1');
    this.#waiting = this.#waiting.filter(({ pattern, resolve }) => {
      const match = pattern.exec(this.text);
      if (match !== null) resolve(match);
      return match === null;
    });
  }

  /** Resolves when the pattern stands in what was written. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray> {
    const match = pattern.exec(this.text);
    if (match !== null) return Promise.resolve(match);
    return new Promise((resolve) => this.#waiting.push({ pattern, resolve }));
  }
}

export interface CapturedIo extends CommandIo {
  readonly stdout: CapturedStream;
  readonly stderr: CapturedStream;
  /** What the first Ctrl-C does. */
  interrupt(): void;
  /** What `| head` does. */
  stopReading(): void;
}

export interface CapturedOptions {
  readonly stdin?: string | Uint8Array | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** A terminal of so many columns. */
  readonly columns?: number | undefined;
  readonly clock?: Clock | undefined;
}

export function capturedIo({ stdin = '', env = {}, columns, clock = systemClock }: CapturedOptions = {}): CapturedIo {
  const stop = new AbortController();
  const unread = new AbortController();
  const octets = typeof stdin === 'string' ? new TextEncoder().encode(stdin) : stdin;
  return {
    stdin: (async function* () {
      for (let from = 0; from < octets.length; from += 7000) yield octets.subarray(from, from + 7000);
    })(),
    stdout: new CapturedStream(columns),
    stderr: new CapturedStream(columns),
    env,
    clock,
    random: new SeededRandom(Math.floor(performance.now() * 1000)),
    stop: stop.signal,
    unread: unread.signal,
    interrupt: () => stop.abort('SIGINT'),
    stopReading: () => unread.abort(),
  };
}

/** The records of JSON lines. */
export function records(text: string): Readonly<Record<string, any>>[] {
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, any>);
}

/** The first record of a type. */
export function record(text: string, type: string): Readonly<Record<string, any>> {
  const found = records(text).find((each) => each['type'] === type);
  if (found === undefined) throw new Error(`no record of type ${type} in:\n${text}`);
  return found;
}
