/** Who is known before a word is said. */
import { memoryPair } from '@mailwright/net';
import { describe, expect, test } from 'vitest';
import type { ImapServerOptions } from '../../src/index.ts';
import { LineClient, makeServer, makeStore } from './line-client.ts';

async function greeting(preauthenticate: ImapServerOptions['preauthenticate'], more: Partial<ImapServerOptions> = {}): Promise<{ readonly line: string | undefined; readonly client: LineClient; readonly errors: unknown[] }> {
  const errors: unknown[] = [];
  const server = makeServer({ store: makeStore({ INBOX: ['Subject: x\n\ny'] }), preauthenticate, error: (error) => errors.push(error), ...more });
  const [near, far] = memoryPair();
  server.serve(far);
  const client = new LineClient(near);
  return { line: await client.line(), client, errors };
}

describe('PREAUTH', () => {
  test('rfc9051 7.1.4: a user that is known is let in with the greeting', async () => {
    const { line, client } = await greeting((session) => (session.peer.address === '' ? undefined : 'ann'));
    expect(line).toBe('* PREAUTH mailwright IMAP server ready');
    expect(await client.say('LOGIN ann secret')).toEqual(['. BAD LOGIN is not for the authenticated state']);
    expect((await client.say('SELECT INBOX')).at(-1)).toBe('. OK [READ-WRITE] SELECT completed');
  });

  test('rfc9051 7.1.4: the greeting carries the capabilities of who has logged in', async () => {
    const { line } = await greeting(async () => 'ann', { capabilityCodes: true, capabilities: ['IMAP4rev1', 'QUOTA'] });
    expect(line).toBe('* PREAUTH [CAPABILITY IMAP4rev1 QUOTA] mailwright IMAP server ready');
  });

  test('rfc9051 7.1.1: who is not known logs in', async () => {
    const { line, client } = await greeting(() => undefined);
    expect(line).toBe('* OK mailwright IMAP server ready');
    expect((await client.say('LOGIN ann secret')).at(-1)).toBe('. OK Logged in');
  });

  test('rfc9051 7.1.5: a user without an account is sent away', async () => {
    expect((await greeting(() => 'eve')).line).toBe('* BYE [AUTHORIZATIONFAILED] There is no such account');
  });

  test('rfc9051 7.1.5: a handler that throws sends everybody away, and the owner is told', async () => {
    const failure = new Error('no tunnel');
    const { line, errors } = await greeting(() => Promise.reject(failure));
    expect(line).toBe('* BYE [UNAVAILABLE] The server failed');
    expect(errors).toEqual([failure]);
  });
});
