/** Our IMAP client and the messages of Dovecot and Cyrus: in, out, to other mailboxes, with flags and away, byte-identical and by the right UIDs. */
import assert from 'node:assert/strict';
import { connectOurImap, DOVECOT, IMAP_PEERS } from './imap-peer.ts';
import { ATTACHMENT, INTERNATIONAL, LARGE, PLAIN, SAMPLES, UNTERMINATED } from './messages.ts';
import { openRawImap } from './raw-imap.ts';
import type { Mailbox } from '@mailwright/imap-client';
import type { ImapPeer, ImapPeerKind } from './imap-peer.ts';
import type { Sample } from './messages.ts';
import type { RawImap } from './raw-imap.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

const PIECE_OCTETS = 70_001;

/** Octets in pieces, as a file would give them. */
async function* pieces(octets: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < octets.length; from += PIECE_OCTETS) {
    await new Promise((resolve) => setImmediate(resolve));
    yield octets.subarray(from, from + PIECE_OCTETS);
  }
}

function assertSame(got: Uint8Array | undefined, expected: Uint8Array, what: string): void {
  assert.ok(got !== undefined && Buffer.compare(got, expected) === 0, `${what}: ${got?.length} octets are not the ${expected.length} that were sent`);
}

/** What the server keeps of a message: Cyrus and Dovecot leave octets alone. */
const samplesFor = (kind: ImapPeerKind): readonly Sample[] => [...SAMPLES, LARGE, ...(kind === DOVECOT ? [UNTERMINATED, INTERNATIONAL] : [])];

async function assertFetched(box: Mailbox, uid: number, { octets, name }: Sample): Promise<void> {
  const text = Buffer.from(octets).toString('latin1');
  const headerEnd = text.indexOf('\r\n\r\n') + 4;
  assertSame(await box.download(uid).octets(), octets, `${name}, downloaded`);
  assertSame(await box.download(uid, '', { from: 100 }).octets(), octets.subarray(100), `${name}, downloaded from octet 100 on`);
  const message = await box.fetchOne(uid, { size: true, bodies: ['HEADER', { section: '', partial: { origin: 7, octetCount: 50 } }] });
  assert.equal(message?.size, octets.length);
  assertSame(await message?.body('HEADER').octets(), octets.subarray(0, headerEnd), `${name}, header`);
  for await (const streamed of box.fetch(uid, { bodies: ['TEXT'] })) {
    const got: Uint8Array[] = [];
    for await (const piece of streamed.body('TEXT')) got.push(piece.slice());
    assertSame(Buffer.concat(got), octets.subarray(headerEnd), `${name}, text`);
  }
}

/** A mailbox with so many numbered messages, filled by another session. */
async function fillInbox(context: ScenarioContext, peer: ImapPeer, count: number): Promise<RawImap> {
  const raw = await openRawImap(context, peer.imapPort, 'alice', peer.password);
  for (let index = 1; index <= count; index++) await raw.append('INBOX', numbered(index));
  return raw;
}

function numbered(index: number): Uint8Array {
  return Buffer.from(`Message-ID: <${index}@mailwright.example>\r\nSubject: number ${index}\r\n\r\n${`line of message ${index}\r\n`.repeat(index)}`);
}

export const scenarios: readonly Scenario[] = [
  ...IMAP_PEERS.flatMap((kind) => [false, true].map((compress): Scenario => ({
    name: `our IMAP client -> ${kind.name}: messages appended from octets and from a stream come back byte-identical, whole, in parts and from the middle${compress ? ', with COMPRESS' : ''}`,
    needs: kind.needs,
    run: async (context) => {
      const { client } = await connectOurImap(context, await kind.start(context), { compress });
      const samples = samplesFor(kind);
      for (const { octets } of samples) {
        const { uids } = await client.append('INBOX', { message: octets, flags: ['\\Seen', 'keyword'], internalDate: new Date('2025-07-01T08:52:37Z') });
        const streamed = await client.append('INBOX', { message: { content: pieces(octets), sizeOctets: octets.length } });
        assert.deepEqual([uids?.length, streamed.uids?.length], [1, 1]);
      }
      const box = await client.open('INBOX');
      assert.equal(box.exists, samples.length * 2);
      let index = 0;
      for await (const message of box.fetch('all', { flags: true, internalDate: true })) {
        assert.equal(message.hasFlag('\\Seen') && message.hasFlag('Keyword'), index % 2 === 0);
        if (index % 2 === 0) assert.equal(message.internalDate?.ms, Date.parse('2025-07-01T08:52:37Z'));
        await assertFetched(box, message.uid, samples[index >> 1]!);
        index++;
      }
      assert.equal(index, samples.length * 2);
    },
  }))),
  ...IMAP_PEERS.map((kind): Scenario => ({
    name: `our IMAP client -> ${kind.name}: several messages in one APPEND, into a mailbox that is made on the way; a part decoded by the server`,
    needs: kind.needs,
    run: async (context) => {
      const { client } = await connectOurImap(context, await kind.start(context));
      const messages = [PLAIN, ATTACHMENT].map(({ octets }) => ({ message: octets, flags: ['\\Flagged'] }));
      const { uids } = await client.append('Entw\u00fcrfe & Co', messages, { create: true });
      assert.deepEqual(uids, [1, 2]);
      const box = await client.open('Entw\u00fcrfe & Co');
      const text = Buffer.from(ATTACHMENT.octets).toString('latin1');
      const decoded = Buffer.from(text.slice(text.indexOf('\r\n\r\n') + 4), 'base64');
      const message = await box.fetchOne(2, { flags: true, binary: ['1'], bodyStructure: true });
      assert.equal(message?.hasFlag('\\Flagged'), true);
      for await (const each of box.fetch(2, { binary: ['1'] })) assertSame(await each.binary('1').octets(), decoded, 'BINARY[1]');
      assert.deepEqual((await client.list()).filter(({ name }) => name.startsWith('Entw')).map(({ name }) => name), ['Entw\u00fcrfe & Co']);
    },
  })),
  ...IMAP_PEERS.map((kind): Scenario => ({
    name: `our IMAP client -> ${kind.name}: copied, moved, deleted and replaced by UID, as another session sees it`,
    needs: kind.needs,
    run: async (context) => {
      const peer = await kind.start(context);
      const raw = await fillInbox(context, peer, 12);
      await raw.ask('CREATE Archive');
      const { client } = await connectOurImap(context, peer);
      const box = await client.open('INBOX');
      const copied = await box.copy([2, 4, 6], 'Archive');
      assert.deepEqual([...copied.uids], [[2, 1], [4, 2], [6, 3]]);
      const moved = await box.move([[7, 9]], 'Archive');
      assert.deepEqual([[...moved.uids], moved.how, moved.expunged], [[[7, 4], [8, 5], [9, 6]], 'MOVE', true]);
      await raw.ask('SELECT INBOX');
      await raw.ask('UID STORE 1 +FLAGS.SILENT (\\Deleted)');
      assert.deepEqual(await box.delete([10, 11]), { expunged: true });
      const replaced = await box.replace(12, { message: PLAIN.octets, flags: ['\\Draft'] });
      assert.deepEqual([replaced.uid, replaced.how], [13, 'APPEND']);
      const remaining = (await box.search({ key: 'ALL' })).uids;
      assert.deepEqual(remaining, [1, 2, 3, 4, 5, 6, 13]);
      await raw.ask('NOOP');
      assert.match(await raw.ask('UID SEARCH RETURN () ALL'), /^\* ESEARCH \(TAG "raw\d+"\) UID ALL 1:6,13\r\n/m);
      assert.equal((await client.status('Archive', ['MESSAGES'])).messages, 6);
      await box.close();
      const archive = await client.open('Archive');
      const subjects: (string | undefined)[] = [];
      for await (const { envelope } of archive.fetch('all', { envelope: true })) subjects.push(envelope?.subject);
      assert.deepEqual(subjects, [2, 4, 6, 7, 8, 9].map((index) => `number ${index}`));
    },
  })),
  ...IMAP_PEERS.map((kind): Scenario => ({
    name: `our IMAP client -> ${kind.name}: flags, and UNCHANGEDSINCE when another session was faster`,
    needs: kind.needs,
    run: async (context) => {
      const peer = await kind.start(context);
      const raw = await fillInbox(context, peer, 5);
      const { client } = await connectOurImap(context, peer);
      const box = await client.open('INBOX');
      const known = await box.fetchOne(1, { modseq: true });
      const since = (await box.fetch('all', { modseq: true }).all()).reduce((most, { modseq = 0n }) => (modseq > most ? modseq : most), known?.modseq ?? 0n);
      await raw.ask('SELECT INBOX');
      await raw.ask('UID STORE 2,4 +FLAGS (\\Flagged)');
      const { failed } = await box.addFlags('all', ['\\Answered', '$Forwarded'], { unchangedSince: since });
      assert.deepEqual(failed, [2, 4]);
      const told = await box.setFlags([1, 3], ['\\Seen'], { tell: true });
      assert.deepEqual(told.told.filter(({ flags }) => flags !== undefined).map(({ uid }) => uid), [1, 3]);
      await box.removeFlags(4, ['\\Flagged']);
      const flags = new Map<number, string>();
      for await (const message of box.fetch('all', { flags: true })) flags.set(message.uid, message.flags!.filter((flag) => flag !== '\\Recent').sort().join(' '));
      assert.deepEqual([...flags], [[1, '\\Seen'], [2, '\\Flagged'], [3, '\\Seen'], [4, ''], [5, '$Forwarded \\Answered']]);
    },
  })),
  ...IMAP_PEERS.map((kind): Scenario => ({
    name: `our IMAP client -> ${kind.name}: any command inside a loop over 300 messages, while another session expunges and appends`,
    needs: kind.needs,
    timeoutMs: 60_000,
    run: async (context) => {
      const peer = await kind.start(context);
      const raw = await fillInbox(context, peer, 300);
      await raw.ask('SELECT INBOX');
      await raw.ask('CREATE Other');
      const { client } = await connectOurImap(context, peer);
      const box = await client.open('INBOX');
      const seen: number[] = [];
      for await (const message of box.fetch('all', { envelope: true, bodies: [''] })) {
        seen.push(message.uid);
        assertSame(await message.body().octets(), numbered(message.uid), `message ${message.uid}`);
        assert.equal(message.envelope?.subject, `number ${message.uid}`);
        if (message.uid % 50 !== 1) continue;
        await raw.ask(`UID STORE ${message.uid} +FLAGS.SILENT (\\Deleted)`);
        await raw.ask(`UID EXPUNGE ${message.uid}`);
        await raw.append('INBOX', numbered(1));
        const [one, found] = await Promise.all([box.fetchOne(message.uid + 1, { envelope: true }), box.search({ key: 'SUBJECT', value: `number ${message.uid + 2}` }), box.copy(message.uid + 3, 'Other')]);
        assert.equal(one?.envelope?.subject, `number ${message.uid + 1}`);
        assert.ok(found.uids.includes(message.uid + 2));
        await box.addFlags(message.uid + 1, ['\\Seen']);
      }
      assert.deepEqual(seen, Array.from({ length: 300 }, (_, index) => index + 1));
      await client.noop();
      assert.equal(box.exists, 300);
      assert.equal((await client.status('Other', ['MESSAGES'])).messages, 6);
    },
  })),
];
