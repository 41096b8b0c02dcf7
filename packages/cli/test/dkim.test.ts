import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { inMemoryZone, parseZoneFile } from '@mailwright/dns';
import { verifyDkim } from '@mailwright/dkim';
import { describe, expect, test } from 'vitest';
import { record } from './support/captured-io.ts';
import { run, scratchFolder, type Ran } from './support/run-command.ts';
import { serveZone, zoneFile } from './support/zone.ts';

const LETTER = 'From: Jane <jane@example.com>\r\nTo: joe@example.net\r\nSubject: hello\r\n\r\nHow are you?\r\n\u00fc\r\n';
const OCTETS = Buffer.from(LETTER, 'latin1');

interface Key {
  readonly file: string;
  readonly zone: string;
  readonly ran: Ran;
}

async function keygen(selector = 'a', ...more: readonly string[]): Promise<Key> {
  const file = `${await scratchFolder()}/${selector}.pem`;
  const ran = await run(['dkim', 'keygen', selector, 'example.com', '--out', file, ...more]);
  return { file, zone: ran.out, ran };
}

function verdicts(message: string, zone: string): Promise<readonly string[]> {
  return verifyDkim(Buffer.from(message, 'latin1'), { resolver: inMemoryZone(zone), now: Date.now() }).then((results) => results.map(({ result, selector }) => `${selector}: ${result}`));
}

describe('mailwright dkim keygen', () => {
  test('a private key for its owner alone, a line for the zone file, and nothing of the key on the screen', async () => {
    const { file, zone, ran } = await keygen();
    expect(ran.code).toBe(0);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const pem = await readFile(file, 'latin1');
    expect(pem).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    expect(zone + ran.err).not.toContain('PRIVATE KEY');
    expect(zone + ran.err).not.toContain(pem.split('\n')[1]);
    const parsed = parseZoneFile(zone);
    expect(parsed.ok && parsed.records).toMatchObject([{ name: 'a._domainkey.example.com', ttl: 3600, record: { type: 'TXT' } }]);
    for (const [, text = ''] of zone.matchAll(/"([^"]*)"/g)) expect(text.length).toBeLessThanOrEqual(255);
    expect(ran.err).toContain(`dkim check a example.com --key ${file}`);
  });

  test('a file of that name is there -> it is not touched', async () => {
    const file = `${await scratchFolder()}/key.pem`;
    await writeFile(file, 'precious');
    const { code, err, out } = await run(['dkim', 'keygen', 'a', 'example.com', '--out', file]);
    expect([code, out]).toEqual([2, '']);
    expect(err.replace(/\s+/g, ' ')).toContain('never overwritten');
    expect(await readFile(file, 'utf8')).toBe('precious');
  });

  test('--json, Ed25519, flags, a name in other letters', async () => {
    const file = `${await scratchFolder()}/ed.pem`;
    const { code, out, err } = await run(['dkim', 'keygen', 'Ed', 'b\u00fccher.example', '--type', 'ed25519', '--testing', '--strict', '--ttl', '60', '--out', file, '--json']);
    expect([code, err]).toEqual([0, '']);
    const key = record(out, 'key');
    expect(key).toMatchObject({ name: 'ed._domainkey.xn--bcher-kva.example', selector: 'ed', keyType: 'ed25519', bits: 256, file });
    expect(key['record']).toMatch(/^v=DKIM1; k=ed25519; t=y:s; p=[\w+/=]{44}$/);
    expect(key['zoneLine']).toBe(`ed._domainkey.xn--bcher-kva.example. 60 IN TXT "${key['record']}"`);
  });

  test.each([
    ['no domain', ['a'], 'a SELECTOR and a DOMAIN'],
    ['a selector that leads to another folder', ['../../a', 'example.com'], 'is no selector'],
    ['a domain of one label', ['a', 'localhost'], 'no domain of two labels'],
    ['bits of a key that has none', ['a', 'example.com', '--type', 'ed25519', '--bits', '2048'], '--bits is for RSA'],
    ['too few bits', ['a', 'example.com', '--bits', '512'], 'from 1024 to 8192'],
    ['another type', ['a', 'example.com', '--type', 'dsa'], 'rsa, ed25519'],
  ])('%s -> a usage error', async (_name, args, text) => {
    const { code, err } = await run(['dkim', 'keygen', ...args, '--out', `${await scratchFolder()}/x.pem`]);
    expect(code).toBe(2);
    expect(err.replace(/\s+/g, ' ')).toContain(text);
  });
});

describe('mailwright dkim sign', () => {
  const signing = (key: Key, ...more: readonly string[]): readonly string[] => ['dkim', 'sign', '-', '--domain', 'example.com', '--selector', 'a', '--key', key.file, ...more];

  test('the message behind its signature, octet by octet, and the signature is good', async () => {
    const key = await keygen();
    const { code, out, err } = await run(signing(key), { stdin: OCTETS });
    expect([code, err]).toEqual([0, '']);
    expect(out.startsWith('DKIM-Signature: ')).toBe(true);
    expect(out.endsWith(LETTER)).toBe(true);
    expect(await verdicts(out, key.zone)).toEqual(['a: pass']);
    expect(await verdicts(out.replace('How', 'Who'), key.zone)).toEqual(['a: fail']);
  });

  test('two keys, two signatures', async () => {
    const [rsa, ed] = [await keygen(), await keygen('b', '--type', 'ed25519')];
    const { out } = await run([...signing(rsa), '--selector', 'b', '--key', ed.file, '--canonicalization', 'simple/simple'], { stdin: OCTETS });
    expect(await verdicts(out, rsa.zone + ed.zone)).toEqual(['a: pass', 'b: pass']);
  });

  test('--out: a file, never over another one; --fields: the fields alone; --json: a record', async () => {
    const key = await keygen();
    const file = `${await scratchFolder()}/signed.eml`;
    const { code, out } = await run(signing(key, '--out', file, '--json', '--identity', 'jane@example.com', '--expires', '3600'), { stdin: OCTETS });
    expect(code).toBe(0);
    const signed = record(out, 'signed');
    expect(signed).toMatchObject({ out: file, signatures: [{ domain: 'example.com', selector: 'a', algorithm: 'rsa-sha256' }] });
    const message = await readFile(file, 'latin1');
    expect(message).toBe(`${signed['signatures'][0].field}${LETTER}`);
    expect(message).toMatch(/i=jane@example\.com/);
    expect((await run(signing(key, '--out', file), { stdin: OCTETS })).err).toContain('no file is overwritten');
    const fields = (await run(signing(key, '--fields'), { stdin: OCTETS })).out;
    expect(fields).toMatch(/^DKIM-Signature: [^]*\r\n$/);
    expect(fields).not.toContain('How are you');
  });

  test('lines that end in LF -> exit code 1 and what to do; --normalize-line-ends mends them', async () => {
    const key = await keygen();
    const stdin = OCTETS.toString('latin1').replaceAll('\r\n', '\n');
    const refused = await run(signing(key), { stdin: Buffer.from(stdin, 'latin1') });
    expect([refused.code, refused.out]).toEqual([1, '']);
    for (const text of ['DKIM_BARE_LINE_END', '--normalize-line-ends']) expect(refused.err.replace(/\s+/g, ' ')).toContain(text);
    const { code, out } = await run(signing(key, '--normalize-line-ends'), { stdin: Buffer.from(stdin, 'latin1') });
    expect(code).toBe(0);
    expect(out.endsWith(LETTER)).toBe(true);
    expect(await verdicts(out, key.zone)).toEqual(['a: pass']);
  });

  test('a message without From -> exit code 1, as a record with --json', async () => {
    const key = await keygen();
    const { code, out } = await run(signing(key, '--json'), { stdin: 'Subject: x\r\n\r\ny\r\n' });
    expect(code).toBe(1);
    expect(record(out, 'error')).toMatchObject({ command: 'dkim sign', code: 'DKIM_NO_FROM', exitCode: 1 });
  });

  test.runIf(process.platform !== 'win32').each([0o644, 0o640, 0o602])('a key file of mode %o -> refused', async (mode) => {
    const key = await keygen();
    await chmod(key.file, mode);
    const { code, err, out } = await run(signing(key), { stdin: OCTETS });
    expect([code, out]).toEqual([2, '']);
    for (const text of ['is open to others', mode.toString(8), `chmod 600 ${key.file}`]) expect(err).toContain(text);
  });

  test('a file that is no key -> said without a word of what is in it', async () => {
    const file = `${await scratchFolder()}/key.pem`;
    await writeFile(file, '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n', { mode: 0o600 });
    const { code, err } = await run(['dkim', 'sign', '-', '--domain', 'example.com', '--selector', 'a', '--key', file], { stdin: OCTETS });
    expect(code).toBe(2);
    expect(err).toContain('can not be read');
    expect(err).not.toContain('c2VjcmV0');
  });

  test.each([
    ['nothing to sign', ['--domain', 'example.com', '--selector', 'a', '--key', 'a.pem'], 'there is no message to sign'],
    ['no key', ['-', '--domain', 'example.com'], 'needs --domain, --selector and --key'],
    ['a key too few', ['-', '--domain', 'example.com', '--selector', 'a', '--selector', 'b', '--key', 'a.pem'], '2 selectors and 1 keys'],
    ['a key that is not there', ['-', '--domain', 'example.com', '--selector', 'a', '--key', '/no/such/key.pem'], 'there is no such file'],
  ])('%s -> a usage error', async (_name, args, text) => {
    const { code, err } = await run(['dkim', 'sign', ...args], { stdin: OCTETS });
    expect(code).toBe(2);
    expect(err.replace(/\s+/g, ' ')).toContain(text);
  });

  test('an identity of another domain -> a usage error', async () => {
    const { code } = await run(signing(await keygen(), '--identity', 'jane@other.example'), { stdin: OCTETS });
    expect(code).toBe(2);
  });
});

describe('mailwright dkim check', () => {
  test('a name server on loopback has the key: it can be used, and it is mine', async () => {
    const key = await keygen();
    const { address } = await serveZone(key.zone);
    const { code, out, err } = await run(['dkim', 'check', 'a', 'example.com', '--dns', address, '--key', key.file]);
    expect([code, err]).toEqual([0, '']);
    for (const text of ['a._domainkey.example.com', 'can be used', 'rsa, 2048 bits', 'is the one in the record', `1 question to ${address}`]) expect(out.replace(/\s+/g, ' ')).toContain(text);
    expect(out).not.toContain('PRIVATE');
  });

  test('it is another key than mine -> exit code 1, and what the record should be', async () => {
    const [published, mine] = [await keygen(), await keygen()];
    const { code, out } = await run(['dkim', 'check', 'a', 'example.com', '--zone', await zoneFile(published.zone), '--key', mine.file, '--json']);
    expect(code).toBe(1);
    expect(record(out, 'dkim-key')).toMatchObject({ usable: false, result: 'ok', publication: 'different', expected: expect.stringMatching(/^v=DKIM1; k=rsa; p=/) });
  });

  test.each([
    ['no record', '', 'there is no record', 1],
    ['revoked', 'a._domainkey.example.com. IN TXT "v=DKIM1; p="\n', 'the key was revoked', 1],
    ['two records', 'a._domainkey.example.com. IN TXT "v=DKIM1; p="\na._domainkey.example.com. IN TXT "v=DKIM1; p=AAAA"\n', 'several records', 1],
    ['no key at all', 'a._domainkey.example.com. IN TXT "v=DKIM1; p=AAAA"\n', 'no public key', 1],
    ['a tag that is none', 'a._domainkey.example.com. IN TXT "v=DKIM1; \\027[2J"\n', 'no list of tags', 1],
  ])('%s -> says so', async (_name, zone, text, expected) => {
    const { code, out } = await run(['dkim', 'check', 'a', 'example.com', '--zone', await zoneFile(zone)]);
    expect(code).toBe(expected);
    expect(out.replace(/\s+/g, ' ')).toContain(text);
    expect(out).toContain('can not be used');
    expect(out).not.toContain('\u001b');
  });

  test('a short key, flags, a hash that is none, another service: each is told with its RFC', async () => {
    const { zone } = await keygen('a', '--bits', '1024', '--testing', '--strict');
    const short = await run(['dkim', 'check', 'a', 'example.com', '--zone', await zoneFile(zone)]);
    expect(short.code).toBe(0);
    for (const text of ['1024 bits: 2,048 are advised (RFC 8301 3.2)', 't=y', 't=s']) expect(short.out).toContain(text);
    const closed = await run(['dkim', 'check', 'a', 'example.com', '--zone', await zoneFile(zone.replace('k=rsa;', 'h=sha1; s=tlsrpt;'))]);
    expect(closed.code).toBe(1);
    for (const text of ['h= does not allow sha256', 's= does not allow email']) expect(closed.out).toContain(text);
  });

  test('a server that fails -> not known, exit code 3', async () => {
    const { address, server } = await serveZone('');
    server.setFaults([{ action: 'servfail' }]);
    const { code, out } = await run(['dkim', 'check', 'a', 'example.com', '--dns', address, '--timeout', '1']);
    expect(code).toBe(3);
    expect(out).toContain('not known');
  });

  test('a validating server that is trusted -> DNSSEC vouches', async () => {
    const { address, server } = await serveZone((await keygen()).zone);
    server.setFaults([{ action: 'ad' }]);
    const check = ['dkim', 'check', 'a', 'example.com', '--dns', address, '--json'];
    expect(record((await run([...check, '--trust-ad'])).out, 'dkim-key')['secure']).toBe(true);
    expect(record((await run(check)).out, 'dkim-key')['secure']).toBe(false);
  });
});
