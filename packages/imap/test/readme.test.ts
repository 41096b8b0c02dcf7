/** The README's table of exports against the exports. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as exported from '../src/index.ts';

test('README: every value that is exported stands in the table of exports', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const table = readme.slice(readme.indexOf('## Exports'), readme.indexOf('## How reading goes wrong'));
  const named = new Set(Array.from(table.matchAll(/`([A-Za-z0-9_]+)/g), ([, name]) => name));
  expect(Object.keys(exported).filter((name) => !named.has(name))).toEqual([]);
});
