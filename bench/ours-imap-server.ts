/** mailwright's IMAP server as a measured side. */
import { createImapServer, MemoryStore } from '@mailwright/imap-server';
import { MANY, MANY_MESSAGES, MANY_OCTETS, PASSWORD, USERNAME } from './sides/imap-inputs.ts';
import { makeListedMessage } from './sides/listed-message.ts';
import type { RunningServer } from './sides/protocol.ts';

/** A server with a store in memory: the mailboxes of `runner/dovecot.ts`, but for the large one. */
export async function serveImap(): Promise<RunningServer> {
  const messages = Array.from({ length: MANY_MESSAGES }, (_, index) => ({ raw: Buffer.from(makeListedMessage(index, MANY_OCTETS)), flags: index % 3 === 0 ? ['\\Seen'] : [] }));
  const store = new MemoryStore({ users: { [USERNAME]: { password: PASSWORD, mailboxes: { [MANY]: messages } } } });
  const server = createImapServer({ store, clearTextAuth: 'allow', limits: { layouts: MANY_MESSAGES } });
  const { port } = await server.listen({ host: '127.0.0.1' });
  return { port: port!, messages: 0, octets: 0 };
}
