import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { record, records } from './support/captured-io.ts';
import { run, scratchFolder, scriptedServer, serving } from './support/run-command.ts';

const SPOKEN = ['S: 220 mx.example ESMTP', 'C: EHLO client.example', 'S: 250-mx.example', 'S: 250 SIZE 1000', 'C: AUTH PLAIN AGphbmUAc2VjcmV0', 'S: 235 2.7.0 ok', 'C: DATA', 'S: 354 go', 'C: Subject: x', 'C: ', 'C: hi', 'C: .', 'S: 250 ok', 'C: QUIT', 'S: 221 bye'];

describe('mailwright explain FILE', () => {
  test('text: each line with its meaning and RFC, the password hidden, the message one block', async () => {
    const file = `${await scratchFolder()}/session.txt`;
    await writeFile(file, SPOKEN.join('\n'));
    const { code, out, err } = await run(['explain', file]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('S  220 mx.example ESMTP');
    expect(out).toContain('RFC 1870');
    expect(out).toContain('C  AUTH PLAIN ***');
    expect(out).not.toContain('AGphbmUAc2VjcmV0');
    expect(out).toContain('(message text: 3 lines, 21 octets)');
  });

  test.each([['CRLF line ends', SPOKEN.join('\r\n')], ['a byte order mark', `\ufeff${SPOKEN.join('\n')}`], ['blank lines and blanks in front', SPOKEN.map((line) => `\n  ${line}`).join('\n')]])('text with %s -> the same', async (_name, text) => {
    const plain = await run(['explain', '-', '--json'], { stdin: SPOKEN.join('\n') });
    expect((await run(['explain', '-', '--json'], { stdin: text })).out).toBe(plain.out);
  });

  test('--json: a record a line', async () => {
    const { out } = await run(['explain', '-', '--json'], { stdin: SPOKEN.join('\n') });
    expect(records(out)[1]).toEqual({ type: 'explained', session: '1', direction: 'client', text: 'EHLO client.example', meaning: expect.stringContaining('client.example'), source: 'RFC 5321 4.1.1.1', group: null });
    expect(records(out)).toHaveLength(SPOKEN.length - 3);
  });

  test('what send --trace shows can be pasted', async () => {
    const { out } = await run(['explain', '-', '--json'], { stdin: 'S  220 hi\nC  EHLO x\nS  250 x\n1  C  QUIT\n' });
    expect(records(out).map(({ direction, text }) => [direction, text])).toEqual([['server', '220 hi'], ['client', 'EHLO x'], ['server', '250 x'], ['client', 'QUIT']]);
  });

  test('what send --trace --json writes can be piped', async () => {
    const server = await serving();
    const sent = await run(['send', '--from', 'a@x.example', '--to', 'b@y.example', '--subject', 'x', '--host', '127.0.0.1', '--port', String(server.port), '--trace', '--json']);
    const { code, out } = await run(['explain', '-'], { stdin: sent.out });
    expect(code).toBe(0);
    expect(out).toContain('C┌ MAIL FROM:<a@x.example>');
    expect(out).toContain('TLSv1.3');
  });

  test('what serve --dialogue --json writes can be piped, each session by itself', async () => {
    const server = await serving(['--dialogue', '--json']);
    for (const name of ['one.example', 'two.example']) await run(['explain', '--host', '127.0.0.1', '--port', String(server.port), '--helo', name, '--tls', 'none']);
    const { out } = await run(['explain', '-'], { stdin: (await server.stop()).out });
    expect(out).toMatch(/── session 1 ─[^]*EHLO one\.example[^]*── session 2 ─[^]*EHLO two\.example/);
  });

  const IMAP = ['S: * OK [CAPABILITY IMAP4rev1 IDLE] hi', 'C: a1 LOGIN jane {6}', 'S: + go', 'C: secret', 'S: a1 OK in', 'C: a2 SELECT INBOX', 'S: * 3 EXISTS', 'S: a2 OK open', 'C: a3 FETCH 1 BODY[]', 'S: * 1 FETCH (BODY[] {7}', 'S: hello', 'S: )', 'S: a3 OK done'];
  const POP3 = ['S: +OK ready', 'C: USER jane', 'S: +OK', 'C: PASS secret', 'S: +OK', 'C: RETR 1', 'S: +OK', 'S: Subject: x', 'S: ', 'S: hi', 'S: .', 'C: QUIT', 'S: +OK bye'];

  test('an IMAP session: the greeting tells, literals are counted, the password is hidden', async () => {
    const { code, out } = await run(['explain', '-', '--json'], { stdin: IMAP.join('\n') });
    expect(code).toBe(0);
    expect(out).not.toContain('secret');
    expect(records(out).map(({ direction, text, source }) => [direction, text, source])).toEqual([
      ['server', '* OK [CAPABILITY IMAP4rev1 IDLE] hi', 'RFC 9051 7.1.1; RFC 9051 7.1'], ['client', 'a1 LOGIN *** {6}', 'RFC 9051 6.2.3'], ['server', '+ go', 'RFC 9051 7.6'],
      ['client', '(6 octets)', 'RFC 9051 4.3'], ['server', 'a1 OK in', 'RFC 9051 7.1.1'], ['client', 'a2 SELECT INBOX', 'RFC 9051 6.3.2'], ['server', '* 3 EXISTS', 'RFC 9051 7.4.1'],
      ['server', 'a2 OK open', 'RFC 9051 7.1.1'], ['client', 'a3 FETCH 1 BODY[]', 'RFC 9051 6.4.5'], ['server', '* 1 FETCH (BODY[] {7}', 'RFC 9051 7.5.2'], ['server', '(7 octets)', 'RFC 9051 4.3'],
      ['server', ')', 'RFC 9051 4.3'], ['server', 'a3 OK done', 'RFC 9051 7.1.1'],
    ]);
  });

  test('a POP3 session: what follows +OK in several lines is counted, the password is hidden', async () => {
    const { code, out } = await run(['explain', '-', '--json'], { stdin: POP3.join('\n') });
    expect(code).toBe(0);
    expect(out).not.toContain('secret');
    expect(records(out).map(({ text }) => text)).toEqual(['+OK ready', 'USER jane', '+OK', 'PASS ***', '+OK', 'RETR 1', '+OK', '(21 octets)', 'QUIT', '+OK bye']);
    expect(records(out)[5]).toMatchObject({ direction: 'client', source: 'RFC 1939 5' });
  });

  test('JSON lines of another recorder: the protocol is told from what was said', async () => {
    const line = (direction: string, text: string | null, octets: number): string => JSON.stringify({ line: 1, direction, atMs: 0, octets, text, redacted: false });
    const stdin = [line('server', '* PREAUTH hi', 14), line('client', 'A1 APPEND INBOX {5+}', 22), line('client', null, 5), line('client', '', 2), line('server', 'A1 OK', 7)].join('\n');
    const { out } = await run(['explain', '-', '--json'], { stdin });
    expect(records(out).map(({ text, source }) => [text, source])).toEqual([['* PREAUTH hi', 'RFC 9051 7.1.4'], ['A1 APPEND INBOX {5+}', 'RFC 9051 6.3.12'], ['(5 octets)', 'RFC 9051 4.3'], ['A1 OK', 'RFC 9051 7.1.1']]);
  });

  test.each([
    ['C: a1 UID FETCH 1 FLAGS', 'RFC 9051 6.4.5'], ['C: STAT', 'RFC 1939 5'], ['C: MAIL FROM:<a@b.example>', 'RFC 5321 4.1.1.2'], ['C: HELP NOOP', 'RFC 5321 4.1.1.8'], ['S: a7 NO none', 'RFC 9051 7.1.2'], ['S: -ERR no', 'RFC 1939 3'],
  ])('%s alone: the protocol is told from it', async (line, source) => {
    const { out } = await run(['explain', '-', '--json'], { stdin: line });
    expect(records(out)[0]).toMatchObject({ source });
  });

  test.each([
    ['nothing', '', 'the standard input is empty'],
    ['a letter', 'From: a@b.example\n\nhi', 'the standard input is no transcript'],
    ['JSON that is no entry', '{"type":"line","direction":"up"}', 'line 1 of the standard input is no entry of a transcript'],
    ['a broken line of JSON', '{"type":"listening"}\n{"type":', 'line 2 of the standard input is no entry of a transcript'],
    ['records without lines', '{"type":"listening"}', 'the standard input has no lines of a session'],
    ['null', '{}\nnull', 'line 1 of the standard input is no entry'],
  ])('%s -> a usage error that says what is missing', async (_name, stdin, message) => {
    const { code, err } = await run(['explain', '-'], { stdin });
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  test.each([
    ['neither file nor server', [], 'there is nothing to explain'],
    ['both', ['x.txt', '--url', 'smtp://localhost'], 'give either a transcript or a server'],
    ['a file that is not there', ['/nowhere'], '/nowhere can\'t be read: there is no such file'],
    ['two files', ['a', 'b'], '"b" is one too many'],
  ])('%s -> a usage error', async (_name, args, message) => {
    const { code, err } = await run(['explain', ...args]);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  test('a transcript without end -> refused at the limit, not held', async () => {
    const { code, err } = await run(['explain', '-'], { stdin: new Uint8Array(33_554_433).fill(0x61) });
    expect([code, err]).toEqual([2, expect.stringContaining('the standard input is larger than 33554432 octets')]);
  });
});

describe('mailwright explain --url', () => {
  test('EHLO, STARTTLS, EHLO, QUIT explained; what TLS was negotiated', async () => {
    const server = await serving(['--json']);
    const { code, out } = await run(['explain', '--url', `smtp://localhost:${server.port}`]);
    expect(code).toBe(0);
    expect(out).toMatch(/C {2}EHLO[^]*C {2}STARTTLS[^]*TLSv1\.3[^]*C {2}EHLO[^]*C {2}QUIT/);
    expect(out).toMatch(/── TLS ─+\n {2}protocol +TLSv1\.3\n/);
    expect(out).toMatch(/trusted +no: /);
    expect(record((await server.stop()).out, 'closed')).toMatchObject({ messages: 0, sessions: 1 });
  });

  test('--ca: trusted; --json: explained lines, then TLS', async () => {
    const ca = `${await scratchFolder()}/ca.pem`;
    const server = await serving(['--ca-out', ca]);
    const { out } = await run(['explain', '--url', `smtp://localhost:${server.port}`, '--ca', ca, '--json']);
    expect(record(out, 'tls')['tls']).toMatchObject({ protocol: 'TLSv1.3', authorized: true, serverName: 'localhost', certificate: { names: expect.arrayContaining(['localhost']) } });
    expect(records(out).filter(({ type }) => type === 'explained').length).toBeGreaterThan(20);
  });

  test('a server without TLS', async () => {
    const server = await serving(['--no-tls']);
    const { code, out } = await run(['explain', '--url', `smtp://127.0.0.1:${server.port}`]);
    expect(code).toBe(0);
    expect(out).toContain('none: everything went over the wire in clear text');
  });

  test('a login that fails: what was said is explained, then the failure is told', async () => {
    const server = await serving(['--auth', 'jane:right']);
    const { code, out, err } = await run(['explain', '--url', `smtp://jane:wrong@127.0.0.1:${server.port}`, '--tls', 'required']);
    expect(code).toBe(3);
    expect(out).toContain('C  AUTH SCRAM-SHA-256-PLUS ***');
    expect(out).toContain('535 5.7.8');
    expect(err).toContain('SMTP_AUTH_REJECTED');
    expect(out + err).not.toContain('wrong:');
  });

  test('STARTTLS that breaks: the second connection, in clear text, is a session of its own', async () => {
    let broken = false;
    const port = await scriptedServer((line) => {
      if (broken && line.startsWith('EHLO')) return '250 scripted.example';
      if (line.startsWith('EHLO')) return '250-scripted.example\r\n250 STARTTLS';
      if (line === 'QUIT') return '221 bye';
      if (line !== 'STARTTLS') return undefined;
      broken = true;
      return '220 go\r\nthis is no TLS';
    });
    const { out } = await run(['explain', '--url', `smtp://127.0.0.1:${port}`]);
    expect(out).toContain('STARTTLS');
  });

  test('nobody listens -> exit code 3', async () => {
    const server = await serving();
    await server.stop();
    const { code, err } = await run(['explain', '--url', `smtp://127.0.0.1:${server.port}`]);
    expect([code, err]).toEqual([3, expect.stringContaining('SMTP_DIAL_FAILED')]);
  });
});
