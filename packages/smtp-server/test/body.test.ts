/** A message's octets on their way to the handler: what it gets, when, how much waits, and what ends it. */
import { reply } from '@mailwright/smtp';
import { type IncomingMessage, type MessageBody, SmtpServerError, type SmtpServerOptions } from '@mailwright/smtp-server';
import { describe, expect, test } from 'vitest';
import { settle } from '../../testing/src/fake-clock.ts';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { deferred, ENVELOPE, harness, told } from './support/harness.ts';
import type { RawClient } from './support/raw-client.ts';

const text = (octets: Uint8Array): string => Buffer.from(octets).toString('latin1');

/** Octets come as TCP would bring them, not all in one piece. */
const IN_PIECES = { maxChunkOctets: 65_536 };

/** Says the envelope and DATA, up to the 354. */
async function begin(client: RawClient): Promise<void> {
  client.say(`${ENVELOPE}DATA\r\n`);
  expect(await client.codes(3)).toEqual([250, 250, 354]);
}

/** What reading came to: the text, or the code of the error. */
async function outcome(reading: Promise<unknown>): Promise<unknown> {
  try {
    return await reading;
  } catch (error) {
    return error instanceof SmtpServerError ? error.code : error;
  }
}

async function pieces(body: MessageBody): Promise<string> {
  let all = '';
  for await (const piece of body) all += text(piece);
  return all;
}

const WAYS: readonly (readonly [string, (body: MessageBody) => Promise<string>])[] = [
  ['piece by piece', pieces],
  ['whole', async (body) => text(await body.octets())],
];

describe.each(WAYS)('read %s', (_name, read) => {
  function reader(): { readonly options: SmtpServerOptions; readonly read: unknown[] } {
    const outcomes: unknown[] = [];
    const data = async ({ body }: IncomingMessage): Promise<void> => void outcomes.push(await outcome(read(body)));
    return { options: { data }, read: outcomes };
  }

  test('rfc5321 4.5.2: the octets as they were before dot-stuffing, however they are cut', async () => {
    const message = 'Subject: dots\r\n\r\n.\r\n..two\r\nend.\r\n.last\r\n';
    const stuffed = message.replace(/^\./gm, '..');
    for (let seed = 1; seed <= 20; seed++) {
      const { options, read: outcomes } = reader();
      await using h = harness(options);
      const client = await h.session();
      await begin(client);
      for (const part of new SeededRandom(seed).split(Buffer.from(`${stuffed}.\r\n`))) {
        client.say(part);
        if (seed % 2 === 0) await settle();
      }
      expect((await client.reply()).code).toBe(250);
      expect(outcomes).toEqual([message]);
    }
  });

  test('a drip of one octet at a time', async () => {
    const { options, read: outcomes } = reader();
    await using h = harness(options);
    const client = await h.session({ maxChunkOctets: 1 });
    expect((await client.send('Subject: x\r\n\r\n.\r\n'.replace('\r\n.', '\r\n..'))).code).toBe(250);
    expect(outcomes).toEqual(['Subject: x\r\n\r\n.\r\n']);
  });

  test('nothing at all is a message too', async () => {
    const { options, read: outcomes } = reader();
    await using h = harness(options);
    const client = await h.session();
    expect((await client.send('')).code).toBe(250);
    client.say(`${ENVELOPE}BDAT 0 LAST\r\n`);
    expect(await client.codes(3)).toEqual([250, 250, 250]);
    expect(outcomes).toEqual(['', '']);
  });

  test('a message larger than what may wait', async () => {
    const message = `${'x'.repeat(998)}\r\n`.repeat(3000);
    const { options, read: outcomes } = reader();
    await using h = harness(options);
    const client = await h.session();
    expect((await client.send(message)).code).toBe(250);
    client.say(`${ENVELOPE}BDAT ${message.length} LAST\r\n${message}`);
    expect(await client.codes(3)).toEqual([250, 250, 250]);
    expect(outcomes.map((got) => got === message)).toEqual([true, true]);
  });

  test.each([
    ['over the limit', { limits: { messageOctets: 100 } }, `${'x'.repeat(200)}\r\n`, 552],
    ['with a bare LF', {}, 'a\nb\r\n', 550],
    ['with a bare CR', {}, 'a\rb\r\n', 550],
    ['with a NUL', {}, 'a\0b\r\n', 550],
  ])('a message %s is refused: SMTP_BODY_REFUSED for who reads, the reply at its end', async (_what, more, bad, code) => {
    const { options, read: outcomes } = reader();
    await using h = harness({ ...options, ...more });
    const client = await h.session();
    await begin(client);
    client.say('good\r\n');
    await settle();
    client.say(`${bad}.\r\n`);
    expect((await client.reply()).code).toBe(code);
    expect(outcomes).toEqual(['SMTP_BODY_REFUSED']);
    expect((await client.send('fine\r\n')).code).toBe(250);
    expect(outcomes).toEqual(['SMTP_BODY_REFUSED', 'fine\r\n']);
    expect(h.errors).toEqual([]);
  });

  test('a message that was refused before the handler saw anything of it is none of its business', async () => {
    const { options, read: outcomes } = reader();
    await using h = harness(options);
    const client = await h.session();
    expect((await client.send('a\nb\r\n')).code).toBe(550);
    expect(outcomes).toEqual([]);
  });

  test('over the limit: who reads learns it at once, not at the end', async () => {
    const { options, read: outcomes } = reader();
    await using h = harness({ ...options, limits: { messageOctets: 100 } });
    const client = await h.session();
    await begin(client);
    client.say(`${'x'.repeat(90)}\r\n`);
    await settle();
    client.say(`${'y'.repeat(90)}\r\n`);
    await settle();
    expect(outcomes).toEqual(['SMTP_BODY_REFUSED']);
    expect(client.text).toBe('');
    client.say('.\r\n');
    expect((await client.reply()).code).toBe(552);
  });

  test.each([
    ['the client closes its side', (client: RawClient) => client.transport.close()],
    ['the connection breaks', (client: RawClient) => client.transport.destroy()],
  ])('%s in the middle: SMTP_BODY_INCOMPLETE, never a message', async (_what, cut) => {
    for (const sent of ['DATA\r\nhalf a li', 'DATA\r\na line\r\n.', 'BDAT 100 LAST\r\nhalf', 'BDAT 4\r\nhalf']) {
      const { options, read: outcomes } = reader();
      await using h = harness(options);
      const client = await h.session();
      client.say(`${ENVELOPE}${sent}`);
      await settle();
      cut(client);
      await settle();
      expect({ sent, outcomes }).toEqual({ sent, outcomes: ['SMTP_BODY_INCOMPLETE'] });
      expect(h.errors).toEqual([]);
    }
  });

  test('RSET, EHLO or QUIT between chunks: SMTP_BODY_INCOMPLETE', async () => {
    for (const said of ['RSET', 'EHLO again', 'QUIT']) {
      const { options, read: outcomes } = reader();
      await using h = harness(options);
      const client = await h.session();
      client.say(`${ENVELOPE}BDAT 5\r\nhello`);
      await client.codes(3);
      await client.ask(said);
      await settle();
      expect(outcomes).toEqual(['SMTP_BODY_INCOMPLETE']);
    }
  });

  test('the session times out in the middle: SMTP_BODY_INCOMPLETE', async () => {
    const { options, read: outcomes } = reader();
    await using h = harness(options);
    const client = await h.session();
    await begin(client);
    client.say('half\r\n');
    await h.pass(180_000);
    expect(outcomes).toEqual(['SMTP_BODY_INCOMPLETE']);
    expect(await client.rest()).toContain('421 4.4.2');
  });
});

describe('reading in pieces', () => {
  test('small messages that came in one piece are there whole when the handler is asked', async () => {
    const log: string[] = [];
    await using h = harness({
      data: async ({ body }) => {
        for await (const piece of body) log.push(text(piece));
        log.push('end');
      },
    });
    const client = await h.session();
    client.say(`${ENVELOPE}BDAT 3\r\nabcBDAT 3 LAST\r\ndef`);
    expect(await client.codes(4)).toEqual([250, 250, 250, 250]);
    expect(log).toEqual(['abc', 'def', 'end']);
  });

  test('a handler that leaves the loop early: the rest is read and dropped, its answer is the verdict', async () => {
    await using h = harness({
      data: async ({ body }) => {
        for await (const piece of body) if (piece.length > 0) break;
        return reply(554, '5.6.0', 'Seen enough');
      },
    });
    const client = await h.session();
    await begin(client);
    client.say('first\r\n');
    await settle();
    client.say(`${'more\r\n'.repeat(200_000)}.\r\n`);
    expect((await client.reply()).code).toBe(554);
    expect((await client.send()).code).toBe(554);
  });

  test('leaving the loop lets a client go on that was held', async () => {
    const leave = deferred<void>();
    const answer = deferred<undefined>();
    await using h = harness({
      data: async ({ body }) => {
        for await (const piece of body) {
          await leave.promise;
          if (piece.length > 0) break;
        }
        return answer.promise;
      },
    });
    const client = await h.session(IN_PIECES);
    await begin(client);
    client.say(`${'x'.repeat(998)}\r\n`.repeat(2000));
    client.say('.\r\n');
    await settle();
    expect(client.transport.bufferedOctets).toBeGreaterThan(0);
    leave.resolve();
    await settle();
    expect(client.transport.bufferedOctets).toBe(0);
    answer.resolve(undefined);
    expect((await client.reply()).code).toBe(250);
  });

  test('a body can be read once', async () => {
    const outcomes: unknown[] = [];
    await using h = harness({
      data: async ({ body }) => {
        await pieces(body);
        outcomes.push(await outcome(pieces(body)), await outcome(body.octets()));
      },
    });
    const client = await h.session();
    expect((await client.send()).code).toBe(250);
    expect(outcomes).toEqual([expect.any(TypeError), expect.any(TypeError)]);
  });

  test('a piece at a time: asking for the next before the last has come is a TypeError', async () => {
    const asked = deferred<unknown[]>();
    await using h = harness({
      data: async ({ body }) => {
        const iterator = body[Symbol.asyncIterator]();
        await iterator.next();
        const both = [iterator.next(), iterator.next()];
        asked.resolve(await Promise.allSettled(both));
      },
    });
    const client = await h.session();
    await begin(client);
    client.say('one\r\n');
    await settle();
    client.say('two\r\n.\r\n');
    expect(await asked.promise).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: expect.any(TypeError) }]);
  });

  test('who goes on reading after the answer is told: SMTP_BODY_ABANDONED', async () => {
    const outcomes: Promise<unknown>[] = [];
    await using h = harness({
      data: ({ body }) => {
        outcomes.push(outcome(pieces(body)));
        return reply(550, '5.7.1', 'No');
      },
    });
    const client = await h.session();
    await begin(client);
    client.say('one\r\n');
    await settle();
    client.say('two\r\n.\r\n');
    expect((await client.reply()).code).toBe(550);
    expect(await Promise.all(outcomes)).toEqual(['SMTP_BODY_ABANDONED']);
  });

  test('reading that begins after the answer is told as well', async () => {
    let late: MessageBody | undefined;
    await using h = harness({ data: ({ body }) => void (late = body) });
    const client = await h.session();
    await begin(client);
    client.say('one\r\n');
    await settle();
    expect(await outcome(pieces(late!))).toBe('SMTP_BODY_ABANDONED');
    client.say('.\r\n');
    expect((await client.reply()).code).toBe(250);
  });

  test('the octets are the receiver\'s to keep', async () => {
    const kept: Uint8Array[] = [];
    await using h = harness({
      data: async ({ body }) => {
        for await (const piece of body) kept.push(piece);
      },
    });
    const client = await h.session();
    await begin(client);
    for (let line = 0; line < 100; line++) client.say(`line ${line}\r\n`);
    client.say('.\r\n');
    await client.reply();
    await client.send('something else\r\n');
    expect(text(Buffer.concat(kept))).toContain('line 0\r\nline 1\r\n');
  });
});

describe('backpressure', () => {
  test.each(['DATA', 'BDAT'])('%s: a handler that does not read holds the client, and no more than a fixed amount waits', async (form) => {
    const go = deferred<void>();
    let octets = 0;
    await using h = harness({
      data: async ({ body }) => {
        await go.promise;
        for await (const piece of body) octets += piece.length;
      },
    });
    const client = await h.session(IN_PIECES);
    const message = `${'x'.repeat(998)}\r\n`.repeat(4000);
    client.say(ENVELOPE + (form === 'DATA' ? 'DATA\r\n' : `BDAT ${message.length} LAST\r\n`));
    await client.codes(form === 'DATA' ? 3 : 2);
    let said = 0;
    for (; said < message.length && client.transport.bufferedOctets === 0; said += 50_000) {
      client.say(message.slice(said, said + 50_000));
      await settle();
    }
    expect(said).toBeGreaterThan(500_000); // what may wait here, and what the system holds
    expect(said).toBeLessThan(900_000);
    client.say(message.slice(said));
    if (form === 'DATA') client.say('.\r\n');
    go.resolve();
    expect((await client.reply()).code).toBe(250);
    expect(octets).toBe(message.length);
  });

  test('a client that was held is not slow: its time runs from when it is read again', async () => {
    const go = deferred<void>();
    await using h = harness({
      data: async ({ body }) => {
        await go.promise;
        await pieces(body);
      },
    });
    const client = await h.session();
    await begin(client);
    client.say(`${'x'.repeat(998)}\r\n`.repeat(300));
    await h.pass(500_000); // more than the client has between two pieces
    expect(client.ended).toBe(false);
    go.resolve();
    await settle();
    await h.pass(170_000);
    client.say('.\r\n');
    expect((await client.reply()).code).toBe(250);
  });

  test('a client that says much behind a slow handler is held too', async () => {
    const slow = deferred<undefined>();
    await using h = harness({ mail: () => slow.promise, limits: { idleCommands: Infinity } });
    const client = await h.session(IN_PIECES);
    client.say('MAIL FROM:<>\r\n');
    for (let count = 0; count < 40; count++) client.say(`NOOP ${'x'.repeat(994)}\r\n`.repeat(100));
    await settle();
    expect(client.transport.bufferedOctets).toBeGreaterThan(3_000_000);
    slow.resolve(undefined);
    expect(await client.codes(4001)).toEqual(Array.from({ length: 4001 }, () => 250));
    expect(told(h.errors)).toEqual([]);
  });
});
