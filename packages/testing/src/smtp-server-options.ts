/** What a test server may be told. Everything has a default that lets mail in. */
import type { MailStore } from '@mailwright/imap-server';
import type { Reply } from '@mailwright/smtp';
import type { RcptRequest, SmtpServerHandlers, SmtpServerOptions, SmtpSession } from '@mailwright/smtp-server';
import type { VirtualNetwork } from './network/virtual-network.ts';
import type { FaultScriptData } from './faults/fault-script.ts';
import type { CertificateFault, IssuedCertificate, TestAuthority } from './certificates/test-authority.ts';

/** Name to password: the server offers PLAIN, LOGIN, CRAM-MD5 and SCRAM-SHA-256 for them. */
export type TestUsers = Readonly<Record<string, string>>;

/** The refusal of a recipient; `undefined` takes it. */
export type RejectRecipient = (request: RcptRequest, session: SmtpSession) => Reply | undefined;

type OwnOptions = 'auth' | 'tls' | 'implicitTls' | 'data';

export interface TestServerOptions extends Omit<SmtpServerOptions, OwnOptions> {
  /** The server's name, in the greeting and in the certificate. Default `localhost`. */
  readonly hostname?: string | undefined;
  /** The address to listen on. Default `localhost`; in a virtual network `hostname`. */
  readonly host?: string | undefined;
  /** Default 0: a free port; in a virtual network 25, or 465 with implicit TLS. */
  readonly port?: number | undefined;
  /** Where to listen in place of this machine's sockets; its clock is the server's then. */
  readonly network?: VirtualNetwork | undefined;
  /** `starttls` (default), `implicit`: TLS from the first octet, `none`: no TLS at all. */
  readonly tls?: 'starttls' | 'implicit' | 'none' | undefined;
  /** The same as `tls: 'implicit'`. */
  readonly implicitTls?: boolean | undefined;
  /** Who issues the certificate; several servers may share one. Default: an authority of the server's own. */
  readonly authority?: TestAuthority | undefined;
  /** A certificate of your own, or what shall be wrong with it. Default: a good one for `hostname`, localhost, 127.0.0.1 and ::1. */
  readonly certificate?: IssuedCertificate | CertificateFault | undefined;
  /** Users with their passwords, or a handler. Default: nobody can log in, and nobody has to. */
  readonly auth?: TestUsers | SmtpServerHandlers['auth'];
  /** Recipients that are refused: by address (letter case ignored), or by a function. */
  readonly reject?: Readonly<Record<string, Reply>> | RejectRecipient | undefined;
  /**
   * Judges a message that is complete. It is in `messages` unless this answers with a refusal. The body can be read as if it
   * came from the client.
   */
  readonly data?: SmtpServerHandlers['data'];
  /**
   * Where what is accepted is delivered: into the INBOX of each recipient, to be read with `startImapServer` and `startPop3Server` over the same store. Recipients
   * without an account are refused with 550; without `auth` the users of the store may log in. Default: nowhere, and `messages` keeps it.
   */
  readonly store?: MailStore | undefined;
  /** What shall go wrong, and when: see `faults()`. Default: nothing. */
  readonly faults?: FaultScriptData | undefined;
}
