
import { startSmtpServer } from '@mailwright/testing';
import { RawClient } from './raw-client.ts';

const MESSAGE = 'From: a@example.com\r\nSubject: Your code\r\n is 4711\r\n\r\nHello\r\n..dot\r\n';

async function deliver(client: RawClient, to: readonly string[] = ['b@example.com'], text: string = MESSAGE): Promise<string> {
  const rcpt = to.map((address) => `RCPT TO:<${address}>\r\n`).join('');
  await client.ask(`MAIL FROM:<a@example.com>\r\n${rcpt}DATA\r\n`, 2 + to.length);
  const replies = await client.ask(`${text}.\r\n`);
  return replies.at(-1)!;
}

async function greeted(port: number): Promise<RawClient> {
  const client = await RawClient.connect(port);
  await client.replies(1);
  await client.ask('EHLO client.example\r\n');
  return client;
}

describe('messages', () => {
  test('a delivered message is there when its 250 is seen, complete and parsed', async () => {
    await using server = await startSmtpServer();
    const client = await greeted(server.port);
    expect(await deliver(client, ['b@example.com', 'c@example.com'])).toMatch(/^250 /);
    const [message] = server.messages;
    expect(message?.envelope).toMatchObject({ from: 'a@example.com', to: ['b@example.com', 'c@example.com'] });
    expect(new TextDecoder().decode(message?.octets)).toBe('From: a@example.com\r\nSubject: Your code\r\n is 4711\r\n\r\nHello\r\n.dot\r\n');
    expect(message?.subject).toBe('Your code is 4711');
    expect(message?.header('FROM')).toBe('a@example.com');
    expect(message?.session).toMatchObject({ helloDomain: 'client.example', tls: undefined, identity: undefined });
    client.destroy();
  });
});
