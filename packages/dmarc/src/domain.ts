/**
 * The one form in which domains are compared here: A-labels in lower case, no dot at the end. What is no domain never equals anything.
 */
import { canonicalDomain, parseDomain } from '@mailwright/address';
import { isAscii } from '@mailwright/wire';

const MOST_OCTETS = 253; // RFC 1035 2.3.4, as text

/**
 * The domain in the form to compare, or `undefined` where the text is none: empty labels, address literals, characters that no domain has. One dot at the end
 * is taken off.
 *
 * Deviation: labels may have underscores, as names in the DNS do (test "an underscore").
 * @rfc 5890 2.3.2.1
 * @rfc 9989 5.3.1
 */
export function readDomain(text: string): string | undefined {
  const domain = text.endsWith('.') ? text.slice(0, -1) : text;
  if (parseDomain(domain).ok) {
    const canonical = isAscii(domain) ? domain.toLowerCase() : canonicalDomain(domain);
    return canonical.length <= MOST_OCTETS ? canonical : undefined;
  }
  const isName = domain.includes('_') && isAscii(domain) && parseDomain(domain.replaceAll('_', 'x')).ok;
  return isName && domain.length <= MOST_OCTETS ? domain.toLowerCase() : undefined;
}

export function countLabels(domain: string): number {
  let count = 1;
  for (let dot = domain.indexOf('.'); dot !== -1; dot = domain.indexOf('.', dot + 1)) count++;
  return count;
}

/** The last `count` labels of a domain; the domain itself where it has no more. */
export function lastLabels(domain: string, count: number): string {
  let at = domain.length;
  for (let left = count; left > 0 && at > 0; left--) at = domain.lastIndexOf('.', at - 1);
  return at <= 0 ? domain : domain.slice(at + 1);
}

/** True where `domain` is `ancestor` or lies below it. */
export function isWithin(domain: string, ancestor: string): boolean {
  return domain === ancestor || (domain.endsWith(ancestor) && domain[domain.length - ancestor.length - 1] === '.');
}
