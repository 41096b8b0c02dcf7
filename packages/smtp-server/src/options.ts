/** What a server may be told, and the defaults. The limits and timeouts of a single session are those of `@mailwright/smtp`. */
import type { ServerTls, TlsServerOptions } from '@mailwright/net';
import type { MechanismName } from '@mailwright/sasl';
import type { ServerLimits, ServerTimeouts, TranscriptEntry } from '@mailwright/smtp';
import type { Clock, LineEndPolicy, Random } from '@mailwright/wire';
import type { SmtpServerHandlers, SmtpSession } from './handlers.ts';

/** Bounds of a server, beside those of each of its sessions. */
export interface SmtpServerLimits extends ServerLimits {
  /** Open connections. Default 10000; one more gets 421 4.3.2, or in implicit TLS nothing: a handshake costs too much. */
  readonly connections: number;
  /** Open connections from one IP address. Default 1000; one more gets 421 4.7.0. */
  readonly connectionsPerAddress: number;
  /** Refused connections that are open at a time, to be told why. Default 1000; one more is dropped without a word. */
  readonly refusedConnections: number;
}

export interface SmtpServerTimeouts extends ServerTimeouts {
  /** A handler's answer; then 451 4.3.0. Default 600000: the client waits ten minutes for its verdict. @rfc 5321 4.5.3.2.6 */
  readonly handlerMs: number;
  /** Replies that the client does not read; then the connection is dropped. Default 300000. */
  readonly writeMs: number;
  /** A TLS handshake; then the connection is dropped. Default 30000; where `tls.timeoutMs` is given, it bounds it too. */
  readonly handshakeMs: number;
}

/** Replies to a client that makes errors come later and later. */
export interface Tarpit {
  /** Errors that are free. Default 3. */
  readonly errors: number;
  /** For each further error of the session, so much is added to the wait before its reply. Default 250. */
  readonly delayMs: number;
  /** The longest wait. Default 5000. */
  readonly maxDelayMs: number;
}

export interface SmtpServerOptions extends SmtpServerHandlers {
  /** The server's name. Default: the machine's host name. */
  readonly hostname?: string | undefined;
  /** What stands behind the name in the greeting. Default `ESMTP mailwright`. */
  readonly banner?: string | undefined;
  /** Certificates: STARTTLS is announced. `createServerTls` of `@mailwright/net` makes ones that can be renewed. */
  readonly tls?: TlsServerOptions | ServerTls | undefined;
  /** TLS from the first octet, in place of STARTTLS, wherever the connection comes from. Default false. @rfc 8314 3 */
  readonly implicitTls?: boolean | undefined;
  /** Nothing but EHLO, NOOP, STARTTLS, QUIT in clear text. Default false. */
  readonly requireTls?: boolean | undefined;
  /** No MAIL before AUTH. Default false. */
  readonly requireAuth?: boolean | undefined;
  /** SASL mechanisms to announce when there is an `auth` handler; the `-PLUS` ones in TLS 1.3 only. Default PLAIN and LOGIN. */
  readonly mechanisms?: readonly MechanismName[] | undefined;
  /** Whether passwords and tokens may be shown in clear text. Default `refuse`. */
  readonly clearTextAuth?: 'refuse' | 'allow' | undefined;
  /** Key of the salts for SCRAM, 16 octets or more, to be kept over restarts. Default: fresh random ones. */
  readonly saltKey?: Uint8Array | undefined;
  /** EHLO keywords not to announce, and what they stand for not to be had: `['CHUNKING']`. */
  readonly disabled?: readonly string[] | undefined;
  /** What happens to bare CR and bare LF in messages. Default `reject`. */
  readonly lineEnds?: LineEndPolicy | undefined;
  /** What happens to NUL in messages. Default `reject`. */
  readonly nul?: LineEndPolicy | undefined;
  /** Octets above 127 in a message that was not declared as 8-bit: `pass` (the default) or 554 5.6.3. */
  readonly eightBit?: 'pass' | 'reject' | undefined;
  readonly limits?: { readonly [K in keyof SmtpServerLimits]?: number | undefined } | undefined;
  readonly timeouts?: { readonly [K in keyof SmtpServerTimeouts]?: number | undefined } | undefined;
  /** `false` switches the tarpit off. */
  readonly tarpit?: Partial<Tarpit> | false | undefined;
  /** Gets every line that is said, secrets redacted, as it is said. */
  readonly trace?: ((entry: TranscriptEntry, session: SmtpSession) => void) | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
}
