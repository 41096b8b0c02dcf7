/**
 * `pnpm docs`: writes the pages of `docs/` that come from the code. With `--check` it writes nothing and fails when a
 * committed page says something else.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rfcCoverage } from './rfc-coverage.ts';
import { renderStates } from './states.ts';
import type { MovingCommand, StateChapter } from './states.ts';

const SERVER_STATES = ['connected', 'ready', 'mail', 'rcpt', 'chunks'];
const SERVER_TEXT =
  'Between two commands a server session is in one of these states. A cell says where the command leads when it is accepted; what is refused leaves the state as it is. ' +
  'A command in a state that its table does not list is answered 503. Every session starts in `connected`, and again after STARTTLS.';

/** A page: its path below the root and what it should say. */
interface Page {
  readonly path: string;
  readonly text: string;
}

/** The generated pages, and what in the sources can't be read. */
export async function generateDocs(root: string): Promise<{ readonly pages: readonly Page[]; readonly problems: readonly string[] }> {
  const coverage = rfcCoverage(root);
  const pages: Page[] = [{ path: 'docs/rfc-coverage.md', text: coverage.text }];
  const chapters = await stateChapters();
  if (chapters.length > 0) pages.push({ path: 'docs/states.md', text: renderStates(chapters) });
  return { pages, problems: coverage.problems };
}

/** One line for each page that differs from what the code says. */
export async function checkDocs(root: string): Promise<string[]> {
  const { pages, problems } = await generateDocs(root);
  const stale = pages.filter(({ path, text }) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text);
  return [...problems, ...stale.map(({ path }) => `${path}: differs from what the sources say; run "npm run docs" and commit it`)];
}

async function stateChapters(): Promise<StateChapter[]> {
  const commands = findMovingCommands(await import('@mailwright/smtp'));
  return commands.length === 0 ? [] : [{ title: 'SMTP server', text: SERVER_TEXT, states: SERVER_STATES, commands }];
}

/** The table of commands among the exports of a package: the first list or map whose members have a verb and moves. */
export function findMovingCommands(exported: object): readonly MovingCommand[] {
  for (const value of Object.values(exported) as unknown[]) {
    const members: unknown[] = value instanceof Map ? [...value.values()] : Array.isArray(value) ? value : [];
    if (members.length > 0 && members.every(isMovingCommand)) return members;
  }
  return [];
}

function isMovingCommand(value: unknown): value is MovingCommand {
  return typeof value === 'object' && value !== null && 'verb' in value && 'moves' in value && typeof value.moves === 'object';
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
