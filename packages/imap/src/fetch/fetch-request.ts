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
import { LEFT_PARENTHESIS } from '@mailwright/wire';
import type { ExtensionFetchRequest } from '../registry.ts';
import { type Partial, parseSection, type Section } from '../section.ts';
import type { ValueReader } from '../value-reader.ts';
import type { ValueWriter } from '../value-writer.ts';
import { octetItems, shortItems } from './items/registered.ts';

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

/** What each macro stands for. @rfc 9051 6.4.5 */
const MACROS: Readonly<Record<FetchMacro['name'], readonly PlainFetchRequest[]>> = {
  FAST: [{ name: 'FLAGS' }, { name: 'INTERNALDATE' }, { name: 'RFC822.SIZE' }],
  ALL: [{ name: 'FLAGS' }, { name: 'INTERNALDATE' }, { name: 'RFC822.SIZE' }, { name: 'ENVELOPE' }],
  FULL: [{ name: 'FLAGS' }, { name: 'INTERNALDATE' }, { name: 'RFC822.SIZE' }, { name: 'ENVELOPE' }, { name: 'BODY' }],
};
const ALL: FetchMacro = { name: 'ALL' };
const FAST: FetchMacro = { name: 'FAST' };
const FULL: FetchMacro = { name: 'FULL' };

/** The requests with macros put in other words. @rfc 9051 6.4.5 */
export function expandMacros(requests: readonly FetchRequest[]): readonly Exclude<FetchRequest, FetchMacro>[] {
  return requests.flatMap((request): readonly Exclude<FetchRequest, FetchMacro>[] => (isMacro(request) ? MACROS[request.name] : [request]));
}

/**
 * The request for a section as it is written between the brackets: `sectionRequest('1.2.HEADER')`; `''` is the whole message.
 * It does not set `\Seen` unless `peek` is false. Throws a `TypeError` for what is no section.
 *
 * @rfc 9051 6.4.5
 */
export function sectionRequest(section: string | Section, options: SectionRequestOptions = {}): SectionRequest {
  const parsed = typeof section === 'string' ? parseSection(section) : section;
  if (parsed === undefined) throw new TypeError(`not a section: ${JSON.stringify(section)}`);
  return { name: options.peek === false ? 'BODY[]' : 'BODY.PEEK[]', section: parsed, partial: options.partial };
}

export interface SectionRequestOptions {
  /** @default true */
  readonly peek?: boolean | undefined;
  readonly partial?: Partial | undefined;
}

/**
 * Reads a macro, one data item, or a list of items. Fails where there is none, and for an item that no registered extension knows.
 *
 * @rfc 9051 6.4.5
 */
export function readFetchRequests(reader: ValueReader): FetchRequest[] {
  if (reader.peek() === LEFT_PARENTHESIS) {
    const from = reader.at;
    const requests = reader.list(() => readRequest(reader));
    if (requests.length === 0) reader.fail('a data item', from);
    return requests;
  }
  if (reader.skipKeyword('ALL')) return [ALL];
  if (reader.skipKeyword('FAST')) return [FAST];
  if (reader.skipKeyword('FULL')) return [FULL];
  return [readRequest(reader)];
}

const NO_REQUEST: FetchRequest = { name: 'UID' };

function readRequest(reader: ValueReader): FetchRequest {
  const spec = reader.specs.fetchItems.find(reader);
  if (spec !== undefined) return spec.parseRequest(reader) as FetchRequest;
  reader.fail('a data item');
  return NO_REQUEST;
}

/**
 * Writes a macro, one data item, or a list of items; items of extensions always in a list, so that their arguments are not taken for
 * modifiers. Throws a `TypeError` for no items, a macro among others, an item that is not registered, and for sections that can't be.
 *
 * @rfc 9051 6.4.5
 */
export function writeFetchRequests(writer: ValueWriter, requests: readonly FetchRequest[]): void {
  const [only] = requests;
  if (only === undefined) throw new TypeError('FETCH needs at least one data item');
  if (requests.length === 1 && isMacro(only)) return void writer.raw(only.name);
  if (requests.some(isMacro)) throw new TypeError('ALL, FAST and FULL stand alone');
  if (requests.length === 1 && isBase(only)) return writeRequest(writer, only);
  writer.list(requests, (request) => writeRequest(writer, request));
}

function writeRequest(writer: ValueWriter, request: FetchRequest): void {
  const spec = writer.specs.fetchItems.named(request.name);
  if (spec === undefined) throw new TypeError(`not a data item of FETCH: ${request.name}`);
  spec.encodeRequest(writer, request);
}

function isMacro(request: FetchRequest): request is FetchMacro {
  return Object.hasOwn(MACROS, request.name);
}

function isBase({ name }: FetchRequest): boolean {
  return [...shortItems, ...octetItems].some((spec) => spec.name === name);
}
