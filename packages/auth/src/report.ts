/**
 * What is known of a message after it was authenticated: a verdict for each method, our field, and what we would do. Verdicts are facts; what is done about
 * them is the caller's decision, and `suggestion` only says what the published policies ask for.
 *
 * Read next: `explain.ts`, `suggest.ts`.
 */
import type { ArcResult, TrustDecision } from '@mailwright/arc';
import type { AuthenticationResults, ForgedField, TraceStep } from '@mailwright/authres';
import type { DkimResult } from '@mailwright/dkim';
import type { AuthorVerdict, DmarcResult } from '@mailwright/dmarc';
import type { Spent } from '@mailwright/dns';
import type { Reply } from '@mailwright/smtp';
import type { SpfResult } from '@mailwright/spf';
import type { LimitReached } from '@mailwright/wire';
import type { IprevResult } from './iprev.ts';

/** SPF of both identities. */
export interface SpfResults {
  /** Of MAIL FROM; for the null reverse-path that of `postmaster@` the HELO name (RFC 7208 section 2.4). `undefined` where the client's address is not known. */
  readonly mailFrom: SpfResult | undefined;
  /** Of the HELO name. `undefined` also where it was not asked for, and for the null reverse-path, where `mailFrom` is the same. */
  readonly helo: SpfResult | undefined;
}

/** A field that claims to be ours and has to go. */
export interface ForgedRange {
  /** Offsets in the header section: `octets.subarray(start, end)` is the field with its line end. */
  readonly start: number;
  readonly end: number;
  /** `ours`: a reader may find our id in it. `unreadable`: nobody can tell whose it is. */
  readonly reason: ForgedField['reason'];
}

/** What may be done with a message. */
export type SuggestedAction = 'accept' | 'quarantine' | 'reject' | 'defer';

/** Why no field of ours can stand in front of a header section, and no field of it be relied on. */
export type UnsafeHeader =
  | 'header-limit' // it is longer than we read
  | 'leading-white-space' // its first line would become the end of our field
  | 'bare-cr'; // some readers end a line there, and would see fields that we don't

/** Why. */
export type SuggestionReason =
  | UnsafeHeader // reject
  | 'author' // reject: no one can say who wrote it, since readers would see different authors
  | 'dmarc-reject' // reject: the author's domain asks for it
  | 'dmarc-quarantine' // quarantine: the author's domain asks for it
  | 'trusted-sealer' // accept, though DMARC fails: a sealer that is trusted saw it pass
  | 'dns' // defer: DMARC can't be judged now
  | 'no-objection'; // accept

/** What the published policies, and nothing else, come to. */
export interface Suggestion {
  readonly action: SuggestedAction;
  readonly reason: SuggestionReason;
  /** The reply to the client for `reject` and `defer`. */
  readonly reply: Reply | undefined;
}

/** Everything that was found. */
export interface AuthenticationReport {
  readonly spf: SpfResults;
  /** One for each DKIM-Signature, from the top down. */
  readonly dkim: readonly DkimResult[];
  readonly arc: ArcResult;
  /** Whether the chain leads to a sealer of `trustedSealers`. */
  readonly arcTrust: TrustDecision;
  readonly dmarc: DmarcResult;
  /** `undefined` where the client's address is not known, or where it was not asked for. */
  readonly iprev: IprevResult | undefined;
  /** The one reading of From. */
  readonly author: AuthorVerdict;
  /** What our field says, as values: for an ARC seal. */
  readonly results: AuthenticationResults;
  /** Our Authentication-Results field, folded, CRLF at its end. It stands above all fields of the message. */
  readonly field: string;
  /** Our Received-SPF field, the same way; `undefined` where SPF was not checked, where it has UTF-8 and the message may not, and where `hostname` is no domain. */
  readonly receivedSpf: string | undefined;
  /** What has to be removed from the message before `field` is added, in ascending order. */
  readonly forged: readonly ForgedRange[];
  readonly suggestion: Suggestion;
  /** Refuse the message whatever else is said: our field would not be safe in it. `undefined` for nearly every message. */
  readonly unsafe: UnsafeHeader | undefined;
  /** The limit at which the reading of the header section stopped; `unsafe` is `header-limit` then. */
  readonly limit: LimitReached | undefined;
  /** What was asked of the DNS. The time is that of all questions, added up. */
  readonly dns: Spent;
  /** Every step of every method. Made when it is first asked for. `explainReport` has them with their method. */
  readonly trace: readonly TraceStep[];
}
