/**
 * A capability that is off is not there: its commands are unknown, its items, keys, parameters and forms are wrong. For every row the line is
 * said to a server that has nothing but IMAP4rev1, to one with what the line needs, and to one with all but that.
 */
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { allCapabilities, resolveCapabilities } from '../src/server/capabilities.ts';
import { registeredExtensions } from '../src/tables.ts';
import { ServerSubject } from './server-subject.ts';

/** Capability, and a command that is right with it and IMAP4rev1. `after` login unless it says `select`. */
const LINES: readonly (readonly [capability: string, line: string, after?: 'select' | 'greeting'])[] = [
  ['ACL', 'GETACL INBOX'],
  ['ACL', 'SETACL INBOX bob lr'],
  ['BINARY', 'FETCH 1 BINARY.SIZE[1]', 'select'],
  ['BINARY', 'FETCH 1 (BINARY.PEEK[1])', 'select'],
  ['BINARY', 'APPEND x ~{1}'],
  ['CATENATE', 'APPEND x CATENATE (URL "/INBOX/;UID=1")'],
  ['COMPRESS=DEFLATE', 'COMPRESS DEFLATE'],
  ['CONDSTORE', 'FETCH 1 (MODSEQ)', 'select'],
  ['CONDSTORE', 'FETCH 1 FLAGS (CHANGEDSINCE 5)', 'select'],
  ['CONDSTORE', 'STORE 1 (UNCHANGEDSINCE 5) +FLAGS.SILENT (x)', 'select'],
  ['CONDSTORE', 'SELECT INBOX (CONDSTORE)'],
  ['CONDSTORE', 'STATUS INBOX (HIGHESTMODSEQ)'],
  ['CONDSTORE', 'SEARCH MODSEQ 5', 'select'],
  ['CREATE-SPECIAL-USE', 'CREATE x (USE (\\Sent))'],
  ['ENABLE', 'ENABLE CONDSTORE'],
  ['ESEARCH', 'SEARCH RETURN (MIN) ALL', 'select'],
  ['ESEARCH', 'SEARCH RETURN () ALL', 'select'],
  ['ESORT', 'SORT RETURN (COUNT) (ARRIVAL) UTF-8 ALL', 'select'],
  ['ID', 'ID NIL'],
  ['IDLE', 'IDLE'],
  ['LANGUAGE', 'LANGUAGE'],
  ['LIST-EXTENDED', 'LIST "" (x y)'],
  ['LIST-EXTENDED', 'LIST (SUBSCRIBED) "" *'],
  ['LIST-METADATA', 'LIST "" * RETURN (METADATA ("/shared/comment"))'],
  ['LIST-MYRIGHTS', 'LIST "" * RETURN (MYRIGHTS)'],
  ['LIST-STATUS', 'LIST "" * RETURN (STATUS (MESSAGES))'],
  ['LITERAL-', 'CREATE {1+}\r\nx'],
  ['METADATA', 'GETMETADATA INBOX /shared/comment'],
  ['METADATA', 'SETMETADATA INBOX (/shared/comment "x")'],
  ['METADATA-SERVER', 'GETMETADATA "" /shared/comment'],
  ['METADATA-SERVER', 'SETMETADATA "" (/shared/comment "x")'],
  ['MOVE', 'MOVE 1 x', 'select'],
  ['MULTISEARCH', 'ESEARCH ALL'],
  ['NAMESPACE', 'NAMESPACE'],
  ['NOTIFY', 'NOTIFY NONE'],
  ['OBJECTID', 'FETCH 1 EMAILID', 'select'],
  ['OBJECTID', 'STATUS INBOX (MAILBOXID)'],
  ['PARTIAL', 'FETCH 1:3 FLAGS (PARTIAL 1:2)', 'select'],
  ['PREVIEW', 'FETCH 1 PREVIEW', 'select'],
  ['QRESYNC', 'SELECT INBOX (QRESYNC (1 2))'],
  ['QUOTA', 'GETQUOTAROOT INBOX'],
  ['QUOTA', 'SETQUOTA "" (STORAGE 512)'],
  ['REPLACE', 'REPLACE 1 x {1}', 'select'],
  ['SASL-IR', 'AUTHENTICATE PLAIN AGEAYg==', 'greeting'],
  ['SAVEDATE', 'FETCH 1 SAVEDATE', 'select'],
  ['SAVEDATE', 'SEARCH SAVEDON 1-Feb-2026', 'select'],
  ['SEARCH=FUZZY', 'SEARCH FUZZY SUBJECT x', 'select'],
  ['SEARCHRES', 'FETCH $ FLAGS', 'select'],
  ['SEARCHRES', 'SEARCH NOT $', 'select'],
  ['SORT', 'SORT (ARRIVAL) UTF-8 ALL', 'select'],
  ['SORT=DISPLAY', 'SORT (DISPLAYFROM) UTF-8 ALL', 'select'],
  ['SPECIAL-USE', 'LIST (SPECIAL-USE) "" *'],
  ['STATUS=SIZE', 'STATUS INBOX (SIZE)'],
  ['THREAD=REFERENCES', 'THREAD REFERENCES UTF-8 ALL', 'select'],
  ['UIDBATCHES', 'UIDBATCHES 500', 'select'],
  ['UIDPLUS', 'UID EXPUNGE 1', 'select'],
  ['UNAUTHENTICATE', 'UNAUTHENTICATE'],
  ['UNSELECT', 'UNSELECT', 'select'],
  ['UTF8=ACCEPT', 'APPEND x UTF8 (~{1}'],
  ['WITHIN', 'SEARCH YOUNGER 60', 'select'],
  ['X-GM-EXT-1', 'FETCH 1 X-GM-MSGID', 'select'],
  ['X-GM-EXT-1', 'STORE 1 +X-GM-LABELS (x)', 'select'],
  ['X-GM-EXT-1', 'SEARCH X-GM-RAW x', 'select'],
];

const COMPLAINTS = ['IMAP_UNKNOWN_COMMAND', 'IMAP_CAPABILITY_OFF', 'IMAP_LITERAL'].map((code) => `violation ${code}`);

/** What the server complains of when this is said to it, or `ok`. */
function complaint(capabilities: readonly string[], line: string, after: 'select' | 'greeting' | undefined): string {
  const subject = new ServerSubject({ capabilities, mechanisms: ['PLAIN'], ...(after === 'greeting' ? {} : { after: after ?? 'login' }) });
  subject.output();
  subject.feed(new TextEncoder().encode(`a ${line}\r\n`));
  const output = new TextDecoder().decode(subject.output());
  const violation = subject.log().find((entry) => entry.startsWith('violation'));
  if (violation !== undefined) expect(output).toMatch(/^a (?:BAD|NO) /);
  return violation ?? 'ok';
}

/** The capabilities that bring this one with them. */
function bringersOf(capability: string): Set<string> {
  return new Set(allCapabilities().filter((other) => resolveCapabilities([other]).offers(capability)));
}

describe.each(LINES.map(([capability, line, after]) => ({ capability, line, after })))('$capability: $line', ({ capability, line, after }) => {
  test('off -> refused, on -> the driver has it', () => {
    expect(COMPLAINTS).toContain(complaint([], line, after));
    expect(complaint([capability], line, after)).toBe('ok');
  });

  test('everything else on -> still refused', () => {
    const bringers = new Set([...bringersOf(capability), ...(capability === 'METADATA-SERVER' ? bringersOf('METADATA') : [])]);
    const others = allCapabilities().filter((other) => other !== capability && other !== 'IMAP4rev2' && !bringers.has(other) && !(capability === 'LITERAL-' && other === 'LITERAL+'));
    const rest = capability === 'PARTIAL' ? others.filter((other) => !other.startsWith('CONTEXT=')) : others;
    expect(COMPLAINTS).toContain(complaint(rest, line, after));
  });

  test('IMAP4rev2 alone -> there if it is built in', () => {
    const builtIn = registeredExtensions().some((extension) => extension.capability === capability && extension.inRev2);
    expect(complaint(['IMAP4rev2'], line, after) === 'ok').toBe(builtIn);
  });
});

test.each([
  ['LSUB "" *', undefined], ['CHECK', 'select'], ['FETCH 1 RFC822', 'select'], ['FETCH 1 RFC822.TEXT', 'select'], ['SEARCH NEW', 'select'], ['STATUS INBOX (RECENT)', undefined],
] as const)('rfc9051 E: %s is IMAP4rev1 alone', (line, after) => {
  expect(complaint(['IMAP4rev1', 'IMAP4rev2'], line, after)).toBe('ok');
  expect(COMPLAINTS).toContain(complaint(['IMAP4rev2'], line, after));
});

test('rfc9051 6.3.11: STATUS DELETED is IMAP4rev2, or comes with QUOTA', () => {
  expect(complaint(['IMAP4rev2'], 'STATUS INBOX (DELETED)', undefined)).toBe('ok');
  expect(complaint(['QUOTA'], 'STATUS INBOX (MESSAGES)', undefined)).toBe('ok');
});

test.each([
  ['(SELECTED (MessageNew (UID PREVIEW) MessageExpunge))', ['NOTIFY'], 'violation IMAP_CAPABILITY_OFF'],
  ['(SELECTED (MessageNew (UID PREVIEW) MessageExpunge))', ['NOTIFY', 'PREVIEW'], 'ok'],
  ['(INBOXES (MessageNew MessageExpunge))', ['NOTIFY'], 'ok'],
])('rfc5465 5.2: NOTIFY SET %s with %j -> %s', (groups, capabilities, outcome) => {
  expect(complaint(capabilities, `NOTIFY SET ${groups}`, undefined)).toBe(outcome);
});

test('60 seeded subsets: each line is refused exactly where nothing in the set offers what it needs', () => {
  const random = new SeededRandom(11);
  const all = [...allCapabilities(), 'THREAD=REFERENCES'].filter((capability) => capability !== 'IMAP4rev2' && capability !== 'LITERAL+');
  for (let round = 0; round < 60; round++) {
    const set = all.filter(() => random.word() % 2 === 0);
    const resolved = resolveCapabilities(set);
    for (const [capability, line, after] of LINES) {
      const offered = resolved.offers(capability) || (capability === 'PARTIAL' && line.includes('SEARCH') && resolved.offers('CONTEXT=SEARCH'))
        || (capability === 'METADATA-SERVER' && resolved.offers('METADATA'));
      expect([set.join(' '), line, complaint(set, line, after) === 'ok']).toEqual([set.join(' '), line, offered]);
    }
  }
});
