/**
 * `TlsFacts` over Node's TLS socket. What costs something (the certificate) is read when it is asked for.
 *
 * Read next: `tls-handshake.ts`.
 */
import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { netError } from './errors.ts';
import { parseAltNames } from './tls-names.ts';
import type { PeerCertificate, TlsFacts } from './tls.ts';

/** Whether OpenSSL trusts the chain of the peer's certificate, and its code if not. */
export interface ChainVerdict {
  readonly authorized: boolean;
  readonly authorizationError: string | undefined;
}

/** The facts of a handshake that is done. */
export class TlsSocketFacts implements TlsFacts {
  readonly protocol: string;
  readonly cipher: string;
  readonly serverName: string | undefined;
  readonly authorized: boolean;
  readonly authorizationError: string | undefined;
  readonly resumed: boolean;
  readonly alpn: string | undefined;
  readonly #socket: TLSSocket;
  /** Held from the start: after the socket is gone it could not be had any more. */
  readonly #certificate: X509Certificate | undefined;
  #peerCertificate: PeerCertificate | undefined;

  /** `resumedCertificate`: that of the first handshake, which Node does not give again for a session taken up. */
  constructor(socket: TLSSocket, serverName: string | undefined, verdict: ChainVerdict, resumedCertificate: X509Certificate | undefined) {
    this.protocol = socket.getProtocol() ?? '';
    this.cipher = socket.getCipher().standardName;
    this.serverName = serverName;
    this.authorized = verdict.authorized;
    this.authorizationError = verdict.authorizationError;
    this.resumed = socket.isSessionReused();
    this.alpn = typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol : undefined;
    this.#socket = socket;
    this.#certificate = socket.getPeerX509Certificate() ?? (this.resumed ? resumedCertificate : undefined);
  }

  /** The certificate as Node has it; for the session cache. */
  get x509(): X509Certificate | undefined {
    return this.#certificate;
  }

  get peerCertificate(): PeerCertificate | undefined {
    if (this.#certificate !== undefined) this.#peerCertificate ??= peerCertificate(this.#certificate);
    return this.#peerCertificate;
  }

  exportKeyingMaterial(length: number, label: string, context?: Uint8Array): Uint8Array {
    if (!Number.isInteger(length) || length < 1) throw new RangeError('length must be a positive integer');
    if (this.#socket.destroyed) {
      throw netError('NET_CLOSED', 'keying material was asked for after the TLS connection was gone', { phase: 'tls' });
    }
    const exporter: Exporter = this.#socket;
    return Uint8Array.from(exporter.exportKeyingMaterial(length, label, context === undefined ? undefined : Buffer.from(context)));
  }
}

/** Node takes no context for an answer, which its types do not say; an empty one is another thing in TLS 1.2. */
interface Exporter {
  exportKeyingMaterial(length: number, label: string, context?: Buffer): Buffer;
}

function peerCertificate(certificate: X509Certificate): PeerCertificate {
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    altNames: parseAltNames(certificate.subjectAltName),
    validFrom: certificate.validFrom,
    validTo: certificate.validTo,
    fingerprint256: certificate.fingerprint256,
    raw: Uint8Array.from(certificate.raw),
  };
}

/** Node gives a distinguished name with one attribute a line, or `undefined` for an empty one. */
function oneLine(distinguishedName: string | undefined): string {
  return (distinguishedName ?? '').split('\n').join(', ');
}
