import { describe, expect, test } from 'vitest';
import { address, formatAddressList, formatMailbox, formatPhrase, mailbox, parseAddressList, parsePath } from '@mailwright/address';
import type { HeaderGroup, HeaderMailbox } from '@mailwright/address';
import { SeededRandom } from '../../testing/src/seeded-random.ts';

describe('formatMailbox', () => {
  test.each<[name: string, displayName: string | undefined, written: string]>([
    ['no name', undefined, 'jane@example.com'],
    ['an empty name', '', 'jane@example.com'],
    ['atoms', 'Jane Doe', 'Jane Doe <jane@example.com>'],
    ['a dot', 'Jane Q. Doe', '"Jane Q. Doe" <jane@example.com>'],
    ['a comma', 'Doe, Jane', '"Doe, Jane" <jane@example.com>'],
    ['quote and backslash', 'a"b\\c', '"a\\"b\\\\c" <jane@example.com>'],
    ['an address', 'x@y', '"x@y" <jane@example.com>'],
    ['two blanks', 'Jane  Doe', '"Jane  Doe" <jane@example.com>'],
    ['a blank first', ' Jane', '" Jane" <jane@example.com>'],
    ['a blank last', 'Jane ', '"Jane " <jane@example.com>'],
    ['UTF-8', 'Jörg 😀', 'Jörg 😀 <jane@example.com>'],
    ['what looks like an encoded word', '=?utf-8?q?x?=', '"=?utf-8?q?x?=" <jane@example.com>'],
  ])('rfc5322 3.4: %s', (_, displayName, written) => {
    expect(formatMailbox(address('jane@example.com'), displayName)).toBe(written);
  });

  test.each(['a\r\nBcc: x@y', 'a\nb', 'a\0b', 'a\tb', 'a\x7fb', 'a\u0085b', '\ud800'])('injection: the display name %j -> TypeError', (displayName) => {
    expect(() => formatMailbox(address('a@b'), displayName)).toThrow(TypeError);
    expect(() => formatPhrase(displayName)).toThrow(TypeError);
  });

  test('Postmaster without domain -> TypeError', () => {
    const parsed = parsePath('<Postmaster>', 0);
    expect(() => parsed.ok && formatMailbox(parsed.value!)).toThrow(TypeError);
  });
});

describe('formatAddressList', () => {
  test('rfc5322 3.4: mailboxes and groups', () => {
    const jane = { mailbox: address('jane@example.com'), displayName: 'Jane' };
    expect(formatAddressList([jane, { type: 'group', displayName: 'All, of us', members: [jane, { mailbox: address('"a b"@c') }] }, { type: 'group', displayName: 'none', members: [] }]))
      .toBe('Jane <jane@example.com>, "All, of us": Jane <jane@example.com>, "a b"@c;, none:;');
    expect(formatAddressList([])).toBe('');
  });

  test('what parsing gives is written again', () => {
    const text = 'Jane Doe <jane@example.com>, g: a@b, "c, d" <e@f>;';
    expect(formatAddressList(parseAddressList(text).addresses)).toBe(text);
  });

  test('an entry without checked address, a group without name -> TypeError', () => {
    expect(() => formatAddressList(parseAddressList('John Doe').addresses)).toThrow(TypeError);
    expect(() => formatAddressList([{ type: 'group', displayName: '', members: [] }])).toThrow(TypeError);
  });

  test('inverse law: what is written is read again, without any defect', () => {
    const random = new SeededRandom(5322);
    const alphabet = 'abc .,:;<>()[]"\\@=?_é漢\'';
    const entry = (): { mailbox: ReturnType<typeof mailbox>; displayName: string } => ({
      mailbox: mailbox(random.text(alphabet, random.integer(0, 12)), random.pick(['example.com', '[192.0.2.1]', 'bücher.example'])),
      displayName: random.text(alphabet, random.integer(0, 12)),
    });
    for (let round = 0; round < 1000; round++) {
      const entries = Array.from({ length: random.integer(1, 4) }, () => {
        const one = entry();
        return random.chance(0.3) ? ({ type: 'group', displayName: `g${one.displayName}`, members: [entry(), entry()].slice(random.integer(0, 2)) } as const) : one;
      });
      const { addresses, defects } = parseAddressList(formatAddressList(entries));
      expect(defects).toEqual([]);
      const plain = (read: HeaderMailbox): unknown => ({ mailbox: read.mailbox, displayName: read.displayName ?? '' });
      const group = (read: HeaderGroup): unknown => ({ type: 'group', displayName: read.displayName, members: read.members.map(plain) });
      expect(addresses.map((read) => (read.type === 'group' ? group(read) : plain(read)))).toEqual(entries);
    }
  });
});
