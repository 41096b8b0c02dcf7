import { describe, expect, test } from 'vitest';
import { memoryPair } from '@mailwright/net';
import {
  FakeClock, faults, type MailFixture, mailFaults, mailFaultScript, memoryStoreOf, PERSONALITIES, type PersonalityName, startImapServer, startMailServer, startPop3Server, startSmtpServer, TestTimeoutError, type TestImapServer,
  virtualNetwork,
} from '@mailwright/testing';
import { connectSmtp } from '@mailwright/smtp-client';
import { ImapClient, type ImapConnectOptions } from '../../imap-client/src/index.ts';
import { Pop3Client } from '../../pop3-client/src/index.ts';

const MESSAGE = 'Subject: one\r\n\r\nHello\r\n';
const FIXTURE: MailFixture = {
  users: { ann: { password: 'secret', mailboxes: { INBOX: [MESSAGE, { message: { from: 'bob@example.com', to: 'ann@example.com', subject: 'Größe', text: 'two' }, flags: ['\\Seen'] }], Sent: { specialUse: ['\\Sent'] } } }, bob: { password: 'b' } },
};
const text = (octets: Uint8Array): string => new TextDecoder().decode(octets);

function connect(server: TestImapServer, more: ImapConnectOptions = {}): Promise<ImapClient> {
  return ImapClient.connect({ url: server.urlFor('ann'), ca: server.ca, ...more });
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(() => 'resolved', (error: unknown) => (error as { code?: string }).code ?? String(error));
}

/** Says lines and gives what came back, until `until` stands in it or the connection is over. */
async function dialogue(server: TestImapServer, lines: readonly string[], until: RegExp): Promise<string> {
  const [client, transport] = memoryPair();
  let heard = '';
  await new Promise<void>((resolve) => {
    client.attach({
      data: (octets) => {
        heard += String.fromCharCode(...octets);
        if (until.test(heard)) resolve();
      },
      end: () => client.close(),
      drained: () => undefined,
      closed: () => resolve(),
    });
    server.serve(transport);
    client.write(lines.map((line) => `${line}\r\n`).join(''));
  });
  client.destroy();
  return heard;
}

describe('a fixture', () => {
  test('mailboxes, flags and messages of every form are there', async () => {
    await using server = await startImapServer({ fixture: FIXTURE });
    await using client = await connect(server);
    expect((await client.list()).map(({ name }) => name)).toEqual(['INBOX', 'Sent']);
    await using box = await client.open('INBOX');
    const seen: unknown[] = [];
    for await (const message of box.fetch('all', { envelope: true, flags: true })) seen.push([message.uid, message.flags, message.envelope?.subject]);
    expect(seen).toEqual([[1, [], 'one'], [2, ['\\Seen'], '=?utf-8?Q?Gr=C3=B6=C3=9Fe?=']]);
  });

  test.each<readonly [string, unknown, string]>([
    ['a property misspelt', { usrs: {} }, 'fixture has no property "usrs"'],
    ['no users', {}, 'fixture.users must be an object, not undefined'],
    ['users in a list', { users: [] }, 'fixture.users must be an object, not a list'],
    ['a user with a property that is none', { users: { ann: { pasword: 'x' } } }, 'the user ann of the fixture has no property "pasword": there are password, mailboxes'],
    ['a mailbox with a property that is none', { users: { ann: { mailboxes: { INBOX: { mesages: [] } } } } }, 'the mailbox ann/INBOX of the fixture has no property "mesages"'],
    ['a message that is a number', { users: { ann: { mailboxes: { INBOX: ['a: b\n\n', 5] } } } }, 'message 2 of the mailbox ann/INBOX must be a text, octets or an object, not 5'],
    ['a message of nothing', { users: { ann: { mailboxes: { INBOX: [{ flags: [] }] } } } }, 'message 1 of the mailbox ann/INBOX has neither raw nor message'],
    ['a flag that is none', { users: { ann: { mailboxes: { INBOX: [{ raw: '', flags: ['a b'] }] } } } }, '"a b" is not a flag'],
  ])('%s is a TypeError that says where', async (_name, fixture, text) => {
    await expect(startImapServer({ fixture: fixture as MailFixture })).rejects.toThrow(TypeError);
    await expect(startImapServer({ fixture: fixture as MailFixture })).rejects.toThrow(text);
  });

  test('urlFor has the password of a store of memoryStoreOf, and of startMailServer', async () => {
    await using system = await startMailServer();
    expect(system.imap.urlFor('ann')).toBe(`imap://ann:secret@localhost:${system.imap.port}`);
    expect(system.pop3.urlFor('nobody')).toBe(`pop3://nobody@localhost:${system.pop3.port}`);
    await using server = await startImapServer({ store: memoryStoreOf({ users: { jo: { password: 'a/b' } } }) });
    expect(server.urlFor('jo')).toBe(`imap://jo:a%2Fb@localhost:${server.port}`);
  });

  test.each([['FOO'], ['STARTTLS']])('disabled: %s, which is nothing to switch off, is a TypeError', async (name) => {
    await expect(startImapServer({ disabled: [name] })).rejects.toThrow(`"${name}" is no capability of this server`);
  });

  test.each<readonly [string, () => Promise<unknown>]>([
    ['a list', () => startImapServer({ faults: [] as never })],
    ['a rule without its end', () => startImapServer({ faults: mailFaults().on('NOOP').nth(2) as never })],
    ['a rule of SMTP without its end', () => startSmtpServer({ faults: faults().on('NOOP').nth(2) as never })],
  ])('faults: %s is a TypeError that says how a rule ends', async (_name, start) => {
    await expect(start()).rejects.toThrow('every on(...) ends with what shall happen');
  });

  test('explain: the session line by line, no password', async () => {
    await using server = await startImapServer();
    const client = await ImapClient.connect(server.urlFor('ann'), { ca: server.ca });
    await client.logout();
    const lines = server.explain();
    expect(lines.find(({ text }) => text.endsWith('LOGOUT'))).toMatchObject({ direction: 'client', source: 'RFC 9051 6.1.3' });
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  test('the same fixture twice gives the same UIDs, UIDVALIDITYs and octets', async () => {
    await using first = await startImapServer({ fixture: FIXTURE });
    await using second = await startImapServer({ fixture: FIXTURE });
    expect(await first.mailbox('ann')).toEqual(await second.mailbox('ann'));
  });

  test('a mailbox, a wait for its change, and a wait in vain', async () => {
    await using server = await startImapServer({ fixture: FIXTURE });
    expect((await server.mailbox('ann'))[0]).toEqual({ uid: 1, flags: [], octets: new TextEncoder().encode(MESSAGE), raw: MESSAGE });
    const waiting = server.waitForMailbox('ann', 'INBOX', (messages) => messages[0]?.flags.includes('\\Flagged') === true);
    const inbox = await (await server.store.account('ann'))!.open('INBOX');
    await inbox.setFlags([1], { operation: 'add', flags: ['\\Flagged'] });
    expect((await waiting)[0]?.flags).toEqual(['\\Flagged']);
    const error: unknown = await server.waitForMailbox('ann', 'Sent', undefined, { timeout: 5 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TestTimeoutError);
    await expect(server.mailbox('nobody')).rejects.toThrow(TypeError);
  });
});

describe('the server around it', () => {
  test('transcripts hold what was said without the secrets, literals counted', async () => {
    await using server = await startImapServer({ fixture: FIXTURE, tls: 'none' });
    await dialogue(server, ['a LOGIN {3+}', 'ann secret', 'b LOGIN ann secret', 'c SELECT INBOX', 'd FETCH 1 BODY[]', 'e LOGOUT'], /e OK/);
    const entries = server.transcript();
    expect(JSON.stringify(entries)).not.toContain('secret');
    expect(entries.some(({ direction, text: line, octets }) => direction === 'server' && line === undefined && octets === MESSAGE.length)).toBe(true);
    expect(await server.waitForCommand(/^d FETCH/)).toBe('d FETCH 1 BODY[]');
  });

  test.each([['SCRAM-SHA-256-PLUS'], ['SCRAM-SHA-256'], ['CRAM-MD5'], ['PLAIN'], ['LOGIN']] as const)('%s lets the user in, a wrong password does not', async (mechanism) => {
    await using server = await startImapServer({ fixture: FIXTURE });
    await using client = await connect(server, { mechanisms: [mechanism] });
    expect(client.usable).toBe(true);
    expect(await codeOf(connect(server, { mechanisms: [mechanism], auth: { username: 'ann', password: 'x' } }))).toMatch(/^IMAP_/);
  });

  test.each([['OAUTHBEARER'], ['XOAUTH2']] as const)('%s takes the token of the user', async (mechanism) => {
    await using server = await startImapServer({ fixture: FIXTURE, tokens: { ann: 't-ann', bob: 't-bob' } });
    await using client = await connect(server, { mechanisms: [mechanism], auth: { username: 'ann', token: 't-ann' } });
    expect(client.usable).toBe(true);
    expect(await codeOf(connect(server, { mechanisms: [mechanism], auth: { username: 'ann', token: 't-bob' } }))).toMatch(/^IMAP_/);
  });

  test('what is switched off is not there', async () => {
    await using server = await startImapServer({ fixture: FIXTURE, capabilities: ['IMAP4rev1'], tls: 'none' });
    expect(await dialogue(server, ['a LOGIN ann secret', 'b NAMESPACE', 'c LOGOUT'], /c OK/)).toMatch(/b BAD/);
    await using other = await startImapServer({ fixture: FIXTURE, disabled: ['IDLE', 'IMAP4rev2'], tls: 'none' });
    expect(await dialogue(other, ['a LOGIN ann secret', 'b IDLE', 'c LOGOUT'], /c OK/)).toMatch(/b BAD/);
  });

  test('TLS from the first octet; and no socket at all', async () => {
    await using implicit = await startImapServer({ fixture: FIXTURE, tls: 'implicit' });
    expect(implicit.url).toMatch(/^imaps:/);
    await using client = await connect(implicit);
    expect(client.tls).toBeDefined();
    const clock = new FakeClock();
    const network = virtualNetwork({ clock });
    await using _server = await startImapServer({ fixture: FIXTURE, network, hostname: 'imap.example.com', tls: 'none' });
    const options: ImapConnectOptions = { host: 'imap.example.com', port: 143, dial: network.dial, clock, tls: { mode: 'none' }, allowClearTextAuth: true, auth: { username: 'ann', password: 'secret' } };
    await using virtual = await ImapClient.connect(options);
    expect((await virtual.list()).length).toBe(2);
    await expect(startImapServer({ personality: 'nobody' as PersonalityName })).rejects.toThrow(TypeError);
  });
});

describe('one store', () => {
  test('what SMTP accepts is read over IMAP and POP3, octet by octet', async () => {
    await using system = await startMailServer({ fixture: FIXTURE });
    const body = new TextEncoder().encode('Subject: shared\r\n\r\n.dots\r\n..and more\r\n');
    const smtp = await connectSmtp({ url: system.smtp.url, ca: system.ca, tls: { mode: 'verified', names: ['localhost'] }, auth: { username: 'bob', password: 'b' } });
    const result = await smtp.send({ from: 'bob@example.com', to: ['ann@example.com', 'Bob+tag@example.com', 'nobody@example.com'], body });
    await smtp.quit();
    expect(result.recipients.map(({ status }) => status)).toEqual(['accepted', 'accepted', 'rejected']);
    expect((await system.imap.mailbox('ann'))[2]?.octets).toEqual(body);
    expect((await system.imap.mailbox('bob')).length).toBe(1);
    await using pop3 = await Pop3Client.connect({ url: system.pop3.url, ca: system.ca, tls: { mode: 'verified', names: ['localhost'] }, auth: { username: 'ann', password: 'secret' } });
    expect(await pop3.retrieve(3).toOctets()).toEqual(body);
    expect((await system.smtp.waitFor({ to: 'ann@example.com' })).text()).toContain('.dots');
  });

  test('a message that POP3 removes is gone from IMAP', async () => {
    const store = memoryStoreOf(FIXTURE);
    await using system = await startMailServer({ store });
    const pop3 = await Pop3Client.connect({ url: system.pop3.url, ca: system.ca, tls: { mode: 'verified', names: ['localhost'] }, auth: { username: 'ann', password: 'secret' } });
    await pop3.delete(1);
    await pop3.quit();
    expect((await system.imap.mailbox('ann')).map(({ uid }) => uid)).toEqual([2]);
    await expect(startMailServer({ store, fixture: FIXTURE })).rejects.toThrow(TypeError);
  });
});

describe('personalities', () => {
  test.each(Object.keys(PERSONALITIES) as PersonalityName[])('%s: a client connects, lists, selects, fetches and stores', async (personality) => {
    await using server = await startImapServer({ fixture: FIXTURE, personality });
    await using client = await connect(server);
    expect((await client.list()).map(({ name }) => name)).toEqual(['INBOX', 'Sent']);
    await using box = await client.open('INBOX');
    const subjects: (string | undefined)[] = [];
    for await (const message of box.fetch('all', { envelope: true, bodyStructure: true })) subjects.push(message.envelope?.subject);
    expect(subjects.length).toBe(2);
    expect(client.greeting).toContain(PERSONALITIES[personality].greeting.slice(0, 20));
  });

  test('gmail: CAPABILITY comes unasked with the login, word for word, and the greeting has none', async () => {
    await using server = await startImapServer({ fixture: FIXTURE, personality: 'gmail', tls: 'none' });
    const heard = await dialogue(server, ['a CAPABILITY', 'b LOGIN ann secret', 'c LOGOUT'], /c OK/);
    expect(heard).toMatch(/^\* OK Gimap ready/);
    expect(heard).toContain('* CAPABILITY IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 XYZZY SASL-IR AUTH=XOAUTH2');
    expect(heard).toMatch(/\* CAPABILITY IMAP4rev1 .* APPENDLIMIT=35651584\r\nb OK authenticated \(Success\)/);
  });

  test('gmail: a part with the boundary of the multipart around it is no multipart', async () => {
    const raw = 'Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/plain\n\nhi\n--x--\n';
    await using server = await startImapServer({ fixture: { users: { ann: { password: 'secret', mailboxes: { INBOX: [raw] } } } }, personality: 'gmail', tls: 'none' });
    const heard = await dialogue(server, ['a LOGIN ann secret', 'b SELECT INBOX', 'c FETCH 1 BODYSTRUCTURE', 'd LOGOUT'], /d OK/);
    expect(heard).toContain('(("MULTIPART" "related" ("boundary" "x") NIL NIL "7BIT" 400 ("boundary" "x") NIL NIL NIL)("text" "plain"');
    await using client = await connect(server, { tls: { mode: 'none' }, allowClearTextAuth: true, mechanisms: ['PLAIN'] });
    await using box = await client.open('INBOX');
    expect((await box.fetchOne(1, { bodyStructure: true, size: true }))?.size).toBe(raw.replaceAll('\n', '\r\n').length);
  });

  test('exchange: every message is recent, and a disposition without parameters is a string', async () => {
    const raw = 'Content-Type: text/plain\nContent-Disposition: inline\n\nhi\n';
    await using server = await startImapServer({ fixture: { users: { ann: { password: 'secret', mailboxes: { INBOX: [raw] } } } }, personality: 'exchange', tls: 'none' });
    const heard = await dialogue(server, ['a LOGIN ann secret', 'b SELECT INBOX', 'c FETCH 1 BODYSTRUCTURE', 'd LOGOUT'], /d OK/);
    expect(heard).toContain('* 1 EXISTS\r\n* 1 RECENT\r\n');
    expect(heard).toMatch(/NIL "inline" NIL NIL\)/);
    await using client = await connect(server, { tls: { mode: 'none' }, allowClearTextAuth: true });
    await using box = await client.open('INBOX');
    for await (const message of box.fetch('all', { bodyStructure: true, size: true })) expect(message.uid).toBe(1);
  });

  test('yahoo: the inbox is called otherwise, and is the inbox all the same', async () => {
    await using server = await startImapServer({ fixture: FIXTURE, personality: 'yahoo', tls: 'none' });
    expect(await dialogue(server, ['a LOGIN ann secret', 'b LIST "" *', 'c LOGOUT'], /c OK/)).toContain('* LIST (\\Inbox');
  });

  test('yandex: an empty part has no value', async () => {
    const raw = 'Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: application/pdf\n\n\n--x--\n';
    await using server = await startImapServer({ fixture: { users: { ann: { password: 'secret', mailboxes: { INBOX: [raw] } } } }, personality: 'yandex', tls: 'none' });
    expect(await dialogue(server, ['a LOGIN ann secret', 'b SELECT INBOX', 'c FETCH 1 BODY[1]', 'd LOGOUT'], /d OK/)).toMatch(/BODY\[1\] \)/);
  });
});

describe('faults', () => {
  const SESSION = ['a LOGIN ann secret', 'b SELECT INBOX', 'c FETCH 1 (UID BODY[])', 'd NOOP', 'e LOGOUT'];

  async function said(faults: ReturnType<typeof mailFaults>, session: readonly string[] = SESSION): Promise<string> {
    await using server = await startImapServer({ fixture: FIXTURE, tls: 'none', faults, capabilityCodes: false });
    const heard = await dialogue(server, session, /e OK/);
    expect(server.unusedFaults).toEqual([]);
    return heard;
  }

  test.each([
    ['a response said otherwise', mailFaults().on('NOOP').say('d NO not now\r\n'), /d NO not now\r\n/],
    ['UIDNEXT is wrong', mailFaults().wrongUidNext(1), /\[UIDNEXT 1\]/],
    ['a FETCH comes twice', mailFaults().on('* FETCH').duplicate(), /(\* 1 FETCH \(UID 1 [^{]*\{23\}[^]*?\)\r\n)\1/],
    ['a response is left out', mailFaults().on('* FETCH').swallow(), /FLAGS[^]*(?<!FETCH \([^]*)c OK/],
    ['a literal is shorter than it says', mailFaults().on('* FETCH').literalSize(10), /\{33\}/],
    ['a literal is longer than it says', mailFaults().on('* FETCH').literalSize(-10), /\{13\}/],
    ['BYE in a literal', mailFaults().on('* FETCH').byeInLiteral(5), /\{23\}\r\nSubje\r\n\* BYE Shutting down\r\n$/],
    ['octets are others', mailFaults().on('* FETCH').replace('Hello', 'HELLO'), /HELLO/],
    ['something stands behind', mailFaults().on('SELECT').append('* 7 EXISTS\r\n'), /b OK .*\r\n\* 7 EXISTS\r\n/],
    ['something stands before', mailFaults().on('NOOP').matching('d ').prepend('* 1 EXPUNGE\r\n'), /\* 1 EXPUNGE\r\nd OK/],
    ['cut before the answer', mailFaults().on('NOOP').cut(), /c OK .*\r\n$/],
    ['hung up behind it', mailFaults().on('NOOP').hangUp('after-reply'), /d OK .*\r\n$/],
    ['closed after so many octets', mailFaults().afterOctets(11).hangUp(), /^.{11}$/],
    ['written in two pieces', mailFaults().afterOctets(7).split(), /e OK/],
    ['in drips', mailFaults().on('greeting').drip({ octets: 20, everyMs: 1 }), /e OK/],
    ['late', mailFaults().on('any').nth(3).delay(1), /e OK/],
    ['no connection', mailFaults().refuseConnections(1), /^$/],
  ] as const)('%s', async (_name, faults, expected) => {
    expect(await said(faults)).toMatch(expected);
  });

  test('a capability less, and one more, wherever they stand', async () => {
    await using server = await startImapServer({ fixture: FIXTURE, tls: 'none', faults: mailFaults().on('any').dropCapability('IDLE').on('any').addCapability('X-MORE') });
    const heard = await dialogue(server, ['a CAPABILITY', 'e LOGOUT'], /e OK/);
    expect(heard).not.toMatch(/ IDLE[ \r\]]/);
    expect(heard.match(/X-MORE/g)?.length).toBe(2);
  });

  test('numbers change while the client idles', async () => {
    await using server = await startImapServer({ fixture: FIXTURE, tls: 'none', faults: mailFaults().renumberDuringIdle('* 1 EXPUNGE\r\n* 1 EXISTS\r\n') });
    expect(await dialogue(server, ['a LOGIN ann secret', 'b SELECT INBOX', 'c IDLE'], /1 EXISTS/)).toMatch(/\+ .*\r\n\* 1 EXPUNGE\r\n\* 1 EXISTS/);
  });

  test('a script is a value: JSON and back is the same, in words; what can not be is refused', () => {
    const script = mailFaults().on('* FETCH').nth(2).perConnection().duplicate().on('uid fetch').matching('BODY').byeInLiteral(100).and(mailFaults().afterOctets(5).onConnection(2).stall());
    expect(mailFaultScript(JSON.parse(JSON.stringify(script)) as typeof script).describe()).toBe(script.describe());
    expect(script.describe().split('\n')).toEqual([
      'on the 2nd * FETCH of each connection: say it twice', 'on every UID FETCH with "BODY": break off after 100 octets of its literal, say "\\r\\n* BYE Shutting down\\r\\n", and close',
      'on every connection of the 2nd connection, after 5 octets: stall', '',
    ]);
    expect(() => mailFaults().on('not-a point').cut()).toThrow(TypeError);
    expect(() => mailFaults().on('FETCH').afterOctets(1).cut()).toThrow(TypeError);
    expect(() => mailFaults().on('connection').duplicate()).toThrow(TypeError);
    expect(() => mailFaults().on('FETCH').nth(0).cut()).toThrow(RangeError);
  });

  test('pop3: the same scripts over its status lines and the lines behind them', async () => {
    const faults = mailFaults().on('STAT').say('+OK 9 999\r\n').on('data').matching('UIDL').nth(2).swallow().on('RETR').delay(1).on('NOOP').cut();
    await using server = await startPop3Server({ fixture: FIXTURE, tls: 'none', faults });
    const client = await Pop3Client.connect({ url: server.urlFor('ann'), tls: { mode: 'none' }, allowClearTextAuth: true });
    expect(await client.stat()).toEqual({ messageCount: 9, octets: 999 });
    expect((await client.uidl()).length).toBe(1);
    expect(text(await client.retrieve(1).toOctets())).toBe(MESSAGE);
    expect(await codeOf(client.noop())).toMatch(/^POP3_/);
    expect(server.unusedFaults).toEqual([]);
  });
});
