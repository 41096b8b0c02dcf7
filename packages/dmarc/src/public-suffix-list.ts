/**
 * The format of publicsuffix.org, for receivers that determine Organizational Domains by such a list, as RFC 7489 did. No list comes with this package:
 * RFC 9989 does without, and an old list is worse than none.
 *
 *     example.com       a suffix
 *     *.example.com     every label below is one
 *     !www.example.com  but this is not
 */
import { toAscii } from '@mailwright/address';
import { readDomain } from './domain.ts';

/** A list that was read. */
export interface PublicSuffixList {
  /** Rules that were taken. */
  readonly rules: number;
  /** Lines that are no rule. */
  readonly skipped: number;
  /** The domain that its owner registered: one label below the longest suffix. `undefined` where there is none. A-labels. */
  registrableDomain(domain: string): string | undefined;
}

type Rule = 'suffix' | 'wildcard' | 'exception';

const MOST_RULES = 200_000;
const LIST_CHARACTERS = 16_777_216;

/**
 * Reads a list; U-labels become A-labels. Names that no rule has are held to be below a top-level domain, as the format says.
 *
 * Errors: RangeError for a text of more than 16 MB: it is yours, not a stranger's.
 * @rfc 7489 3.2
 */
export function parsePublicSuffixList(text: string): PublicSuffixList {
  if (text.length > LIST_CHARACTERS) throw new RangeError('a public suffix list has 16 MB at most');
  const rules = new Map<string, Rule>();
  let skipped = 0;
  for (const line of text.split('\n')) {
    const [rule = ''] = line.trim().split(/[ \t]/, 1);
    if (rule === '' || rule.startsWith('//')) continue;
    const kind: Rule = rule.startsWith('!') ? 'exception' : rule.startsWith('*.') ? 'wildcard' : 'suffix';
    const name = toAscii(kind === 'suffix' ? rule : rule.slice(kind === 'exception' ? 1 : 2));
    if (name === undefined || rules.size >= MOST_RULES) skipped++;
    else rules.set(`${kind === 'wildcard' ? '*.' : ''}${name}`, kind);
  }
  return { rules: rules.size, skipped, registrableDomain: (domain) => findRegistrable(rules, domain) };
}

function findRegistrable(rules: ReadonlyMap<string, Rule>, domain: string): string | undefined {
  const name = readDomain(domain);
  if (name === undefined) return undefined;
  const labels = name.split('.');
  const suffix = countSuffixLabels(rules, labels);
  return labels.length > suffix ? labels.slice(-suffix - 1).join('.') : undefined;
}

/** How many labels the longest rule that matches has; an exception beats all, and is one shorter than it is written. */
function countSuffixLabels(rules: ReadonlyMap<string, Rule>, labels: readonly string[]): number {
  let longest = 1; // the rule `*` for top-level domains that are not listed
  for (let count = 1; count <= labels.length; count++) {
    const name = labels.slice(-count).join('.');
    const rule = rules.get(name);
    if (rule === 'exception') return count - 1;
    if (rule === 'suffix') longest = count;
    if (count < labels.length && rules.has(`*.${name}`)) longest = Math.max(longest, count + 1);
  }
  return longest;
}
