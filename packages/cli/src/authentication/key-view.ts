/** A key record of the DNS, judged: for the eye and as JSON. */
import type { DkimKey, KeyLookup, KeyLookupReason, PublishedKeyReport } from '@mailwright/dkim';
import type { JsonRecord } from '../output/json-lines.ts';
import { formatRule } from '../output/layout.ts';
import type { Palette } from '../output/palette.ts';
import { formatRow } from '../output/tls-view.ts';
import { visibleText, wrapText } from '../output/visible-text.ts';

const ADVISED_RSA_BITS = 2048; // RFC 8301 3.2

/** What was looked up, and whether it is the key at hand. */
export interface KeyFacts {
  readonly name: string;
  readonly lookup: KeyLookup;
  /** The comparison with the key of `--key`; `undefined` without it. */
  readonly report: PublishedKeyReport | undefined;
  readonly key: DkimKey | undefined;
}

/** Something to say about a record. A type, since JSON is made of it. */
export type KeyFinding = {
  readonly level: 'error' | 'warning' | 'notice';
  /** Number and section. */
  readonly rfc: string;
  readonly text: string;
};

const REASONS: Readonly<Record<KeyLookupReason, readonly [rfc: string, text: string]>> = {
  'no-key': ['6376 6.1.2', 'there is no record: signatures with this selector are permerror'],
  'several-keys': ['6376 3.6.2.2', 'there are several records: nobody knows which one counts'],
  'dns-temporary': ['6376 6.1.2', 'the DNS could not say whether there is a record; ask again later'],
  'dns-bogus': ['4035 5.5', 'an answer came, and DNSSEC proves it false'],
  'bad-key-record': ['6376 3.6.1', 'the record is no list of tags'],
  'bad-key-version': ['6376 3.6.1', 'v= has to be DKIM1, and the first tag'],
  'unknown-key-type': ['6376 3.6.1', 'k= is neither rsa nor ed25519'],
  'no-public-key': ['6376 3.6.1', 'there is no p='],
  'bad-public-key': ['6376 3.6.1', 'p= is no public key of the type that k= says'],
  'key-revoked': ['6376 3.6.1', 'p= is empty: the key was revoked'],
  'key-too-short': ['8301 3.2', 'the RSA key has less than 1,024 bits: verifiers must not take it'],
  'key-too-long': ['8301 3.2', 'the RSA key has more than 8,192 bits: verifiers need not take it'],
  'bad-public-exponent': ['8017 3.1', 'the public exponent of the key is even, below 3 or above 2^32'],
};

/** Whether messages signed with the key can pass: with the one at hand, where one is given. */
export function isUsable({ lookup, report }: KeyFacts): boolean {
  return lookup.result === 'ok' && !restricts(lookup) && (report === undefined || report.publication === 'published');
}

function restricts({ record }: KeyLookup): boolean {
  return record !== undefined && (!allowsHash(record.hashAlgorithms) || !allowsMail(record.serviceTypes));
}

function allowsHash(algorithms: readonly string[] | undefined): boolean {
  return algorithms === undefined || algorithms.includes('sha256');
}

function allowsMail(services: readonly string[]): boolean {
  return services.includes('*') || services.includes('email');
}

/** What is wrong with a record, and what is good to know of it. */
export function findInKey({ lookup, report, key: own }: KeyFacts): readonly KeyFinding[] {
  const { record, key, reason, text } = lookup;
  const findings: KeyFinding[] = [];
  const add = (level: KeyFinding['level'], rfc: string, what: string): void => void findings.push({ level, rfc, text: what });
  if (reason !== undefined) add('error', ...REASONS[reason]);
  if (report?.publication === 'different') add('error', '6376 3.6.1', `the record has another key than the file${own?.keyType === record?.keyType ? '' : ', not even of its type'}: signatures of the file's key fail`);
  if (record === undefined) return findings;
  if (!allowsHash(record.hashAlgorithms)) add('error', '6376 3.6.1', 'h= does not allow sha256, which is the only hash there is');
  if (!allowsMail(record.serviceTypes)) add('error', '6376 3.6.1', 's= does not allow email');
  if (key !== undefined && record.keyType === 'rsa' && key.bits < ADVISED_RSA_BITS) add('warning', '8301 3.2', `the RSA key has ${key.bits} bits: 2,048 are advised`);
  if (record.flags.includes('y')) add('warning', '6376 3.6.1', 't=y: the domain says that it is only testing; a signature that fails counts as none');
  if (record.flags.includes('s')) add('notice', '6376 3.6.1', 't=s: i= of signatures has to have the very domain of d=');
  if (record.keyType === 'ed25519') add('notice', '8463 3', 'not everybody verifies Ed25519: sign with an RSA key beside it');
  if (text !== undefined && !/^\s*v\s*=/.test(text)) add('notice', '6376 3.6.1', 'v=DKIM1 is missing: it is advised, and not required');
  return findings;
}

/** The page about a key. */
export function formatKey(facts: KeyFacts, width: number, palette: Palette): readonly string[] {
  const { name, lookup, report } = facts;
  const { record, key, text, secure, ttl, result } = lookup;
  const row = (label: string, value: string | undefined): readonly string[] => (value === undefined || value === '' ? [] : formatRow(label, value, width, palette));
  const findings = findInKey(facts);
  const usable = isUsable(facts);
  const verdict = usable ? 'can be used' : result === 'temperror' ? 'not known' : 'can not be used';
  return [
    formatRule(visibleText(name), '', width, palette),
    `  ${palette.dim('verdict'.padEnd(14))}${(usable ? palette.green : result === 'temperror' ? palette.yellow : palette.red)(palette.bold(verdict))}`,
    ...row('record', text),
    ...row('key', key === undefined ? undefined : `${record?.keyType}, ${key.bits} bits`),
    ...row('remark', record?.notes),
    ...row('DNSSEC', text === undefined ? undefined : secure ? 'vouches for it' : 'does not vouch for it, or nobody who is trusted says so'),
    ...row('kept for', ttl === undefined ? undefined : `${ttl} seconds`),
    ...row('your key', describeComparison(report)),
    ...row('it should be', report === undefined || report.publication === 'published' || report.publication === 'restricted' ? undefined : report.expected),
    ...(findings.length === 0 ? [] : ['', ...findings.flatMap((finding) => formatFinding(finding, width, palette))]),
  ];
}

function describeComparison(report: PublishedKeyReport | undefined): string | undefined {
  if (report === undefined) return undefined;
  if (report.publication === 'published') return 'is the one in the record';
  if (report.publication === 'restricted') return 'is the one in the record, whose tags keep verifiers from using it';
  return report.publication === 'unknown' ? 'could not be compared' : `is not the one in the record (${report.publication})`;
}

function formatFinding({ level, rfc, text }: KeyFinding, width: number, palette: Palette): readonly string[] {
  const paint = { error: palette.red, warning: palette.yellow, notice: palette.dim }[level];
  const [first = '', ...rest] = wrapText(`${text} (RFC ${rfc})`, width - 12);
  return [`  ${paint(level.padEnd(10))}${first}`, ...rest.map((line) => `${' '.repeat(12)}${line}`)];
}

export function keyRecord(facts: KeyFacts): JsonRecord {
  const { name, lookup: { result, reason, text, record, key, secure, ttl }, report } = facts;
  return {
    type: 'dkim-key',
    name,
    usable: isUsable(facts),
    result,
    reason,
    record: text,
    keyType: record?.keyType,
    bits: key?.bits,
    flags: record?.flags ?? [],
    secure,
    ttl,
    publication: report?.publication,
    expected: report?.expected,
    findings: findInKey(facts),
  };
}
