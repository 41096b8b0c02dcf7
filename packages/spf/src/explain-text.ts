/** The tree of an evaluation as text, one line a term, indented by depth. */
import type { SpfExplanation, SpfQuestion, SpfResult } from './result.ts';

const UNPRINTABLE = /[^ -~]/g;

/**
 * A page that tells a result step by step, for people. What came from the DNS and from the client is shown as printable ASCII.
 *
 * ```
 * pass: example.test for 192.0.2.1 (mailfrom)
 * example.test: pass
 *   v=spf1 include:_spf.example.test -all
 *   include:_spf.example.test: match [lookups 1, void 0, queries 2]
 *     _spf.example.test: pass
 *       v=spf1 ip4:192.0.2.0/24 -all
 *       ip4:192.0.2.0/24: match [lookups 1, void 0, queries 2]
 * ```
 */
export function formatSpfExplanation({ result, domain, ip, identity, problem, explain }: SpfResult): string {
  const lines = [`${result}: ${domain} for ${ip} (${identity})${problem === undefined ? '' : `, ${problem.code}${problem.term === undefined ? '' : ` at ${problem.term}`}`}`];
  if (explain !== undefined) addCheck(explain, '', lines);
  return lines.map((line) => line.replace(UNPRINTABLE, escapeCharacter)).join('\n');
}

function addCheck({ domain, result, questions, record, terms }: SpfExplanation, indent: string, lines: string[]): void {
  lines.push(`${indent}${domain}: ${result}`);
  if (record === undefined) for (const question of questions) lines.push(`${indent}  ${formatQuestion(question)}`);
  else lines.push(`${indent}  ${record}`);
  for (const { term, target, outcome, questions: asked, check, counters } of terms) {
    const name = target === undefined || term.endsWith(target) ? '' : ` (${target})`;
    lines.push(`${indent}  ${term}${name}: ${outcome} [lookups ${counters.lookups}, void ${counters.voidLookups}, queries ${counters.queries}]`);
    for (const question of asked) lines.push(`${indent}    ${formatQuestion(question)}`);
    if (check !== undefined) addCheck(check, `${indent}    `, lines);
  }
}

function formatQuestion({ name, type, status, records }: SpfQuestion): string {
  return `${type} ${name}: ${status}${records.length === 0 ? '' : ` ${records.join(', ')}`}`;
}

function escapeCharacter(character: string): string {
  return `\\u{${character.charCodeAt(0).toString(16)}}`;
}
