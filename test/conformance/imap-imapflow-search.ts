/**
 * imapflow's query objects as our search keys, rewritten for the capabilities of the case, and the uses of mailboxes that it finds.
 *
 * Read next: `imap-imapflow-values.ts`, `imap-cases.ts`.
 */
import { allOfKeys, anyOfKeys, encodeMailboxName, parseCommand, rewriteSearch, type SearchCommand, type SearchKey, SERVER_LIMITS, SPECIAL_USES } from '@mailwright/imap';
import { specialUseOfName } from '@mailwright/imap-client';
import { octetsOf, type Outcome, readTests, responseOf, tally } from './imap-cases.ts';
import { type Attribute, textOf, type Token } from './imap-imapflow.ts';
import { dateOf, isData, writeSearch } from './imap-imapflow-values.ts';
import type { ConformanceSuite, SuiteResult } from './suite.ts';

interface SearchFacts {
  readonly capabilities: { readonly $map: readonly (readonly [string, unknown])[] };
  readonly enabled: { readonly $set: readonly string[] };
}

interface SearchCase {
  readonly args: readonly [SearchFacts, Readonly<Record<string, unknown>>];
  readonly expect?: readonly Attribute[];
  readonly throws?: unknown;
}

/** The moment at which the suite was recorded: an hour behind the date in its case of WITHIN. */
const RECORDED_AT = Date.UTC(2026, 10, 21, 23, 14, 10, 310);

/** Both searches are read again and compared without regard for the order of keys and the shape of trees of OR. */
function runSearch(folder: string): SuiteResult {
  const outcomes: Outcome[] = readTests<SearchCase>(folder, 'imapflow-search.json').map(({ args: [facts, query], expect }, index) => {
    const expected = expect === undefined ? 'refused' : meaningOf(expect.length === 0 ? 'ALL' : expect.map(searchWire).join(' '));
    return { id: `${index} ${JSON.stringify(query).slice(0, 60)}`, expected, actual: searchFor(facts, query) };
  });
  return tally('imap/imapflow-search', outcomes);
}

function searchFor({ capabilities, enabled }: SearchFacts, query: Readonly<Record<string, unknown>>): string {
  const known = new Set([...capabilities.$map.map(([name]) => name.toUpperCase()), ...(enabled.$set.includes('IMAP4REV2') ? ['IMAP4REV2'] : [])]);
  if (enabled.$set.includes('IMAP4REV2')) known.delete('IMAP4REV1');
  try {
    const { search, notes } = rewriteSearch(keyOf(query, known), { capabilities: known, nowMs: RECORDED_AT });
    const told = notes.map(({ key, kind, capability }) => `${key} is ${kind} without ${capability}: `).join('');
    return told + meaningOf(writeSearch(search, enabled.$set.includes('UTF8=ACCEPT')));
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    return `refused: ${error.message}`;
  }
}

const FLAGS = ['answered', 'deleted', 'draft', 'flagged', 'seen'];
const TEXTS = ['from', 'to', 'cc', 'bcc', 'body', 'subject', 'text'];
const DATES = ['since', 'before', 'on', 'sentsince', 'sentbefore', 'senton'];

function keyOf(query: Readonly<Record<string, unknown>>, known: ReadonlySet<string>): SearchKey {
  return allOfKeys(Object.entries(query).flatMap(([name, value]) => keysOf(name, value, known)));
}

/** One entry of imapflow's query objects as our keys; what is empty or false asks for nothing, as there. */
function keysOf(name: string, value: unknown, known: ReadonlySet<string>): SearchKey[] {
  const key = name.toUpperCase();
  const flag = name.replace(/^un/, '');
  if (FLAGS.includes(flag)) return [{ key: (value === name.startsWith('un') ? 'UN' : '') + flag.toUpperCase() } as SearchKey];
  if (value === '' || value === null || value === false) return [];
  if (TEXTS.includes(name)) return [{ key, value } as SearchKey];
  if (DATES.includes(name)) return dateKeys(key, value, known);
  switch (name) {
    case 'all': case 'new': case 'old': case 'recent':
      return [{ key } as SearchKey];
    case 'seq': case 'uid':
      return [{ key: name === 'uid' ? 'UID' : 'SEQUENCE', set: setIn(Array.isArray(value) ? value.join(',') : String(value)) }];
    case 'larger': case 'smaller':
      return [{ key, octetCount: Number(value) } as SearchKey];
    case 'keyword': case 'unkeyword':
      return [{ key, flag: String(value) } as SearchKey];
    case 'emailId': case 'threadId':
      return [{ key, id: String(value) } as unknown as SearchKey];
    case 'gmraw':
      return [{ key: 'X-GM-RAW', text: String(value) }];
    case 'labels':
      return labelKeys(value as { readonly has?: readonly string[]; readonly not?: readonly string[] });
    case 'header':
      return Object.entries(value as Record<string, string | true>).map(([field, text]) => ({ key: 'HEADER', field: field.toUpperCase(), value: text === true ? '' : text }));
    case 'not':
      return [{ key: 'NOT', not: keyOf(value as Record<string, unknown>, known) }];
    default: {
      const some = (value as Record<string, unknown>[]).map((one) => keyOf(one, known));
      return some.length === 0 ? [] : [anyOfKeys(some)];
    }
  }
}

function labelKeys({ has = [], not = [] }: { readonly has?: readonly string[]; readonly not?: readonly string[] }): SearchKey[] {
  return [...has.map((label) => ({ key: 'X-GM-LABELS', label }) as SearchKey), ...not.map((label) => ({ key: 'NOT', not: { key: 'X-GM-LABELS', label } }) as SearchKey)];
}

/** A moment within a day: BEFORE takes the day behind it, so that the rest of it is found; with WITHIN the moment itself can be said. */
function dateKeys(key: string, value: unknown, known: ReadonlySet<string>): SearchKey[] {
  const ms = Date.parse((value as { readonly $date?: string }).$date ?? '');
  if (Number.isNaN(ms)) return [];
  const isMoment = ms % 86_400_000 !== 0;
  if (key === 'SINCE' && isMoment && known.has('WITHIN')) return [{ key: 'YOUNGER', seconds: Math.round((RECORDED_AT - ms) / 1000) }];
  const day = key.endsWith('BEFORE') && isMoment ? ms + 86_400_000 : ms;
  return [{ key, date: dateOf(new Date(day).toISOString()) } as SearchKey];
}

function setIn(text: string): Extract<SearchKey, { key: 'UID' }>['set'] {
  const command = readSearch(`UID ${text}`);
  if (command?.search.key !== 'UID') throw new TypeError(`not a set: ${text}`);
  return command.search.set;
}

function searchWire(attribute: Attribute): string {
  if (Array.isArray(attribute)) return `(${(attribute as readonly Attribute[]).map(searchWire).join(' ')})`;
  const text = textOf((attribute as Token).value);
  if (/^[!#$&'+,\-./0-9:;<=>?@A-Z\\*^_`a-z|}~]+$/.test(text)) return text;
  const octets = Buffer.from(text);
  return /^[ -~]*$/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `{${octets.length}+}\r\n${octets.toString('latin1')}`;
}

function readSearch(text: string): SearchCommand | undefined {
  const parsed = parseCommand({ octets: octetsOf(`T UID SEARCH ${text}`), streamed: [], complete: true }, SERVER_LIMITS, false);
  return parsed.ok && parsed.command.name === 'SEARCH' ? parsed.command : undefined;
}

function meaningOf(text: string): string {
  const command = readSearch(text);
  return command === undefined ? `unreadable: ${text}` : `${command.charset === undefined ? '' : `in ${command.charset}: `}${flat(command.search)}`;
}

/** The keys of a list or of a tree of OR in the order of their texts. */
function flat(search: SearchKey): string {
  switch (search.key) {
    case 'AND':
      return `all(${search.keys.map(flat).sort().join(', ')})`;
    case 'OR':
      return `any(${alternatives(search).map(flat).sort().join(', ')})`;
    case 'NOT':
      return `not(${flat(search.not)})`;
    default:
      return JSON.stringify(search, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  }
}

function alternatives(search: SearchKey): SearchKey[] {
  return search.key === 'OR' ? [...alternatives(search.left), ...alternatives(search.right)] : [search];
}

// Special uses

interface SpecialUseCase {
  readonly args: readonly [boolean, { readonly flags: { readonly $set: readonly string[] }; readonly name: string }];
  readonly expect: { readonly flag: string | null; readonly source?: string };
}

/** The id of all cases with a name that says nothing to our client. */
const UNKNOWN_NAME = 'names that the table of the client does not have';

/** Attributes are SPECIAL-USE's; without them the client goes by the name. A name that it does not know counts as skipped, a wrong guess as failed. */
function runSpecialUse(folder: string): SuiteResult {
  const outcomes: Outcome[] = readTests<SpecialUseCase>(folder, 'imapflow-special-use.json').map(({ args: [, { flags, name }], expect }) => {
    const response = responseOf(new Uint8Array(Buffer.from(`* LIST (${flags.$set.join(' ')}) "/" "${encodeMailboxName(name).replace(/["\\]/g, '\\$&')}"\r\n`)));
    const listed = isData(response) && response.data.name === 'LIST' && response.data.mailbox === name ? response.data.attributes : undefined;
    const flag = listed === undefined ? 'the name is lost' : (listed.find((attribute) => SPECIAL_USES.has(attribute)) ?? specialUseOfName(name, '/') ?? null);
    const unknown = flag === null && (expect.source === 'name' || expect.source === 'name-guess');
    return { id: unknown ? UNKNOWN_NAME : name, expected: String(expect.flag), actual: String(flag) };
  });
  return tally('imap/imapflow-special-use', outcomes);
}

/** The suites of this file. */
export const suites: readonly ConformanceSuite[] = [
  { suite: 'imap/imapflow-search', run: runSearch },
  { suite: 'imap/imapflow-special-use', run: runSpecialUse },
];
