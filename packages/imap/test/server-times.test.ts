import { describe, expect, test } from 'vitest';
import { resolveServerOptions } from '../src/server/server-options.ts';
import { ServerTimes } from '../src/server/server-times.ts';

const { timeouts } = resolveServerOptions({ timeouts: { commandMs: 300, wholeCommandMs: 1000, autologoutMs: 5000 } });
const deadline = (times: ServerTimes): number | undefined => times.deadline('client', false, false);

describe('how long a command may take', () => {
  test('a line: from its first octet, whatever drips in', () => {
    const times = new ServerTimes(timeouts, 0);
    times.heard(100, false);
    times.heard(250, false);
    expect(deadline(times)).toBe(400);
  });

  test('a line that began while the driver worked: from the answer', () => {
    const times = new ServerTimes(timeouts, 0);
    times.heard(100, false);
    times.told(500, true);
    expect(deadline(times)).toBe(800);
  });

  test('a literal in pieces: from the last of them, but no longer than the command as a whole', () => {
    const times = new ServerTimes(timeouts, 0);
    for (let at = 100; at <= 1000; at += 100) {
      times.heard(at, false);
      times.progress();
      expect(deadline(times)).toBe(Math.min(at + 300, 1100));
    }
    times.ended();
    expect(deadline(times)).toBe(6000);
  });
});
