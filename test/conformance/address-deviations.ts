/**
 * Cases about addresses that we hold to be wrong. Each says why, and what we stand for instead; that is what the suite then
 * checks, so a deviation is as binding as a case. The same rows are in docs/conformance.md.
 *
 * Read next: `address.ts`.
 */

/** One case that is not met as stated. */
export interface Deviation {
  readonly suite: string;
  readonly id: string;
  readonly reason: string;
  /** What we stand for, in the terms of the suite. */
  readonly expected: unknown;
}

const NESTED_COMMENT = 'A comment nests (RFC 5322 3.2.2); the name is the whole comment, not what follows its first closing parenthesis.';
const NESTED_GROUP = 'There are no groups in groups (RFC 5322 3.4). The inner names are dropped with a defect, but the address is kept: losing a recipient in silence is worse.';

const member = { address: 'user@example.com', name: '' };
const groupOfOne = { name: 'g0', group: [member] };

export const DEVIATIONS: readonly Deviation[] = [
  { suite: 'address/nodemailer-addressparser', id: '18', reason: NESTED_COMMENT, expected: [{ address: 'user@example.com', name: 'outer (nested) comment' }] },
  {
    suite: 'address/nodemailer-addressparser',
    id: '22',
    reason: 'In `Name <<user@example.com>>` the second `>` is a stray character behind the address, no part of the name.',
    expected: [{ address: 'user@example.com', name: 'Name' }],
  },
  { suite: 'address/nodemailer-addressparser', id: '37', reason: NESTED_GROUP, expected: [groupOfOne, groupOfOne] },
  {
    suite: 'address/nodemailer-addressparser',
    id: '38',
    reason: NESTED_GROUP,
    expected: [{ address: 'normal@example.com', name: '' }, groupOfOne, { address: 'another@test.com', name: '' }],
  },
  { suite: 'address/postal-mime-addressparser', id: '9', reason: NESTED_COMMENT, expected: [{ address: 'john@example.com', name: 'John (Johnny) Doe' }] },
  {
    suite: 'address/postal-mime-addressparser',
    id: '21',
    reason: 'An encoded word holds no `<` (RFC 2047 5) and never makes address syntax (RFC 2047 6.2): what stands before the `<` is plain text and is not decoded.',
    expected: [{ address: 'john@a.co', name: '=?utf-8?Q?John_' }],
  },
  { suite: 'address/postal-mime-addressparser', id: '23', reason: 'A comment alone is no mailbox, only an empty element (RFC 5322 4.4).', expected: [] },
  {
    suite: 'address/postal-mime-addressparser',
    id: '24',
    reason: 'Control characters are never cleaned away to make an address. They stay in the text, the defect names them, and `mailbox` is undefined.',
    expected: [{ address: 'user\0\x01\x02@example.com', name: '' }],
  },
  {
    suite: 'address/postal-mime-addressparser',
    id: '25',
    reason: 'Behind an address in angle brackets a comment is a comment (RFC 5322 3.4); only behind a bare address it has ever been the name. Go (cfws@example.com) says the same.',
    expected: [{ address: 'user@example.com', name: '' }],
  },
  {
    suite: 'address/postal-mime-addressparser',
    id: '26',
    reason: 'White space between the words of a phrase is folding white space, however long (RFC 5322 3.2.2): it is one space in the name.',
    expected: [{ address: '', name: `x ${'a'.repeat(50_000)}` }],
  },
  {
    suite: 'address/go-net-mail',
    id: 'TestAddressParsing.2',
    reason: 'A comment between the words of a display name is not part of the name (RFC 5322 3.2.2); it is in `comments`.',
    expected: [{ name: 'John Doe', address: 'jdoe@machine.example' }],
  },
  { suite: 'address/go-net-mail', id: 'format.31', reason: 'There is no address `@`; writing it is a mistake of the caller.', expected: 'TypeError' },
];
