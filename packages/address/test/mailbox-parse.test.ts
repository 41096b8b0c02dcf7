import { describe, expect, test } from 'vitest';
import { address, equalMailboxes, mailbox, parseMailbox, parseMailboxAt, parsePath } from '@mailwright/address';
import type { AddressError, Mailbox } from '@mailwright/address';
import { SeededRandom } from '../../testing/src/seeded-random.ts';

const value = (text: string): Mailbox => {
  const parsed = parseMailbox(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error} at ${parsed.at}`);
  return parsed.value;
};

describe('parseMailbox', () => {
  test.each<[name: string, text: string, localPart: string, domain: string, canonical: string]>([
    ['an ordinary address', 'jane.doe@example.com', 'jane.doe', 'example.com', 'jane.doe@example.com'],
    ['all of atext', "!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~", 'example.com', "!#$%&'*+-/=?^_`{|}~@example.com"],
    ['a domain of one label', 'a@b', 'a', 'b', 'a@b'],
    ['a domain of digits', 'a@123.123', 'a', '123.123', 'a@123.123'],
    ['upper case is kept', 'Jane@Example.COM', 'Jane', 'Example.COM', 'Jane@Example.COM'],
    ['needless quotes go', '"jane"@example.com', 'jane', 'example.com', 'jane@example.com'],
    ['needless backslashes go', '"j\\ane\\ d"@example.com', 'jane d', 'example.com', '"jane d"@example.com'],
    ['needed quotes stay', '"a@b"@example.com', 'a@b', 'example.com', '"a@b"@example.com'],
    ['quote and backslash', '"a\\"\\\\b"@example.com', 'a"\\b', 'example.com', '"a\\"\\\\b"@example.com'],
    ['an empty quoted local part', '""@example.com', '', 'example.com', '""@example.com'],
    ['dots that need quotes', '"a..b"@example.com', 'a..b', 'example.com', '"a..b"@example.com'],
    ['a dot at the end that needs quotes', '"a."@example.com', 'a.', 'example.com', '"a."@example.com'],
    ['an IPv4 literal', 'a@[192.0.2.1]', 'a', '[192.0.2.1]', 'a@[192.0.2.1]'],
    ['an IPv6 literal', 'a@[IPv6:2001:db8::1]', 'a', '[IPv6:2001:db8::1]', 'a@[IPv6:2001:db8::1]'],
  ])('rfc5321 4.1.2: %s', (_, text, localPart, domain, canonical) => {
    expect(value(text)).toEqual({ localPart, domain, address: canonical, needsUtf8: false });
  });

  test.each<[name: string, text: string, localPart: string, domain: string, canonical: string]>([
    ['a UTF-8 local part', 'Pelé@example.com', 'Pelé', 'example.com', 'Pelé@example.com'],
    ['a UTF-8 quoted local part', '"Pelé 10"@example.com', 'Pelé 10', 'example.com', '"Pelé 10"@example.com'],
    ['U-labels', 'андрис@уайлддак.орг', 'андрис', 'уайлддак.орг', 'андрис@уайлддак.орг'],
    ['code points beyond U+FFFF', '😀@example.com', '😀', 'example.com', '😀@example.com'],
  ])('rfc6531 3.3: %s needs SMTPUTF8', (_, text, localPart, domain, canonical) => {
    expect(value(text)).toEqual({ localPart, domain, address: canonical, needsUtf8: true });
  });

  test('rfc6531 3.3: an A-label does not need SMTPUTF8', () => {
    expect(value('jane@xn--bcher-kva.example').needsUtf8).toBe(false);
  });

  test.each<[name: string, text: string, error: AddressError, at: number]>([
    ['nothing', '', 'expected-local-part', 0],
    ['only an @', '@', 'expected-local-part', 0],
    ['no local part', '@example.com', 'expected-local-part', 0],
    ['no @', 'example.com', 'expected-at', 11],
    ['no domain', 'a@', 'expected-domain', 2],
    ['a dot first', '.a@b', 'bad-local-part', 0],
    ['a dot last', 'a.@b', 'bad-local-part', 1],
    ['two dots', 'a..b@c', 'bad-local-part', 1],
    ['a blank', 'a b@c', 'bad-local-part', 1],
    ['a blank first', ' a@b', 'expected-local-part', 0],
    ['a blank behind', 'a@b ', 'trailing-text', 3],
    ['a comment', 'a(x)@b', 'bad-local-part', 1],
    ['a backslash', 'a\\b@c', 'bad-local-part', 1],
    ['two @', 'a@b@c', 'bad-domain', 3],
    ['a quote that is not closed', '"a@b', 'unclosed-quote', 4],
    ['a backslash at the end', '"a\\', 'unclosed-quote', 3],
    ['text behind the quote', '"a"b@c', 'bad-local-part', 3],
    ['a quoted word among others', 'a."b"@c', 'bad-local-part', 1],
    ['an underscore in the domain', 'a@b_c', 'bad-domain', 3],
    ['a hyphen first in a label', 'a@-b', 'bad-domain', 2],
    ['a hyphen last in a label', 'a@b-.c', 'bad-domain', 4],
    ['an empty label', 'a@b..c', 'bad-domain', 4],
    ['a dot behind the domain', 'a@b.', 'bad-domain', 4],
    ['a dot before the domain', 'a@.b', 'bad-domain', 2],
    ['a display name', 'A <a@b>', 'bad-local-part', 1],
    ['a list', 'a@b,c@d', 'trailing-text', 3],
    ['an A-label that stands for nothing', 'a@xn--example.com', 'bad-domain', 2],
    ['a literal without its bracket', 'a@[1.2.3.4', 'bad-address-literal', 10],
    ['text behind a literal', 'a@[1.2.3.4]x', 'bad-address-literal', 11],
    ['a text literal without tag', 'a@[example]', 'bad-address-literal', 3],
    ['UTF-8 behind a backslash', '"a\\é"@b', 'bad-local-part', 3],
    ['a lone surrogate', '\ud800@b', 'bad-local-part', 0],
    ['a C1 control', 'a\u0085@b', 'bad-local-part', 0],
    ['a full-width domain', 'a@ｅxample.com', 'bad-domain', 2],
    ['a zero-width space in the domain', 'a@exam\u200bple.com', 'bad-domain', 2],
    ['an ideographic full stop', 'a@例え。jp', 'bad-domain', 2],
  ])('rfc5321 4.1.2: %s -> refused', (_, text, error, at) => {
    expect(parseMailbox(text)).toEqual({ ok: false, error, at });
  });

  test.each([
    ['CR', '\r'], ['LF', '\n'], ['NUL', '\0'], ['DEL', '\x7f'], ['TAB', '\t'], ['CRLF', '\r\n'],
  ])('injection: %s anywhere -> refused', (_, control) => {
    for (const text of ['jane@example.com', '"jane doe"@example.com', 'jane@[192.0.2.1]', 'é@example.com']) {
      for (let at = 0; at <= text.length; at++) expect(parseMailbox(text.slice(0, at) + control + text.slice(at)).ok).toBe(false);
    }
    expect(parseMailbox(`"a\\${control}b"@c`).ok).toBe(false);
  });

  test.each<[name: string, text: string, error: AddressError | undefined]>([
    ['a local part of 64 octets', `${'x'.repeat(64)}@b`, undefined],
    ['a local part of 65 octets', `${'x'.repeat(65)}@b`, 'local-part-too-long'],
    ['a quoted local part of 64 octets', `"${'x'.repeat(62)}"@b`, undefined],
    ['a quoted local part of 65 octets', `"${'x'.repeat(63)}"@b`, 'local-part-too-long'],
    ['a quoted local part without end', `"${'x'.repeat(100_000)}`, 'local-part-too-long'],
    ['a UTF-8 local part of 64 octets', `${'é'.repeat(32)}@b`, undefined],
    ['a UTF-8 local part of 66 octets', `${'é'.repeat(33)}@b`, 'local-part-too-long'],
    ['a label of 63 octets', `a@${'x'.repeat(63)}.com`, undefined],
    ['a label of 64 octets', `a@${'x'.repeat(64)}.com`, 'label-too-long'],
    ['a U-label whose A-label is too long', `a@${'ü'.repeat(60)}.com`, 'bad-domain'],
    ['a mailbox of 254 octets', `${'x'.repeat(9)}@${'x.'.repeat(121)}xx`, undefined],
    ['a mailbox of 255 octets', `${'x'.repeat(10)}@${'x.'.repeat(121)}xx`, 'path-too-long'],
    ['a domain of 256 octets', `a@${'x.'.repeat(127)}xx`, 'domain-too-long'],
    ['a domain of 100,001 octets', `a@${'xn--bcher-kva.'.repeat(7143)}com`, 'domain-too-long'],
  ])('rfc5321 4.5.3.1: %s', (_, text, error) => {
    const parsed = parseMailbox(text);
    expect(parsed.ok ? undefined : parsed.error).toBe(error);
  });

  test('parseMailboxAt: stops behind the mailbox', () => {
    expect(parseMailboxAt('TO:a@b SIZE=1', 3)).toEqual({ ok: true, value: value('a@b'), end: 6 });
    expect(parseMailboxAt('<"a b"@[192.0.2.1]>', 1)).toEqual({ ok: true, value: value('"a b"@[192.0.2.1]'), end: 18 });
  });

  test('inverse law: what parsing gives is what its canonical spelling gives, and mailbox() makes the same of its parts', () => {
    const random = new SeededRandom(5321);
    for (let round = 0; round < 2000; round++) {
      const localPart = random.text('abc.. "\\@<>,:;[]()é😀', random.integer(0, 12));
      const wellFormed = /^(?:[^\ud800-\udfff]|[\ud800-\udbff][\udc00-\udfff])*$/.test(localPart);
      if (!wellFormed) continue;
      const made = mailbox(localPart, random.pick(['example.com', '[192.0.2.1]', 'bücher.example', 'xn--bcher-kva.example']));
      expect(made.localPart).toBe(localPart);
      expect(value(made.address)).toEqual(made);
    }
  });
});

describe('parsePath', () => {
  test.each<[name: string, text: string, canonical: string | null, end: number]>([
    ['a path', '<jane@example.com>', 'jane@example.com', 18],
    ['what follows stays', '<a@b> SIZE=1', 'a@b', 5],
    ['a quoted local part with >', '<"a>b"@c>', '"a>b"@c', 9],
    ['the null path', '<>', null, 2],
    ['Postmaster without domain', '<Postmaster>', 'Postmaster', 12],
    ['postmaster in any case', '<pOSTMASTER>', 'pOSTMASTER', 12],
    ['Postmaster with domain', '<Postmaster@b>', 'Postmaster@b', 14],
    ['a source route', '<@a:b@c>', 'b@c', 8],
    ['a longer source route', '<@a.example,@b.example:c@d>', 'c@d', 27],
    ['a literal', '<a@[IPv6:::1]>', 'a@[IPv6:::1]', 14],
  ])('rfc5321 4.1.2: %s', (_, text, canonical, end) => {
    const parsed = parsePath(text, 0);
    expect(parsed.ok && { address: parsed.value?.address ?? null, end: parsed.end }).toEqual({ address: canonical, end });
  });

  test('rfc5321 4.1.1.3: Postmaster -> a mailbox without domain', () => {
    expect(parsePath('TO:<Postmaster>', 3)).toEqual({ ok: true, value: { localPart: 'Postmaster', domain: '', address: 'Postmaster', needsUtf8: false }, end: 15 });
  });

  test.each<[name: string, text: string, error: AddressError, at: number]>([
    ['no bracket', 'a@b', 'expected-bracket', 0],
    ['nothing', '', 'expected-bracket', 0],
    ['no closing bracket', '<a@b', 'expected-closing-bracket', 4],
    ['a blank before the bracket', '<a@b >', 'expected-closing-bracket', 4],
    ['a blank behind the bracket', '< a@b>', 'expected-local-part', 1],
    ['two mailboxes', '<a@b,c@d>', 'expected-closing-bracket', 4],
    ['no @', '<user>', 'expected-at', 5],
    ['Postmaster and more', '<Postmasters>', 'expected-at', 12],
    ['brackets in brackets', '<<a@b>>', 'expected-local-part', 1],
    ['a route without colon', '<@a,@b>', 'bad-source-route', 6],
    ['a route without @', '<@a,b:c@d>', 'bad-source-route', 4],
    ['a route without mailbox', '<@a:>', 'expected-local-part', 4],
    ['a route without comma', '<@a@b:c@d>', 'bad-source-route', 3],
    ['a literal in a route', '<@[192.0.2.1]:a@b>', 'bad-source-route', 2],
    ['a hash in the domain', '<user@example.com#>', 'bad-domain', 17],
  ])('rfc5321 4.1.2: %s -> refused', (_, text, error, at) => {
    expect(parsePath(text, 0)).toEqual({ ok: false, error, at });
  });

  test.each<[name: string, octets: number, ok: boolean]>([['256 octets', 256, true], ['257 octets', 257, false]])('rfc5321 4.5.3.1.3: a path of %s', (_, octets, ok) => {
    const route = '<@a.example:b@';
    const domain = `${'x.'.repeat(200)}`.slice(0, octets - route.length - 2) + 'x';
    const path = `${route}${domain.replace('..', '.')}>`;
    expect(path.length).toBe(octets);
    const parsed = parsePath(path, 0);
    expect(parsed.ok ? 'ok' : parsed.error).toBe(ok ? 'ok' : 'path-too-long');
  });

  test('limits: a source route of 10^5 domains -> refused before its end', () => {
    expect(parsePath(`<${'@a,'.repeat(100_000)}@b:c@d>`, 0)).toEqual({ ok: false, error: 'bad-source-route', at: 1 });
  });
});

describe('callers', () => {
  test.each(['', 'jane', 'Jane <jane@example.com>', '<jane@example.com>', 'a@b\r\nRCPT TO:<c@d>', 'a@b, c@d', ' a@b'])('address(%j) -> TypeError that names it', (text) => {
    expect(() => address(text)).toThrow(TypeError);
    expect(() => address(text)).toThrow(JSON.stringify(text));
  });

  test('address: a good one -> its mailbox', () => {
    expect(address('jane@example.com')).toEqual(mailbox('jane', 'example.com'));
  });

  test.each<[localPart: string, domain: string]>([
    ['a\r\n', 'b'], ['a\0', 'b'], ['a', ''], ['a', 'b\r\n'], ['a', 'b.'], ['a', 'b c'], ['a', '[1.2.3.4'], ['x'.repeat(65), 'b'], ['\ud800', 'b'], ['"'.repeat(40), 'b'], ['a', 'x'.repeat(64)],
  ])('mailbox(%j, %j) -> TypeError', (localPart, domain) => {
    expect(() => mailbox(localPart, domain)).toThrow(TypeError);
  });

  test('equalMailboxes: the domain in any case and form, the local part as it is', () => {
    expect(equalMailboxes(address('a@Example.com'), address('a@example.COM'))).toBe(true);
    expect(equalMailboxes(address('a@Bücher.example'), address('a@xn--bcher-kva.example'))).toBe(true);
    expect(equalMailboxes(address('"a"@b'), address('a@b'))).toBe(true);
    expect(equalMailboxes(address('A@b'), address('a@b'))).toBe(false);
    expect(equalMailboxes(address('a@b'), address('a@c'))).toBe(false);
  });
});
