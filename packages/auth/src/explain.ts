/**
 * A report as steps for people: for each method its verdict, then what led to it. The command line prints them; a learner reads them.
 */
import { traceStep } from '@mailwright/authres';
import type { TraceStep } from '@mailwright/authres';
import type { AuthenticationReport, SuggestionReason } from './report.ts';

/** What a step belongs to, in the order in which they are told. */
export type ExplainedMethod = 'header' | 'iprev' | 'spf' | 'dkim' | 'arc' | 'dmarc' | 'suggestion';

/** One line of an explanation. */
export interface ExplainedStep extends TraceStep {
  readonly method: ExplainedMethod;
  /** What was looked at: an address, an identity, a signature's domain. Text of strangers, escaped. */
  readonly subject: string;
  /** The verdict, on the step that tells it; `undefined` on the steps behind it, which led to it. */
  readonly result: string | undefined;
}

type Explainable = Omit<AuthenticationReport, 'trace'>;

const REASONS: Readonly<Record<SuggestionReason, readonly [rfc: string, text: string]>> = {
  'header-limit': ['5321 4.5.3.1', 'reject: the header section is longer than is read here'],
  'leading-white-space': ['5322 2.2.3', 'reject: the first line continues a line that is not there, and would continue ours'],
  'bare-cr': ['5322 2.2', 'reject: a CR stands alone in the header section, which some readers take for the end of a line'],
  author: ['9989 11.5', 'reject: readers would see different authors'],
  'dmarc-reject': ['9989 5.3.6', 'reject: the domain in From asks for it'],
  'dmarc-quarantine': ['9989 5.3.6', 'quarantine: the domain in From asks for it'],
  'trusted-sealer': ['8617 7.2.1', 'accept, though DMARC fails: a sealer that is trusted saw it pass'],
  dns: ['9989 5.3.6', 'defer: the DNS did not say enough to judge by DMARC'],
  'no-objection': ['9989 5.3.6', 'accept: no published policy asks for anything else'],
};

/**
 * Tells a report: iprev, SPF, DKIM, ARC, DMARC, and what follows. Each verdict is a step with a `result`; the steps behind it led to it.
 *
 * Left out: nothing of the traces.
 */
export function explainReport(report: Explainable): readonly ExplainedStep[] {
  const steps: ExplainedStep[] = [];
  const tell = (method: ExplainedMethod, subject: string, result: string, verdict: TraceStep, trace: readonly TraceStep[]): void => {
    const safe = traceStep(verdict.rfc, subject).text;
    steps.push({ ...verdict, method, subject: safe, result }, ...trace.map((step) => ({ ...step, method, subject: safe, result: undefined })));
  };
  tellHeader(report, tell);
  tellClient(report, tell);
  for (const result of report.dkim) {
    const subject = `${result.domain ?? 'unknown domain'}, selector ${result.selector ?? 'unknown'}`;
    const why = result.reason === undefined ? '' : `: ${result.reason}`;
    tell('dkim', subject, result.result, traceStep('8601 2.7.1', `the signature of ${subject} is ${result.result}${why}`), result.trace);
  }
  if (report.dkim.length === 0) tell('dkim', 'message', 'none', traceStep('8601 2.7.1', 'the message has no DKIM signature'), []);
  const { arc, arcTrust, dmarc, author, suggestion } = report;
  tell('arc', 'message', arc.result, traceStep('8617 5.2', `the chain is ${arc.result}${arc.reason === undefined ? '' : `: ${arc.reason}`}`), [
    ...arc.trace, ...(arc.result === 'none' ? [] : arcTrust.trace),
  ]);
  tell('dmarc', author.domain ?? 'no author', dmarc.result, traceStep('9989 5.3', `DMARC is ${dmarc.result}: ${dmarc.reason}`), dmarc.trace);
  const [rfc, text] = REASONS[suggestion.reason];
  tell('suggestion', 'message', suggestion.action, traceStep(rfc, text, { reason: suggestion.reason, reply: suggestion.reply?.code }), []);
  return steps;
}

type Tell = (method: ExplainedMethod, subject: string, result: string, verdict: TraceStep, trace: readonly TraceStep[]) => void;

function tellHeader({ limit, forged }: Explainable, tell: Tell): void {
  if (limit !== undefined) {
    tell('header', 'message', limit.code, traceStep('5322 2.2', `the header section was read up to a limit: ${limit.code}, ${limit.limit}`, { code: limit.code }), []);
  }
  if (forged.length === 0) return;
  const trace = forged.map(({ start, end, reason }) => traceStep('8601 5', `octets ${start} to ${end}: Authentication-Results, ${reason}`, { start, end, reason }));
  tell('header', 'message', 'forged', traceStep('8601 5', `Authentication-Results that claim to be ours, or might, and have to go: ${forged.length}`), trace);
}

function tellClient({ iprev, spf }: Explainable, tell: Tell): void {
  if (iprev !== undefined) {
    const named = iprev.name === undefined ? '' : `: its name is ${iprev.name}`;
    tell('iprev', iprev.ip, iprev.result, traceStep('8601 3', `reverse DNS of ${iprev.ip} is ${iprev.result}${named}`), iprev.trace);
  }
  for (const result of [spf.mailFrom, spf.helo]) {
    if (result === undefined) continue;
    const identity = result.identity === 'helo' || result.nullReversePath ? `HELO ${result.helo}` : `MAIL FROM ${result.sender}`;
    tell('spf', identity, result.result, traceStep('7208 2.6', `SPF of ${identity} from ${result.ip} is ${result.result}`), result.trace);
  }
}

/**
 * The same as text, a line for each step: verdicts at the margin, what led to them indented, each with its RFC and section.
 *
 *     dkim  example.com, selector a: fail
 *       the body is not the one that was signed (RFC 6376 section 6.1.3)
 */
export function formatReport(report: Explainable): string {
  const lines: string[] = [];
  for (const { method, subject, result, rfc, text } of explainReport(report)) {
    const [number, section] = rfc.split(' ');
    lines.push(result === undefined ? `  ${text} (RFC ${number} section ${section})` : `${method.padEnd(10)} ${subject}: ${result}`);
    if (method === 'suggestion' || (method === 'header' && result !== undefined)) lines.push(`  ${text} (RFC ${number} section ${section})`);
  }
  return `${lines.join('\n')}\n`;
}
