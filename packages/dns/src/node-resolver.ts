/**
 * The resolver over Node's own DNS client, for who wants no other. What it can't do, because node:dns can't (Node 20 to 24):
 *
 * - no DNSSEC: `secure` is always false, a forged answer looks like any other, `bogus` never comes;
 * - no TTL but for A and AAAA, no SOA of negative answers: the cache has to guess;
 * - no DS, DNSKEY, SVCB, HTTPS, and no TLSA before Node 22.15: `temp` with the reason `unsupported-type`;
 * - names with blanks or any of `@ % " ( / + =` are refused before they are asked, though legal: `temp`, `EBADNAME`;
 * - the end of a chain of aliases is not told: `canonicalName` is `undefined`.
 *
 * The stub client with packets of its own (`stub-resolver.ts`) has none of these gaps and takes its place behind the same `Resolver`.
 * Read next: `node-records.ts`, which turns Node's values into ours.
 */
import { promises } from 'node:dns';
import type { Clock } from '@mailwright/wire';
import { formatName, parseName } from './names.ts';
import { nodeQueries, type NodeAnswer, type NodeDns } from './node-records.ts';
import { isRecordType, type RecordType } from './records.ts';
import { emptyAnswer, type Answer, type QueryOptions, type Resolver } from './resolver.ts';
import { systemClock } from './system.ts';
import { waitFor } from './wait.ts';

const SOURCE = 'node';
const TOTAL_TIMEOUT_MS = 10_000;
const TRY_TIMEOUT_MS = 2_000;
const TRIES = 3;

export interface NodeResolverOptions {
  /** Addresses of name servers, `192.0.2.53`, `[2001:db8::53]:5353`. Default those of the operating system. */
  readonly servers?: readonly string[] | undefined;
  /** For one query, all tries and servers together. Default 10,000. */
  readonly timeoutMs?: number | undefined;
  /** For the first try at one server; Node doubles it from round to round. Default 2,000. */
  readonly tryTimeoutMs?: number | undefined;
  /** Rounds over the servers. Default 3. */
  readonly tries?: number | undefined;
  /** For the deadline. Default the machine's. */
  readonly clock?: Clock | undefined;
  /** In place of a `dns.promises.Resolver` of our own; the options above it, except `timeoutMs` and `clock`, are ignored then. */
  readonly dns?: NodeDns | undefined;
}

/**
 * A resolver over node:dns. It never rejects for an outcome of the DNS, and never takes longer than `timeoutMs`.
 * Throws as Node does for a server that is no address.
 */
export function nodeResolver(options: NodeResolverOptions = {}): Resolver {
  return new NodeResolver(options.dns ?? createNodeDns(options), options.clock ?? systemClock, options.timeoutMs ?? TOTAL_TIMEOUT_MS);
}

function createNodeDns(options: NodeResolverOptions): NodeDns {
  const dns = new promises.Resolver({ timeout: options.tryTimeoutMs ?? TRY_TIMEOUT_MS, tries: options.tries ?? TRIES });
  if (options.servers !== undefined) dns.setServers(options.servers);
  return dns;
}

class NodeResolver implements Resolver {
  readonly #dns: NodeDns;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  /** Queries that somebody waits for, and those that nobody waits for any more. */
  #awaited = 0;
  #abandoned = 0;

  constructor(dns: NodeDns, clock: Clock, timeoutMs: number) {
    this.#dns = dns;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  async query<T extends RecordType>(name: string, type: T, options: QueryOptions = {}): Promise<Answer<T>> {
    if (!isRecordType(type)) throw new TypeError(`not a record type: ${JSON.stringify(type)}`);
    options.signal?.throwIfAborted();
    const labels = parseName(name);
    if (labels === undefined) return emptyAnswer('nxdomain', SOURCE, { reason: 'bad-name' });
    const work = nodeQueries[type](this.#dns, formatName(labels));
    if (work === undefined) return emptyAnswer('temp', SOURCE, { reason: 'unsupported-type' });
    const deadline = Math.min(this.#clock.now() + this.#timeoutMs, options.deadline ?? Infinity);
    // The table holds for each type a query that gives records of that type.
    return (await this.#wait(work, deadline, options.signal)) as Answer<T>;
  }

  async #wait(work: Promise<NodeAnswer>, deadline: number, signal: AbortSignal | undefined): Promise<Answer> {
    let settled = false;
    let left = false;
    const answer = work.then(success, failure).finally(() => {
      settled = true;
      if (left) this.#abandoned--;
    });
    this.#awaited++;
    try {
      return (await waitFor(answer, { clock: this.#clock, deadline, signal })) ?? emptyAnswer('temp', SOURCE, { reason: 'deadline' });
    } finally {
      this.#awaited--;
      if (!settled) {
        left = true;
        this.#abandoned++;
      }
      // Node can only cancel all queries at once: that is done when nobody waits for any, so that no socket outlives its use.
      if (this.#awaited === 0 && this.#abandoned > 0) this.#dns.cancel();
    }
  }
}

function success({ records, ttl }: NodeAnswer): Answer {
  if (records.length === 0) return emptyAnswer('nodata', SOURCE);
  return { status: 'ok', records, ttl, secure: false, source: SOURCE, canonicalName: undefined, reason: undefined };
}

/** c-ares' words for what went wrong. SERVFAIL may hide a `bogus`: the answer does not say. */
function failure(error: unknown): Answer {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  switch (code) {
    case 'ENODATA':
      return emptyAnswer('nodata', SOURCE);
    case 'ENOTFOUND':
      return emptyAnswer('nxdomain', SOURCE);
    default:
      return emptyAnswer('temp', SOURCE, { reason: code });
  }
}
