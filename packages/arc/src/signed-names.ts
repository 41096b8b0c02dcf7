/**
 * Which fields an ARC-Message-Signature names: those that a DKIM signature names, and the DKIM signatures that are there. Never the
 * Authentication-Results and the fields of ARC itself, which others remove, add and seal.
 */
import { DEFAULT_SIGN_RULES } from '@mailwright/dkim';
import type { SignRule } from '@mailwright/dkim';
import type { HeaderField } from '@mailwright/mime';

/** What is signed where the caller says nothing. @rfc 8617 4.1.2 */
export const DEFAULT_ARC_RULES: readonly SignRule[] = [...DEFAULT_SIGN_RULES, { name: 'DKIM-Signature', oversign: 'never' }];

const FIELD_NAME = /^[\x21-\x39\x3c-\x7e]+$/;
const UNSIGNABLE: ReadonlySet<string> = new Set([
  'authentication-results', 'arc-authentication-results', 'arc-message-signature', 'arc-seal', 'received', 'return-path',
]);

/**
 * Checks rules. Throws TypeError for a name that is none, that is there twice or that must not be signed, and where From is missing.
 *
 * @rfc 8617 4.1.2
 */
export function checkSignRules(rules: readonly SignRule[]): void {
  const names = new Set<string>();
  for (const { name, oversign } of rules) {
    const lower = name.toLowerCase();
    if (!FIELD_NAME.test(name)) throw new TypeError(`not a field name: ${JSON.stringify(name)}`);
    if (UNSIGNABLE.has(lower)) throw new TypeError(`${name} is not signed by an ARC-Message-Signature`);
    if (names.has(lower)) throw new TypeError(`${name} has two rules`);
    if (oversign !== 'always' && oversign !== 'if-present' && oversign !== 'never') throw new TypeError(`${name}: oversign is always, if-present or never`);
    names.add(lower);
  }
  if (!names.has('from')) throw new TypeError('From is always signed (RFC 6376 5.4)');
}

/** The names for `h=`, in the order of the rules: as often as there are fields, and once more as the rule says. */
export function listSignedNames(rules: readonly SignRule[], fields: readonly HeaderField[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { name } of fields) {
    const lower = name.toLowerCase();
    counts.set(lower, (counts.get(lower) ?? 0) + 1);
  }
  const names: string[] = [];
  for (const { name, oversign } of rules) {
    const lower = name.toLowerCase();
    const count = counts.get(lower) ?? 0;
    const times = count + (oversign === 'always' || (oversign === 'if-present' && count > 0) ? 1 : 0);
    for (let time = 0; time < times; time++) names.push(lower);
  }
  return names;
}
