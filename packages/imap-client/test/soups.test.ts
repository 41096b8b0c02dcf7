import { encodeLatin1, latin1 } from '@mailwright/wire';
import { expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { ImapError } from '../src/errors.ts';
import { connectScripted } from './connect-scripted.ts';

const LINES: readonly string[] = [
  '* 1 FETCH (UID 10 FLAGS (\\Seen))', '* 2 FETCH (UID 20 BODY[] {5}\r\nhello FLAGS ())', '* 3 FETCH (FLAGS ())', '* 4 EXISTS', '* 1 EXPUNGE', '* VANISHED 10:20', '* VANISHED (EARLIER) 1:5',
  '* OK [UIDVALIDITY 9] x', '* OK [HIGHESTMODSEQ 5] x', '* SEARCH 10 20 30', '* ESEARCH (TAG "A3") UID ALL 10,20', '* STATUS x (MESSAGES 1)', '* LIST () "/" INBOX', '* BAD what', '* NO [ALERT] x',
  '+ go on', '* 2 FETCH (UID 20 BODY[] {70000}\r\n', '* OK still here', '* CAPABILITY IMAP4rev1 IDLE QRESYNC', '* ENABLED QRESYNC', '* OK [CLOSED] x', '* FLAGS (\\Seen)', '* 5 FETCH (UID 4 ENVELOPE (broken',
  '{tag} OK done', '{tag} OK done', '{tag} OK done', '{tag} OK done', '{tag} NO [TRYCREATE] x', '{tag} BAD x', '* OK [COPYUID 1 1:3 4:4] x', '* BYE x',
];

/** What a server may answer, some of it changed by chance. */
function soup(random: SeededRandom, tag: string): string {
  const lines = Array.from({ length: random.integer(1, 6) }, () => random.pick(LINES).replace('{tag}', tag));
  if (random.chance(0.85)) lines.push(`${tag} OK done`);
  const octets = encodeLatin1(`${lines.join('\r\n')}\r\n`);
  if (random.chance(0.1)) octets[random.integer(0, octets.length - 1)] = random.integer(1, 255);
  return latin1(octets);
}

test.each(Array.from({ length: 150 }, (_, seed) => seed))('soup %i: every promise settles, with a result or a code', async (seed) => {
  const random = new SeededRandom(seed);
  await using session = await connectScripted(
    (command, _server, tag) => (/^(LOGIN|CAPABILITY|LOGOUT|ENABLE|SELECT)/.test(command) ? undefined : soup(random, tag)),
    { capabilities: random.pick(['IMAP4rev1', 'IMAP4rev1 LITERAL+ IDLE QRESYNC ENABLE ESEARCH MOVE UIDPLUS', 'IMAP4rev2 LITERAL- NOTIFY CONDSTORE']), maxChunkOctets: random.integer(1, 200) },
  );
  const { client } = session;
  const stop = new AbortController();
  const box = await client.open('INBOX').catch((error: unknown) => error as ImapError);
  const work: Promise<unknown>[] = [client.list({ status: ['MESSAGES'] }), client.status('x'), client.append('x', { message: 'Subject: x\r\n\r\nx\r\n' }), client.namespace()];
  if (!(box instanceof Error)) {
    const loop = async (): Promise<void> => {
      for await (const message of box.fetch('all', { flags: true, bodies: [''] })) {
        await client.noop();
        if (random.chance(0.5)) await message.body().octets();
      }
    };
    const watch = async (): Promise<void> => {
      let count = 0;
      for await (const _ of box.watch({ signal: stop.signal, pollMs: 1 })) if (count++ > 5) break;
    };
    work.push(loop(), watch(), box.search({ key: 'YOUNGER', seconds: 5 }), box.move(10, 'y'), box.addFlags('all', ['\\Seen'], { tell: true }), box.sort([{ key: 'DATE', reverse: true }]), box.download(20).octets());
  }
  const settled = Promise.allSettled(work);
  await Promise.race([settled, new Promise((resolve) => setImmediate(() => setImmediate(resolve)))]);
  stop.abort();
  await client.close();
  for (const result of await settled) {
    if (result.status === 'rejected') expect(result.reason, String((result.reason as Error).stack)).toBeInstanceOf(ImapError);
  }
  await client.closed;
});
