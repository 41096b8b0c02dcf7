import { authenticate, explainReport, formatReport } from '@mailwright/auth';
import { parseAuthenticationResults } from '@mailwright/authres';
import { parseReceivedSpf } from '@mailwright/spf';
import { encodeLatin1, encodeUtf8 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { OURS, TEXT, forwarded, fromBank, fromEvil, fromList, makeZone, signed } from './support/world.ts';

const valueOf = (field: string): string => field.slice(field.indexOf(':') + 1, -2);

/** The field read again: it must say what the report says, and nothing else. */
function readAgain(field: string): readonly string[] {
  expect(field).toMatch(/^Authentication-Results: /);
  expect(field.endsWith('\r\n')).toBe(true);
  expect(field.slice(0, -2).replaceAll('\r\n ', '')).not.toMatch(/[\r\n\0]/);
  const parsed = parseAuthenticationResults(valueOf(field).replaceAll('\r\n', ''));
  expect(parsed).toMatchObject({ ok: true, value: { authservId: OURS, defects: [] } });
  return parsed.ok ? parsed.value.results.map(({ method, result }) => `${method}=${result}`) : [];
}

describe('the field', () => {
  test('rfc8601 2.2: says every verdict, with what it is about', async () => {
    const { field } = await authenticate(await signed(), fromBank());
    expect(readAgain(field)).toEqual(['iprev=pass', 'spf=pass', 'spf=pass', 'dkim=pass', 'dkim=pass', 'dmarc=pass']);
    expect(field).toContain('smtp.mailfrom=bounce@bank.example');
    expect(field).toContain('smtp.helo=mail.bank.example');
    expect(field).toContain('header.d=bank.example');
    expect(field).toContain('header.from=bank.example');
    for (const line of field.split('\r\n')) expect(line.length).toBeLessThanOrEqual(78);
  });

  test('rfc8617 6: a chain is told', async () => {
    const { field } = await authenticate(await forwarded(), fromList());
    expect(readAgain(field)).toContain('arc=pass');
    expect(field).toContain('smtp.remote-ip=198.51.100.7');
  });

  test('a message without signatures: dkim=none', async () => {
    expect(readAgain((await authenticate(encodeUtf8(TEXT), fromEvil())).field)).toContain('dkim=none');
  });

  const HOSTILE: readonly (readonly [string, { helo?: string; sender?: string }])[] = [
    ['a local part that looks like a result', { sender: '"x; dkim=pass header.d=bank.example"@evil.example' }],
    ['a line break in the sender', { sender: 'a\r\nAuthentication-Results: mx.example.net; dkim=pass@evil.example' }],
    ['a HELO name with a comment', { helo: 'evil.example(; dkim=pass)' }],
    ['a HELO name with a line break', { helo: 'evil.example\r\nX: y' }],
    ['a NUL', { sender: 'a\0@evil.example', helo: '\0' }],
    ['an address literal', { helo: '[203.0.113.66]' }],
    ['a domain that is none', { sender: 'a@-..-' }],
    ['parentheses and backslashes', { sender: 'a\\(@evil.example', helo: '\\' }],
    ['UTF-8 where there must be none', { sender: 'ä@évil.example', helo: 'évil.example' }],
    ['10,000 characters', { sender: `${'a'.repeat(10_000)}@evil.example`, helo: 'x'.repeat(10_000) }],
    ['a lone surrogate', { sender: '\ud800@evil.example', helo: '\udc00' }],
  ];

  test.each(HOSTILE)('rfc8601 7.1: what a stranger wrote is a value or nothing: %s', async (_name, envelope) => {
    const report = await authenticate(encodeUtf8(TEXT), { ...fromEvil(), ...envelope });
    const results = readAgain(report.field);
    expect(results.filter((result) => result.startsWith('dkim='))).toEqual(['dkim=none']);
    expect(results.filter((result) => result.startsWith('dmarc='))).toEqual(['dmarc=fail']);
    expect(report.receivedSpf === undefined || parseReceivedSpf(valueOf(report.receivedSpf)).ok).toBe(true);
  });

  test.each([
    ['d= with a comment', 'd=evil.example(x); s=a'],
    ['s= with a result', 'd=evil.example; s="a\\; dkim=pass"'],
    ['i= with quotes', 'd=evil.example; s=a; i="=3B dkim=3Dpass"@evil.example'],
    ['no tags', ''],
  ])('rfc8601 7.1: a signature with %s', async (_name, tags) => {
    const text = `DKIM-Signature: v=1; a=rsa-sha256; h=from; bh=eA==; b=eA==; ${tags}\r\n${TEXT}`;
    const { field } = await authenticate(encodeLatin1(text), fromEvil());
    expect(readAgain(field).filter((result) => result.startsWith('dkim='))).toEqual(['dkim=permerror']);
  });

  test('rfc8601 2.2: an internationalized message may have UTF-8 in the field, others have A-labels', async () => {
    const options = { ...fromEvil(), sender: 'ä@bücher.example' };
    const plain = await authenticate(encodeUtf8(TEXT), options);
    expect(plain.field).toContain('smtp.mailfrom=xn--bcher-kva.example');
    expect(plain.receivedSpf).toBeUndefined();
    const utf8 = await authenticate(encodeUtf8(TEXT), { ...options, utf8: true });
    expect(utf8.field).toContain('smtp.mailfrom=ä@xn--bcher-kva.example');
    readAgain(utf8.field);
  });

  test('a reverse name that a stranger chose stands in a comment, escaped', async () => {
    const resolver = makeZone();
    resolver.set('66.113.0.203.in-addr.arpa', { PTR: 'x\\)\\;dkim\\=pass.evil.example' });
    resolver.set('x\\)\\;dkim\\=pass.evil.example', { A: '203.0.113.66' });
    const report = await authenticate(encodeUtf8(TEXT), { ...fromEvil(), resolver });
    expect(report.iprev?.result).toBe('pass');
    expect(readAgain(report.field).filter((result) => result.startsWith('dkim='))).toEqual(['dkim=none']);
  });
});

describe('explanations', () => {
  test('every method has its verdict, then its steps; each names an RFC and a section', async () => {
    const report = await authenticate(await forwarded(), fromList());
    const steps = explainReport(report);
    expect(steps.filter(({ result }) => result !== undefined).map(({ method, result }) => `${method} ${result}`)).toEqual([
      'iprev pass', 'spf pass', 'spf none', 'dkim fail', 'dkim fail', 'arc pass', 'dmarc fail', 'suggestion reject',
    ]);
    for (const { rfc, text } of steps) {
      expect(rfc).toMatch(/^\d+ \d+(\.\d+)*$/);
      expect(text).not.toMatch(/[\r\n]/);
    }
    expect(report.trace).toEqual(steps.map(({ rfc, text, data }) => ({ rfc, text, data })));
    expect(report.trace).toBe(report.trace);
  });

  test('forged fields and a limit are told first', async () => {
    const text = `Authentication-Results: ${OURS}; dkim=pass\r\n${TEXT}`;
    const [first, second] = explainReport(await authenticate(encodeUtf8(text), fromEvil()));
    expect(first).toMatchObject({ method: 'header', result: 'forged', rfc: '8601 5' });
    expect(second?.text).toBe('octets 0 to 51: Authentication-Results, ours');
    const [limit] = explainReport(await authenticate(encodeUtf8(text), { ...fromEvil(), limits: { headerOctets: 20 } }));
    expect(limit).toMatchObject({ method: 'header', result: 'LIMIT_HEADER_OCTETS' });
  });

  test('as text: a line for each step, and nothing of a stranger\'s breaks a line', async () => {
    const report = await authenticate(encodeUtf8(TEXT), { ...fromEvil(), sender: 'a\r\ndkim bank.example: pass\u202e@evil.example' });
    const text = formatReport(report);
    expect(text.split('\n').filter((line) => line.startsWith('dkim'))).toEqual(['dkim       message: none']);
    expect(text).not.toMatch(/[\r\u202e]/);
    expect(text).toMatch(/\nsuggestion message: reject\n {2}reject: the domain in From asks for it \(RFC 9989 section 5\.3\.6\)\n$/);
  });
});
