/** Nothing in the library logs by itself (design.md, section 2), so a `console` call during a test is a failure. */
import { afterEach, beforeEach } from 'vitest';

const METHODS = ['log', 'info', 'warn', 'error', 'debug'] as const;
const original = METHODS.map((method) => console[method]);
let calls: string[] = [];

beforeEach(() => {
  calls = [];
  for (const method of METHODS) console[method] = (...args: unknown[]) => void calls.push(`console.${method}(${args.map(String).join(' ')})`);
});

afterEach(() => {
  METHODS.forEach((method, index) => (console[method] = original[index]!));
  if (calls.length > 0) throw new Error(`the test wrote to the console:\n${calls.join('\n')}`);
});
