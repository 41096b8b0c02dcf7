/** Commands run in this process, and servers to run them against. */
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ExitCode } from '../../src/command-io.ts';
import { runMailwright } from '../../src/run.ts';
import { capturedIo, type CapturedIo, type CapturedOptions } from './captured-io.ts';

export interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line to its end. */
export async function run(args: readonly string[], options: CapturedOptions = {}): Promise<Ran> {
  const io = capturedIo(options);
  const code = await runMailwright(args, io);
  return { code, out: io.stdout.text, err: io.stderr.text };
}

export interface Serving {
  readonly io: CapturedIo;
  readonly port: number;
  /** Interrupts it and waits for its end. */
  stop(): Promise<Ran>;
  readonly ended: Promise<Ran>;
}

/** Starts `mailwright serve` on a free port; it is stopped at the end of the test at the latest. */
export async function serving(args: readonly string[] = [], options: CapturedOptions = {}): Promise<Serving> {
  const io = capturedIo(options);
  const ended = runMailwright(['serve', '--port', '0', ...args], io).then((code) => ({ code, out: io.stdout.text, err: io.stderr.text }));
  const stop = (): Promise<Ran> => {
    io.interrupt();
    return ended;
  };
  onTestFinished(async () => void (await stop()));
  const listening = io.stdout.waitFor(/Listening on \S*:(\d+)|"port":(\d+)/);
  const first = await Promise.race([listening, ended]);
  if ('code' in first) throw new Error(`serve ended with ${first.code}: ${first.out}${first.err}`);
  return { io, port: Number(first[1] ?? first[2]), stop, ended };
}

/** A server that greets and then says what `answer` says to each line; `undefined` cuts the connection, `null` says nothing. */
export async function scriptedServer(answer: (line: string) => string | undefined | null): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    let text = '';
    socket.write('220 scripted.example ESMTP\r\n');
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
        const reply = answer(text.slice(0, end));
        text = text.slice(end + 2);
        if (reply === undefined) return void socket.destroy();
        if (reply !== null) socket.write(`${reply}\r\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A folder that goes with the test. */
export async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mailwright-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
