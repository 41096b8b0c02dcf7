/**
 * Search expressions from the wire.
 *
 *     search-program = ["CHARSET" SP charset SP] search-key *(SP search-key)
 *
 * The keys of a program are one expression: `AND` of them where they are several. Texts come as the reader gives them, UTF-8 or else Latin-1;
 * a server that gets another charset answers BADCHARSET, so no other is decoded here.
 *
 * Read next: `base-keys.ts`, `encode.ts`, the inverse.
 *
 * @rfc 9051 9
 */
import { LEFT_PARENTHESIS, SP } from '@mailwright/wire';
import { readSet } from '../sequence-set.ts';
import type { ValueReader } from '../value-reader.ts';
import { BASE_KEYS } from './base-keys.ts';
import type { SearchKey } from './search-key.ts';

/** Keys within keys: NOT, OR, lists, FUZZY. Chains of OR that people's clients write for a list of senders are this long; a stack is not. */
export const MAX_SEARCH_DEPTH = 400;

const DOLLAR = 0x24;
const STAR_OCTET = 0x2a;
const ALL: SearchKey = { key: 'ALL' };

/** What SEARCH, SORT, THREAD and ESEARCH end with. */
export interface SearchProgram {
  /** As written; undefined where none is named: US-ASCII, or UTF-8 once that is enabled. */
  readonly charset: string | undefined;
  readonly search: SearchKey;
}

/**
 * Reads a program up to the end of the frame. Depth and number of the keys are limited (`MAX_SEARCH_DEPTH`, `ImapLimits.elements`).
 * @rfc 9051 6.4.4
 */
export function readSearchProgram(reader: ValueReader): SearchProgram {
  let charset: string | undefined;
  if (reader.skipKeyword('CHARSET')) {
    reader.space();
    charset = reader.astring();
    reader.space();
  }
  return { charset, search: readSearchKeys(reader) };
}

/** Reads `search-key *(SP search-key)` up to the end of the frame. @rfc 9051 9 */
export function readSearchKeys(reader: ValueReader): SearchKey {
  const first = readSearchKey(reader);
  if (reader.peek() !== SP) return first;
  const keys = [first];
  while (reader.skip(SP)) {
    if (reader.atEnd) break; // a blank at the end of the line: sent by Outlook for Mac
    keys.push(readSearchKey(reader));
  }
  return keys.length === 1 ? first : { key: 'AND', keys };
}

/** Reads one key. @rfc 9051 6.4.4 */
export function readSearchKey(reader: ValueReader, depth: number = 1): SearchKey {
  reader.count();
  if (depth > MAX_SEARCH_DEPTH) reader.fail(`at most ${MAX_SEARCH_DEPTH} keys within each other (LIMIT_DEPTH)`);
  const octet = reader.peek();
  if (octet === LEFT_PARENTHESIS) return readGroup(reader, depth);
  if ((octet >= 0x30 && octet <= 0x39) || octet === STAR_OCTET || octet === DOLLAR) return { key: 'SEQUENCE', set: readSet(reader) };
  const from = reader.at;
  return readNamed(reader, reader.keyword(), from, depth);
}

function readNamed(reader: ValueReader, name: string, from: number, depth: number): SearchKey {
  const read = BASE_KEYS.get(name);
  if (read !== undefined) return read(reader);
  const nested = (): SearchKey => {
    reader.space();
    return readSearchKey(reader, depth + 1);
  };
  if (name === 'NOT') return { key: 'NOT', not: nested() };
  if (name === 'OR') return { key: 'OR', left: nested(), right: nested() };
  const spec = reader.specs.searchKeys.get(name);
  if (spec !== undefined) return spec.parse(reader, nested) as SearchKey;
  reader.fail('a search key', from);
  return ALL;
}

function readGroup(reader: ValueReader, depth: number): SearchKey {
  const keys = reader.list(() => readSearchKey(reader, depth + 1));
  if (keys.length === 0) reader.fail('a search key');
  return { key: 'AND', keys };
}
