/**
 * Search expressions onto the wire. Every text goes through `ValueWriter.astring`, which chooses atom, quoted string or literal by what it holds, so
 * a text can't end its line or become a key. Names of charsets and fields and keywords are checked for what they are.
 *
 * Read next: `parse.ts`, the inverse.
 *
 * @rfc 9051 6.4.4
 */
import { isAscii } from '@mailwright/wire';
import { writeDate } from '../dates.ts';
import { isAtom, isLatin1, type ValueWriter } from '../value-writer.ts';
import { MAX_SEARCH_DEPTH, type SearchProgram } from './parse.ts';
import type { BaseSearchKey, SearchKey } from './search-key.ts';

/**
 * Writes a program, without a blank before it. A text with other than ASCII has `CHARSET UTF-8` written where the program names none and UTF-8
 * is not enabled. Throws a `TypeError` for a text with NUL and for names that are none, a `RangeError` for dates and sets that can't be and
 * for keys nested deeper than `MAX_SEARCH_DEPTH`.
 * @rfc 9051 6.4.4
 * @rfc 9755 3
 */
export function writeSearchProgram(writer: ValueWriter, { charset, search }: SearchProgram): void {
  const written = charset ?? (writer.utf8 || isAsciiSearch(search) ? undefined : 'UTF-8');
  if (written !== undefined) {
    writer.raw('CHARSET ');
    writeCharset(writer, written);
    writer.space();
  }
  writeKeysIn(writer, written, search);
}

/**
 * Writes keys whose texts are in a charset: UTF-8, or ISO-8859-1 for servers that know only that. Throws a `TypeError` for a text that the charset does not
 * have, for another charset where a text is not ASCII, and as `writeSearchProgram`.
 * @rfc 3501 6.4.4
 */
export function writeKeysIn(writer: ValueWriter, charset: string | undefined, search: SearchKey): void {
  if (charset !== undefined && !isSearchIn(charset, search) && !isAsciiSearch(search)) throw new TypeError(`a text of the search can't be said in ${charset}`);
  if (charset === undefined || !isLatin1Name(charset)) return writeSearchKeys(writer, search);
  writer.inLatin1(() => writeSearchKeys(writer, search));
}

/** Writes the name of a charset: an atom or a quoted string. @rfc 9051 9 */
export function writeCharset(writer: ValueWriter, charset: string): void {
  if (isAtom(charset)) writer.raw(charset);
  else writer.quoted(charset);
}

/** Writes `search-key *(SP search-key)`: the keys of an `AND` stand side by side. @rfc 9051 9 */
export function writeSearchKeys(writer: ValueWriter, search: SearchKey): void {
  if (search.key === 'AND' && search.keys.length > 1) writer.separated(search.keys, (key) => writeSearchKey(writer, key, 2));
  else writeSearchKey(writer, search);
}

/** Writes one key; an `AND` in parentheses. @rfc 9051 6.4.4 */
export function writeSearchKey(writer: ValueWriter, search: SearchKey, depth: number = 1): void {
  if (depth > MAX_SEARCH_DEPTH) throw new RangeError(`more than ${MAX_SEARCH_DEPTH} search keys within each other`);
  const nested = (key: SearchKey): void => writeSearchKey(writer, key, depth + 1);
  const spec = writer.specs.searchKeys.get(search.key);
  if (spec !== undefined) spec.encode(writer, search, nested);
  else writeBaseKey(writer, search as BaseSearchKey, nested);
}

function writeBaseKey(writer: ValueWriter, search: BaseSearchKey, nested: (key: SearchKey) => void): void {
  switch (search.key) {
    case 'SEQUENCE':
      writer.set(search.set);
      return;
    case 'AND':
      if (search.keys.length === 0) throw new RangeError('AND needs at least one search key');
      writer.list(search.keys, nested);
      return;
    case 'NOT':
      writer.raw('NOT ');
      nested(search.not);
      return;
    case 'OR':
      writer.raw('OR ');
      nested(search.left);
      writer.space();
      nested(search.right);
      return;
    default:
      writeNamedKey(writer, search);
  }
}

function writeNamedKey(writer: ValueWriter, search: Exclude<BaseSearchKey, { readonly key: 'SEQUENCE' | 'AND' | 'NOT' | 'OR' }>): void {
  if (!isAtom(search.key)) throw new TypeError(`not a search key: ${JSON.stringify(search.key)}`);
  writer.raw(search.key);
  switch (search.key) {
    case 'HEADER':
      if (!isFieldName(search.field)) throw new TypeError(`not the name of a header field: ${JSON.stringify(search.field)}`);
      writer.space().astring(search.field).space().astring(search.value);
      return;
    case 'LARGER': case 'SMALLER':
      writer.space().number(search.octetCount);
      return;
    case 'KEYWORD': case 'UNKEYWORD':
      writer.space().atom(search.flag);
      return;
    case 'UID':
      writer.space().set(search.set);
      return;
    case 'BCC': case 'BODY': case 'CC': case 'FROM': case 'SUBJECT': case 'TEXT': case 'TO':
      writer.space().astring(search.value);
      return;
    case 'BEFORE': case 'ON': case 'SINCE': case 'SENTBEFORE': case 'SENTON': case 'SENTSINCE':
      writeDate(writer.space(), search.date);
      return;
    case 'ALL': case 'ANSWERED': case 'DELETED': case 'DRAFT': case 'FLAGGED': case 'SEEN': case 'UNANSWERED': case 'UNDELETED':
    case 'UNDRAFT': case 'UNFLAGGED': case 'UNSEEN': case 'NEW': case 'OLD': case 'RECENT':
      return;
    default:
      throw new TypeError(`not a search key: ${JSON.stringify((search as { key: string }).key)}`);
  }
}

/** Whether all texts of the expression are ASCII, so that it needs no charset. Without recursion. @rfc 3501 6.4.4 */
export function isAsciiSearch(search: SearchKey): boolean {
  return searchTexts(search).every(isAscii);
}

/** Whether the texts of the expression can be said in a charset that a server names: US-ASCII, ISO-8859-1 or UTF-8. @rfc 3501 6.4.4 */
export function isSearchIn(charset: string, search: SearchKey): boolean {
  if (/^utf-?8$/i.test(charset)) return true;
  return isLatin1Name(charset) ? searchTexts(search).every(isLatin1) : /^us-ascii$/i.test(charset) && isAsciiSearch(search);
}

/** All texts of the expression, names among them. */
function searchTexts(search: SearchKey): string[] {
  const texts: string[] = [];
  const open: unknown[] = [search];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value === 'string') texts.push(value);
    if (typeof value !== 'object' || value === null || 'set' in value) continue;
    for (const part of Object.values(value)) {
      if (part !== undefined) open.push(part);
    }
  }
  return texts;
}

function isLatin1Name(charset: string): boolean {
  return /^(?:iso-8859-1|latin-?1)$/i.test(charset);
}

/** `1*ftext`: visible ASCII but the colon. @rfc 5322 3.6.8 */
function isFieldName(name: string): boolean {
  return /^[!-9;-~]+$/.test(name);
}
