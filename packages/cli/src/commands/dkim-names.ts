/** Selectors and domains of the command line, as the DNS has them. @rfc 6376 3.1 */
import { canonicalSelector, canonicalSigningDomain, keyName } from '@mailwright/dkim';
import { UsageError } from '../arguments/usage-error.ts';

export interface KeyPlace {
  readonly selector: string;
  readonly domain: string;
  /** `selector._domainkey.domain` */
  readonly name: string;
}

/** Where a key is published. Throws a `UsageError` for what is no selector or domain. */
export function readKeyPlace(givenSelector: string, givenDomain: string): KeyPlace {
  const [selector, domain] = [canonicalSelector(givenSelector), canonicalSigningDomain(givenDomain)];
  if (selector === undefined) throw new UsageError(`${JSON.stringify(givenSelector)} is no selector`, 'A selector is made of letters, digits and hyphens, perhaps with dots: mail2026');
  if (domain === undefined) throw new UsageError(`${JSON.stringify(givenDomain)} is no domain of two labels or more`, 'Give the domain that signs: example.com');
  const name = keyName(selector, domain);
  if (name === undefined) throw new UsageError('selector and domain together are too long for the DNS');
  return { selector, domain, name };
}
