import { describe, expect, test } from 'vitest';
import { MessageSplitter, streamMessage } from '@mailwright/mime';
import { concatOctets, encodeLatin1, latin1 } from '@mailwright/wire';

describe('MessageSplitter', () => {
  test.each([
    ['CRLF', 'A: b\r\n\r\nbody', 'A: b\r\n\r\n'],
    ['LF', 'A: b\n\nbody', 'A: b\n\n'],
    ['a line with a blank is no empty line', 'A: b\r\n \r\n\r\nbody', 'A: b\r\n \r\n\r\n'],
    ['CR CR LF is no empty line', 'A: b\r\n\r\r\n\r\nbody', 'A: b\r\n\r\r\n\r\n'],
    ['no header section', '\r\nbody', '\r\n'],
    ['no body', 'A: b\r\n', 'A: b\r\n'],
    ['nothing', '', ''],
  ])('rfc5322 2.1: %s', (_name, text, header) => {
    const octets = encodeLatin1(text);
    for (let at = 0; at <= octets.length; at++) {
      const headers: string[] = [];
      const bodies: Uint8Array[] = [];
      const splitter = new MessageSplitter({ headers: (section) => void headers.push(latin1(section)), body: (chunk) => void bodies.push(chunk) });
      splitter.push(octets.subarray(0, at));
      splitter.push(octets.subarray(at));
      splitter.end();
      expect(headers).toEqual([header]);
      expect(latin1(concatOctets(bodies))).toBe(text.slice(header.length));
    }
  });

  test('more header than the limit is not waited for', () => {
    let handed = 0;
    const splitter = new MessageSplitter({ headers: (section) => void (handed = section.length), body: () => undefined }, 100);
    for (let count = 0; count < 1000 && handed === 0; count++) splitter.push(encodeLatin1('X: 12345\r\n'));
    expect(handed).toBe(103);
  });

  test('mistake: a limit that is none', () => {
    expect(() => new MessageSplitter({ headers: () => undefined, body: () => undefined }, 0)).toThrow(RangeError);
  });
});

test('streamMessage: whole, in an array, or as it comes: the same section and body', async () => {
  const octets = encodeLatin1('A: b\r\nC: d\r\n\r\nbody\r\n');
  async function* slowly(): AsyncGenerator<Uint8Array> {
    for (const octet of octets) yield Uint8Array.of(octet);
  }
  for (const message of [octets, [octets.subarray(0, 9), octets.subarray(9)], slowly()]) {
    let names: readonly string[] = [];
    let body = '';
    await streamMessage(message, {
      headers: (section) => void (names = section.fields.map(({ name }) => name)),
      body: (chunk) => void (body += latin1(chunk)),
    });
    expect(names).toEqual(['A', 'C']);
    expect(body).toBe('body\r\n');
  }
});
