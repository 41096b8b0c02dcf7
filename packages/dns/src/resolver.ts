/**
 * What the mail packages know of the DNS: one method. Everything behind it can be swapped: the node:dns adapter, the cache in
 * front of another resolver, the in-memory zone of a test, a client with packets of its own.
 *
 * An outcome of the DNS is a value, never an exception: "there is no such name" and "nobody answered" lead to different
 * replies to the sender (RFC 5321 section 5.1), and a catch block makes them look alike.
 */
import type { RecordByType, RecordType } from './records.ts';

export interface QueryOptions {
  /** Stops waiting; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** When to stop waiting, in milliseconds of the resolver's clock (`clock.now()`); the answer is `temp` then. */
  readonly deadline?: number | undefined;
}

export interface Resolver {
  /**
   * Asks for the records of `type` at `name` (presentation form, absolute, with or without the dot at the end; U-labels are
   * turned into A-labels). Aliases are followed. A name that the DNS can't hold gives `nxdomain`. Rejects when `signal` aborts, and
   * with a TypeError for a type that is not in `RECORD_TYPES`; never for an outcome of the DNS.
   */
  query<T extends RecordType>(name: string, type: T, options?: QueryOptions): Promise<Answer<T>>;
}

/**
 * `ok`: there are records. `nodata`: the name exists, without records of this type. `nxdomain`: the name does not exist, nor
 * anything below it. `temp`: nobody could say (SERVFAIL, REFUSED, no answer in time); ask later. `bogus`: an answer came and
 * DNSSEC proves it false.
 *
 * @rfc 2308 2
 * @rfc 4035 4.3
 */
export type AnswerStatus = 'ok' | 'nodata' | 'nxdomain' | 'temp' | 'bogus';

export interface Answer<T extends RecordType = RecordType> {
  readonly status: AnswerStatus;
  /** One at least when `status` is `ok`, none otherwise. */
  readonly records: readonly RecordByType[T][];
  /** Seconds the answer may be kept; `undefined` when the source does not tell. For `nodata` and `nxdomain` from the SOA (RFC 2308). */
  readonly ttl: number | undefined;
  /** DNSSEC vouches for the answer, aliases included, and whoever says so is trusted. */
  readonly secure: boolean;
  /** Who answered: `zone`, `node`, `cache`, or what another resolver calls itself. */
  readonly source: string;
  /** The name at the end of the chain of aliases; `undefined` when the source does not tell. */
  readonly canonicalName: string | undefined;
  /** Why it is `temp` or `bogus`, or another remark worth a log line: a stable word, e.g. `deadline`, `ETIMEOUT`. */
  readonly reason: string | undefined;
}

/** What an empty answer may say beyond its status. */
export type EmptyAnswerFacts = Partial<Pick<Answer, 'ttl' | 'secure' | 'canonicalName' | 'reason'>>;

/** An answer without records. All makers of answers go through here or spell out every field: one shape. */
export function emptyAnswer(status: Exclude<AnswerStatus, 'ok'>, source: string, facts: EmptyAnswerFacts = {}): Answer<never> {
  return {
    status,
    records: [],
    ttl: facts.ttl,
    secure: facts.secure ?? false,
    source,
    canonicalName: facts.canonicalName,
    reason: facts.reason,
  };
}
