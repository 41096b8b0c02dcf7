/**
 * What an evaluation leaves behind while it goes: enough to tell the whole story afterwards, as little as possible while nobody asks.
 * A term that asks nothing leaves no trace of its own; its place in the record says that it was reached.
 *
 * Read next: `explain.ts`, which makes the tree and the sentences out of it.
 */
import type { Answer } from '@mailwright/dns';
import type { KnownName } from './record-cache.ts';
import type { SpfDirective, SpfModifier, SpfRecord } from './record.ts';
import type { SpfQuestionType, SpfVerdict } from './result.ts';

/** A question; what the machine hands out is this very object. */
export interface AskedQuestion {
  readonly type: 'query';
  /** Its place in the list of all questions. */
  readonly id: number;
  readonly name: string;
  readonly rrtype: SpfQuestionType;
  answer: Answer | undefined;
}

/** One run of `check_host()`. */
export interface CheckRun {
  readonly domain: string;
  /** The run whose `include` or `redirect` led here, and that term; both `undefined` for the first run. */
  readonly parent: CheckRun | undefined;
  readonly via: TermRun | undefined;
  /** The id of its TXT question, negative when it was not asked. */
  readonly question: number;
  /** What was known of the domain when the run began. */
  readonly known: KnownName | undefined;
  text: string | undefined;
  record: SpfRecord | undefined;
  /** How many directives were reached. */
  reached: number;
  /** The directive that matched. */
  matched: SpfDirective | undefined;
  /** `undefined` while it runs, and for ever when the evaluation was stopped inside. */
  result: SpfVerdict | undefined;
  /** Terms that cost a lookup, in order. */
  readonly terms: TermRun[];
}

/** One term that costs a lookup. */
export interface TermRun {
  readonly term: SpfDirective | SpfModifier;
  target: string | undefined;
  /** Its questions are those from `firstQuestion` to before `questionsEnd`, those of `child` among them. */
  readonly firstQuestion: number;
  questionsEnd: number;
  child: CheckRun | undefined;
  /** `undefined` when the evaluation was stopped inside. */
  isMatch: boolean | undefined;
  lookups: number;
  voidLookups: number;
  undecidedVoids: number;
}
