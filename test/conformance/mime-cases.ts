/**
 * What the suites about MIME share: reading the cases, comparing, and the two lists of `mime-deviations.ts`. A case that we hold to be
 * wrong is held to what we stand for instead; one that is not compared counts as skipped and is named there with its reason.
 *
 * Read next: `mime-reference.ts`.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { DEVIATIONS, NOT_COMPARED } from './mime-deviations.ts';
import type { ConformanceSuite, SuiteResult } from './suite.ts';

/** One case: what is stated, and what our functions say in the same terms. `actual` is called once; what it throws is a failure of the case. */
export interface Case {
  readonly id: string;
  readonly expected: unknown;
  actual(): unknown;
}

/** A suite of the folder `mime`; `cases` gets the absolute path of that folder. */
export function suite(name: string, cases: (folder: string) => readonly Case[]): ConformanceSuite {
  return { suite: `mime/${name}`, run: (folder) => judge(`mime/${name}`, cases(join(folder, 'mime'))) };
}

/** The cases of a file that has them under `tests`. */
export function readTests<T>(folder: string, file: string): readonly T[] {
  return (JSON.parse(readFileSync(join(folder, file), 'utf8')) as { tests: T[] }).tests;
}

/** A file's octets. */
export function readOctets(folder: string, file: string): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, file)));
}

/** Paths, relative to `folder`, of the files below it whose name ends so, in order. */
export function listFiles(folder: string, ending: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** The first 16 hexadecimal digits of SHA-256. */
export function hashOf(octets: Uint8Array): string {
  return createHash('sha256').update(octets).digest('hex').slice(0, 16);
}

/** Runs of white space as one space, none at the ends: two texts that differ there say the same. */
export function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Line ends as LF. */
export function withLineFeeds(text: string): string {
  return text.replace(/\r\n/g, '\n');
}

function judge(name: string, cases: readonly Case[]): SuiteResult {
  const deviations = new Map(DEVIATIONS.filter(({ suite: of }) => of === name).map((deviation) => [deviation.id, deviation]));
  const skips = new Set(NOT_COMPARED.filter(({ suite: of }) => of === name).map(({ id }) => id));
  const result: SuiteResult = { suite: name, passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const { id, expected: stated, actual } of cases) {
    if (isSkipped(skips, id)) {
      result.skipped++;
      continue;
    }
    const deviation = deviations.get(id);
    const expected = deviation === undefined ? stated : deviation.expected;
    const got = attempt(actual);
    if (isDeepStrictEqual(got, expected) || isDigestOf(expected, got)) result.passed++;
    else result.failures.push({ id, expected: forJson(expected), actual: isDigest(expected) ? { digest: digestOf(got), value: forJson(got) } : forJson(got) });
  }
  for (const id of [...deviations.keys(), ...skips]) {
    if (!cases.some((mapped) => mapped.id === id || isSkipped(new Set([id]), mapped.id))) result.failures.push({ id, expected: 'a case of this id', actual: 'a deviation without case' });
  }
  result.failed = result.failures.length;
  return result;
}

/** What we stand for may be long: then its digest stands in the list. */
function isDigestOf(expected: unknown, got: unknown): boolean {
  return isDigest(expected) && expected.digest === digestOf(got);
}

function isDigest(expected: unknown): expected is { readonly digest: string } {
  return typeof expected === 'object' && expected !== null && 'digest' in expected;
}

/** The first 16 hexadecimal digits of SHA-256 of the value as JSON. */
export function digestOf(value: unknown): string {
  return hashOf(Buffer.from(JSON.stringify(value) ?? 'undefined'));
}

/** By its id, or, where the row names a function (`textToHtml *`), by that. */
function isSkipped(skips: ReadonlySet<string>, id: string): boolean {
  return skips.has(id) || skips.has(`${id.split(' ', 1)[0]!} *`);
}

function attempt(actual: () => unknown): unknown {
  try {
    return actual();
  } catch (error) {
    return { threw: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** `undefined` does not survive JSON; in a failure it must be seen. */
function forJson(value: unknown): unknown {
  return value === undefined ? 'undefined' : value;
}
