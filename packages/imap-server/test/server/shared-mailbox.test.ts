/**
 * Many sessions change one mailbox at once, over transports that cut what is said into pieces, each with a client machine of its own. In the end all
 * believe what is true; on the way nobody is told a number that no message has.
 */
import { memoryPair } from '@mailwright/net';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { makeServer, makeStore } from './line-client.ts';
import { MachineClient } from './machine-client.ts';

const LINES: readonly ((random: SeededRandom, exists: number) => string)[] = [
  (random, exists) => `FETCH ${random.integer(1, exists)}:* (UID FLAGS)`,
  (random) => `UID FETCH ${random.integer(1, 40)}:* (UID FLAGS BODY.PEEK[])`,
  (random, exists) => `STORE ${random.integer(1, exists)} FLAGS (\\Seen)`,
  (random, exists) => `STORE ${random.integer(1, exists)} FLAGS.SILENT (\\Deleted)`,
  (random) => `UID STORE ${random.integer(1, 60)} FLAGS (\\Deleted)`,
  (random) => `UID FETCH ${random.integer(1, 40)} BODY[TEXT]`,
  () => 'APPEND INBOX {3}\r\nabc',
  (random, exists) => `COPY ${random.integer(1, exists)} INBOX`,
  (random, exists) => `MOVE ${random.integer(1, exists)} INBOX`,
  (random) => `UID MOVE ${random.integer(1, 40)} Other`,
  () => 'SEARCH UNSEEN', () => 'UID SEARCH DELETED', () => 'EXPUNGE', () => 'NOOP', () => 'CHECK',
];

describe('generated sessions on one mailbox', () => {
  test.each(Array.from({ length: 20 }, (_value, seed) => [seed]))('seed %i: every client believes what is true', async (seed) => {
    const random = new SeededRandom(seed);
    const store = makeStore({ INBOX: Array.from({ length: 12 }, (_value, index) => `Subject: ${index}\n\nBody ${index}\n`), Other: [] });
    const failures: unknown[] = [];
    await using server = makeServer({ store, error: (error) => failures.push(error) });
    const inbox = await (await store.account('ann'))!.open('INBOX');
    const clients: { readonly client: MachineClient; readonly uidOnly: boolean }[] = [];
    for (const enabled of [undefined, 'QRESYNC', 'IMAP4rev2', 'UIDONLY']) {
      const [near, far] = memoryPair({ maxChunkOctets: random.integer(1, 200) });
      server.serve(far);
      const client = new MachineClient(near);
      await client.run('LOGIN ann secret');
      if (enabled !== undefined) await client.run(`ENABLE ${enabled}`);
      await client.run('SELECT INBOX');
      clients.push({ client, uidOnly: enabled === 'UIDONLY' });
    }
    if (seed % 2 === 1) {
      await clients[1]!.client.run('NOTIFY SET (selected (MessageNew (UID FLAGS) MessageExpunge FlagChange))');
      await clients[0]!.client.run('SEARCH RETURN (UPDATE ALL) UNSEEN');
      await clients[1]!.client.run('UID SORT RETURN (UPDATE ALL) (SUBJECT) UTF-8 UNDELETED');
    }
    const under: Promise<void>[] = [];
    for (let step = 0; step < 80; step++) {
      const { client, uidOnly } = random.pick(clients);
      if (random.chance(0.1)) {
        const idling = client.run('IDLE');
        while (!client.isIdling) await new Promise<void>((resolve) => setImmediate(resolve));
        for (let turns = random.integer(0, 5); turns > 0; turns--) await new Promise<void>((resolve) => setImmediate(resolve));
        client.machine.done();
        client.pump();
        await idling;
      }
      const exists = client.machine.mailbox?.exists ?? 0;
      const line = random.pick(LINES)(random, Math.max(1, exists));
      const byUid = uidOnly || (seed % 2 === 1 && client === clients[1]!.client); // with NOTIFY numbers move at any time, RFC 5465 section 5.3
      under.push(client.run((byUid && /^(?:FETCH|STORE|COPY|MOVE|SEARCH)/.test(line)) || exists === 0 ? 'NOOP' : line));
      if (random.chance(0.5)) await under.at(-1);
      if (random.chance(0.3)) await new Promise<void>((resolve) => setImmediate(resolve));
    }
    await Promise.all(under);
    for (const { client, uidOnly } of clients) {
      await client.run('NOOP');
      expect(client.machine.mailbox!.exists).toBe(inbox.messages().length);
      client.told.clear();
      await client.run('UID FETCH 1:* (UID FLAGS)');
      expect([...client.told].sort(([one], [other]) => one - other)).toEqual(inbox.messages().map(({ uid, flags }) => [uid, flags.join(' ')]));
      if (!uidOnly) expect([...client.machine.mailbox!.uids()]).toEqual(inbox.messages().map(({ uid }, index) => [index + 1, uid]));
      expect(client.faults).toEqual([]);
    }
    expect(failures).toEqual([]);
  });
});
