/** A client and a server that hold on to each other in memory. */
import { type MemoryPairOptions, memoryPair, type Transport } from '@mailwright/net';
import { Pop3Client, type Pop3ConnectOptions } from '@mailwright/pop3-client';
import { encodeUtf8, latin1 } from '@mailwright/wire';
import { TestMaildrop, type TestServerOptions } from './test-server.ts';

export const USERS: Readonly<Record<string, string>> = { jane: 'secret' };
export const MESSAGES: readonly string[] = ['Subject: one\r\n\r\nHello\r\n', 'Subject: two\r\n\r\n.dot\r\n..\r\nlast\r\n', 'Subject: three\r\n\r\nbye\r\n'];

export const PLAIN: Pop3ConnectOptions = { tls: { mode: 'none' }, allowClearTextAuth: true, auth: { username: 'jane', password: 'secret' } };

/** A maildrop, and options that lead to it. */
export function world(options: TestServerOptions = {}, pair: MemoryPairOptions = {}): { readonly maildrop: TestMaildrop; readonly options: Pop3ConnectOptions } {
  const maildrop = new TestMaildrop({ users: USERS, messages: MESSAGES, ...options, machine: { clearTextAuth: 'allow', ...options.machine } });
  const dial = async (): Promise<Transport> => {
    const [client, server] = memoryPair(pair);
    void maildrop.serve(server).catch(() => undefined);
    return client;
  };
  return { maildrop, options: { ...PLAIN, dial } };
}

/** A server that says what a function says: what came so far goes in, octets or an end come out. */
export function scripted(say: (heard: string, connection: Transport) => string | Uint8Array | 'close' | undefined): Pop3ConnectOptions {
  const dial = async (): Promise<Transport> => {
    const [client, server] = memoryPair();
    let heard = '';
    const answer = (line: string): void => {
      const said = say(line, server);
      if (said === 'close') server.destroy();
      else if (said !== undefined) server.write(said);
    };
    server.attach({
      data: (octets) => {
        heard += latin1(octets);
        for (let end = heard.indexOf('\r\n'); end >= 0; end = heard.indexOf('\r\n')) {
          const line = heard.slice(0, end);
          heard = heard.slice(end + 2);
          answer(line);
        }
      },
      end: () => server.close(),
      drained: () => undefined,
      closed: () => undefined,
    });
    answer('');
    return client;
  };
  return { ...PLAIN, dial };
}

/** The script of a server without CAPA that lets everybody in, before it does what `more` says. */
export function permissive(more: (line: string, connection: Transport) => string | Uint8Array | 'close' | undefined): Pop3ConnectOptions {
  return scripted((line, connection) => {
    if (line === '') return '+OK ready\r\n';
    if (line === 'CAPA') return '-ERR\r\n';
    if (line.startsWith('USER') || line.startsWith('PASS')) return '+OK\r\n';
    return more(line, connection);
  });
}

export async function textOf(message: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const octets of message) text += latin1(octets);
  return text;
}

/** A message of so many octets, in lines. */
export function large(octets: number): Uint8Array {
  const line = encodeUtf8(`${'x'.repeat(70)}\r\n`);
  const message = new Uint8Array(octets);
  for (let at = 0; at < octets; at += line.length) message.set(line.subarray(0, Math.min(line.length, octets - at)), at);
  message.set(encodeUtf8('\r\n'), octets - 2);
  return message;
}

export { Pop3Client };
