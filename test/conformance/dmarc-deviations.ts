/**
 * Cases about DMARC and Authentication-Results that we hold to be wrong. Each says why, and what we stand for instead; that is what the suite then checks, so a
 * deviation is as binding as a case. The same rows are in docs/conformance.md.
 *
 * Read next: `dmarc.ts`, `auth-results.ts`.
 */
import type { Deviation } from './address-deviations.ts';

const BY_LIST = 'Recorded when this domain came from a public suffix list. By the tree walk of RFC 9989 4.10.2 a name whose parents have no record is its own Organizational Domain.';
const ONE_TAG = 'RFC 9989 4.8: a syntax error costs the tag, its default counts; only p, sp and np can spoil the record.';
const GONE = 'RFC 9989 9.3 made the tag historic: it is ignored, whatever it says.';
const NO_P = 'RFC 9989 4.7: a record without p is as one with p=none, rua or not, where nothing else in it is outside the grammar; this case is of RFC 7489, which demands p.';

const strictSubdomain = {
  result: 'pass', domain: 'mail.example.com', policy: 'reject', p: 'reject', sp: 'reject', np: null, record: 'v=DMARC1; p=reject; adkim=s',
  alignment: { spf: { strict: false }, dkim: { result: 'mail.example.com', strict: true } },
};
const ownRecord = {
  result: 'pass', domain: 'mail.example.com', policy: 'reject', p: 'reject', sp: 'reject', np: null, record: 'v=DMARC1; p=reject',
  alignment: { spf: { strict: false }, dkim: { result: 'mail.example.com', strict: false } },
};

export const DEVIATIONS: readonly Deviation[] = [
  { suite: 'dmarc/mailauth-evaluate', id: '7', reason: BY_LIST, expected: strictSubdomain },
  { suite: 'dmarc/mailauth-evaluate', id: '14', reason: BY_LIST, expected: ownRecord },
  {
    suite: 'dmarc/mailauth-evaluate',
    id: '16',
    reason: BY_LIST,
    expected: { result: 'none', domain: 'mail.example.com', policy: null, p: null, sp: null, np: null, record: null, alignment: null },
  },
  { suite: 'dmarc/opendmarc-record-parse', id: '4', reason: ONE_TAG, expected: 'usable' },
  { suite: 'dmarc/opendmarc-record-parse', id: '5', reason: GONE, expected: 'usable' },
  { suite: 'dmarc/opendmarc-record-parse', id: '6', reason: GONE, expected: 'usable' },
  { suite: 'dmarc/opendmarc-record-parse', id: '9', reason: GONE, expected: 'usable' },
  {
    suite: 'dmarc/opendmarc-alignment',
    id: '3',
    reason: 'A name with empty labels is no domain (RFC 1035 2.3.1) and aligns with nothing; guessing which one was meant is how forged names pass.',
    expected: false,
  },
  {
    suite: 'dmarc/opendmarc-from-domain',
    id: '1',
    reason: 'A quoted name and an address without angle brackets behind it is no grammar of RFC 5322 3.4; readers that look for brackets find another address than readers that look for the last word.',
    expected: 'malformed',
  },
  {
    suite: 'dmarc/opendmarc-from-domain',
    id: '3',
    reason: 'Two authors of two domains have no Author Domain (RFC 9989 5.3.1); to take the first lets a stranger choose which one is checked.',
    expected: 'several-domains',
  },
  { suite: 'dmarc/mox-record-parse', id: '2', reason: NO_P, expected: true },
  { suite: 'dmarc/mox-record-parse', id: '4', reason: NO_P, expected: true },
  { suite: 'dmarc/mox-record-parse', id: '6', reason: NO_P, expected: true },
  { suite: 'dmarc/mox-record-parse', id: '7', reason: NO_P, expected: true },
  { suite: 'dmarc/mox-record-parse', id: '8', reason: NO_P, expected: true },
  { suite: 'dmarc/mox-record-parse', id: '9', reason: NO_P, expected: true },
  { suite: 'dmarc/mox-record-parse', id: '11', reason: NO_P, expected: true },
  { suite: 'dmarc/mox-record-parse', id: '13', reason: NO_P, expected: true },
  { suite: 'dmarc/mox-record-parse', id: '15', reason: NO_P, expected: true },
  {
    suite: 'dmarc/mox-record-parse',
    id: '16',
    reason: 'RFC 9989 4.8: a size behind a URI is obsolete and ignored, whatever number it is; the URI is a valid one, so the record acts as p=none (4.10.1).',
    expected: true,
  },
  {
    suite: 'auth-results/go-msgauth',
    id: '0',
    reason: 'RFC 8601 2.2: the authserv-id must be there. A field that does not say who says it is refused as a whole, so that nobody takes it for his own.',
    expected: 'expected-authserv-id',
  },
];

/** Cases of other formats in the same files: they count as skipped. */
export const OF_OTHER_FORMATS = 'BIMI records (11 cases of `dmarc/checkdmarc-records`)';
