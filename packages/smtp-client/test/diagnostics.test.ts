/** What subscribers of the diagnostics channels are told. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type AttemptDiagnostic, connectSmtp, createSmtpPool, type SessionDiagnostic, type TransactionDiagnostic } from '@mailwright/smtp-client';
import { describe, expect, test } from 'vitest';
import { scripted } from './support/peer.ts';
import { connected, FakeClock, message, offline, settle } from './support/world.ts';

/** Runs `act` and gives what was told meanwhile, in its order, in words. */
async function told(act: () => Promise<void>): Promise<string[]> {
  const heard: string[] = [];
  const first = { id: 0 };
  const onSession = (event: unknown): void => {
    const diagnostic = event as SessionDiagnostic;
    if (diagnostic.type === 'failed') return void heard.push(`failed ${diagnostic.error.code} in ${diagnostic.error.phase}`);
    first.id ||= diagnostic.id;
    const number = diagnostic.id - first.id + 1;
    heard.push(diagnostic.type === 'open' ? `open ${number}, tls ${diagnostic.tls !== undefined}` : `close ${number}, messages ${diagnostic.messages}, ${diagnostic.code}`);
  };
  const onAttempt = (event: unknown): void => {
    const { sender, recipients, sessionId, result } = event as AttemptDiagnostic;
    heard.push(`attempt ${sender} > ${recipients.join()} in ${sessionId - first.id + 1}: ${result.outcome}`);
  };
  const onTransaction = (event: unknown): void => {
    const { sender, recipients, result } = event as TransactionDiagnostic;
    heard.push(`transaction ${sender} > ${recipients.join()}: ${result.outcome}, attempts ${result.attempts}`);
  };
  const listeners = [['session', onSession], ['attempt', onAttempt], ['transaction', onTransaction]] as const;
  for (const [name, listener] of listeners) subscribe(`mailwright:smtp-client:${name}`, listener);
  try {
    await act();
    await settle();
  } finally {
    for (const [name, listener] of listeners) unsubscribe(`mailwright:smtp-client:${name}`, listener);
  }
  return heard;
}

describe('diagnostics channels', () => {
  test('a message, from the session to its end', async () => {
    const heard = await told(async () => {
      const { connection } = await connected(['PIPELINING'], async (peer) => {
        await peer.takeMessage();
        await peer.hear('QUIT');
        peer.say('221 bye');
        peer.transport.close();
      });
      await connection.send(message());
      await connection.quit();
    });
    expect(heard).toEqual([
      'open 1, tls false',
      'attempt sender@client.example > rcpt@server.example in 1: accepted',
      'transaction sender@client.example > rcpt@server.example: accepted, attempts 1',
      'close 1, messages 1, SMTP_CLOSED',
    ]);
  });

  test('a session that does not come to be is told as failed, and no message is lost without a word', async () => {
    const heard = await told(async () => {
      const dialer = scripted(async (peer) => {
        peer.say('554 no');
        await peer.hear('QUIT');
        peer.say('221 bye');
      });
      const clock = new FakeClock();
      await expect(connectSmtp(offline(dialer, clock))).rejects.toMatchObject({ code: 'SMTP_GREETING_REFUSED' });
      await using pool = createSmtpPool({ ...offline(dialer, clock), attempts: 1 });
      await pool.send(message({ from: null }));
    });
    expect(heard).toEqual([
      'failed SMTP_GREETING_REFUSED in greeting',
      'failed SMTP_GREETING_REFUSED in greeting',
      'transaction  > rcpt@server.example: not-sent, attempts 1',
    ]);
  });

  test('a message that is tried twice: two attempts, one transaction', async () => {
    let connections = 0;
    const heard = await told(async () => {
      const dialer = scripted(async (peer) => {
        await peer.greet('PIPELINING');
        if (++connections > 1) return void (await peer.takeMessage());
        await peer.takeMessage();
        await peer.hear('MAIL');
        peer.transport.close(); // the second message finds a connection that is gone
      });
      const pool = createSmtpPool({ ...offline(dialer, new FakeClock()), maxConnections: 1 });
      await pool.send(message());
      await pool.send(message({ from: 'second@client.example' }));
      await pool.close({ timeoutMs: 0 });
    });
    expect(heard.filter((line) => line.includes('second@'))).toEqual([
      'attempt second@client.example > rcpt@server.example in 1: not-sent',
      'attempt second@client.example > rcpt@server.example in 2: accepted',
      'transaction second@client.example > rcpt@server.example: accepted, attempts 1', // a connection that had gone while it rested costs no try
    ]);
  });
});
