/** Rights of RFC 4314, one after the other: what a user without one can't do. Bob sees the mailboxes of Ann, as far as she lets him. */
import { describe, expect, test } from 'vitest';
import type { ImapServer, MailStore } from '../../src/index.ts';
import { effectiveRights } from '../../src/server/rights.ts';
import { connect, type LineClient, literal, makeServer, makeStore } from './line-client.ts';

/** Of Bob, by mailbox; Ann may do all. */
type Granted = Readonly<Record<string, string>>;

async function shared(granted: Granted): Promise<ImapServer> {
  const store = makeStore({
    INBOX: [{ raw: 'Subject: one\n\nBody\n', flags: ['\\Seen', '\\Deleted', '$Work'] }, { raw: 'Subject: two\n\nBody\n', flags: ['\\Deleted'] }],
    Sent: [], Work: [], 'Sub/Secret': [],
  });
  const account = (await store.account('ann'))!;
  for (const [name, rights] of Object.entries(granted)) await account.acl!.setRights(name, 'bob', rights);
  const ofAnn: MailStore = { secrets: store.secrets, account: async () => account, close: () => store.close() };
  return makeServer({ store: ofAnn });
}

async function bob(server: ImapServer, ...commands: readonly string[]): Promise<LineClient> {
  const client = await connect(server);
  await client.say('LOGIN bob other');
  for (const command of commands) await client.say(command);
  return client;
}

const NOPERM = '. NO [NOPERM] You may not do this';
const NONE = '. NO [NONEXISTENT] There is no such mailbox';
const NO_FLAGS = '. NO [NOPERM] You may not change these flags';

const CASES: readonly (readonly [title: string, granted: Granted, before: readonly string[], command: string, answer: readonly string[]])[] = [
  ['rfc4314 4, l: LIST tells what one may see', { INBOX: 'lr', Sent: 'r' }, [], 'LIST "" *', ['* LIST (\\HasNoChildren) "/" INBOX', '. OK LIST completed']],
  ['rfc4314 6, l: nor does LIST tell of what is above it', { INBOX: 'lr', 'Sub/Secret': 'r' }, [], 'LIST "" %', ['* LIST (\\HasNoChildren) "/" INBOX', '. OK LIST completed']],
  ['rfc4314 6, l: a mailbox that one may not see is as none', { INBOX: 'lr' }, [], 'GETACL Sent', [NONE]],
  ['rfc4314 6, l: also for APPEND', { INBOX: 'lr' }, [], `APPEND Sent ${literal('x')}`, [NONE]],
  ['rfc4314 4, r: SELECT', { INBOX: 'l' }, [], 'SELECT INBOX', [NOPERM]],
  ['rfc4314 4, r: EXAMINE', { INBOX: 'lswite' }, [], 'EXAMINE INBOX', [NOPERM]],
  ['rfc4314 4, r: STATUS', { INBOX: 'l' }, [], 'STATUS INBOX (MESSAGES)', [NOPERM]],
  ['rfc5819 2, r: LIST leaves STATUS out', { INBOX: 'l' }, [], 'LIST "" INBOX RETURN (STATUS (MESSAGES))', ['* LIST (\\HasNoChildren) "/" INBOX', '. OK LIST completed']],
  ['rfc9208 4, r: GETQUOTAROOT', { INBOX: 'l' }, [], 'GETQUOTAROOT INBOX', [NOPERM]],
  ['rfc4467 4, r: GENURLAUTH', { INBOX: 'l' }, [], 'GENURLAUTH "imap://ann@h/INBOX/;UID=1;URLAUTH=anonymous" INTERNAL', [NOPERM]],
  ['rfc5464 3.3: annotations take one right beside l', { INBOX: 'l' }, [], 'GETMETADATA INBOX /shared/comment', [NOPERM]],
  ['rfc4314 5.2: nothing to write with is READ-ONLY', { INBOX: 'lrka' }, [], 'SELECT INBOX', [
    '* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Work)', '* OK [PERMANENTFLAGS ()] No flags can be changed', '* 2 EXISTS', '* 0 RECENT', '* OK [UNSEEN 2] First unseen',
    '* OK [UIDVALIDITY 1] UIDs valid', '* OK [UIDNEXT 3] Predicted next UID', '* OK [HIGHESTMODSEQ 2] Highest', '* OK [MAILBOXID (F1)] Ok', '. OK [READ-ONLY] SELECT completed']],
  ['rfc4314 5.1.1: PERMANENTFLAGS are those that one may change', { INBOX: 'lrst' }, [], 'SELECT INBOX', [
    '* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Work)', '* OK [PERMANENTFLAGS (\\Deleted \\Seen)] Flags that last', '* 2 EXISTS', '* 0 RECENT', '* OK [UNSEEN 2] First unseen',
    '* OK [UIDVALIDITY 1] UIDs valid', '* OK [UIDNEXT 3] Predicted next UID', '* OK [HIGHESTMODSEQ 2] Highest', '* OK [MAILBOXID (F1)] Ok', '. OK [READ-WRITE] SELECT completed']],
  ['rfc4314 4, s: FETCH leaves \\Seen alone', { INBOX: 'lrt' }, ['SELECT INBOX'], 'FETCH 2 BODY[TEXT]', ['* 2 FETCH (BODY[TEXT] {6}\r\nBody\r\n)', '. OK FETCH completed']],
  ['rfc4314 4, s: STORE', { INBOX: 'lrtw' }, ['SELECT INBOX'], 'STORE 2 +FLAGS (\\Seen)', [NO_FLAGS]],
  ['rfc4314 4, t: STORE', { INBOX: 'lrsw' }, ['SELECT INBOX'], 'STORE 2 -FLAGS (\\Deleted)', [NO_FLAGS]],
  ['rfc4314 4, w: STORE', { INBOX: 'lrst' }, ['SELECT INBOX'], 'STORE 2 +FLAGS ($Junk)', [NO_FLAGS]],
  ['rfc4314 4: STORE does what it may', { INBOX: 'lrw' }, ['SELECT INBOX'], 'STORE 2 +FLAGS (\\Seen \\Flagged)', ['* 2 FETCH (FLAGS (\\Flagged \\Deleted))', '. OK STORE completed']],
  ['rfc4314 4: flags that one may not change stay when others are replaced', { INBOX: 'lrw' }, ['SELECT INBOX'], 'STORE 1 FLAGS (\\Flagged)', [
    '* 1 FETCH (FLAGS (\\Flagged \\Deleted \\Seen))', '. OK STORE completed']],
  ['rfc4314 4: and when none are put in their place', { INBOX: 'lrs' }, ['SELECT INBOX'], 'STORE 1 FLAGS ()', ['* 1 FETCH (FLAGS (\\Deleted $Work))', '. OK STORE completed']],
  ['rfc4314 4: who may change none replaces none', { INBOX: 'lri' }, ['SELECT INBOX'], 'STORE 1 FLAGS ()', [NO_FLAGS]],
  ['rfc4314 4, i: APPEND', { Sent: 'lr' }, [], `APPEND Sent ${literal('x')}`, [NOPERM]],
  ['rfc4314 4, i: COPY', { INBOX: 'lr', Sent: 'lr' }, ['SELECT INBOX'], 'COPY 1 Sent', [NOPERM]],
  ['rfc4314 4, s and t: APPEND leaves flags out', { Sent: 'lrwi' }, [`APPEND Sent (\\Seen \\Deleted \\Draft) ${literal('x')}`, 'EXAMINE Sent'], 'FETCH 1 FLAGS', [
    '* 1 FETCH (FLAGS (\\Draft \\Recent))', '. OK FETCH completed']],
  ['rfc4314 4, w: COPY leaves flags out', { INBOX: 'lr', Sent: 'lrsi' }, ['EXAMINE INBOX', 'COPY 1 Sent', 'EXAMINE Sent'], 'FETCH 1 FLAGS', ['* 1 FETCH (FLAGS (\\Seen \\Recent))', '. OK FETCH completed']],
  ['rfc4314 4, s: MOVE leaves flags out', { INBOX: 'lrte', Sent: 'lriw' }, ['SELECT INBOX', 'MOVE 1 Sent', 'EXAMINE Sent'], 'FETCH 1 FLAGS', ['* 1 FETCH (FLAGS ($Work \\Recent))', '. OK FETCH completed']],
  ['rfc6851 4, t: MOVE', { INBOX: 'lre', Sent: 'lri' }, ['SELECT INBOX'], 'MOVE 1 Sent', [NOPERM]],
  ['rfc6851 4, e: MOVE', { INBOX: 'lrt', Sent: 'lri' }, ['SELECT INBOX'], 'MOVE 1 Sent', [NOPERM]],
  ['rfc8508 4.4, t and e: REPLACE', { INBOX: 'lri' }, ['SELECT INBOX'], `REPLACE 1 INBOX ${literal('x')}`, [NOPERM]],
  ['rfc4314 4, e: EXPUNGE', { INBOX: 'lrt' }, ['SELECT INBOX'], 'EXPUNGE', [NOPERM]],
  ['rfc4314 4, e: CLOSE removes nothing and is OK', { INBOX: 'lrt' }, ['SELECT INBOX', 'CLOSE'], 'STATUS INBOX (MESSAGES)', ['* STATUS INBOX (MESSAGES 2)', '. OK STATUS completed']],
  ['rfc4314 4, k: CREATE', { Work: 'lrx' }, [], 'CREATE Work/New/Deep', [NOPERM]],
  ['rfc4314 4, k: CREATE below what one may', { Work: 'lk' }, [], 'CREATE Work/New', ['. OK [MAILBOXID (F5)] CREATE completed']],
  ['rfc4314 4: a new mailbox has the list of the one above', { Work: 'lrk' }, ['CREATE Work/New'], 'MYRIGHTS Work/New', ['* MYRIGHTS Work/New lrkc', '. OK MYRIGHTS completed']],
  ['rfc4314 4, x: DELETE', { Work: 'lrk' }, [], 'DELETE Work', [NOPERM]],
  ['rfc4314 4, x: RENAME', { Work: 'lrk' }, [], 'RENAME Work Job', [NOPERM]],
  ['rfc4314 4, k: RENAME takes it where the mailbox goes', { Sent: 'lx', Work: 'lx' }, [], 'RENAME Sent Work/Sent', [NOPERM]],
  ['rfc4314 4, k: RENAME within its level does not', { Sent: 'lx' }, [], 'RENAME Sent Gone', ['. OK RENAME completed']],
  ['rfc4314 4, a: GETACL', { INBOX: 'lr' }, [], 'GETACL INBOX', [NOPERM]],
  ['rfc4314 4, a: SETACL', { INBOX: 'lr' }, [], 'SETACL INBOX bob +a', [NOPERM]],
  ['rfc4314 4, a: DELETEACL', { INBOX: 'lr' }, [], 'DELETEACL INBOX bob', [NOPERM]],
  ['rfc4314 4, a: LISTRIGHTS', { INBOX: 'lr' }, [], 'LISTRIGHTS INBOX bob', [NOPERM]],
  ['rfc4314 3.7: LISTRIGHTS, each once', { INBOX: 'la' }, [], 'LISTRIGHTS INBOX ann', ['* LISTRIGHTS INBOX ann la r s w i p k x t e c d', '. OK LISTRIGHTS completed']],
  ['rfc4314 4: MYRIGHTS takes any of a few', { INBOX: 'i' }, [], 'MYRIGHTS INBOX', ['* MYRIGHTS INBOX i', '. OK MYRIGHTS completed']],
  ['rfc4314 4: and is as without a mailbox where none of those is there', { INBOX: 'st' }, [], 'MYRIGHTS INBOX', [NONE]],
  ['rfc4314 5.1.1: flags are told anew when the list changes', { INBOX: 'lrwa' }, ['SELECT INBOX'], 'SETACL INBOX bob -w', [
    '* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Work)', '* OK [PERMANENTFLAGS ()] No flags can be changed', '. OK SETACL completed']],
  ['rfc7377 2, r: ESEARCH passes over what one may not read', { INBOX: 'lr', Sent: 'l' }, [], 'ESEARCH IN (personal) RETURN (COUNT) ALL', [
    '* ESEARCH (TAG "$TAG" MAILBOX INBOX UIDVALIDITY 1) UID COUNT 2', '. OK ESEARCH completed']],
  ['rfc5465 5, l and r: NOTIFY passes over what one may not read', { INBOX: 'lr', Sent: 'l' }, [], 'NOTIFY SET STATUS (personal (MessageNew MessageExpunge))', [
    '* STATUS INBOX (MESSAGES 2 UIDNEXT 3 UIDVALIDITY 1)', '. OK NOTIFY completed']],
];

describe('rights', () => {
  test.each(CASES)('%s', async (_title, granted, before, command, answer) => {
    await using server = await shared(granted);
    const client = await bob(server, ...before);
    const lines = await client.say(command);
    expect(lines).toEqual(answer.map((line) => line.replaceAll('$TAG', client.tag)));
  });

  test('rfc5465 5, r: news of a mailbox that one may not read are nobody\'s', async () => {
    await using server = await shared({ Sent: 'l', Work: 'lr' });
    const client = await bob(server, 'NOTIFY SET (personal (MessageNew MessageExpunge))');
    const ann = await connect(server);
    await ann.say('LOGIN ann secret');
    await ann.say(`APPEND Sent ${literal('x')}`);
    await ann.say(`APPEND Work ${literal('x')}`);
    expect(await client.line()).toBe('* STATUS Work (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 3)');
  });

  test('without the capability there are no rights', async () => {
    const store = makeStore({ INBOX: [] });
    await (await store.account('ann'))!.acl!.setRights('INBOX', 'ann', 'la');
    await using server = makeServer({ store, capabilities: ['IMAP4rev1'] });
    const client = await connect(server);
    await client.say('LOGIN ann secret');
    expect((await client.say('SELECT INBOX')).at(-1)).toBe('. OK [READ-WRITE] SELECT completed');
  });
});

describe('effective rights', () => {
  test.each([
    ['rfc4314 2: those of anyone are everybody\'s', { anyone: 'lr', ann: 's' }, false, 'lrs'],
    ['rfc4314 2: negative ones are taken away', { anyone: 'lrsw', '-ann': 'w' }, false, 'lrs'],
    ['rfc4314 2: from anyone as well', { ann: 'lrsw', '-anyone': 's' }, false, 'lrw'],
    ['rfc4314 2: the owner keeps the list', { '-ann': 'lrswipkxtea' }, true, 'la'],
    ['rfc4314 2: who is not in the list has none', { bob: 'lr' }, false, ''],
  ])('%s', (_title, list, isOwner, rights) => {
    expect(effectiveRights(new Map(Object.entries(list)), 'ann', isOwner)).toBe(rights);
  });
});
