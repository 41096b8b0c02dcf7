/**
 * What DMARC says of a domain, for the eye and as JSON: the tree walk, whose record counts, and every tag with its value, be it written or
 * the default.
 *
 * @rfc 9989 4.10
 * @rfc 9989 4.7
 */
import type { DmarcRecord, DmarcResult, RecordLookup, RecordWarning, TreeWalk } from '@mailwright/dmarc';
import { asJson, type JsonRecord } from '../output/json-lines.ts';
import { formatRule } from '../output/layout.ts';
import type { Palette } from '../output/palette.ts';
import { formatTable } from '../output/table.ts';
import { formatRow } from '../output/tls-view.ts';
import { padEnd, visibleText, wrapText } from '../output/visible-text.ts';
import { readDmarcTags, type DmarcTag } from './dmarc-tags.ts';

/** What is known of a domain. */
export interface DmarcFacts {
  readonly domain: string;
  /** All names from the domain up, whether the policy needed them or not. */
  readonly walk: TreeWalk;
  /** Of a message of this domain without any pass: what would be asked for. */
  readonly verdict: DmarcResult;
}

const OUTCOMES: Readonly<Record<RecordLookup['outcome'], string>> = {
  record: 'a record',
  unusable: 'a record that can not be applied: no valid policy, and nobody to report to',
  none: 'no record',
  several: 'several records: none of them counts',
  temp: 'the DNS did not say',
};

const WARNINGS: Readonly<Record<RecordWarning['code'], string>> = {
  'obsolete-tag': 'RFC 9989 ended this tag: it is ignored',
  'unknown-tag': 'no tag of this name is known: it is ignored',
  'duplicate-tag': 'the tag is there twice: the first one counts',
  'bad-tag': 'this is no name=value: it is ignored',
  'bad-value': 'the value is none: the default counts',
  'bad-uri': 'this is no address for reports: it is ignored',
  'obsolete-size': 'RFC 9989 ended sizes behind addresses: it is ignored',
  'no-policy': 'there is no policy that can be used: as if p=none',
  'not-second': 'p should stand behind v: readers of RFC 7489 refuse this record',
};

/** The page about a domain. */
export function formatDmarc({ domain, walk, verdict }: DmarcFacts, width: number, palette: Palette): readonly string[] {
  const { record, policyDomain } = verdict;
  return [
    formatRule(`DMARC of ${visibleText(domain)}`, '', width, palette),
    ...formatPolicy(walk, verdict, width, palette),
    '',
    formatRule('the tree walk', 'RFC 9989 4.10', width, palette),
    ...walk.lookups.flatMap((lookup) => formatLookup(lookup, width, palette)),
    ...(record === undefined ? [] : ['', formatRule(`the record of ${visibleText(policyDomain ?? '')}`, 'RFC 9989 4.7', width, palette), ...formatTags(record, width, palette)]),
  ];
}

function formatPolicy({ organizationalDomain, publicSuffixDomain }: TreeWalk, verdict: DmarcResult, width: number, palette: Palette): readonly string[] {
  const row = (label: string, text: string | undefined): readonly string[] => (text === undefined ? [] : formatRow(label, text, width, palette));
  return [
    ...row('policy', describePolicy(verdict)),
    ...row('organization', organizationalDomain ?? 'not known: the DNS did not say'),
    ...row('public suffix', publicSuffixDomain),
  ];
}

function describePolicy({ reason, policy, policyTag, appliedPolicy, policyDomain, policySource }: DmarcResult): string {
  if (reason === 'dns') return 'not known: the DNS did not say';
  if (policy === undefined) return 'none: no record counts for this domain, so nothing is asked for';
  const whose = policySource === 'author' ? 'its own record' : `the record of the ${policySource} domain ${policyDomain}`;
  const testing = appliedPolicy === policy ? '' : `; the owner is testing (t=y), so ${appliedPolicy} is applied`;
  return `${policy}, tag ${policyTag} of ${whose}${testing}`;
}

function formatLookup({ domain, outcome, texts, reason, secure }: RecordLookup, width: number, palette: Palette): readonly string[] {
  const paint = { record: palette.green, unusable: palette.red, none: palette.dim, several: palette.red, temp: palette.yellow }[outcome];
  const remark = `${OUTCOMES[outcome]}${reason === undefined ? '' : ` (${reason})`}${secure ? ', vouched for by DNSSEC' : ''}`;
  return [
    `  ${palette.bold(visibleText(`_dmarc.${domain}`))}  ${paint(visibleText(remark))}`,
    ...texts.flatMap((text) => wrapText(visibleText(text), width - 4).map((line) => palette.dim(`    ${line}`))),
  ];
}

function formatTags(record: DmarcRecord, width: number, palette: Palette): readonly string[] {
  const rows = readDmarcTags(record).map(({ tag, value, explicit, meaning }) => [
    { text: `  ${tag}`, paint: palette.cyan },
    { text: visibleText(value), paint: explicit ? palette.bold : palette.dim },
    { text: explicit ? 'written' : 'default', paint: explicit ? undefined : palette.dim },
    { text: meaning },
  ]);
  const columns = [{ title: '  tag' }, { title: 'value', shrinkTo: 16 }, { title: 'from' }, { title: 'what it means', shrinkTo: 30 }];
  return [
    ...formatTable(columns, rows, width, palette),
    ...record.warnings.map(({ code, tag, at }) => `  ${palette.yellow(padEnd(`${tag === '' ? 'octet' : tag} at ${at}`, 14))}${WARNINGS[code]}`),
  ];
}

export function dmarcRecord({ domain, walk, verdict }: DmarcFacts): JsonRecord {
  const { policy, policyTag, appliedPolicy, policyDomain, policySource, record, reason } = verdict;
  return {
    type: 'dmarc',
    domain,
    outcome: outcomeOf(verdict),
    reason,
    policy,
    policyTag,
    appliedPolicy,
    policyDomain,
    policySource,
    organizationalDomain: walk.organizationalDomain,
    publicSuffixDomain: walk.publicSuffixDomain,
    record: record?.text,
    tags: record === undefined ? [] : readDmarcTags(record).map((tag: DmarcTag) => asJson(tag)),
    warnings: record === undefined ? [] : record.warnings.map((warning) => ({ ...asJson(warning), text: WARNINGS[warning.code] })),
    lookups: walk.lookups.map(({ domain: name, outcome, texts, secure, reason: why }) => ({ name: `_dmarc.${name}`, outcome, texts, secure, reason: why })),
  };
}

/** `policy`: there is one. `none`: nothing is asked for. `unusable`: a record is there that can't be used. `temp`: the DNS did not say. */
export function outcomeOf({ reason, policy }: DmarcResult): 'policy' | 'none' | 'unusable' | 'temp' {
  if (reason === 'dns') return 'temp';
  if (policy !== undefined) return 'policy';
  return reason === 'no-record' ? 'none' : 'unusable';
}
