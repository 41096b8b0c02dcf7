import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { splitTrace } from './postfix.ts';
import { missing } from './programs.ts';
import { runScenario } from './run.ts';
import type { Scenario } from './scenario.ts';

const scenario = (run: Scenario['run'], more: Partial<Scenario> = {}): Scenario => ({ name: 'x', needs: [], run, ...more });
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('runScenario', () => {
  test('a scenario whose program is not installed is skipped with the reason', async () => {
    const result = await runScenario(scenario(() => Promise.reject(new Error('it ran')), { needs: ['no-such-program', 'python3:no_such_module'] }));
    expect([result.status, result.reason]).toEqual(['skipped', 'no-such-program is not installed; no_such_module for Python is not installed (Debian: python3-no_such_module)']);
  });

  test('a scenario that throws has failed, and what it started and made is gone', async () => {
    let pid = 0;
    let folder = '';
    const result = await runScenario(
      scenario(async (context) => {
        folder = context.folder;
        const program = context.start('sh', ['-c', 'echo ready; sleep 60']);
        pid = program.pid;
        await program.waitFor(/ready/);
        throw new Error('no good');
      }),
    );
    expect([result.status, result.reason.split('\n')[0]]).toEqual(['failed', 'Error: no good']);
    expect([isAlive(pid), existsSync(folder)]).toEqual([false, false]);
  });

  test('a scenario that does not end is failed when its time is over, and what it started is gone', async () => {
    let pid = 0;
    const never = scenario(
      (context) => {
        pid = context.start('sleep', ['60']).pid;
        return new Promise<void>(() => undefined);
      },
      { timeoutMs: 50 },
    );
    const result = await runScenario(never);
    expect([result.status, result.reason.split('\n')[0], isAlive(pid)]).toEqual(['failed', 'Error: not done after 50 ms', false]);
  });

  test('a program that ends without writing what was waited for', async () => {
    const result = await runScenario(scenario(async (context) => void (await context.start('sh', ['-c', 'echo other']).waitFor(/ready/))));
    expect(result.reason).toContain('sh ended without writing /ready/:\nother');
  });

  test('run gives the exit status and both outputs', async () => {
    const result = await runScenario(
      scenario(async (context) => {
        expect(await context.run('sh', ['-c', 'cat; echo no >&2; exit 3'], { input: 'yes' })).toEqual({ status: 3, stdout: 'yes', stderr: 'no\n' });
      }),
    );
    expect(result).toMatchObject({ status: 'passed', reason: '' });
  });

  test('what is deferred runs when the scenario ends, the last one first, although one throws', async () => {
    const order: number[] = [];
    const result = await runScenario(
      scenario(async (context) => {
        context.defer(() => order.push(1));
        context.defer(() => Promise.reject(new Error('stuck')));
        context.defer(() => order.push(2));
        await Promise.resolve();
      }),
    );
    expect([order, result.status, result.reason.split('\n')[0]]).toEqual([[2, 1], 'failed', 'Error: stuck']);
  });
});

describe('missing', () => {
  test('a program that is there', () => {
    expect(missing('sh')).toBeUndefined();
  });
});

describe('splitTrace', () => {
  test('the fields that Postfix adds are taken off once each, and line ends are CRLF again', () => {
    const kept = 'Return-Path: <a@b.example>\nX-Original-To: c@d.example\nDelivered-To: c@d.example\nReceived: from x\n\tby y\nReceived: from w\nSubject: z\n\nText\n';
    const { trace, message } = splitTrace(Buffer.from(kept));
    expect(trace.split('\n')).toHaveLength(6);
    expect(Buffer.from(message).toString()).toBe('Received: from w\r\nSubject: z\r\n\r\nText\r\n');
  });
});
