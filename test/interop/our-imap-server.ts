/** An IMAP server of ours for a scenario: a store in memory, TLS, and a certificate that only the scenario's authority vouches for. */
import { createImapServer, MemoryStore } from '@mailwright/imap-server';
import type { ImapServerOptions, Mailbox, MailboxFixture } from '@mailwright/imap-server';
import { createTestAuthority } from '@mailwright/testing';
import { writeText } from './files.ts';
import { PASSWORD, USERNAME } from './our-server.ts';
import type { ScenarioContext } from './scenario.ts';

export interface OurImapServer {
  /** STARTTLS. */
  readonly port: number;
  /** TLS from the first octet. */
  readonly tlsPort: number;
  /** `localhost`, which the certificate is for, beside 127.0.0.1. */
  readonly host: 'localhost';
  readonly ca: string;
  /** The authority to trust: a file in PEM. */
  readonly caFile: string;
  readonly store: MemoryStore;
  /** The octets of all messages of a mailbox of the user, in order. */
  messages(mailbox: string): Promise<Uint8Array[]>;
  /** Their flags, sorted. */
  flags(mailbox: string): Promise<string[]>;
  /** The names of the user's mailboxes. */
  names(): Promise<string[]>;
}

/** Starts one that ends with the scenario; the user is `USERNAME` with `PASSWORD`. An error inside it fails the scenario. */
export async function startOurImap(context: ScenarioContext, mailboxes: Readonly<Record<string, MailboxFixture>> = {}, options: Partial<ImapServerOptions> = {}): Promise<OurImapServer> {
  const problems: unknown[] = [];
  const certificate = createTestAuthority().issue({ names: ['localhost', '127.0.0.1'] });
  const store = new MemoryStore({ users: { [USERNAME]: { password: PASSWORD, mailboxes } } });
  const server = createImapServer({ store, tls: { key: certificate.key, cert: certificate.cert }, error: (problem) => void problems.push(problem), ...options });
  const { port } = await server.listen({ host: '127.0.0.1' });
  const { port: tlsPort } = await server.listen({ host: '127.0.0.1', implicitTls: true });
  context.defer(async () => {
    await server.close({ timeoutMs: 100 });
    if (problems.length > 0) throw problems[0];
  });
  const open = async (name: string): Promise<Mailbox> => await (await store.account(USERNAME))!.open(name);
  return {
    port: port!, tlsPort: tlsPort!, host: 'localhost', ca: certificate.ca, caFile: writeText(context, `imap-ca-${port}.pem`, certificate.ca), store,
    messages: async (name) => {
      const mailbox = await open(name);
      return await Promise.all(mailbox.messages().map(async ({ uid, sizeOctets }) => await (await mailbox.content(uid))!.read(0, sizeOctets)));
    },
    flags: async (name) => (await open(name)).messages().map(({ flags }) => flags.toSorted().join(' ')),
    names: async () => (await (await store.account(USERNAME))!.list()).map(({ name }) => name),
  };
}
