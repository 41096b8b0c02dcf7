import { describe, expect, test } from 'vitest';
import { Pop3Client, Pop3Error } from '@mailwright/pop3-client';
import { large, MESSAGES, permissive, textOf, world } from './support/world.ts';
import { FakeClock } from '../../testing/src/fake-clock.ts';

describe('a session', () => {
  test.each([['at once', {}], ['octet by octet', { maxChunkOctets: 1 }]])('rfc1939: everything, %s', async (_how, pair) => {
    const { maildrop, options } = world({ machine: { languages: [{ tag: 'en', description: 'English' }], implementation: 'test 1' } }, pair);
    {
      await using client = await Pop3Client.connect(options);
      expect(client.greeting.text).toBe('POP3 server ready');
      expect(client.capabilities.pipelining).toBe(true);
      expect(client.capabilities.implementation).toBe('test 1');
      expect(await client.stat()).toEqual({ messageCount: 3, octets: 78 });
      expect(await client.list()).toEqual([{ number: 1, octets: 23 }, { number: 2, octets: 32 }, { number: 3, octets: 23 }]);
      expect(await client.uidl()).toEqual([1, 2, 3].map((number) => ({ number, uid: `uid-${number}` })));
      expect([await client.sizeOf(2), await client.sizeOf({ uid: 'uid-3' }), await client.uidOf(2)]).toEqual([32, 23, 'uid-2']);
      expect(await textOf(client.retrieve(2))).toBe(MESSAGES[1]);
      expect(await textOf(client.retrieve({ uid: 'uid-3' }))).toBe(MESSAGES[2]);
      expect(await textOf(client.top(2, 1))).toBe('Subject: two\r\n\r\n.dot\r\n');
      expect(await client.languages()).toEqual([{ tag: 'en', description: 'English' }]);
      await client.setLanguage('en');
      await client.noop();
      await client.delete(1);
      await client.reset();
      await Promise.all([client.delete({ uid: 'uid-2' }), client.delete(3)]);
      expect(await client.list()).toEqual([{ number: 1, octets: 23 }]);
      expect(client.usable).toBe(true);
    }
    expect(maildrop.messages.map(({ uid }) => uid)).toEqual(['uid-1']);
    expect(maildrop.sessions[0]!.violations).toEqual([]);
  });

  test('rfc1939 6: close() removes nothing', async () => {
    const { maildrop, options } = world();
    const client = await Pop3Client.connect(options);
    await client.delete(1);
    client.close();
    await client.quit();
    expect(maildrop.messages).toHaveLength(3);
    await expect(client.stat()).rejects.toMatchObject({ code: 'POP3_CLOSED', usable: false });
  });

  test('-ERR is an error with the server\'s words, and the connection goes on', async () => {
    await using client = await Pop3Client.connect(world().options);
    const error = await client.delete(9).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Pop3Error);
    expect(error).toMatchObject({ code: 'POP3_REJECTED', side: 'remote', phase: 'command', usable: true, response: { status: 'ERR', text: 'no such message' } });
    await expect(textOf(client.retrieve(9))).rejects.toMatchObject({ code: 'POP3_REJECTED', phase: 'message' });
    await expect(textOf(client.retrieve({ uid: 'gone' }))).rejects.toMatchObject({ code: 'POP3_NO_SUCH_MESSAGE', usable: true });
    expect((await client.stat()).messageCount).toBe(3);
  });

  test('a caller\'s mistakes: TypeError and RangeError, nothing is sent', async () => {
    const { maildrop, options } = world();
    await using client = await Pop3Client.connect(options);
    const sent = maildrop.sessions[0]!.verbs.length;
    await expect(client.delete(0)).rejects.toThrow(RangeError);
    expect(() => client.retrieve(1.5)).toThrow(RangeError);
    expect(() => client.top(1, -1)).toThrow(RangeError);
    await expect(client.noop({ deadlineMs: Number.NaN })).rejects.toThrow(RangeError);
    await expect(client.setLanguage('x')).rejects.toMatchObject({ code: 'POP3_NOT_OFFERED' });
    expect(maildrop.sessions[0]!.verbs).toHaveLength(sent);
  });

  test('a message is read once', async () => {
    await using client = await Pop3Client.connect(world().options);
    const message = client.retrieve(1);
    expect(await textOf(message)).toBe(MESSAGES[0]);
    await expect(textOf(message)).rejects.toThrow(TypeError);
  });

  test('rfc1939 7: a unique-id that was asked for while it was marked is found after RSET', async () => {
    const { options } = world();
    await using client = await Pop3Client.connect(options);
    await client.delete(1);
    expect(await client.sizeOf({ uid: 'uid-2' })).toBe(32);
    await client.reset();
    expect(await client.sizeOf({ uid: 'uid-1' })).toBe(23);
  });

  test('toOctets: within its limit, and beyond it', async () => {
    await using client = await Pop3Client.connect(world().options);
    expect((await client.retrieve(1).toOctets()).length).toBe(23);
    await expect(client.retrieve(1).toOctets(22)).rejects.toMatchObject({ code: 'LIMIT_MESSAGE_OCTETS', usable: true });
    expect((await client.stat()).messageCount).toBe(3);
  });

  test('rfc2449 6.6: commands of one turn leave in one write', async () => {
    const { maildrop, options } = world();
    const written: number[] = [];
    const client = await Pop3Client.connect({ ...options, trace: (entry) => void (entry.direction === 'client' && written.push(entry.octets)) });
    const before = maildrop.sessions[0]!.verbs.length;
    const texts = await Promise.all([client.delete(1), textOf(client.retrieve(2)), textOf(client.retrieve(3)), client.stat()]);
    expect(texts.slice(1)).toEqual([MESSAGES[1], MESSAGES[2], { messageCount: 2, octets: 55 }]);
    expect(maildrop.sessions[0]!.verbs.slice(before).sort()).toEqual(['DELE', 'RETR', 'RETR', 'STAT']);
    await client.quit();
  });
});

describe('loops', () => {
  const big = large(400_000);

  test('any command works inside the loop over a message', async () => {
    const { options } = world({ pieceOctets: 16_384, messages: [big, 'two\r\n'] });
    await using client = await Pop3Client.connect(options);
    let octets = 0;
    let asked = 0;
    for await (const piece of client.retrieve(1)) {
      octets += piece.length;
      if (asked++ < 3) expect(await client.list()).toHaveLength(2);
      if (asked === 2) expect(await textOf(client.retrieve(2))).toBe('two\r\n');
    }
    expect(octets).toBe(big.length);
    expect(client.bufferedOctets).toBe(0);
  });

  test.each([['offered', new Set<string>()], ['not offered', new Set(['PIPELINING'])]])('a loop that is left early, pipelining %s: the next command works', async (_how, disabled) => {
    const { options } = world({ pieceOctets: 16_384, messages: [big, 'two\r\n'], machine: { disabled } });
    await using client = await Pop3Client.connect(options);
    for await (const piece of client.retrieve(1)) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(await textOf(client.retrieve(2))).toBe('two\r\n');
    await expect((async () => {
      for await (const _piece of client.retrieve(1)) throw new Error('mine');
    })()).rejects.toThrow('mine');
    expect((await client.stat()).messageCount).toBe(2);
  });

  test('a message that nobody began to read stands in nobody\'s way', async () => {
    const { maildrop, options } = world();
    await using client = await Pop3Client.connect(options);
    client.retrieve(1);
    expect((await client.stat()).messageCount).toBe(3);
    expect(maildrop.sessions[0]!.verbs).not.toContain('RETR');
  });

  test('spill: what waits behind a message that is larger than may be kept is told so, and the loop goes on', async () => {
    const { options } = world({ messages: [large(2_000_000), 'two\r\n'], pieceOctets: 16_384 });
    await using client = await Pop3Client.connect({ ...options, spillOctets: 300_000 });
    let octets = 0;
    let refused = 0;
    for await (const piece of client.retrieve(1)) {
      octets += piece.length;
      if (refused > 0) continue;
      await expect(client.stat()).rejects.toMatchObject({ code: 'POP3_SPILL_FULL', side: 'local', usable: true });
      await expect(textOf(client.retrieve(2))).rejects.toMatchObject({ code: 'POP3_SPILL_FULL' });
      expect(client.bufferedOctets).toBeGreaterThanOrEqual(300_000);
      expect(client.bufferedOctets).toBeLessThan(450_000);
      refused++;
    }
    expect([octets, refused]).toEqual([2_000_000, 1]);
    expect(await textOf(client.retrieve(2))).toBe('two\r\n');
  });

  test('left unread: too much to drop ends the connection, and says so', async () => {
    const { options } = world({ messages: [large(2_000_000)], pieceOctets: 16_384 });
    const client = await Pop3Client.connect({ ...options, drainOctets: 100_000 });
    for await (const _piece of client.retrieve(1)) break;
    await expect(client.stat()).rejects.toMatchObject({ code: 'POP3_LEFT_UNREAD', side: 'local', usable: false });
    await client.quit();
  });

  test('left unread: a server that stops in the middle is not waited for longer than drainMs', async () => {
    const clock = new FakeClock();
    const client = await Pop3Client.connect({ ...permissive((line) => (line === 'RETR 1' ? '+OK\r\nabc\r\n' : undefined)), clock, drainMs: 500 });
    for await (const _piece of client.retrieve(1)) break;
    const stat = client.stat();
    const told = expect(stat).rejects.toMatchObject({ code: 'POP3_LEFT_UNREAD' });
    await clock.advanceAsync(499);
    expect(client.usable).toBe(true);
    await clock.advanceAsync(2);
    await told;
    client.close();
  });

  test('back-pressure: a reader that does not read stops the server; memory does not grow with the message', async () => {
    const { maildrop, options } = world({ messages: [large(8_000_000)], pieceOctets: 16_384 });
    await using client = await Pop3Client.connect(options);
    let octets = 0;
    let most = 0;
    for await (const piece of client.retrieve(1)) {
      octets += piece.length;
      most = Math.max(most, client.bufferedOctets);
      if (octets < 1_000_000) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(octets).toBe(8_000_000);
    expect(most).toBeLessThan(300_000);
    expect(maildrop.sessions[0]!.mostBuffered).toBeLessThan(300_000);
  });

  test('back-pressure: time that the reader takes is not the server\'s', async () => {
    const clock = new FakeClock();
    const { options } = world({ messages: [large(1_000_000)], pieceOctets: 16_384 });
    const client = await Pop3Client.connect({ ...options, clock, timeouts: { textMs: 1000 } });
    let octets = 0;
    for await (const piece of client.retrieve(1)) {
      octets += piece.length;
      if (octets < 500_000) await clock.advanceAsync(700);
    }
    expect(octets).toBe(1_000_000);
    client.close();
  });
});

describe('retrieveAll', () => {
  test.each([['offered', new Set<string>()], ['not offered', new Set(['PIPELINING'])], ['not offered, nor UIDL', new Set(['PIPELINING', 'UIDL'])]])('in order, deleting as it goes, pipelining %s', async (_how, disabled) => {
    const messages = Array.from({ length: 40 }, (_message, index) => `Subject: ${index}\r\n\r\n${'.line\r\n'.repeat(index * 50)}`);
    const { maildrop, options } = world({ messages, machine: { disabled } });
    const read: string[] = [];
    {
      await using client = await Pop3Client.connect(options);
      for await (const message of client.retrieveAll()) {
        read.push(await textOf(message));
        expect([message.uid, message.octets]).toEqual([disabled.has('UIDL') ? undefined : `uid-${message.number}`, messages[message.number! - 1]!.length]);
        await client.delete(message.number!);
      }
    }
    expect(read).toEqual(messages);
    expect(maildrop.messages).toEqual([]);
  });

  test('what is not read of a message is dropped; leaving early leaves nothing behind', async () => {
    const { maildrop, options } = world({ messages: Array.from({ length: 100 }, (_message, index) => `${index}\r\n${'x'.repeat(1000)}\r\n`) });
    await using client = await Pop3Client.connect(options);
    const seen: number[] = [];
    for await (const message of client.retrieveAll()) {
      seen.push(message.number!);
      if (message.number === 2) for await (const _piece of message) break;
      if (message.number === 5) break;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    expect((await client.stat()).messageCount).toBe(100);
    expect(maildrop.sessions[0]!.verbs.filter((verb) => verb === 'RETR').length).toBeLessThan(80);
  });

  test('aheadOctets: a large message is asked for only when its turn comes', async () => {
    const { maildrop, options } = world({ messages: ['a\r\n', 'b\r\n', large(200_000), 'c\r\n'] });
    await using client = await Pop3Client.connect({ ...options, aheadOctets: 1000 });
    const asked: number[] = [];
    for await (const message of client.retrieveAll()) {
      await client.noop();
      asked.push(maildrop.sessions[0]!.verbs.filter((verb) => verb === 'RETR').length);
      await textOf(message);
    }
    expect(asked).toEqual([2, 2, 4, 4]);
  });

  test('a message that was kept and is read after its turn is an error, never half a message', async () => {
    await using client = await Pop3Client.connect(world().options);
    const kept = [];
    for await (const message of client.retrieveAll()) kept.push(message);
    await expect(textOf(kept[0]!)).rejects.toThrow(TypeError);
  });

  test('an empty maildrop', async () => {
    await using client = await Pop3Client.connect(world({ messages: [] }).options);
    for await (const _message of client.retrieveAll()) expect.unreachable();
    expect(await client.list()).toEqual([]);
  });
});

describe('giving up', () => {
  test('a signal that is aborted: before, in the queue, on its way; the connection goes on', async () => {
    const { options } = world({ machine: { disabled: new Set(['PIPELINING']) } });
    await using client = await Pop3Client.connect(options);
    await expect(client.stat({ signal: AbortSignal.abort('why') })).rejects.toMatchObject({ code: 'POP3_ABORTED', cause: 'why', usable: true });
    const controller = new AbortController();
    const [first, second] = [client.stat(), client.list({ signal: controller.signal })];
    controller.abort();
    await expect(second).rejects.toMatchObject({ code: 'POP3_ABORTED' });
    expect((await first).messageCount).toBe(3);
    expect(await client.uidl()).toHaveLength(3);
  });

  test('a signal in the middle of a message: the loop ends with an error, and the connection goes on', async () => {
    const { options } = world({ messages: [large(500_000)], pieceOctets: 16_384 });
    await using client = await Pop3Client.connect(options);
    const controller = new AbortController();
    await expect((async () => {
      for await (const _piece of client.retrieve(1, { signal: controller.signal })) controller.abort();
    })()).rejects.toMatchObject({ code: 'POP3_ABORTED', phase: 'message', usable: true });
    expect((await client.stat()).messageCount).toBe(1);
  });

  test('unique-ids that one caller asked for and gave up are asked for again by who else needs them', async () => {
    await using client = await Pop3Client.connect(world().options);
    const controller = new AbortController();
    const first = client.sizeOf({ uid: 'uid-1' }, { signal: controller.signal });
    const second = client.sizeOf({ uid: 'uid-2' });
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: 'POP3_ABORTED' });
    expect(await second).toBe(32);
  });

  test('a deadline: of a command, of a message; what is answered later is dropped', async () => {
    const clock = new FakeClock();
    let late: (() => void) | undefined;
    const client = await Pop3Client.connect({
      ...permissive((line, connection) => {
        if (line === 'STAT') late = () => connection.write('+OK 1 2\r\n');
        return line === 'NOOP' ? '+OK\r\n' : line === 'RETR 1' ? '+OK\r\nabc' : undefined;
      }),
      clock,
    });
    const stat = expect(client.stat({ deadlineMs: 100 })).rejects.toMatchObject({ code: 'POP3_DEADLINE', side: 'local', usable: true });
    await clock.advanceAsync(101);
    await stat;
    const noop = client.noop();
    late!();
    await noop;
    const read = expect(textOf(client.retrieve(1, { deadlineMs: 100 }))).rejects.toMatchObject({ code: 'POP3_DEADLINE' });
    await clock.advanceAsync(101);
    await read;
    client.close();
    await client.quit();
    expect(clock.pending).toBe(0);
  });
});

describe('quit', () => {
  test('rfc1939 6: -ERR to QUIT is an error only when something was marked', async () => {
    const script = permissive((line) => (line === 'QUIT' ? '-ERR some messages not removed\r\n' : '+OK\r\n'));
    await (await Pop3Client.connect(script)).quit();
    const client = await Pop3Client.connect(script);
    await client.delete(1);
    await expect(client.quit()).rejects.toMatchObject({ code: 'POP3_REJECTED', phase: 'quit', response: { text: 'some messages not removed' } });
  });

  test('rfc1939 6: a mark that is set behind an RSET of the same turn counts', async () => {
    const client = await Pop3Client.connect(permissive((line) => (line === 'QUIT' ? '-ERR some messages not removed\r\n' : '+OK\r\n')));
    await Promise.all([client.delete(1), client.reset(), client.reset(), client.delete(2)]);
    await expect(client.quit()).rejects.toMatchObject({ code: 'POP3_REJECTED' });
  });

  test('rfc1939 6: QUIT that is cut short by close() is an error when something was marked', async () => {
    const client = await Pop3Client.connect(permissive((line) => (line === 'QUIT' ? undefined : '+OK\r\n')));
    await client.delete(1);
    const quitting = client.quit();
    client.close();
    await expect(quitting).rejects.toMatchObject({ code: 'POP3_CLOSED', phase: 'quit' });
  });

  test('no word to QUIT: an error when something was marked', async () => {
    const script = permissive((line) => (line === 'QUIT' ? 'close' : '+OK\r\n'));
    await (await Pop3Client.connect(script)).quit();
    const client = await Pop3Client.connect(script);
    await client.delete(1);
    await expect(client.quit()).rejects.toMatchObject({ code: 'POP3_CONNECTION_LOST', usable: false });
  });

  test('a server that never answers QUIT, and one that never closes, are not waited for', async () => {
    const clock = new FakeClock();
    const silent = await Pop3Client.connect({ ...permissive(() => undefined), clock });
    const first = silent.quit({ timeoutMs: 100 });
    await clock.advanceAsync(101);
    await first;
    const open = await Pop3Client.connect({ ...permissive((line, connection) => (connection.pause(), line === 'QUIT' ? '+OK\r\n' : undefined)), clock, closeTimeoutMs: 50 });
    const second = open.quit();
    await clock.advanceAsync(60);
    await second;
    expect(clock.pending).toBe(0);
  });
});
