import { describe, expect, test } from 'vitest';
import { parseAddressList, parseMailboxList } from '@mailwright/address';
import type { AddressOrGroup, HeaderMailbox } from '@mailwright/address';
import { SeededRandom } from '../../testing/src/seeded-random.ts';

/** `Name <address>`, `Name: members;`, or what is there of them; `?` marks what can't stand on the envelope. */
function show(entry: AddressOrGroup): string {
  if (entry.type === 'group') return `${entry.displayName}:${entry.members.map(show).join(',')};`;
  const address = entry.mailbox?.address ?? `?${entry.localPart}@${entry.domain}`;
  return entry.displayName === undefined ? address : `${entry.displayName} <${address}>`;
}

const read = (text: string): { entries: string[]; defects: string[] } => {
  const { addresses, defects } = parseAddressList(text);
  return { entries: addresses.map(show), defects: defects.map(({ code }) => code) };
};

describe('well-formed', () => {
  test.each<[name: string, text: string, entries: string[]]>([
    ['rfc5322 3.4.1: a bare address', 'john.q.public@example.com', ['john.q.public@example.com']],
    ['rfc5322 3.4: a display name', 'Mary Smith <mary@x.test>', ['Mary Smith <mary@x.test>']],
    ['rfc5322 A.1.2: names, a bare address, a quoted name', 'Mary Smith <mary@x.test>, jdoe@example.org, "Joe Q. Public" <joe@x.test>', ['Mary Smith <mary@x.test>', 'jdoe@example.org', 'Joe Q. Public <joe@x.test>']],
    ['rfc5322 A.1.2: quotes in a quoted name', '"Giant; \\"Big\\" Box" <sysservices@example.net>', ['Giant; "Big" Box <sysservices@example.net>']],
    ['rfc5322 A.1.3: a group', 'A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;', ['A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;']],
    ['rfc5322 A.1.3: an empty group', 'Undisclosed recipients:;', ['Undisclosed recipients:;']],
    ['rfc6854 1: a group among mailboxes', 'a@b, g: c@d;, e@f', ['a@b', 'g:c@d;', 'e@f']],
    ['rfc5322 A.5: white space and comments', 'Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>', ['Pete <pete@silly.test>']],
    ['rfc5322 3.2.2: folding', 'Mary\r\n Smith\r\n\t<mary@x.test>,\r\n jdoe@example.org', ['Mary Smith <mary@x.test>', 'jdoe@example.org']],
    ['rfc5322 3.2.2: folding in a quoted string', '"Mary\r\n Smith" <mary@x.test>', ['Mary Smith <mary@x.test>']],
    ['rfc5322 3.2.4: a quoted local part', '"a@b, c"@example.com', ['"a@b, c"@example.com']],
    ['rfc5322 3.4.1: a literal', 'Jane <jane@[192.0.2.1]>', ['Jane <jane@[192.0.2.1]>']],
    ['rfc5322 3.4.1: a literal that SMTP does not have', 'jane@[any thing]', ['?jane@[any thing]']],
    ['rfc6532 3.2: UTF-8 in every place', 'Жанна <жанна@пример.рф>', ['Жанна <жанна@пример.рф>']],
    ['rfc6532 3.2: UTF-8 behind a backslash', '"a\\é" <a@b>', ['aé <a@b>']],
    ['rfc2047 5: an encoded word stays as it is', '=?utf-8?q?J=C3=B6rg?= <j@example.com>', ['=?utf-8?q?J=C3=B6rg?= <j@example.com>']],
    ['rfc822 6.1: the name as a comment', 'andris@tr.ee (Andris R)', ['Andris R <andris@tr.ee>']],
    ['rfc5322 3.4: a comment before the address is no name', '(hi) andris@tr.ee', ['andris@tr.ee']],
    ['rfc5322 3.4: a comment behind angle brackets is no name', '<cfws@example.com> () (x)', ['cfws@example.com']],
    ['an underscore in the domain is well-formed in a header, but no envelope domain', 'a@b_c.com', ['?a@b_c.com']],
    ['nothing', '', []],
    ['white space', ' \t ', []],
  ])('%s', (_, text, entries) => {
    expect(read(text).entries).toEqual(entries);
    expect(parseAddressList(text).defects.filter(({ code }) => code !== 'whitespace-near-at')).toEqual([]);
  });
});

describe('obsolete forms', () => {
  test.each<[name: string, text: string, entries: string[], defects: string[]]>([
    ['rfc5322 A.6.1: a dot in a display name', 'Joe Q. Public <john.q.public@example.com>', ['Joe Q. Public <john.q.public@example.com>'], ['obsolete-phrase']],
    ['rfc5322 A.6.1: a route and empty elements', 'Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example', ['Mary Smith <mary@example.net>', 'jdoe@test.example'], ['obsolete-route', 'empty-element', 'obsolete-domain']],
    ['rfc5322 A.6.3: white space and comments inside an address', 'John Doe <jdoe@machine(comment).  example>', ['John Doe <jdoe@machine.example>'], ['obsolete-domain']],
    ['rfc5322 4.4: words in a local part', '"a". b @c', ['a.b@c'], ['whitespace-near-at', 'obsolete-local-part']],
    ['rfc5322 4.4: an empty word in a local part', 'first."".last@c', ['"first..last"@c'], ['obsolete-local-part']],
    ['rfc5322 4.2: a line of white space', 'a@b,\r\n \r\n c@d', ['a@b', 'c@d'], ['obsolete-whitespace']],
    ['rfc5322 4.1: control characters', '"a\x01" <b@c> (\x02)', ['a\x01 <b@c>'], ['obsolete-control-character']],
    ['rfc5322 4.1: a quoted control character', '"a\\\n" <b@c>', ['a\n <b@c>'], ['obsolete-quoted-pair']],
    ['rfc5322 4.4: a comma at the end', 'a@b,', ['a@b'], ['empty-element']],
    ['rfc5322 4.4: commas in a group', 'g: ,, a@b, ;', ['g:a@b;'], ['empty-element']],
    ['rfc5322 4.4: a comment between commas', 'a@b, (c), d@e', ['a@b', 'd@e'], ['empty-element']],
    ['rfc5322 4.4: a backslash in a literal', 'a@[x\\]y]', ['?a@[x\\]y]'], ['obsolete-quoted-pair']],
    ['rfc5322 4.4: commas in a route', '<@a,,@b:c@d>', ['c@d'], ['obsolete-route']],
  ])('%s', (_, text, entries, defects) => {
    expect(read(text)).toEqual({ entries, defects });
    expect(parseAddressList(text).defects.every(({ obsolete }) => obsolete)).toBe(true);
  });
});

describe('malformed', () => {
  test.each<[name: string, text: string, entries: string[], defects: string[]]>([
    ['a name without address', 'John Doe', ['John Doe <?@>'], ['expected-address']],
    ['a comma in a display name', 'Joe, PhD <j@e.com>, Jane, MD <jane@e.com>', ['Joe, PhD <j@e.com>', 'Jane, MD <jane@e.com>'], ['expected-address', 'expected-address']],
    ['a name, a bare address', 'SomeName, joe@example.com', ['SomeName <?@>', 'joe@example.com'], ['expected-address']],
    ['a name, an empty element, a name with address', 'A,, B <b@c>', ['A <?@>', 'B <b@c>'], ['expected-address', 'empty-element']],
    ['a name, a nameless address', 'A, <b@c>', ['A <?@>', 'b@c'], ['expected-address']],
    ['a comma in a display name, in a group', 'g: A, B <b@c>;', ['g:A, B <b@c>;'], ['expected-address']],
    ['a name before a bare address', 'Ima Fool@iana.org', ['Ima <Fool@iana.org>'], ['expected-angle-bracket']],
    ['an address as display name', 'a@b <c@d>', ['a@b <c@d>'], ['unexpected-character']],
    ['two addresses without comma', 'a@b c@d', ['c@d <a@b>'], ['expected-comma']],
    ['a line feed instead of a comma', 'a@b\nc@d', ['c@d <a@b>'], ['bad-folding', 'expected-comma']],
    ['a CRLF that is no folding', 'a@b\r\nc@d', ['c@d <a@b>'], ['bad-folding', 'expected-comma']],
    ['semicolons between addresses', 'a@b; c@d', ['a@b', 'c@d'], ['unexpected-semicolon']],
    ['a group without semicolon', 'g: a@b', ['g:a@b;'], ['unclosed-group']],
    ['a group without name', ': a@b;', [':a@b;'], ['expected-group-name']],
    ['groups in a group', 'Main:Sub1:a@b.com;, Sub2:c@d.com;;', ['Main:a@b.com;', 'Sub2:c@d.com;'], ['nested-group', 'unexpected-semicolon']],
    ['text behind a group', 'g:; a@b', ['g:;', 'a@b'], ['expected-comma']],
    ['nothing in angle brackets', 'John <>', ['John <?@>'], ['empty-address']],
    ['angle brackets without end', 'John <a@b', ['John <a@b>'], ['unclosed-angle-bracket']],
    ['angle brackets without end, another address', '<a@b, c@d', ['a@b', 'c@d'], ['unclosed-angle-bracket']],
    ['angle brackets in angle brackets', 'Name <<user@example.com>>', ['Name <user@example.com>'], ['unexpected-character', 'expected-comma', 'unexpected-character']],
    ['two addresses in angle brackets', '<a@b c@d>', ['a@b'], ['unexpected-character']],
    ['no domain', 'a@', ['?a@'], ['expected-domain']],
    ['no @ in angle brackets', '<a>', ['?a@'], ['expected-domain']],
    ['no local part', '@b', ['?@b'], ['expected-local-part']],
    ['no local part in angle brackets', '<@b>', ['?@b'], ['obsolete-route', 'expected-local-part']],
    ['a route without colon', '<@a @b c@d>', ['c@d'], ['obsolete-route', 'bad-route', 'bad-route']],
    ['dots in wrong places: as docomo.ne.jp has them', 'a..b.@docomo.ne.jp', ['"a..b."@docomo.ne.jp'], ['misplaced-dot', 'misplaced-dot']],
    ['dots in wrong places of the domain too', '.a..b.@.c..d.', ['?.a..b.@.c..d.'], ['misplaced-dot', 'misplaced-dot', 'misplaced-dot', 'misplaced-dot', 'misplaced-dot', 'misplaced-dot']],
    ['a quote without end', '"unclosed@example.com, b@c', ['unclosed@example.com', 'b@c'], ['unclosed-quote']],
    ['a comment without end', 'a@b (c, d@e', ['c, d@e <a@b>'], ['unclosed-comment']],
    ['a literal without end', 'a@[b, c@d', ['?a@[b', 'c@d'], ['unclosed-literal']],
    ['a backslash', 'a\\@b@c', ['@c <?a\\@b>'], ['unexpected-character', 'expected-comma']],
    ['stray specials', 'a) ] b <c@d>', ['a) ] b <c@d>'], ['unexpected-character', 'unexpected-character']],
    ['a NUL is kept, and makes no address', 'a\0b@c', ['?a\0b@c'], ['unexpected-character']],
    ['a NUL in a quoted string', '"a\0b"@c', ['?a\0b@c'], ['unexpected-character']],
    ['a CR in a quoted string is kept, and makes no address', '"a\rb"@c', ['?a\rb@c'], ['bad-folding']],
    ['a CRLF without white space in a quoted string, the same', '"a\r\nb"@c', ['?a\r\nb@c'], ['bad-folding']],
    ['a parenthesis in a local part makes no address', 'a)b@c', ['?a)b@c'], ['unexpected-character']],
  ])('%s', (_, text, entries, defects) => {
    expect(read(text)).toEqual({ entries, defects });
  });

  test.each([
    ['a quoted string', '"attacker@evil.example" <a@b>'],
    ['a quoted local part', '"attacker@evil.example x"@a.b'],
    ['a comment', 'a@b (attacker@evil.example)'],
    ['a comment in a comment', 'a@b ((x) <attacker@evil.example>)'],
    ['an encoded word', '=?utf-8?q?attacker=40evil.example?= <a@b>'],
    ['text behind an address', 'a@b <attacker@evil.example'.replace('<', ' ')],
    ['text behind a line feed', 'a@b\nattacker@evil.example'],
  ])('injection: no address is made out of %s', (_, text) => {
    const { addresses } = parseAddressList(text);
    expect(addresses).toHaveLength(1);
    expect((addresses[0] as HeaderMailbox).domain).toMatch(/^(?:b|a\.b)$/);
  });
});

test('words, comments, route, offsets: what stood where', () => {
  const text = ' "J. D." =?utf-8?q?x?=(c1) <@r1,@r2:j@d> (c2), k@e';
  expect(parseAddressList(text).addresses[0]).toMatchObject({
    displayName: 'J. D. =?utf-8?q?x?=',
    words: [{ text: 'J. D.', kind: 'quoted', spaced: false }, { text: '=?utf-8?q?x?=', kind: 'atom', spaced: true }],
    route: ['r1', 'r2'],
    comments: ['c1', 'c2'],
    start: 1,
    end: 45,
  });
  expect(text.slice(1, 45)).toBe('"J. D." =?utf-8?q?x?=(c1) <@r1,@r2:j@d> (c2)');
});

test('plain mailboxes mean what the whole grammar says: a comment behind each, which takes them there, changes nothing else', () => {
  const random = new SeededRandom(5322);
  const names = ['', 'Jane ', 'Jane Doe ', 'Jane  Doe\t', 'a b c d ', '"Doe, Jane" ', '"" ', '"a b"', '=?utf-8?q?J=C3=A4ne?= =?utf-8?q?x?= ', 'Jörg ß ', 'J. Doe ', '"a" b ', '"x\\"y" ', `${'long '.repeat(60)}`, '<'];
  const addresses = ['jane@example.com', '<jane@example.com>', '< jane@example.com >', '"a b"@example.com', '<"a.b"@example.com>', 'jörg@exämple.com', '<a@[192.0.2.1]>', 'a.@b', '<a@b', 'a@b c', '<a@b_c>', '<>', 'a@b>', '<a@b>x'];
  const entry = (): string => random.pick(names) + random.pick(addresses);
  const strip = (value: AddressOrGroup): unknown => (value.type === 'group' ? { ...value, start: 0, end: 0, members: value.members.map(strip) } : { ...value, words: value.words, comments: [], start: 0, end: 0 });
  for (let round = 0; round < 2000; round++) {
    const entries = Array.from({ length: random.integer(1, 4) }, entry);
    const plain = parseAddressList(entries.join(', '));
    const commented = parseAddressList(entries.map((text) => `${text} ()`).join(', '));
    expect(plain.addresses.map(strip)).toEqual(commented.addresses.map(strip));
    expect(plain.defects.map(({ code }) => code)).toEqual(commented.defects.map(({ code }) => code));
  }
});

test('parseMailboxList: members of a group stand in the list, with a defect', () => {
  const { mailboxes, defects } = parseMailboxList('a@b, g: c@d, e@f;');
  expect(mailboxes.map(show)).toEqual(['a@b', 'c@d', 'e@f']);
  expect(defects).toEqual([{ code: 'unexpected-group', at: 5, obsolete: false }]);
});

describe('limits', () => {
  const codes = (text: string, limits = {}): string[] => parseAddressList(text, limits).defects.map(({ code }) => code);

  test('LIMIT_ADDRESSES: the default is 10,000; the rest is not read', () => {
    const { addresses, defects } = parseAddressList('a@b,'.repeat(10_001));
    expect([addresses.length, defects.map(({ code, at }) => [code, at])]).toEqual([10_000, [['LIMIT_ADDRESSES', 40_000]]]);
  });

  test('LIMIT_ADDRESSES: counts the members of groups', () => {
    const { addresses, defects } = parseAddressList('g: a@b, c@d;, e@f', { addresses: 2 });
    expect([addresses.map(show), defects.map(({ code }) => code)]).toEqual([['g:a@b,c@d;'], ['LIMIT_ADDRESSES']]);
  });

  test('LIMIT_DEPTH: the default is 32; the comment is skipped all the same', () => {
    const nested = (depth: number): string => `a@b ${'('.repeat(depth)}${')'.repeat(depth)}, c@d`;
    expect(codes(nested(32))).toEqual([]);
    expect(codes(nested(33))).toEqual(['LIMIT_DEPTH']);
    expect(codes(nested(3), { depth: 2 })).toEqual(['LIMIT_DEPTH']);
    expect(parseAddressList(nested(100_000)).addresses.map((entry) => (entry as HeaderMailbox).localPart)).toEqual(['a', 'c']);
  });

  test('defects: 100 faults and one of each obsolete form are kept', () => {
    expect(codes('a b@c, '.repeat(1000)).length).toBe(101);
    expect(codes('a . b@c, '.repeat(1000)).sort()).toEqual(['empty-element', 'obsolete-local-part']);
  });
});
