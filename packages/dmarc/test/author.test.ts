import { describe, expect, test } from 'vitest';
import { extractAuthor } from '@mailwright/dmarc';
import { parseHeaders } from '@mailwright/mime';
import { encodeLatin1, encodeUtf8 } from '@mailwright/wire';
import { SeededRandom } from '../../testing/src/seeded-random.ts';

const extract = (text: string): ReturnType<typeof extractAuthor> => {
  const octets = encodeUtf8(text);
  return extractAuthor(parseHeaders(octets), octets);
};
const word = (text: string): string => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;

describe('one author', () => {
  test.each([
    ['an address', 'jane@example.com', 'example.com'],
    ['a name and an address', 'Jane Doe <jane@example.com>', 'example.com'],
    ['letter case', 'JANE@Example.COM', 'example.com'],
    ['a quoted name with a comma', '"Doe, Jane" <jane@example.com>', 'example.com'],
    ['a quoted local part with an @', '"jane@evil.example"@example.com', 'example.com'],
    ['a comment', '(,) jane@example.com (Jane <x@evil.example>)', 'example.com'],
    ['folded', '\r\n Jane\r\n\t<jane@example.com>', 'example.com'],
    ['an encoded name', `${word('Jürgen, Doe')} <jane@example.com>`, 'example.com'],
    ['a dot in a name that is not quoted', 'J. Doe <jane@example.com>', 'example.com'],
    ['a comma too many', 'jane@example.com,', 'example.com'],
    ['rfc9989 5.3.1: a U-label', 'jane@bücher.example', 'xn--bcher-kva.example'],
    ['rfc5890 2.3.2.1: an A-label', 'jane@XN--BCHER-KVA.example', 'xn--bcher-kva.example'],
    ['an underscore', 'jane@my_host.example.com', 'my_host.example.com'],
    ['one label', 'root@localhost', 'localhost'],
    ['rfc5322 3.6.2: several authors of one domain', 'jane@example.com, Joe <joe@EXAMPLE.com>', 'example.com'],
    ['several authors, U-label and A-label of one domain', 'a@bücher.example, b@xn--bcher-kva.example', 'xn--bcher-kva.example'],
  ])('%s', (_name, value, domain) => {
    const author = extract(`From: ${value}\r\nTo: x@y.example\r\n\r\n`);
    expect(author).toMatchObject({ domain, problems: [] });
    expect(author.trace).toMatchObject([{ rfc: '9989 5.3.1', data: { domain } }]);
  });
});

describe('abuse: authors that readers see differently have no domain', () => {
  test.each([
    ['no From', 'To: a@b.example\r\n\r\n', ['no-from']],
    ['two fields', 'From: a@good.example\r\nFROM: b@evil.example\r\n\r\n', ['several-from-fields']],
    ['the same twice', 'From: a@good.example\r\nFrom: a@good.example\r\n\r\n', ['several-from-fields']],
    ['two domains', 'From: a@good.example, b@evil.example\r\n\r\n', ['several-domains']],
    ['nothing', 'From:\r\n\r\n', ['no-address']],
    ['a name alone', 'From: Jane\r\n\r\n', ['malformed', 'no-address']],
    ['empty brackets', 'From: <>\r\n\r\n', ['malformed', 'no-address']],
    ['a group', 'From: a: b@good.example;\r\n\r\n', ['group']],
    ['a group and something behind it', 'From: a@good.example:;b@evil.example\r\n\r\n', ['malformed', 'several-domains']],
    ['an empty group', 'From: undisclosed:;\r\n\r\n', ['group', 'no-address']],
    ['a route', 'From: <@good.example:b@evil.example>\r\n\r\n', ['source-route']],
    ['a space before the colon', 'From : a@good.example\r\n\r\n', ['space-before-colon']],
    ['a tab before the colon, and another From', 'From\t: a@good.example\r\nFrom: b@evil.example\r\n\r\n', ['several-from-fields', 'space-before-colon']],
    ['a NUL in the field', 'From: a@good.example\0b@evil.example\r\n\r\n', ['control-character', 'malformed']],
    ['a NUL in the name', 'From: "a\0b" <a@good.example>\r\n\r\n', ['control-character', 'malformed']],
    ['a bare CR in the field', 'From: a@good.example\r <b@evil.example>\r\n\r\n', ['control-character', 'malformed']],
    ['a bare CR in another field, and From behind it', 'From: a@good.example\r\nSubject: x\rFrom: b@evil.example\r\n\r\n', ['several-from-fields']],
    ['From with a NUL behind it', 'From\0: b@evil.example\r\nFrom: a@good.example\r\n\r\n', ['several-from-fields']],
    ['From with a control before it', '\x01From: b@evil.example\r\nFrom: a@good.example\r\n\r\n', ['several-from-fields']],
    ['From on a first line that is folded', ' From: b@evil.example\r\nFrom: a@good.example\r\n\r\n', ['several-from-fields']],
    ['a folded line of white space', 'From: a@good.example\r\n \r\n ,b@evil.example\r\n\r\n', ['obsolete-form', 'several-domains']],
    ['a comment in the domain', 'From: a@good.example(.evil.example)\r\n .com\r\n\r\n', ['obsolete-form']],
    ['spaces in the domain', 'From: a@good . example\r\n\r\n', ['obsolete-form']],
    ['two addresses without a comma', 'From: a@good.example b@evil.example\r\n\r\n', ['malformed']],
    ['two pairs of brackets', 'From: <a@good.example> <b@evil.example>\r\n\r\n', ['malformed']],
    ['an address where the name stands', 'From: a@good.example <b@evil.example>\r\n\r\n', ['malformed']],
    ['a quote that is not closed', 'From: "a <a@good.example>\r\n\r\n', ['malformed']],
    ['an address literal', 'From: a@[192.0.2.1]\r\n\r\n', ['bad-domain']],
    ['an empty label', 'From: a@good..example\r\n\r\n', ['malformed', 'bad-domain']],
    ['full-width letters', 'From: a@ｇood.example\r\n\r\n', ['bad-domain']],
    ['a zero-width character', 'From: a@go\u200bod.example\r\n\r\n', ['bad-domain']],
    ['mailsploit: an encoded word as local part', `From: ${word('a@good.example')}@evil.example\r\n\r\n`, ['encoded-address']],
    ['mailsploit: an encoded word with a NUL', `From: ${word('a@evil.example\0')} <a@evil.example>\r\n\r\n`, ['encoded-address']],
    ['an encoded word that shows an address', `From: ${word('a@good.example')} <b@evil.example>\r\n\r\n`, ['encoded-address']],
    ['an encoded word that shows brackets', `From: ${word('<a@good.example>,')} <b@evil.example>\r\n\r\n`, ['encoded-address']],
    ['a quoted encoded word', `From: "${word('a@good.example')}" <b@evil.example>\r\n\r\n`, ['encoded-address']],
    ['101 authors', `From: ${'a@good.example,'.repeat(101)}\r\n\r\n`, ['too-many-addresses']],
  ])('%s', (_name, text, problems) => {
    const author = extract(text);
    expect(author.domain).toBeUndefined();
    expect([...author.problems].sort()).toEqual([...problems].sort());
  });

  test('From with a NUL behind a hundred lines that are no field, and lines of other fields that say from', () => {
    expect(extract(`${'junk\r\n'.repeat(150)}From\0: b@evil.example\r\nFrom: a@good.example\r\n\r\n`).problems).toEqual(['several-from-fields']);
    expect(extract(`${'Received: x\n from: y\n'.repeat(60)}From: a@good.example\n\nFrom: body\n`).domain).toBe('good.example');
    expect(extract('From jane Mon Jan 1 00:00:00 2024\r\nFrom: a@good.example\r\n\r\n').domain).toBe('good.example');
  });

  test('a header section that was not read to its end', () => {
    const octets = encodeUtf8('From: a@good.example\r\nA: b\r\nFrom: b@evil.example\r\n\r\n');
    expect(extractAuthor(parseHeaders(octets, { headerFields: 2 }), octets)).toMatchObject({ domain: undefined, problems: ['header-limit'] });
  });

  test('octets that are not UTF-8 in the domain', () => {
    expect(extractAuthor(parseHeaders(encodeLatin1('From: a@b\xfccher.example\r\n\r\n')))).toMatchObject({ domain: undefined, problems: ['bad-domain'] });
    expect(extractAuthor(parseHeaders(encodeLatin1('From: J\xfcrgen <a@good.example>\r\n\r\n'))).domain).toBe('good.example');
  });

  test('a name with an address of another domain is told, and is no problem: lists write so', () => {
    expect(extract('From: "jane@good.example via List" <list@lists.example>\r\n\r\n')).toMatchObject({ domain: 'lists.example', addressInName: 'jane@good.example' });
    expect(extract('From: "jane@good.example" <jane@good.example>\r\n\r\n')).toMatchObject({ domain: 'good.example', addressInName: undefined });
  });

  test('long names cost no more than their length', () => {
    expect(extract(`From: "${'a'.repeat(50_000)}@" <a@good.example>\r\n\r\n`).domain).toBe('good.example');
    expect(extract(`From: ${`${word('a@')} `.repeat(2000)} <a@good.example>\r\n\r\n`).addresses).toEqual(['a@good.example']);
  });

  test('whatever the field is: one domain or problems, never both, never an exception', () => {
    const random = new SeededRandom(5322);
    const pieces = ['a', 'b.example', '@', '<', '>', ',', ';', ':', '"', '\\', '(', ')', ' ', '\r\n ', '\r', '\0', '[', ']', '=?utf-8?q?', '?=', 'é', '.', 'From: '];
    for (let round = 0; round < 3000; round++) {
      const author = extract(`From: ${Array.from({ length: random.integer(0, 15) }, () => random.pick(pieces)).join('')}\r\n\r\n`);
      expect(author.domain === undefined).toBe(author.problems.length > 0);
      if (author.domain !== undefined) expect(author.domains).toEqual([author.domain]);
    }
  });

  test('what can be read is told all the same', () => {
    expect(extract('From: a@good.example, Joe <b@evil.example>\r\n\r\n')).toMatchObject({ addresses: ['a@good.example', 'b@evil.example'], domains: ['good.example', 'evil.example'] });
  });
});
