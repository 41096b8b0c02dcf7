import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkContents, pruneBuilt } from './packed.ts';

let root: string;
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'packed-'))));
afterEach(() => rmSync(root, { recursive: true }));

const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

describe('checkContents', () => {
  const manifest = {
    name: '@mailwright/x',
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    dependencies: { '@mailwright/wire': '0.1.0' },
  };
  const good: Readonly<Record<string, string>> = { 'package.json': JSON.stringify(manifest), 'README.md': '', LICENSE: '', 'dist/index.js': '', 'dist/index.d.ts': '' };
  const problems = (change: Readonly<Record<string, string | undefined>>): string[] => {
    for (const [path, text] of Object.entries({ ...good, ...change })) if (text !== undefined) write(path, text);
    return checkContents({ short: 'x', name: '@mailwright/x', floor: 0, folder: root, entries: [] });
  };

  test.each<[string, Readonly<Record<string, string | undefined>>, string[]]>([
    ['all is there', {}, []],
    ['no README', { 'README.md': undefined }, ['@mailwright/x: the tarball has no README.md']],
    ['an entry that was not built', { 'dist/index.d.ts': undefined }, ['@mailwright/x: package.json names ./dist/index.d.ts, which the tarball does not have']],
    ['workspace left over', { 'package.json': JSON.stringify({ ...manifest, dependencies: { '@mailwright/wire': 'workspace:*' } }) }, ['@mailwright/x: the tarball depends on @mailwright/wire workspace:*, not on a version']],
    ['a command without its first line', { 'package.json': JSON.stringify({ ...manifest, bin: { x: 'dist/index.js' } }) }, ['@mailwright/x: dist/index.js does not begin with #!/usr/bin/env node']],
    ['a command that is not there', { 'package.json': JSON.stringify({ ...manifest, bin: { x: 'dist/x.js' } }) }, ['@mailwright/x: package.json names dist/x.js, which the tarball does not have']],
  ])('%s', (_name, change, expected) => {
    expect(problems(change)).toEqual(expected);
  });
});

describe('pruneBuilt', () => {
  test('what no source stands behind any more is removed, the rest stays', () => {
    write('packages/x/src/a.ts', '');
    for (const name of ['a.js', 'a.d.ts', 'a.d.ts.map', 'b.js', 'b.js.map', 'old/c.d.ts']) write(`packages/x/dist/${name}`, '');
    pruneBuilt(root);
    expect(['a.js', 'a.d.ts', 'a.d.ts.map', 'b.js', 'b.js.map', 'old/c.d.ts'].filter((name) => existsSync(join(root, 'packages/x/dist', name)))).toEqual(['a.js', 'a.d.ts', 'a.d.ts.map']);
  });
});
