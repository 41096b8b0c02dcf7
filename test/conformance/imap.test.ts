import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { HELD_WRONG, NOT_BUILT } from './imap-deviations.ts';
import { suites as codecs } from './imap.ts';
import { suites as lines } from './imap-imapflow.ts';
import { suites as searches } from './imap-imapflow-search.ts';
import { suites as values } from './imap-imapflow-values.ts';
import { suites as transcripts } from './imap-mailkit.ts';
import { suites as quirks } from './imap-quirks.ts';

const PAGE = new URL('../../docs/conformance.md', import.meta.url);
const ROWS: readonly string[] = existsSync(PAGE) ? readFileSync(PAGE, 'utf8').split('\n').filter((line) => line.startsWith('| ')) : [];
const ALL = [...HELD_WRONG, ...NOT_BUILT];

test('every deviation of the imap cases is a row of docs/conformance.md, with its reason', () => {
  for (const { suite, id, reason } of ALL) {
    const cells = [suite.slice('imap/'.length), id, reason].map((cell) => cell.replaceAll('|', '\\|'));
    expect(ROWS.filter((row) => cells.every((cell) => row.includes(cell))), `${suite} ${id}`).not.toEqual([]);
  }
});

test('every deviation belongs to a suite that is run, and stands there once', () => {
  const names = new Set([...codecs, ...lines, ...values, ...searches, ...transcripts, ...quirks].map(({ suite }) => suite));
  for (const { suite } of ALL) expect(names).toContain(suite);
  expect(new Set(ALL.map(({ suite, id }) => `${suite} ${id}`)).size).toBe(ALL.length);
});
