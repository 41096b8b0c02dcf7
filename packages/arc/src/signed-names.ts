/**
 * Which fields an ARC-Message-Signature names: those that a DKIM signature names, and the DKIM signatures that are there. Never the
 * Authentication-Results and the fields of ARC itself, which others remove, add and seal.
 */
import { DEFAULT_SIGN_RULES } from '@mailwright/dkim';
import type { SignRule } from '@mailwright/dkim';

/** What is signed where the caller says nothing. @rfc 8617 4.1.2 */
export const DEFAULT_ARC_RULES: readonly SignRule[] = [...DEFAULT_SIGN_RULES, { name: 'DKIM-Signature', oversign: 'never' }];

/** What is never named. @rfc 8617 4.1.2 */
export const UNSIGNABLE_BY_ARC: ReadonlySet<string> = new Set([
  'authentication-results', 'arc-authentication-results', 'arc-message-signature', 'arc-seal', 'received', 'return-path',
]);
