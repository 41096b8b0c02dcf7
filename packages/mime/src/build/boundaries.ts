/**
 * The boundaries of a message: each is unlike what the message holds and no beginning of another one.
 *
 * A boundary that begins with `=_` can't stand in quoted-printable, and none can in base64, where there are no hyphens. What travels as
 * it is gets searched, where it is there; a source in pieces is watched while it is read (`source-encoder.ts`).
 */
import { indexOfSequence } from '@mailwright/wire';
import type { Random } from '@mailwright/wire';
import { formatHexadecimal } from '../header/hexadecimal.ts';
import { encodeText } from './encode-text.ts';
import { checkBoundary } from './part.ts';
import type { BoundarySource } from './part.ts';

const BOUNDARY_OCTETS = 12;
const DRAWS = 10;

/**
 * Gives boundaries one after the other, in the order of the tree. One text is the boundary itself where the message needs one, else what
 * each begins with. Without a source they come from `seed`: the same message always has the same ones.
 *
 * Errors: TypeError for a boundary that occurs in the message, for chance that stands still, and for no source and no seed.
 * @rfc 2046 5.1.1
 */
export class Boundaries {
  readonly #source: BoundarySource | undefined;
  readonly #seed: string | undefined;
  readonly #count: number;
  readonly #contents: readonly Uint8Array[];
  readonly #used: string[];
  #drawn = 0;
  #given = 0;

  /** `contents`: what travels as it is. `given`: boundaries that callers chose for single multiparts. `count`: how many more are needed. */
  constructor(source: BoundarySource | undefined, seed: string | undefined, contents: readonly Uint8Array[], given: readonly string[], count: number) {
    this.#source = source;
    this.#seed = seed;
    this.#contents = contents;
    this.#used = [...given];
    this.#count = count;
    given.forEach((boundary, at) => this.#checkFree(boundary, given.filter((_, other) => other !== at)));
    if (source === undefined && seed === undefined && count > 0) throw new TypeError('a multipart needs a boundary, or chance to draw one from');
  }

  next(): string {
    const boundary = typeof this.#source === 'string' ? this.#derive(this.#source) : this.#draw(this.#source);
    this.#used.push(boundary);
    return boundary;
  }

  /** All of one length, so that none is the beginning of another. */
  #derive(base: string): string {
    const width = String(this.#count).length;
    const boundary = this.#count === 1 ? base : checkBoundary('boundary', `${base}.${String(++this.#given).padStart(width, '0')}`);
    this.#checkFree(boundary, this.#used);
    return boundary;
  }

  #draw(random: Random | undefined): string {
    for (let draw = 0; draw < DRAWS; draw++) {
      const boundary = `=_${random === undefined ? spread(this.#seed!, this.#drawn++) : formatHexadecimal(random.octets(BOUNDARY_OCTETS))}`;
      if (this.#isFree(boundary, this.#used)) return boundary;
    }
    throw new TypeError('boundary gives the same octets again and again, and they occur in a part');
  }

  #checkFree(boundary: string, others: readonly string[]): void {
    if (!this.#isFree(boundary, others)) throw new TypeError('boundary occurs in a part, or is the beginning of another one');
  }

  #isFree(boundary: string, others: readonly string[]): boolean {
    if (others.some((other) => other.startsWith(boundary) || boundary.startsWith(other))) return false;
    const delimiter = encodeText(`--${boundary}`);
    return this.#contents.every((content) => indexOfSequence(content, delimiter) < 0);
  }
}

/** 24 hexadecimal digits from a text and a number: always the same ones, others for others (FNV-1a from three starts). */
function spread(seed: string, draw: number): string {
  const text = `${draw}:${seed}`;
  let digits = '';
  for (let start = 1; start <= 3; start++) {
    let hash = Math.imul(0x811c9dc5, start * 2 - 1);
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    digits += ((hash ^ (hash >>> 13)) >>> 0).toString(16).padStart(8, '0');
  }
  return digits;
}
