/** Clients that say anything: nothing fails inside, and what has an answer gets one. */
import { memoryPair } from '@mailwright/net';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { LineClient, literal, makeServer, makeStore } from './line-client.ts';

const WORDS = [
  'FETCH', 'UID', 'STORE', 'SEARCH', 'SORT', 'THREAD', 'COPY', 'MOVE', 'EXPUNGE', 'LIST', 'LSUB', 'STATUS', 'SELECT', 'EXAMINE', 'CREATE', 'DELETE', 'RENAME', 'SUBSCRIBE', 'NOTIFY', 'ESEARCH', 'GETMETADATA',
  'SETMETADATA', 'GETACL', 'SETACL', 'LISTRIGHTS', 'GETQUOTA', 'URLFETCH', 'GENURLAUTH', 'RESETKEY', 'UIDBATCHES', 'ENABLE', 'CANCELUPDATE', 'COMPARATOR', 'LANGUAGE', 'NOOP', 'CLOSE', 'UNSELECT', 'IDLE', 'DONE',
  '1', '1:*', '*', '$', '2,3', '4294967295', '0', '(', ')', '()', 'INBOX', 'Other', '""', '"x"', 'BODY[]', 'BODY.PEEK[1.2.HEADER.FIELDS (X)]<0.5>', 'BINARY[1]', 'BINARY.SIZE[9]', 'PREVIEW', 'ENVELOPE', 'BODYSTRUCTURE',
  'FLAGS', '+FLAGS', '-FLAGS.SILENT', '(\\Seen)', '(\\Deleted $a)', 'RETURN', '(UPDATE COUNT)', '(SAVE)', '(PARTIAL 1:2)', 'ALL', 'NOT', 'OR', 'TEXT', 'FUZZY', 'MODSEQ 1', 'OLDER 5', 'UTF-8', 'REFERENCES', '(SUBJECT)',
  '(REVERSE ARRIVAL)', '(CHANGEDSINCE 1 VANISHED)', '(QRESYNC (1 1))', 'QRESYNC', 'UIDONLY', '(USE (\\Sent))', '(MESSAGES SIZE)', 'INTERNAL', '"imap://ann@localhost/INBOX/;uid=1;urlauth=authuser"', 'IN', '(personal)', 'SET', 'STATUS',
  '(selected (MessageNew MessageExpunge))', '/private/x', '500',
];
const WHOLE = [
  'SELECT INBOX', 'SELECT Other', 'FETCH 1:* (FLAGS BODY.PEEK[])', 'UID FETCH 1:* (ENVELOPE)', 'STORE 1 +FLAGS (\\Deleted)', 'EXPUNGE', 'SEARCH RETURN (UPDATE SAVE) UNSEEN', 'UID SORT RETURN (UPDATE) (SUBJECT) UTF-8 ALL',
  `APPEND INBOX ${literal('Subject: x\r\n\r\nbody')}`, `APPEND Other CATENATE (TEXT ${literal('Subject: y\r\n\r\n')})`, 'COPY 1 Other', 'MOVE 1 INBOX', 'NOTIFY SET (selected (MessageNew (ENVELOPE) MessageExpunge)) (personal (MessageNew MessageExpunge))',
  'CREATE Other', 'DELETE Other', 'RENAME Other Another', 'ENABLE QRESYNC', 'NOOP', 'CLOSE', 'NOTIFY NONE',
];

describe('generated clients', () => {
  test.each(Array.from({ length: 30 }, (_value, seed) => [seed]))('seed %i: words in any order, three clients at once', async (seed) => {
    const random = new SeededRandom(seed);
    const failures: unknown[] = [];
    const store = makeStore({ INBOX: Array.from({ length: 5 }, (_value, index) => `Subject: ${index}\n\nBody\n`), Other: ['x'] });
    await using server = makeServer({ store, limits: { errors: 100_000 }, error: (error, session) => failures.push([session.command, error]) });
    const clients = await Promise.all([1, 2, 3].map(async () => {
      const [near, far] = memoryPair({ maxChunkOctets: random.integer(1, 100) });
      server.serve(far);
      const client = new LineClient(near);
      await client.line();
      await client.say('LOGIN ann secret');
      return client;
    }));
    await Promise.all(clients.map(async (client) => {
      for (let step = 0; step < 60; step++) {
        const isWhole = random.chance(0.5);
        const line = isWhole ? random.pick(WHOLE) : Array.from({ length: random.integer(1, 7) }, () => random.pick(WORDS)).join(' ');
        if (/^IDLE$/.test(line)) continue;
        const answer = await client.say(line);
        expect(answer.at(-1), line).toMatch(/^\. (?:OK|NO|BAD) /);
      }
    }));
    expect(failures).toEqual([]);
  });

  test.each(Array.from({ length: 20 }, (_value, seed) => [seed]))('seed %i: a connection that is cut anywhere leaves nothing open', async (seed) => {
    const random = new SeededRandom(seed);
    const failures: unknown[] = [];
    const store = makeStore({ INBOX: ['Subject: one\n\nBody\n'], Other: [] });
    await using server = makeServer({ store, error: (error) => failures.push(error) });
    const said = ['a LOGIN ann secret', ...Array.from({ length: 12 }, (_value, index) => `t${index} ${random.pick(WHOLE)}`), 'z LOGOUT', ''].join('\r\n');
    const [near, far] = memoryPair();
    server.serve(far);
    const client = new LineClient(near);
    client.send(said.slice(0, random.integer(1, said.length)));
    for (let turns = random.integer(0, 5); turns > 0; turns--) await new Promise<void>((resolve) => setImmediate(resolve));
    near.destroy();
    while (server.sessions.length > 0) await new Promise<void>((resolve) => setImmediate(resolve));
    expect(failures).toEqual([]);
  });
});
