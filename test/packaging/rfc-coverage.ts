/**
 * Writes docs/rfc-coverage.md: RFC -> section -> code -> tests, from the `@rfc` tags of the sources.
 *
 * A test counts for a section when its text names it (`rfc5321 4.5.2`), and for a piece of code when it mirrors the
 * source file (`reply.ts`, `reply.test.ts`) or names the function.
 */
import { readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { listFiles, packageFolders } from './floors.ts';
import { readRfcTags } from './rfc-tags.ts';
import { RFC_TITLES } from './rfc-titles.ts';
import type { RfcTag } from './rfc-tags.ts';

/** A tag with its place: `file` is the path below the root, `short` the package's folder name. */
interface PlacedTag extends RfcTag {
  readonly file: string;
  readonly short: string;
}

/** A test file: its path below the root, its text, and the package it belongs to (`''` for those in `test/`). */
interface TestFile {
  readonly file: string;
  readonly text: string;
  readonly short: string;
}

/** The page, and the tags that can't be read. */
export function rfcCoverage(root: string): { readonly text: string; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const tags: PlacedTag[] = [];
  for (const short of packageFolders(root)) {
    for (const path of listFiles(join(root, 'packages', short, 'src'), '.ts')) {
      const file = relative(root, path);
      const read = readRfcTags(readFileSync(path, 'utf8'));
      problems.push(...read.problems.map((problem) => `${file}: ${problem}`));
      tags.push(...read.tags.map((tag) => ({ ...tag, file, short })));
    }
  }
  return { text: renderCoverage(tags, readTests(root)), problems };
}

function readTests(root: string): TestFile[] {
  const folders = [...packageFolders(root).map((short) => ({ short, folder: join(root, 'packages', short, 'test') })), { short: '', folder: join(root, 'test') }];
  return folders.flatMap(({ short, folder }) =>
    [...listFiles(folder, '.test.ts'), ...listFiles(folder, '.md')].map((path) => ({ short, file: relative(root, path), text: readFileSync(path, 'utf8') })),
  );
}

function renderCoverage(tags: readonly PlacedTag[], tests: readonly TestFile[]): string {
  const byRfc = groupBy(tags, ({ rfc }) => rfc);
  const lines = [
    '# RFC coverage',
    '',
    'Which section of which RFC lives where, and which tests hold it. Generated from the `@rfc` lines of the sources by `npm run docs`;',
    'do not edit. A test is listed when it names the section, mirrors the source file, or names the function.',
    '',
  ];
  for (const rfc of [...byRfc.keys()].sort((a, b) => a - b)) {
    const title = RFC_TITLES[rfc];
    lines.push(`## RFC ${rfc}${title === undefined ? '' : `: ${title}`}`, '', '| section | code | tests |', '| --- | --- | --- |');
    const bySection = groupBy(byRfc.get(rfc)!, ({ section }) => section);
    for (const section of [...bySection.keys()].sort(compareSections)) lines.push(renderSection(rfc, section, bySection.get(section)!, tests));
    lines.push('');
  }
  return lines.join('\n');
}

function renderSection(rfc: number, section: string, tags: readonly PlacedTag[], tests: readonly TestFile[]): string {
  const code = [...groupBy(tags, ({ file }) => file)].map(([file, tagged]) => {
    const subjects = [...new Set(tagged.map(({ subject }) => subject))].filter((subject) => subject !== 'module');
    return `[${file.replace(/^packages\/(.*)\/src\//, '$1/')}](../${file})${subjects.map((subject) => ` \`${subject}\``).join('')}`;
  });
  const files = tests.filter((test) => namesSection(test, rfc, section) || tags.some((tag) => holds(test, tag)));
  const links = files.map(({ file }) => `[${file.replace(/^packages\/(.*)\/test\//, '$1/')}](../${file})`);
  return `| ${section || 'all'} | ${code.join('<br>')} | ${links.join('<br>') || 'none'} |`;
}

/** Whether a test's text names the section itself: `rfc5321 4.5.2`, `RFC 5321, section 4.5.2`, but not 4.5.2.1. */
function namesSection({ text }: TestFile, rfc: number, section: string): boolean {
  const number = section === '' ? '' : `,?\\s+(?:section\\s+)?${section.replaceAll('.', '\\.')}(?![\\w]|\\.\\d)`;
  return new RegExp(`\\brfc ?${rfc}\\b${number}`, 'i').test(text);
}

function holds(test: TestFile, tag: PlacedTag): boolean {
  if (test.short !== tag.short) return false;
  if (basename(test.file).replace(/\.(test\.ts|md)$/, '') === basename(tag.file, '.ts')) return true;
  return tag.subject !== 'module' && !tag.subject.includes('.') && new RegExp(`\\b${tag.subject.replace(/\$/g, '\\$')}\\b`).test(test.text);
}

/** `4.10` after `4.9`, appendices after numbers. */
function compareSections(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function groupBy<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}
