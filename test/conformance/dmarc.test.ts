import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { suites as authResults } from './auth-results.ts';
import { DEVIATIONS, OF_OTHER_FORMATS } from './dmarc-deviations.ts';
import { suites as dmarc } from './dmarc.ts';

const page = readFileSync(new URL('../../docs/conformance.md', import.meta.url), 'utf8');

test.each(DEVIATIONS.map(({ suite, id, reason, expected }) => [suite, id, reason, expected]))('docs/conformance.md: %s %s is a row with its reason', (suite, id, reason, expected) => {
  expect(page).toContain(`| \`${String(suite)}\` ${String(id)} | ${String(reason)} | \`${JSON.stringify(expected)}\` |`);
});

test('docs/conformance.md: what is skipped is named', () => {
  expect(page).toContain(OF_OTHER_FORMATS);
});

test('deviations: each names a suite that there is, once', () => {
  const names = [...dmarc, ...authResults].map(({ suite }) => suite);
  expect(DEVIATIONS.filter(({ suite }) => !names.includes(suite))).toEqual([]);
  expect(new Set(DEVIATIONS.map(({ suite, id }) => `${suite} ${id}`)).size).toBe(DEVIATIONS.length);
});
