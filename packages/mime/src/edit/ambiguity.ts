/**
 * Where programs differ about a message: the codes, and what is told of each place. docs/errors.md explains each code.
 *
 * Read next: `find-ambiguities.ts`.
 */

/** A way in which programs differ. Explained in docs/errors.md. */
export type AmbiguityCode =
  | 'AMBIGUOUS_LINE_END'
  | 'AMBIGUOUS_NUL'
  | 'AMBIGUOUS_FIELD'
  | 'AMBIGUOUS_FIELD_NAME'
  | 'AMBIGUOUS_HEADER_END'
  | 'AMBIGUOUS_MIME_VERSION'
  | 'AMBIGUOUS_ADDRESS'
  | 'AMBIGUOUS_MEDIA_TYPE'
  | 'AMBIGUOUS_PARAMETER'
  | 'AMBIGUOUS_FILE_NAME'
  | 'AMBIGUOUS_TRANSFER_ENCODING'
  | 'AMBIGUOUS_STRUCTURE'
  | 'AMBIGUOUS_DELIMITER'
  | 'AMBIGUOUS_BODY'
  | 'AMBIGUOUS_CHARSET'
  | 'AMBIGUOUS_ATTACHMENT';

/** One way to read a place. */
export interface Reading {
  /** What a program does there, in words. */
  readonly rule: string;
  /** What it gets: a value, or a description where the result is structure. */
  readonly result: string;
}

/** A place where programs differ. */
export interface Ambiguity {
  readonly code: AmbiguityCode;
  /** Octets from the beginning of the message. */
  readonly offset: number;
  /** Two at least, no two with the same result; first what this package does. */
  readonly readings: readonly Reading[];
}

const RESULT_CHARACTERS = 200;

/** Ambiguities of one message, bounded: so many of each code. */
export class AmbiguityReport {
  readonly #found: Ambiguity[] = [];
  readonly #counts = new Map<AmbiguityCode, number>();
  readonly #perCode: number;

  constructor(perCode: number) {
    this.#perCode = perCode;
  }

  /** Keeps the place where two readings at least have different results. */
  add(code: AmbiguityCode, offset: number, readings: readonly (readonly [rule: string, result: string])[]): void {
    const count = this.#counts.get(code) ?? 0;
    if (count >= this.#perCode) return;
    const results = new Map<string, Reading>();
    for (const [rule, result] of readings) if (!results.has(result)) results.set(result, { rule, result: result.slice(0, RESULT_CHARACTERS) });
    if (results.size < 2) return;
    this.#counts.set(code, count + 1);
    this.#found.push({ code, offset, readings: Array.from(results.values()) });
  }

  /** True where no more of that code are kept. */
  isFull(code: AmbiguityCode): boolean {
    return (this.#counts.get(code) ?? 0) >= this.#perCode;
  }

  /** In the order of their offsets. */
  found(): readonly Ambiguity[] {
    return this.#found.sort((a, b) => a.offset - b.offset);
  }
}
