import { describe, expect, test } from 'vitest';
import {
  auditSmtpServer, type AuditFinding, createTestAuthority, FakeClock, faults, scriptedSmtpServer, settle, startSmtpServer, type TestServerOptions, virtualNetwork,
} from '@mailwright/testing';
import { naiveServer } from './naive-server.ts';

const brief = (findings: readonly AuditFinding[], status: AuditFinding['status']): string[] => findings.filter((finding) => finding.status === status).map(({ id }) => id);

/** What a failed expectation shows. */
const shown = (findings: readonly AuditFinding[]): string => findings.filter(({ status }) => status !== 'pass').map(({ id, status, detail }) => `${id} ${status}: ${detail}`).join('\n');

describe('our own server', () => {
  test.each<[string, TestServerOptions]>([
    ['as it is', { auth: { ann: 'secret' } }],
    ['that normalizes line ends', { auth: { ann: 'secret' }, lineEnds: 'normalize', nul: 'normalize' }],
    ['that passes line ends on', { auth: { ann: 'secret' }, lineEnds: 'pass', nul: 'pass' }],
  ])('%s -> passes every probe, none skipped', async (_name, options) => {
    await using server = await startSmtpServer({ ...options, tarpit: false });
    const findings = await auditSmtpServer({ host: '127.0.0.1', port: server.port, to: 'audit@example.com', ca: server.ca });
    expect(shown(findings)).toBe('');
    expect(findings).toHaveLength(31); // the README says so
    for (const { id, source, title, transcript } of findings) {
      expect(id).toMatch(/^[a-z0-9-]+$/);
      expect(source).toMatch(/^RFC \d+ [\d.]+(?:; RFC \d+ [\d.]+)*$/);
      expect(title).not.toBe('');
      expect(transcript.length).toBeGreaterThan(0);
    }
    expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length);
  });

  test('without TLS, AUTH, CHUNKING, PIPELINING and SIZE -> those probes are skipped', async () => {
    await using server = await startSmtpServer({ tls: 'none', disabled: ['CHUNKING', 'BINARYMIME', 'PIPELINING', 'SIZE'], tarpit: false });
    const findings = await auditSmtpServer({ host: '127.0.0.1', port: server.port });
    expect(brief(findings, 'fail')).toEqual([]);
    expect(brief(findings, 'skipped')).toEqual([
      'starttls-injection', 'starttls-forgets-ehlo', 'starttls-forgets-transaction', 'starttls-argument', 'starttls-once', 'bdat-refused-chunk-is-read', 'bdat-dot-is-no-end', 'bdat-then-data',
      'bdat-size-that-is-no-number', 'pipelining-in-order', 'pipelining-behind-message', 'size-declared', 'auth-inside-transaction',
    ]);
  });

  test('a recipient that is refused -> what needs a message is skipped', async () => {
    await using server = await startSmtpServer({ rcpt: () => ({ code: 550, enhanced: '5.1.1', lines: ['No'] }), tarpit: false });
    const findings = await auditSmtpServer({ host: '127.0.0.1', port: server.port, only: 'end-of-data' });
    expect(findings.every(({ status, detail }) => status === 'skipped' && detail === 'the envelope was refused: 550 5.1.1 No')).toBe(true);
  });
});

describe('servers with holes', () => {
  test('a naive server -> its holes, by name', async () => {
    const server = await naiveServer(createTestAuthority().issue({ names: ['localhost'] }));
    const findings = await auditSmtpServer({ host: '127.0.0.1', port: server.port, timeoutMs: 300 });
    server.close();
    expect(brief(findings, 'fail')).toEqual([
      'end-of-data-lf-dot-lf', 'end-of-data-lf-dot-crlf', 'end-of-data-crlf-dot-lf', 'end-of-data-cr-dot-cr', 'end-of-data-cr-dot-crlf', 'end-of-data-crlf-dot-cr', 'end-of-data-cr-dot-lf',
      'end-of-data-lf-dot-cr', 'starttls-injection', 'starttls-forgets-ehlo', 'starttls-forgets-transaction', 'starttls-argument', 'starttls-once', 'bdat-refused-chunk-is-read', 'bdat-dot-is-no-end',
      'bdat-size-that-is-no-number', 'command-bare-lf', 'command-bare-cr', 'command-nul', 'command-line-without-end', 'mail-before-ehlo', 'mail-twice', 'pipelining-in-order', 'size-declared',
      'auth-in-clear-text', 'auth-inside-transaction',
    ]);
  });

  test('a reply inside TLS that nothing there asked for -> starttls-injection', async () => {
    await using server = await scriptedSmtpServer([
      'S: 220 x', 'C: EHLO *', 'S: 250-x', 'S: 250 STARTTLS', 'C: STARTTLS', 'C: NOOP', 'S: 220 go', '# tls', 'S: 250 the NOOP', 'C: EHLO *', 'S: 250-x', 'S: 250 AUTH', 'C: QUIT', 'S: 221 bye',
    ]);
    const [finding] = await auditSmtpServer({ host: '127.0.0.1', port: server.port, only: 'starttls-injection' });
    expect(finding).toMatchObject({ status: 'fail', severity: 'critical', source: 'RFC 3207 4.2; RFC 3207 6' });
    expect(finding?.detail).toContain('250 the NOOP');
  });

  test.each<[string, string[]]>([
    ['does not greet', ['S: 554 no']],
    ['does not take EHLO', ['S: 220 x', 'C: EHLO *', 'S: 502 no']],
    ['closes at once', ['# close']],
  ])('a server that %s -> findings, no exception', async (_name, script) => {
    await using server = await scriptedSmtpServer(script);
    const findings = await auditSmtpServer({ host: '127.0.0.1', port: server.port, only: 'end-of-data-lf' });
    expect(brief(findings, 'fail')).toHaveLength(3);
  });

  test('a server that says nothing -> a finding when the time is up', async () => {
    const clock = new FakeClock();
    const network = virtualNetwork({ clock });
    await using _server = await startSmtpServer({ network, hostname: 'mx.example', faults: faults().on('final-dot').stall() });
    const audit = auditSmtpServer({ host: 'mx.example', port: 25, only: 'end-of-data-lf-dot-lf', clock, dial: network.dial });
    await settle();
    await clock.advanceAsync(20_000);
    expect((await audit)[0]).toMatchObject({ status: 'fail', detail: 'the server did not answer the message' });
  });

  test('a server that never stops talking -> cut, and a finding', async () => {
    await using server = await scriptedSmtpServer(['S: 220 x', 'C: EHLO *', `S+ ${'250-x\r\n'.repeat(200_000)}`]);
    const [finding] = await auditSmtpServer({ host: '127.0.0.1', port: server.port, only: 'mail-twice' });
    expect(finding).toMatchObject({ status: 'fail', detail: 'the server did not take EHLO' });
  });

  test('a server that is not there -> NET_DIAL_FAILED', async () => {
    const server = await startSmtpServer();
    await server.close();
    await expect(auditSmtpServer({ host: '127.0.0.1', port: server.port })).rejects.toMatchObject({ code: 'NET_DIAL_FAILED' });
  });

  test.each([{ to: 'x\r\nQUIT' }, { from: 'no address' }, { to: '' }])('%j -> TypeError', async (addresses) => {
    await expect(auditSmtpServer({ host: '127.0.0.1', port: 25, ...addresses })).rejects.toBeInstanceOf(TypeError);
  });
});
