import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as umbrella from 'mailwright';

interface Manifest {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Manifest;

test('every package has its sub-path', () => {
  expect(Object.keys(manifest.exports).filter((path) => path !== '.').sort()).toEqual(Object.keys(manifest.dependencies).map((name) => name.replace('@mailwright/', './')).sort());
});

test.each(Object.keys(manifest.dependencies))('mailwright/... gives the names of %s', async (name) => {
  const own = (await import(name)) as object;
  const reexported = (await import(name.replace('@mailwright/', 'mailwright/'))) as object;
  expect(Object.keys(reexported)).toEqual(Object.keys(own));
  expect(Object.keys(own).length).toBeGreaterThan(0);
});

test('the package itself gives the command', () => {
  expect(Object.keys(umbrella).sort()).toEqual(['EXIT', 'VERSION', 'runMailwright']);
});
