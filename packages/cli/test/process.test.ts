/** The command as a program of its own: signals, pipes, exit codes as the shell sees them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { connectSmtp } from '@mailwright/smtp-client';

/** Starting a program takes a second, and more on a busy machine. */
const TIMEOUT = { timeout: 60_000 };

const program = fileURLToPath(new URL('../src/main.ts', import.meta.url));

function mailwright(args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@mailwright/source', program, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

interface Output {
  text: string;
  seen(pattern: RegExp): Promise<RegExpExecArray>;
}

function collect(stream: NodeJS.ReadableStream): Output {
  const waiting: (() => void)[] = [];
  const output: Output = {
    text: '',
    async seen(pattern) {
      for (;;) {
        const match = pattern.exec(output.text);
        if (match !== null) return match;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
  stream.on('data', (chunk: Buffer) => {
    output.text += chunk.toString();
    for (const resolve of waiting.splice(0)) resolve();
  });
  return output;
}

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends serve in good order: 421 to the idle client, counts, exit code 0', TIMEOUT, async (signal) => {
  const child = mailwright(['serve', '--port', '0']);
  const out = collect(child.stdout!);
  const [, port] = await out.seen(/Listening on \S*:(\d+)/);
  const connection = await connectSmtp({ host: '127.0.0.1', port: Number(port), tls: { mode: 'none' } });
  child.kill(signal);
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(0);
  expect(out.text).toContain('0 messages (0 octets) in 1 session');
  connection.close();
});

test('a reader that has seen enough (| head) is no error', TIMEOUT, async () => {
  const child = mailwright(['explain', '-']);
  const err = collect(child.stderr!);
  child.stdout!.once('data', () => child.stdout!.destroy());
  child.stdin!.on('error', () => undefined);
  child.stdin!.end(`S: 220 hi\n${'C: NOOP\nS: 250 ok\n'.repeat(4000)}`);
  const [code] = (await once(child, 'close')) as [number];
  expect([code, err.text]).toEqual([0, '']);
});

test('a long text goes into a pipe whole', TIMEOUT, async () => {
  const child = mailwright(['explain', '-', '--json']);
  const out = collect(child.stdout!);
  child.stdin!.end(`S: 220 hi\n${'C: NOOP\nS: 250 ok\n'.repeat(5000)}`);
  const [code] = (await once(child, 'close')) as [number];
  expect([code, out.text.split('\n').length - 1]).toEqual([0, 10_001]);
});

test('the exit code of a wrong usage is 2', TIMEOUT, async () => {
  const child = mailwright(['sedn']);
  const err = collect(child.stderr!);
  const [code] = (await once(child, 'close')) as [number];
  expect([code, err.text]).toEqual([2, expect.stringContaining('Did you mean mailwright send?')]);
});
