import { describe, expect, test } from 'vitest';
import type { Part } from '@mailwright/mime';
import { buildMessage, buildPart, findParameter, messagePart, multipart, part, partToSign } from '@mailwright/mime';
import { BASE, octetsOf, parse, shapeOf, textOf } from './read-back.ts';

const TEXT = part({ content: 'a' });
const MESSAGE = messagePart('Subject: a\r\n\r\nb\r\n');
const SIGNATURE = { mediaType: 'application/pgp-signature', fileName: 'signature.asc', content: '-----BEGIN PGP SIGNATURE-----\r\n' };
const within = (body: Part): ReturnType<typeof parse> => parse(buildMessage({ ...BASE, body }));

describe('a tree made by hand', () => {
  test('rfc6522 3: a report', () => {
    const status = part({ mediaType: 'message/delivery-status', content: 'Reporting-MTA: dns; example.com\r\n\r\nAction: failed\r\n' });
    const message = within(multipart('report', [TEXT, status, MESSAGE], { parameters: { 'report-type': 'delivery-status' } }));
    expect(shapeOf(message)).toBe('report(text/plain, message/delivery-status, message/rfc822(text/plain))');
    expect(findParameter(message.parts[0]!.contentType, 'report-type')).toBe('delivery-status');
  });

  test('rfc2046 5.1.5: a digest', () => {
    expect(shapeOf(within(multipart('digest', [MESSAGE, MESSAGE])))).toBe('digest(message/rfc822(text/plain), message/rfc822(text/plain))');
  });

  test('rfc1847 2.2: encrypted', () => {
    const control = part({ mediaType: 'application/pgp-encrypted', content: octetsOf('Version: 1\r\n'), transferEncoding: '7bit' });
    const data = part({ mediaType: 'application/octet-stream', content: octetsOf('-----BEGIN PGP MESSAGE-----\r\n'), transferEncoding: '7bit' });
    const message = within(multipart('encrypted', [control, data], { parameters: { protocol: 'application/pgp-encrypted' } }));
    expect(shapeOf(message)).toBe('encrypted(application/pgp-encrypted, application/octet-stream)');
  });

  test('parallel, and one of a subtype that nobody knows', () => {
    expect(shapeOf(within(multipart('parallel', [TEXT, TEXT])))).toBe('parallel(text/plain, text/plain)');
    expect(shapeOf(within(multipart('X-Mine', [TEXT])))).toBe('x-mine(text/plain)');
  });

  test('a part says what it is told to say', () => {
    const built = buildPart(part({ content: octetsOf('x'), mediaType: 'Image/PNG', contentId: '<a@b>', description: 'Ein Bär', disposition: 'inline', fileName: 'bär.png', parameters: { 'x-a': 'b c' }, headers: { 'Content-Duration': '5' } }));
    expect(textOf(built.octets())).toBe(
      [
        'Content-Type: image/png; x-a="b c"; name="=?utf-8?Q?b=C3=A4r=2Epng?="', 'Content-Transfer-Encoding: base64', 'Content-ID: <a@b>',
        "Content-Disposition: inline; filename*=utf-8''b%C3%A4r.png", 'Content-Description: Ein =?utf-8?Q?B=C3=A4r?=', 'Content-Duration: 5', '', 'eA==', '',
      ].join('\r\n'),
    );
  });

  test('rfc2231 or encoded words, as it is asked for', () => {
    const typeOf = (parameterMode: 'strict' | 'compat' | 'both'): string => textOf(buildPart(part({ content: '', fileName: 'bär.txt' }), { parameterMode }).header());
    expect(typeOf('strict')).toContain("name*=utf-8''b%C3%A4r.txt\r\n");
    expect(typeOf('strict')).not.toContain('=?');
    expect(typeOf('compat')).not.toContain("utf-8''");
    expect(typeOf('both')).toContain("filename*=utf-8''b%C3%A4r.txt\r\n");
  });

  test.each<[string, () => unknown]>([
    ['a report without its type', () => multipart('report', [TEXT, TEXT])],
    ['a report of one part', () => multipart('report', [TEXT], { parameters: { 'report-type': 'x' } })],
    ['signed without protocol', () => multipart('signed', [TEXT, TEXT], { parameters: { micalg: 'sha-256' } })],
    ['signed without micalg', () => multipart('signed', [TEXT, TEXT], { parameters: { protocol: 'a/b' } })],
    ['encrypted of three parts', () => multipart('encrypted', [TEXT, TEXT, TEXT], { parameters: { protocol: 'a/b' } })],
    ['a digest of what is no message', () => multipart('digest', [TEXT])],
    ['no parts', () => multipart('mixed', [])],
    ['what is no part', () => multipart('mixed', [{ type: 'leaf', mediaType: 'text/plain' }])],
    ['a subtype that is none', () => multipart('mixed; a=b', [TEXT])],
    ['a boundary as a parameter', () => multipart('mixed', [TEXT], { parameters: { boundary: 'a' } })],
    ['a field with an option of its own', () => part({ content: 'a', headers: { 'Content-Type': 'text/plain' } })],
    ['a tree that is none', () => buildPart({ type: 'leaf', mediaType: 'text/plain' })],
  ])('%s -> TypeError', (_, make) => {
    expect(make).toThrow(TypeError);
  });
});

describe('what is signed', () => {
  test('rfc1847 2.1: the octets that were signed stand in the message as they are', () => {
    const trees = [part({ content: 'Grüße \nFrom me' }), part({ content: new Uint8Array(100), fileName: 'a.bin' }), multipart('mixed', [TEXT, part({ content: 'ü' })]), part({ content: 'no line end' })];
    for (const tree of trees) {
      const toSign = partToSign(tree, { boundary: 'inner' });
      const text = textOf(toSign.octets);
      expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]|[^\x00-\x7f]/);
      const built = buildMessage({ ...BASE, body: toSign.sign(SIGNATURE, { micalg: 'pgp-sha256' }), boundary: 'outer', nextHop: { eightBitMime: true } });
      const octets = built.octets();
      const first = parse(built).parts[1]!;
      expect(octets.subarray(first.start, first.end)).toEqual(toSign.octets);
      expect(textOf(octets)).toContain(`--outer\r\n${text}\r\n--outer\r\n`);
    }
  });

  test('protocol and micalg stand on the multipart', () => {
    const built = buildMessage({ ...BASE, body: partToSign(TEXT).sign(SIGNATURE, { micalg: 'pgp-sha256', parameters: { 'x-a': 'b' } }) });
    const [root, , signature] = parse(built).parts;
    expect(root!.mediaType).toBe('multipart/signed');
    expect(root!.contentType.parameters.map(({ name, value }) => [name, value]).slice(0, 3)).toEqual([['protocol', 'application/pgp-signature'], ['micalg', 'pgp-sha256'], ['x-a', 'b']]);
    expect(signature).toMatchObject({ mediaType: 'application/pgp-signature', fileName: 'signature.asc' });
  });

  test('all of a multipart/signed goes in 7 bits, whatever the hop takes', () => {
    const tree = multipart('signed', [part({ content: 'ü' }), part(SIGNATURE)], { parameters: { protocol: 'application/pgp-signature', micalg: 'x' } });
    expect(buildMessage({ ...BASE, body: tree, nextHop: { eightBitMime: true } }).requires.eightBit).toBe(false);
  });

  test('what does not fit into 7 bits -> TypeError', () => {
    expect(() => partToSign(messagePart('Subject: ü\r\n\r\n'))).toThrow(TypeError);
    expect(() => partToSign(part({ content: (async function* () {})() }))).toThrow(TypeError);
  });
});
