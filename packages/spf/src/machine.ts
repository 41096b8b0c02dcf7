/**
 * The machine that a check is: it says which DNS answers it wants and is given them, in any order, by whoever can get them. No socket, no
 * timer, no clock.
 *
 * ```
 * for (;;) {
 *   const step = machine.next();
 *   if (step.type === 'result') return step.result;
 *   if (step.type === 'query') ask(step.name, step.rrtype, (answer) => machine.answer(step.id, answer));
 *   else waitUntilAnswered();
 * }
 * ```
 *
 * Read next: `check.ts` (the driver over a `Resolver`), `evaluation.ts` (the evaluation itself).
 */
import type { TraceStep } from '@mailwright/authres';
import type { Answer } from '@mailwright/dns';
import { Evaluation, STOPPED } from './evaluation.ts';
import { explainEvaluation, traceEvaluation } from './explain.ts';
import { resolveSession, type SpfMachineOptions } from './options.ts';
import type { SpfDirective } from './record.ts';
import type { SpfCounters, SpfExplanation, SpfIdentity, SpfMatch, SpfProblem, SpfQuestionType, SpfResult, SpfVerdict } from './result.ts';

/** What the machine wants next. */
export type SpfStep =
  /** Ask this; give the answer under `id`. `name` is in presentation form. */
  | { readonly type: 'query'; readonly id: number; readonly name: string; readonly rrtype: SpfQuestionType }
  /** Nothing to ask before an answer comes. */
  | { readonly type: 'wait' }
  | { readonly type: 'result'; readonly result: SpfResult };

const WAIT: SpfStep = { type: 'wait' };
/**
 * One check. The constructor throws TypeError for an `ip` that is none, RangeError for a limit that is none; everything else that the
 * client or the DNS brings is part of the result.
 * @rfc 7208 4
 */
export class SpfMachine {
  readonly #evaluation: Evaluation;
  /** How many questions were handed out. */
  #handedOut = 0;
  #result: SpfResult | undefined;

  constructor(options: SpfMachineOptions) {
    this.#evaluation = new Evaluation(resolveSession(options));
    this.#evaluation.begin();
    if (this.#evaluation.awaited === STOPPED) this.#finish();
  }

  /** One question, or the result, or `wait`. */
  next(): SpfStep {
    if (this.#result !== undefined) return { type: 'result', result: this.#result };
    const { questions } = this.#evaluation;
    if (this.#handedOut === questions.length) return WAIT;
    return questions[this.#handedOut++]!;
  }

  /** Takes the answer to the question `id`. An answer that comes after the result is ignored. Throws RangeError for an `id` that was not handed out. */
  answer(id: number, answer: Answer): void {
    const question = id < this.#handedOut ? this.#evaluation.questions[id] : undefined;
    if (question === undefined) throw new RangeError(`no question ${id} was handed out`);
    if (this.#result !== undefined || question.answer !== undefined) return;
    question.answer = answer;
    if (id === this.#evaluation.awaited) this.#advance(answer);
  }

  /** Ends the check because its time is up: `temperror`, unless only the explanation is missing. @rfc 7208 4.6.4 */
  timeOut(): void {
    if (this.#result !== undefined) return;
    this.#evaluation.stop('temperror', 'time-limit');
    this.#finish();
  }

  /** Runs the evaluation until it needs an answer that has not come. */
  #advance(first: Answer): void {
    const evaluation = this.#evaluation;
    for (let answer: Answer | undefined = first; answer !== undefined; answer = evaluation.questions[evaluation.awaited]!.answer) {
      evaluation.resume(answer);
      if (evaluation.awaited === STOPPED) return this.#finish();
    }
  }

  #finish(): void {
    this.#result = new Outcome(this.#evaluation);
  }
}

/** The verdict at once, the story when it is asked for. A class for its getters: in an object literal they cost 0.3 microseconds. */
class Outcome implements SpfResult {
  readonly result: SpfVerdict;
  readonly identity: SpfIdentity;
  readonly domain: string;
  readonly sender: string;
  readonly nullReversePath: boolean;
  readonly helo: string;
  readonly ip: string;
  readonly problem: SpfProblem | undefined;
  readonly explanation: string | undefined;
  readonly #evaluation: Evaluation;
  #counters: SpfCounters | undefined;
  #matched: readonly SpfMatch[] | undefined;
  #explain: SpfExplanation | undefined;
  #trace: readonly TraceStep[] | undefined;

  constructor(evaluation: Evaluation) {
    const { session } = evaluation;
    this.result = evaluation.result;
    this.identity = session.identity;
    this.domain = session.domain ?? session.givenDomain;
    this.sender = session.sender;
    this.nullReversePath = session.nullReversePath;
    this.helo = session.helo;
    this.ip = session.ipText;
    this.problem = evaluation.problem;
    this.explanation = evaluation.explanation;
    this.#evaluation = evaluation;
  }

  get counters(): SpfCounters {
    const { lookups, voids, questions } = this.#evaluation;
    return (this.#counters ??= { lookups, voidLookups: voids.count, undecidedVoids: voids.undecidedCount, queries: questions.length });
  }

  get matched(): readonly SpfMatch[] {
    return (this.#matched ??= matchesOf(this.#evaluation));
  }

  get explain(): SpfExplanation | undefined {
    return (this.#explain ??= explainEvaluation(this.#evaluation));
  }

  get trace(): readonly TraceStep[] {
    return (this.#trace ??= traceEvaluation(this.#evaluation));
  }

  /** Everything, the getters included. */
  toJSON(): SpfResult {
    return { ...this, counters: this.counters, matched: this.matched, explain: this.explain, trace: this.trace };
  }
}

/** From the outermost record to the innermost; none when the evaluation was stopped. */
function matchesOf({ root }: Evaluation): SpfMatch[] {
  const matches: SpfMatch[] = [];
  let run = root?.result === undefined ? undefined : root;
  while (run !== undefined) {
    const { matched, terms, domain } = run;
    const child = terms.at(-1)?.child;
    if (matched !== undefined) matches.push({ domain, term: matched.text, prefixLength: prefixLengthOf(matched) });
    run = matched === undefined || matched.mechanism === 'include' ? child : undefined;
  }
  return matches;
}

function prefixLengthOf(directive: SpfDirective): number | undefined {
  if (directive.mechanism === 'all') return 0;
  return directive.mechanism === 'ip4' || directive.mechanism === 'ip6' ? directive.prefixLength : undefined;
}
