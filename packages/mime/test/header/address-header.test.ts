import { describe, expect, test } from 'vitest';
import { flattenAddresses, parseAddressHeader } from '@mailwright/mime';
import type { HeaderAddress, HeaderAddressGroup } from '@mailwright/mime';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';

const show = (entry: HeaderAddress | HeaderAddressGroup): unknown => (entry.type === 'group' ? { [entry.name]: entry.members.map(show) } : [entry.name, entry.address]);
const read = (text: string) => parseAddressHeader(text).addresses.map(show);
const codes = (text: string) => parseAddressHeader(text).defects.map(({ code, offset }) => [code, offset]);

describe('names', () => {
  test.each([
    ['rfc5322 A.1.2: atoms, none, quoted', 'Mary Smith <mary@x.test>, jdoe@example.org, "Joe Q. Public" <joe@x.test>', [['Mary Smith', 'mary@x.test'], [undefined, 'jdoe@example.org'], ['Joe Q. Public', 'joe@x.test']]],
    ['rfc2047 8: an encoded word', '=?ISO-8859-1?Q?Andr=E9?= Pirard <PIRARD@vm1.ulg.ac.be>', [['André Pirard', 'PIRARD@vm1.ulg.ac.be']]],
    ['rfc2047 6.2: white space between words goes', '=?utf-8?Q?a?= =?utf-8?Q?b?= c <a@b.test>', [['ab c', 'a@b.test']]],
    ['a character cut between two words', '=?utf-8?B?4oI=?= =?utf-8?B?rA==?= <a@b.test>', [['€', 'a@b.test']]],
    ['the old form: a comment', 'jane@example.com (=?utf-8?Q?J=C3=A4ne?=)', [['Jäne', 'jane@example.com']]],
    ['deviation: a quoted encoded word', '"=?utf-8?Q?J=C3=A4ne?=" <jane@example.com>', [['Jäne', 'jane@example.com']]],
    ['a quoted word does not join one outside', '"=?utf-8?B?4oI=?=" =?utf-8?Q?b?= <a@b.test>', [['\ufffd b', 'a@b.test']]],
    ['rfc6532 3.2: UTF-8, also in the address', 'Jörg <jörg@exämple.test>', [['Jörg', 'jörg@exämple.test']]],
    ['rfc5322 A.1.3: a group, and an empty one', 'A Group:Ed <c@a.test>,joe@where.test;, Undisclosed:;', [{ 'A Group': [['Ed', 'c@a.test'], [undefined, 'joe@where.test']] }, { Undisclosed: [] }]],
    ['the name of a group', '=?utf-8?Q?Fr=C3=B6nde?=: a@b.test;', [{ 'Frönde': [[undefined, 'a@b.test']] }]],
    ['rfc5322 A.5: comments and folding', 'Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>', [['Pete', 'pete@silly.test']]],
    ['rfc5322 A.6.1: obsolete forms', 'Joe Q. Public <john.q.public@example.com>, <@r1.test,@r2.test:jdoe@test.test>, jdoe@test . test', [['Joe Q. Public', 'john.q.public@example.com'], [undefined, 'jdoe@test.test'], [undefined, 'jdoe@test.test']]],
    ['a quoted local part', '"a b"@example.com', [[undefined, '"a b"@example.com']]],
    ['nothing', '', []],
  ])('%s', (_, input, expected) => {
    expect(read(input)).toEqual(expected);
  });

  test.each([
    ['an address', '=?utf-8?Q?evil=40example=2Enet=3E=2C?= <jane@example.com>', [['evil@example.net>,', 'jane@example.com']]],
    ['a bracket', '=?utf-8?Q?a=3Cb=40c=3E?= <jane@example.com>', [['a<b@c>', 'jane@example.com']]],
    ['a separator', '=?utf-8?Q?a=2Cb=3Bc=3Ad?= <jane@example.com>', [['a,b;c:d', 'jane@example.com']]],
    ['a quote', '=?utf-8?Q?=22?= <a@b.test>, "x" <c@d.test>', [['"', 'a@b.test'], ['x', 'c@d.test']]],
    ['a line', '=?utf-8?Q?a=0D=0ABcc=3A_x=40y?= <a@b.test>', [['a\r\nBcc: x@y', 'a@b.test']]],
    ['an address where there is none', '=?utf-8?Q?evil=40example=2Enet?=', [['evil@example.net', '']]],
    ['a local part', '=?utf-8?Q?a?=@example.com', [[undefined, '=?utf-8?Q?a?=@example.com']]],
  ])('rfc2047 6.2: an encoded word never makes %s', (_, input, expected) => {
    expect(read(input)).toEqual(expected);
  });
});

describe('defects and limits', () => {
  test.each([
    ['none', 'a@b.test', []],
    ['an obsolete form is none', 'a . b@c.test', []],
    ['a name alone', 'Jane', [['MIME_BAD_ADDRESS', 4]]],
    ['no domain', 'a@b.test, jane@', [['MIME_BAD_ADDRESS', 15]]],
    ['a bad word in a name', 'a@b.test, =?utf-8?X?a?= <c@d.test>', [['MIME_BAD_ENCODED_WORD', 10]]],
    ['an unknown charset', '=?x-none?Q?a?= <c@d.test>', [['MIME_UNKNOWN_CHARSET', 0]]],
  ])('%s', (_, input, defects) => {
    expect(codes(input)).toEqual(defects);
  });

  test('the checked address is there exactly where it is one', () => {
    expect(parseAddressHeader('a@b.test, a@b_c, Jane').addresses.map((entry) => entry.type === 'mailbox' && entry.mailbox?.address)).toEqual(['a@b.test', undefined, undefined]);
  });

  test('LIMIT_ADDRESSES', () => {
    const header = parseAddressHeader('a@b.test, c@d.test, e@f.test', { addresses: 2 });
    expect([header.addresses.length, header.limit]).toEqual([2, { code: 'LIMIT_ADDRESSES', limit: 2, offset: 20 }]);
    expect(parseAddressHeader('a@b,'.repeat(10_001)).limit).toMatchObject({ limit: 10_000 });
  });

  test('LIMIT_ENCODED_WORDS: of the whole field', () => {
    const header = parseAddressHeader('=?utf-8?Q?a?= <a@b.test>, =?utf-8?Q?b?= =?utf-8?Q?c?= <c@d.test>, =?utf-8?Q?d?= <e@f.test>', { encodedWords: 2 });
    expect(header.addresses.map(show)).toEqual([['a', 'a@b.test'], ['b =?utf-8?Q?c?=', 'c@d.test'], ['=?utf-8?Q?d?=', 'e@f.test']]);
    expect(header.limit).toEqual({ code: 'LIMIT_ENCODED_WORDS', limit: 2, offset: 26 });
  });

  test('flattenAddresses: members where their group stood', () => {
    expect(flattenAddresses(parseAddressHeader('a@b.test, g: c@d.test;, e@f.test').addresses).map(({ address }) => address)).toEqual(['a@b.test', 'c@d.test', 'e@f.test']);
  });

  test('whatever comes: no throw, and each address is one of the grammar', () => {
    const random = new SeededRandom(2047);
    for (let round = 0; round < 2000; round++) {
      const text = Array.from({ length: random.integer(0, 12) }, () => random.pick(['=?utf-8?Q?=40?=', '=?', '"', '<', '>', 'a@b.test', ',', ';', ':', '(', ')', ' ', '\\', 'é', '\r\n '])).join('');
      for (const { mailbox, address } of flattenAddresses(parseAddressHeader(text).addresses)) if (mailbox !== undefined) expect(address).toBe(mailbox.address);
    }
  });
});
