/** What the servers for reading mail (IMAP, POP3) have in common: who may log in, what there is to read, where they listen. */
import type { MailStore } from '@mailwright/imap-server';
import type { Clock } from '@mailwright/wire';
import type { CertificateFault, IssuedCertificate, TestAuthority } from '../certificates/test-authority.ts';
import type { VirtualNetwork } from '../network/virtual-network.ts';
import type { MailFixture } from './mail-fixture.ts';

export interface FaceOptions {
  /** Users, mailboxes and messages. Default: the user `ann` with the password `secret` and an empty INBOX. */
  readonly fixture?: MailFixture | undefined;
  /** A store in place of a fixture: several servers may share one, so that what one takes the other gives out. It stays open when the server is closed. */
  readonly store?: MailStore | undefined;
  /** Users to their OAuth 2.0 tokens: OAUTHBEARER and XOAUTH2 are offered. */
  readonly tokens?: Readonly<Record<string, string>> | undefined;
  /** The server's name, in the certificate. Default `localhost`. */
  readonly hostname?: string | undefined;
  /** The address to listen on. Default `localhost`; in a virtual network `hostname`. */
  readonly host?: string | undefined;
  /** Default 0: a free port; in a virtual network the protocol's own. */
  readonly port?: number | undefined;
  /** Where to listen in place of this machine's sockets; its clock is the server's then. */
  readonly network?: VirtualNetwork | undefined;
  /** `starttls` (default): TLS when the client asks for it, `implicit`: TLS from the first octet, `none`: no TLS at all. */
  readonly tls?: 'starttls' | 'implicit' | 'none' | undefined;
  /** Whether passwords may be shown in clear text. Default `refuse`; without TLS `allow`, because nobody could log in otherwise. */
  readonly clearTextAuth?: 'refuse' | 'allow' | undefined;
  /** Who issues the certificate; several servers may share one. Default: an authority of the server's own. */
  readonly authority?: TestAuthority | undefined;
  /** A certificate of your own, or what shall be wrong with it. Default: a good one for `hostname`, localhost, 127.0.0.1 and ::1. */
  readonly certificate?: IssuedCertificate | CertificateFault | undefined;
  readonly clock?: Clock | undefined;
}
