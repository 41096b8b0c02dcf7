/** The audit of `@mailwright/testing` against our server, and against Postfix: the same probes judge both. */
import assert from 'node:assert/strict';
import { auditSmtpServer, createTestAuthority } from '@mailwright/testing';
import { PASSWORD, TO, USERNAME, startOurServer } from './our-server.ts';
import { startPostfix } from './postfix.ts';
import type { AuditFinding, AuditOptions, TestServerOptions } from '@mailwright/testing';
import type { Scenario } from './scenario.ts';

/** What Postfix's manual recommends; Debian's Postfix 3.7 has none of it by default. */
const HARDENED = { smtpd_forbid_bare_newline: 'reject', smtpd_forbid_bare_newline_exclusions: '', smtpd_helo_required: 'yes', smtpd_tls_auth_only: 'yes' };
const UNHURRIED = { smtpd_error_sleep_time: '0', smtpd_soft_error_limit: '100', smtpd_hard_error_limit: '200' };
const AUTH = { [USERNAME]: PASSWORD };

async function failures(options: AuditOptions): Promise<string[]> {
  const findings: AuditFinding[] = await auditSmtpServer({ timeoutMs: 5000, to: TO, ...options });
  assert.ok(findings.filter(({ status }) => status === 'pass').length >= findings.length / 2);
  return findings.filter(({ status }) => status === 'fail').map(({ id, detail }) => `${id}: ${detail}`);
}

export const scenarios: readonly Scenario[] = [
  ...([
    { how: 'as it is', options: {} },
    { how: 'with AUTH', options: { auth: AUTH } },
    { how: 'without CHUNKING and PIPELINING', options: { auth: AUTH, disabled: ['CHUNKING', 'PIPELINING'] } },
    { how: 'without TLS', options: { auth: AUTH, tls: 'none' } },
  ] satisfies readonly { readonly how: string; readonly options: TestServerOptions }[]).map(({ how, options }): Scenario => ({
    name: `audit -> our server ${how}: nothing is found`,
    needs: [],
    run: async (context) => {
      // Some probes break the handshake on purpose.
      const ours = await startOurServer(context, { error: () => undefined, ...options });
      assert.deepEqual(await failures({ host: '127.0.0.1', port: ours.port, ca: ours.server.ca }), []);
    },
  })),
  {
    name: 'audit -> Postfix: nothing is found in a hardened one, and the end of data in one that is not',
    needs: ['postfix'],
    run: async (context) => {
      const tls = createTestAuthority().issue({ names: ['postfix.example'] });
      const auth = { username: USERNAME, password: PASSWORD };
      const hardened = await startPostfix(context, { tls, auth, settings: { ...UNHURRIED, ...HARDENED } });
      assert.deepEqual(await failures({ host: '127.0.0.1', port: hardened.port, ca: tls.ca }), []);
      const soft = await startPostfix(context, { tls, auth, settings: { ...UNHURRIED, smtpd_forbid_bare_newline: 'no' } });
      const found = await failures({ host: '127.0.0.1', port: soft.port, ca: tls.ca, only: 'end-of-data-' });
      assert.deepEqual(found.map((text) => text.split(':', 1)[0]), ['end-of-data-lf-dot-lf', 'end-of-data-lf-dot-crlf', 'end-of-data-crlf-dot-lf']);
    },
  },
];
