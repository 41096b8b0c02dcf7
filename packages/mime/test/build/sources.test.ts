import { describe, expect, test } from 'vitest';
import type { AttachmentInput, BuiltMessage, ContentSource, MessageInput } from '@mailwright/mime';
import { buildMessage, messagePart, multipart, parseMessage, part } from '@mailwright/mime';
import { latin1 } from '@mailwright/wire';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { BASE, collect, octetsOf, parse, shapeOf, textOf } from './read-back.ts';

const attach = (attachment: AttachmentInput, more: Partial<MessageInput> = {}): BuiltMessage => buildMessage({ ...BASE, text: 'a', attachments: [attachment], ...more });

function* pieces(...octets: readonly Uint8Array[]): Generator<Uint8Array> {
  yield* octets;
}

async function* later(...octets: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* octets;
}

describe('what an attachment may come from', () => {
  const content = Uint8Array.from({ length: 300 }, (_, index) => index & 0xff);
  const halves = [content.subarray(0, 100), content.subarray(100)];

  test.each<[string, () => ContentSource, boolean]>([
    ['octets', () => content, true],
    ['an array of pieces', () => halves, true],
    ['a generator', () => pieces(...halves), true],
    ['a set', () => new Set(halves), true],
    ['an asynchronous generator', () => later(...halves), false],
    ['a stream of the web', () => new ReadableStream<Uint8Array>({ start: (controller) => (halves.forEach((half) => controller.enqueue(half)), controller.close()) }), false],
  ])('%s', async (_, source, isSync) => {
    const read = await collect(attach({ fileName: 'a.bin', content: source() }));
    expect(parseMessage(read).parts[2]!.content()).toEqual(content);
    const built = attach({ fileName: 'a.bin', content: source() });
    if (isSync) expect(built.octets()).toEqual(read);
    else expect(() => built.octets()).toThrow(TypeError);
  });

  test('text: UTF-8, line ends of CRLF where it is text/*', () => {
    const { parts } = parse(buildMessage({ ...BASE, attachments: [{ fileName: 'a.csv', content: 'ä,b\n' }, { fileName: 'a.json', content: '{"ä":\n1}' }] }));
    expect(textOf(parts[1]!.content())).toBe('ä,b\r\n');
    expect(textOf(parts[2]!.content())).toBe('{"ä":\n1}');
  });

  test.each(['path', 'href', 'url'])('%s is refused and says why', (name) => {
    expect(() => attach({ [name]: '/etc/passwd' } as never)).toThrow(/opens no file and no URL/);
    expect(() => attach({ content: 'a', [name]: 'https://example.com/' } as never)).toThrow(/opens no file and no URL/);
    expect(() => part({ content: 'a', [name]: 'x' } as never)).toThrow(/opens no file and no URL/);
    expect(() => buildMessage({ ...BASE, html: 'a', inline: [{ contentId: 'a@b', content: 'a', [name]: 'x' } as never] })).toThrow(/opens no file and no URL/);
  });

  test.each<[string, unknown]>([
    ['a URL', new URL('file:///etc/passwd')], ['nothing', undefined], ['null', null], ['a number', 7], ['an object', { path: '/etc/passwd' }], ['a buffer of octets', new ArrayBuffer(3)],
  ])('%s as content -> TypeError', (_, content) => {
    expect(() => attach({ content: content as never })).toThrow(TypeError);
  });
});

describe('sizes', () => {
  test.each<[string, AttachmentInput, boolean]>([
    ['octets', { content: new Uint8Array(1000) }, true],
    ['an array', { content: [new Uint8Array(57), new Uint8Array(1)] }, true],
    ['a generator', { content: pieces(new Uint8Array(5)) }, false],
    ['a generator of a size', { content: pieces(new Uint8Array(5)), sizeOctets: 5 }, true],
    ['a stream of a size', { content: later(new Uint8Array(5)), sizeOctets: 5 }, true],
    ['a stream in quoted-printable', { content: later(new Uint8Array(5)), sizeOctets: 5, transferEncoding: 'quoted-printable' }, false],
  ])('%s', async (_, attachment, isKnown) => {
    const built = attach(attachment);
    expect(built.sizeOctets !== undefined).toBe(isKnown);
    const { length } = await collect(built);
    if (isKnown) expect(built.sizeOctets).toBe(length);
  });

  test.each<[string, number, number]>([['fewer', 6, 5], ['more', 4, 5], ['none', 3, 0]])('a source that gives %s octets than it was said to fails', async (_, sizeOctets, given) => {
    await expect(collect(attach({ content: later(new Uint8Array(given)), sizeOctets }))).rejects.toThrow(RangeError);
    expect(() => attach({ content: [new Uint8Array(given)], sizeOctets }).octets()).toThrow(RangeError);
  });

  test.each([-1, 1.5, Number.NaN, '5'])('sizeOctets %s -> RangeError', (sizeOctets) => {
    expect(() => attach({ content: later(), sizeOctets: sizeOctets as number })).toThrow(RangeError);
  });

  test('sizeOctets that is not the number of octets that are there -> RangeError', () => {
    expect(() => attach({ content: new Uint8Array(3), sizeOctets: 4 })).toThrow(RangeError);
    expect(attach({ content: new Uint8Array(3), sizeOctets: 3 }).octets().length).toBeGreaterThan(3);
  });

  test('generated messages: sizeOctets is the number of octets, whole and in pieces', async () => {
    const random = new SeededRandom(1870);
    for (let round = 0; round < 200; round++) {
      const source = (): AttachmentInput => {
        const content = random.octets(random.integer(0, 400));
        const fileName = random.pick(['a.bin', 'ü.txt', 'a.csv', `${'long'.repeat(40)}.pdf`]);
        return random.pick<AttachmentInput>([
          { content, fileName }, { content: random.split(content), fileName }, { content: later(...random.split(content)), sizeOctets: content.length }, { content: random.text('aü\n', 50), fileName },
        ]);
      };
      const attachments = Array.from({ length: random.integer(0, 4) }, source);
      const html = random.chance(0.5) ? random.text('<p>ü\r\n ', 100) : undefined;
      const built = buildMessage({ ...BASE, subject: random.text('aü ', 60), text: random.text('abcü\r\n', random.integer(0, 200)), html, attachments, nextHop: { eightBitMime: random.chance(0.5) } });
      const octets = await collect(built);
      expect(built.sizeOctets).toBe(octets.length);
      const written = latin1(octets);
      expect(written.endsWith('\r\n')).toBe(true);
      expect(written.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    }
  });
});

describe('reading', () => {
  test('octets and octets in pieces can be read again, and are the same octets', async () => {
    const built = attach({ content: [octetsOf('abc')] });
    expect(built.octets()).toEqual(built.octets());
    expect(await collect(built)).toEqual(built.octets());
    expect([...built.chunks()].length).toBeGreaterThan(1);
  });

  test('a source that opens anew each time can be read again', async () => {
    const content = { [Symbol.asyncIterator]: () => later(octetsOf('abc')) };
    const built = attach({ content });
    expect(await collect(built)).toEqual(await collect(built));
  });

  test('a source that can be read once says so the second time', async () => {
    const built = attach({ content: later(octetsOf('abc')) });
    await collect(built);
    await expect(collect(built)).rejects.toThrow(/read once/);
  });

  test('the same stream in two places -> TypeError when the second is read', async () => {
    const content = later(octetsOf('abc'));
    await expect(collect(buildMessage({ ...BASE, attachments: [{ content }, { content }] }))).rejects.toThrow(/read once/);
  });

  test('a reader that leaves early closes the source', async () => {
    let isClosed = false;
    async function* watched(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(1000);
      } finally {
        isClosed = true;
      }
    }
    let count = 0;
    for await (const octets of attach({ content: watched() })) if ((count += octets.length) > 10_000) break;
    expect(isClosed).toBe(true);
  });

  test('a source is pulled no faster than the message is', async () => {
    let pulled = 0;
    async function* counted(): AsyncGenerator<Uint8Array> {
      for (;;) {
        pulled++;
        yield new Uint8Array(57);
      }
    }
    const iterator = attach({ content: counted() })[Symbol.asyncIterator]();
    for (let count = 0; count < 5; count++) await iterator.next();
    expect(pulled).toBeLessThanOrEqual(5);
    await iterator.return?.();
  });

  test('what a source throws comes out', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield octetsOf('abc');
      throw new Error('disk');
    }
    await expect(collect(attach({ content: broken() }))).rejects.toThrow('disk');
  });

  test.each<[string, unknown]>([['text', 'abc'], ['a number', 1], ['nothing', undefined]])('%s from a source in pieces -> TypeError', async (_, piece) => {
    await expect(collect(attach({ content: later(piece as Uint8Array) }))).rejects.toThrow(TypeError);
  });

  test('large octets are encoded in slices', () => {
    const content = new SeededRandom(1).octets(300_000);
    const built = attach({ content });
    const chunks = [...built.chunks()];
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThanOrEqual(65_536);
    expect(parse(built).parts[2]!.content()).toEqual(content);
  });
});

describe('sources that travel as they are', () => {
  const stream = (pieces: readonly string[], more: Partial<MessageInput> = {}): Promise<Uint8Array> =>
    collect(buildMessage({ ...BASE, text: 'a', boundary: 'edge', attachments: [{ mediaType: 'message/rfc822', content: later(...pieces.map(octetsOf)) }], ...more }));

  test('a message in pieces', async () => {
    const message = parseMessage(await stream(['Subject: a\r', '\n\r\nb', 'c\r\n']));
    expect(shapeOf(message)).toBe('mixed(text/plain, message/rfc822(text/plain))');
    expect(message.parts[2]!.transferEncoding).toBe('7bit');
  });

  test.each<[string, readonly string[], boolean]>([
    ['8 bits for a hop without 8BITMIME', ['a: b\r\n\r\n', 'ü'], false],
    ['a line of 999 octets', ['a: b\r\n\r\n', 'x'.repeat(500), 'x'.repeat(499)], true],
    ['a bare LF', ['a: b\r\n\r\na\nb'], true],
    ['a bare CR at the end', ['a: b\r\n\r\na\r'], true],
    ['a NUL', ['a: b\r\n\r\n\0'], true],
    ['the boundary', ['a: b\r\n\r\n--edge\r\n'], true],
    ['the boundary, cut', ['a: b\r\n\r', '\n-', '-ed', 'ge more'], true],
    ['the boundary at the very beginning', ['-', '-edge'], true],
  ])('%s -> TypeError while it is read', async (_, pieces, eightBitMime) => {
    await expect(stream(pieces, { nextHop: { eightBitMime } })).rejects.toThrow(TypeError);
  });

  test.each<[string, readonly string[]]>([
    ['a line of 998 octets', ['a: b\r\n\r\n', 'x'.repeat(998), '\r', '\n']],
    ['hyphens that are no boundary', ['-', '-edg\r\n-', '-\r\n--edG\r\n', ' --edge\r\na--edge\r\n-\r\n', '\r\n--e', 'dg']],
    ['8 bits for a hop with 8BITMIME', ['a: b\r\n\r\nü']],
    ['a dot', ['a: b\r\n\r\n.\r\n..\r\n']],
  ])('%s passes', async (_, pieces) => {
    expect(textOf(await stream(pieces, { nextHop: { eightBitMime: true } }))).toContain(pieces.join(''));
  });

  test('every cut of a source finds the boundary in it', async () => {
    const content = 'a: b\r\n\r\nx\r\n-\r\n--edge--\r\n';
    for (let cut = 0; cut <= content.length; cut++) {
      await expect(stream([content.slice(0, cut), content.slice(cut)])).rejects.toThrow(/boundary/);
    }
  });

  test('a built message inside another: its size is known, its sources are read when they are needed', async () => {
    const inner = buildMessage({ ...BASE, subject: 'inner', text: 'ü', attachments: [{ content: later(new Uint8Array(99)), sizeOctets: 99 }], nextHop: { eightBitMime: true } });
    const built = buildMessage({ ...BASE, messageId: '2@example.com', body: multipart('mixed', [part({ content: 'see' }), messagePart(inner)]) });
    expect(built.requires).toEqual({ smtpUtf8: false, eightBit: true, binary: false });
    const octets = await collect(built);
    expect(octets.length).toBe(built.sizeOctets);
    const message = parseMessage(octets);
    expect(shapeOf(message)).toBe('mixed(text/plain, message/rfc822(mixed(text/plain, application/octet-stream)))');
    expect(message.defects).toEqual([]);
    expect(message.parts.at(-1)!.content()).toEqual(new Uint8Array(99));
  });

  test('a built message inside another of the same Message-ID has other boundaries', () => {
    const input = { ...BASE, text: 'a', html: 'b' };
    const message = parse(buildMessage({ ...input, attachments: [{ mediaType: 'message/rfc822', content: buildMessage(input) }] }));
    expect(shapeOf(message)).toBe('mixed(alternative(text/plain, text/html), message/rfc822(alternative(text/plain, text/html)))');
    expect(message.defects).toEqual([]);
  });
});
