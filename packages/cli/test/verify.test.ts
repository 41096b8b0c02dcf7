import { generateDkimKeyPair, signMessage } from '@mailwright/dkim';
import { beforeAll, describe, expect, test } from 'vitest';
import { record } from './support/captured-io.ts';
import { run } from './support/run-command.ts';
import { serveZone, zoneFile } from './support/zone.ts';

const LETTER = 'From: Jane <jane@example.com>\r\nTo: joe@example.net\r\nSubject: hello\r\n\r\nHow are you?\r\n';
const SESSION = ['--ip', '192.0.2.1', '--helo', 'mail.example.com', '--from', 'jane@example.com'];

let zone = '';
let signed = '';

beforeAll(async () => {
  const { key, dnsText } = await generateDkimKeyPair('rsa', { bits: 1024 });
  const [signature] = await signMessage(Buffer.from(LETTER), { domain: 'example.com', keys: [{ selector: 'a', key }] });
  signed = signature!.field + LETTER;
  zone = `
a._domainkey.example.com. IN TXT ${dnsText}
example.com.              IN TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.example.com.       IN TXT "v=DMARC1; p=reject"
1.2.0.192.in-addr.arpa.   IN PTR mail.example.com.
mail.example.com.         IN A 192.0.2.1
plain.example.            IN TXT "v=spf1 ip4:192.0.2.1 -all"
`;
});

async function verify(message: string, ...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly text: string; readonly err: string }> {
  const { code, out, err } = await run(['verify', '-', ...args], { stdin: Buffer.from(message, 'latin1') });
  return { code, out, err, text: out.replace(/\s+/g, ' ') };
}

describe('mailwright verify', () => {
  test('a name server on loopback is asked: every method, every step with its RFC, the field', async () => {
    const { address } = await serveZone(zone);
    const { code, out, err } = await verify(signed, ...SESSION, '--hostname', 'mx.example.net', '--dns', address);
    expect([code, err]).toEqual([0, '']);
    for (const line of [
      /reverse DNS +pass +192\.0\.2\.1/, /SPF +pass +MAIL FROM jane@example\.com/, /DKIM +pass +example\.com, selector a/, /ARC +none/, /DMARC +pass +example\.com/, /what follows +accept/,
      /RFC 7208 [\d.]+ /, /RFC 6376 [\d.]+ /, /RFC 8617 [\d.]+ /, /RFC 9989 [\d.]+ /, /RFC 8601 [\d.]+ /,
      /Authentication-Results: mx\.example\.net;/, /dmarc=pass/, /Received-SPF: pass/,
    ]) expect(out).toMatch(line);
    expect(out).toContain(`questions to ${address}`);
  });

  test('--json: one record with the verdicts, the field and the steps', async () => {
    const { code, out } = await verify(signed, ...SESSION, '--zone', await zoneFile(zone), '--json');
    expect(code).toBe(0);
    const verification = record(out, 'verification');
    expect(verification).toMatchObject({
      authenticated: true, ip: '192.0.2.1', sender: 'jane@example.com', author: { domain: 'example.com', problems: [] },
      iprev: { result: 'pass', name: 'mail.example.com' }, spf: { mailFrom: { result: 'pass', domain: 'example.com' } },
      dkim: [{ result: 'pass', domain: 'example.com', selector: 'a', algorithm: 'rsa-sha256', bits: 1024, causes: [] }],
      arc: { result: 'none' }, dmarc: { result: 'pass', policy: 'reject', disposition: 'none' }, suggestion: 'accept', unsafe: null,
    });
    expect(verification['field']).toMatch(/^Authentication-Results: localhost;/);
    for (const step of verification['steps'] as { rfc: string; method: string }[]) expect(step).toMatchObject({ rfc: expect.stringMatching(/^\d{4} [\d.]+$/), method: expect.any(String) });
  });

  test('changed on its way -> exit code 1, and what was done to it', async () => {
    const changed = `${signed.replace('Subject: ', 'Subject: [list] ')}-- \r\nThe list\r\n`;
    const { code, text, out } = await verify(changed, '--zone', await zoneFile(zone));
    expect(code).toBe(1);
    for (const found of ['DKIM fail', 'DMARC fail', 'What was done to it:', 'footer-appended certain', 'subject-tagged certain', 'what follows reject', 'without --ip']) expect(text).toContain(found);
    expect(out).not.toContain('Received-SPF');
  });

  test('spoofed -> exit code 1: SPF passes for another domain, which does not align', async () => {
    const { code, text } = await verify(LETTER, '--ip', '192.0.2.1', '--helo', 'plain.example', '--from', 'x@plain.example', '--zone', await zoneFile(zone));
    expect(code).toBe(1);
    for (const found of ['SPF pass MAIL FROM x@plain.example', 'DMARC fail', 'does not align']) expect(text).toContain(found);
  });

  test('no key -> why, and no guess at what was done', async () => {
    const { code, text } = await verify(signed, '--zone', await zoneFile('_dmarc.example.com. IN TXT "v=DMARC1; p=reject"\n'));
    expect(code).toBe(1);
    expect(text).toContain('DKIM permerror');
    expect(text).toContain('there is no key record');
    expect(text).not.toContain('What was done to it');
  });

  test('a chain of ARC that nobody vouches for changes nothing', async () => {
    const chained = `ARC-Seal: i=1; a=rsa-sha256; cv=none; d=list.example; s=a; b=AAAA\r\n${LETTER}`;
    const { code, text } = await verify(chained, '--trust-sealer', 'list.example', '--zone', await zoneFile(zone));
    expect(code).toBe(1);
    expect(text).toContain('ARC fail');
  });

  test('rfc9989 4.7: a record without p is no reason to doubt mail that passes', async () => {
    const file = await zoneFile(`${zone}_dmarc.plain.example. IN TXT "v=DMARC1;"\n`);
    const letter = LETTER.replace('jane@example.com', 'jane@plain.example');
    const { code, text } = await verify(letter, '--ip', '192.0.2.1', '--from', 'x@plain.example', '--zone', file);
    expect([code, text]).toEqual([0, expect.stringContaining('DMARC is pass')]);
    expect((await verify(letter, '--ip', '192.0.2.9', '--from', 'x@plain.example', '--zone', file)).code).toBe(1);
  });

  test('a domain without policy: what passes is enough, nothing is not', async () => {
    const file = await zoneFile(zone);
    const letter = LETTER.replace('jane@example.com', 'jane@plain.example');
    expect((await verify(letter, '--ip', '192.0.2.1', '--from', 'x@plain.example', '--zone', file)).code).toBe(0);
    expect((await verify(letter, '--ip', '192.0.2.9', '--from', 'x@plain.example', '--zone', file)).code).toBe(1);
    expect((await verify(letter, '--zone', file)).code).toBe(1);
  });

  test('no --from: what Return-Path says; <> is the null one', async () => {
    const file = await zoneFile(zone);
    const letter = `Return-Path: <jane@example.com>\r\n${LETTER}`;
    expect((await verify(letter, '--ip', '192.0.2.1', '--zone', file)).text).toContain('jane@example.com (from Return-Path)');
    const { out } = await verify(letter, '--ip', '192.0.2.1', '--helo', 'mail.example.com', '--from=<>', '--zone', file, '--json');
    expect(record(out, 'verification')).toMatchObject({ sender: '', spf: { mailFrom: { sender: 'postmaster@mail.example.com' } } });
  });

  test('two From fields -> nobody is the author, exit code 1', async () => {
    const { code, out } = await verify(`From: ceo@bank.example\r\n${signed}`, '--zone', await zoneFile(zone), '--json');
    expect(code).toBe(1);
    expect(record(out, 'verification')).toMatchObject({ authenticated: false, author: { problems: ['several-from-fields'] }, dmarc: { result: 'permerror' }, suggestion: 'reject' });
  });

  test('a field that claims to be ours is told', async () => {
    const { text } = await verify(`Authentication-Results: mx.example.net; dmarc=pass\r\n${signed}`, '--hostname', 'mx.example.net', '--zone', await zoneFile(zone));
    expect(text).toContain('the header section forged');
  });

  test('a file of Unix -> the line ends are named; --normalize-line-ends mends them', async () => {
    const unix = signed.replaceAll('\r\n', '\n');
    const file = await zoneFile(zone);
    const kept = await verify(unix, '--zone', file);
    expect(kept.code).toBe(1);
    expect(kept.text).toContain('line-ends-changed certain');
    expect((await verify(unix, '--normalize-line-ends', '--zone', file)).code).toBe(0);
  });

  test('a server that fails -> exit code 3', async () => {
    const { address, server } = await serveZone(zone);
    server.setFaults([{ action: 'servfail' }]);
    const { code, out } = await verify(signed, '--dns', address, '--timeout', '1', '--json');
    expect(code).toBe(3);
    expect(record(out, 'verification')).toMatchObject({ dkim: [{ result: 'temperror' }], dmarc: { result: 'temperror' }, suggestion: 'defer' });
  });

  test('an interrupt ends the waiting', async () => {
    const { address, server } = await serveZone(zone);
    server.setFaults([{ action: 'drop' }]);
    const { capturedIo } = await import('./support/captured-io.ts');
    const { runMailwright } = await import('../src/run.ts');
    const io = capturedIo({ stdin: Buffer.from(signed) });
    const ended = runMailwright(['verify', '-', '--dns', address], io);
    while (server.queries.length === 0) await new Promise((resolve) => setImmediate(resolve));
    io.interrupt();
    expect(await ended).toBe(3);
    expect(io.stderr.text).toBe('Interrupted.\n');
  });

  test('what the sender wrote can\'t act on the terminal', async () => {
    const evil = 'From: "\u001b[2J" <jane@example.com>\r\nDKIM-Signature: v=1; d=\u001b[31mx; s=\u009b\r\nAuthentication-Results: localhost; \u001b]0;x\u0007\r\nSubject: x\r\n\r\nx\r\n';
    for (const args of [[], SESSION, ['--ip', '192.0.2.1', '--helo', '\u001b[2J', '--from', '\u001b[2J@x.example']]) {
      expect((await verify(evil, ...args, '--zone', await zoneFile(zone))).out).not.toMatch(/[\u001b\u009b]/);
    }
  });

  test.each([
    ['nothing', [], 'there is nothing to verify'],
    ['an IP that is none', ['-', '--ip', '192.0.2.999'], 'not an IP address'],
    ['a name that can\'t stand in the field', ['-', '--hostname', 'a\nb'], 'authserv-id'],
    ['message and zone on one standard input', ['-', '--zone', '-'], 'can\'t be both'],
    ['a sealer that is no domain', ['-', '--trust-sealer', '..'], 'not a domain'],
  ])('%s -> a usage error', async (_name, args, text) => {
    const { code, err } = await run(['verify', ...args], { stdin: Buffer.from(signed) });
    expect(err).toContain(text);
    expect(code).toBe(2);
  });

  test('an empty message -> a usage error', async () => {
    expect((await run(['verify', '-'])).err).toContain('is empty');
  });
});
