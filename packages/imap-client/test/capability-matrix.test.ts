import { expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { allBut, mail, realServer } from './real-server.ts';

/** Off and on by chance; what nothing works without is on. */
function subset(seed: number): string[] {
  if (seed === 0) return ['IMAP4rev1'];
  if (seed === 1) return allBut();
  if (seed === 2) return allBut('IMAP4rev2');
  if (seed === 3) return allBut('QRESYNC', 'CONDSTORE');
  if (seed === 4) return allBut('UIDPLUS', 'MOVE');
  const random = new SeededRandom(seed);
  return ['IMAP4rev1', ...allBut('IMAP4rev1', 'UIDONLY', ...(random.chance(0.5) ? ['IMAP4rev2'] : [])).filter(() => random.chance(0.5))];
}

test.each(Array.from({ length: 200 }, (_, seed) => seed))('capability subset %i: every operation is still right', async (seed) => {
  const mailboxes = {
    INBOX: ['one', 'two', 'three', 'four', 'five', 'six'].map((subject) => ({ raw: mail(subject, `body of ${subject}`), flags: subject === 'two' ? ['\\Seen'] : [], internalDate: new Date('2026-11-02T10:00:00Z') })),
    Sent: [], 'Old/2025': [],
  };
  await using server = realServer({ mailboxes, capabilities: subset(seed) });
  const client = await server.connect({ rev2: seed % 2 === 0 });
  const names = (await client.list({ status: ['MESSAGES'] })).map(({ name, status }) => [name, status?.messages]);
  expect(names).toContainEqual(['INBOX', 6]);
  expect((await client.list()).find(({ name }) => name === 'Sent')?.specialUse).toBe('\\Sent');
  expect(await client.status('INBOX', ['MESSAGES', 'UNSEEN'])).toMatchObject({ messages: 6, unseen: 5 });
  expect((await client.namespace()).personal[0]?.prefix).toBe('');

  await using box = await client.open('INBOX');
  const all = await box.fetch('all', { flags: true, envelope: true, size: true, internalDate: true, bodyStructure: true, bodies: ['', 'TEXT'] }).all();
  expect(all.map(({ envelope }) => envelope?.subject)).toEqual(['one', 'two', 'three', 'four', 'five', 'six']);
  expect(await all[2]!.body('TEXT').text()).toBe('body of three\r\n');
  expect(await all[2]!.body().text()).toBe(mail('three', 'body of three'));
  const uids = all.map(({ uid }) => uid);

  // Searching
  expect(await box.search({ key: 'SUBJECT', value: 'four' })).toMatchObject({ uids: [uids[3]], exact: true });
  expect((await box.search({ key: 'AND', keys: [{ key: 'YOUNGER', seconds: 1 }, { key: 'ALL' }] })).uids).toEqual([]);
  expect((await box.search({ key: 'OR', left: { key: 'OLDER', seconds: 1 }, right: { key: 'SEEN' } })).uids).toEqual(uids);
  expect((await box.search({ key: 'NOT', not: { key: 'YOUNGER', seconds: 1 } })).uids).toEqual(uids);
  expect((await box.search({ key: 'FUZZY', search: { key: 'SUBJECT', value: 'five' } })).uids).toContain(uids[4]);
  expect((await box.sort([{ key: 'SUBJECT', reverse: false }])).uids).toEqual([4, 3, 0, 5, 2, 1].map((index) => uids[index]));
  expect((await box.thread()).threads.flatMap((thread) => thread.map(({ number }) => number)).sort((a, b) => a! - b!)).toEqual(uids);

  // Changing
  await box.addFlags([uids[0]!, uids[1]!], ['$Work']);
  expect((await box.search({ key: 'KEYWORD', flag: '$Work' })).uids).toEqual([uids[0], uids[1]]);
  await box.removeFlags({ key: 'KEYWORD', flag: '$Work' }, ['$Work']);
  await box.setFlags(uids[2]!, ['\\Flagged']);
  expect((await box.fetchOne(uids[2]!, { flags: true }))?.flags?.filter((flag) => flag !== '\\Recent')).toEqual(['\\Flagged']);

  // Copying, moving, deleting
  const copied = await box.copy([uids[0]!], 'Sent');
  expect((await client.status('Sent', ['MESSAGES'])).messages).toBe(1);
  if (client.has('UIDPLUS')) expect([...copied.uids]).toEqual([[uids[0], 1]]);
  await box.addFlags(uids[4]!, ['\\Deleted']); // someone else's mark
  const moved = await box.move([uids[1]!], 'New/Folder', { create: true });
  expect((await client.status('New/Folder', ['MESSAGES'])).messages).toBe(1);
  const gone = await box.delete(uids[3]!);
  expect(gone.expunged).toBe(client.has('UIDPLUS'));
  const left = (await box.search({ key: 'UNDELETED' })).uids;
  expect(left).toEqual([uids[0], uids[2], uids[5]]);
  expect((await box.search({ key: 'ALL' })).uids).toContain(uids[4]);
  expect(moved.expunged).toBe(client.has('MOVE') || client.has('UIDPLUS'));

  // Appending
  const appended = await client.append('INBOX', [{ message: mail('seven'), flags: ['\\Seen'] }, { message: mail('eight') }]);
  expect(appended.uids?.length ?? 2).toBe(2);
  await client.append('INBOX', { message: { content: [new TextEncoder().encode(mail('nine').slice(0, 50)), new TextEncoder().encode(mail('nine').slice(50))], sizeOctets: mail('nine').length } });
  await client.noop();
  expect((await box.fetch({ key: 'SUBJECT', value: 'e' }, { envelope: true }).all()).map(({ envelope }) => envelope?.subject)).toEqual(expect.arrayContaining(['seven', 'nine']));
  const replaced = await box.replace(uids[5]!, { message: mail('six again') });
  expect((await box.search({ key: 'AND', keys: [{ key: 'SUBJECT', value: 'six' }, { key: 'UNDELETED' }] })).uids).toHaveLength(1);
  expect(replaced.how).toBe(client.has('REPLACE') ? 'REPLACE' : 'APPEND');
  expect(new TextDecoder().decode(await box.download(uids[2]!).octets())).toBe(mail('three', 'body of three'));
  expect(new TextDecoder().decode(await box.download(uids[2]!, 'TEXT', { from: 5 }).octets())).toBe('of three\r\n');
});
