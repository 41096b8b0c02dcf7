/**
 * The examples in the documentation are tests: every `ts` fence in `docs/`, the READMEs and the doc comments of
 * `packages/*\/src` becomes a file in `.doc-examples/`, which is type-checked and run by vitest.
 *
 *     expr; // => value            the value of the expression equals `value`
 *     const x = expr; // => value  so does `x`
 *     console.log(expr); // => value
 *
 * The value may go on over following comment lines. What an example prints is swallowed. A fence that can't run says why:
 * `ts no-run: needs a server` is type-checked only, `ts no-check: a sketch` is left alone.
 *
 * Read next: `doc-example-code.ts`, which rewrites one example.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { exampleFile } from './doc-example-code.ts';
import { listFiles, packageFolders } from './floors.ts';
import { readMarkdown } from './markdown.ts';
import { lineCounter } from './source-imports.ts';
import { tokenize } from './source-tokens.ts';

/** A `ts` fence and where it stands. */
export interface DocExample {
  /** Path below the root, with slashes. */
  readonly source: string;
  readonly line: number;
  readonly code: string;
  readonly mode: 'run' | 'no-run' | 'no-check';
}

/** Languages that would slip past the check; the fence has to say `ts`. */
const OTHER_NAMES = new Set(['typescript', 'js', 'javascript', 'mjs', 'mts', 'tsx', 'jsx']);
const FOLDER = '.doc-examples';

/** Writes the examples of the repository at `root` to its `.doc-examples/` and gives their number and what is wrong with their fences. */
export function extractDocExamples(root: string): { readonly count: number; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const files = new Map<string, string>();
  let count = 0;
  for (const path of documentationFiles(root)) {
    const read = readExamples(readFileSync(path, 'utf8'), relative(root, path));
    problems.push(...read.problems);
    for (const example of read.examples) {
      count++;
      if (example.mode === 'no-check') continue;
      const made = exampleFile(example);
      problems.push(...made.problems);
      files.set(exampleName(example), made.text);
    }
  }
  writeFolder(root, files);
  return { count, problems };
}

function documentationFiles(root: string): string[] {
  const readmes = ['README.md', ...packageFolders(root).map((short) => `packages/${short}/README.md`)];
  const sources = packageFolders(root).flatMap((short) => listFiles(join(root, 'packages', short, 'src'), '.ts'));
  return [...readmes.map((path) => join(root, path)).filter(existsSync), ...listFiles(join(root, 'docs'), '.md'), ...sources];
}

/** The examples of one file: a Markdown text, or TypeScript whose doc comments hold the fences. */
export function readExamples(text: string, source: string): { readonly examples: readonly DocExample[]; readonly problems: readonly string[] } {
  const examples: DocExample[] = [];
  const problems: string[] = [];
  const markdown = source.endsWith('.md') ? text : docCommentsOnly(text);
  for (const block of readMarkdown(markdown)) {
    if (block.type !== 'fence') continue;
    const [, language = '', rest = ''] = /^(\S*)\s*(.*)$/.exec(block.info)!;
    const where = `${source}:${block.line}`;
    if (OTHER_NAMES.has(language)) problems.push(`${where}: the fence says ${language}; write ts, so that it is tested`);
    if (language !== 'ts') continue;
    const [, mode, reason] = /^(no-run|no-check):\s*(.*)$/.exec(rest) ?? [];
    if (rest !== '' && !reason) problems.push(`${where}: behind ts may stand "no-run: reason" or "no-check: reason", not "${rest}"`);
    examples.push({ source, line: block.line, code: block.text, mode: reason ? (mode as DocExample['mode']) : 'run' });
  }
  return { examples, problems };
}

/** The doc comments of a source with their stars removed, every line in its place, all else blank. */
function docCommentsOnly(source: string): string {
  if (!source.includes('```')) return '';
  const lineOf = lineCounter(source);
  const lines: string[] = source.split('\n').map(() => '');
  for (const { kind, spelling, from } of tokenize(source)) {
    const first = lineOf(from) - 1;
    if (kind !== 'doc') continue;
    spelling.slice(3, -2).split('\n').forEach((text, index) => (lines[first + index] = text.replace(/^\s*\* ?/, '')));
  }
  return lines.join('\n');
}

function exampleName({ source, line, mode }: DocExample): string {
  return `${source.replaceAll('/', '__')}-${line}${mode === 'run' ? '.test' : ''}.ts`;
}

/** Brings the folder to exactly `files`; what did not change keeps its time stamp. The packages are linked in by name. */
function writeFolder(root: string, files: ReadonlyMap<string, string>): void {
  const folder = join(root, FOLDER);
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    if (!files.has(name) && name !== 'node_modules') rmSync(join(folder, name), { recursive: true });
  }
  for (const [name, text] of files) {
    const path = join(folder, name);
    if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
  }
  linkPackages(root, join(folder, 'node_modules'));
}

function linkPackages(root: string, modules: string): void {
  rmSync(modules, { recursive: true, force: true });
  for (const short of packageFolders(root)) {
    const { name } = JSON.parse(readFileSync(join(root, 'packages', short, 'package.json'), 'utf8')) as { name: string };
    const link = join(modules, name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(relative(dirname(link), join(root, 'packages', short)), link, 'dir');
  }
}
