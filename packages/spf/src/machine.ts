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
import type { Answer } from '@mailwright/dns';
import { Evaluation, TOO_MANY, type Evaluating } from './evaluation.ts';
import { explainEvaluation, traceEvaluation } from './explain.ts';
import { resolveSession, type SpfMachineOptions } from './options.ts';
import type { SpfExplanation, SpfMatch, SpfQuestionType, SpfResult } from './result.ts';
import type { SpfDirective } from './record.ts';
import type { TraceStep } from '@mailwright/authres';

/** What the machine wants next. */
export type SpfStep =
  /** Ask this; give the answer under `id`. `name` is in presentation form. */
  | { readonly type: 'query'; readonly id: number; readonly name: string; readonly rrtype: SpfQuestionType }
  /** Nothing to ask before an answer comes. */
  | { readonly type: 'wait' }
  | { readonly type: 'result'; readonly result: SpfResult };

const WAIT: SpfStep = { type: 'wait' };
/** What a generator is started with; it never looks at it. */
const START: Answer = { status: 'nodata', records: [], ttl: undefined, secure: false, source: '', canonicalName: undefined, reason: undefined };

/**
 * One check. The constructor throws TypeError for an `ip` that is none, RangeError for a limit that is none; everything else that the
 * client or the DNS brings is part of the result.
 * @rfc 7208 4
 */
export class SpfMachine {
  readonly #evaluation: Evaluation;
  readonly #steps: Evaluating<void>;
  /** The id of the answer that the evaluation waits for. */
  #awaited = -1;
  /** How many questions were handed out. */
  #handedOut = 0;
  #result: SpfResult | undefined;

  constructor(options: SpfMachineOptions) {
    this.#evaluation = new Evaluation(resolveSession(options));
    this.#steps = this.#evaluation.run();
    this.#advance(START);
  }

  /** One question, or the result, or `wait`. */
  next(): SpfStep {
    if (this.#result !== undefined) return { type: 'result', result: this.#result };
    const { questions } = this.#evaluation;
    if (this.#handedOut === questions.length) return WAIT;
    const id = this.#handedOut++;
    const { name, type } = questions[id]!;
    return { type: 'query', id, name, rrtype: type };
  }

  /** Takes the answer to the question `id`. An answer that comes after the result is ignored. Throws RangeError for an `id` that was not handed out. */
  answer(id: number, answer: Answer): void {
    const question = id < this.#handedOut ? this.#evaluation.questions[id] : undefined;
    if (question === undefined) throw new RangeError(`no question ${id} was handed out`);
    if (this.#result !== undefined || question.answer !== undefined) return;
    question.answer = answer;
    if (id === this.#awaited) this.#advance(answer);
  }

  /** Ends the check because its time is up: `temperror`, unless only the explanation is missing. @rfc 7208 4.6.4 */
  timeOut(): void {
    if (this.#result !== undefined) return;
    this.#evaluation.stop('temperror', 'time-limit');
    this.#finish();
  }

  /** Runs the evaluation until it needs an answer that has not come. */
  #advance(first: Answer): void {
    for (let answer: Answer | undefined = first; answer !== undefined; answer = this.#evaluation.questions[this.#awaited]!.answer) {
      const { done, value } = this.#steps.next(answer);
      if (done === true) return this.#finish();
      if (value === TOO_MANY) this.#evaluation.stop('permerror', 'too-many-queries');
      if (value < 0) return this.#finish();
      this.#awaited = value;
    }
  }

  #finish(): void {
    this.#result = makeResult(this.#evaluation);
  }
}

function makeResult(evaluation: Evaluation): SpfResult {
  const { session, result, problem, explanation } = evaluation;
  let explain: SpfExplanation | undefined;
  let trace: readonly TraceStep[] | undefined;
  return {
    result,
    identity: session.identity,
    domain: session.domain ?? session.givenDomain,
    sender: `${session.localPart}@${session.senderDomain}`,
    nullReversePath: session.nullReversePath,
    helo: session.helo,
    ip: session.ipText,
    matched: matchesOf(evaluation),
    problem,
    explanation,
    counters: { lookups: evaluation.lookups, voidLookups: evaluation.voids.count, undecidedVoids: evaluation.voids.undecidedCount, queries: evaluation.questions.length },
    get explain() {
      return (explain ??= explainEvaluation(evaluation));
    },
    get trace() {
      return (trace ??= traceEvaluation(evaluation));
    },
  };
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
