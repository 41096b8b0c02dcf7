/**
 * The hashes of a body that is seen once: each pair of canonicalization and length is computed once, however many signatures ask for
 * it. A signature over the first octets alone (`l=`) has a hash of its own.
 *
 * Left out: which hash is right (`verifier.ts`).
 */
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { BodyCanonicalizer } from './canonicalize-body.ts';
import type { BodyIrregularity } from './canonicalize-body.ts';
import type { Canonicalization } from './canonicalize-header.ts';

/** A body hash that was asked for. */
export interface BodyHash {
  /** SHA-256 of the octets asked for; empty until `BodyHasher.end()`. */
  readonly octets: Uint8Array;
  /** How long the whole canonical form is. */
  readonly canonicalOctets: number;
}

/** One hash over the first `limit` octets of one canonical form. */
class PartialHash implements BodyHash {
  octets: Uint8Array = new Uint8Array(0);
  canonicalOctets = 0;
  readonly limit: number;
  readonly #hash: Hash = createHash('sha256');

  constructor(limit: number) {
    this.limit = limit;
  }

  update(octets: Uint8Array): void {
    const left = this.limit - this.canonicalOctets;
    if (left > 0) this.#hash.update(octets.length > left ? octets.subarray(0, left) : octets);
    this.canonicalOctets += octets.length;
  }

  end(): void {
    this.octets = this.#hash.digest();
  }
}

/** The hashes over one canonical form: nearly always one. */
class CanonicalHashes {
  readonly hashes: PartialHash[] = [];
  readonly canonicalizer: BodyCanonicalizer;

  constructor(canonicalization: Canonicalization) {
    this.canonicalizer = new BodyCanonicalizer(canonicalization, (octets) => {
      for (const hash of this.hashes) hash.update(octets);
    });
  }
}

/**
 * Hashes a body as it streams.
 *
 * ```ts
 * import { BodyHasher } from '@mailwright/dkim';
 *
 * const hasher = new BodyHasher();
 * const hash = hasher.want('relaxed');
 * hasher.end();
 * Buffer.from(hash.octets).toString('base64'); // => '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
 * ```
 */
export class BodyHasher {
  #simple: CanonicalHashes | undefined = undefined;
  #relaxed: CanonicalHashes | undefined = undefined;

  /**
   * Asks for a hash, before the first `push`. `limit`: how many octets of the canonical form count (`l=`), `undefined` for all of them.
   * The same question gives the same object.
   *
   * @rfc 6376 3.7
   */
  want(canonicalization: Canonicalization, limit: number = Infinity): BodyHash {
    const form = canonicalization === 'simple' ? (this.#simple ??= new CanonicalHashes('simple')) : (this.#relaxed ??= new CanonicalHashes(canonicalization));
    const known = form.hashes.find((hash) => hash.limit === limit);
    if (known !== undefined) return known;
    const hash = new PartialHash(limit);
    form.hashes.push(hash);
    return hash;
  }

  /** The next octets of the body; the array may be used again afterwards. */
  push(chunk: Uint8Array): void {
    this.#simple?.canonicalizer.push(chunk);
    this.#relaxed?.canonicalizer.push(chunk);
  }

  /** The body is over: the hashes are there. */
  end(): void {
    for (const form of [this.#simple, this.#relaxed]) {
      if (form === undefined) continue;
      form.canonicalizer.end();
      for (const hash of form.hashes) hash.end();
    }
  }

  /** The first CR or LF that stands alone; final after `end()`. `undefined` also where nothing was asked for. */
  get irregularity(): BodyIrregularity | undefined {
    return (this.#simple ?? this.#relaxed)?.canonicalizer.irregularity;
  }
}
