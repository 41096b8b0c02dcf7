/**
 * Cases about POP3 that we hold to be wrong. Each says why, and what we stand for instead; that is what the suite then checks, so a deviation is as binding as a
 * case.
 *
 * Read next: `pop3.ts`.
 */
import type { Deviation } from './address-deviations.ts';

export const DEVIATIONS: readonly Deviation[] = [
  {
    suite: 'pop3/mailkit-transcripts',
    id: 'TestGetMessageUidsParseExceptions',
    reason: 'RFC 1939 7: a listing leaves out what is marked as deleted, so a number may be missing in it. A line without its unique-id is an error here too.',
    expected: { calls: [[3, 221_409], 'error', [[1, '101'], [2, '102'], [4, '103']], null], unexpected: [] },
  },
];
