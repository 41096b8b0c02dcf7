/**
 * The cases about DMARC: verdicts over a zone, discovery, alignment, records, authors. Results are compared by meaning: the shapes are those of the programs that
 * were recorded.
 *
 * A case that we hold to be wrong stands in `dmarc-deviations.ts` with its reason and with what we stand for, and that is checked instead; the same rows are in
 * docs/conformance.md.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { checkDmarc, extractAuthor, parseDmarcRecord, parsePublicSuffixList } from '@mailwright/dmarc';
import type { AlignedIdentifier, DmarcOptions, DmarcRecord, DmarcResult, PublicSuffixList, ReportUri } from '@mailwright/dmarc';
import { inMemoryZone } from '@mailwright/dns';
import type { Resolver } from '@mailwright/dns';
import { parseHeaders } from '@mailwright/mime';
import type { HeaderSection } from '@mailwright/mime';
import { parseSpfRecord } from '@mailwright/spf';
import { encodeUtf8 } from '@mailwright/wire';
import { DEVIATIONS } from './dmarc-deviations.ts';
import type { CaseFailure, ConformanceSuite, SuiteResult } from './suite.ts';

/** One case, mapped; `undefined` for what is of another format. */
export interface Case {
  readonly id: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

type Mapper<T> = (test: T, index: number, folder: string) => Case | undefined | Promise<Case | undefined>;

/** A suite out of one file below the folder of cases; `map` maps its tests. */
export function suiteOf<T>(name: string, path: string, map: Mapper<T>): ConformanceSuite {
  return {
    suite: name,
    async run(folder) {
      const { tests } = JSON.parse(readFileSync(join(folder, path), 'utf8')) as { tests: T[] };
      const mapped: Case[] = [];
      for (const [index, test] of tests.entries()) {
        const one = await map(test, index, folder);
        if (one !== undefined) mapped.push(one);
      }
      return { ...judge(name, mapped), skipped: tests.length - mapped.length };
    },
  };
}

function judge(name: string, cases: readonly Case[]): SuiteResult {
  const deviations = new Map(DEVIATIONS.filter(({ suite }) => suite === name).map((deviation) => [deviation.id, deviation]));
  const failures: CaseFailure[] = cases.flatMap(({ id, expected: stated, actual }) => {
    const deviation = deviations.get(id);
    const expected = deviation === undefined ? stated : deviation.expected;
    return isDeepStrictEqual(actual, expected) ? [] : [{ id, expected, actual }];
  });
  for (const id of deviations.keys()) {
    if (!cases.some((mapped) => mapped.id === id)) failures.push({ id, expected: 'a case of this id', actual: 'a deviation without case' });
  }
  return { suite: name, passed: cases.length - failures.length, failed: failures.length, skipped: 0, failures };
}

interface RecordedAnswer { readonly name: string; readonly type: string; readonly answer?: readonly (readonly string[])[]; readonly error?: string }

/** The recorded answers as a zone; what was not recorded does not exist. The strings of a record are joined: how they were cut means nothing. */
function zoneOf(answers: readonly RecordedAnswer[]): Resolver {
  const zone = inMemoryZone({});
  for (const { name, answer, error } of answers) {
    if (answer !== undefined) zone.set(name, { TXT: answer.map((strings) => strings.join('')) });
    else if (error === 'ENODATA') zone.set(name, { A: '192.0.2.1' });
    else if (error !== 'ENOTFOUND') zone.script(name, { status: 'temp' });
  }
  return zone;
}

const fromField = (value: string): HeaderSection => parseHeaders(encodeUtf8(`From: ${value}\r\n\r\n`));
const passes = (domains: readonly { readonly domain: string }[]): DmarcOptions['dkim'] => domains.map(({ domain }) => ({ result: 'pass', domain }));

interface EvaluateTest {
  readonly input: { readonly headerFrom: string | readonly string[]; readonly dkimDomains: readonly { readonly domain: string }[]; readonly spfDomains: readonly { readonly domain: string }[] };
  readonly dns: readonly RecordedAnswer[];
  readonly expect: unknown;
}

async function evaluateCase({ input, dns, expect: expected }: EvaluateTest, index: number): Promise<Case> {
  const [spfDomain] = input.spfDomains;
  const result = await checkDmarc({
    from: fromField([input.headerFrom].flat().join(', ')),
    resolver: zoneOf(dns),
    spf: spfDomain && { result: 'pass', domain: spfDomain.domain, identity: 'mailfrom' },
    dkim: passes(input.dkimDomains),
  });
  return { id: String(index), expected, actual: describeVerdict(result) };
}

function describeVerdict({ result, organizationalDomain, author, appliedPolicy, record, spf, dkim }: DmarcResult): unknown {
  const aligned = (identifiers: readonly (AlignedIdentifier | undefined)[], strict: boolean): unknown => {
    const found = identifiers.find((identifier) => identifier?.aligned === true);
    return found === undefined ? { strict } : { result: found.domain, strict };
  };
  return {
    result,
    domain: organizationalDomain ?? author.domain,
    policy: appliedPolicy ?? null,
    p: record?.p ?? null,
    sp: record === undefined ? null : (record.sp ?? record.p),
    np: record?.np ?? null,
    record: record?.text ?? null,
    alignment: record === undefined ? null : { spf: aligned([spf], record.aspf === 'strict'), dkim: aligned(dkim, record.adkim === 'strict') },
  };
}

interface DiscoveryTest {
  readonly domain: string;
  readonly dns: readonly RecordedAnswer[];
  readonly expect: false | { readonly p: string; readonly adkim?: string; readonly rr: string; readonly isOrgRecord: boolean };
}

/** Compared: the policy, the mode, the text, whose record it is. pct and words that are no tags are kept there; here they are warnings. */
async function discoveryCase({ domain, dns, expect: stated }: DiscoveryTest, index: number): Promise<Case> {
  const { record, policySource } = await checkDmarc({ from: fromField(`<a@${domain}>`), resolver: zoneOf(dns) });
  const expected = stated && { p: stated.p, adkim: stated.adkim ?? 'r', rr: stated.rr, isOrgRecord: stated.isOrgRecord };
  const actual = record !== undefined && { p: record.p, adkim: record.adkim === 'strict' ? 's' : 'r', rr: record.text.trim(), isOrgRecord: policySource !== 'author' };
  return { id: String(index), expected, actual };
}

let list: PublicSuffixList | undefined;
const suffixes = (folder: string): PublicSuffixList => (list ??= parsePublicSuffixList(readFileSync(join(folder, 'psl/public_suffix_list.dat'), 'utf8')));

/** Whether the two align, by the list: the suites know no tree walk. `author` stands in From, `identifier` is what DKIM found. */
async function isAligned(author: string, identifier: string, strict: boolean, folder: string): Promise<boolean> {
  const zone = inMemoryZone({});
  const from = fromField(`<a@${author}>`);
  const { domain } = extractAuthor(from);
  if (domain !== undefined) zone.set(`_dmarc.${domain}`, { TXT: `v=DMARC1; p=none; adkim=${strict ? 's' : 'r'}` });
  const { result } = await checkDmarc({ from, resolver: zone, publicSuffixes: suffixes(folder), dkim: passes([{ domain: identifier }]) });
  return result === 'pass';
}

interface MailauthAlignmentTest {
  readonly input: readonly [string, readonly (string | { readonly domain: string })[], (boolean | { readonly strict?: boolean })?];
  readonly expect: false | { readonly domain: string };
}

/** Alignment has no direction: each candidate is taken for the author here, since names with a dot at their end are among the others. Which of two equal domains comes first is that program's own. */
async function mailauthAlignmentCase({ input: [from, candidates, option], expect: expected }: MailauthAlignmentTest, index: number, folder: string): Promise<Case> {
  const strict = typeof option === 'object' ? option.strict === true : option === true;
  let actual: string | false = false;
  for (const candidate of candidates) {
    const domain = typeof candidate === 'string' ? candidate : candidate.domain;
    if (actual === false && (await isAligned(domain, from, strict, folder))) actual = domain;
  }
  return { id: String(index), expected: expected && expected.domain, actual };
}

interface OpendmarcAlignmentTest { readonly a: string; readonly b: string; readonly mode: string; readonly aligned: boolean }
interface OpendmarcRecordTest { readonly record: string; readonly expect: string }
interface OpendmarcFromTest { readonly from_header: string; readonly domain: string }
interface MoxTest { readonly input: string; readonly ok: boolean; readonly expect?: string }
interface CheckdmarcTest { readonly input: string; readonly raises: string | null }
interface StalwartTest { readonly record: string; readonly expect: Readonly<Record<string, unknown>> & { readonly rua: readonly { readonly uri: string }[]; readonly ruf: readonly { readonly uri: string }[] } }

const isUsable = (record: string): 'usable' | 'refused' => (parseDmarcRecord(record).ok ? 'usable' : 'refused');
const addresses = (uris: readonly ReportUri[]): readonly string[] => uris.map(({ address, uri }) => address ?? uri);

const FO: Readonly<Record<string, string>> = { all: '0', any: '1', dkim: 'd', spf: 's', dkimspf: 'ds' };

/** The record in their words; sizes of URIs mean nothing any more. */
function stalwartCase({ record, expect: stated }: StalwartTest, index: number): Case {
  const parsed = parseDmarcRecord(record);
  const { v, fo, rua, ruf, ...rest } = stated;
  const expected = { ...rest, fo: FO[String(fo)], rua: rua.map(({ uri }) => uri), ruf: ruf.map(({ uri }) => uri) };
  return { id: String(index), expected: v === 'v1' ? expected : undefined, actual: parsed.ok ? inStalwartsWords(parsed.value) : parsed.error };
}

function inStalwartsWords({ p, sp, np, adkim, aspf, fo, psd, t, rua, ruf }: DmarcRecord): unknown {
  const psdWord = { y: 'yes', n: 'no', u: 'default' }[psd];
  return { adkim, aspf, np: np ?? sp ?? p, p, sp: sp ?? p, psd: psdWord, t: String(t), fo: [...fo].sort().join(''), rua: addresses(rua), ruf: addresses(ruf) };
}

interface SuffixTest { readonly input: string | null; readonly registrable: string | null }

/** U-labels come back as A-labels; the same domain. */
function suffixCase({ input, registrable }: SuffixTest, index: number, folder: string): Case {
  const found = input === null ? undefined : suffixes(folder).registrableDomain(input);
  const ascii = registrable === null ? null : (extractAuthor(fromField(`<a@${registrable}>`)).domain ?? null);
  return { id: String(index), expected: ascii, actual: found ?? null };
}

export const suites: readonly ConformanceSuite[] = [
  suiteOf<EvaluateTest>('dmarc/mailauth-evaluate', 'dmarc/mailauth-evaluate.json', evaluateCase),
  suiteOf<DiscoveryTest>('dmarc/mailauth-record-discovery', 'dmarc/mailauth-record-discovery.json', discoveryCase),
  suiteOf<MailauthAlignmentTest>('dmarc/mailauth-alignment', 'dmarc/mailauth-alignment.json', mailauthAlignmentCase),
  suiteOf<OpendmarcAlignmentTest>('dmarc/opendmarc-alignment', 'dmarc/opendmarc-alignment.json', async ({ a, b, mode, aligned }, index, folder) => ({
    id: String(index), expected: aligned, actual: await isAligned(a, b, mode === 'strict', folder),
  })),
  suiteOf<OpendmarcFromTest>('dmarc/opendmarc-from-domain', 'dmarc/opendmarc-from-domain.json', ({ from_header: field, domain: expected }, index) => {
    const { domain, problems } = extractAuthor(fromField(field));
    return { id: String(index), expected, actual: domain ?? problems.join(' ') };
  }),
  suiteOf<OpendmarcRecordTest>('dmarc/opendmarc-record-parse', 'dmarc/opendmarc-record-parse.json', ({ record, expect: stated }, index) => ({
    id: String(index), expected: stated === 'DMARC_PARSE_OKAY' ? 'usable' : 'refused', actual: isUsable(record),
  })),
  suiteOf<StalwartTest>('dmarc/stalwart-record-parse', 'dmarc/stalwart-record-parse.json', stalwartCase),
  suiteOf<MoxTest>('dmarc/mox-record-parse', 'dmarc/mox-record-parse.json', ({ input, ok }, index) => ({ id: String(index), expected: ok, actual: parseDmarcRecord(input).ok })),
  suiteOf<CheckdmarcTest>('dmarc/checkdmarc-records', 'dmarc/checkdmarc-records.json', ({ input, raises }, index) => {
    if (input.startsWith('v=BIMI1')) return undefined;
    return { id: String(index), expected: raises === null, actual: input.startsWith('v=spf1') ? parseSpfRecord(input).ok : parseDmarcRecord(input).ok };
  }),
  suiteOf<SuffixTest>('psl/registrable-domains', 'psl/tests.json', suffixCase),
];
