import { expect, test } from 'vitest';
import { SeededRandom } from '@mailwright/testing';
import { minimize } from './minimize.ts';
import { target } from './mime.ts';
import { MAX_INPUT_OCTETS, mutate } from './mutate.ts';
import { fuzz, renderFinding } from './run.ts';
import { OWN_SEEDS } from './seeds.ts';

test('mime: 300 mutated messages of our own, nothing is found', async () => {
  const { runs, findings } = await fuzz({ ...target, seeds: () => OWN_SEEDS }, 300, 20_000);
  expect(findings.map((finding) => renderFinding('mime', finding))).toEqual([]);
  expect(runs).toBe(300);
});

test('the same seed gives the same inputs, another one others', () => {
  const inputs = (seed: number): string[] => Array.from({ length: 20 }, (_, index) => Buffer.from(mutate(OWN_SEEDS, target.dictionary, new SeededRandom(seed + index))).toString('latin1'));
  expect(inputs(5)).toEqual(inputs(5));
  expect(inputs(5)).not.toEqual(inputs(6));
  expect(Math.max(...inputs(5).map(({ length }) => length))).toBeLessThanOrEqual(MAX_INPUT_OCTETS);
});

test('a finding is told with its seed and a small input', async () => {
  const breaks = { name: 'x', seeds: () => OWN_SEEDS, dictionary: target.dictionary, check: (input: Uint8Array) => (input.includes(0x40) ? 'there is an @' : undefined) };
  const { findings } = await fuzz(breaks, 50, 1);
  expect(findings).toHaveLength(10);
  expect(new Set(findings.map(({ input }) => Buffer.from(input).toString('latin1')))).toEqual(new Set(['@']));
  expect(renderFinding('x', findings[0]!)).toContain(`--seed ${findings[0]!.seed} --runs 1`);
});

test('what a check throws is a finding', async () => {
  const throws = { name: 'x', seeds: () => OWN_SEEDS, dictionary: [''], check: () => { throw new RangeError('no'); } };
  expect((await fuzz(throws, 1, 1)).findings[0]?.what).toMatch(/^thrown: RangeError: no/);
});

test('minimize: the octets that matter stay', async () => {
  const small = await minimize(Buffer.from('aaaaaXbbbbbbbbbbbYccc'), (input) => Promise.resolve(Buffer.from(input).includes('X') && Buffer.from(input).includes('Y')));
  expect(Buffer.from(small).toString()).toBe('XY');
});
