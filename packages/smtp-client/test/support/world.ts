/** What most tests start from: a fake clock, seeded chance, a connection to a script. */
import { FakeClock, settle } from '../../../testing/src/fake-clock.ts';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { connectSmtp, type SmtpConnection, type SmtpConnectOptions, type SmtpMessage } from '@mailwright/smtp-client';
import { octets, type Peer, scripted, type ScriptedDial } from './peer.ts';

export { FakeClock, SeededRandom, settle };

export const CLIENT = 'client.example';

/** A small message from one to another. */
export function message(over: Partial<SmtpMessage> = {}): SmtpMessage {
  return { from: 'sender@client.example', to: 'rcpt@server.example', body: octets('Subject: hi\r\n\r\nhello\r\n'), ...over };
}

export interface World extends ScriptedDial {
  readonly clock: FakeClock;
  readonly connection: SmtpConnection;
}

/** Options that reach a script and nothing else. */
export function offline(dialer: ScriptedDial, clock: FakeClock, over: Partial<SmtpConnectOptions> = {}): SmtpConnectOptions {
  return { host: 'server.example', dial: dialer.dial, clock, random: new SeededRandom(1), helloDomain: CLIENT, ...over };
}

/** A connection to a script that greets with these keywords and then goes on as it likes. */
export async function connected(keywords: readonly string[], script: (peer: Peer) => Promise<void>, over: Partial<SmtpConnectOptions> = {}): Promise<World> {
  const clock = new FakeClock();
  const dialer = scripted(async (peer) => {
    await peer.greet(...keywords);
    await script(peer);
  });
  const connection = await connectSmtp(offline(dialer, clock, over));
  return { ...dialer, clock, connection };
}
