/**
 * A message whose origin was checked, for the eye and as JSON: the verdicts at a glance, then each method step by step with its RFC
 * section, what was done to a message whose signature fails, and the fields that a receiver would put in front.
 */
import { explainReport, type AuthenticationReport, type ExplainedStep } from '@mailwright/auth';
import type { DkimCause, DkimResult } from '@mailwright/dkim';
import type { SpfResult } from '@mailwright/spf';
import { asJson, type JsonRecord, type JsonValue } from '../output/json-lines.ts';
import { formatRule } from '../output/layout.ts';
import { formatPlural } from '../output/numbers.ts';
import type { Paint, Palette } from '../output/palette.ts';
import { formatTable } from '../output/table.ts';
import { formatRow } from '../output/tls-view.ts';
import { visibleText, wrapText } from '../output/visible-text.ts';
import { formatTrace, paintVerdict } from './trace-view.ts';

/** What is told. */
export interface Verification {
  /** Of the file, for people. */
  readonly name: string;
  readonly octets: number;
  readonly ip: string | undefined;
  readonly helo: string;
  readonly sender: string;
  /** Where `sender` is from. */
  readonly senderSource: 'option' | 'return-path' | 'none';
  readonly report: AuthenticationReport;
  /** For each signature what was done to the message; empty for one that passes. */
  readonly causes: readonly (readonly DkimCause[])[];
  /** Questions that were asked of the DNS. */
  readonly queries: number;
}

/** A verdict and the steps that led to it. */
interface Group {
  readonly verdict: ExplainedStep;
  readonly steps: readonly ExplainedStep[];
}

const TITLES: Readonly<Record<ExplainedStep['method'], string>> = {
  header: 'the header section', iprev: 'reverse DNS', spf: 'SPF', dkim: 'DKIM', arc: 'ARC', dmarc: 'DMARC', suggestion: 'what follows',
};
const SENDER_SOURCES: Readonly<Record<Verification['senderSource'], string>> = { option: '', 'return-path': ' (from Return-Path)', none: '' };
const METHODS_WITHOUT_RULE: ReadonlySet<ExplainedStep['method']> = new Set(['suggestion']);

/** Whether the message is from whom it says: DMARC passes; or there is no policy, and SPF or a signature passes; or a trusted sealer saw it pass. */
export function isAuthenticated({ dmarc, dkim, spf, suggestion, unsafe }: AuthenticationReport): boolean {
  if (unsafe !== undefined) return false;
  if (dmarc.result === 'pass' || suggestion.reason === 'trusted-sealer') return true;
  return dmarc.result === 'none' && (spf.mailFrom?.result === 'pass' || dkim.some(({ result }) => result === 'pass'));
}

/** The page about a message. */
export function formatVerification(verification: Verification, width: number, palette: Palette): readonly string[] {
  const { name, octets, report } = verification;
  const groups = groupSteps(explainReport(report));
  return [
    formatRule(name === '-' ? 'standard input' : visibleText(name), `${formatPlural(octets, 'octet')}`, width, palette),
    ...formatFacts(verification, width, palette),
    '',
    ...formatVerdicts(groups, width, palette),
    ...formatGroups(groups, verification, width, palette),
    '',
    formatRule('what a receiver writes', 'RFC 8601', width, palette),
    ...formatField(report.field),
    ...(report.receivedSpf === undefined ? [] : formatField(report.receivedSpf)),
  ];
}

function formatFacts({ ip, helo, sender, senderSource, report }: Verification, width: number, palette: Palette): readonly string[] {
  const row = (label: string, text: string): readonly string[] => formatRow(label, text, width, palette);
  const { author } = report;
  const addresses = author.addresses.length === 0 ? 'nobody' : author.addresses.join(', ');
  const problems = author.problems.length === 0 ? '' : ` (${author.problems.join(', ')})`;
  return [
    ...row('author', `${addresses}${problems}`),
    ...(author.addressInName === undefined ? [] : row('shown as', author.addressInName)),
    ...row('client', ip === undefined ? 'not known: without --ip neither SPF nor reverse DNS are checked' : `${ip}${helo === '' ? '' : `, HELO ${helo}`}`),
    ...(ip === undefined ? [] : row('envelope', `${sender === '' ? '<>, the null reverse-path' : sender}${SENDER_SOURCES[senderSource]}`)),
  ];
}

/** One line a verdict. */
function formatVerdicts(groups: readonly Group[], width: number, palette: Palette): readonly string[] {
  const rows = groups.map(({ verdict: { method, subject, result = '' } }) => [
    { text: `  ${TITLES[method]}`, paint: palette.dim },
    { text: result, paint: (text: string) => paintOf(method, result, palette)(palette.bold(text)) },
    { text: method === 'suggestion' ? '' : visibleText(subject) },
  ]);
  return formatTable([{ title: '  method' }, { title: 'result' }, { title: 'of', shrinkTo: 20 }], rows, width, palette);
}

function paintOf(method: ExplainedStep['method'], result: string, palette: Palette): Paint {
  if (method === 'header') return palette.red;
  if (method !== 'suggestion') return paintVerdict(result, palette);
  return { accept: palette.green, reject: palette.red }[result] ?? palette.yellow;
}

function formatGroups(groups: readonly Group[], { causes }: Verification, width: number, palette: Palette): readonly string[] {
  const lines: string[] = [];
  let signatures = 0;
  for (const { verdict, steps } of groups) {
    const { method, result = '', subject } = verdict;
    const told = METHODS_WITHOUT_RULE.has(method) ? TITLES[method] : `${TITLES[method]}: ${visibleText(subject)}`;
    lines.push('', formatRule(told, result, width, palette), ...formatTrace([verdict, ...steps], width, palette));
    if (method === 'dkim') lines.push(...formatCauses(causes[signatures++] ?? [], width, palette));
  }
  return lines;
}

/** Where nothing was compared, the steps have said why. */
function formatCauses(causes: readonly DkimCause[], width: number, palette: Palette): readonly string[] {
  const found = causes.filter(({ cause }) => cause !== 'not-checked');
  if (found.length === 0) return [];
  const lines = found.flatMap(({ cause, proven, text }) => {
    const [first = '', ...rest] = wrapText(visibleText(text), width - 6);
    return [`    ${palette.yellow(cause)}  ${palette.dim(proven ? 'certain' : 'a guess')}`, ...[first, ...rest].map((line) => `      ${line}`)];
  });
  return [`  ${palette.bold('What was done to it:')}`, ...lines];
}

function formatField(field: string): readonly string[] {
  return field.trimEnd().split('\r\n').map((line) => `  ${visibleText(line)}`);
}

function groupSteps(steps: readonly ExplainedStep[]): readonly Group[] {
  const groups: { readonly verdict: ExplainedStep; readonly steps: ExplainedStep[] }[] = [];
  for (const step of steps) {
    if (step.result !== undefined) groups.push({ verdict: step, steps: [] });
    else groups.at(-1)?.steps.push(step);
  }
  return groups;
}

// JSON

export function verificationRecord({ name, octets, ip, helo, sender, report, causes, queries }: Verification): JsonRecord {
  const { spf, dkim, arc, arcTrust, dmarc, iprev, author, field, receivedSpf, forged, suggestion, unsafe } = report;
  return {
    type: 'verification',
    name,
    octets,
    authenticated: isAuthenticated(report),
    ip,
    helo,
    sender,
    author: { domain: author.domain, problems: author.problems, addresses: author.addresses, addressInName: author.addressInName },
    iprev: iprev === undefined ? undefined : { result: iprev.result, name: iprev.name, names: iprev.names.map((each) => asJson(each)) },
    spf: { mailFrom: spfValue(spf.mailFrom), helo: spfValue(spf.helo) },
    dkim: dkim.map((result, index) => dkimValue(result, causes[index] ?? [])),
    arc: { result: arc.result, reason: arc.reason, failedInstance: arc.failedInstance, sealers: arc.sealers, oldestPass: arc.oldestPass, trusted: arcTrust.trusted, sealer: arcTrust.sealer },
    dmarc: {
      result: dmarc.result, reason: dmarc.reason, disposition: dmarc.disposition, policy: dmarc.policy, policyTag: dmarc.policyTag, policyDomain: dmarc.policyDomain,
      organizationalDomain: dmarc.organizationalDomain, record: dmarc.record?.text,
    },
    suggestion: suggestion.action,
    reason: suggestion.reason,
    unsafe,
    forged: forged.map((range) => asJson(range)),
    field,
    receivedSpf,
    queries,
    steps: explainReport(report).map(({ method, subject, result, rfc, text, data }) => ({ method, subject, result, rfc, text, data })),
  };
}

function spfValue(result: SpfResult | undefined): JsonValue {
  if (result === undefined) return undefined;
  const { result: verdict, domain, sender, problem, counters, matched } = result;
  return { result: verdict, domain, sender, ...asJson({ problem, counters, matched }) };
}

function dkimValue({ result, reason, domain, selector, identity, signature, key, testing }: DkimResult, causes: readonly DkimCause[]): JsonValue {
  return {
    result, reason, domain, selector, identity, algorithm: signature?.algorithm, bits: key?.key.bits, secure: key?.secure, testing,
    causes: causes.map(({ cause, proven, text }) => ({ cause, proven, text })),
  };
}
