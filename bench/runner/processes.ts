/** The processes of a measurement: started, asked, and ended by the runner; none outlives it. */
import { execFileSync, fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { profileFlags } from './profile.ts';
import type { Answer, Answers, Request } from '../sides/protocol.ts';

const MAIN: string = fileURLToPath(new URL('../dist/sides/main.js', import.meta.url));
const PATIENCE_MS = 20_000;
const CLOCK_TICK_MICROSECONDS = 10_000; // USER_HZ is 100 on every Linux

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

function keep(child: ChildProcess): ChildProcess {
  running.add(child);
  child.on('exit', () => running.delete(child));
  return child;
}

/** A side of ours, of a peer or of bare Node in a process of its own. */
export class Side {
  readonly #child: ChildProcess;
  readonly name: string;

  constructor(name: string, flags: readonly string[] = []) {
    this.name = name;
    this.#child = keep(fork(MAIN, [name], { execArgv: [...flags, ...profileFlags(name)], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
  }

  /** One request at a time. Rejects when no answer has come in `patienceMs`: a side that hangs must not hang the run. */
  async ask<T extends Request['type']>(request: Extract<Request, { type: T }>, patienceMs: number = PATIENCE_MS): Promise<Answers[T]> {
    const answer = await new Promise<Answer>((resolve, reject) => {
      const onExit = (): void => reject(new Error(`${this.name}: the process ended`));
      const patience = setTimeout(() => reject(new Error(`${this.name}: no answer to '${request.type}'`)), patienceMs);
      this.#child.once('exit', onExit);
      this.#child.once('message', (message) => {
        clearTimeout(patience);
        this.#child.off('exit', onExit);
        resolve(message as Answer);
      });
      this.#child.send(request);
    });
    if (!answer.ok) throw new Error(`${this.name}: ${answer.error}`);
    return answer.value as Answers[T];
  }

  /** The process ends by itself when it hears nothing any more, so that it can write its profile. */
  close(): void {
    if (this.#child.connected) this.#child.disconnect();
  }
}

/** Resolves when every process has ended; those that do not are ended after two seconds. */
export async function allEnded(): Promise<void> {
  const ended = [...running].map((child) => new Promise<void>((resolve) => child.once('exit', () => resolve())));
  const timer = setTimeout(() => {
    for (const child of running) child.kill('SIGKILL');
  }, 2000);
  await Promise.all(ended);
  clearTimeout(timer);
}

/** A program that is not Node, such as smtp-sink. */
export class Program {
  readonly child: ChildProcess;

  constructor(command: string, parameters: readonly string[]) {
    this.child = keep(spawn(command, parameters, { stdio: ['pipe', 'pipe', 'ignore'] }));
    this.child.on('error', () => undefined);
  }

  /** The next piece of standard output, or an error when the program ends first. */
  line(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.child.stdout!.once('data', (octets: Buffer) => resolve(octets.toString().trim()));
      this.child.once('exit', () => reject(new Error(`${this.child.spawnfile}: ended`)));
    });
  }

  /** User and system time so far, from the kernel; in steps of 10 ms. */
  cpuMicroseconds(): number {
    const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
    return (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_MICROSECONDS;
  }

  close(): void {
    this.child.kill('SIGKILL');
  }
}

/** A loopback port that was free a moment ago, for programs that can't choose one. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Waits until something listens on the port. */
export async function reachable(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const up = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      }).on('error', () => resolve(false));
    });
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`nothing listens on port ${port}`);
}

/** The full path of an installed program, or `undefined`. */
export function findProgram(name: string): string | undefined {
  try {
    return execFileSync('/bin/sh', ['-c', `PATH="$PATH:/usr/sbin" command -v ${name}`], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}
