/**
 * SMTP, IMAP and POP3 over one store: what the first accepts, the others give out.
 *
 * Read next: `smtp-server.ts`, `imap/imap-server.ts`, `pop3/pop3-server.ts`.
 */
import type { MailStore } from '@mailwright/imap-server';
import type { FaceOptions } from './face/face-options.ts';
import { memoryStoreOf } from './face/mail-fixture.ts';
import { startImapServer, type TestImapServer, type TestImapServerOptions } from './imap/imap-server.ts';
import { startPop3Server, type TestPop3Server, type TestPop3ServerOptions } from './pop3/pop3-server.ts';
import { startSmtpServer, type TestSmtpServer } from './smtp-server.ts';
import type { TestServerOptions } from './smtp-server-options.ts';
import { createTestAuthority } from './certificates/test-authority.ts';

type Shared = Pick<FaceOptions, 'fixture' | 'store' | 'hostname' | 'host' | 'network' | 'authority' | 'certificate' | 'clock'>;
type SharedName = keyof Shared;

export interface TestMailSystemOptions extends Shared {
  /** What concerns SMTP alone: `faults`, `reject`, `requireTls`, ... */
  readonly smtp?: Omit<TestServerOptions, SharedName> | undefined;
  /** What concerns IMAP alone: `capabilities`, `personality`, `faults`, ... */
  readonly imap?: Omit<TestImapServerOptions, SharedName> | undefined;
  /** What concerns POP3 alone. */
  readonly pop3?: Omit<TestPop3ServerOptions, SharedName> | undefined;
}

/** A running mail system. */
export interface TestMailSystem extends AsyncDisposable {
  readonly store: MailStore;
  readonly smtp: TestSmtpServer;
  readonly imap: TestImapServer;
  readonly pop3: TestPop3Server;
  /** The authority that clients of all three must trust, in PEM. */
  readonly ca: string;
  /** Closes all three, and the store where it is not the caller's. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts the three on free ports of this machine. Mail for `ann@anywhere` goes to the user `ann`; users that are not there are refused.
 * Errors: as `startSmtpServer` and `startImapServer`.
 */
export async function startMailServer(options: TestMailSystemOptions = {}): Promise<TestMailSystem> {
  const { smtp: smtpOptions, imap: imapOptions, pop3: pop3Options, fixture, store: given, ...others } = options;
  if (fixture !== undefined && given !== undefined) throw new TypeError('give either fixture or store');
  const store = given ?? memoryStoreOf(fixture, options.clock ?? options.network?.clock);
  const shared = { ...others, authority: options.authority ?? createTestAuthority(), store };
  const smtp = await startSmtpServer({ ...smtpOptions, ...shared });
  const imap = await startImapServer({ ...imapOptions, ...shared });
  const pop3 = await startPop3Server({ ...pop3Options, ...shared });
  let closing: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    await Promise.all([smtp.close(), imap.close(), pop3.close()]);
    if (given === undefined) await store.close();
  };
  const close = (): Promise<void> => (closing ??= closeAll());
  return { store, smtp, imap, pop3, ca: imap.ca, close, [Symbol.asyncDispose]: close };
}
