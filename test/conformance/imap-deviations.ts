/**
 * The IMAP cases that we hold to be wrong, each with its reason and what we assert instead, and the cases that ask for what is
 * not built. The same rows stand in docs/conformance.md; `imap.test.ts` checks that they do.
 */

/** A case that we hold to be wrong. */
export interface HeldWrong {
  readonly suite: string;
  readonly id: string;
  /** What our code must give, in the form of the suite's own expectations; `refused: REASON` for a refusal. */
  readonly ours: string;
  readonly reason: string;
}

/** A case of something that this project does not build. */
export interface NotBuilt {
  readonly suite: string;
  readonly id: string;
  readonly reason: string;
}

const CUT_SHORT = 'The line lost its quoted string when the trace was written down (`LIST "" *` became `LIST`); what is left lacks an argument that RFC 9051 demands';

/** The table. */
export const HELD_WRONG: readonly HeldWrong[] = [
  { suite: 'imap/imap-codec-traces', id: 'test_from_rename: A682 LIST ', ours: 'refused: syntax, a string at 10', reason: CUT_SHORT },
  { suite: 'imap/imap-codec-traces', id: 'test_from_lsub: A002 LSUB ', ours: 'refused: syntax, a string at 10', reason: CUT_SHORT },
  { suite: 'imap/imap-codec-traces', id: 'test_trace_sort: A284 SORT (SUBJECT) US-ASCII TEXT ', ours: 'refused: syntax, a string at 34', reason: CUT_SHORT },
  { suite: 'imap/imap-codec-traces', id: 'test_trace_thread: A284 THREAD ORDEREDSUBJECT US-ASCII TEXT ', ours: 'refused: syntax, a string at 41', reason: CUT_SHORT },
  {
    suite: 'imap/imap-proto-responses', id: 'test_number_overflow: * 2222222222222222222222222222222222222222222C', ours: 'refused: a number below 2^53 at 2',
    reason: 'RFC 9051 9: a number has 32 bits. The suite itself asserts that its parser fails here; the response is told as unreadable and costs nothing else',
  },
  {
    suite: 'imap/mailkit-quirks', id: 'TestParseEnvelopeWithMiscalculatedLiteralMailboxName',
    ours: 'Thu, 29 Apr 2021 10:57:07 +0000 | =?utf-8?B?0J/QsNGA0LrQuNC90LMg0L3QsCDQlNCw0L3QsNC40Lsg0JTQtdGH0LXQsg==?= | from Рецепция Офис сграда Данаил Дечев №6 <facility@xxxxxxxxxxx.com> | to Team <team@xxxxxxxxxxx.com> | reply to - | <d0f6ca6608cfb0b680b7b90824c79118@xxxxxxxxxxx.com>',
    reason: 'RFC 9051 4.3: a literal counts octets. This one counts characters, and what is behind it looks like further strings; host, mailbox and all other fields are read, the quotes inside the name are lost',
  },
  {
    suite: 'imap/mailkit-transcripts', id: 'CreateInvalidUntaggedResponseCommands (ImapClientTests.cs)',
    ours: "unreadable: * {25}\r\nThis should be skipped...",
    reason: 'The case is about a response that is none: it is told as unreadable with its octets, and the next one is read',
  },
  {
    suite: 'imap/mailkit-transcripts', id: 'CreateSuperfluousUntaggedOkNoOrBadCommands (ImapClientTests.cs)',
    ours: 'contained: number-beyond-exists, EXPUNGE of number 1 where 0 messages exist',
    reason: 'The script removes a message from a mailbox that it said is empty; the model tells that it can\'t be, and goes on',
  },
  {
    suite: 'imap/mailkit-transcripts', id: 'CreateUidExpungeCommands (ImapFolderTests.cs)',
    ours: 'contained: number-beyond-exists, EXPUNGE of number 1 where 0 messages exist',
    reason: 'The script removes messages from a mailbox that it said is empty; the model tells that it can\'t be, and goes on',
  },
  {
    suite: 'imap/mailkit-transcripts', id: 'CreateFetchQuotedStringCommands (ImapFolderFetchTests.cs)',
    ours: 'contained: uids-out-of-order, UID 1 at number 3 contradicts 1 that were known; FETCH: uids [[3,1]] in place of [[1,1],[3,1]]',
    reason: 'RFC 9051 2.3.1.1: UIDs ascend. The script gives UID 1 to message 3 after it gave it to message 1; the last word counts',
  },
  {
    suite: 'imap/mailkit-transcripts', id: 'CreateExpungeDuringFetchCommands (ImapFolderFetchTests.cs)',
    ours: 'contained: exists-decreased, 4 messages after 268; FETCH: uids [] in place of [[1,1],[2,3],[3,4],[4,5]]',
    reason: 'RFC 9051 7.4.1: EXISTS never goes below what EXPUNGE left. The script says 270, removes two, and then says 4: which messages are gone can\'t be known, so all numbers are forgotten',
  },
  {
    suite: 'imap/mailkit-transcripts', id: 'CreateFetchStreamUnsolicitedInfoCommands (ImapFolderFetchTests.cs)',
    ours: 'FETCH 1:  can\'t be read: ")" was expected in ; unreadable: )',
    reason: 'The literal of the script is three octets longer than it counts, so that the line ends before the ")" of its list: all items are read, the missing end is told, and the lost ")" is a response of its own that can\'t be read',
  },
];

/** The table of what is not built. */
export const NOT_BUILT: readonly NotBuilt[] = [
];
