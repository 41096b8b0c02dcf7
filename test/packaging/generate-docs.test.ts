import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compareCodes, readErrorCodes } from './error-codes.ts';
import { checkDocs } from './generate-docs.ts';
import { rfcCoverage } from './rfc-coverage.ts';
import { readRfcTags } from './rfc-tags.ts';
import { renderStates } from './states.ts';

describe('readRfcTags', () => {
  test.each([
    ['head of a file', `/** @rfc 5321 3 */\nimport './a.ts';`, ['5321 3 module']],
    ['head before another comment', `/** @rfc 5321 3 */\n/** b */ export const a = 1;`, ['5321 3 module']],
    ['function', `/**\n * @rfc 5321 4.5.2\n * @rfc 1870 B.1\n */\nexport async function* f() {}`, ['5321 4.5.2 f', '1870 B.1 f']],
    ['constant, class, type', `/** @rfc 5321 1 */ const A = 1; /** @rfc 5321 2 */ export abstract class B {} /** @rfc 5321 3 */ export type C = 1;`, ['5321 1 A', '5321 2 B', '5321 3 C']],
    ['member', `export class A { /** @rfc 5321 2 */ static async #run() {} /** @rfc 5321 3. */ readonly b = { c: 1 } }`, ['5321 2 A.run', '5321 3 A.b']],
    ['a member called like a modifier', `interface A { /** @rfc 5321 2 */ type: string; /** @rfc 5321 3 */ get(): void }`, ['5321 2 A.type', '5321 3 A.get']],
    ['member of a union', `export type A = {\n /** @rfc 5321 2 */\n | 1 };`, ['5321 2 A']],
    ['in the middle of a sentence', `interface A { /** Until then. @rfc 5321 4.5.3.2 for short. */ b: string }`, ['5321 4.5.3.2 A.b']],
    ['a whole RFC', `/** @rfc 3629 */ const a = 1;`, ['3629  a']],
    ['a plain comment is no doc comment', `// @rfc 5321 1\n/* @rfc 5321 1 */ const a = '/** @rfc 5321 1 */';`, []],
  ])('%s', (_name, source, expected) => {
    expect(readRfcTags(source).tags.map(({ rfc, section, subject }) => `${rfc} ${section} ${subject}`)).toEqual(expected);
  });

  test('a tag without a number is a problem', () => {
    expect(readRfcTags('/** @rfc section 3 */ const a = 1;').problems).toEqual(['"@rfc" of a does not name an RFC by number']);
  });
});

describe('rfcCoverage', () => {
  test('a section is listed with its code and the tests that name it, mirror it or call it', () => {
    const root = mkdtempSync(join(tmpdir(), 'coverage-'));
    const files = {
      'packages/smtp/src/reply.ts': '/** @rfc 5321 4.2 */\nexport function readReply() {}\n/** @rfc 5321 4.2.1 */\nexport function other() {}',
      'packages/smtp/test/reply.test.ts': '',
      'packages/smtp/test/b.test.ts': `test('rfc5321 4.2: x', () => {})`,
      'packages/smtp/test/c.test.ts': `test('rfc5321 4.2.3: x', () => other())`,
      'packages/wire/test/reply.test.ts': 'readReply()',
      'test/d.md': '## rfc5321 4.2.1: x',
    };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const { text } = rfcCoverage(root);
    rmSync(root, { recursive: true });
    expect(text.slice(text.indexOf('## '))).toBe(
      [
        '## RFC 5321: SMTP',
        '',
        '| section | code | tests |',
        '| --- | --- | --- |',
        '| 4.2 | [smtp/reply.ts](../packages/smtp/src/reply.ts) `readReply` | [smtp/b.test.ts](../packages/smtp/test/b.test.ts)<br>[smtp/reply.test.ts](../packages/smtp/test/reply.test.ts) |',
        '| 4.2.1 | [smtp/reply.ts](../packages/smtp/src/reply.ts) `other` | [smtp/c.test.ts](../packages/smtp/test/c.test.ts)<br>[smtp/reply.test.ts](../packages/smtp/test/reply.test.ts)<br>[test/d.md](../test/d.md) |',
        '',
      ].join('\n'),
    );
  });
});

describe('states', () => {
  const base = { source: 'RFC 5321 4', effect: 'none', body: undefined };
  const commands = [
    { ...base, verb: 'MAIL', moves: { ready: { accepted: 'mail' } } },
    { ...base, verb: 'NOOP', moves: { ready: { accepted: 'ready' }, mail: { accepted: 'mail', refused: 'ready' } } },
    { ...base, verb: 'BDAT', body: { form: 'counted' }, moves: { mail: { accepted: 'mail' } } },
    { ...base, verb: 'QUIT', effect: 'close', moves: { ready: { accepted: 'ready' }, mail: { accepted: 'mail' } } },
  ];

  test('diagram and table show the same moves', () => {
    const page = renderStates([{ title: 'T', text: ['X'], states: ['ready', 'mail'], ended: 'ready', commands }]);
    expect(page.slice(page.indexOf('stateDiagram'))).toBe(
      [
        'stateDiagram-v2',
        '    [*] --> ready',
        '    ready --> mail: MAIL',
        '    ready --> [*]: QUIT',
        '    mail --> ready: NOOP refused, BDAT LAST',
        '    mail --> [*]: QUIT',
        '```',
        '',
        '| command | in `ready` | in `mail` | source |',
        '| --- | --- | --- | --- |',
        '| MAIL | mail | 503 | RFC 5321 4 |',
        '| NOOP | ready | mail, refused: ready | RFC 5321 4 |',
        '| BDAT | 503 | mail, LAST: ready | RFC 5321 4 |',
        '| QUIT | end | end | RFC 5321 4 |',
        '',
      ].join('\n'),
    );
  });
});

describe('checkDocs', () => {
  test('a page that is missing, and one that says something else', async () => {
    const root = mkdtempSync(join(tmpdir(), 'docs-'));
    mkdirSync(join(root, 'packages'));
    mkdirSync(join(root, 'docs'));
    writeFileSync(join(root, 'docs/states.md'), 'old');
    const problems = await checkDocs(root);
    rmSync(root, { recursive: true });
    expect(problems.map((problem) => problem.split(';')[0])).toEqual(['docs/rfc-coverage.md: differs from what the sources say', 'docs/states.md: differs from what the sources say']);
  });
});

describe('error codes', () => {
  test.each([
    ['one line', `export type AErrorCode = 'A_B' | 'C_D';`, ['A_B', 'C_D']],
    ['over lines with comments', `export type LimitCode =\n  /** x */\n  | 'A_B' // 'NOT_ME'\n  | 'C_D'\nexport const x = 'E_F';`, ['A_B', 'C_D']],
    ['two unions', `export type ACode = 'A_B';\nexport type BCode = ACode | 'C_D';`, ['A_B', 'C_D']],
    ['words that are no codes', `export type ReplyCode = 'temporary' | 250;`, []],
    ['not exported', `type ACode = 'A_B';`, []],
  ])('%s', (_name, source, codes) => {
    expect(readErrorCodes(source)).toEqual(codes);
  });

  test('an entry is missing, stale or there twice', () => {
    const codes = new Map([['A_B', 'a.ts'], ['C_D', 'b.ts']]);
    expect(compareCodes(codes, '### A_B\n### `A_B`\n### E_F\n### About')).toEqual([
      'docs/errors.md: no entry "### C_D" (b.ts)',
      'docs/errors.md: no source has the code E_F any more',
      'docs/errors.md: two entries for A_B',
    ]);
  });
});
