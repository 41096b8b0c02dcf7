/**
 * Servers with any subset of the capabilities: every command has an answer of the protocol, nothing fails inside, and what is off is not there.
 */
import { MachineClient } from './machine-client.ts';
import { memoryPair } from '@mailwright/net';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { defaultCapabilities } from '../../src/index.ts';
import { literal, login, makeServer, makeStore } from './line-client.ts';

const COMMANDS: readonly string[] = [
  'NOOP', 'CAPABILITY', 'ID NIL', 'NAMESPACE', 'LIST "" *', 'LIST (SUBSCRIBED) "" * RETURN (CHILDREN STATUS (MESSAGES))', 'LSUB "" *', 'CREATE a/b', 'CREATE Bin (USE (\\Trash))', 'SUBSCRIBE a/b',
  'RENAME a/b c', 'STATUS INBOX (MESSAGES UIDNEXT SIZE HIGHESTMODSEQ)', `APPEND INBOX (\\Seen) ${literal('Subject: x\r\n\r\ny')}`, `APPEND INBOX ${literal('a')} ${literal('b')}`,
  `APPEND INBOX CATENATE (TEXT ${literal('Subject: c\r\n\r\n')} URL "/INBOX/;UID=1/;SECTION=TEXT")`, 'ENABLE CONDSTORE', 'SELECT INBOX', 'SELECT INBOX (QRESYNC (1 1))', 'SELECT INBOX (CONDSTORE)', 'SELECT INBOX',
  'FETCH 1:* FULL', 'FETCH 1 (MODSEQ EMAILID PREVIEW SAVEDATE)', 'FETCH 1 BODY[]', 'FETCH 1 BINARY.PEEK[1]', 'UID FETCH 1:* (FLAGS) (CHANGEDSINCE 1)', 'UID FETCH 1:* (FLAGS) (PARTIAL 1:2)', 'SEARCH TEXT hello',
  'SEARCH RETURN (SAVE) ALL', 'FETCH $ UID', 'SEARCH RETURN (UPDATE COUNT) SEEN', 'SEARCH FUZZY SUBJECT x', 'SEARCH YOUNGER 100', 'SORT (SUBJECT) UTF-8 ALL', 'UID SORT RETURN (PARTIAL 1:2) (DISPLAYFROM) UTF-8 ALL',
  'THREAD REFERENCES UTF-8 ALL', 'ESEARCH IN (personal) ALL', 'STORE 1 +FLAGS (\\Flagged)', 'STORE 1 (UNCHANGEDSINCE 1) +FLAGS (\\Draft)', 'COPY 1 c', 'MOVE 1 c', 'UID EXPUNGE 1', 'EXPUNGE', `REPLACE 1 INBOX ${literal('x')}`,
  'GETQUOTAROOT INBOX', 'GETACL INBOX', 'MYRIGHTS INBOX', 'GETMETADATA INBOX /private/comment', 'SETMETADATA INBOX (/private/comment "x")', 'NOTIFY SET STATUS (personal (MessageNew MessageExpunge))', 'UIDBATCHES 500', 'LANGUAGE',
  'GENURLAUTH "imap://ann@localhost/INBOX/;uid=1;urlauth=authuser" INTERNAL', 'UNSELECT', 'SELECT INBOX', 'CLOSE', 'UNAUTHENTICATE', 'LOGOUT',
];

describe('capability subsets', () => {
  test.each(Array.from({ length: 40 }, (_value, seed) => [seed]))('seed %i: every command is answered, and nothing fails inside', async (seed) => {
    const random = new SeededRandom(seed);
    const capabilities = defaultCapabilities().filter((name) => name === 'LITERAL+' || random.chance(seed / 40));
    const failures: unknown[] = [];
    const store = makeStore({ INBOX: ['Subject: hello\n\nWorld\n', 'Subject: two\n\nhello\n', 'Subject: three\n\nx\n'] });
    await using server = makeServer({ store, capabilities, error: (error) => failures.push(error), limits: { errors: 1000 } });
    const client = await login(server);
    for (const command of COMMANDS) {
      const answer = await client.say(command);
      expect(answer.at(-1), command).toMatch(/^\. (?:OK|NO|BAD) /);
      expect(answer.at(-1), command).not.toContain('SERVERBUG');
    }
    expect(failures).toEqual([]);
  });

  test.each(Array.from({ length: 20 }, (_value, seed) => [seed]))('seed %i: the client machine believes what is true, whatever is on', async (seed) => {
    const random = new SeededRandom(1000 + seed);
    const capabilities = defaultCapabilities().filter(() => random.chance(0.5));
    const store = makeStore({ INBOX: ['Subject: hello\n\nWorld\n', 'Subject: two\n\nhello\n', 'Subject: three\n\nx\n'] });
    await using server = makeServer({ store, capabilities });
    const [near, far] = memoryPair();
    server.serve(far);
    const client = new MachineClient(near);
    const lines = ['LOGIN ann secret', 'SELECT INBOX', 'FETCH 1:* (UID FLAGS)', 'STORE 2 FLAGS (\\Deleted)', 'APPEND INBOX {3}\r\nabc', 'EXPUNGE', 'UID FETCH 1:* (UID FLAGS)'];
    for (const line of lines) await client.run(line);
    expect(client.completed).toEqual(['LOGIN', 'SELECT', 'FETCH', 'STORE', 'APPEND', 'EXPUNGE', 'FETCH'].map((name) => `${name} OK`));
    expect([...client.machine.mailbox!.uids()]).toEqual([[1, 1], [2, 3], [3, 4]]);
    expect(client.faults).toEqual([]);
  });
});
