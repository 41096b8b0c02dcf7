import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parseMessage } from '@mailwright/mime';
import { createTestAuthority, FakeClock } from '@mailwright/testing';
import { record, records } from './support/captured-io.ts';
import { run, scratchFolder, scriptedServer, serving, type Serving } from './support/run-command.ts';

const LETTER = 'From: Jane <jane@x.example>\r\nTo: joe@y.example\r\nBcc: secret@y.example\r\nSubject: Hi\r\n\r\nHello\r\n.dot\r\n';

async function letterFile(text: string | Uint8Array = LETTER): Promise<string> {
  const file = `${await scratchFolder()}/letter.eml`;
  await writeFile(file, text);
  return file;
}

/** What the server got of its only message. */
async function message(server: Serving): Promise<Readonly<Record<string, any>>> {
  return record((await server.stop()).out, 'message');
}

const to = ({ port }: Serving): readonly string[] => ['--host', '127.0.0.1', '--port', String(port)];

describe('mailwright send', () => {
  test('a file -> recipients from its header, Bcc removed, a table of what became of it, exit code 0', async () => {
    const server = await serving(['--json']);
    const { code, out, err } = await run(['send', await letterFile(), ...to(server)]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/letter\.eml to 127\.0\.0\.1:\d+ ─/);
    expect(out).toMatch(/joe@y\.example +✓ accepted +final-dot +250 2\.0\.0 Message accepted\n/);
    expect(out).toMatch(/secret@y\.example +✓ accepted/);
    const expected = LETTER.replace('Bcc: secret@y.example\r\n', '');
    expect(await message(server)).toMatchObject({ from: 'jane@x.example', to: ['joe@y.example', 'secret@y.example'], octets: expected.length });
  });

  test.each([
    ['--keep-bcc', ['--keep-bcc'], ['joe@y.example', 'secret@y.example']],
    ['recipients from options', ['--to', 'other@y.example'], ['other@y.example']],
  ])('%s -> octet by octet as it is', async (_name, args, recipients) => {
    const server = await serving(['--json']);
    expect((await run(['send', await letterFile(), ...to(server), ...args])).code).toBe(0);
    expect(await message(server)).toMatchObject({ to: recipients, octets: LETTER.length });
  });

  test('the standard input', async () => {
    const server = await serving(['--json']);
    const { code, out } = await run(['send', '-', ...to(server), '--from', '', '--to', 'A <a@y.example>, b@y.example', '--cc', 'c@y.example', '--bcc', 'd@y.example'], { stdin: LETTER });
    expect(code).toBe(0);
    expect(out).toContain('standard input to');
    expect(await message(server)).toMatchObject({ from: '', to: ['a@y.example', 'b@y.example', 'c@y.example', 'd@y.example'], octets: LETTER.length });
  });

  test('composed from options, in any language', async () => {
    const server = await serving(['--json']);
    const args = ['--from', 'Jane Dœ <jane@x.example>', '--to', 'joe@y.example', '--cc', 'Ann <ann@y.example>', '--bcc', 'b@y.example', '--subject', 'Grüße', '--text', 'Wie\ngeht es?', '--html', '<p>Wie geht es?</p>', '--header', 'X-Reason: a test'];
    expect((await run(['send', ...args, ...to(server)])).code).toBe(0);
    expect(await message(server)).toMatchObject({ from: 'jane@x.example', to: ['joe@y.example', 'ann@y.example', 'b@y.example'], subject: 'Grüße', preview: 'Wie\ngeht es?', eightBit: false });
  });

  test.each([[['plän.pdf']], [['plän.pdf', 'large.bin']]])('--attach: %j come along, small or too large to be held whole', async (files) => {
    const server = await serving(['--json', '--out', await scratchFolder()]);
    const folder = await scratchFolder();
    const contents: Readonly<Record<string, Buffer>> = { 'plän.pdf': Buffer.from('the plan'), 'large.bin': Buffer.alloc(13_000_000, 'mailwright') };
    for (const name of files) await writeFile(`${folder}/${name}`, contents[name]!);
    const args = ['--from', 'a@x.example', '--to', 'b@y.example', '--text', 'See below.', ...files.flatMap((name) => ['--attach', `${folder}/${name}`])];
    expect((await run(['send', ...args, ...to(server)])).code).toBe(0);
    const { parts } = parseMessage(await readFile((await message(server))['file'] as string));
    expect(parts.slice(2).map(({ fileName }) => fileName)).toEqual(files);
    files.forEach((name, index) => expect(Buffer.compare(parts[index + 2]!.content(), contents[name]!)).toBe(0));
  });

  test('a large file is streamed behind DATA and arrives whole', async () => {
    const server = await serving(['--json']);
    const line = 'a line that is repeated until the message is too large to be held whole\r\n';
    const text = `From: a@x.example\r\nTo: b@y.example\r\nBcc: c@y.example\r\n\r\n${line.repeat(240_000)}`;
    const { code, out, err } = await run(['send', await letterFile(text), ...to(server), '--trace'], { columns: 100, env: { NO_COLOR: '1' } });
    expect(code).toBe(0);
    expect(out).toContain('C  DATA');
    expect(err).toMatch(/█+░* +\d+ %/);
    expect(await message(server)).toMatchObject({ octets: text.length - 'Bcc: c@y.example\r\n'.length, to: ['b@y.example', 'c@y.example'] });
  });

  test('rfc6531: an address that is not ASCII asks for SMTPUTF8', async () => {
    const server = await serving(['--json']);
    const text = 'From: анна@x.example\r\nTo: 伯特@y.example\r\nSubject: привет\r\n\r\nпривет\r\n';
    expect((await run(['send', await letterFile(text), ...to(server)])).code).toBe(0);
    expect(await message(server)).toMatchObject({ from: 'анна@x.example', parameters: ['BODY=8BITMIME', 'SMTPUTF8'], subject: 'привет' });
  });

  test('rfc3461: --dsn-*', async () => {
    const server = await serving(['--json', '--dialogue']);
    expect((await run(['send', await letterFile(), ...to(server), '--dsn-notify', 'success,delay', '--dsn-ret', 'hdrs', '--dsn-envid', 'letter 1'])).code).toBe(0);
    const lines = records((await server.stop()).out).map(({ text }) => text as string);
    expect(lines.some((line) => /^MAIL FROM:<jane@x\.example>.* RET=HDRS ENVID=letter\+201/.test(line))).toBe(true);
    expect(lines).toContain('RCPT TO:<joe@y.example> NOTIFY=SUCCESS,DELAY');
  });

  test('a login, verified TLS, the password from the environment; it is shown nowhere', async () => {
    const ca = `${await scratchFolder()}/ca.pem`;
    const server = await serving(['--json', '--auth', 'jane:s3cr3t', '--require-auth', '--ca-out', ca]);
    const { code, out, err } = await run(['send', await letterFile(), '--port', String(server.port), '--user', 'jane', '--ca', ca, '--trace'], { env: { MAILWRIGHT_PASSWORD: 's3cr3t' } });
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('C  AUTH SCRAM-SHA-256-PLUS ***');
    expect(out).not.toContain('s3cr3t');
    expect(await message(server)).toMatchObject({ identity: 'jane' });
  });

  test('--url with a login; --mechanism', async () => {
    const server = await serving(['--json', '--auth', 'jane:s%3 t']);
    const { code } = await run(['send', await letterFile(), '--url', `smtp://jane:s%253%20t@127.0.0.1:${server.port}`, '--tls', 'required', '--mechanism', 'plain']);
    expect(code).toBe(0);
    expect(await message(server)).toMatchObject({ identity: 'jane', mechanism: 'PLAIN' });
  });

  test('rfc8314: --implicit-tls', async () => {
    const server = await serving(['--json', '--implicit-tls-port', '0']);
    const port = (record(server.io.stdout.text, 'listening')['addresses'] as { port: number }[])[1]!.port;
    expect((await run(['send', await letterFile(), '--port', String(port), '--implicit-tls', '--tls', 'required'])).code).toBe(0);
    expect((await message(server))['tls']).toMatchObject({ protocol: 'TLSv1.3' });
  });

  test('--helo, --tls none, --disable', async () => {
    const server = await serving(['--json', '--dialogue']);
    expect((await run(['send', await letterFile(), ...to(server), '--helo', 'me.example', '--tls', 'none', '--disable', 'chunking', '--source', '127.0.0.1'])).code).toBe(0);
    const { out } = await server.stop();
    expect(record(out, 'message')).toMatchObject({ helloDomain: 'me.example', tls: null });
    expect(records(out).some(({ text }) => text === 'DATA')).toBe(true);
  });

  test('--normalize-line-ends mends LF', async () => {
    const server = await serving(['--json']);
    expect((await run(['send', await letterFile(LETTER.replaceAll('\r', '')), ...to(server), '--normalize-line-ends', '--keep-bcc'])).code).toBe(0);
    expect(await message(server)).toMatchObject({ octets: LETTER.length });
  });

  test('--explain: the session with its meaning, then the result', async () => {
    const server = await serving();
    const { code, out } = await run(['send', await letterFile(), ...to(server), '--explain']);
    expect(code).toBe(0);
    expect(out).toMatch(/C┌ MAIL FROM:<jane@x\.example>[^]*RFC 2920 3\.1[^]*S {2}221[^]*✓ accepted/);
  });

  test('--trace --json: lines, then the result', async () => {
    const server = await serving();
    const { out } = await run(['send', await letterFile(), ...to(server), '--trace', '--json']);
    const all = records(out);
    expect(all[0]).toMatchObject({ type: 'line', direction: 'server', kind: 'reply' });
    expect(all.at(-1)).toMatchObject({ type: 'result', outcome: 'accepted', phase: 'final-dot', code: null, attempts: 1, recipients: [{ address: 'joe@y.example', status: 'accepted', code: null, reply: '250 2.0.0 Message accepted' }, { address: 'secret@y.example' }] });
    expect(all.at(-1)).toMatchObject({ tls: { protocol: 'TLSv1.3' } });
  });
});

describe('mailwright send, exit codes', () => {
  test('1: some recipients refused', async () => {
    const server = await serving(['--reject', 'secret@y.example']);
    const { code, out, err } = await run(['send', await letterFile(), ...to(server)]);
    expect([code, err]).toEqual([1, '']);
    expect(out).toMatch(/secret@y\.example +✗ rejected +rcpt +550 5\.1\.1 No such user here\n/);
  });

  test('1: --all-or-nothing sends nothing when one is refused', async () => {
    const server = await serving(['--reject', 'secret@y.example', '--json']);
    const { code } = await run(['send', await letterFile(), ...to(server), '--all-or-nothing']);
    expect(code).toBe(1);
    expect(record((await server.stop()).out, 'closed')).toMatchObject({ messages: 0 });
  });

  test('3: nobody listens', async () => {
    const port = await scriptedServer(() => undefined);
    const server = await serving();
    await server.stop();
    const { code, err } = await run(['send', await letterFile(), ...to(server)]);
    expect(code).toBe(3);
    for (const text of ['ECONNREFUSED', `server   127.0.0.1:${server.port}`, 'phase    dial', 'trying again is safe', 'Nobody listens there.', 'SMTP_DIAL_FAILED (docs/errors.md#smtp_dial_failed)']) expect(err).toContain(text);
    expect(port).toBeGreaterThan(0);
  });

  test('3: a certificate that nobody vouches for; the hint says how to trust it', async () => {
    const server = await serving(['--auth', 'jane:x']);
    const { code, err } = await run(['send', await letterFile(), ...to(server), '--user', 'jane', '--password', 'x']);
    expect(code).toBe(3);
    expect(err).toContain('phase    tls');
    expect(err.replace(/\s+/g, ' ')).toContain('Give the authority with --ca FILE');
  });

  test('3: a certificate for another name', async () => {
    const folder = await scratchFolder();
    const { key, cert, ca } = createTestAuthority().issue({ names: ['other.example'] });
    await Promise.all([writeFile(`${folder}/key.pem`, key), writeFile(`${folder}/cert.pem`, cert), writeFile(`${folder}/ca.pem`, ca)]);
    const server = await serving(['--tls-key', `${folder}/key.pem`, '--tls-cert', `${folder}/cert.pem`]);
    const { code, err } = await run(['send', await letterFile(), '--port', String(server.port), '--tls', 'verified', '--ca', `${folder}/ca.pem`]);
    expect(code).toBe(3);
    expect(err).toContain('The certificate is for another name.');
  });

  test('3: a wrong password', async () => {
    const server = await serving(['--auth', 'jane:right']);
    const { code, err } = await run(['send', await letterFile(), ...to(server), '--user', 'jane', '--password', 'wrong', '--tls', 'required']);
    expect(code).toBe(3);
    expect(err).toContain('reply    535 5.7.8');
    expect(err).not.toContain('wrong');
  });

  test('3: lines that end in LF; the hint says how to mend them', async () => {
    const server = await serving();
    const { code, err } = await run(['send', await letterFile(LETTER.replaceAll('\r', '')), ...to(server)]);
    expect(code).toBe(3);
    expect(err).toContain('the message has an LF without CR at octet');
    expect(err).toContain('--normalize-line-ends');
  });

  test('3: TLS demanded of a server without', async () => {
    const server = await serving(['--no-tls']);
    const { code, err } = await run(['send', await letterFile(), ...to(server), '--tls', 'required']);
    expect(code).toBe(3);
    expect(err).toContain('"--tls none" goes without, in clear text');
  });

  test('4: the connection is cut behind the final dot -> nobody knows, and --json says so', async () => {
    let inText = false;
    const port = await scriptedServer((line) => {
      if (inText) return line === '.' ? undefined : null;
      inText = line === 'DATA';
      return line.startsWith('EHLO') ? '250 scripted.example' : inText ? '354 go' : '250 ok';
    });
    const first = await run(['send', await letterFile(), '--port', String(port)]);
    expect(first.code).toBe(4);
    expect(first.out).toMatch(/joe@y\.example +\? unknown/);
    expect(first.err).toContain('it may have been delivered');
    inText = false;
    const { code, out } = await run(['send', await letterFile(), '--port', String(port), '--json']);
    expect(code).toBe(4);
    expect(record(out, 'result')).toMatchObject({ outcome: 'ambiguous' });
    expect(record(out, 'error')).toMatchObject({ exitCode: 4, phase: 'final-dot', outcome: 'ambiguous' });
  });

  test('3: a server that stalls -> --timeout ends it', async () => {
    const clock = new FakeClock();
    const port = await scriptedServer(() => {
      clock.advance(30_001);
      return null;
    });
    const { code, err } = await run(['send', await letterFile(), '--port', String(port), '--timeout', '30'], { clock });
    expect(code).toBe(3);
    expect(err).toContain('SMTP_TIMEOUT');
  });

  test.each([
    ['no message', [], 'there is no message to send'],
    ['a file and a subject', ['FILE', '--subject', 'x'], '--subject is for a composed message'],
    ['no sender', ['--subject', 'x', '--to', 'a@b.example'], 'who is it from?'],
    ['no recipient', ['--subject', 'x', '--from', 'a@b.example'], 'who is it to?'],
    ['an attachment that is not there', ['--from', 'a@b.example', '--to', 'c@d.example', '--attach', '/no/such/file'], '/no/such/file can\'t be read: there is no such file'],
    ['a folder as attachment', ['--from', 'a@b.example', '--to', 'c@d.example', '--attach', '/'], '/ is not a file'],
    ['a file and an attachment', ['FILE', '--attach', 'x'], '--attach is for a composed message'],
    ['a header with a line end', ['--subject', 'x', '--from', 'a@b.example', '--to', 'c@d.example', '--header', 'X: a\r\nBcc: e@f.example'], "the message can't be composed"],
    ['a header that is none', ['--subject', 'x', '--from', 'a@b.example', '--to', 'c@d.example', '--header', 'no colon'], "--header must be 'Name: value'"],
    ['--host beside --url', ['FILE', '--host', 'x', '--url', 'smtp://y'], 'give either --url or --host'],
    ['a URL of the web', ['FILE', '--url', 'http://y'], 'url must begin with smtp: or smtps:'],
    ['a URL of IMAP', ['FILE', '--url', 'imap://y'], 'mailwright imap URL ls --explain'],
    ['a password in a bad URL is not shown', ['FILE', '--url', 'smtp://jane:hidden@'], '--url: url'],
    ['--user without password', ['FILE', '--user', 'jane'], '--user needs a password'],
    ['--password without user', ['FILE', '--password', 'x'], '--password and --token need --user NAME'],
    ['two proofs', ['FILE', '--user', 'jane', '--password', 'x', '--token', 'y'], 'give either --password or --token'],
    ['an unknown mechanism', ['FILE', '--mechanism', 'rot13'], '"rot13" is not known'],
    ['an unknown policy', ['FILE', '--tls', 'verify'], 'Did you mean --tls verified?'],
    ['no TLS and all TLS', ['FILE', '--implicit-tls', '--tls', 'none'], 'exclude each other'],
    ['a certificate without key', ['FILE', '--tls-cert', 'x'], '--tls-cert and --tls-key go together'],
    ['an authority that is not there', ['FILE', '--ca', '/nowhere'], "--ca /nowhere can't be read (ENOENT)"],
    ['an authority that is no PEM', ['FILE', '--ca', 'FILE'], 'is not PEM'],
    ['a source that is no address', ['FILE', '--source', 'me'], '--source must be an IP address'],
    ['a name for EHLO that is none', ['FILE', '--helo', 'a b'], 'helloDomain must be a domain'],
    ['a wish that is none', ['FILE', '--dsn-notify', 'sometimes'], '--dsn-notify must be never'],
    ['never and something', ['FILE', '--dsn-notify', 'never,delay'], '--dsn-notify must be never'],
    ['an envelope id with a line end', ['FILE', '--dsn-envid', ''], 'ENVID'],
    ['--concurrency alone', ['FILE', '--concurrency', '2'], '--concurrency is for --count'],
    ['--count and --trace', ['FILE', '--count', '2', '--trace'], '--trace and --explain show one message'],
  ])('2: %s', async (_name, args, message) => {
    const server = await serving();
    const file = await letterFile();
    const { code, err } = await run(['send', ...args.map((arg) => (arg === 'FILE' ? file : arg)), ...(args.some((arg) => arg === '--url' || arg === '--host') ? [] : to(server))]);
    expect([code, err.replace(/\s+/g, ' ')]).toEqual([2, expect.stringContaining(message)]);
    expect(err).not.toContain('hidden');
  });
});

describe('mailwright send --count', () => {
  test('so many messages on so many connections, and how fast', async () => {
    const server = await serving(['--json']);
    const { code, out } = await run(['send', await letterFile(), ...to(server), '--count', '50', '--concurrency', '3']);
    expect(code).toBe(0);
    expect(out).toMatch(/── 50 messages of \d+ octets, 3 connections ─/);
    expect(out).toMatch(/rate +[\d,]+ messages a second/);
    expect(out).toMatch(/accepted +50\n/);
    const { messages, sessions } = record((await server.stop()).out, 'closed');
    expect([messages, sessions <= 4]).toEqual([50, true]); // one to see whether it is there
  });

  test('--json, a terminal sees a bar meanwhile', async () => {
    const server = await serving(['--quiet']);
    const { out, err } = await run(['send', await letterFile(), ...to(server), '--count', '20', '--json'], { columns: 80 });
    expect(record(out, 'summary')).toMatchObject({ accepted: 20, rejected: 0, messages: 20, concurrency: 5, failures: [] });
    expect(err).toContain('█');
  });

  test('a server that refuses -> how often and with which words, exit code 1', async () => {
    const server = await serving(['--reject', '@y.example']);
    const { code, out } = await run(['send', await letterFile(), ...to(server), '--count', '3', '--concurrency', '1']);
    expect(code).toBe(1);
    expect(out).toMatch(/others +0 in part, 3 rejected, 0 not sent, 0 unknown/);
    expect(out).toContain('3 ×  550 5.1.1 No such user here');
  });

  test('nobody listens -> said once, exit code 3', async () => {
    const server = await serving();
    await server.stop();
    const { code, out, err } = await run(['send', await letterFile(), ...to(server), '--count', '1000']);
    expect([code, out]).toEqual([3, '']);
    expect(err).toContain('SMTP_DIAL_FAILED');
  });

  test('a server that goes away -> the rest is not tried', async () => {
    const server = await serving(['--max', '5']);
    const { code, out } = await run(['send', await letterFile(), ...to(server), '--count', '100000', '--concurrency', '1', '--json']);
    const { accepted, messages } = record(out, 'summary');
    expect([code, accepted, messages < 1000]).toEqual([3, 5, true]);
  });

  test('--window: many in flight on a connection', async () => {
    const server = await serving(['--json']);
    expect((await run(['send', await letterFile(), ...to(server), '--count', '100', '--concurrency', '1', '--window', '16'])).code).toBe(0);
    expect(record((await server.stop()).out, 'closed')).toMatchObject({ messages: 100, sessions: 2 });
  });
});
