/** Signs letters before they go out, each for the domain of its author. */
import { canonicalDomain } from '@mailwright/address';
import { SIGNED_DOMAINS, type DemoDomain } from './demo-domain.ts';
import type { Sample } from './samples.ts';

/** The letters with their signatures, where they come from a domain of ours. */
export function signSamples(samples: readonly Sample[], domain: DemoDomain): Promise<readonly Sample[]> {
  return Promise.all(samples.map(async (sample) => {
    const name = canonicalDomain(sample.from.domain);
    if (!SIGNED_DOMAINS.includes(name)) return sample;
    return { ...sample, octets: await domain.sign(sample.octets, name), signed: true };
  }));
}
