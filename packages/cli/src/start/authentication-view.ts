/** What the receiver of `npm start` found out about each letter, for the eye and as JSON: the verdicts of all, the steps of some. */
import { explainReport, type AuthenticationReport, type ExplainedStep } from '@mailwright/auth';
import type { JsonRecord } from '../output/json-lines.ts';
import type { Palette } from '../output/palette.ts';
import { padEnd, visibleText, wrapText } from '../output/visible-text.ts';
import { SPOOFED_NAME, TAMPERED_NAME } from './intruders.ts';
import { COMPOSED_NAME } from './samples.ts';
import type { Authenticated } from './verdict.ts';

const INDENT = '  ';
/** Letters whose steps are told: one that is believed, and those that are not. */
const EXPLAINED: readonly string[] = [COMPOSED_NAME, TAMPERED_NAME, SPOOFED_NAME];
/** Methods that decide here, and of SPF the identity that does; the rest is told by `mailwright verify`. */
const METHODS: ReadonlySet<ExplainedStep['method']> = new Set(['spf', 'dkim', 'dmarc', 'suggestion']);

export function formatAuthentication(letters: readonly Authenticated[], width: number, palette: Palette): readonly string[] {
  const columns = Math.max(...letters.map(({ name }) => name.length));
  const rows = letters.map(({ name, report }) => `${palette.bold(padEnd(name, columns))}  ${verdictsOf(report, palette)}`);
  const explained = letters.filter(({ name }) => EXPLAINED.includes(name)).flatMap((letter) => ['', ...explain(letter, width, palette)]);
  return [...rows, ...explained];
}

/** `spf pass   dkim pass pass  dmarc pass  accept` */
function verdictsOf({ spf, dkim, dmarc, suggestion }: AuthenticationReport, palette: Palette): string {
  const paint = (result: string): string => (result === 'pass' || result === 'accept' ? palette.green(result) : result === 'none' ? palette.dim(result) : palette.red(result));
  const signatures = dkim.length === 0 ? [paint('none')] : dkim.map(({ result }) => paint(result));
  const cells: readonly (readonly [name: string, text: string, columns: number])[] = [
    ['spf', paint(spf.mailFrom?.result ?? 'none'), 5], ['dkim', signatures.join(' '), 9], ['dmarc', paint(dmarc.result), 4],
  ];
  return [...cells.map(([name, text, columns]) => `${palette.dim(name)} ${padEnd(text, columns)}`), paint(suggestion.action)].join('  ');
}

function explain({ name, report }: Authenticated, width: number, palette: Palette): readonly string[] {
  const steps = explainReport(report).filter(({ method, subject }) => METHODS.has(method) && !subject.startsWith('HELO '));
  return [palette.bold(name), ...steps.flatMap((step) => formatStep(step, width, palette))];
}

function formatStep({ result, text, rfc }: ExplainedStep, width: number, palette: Palette): readonly string[] {
  const indent = result === undefined ? INDENT.repeat(2) : INDENT;
  const lines = wrapText(visibleText(`${text}  (RFC ${rfc})`), width - indent.length);
  return lines.map((line, index) => (result === undefined ? palette.dim(`${indent}${line}`) : `${indent}${index === 0 ? line : `${INDENT}${line}`}`));
}

export function authenticationRecord({ name, report, result }: Authenticated): JsonRecord {
  const { spf, dkim, dmarc, suggestion, field } = report;
  return {
    type: 'authentication', name, outcome: result.outcome, spf: spf.mailFrom?.result, dkim: dkim.map((signature) => ({ domain: signature.domain, selector: signature.selector, result: signature.result, reason: signature.reason })),
    dmarc: { result: dmarc.result, reason: dmarc.reason }, suggestion: suggestion.action, reason: suggestion.reason, field,
    steps: explainReport(report).map((step) => ({ method: step.method, subject: step.subject, result: step.result, text: step.text, rfc: step.rfc })),
  };
}
