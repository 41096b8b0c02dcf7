/**
 * Cases about ARC that we hold to be wrong, each with the reason and with what we stand for instead; that is what the suite then checks.
 * The same rows are in docs/conformance.md.
 *
 * Read next: `arc.ts`.
 */
import type { Deviation } from './address-deviations.ts';

export const DEVIATIONS: readonly Deviation[] = [
  {
    suite: 'arc/arc-draft-validation-tests',
    id: 'ams_fields_h_empty',
    reason: 'A message signature is one of DKIM, and such a one always covers From (RFC 6376 3.5, 5.4): with an empty `h=` every field of the message may be replaced.',
    expected: 'fail',
  },
];
