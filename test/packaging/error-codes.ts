/**
 * Every code a user can meet is explained: each member of an exported `type ...Code = 'A' | 'B'` is a heading `### A` in
 * docs/errors.md, and each such heading is still a code.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { listFiles, packageFolders } from './floors.ts';
import { readMarkdown } from './markdown.ts';
import { tokenize } from './source-tokens.ts';

/** `SMTP_BARE_LF`: what a stable code looks like. */
const CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;

/** One line for each code without an entry and each entry without a code. */
export function checkErrorCodes(root: string): string[] {
  const codes = new Map<string, string>();
  for (const short of packageFolders(root)) {
    for (const path of listFiles(join(root, 'packages', short, 'src'), '.ts')) {
      for (const code of readErrorCodes(readFileSync(path, 'utf8'))) codes.set(code, relative(root, path));
    }
  }
  const page = join(root, 'docs/errors.md');
  return compareCodes(codes, existsSync(page) ? readFileSync(page, 'utf8') : '');
}

/** `codes`: code -> the file that declares it. `page`: the Markdown that explains them. */
export function compareCodes(codes: ReadonlyMap<string, string>, page: string): string[] {
  const entries = readMarkdown(page).flatMap((block) => (block.type === 'heading' && block.level === 3 ? [block.text.replaceAll('`', '')] : []));
  const explained = new Set(entries);
  const missing = [...codes].filter(([code]) => !explained.has(code)).map(([code, file]) => `docs/errors.md: no entry "### ${code}" (${file})`);
  const stale = entries.filter((entry) => CODE.test(entry) && !codes.has(entry)).map((entry) => `docs/errors.md: no source has the code ${entry} any more`);
  const twice = entries.filter((entry, index) => entries.indexOf(entry) !== index).map((entry) => `docs/errors.md: two entries for ${entry}`);
  return [...missing, ...stale, ...twice];
}

/** The codes that a source declares in exported unions whose names end in `Code`. */
export function readErrorCodes(source: string): string[] {
  const tokens = tokenize(source).filter(({ kind }) => kind !== 'comment' && kind !== 'doc');
  const codes: string[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const [first, second, name, equals] = tokens.slice(index, index + 4).map(({ spelling }) => spelling);
    if (first !== 'export' || second !== 'type' || equals !== '=' || !name?.endsWith('Code')) continue;
    for (index += 4; index < tokens.length && tokens[index]!.spelling !== ';' && tokens[index]!.spelling !== 'export'; index++) {
      const { kind, spelling } = tokens[index]!;
      if (kind === 'text' && CODE.test(spelling.slice(1, -1))) codes.push(spelling.slice(1, -1));
    }
    index--;
  }
  return codes;
}
