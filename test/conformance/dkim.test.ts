import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DEVIATIONS } from './dkim-deviations.ts';
import { suites } from './dkim.ts';

const page = readFileSync(new URL('../../docs/conformance.md', import.meta.url), 'utf8');

test.each(DEVIATIONS.map(({ suite, id, reason }) => [suite, id, reason]))('docs/conformance.md: %s %s is a row with its reason', (suite, id, reason) => {
  expect(page).toContain(`| \`${suite}\` ${id} | ${reason} |`);
});

test('deviations: each names a suite that there is, once', () => {
  const names = suites.map(({ suite }) => suite);
  expect(DEVIATIONS.filter(({ suite }) => !names.includes(suite))).toEqual([]);
  expect(new Set(DEVIATIONS.map(({ suite, id }) => `${suite} ${id}`)).size).toBe(DEVIATIONS.length);
});
