/**
 * What FETCH asks for: data items, as values. The macros ALL, FAST and FULL are requests too; `expandMacros` says what they stand for.
 *
 *     fetch     = "FETCH" SP sequence-set SP ("ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")")
 *     fetch-att = "ENVELOPE" / "FLAGS" / "INTERNALDATE" / "RFC822.SIZE" / "BODY" ["STRUCTURE"] / "UID" /
 *                 "BODY" section [partial] / "BODY.PEEK" section [partial]
 *
 * RFC 3501 has also RFC822, RFC822.HEADER and RFC822.TEXT.
 *
 * Read next: `fetch-data.ts`, the answers; `items/registered.ts`.
 *
 * @rfc 9051 6.4.5
 * @rfc 3501 6.4.5
 */
import type { ExtensionFetchRequest } from '../registry.ts';
import type { Partial, Section } from '../section.ts';

/** Items that take no arguments. `BODY` is the structure without its extension data. */
export interface PlainFetchRequest {
  readonly name:
    | 'FLAGS' | 'INTERNALDATE' | 'RFC822.SIZE' | 'UID' | 'ENVELOPE' | 'BODYSTRUCTURE' | 'BODY' | 'RFC822' | 'RFC822.HEADER' | 'RFC822.TEXT';
}

/** `ALL`, `FAST`, `FULL`: they stand alone, never in a list with others. */
export interface FetchMacro {
  readonly name: 'ALL' | 'FAST' | 'FULL';
}

/** `BODY[...]` sets `\Seen`; `BODY.PEEK[...]` does not. */
export interface SectionRequest {
  readonly name: 'BODY[]' | 'BODY.PEEK[]';
  readonly section: Section;
  /** Only these octets of it; undefined for all. */
  readonly partial: Partial | undefined;
}

export type BaseFetchRequest = PlainFetchRequest | FetchMacro | SectionRequest;
export type FetchRequest = BaseFetchRequest | ExtensionFetchRequest;
