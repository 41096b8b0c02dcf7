/**
 * The name in the DNS where a key stands: `selector._domainkey.domain`. Both parts come from strangers, so they are held to
 * their grammar before anything is asked of the DNS: no backslash, no quote, no empty label gets there.
 *
 * ```abnf
 * sig-d-tag   = %x64 [FWS] "=" [FWS] domain-name
 * domain-name = sub-domain 1*("." sub-domain)
 * sig-s-tag   = %x73 [FWS] "=" [FWS] selector
 * selector    = sub-domain *( "." sub-domain )
 * ```
 */
import { toAscii } from '@mailwright/address';
import { isAscii } from '@mailwright/wire';

const MAX_NAME_CHARACTERS = 253; // RFC 1035 2.3.4: 255 octets on the wire
const LABELS = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*$/;

/**
 * A domain as the DNS has it: A-labels, lower case. `undefined` where `written` is no domain of two labels or more.
 *
 * @rfc 6376 3.5
 * @rfc 8616 3
 */
export function canonicalSigningDomain(written: string): string | undefined {
  const domain = isAscii(written) ? canonicalLabels(written) : toAscii(written);
  return domain?.includes('.') === true ? domain : undefined;
}

/**
 * A selector as the DNS has it, or `undefined` where `written` is none.
 *
 * Deviation: a label may have low lines, at its ends too; large senders use such selectors, and the DNS holds them (test "low line").
 * @rfc 6376 3.1
 */
export function canonicalSelector(written: string): string | undefined {
  return isAscii(written) ? canonicalLabels(written) : toAscii(written);
}

function canonicalLabels(written: string): string | undefined {
  return written.length <= MAX_NAME_CHARACTERS && LABELS.test(written) ? written.toLowerCase() : undefined;
}

/** The name of the key, for both parts in canonical form; `undefined` where it is too long for the DNS. @rfc 6376 3.6.2.1 */
export function keyName(selector: string, domain: string): string | undefined {
  const name = `${selector}._domainkey.${domain}`;
  return name.length > MAX_NAME_CHARACTERS ? undefined : name;
}

/** True where `domain` is `parent` or below it; both canonical. @rfc 6376 3.5 */
export function isSubdomain(domain: string, parent: string): boolean {
  return domain === parent || domain.endsWith(`.${parent}`);
}
