import { describe, expect, test } from 'vitest';
import { encodeBase64, latin1 } from '@mailwright/wire';
import { parseMessage, readMessage, readParts } from '@mailwright/mime';
import type { MessageEndEvent, ParsedMessage } from '@mailwright/mime';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { lines, outline, randomMessage } from './messages.ts';

const SOURCE = lines(
  'Subject: x', 'Content-Type: multipart/mixed; boundary=b', '', 'preamble', '--b', 'Content-Type: text/plain; charset=iso-8859-1', 'Content-Transfer-Encoding: quoted-printable', '', 'gr=FC=DFe=', ' joined',
  '--b', 'Content-Type: application/pdf; name=a.pdf', 'Content-Transfer-Encoding: base64', 'Content-Disposition: attachment', '', 'QUJD', 'RE!VG', '--b', 'Content-Type: message/rfc822', '', 'Subject: inner', '', 'inner text', '--b--', 'epilogue',
);

const chunksOf = (all: Uint8Array, count: number): Uint8Array[] => Array.from({ length: Math.ceil(all.length / count) }, (_, at) => all.slice(at * count, (at + 1) * count));

async function* stream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

async function join(content: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const octets of content) text += latin1(octets);
  return text;
}

const isContainer = ({ parts }: ParsedMessage, id: number): boolean => parts[id]!.children.length > 0 || parts[id]!.mediaType.startsWith('multipart/');

describe('readParts', () => {
  test('a large attachment in base64: every piece is decoded into the same memory, and all of them are right', async () => {
    const content = new SeededRandom(5).octets(400_000);
    const encoded = encodeBase64(content).match(/.{1,76}/g)!;
    const message = lines('Content-Type: application/octet-stream', 'Content-Transfer-Encoding: base64', '', ...encoded, '');
    const memory = new Set<ArrayBufferLike>();
    const read = new Uint8Array(content.length);
    let at = 0;
    for await (const part of readParts(stream(chunksOf(message, 70_001)))) {
      for await (const octets of part.content()) {
        memory.add(octets.buffer);
        read.set(octets, at);
        at += octets.length;
      }
    }
    expect(at).toBe(content.length);
    expect(Buffer.compare(read, content)).toBe(0);
    expect(memory.size).toBeLessThanOrEqual(2); // the last piece, of what was left over, may have its own
  });

  test.each([1, 7, 1000])('nestedMessages: false: a message inside is one part, to be saved as it is (chunks of %i)', async (count) => {
    const nested = lines('Content-Type: multipart/mixed; boundary=b', '', '--b', 'Content-Type: message/rfc822', '', 'Content-Type: multipart/mixed; boundary=c', '', '--c', '', 'inner', '--c--', '--b--');
    const seen: string[] = [];
    for await (const part of readParts(stream(chunksOf(nested, count)), { nestedMessages: false })) seen.push(`${part.id} ${part.mediaType} ${await join(part.content())}`);
    expect(seen).toEqual(['0 multipart/mixed ', '1 message/rfc822 Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\ninner\r\n--c--']);
  });

  test.each([1, 2, 7, 64, 1000])('chunks of %i octets: facts, content and text of each part', async (count) => {
    const seen: string[] = [];
    let end: MessageEndEvent | undefined;
    for await (const part of readParts(stream(chunksOf(SOURCE, count)), { onEnd: (event) => { end = event; } })) {
      const body = part.mediaType === 'text/plain' ? JSON.stringify(await part.text()) : await join(part.content());
      seen.push(`${part.id}<${part.parent ?? ''} ${part.depth} ${part.mediaType} ${part.fileName ?? ''} ${body} ${part.bodyDefects().map(({ code, offset }) => `${code} ${offset - part.bodyStart}`).join()}`);
    }
    expect(seen).toEqual([
      '0< 0 multipart/mixed  preamble ',
      '1<0 1 text/plain  {"text":"grüße joined","declared":"iso-8859-1","used":"windows-1252","replacements":0} ',
      '2<0 1 application/pdf a.pdf ABCDEF MIME_BASE64_JUNK 8',
      '3<0 1 message/rfc822   ',
      '4<3 2 text/plain  {"text":"inner text","used":"us-ascii","replacements":0} ',
    ]);
    expect(end).toEqual({ type: 'end', sizeOctets: SOURCE.length, defects: [], limit: undefined });
  });

  test.each<readonly [string, Parameters<typeof readParts>[0]]>([['octets', SOURCE], ['an array of chunks', chunksOf(SOURCE, 10)]])('a body that is %s', async (_, body) => {
    const types: string[] = [];
    for await (const part of readParts(body)) types.push(part.mediaType);
    expect(types).toEqual(['multipart/mixed', 'text/plain', 'application/pdf', 'message/rfc822', 'text/plain']);
  });

  test('what is not read, or not to its end, is skipped', async () => {
    const seen: string[] = [];
    for await (const part of readParts(stream(chunksOf(SOURCE, 3)))) {
      if (part.id === 1) for await (const octets of part.content()) { seen.push(latin1(octets)); break; }
      if (part.id === 4) seen.push(await join(part.content()));
    }
    expect(seen).toEqual(['gr', 'inner text']);
  });

  test('a part that has gone by, or was read -> TypeError', async () => {
    const parts = readParts(SOURCE)[Symbol.asyncIterator]();
    await parts.next();
    const { value: text } = await parts.next();
    await text.text();
    await expect(text.text()).rejects.toThrow(TypeError);
    const { value: attachment } = await parts.next();
    await parts.next();
    await expect(join(attachment.content())).rejects.toThrow(TypeError);
    await expect(join((await readParts(SOURCE)[Symbol.asyncIterator]().next()).value.content())).resolves.toBe('preamble');
  });

  test('two reads at once -> TypeError, not a mixed message', async () => {
    const parts = readParts(stream(chunksOf(SOURCE, 5)))[Symbol.asyncIterator]();
    const { value: root } = await parts.next();
    const reading = join(root.content());
    const next = parts.next();
    await expect(Promise.all([reading, next])).rejects.toThrow(TypeError);
  });

  test('the source is let go when the caller stops, and its error comes through', async () => {
    let closed = false;
    async function* source(): AsyncGenerator<Uint8Array, void, undefined> {
      try {
        yield SOURCE.slice(0, 100);
        throw new Error('reset by peer');
      } finally {
        closed = true;
      }
    }
    for await (const part of readParts(source())) if (part.id === 0) break;
    expect(closed).toBe(true);
    await expect(async () => { for await (const part of readParts(source())) await part.text(); }).rejects.toThrow('reset by peer');
  });

  test('generated messages: the same parts and contents as parseMessage', async () => {
    const random = new SeededRandom(2045);
    for (let run = 0; run < 200; run++) {
      const source = randomMessage(random);
      const parsed = parseMessage(source);
      const seen: string[] = [];
      for await (const part of readParts(random.split(source))) {
        const content = await join(part.content());
        seen.push(`${part.id} ${part.mediaType} ${part.start} ${part.bodyStart} ${isContainer(parsed, part.id) ? '' : content}`);
      }
      expect(seen).toEqual(parsed.parts.map((part) => `${part.id} ${part.mediaType} ${part.start} ${part.bodyStart} ${isContainer(parsed, part.id) ? '' : latin1(part.content())}`));
    }
  });
});

describe('readMessage', () => {
  test.each([1, 50, 10_000])('chunks of %i octets: the same as parseMessage', async (count) => {
    const message = await readMessage(stream(chunksOf(SOURCE, count)));
    expect(outline(message)).toEqual(outline(parseMessage(SOURCE)));
  });

  test('pauses between pieces of work', async () => {
    let pauses = 0;
    const source = lines('Content-Type: multipart/mixed; boundary=b', '', ...Array.from({ length: 100 }, () => ['--b', '', 'text'.repeat(100)]).flat(), '--b--');
    const message: ParsedMessage = await readMessage(source, { pauseOctets: 1000, pause: () => { pauses++; return Promise.resolve(); } });
    expect(message.parts.length).toBe(101);
    expect(pauses).toBeGreaterThan(30);
    expect(message.source).toBe(source);
    await expect(readMessage(source, { pauseOctets: 0 })).rejects.toThrow(RangeError);
  });
});
