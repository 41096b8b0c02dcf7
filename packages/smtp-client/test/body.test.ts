/** Messages: whole and in pieces, stuffed where they must be, pulled as the server takes them, and never ended by a fault. */
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { octets, type Peer } from './support/peer.ts';
import { connected, message, SeededRandom, settle } from './support/world.ts';

/** Takes one message after the other and gives it as it came, stuffing removed. */
function taking(bodies: string[]): (peer: Peer) => Promise<void> {
  return async (peer) => {
    for (;;) bodies.push((await peer.takeMessage()).replace(/^\./gm, ''));
  };
}

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield octets(text);
}

describe('bodies', () => {
  test.each<[string, () => Parameters<typeof message>[0] & object, string]>([
    ['octets', () => ({ body: octets('a\r\n.b\r\n..c\r\n') }), 'a\r\n.b\r\n..c\r\n'],
    ['a text, in UTF-8', () => ({ body: 'S: x\r\n\r\ngr\u00fc\u00dfe\r\n' }), 'S: x\r\n\r\ngr\xc3\xbc\xc3\x9fe\r\n'],
    ['an array of pieces', () => ({ body: [octets('a\r'), octets('\n.'), octets('b\r\n')] }), 'a\r\n.b\r\n'],
    ['an async iterable', () => ({ body: pieces('a\r\n', '', '.', '\r\n') }), 'a\r\n.\r\n'],
    ['a Readable', () => ({ body: Readable.from([Buffer.from('a\r\n'), Buffer.from('.b\r\n')]) }), 'a\r\n.b\r\n'],
    ['a last line without CRLF gets one', () => ({ body: octets('a\r\nb') }), 'a\r\nb\r\n'],
    ['a last line in pieces without CRLF gets one', () => ({ body: pieces('a\r\n', 'b') }), 'a\r\nb\r\n'],
    ['an empty message', () => ({ body: octets('') }), ''],
    ['no pieces at all', () => ({ body: [] }), ''],
    ['a message that is one dot', () => ({ body: octets('.\r\n') }), '.\r\n'],
  ])('%s', async (_name, over, expected) => {
    const bodies: string[] = [];
    const { connection } = await connected(['PIPELINING', '8BITMIME'], taking(bodies));
    const result = await connection.send(message(over()));
    expect(result.error).toBeUndefined();
    expect(bodies).toEqual([expected]);
    expect((await connection.send(message({ body: octets('next\r\n') }))).outcome).toBe('accepted');
    expect(bodies[1]).toBe('next\r\n');
  });

  test('rfc5321 4.5.2: whatever the pieces, the same octets arrive', async () => {
    const random = new SeededRandom(7);
    const bodies: string[] = [];
    const sent: string[] = [];
    const { connection } = await connected(['PIPELINING'], taking(bodies));
    for (let round = 0; round < 40; round++) {
      const text = `${Array.from({ length: random.integer(0, 20) }, () => random.pick(['.', '..', 'x', '.x', '', 'abc.'])).join('\r\n')}\r\n`;
      sent.push(text);
      const result = await connection.send(message({ body: random.split(octets(text)) }));
      expect(result).toMatchObject({ outcome: 'accepted', octetCount: text.length });
    }
    expect(bodies).toEqual(sent);
  });

  test('rfc6152 3: 8-bit pieces are declared, and stopped where the server has no 8BITMIME', async () => {
    const { connection, peers } = await connected(['PIPELINING', '8BITMIME'], taking([]));
    await connection.send(message({ body: pieces('\xe4\r\n') }));
    await connection.send(message({ body: octets('S: x\r\n\r\n\xe4\r\n') }));
    await connection.send(message({ body: octets('ascii\r\n') }));
    await connection.send(message({ body: pieces('ascii\r\n'), eightBit: false }));
    expect(peers[0]!.received.match(/MAIL .*/g)).toEqual([
      'MAIL FROM:<sender@client.example> BODY=8BITMIME', 'MAIL FROM:<sender@client.example> BODY=8BITMIME', 'MAIL FROM:<sender@client.example>', 'MAIL FROM:<sender@client.example>',
    ]);
    const plain = await connected(['PIPELINING'], taking([]));
    expect(await plain.connection.send(message({ body: pieces('a\r\n'), eightBit: true }))).toMatchObject({ outcome: 'not-sent', phase: 'mail', error: { code: 'SMTP_NEEDS_8BITMIME' } });
    expect(plain.connection.usable).toBe(true);
  });

  test.each([
    ['an 8-bit octet where it was said that there is none', ['8BITMIME'], { body: pieces('a\r\n', '\xe4\r\n', 'b\r\n'), eightBit: false }, 'SMTP_NEEDS_8BITMIME'],
    ['an 8-bit octet without 8BITMIME', [], { body: pieces('a\r\n', '\xe4\r\n', 'b\r\n') }, 'SMTP_NEEDS_8BITMIME'],
    ['a bare LF', [], { body: pieces('a\r\n', 'b\nc\r\n') }, 'SMTP_BARE_LF'],
    ['a bare CR across pieces', [], { body: pieces('a\r', 'b\r\n') }, 'SMTP_BARE_CR'],
    ['a CR at the end', [], { body: pieces('a\r\n', '\r') }, 'SMTP_BARE_CR'],
    ['NUL', [], { body: pieces('a\0\r\n') }, 'SMTP_NUL'],
    ['a piece that is no octets', [], { body: Readable.from(['text']) }, 'SMTP_BODY_FAILED'],
    ['a source that throws', [], { body: failing('a\r\n') }, 'SMTP_BODY_FAILED'],
    ['a source that can not be begun', [], { body: { [Symbol.asyncIterator]: (): never => { throw new Error('no'); } } }, 'SMTP_BODY_FAILED'],
  ])('a fault in the pieces cuts the connection: %s', async (_name, keywords, over, code) => {
    const { connection, peers, clock } = await connected(keywords, taking([]));
    const result = await connection.send(message(over as Parameters<typeof message>[0] & object));
    expect(result).toMatchObject({ outcome: 'not-sent', phase: 'data', error: { code, side: 'local', usable: false } });
    await settle();
    expect(peers[0]!.received).not.toContain('\r\n.\r\n');
    expect(peers[0]!.over).toBe(true);
    expect(connection.usable).toBe(false);
    expect(clock.pending).toBe(0);
  });

  test('lineEnds normalize mends a message, whole and in pieces', async () => {
    const bodies: string[] = [];
    const { connection } = await connected(['PIPELINING'], taking(bodies), { lineEnds: 'normalize' });
    await connection.send(message({ body: octets('a\nb\rc\r\n') }));
    await connection.send(message({ body: pieces('a\nb', '\rc\r\n') }));
    expect(bodies).toEqual(['a\r\nb\r\nc\r\n', 'a\r\nb\r\nc\r\n']);
  });

  test('lineEnds pass sends what it is given, and still no dot can end it early', async () => {
    const received: string[] = [];
    const { connection } = await connected([], async (peer) => {
      for (const verb of ['MAIL', 'RCPT', 'DATA']) {
        await peer.hear(verb);
        peer.say(verb === 'DATA' ? '354 go' : '250 ok');
      }
      received.push(await peer.hearMessage());
      peer.say('250 ok');
    }, { lineEnds: 'pass' });
    expect((await connection.send(message({ body: octets('a\n.\nb\r.\r\nc\r\n') }))).outcome).toBe('accepted');
    expect(received).toEqual(['a\n.\nb\r.\r\nc\r\n']);
  });

  test('rfc3030 3: BINARYMIME goes in chunks, whatever is in it', async () => {
    const chunks: string[] = [];
    const { connection, peers } = await connected(['PIPELINING', 'CHUNKING', 'BINARYMIME', '8BITMIME'], async (peer) => {
      for (let count = 0; count < 2; count++) {
        await peer.hear('MAIL');
        await peer.hear('RCPT');
        peer.say('250 ok', '250 ok');
        for (let last = false; !last; ) {
          const [, octetCount, word] = (await peer.hear('BDAT')).split(' ');
          chunks.push(await peer.hearOctets(Number(octetCount)));
          last = word === 'LAST';
          peer.say('250 ok');
        }
      }
    });
    const binary = 'S: x\r\n\r\na\n\0\r.\xff';
    expect((await connection.send(message({ body: octets(binary), binary: true }))).outcome).toBe('accepted');
    expect((await connection.send(message({ body: pieces('a\n', '\0\r'), binary: true }))).outcome).toBe('accepted');
    expect(chunks).toEqual([binary, 'a\n', '\0\r', '']);
    expect(peers[0]!.received).toContain('BODY=BINARYMIME');
  });

  test('pieces are pulled as the server takes them', async () => {
    let pulled = 0;
    function* endless(): Generator<Uint8Array> {
      const piece = octets(`${'x'.repeat(998)}\r\n`.repeat(16));
      for (; pulled < 200; pulled++) yield piece;
    }
    const { connection, peers } = await connected([], async (peer) => {
      for (const verb of ['MAIL', 'RCPT']) {
        await peer.hear(verb);
        peer.say('250 ok');
      }
      await peer.hear('DATA');
      peer.transport.pause();
      peer.say('354 go');
      await peer.until(() => peer.received.endsWith('\r\n.\r\n'));
      peer.say('250 ok');
    });
    const sent = connection.send(message({ body: endless() }));
    await settle();
    expect(pulled).toBeLessThan(32);
    peers[0]!.transport.resume();
    expect(await sent).toMatchObject({ outcome: 'accepted', octetCount: 3_200_000 });
  });

  test('a long message given whole leaves in blocks, and the next one waits for its end', async () => {
    const bodies: string[] = [];
    const { connection } = await connected(['PIPELINING'], taking(bodies));
    const long = `${'.'.repeat(70)}\r\n`.repeat(20_000);
    const results = await Promise.all([connection.send(message({ body: octets(long) })), connection.send(message())]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted']);
    expect(bodies[0] === long).toBe(true);
  });

  test('a body that is never begun is left alone', async () => {
    let begun = false;
    async function* body(): AsyncGenerator<Uint8Array> {
      begun = true;
      yield octets('a\r\n');
    }
    const { connection } = await connected([], async (peer) => {
      await peer.hear('MAIL');
      peer.say('550 no');
    });
    expect((await connection.send(message({ body: body() }))).outcome).toBe('rejected');
    expect(begun).toBe(false);
  });

  test('a command never gets into a message', async () => {
    const { connection, errors } = await connected(['PIPELINING'], async (peer) => {
      await peer.takeMessage();
      await peer.hear('NOOP');
      peer.say('250 ok');
      await peer.takeMessage();
    });
    async function* body(): AsyncGenerator<Uint8Array> {
      yield octets('a\r\n');
      noop = connection.noop();
      await new Promise((resolve) => setImmediate(resolve));
      yield octets('b\r\n');
    }
    let noop: Promise<unknown> | undefined;
    const first = connection.send(message({ body: body() }));
    const second = connection.send(message());
    expect((await first).outcome).toBe('accepted');
    expect(await noop).toMatchObject({ code: 250 });
    expect((await second).outcome).toBe('accepted');
    expect(errors).toEqual([]);
  });
});

async function* failing(text: string): AsyncGenerator<Uint8Array> {
  yield octets(text);
  throw new Error('disk on fire');
}
