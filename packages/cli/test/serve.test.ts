import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ImapClient } from '@mailwright/imap-client';
import { Pop3Client } from '@mailwright/pop3-client';
import { connectSmtp, type SmtpConnectOptions, type SmtpConnection } from '@mailwright/smtp-client';
import { createTestAuthority } from '@mailwright/testing';
import { record, records } from './support/captured-io.ts';
import { run, scratchFolder, serving } from './support/run-command.ts';

const TEXT = 'From: Jane <jane@x.example>\r\nTo: joe@y.example\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHello Joe\r\n.dots\r\n';

async function connect(port: number, options: Partial<SmtpConnectOptions> = {}): Promise<SmtpConnection> {
  return connectSmtp({ host: '127.0.0.1', port, tls: { mode: 'required' }, helloDomain: 'client.example', ...options });
}

async function sendOne(port: number, options: Partial<SmtpConnectOptions> = {}, to: readonly string[] = ['joe@y.example']): Promise<Awaited<ReturnType<SmtpConnection['send']>>> {
  const connection = await connect(port, options);
  const result = await connection.send({ from: 'jane@x.example', to, body: TEXT });
  await connection.quit();
  return result;
}

describe('mailwright serve', () => {
  test('a message -> who, to whom, what about, how large, how secure, how it begins', async () => {
    const server = await serving();
    expect((await sendOne(server.port)).outcome).toBe('accepted');
    const { code, out } = await server.stop();
    expect(code).toBe(0);
    expect(out).toMatch(/Listening on 127\.0\.0\.1:\d+, STARTTLS offered\.\nCertificate ([0-9A-F]{2}:){31}[0-9A-F]{2}\n/);
    for (const text of ['── message 1 ──', 'Jane <jane@x.example>', 'to        joe@y.example', 'subject   Grüße', `size      ${TEXT.length} octets, 7-bit`, 'tls       TLSv1.3', 'calls itself client.example', '│ Hello Joe', '│ .dots']) expect(out).toContain(text);
    expect(out).toMatch(/1 message \(\d+ octets\) in 1 session, 0 refused recipients, .*\.\n$/);
  });

  test('--json: a record for all that happens', async () => {
    const server = await serving(['--json', '--dialogue', '--auth', 'jane:pa:ss', '--reject', 'nobody@y.example']);
    await sendOne(server.port, { auth: { username: 'jane', password: 'pa:ss' }, tls: { mode: 'required' } }, ['joe@y.example', 'Nobody@Y.example']);
    const { out } = await server.stop();
    expect(record(out, 'listening')).toMatchObject({ addresses: [{ address: '127.0.0.1', port: server.port, tls: 'starttls' }], out: null });
    expect(record(out, 'message')).toMatchObject({ number: 1, session: 1, from: 'jane@x.example', to: ['joe@y.example'], subject: 'Grüße', octets: TEXT.length, eightBit: false, identity: 'jane', mechanism: 'SCRAM-SHA-256-PLUS', helloDomain: 'client.example', file: null, preview: 'Hello Joe\n.dots' });
    expect(record(out, 'message')['tls']).toMatchObject({ protocol: 'TLSv1.3' });
    expect(record(out, 'session-end')).toMatchObject({ session: 1, end: 'quit' });
    expect(record(out, 'closed')).toMatchObject({ messages: 1, sessions: 1, refusedRecipients: 1, idle: 0, cut: 0 });
    expect(records(out).some(({ type, text }) => type === 'line' && text === 'QUIT')).toBe(true);
    expect(out).not.toContain('pa:ss');
  });

  test('rfc5321 4.2.5: --out keeps the message octet by octet, under a name that does not come from outside', async () => {
    const folder = await scratchFolder();
    const server = await serving(['--out', folder]);
    await sendOne(server.port);
    const names = await readdir(folder);
    expect(names).toHaveLength(1);
    expect(names[0]).toMatch(/^\d{8}T\d{6}\.\d{3}Z-[0-9a-f]{8}\.eml$/);
    expect(await readFile(`${folder}/${names[0]}`, 'utf8')).toBe(TEXT);
    expect((await server.stop()).out).toContain(names[0]!);
  });

  test('a message that is cut leaves no file and counts for nothing', async () => {
    const folder = await scratchFolder();
    const server = await serving(['--out', folder, '--no-tls', '--json']);
    await new Promise<void>((resolve) => {
      const socket = createConnection(server.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
      socket.write('EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n');
      socket.on('data', (chunk) => {
        if (chunk.toString().includes('354')) socket.end('half a message\r\n');
      });
    });
    await server.io.stdout.waitFor(/"session-end"/);
    expect(record((await server.stop()).out, 'closed')).toMatchObject({ messages: 0 });
    expect(await readdir(folder)).toEqual([]);
  });

  test('--explain: the whole session with its meaning when it ends', async () => {
    const server = await serving(['--explain', '--quiet']);
    await sendOne(server.port);
    await server.io.stdout.waitFor(/QUIT ──\n[^]*221/);
    const { out } = await server.stop();
    expect(out).toMatch(/── session 1 ─+ 127\.0\.0\.1:\d+, the client said QUIT ──/);
    expect(out).toContain('RFC 3207 4');
    expect(out).not.toContain('── message 1');
  });

  test('--dialogue: line by line with the number of the session', async () => {
    const server = await serving(['--dialogue', '--quiet']);
    await sendOne(server.port);
    await sendOne(server.port);
    await server.io.stdout.waitFor(/2 {2}\* {2}session over/);
    const { out } = await server.stop();
    expect(out).toContain('1  C  EHLO client.example\n');
    expect(out).toContain(`2  C  (${TEXT.length} octets of the message)\n`);
    expect(out).toContain('1  *  session over (the client said QUIT)\n');
  });

  test.each([
    ['an address', 'nobody@y.example', 'NoBody@y.example', 'rejected'],
    ['a domain', '@y.example', 'joe@Y.EXAMPLE', 'rejected'],
    ['an internationalized domain in its other form', '@bücher.example', 'joe@xn--bcher-kva.example', 'rejected'],
    ['another address', 'nobody@y.example', 'joe@y.example', 'accepted'],
  ])('--reject %s', async (_name, rejected, recipient, status) => {
    const server = await serving(['--reject', rejected]);
    const { recipients } = await sendOne(server.port, {}, [recipient]);
    expect(recipients[0]).toMatchObject(status === 'rejected' ? { status, reply: { code: 550, enhanced: '5.1.1' } } : { status });
  });

  test('--require-auth and --require-tls refuse what they say', async () => {
    const server = await serving(['--require-auth', '--require-tls', '--auth', 'jane:secret']);
    await expect(connect(server.port, { auth: { username: 'jane', password: 'wrong' } })).rejects.toMatchObject({ code: 'SMTP_AUTH_REJECTED' });
    expect((await sendOne(server.port)).reply?.code).toBe(530);
    expect((await sendOne(server.port, { tls: { mode: 'none' } })).reply?.code).toBe(530);
    expect((await sendOne(server.port, { auth: { username: 'jane', password: 'secret' } })).outcome).toBe('accepted');
  });

  test.each(['SCRAM-SHA-256-PLUS', 'CRAM-MD5', 'PLAIN', 'LOGIN'] as const)('--auth: %s lets in', async (mechanism) => {
    const server = await serving(['--auth', 'jane:secret', '--require-auth']);
    expect((await sendOne(server.port, { auth: { username: 'jane', password: 'secret' }, mechanisms: [mechanism] })).outcome).toBe('accepted');
    expect((await server.stop()).out).toContain(`login     jane by ${mechanism}`);
  });

  test('--ca-out: who trusts it can verify the server', async () => {
    const file = `${await scratchFolder()}/ca.pem`;
    const server = await serving(['--ca-out', file]);
    const ca = await readFile(file, 'utf8');
    expect((await sendOne(server.port, { host: 'localhost', tls: { mode: 'verified', names: ['localhost'] }, ca })).outcome).toBe('accepted');
  });

  test('--tls-key and --tls-cert: the certificate of the user', async () => {
    const folder = await scratchFolder();
    const { key, cert, ca } = createTestAuthority().issue({ names: ['localhost'] });
    await writeFile(`${folder}/key.pem`, key);
    await writeFile(`${folder}/cert.pem`, cert);
    const server = await serving(['--tls-key', `${folder}/key.pem`, '--tls-cert', `${folder}/cert.pem`]);
    expect((await sendOne(server.port, { host: 'localhost', tls: { mode: 'verified', names: ['localhost'] }, ca })).outcome).toBe('accepted');
  });

  test('rfc8314 3: --implicit-tls-port listens with TLS from the first octet', async () => {
    const server = await serving(['--implicit-tls-port', '0', '--json']);
    const implicit = (record(server.io.stdout.text, 'listening')['addresses'] as { port: number; tls: string }[])[1]!;
    expect(implicit.tls).toBe('implicit');
    expect((await sendOne(implicit.port, { implicitTls: true })).outcome).toBe('accepted');
    expect((await sendOne(server.port)).outcome).toBe('accepted');
    expect(record((await server.stop()).out, 'closed')).toMatchObject({ messages: 2, sessions: 2 });
  });

  test('--size and --disable are what EHLO says', async () => {
    const server = await serving(['--size', '1000', '--disable', 'chunking', '--disable', 'DSN']);
    const connection = await connect(server.port);
    expect(connection.capabilities).toMatchObject({ size: 1000, chunking: false, dsn: false, pipelining: true });
    await connection.quit();
  });

  test('rfc5321 2.3.8: a bare LF is refused, with --normalize-line-ends mended', async () => {
    const body = 'From: a@b.example\n\nhi\n';
    for (const [args, code] of [[[], 554], [['--normalize-line-ends'], 250]] as const) {
      const server = await serving(args);
      const connection = await connect(server.port, { lineEnds: 'pass' });
      const { reply } = await connection.send({ from: 'a@b.example', to: 'c@d.example', body });
      expect(Math.floor(reply!.code / 100)).toBe(Math.floor(code / 100));
      await connection.quit();
      await server.stop();
    }
  });

  test('--max 2: two messages, then it ends by itself; the client of the last one can say QUIT', async () => {
    const server = await serving(['--max', '2']);
    const connection = await connect(server.port);
    const results = await Promise.all([1, 2, 3].map(() => connection.send({ from: 'jane@x.example', to: 'joe@y.example', body: TEXT })));
    expect(results.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'not-sent']);
    await connection.quit();
    const { code, out } = await server.ended;
    expect(code).toBe(0);
    expect(out).toContain('2 messages');
  });

  test('an interrupt with an idle client -> 421 to it, counts, exit code 0', async () => {
    const server = await serving();
    const connection = await connect(server.port);
    const { code, err } = await server.stop();
    expect(code).toBe(0);
    expect(err).toContain('Closing: transactions under way may end.');
    expect(connection.usable).toBe(false);
    connection.close();
  });

  test('nobody reads what it writes any more (| head) -> it ends', async () => {
    const server = await serving();
    server.io.stopReading();
    expect((await server.ended).code).toBe(0);
  });

  test('a subject that would act on the terminal is shown harmless', async () => {
    const server = await serving([], { columns: 100 });
    const connection = await connect(server.port);
    await connection.send({ from: 'jane@x.example', to: 'joe@y.example', body: 'Subject: =?utf-8?q?=1B]0;owned=07?=\r\n\r\n\u001b[2J\r\n' });
    await connection.quit();
    const { out } = await server.stop();
    expect(out).toContain('\\x1b]0;owned\\x07');
    expect(out).toContain('│\u001b[22m \\x1b[2J');
  });
});

describe('mailwright serve, and the caught mail to be read', () => {
  test('over IMAP and POP3, octet by octet, by any name', async () => {
    const server = await serving(['--imap-port', '0', '--pop3-port', '0', '--json']);
    await sendOne(server.port);
    const reading = record(server.io.stdout.text, 'listening')['reading'] as readonly { readonly protocol: string; readonly port: number; readonly tls: string }[];
    expect(reading).toMatchObject([{ protocol: 'imap', tls: 'starttls' }, { protocol: 'pop3', tls: 'starttls' }]);
    const auth = { username: 'anybody', password: 'anything' };
    await using imap = await ImapClient.connect({ host: '127.0.0.1', port: reading[0]!.port, tls: { mode: 'required' }, auth });
    await using box = await imap.open('INBOX');
    const [message] = await box.fetch('all', { bodies: [''] }).all();
    expect(new TextDecoder().decode(await message!.body().octets())).toBe(TEXT);
    await using pop3 = await Pop3Client.connect({ host: '127.0.0.1', port: reading[1]!.port, tls: { mode: 'required' }, auth });
    expect(new TextDecoder().decode(await pop3.retrieve(1).toOctets())).toBe(TEXT);
    expect((await server.stop()).code).toBe(0);
  });

  test('with --auth those users, and nobody else; a person is told where', async () => {
    const server = await serving(['--imap-port', '0', '--auth', 'jane:secret']);
    const [, port] = await server.io.stdout.waitFor(/Caught mail over IMAP on \S*:(\d+): the users of --auth\./);
    const options = { host: '127.0.0.1', port: Number(port), tls: { mode: 'required' } } as const;
    await expect(ImapClient.connect({ ...options, auth: { username: 'jane', password: 'wrong' } })).rejects.toMatchObject({ code: 'IMAP_AUTH_REJECTED' });
    await using client = await ImapClient.connect({ ...options, auth: { username: 'jane', password: 'secret' } });
    expect((await client.list()).map(({ name }) => name)).toEqual(['INBOX']);
  });

  test('a port that is taken -> exit code 3, and nothing listens any more', async () => {
    const server = await serving();
    const { code, err } = await run(['serve', '--port', '0', '--imap-port', String(server.port)]);
    expect([code, err]).toEqual([3, expect.stringContaining('NET_LISTEN_FAILED')]);
  });
});

describe('mailwright serve, used wrongly', () => {
  test('a port in use -> says so and what to do, exit code 3', async () => {
    const { port } = await serving();
    const { code, err } = await run(['serve', '--port', String(port)]);
    expect(code).toBe(3);
    expect(err).toContain('EADDRINUSE');
    expect(err).toContain('Choose another port; 0 takes a free one');
    expect(err).toContain('NET_LISTEN_FAILED (docs/errors.md#net_listen_failed)');
  });

  test('the second port in use -> the first one is given back', async () => {
    const { port } = await serving();
    const { code, out } = await run(['serve', '--port', '0', '--implicit-tls-port', String(port), '--json']);
    expect(code).toBe(3);
    expect(JSON.parse(out)).toMatchObject({ type: 'error', code: 'NET_LISTEN_FAILED', phase: 'listen', exitCode: 3 });
  });

  test.each([
    ['--require-auth', [], '--require-auth needs somebody who may log in'],
    ['--auth', ['jane'], '--auth must be USER:PASSWORD'],
    ['--auth', [':x'], '--auth must be USER:PASSWORD'],
    ['--reject', ['joe'], '--reject must be an address or @DOMAIN'],
    ['--hostname', ['a b'], '--hostname must be a domain name'],
    ['--tls-key', ['/nowhere'], '--tls-key and --tls-cert go together'],
    ['--no-tls', ['--require-tls'], '--require-tls and --no-tls exclude each other'],
    ['--no-tls', ['--implicit-tls-port', '0'], '--implicit-tls-port needs TLS'],
    ['--no-tls', ['--ca-out', 'x'], '--no-tls leaves nothing to do for'],
    ['--ca-out', ['/nowhere/ca.pem'], "--ca-out /nowhere/ca.pem can't be written (ENOENT)"],
    ['--max', ['0'], '--max must be a whole number from 1'],
    ['operand', [], 'there is nothing to do with "operand"'],
  ])('%s %j -> %s', async (first, rest, message) => {
    const { code, err } = await run(['serve', '--port', '0', first, ...rest]);
    expect([code, err.replace(/\s+/g, ' ')]).toEqual([2, expect.stringContaining(message)]);
  });

  test('--out into a file -> a usage error that names it', async () => {
    const file = `${await scratchFolder()}/file`;
    await writeFile(file, '');
    const { code, err } = await run(['serve', '--port', '0', '--out', file]);
    expect(code).toBe(2);
    expect(err).toContain("can't be written to (EEXIST)");
  });

  test('a certificate that does not go with the key -> a usage error', async () => {
    const folder = await scratchFolder();
    const authority = createTestAuthority();
    await writeFile(`${folder}/key.pem`, authority.issue({ names: ['localhost'] }).key);
    await writeFile(`${folder}/cert.pem`, authority.issue({ names: ['localhost'] }).cert);
    const { code, err } = await run(['serve', '--port', '0', '--tls-key', `${folder}/key.pem`, '--tls-cert', `${folder}/cert.pem`]);
    expect(code).toBe(2);
    expect(err).toContain("can't be used together");
  });
});
