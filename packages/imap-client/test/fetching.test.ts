import { encodeLatin1 } from '@mailwright/wire';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FetchedMessage } from '../src/fetched-message.ts';
import { connectScripted, fetchLine, rejection } from './connect-scripted.ts';
import { mail, realServer } from './real-server.ts';
import type { Script } from './scripted-server.ts';

const ENVELOPE = 'ENVELOPE (NIL "hello" NIL NIL NIL NIL NIL NIL NIL NIL)';
const LARGE = 300_000;

/** Answers every UID FETCH with all messages and `items`. */
function answering(items: string, count = 3): Script {
  return (command) => {
    if (command.startsWith('UID FETCH')) return `${Array.from({ length: count }, (_, index) => fetchLine(index + 1, items)).join('')}{tag} OK done`;
    if (command.startsWith('UID STORE') || command.startsWith('STATUS')) return '{tag} OK done';
    if (command.startsWith('UID SEARCH')) return '* SEARCH 10 20 30\r\n{tag} OK done';
    return undefined;
  };
}

function large(octetCount: number, letter = 'x'): string {
  return `BODY[] {${octetCount}}\r\n${letter.repeat(octetCount)}`;
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

  test.each([
    ['one UID', 7, '7'], ['UIDs in any order', [3, 1, 2, 9], '1:3,9'], ['ranges', [[4, 6], [1, 2]] as const, '1:2,4:6'], ['a set of UIDs', new Set([5]), '5'],
    ['a search', { key: 'ALL' } as const, '10,20,30'],
  ])('%s -> the set in its shortest form', async (_, selection, set) => {
    await using session = await connectScripted(answering('FLAGS ()'));
    await using box = await session.client.open('INBOX');
    await box.fetch(selection, { flags: true }).all();
    expect(session.server.commands).toContain(`UID FETCH ${set} (UID FLAGS)`);
  });

  test('no UIDs -> nothing is sent; what is no UID -> RangeError', async () => {
    await using session = await connectScripted();
    await using box = await session.client.open('INBOX');
    expect(await box.fetch([], { flags: true }).all()).toEqual([]);
    expect(session.server.commands.some((command) => command.includes('FETCH'))).toBe(false);
    await expect(box.fetch([0], { flags: true }).all()).rejects.toThrow(RangeError);
    await expect(box.fetch(1, { bodies: ['no section'] }).all()).rejects.toThrow(TypeError);
  });

  test('rfc2683 3.2.1.5: 4000 UIDs that are far apart -> several commands, each with a short line', async () => {
    await using session = await connectScripted((command) => (command.startsWith('UID FETCH') ? `* 1 FETCH (UID ${/\d+/.exec(command)![0]} FLAGS ())\r\n{tag} OK done` : undefined));
    await using box = await session.client.open('INBOX');
    const messages = await box.fetch(Array.from({ length: 4000 }, (_, index) => 1_000_000 + index * 2), { flags: true }).all();
    const fetches = session.server.commands.filter((command) => command.startsWith('UID FETCH'));
    expect(fetches.length).toBeGreaterThan(3);
    expect(messages).toHaveLength(fetches.length);
    expect(Math.max(...fetches.map(({ length }) => length))).toBeLessThan(8000);
  });

  test('what the server lacks -> IMAP_NOT_OFFERED, and the connection stays', async () => {
    await using session = await connectScripted(answering('FLAGS ()'));
    await using box = await session.client.open('INBOX');
    expect(await rejection(box.fetch('all', { preview: true }).all())).toMatchObject({ code: 'IMAP_NOT_OFFERED', usable: true });
    expect(await box.fetch('all', { flags: true }).all()).toHaveLength(3);
  });

  test('a fetch is read once', async () => {
    await using session = await connectScripted(answering('FLAGS ()'));
    await using box = await session.client.open('INBOX');
    const fetching = box.fetch('all', { flags: true });
    await fetching.all();
    expect(() => fetching[Symbol.asyncIterator]()).toThrow(TypeError);
  });

  test('NO behind some messages -> they are told, then the loop throws; with EXPUNGEISSUED it just ends', async () => {
    let code = '';
    await using session = await connectScripted((command) => (command.startsWith('UID FETCH') ? `${fetchLine(1, 'FLAGS ()')}{tag} NO ${code}some are gone` : undefined));
    await using box = await session.client.open('INBOX');
    const told: number[] = [];
    const loop = async (): Promise<void> => {
      for await (const { uid } of box.fetch('all', { flags: true })) told.push(uid);
    };
    expect(await rejection(loop())).toMatchObject({ code: 'IMAP_REJECTED', usable: true, command: 'FETCH', status: 'NO' });
    code = '[EXPUNGEISSUED] ';
    await loop();
    expect(told).toEqual([10, 10]);
  });

  test('rfc9738 3.1: a server that bounds how many messages it works on is asked for the rest', async () => {
    await using session = await connectScripted((command) => {
      if (command.startsWith('UID FETCH 1:*')) return `${fetchLine(3, 'FLAGS ()')}{tag} OK [MESSAGELIMIT 1 30] done`;
      if (command.startsWith('UID FETCH 1:29')) return `${fetchLine(1, 'FLAGS ()')}${fetchLine(2, 'FLAGS ()')}{tag} OK done`;
      return undefined;
    });
    await using box = await session.client.open('INBOX');
    expect((await box.fetch('all', { flags: true }).all()).map(({ uid }) => uid)).toEqual([30, 10, 20]);
  });
});

describe('split and odd answers', () => {
  test.each([
    ['one after another', '* 1 FETCH (UID 10 FLAGS (\\Seen))\r\n* 1 FETCH (UID 10 RFC822.SIZE 5)\r\n* 2 FETCH (UID 20 FLAGS () RFC822.SIZE 6)\r\n'],
    ['woven into each other', '* 1 FETCH (UID 10 FLAGS (\\Seen))\r\n* 2 FETCH (UID 20 RFC822.SIZE 6)\r\n* 1 FETCH (UID 10 RFC822.SIZE 5)\r\n* 2 FETCH (UID 20 FLAGS ())\r\n'],
    ['with news of a message told before', '* 1 FETCH (UID 10 FLAGS (\\Seen) RFC822.SIZE 5)\r\n* 1 FETCH (UID 10 FLAGS (\\Flagged))\r\n* 2 FETCH (UID 20 FLAGS () RFC822.SIZE 6)\r\n'],
    ['told twice', '* 1 FETCH (UID 10 FLAGS (\\Seen) RFC822.SIZE 5)\r\n* 1 FETCH (UID 10 FLAGS (\\Seen) RFC822.SIZE 5)\r\n* 2 FETCH (UID 20 FLAGS () RFC822.SIZE 6)\r\n'],
    ['with news of a message that is gone then', '* 1 FETCH (UID 10 FLAGS (\\Seen) RFC822.SIZE 5)\r\n* 3 FETCH (UID 30 FLAGS ())\r\n* 2 FETCH (UID 20 FLAGS () RFC822.SIZE 6)\r\n* 3 EXPUNGE\r\n'],
  ])('imapclient#334: %s -> each message once, whole', async (_, answer) => {
    await using session = await connectScripted((command) => (command.startsWith('UID FETCH') ? `${answer}{tag} OK done` : undefined));
    await using box = await session.client.open('INBOX');
    const messages = await box.fetch('all', { flags: true, size: true }).all();
    expect(messages.map(({ uid, flags, size }) => [uid, flags, size])).toEqual([[10, ['\\Seen'], 5], [20, [], 6]]);
  });

  test('a field that the server never tells -> the messages come all the same', async () => {
    await using session = await connectScripted(answering('FLAGS ()', 100), { exists: 100 });
    await using box = await session.client.open('INBOX');
    expect(await box.fetch('all', { internalDate: true, flags: true, size: true }).all()).toHaveLength(0);
    expect(await box.fetch('all', { flags: true }).all()).toHaveLength(100);
  });

  test('MailKit#1076: a BODYSTRUCTURE that can not be read -> the message comes without it', async () => {
    await using session = await connectScripted(answering('BODYSTRUCTURE (broken RFC822.SIZE) RFC822.SIZE 5'));
    await using box = await session.client.open('INBOX');
    const messages = await box.fetch('all', { bodyStructure: true, size: true }).all();
    expect(messages).toHaveLength(3);
    await session.client.noop();
  });
});

describe('commands inside the loop', () => {
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

  test('imapflow#159: download, store, search, copy and a second loop inside a loop over large bodies', async () => {
    const mailboxes = { INBOX: Array.from({ length: 12 }, (_, index) => mail(`m${index}`, 'y'.repeat(100_000 + index))), Other: [] };
    await using server = realServer({ mailboxes });
    const folder = await mkdtemp(join(tmpdir(), 'mailwright-test-'));
    const client = await server.connect({ memoryOctets: 65_536, temporaryFolder: folder });
    await using box = await client.open('INBOX');
    const seen: number[] = [];
    for await (const message of box.fetch('all', { flags: true, bodies: [''] })) {
      seen.push(message.uid);
      if (message.uid % 4 === 1) {
        await box.addFlags(message.uid, ['\\Flagged']);
        expect((await box.search({ key: 'FLAGGED' })).uids).toContain(message.uid);
        expect((await box.download(13 - message.uid).octets()).length).toBeGreaterThan(100_000);
        for await (const inner of box.fetch([1, 2], { bodies: [''] })) expect((await inner.body().octets()).length).toBeGreaterThan(100_000);
        await box.copy(message.uid, 'Other');
      }
      expect((await message.body().text()).endsWith('yyy\r\n')).toBe(true);
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(client.stats.spilledOctets).toBeGreaterThan(500_000);
    expect(readdirSync(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  });

  test('more than may be spilled -> LIMIT_SPILLED_OCTETS in the loop, and the inner command is answered', async () => {
    await using session = await connectScripted(answering(large(LARGE)), {}, { memoryOctets: 1000, spilledOctets: 100_000 });
    await using box = await session.client.open('INBOX');
    const loop = async (): Promise<void> => {
      for await (const message of box.fetch('all', { bodies: [''] })) {
        await session.client.noop();
        await message.body().octets();
      }
    };
    expect(await rejection(loop())).toMatchObject({ code: 'LIMIT_SPILLED_OCTETS', side: 'local', usable: true });
    await session.client.noop();
  });

  test('leaving the loop early -> what still comes is dropped, and the connection goes on', async () => {
    await using session = await connectScripted(answering(large(LARGE), 10), { exists: 10 }, { memoryOctets: 50_000 });
    await using box = await session.client.open('INBOX');
    for await (const message of box.fetch('all', { bodies: [''] })) {
      expect(message.uid).toBe(10);
      break;
    }
    await session.client.noop();
    expect((await box.search({ key: 'ALL' })).uids).toEqual([10, 20, 30]);
    expect(session.client.stats.spilledOctets).toBe(0);
  });

  test('a loop that throws -> the same', async () => {
    await using session = await connectScripted(answering(large(LARGE), 10), { exists: 10 });
    await using box = await session.client.open('INBOX');
    const loop = async (): Promise<void> => {
      for await (const message of box.fetch('all', { bodies: [''] })) throw new Error(`no ${message.uid}`);
    };
    await expect(loop()).rejects.toThrow('no 10');
    await session.client.noop();
  });

  test('signal -> the loop throws at once, and the connection stays usable', async () => {
    await using session = await connectScripted(answering(large(LARGE), 10), { exists: 10 });
    await using box = await session.client.open('INBOX');
    const stop = new AbortController();
    const loop = async (): Promise<void> => {
      for await (const _ of box.fetch('all', { bodies: [''] }, { signal: stop.signal })) stop.abort(new Error('enough'));
    };
    expect(await rejection(loop())).toMatchObject({ code: 'IMAP_ABORTED', usable: true });
    await session.client.noop();
  });
});

describe('bodies', () => {
  test.each(['IMAP4rev1 LITERAL+', 'IMAP4rev1'])('a large body goes by in pieces and in order, small ones are at hand (%s)', async (capabilities) => {
    await using session = await connectScripted(
      (command) => (command.startsWith('UID FETCH') ? `* 1 FETCH (UID 10 FLAGS (\\Seen) BODY[1] "small" BODY[2] {${LARGE}}\r\n${'ab'.repeat(LARGE / 2)} BODY[3] {5}\r\nlater)\r\n{tag} OK done` : undefined),
      { capabilities }, { memoryOctets: 50_000 },
    );
    await using box = await session.client.open('INBOX');
    for await (const message of box.fetch('all', { flags: true, bodies: ['1', '2', '3'] })) {
      expect(message.whole).toBe(false);
      expect(message.flags).toEqual(['\\Seen']);
      expect(await message.body('1').text()).toBe('small');
      expect((await message.body('2').begin()).octetCount).toBe(LARGE);
      let octets = 0;
      for await (const piece of message.body('2')) octets += piece.length;
      expect(octets).toBe(LARGE);
      expect(await message.body('3').text()).toBe('later');
      expect(message.whole).toBe(true);
      expect((await rejection(message.body('4').octets())).code).toBe('IMAP_NO_SUCH_BODY');
      expect((await rejection(message.body('2').octets())).code).toBe('IMAP_BODY_STALE');
    }
  });

  test('go-imap#711: a body handle that outlives its turn -> IMAP_BODY_STALE, never silence', async () => {
    await using session = await connectScripted(answering(large(LARGE)));
    await using box = await session.client.open('INBOX');
    const kept: FetchedMessage[] = [];
    for await (const message of box.fetch('all', { bodies: [''] })) kept.push(message);
    expect(kept).toHaveLength(3);
    for (const message of kept) expect((await rejection(message.body().octets())).code).toBe('IMAP_BODY_STALE');
  });

  test('a later body is asked for while an earlier one waits -> both come', async () => {
    await using session = await connectScripted(
      (command) => (command.startsWith('UID FETCH') ? `* 1 FETCH (UID 10 BODY[1] {${LARGE}}\r\n${'a'.repeat(LARGE)} BODY[2] {${LARGE}}\r\n${'b'.repeat(LARGE)})\r\n{tag} OK done` : undefined),
      {}, { memoryOctets: 1000 },
    );
    await using box = await session.client.open('INBOX');
    for await (const message of box.fetch('all', { bodies: ['1', '2'] })) {
      expect(await message.body('2').text()).toBe('b'.repeat(LARGE));
      expect(await message.body('1').text()).toBe('a'.repeat(LARGE));
    }
  });

  test('a reader that is slow -> the server is not read ahead of it', async () => {
    await using session = await connectScripted(answering(large(4_000_000), 1), {}, { memoryOctets: 200_000 });
    await using box = await session.client.open('INBOX');
    for await (const message of box.fetch('all', { bodies: [''] })) {
      let octets = 0;
      for await (const piece of message.body()) {
        octets += piece.length;
        expect(session.client.stats.octetsRead).toBeLessThan(octets + 1_000_000);
      }
      expect(octets).toBe(4_000_000);
    }
    expect(session.client.stats.spilledOctets).toBe(0);
  });

  test('more than the caller wants in memory -> LIMIT_BODY_OCTETS', async () => {
    await using session = await connectScripted(answering(large(LARGE)));
    await using box = await session.client.open('INBOX');
    for await (const message of box.fetch('all', { bodies: [''] })) expect((await rejection(message.body().octets(1000))).code).toBe('LIMIT_BODY_OCTETS');
  });

  test('field names in another case and order are the same section', async () => {
    await using session = await connectScripted(answering('BODY[HEADER.FIELDS ("to" FROM)] "From: a\\r\\n"'));
    await using box = await session.client.open('INBOX');
    const [message] = await box.fetch('all', { bodies: ['HEADER.FIELDS (From To)'] }).all();
    expect(message?.body('HEADER.FIELDS (From To)').kept).toBeDefined();
  });

  test('BYE in the middle of a literal -> the body throws, and the loop', async () => {
    await using session = await connectScripted((command, server) => {
      if (!command.startsWith('UID FETCH')) return undefined;
      server.send(`* 1 FETCH (UID 10 BODY[] {${LARGE}}\r\n${'x'.repeat(100_000)}`);
      server.send('\r\n* BYE going down\r\n');
      server.transport.close();
      return '';
    });
    await using box = await session.client.open('INBOX');
    const loop = async (): Promise<void> => {
      for await (const message of box.fetch('all', { bodies: [''] })) expect((await rejection(message.body().octets())).code).toBe('IMAP_CONNECTION_LOST');
    };
    expect(await rejection(loop())).toMatchObject({ code: 'IMAP_CONNECTION_LOST', usable: false });
    expect((await session.client.closed).error?.code).toBe('IMAP_CONNECTION_LOST');
  });
});

test('a session cut behind every octet -> an error with a code each time, no hang', async () => {
  const script: Script = (command) => {
    if (command.startsWith('UID FETCH')) return `${fetchLine(1, 'FLAGS () BODY[] {5}\r\nhello')}${fetchLine(2, `BODY[] {70000}\r\n${'x'.repeat(70_000)} FLAGS ()`)}{tag} OK done`;
    return undefined;
  };
  const whole = encodeLatin1(`${fetchLine(1, 'FLAGS () BODY[] {5}\r\nhello')}${fetchLine(2, `BODY[] {70000}\r\n${'x'.repeat(70_000)} FLAGS ()`)}A4 OK done\r\n`);
  const cuts = [...Array.from({ length: 90 }, (_, index) => index), 40_000, whole.length - 30, whole.length - 12, whole.length - 5, whole.length - 1];
  for (const cut of cuts) {
    await using session = await connectScripted((command, server, tag) => {
      if (!command.startsWith('UID FETCH')) return script(command, server, tag);
      server.send(whole.subarray(0, cut));
      server.transport.close();
      return '';
    });
    await using box = await session.client.open('INBOX');
    const loop = async (): Promise<void> => {
      for await (const message of box.fetch('all', { flags: true, bodies: [''] })) await message.body().octets();
    };
    expect(await rejection(loop()), `cut behind ${cut}`).toMatchObject({ code: 'IMAP_CONNECTION_LOST', usable: false });
    await session.client.closed;
  }
});
