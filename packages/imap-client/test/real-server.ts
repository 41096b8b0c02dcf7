/** Clients of the real server over a store in memory, with any capabilities. */
import { memoryPair, type MemoryPairOptions } from '@mailwright/net';
import { createImapServer, defaultCapabilities, type MailboxFixture, MemoryStore } from '../../imap-server/src/index.ts';
import { ImapClient } from '../src/client.ts';
import type { ImapConnectOptions } from '../src/options.ts';

export interface RealServer extends AsyncDisposable {
  /** A new client, logged in. */
  connect(options?: ImapConnectOptions): Promise<ImapClient>;
}

export interface RealServerOptions extends MemoryPairOptions {
  readonly mailboxes?: Readonly<Record<string, MailboxFixture>>;
  readonly capabilities?: Iterable<string>;
}

export function realServer({ mailboxes = {}, capabilities, ...pair }: RealServerOptions = {}): RealServer {
  const store = new MemoryStore({ users: { ann: { password: 'secret', mailboxes } } });
  const server = createImapServer({ store, clearTextAuth: 'allow', ...(capabilities === undefined ? {} : { capabilities }) });
  const clients: ImapClient[] = [];
  return {
    async connect(options = {}) {
      const client = await ImapClient.connect({
        tls: { mode: 'none' }, allowClearTextAuth: true, auth: { username: 'ann', password: 'secret' },
        dial: () => {
          const [near, far] = memoryPair(pair);
          server.serve(far);
          return Promise.resolve(near);
        },
        ...options,
      });
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((client) => client.close()));
      await server.close({ timeoutMs: 0 });
    },
  };
}

/** Everything the server has; `without` left out. */
export function allBut(...without: string[]): string[] {
  const names = new Set(without.map((name) => name.toUpperCase()));
  return [...defaultCapabilities()].filter((name) => !names.has(name.toUpperCase()));
}

export function mail(subject: string, body: string = 'text', more: string = ''): string {
  return `From: Ann <ann@example.org>\r\nTo: bob@example.org\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\nSubject: ${subject}\r\nMessage-ID: <${subject.replace(/\W/g, '')}@example.org>\r\n${more}\r\n${body}\r\n`;
}
