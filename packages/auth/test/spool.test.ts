import { memorySpool } from '@mailwright/auth';
import { concatOctets, encodeLatin1, latin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';

async function readAll(spool: ReturnType<typeof memorySpool>): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of spool.read()) pieces.push(piece);
  return pieces;
}

describe('memorySpool', () => {
  test('what was written comes back, whatever the pieces were, as often as it is asked for', async () => {
    const random = new SeededRandom(1);
    for (let round = 0; round < 50; round++) {
      const spool = memorySpool();
      const pieces = Array.from({ length: random.integer(0, 30) }, () => random.octets(random.pick([0, 1, 7, 1023, 1024, 5000, 20_000])));
      for (const piece of pieces) await spool.write(piece);
      const expected = latin1(concatOctets(pieces));
      expect(latin1(concatOctets(await readAll(spool)))).toBe(expected);
      expect(latin1(concatOctets(await readAll(spool)))).toBe(expected);
    }
  });

  test('small pieces are put together, large ones are the views they were', async () => {
    const spool = memorySpool();
    for (let count = 0; count < 40_000; count++) await spool.write(encodeLatin1('x'));
    const large = encodeLatin1('y'.repeat(5000));
    await spool.write(large);
    const pieces = await readAll(spool);
    expect(pieces).toHaveLength(4);
    expect(pieces[3]).toBe(large);
  });

  test('it may be written to after it was read', async () => {
    const spool = memorySpool();
    await spool.write(encodeLatin1('a'));
    expect(latin1(concatOctets(await readAll(spool)))).toBe('a');
    await spool.write(encodeLatin1('b'));
    expect(latin1(concatOctets(await readAll(spool)))).toBe('ab');
  });

  test('nothing is left of what was discarded', async () => {
    const spool = memorySpool();
    await spool.write(encodeLatin1('a'));
    await spool.discard();
    expect(await readAll(spool)).toEqual([]);
  });
});
