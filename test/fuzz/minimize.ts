/** A small input out of a large one that still shows the same finding: lines go first, then octets. Bounded in the number of tries. */

const MOST_TRIES = 400;

/** `isBad` says whether an input still shows the finding. */
export async function minimize(input: Uint8Array, isBad: (input: Uint8Array) => Promise<boolean>): Promise<Uint8Array> {
  let best: Uint8Array = input;
  let tries = 0;
  for (let size = Math.ceil(best.length / 2); size >= 1 && tries < MOST_TRIES; size = Math.floor(size / 2)) {
    for (let from = 0; from < best.length && tries < MOST_TRIES; tries++) {
      const without = new Uint8Array(Buffer.concat([best.subarray(0, from), best.subarray(from + size)]));
      if (without.length < best.length && (await isBad(without))) best = without;
      else from += size;
    }
  }
  return best;
}
