/**
 * Cases about DKIM that we hold to be wrong. Each says why, and what we stand for instead; that is what the suite then
 * checks, so a deviation is as binding as a case. The same rows are in docs/conformance.md.
 *
 * Read next: `dkim.ts`.
 */
import type { Deviation } from './address-deviations.ts';

const PARTIAL = 'Text was added behind the octets that `l=` covers. The signature is right and does not cover the message (RFC 6376 8.2).';
const NO_VERSION = 'The signature has no `v=`, which RFC 6376 3.5 demands; it is from a draft. It is not checked, so it does not fail either.';

export const DEVIATIONS: readonly Deviation[] = [
  { suite: 'dkim/mail-dkim', id: 'mail-dkim/mine_ietf01_4', reason: NO_VERSION, expected: 'permerror' },
  { suite: 'dkim/mail-dkim', id: 'mail-dkim/multiple_2', reason: 'Its signatures are of rsa-sha1 (RFC 8301 3.1), or can not be read; the case says so of others.', expected: 'permerror' },
  { suite: 'dkim/mail-dkim', id: 'mail-dkim/bad_ietf01_2', reason: NO_VERSION, expected: 'permerror' },
  { suite: 'dkim/mail-dkim', id: 'mail-dkim/bad_ietf01_3', reason: NO_VERSION, expected: 'permerror' },
  { suite: 'dkim/mail-dkim', id: 'mail-dkim/bad_1', reason: NO_VERSION, expected: 'permerror' },
  {
    suite: 'dkim/mail-dkim', id: 'mail-dkim/bad_1878954',
    reason: 'The message has LF alone where line ends should be: it is not the one that was signed, and nothing is checked (RFC 6376 5.3). Its signature is of rsa-sha1, too.', expected: 'permerror',
  },
  { suite: 'dkim/opendkim', id: 'opendkim/test28', reason: PARTIAL, expected: 'policy' },
  { suite: 'dkim/opendkim', id: 'opendkim/test29', reason: PARTIAL, expected: 'policy' },
  { suite: 'dkim/opendkim', id: 'opendkim/test31', reason: PARTIAL, expected: 'policy' },
];
