/** Our IMAP client logs in to Dovecot and to Cyrus: every mechanism that both know, every form of TLS. */
import assert from 'node:assert/strict';
import { createTestAuthority } from '@mailwright/testing';
import { DOVECOT_PASSWORD, startDovecot } from './dovecot.ts';
import { CYRUS, connectOurImap, DOVECOT, IMAP_PEERS, saidBy } from './imap-peer.ts';
import type { ImapError } from '@mailwright/imap-client';
import type { Scenario } from './scenario.ts';

const ALL_MECHANISMS = ['PLAIN', 'LOGIN', 'CRAM-MD5', 'DIGEST-MD5', 'SCRAM-SHA-1', 'SCRAM-SHA-256', 'OAUTHBEARER', 'XOAUTH2', 'ANONYMOUS'] as const;
const CLEAR = { tls: { mode: 'none' }, allowClearTextAuth: true } as const;

export const scenarios: readonly Scenario[] = [
  ...IMAP_PEERS.flatMap((kind) => kind.mechanisms.map((mechanism): Scenario => ({
    name: `our IMAP client -> ${kind.name}: AUTHENTICATE ${mechanism} inside verified STARTTLS, the right password and a wrong one`,
    needs: kind.needs,
    run: async (context) => {
      const peer = await kind.start(context);
      const ours = await connectOurImap(context, peer, { mechanisms: [mechanism] });
      assert.ok(saidBy(ours).includes('STARTTLS'));
      assert.ok(saidBy(ours).some((line) => line.startsWith(`AUTHENTICATE ${mechanism}`)), saidBy(ours).join('\n'));
      assert.equal((await ours.client.open('INBOX')).exists, 0);
      await ours.client.logout();
      const auth = { username: 'alice', password: 'wrong' };
      await assert.rejects(connectOurImap(context, peer, { mechanisms: [mechanism], auth }), { code: 'IMAP_AUTH_REJECTED' });
    },
  }))),
  ...(['OAUTHBEARER', 'XOAUTH2'] as const).map((mechanism): Scenario => ({
    name: `our IMAP client -> Dovecot: AUTHENTICATE ${mechanism} with a token that Dovecot checks, and with one of another user`,
    needs: DOVECOT.needs,
    run: async (context) => {
      const dovecot = await startDovecot(context);
      const peer = { ...dovecot, password: DOVECOT_PASSWORD, mechanisms: undefined };
      const { client } = await connectOurImap(context, peer, { mechanisms: [mechanism], auth: { username: 'alice', token: dovecot.token('alice') } });
      assert.equal((await client.open('INBOX')).exists, 0);
      const fresh = await connectOurImap(context, peer, { mechanisms: [mechanism], auth: () => Promise.resolve({ username: 'alice', token: dovecot.token('alice') }) });
      await fresh.client.noop();
      await assert.rejects(connectOurImap(context, peer, { mechanisms: [mechanism], auth: { username: 'alice', token: `${dovecot.token('bob')}x` } }), { code: 'IMAP_AUTH_REJECTED' });
    },
  })),
  {
    name: 'our IMAP client -> Dovecot: AUTHENTICATE EXTERNAL with a client certificate, TLS from the first octet',
    needs: DOVECOT.needs,
    run: async (context) => {
      const authority = createTestAuthority({ keyType: 'rsa' });
      const mine = authority.issue({ names: ['alice'], commonName: 'alice', clientAuth: true });
      const settings = [
        'auth_mechanisms = external plain', 'ssl_verify_client_cert = yes', 'ssl_require_crl = no', 'auth_ssl_username_from_cert = yes', 'auth_ssl_require_client_cert = no',
        'passdb {', '  driver = static', '  mechanisms = external', '  args = nopassword=y', '}',
      ];
      const dovecot = await startDovecot(context, { settings, clientAuthority: authority.certificate });
      const peer = { ...dovecot, password: DOVECOT_PASSWORD, mechanisms: undefined };
      const ours = await connectOurImap(context, peer, {
        port: dovecot.imapsPort, implicitTls: true, cert: mine.cert, key: mine.key, auth: { external: true }, mechanisms: ['EXTERNAL'],
      });
      assert.equal((await ours.client.open('INBOX')).exists, 0);
    },
  },
  ...IMAP_PEERS.map((kind): Scenario => ({
    name: `our IMAP client -> ${kind.name}: SCRAM-SHA-256 where nobody says otherwise; the LOGIN command; no password in clear text unless told so`,
    needs: kind.needs,
    run: async (context) => {
      const peer = await kind.start(context);
      const chosen = await connectOurImap(context, peer);
      assert.ok(saidBy(chosen).some((line) => line.startsWith('AUTHENTICATE SCRAM-SHA-256')), saidBy(chosen).join('\n'));
      const plain = await connectOurImap(context, peer, { disabled: ALL_MECHANISMS.map((name) => `AUTH=${name}`), mechanisms: undefined, ...CLEAR });
      assert.ok(saidBy(plain).some((line) => line.startsWith('LOGIN')), saidBy(plain).join('\n'));
      await assert.rejects(connectOurImap(context, peer, { tls: { mode: 'none' }, mechanisms: ['PLAIN'] }), { code: 'IMAP_AUTH_CLEAR_TEXT' });
    },
  })),
  {
    name: 'our IMAP client -> Cyrus: SCRAM-SHA-256-PLUS, which Cyrus 3.6 binds to tls-unique even in TLS 1.3: refused, with a hint what to do',
    needs: CYRUS.needs,
    run: async (context) => {
      const peer = await CYRUS.start(context);
      await assert.rejects(connectOurImap(context, peer, { mechanisms: undefined }), (error: ImapError) => error.code === 'IMAP_AUTH_REJECTED' && /SCRAM-SHA-256-PLUS.*mechanisms: \['SCRAM-SHA-256'\]/.test(error.message));
      const unbound = await connectOurImap(context, peer, { mechanisms: ['SCRAM-SHA-256'] });
      await unbound.client.noop();
    },
  },
  ...IMAP_PEERS.map((kind): Scenario => ({
    name: `our IMAP client -> ${kind.name}: TLS from the first octet; a certificate that nobody vouches for and one of another name are refused, by us`,
    needs: kind.needs,
    run: async (context) => {
      const peer = await kind.start(context);
      const implicit = { port: peer.imapsPort, implicitTls: true };
      const { client } = await connectOurImap(context, peer, implicit);
      assert.match(client.tls?.protocol ?? '', /^TLSv1\.[23]$/);
      const stranger = createTestAuthority().certificate;
      for (const more of [{ ca: stranger }, { tls: { mode: 'verified', names: ['other.example'] } as const }]) {
        await assert.rejects(connectOurImap(context, peer, { ...implicit, ...more }), { code: 'IMAP_TLS_FAILED' });
        await assert.rejects(connectOurImap(context, peer, more), { code: 'IMAP_TLS_FAILED' });
      }
      await client.noop();
    },
  })),
];
