import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DEVIATIONS } from './arc-deviations.ts';
import { suites } from './arc.ts';

const page = readFileSync(new URL('../../docs/conformance.md', import.meta.url), 'utf8');

test.each(DEVIATIONS.map(({ suite, id, reason, expected }) => [suite, id, reason, expected]))('docs/conformance.md: %s %s is a row with its reason', (suite, id, reason, expected) => {
  expect(page).toContain(`| \`${String(suite)}\` ${String(id)} | ${String(reason)} | \`${String(expected)}\` |`);
});

test('deviations: each names a suite that there is, once', () => {
  const names = suites.map(({ suite }) => suite);
  expect(DEVIATIONS.filter(({ suite }) => !names.includes(suite))).toEqual([]);
  expect(new Set(DEVIATIONS.map(({ suite, id }) => `${suite} ${id}`)).size).toBe(DEVIATIONS.length);
});
