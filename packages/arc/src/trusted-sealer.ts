/**
 * Whom to believe. A chain that is whole says that nobody tampered with it, not that anybody in it is honest: everybody can seal, and a
 * sealer can put a chain of others in front of a message of their own. So there is no trust but in the sealers that the caller names.
 */
import { traceStep } from '@mailwright/authres';
import type { TraceStep } from '@mailwright/authres';
import { canonicalSigningDomain } from '@mailwright/dkim';
import type { ArcResult } from './result.ts';

/** How far a chain is trusted. */
export interface TrustDecision {
  readonly trusted: boolean;
  /** The oldest set that is trusted. Like what follows: `undefined` where `trusted` is false. */
  readonly instance: number | undefined;
  /** The domain of its seal. */
  readonly sealer: string | undefined;
  /** What that sealer says of the message as it came to them, for `parseAuthenticationResults`. */
  readonly authenticationResults: string | undefined;
  readonly trace: readonly TraceStep[];
}

/**
 * Decides whether a chain leads to a sealer that is trusted, and to which one.
 *
 * Shape: `list` are domains of sealers (`d=` of ARC-Seal), letter case and U-labels no matter; a subdomain is another domain. A set is
 * trusted where its sealer and the sealers of all newer sets are on the list, since each of them could have replaced the message. Nothing is
 * trusted of a chain that is not `pass`, and nothing where the list is empty.
 *
 * Errors: TypeError for an entry that is no domain of two labels or more.
 * @rfc 8617 9.4
 */
export function trustedSealer(result: ArcResult, list: Iterable<string>): TrustDecision {
  const trustedDomains = new Set<string>();
  for (const entry of list) {
    const domain = canonicalSigningDomain(entry);
    if (domain === undefined) throw new TypeError(`not a domain: ${JSON.stringify(entry)}`);
    trustedDomains.add(domain);
  }
  if (result.result !== 'pass') return distrust(`a chain that is ${result.result} is not trusted`);
  const { instances } = result;
  let first = instances.length;
  while (first > 0 && isOnList(instances[first - 1]!.seal.domain, trustedDomains)) first--;
  const oldest = instances[first];
  if (oldest === undefined) return distrust(`the newest sealer, ${instances.at(-1)?.seal.domain ?? 'nobody'}, is not on the list`);
  const { instance, seal, authenticationResults } = oldest;
  const text = `i=${instance}: ${seal.domain} and all sealers behind it are on the list`;
  return { trusted: true, instance, sealer: seal.domain, authenticationResults, trace: [traceStep('8617 9.4', text, { instance, sealer: seal.domain })] };
}

function isOnList(domain: string | undefined, list: ReadonlySet<string>): boolean {
  return domain !== undefined && list.has(domain);
}

function distrust(text: string): TrustDecision {
  return { trusted: false, instance: undefined, sealer: undefined, authenticationResults: undefined, trace: [traceStep('8617 9.4', text)] };
}
