/** Sessions: what they do to each other, what goes wrong in them, and how they end. */
import { memoryPair } from '@mailwright/net';
import { describe, expect, test } from 'vitest';
import { createImapServer, ImapServerError, MailStoreError, type ImapSession } from '../../src/index.ts';
import { connect, LineClient, literal, login, makeServer, makeStore } from './line-client.ts';

const MESSAGES = ['Subject: one\n\nFirst\n', 'Subject: two\n\nSecond\n', 'Subject: three\n\nThird\n'];

describe('two sessions', () => {
  test('rfc9051 7.5.1: numbers stay while FETCH without UID is answered, and move at NOOP', async () => {
    await using server = makeServer({ store: makeStore({ INBOX: MESSAGES }) });
    const one = await login(server, 'SELECT INBOX');
    const other = await login(server, 'SELECT INBOX');
    await one.say('STORE 1 +FLAGS (\\Deleted)');
    await one.say('EXPUNGE');
    expect(await other.say('FETCH 2 UID')).toEqual(['* 2 FETCH (UID 2)', '. OK FETCH completed']);
    expect(await other.say('FETCH 1 UID')).toEqual(['. NO [EXPUNGEISSUED] Some of the messages are gone']);
    expect(await other.say('NOOP')).toEqual(['* 1 EXPUNGE', '. OK NOOP completed']);
    expect(await other.say('FETCH 1 UID')).toEqual(['* 1 FETCH (UID 2)', '. OK FETCH completed']);
  });

  test('rfc2177 3: a session in IDLE hears at once', async () => {
    await using server = makeServer({ store: makeStore({ INBOX: MESSAGES }) });
    const one = await login(server);
    const other = await login(server, 'SELECT INBOX');
    other.send('i IDLE\r\n');
    expect(await other.line()).toBe('+ idling');
    await one.say(`APPEND INBOX ${literal('Subject: x\r\n\r\n')}`);
    expect(await other.lines(2)).toEqual(['* 4 EXISTS', '* 1 RECENT']);
    await one.say('SELECT INBOX');
    await one.say('STORE 2 +FLAGS (\\Deleted)');
    expect(await other.line()).toBe('* 2 FETCH (FLAGS (\\Deleted))');
    await one.say('EXPUNGE');
    expect(await other.line()).toBe('* 2 EXPUNGE');
    other.send('DONE\r\n');
    expect(await other.line()).toBe('i OK IDLE completed');
  });

  test('rfc9051 6.3.5: a mailbox that is deleted is empty for who has it selected', async () => {
    await using server = makeServer({ store: makeStore({ Old: MESSAGES }) });
    const one = await login(server);
    const other = await login(server, 'SELECT Old');
    expect(await one.say('DELETE Old')).toEqual(['. OK DELETE completed']);
    expect(await other.say('NOOP')).toEqual(['* 3 EXPUNGE', '* 2 EXPUNGE', '* 1 EXPUNGE', '. OK NOOP completed']);
    expect(await other.say(`APPEND Old ${literal('x')}`)).toEqual(['. NO [TRYCREATE] There is no such mailbox']);
  });

  test('rfc7162 3.2.5: QRESYNC tells what happened while the client was away', async () => {
    await using server = makeServer({ store: makeStore({ INBOX: MESSAGES }) });
    const one = await login(server, 'SELECT INBOX', 'STORE 1 +FLAGS.SILENT (\\Deleted)', 'EXPUNGE', 'STORE 1 +FLAGS.SILENT (\\Flagged)');
    const away = await login(server, 'ENABLE QRESYNC');
    const answer = await away.say('SELECT INBOX (QRESYNC (1 2))');
    expect(answer.slice(-4)).toEqual(['* OK [MAILBOXID (F1)] Ok', '* VANISHED (EARLIER) 1', '* 1 FETCH (UID 2 FLAGS (\\Flagged) MODSEQ (5))', '. OK [READ-WRITE] SELECT completed']);
    expect((await away.say('SELECT INBOX (QRESYNC (1 2 2:3))')).slice(-2)).toEqual(['* 1 FETCH (UID 2 FLAGS (\\Flagged) MODSEQ (5))', '. OK [READ-WRITE] SELECT completed']);
    expect((await away.say('SELECT INBOX (QRESYNC (7 2))')).slice(-2)).toEqual(['* OK [MAILBOXID (F1)] Ok', '. OK [READ-WRITE] SELECT completed']);
    await one.say('LOGOUT');
  });

  test('rfc7162 3.2.5.2: where the store has forgotten, match data leaves out what the client knows to be gone', async () => {
    await using server = makeServer({ store: makeStore({ INBOX: MESSAGES }, { expungedHistory: 0 }) });
    await login(server, 'SELECT INBOX', 'STORE 1,3 +FLAGS.SILENT (\\Deleted)', 'EXPUNGE');
    const away = await login(server, 'ENABLE QRESYNC');
    expect(await away.say('SELECT INBOX (QRESYNC (1 2))')).toContain('* VANISHED (EARLIER) 1,3');
    expect(await away.say('SELECT INBOX (QRESYNC (1 2 1:3 (1 2)))')).toContain('* VANISHED (EARLIER) 3');
  });

  test('rfc5267 4.3: a sorted result is kept up to date, with places', async () => {
    await using server = makeServer({ store: makeStore({ INBOX: MESSAGES }) });
    const client = await login(server, 'SELECT INBOX');
    expect(await client.say('UID SORT RETURN (UPDATE COUNT) (SUBJECT) UTF-8 UNDELETED')).toEqual(['* ESEARCH (TAG "t3") UID COUNT 3', '. OK SORT completed']);
    expect(await client.say('STORE 3 +FLAGS.SILENT (\\Deleted)')).toEqual(['* ESEARCH (TAG "t3") UID REMOVEFROM (2 3)', '. OK STORE completed']);
    expect(await client.say('STORE 3 -FLAGS.SILENT (\\Deleted)')).toEqual(['* ESEARCH (TAG "t3") UID ADDTO (2 3)', '. OK STORE completed']);
    expect(await client.say('CANCELUPDATE "t3"')).toEqual(['. OK CANCELUPDATE completed']);
    expect(await client.say('STORE 3 +FLAGS.SILENT (\\Deleted)')).toEqual(['. OK STORE completed']);
  });

  test('rfc5267 4.3.1: too many searches to be kept', async () => {
    await using server = makeServer({ store: makeStore({ INBOX: MESSAGES }), limits: { contexts: 1 } });
    const client = await login(server, 'SELECT INBOX', 'SEARCH RETURN (UPDATE) SEEN');
    expect(await client.say('SEARCH RETURN (UPDATE COUNT) SEEN')).toEqual(['* ESEARCH (TAG "t4") COUNT 0', '. OK [NOUPDATE "t4"] SEARCH completed; it will not be kept up to date']);
  });

  test('rfc5465: NOTIFY tells of other mailboxes and of the selected one', async () => {
    await using server = makeServer({ store: makeStore({ INBOX: MESSAGES, Sent: [] }) });
    const one = await login(server);
    const other = await login(server, 'SELECT INBOX');
    expect(await other.say('NOTIFY SET (selected (MessageNew (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)]) MessageExpunge)) (personal (MessageNew MessageExpunge MailboxName))')).toEqual(['. OK NOTIFY completed']);
    await one.say(`APPEND Sent ${literal('Subject: x\r\n\r\n')}`);
    expect(await other.line()).toBe('* STATUS Sent (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 2)');
    await one.say('CREATE New');
    expect(await other.line()).toBe('* LIST () "/" New');
    await one.say(`APPEND INBOX ${literal('Subject: y\r\n\r\n')}`);
    expect(await other.lines(3)).toEqual(['* 4 EXISTS', '* 1 RECENT', '* 4 FETCH (UID 4 BODY[HEADER.FIELDS (SUBJECT)] {14}\r\nSubject: y\r\n\r\n)']);
    expect(await other.say('NOTIFY NONE')).toEqual(['. OK NOTIFY completed']);
    await one.say('CREATE Other');
    expect(await other.say('NOOP')).toEqual(['. OK NOOP completed']);
  });

  test('rfc4467: a signed URL works for others, until its key is reset', async () => {
    await using server = makeServer({ store: makeStore({ INBOX: MESSAGES }) });
    const ann = await login(server);
    const bob = await connect(server);
    await bob.say('LOGIN bob other');
    const [signed] = await ann.say('GENURLAUTH "imap://ann@localhost/INBOX/;uid=1/;section=TEXT;urlauth=user+bob" INTERNAL');
    const url = signed!.slice('* GENURLAUTH '.length);
    expect(await bob.say(`URLFETCH ${url}`)).toEqual([`* URLFETCH ${url} {7}\r\nFirst\r\n`, '. OK URLFETCH completed']);
    expect(await ann.say(`URLFETCH ${url}`)).toEqual([`* URLFETCH ${url} NIL`, '. OK URLFETCH completed']);
    expect(await bob.say(`URLFETCH ${url.replace('uid=1', 'uid=2')}`)).toEqual([`* URLFETCH ${url.replace('uid=1', 'uid=2')} NIL`, '. OK URLFETCH completed']);
    await ann.say('RESETKEY INBOX');
    expect(await bob.say(`URLFETCH ${url}`)).toEqual([`* URLFETCH ${url} NIL`, '. OK URLFETCH completed']);
  });
});

describe('long work', () => {
  /** Time that passes at every look. */
  const clockOf = (stepMs: number) => {
    let now = 0;
    return { now: () => (now += stepMs), wallTime: () => 0, setTimer: () => ({ cancel: () => undefined }) };
  };
  const many = Array.from({ length: 1000 }, (_value, index) => `Subject: ${index}\n\nBody ${index}\n`);

  test('a search lets other sessions work in between', async () => {
    const never = { loginMs: Infinity, autologoutMs: Infinity, commandMs: Infinity };
    await using server = makeServer({ store: makeStore({ INBOX: many }), clock: clockOf(5), timeouts: never });
    const searcher = await login(server, 'SELECT INBOX');
    const other = await login(server);
    const order: string[] = [];
    await Promise.all([searcher.say('SEARCH BODY nothing').then(() => order.push('search')), other.say('NOOP').then(() => order.push('noop'))]);
    expect(order).toEqual(['noop', 'search']);
  });

  test('rfc9585 4: the client hears how far it is', async () => {
    const never = { loginMs: Infinity, autologoutMs: Infinity, commandMs: Infinity };
    await using server = makeServer({ store: makeStore({ INBOX: many }), clock: clockOf(6000), timeouts: never });
    const client = await login(server, 'SELECT INBOX');
    const answer = await client.say('SEARCH BODY "Body 7"');
    expect(answer[0]).toMatch(/^\* OK \[INPROGRESS \("t3" \d+ 1000\)\] Still working$/);
    expect(answer.at(-1)).toBe('. OK SEARCH completed');
  });
});

describe('what goes wrong', () => {
  test('rfc5530 3: a store that fails gives SERVERBUG with a reference, and the session goes on', async () => {
    const store = makeStore({ INBOX: MESSAGES });
    const account = (await store.account('ann'))!;
    const told: unknown[] = [];
    await using server = makeServer({ store, error: (error, session: ImapSession, reference) => told.push([String(error), session.command, reference]) });
    const client = await login(server);
    account.list = () => Promise.reject(new Error('the disk is full of secrets'));
    const [answer] = await client.say('LIST "" *');
    expect(answer).toMatch(/^\. NO \[SERVERBUG\] The server failed; tell its owner [0-9a-f]{12}$/);
    expect(told).toEqual([['Error: the disk is full of secrets', 'LIST', answer!.slice(-12)]]);
    expect(await client.say('NOOP')).toEqual(['. OK NOOP completed']);
  });

  test.each([
    ['STORE_OVER_QUOTA', 'the account is full', '. NO [OVERQUOTA] The account is full'],
    ['STORE_UNAVAILABLE', '/var/mail is gone', '. NO [UNAVAILABLE] The store can not do this now'],
    ['STORE_CORRUPT', '/var/mail/x', '. NO [CORRUPTION] The store can not do this now'],
  ] as const)('rfc5530 3: %s', async (code, message, answer) => {
    const store = makeStore();
    const account = (await store.account('ann'))!;
    await using server = makeServer({ store });
    const client = await login(server);
    account.list = () => Promise.reject(new MailStoreError(code, message));
    expect(await client.say('LIST "" *')).toEqual([answer]);
  });

  test('rfc9738 3.1: a command processes the newest messages up to the limit', async () => {
    await using server = makeServer({ store: makeStore({ INBOX: MESSAGES }), capabilities: ['IMAP4rev1', 'MESSAGELIMIT=2', 'UIDPLUS'] });
    const client = await login(server, 'SELECT INBOX');
    expect(await client.say('UID FETCH 1:* UID')).toEqual(['* 2 FETCH (UID 2)', '* 3 FETCH (UID 3)', '. OK [MESSAGELIMIT 2 2] FETCH completed']);
    expect(await client.say('COPY 1:3 INBOX')).toEqual(['. NO [MESSAGELIMIT 2] Too many messages']);
  });

  test('X-GM-EXT-1: numbers and labels', async () => {
    await using server = makeServer({ store: makeStore({ INBOX: MESSAGES }), capabilities: ['IMAP4rev1', 'X-GM-EXT-1'] });
    const client = await login(server, 'SELECT INBOX');
    await client.say('STORE 1 +X-GM-LABELS.SILENT (work "two words")');
    await client.say('STORE 1 FLAGS.SILENT (\\Seen)');
    expect((await client.say('FETCH 1 (X-GM-LABELS X-GM-MSGID)')).at(-2)).toMatch(/X-GM-LABELS \(work "two words"\)/);
    expect(await client.say('SEARCH X-GM-LABELS work')).toEqual(['* SEARCH 1', '. OK SEARCH completed']);
    expect(await client.say('SEARCH X-GM-RAW second')).toEqual(['* SEARCH 2', '. OK SEARCH completed']);
  });

  test('rfc9755 3.2: APPEND with UTF8', async () => {
    await using server = makeServer({ store: makeStore() });
    const client = await login(server, 'ENABLE UTF8=ACCEPT', 'SELECT INBOX');
    expect((await client.say('APPEND INBOX UTF8 (~{15+}\r\nSubject: \xc3\xa4\r\n\r\n)')).at(-1)).toBe('. OK [APPENDUID 1 1] APPEND completed');
  });

  test('a message that is shorter than the store said ends the session, since the literal can not be ended', async () => {
    const store = makeStore({ INBOX: MESSAGES });
    const inbox = await (await store.account('ann'))!.open('INBOX');
    const told: unknown[] = [];
    await using server = makeServer({ store, error: (error) => told.push((error as ImapServerError).code) });
    const client = await login(server, 'SELECT INBOX');
    inbox.content = async () => ({
      sizeOctets: 100_000, octets: undefined, read: async () => new Uint8Array(10), close: async () => undefined,
      async *stream() {
        yield new Uint8Array(10);
      },
    });
    expect((await client.say('FETCH 1 BODY.PEEK[]')).at(-1)).toBe('closed');
    expect(told).toEqual(['IMAP_SERVER_BUG']);
  });

  test('rfc7889 4: a message that is too large is refused before it comes', async () => {
    await using server = makeServer({ store: makeStore(), limits: { messageOctets: 100 } });
    const client = await login(server);
    expect(await client.say('STATUS INBOX (APPENDLIMIT)')).toEqual(['* STATUS INBOX (APPENDLIMIT 100)', '. OK STATUS completed']);
    client.send('a APPEND INBOX {101}\r\n');
    expect(await client.line()).toMatch(/^a NO \[TOOBIG\]/);
    expect(await client.say(`APPEND INBOX ${literal('x'.repeat(101))}`)).toEqual([expect.stringMatching(/^\. NO \[TOOBIG\]/)]);
    expect(await client.say(`APPEND INBOX ${literal('x'.repeat(100))}`)).toEqual(['. OK [APPENDUID 1 1] APPEND completed']);
  });

  test('rfc9208 5.2: a message over the quota is refused before it comes', async () => {
    const store = makeStore();
    await (await store.account('ann'))!.quota!.setLimits(new Map([['STORAGE', 1]]));
    await using server = makeServer({ store });
    const client = await login(server);
    client.send('a APPEND INBOX {2000}\r\n');
    expect(await client.line()).toMatch(/^a NO \[OVERQUOTA\]/);
    expect(await client.say(`APPEND INBOX ${literal('small')}`)).toEqual(['. OK [APPENDUID 1 1] APPEND completed']);
  });

  test('a connection that is lost inside a message leaves nothing behind', async () => {
    const store = makeStore();
    const inbox = await (await store.account('ann'))!.open('INBOX');
    const discarded: string[] = [];
    let staged = 0;
    const stage = inbox.stage.bind(inbox);
    inbox.stage = async (body, size) => {
      staged++;
      try {
        return await stage(body, size);
      } catch (error) {
        discarded.push(String(error));
        throw error;
      }
    };
    await using server = makeServer({ store });
    const client = await login(server);
    client.send('a APPEND INBOX {100000}\r\n');
    expect(await client.line()).toMatch(/^\+ /);
    client.send('x'.repeat(50_000));
    while (staged === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    client.transport.destroy();
    while (discarded.length === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    expect(discarded).toEqual(['Error: the command was given up']);
    expect(inbox.status().messageCount).toBe(0);
  });

  test.each([
    ['small, and waits', 20, ''], ['small, and does not wait', 20, '+'], ['large, and waits', 100_000, ''], ['large, and does not wait', 100_000, '+'],
  ])('a message that is %s is written down once', async (_title, size, sign) => {
    const store = makeStore();
    const inbox = await (await store.account('ann'))!.open('INBOX');
    let staged = 0;
    const stage = inbox.stage.bind(inbox);
    inbox.stage = (body, octetCount) => (staged++, stage(body, octetCount));
    await using server = makeServer({ store });
    const client = await login(server);
    client.send(`a APPEND INBOX {${size}${sign}}\r\n`);
    if (sign === '') expect(await client.line()).toMatch(/^\+ /);
    client.send(`${'x'.repeat(size)}\r\n`);
    expect(await client.line()).toBe('a OK [APPENDUID 1 1] APPEND completed');
    expect([staged, inbox.messages().map(({ sizeOctets }) => sizeOctets)]).toEqual([1, [size]]);
  });

  test('rfc9051 6.3.12: a command that goes wrong behind its message keeps nothing of it', async () => {
    const store = makeStore();
    await using server = makeServer({ store });
    const client = await login(server);
    expect(await client.say(`APPEND INBOX ${literal('Subject: x\r\n\r\n')} (`)).toEqual([expect.stringMatching(/^\. BAD /)]);
    expect(await client.say('STATUS INBOX (MESSAGES UIDNEXT)')).toEqual(['* STATUS INBOX (MESSAGES 0 UIDNEXT 1)', '. OK STATUS completed']);
  });

  test('limits: connections', async () => {
    await using server = makeServer({ store: makeStore(), limits: { connections: 1, refusedConnections: 1 } });
    await login(server);
    const [near, far] = memoryPair();
    const refused = new LineClient(near);
    server.serve(far);
    expect(await refused.line()).toBe('* BYE [UNAVAILABLE] Too many connections, try again later');
    expect(server.sessions).toHaveLength(2);
    const [near2, far2] = memoryPair();
    const dropped = new LineClient(near2);
    server.serve(far2);
    expect(await dropped.line()).toBeUndefined();
  });
});

describe('the server', () => {
  test('close says BYE to who is idle, and gives the same again', async () => {
    const server = makeServer({ store: makeStore() });
    const idle = await login(server, 'SELECT INBOX');
    idle.send('i IDLE\r\n');
    expect(await idle.line()).toBe('+ idling');
    const closing = server.close();
    expect(await idle.line()).toBe('* BYE Server shutting down');
    expect(await closing).toEqual({ idle: 1, drained: 0, cut: 0 });
    expect(server.close()).toBe(closing);
    await expect(server.listen()).rejects.toMatchObject({ code: 'IMAP_SERVER_CLOSED' });
  });

  test('close cuts who does not end in time', async () => {
    const store = makeStore();
    const account = (await store.account('ann'))!;
    const server = makeServer({ store });
    const busy = await login(server);
    account.list = () => new Promise(() => undefined);
    busy.send('a LIST "" *\r\n');
    while (server.sessions[0]?.command !== 'LIST') await new Promise<void>((resolve) => setImmediate(resolve));
    expect(await server.close({ timeoutMs: 1 })).toEqual({ idle: 0, drained: 0, cut: 1 });
    expect(await busy.line()).toBeUndefined();
  });

  test('sessions tell who is there', async () => {
    const ends: string[] = [];
    await using server = makeServer({ store: makeStore(), close: (session, end) => ends.push(`${session.id} ${end}`) });
    const client = await login(server, 'SELECT INBOX');
    expect(server.sessions.map(({ id, user, mailbox, state }) => ({ id, user, mailbox, state }))).toEqual([{ id: 1, user: 'ann', mailbox: 'INBOX', state: 'selected' }]);
    expect(await client.say('LOGOUT')).toEqual(['* BYE Logging out', '. OK LOGOUT completed']);
    expect(await client.line()).toBeUndefined();
    await server.close();
    expect(ends).toEqual(['1 logout']);
  });

  test.each([
    ['limits', { limits: { connections: -1 } }, RangeError],
    ['timeouts', { timeouts: { writeMs: Number.NaN } }, RangeError],
    ['unknown limit', { limits: { wrong: 1 } as object }, RangeError],
    ['saltKey', { saltKey: new Uint8Array(3) }, RangeError],
    ['capability', { capabilities: ['STARTTLS'] }, TypeError],
    ['mechanism', { mechanisms: ['NONE' as 'PLAIN'] }, TypeError],
  ])('options that make no sense: %s', (_name, options, kind) => {
    expect(() => createImapServer({ store: makeStore(), ...options })).toThrow(kind);
  });

  test('rfc9051 5.5: commands in one packet are answered in their order', async () => {
    await using server = makeServer({ store: makeStore({ INBOX: MESSAGES }) });
    const client = await login(server, 'SELECT INBOX');
    client.send('a FETCH 1 UID\r\nb STORE 1 FLAGS.SILENT (\\Seen)\r\nc FETCH 1 FLAGS\r\nd NOOP\r\n');
    expect(await client.lines(6)).toEqual(['* 1 FETCH (UID 1)', 'a OK FETCH completed', 'b OK STORE completed', '* 1 FETCH (FLAGS (\\Seen))', 'c OK FETCH completed', 'd OK NOOP completed']);
  });
});
