import { describe, expect, test } from 'vitest';
import type { MessageInput } from '@mailwright/mime';
import { buildMessage, buildPart, findParameter, multipart, part } from '@mailwright/mime';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { BASE, octetsOf, parse, textOf } from './read-back.ts';

const NESTED = { text: 'a', html: 'b', inline: [{ contentId: 'a@b', content: 'c' }], attachments: [{ content: 'd' }] } satisfies Partial<MessageInput>;
const boundariesOf = (input: Partial<MessageInput>): readonly string[] =>
  parse(buildMessage({ ...BASE, ...input })).parts.flatMap(({ contentType }) => findParameter(contentType, 'boundary') ?? []);

describe('boundaries', () => {
  test('the same input gives the same octets; another Message-ID other boundaries', () => {
    expect(boundariesOf(NESTED)).toEqual(boundariesOf(NESTED));
    expect(boundariesOf(NESTED)).not.toEqual(boundariesOf({ ...NESTED, messageId: '2@example.com' }));
    expect(new Set(boundariesOf(NESTED)).size).toBe(3);
    for (const boundary of boundariesOf(NESTED)) expect(boundary).toMatch(/^=_[0-9a-f]{24}$/);
  });

  test('chance: the same seed gives the same octets', () => {
    const seeded = (seed: number): readonly string[] => boundariesOf({ ...NESTED, boundary: new SeededRandom(seed) });
    expect(seeded(1)).toEqual(seeded(1));
    expect(seeded(1)).not.toEqual(seeded(2));
  });

  test('one text for several: none is the beginning of another', () => {
    expect(boundariesOf({ ...NESTED, boundary: 'edge' })).toEqual(['edge.1', 'edge.2', 'edge.3']);
    const many = multipart('mixed', Array.from({ length: 10 }, () => multipart('mixed', [part({ content: 'a' })])));
    const found = parse(buildPart(many, { boundary: 'edge' })).parts.flatMap(({ contentType }) => findParameter(contentType, 'boundary') ?? []);
    expect(found).toEqual(Array.from({ length: 11 }, (_, index) => `edge.${String(index + 1).padStart(2, '0')}`));
  });

  test('of a multipart of its own', () => {
    const tree = multipart('mixed', [part({ content: 'a' }), multipart('mixed', [part({ content: 'b' })])], { boundary: 'outer' });
    expect(textOf(buildPart(tree, { boundary: 'inner' }).octets())).toBe(
      [
        'Content-Type: multipart/mixed; boundary=outer', '', '--outer', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 7bit', '', 'a',
        '--outer', 'Content-Type: multipart/mixed; boundary=inner', '', '--inner', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 7bit', '', 'b',
        '--inner--', '', '--outer--', '',
      ].join('\r\n'),
    );
  });

  test.each<[string, () => unknown]>([
    ['in a text', () => buildMessage({ ...BASE, text: 'x --edge', html: 'b', boundary: 'edge' })],
    ['in quoted-printable', () => buildMessage({ ...BASE, text: 'ü\n--edge', html: 'b', boundary: 'edge' })],
    ['in a message inside', () => buildMessage({ ...BASE, text: 'a', attachments: [{ mediaType: 'message/rfc822', content: octetsOf('a: b\r\n\r\n--edge') }], boundary: 'edge' })],
    ['the beginning of one around it', () => buildPart(multipart('mixed', [multipart('mixed', [part({ content: 'a' })], { boundary: 'ed' })], { boundary: 'edge' }))],
    ['the same as one around it', () => buildPart(multipart('mixed', [multipart('mixed', [part({ content: 'a' })], { boundary: 'edge' })], { boundary: 'edge' }))],
    ['the beginning of a given one', () => buildPart(multipart('mixed', [multipart('mixed', [part({ content: 'a' })])], { boundary: 'edge.1' }), { boundary: 'edge' })],
    ['no chance', () => buildPart(multipart('mixed', [part({ content: 'a' })]))],
    ['too long for several', () => boundariesOf({ ...NESTED, boundary: 'x'.repeat(69) })],
  ])('%s -> TypeError', (_, make) => {
    expect(make).toThrow(TypeError);
  });

  test('no content can end its part: bodies full of delimiters of the derived boundary', () => {
    const first = boundariesOf({ text: 'a', html: 'b' })[0]!;
    const evil = `--${first}--\r\n--${first}\r\nContent-Type: text/plain\r\n\r\nevil`;
    for (const text of [evil, `ü${evil}`, `\r\n${evil}`]) {
      const { parts } = parse(buildMessage({ ...BASE, text, html: evil, attachments: [{ content: evil, mediaType: 'text/plain' }] }));
      expect(parts).toHaveLength(5);
      expect(textOf(parts[4]!.content())).toBe(evil);
    }
  });
});
