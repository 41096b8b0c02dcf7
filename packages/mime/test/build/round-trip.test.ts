import { describe, expect, test } from 'vitest';
import type { AttachmentInput, MessageInput } from '@mailwright/mime';
import { buildMessage, parseMessage, summarizeMessage } from '@mailwright/mime';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { encodeWords } from '../../src/header/encoded-word-encode.ts';
import { BASE, parse, shapeOf, textOf } from './read-back.ts';

/** People in eight scripts and more, and names that are hard to write. */
const NAMES = [
  'Jörg Müller', 'Łukasz Żółć', 'Иван Петров', 'Γιώργος', '田中太郎', '김철수', 'محمد علي', 'दीपक', 'שלום', 'สมชาย', 'Jane Doe', 'Smith, "J" \\ <x>', '😀👩‍👩‍👧', 'a =?utf-8?q?b?= c', ' two  spaces ', 'a;b="c"', "it's 100%", '*', 'tab\there',
];

describe('what goes in comes out', () => {
  const random = new SeededRandom(5322);
  const name = (): string => random.pick(NAMES);
  const names = (): string => Array.from({ length: random.integer(1, 6) }, name).join(random.pick(['', ' ', ', ', '\u00a0']));
  const address = (index: number): string => random.pick([`user${index}@example.com`, `"a b"@example.com`, `x+${index}@sub.example.org`]);
  const body = (): string => `${Array.from({ length: random.integer(0, 5) }, names).join(random.pick(['\r\n', ' \r\n', '\r\n.\r\n', '\r\nFrom ', '=\r\n']))}x\r\n`;
  const file = (): AttachmentInput => ({ fileName: `${names().trim()}.bin`, content: random.octets(random.integer(0, 300)) });

  test.each(Array.from({ length: 150 }, (_, round) => [round]))('generated message %i', (round) => {
    const to = Array.from({ length: random.integer(1, 6) }, (_, index) => ({ name: name(), address: address(index) }));
    const input = {
      ...BASE, to, from: { name: names(), address: 'a@example.com' }, subject: names(), text: body(), html: body(), messageId: `${round}@example.com`,
      attachments: Array.from({ length: random.integer(0, 3) }, file), inline: Array.from({ length: random.integer(0, 2) }, (_, index) => ({ ...file(), contentId: `${index}@example.com` })),
      nextHop: { eightBitMime: random.chance(0.5) }, parameterMode: random.pick(['strict', 'both'] as const),
    } satisfies MessageInput;
    const built = buildMessage(input);
    const octets = built.octets();
    const summary = summarizeMessage(octets);
    expect(summary).toMatchObject({ from: [input.from], to, subject: input.subject, messageId: `<${round}@example.com>`, defects: [] });
    const message = parseMessage(octets);
    expect(message.defects).toEqual([]);
    const html = message.parts.find(({ mediaType }) => mediaType === 'text/html')!;
    expect(textOf(message.parts.find(({ mediaType }) => mediaType === 'text/plain')!.content())).toBe(input.text);
    expect(textOf(html.content())).toBe(input.html);
    const files = message.parts.filter(({ mediaType }) => mediaType === 'application/octet-stream');
    expect(files.map((each) => [each.fileName, each.content(), each.contentId])).toEqual([...input.inline, ...input.attachments].map((each) => [each.fileName, each.content, 'contentId' in each ? each.contentId : undefined]));
    const limit = /[^\x00-\x7f]/.test(textOf(octets)) ? 998 : 78;
    for (const line of textOf(built.header()).split('\r\n')) expect(line.length).toBeLessThanOrEqual(limit);
  });

  test('nested twice: a built message in a built message in a built message', () => {
    const inner = buildMessage({ ...BASE, subject: 'ü', text: 'ü', html: 'ü', attachments: [file()] });
    const middle = buildMessage({ ...BASE, text: 'middle', attachments: [{ fileName: 'inner.eml', content: inner }] });
    const message = parse(buildMessage({ ...BASE, text: 'outer', attachments: [{ fileName: 'middle.eml', content: middle.octets() }] }));
    expect(shapeOf(message)).toBe('mixed(text/plain, message/rfc822(mixed(text/plain, message/rfc822(mixed(alternative(text/plain, text/html), application/octet-stream)))))');
    expect(message.defects).toEqual([]);
  });
});

describe('encoded words', () => {
  test('text that fits into one word is not cut where the line is nearly full', () => {
    expect(encodeWords('Иван Петров', 20, false)).toHaveLength(1);
    expect(encodeWords('Иван Петров', 20, true).length).toBeGreaterThan(1);
  });

  test.each([1, 10, 12, 20, 40, 75, 77])('rfc2047 2: 75 characters at most, %i columns left', (columns) => {
    for (const each of NAMES) {
      for (const word of encodeWords(each.repeat(10), columns, false)) {
        expect(word.length).toBeLessThanOrEqual(75);
        expect(word).toMatch(/^=\?utf-8\?[QB]\?[!->@-~]+\?=$/);
      }
    }
  });
});
