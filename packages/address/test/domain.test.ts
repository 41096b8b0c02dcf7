import { describe, expect, test } from 'vitest';
import { canonicalDomain, parseAddressLiteral, parseDomain, toAscii, toUnicode } from '@mailwright/address';
import type { AddressError, AddressLiteral } from '@mailwright/address';
import { decodePunycode } from '../src/punycode.ts';

describe('parseDomain', () => {
  test.each(['example', 'mail.example.com', '1.2.3', 'a-b.c--d.com', 'r3---sn.example', 'bücher.example', 'XN--BCHER-KVA.example', '例え.テスト'])('rfc5321 4.1.2: %s', (domain) => {
    expect(parseDomain(domain)).toEqual({ ok: true, value: domain, end: domain.length });
  });

  test.each<[domain: string, error: AddressError, at: number]>([
    ['', 'expected-domain', 0],
    [' ', 'expected-domain', 0],
    ['.', 'bad-domain', 0],
    ['a.', 'bad-domain', 2],
    ['-a', 'bad-domain', 0],
    ['a-', 'bad-domain', 2],
    ['a b', 'trailing-text', 1],
    ['a_b', 'trailing-text', 1],
    ['[192.0.2.1]', 'expected-domain', 0],
    ['a\r\n', 'trailing-text', 1],
    ['x'.repeat(64), 'label-too-long', 0],
    ['-ü.de', 'bad-domain', 0],
    ['xn--ü.de', 'bad-domain', 0],
    ['ab--ü.de', 'bad-domain', 0],
  ])('rfc5321 4.1.2: %j -> refused', (domain, error, at) => {
    expect(parseDomain(domain)).toEqual({ ok: false, error, at });
  });
});

describe('parseAddressLiteral', () => {
  test.each<[text: string, literal: AddressLiteral]>([
    ['[192.0.2.1]', { kind: 'IPv4', tag: '', address: '192.0.2.1' }],
    ['[192.000.002.001]', { kind: 'IPv4', tag: '', address: '192.0.2.1' }],
    ['[IPv6:2001:DB8:0:0:1:0:0:1]', { kind: 'IPv6', tag: 'IPv6', address: '2001:db8::1:0:0:1' }],
    ['[ipv6:::]', { kind: 'IPv6', tag: 'ipv6', address: '::' }],
    ['[IPv6:::1]', { kind: 'IPv6', tag: 'IPv6', address: '::1' }],
    ['[IPv6:fe80::]', { kind: 'IPv6', tag: 'IPv6', address: 'fe80::' }],
    ['[IPv6:1:2:3:4:5:6:7:8]', { kind: 'IPv6', tag: 'IPv6', address: '1:2:3:4:5:6:7:8' }],
    ['[IPv6:1:2:3:4:5:6:192.0.2.1]', { kind: 'IPv6', tag: 'IPv6', address: '1:2:3:4:5:6:c000:201' }],
    ['[IPv6:::ffff:192.0.2.1]', { kind: 'IPv6', tag: 'IPv6', address: '::ffff:c000:201' }],
    ['[IPv6:1:0:3:4:5:6:7:8]', { kind: 'IPv6', tag: 'IPv6', address: '1:0:3:4:5:6:7:8' }],
    ['[future-tag:any.thing]', { kind: 'General', tag: 'future-tag', address: 'any.thing' }],
  ])('rfc5321 4.1.3: %s', (text, literal) => {
    expect(parseAddressLiteral(text)).toEqual({ ok: true, value: literal, end: text.length });
  });

  test.each([
    '', '[]', '192.0.2.1', '[192.0.2.1', '[192.0.2]', '[192.0.2.1.1]', '[192.0.2.256]', '[192.0.2.0001]', '[192.0.2.]', '[0x7f.0.0.1]', '[ 192.0.2.1]',
    '[IPv6:]', '[IPv6:1:2:3:4:5:6:7]', '[IPv6:1:2:3:4:5:6:7:8:9]', '[IPv6:1::2::3]', '[IPv6:1:::2]', '[IPv6:1:2:3:4:5:6:7::]', '[IPv6::1]', '[IPv6:1::2:]',
    '[IPv6:12345::]', '[IPv6:g::]', '[IPv6:192.0.2.1::]', '[IPv6:1:192.0.2.1:2::]', '[IPv6:1:2:3:4:5:6:7:192.0.2.1]', '[IPv6:::192.0.2.1.1]', '[IPv6:fe80::1%eth0]',
    '[tag-:x]', '[:x]', '[tag:]', '[t_g:x]', '[tag:a b]', '[tag:a]b]', '[tag:a\\]]', '[tag:\r\n]', '[IPv6:1:2:3:4:5:6::7:8]', '[IPv6:1:2:3:4:5:6::192.0.2.1]',
  ])('rfc5321 4.1.3: %j -> refused', (text) => {
    expect(parseAddressLiteral(text).ok).toBe(false);
  });

  test.each(['[2001:db8::1]', '[fe80::]', '[1:2:3:4:5:6:7:8]'])('rfc5321 4.1.3: an IPv6 address without tag, %s -> refused', (text) => {
    expect(parseAddressLiteral(text)).toEqual({ ok: false, error: 'bad-address-literal', at: 1 });
  });

  test('limits: a literal of 10^5 characters -> refused at 255', () => {
    expect(parseAddressLiteral(`[IPv6:${'1:'.repeat(50_000)}]`)).toEqual({ ok: false, error: 'domain-too-long', at: 255 });
  });
});

describe('idna', () => {
  test.each([
    ['Bücher.Example', 'xn--bcher-kva.example', 'bücher.example'],
    ['уайлддак.орг', 'xn--80aalaxjd5d.xn--c1avg', 'уайлддак.орг'],
    ['с-балалайкой.рф', 'xn----8sbaac5cahfb0b0a.xn--p1ai', 'с-балалайкой.рф'],
    ['उदाहरण.कॉम', 'xn--p1b6ci4b4b3a.xn--11b4c3d', 'उदाहरण.कॉम'],
    ['straße.de', 'xn--strae-oqa.de', 'straße.de'],
    ['bu\u0308cher.example', 'xn--bcher-kva.example', 'bücher.example'],
    ['ü.123', 'xn--tda.123', 'ü.123'],
    ['نامه\u200cای.com', 'xn--mgba3gch31f060k.com', 'نامه\u200cای.com'],
    ['😀.example', 'xn--e28h.example', '😀.example'],
    ['MAIL.Example.COM', 'mail.example.com', 'mail.example.com'],
  ])('rfc5891 4.4, 5.2: %s <-> %s', (domain, ascii, unicode) => {
    expect(toAscii(domain)).toBe(ascii);
    expect(toUnicode(ascii)).toBe(unicode);
    expect(toAscii(toUnicode(ascii))).toBe(ascii);
    expect(canonicalDomain(domain)).toBe(ascii);
  });

  test.each([
    ['a zero-width space', 'exam\u200bple.com'],
    ['a zero-width joiner where none belongs', 'exam\u200dple.com'],
    ['a zero-width non-joiner where none belongs', 'bü\u200ccher.com'],
    ['a word joiner', 'bü\u2060cher.com'],
    ['a byte order mark', '\ufeffbücher.com'],
    ['a soft hyphen', 'bü\u00adcher.com'],
    ['a variation selector', 'bü\ufe0fcher.com'],
    ['a right-to-left override', 'bü\u202echer.com'],
    ['a full-width letter', 'ｅxample.com'],
    ['a full-width dot', 'bücher．com'],
    ['an ideographic full stop', '例え。jp'],
    ['a compatibility character', '℀.com'],
    ['a micro sign', 'µ.example'],
    ['a combining mark first', '\u0308a.example'],
    ['a lone surrogate', '\ud800.com'],
    ['a slash', 'ü/x.com'],
    ['a port', 'ü:25'],
    ['a user part', 'x@ü.com'],
    ['a percent escape', 'ü%41.com'],
    ['an underscore', 'a_ü.com'],
    ['a blank', 'ü .com'],
    ['an empty label', 'ü..com'],
    ['a dot at the end', 'ü.'],
    ['a label too long as A-label', `${'ü'.repeat(60)}.com`],
    ['an A-label that is not Punycode', 'xn--example.com'],
    ['an A-label of ASCII only', 'xn--abc-.com'],
    ['an A-label that URL would map', 'xn--u-ccb.com'],
    ['an empty A-label', 'xn--.com'],
    ['mixed directions in one label', 'لاa.com'],
  ])('rfc5891 4.2: %s -> no A-label', (_, domain) => {
    expect(toAscii(domain)).toBe(undefined);
  });

  test('toUnicode: a label that is no A-label stays', () => {
    expect(toUnicode('XN--example.xn--bcher-kva')).toBe('xn--example.bücher');
  });

  test.each([
    ['[IPv6:2001:DB8:0:0::A]', '[IPv6:2001:db8::a]'],
    ['[ipv6:::ffff:192.0.2.1]', '[IPv6:::ffff:c000:201]'],
    ['[192.000.002.001]', '[192.0.2.1]'],
    ['[Future-Tag:Any]', '[future-tag:any]'],
    ['[No Literal', '[no literal'],
    ['Under_score.Example', 'under_score.example'],
  ])('canonicalDomain: %s -> %s', (domain, canonical) => {
    expect(canonicalDomain(domain)).toBe(canonical);
  });

  test('rfc5890 2.3.2.1: an A-label among U-labels has to be one', () => {
    expect([toAscii('ü.xn--bcher-kva'), toAscii('Ü.XN--BCHER-KVA'), toAscii('ü.xn--example')]).toEqual(['xn--tda.xn--bcher-kva', 'xn--tda.xn--bcher-kva', undefined]);
  });

  test.each([
    ['egbpdaj6bu4bxfgehfvwxn', 'ليهمابتكلموشعربي؟'],
    ['ihqwcrb4cv8a8dqg056pqjye', '他们为什么不说中文'],
    ['Proprostnemluvesky-uyb24dma41a', 'Pročprostěnemluvíčesky'],
    ['3B-ww4c5e180e575a65lsy2b', '3年B組金八先生'],
    ['', ''],
    ['a-', 'a'],
  ])('rfc3492 7.1: %s', (encoded, decoded) => {
    expect(decodePunycode(encoded)).toBe(decoded);
  });

  test.each(['a-b', '99999999', '999999b', 'é', 'a b', 'x'.repeat(64), 'ab_', 'a-9999999a'])('rfc3492 6.2: %j -> undefined', (encoded) => {
    expect(decodePunycode(encoded)).toBe(undefined);
  });
});
