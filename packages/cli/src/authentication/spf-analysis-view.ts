/** What a domain's SPF record comes to, for the eye and as JSON. */
import { SPF_FINDINGS, type SpfAddresses, type SpfAnalysis, type SpfFinding } from '@mailwright/spf';
import { asJson, type JsonRecord } from '../output/json-lines.ts';
import { formatRule } from '../output/layout.ts';
import { formatCount, formatPlural } from '../output/numbers.ts';
import type { Palette } from '../output/palette.ts';
import { formatRow } from '../output/tls-view.ts';
import { visibleText, wrapText } from '../output/visible-text.ts';

const NETWORKS_SHOWN = 24;
/** Above this a number says nothing to people. */
const MOST_COUNTED = 1e15;

/** The page of an analysis. */
export function formatSpfAnalysis(analysis: SpfAnalysis, width: number, palette: Palette): readonly string[] {
  const { domain, record, authorized, isComplete, counters, lookupsLeft, findings } = analysis;
  const row = (label: string, text: string | undefined): readonly string[] => (text === undefined || text === '' ? [] : formatRow(label, text, width, palette));
  return [
    formatRule(`surface of ${visibleText(domain)}`, '', width, palette),
    ...row('record', record?.text ?? 'none that can be read'),
    ...row('may send', describeCounts(authorized, isComplete)),
    ...row('IPv4', listNetworks(authorized.ip4)),
    ...row('IPv6', listNetworks(authorized.ip6)),
    ...row('at most', `${formatPlural(counters.lookups, 'lookup')}, ${formatPlural(counters.voidLookups, 'void lookup')}; ${lookupsLeft < 0 ? `${-lookupsLeft} more than the ten that there are` : `${lookupsLeft} of the ten left`}`),
    ...(findings.length === 0 ? row('findings', 'none') : ['', ...findings.flatMap((finding) => formatFinding(finding, width, palette))]),
  ];
}

function describeCounts({ ip4Count, ip6Count }: SpfAddresses, isComplete: boolean): string {
  const count = (number: number): string => (number > MOST_COUNTED ? `about 2^${Math.round(Math.log2(number))}` : formatCount(number));
  return `${count(ip4Count)} IPv4 and ${count(ip6Count)} IPv6 addresses${isComplete ? '' : ', and perhaps more: some terms could not be counted'}`;
}

function listNetworks(networks: readonly string[]): string {
  const more = networks.length - NETWORKS_SHOWN;
  return `${networks.slice(0, NETWORKS_SHOWN).join(', ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}`;
}

function formatFinding({ code, level, domain, term, detail }: SpfFinding, width: number, palette: Palette): readonly string[] {
  const paint = { error: palette.red, warning: palette.yellow, notice: palette.dim }[level];
  const where = `${domain}${term === undefined ? '' : ` ${term}`}${detail === undefined ? '' : ` (${detail})`}`;
  return [
    `  ${paint(`${level} ${code}`)}  ${visibleText(where)}`,
    ...wrapText(SPF_FINDINGS.get(code)?.text ?? '', width - 4).map((line) => `    ${line}`),
  ];
}

export function spfAnalysisRecord({ findings, ...rest }: SpfAnalysis): JsonRecord {
  return { type: 'spf-analysis', ...asJson(rest), findings: findings.map((finding) => ({ ...asJson(finding), text: SPF_FINDINGS.get(finding.code)?.text })) };
}
