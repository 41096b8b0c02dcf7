/**
 * A check of SPF for the eye: the verdict, the records as a tree with what each term came to and has cost, and the steps.
 *
 *     example.com  pass
 *       v=spf1 include:_spf.example.com -all
 *       ├─ include:_spf.example.com  match  lookups 1, void 0
 *
 * @rfc 7208 4.6.4
 */
import type { SpfExplanation, SpfQuestion, SpfResult, SpfTermExplanation } from '@mailwright/spf';
import type { JsonRecord } from '../output/json-lines.ts';
import { asJson } from '../output/json-lines.ts';
import { formatRule } from '../output/layout.ts';
import { formatPlural } from '../output/numbers.ts';
import type { Palette } from '../output/palette.ts';
import { formatRow } from '../output/tls-view.ts';
import { truncate, visibleText, wrapText } from '../output/visible-text.ts';
import { formatTrace, paintVerdict, traceRecord } from './trace-view.ts';

const MOST_LOOKUPS = 10; // RFC 7208 4.6.4
const MOST_VOID_LOOKUPS = 2; // RFC 7208 4.6.4
const LEAST_COLUMNS = 24;

/** The page of a check. */
export function formatSpf(result: SpfResult, width: number, palette: Palette): readonly string[] {
  return [
    formatRule(`SPF: ${visibleText(result.domain)} for ${visibleText(result.ip)}`, result.identity, width, palette),
    ...formatSpfVerdict(result, width, palette),
    ...(result.explain === undefined ? [] : ['', ...formatSpfTree(result.explain, width, palette)]),
    '',
    formatRule('step by step', '', width, palette),
    ...formatTrace(result.trace, width, palette),
  ];
}

/** The verdict and what it hangs on, as rows. */
export function formatSpfVerdict({ result, sender, helo, matched, problem, explanation, counters }: SpfResult, width: number, palette: Palette): readonly string[] {
  const row = (label: string, text: string | undefined): readonly string[] => (text === undefined || text === '' ? [] : formatRow(label, text, width, palette));
  return [
    `  ${palette.dim('result'.padEnd(14))}${paintVerdict(result, palette)(palette.bold(result))}`,
    ...row('because of', describeProblem(problem)),
    ...row('matched', matched.map(({ term, domain }) => `${term} of ${domain}`).join(', there ')),
    ...row('sender', sender),
    ...row('helo', helo),
    ...row('spent', `${counters.lookups} of ${MOST_LOOKUPS} lookups, ${counters.voidLookups} of ${MOST_VOID_LOOKUPS} void lookups, ${formatPlural(counters.queries, 'query', 'queries')}`),
    ...row('the domain says', explanation === undefined ? undefined : JSON.stringify(explanation)),
  ];
}

function describeProblem(problem: SpfResult['problem']): string | undefined {
  if (problem === undefined) return undefined;
  const { code, domain, term, syntax } = problem;
  return `${code}${syntax === undefined ? '' : ` (${syntax})`}${term === undefined ? '' : ` at ${term}`}${domain === '' ? '' : ` of ${domain}`}`;
}

/** The evaluation as a tree; its depth is bounded by the ten lookups. */
export function formatSpfTree(explain: SpfExplanation, width: number, palette: Palette): readonly string[] {
  const lines: string[] = [];
  addCheck(explain, '  ', { lines, width, palette });
  return lines;
}

interface Page {
  readonly lines: string[];
  readonly width: number;
  readonly palette: Palette;
}

function addCheck({ domain, result, questions, record, terms }: SpfExplanation, indent: string, page: Page): void {
  const { lines, palette } = page;
  lines.push(`${palette.dim(indent)}${palette.bold(visibleText(domain))}  ${paintVerdict(result, palette)(result)}`);
  if (record === undefined) for (const question of questions) addQuestion(question, `${indent}  `, page);
  else lines.push(...wrapText(visibleText(record), columnsBehind(indent, page)).map((line) => palette.dim(`${indent}  ${line}`)));
  for (const [index, term] of terms.entries()) addTerm(term, `${indent}  `, index === terms.length - 1, page);
}

function addTerm({ term, target, outcome, questions, check, counters }: SpfTermExplanation, indent: string, isLast: boolean, page: Page): void {
  const { lines, palette } = page;
  const paint = outcome === 'match' ? palette.green : outcome === 'stopped' ? palette.red : palette.dim;
  const name = target === undefined || term.endsWith(target) ? '' : ` = ${target}`;
  const label = truncate(visibleText(`${term}${name}`), columnsBehind(indent, page));
  const spent = palette.dim(`lookups ${counters.lookups}, void ${counters.voidLookups}`);
  lines.push(`${palette.dim(`${indent}${isLast ? '└─ ' : '├─ '}`)}${palette.cyan(label)}  ${paint(outcome)}  ${spent}`);
  const below = `${indent}${isLast ? '   ' : '│  '}`;
  for (const question of questions) addQuestion(question, `${below}  `, page);
  if (check !== undefined) addCheck(check, `${below}  `, page);
}

function addQuestion({ name, type, status, records }: SpfQuestion, indent: string, page: Page): void {
  const text = visibleText(`${type} ${name}: ${status}${records.length === 0 ? '' : ` ${records.join(', ')}`}`);
  page.lines.push(page.palette.dim(`${indent}${truncate(text, columnsBehind(indent, page))}`));
}

function columnsBehind(indent: string, { width }: Page): number {
  return Math.max(LEAST_COLUMNS, width - indent.length - 4);
}

export function spfRecord({ result, identity, domain, sender, helo, ip, matched, problem, explanation, counters, explain, trace }: SpfResult): JsonRecord {
  return { type: 'spf', ...asJson({ result, identity, domain, sender, helo, ip, matched, problem, explanation, counters, explain }), trace: traceRecord(trace) };
}
