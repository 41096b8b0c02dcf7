/**
 * The story of an evaluation: as a tree, as sentences for a trace. Made after the fact, and only when somebody asks.
 *
 * Read next: `explain-text.ts`, the tree as text.
 */
import { traceStep, type TraceStep } from '@mailwright/authres';
import type { Answer } from '@mailwright/dns';
import { latin1 } from '@mailwright/wire';
import type { Evaluation } from './evaluation.ts';
import { asksTheDns } from './record.ts';
import type { SpfCounters, SpfExplanation, SpfProblem, SpfQuestion, SpfTermExplanation, SpfVerdict } from './result.ts';
import type { AskedQuestion, CheckRun, TermRun } from './run.ts';

/** The tree; `undefined` when no record was looked for. */
export function explainEvaluation(evaluation: Evaluation): SpfExplanation | undefined {
  const { root } = evaluation;
  return root === undefined ? undefined : new TreeMaker(evaluation).explainRun(root);
}

class TreeMaker {
  readonly #evaluation: Evaluation;
  /** After the last term that was told. */
  #counters: SpfCounters = { lookups: 0, voidLookups: 0, undecidedVoids: 0, queries: 0 };

  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation;
  }

  explainRun(run: CheckRun): SpfExplanation {
    const { questions, result } = this.#evaluation;
    const question = run.question < 0 ? undefined : questions[run.question];
    if (question !== undefined) this.#counters = { ...this.#counters, queries: run.question + 1 };
    return {
      domain: run.domain,
      result: run.result ?? result,
      questions: question === undefined ? [] : [describeQuestion(question)],
      record: run.text,
      terms: this.#explainTerms(run),
    };
  }

  /** Terms that ask nothing have left no run; they stand between those that did. */
  #explainTerms(run: CheckRun): SpfTermExplanation[] {
    const terms: SpfTermExplanation[] = [];
    let next = 0;
    for (const directive of run.record?.directives.slice(0, run.reached) ?? []) {
      if (asksTheDns(directive)) terms.push(this.#explainTerm(run.terms[next++]!));
      else terms.push({ term: directive.text, target: undefined, outcome: directive === run.matched ? 'match' : 'no match', questions: [], check: undefined, counters: this.#counters });
    }
    if (run.terms.length > next) terms.push(this.#explainTerm(run.terms[next]!));
    return terms;
  }

  #explainTerm(run: TermRun): SpfTermExplanation {
    const { questions, lookups, voids } = this.#evaluation;
    const end = run.isMatch === undefined ? questions.length : run.questionsEnd;
    const ownEnd = run.child === undefined || run.child.question < 0 ? end : run.child.question;
    this.#counters = { ...this.#counters, lookups: this.#counters.lookups + 1 };
    const check = run.child === undefined ? undefined : this.explainRun(run.child);
    this.#counters = run.isMatch === undefined
      ? { lookups, voidLookups: voids.count, undecidedVoids: voids.undecidedCount, queries: end }
      : { lookups: run.lookups, voidLookups: run.voidLookups, undecidedVoids: run.undecidedVoids, queries: end };
    return {
      term: run.term.text,
      target: run.target,
      outcome: run.isMatch === undefined ? 'stopped' : run.isMatch ? 'match' : 'no match',
      questions: questions.slice(run.firstQuestion, ownEnd).map(describeQuestion),
      check,
      counters: this.#counters,
    };
  }
}

function describeQuestion({ name, rrtype, answer }: AskedQuestion): SpfQuestion {
  return { name, type: rrtype, status: answer?.status ?? 'unanswered', records: answer?.records.map(describeRecord) ?? [] };
}

function describeRecord(record: Answer['records'][number]): string {
  switch (record.type) {
    case 'A':
    case 'AAAA': return record.address;
    case 'MX': return `${record.preference} ${record.exchange}`;
    case 'PTR': return record.target;
    case 'TXT': return record.strings.map((part) => latin1(part)).join('');
    default: return record.type;
  }
}

const SECTION_OF_RESULT: Readonly<Record<SpfVerdict, string>> = {
  none: '7208 2.6.1', neutral: '7208 2.6.2', pass: '7208 2.6.3', fail: '7208 2.6.4', softfail: '7208 2.6.5', temperror: '7208 2.6.6', permerror: '7208 2.6.7',
};

const SECTION_OF_TERM: ReadonlyMap<string, string> = new Map([
  ['all', '7208 5.1'], ['include', '7208 5.2'], ['a', '7208 5.3'], ['mx', '7208 5.4'], ['ptr', '7208 5.5'], ['ip4', '7208 5.6'], ['ip6', '7208 5.6'], ['exists', '7208 5.7'],
  ['redirect', '7208 6.1'],
]);

/** The sentences, in the order in which things happened. */
export function traceEvaluation(evaluation: Evaluation): TraceStep[] {
  const { session, result, problem, explanation } = evaluation;
  const identity = session.identity === 'helo' ? 'HELO' : session.nullReversePath ? 'MAIL FROM (null, so the HELO name)' : 'MAIL FROM';
  const section = session.identity === 'helo' ? '7208 2.3' : '7208 2.4';
  const steps = [traceStep(section, `${identity}: may ${session.ipText} send for ${session.domain ?? session.givenDomain}?`, { ip: session.ipText, domain: session.domain ?? session.givenDomain })];
  const tree = explainEvaluation(evaluation);
  if (tree !== undefined) traceCheck(tree, steps);
  if (explanation !== undefined) steps.push(traceStep('7208 6.2', `the domain explains: ${explanation}`, { explanation }));
  steps.push(traceStep(SECTION_OF_RESULT[result], problem === undefined ? result : `${result}: ${describeProblem(problem)}`, { result, problem: problem?.code }));
  return steps;
}

function traceCheck({ domain, questions, record, terms, result }: SpfExplanation, steps: TraceStep[]): void {
  for (const question of questions) steps.push(traceQuestion('7208 4.4', question));
  if (record !== undefined) steps.push(traceStep('7208 4.5', `the record of ${domain} is ${record}`, { domain, record }));
  for (const { term, target, outcome, questions: asked, check, counters } of terms) {
    const section = SECTION_OF_TERM.get(/^[+?~-]?([A-Za-z0-9]*)/.exec(term)![1]!.toLowerCase()) ?? '7208 5';
    for (const question of asked) steps.push(traceQuestion(section, question));
    if (check !== undefined) traceCheck(check, steps);
    const { lookups, voidLookups, queries } = counters;
    const name = target === undefined || term.endsWith(target) ? '' : ` (${target})`;
    steps.push(traceStep(section, `${term}${name}: ${outcome}; lookups ${lookups}, void ${voidLookups}, queries ${queries}`, { domain, term, target, outcome, lookups, voidLookups, queries }));
  }
  steps.push(traceStep(SECTION_OF_RESULT[result], `${domain}: ${result}`, { domain, result }));
}

function traceQuestion(section: string, { name, type, status, records }: SpfQuestion): TraceStep {
  return traceStep(section, `${type} ${name}: ${status}${records.length === 0 || type === 'TXT' ? '' : ` ${records.join(', ')}`}`, { name, type, status, records });
}

const PROBLEMS: Readonly<Record<SpfProblem['code'], string>> = {
  'malformed-sender': 'the sender or the HELO name is too long or has control characters',
  'malformed-domain': 'the domain is no name of at least two labels',
  nxdomain: 'the domain does not exist',
  'no-record': 'the domain has no SPF record',
  'several-records': 'the domain has more than one SPF record',
  syntax: 'the record has a syntax error',
  'include-without-record': 'an include names a domain without SPF record',
  'redirect-without-record': 'the redirect names a domain without SPF record',
  'too-many-lookups': 'the record needs more lookups than are allowed',
  'too-many-void-lookups': 'too many names were asked for in vain',
  'too-many-mx-names': 'the mx has more hosts than are allowed',
  'too-many-queries': 'the record needs more queries than are made',
  'dns-failure': 'the DNS gave no answer',
  'bogus-answer': 'DNSSEC proves an answer false',
  'time-limit': 'the time is up',
};

/** One line without what the peer wrote, but the domain and the term. */
export function describeProblem({ code, domain, term, syntax }: SpfProblem): string {
  return `${PROBLEMS[code]}${syntax === undefined ? '' : ` (${syntax})`} at ${domain}${term === undefined ? '' : `, ${term}`}`;
}
