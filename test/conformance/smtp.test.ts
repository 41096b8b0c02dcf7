import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { HELD_WRONG, NOT_BUILT } from './smtp-deviations.ts';
import { suites } from './smtp.ts';
import { suites as machineSuites } from './smtp-machines.ts';

const PAGE = new URL('../../docs/conformance.md', import.meta.url);
const ROWS: readonly string[] = existsSync(PAGE) ? readFileSync(PAGE, 'utf8').split('\n').filter((line) => line.startsWith('| ')) : [];

test('every deviation of the smtp cases is a row of docs/conformance.md, with its reason', () => {
  for (const { suite, id, reason } of [...HELD_WRONG, ...NOT_BUILT]) {
    const cells = [suite.slice('smtp/'.length), id, reason];
    expect(ROWS.filter((row) => cells.every((cell) => row.includes(cell))), `${suite} ${id}`).not.toEqual([]);
  }
});

test('every deviation belongs to a suite that is run', () => {
  const names = new Set([...suites, ...machineSuites].map(({ suite }) => suite));
  for (const { suite } of [...HELD_WRONG, ...NOT_BUILT]) expect(names).toContain(suite);
});
