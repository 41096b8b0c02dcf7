import { describe, expect, test } from 'vitest';
import type { FetchedMessage } from '../src/fetched-message.ts';
import { connectScripted, fetchLine } from './connect-scripted.ts';
import type { Script } from './scripted-server.ts';

const ENVELOPE = 'ENVELOPE (NIL "hello" NIL NIL NIL NIL NIL NIL NIL NIL)';

/** Answers every UID FETCH with all messages and `items`. */
function answering(items: string, count = 3): Script {
  return (command) => {
    if (command.startsWith('UID FETCH')) return `${Array.from({ length: count }, (_, index) => fetchLine(index + 1, items)).join('')}{tag} OK done`;
    if (command.startsWith('UID STORE') || command.startsWith('STATUS')) return '{tag} OK done';
    if (command.startsWith('UID SEARCH')) return '* SEARCH 10 20 30\r\n{tag} OK done';
    return undefined;
  };
}

describe('fetch', () => {
  test('rfc9051 6.4.5: messages come with what was asked for', async () => {
    await using session = await connectScripted(answering(`FLAGS (\\Seen) ${ENVELOPE}`));
    await using box = await session.client.open('INBOX');
    const messages: FetchedMessage[] = [];
    for await (const message of box.fetch('all', { flags: true, envelope: true })) messages.push(message);
    expect(messages.map(({ uid, sequenceNumber, flags, envelope, whole }) => [uid, sequenceNumber, flags, envelope?.subject, whole])).toEqual([
      [10, 1, ['\\Seen'], 'hello', true], [20, 2, ['\\Seen'], 'hello', true], [30, 3, ['\\Seen'], 'hello', true],
    ]);
    expect(session.server.commands).toContain('UID FETCH 1:* (UID FLAGS ENVELOPE)');
  });

  test('imapflow#159: any command inside the loop is answered, however many messages wait', async () => {
    await using session = await connectScripted(answering(`FLAGS () BODY[] "${'x'.repeat(500)}"`, 200), { exists: 200 }, { memoryOctets: 4096 });
    await using box = await session.client.open('INBOX');
    let seen = 0;
    for await (const message of box.fetch('all', { flags: true, bodies: [''] })) {
      if (seen++ % 40 === 0) {
        await session.client.run({ name: 'STATUS', mailbox: 'INBOX', items: ['MESSAGES'] });
        expect((await box.search({ key: 'ALL' })).uids).toEqual([10, 20, 30]);
        const [inner] = await box.fetch(message.uid, { flags: true }).all();
        expect(inner?.uid).toBe(message.uid);
      }
      expect(message.body().kept?.length).toBe(500);
    }
    expect(seen).toBe(200);
    expect(session.client.stats.spilledOctets).toBeGreaterThan(0);
  });
});
