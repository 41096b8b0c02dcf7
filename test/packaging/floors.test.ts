/** A check that can't fail is no check: each rule of the house meets a small house that breaks it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FLOORS, SIDEWAYS, checkFloors, findRings, mayImport } from './floors.ts';
import { findStrayNames } from './top-level.ts';

let root: string;
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'floors-'))));
afterEach(() => rmSync(root, { recursive: true }));

const write = (path: string, content: unknown): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
};

interface Part {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly references?: readonly string[];
  readonly types?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly manifest?: Readonly<Record<string, unknown>>;
}

/** A house of four packages that keeps every rule, with `changes` to one of them. */
const build = (short = 'smtp', change: Part = {}, rootManifest: Readonly<Record<string, unknown>> = {}): void => {
  const parts: Record<string, Part> = {
    wire: { files: { 'index.ts': `export { a } from './a.ts';`, 'a.ts': 'export const a = 1;' } },
    sasl: { files: { 'index.ts': 'export {};' } },
    smtp: { dependencies: { '@mailwright/wire': 'workspace:*' }, files: { 'index.ts': `import { a } from '@mailwright/wire'; export const b = a;` } },
    net: { types: ['node'], dependencies: { '@mailwright/wire': 'workspace:*' }, files: { 'index.ts': `import 'node:net';` } },
    testing: { types: ['node'], dependencies: { '@mailwright/smtp': 'workspace:*' }, files: { 'index.ts': `import 'node:fs';` } },
  };
  parts[short] = { ...parts[short], ...change };
  write('package.json', { private: true, devDependencies: { vitest: '^4.0.0' }, ...rootManifest });
  write('tsconfig.json', { references: Object.keys(parts).map((name) => ({ path: `packages/${name}` })) });
  for (const [name, part] of Object.entries(parts)) {
    const dependencies = part.dependencies ?? {};
    const references = part.references ?? Object.keys(dependencies).map((dependency) => dependency.replace('@mailwright/', ''));
    write(`packages/${name}/package.json`, { name: `@mailwright/${name}`, dependencies, ...part.manifest });
    write(`packages/${name}/tsconfig.json`, { compilerOptions: { types: part.types ?? [] }, references: references.map((path) => ({ path: `../${path}` })) });
    for (const [file, source] of Object.entries(part.files ?? {})) write(`packages/${name}/src/${file}`, source);
  }
};

const wire = { '@mailwright/wire': 'workspace:*' };

describe('floors', () => {
  test('a house that keeps the rules has no problems', () => {
    build();
    expect(checkFloors(root)).toEqual([]);
  });

  test.each<[string, string, Part, string]>([
    ['import of an undeclared package', 'smtp', { dependencies: {} }, 'packages/smtp/src/index.ts:1: @mailwright/wire is not declared in package.json'],
    ['import upward', 'wire', { files: { 'index.ts': `import '@mailwright/smtp';` } }, 'packages/wire/src/index.ts:1: @mailwright/smtp does not lie below @mailwright/wire'],
    ['import sideways', 'smtp', { dependencies: wire, files: { 'index.ts': `\nimport type { A } from '@mailwright/sasl';` } }, 'packages/smtp/src/index.ts:2: @mailwright/sasl does not lie below @mailwright/smtp'],
    ['dependency sideways', 'smtp', { dependencies: { ...wire, '@mailwright/sasl': 'workspace:*' } }, 'packages/smtp/package.json: @mailwright/sasl does not lie below @mailwright/smtp'],
    ['import of oneself', 'wire', { files: { 'index.ts': `import '@mailwright/wire';` } }, 'packages/wire/src/index.ts:1: @mailwright/wire is the package itself; import the file'],
    ['foreign import', 'net', { files: { 'index.ts': `import 'left-pad/x';` } }, 'packages/net/src/index.ts:1: left-pad/x is foreign'],
    ['foreign scoped import', 'net', { files: { 'index.ts': `import '@other/wire';` } }, 'packages/net/src/index.ts:1: @other/wire is foreign'],
    ['built-in without its prefix', 'net', { files: { 'index.ts': `import 'net';` } }, 'packages/net/src/index.ts:1: net is foreign'],
    ['built-in in a sans-IO package', 'smtp', { files: { 'index.ts': `import 'node:util';` } }, 'packages/smtp/src/index.ts:1: node:util in a sans-IO package'],
    ['sockets outside net', 'testing', { files: { 'index.ts': `import type { Socket } from 'node:net';` } }, 'packages/testing/src/index.ts:1: node:net opens sockets; only net and dns may import it'],
    ['sockets by another name', 'testing', { files: { 'index.ts': `import 'node:http2';` } }, 'packages/testing/src/index.ts:1: node:http2 opens sockets; only dns may import it'],
    ['datagrams in net', 'net', { files: { 'index.ts': `import 'node:dgram';` } }, 'packages/net/src/index.ts:1: node:dgram opens sockets; only dns may import it'],
    ['leaving the package', 'testing', { files: { 'index.ts': `import '../../smtp/src/index.ts';` } }, 'packages/testing/src/index.ts:1: ../../smtp/src/index.ts leaves the package'],
    ['an import without .ts', 'wire', { files: { 'index.ts': `import './a';` } }, 'packages/wire/src/index.ts:1: ./a does not end in .ts'],
    ['an import of nothing', 'wire', { files: { 'index.ts': `import './b.ts';` } }, 'packages/wire/src/index.ts:1: ./b.ts does not exist'],
    ['a computed import', 'wire', { files: { 'index.ts': `import(name);` } }, 'packages/wire/src/index.ts:1: loads a module past this check: import() of what is not a plain string'],
    ['a ring', 'wire', { files: { 'index.ts': `import './a.ts';`, 'a.ts': `import './b.ts';`, 'b.ts': `import './a.ts';` } }, 'packages/wire: ring of imports: a.ts -> b.ts -> a.ts'],
    ['a reference that is not declared', 'sasl', { references: ['wire'] }, 'packages/sasl/package.json: does not declare wire, which tsconfig.json references'],
    ['a dependency that is not referenced', 'smtp', { dependencies: wire, references: [] }, 'packages/smtp/tsconfig.json: does not reference @mailwright/wire, which package.json declares'],
    ['a sans-IO package with types', 'smtp', { dependencies: wire, types: ['node'] }, 'packages/smtp/tsconfig.json: a sans-IO package compiles with "types": []'],
    ['a foreign dependency', 'net', { dependencies: { ...wire, 'left-pad': '^1.0.0' }, references: ['wire', 'left-pad'] }, 'packages/net/package.json: left-pad is ^1.0.0, only workspace:* is allowed'],
    ['a version instead of the workspace', 'net', { dependencies: { '@mailwright/wire': '^0.1.0' } }, 'packages/net/package.json: @mailwright/wire is ^0.1.0, only workspace:* is allowed'],
    ['a peer dependency', 'net', { dependencies: wire, manifest: { peerDependencies: { '@mailwright/smtp': 'workspace:*' } } }, 'packages/net/package.json: peerDependencies is not used here'],
    ['an install script', 'net', { dependencies: wire, manifest: { scripts: { postinstall: 'node x.js' } } }, 'packages/net/package.json: the script postinstall would run on the user\'s machine'],
    ['a package under a wrong name', 'net', { dependencies: wire, manifest: { name: 'net' } }, 'packages/net/package.json: is named net, should be @mailwright/net'],
    ['a package without a floor', 'attic', { files: {} }, 'packages/attic: has no floor; add it to test/packaging/floors.ts'],
  ])('%s is reported', (_name, short, change, problem) => {
    build(short, change);
    expect(checkFloors(root)).toContain(problem);
  });

  test('a ring of types alone is allowed', () => {
    build('wire', { files: { 'index.ts': `import './a.ts';`, 'a.ts': `import type { B } from './b.ts';`, 'b.ts': `import './a.ts';` } });
    expect(checkFloors(root)).toEqual([]);
  });

  test('a package missing from the solution is reported', () => {
    build();
    write('tsconfig.json', { references: [] });
    expect(checkFloors(root)).toContain('tsconfig.json: does not reference packages/wire');
  });

  test.each([
    ['a run-time dependency', { dependencies: { vitest: '1' } }, 'package.json: dependencies has the foreign package vitest'],
    ['one tool more', { devDependencies: { prettier: '1' } }, 'package.json: devDependencies has the foreign package prettier'],
  ])('%s of the whole project is reported', (_name, manifest, problem) => {
    build('smtp', {}, manifest);
    expect(checkFloors(root)).toContain(problem);
  });

  test.each([
    ['smtp', 'wire', true],
    ['smtp', 'sasl', false],
    ['smtp', 'net', false],
    ['address', 'wire', true],
    ['wire', 'address', false],
    ['testing', 'smtp-server', true],
    ['testing', 'cli', false],
    ['smtp', 'unknown', false],
  ])('%s may import %s: %s', (from, to, allowed) => {
    expect(mayImport(from, to)).toBe(allowed);
  });

  test('the table: every package stands on one floor, every sideways line joins two of the same floor', () => {
    const all = FLOORS.flatMap(({ packages }) => packages);
    expect(new Set(all).size).toBe(all.length);
    for (const { from, to } of SIDEWAYS) expect(FLOORS.some(({ packages }) => packages.includes(from) && packages.includes(to))).toBe(true);
  });

  test('findRings: one file that imports itself', () => {
    expect(findRings(new Map([['a', ['a']]]))).toEqual([['a', 'a']]);
  });
});

describe('top level', () => {
  test('a new name is reported, a dotfile is not', () => {
    expect(findStrayNames(['packages', '.ci', 'README.md', 'scripts'])).toEqual(['scripts: does not belong at the top level; see docs/CONTRIBUTING.md for where things live']);
  });
});
