/** The verdict of DMARC, and what goes into it. `check.ts` makes it. */
import type { MethodResult, TraceStep } from '@mailwright/authres';
import type { AuthorProblem, AuthorVerdict } from './author.ts';
import type { RecordLookup } from './lookup.ts';
import type { AlignmentMode, DmarcPolicy, DmarcRecord } from './record.ts';
import type { TreeWalk } from './tree-walk.ts';

/** What SPF found. */
export interface SpfIdentifier {
  /** The RFC's word: `pass`, `fail`, ... */
  readonly result: string;
  /** The domain that was checked. Of a null reverse-path the HELO name, as RFC 7208 section 2.4 has it. */
  readonly domain: string | undefined;
  /** `helo` is never used: only the MAIL FROM identity is an Authenticated Identifier. @rfc 9989 4.4.2 */
  readonly identity: 'mailfrom' | 'helo';
}

/** What DKIM found of one signature. */
export interface DkimIdentifier {
  readonly result: string;
  /** d= */
  readonly domain: string | undefined;
}

/** An identifier and what DMARC makes of it. */
export interface AlignedIdentifier {
  readonly mechanism: 'spf' | 'dkim';
  /** As it is compared; as it came where it is no domain. */
  readonly domain: string;
  readonly result: string;
  readonly mode: AlignmentMode;
  /** Whether the domain aligns, whatever the result is; `undefined` where the DNS did not say, or where nobody had to know (the result is neither `pass` nor `temperror`). */
  readonly aligned: boolean | undefined;
}

/** @rfc 9989 9.2 */
export type DmarcOutcome = 'none' | 'pass' | 'fail' | 'temperror' | 'permerror';

/** Why the result is what it is. */
export type DmarcReason =
  | 'aligned' // pass
  | 'not-aligned' // fail
  | 'no-record' // none
  | 'several-records' // none: more than one record at the Author Domain, and none above
  | 'bad-record' // permerror: the record of the Author Domain has no policy
  | 'dns' // temperror: the DNS did not say
  | 'identifier-temperror' // temperror: SPF or DKIM could not be checked, and would align
  | `author: ${AuthorProblem}`; // permerror

/** The verdict. */
export interface DmarcResult {
  readonly result: DmarcOutcome;
  readonly reason: DmarcReason;
  readonly author: AuthorVerdict;
  /** What the Domain Owner asks to be done with this message, t=y regarded. `none` for every result but `fail`. What is done is yours to decide. */
  readonly disposition: DmarcPolicy;
  /** The policy for this domain, whether the message passed or not; `undefined` where there is no record. */
  readonly policy: DmarcPolicy | undefined;
  /** Which tag it is from. */
  readonly policyTag: 'p' | 'sp' | 'np' | undefined;
  /** `policy`, one step lower where the record says t=y. */
  readonly appliedPolicy: DmarcPolicy | undefined;
  /** The domain whose record it is. */
  readonly policyDomain: string | undefined;
  /** Whose record it is: the author's own, the organization's or the public suffix's. */
  readonly policySource: 'author' | 'organizational' | 'public-suffix' | undefined;
  readonly record: DmarcRecord | undefined;
  /** Of the Author Domain; the domain itself where nobody had to know (RFC 9989 section 4.10.2). `undefined` where it is not known. */
  readonly organizationalDomain: string | undefined;
  /** How it was found, in the words of aggregate reports (RFC 9990). */
  readonly discoveryMethod: 'treewalk' | 'psl';
  readonly spf: AlignedIdentifier | undefined;
  readonly dkim: readonly AlignedIdentifier[];
  /** The names that were looked at for the policy, in their order. */
  readonly lookups: readonly RecordLookup[];
  /** The walks that had to be made, for the policy and for alignment. */
  readonly walks: readonly TreeWalk[];
  /** How many queries this took; what a cache knew is not counted. */
  readonly queries: number;
  /** Every step. Made when it is first asked for. */
  readonly trace: readonly TraceStep[];
  /** For Authentication-Results. Made when it is asked for. @rfc 9989 9.1 */
  toMethodResult(): MethodResult;
}
