/** Starts programs for a scenario and takes everything away again when it ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { PEERS_FOLDER } from './programs.ts';
import type { AddressInfo } from 'node:net';
import type { Finished, Program, ProgramSettings, ScenarioContext } from './scenario.ts';

const KILL_AFTER_MS = 3000;
const POLL_MS = 20;

/** A context and the function that ends it. */
export function createContext(signal: AbortSignal): { readonly context: ScenarioContext; end(): Promise<void> } {
  const folder = mkdtempSync(join(tmpdir(), 'mailwright-interop-'));
  chmodSync(folder, 0o755);
  const cleanUps: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const start = (command: string, options: readonly string[], settings: ProgramSettings = {}): Program => {
    const program = startProgram(command, options, settings, signal);
    cleanUps.push(() => program.stop());
    return program;
  };
  const context: ScenarioContext = {
    folder,
    signal,
    start,
    run: (command, options, settings = {}) => runProgram(command, options, settings, signal),
    defer: (cleanUp) => void cleanUps.push(cleanUp),
    freePort,
    importPeer: async (name) => (await import(pathToFileURL(createRequire(join(PEERS_FOLDER, 'package.json')).resolve(name)).href)) as Record<string, unknown>,
  };
  return { context, end: async () => await runAll(cleanUps.reverse()) };
}

/** Runs all of them, whatever one of them throws; then throws the first error. */
async function runAll(cleanUps: readonly (() => unknown)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const cleanUp of cleanUps) {
    try {
      await cleanUp();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function startProgram(command: string, options: readonly string[], { cwd, env, input }: ProgramSettings, signal: AbortSignal): Program {
  const child = spawn(command, options, { cwd, env: { ...process.env, ...env }, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  let hasEnded = false;
  const collect = (octets: Buffer): void => void (output += octets.toString('latin1'));
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  const exited = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      output += `${command}: ${error.message}\n`;
      resolve(-1);
    });
    child.once('close', (status) => resolve(status));
  }).finally(() => void (hasEnded = true));
  const { pid = -1 } = child;
  return {
    pid,
    exited,
    output: () => output,
    waitFor: async (pattern) => {
      while (!pattern.test(output)) {
        if (hasEnded) throw new Error(`${command} ended without writing ${pattern}:\n${output}`);
        if (signal.aborted) throw new Error(`${command} did not write ${pattern} in time:\n${output}`);
        await wait(POLL_MS);
      }
      return output;
    },
    stop: () => stopGroup(pid, exited, () => hasEnded),
  };
}

/** Ends the program and what it started: they are a process group of their own. */
async function stopGroup(pid: number, exited: Promise<unknown>, hasEnded: () => boolean): Promise<void> {
  for (const name of ['SIGTERM', 'SIGKILL'] as const) {
    if (pid > 0) signalGroup(pid, name);
    await Promise.race([exited, wait(KILL_AFTER_MS, undefined, { ref: false })]);
    if (hasEnded()) return;
  }
}

function signalGroup(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-pid, name);
  } catch {
    // Nobody of the group is left.
  }
}

async function runProgram(command: string, options: readonly string[], { cwd, env, input }: ProgramSettings, signal: AbortSignal): Promise<Finished> {
  const child = spawn(command, options, { cwd, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'], signal });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (octets: Buffer) => void (stdout += octets.toString('latin1')));
  child.stderr.on('data', (octets: Buffer) => void (stderr += octets.toString('latin1')));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stdout, stderr };
}
