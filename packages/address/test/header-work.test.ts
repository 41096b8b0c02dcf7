/** Hostile input costs work in proportion to its length: counted, not timed. */
import { expect, test } from 'vitest';
import { parseAddressList, parseMailbox, parsePath } from '@mailwright/address';

/** Characters looked at and copied while `run` runs. */
function countWork(run: () => void): number {
  let work = 0;
  const { charCodeAt, slice } = String.prototype;
  String.prototype.charCodeAt = function (this: string, at: number): number {
    work++;
    return charCodeAt.call(this, at);
  };
  String.prototype.slice = function (this: string, start?: number, end?: number): string {
    const copy = slice.call(this, start, end);
    work += copy.length;
    return copy;
  };
  try {
    run();
  } finally {
    Object.assign(String.prototype, { charCodeAt, slice });
  }
  return work;
}

const WORK_PER_CHARACTER = 40; // most is spent on short addresses: reading, checking, and the canonical spelling

const HOSTILE: [name: string, make: (length: number) => string][] = [
  ['commas', (length) => ','.repeat(length)],
  ['addresses', (length) => 'a@b,'.repeat(length / 4)],
  ['names', (length) => 'a,'.repeat(length / 2)],
  ['names, then addresses in brackets', (length) => 'a,b<c@d>,'.repeat(length / 9)],
  ['nested comments', (length) => '('.repeat(length)],
  ['comments', (length) => '(a)'.repeat(length / 3)],
  ['quotes', (length) => '"'.repeat(length)],
  ['a quote without end, with escaped quotes', (length) => `"${'\\"'.repeat(length / 2)}`],
  ['words and a quote without end', (length) => `${'a '.repeat(length / 2)}"`],
  ['literals without end', (length) => 'a@[b,'.repeat(length / 5)],
  ['literals with commas without end', (length) => `a@[${','.repeat(length)}`],
  ['open angle brackets', (length) => '<'.repeat(length)],
  ['angle brackets without end', (length) => '<a@b,'.repeat(length / 5)],
  ['closed angle brackets', (length) => '>'.repeat(length)],
  ['groups', (length) => 'g:'.repeat(length / 2)],
  ['groups and semicolons', (length) => 'g:;'.repeat(length / 3)],
  ['at signs', (length) => '@'.repeat(length)],
  ['dots', (length) => '.'.repeat(length)],
  ['words and dots', (length) => 'a.'.repeat(length / 2)],
  ['a route', (length) => `<${'@a,'.repeat(length / 3)}`],
  ['routes', (length) => '<@a:b@c>,'.repeat(length / 9)],
  ['white space', (length) => `a${' '.repeat(length)}b`],
  ['folding', (length) => '\r\n '.repeat(length / 3)],
  ['line feeds', (length) => '\n'.repeat(length)],
  ['backslashes', (length) => '\\'.repeat(length)],
  ['NUL', (length) => '\0'.repeat(length)],
  ['one long atom', (length) => 'a'.repeat(length)],
  ['one long address', (length) => `${'a'.repeat(length / 2)}@${'b'.repeat(length / 2)}`],
  ['one long domain of labels', (length) => `a@${'b.'.repeat(length / 2)}c`],
  ['A-labels', (length) => `a@${'xn--tda.'.repeat(length / 8)}c`],
  ['U-labels', (length) => `a@${'ü.'.repeat(length / 2)}c`],
  ['stray text behind an address', (length) => `a@b ${'c '.repeat(length / 2)}`],
  ['addresses without commas', (length) => 'a@b '.repeat(length / 4)],
];

test.each(HOSTILE)('10^5 characters: %s', (_, make) => {
  const text = make(100_000);
  const limits = { addresses: Infinity };
  const work = countWork(() => void parseAddressList(text, limits));
  expect(work).toBeLessThan(text.length * WORK_PER_CHARACTER);
  const half = make(50_000);
  expect(work).toBeLessThan(2.2 * countWork(() => void parseAddressList(half, limits)) + 1000);
  expect(countWork(() => void parseMailbox(text))).toBeLessThan(text.length * 4);
  expect(countWork(() => void parsePath(`<${text}`, 0))).toBeLessThan(text.length * 4);
});
