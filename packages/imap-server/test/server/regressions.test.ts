/** What clients of ill will, and careful readers of RFCs, have found. */
import { memoryPair } from '@mailwright/net';
import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../src/commands/list-pattern.ts';
import { LazyMessage } from '../../src/commands/lazy-message.ts';
import { LayoutCache } from '../../src/index.ts';
import { LineClient, literal, login, makeServer, makeStore } from './line-client.ts';

const store = () => makeStore({ INBOX: ['Subject: one\n\nBody\n', 'Subject: two\n\nBody\n', 'Subject: three\n\nBody\n'], Sent: [] });

describe('what a client can make a server do', () => {
  test('LIST: a pattern of nothing but wildcards takes time of its length', () => {
    const fits = compilePattern(`${'%'.repeat(1_000_000)}x`);
    expect([fits('abx'), fits('a/x'), fits('ab')]).toEqual([true, false, false]);
  });

  test('FETCH: one section named many times is not gathered in memory', async () => {
    await using server = makeServer({ store: makeStore({ INBOX: [`Subject: large\n\n${'x'.repeat(1_000_000)}\n`] }) });
    const [near, far] = memoryPair({ maxChunkOctets: 65_536 });
    server.serve(far);
    const client = new LineClient(near);
    await client.line();
    await client.say('LOGIN ann secret');
    await client.say('EXAMINE INBOX');
    near.pause();
    const origins = Array.from({ length: 40 }, (_value, index) => index + 1);
    client.send(`f FETCH 1 (${origins.map((origin) => `BODY[TEXT]<${origin}.900000>`).join(' ')})\r\n`);
    for (let turn = 0; turn < 50; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    expect(far.bufferedOctets).toBeLessThan(8_000_000);
    near.resume();
    const response = (await client.line())!;
    expect(response.match(/\{900000\}/g)).toHaveLength(40);
    expect(await client.line()).toBe('f OK FETCH completed');
  });

  test('GETMETADATA: an entry that is named many times is told once', async () => {
    await using server = makeServer({ store: store() });
    const client = await login(server, 'SETMETADATA INBOX (/private/a/b "1")');
    expect(await client.say('GETMETADATA (DEPTH infinity) INBOX (/private /private/A /private/a/b /private)')).toEqual(['* METADATA INBOX (/private/a/b "1")', '. OK GETMETADATA completed']);
    expect(await client.say('GETMETADATA INBOX (/private/x /private/X)')).toEqual(['* METADATA INBOX (/private/x NIL)', '. OK GETMETADATA completed']);
  });

  test('SEARCH: no more texts than a few are looked for at once', async () => {
    await using server = makeServer({ store: store() });
    const client = await login(server, 'SELECT INBOX');
    expect(await client.say(`SEARCH ${'TEXT b '.repeat(50)}${'OR BODY b BODY c '.repeat(25)}ALL`)).toEqual(['* SEARCH 1 2 3', '. OK SEARCH completed']);
    expect(await client.say(`SEARCH ${'TEXT b '.repeat(51)}${'OR BODY b BODY c '.repeat(25)}ALL`)).toEqual(['. NO [LIMIT] A search has 100 texts at most']);
  });

  test('SEARCH: of what fits no more of the header is kept than SORT compares', async () => {
    const account = (await makeStore({ INBOX: ['Subject: one\nX-Long: y\nDate: x\n\nBody\n'] }).account('ann'))!;
    const inbox = await account.open('INBOX');
    const shown = new LazyMessage(inbox.message(1)!, 1, []);
    await shown.read('text', inbox, new LayoutCache());
    expect([shown.fields.length, shown.texts]).toEqual([3, ['Body\r\n']]);
    shown.slim();
    expect(shown.fields.map(({ name }) => name)).toEqual(['Subject', 'Date']);
    expect(() => shown.texts).toThrow();
  });

  test('APPEND: several messages together are held to the quota before the last of them comes', async () => {
    const mail = store();
    await (await mail.account('ann'))!.quota!.setLimits(new Map([['STORAGE', 100]]));
    await using server = makeServer({ store: mail });
    const client = await login(server);
    client.send(`a APPEND Sent {70000+}\r\n${'x'.repeat(70_000)} {70000}\r\n`);
    expect(await client.line()).toBe('a NO [OVERQUOTA] The account has no room: STORAGE is limited to 100');
    expect(await client.say('STATUS Sent (MESSAGES)')).toEqual(['* STATUS Sent (MESSAGES 0)', '. OK STATUS completed']);
  });

  test('rfc5464 4.2.2: DEPTH 1 is one level', async () => {
    await using server = makeServer({ store: store() });
    const client = await login(server, 'SETMETADATA INBOX (/private/a "1" /private/a/b "2" /private/a/b/c "3" /private/ab "4")');
    expect(await client.say('GETMETADATA (DEPTH 1) INBOX /private/a')).toEqual(['* METADATA INBOX (/private/a "1" /private/a/b "2")', '. OK GETMETADATA completed']);
  });
});

describe('what an RFC says', () => {
  test.each([
    ['\u{1f4c1}*', '\u{1f4c1}Lists', true],
    ['%', '\u{1f4c1}', true],
    ['\u{1f4c1}', '\u{1f4c2}', false],
  ])('rfc9051 6.3.9: names beyond the first plane: %s and %s', (pattern, name, fits) => {
    expect(compilePattern(pattern)(name)).toBe(fits);
  });

  test.each([
    ['rfc4731 3.2: MIN alone tells the MODSEQ of that message', 'MIN', 'MIN 1 MODSEQ 2'],
    ['rfc4731 3.2: MAX alone does', 'MAX', 'MAX 3 MODSEQ 4'],
    ['rfc4731 3.2: MIN and MAX tell the higher of the two', 'MIN MAX', 'MIN 1 MAX 3 MODSEQ 4'],
    ['rfc4731 3.2: with COUNT it is the highest of all', 'MIN COUNT', 'MIN 1 COUNT 3 MODSEQ 5'],
  ])('%s', async (_title, options, told) => {
    await using server = makeServer({ store: store() });
    const client = await login(server, 'SELECT INBOX', 'STORE 2 +FLAGS (\\Draft)', 'STORE 3 +FLAGS (\\Flagged)', 'STORE 2 +FLAGS (\\Flagged)');
    expect(await client.say(`SEARCH RETURN (${options}) MODSEQ 1`)).toEqual([`* ESEARCH (TAG "${client.tag}") ${told}`, '. OK SEARCH completed']);
  });

  test('rfc5267 4.3: what leaves a result is told before its number goes, also where IDLE begins', async () => {
    await using server = makeServer({ store: store() });
    const client = await login(server, 'SELECT INBOX', 'SEARCH RETURN (UPDATE ALL) ALL');
    const other = await login(server, 'SELECT INBOX', 'STORE 2 +FLAGS.SILENT (\\Deleted)');
    await client.say('NOOP');
    await other.say('EXPUNGE');
    client.send('i IDLE\r\n');
    expect(await client.lines(3)).toEqual(['+ idling', '* ESEARCH (TAG "t3") REMOVEFROM (0 2)', '* 2 EXPUNGE']);
    client.send('DONE\r\n');
    expect(await client.line()).toBe('i OK IDLE completed');
  });

  test('rfc7162 3.2.8: CLOSE that removes tells HIGHESTMODSEQ', async () => {
    await using server = makeServer({ store: store() });
    const client = await login(server, 'ENABLE QRESYNC', 'SELECT INBOX', 'STORE 1 +FLAGS.SILENT (\\Deleted)');
    expect(await client.say('CLOSE')).toEqual(['. OK [HIGHESTMODSEQ 4] CLOSE completed']);
  });

  test('rfc7162 3.2.6: VANISHED tells of sets in any order, each UID once', async () => {
    await using server = makeServer({ store: store() });
    const client = await login(server, 'ENABLE QRESYNC', 'SELECT INBOX', 'STORE 1:2 +FLAGS.SILENT (\\Deleted)', 'EXPUNGE');
    expect(await client.say('UID FETCH 2:*,1:2,2 (FLAGS) (CHANGEDSINCE 2 VANISHED)')).toEqual(['* VANISHED (EARLIER) 1:2', '. OK FETCH completed']);
  });

  test('rfc6851 3: MOVE takes no room of the quota that was not taken before', async () => {
    const mail = store();
    await (await mail.account('ann'))!.quota!.setLimits(new Map([['MESSAGE', 3]]));
    await using server = makeServer({ store: mail });
    const client = await login(server, 'SELECT INBOX');
    expect((await client.say('COPY 1 Sent')).at(-1)).toMatch(/^\. NO \[OVERQUOTA\]/);
    expect((await client.say('MOVE 1 Sent')).at(-1)).toBe('. OK MOVE completed');
  });

  test.each([
    ['rfc4469 4: a URL of another user', 'imap://bob@mail.example/INBOX/;UID=1'],
    ['rfc4469 4: a URL of another server', 'imap://ann@other.example/INBOX/;UID=1'],
  ])('%s -> BADURL', async (_title, url) => {
    await using server = makeServer({ store: store(), hostname: 'mail.example' });
    const client = await login(server);
    expect(await client.say(`APPEND Sent CATENATE (URL "${url}")`)).toEqual([`. NO [BADURL ${url}] The URL stands for nothing here`]);
    expect((await client.say('APPEND Sent CATENATE (URL "imap://ann@MAIL.example/INBOX/;UID=1")')).at(-1)).toBe('. OK [APPENDUID 2 1] APPEND completed');
  });

  test.each([['a]b', 'a%5Db'], ['a b', 'a%20b'], ['', undefined]])('rfc4469 4: a URL that can not stand in a code (%s) -> NO, and the session goes on', async (url, said) => {
    await using server = makeServer({ store: store() });
    const client = await login(server);
    expect(await client.say(`APPEND Sent CATENATE (URL "${url}")`)).toEqual([`. NO ${said === undefined ? '' : `[BADURL ${said}] `}The URL stands for nothing here`]);
    expect((await client.say('NOOP')).at(-1)).toMatch(/^\. OK/);
  });

  test('rfc4467 7: URLs are signed and read under the server\'s name alone', async () => {
    await using server = makeServer({ store: store(), hostname: 'mail.example' });
    const client = await login(server);
    const url = (host: string): string => `imap://ann@${host}/INBOX/;UID=1;URLAUTH=anonymous`;
    expect((await client.say(`GENURLAUTH "${url('other.example')}" INTERNAL`)).at(-1)).toMatch(/^\. NO \[BADURL /);
    expect((await client.say(`GENURLAUTH "${url('mail.example')}" INTERNAL`)).at(-1)).toBe('. OK GENURLAUTH completed');
  });

  test('rfc3501 2.3.2: what came before anybody looked is recent', async () => {
    const mail = store();
    await (await (await mail.account('ann'))!.open('INBOX')).append([{ body: new Uint8Array([0x61]) }]);
    await using server = makeServer({ store: mail });
    const client = await login(server);
    expect(await client.say('STATUS INBOX (RECENT)')).toEqual(['* STATUS INBOX (RECENT 1)', '. OK STATUS completed']);
    expect((await client.say('EXAMINE INBOX'))[3]).toBe('* 1 RECENT');
    expect((await client.say('SELECT INBOX'))[4]).toBe('* 1 RECENT');
    expect((await (await login(server)).say('SELECT INBOX'))[3]).toBe('* 0 RECENT');
  });

  test('rfc9208 3: an account has no more annotations than the store says', async () => {
    await using server = makeServer({ store: store() });
    const client = await login(server);
    const value = 'x'.repeat(60_000);
    let answer = '';
    for (let index = 0; index < 200 && !answer.startsWith('. NO'); index++) answer = (await client.say(`SETMETADATA "" (/private/${index} ${literal(value)})`)).at(-1)!;
    expect(answer).toBe('. NO [METADATA TOOMANY] That is too much');
  });
});
