/**
 * `pnpm docs`: writes the pages of `docs/` that come from the code. With `--check` it writes nothing and fails when a
 * committed page says something else.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rfcCoverage } from './rfc-coverage.ts';
import { renderStates } from './states.ts';
import type { StateChapter } from './states.ts';

const SERVER: Omit<StateChapter, 'commands'> = {
  title: 'SMTP server',
  text: [
    'Between two commands a server session is in one of these states. A cell says where the command leads when it is accepted; what is refused',
    'leaves the state as it is. `503`: the command may not come in that state. `end`: the session ends. After the last octet of a message the',
    'session is `ready`, whatever the verdict. STARTTLS starts anew in `connected`. The diagram leaves out commands that stay where they are.',
  ],
  states: ['connected', 'ready', 'mail', 'rcpt', 'chunks'],
  ended: 'ready',
};

/** A page: its path below the root and what it should say. */
interface Page {
  readonly path: string;
  readonly text: string;
}

/** The generated pages, and what in the sources can't be read. */
export async function generateDocs(root: string): Promise<{ readonly pages: readonly Page[]; readonly problems: readonly string[] }> {
  const coverage = rfcCoverage(root);
  const { commandSpecs } = await import('@mailwright/smtp');
  const states = renderStates([{ ...SERVER, commands: commandSpecs }]);
  return { pages: [{ path: 'docs/rfc-coverage.md', text: coverage.text }, { path: 'docs/states.md', text: states }], problems: coverage.problems };
}

/** One line for each page that differs from what the code says. */
export async function checkDocs(root: string): Promise<string[]> {
  const { pages, problems } = await generateDocs(root);
  const stale = pages.filter(({ path, text }) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text);
  return [...problems, ...stale.map(({ path }) => `${path}: differs from what the sources say; run "npm run docs" and commit it`)];
}

async function main(root: string, check: boolean): Promise<void> {
  const problems = check ? await checkDocs(root) : await writeDocs(root);
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

async function writeDocs(root: string): Promise<readonly string[]> {
  const { pages, problems } = await generateDocs(root);
  for (const { path, text } of pages) {
    const isNew = !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text;
    if (isNew) writeFileSync(join(root, path), text);
    console.log(`${path}: ${isNew ? 'written' : 'unchanged'}`);
  }
  return problems;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(fileURLToPath(new URL('../..', import.meta.url)), process.argv.includes('--check'));
}
