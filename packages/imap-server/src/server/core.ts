/** What all connections of a server share. */
import type { ServerOptions, ServerViolationCode } from '@mailwright/imap';
import type { DeadlineSet, TlsHandshakeOptions, TlsServerOptions } from '@mailwright/net';
import type { Clock, Random } from '@mailwright/wire';
import type { LayoutCache } from '../message/layout-cache.ts';
import type { MailStore } from '../store/mail-store.ts';
import type { Connection } from './connection.ts';
import type { AuthenticationAnswer, AuthenticationRequest, ImapServerOptions, ImapSession, SessionEnd } from './options.ts';
import type { RecentMessages } from './recent-messages.ts';
import type { DriverLimits, DriverTimeouts } from './resolve-options.ts';

export interface ServerCore {
  readonly options: ImapServerOptions;
  readonly store: MailStore;
  readonly machineOptions: ServerOptions;
  readonly limits: DriverLimits;
  readonly timeouts: DriverTimeouts;
  readonly clock: Clock;
  readonly random: Random;
  readonly saltKey: Uint8Array;
  readonly deadlines: DeadlineSet<Connection>;
  readonly tls: TlsServerOptions | undefined;
  /** What the transport holds a handshake to, beside `handshakeMs`. */
  readonly tlsBounds: TlsHandshakeOptions;
  readonly layouts: LayoutCache;
  readonly recent: RecentMessages;
  /** The time in whole milliseconds: the engine keeps those without a box. */
  now(): number;
  authenticate(request: AuthenticationRequest, session: ImapSession): AuthenticationAnswer | Promise<AuthenticationAnswer>;
  /** Why the server has no room for a session. */
  refusal(session: ImapSession): string | undefined;
  /** Calls `flushDue` in the next turn of the event loop. */
  flushLater(connection: Connection): void;
  /** Tells the owner of an error; `reference` is what the client was told. */
  report(error: unknown, session: ImapSession, reference?: string): void;
  publishViolation(session: ImapSession, code: ServerViolationCode): void;
  remove(connection: Connection, end: SessionEnd): void;
}
