import { expect, test } from 'vitest';
import { target } from './imap.ts';
import { OWN_IMAP_SEEDS } from './imap-seeds.ts';
import { fuzz, renderFinding } from './run.ts';

test('imap: 400 mutated sessions of our own, nothing is found', async () => {
  const { runs, findings } = await fuzz({ ...target, seeds: () => OWN_IMAP_SEEDS }, 400, 30_000);
  expect(findings.map((finding) => renderFinding('imap', finding))).toEqual([]);
  expect(runs).toBe(400);
});
