/**
 * Turns the code of one doc example into a test file: imports to the top, the rest into one test, `// => value` comments
 * into equality checks.
 *
 * Read next: `doc-examples.test.ts`.
 */
import { readImports } from './source-imports.ts';
import { tokenize } from './source-tokens.ts';
import type { DocExample } from './doc-examples.ts';
import type { Token } from './source-tokens.ts';

/** One `// => value`: where the statement before it begins and ends, and the value's text. */
interface Expectation {
  readonly from: number;
  readonly to: number;
  readonly value: string;
}

const CONSOLE = 'const console: Record<"log" | "info" | "warn" | "error" | "debug" | "table" | "dir", (...printed: unknown[]) => void> = { log() {}, info() {}, warn() {}, error() {}, debug() {}, table() {}, dir() {} };';

/** The text of the test file for `example`, and what can't be tested in it. */
export function exampleFile(example: DocExample): { readonly text: string; readonly problems: readonly string[] } {
  const where = `${example.source}:${example.line}`;
  const problems: string[] = [];
  const { imports } = readImports(example.code);
  const statics = imports.filter(({ dynamic }) => !dynamic);
  for (const { specifier } of imports) {
    if (specifier.startsWith('.')) problems.push(`${where}: imports ${specifier}; an example imports packages by name, as its reader would`);
  }
  const expectations = readExpectations(example.code, where, problems);
  const code = rewrite(example.code, statics, expectations);
  const usesConsole = /\bconsole\b/.test(code);
  const lines = [
    `// Extracted from ${where}. Edit it there.`,
    ...(example.mode === 'run' ? [`import { expect as expectExample, test as testExample } from 'vitest';`] : []),
    ...statics.map(({ from, to }) => example.code.slice(from, to)),
    '',
    example.mode === 'run' ? `testExample(${JSON.stringify(`${where}: the example holds`)}, async () => {` : 'export async function example() {',
    ...(usesConsole ? [CONSOLE] : []),
    code.trim(),
    example.mode === 'run' ? '});' : '}',
  ];
  return { text: `${lines.join('\n')}\n`, problems };
}

/** The code without its static imports, every expectation replaced by a check. */
function rewrite(code: string, imports: readonly { from: number; to: number }[], expectations: readonly Expectation[]): string {
  const edits = [
    ...imports.map(({ from, to }) => ({ from, to, text: '' })),
    ...expectations.map(({ from, to, value }) => ({ from, to, text: check(code.slice(from, to), value) })),
  ].sort((a, b) => a.from - b.from);
  let text = '';
  let done = 0;
  for (const edit of edits) {
    text += code.slice(done, edit.from) + edit.text;
    done = edit.to;
  }
  return text + code.slice(done);
}

function check(statement: string, value: string): string {
  const bare = statement.trim().replace(/;$/, '');
  const declared = /^(?:const|let)\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)/u.exec(bare);
  if (declared !== null) return `${bare}; expectExample(${declared[1]}).toEqual((${value}));`;
  const printed = /^console\.log\(([\s\S]*)\)$/.exec(bare);
  return `expectExample((${printed?.[1] ?? bare})).toEqual((${value}));`;
}

function readExpectations(code: string, where: string, problems: string[]): Expectation[] {
  const tokens = tokenize(code);
  const expectations: Expectation[] = [];
  tokens.forEach((token, index) => {
    const [, opening] = (token.kind === 'comment' && /^\/\/\s*=>\s*(.*)$/s.exec(token.spelling)) || [];
    if (opening === undefined) return;
    const statement = statementBefore(tokens, index);
    const value = readValue(opening, tokens, index);
    if (statement === undefined || value.trim() === '') problems.push(`${where}: nothing to compare at "${token.spelling}"`);
    else expectations.push({ ...statement, value });
  });
  return expectations;
}

/** The value's text: it goes on over the comment lines that follow while its brackets are open. */
function readValue(opening: string, tokens: readonly Token[], index: number): string {
  let value = opening;
  for (let at = index + 1; depthOf(value) > 0 && tokens[at]?.kind === 'comment'; at++) value += `\n${tokens[at]!.spelling.replace(/^\/\//, '')}`;
  return value.trim().replace(/;$/, '');
}

function depthOf(text: string): number {
  return tokenize(text).reduce((depth, token) => depth + turn(token), 0);
}

function turn({ kind, spelling }: Token): number {
  if (kind !== 'mark') return 0;
  return '([{'.includes(spelling) ? 1 : ')]}'.includes(spelling) ? -1 : 0;
}

/** The statement that ends before the comment at `index`: back to the semicolon, comment or brace that closes the one before. */
function statementBefore(tokens: readonly Token[], index: number): { from: number; to: number } | undefined {
  let last = index - 1;
  while (last >= 0 && isComment(tokens[last]!)) last--;
  if (last < 0) return undefined;
  const end = tokens[last]!.spelling === ';' ? last - 1 : last;
  let first = end + 1;
  for (let depth = 0; first > 0; first--) {
    const before = tokens[first - 1]!;
    if (depth === 0 && (before.spelling === ';' || before.spelling === '{' || isComment(before))) break;
    if (depth === 0 && before.spelling === '}' && first <= end) break;
    depth -= turn(before);
  }
  return first > end ? undefined : { from: tokens[first]!.from, to: tokens[last]!.to };
}

function isComment({ kind }: Token): boolean {
  return kind === 'comment' || kind === 'doc';
}
