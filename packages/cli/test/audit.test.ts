import { describe, expect, test } from 'vitest';
import { record, records } from './support/captured-io.ts';
import { run, scriptedServer, serving } from './support/run-command.ts';

/** Says yes to everything, in any order. */
const CREDULOUS = (line: string): string => (line === 'QUIT' ? '221 bye' : line === 'DATA' ? '354 go' : '250 ok');

describe('mailwright audit', () => {
  test('a server of ours -> nothing fails, exit code 0', async () => {
    const server = await serving(['--quiet', '--auth', 'jane:secret']);
    const { code, out } = await run(['audit', `smtp://127.0.0.1:${server.port}`, '--to', 'joe@y.example']);
    expect(out).toMatch(/✓ end-of-data-lf-dot-lf +Only CRLF\.CRLF ends a message/);
    expect(out).not.toContain('✗');
    expect(out).toMatch(/Nothing failed, \d+ passed, 0 could not be tried\.\n$/);
    expect(code).toBe(0);
  });

  test('a server that believes everything -> what failed, with severity and RFC, exit code 1', async () => {
    const port = await scriptedServer(CREDULOUS);
    const { code, out } = await run(['audit', `smtp://127.0.0.1:${port}`, '--only', 'mail-', '--timeout', '2']);
    expect(code).toBe(1);
    expect(out).toMatch(/✗ mail-before-ehlo +MAIL before EHLO or HELO is refused\.\n +info, RFC 5321 4\.1\.4\. The server: 250 ok/);
    expect(out).toMatch(/2 probes failed, 0 passed, 0 could not be tried\.\n$/);
  });

  test('--explain: the dialogue of what failed', async () => {
    const port = await scriptedServer(CREDULOUS);
    const { out } = await run(['audit', `smtp://127.0.0.1:${port}`, '--only', 'mail-before', '--explain']);
    expect(out).toMatch(/ {4}C {2}MAIL FROM:<>[^]*RFC 5321 4\.1\.1\.2/);
  });

  test('--json: a record for each probe, and the counts', async () => {
    const server = await serving(['--quiet']);
    const { code, out } = await run(['audit', `smtp://127.0.0.1:${server.port}`, '--only', 'bdat', '--json', '--to', 'joe@y.example']);
    const findings = records(out).filter(({ type }) => type === 'finding');
    expect(findings[0]).toEqual({ type: 'finding', id: 'bdat-refused-chunk-is-read', status: 'pass', severity: 'critical', title: expect.any(String), detail: expect.any(String), source: 'RFC 3030 2' });
    expect(record(out, 'summary')).toEqual({ type: 'summary', passed: findings.length, failed: 0, skipped: 0 });
    expect(code).toBe(0);
  });

  test.each([
    ['no server', [], 'which server?'],
    ['no URL', ['localhost'], 'url'],
    ['TLS from the first octet', ['smtps://localhost'], 'the probes begin in clear text'],
    ['a probe that is none', ['PORT', '--only', 'zzz'], 'no probe has a name that begins with "zzz"'],
    ['a sender that is none', ['PORT', '--from', 'x y'], 'x y'],
  ])('%s -> a usage error', async (_name, args, message) => {
    const port = await scriptedServer(CREDULOUS);
    const { code, err } = await run(['audit', ...args.map((arg) => (arg === 'PORT' ? `smtp://127.0.0.1:${port}` : arg))]);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  test('nobody listens -> exit code 3', async () => {
    const server = await serving();
    await server.stop();
    expect((await run(['audit', `smtp://127.0.0.1:${server.port}`])).code).toBe(3);
  });
});
