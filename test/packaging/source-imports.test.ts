import { describe, expect, test } from 'vitest';
import { readImports } from './source-imports.ts';
import { tokenize } from './source-tokens.ts';

const found = (source: string): string[] => readImports(source).imports.map(({ specifier, typeOnly }) => (typeOnly ? `type ${specifier}` : specifier));

describe('readImports', () => {
  test.each([
    ['default and names', `import a, { b, c as d } from './x.ts';`, ['./x.ts']],
    ['namespace', `import * as a from "./x.ts"`, ['./x.ts']],
    ['side effect', `import './x.ts'`, ['./x.ts']],
    ['type', `import type { A } from './x.ts';`, ['type ./x.ts']],
    ['type namespace', `import type * as A from './x.ts';`, ['type ./x.ts']],
    ['inline type is left at run time', `import { type A } from './x.ts';`, ['./x.ts']],
    ['a name that is called type', `import type from './x.ts';`, ['./x.ts']],
    ['over several lines', `import {\n  a, // first\n  b,\n} from './x.ts';`, ['./x.ts']],
    ['export names', `export { a, b as c } from './x.ts';`, ['./x.ts']],
    ['export all', `export * from './x.ts'; export * as y from './y.ts';`, ['./x.ts', './y.ts']],
    ['export type', `export type { A } from './x.ts'; export type * from './y.ts';`, ['type ./x.ts', 'type ./y.ts']],
    ['dynamic', `const a = await import('./x.ts');`, ['./x.ts']],
    ['in a type', `let a: import('node:net').Socket;`, ['node:net']],
    ['without semicolons', `export { a }\nconst from = 'no'\nimport b from './b.ts'`, ['./b.ts']],
    ['none in a comment', `// import './x.ts'\n/* import './y.ts' */ /** import './z.ts' */`, []],
    ['none in a string or template', `const a = "import './x.ts'"; const b = \`import './y.ts' \${'}'} import './z.ts'\``, []],
    ['none in a regular expression', `const a = /import '[/]'/.test(b) ? c / d : 'e'; import './x.ts'`, ['./x.ts']],
    ['import.meta', `const here = import.meta.url; import './x.ts'`, ['./x.ts']],
    ['local exports', `export const a = 1; export type A = 'from'; export default a; export { a as b };`, []],
  ])('%s', (_name, source, expected) => {
    expect(found(source)).toEqual(expected);
  });

  test.each([
    ['computed import', 'import(name)', 'import() of what is not a plain string'],
    ['joined import', `import('./a' + b)`, 'import() of what is not a plain string'],
    ['template import', 'import(`node:net`)', 'import() of what is not a plain string'],
    ['require', `require('net')`, 'require'],
    ['createRequire', `createRequire(import.meta.url)('net')`, 'createRequire'],
    ['getBuiltinModule', `process.getBuiltinModule('net')`, 'getBuiltinModule'],
  ])('%s is reported as a way past the check', (_name, source, what) => {
    expect(readImports(source).opaque).toEqual([{ what, line: 1 }]);
  });

  test('lines are counted from 1', () => {
    expect(readImports(`\n\nimport './a.ts';\n/*\n*/ import './b.ts'`).imports.map(({ line }) => line)).toEqual([3, 5]);
  });
});

describe('tokenize', () => {
  test.each([
    ['an open string', `'abc`],
    ['an open template', '`abc ${ {'],
    ['an open comment', '/* abc'],
    ['an open regular expression', '= /[abc'],
    ['marks', '\\ § \u0000'],
  ])('%s ends with the source', (_name, source) => {
    expect(tokenize(source).at(-1)!.to).toBe(source.length);
  });
});
