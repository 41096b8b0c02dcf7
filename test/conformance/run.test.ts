import { describe, expect, test } from 'vitest';
import { isWanted, renderResults, runSuite, suitesOf } from './run.ts';
import type { ConformanceSuite, SuiteResult } from './suite.ts';

const suite = (name: string, run: ConformanceSuite['run']): ConformanceSuite => ({ suite: name, run });
const green: SuiteResult = { suite: 'smtp/replies', passed: 2, failed: 0, skipped: 1, failures: [] };
const red: SuiteResult = { suite: 'smtp/paths', passed: 0, failed: 1, skipped: 0, failures: [{ id: 'case 1', expected: { ok: true }, actual: undefined }] };

describe('conformance', () => {
  test('suites are found among the exports, alone or in lists', () => {
    const a = suite('a', () => green);
    expect(suitesOf({ a, others: [a, a], text: 'x', run: () => green })).toEqual([a, a, a]);
  });

  test.each([
    ['smtp/replies', [], true],
    ['smtp/replies', ['smtp'], true],
    ['smtp/replies', ['address', 'smtp/rep'], true],
    ['smtp/replies', ['address'], false],
  ])('%s asked for by %j: %s', (name, wanted, expected) => {
    expect(isWanted(name, wanted)).toBe(expected);
  });

  test('a suite that throws is one failure', async () => {
    const result = await runSuite(suite('smtp/x', () => Promise.reject(new Error('no file'))), '/nowhere');
    expect([result.failed, result.failures[0]!.id, String(result.failures[0]!.actual).split('\n')[0]]).toEqual([1, 'the suite itself', 'Error: no file']);
  });

  test('the table, and failures below it', () => {
    expect(renderResults([green, red])).toBe(
      [
        'suite          passed   failed  skipped',
        'smtp/replies        2        0        1',
        'smtp/paths          0        1        0',
        '',
        'smtp/paths: case 1',
        '  expected {"ok":true}',
        '  got      undefined',
      ].join('\n'),
    );
  });
});
