/**
 * Fields that claim to be ours. Whoever adds Authentication-Results at the border has to remove those that came in with his own authserv-id (RFC 8601
 * section 5), or a stranger's word would be taken for his.
 *
 * Readers differ: some drop comments, some look for the first word, some decode encoded words. So a field counts as ours where any of them could find our
 * name in front of the first semicolon, and where nobody can tell whose it is.
 */
import { canonicalDomain } from '@mailwright/address';
import { decodeEncodedText, parseHeaders } from '@mailwright/mime';
import type { HeaderField, HeaderSection, MimeLimits } from '@mailwright/mime';
import { concatOctets, isAscii, utf8 } from '@mailwright/wire';
import type { LimitReached } from '@mailwright/wire';
import { parseAuthenticationResults } from './parse.ts';
import { AuthresReader } from './reader.ts';

/** A field that must go. */
export interface ForgedField {
  readonly field: HeaderField;
  /** `ours`: it has our authserv-id, or a reader may think so. `unreadable`: nobody can tell whose it is. `any`: all were asked for. */
  readonly reason: 'ours' | 'unreadable' | 'any';
}

/** Whose fields are meant: authserv-ids, letter case and U-labels or A-labels alike; `any`: all fields of the name. */
export type OurIds = readonly string[] | 'any';

const FIELD_NAME = 'authentication-results';
const HEAD_CHARACTERS = 4096;
const BEHIND_CR = /\r[ \t]*authentication-results[ \t]*:([^\r\n]*)/i;
const MOST_DEFECTS = 100; // mime tells no more of one section
/** What IDNA drops from names and nobody sees. @rfc 5892 2.3 */
const UNSEEN = /\p{Default_Ignorable_Code_Point}+/gu;
/** What no authserv-id of ours holds. */
const SEPARATORS = /[\s()<>@,;:\\"/[\]?=]+/u;

/**
 * The fields of the section that claim one of our authserv-ids, in their order; a field of another name too, where a bare CR hides one in it. ARC-Authentication-Results are left alone: they are signed, and nobody reads
 * them as his own.
 *
 * Errors: TypeError where there is no id, or an empty one.
 * @rfc 8601 5
 */
export function findForged(section: HeaderSection, ourIds: OurIds): readonly ForgedField[] {
  const wanted = ourIds === 'any' ? undefined : canonicalIds(ourIds);
  const hasBareCr = section.defects.length >= MOST_DEFECTS || section.defects.some(({ code }) => code === 'MIME_BARE_CR');
  const forged: ForgedField[] = [];
  for (const field of section.fields) {
    const value = field.name.toLowerCase() === FIELD_NAME ? field.text : hasBareCr ? findHidden(field.raw) : undefined;
    if (value === undefined) continue;
    const reason = wanted === undefined ? 'any' : judge(value, wanted);
    if (reason !== undefined) forged.push({ field, reason });
  }
  return forged;
}

/** What stands behind a bare CR and our name in another field: some readers take the CR for a line end. */
function findHidden(raw: Uint8Array): string | undefined {
  return BEHIND_CR.exec(utf8(raw))?.[1];
}

/** A message without the fields that claimed to be ours. */
export interface CleanedMessage {
  /** All other octets as they were. The input itself where nothing was removed. */
  readonly octets: Uint8Array;
  readonly removed: readonly ForgedField[];
  /** The limit at which the reading of the header section stopped: fields behind it were not looked at, so refuse such a message. */
  readonly limit: LimitReached | undefined;
}

/**
 * Removes them all. `octets`: a message, or its header section alone.
 *
 * Errors: TypeError as of `findForged`, RangeError for a limit that is no positive integer.
 * @rfc 8601 5
 */
export function removeForged(octets: Uint8Array, ourIds: OurIds, limits: MimeLimits = {}): CleanedMessage {
  const section = parseHeaders(octets, limits);
  const removed = findForged(section, ourIds);
  if (removed.length === 0) return { octets, removed, limit: section.limit };
  const kept: Uint8Array[] = [];
  let from = 0;
  for (const { field } of removed) {
    kept.push(octets.subarray(from, field.start));
    from = field.end;
  }
  kept.push(octets.subarray(from));
  return { octets: concatOctets(kept), removed, limit: section.limit };
}

function canonicalIds(ourIds: readonly string[]): ReadonlySet<string> {
  if (ourIds.length === 0 || ourIds.some((id) => id === '')) throw new TypeError('name at least one authserv-id, and none that is empty');
  return new Set(ourIds.map(canonicalId));
}

/** Letter case, U-labels and a dot at the end mean nothing. @rfc 8601 2.5 */
function canonicalId(id: string): string {
  return canonicalDomain(id.replace(/^\.+|\.+$/g, '').normalize('NFKC')).toLowerCase();
}

function judge(text: string, wanted: ReadonlySet<string>): ForgedField['reason'] | undefined {
  const parsed = parseAuthenticationResults(text);
  if (parsed.ok && wanted.has(canonicalId(parsed.value.authservId))) return 'ours';
  const head = readHead(text);
  const readings = [head, head.replace(/\s+/gu, ''), head.replaceAll('\\', '')];
  if (!isAscii(head)) readings.push(head.replace(UNSEEN, ''));
  if (head.includes('=?')) readings.push(decodeEncodedText(head).text);
  if (readings.some((reading) => hasId(reading, wanted))) return 'ours';
  const isUnreadable = !parsed.ok && parsed.error !== 'unsupported-version';
  return isUnreadable || head.length > HEAD_CHARACTERS ? 'unreadable' : undefined;
}

/** Everything in front of the first semicolon outside of quotes and comments; more than enough for readers who don't know those. */
function readHead(text: string): string {
  const reader = new AuthresReader(text.slice(0, HEAD_CHARACTERS + 1));
  reader.skipElement();
  return reader.text.slice(0, reader.stop === undefined ? reader.at : reader.text.length);
}

/** A word of the text is one of the ids, a version glued to it or not. */
function hasId(text: string, wanted: ReadonlySet<string>): boolean {
  return text.split(SEPARATORS).some((word) => {
    if (word === '' || word === '.') return false;
    const id = isAscii(word) ? word.replace(/^\.+|\.+$/g, '').toLowerCase() : canonicalId(word);
    return wanted.has(id) || wanted.has(id.replace(/[0-9]+$/, ''));
  });
}
