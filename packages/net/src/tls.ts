/**
 * TLS as options and facts: what a caller asks for, and what a handshake has brought.
 *
 * Types only. Read next: `tls-context.ts` (making contexts, renewing certificates), `tls-names.ts` (RFC 9525),
 * `tls-handshake.ts` (the handshake itself).
 */
import type { SecureContext } from 'node:tls';
import type { Clock } from '@mailwright/wire';
import type { TlsSessionCache } from './tls-session-cache.ts';

export type { SecureContext };

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** A PEM text or its octets (DER for none of them). */
export type Pem = string | Uint8Array;

/**
 * What the client demands of TLS.
 *
 * `none`: no TLS. `opportunistic`: TLS if it can be had, whoever answers. `required`: TLS or failure, whoever answers.
 * `verified`: the chain ends at a trusted authority, and the certificate is for one of `names` (DNS names or IP
 * addresses; RFC 9525, so the subject's common name is not looked at). The first two and `required` never refuse a
 * certificate, but report in `TlsFacts` whether its chain would have been trusted.
 */
export type TlsPolicy =
  | { readonly mode: 'none' }
  | { readonly mode: 'opportunistic' }
  | { readonly mode: 'required' }
  | { readonly mode: 'verified'; readonly names: readonly string[] };

/** What a `SecureContext` is made of, for both sides. */
export interface TlsMaterial {
  /** Private key and certificate chain (own certificate first). For a client: what it answers a certificate request with. */
  readonly key?: Pem | undefined;
  readonly cert?: Pem | undefined;
  readonly passphrase?: string | undefined;
  /** The trusted authorities, in place of the ones that come with Node. */
  readonly ca?: Pem | readonly Pem[] | undefined;
  /** Default `TLSv1.2`. Below that the weak algorithms of those versions are admitted as well. */
  readonly minVersion?: TlsVersion | undefined;
  readonly maxVersion?: TlsVersion | undefined;
  /** An OpenSSL cipher list. Default: Node's. */
  readonly ciphers?: string | undefined;
}

/** The bounds of one handshake, for both sides. */
export interface TlsHandshakeOptions {
  /** How long the handshake may take. Default 30000; `Infinity` for no limit. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
}

export interface TlsClientOptions extends TlsMaterial, TlsHandshakeOptions {
  readonly policy: TlsPolicy;
  /**
   * The host name to send in the clear as SNI. Default: the first DNS name of a `verified` policy; `dial` takes the host.
   * An IP address is not sent (RFC 6066 section 3).
   */
  readonly serverName?: string | undefined;
  /** Only `opportunistic` may go below `TLSv1.2`. */
  readonly minVersion?: TlsVersion | undefined;
  /** Application protocols in order of preference (RFC 7301). Default: none offered. */
  readonly alpn?: readonly string[] | undefined;
  /** Where sessions are kept for resumption. Default: no resumption. */
  readonly sessionCache?: TlsSessionCache | undefined;
  /** A ready context of `createClientContext`, in place of the fields of `TlsMaterial`; many connections share one. */
  readonly context?: SecureContext | undefined;
}

export interface TlsServerOptions extends TlsMaterial, TlsHandshakeOptions {
  readonly key: Pem;
  readonly cert: Pem;
  /** Ask the client for a certificate. It is not demanded: `TlsFacts.authorized` says if a trusted one came. Default false. */
  readonly requestClientCertificate?: boolean | undefined;
  /** Application protocols in order of preference. Default: the extension is ignored. */
  readonly alpn?: readonly string[] | undefined;
  /**
   * Chooses by the client's SNI. `undefined`: the default certificate. A rejection ends the handshake. Not called for a
   * client that sends no name.
   */
  readonly chooseContext?: ((serverName: string) => SecureContext | undefined | Promise<SecureContext | undefined>) | undefined;
}

/** A name in a certificate. `value` is as written there; `other` keeps OpenSSL's spelling. */
export interface SubjectAltName {
  readonly type: 'dns' | 'ip' | 'email' | 'uri' | 'other';
  readonly value: string;
}

export interface PeerCertificate {
  /** `CN=mx.example.org, O=Example`; for people only. */
  readonly subject: string;
  readonly issuer: string;
  readonly altNames: readonly SubjectAltName[];
  readonly validFrom: string;
  readonly validTo: string;
  /** SHA-256 of the certificate, hexadecimal with colons. */
  readonly fingerprint256: string;
  /** The certificate in DER; a copy. */
  readonly raw: Uint8Array;
}

/** What a handshake has brought. */
export interface TlsFacts {
  /** `TLSv1.3` */
  readonly protocol: string;
  /** The cipher suite by its IANA name. */
  readonly cipher: string;
  /** The SNI that was sent (client) or received (server). */
  readonly serverName: string | undefined;
  /** Whether the chain of the peer's certificate ends at a trusted authority. Says nothing of names. */
  readonly authorized: boolean;
  /** Why not: OpenSSL's code, `DEPTH_ZERO_SELF_SIGNED_CERT`; `undefined` if authorized, or if no certificate was asked for. */
  readonly authorizationError: string | undefined;
  /** `undefined` when the peer showed none. */
  readonly peerCertificate: PeerCertificate | undefined;
  /** Whether an earlier session was taken up again. */
  readonly resumed: boolean;
  readonly alpn: string | undefined;
  /**
   * Keying material of RFC 5705 (`EXPORTER-Channel-Binding` of RFC 9266, for one). Throws a `NetError` with the code
   * `NET_CLOSED` after the connection is gone.
   */
  exportKeyingMaterial(length: number, label: string, context?: Uint8Array): Uint8Array;
}
