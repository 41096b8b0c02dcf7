/**
 * The caught mail as a mailbox: what `mailwright serve` has caught can be read over IMAP and POP3. Everything lies in the INBOX of one
 * account; whoever logs in, with whatever name, reads it.
 *
 * Read next: `mail-catcher.ts`, which fills it.
 */
import { createImapServer, type ImapServer, type Mailbox, MemoryStore } from '@mailwright/imap-server';
import type { Endpoint, ServerTls } from '@mailwright/net';
import { startPop3Server, type TestPop3Server } from '@mailwright/testing';
import type { ServerCertificate } from './certificate.ts';

/** Whose mailbox it is. */
const OWNER = 'caught';
/** Octets that are kept to be read; the oldest messages go when there are more. */
const MOST_KEPT_OCTETS = 268_435_456;

/** Who may log in: with nobody named, everybody, by any name and any password. */
export interface Readers {
  readonly users: ReadonlyMap<string, string>;
  readonly allowClearText: boolean;
}

export interface Reading {
  readonly protocol: 'imap' | 'pop3';
  readonly endpoint: Endpoint;
  readonly tls: 'starttls' | 'none';
}

export interface ReadingPorts {
  readonly host: string | undefined;
  readonly imap: number | undefined;
  readonly pop3: number | undefined;
}

export class CaughtMailbox {
  readonly #store: MemoryStore = new MemoryStore({ users: { [OWNER]: {} } });
  #inbox: Mailbox | undefined = undefined;
  #imap: ImapServer | undefined = undefined;
  #pop3: TestPop3Server | undefined = undefined;

  /** Puts a message into it. */
  async add(octets: Uint8Array, receivedAt: number): Promise<void> {
    this.#inbox ??= await (await this.#store.account(OWNER))!.open('INBOX');
    await this.#inbox.append([{ body: octets, internalDate: { ms: receivedAt, offsetMinutes: 0 } }]);
    await this.#makeRoom(this.#inbox);
  }

  /** Listens on the ports that are given. Rejects with a `NetError` where one can't be had; what listens already is to be closed by `close`. */
  async listen(ports: ReadingPorts, readers: Readers, tls: ServerTls | undefined, certificate: ServerCertificate | undefined): Promise<readonly Reading[]> {
    const listening: Reading[] = [];
    const way = tls === undefined ? 'none' : 'starttls';
    const clearTextAuth = readers.allowClearText || tls === undefined ? 'allow' : 'refuse';
    if (ports.imap !== undefined) {
      this.#imap = createImapServer({ store: this.#store, tls, clearTextAuth, mechanisms: ['PLAIN', 'LOGIN'], authenticate: ({ username, password }) => (mayRead(readers, username, password) ? OWNER : false) });
      listening.push({ protocol: 'imap', endpoint: await this.#imap.listen({ host: ports.host, port: ports.imap }), tls: way });
    }
    if (ports.pop3 !== undefined) {
      const pem = (material: string | Uint8Array): string => (typeof material === 'string' ? material : Buffer.from(material).toString());
      const issued = certificate === undefined ? undefined : { key: pem(certificate.key), cert: pem(certificate.cert), ca: certificate.ca ?? '' };
      this.#pop3 = await startPop3Server({
        store: this.#store, authenticate: (username, password) => (mayRead(readers, username, password) ? OWNER : undefined), host: ports.host, port: ports.pop3, tls: way, certificate: issued, clearTextAuth, apop: false, mechanisms: ['PLAIN', 'LOGIN'],
      });
      listening.push({ protocol: 'pop3', endpoint: this.#pop3.address, tls: way });
    }
    return listening;
  }

  async close(timeoutMs: number): Promise<void> {
    await Promise.all([this.#imap?.close({ timeoutMs }), this.#pop3?.close({ timeoutMs })]);
    await this.#store.close();
  }

  async #makeRoom(inbox: Mailbox): Promise<void> {
    let { sizeOctets } = inbox.status();
    const gone: number[] = [];
    for (const message of inbox.messages()) {
      if (sizeOctets <= MOST_KEPT_OCTETS) break;
      sizeOctets -= message.sizeOctets;
      gone.push(message.uid);
    }
    if (gone.length > 0) await inbox.expunge(gone, { force: true });
  }
}

function mayRead({ users }: Readers, username: string, password: string | undefined): boolean {
  return users.size === 0 || (password !== undefined && users.get(username) === password);
}
