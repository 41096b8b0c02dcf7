import { describe, expect, test } from 'vitest';
import { exampleFile } from './doc-example-code.ts';
import { readExamples } from './doc-examples.ts';
import { readMarkdown } from './markdown.ts';
import type { DocExample } from './doc-examples.ts';

const fenced = (info: string, code = 'a;\n'): string => `text\n\n\`\`\`${info}\n${code}\`\`\`\n`;
const example = (code: string, mode: DocExample['mode'] = 'run'): DocExample => ({ source: 'docs/a.md', line: 3, code, mode });

/** The body of the test made of `code`, without the imports around it. */
const rewritten = (code: string): string => {
  const { text, problems } = exampleFile(example(code));
  expect(problems).toEqual([]);
  return text.slice(text.indexOf('{\n', text.indexOf('testExample(')) + 2, text.lastIndexOf('\n});'));
};

describe('readMarkdown', () => {
  test('headings and fences come with their lines, and a fence in a list loses its indentation', () => {
    expect(readMarkdown('# One\n- item\n  ```ts\n  a\n    b\n  ```\n## Two ##\n~~~\n# no heading\n```\n~~~\n')).toEqual([
      { type: 'heading', level: 1, text: 'One', line: 1 },
      { type: 'fence', info: 'ts', text: 'a\n  b\n', line: 3 },
      { type: 'heading', level: 2, text: 'Two', line: 7 },
      { type: 'fence', info: '', text: '# no heading\n```\n', line: 8 },
    ]);
  });
});

describe('readExamples', () => {
  test.each([
    ['plain', 'ts', ['run'], []],
    ['not run', 'ts no-run: needs a server', ['no-run'], []],
    ['not checked', 'ts no-check: a sketch', ['no-check'], []],
    ['another language', 'sh', [], []],
    ['opting out without a reason', 'ts no-run:', ['run'], ['docs/a.md:3: behind ts may stand "no-run: reason" or "no-check: reason", not "no-run:"']],
    ['an unknown word', 'ts skip', ['run'], ['docs/a.md:3: behind ts may stand "no-run: reason" or "no-check: reason", not "skip"']],
    ['a name that would slip past', 'typescript', [], ['docs/a.md:3: the fence says typescript; write ts, so that it is tested']],
  ])('%s', (_name, info, modes, problems) => {
    const read = readExamples(fenced(info), 'docs/a.md');
    expect([read.examples.map(({ mode }) => mode), read.problems]).toEqual([modes, problems]);
  });

  test('a doc comment in a source: stars are removed, other comments and strings are not read', () => {
    const source = `/* \n\`\`\`ts\nno\n\`\`\`\n*/\n/**\n * Text.\n * \`\`\`ts\n * f(1); // => 2\n * \`\`\`\n */\nexport const f = '\`\`\`ts';\n`;
    expect(readExamples(source, 'packages/x/src/f.ts').examples).toEqual([{ source: 'packages/x/src/f.ts', line: 8, code: 'f(1); // => 2\n', mode: 'run' }]);
  });
});

describe('exampleFile', () => {
  test.each([
    ['expression', `f(1); // => 2`, 'expectExample((f(1))).toEqual((2)); // => 2'],
    ['declaration', `const x = f(1); // => { a: 1 }`, 'const x = f(1); expectExample(x).toEqual(({ a: 1 })); // => { a: 1 }'],
    ['awaited', `await f(); // => 'x'`, `expectExample((await f())).toEqual(('x')); // => 'x'`],
    ['printed', `console.log(f()); // => 1`, 'expectExample((f())).toEqual((1)); // => 1'],
    ['over lines', `f(\n  1,\n); // => 2`, 'expectExample((f(\n  1,\n))).toEqual((2)); // => 2'],
    ['value on its own line', `f(1);\n// => 2`, 'expectExample((f(1))).toEqual((2));\n// => 2'],
    ['value over lines', `f(1); // => [1,\n//   2]\ng();`, 'expectExample((f(1))).toEqual(([1,\n   2])); // => [1,\n//   2]\ng();'],
    ['second statement', `const a = 1;\na; // => 1`, 'const a = 1;\nexpectExample((a)).toEqual((1)); // => 1'],
    ['after a block', `function f() { return 1; }\nf(); // => 1`, 'function f() { return 1; }\nexpectExample((f())).toEqual((1)); // => 1'],
    ['inside a block', `for (const a of [1]) {\n  a; // => 1\n}`, 'for (const a of [1]) {\n  expectExample((a)).toEqual((1)); // => 1\n}'],
    ['an object in a call', `f({ a: [1] }).b; // => 2`, 'expectExample((f({ a: [1] }).b)).toEqual((2)); // => 2'],
    ['a comment that is no value', `f(); // does it`, 'f(); // does it'],
    ['an arrow in a string', `f('// => 2');`, `f('// => 2');`],
  ])('%s', (_name, code, expected) => {
    expect(rewritten(code)).toBe(expected);
  });

  test('imports move to the top, one that is not run becomes a function that is only compiled', () => {
    expect(exampleFile(example(`import { f } from '@mailwright/wire';\n\nf();\n`, 'no-run')).text).toBe(
      `// Extracted from docs/a.md:3. Edit it there.\nimport { f } from '@mailwright/wire';\n\nexport async function example() {\nf();\n}\n`,
    );
  });

  test.each([
    ['a relative import', `import './a.ts';`, 'docs/a.md:3: imports ./a.ts; an example imports packages by name, as its reader would'],
    ['no expression', `// => 1`, 'docs/a.md:3: nothing to compare at "// => 1"'],
    ['no value', `f(); // =>`, 'docs/a.md:3: nothing to compare at "// =>"'],
  ])('%s is a problem', (_name, code, problem) => {
    expect(exampleFile(example(code)).problems).toEqual([problem]);
  });
});
