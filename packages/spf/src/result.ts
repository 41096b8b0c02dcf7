/**
 * What a check comes to. The words are those of RFC 7208 section 2.6; a result is data, and no outcome of the DNS is an exception.
 *
 * Read next: `evaluation.ts`, which comes to it.
 */
import type { TraceStep } from '@mailwright/authres';
import type { AnswerStatus } from '@mailwright/dns';
import type { SpfSyntaxError } from './record-parse.ts';

/** @rfc 7208 2.6 */
export type SpfVerdict = 'none' | 'neutral' | 'pass' | 'fail' | 'softfail' | 'temperror' | 'permerror';

/** Which name the client gave is checked. @rfc 7208 2.3 @rfc 7208 2.4 */
export type SpfIdentity = 'mailfrom' | 'helo';

/** The types that a check asks for. */
export type SpfQuestionType = 'TXT' | 'A' | 'AAAA' | 'MX' | 'PTR';

/**
 * Why it is `none` (`malformed-sender`, `malformed-domain`, `nxdomain`, `no-record`), `permerror` (from `several-records` on) or
 * `temperror` (the last three).
 */
export type SpfProblemCode =
  | 'malformed-sender' | 'malformed-domain' | 'nxdomain' | 'no-record'
  | 'several-records' | 'syntax' | 'include-without-record' | 'redirect-without-record'
  | 'too-many-lookups' | 'too-many-void-lookups' | 'too-many-mx-names' | 'too-many-queries'
  | 'dns-failure' | 'bogus-answer' | 'time-limit';

export interface SpfProblem {
  readonly code: SpfProblemCode;
  /** The domain whose record was being evaluated. */
  readonly domain: string;
  /** The term at fault, as it stands in the record. */
  readonly term: string | undefined;
  /** What is wrong with the term when `code` is `syntax`. */
  readonly syntax: SpfSyntaxError | undefined;
}

/** What was spent. */
export interface SpfCounters {
  /** Terms that cost a lookup: `include`, `a`, `mx`, `ptr`, `exists`, `redirect`. */
  readonly lookups: number;
  /** Names that were asked for in vain. */
  readonly voidLookups: number;
  /** Names without an address of the client's family; if they have one of the other, nobody had to know yet. */
  readonly undecidedVoids: number;
  /** Everything that was asked of the resolver. */
  readonly queries: number;
}

/** A directive that matched. */
export interface SpfMatch {
  /** Whose record it stands in. */
  readonly domain: string;
  /** As it stands in the record. */
  readonly term: string;
  /** How many bits of the client's address had to fit: 0 for `all`, `undefined` where no address was compared. */
  readonly prefixLength: number | undefined;
}

/** One question and what came. */
export interface SpfQuestion {
  readonly name: string;
  readonly type: SpfQuestionType;
  /** `unanswered`: the check was over before the answer came. */
  readonly status: AnswerStatus | 'unanswered';
  /** As text. */
  readonly records: readonly string[];
}

/** One term of a record, evaluated. */
export interface SpfTermExplanation {
  /** As it stands in the record. */
  readonly term: string;
  /** What the domain-spec became; `undefined` where there is none, or where it is no name. */
  readonly target: string | undefined;
  /** `stopped`: the check ended inside of this term. */
  readonly outcome: 'match' | 'no match' | 'stopped';
  readonly questions: readonly SpfQuestion[];
  /** The evaluation of the record that `include` or `redirect` names. */
  readonly check: SpfExplanation | undefined;
  /** After the term. */
  readonly counters: SpfCounters;
}

/** One evaluation of `check_host()`: a record, and the terms that were reached. */
export interface SpfExplanation {
  readonly domain: string;
  readonly result: SpfVerdict;
  readonly questions: readonly SpfQuestion[];
  /** The text of the record; `undefined` where there is none or more than one. */
  readonly record: string | undefined;
  readonly terms: readonly SpfTermExplanation[];
}

/** The outcome of one check, with everything that led to it. */
export interface SpfResult {
  readonly result: SpfVerdict;
  readonly identity: SpfIdentity;
  /** The domain whose policy it is: what DMARC aligns. In A-labels; as given where it is malformed. */
  readonly domain: string;
  /** The sender that was checked: with a null reverse-path, or for the HELO identity, `postmaster@` the HELO name. */
  readonly sender: string;
  /** Nothing stood in MAIL FROM, so that the HELO name stands for it (RFC 7208 section 2.4). */
  readonly nullReversePath: boolean;
  readonly helo: string;
  /** The client's address; an IPv4-mapped one is written as IPv4. */
  readonly ip: string;
  /** The directives that matched, the outer ones first: an `include`, then what matched inside. Empty when the result has no directive. */
  readonly matched: readonly SpfMatch[];
  readonly problem: SpfProblem | undefined;
  /** The domain's text for the sender, printable ASCII. Only for `fail`, when asked for and published. The words are the domain's, not ours. */
  readonly explanation: string | undefined;
  readonly counters: SpfCounters;
  /** The whole evaluation as a tree; `undefined` when nothing was evaluated. Made when it is read. */
  readonly explain: SpfExplanation | undefined;
  /** The same in sentences. Made when it is read. */
  readonly trace: readonly TraceStep[];
}
