/** What a server may be told, and what its owner sees of a session. The limits and timeouts of a single session are those of `@mailwright/imap`. */
import type { ConnectionLimits, LoginRequest } from '@mailwright/driver';
import type { ServerEnd, ServerLimits, ServerTimeouts, ServerViolationCode } from '@mailwright/imap';
import type { Endpoint, ServerTls, TlsFacts, TlsServerOptions } from '@mailwright/net';
import type { MechanismName } from '@mailwright/sasl';
import type { Clock, Random } from '@mailwright/wire';
import type { MailStore } from '../store/mail-store.ts';

/** The facts of a session, as they stand when they are read. */
export interface ImapSession {
  /** Counts from 1 within a server. */
  readonly id: number;
  readonly peer: Endpoint;
  readonly local: Endpoint;
  /** Milliseconds since 1970. */
  readonly openedAt: number;
  readonly tls: TlsFacts | undefined;
  readonly state: 'not-authenticated' | 'authenticated' | 'selected' | 'logout';
  /** Who has logged in. */
  readonly user: string | undefined;
  /** The mailbox that is selected. */
  readonly mailbox: string | undefined;
  /** The command that is being answered, `UID FETCH` for one; `undefined` while the client is waited for. */
  readonly command: string | undefined;
}

/** How a session ended; `lost` for a connection that broke. */
export type SessionEnd = ServerEnd | 'lost';

/** A client that wants to log in. LOGIN of IMAP comes as the mechanism `PLAIN`. */
export type AuthenticationRequest = LoginRequest;

/**
 * `true` lets the client in as who it says it is, the name of a user as that user, `false` refuses. To act as another user takes that name: a mere
 * yes does not allow it.
 */
export type AuthenticationAnswer = boolean | string;

/** Bounds of a server, and of each of its sessions. `loginFrameOctets` is 40 KiB here, as an ID may be as long. */
export interface ImapServerLimits extends ServerLimits, ConnectionLimits {
  /** Octets of a message that is appended. Default 50 MiB; a larger one gets NO [TOOBIG]. @rfc 7889 2 */
  readonly messageOctets: number;
  /** Octets of text in one CATENATE, which are kept in memory until the message is written. Default 8 MiB. */
  readonly catenateOctets: number;
  /** Messages whose structure is kept for the next FETCH, all sessions together. Default 10000, of plain messages about 2 KB each. */
  readonly layouts: number;
  /** Searches of one session that are kept up to date. Default 16; one more gets NO [NOUPDATE]. @rfc 5267 4.3 */
  readonly contexts: number;
}

export interface ImapServerTimeouts extends ServerTimeouts {
  /** Octets that the client does not read; then the connection is dropped. Default 300000. */
  readonly writeMs: number;
  /** A TLS handshake; then the connection is dropped. Default 30000; where `tls.timeoutMs` is given, it bounds it too. */
  readonly handshakeMs: number;
  /** During IDLE and NOTIFY, how often the store is asked for what other programs did. Default 5000. */
  readonly refreshMs: number;
}

export interface ImapServerOptions {
  readonly store: MailStore;
  /**
   * Who may log in, and as whom. Default: whoever proves to know the secret that the store has of the user; without secrets nobody. A handler that
   * throws refuses the client.
   */
  readonly authenticate?: ((request: AuthenticationRequest, session: ImapSession) => AuthenticationAnswer | Promise<AuthenticationAnswer>) | undefined;
  /**
   * Who a client is before it says anything, where its other end vouches for that: a tunnel, a Unix socket, a client certificate. The greeting is PREAUTH
   * then. `undefined`: it has to log in. A user without an account, and a handler that throws, get BYE. Default: everybody has to log in. @rfc 9051 7.1.4
   */
  readonly preauthenticate?: ((session: ImapSession) => string | undefined | Promise<string | undefined>) | undefined;
  /**
   * SASL mechanisms to announce; the `-PLUS` ones in TLS 1.3 only. Default: with the secrets of the store SCRAM-SHA-256-PLUS, SCRAM-SHA-256,
   * CRAM-MD5, PLAIN and LOGIN; with `authenticate` PLAIN and LOGIN.
   */
  readonly mechanisms?: readonly MechanismName[] | undefined;
  /** Certificates: STARTTLS is announced. `createServerTls` of `@mailwright/net` makes ones that can be renewed. */
  readonly tls?: TlsServerOptions | ServerTls | undefined;
  /** Whether passwords and tokens may be shown in clear text. Default `refuse`. @rfc 9051 11.3 */
  readonly clearTextAuth?: 'refuse' | 'allow' | undefined;
  /** What is switched on; `defaultCapabilities()` gives the default. What is left out is not there at all. */
  readonly capabilities?: Iterable<string> | undefined;
  /** Whether the greeting and the answers to logins carry the capabilities. Default true. */
  readonly capabilityCodes?: boolean | undefined;
  /** The text of the greeting. Default `mailwright IMAP server ready`. */
  readonly greeting?: string | undefined;
  /** What ID answers. Default `name` `mailwright`. @rfc 2971 3.3 */
  readonly id?: Readonly<Record<string, string>> | undefined;
  /** The JMAP session resource: announces JMAPACCESS. @rfc 9698 3 */
  readonly jmapUrl?: string | undefined;
  /** The name of this server in URLs of CATENATE and URLAUTH: those of other servers stand for nothing here. Default: every name is its own. @rfc 5092 4 */
  readonly hostname?: string | undefined;
  readonly limits?: { readonly [K in keyof ImapServerLimits]?: number | undefined } | undefined;
  readonly timeouts?: { readonly [K in keyof ImapServerTimeouts]?: number | undefined } | undefined;
  /** Key of the salts for SCRAM and of URLs that are signed, 16 octets or more, to be kept over restarts. Default: fresh random ones. */
  readonly saltKey?: Uint8Array | undefined;
  /** The connection is gone; called once for each, whatever happened. */
  readonly close?: ((session: ImapSession, end: SessionEnd) => void) | undefined;
  /** A handler, the store or the server failed. `reference` is what the client was told. Default: nobody is told. Must not throw. */
  readonly error?: ((error: unknown, session: ImapSession, reference: string | undefined) => void) | undefined;
  /** The client broke a rule. Must not throw. */
  readonly violation?: ((code: ServerViolationCode, session: ImapSession) => void) | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
}
