/**
 * The boundaries of the multiparts that are open, and the question whether a line is one of them (RFC 2046 section 5.1.1).
 *
 *     delimiter       = CRLF "--" boundary
 *     close-delimiter = delimiter "--"
 *     delimiter-line  = delimiter transport-padding        ; padding: spaces and tabs
 *
 * A line is looked up once, whatever the number of boundaries that are open. Read next: `message-scanner.ts`.
 */
import { CR, HYPHEN, SP, TAB, encodeUtf8, isAscii, latin1 } from '@mailwright/wire';

/** RFC 2046 5.1.1 allows 70. Longer ones are read by everybody, even those that no line of 998 octets can hold. */
export const MAX_BOUNDARY_OCTETS = 8192;
/** So much white space may stand behind a delimiter; a line with more is text. RFC 5322 2.1.1 allows no longer line. */
const MAX_PADDING_OCTETS = 998;

/** A line that is a delimiter. */
export interface Delimiter {
  /** What `add` was told: which of the open parts it belongs to. */
  readonly owner: number;
  readonly isClose: boolean;
  /** The index behind its last octet, white space included, line end not. */
  readonly end: number;
}

export class OpenBoundaries {
  readonly #owners: Map<string, number> = new Map();
  /** How many open boundaries begin with an octet: most lines are refused by their third octet. */
  #first: Uint32Array | undefined = undefined;
  #longest = 0;

  get count(): number {
    return this.#owners.size;
  }

  /** So many octets of a line, from its first hyphen on, are enough to know whether it is a delimiter. */
  get lineOctets(): number {
    return this.#longest + 4 + MAX_PADDING_OCTETS + 2;
  }

  /** Opens a boundary; `false` where it is open already, or is none. A boundary that is not ASCII may stand in the body as UTF-8 or as Latin-1. */
  add(boundary: string, owner: number): boolean {
    const keys = boundaryKeys(boundary);
    if (keys.some((key) => this.#owners.has(key))) return false;
    this.#first ??= new Uint32Array(256);
    for (const key of keys) {
      this.#owners.set(key, owner);
      this.#first[key.charCodeAt(0)]!++;
      if (key.length > this.#longest) this.#longest = key.length;
    }
    return true;
  }

  remove(boundary: string): void {
    for (const key of boundaryKeys(boundary)) if (this.#owners.delete(key)) this.#first![key.charCodeAt(0)]!--;
    if (this.#owners.size === 0) this.#longest = 0;
  }

  clear(): void {
    this.#owners.clear();
    this.#first = undefined;
    this.#longest = 0;
  }

  /**
   * What the line `octets[start..end)` is, that begins with two hyphens; `undefined`: text. The line end is not part of it, but a CR before it may be.
   *
   * Deviation: a boundary may end with white space, which RFC 2046 5.1.1 forbids; then its lines have just that white space behind it.
   * Deviation: a longer line is text. The note to implementors in RFC 2046 5.1.1 lets its beginning do; then one boundary must not begin like
   * another, and many do.
   */
  match(octets: Uint8Array, start: number, end: number): Delimiter | undefined {
    if (this.#first === undefined || this.#first[octets[start + 2] ?? 0] === 0 || end - start > this.lineOctets) return undefined;
    const contentEnd = end > start && octets[end - 1] === CR ? end - 1 : end;
    let textEnd = contentEnd;
    while (textEnd > start + 2 && isPadding(octets[textEnd - 1]!)) textEnd--;
    const line = latin1(octets, start + 2, textEnd);
    const owner = this.#owners.get(line);
    if (owner !== undefined) return { owner, isClose: false, end: contentEnd };
    const padded = textEnd === contentEnd ? undefined : this.#owners.get(latin1(octets, start + 2, contentEnd));
    if (padded !== undefined) return { owner: padded, isClose: false, end: contentEnd };
    if (octets[textEnd - 1] !== HYPHEN || octets[textEnd - 2] !== HYPHEN) return undefined;
    const closed = this.#owners.get(line.slice(0, -2));
    return closed === undefined ? undefined : { owner: closed, isClose: true, end: contentEnd };
  }
}

function isPadding(octet: number): boolean {
  return octet === SP || octet === TAB;
}

function boundaryKeys(boundary: string): readonly string[] {
  return isAscii(boundary) ? [boundary] : nonAsciiKeys(boundary);
}

/** Its octets may be UTF-8 or Latin-1. */
function nonAsciiKeys(boundary: string): readonly string[] {
  const encoded = latin1(encodeUtf8(boundary));
  for (let at = 0; at < boundary.length; at++) if (boundary.charCodeAt(at) > 0xff) return [encoded];
  return [encoded, boundary];
}
