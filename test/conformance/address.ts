/**
 * The cases about addresses. The envelope's grammar (`parseMailbox`, `parsePath`) is held to the cases that say what RFC 5321
 * allows, the header's (`parseAddressList`) to those about lists. Results are compared by meaning: the shapes are theirs.
 *
 * A case that we hold to be wrong stands in `address-deviations.ts` with its reason and with what we stand for, and that is
 * checked instead; the same rows are in docs/conformance.md.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { canonicalDomain, formatMailbox, mailbox, parseAddressList, parseMailbox, parsePath } from '@mailwright/address';
import type { AddressOrGroup, HeaderMailbox, PhraseWord } from '@mailwright/address';
import { DEVIATIONS } from './address-deviations.ts';
import type { ConformanceSuite, SuiteResult } from './suite.ts';

/** One case, mapped: what is stated and what our function says, in the same terms. */
interface Case {
  readonly id: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** A suite out of the files of the folder `address`; `cases` maps their tests. */
function suite<T>(name: string, files: readonly string[], cases: (test: T, index: number, file: string) => Case): ConformanceSuite {
  return {
    suite: `address/${name}`,
    run(folder) {
      const mapped = files.flatMap((file) => {
        const { tests } = JSON.parse(readFileSync(join(folder, 'address', `${file}.json`), 'utf8')) as { tests: T[] };
        return tests.map((test, index) => cases(test, index, file));
      });
      return judge(`address/${name}`, mapped);
    },
  };
}

function judge(name: string, cases: readonly Case[]): SuiteResult {
  const deviations = new Map(DEVIATIONS.filter(({ suite: of }) => of === name).map((deviation) => [deviation.id, deviation]));
  const failures = cases.flatMap(({ id, expected: stated, actual }) => {
    const deviation = deviations.get(id);
    const expected = deviation === undefined ? stated : deviation.expected;
    return isDeepStrictEqual(actual, expected) ? [] : [{ id, expected, actual }];
  });
  for (const id of deviations.keys()) {
    if (!cases.some((mapped) => mapped.id === id)) failures.push({ id, expected: 'a case of this id', actual: 'a deviation without case' });
  }
  return { suite: name, passed: cases.length - failures.length, failed: failures.length, skipped: 0, failures };
}

/** How a header's text with one mailbox reads: `valid`, `obsolete` (only forms of RFC 5322 section 4), or `error`. */
function headerVerdict(text: string): 'valid' | 'obsolete' | 'error' {
  const { addresses, defects } = parseAddressList(text);
  const [only] = addresses;
  if (addresses.length !== 1 || only?.type !== 'mailbox' || defects.some(({ obsolete }) => !obsolete)) return 'error';
  return defects.length > 0 ? 'obsolete' : 'valid';
}

/** The text is one mailbox, well-formed, without obsolete forms, and can stand on the envelope. */
function isOneMailbox(text: string): boolean {
  const [only] = parseAddressList(text).addresses;
  return headerVerdict(text) === 'valid' && only?.type === 'mailbox' && only.mailbox !== undefined;
}

interface IsEmailTest { readonly id: number; readonly address: string; readonly category: string; readonly diagnosis: string }

/** Categories of is_email that the grammar of RFC 5321 allows. DNSWARN needs the DNS and is about valid syntax. */
const ENVELOPE_CATEGORIES = ['ISEMAIL_VALID_CATEGORY', 'ISEMAIL_DNSWARN', 'ISEMAIL_RFC5321'];

/**
 * What is_email's category says about the text in a header. Three kinds of its rules are not those of RFC 5322: literals and
 * lengths (RFC 5321), hyphens at a label's end (RFC 1123; the envelope suite is held to it), and ASCII only (RFC 6532 made
 * UTF-8 a part of every token of a header).
 */
function headerExpectation({ address, category, diagnosis }: IsEmailTest): string {
  if (/^ISEMAIL_ERR_DOMAINHYPHEN/.test(diagnosis) || (diagnosis === 'ISEMAIL_ERR_EXPECTING_QPAIR' && /[^\0-\x7f]/.test(address))) return 'valid';
  if (category === 'ISEMAIL_ERR') return 'error';
  if (diagnosis === 'ISEMAIL_RFC5322_DOMLIT_OBSDTEXT') return 'obsolete';
  return category === 'ISEMAIL_DEPREC' && !diagnosis.startsWith('ISEMAIL_RFC5321') ? 'obsolete' : 'valid';
}

interface MoxTest { readonly test: string; readonly input: string; readonly ok: boolean }
interface HarakaTest { readonly input: string; readonly user?: string; readonly host?: string; readonly error?: boolean }

/** `localPart@canonical-domain` or what else the path is. */
function readEnvelopePath(text: string): string {
  const parsed = parsePath(text, 0);
  if (!parsed.ok || parsed.end !== text.length) return 'error';
  return parsed.value === null ? '@' : `${parsed.value.localPart}@${canonicalDomain(parsed.value.domain)}`;
}

interface Named { readonly name: string; readonly address: string }
interface NamedGroup { readonly name: string; readonly group: readonly Named[] }
interface ParserTest { readonly input: string | readonly [string, { readonly flatten: boolean }]; readonly expect: readonly (Named | NamedGroup)[] }

const ENCODED_WORD = /^=\?([^?*]+)(?:\*[^?]*)?\?([bq])\?([^?]*)\?=$/i;

/** A word with its encoding removed; the suites' parsers decode names, the grammar here leaves that to MIME. */
function decodeWord(text: string): string {
  const [, charset, encoding, encoded] = ENCODED_WORD.exec(text) ?? [];
  if (charset === undefined || encoded === undefined) return text;
  const octets = encoding?.toLowerCase() === 'b' ? Buffer.from(encoded, 'base64')
    : Buffer.from(encoded.replaceAll('_', ' ').replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1');
  return new TextDecoder(charset).decode(octets);
}

function decodeName(words: readonly PhraseWord[]): string {
  const decoded = words.map(({ text, kind, spaced }) => {
    const parts = kind === 'quoted' ? [text] : text.split(/[ \t]+/).map(decodeWord);
    return (spaced ? ' ' : '') + parts.join(' ');
  });
  return decoded.join('');
}

/** The text of the address as the suites write it: with `@` as soon as one part is there. */
function writeAddress({ localPart, domain, mailbox: checked }: HeaderMailbox): string {
  if (checked !== undefined) return checked.address;
  return localPart === '' && domain === '' ? '' : `${localPart}@${domain}`;
}

const toNamed = (entry: HeaderMailbox): Named => ({ address: writeAddress(entry), name: decodeName(entry.words) });

const toNamedOrGroup = (entry: AddressOrGroup): Named | NamedGroup => (entry.type === 'group' ? { name: decodeName(entry.words), group: entry.members.map(toNamed) } : toNamed(entry));

const flatten = (entries: readonly AddressOrGroup[]): HeaderMailbox[] => entries.flatMap((entry) => (entry.type === 'group' ? entry.members : [entry]));

function parserCase({ input, expect: expected }: ParserTest, index: number): Case {
  const [text, flat] = typeof input === 'string' ? [input, false] : [input[0], input[1].flatten];
  const { addresses } = parseAddressList(text);
  return { id: String(index), expected, actual: flat ? flatten(addresses).map(toNamed) : addresses.map(toNamedOrGroup) };
}

interface GoTest { readonly fn: string; readonly input: string | Named; readonly expect?: readonly Named[] | string }

function goCase({ fn, input, expect: expected }: GoTest, index: number): Case {
  const id = `${fn}.${index}`;
  if (typeof input !== 'string') return { id, expected: parseAddressList(String(expected)).addresses.map(toNamedOrGroup), actual: formatAndParse(input) };
  if (fn === 'error') return { id, expected: 'error', actual: headerVerdict(input) === 'error' ? 'error' : 'accepted' };
  return { id, expected, actual: flatten(parseAddressList(input).addresses).map((entry) => ({ name: decodeName(entry.words), address: writeAddress(entry) })) };
}

/** What our writer makes of a name and an address, read again. */
function formatAndParse({ name, address }: Named): unknown {
  const at = address.lastIndexOf('@');
  try {
    return parseAddressList(formatMailbox(mailbox(address.slice(0, at), address.slice(at + 1)), name)).addresses.map(toNamedOrGroup);
  } catch (error) {
    return error instanceof TypeError ? 'TypeError' : error;
  }
}

interface DovecotTest { readonly input: string; readonly address: { name: string | null; route: string | null; mailbox: string; domain: string; invalidSyntax: boolean } }

function dovecotCase({ input, address }: DovecotTest, index: number): Case {
  const { addresses } = parseAddressList(input);
  const [first] = flatten(addresses);
  const actual = first && {
    name: first.displayName ?? null,
    route: first.route.length > 0 ? first.route.map((domain) => `@${domain}`).join(',') : null,
    mailbox: first.localPart,
    domain: first.domain,
    invalidSyntax: first.mailbox === undefined,
  };
  return { id: String(index), expected: address, actual };
}

export const suites: readonly ConformanceSuite[] = [
  suite<IsEmailTest>('isemail-envelope', ['isemail'], (test) => ({ id: String(test.id), expected: ENVELOPE_CATEGORIES.includes(test.category), actual: parseMailbox(test.address).ok })),
  suite<IsEmailTest>('isemail-header', ['isemail'], (test) => ({ id: String(test.id), expected: headerExpectation(test), actual: headerVerdict(test.address) })),
  suite<string>('flanker-local-part', ['flanker-abridged_localpart_valid', 'flanker-abridged_localpart_invalid'], (test, index, file) => ({
    id: `${file}.${index}`, expected: file.endsWith('_valid'), actual: parseMailbox(`${test}@example.com`).ok,
  })),
  suite<string>('flanker-mailbox', ['flanker-mailbox_valid', 'flanker-mailbox_invalid'], (test, index, file) => ({
    id: `${file}.${index}`, expected: file.endsWith('_valid'), actual: isOneMailbox(test.replace(/ {5,}#.*$/, '')), // some lines end in a remark
  })),
  suite<MoxTest>('mox-smtp', ['mox-smtp'], ({ test, input, ok }, index) => ({
    id: `${test}.${index}`, expected: ok, actual: parseMailbox(test === 'TestParseLocalpart' ? `${input}@example.com` : input).ok,
  })),
  suite<HarakaTest>('haraka-path', ['haraka-address-rfc2821'], ({ input, user = '', host = '', error }, index) => ({
    id: String(index), expected: error ? 'error' : `${user.replace(/^"(.*)"$/, '$1')}@${host}`, actual: readEnvelopePath(input),
  })),
  suite<ParserTest>('nodemailer-addressparser', ['nodemailer-addressparser'], parserCase),
  suite<ParserTest>('postal-mime-addressparser', ['postal-mime-addressparser'], parserCase),
  suite<GoTest>('go-net-mail', ['go-net-mail'], goCase),
  suite<DovecotTest>('dovecot-message-address', ['dovecot-message-address'], dovecotCase),
];
