/**
 * Names what will break with a message on its way, or under its signature, before it is sent: what RFC 5322, 2045 and their kin forbid, and what
 * relays are known to change. Each group of rules has a file of its own; all of them see the message as octets and change nothing.
 *
 * Left out: whether the message is wanted, and where readers would differ about it (`find-ambiguities.ts`). Read next: `lint-finding.ts`.
 */
import type { MimeLimits } from '../limits.ts';
import { parseMessage } from '../parse/parse-message.ts';
import { lintBodies } from './lint-bodies.ts';
import { lintFields } from './lint-fields.ts';
import { LintReport } from './lint-finding.ts';
import type { LintFinding } from './lint-finding.ts';
import { lintLines } from './lint-lines.ts';
import { lintParts } from './lint-parts.ts';

/** How to look at a message. */
export interface LintOptions extends MimeLimits {
  /** `crlf`: as it goes over the wire. `any`: as in a file, where an LF alone ends a line too. Default `crlf`. */
  readonly lineEnds?: 'crlf' | 'any' | undefined;
  /** The message is meant for sessions with SMTPUTF8 only: UTF-8 in header sections is no finding. Default false. */
  readonly smtpUtf8?: boolean | undefined;
  /** So many findings of each code are kept, the first ones. Default 20. */
  readonly findingsPerCode?: number | undefined;
}

const FINDINGS_PER_CODE = 20;

/**
 * Looks at a whole message.
 *
 * Shape: findings in the order of their offsets; none for a message that is fine. Linear in the size of the message.
 * Errors: none for what the message holds; RangeError for a limit that is no positive integer.
 * @rfc 5322 2.1
 * @rfc 5322 3.6
 * @rfc 2045 2
 */
export function lintMessage(octets: Uint8Array, options: LintOptions = {}): readonly LintFinding[] {
  const { lineEnds = 'crlf', smtpUtf8 = false, findingsPerCode = FINDINGS_PER_CODE } = options;
  if (!Number.isInteger(findingsPerCode) || findingsPerCode < 1) throw new RangeError('findingsPerCode must be a positive integer');
  const report = new LintReport(findingsPerCode);
  const message = parseMessage(octets, options);
  const root = message.parts[0]!;
  if (message.limit !== undefined) report.add('LINT_LIMIT', octets.length);
  lintLines(octets, root.bodyStart, lineEnds === 'any', report);
  lintFields(root.headers, report);
  lintParts(message, smtpUtf8, report);
  lintBodies(message, report);
  return report.findings();
}
