/**
 * One TLS handshake over a connection that stands, either side: STARTTLS and implicit TLS are both this.
 *
 * The certificate of a server is judged here, not by Node: `tls.checkServerIdentity` would take the common name when there
 * is no DNS name (RFC 9525 section 2 forbids it). Leaves out who may ask for TLS when. Read next: `socket-transport.ts`.
 *
 * @rfc 8446 C.4
 * @rfc 6066 3
 */
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket, connect } from 'node:tls';
import type { ConnectionOptions, SecureContext, TLSSocketOptions } from 'node:tls';
import type { Timer } from '@mailwright/wire';
import { systemClock } from './clock.ts';
import { formatEndpoint } from './endpoint.ts';
import { describeCause, netError } from './errors.ts';
import type { NetError, NetErrorCode } from './errors.ts';
import { clientContext, contextNumber, serverContext } from './tls-context.ts';
import { TlsSocketFacts } from './tls-facts.ts';
import type { ChainVerdict } from './tls-facts.ts';
import { asciiName, matchesAnyName, parseAltNames } from './tls-names.ts';
import type { TlsSession, TlsSessionCache } from './tls-session-cache.ts';
import { withoutCertificate } from './tls-session-octets.ts';
import type { SubjectAltName, TlsClientOptions, TlsFacts, TlsHandshakeOptions, TlsPolicy, TlsServerOptions } from './tls.ts';
import type { Endpoint } from './transport.ts';

const DEFAULT_TIMEOUT_MS = 30_000;
const HIGH_WATER_OCTETS = 65_536;

/** Who waits for the handshake. Exactly one of the two is called, once. */
export interface HandshakeOwner {
  handshakeDone(facts: TlsFacts): void;
  /** The connection is dropped already. */
  handshakeFailed(error: NetError): void;
}

/** Whether these options are a client's: only they have a policy. */
export function isClientOptions(options: TlsClientOptions | TlsServerOptions): options is TlsClientOptions {
  return 'policy' in options;
}

/** Throws a `TypeError`, or OpenSSL's words, on options no handshake can be started with. */
export function checkClientOptions(options: TlsClientOptions): void {
  const { policy } = options;
  if (policy.mode === 'none') throw new TypeError('the policy is none: do not start TLS');
  if (policy.mode === 'verified' && policy.names.length === 0) throw new TypeError('the policy verified needs a name to verify');
  clientContext(options);
  sentServerName(options);
  resolveBounds(options, {});
}

/** A handshake that is under way. `socket` takes the place of `raw` from now on; it has no reader yet. */
export class Handshake {
  readonly socket: TLSSocket;
  readonly #peer: Endpoint;
  readonly #owner: HandshakeOwner;
  readonly #options: TlsClientOptions | TlsServerOptions;
  readonly #signal: AbortSignal | undefined;
  readonly #sessions: SessionKeeper | undefined;
  readonly #serverName: string | undefined;
  #timer: Timer | undefined;
  #settled = false;

  /** Throws a `TypeError` or OpenSSL's words on options that contradict each other; `raw` is untouched then. */
  constructor(raw: Duplex, options: TlsClientOptions | TlsServerOptions, bounds: TlsHandshakeOptions, peer: Endpoint, owner: HandshakeOwner) {
    const { timeoutMs = DEFAULT_TIMEOUT_MS, signal, clock = systemClock } = resolveBounds(options, bounds);
    this.#peer = peer;
    this.#owner = owner;
    this.#options = options;
    this.#signal = signal;
    if (isClientOptions(options)) {
      checkClientOptions(options);
      const context = clientContext(options);
      this.#serverName = sentServerName(options);
      this.#sessions = sessionKeeper(options, context, this.#serverName, peer);
      this.socket = startClient(raw, options, context, this.#serverName, this.#sessions?.taken?.octets);
      if (this.#sessions !== undefined) this.socket.on('session', this.#onSession);
      this.socket.on('secureConnect', this.#onSecureClient);
    } else {
      this.socket = startServer(raw, options);
      this.socket.on('secure', this.#onSecureServer);
    }
    this.socket.on('_tlsError', this.#onError);
    this.socket.on('error', this.#onError);
    this.socket.on('end', this.#onEnd);
    this.socket.on('close', this.#onClose);
    signal?.addEventListener('abort', this.#onAbort);
    this.#timer = clock.setTimer(() => this.#onTimeout(timeoutMs), timeoutMs);
    if (signal?.aborted === true) queueMicrotask(this.#onAbort);
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.socket.off('secureConnect', this.#onSecureClient);
    this.socket.off('secure', this.#onSecureServer);
    this.socket.off('_tlsError', this.#onError);
    this.socket.off('error', this.#onError);
    this.socket.off('end', this.#onEnd);
    this.socket.off('close', this.#onClose);
    return true;
  }

  #fail(code: NetErrorCode, what: string, cause?: unknown): void {
    if (!this.#settle()) return;
    this.socket.on('error', ignoreError);
    const error = netError(code, `TLS with ${formatEndpoint(this.#peer)}: ${what}`, { phase: 'tls', peer: this.#peer, cause });
    this.socket.destroy();
    this.#owner.handshakeFailed(error);
  }

  #succeed(verdict: ChainVerdict, serverName: string | undefined): void {
    if (this.socket.destroyed) return;
    const facts = new TlsSocketFacts(this.socket, serverName, verdict, this.#sessions?.taken?.certificate);
    const { policy } = this.#options as { readonly policy?: TlsPolicy };
    if (policy?.mode === 'verified' && !this.#isVerified(facts, policy.names)) return;
    this.#settle();
    this.#sessions?.accept(facts);
    this.#owner.handshakeDone(facts);
  }

  #isVerified(facts: TlsSocketFacts, names: readonly string[]): boolean {
    if (!facts.authorized) {
      this.#fail('NET_TLS_UNTRUSTED', `the certificate is not trusted (${facts.authorizationError ?? 'none was shown'})`);
      return false;
    }
    const altNames = parseAltNames(facts.x509?.subjectAltName);
    if (matchesAnyName(altNames, names)) return true;
    this.#fail('NET_TLS_NAME_MISMATCH', `the certificate is for ${showNames(altNames)}, not for ${names.join(' or ')}`);
    return false;
  }

  readonly #onSession = (session: Buffer): void => {
    this.#sessions?.add(session);
  };

  readonly #onSecureClient = (): void => {
    const taken = this.#sessions?.taken;
    this.#succeed(taken !== undefined && this.socket.isSessionReused() ? taken.verdict : clientVerdict(this.socket), this.#serverName);
  };

  readonly #onSecureServer = (): void => {
    const serverName: unknown = (this.socket as { servername?: unknown }).servername;
    const requested = (this.#options as TlsServerOptions).requestClientCertificate === true;
    this.#succeed(serverVerdict(this.socket, requested), typeof serverName === 'string' ? serverName : undefined);
  };

  readonly #onError = (cause: Error): void => {
    this.#fail('NET_TLS_HANDSHAKE_FAILED', `the handshake failed (${describeCause(cause)})`, cause);
  };

  readonly #onEnd = (): void => {
    this.#fail('NET_TLS_HANDSHAKE_FAILED', 'the peer closed the connection during the handshake');
  };

  /** An end or an error of the peer would have been told before. */
  readonly #onClose = (): void => {
    this.#fail('NET_ABORTED', 'the connection was dropped on this side during the handshake');
  };

  readonly #onAbort = (): void => {
    this.#fail('NET_ABORTED', 'the handshake was aborted by the caller', this.#signal?.reason);
  };

  #onTimeout(timeoutMs: number): void {
    this.#fail('NET_TLS_TIMEOUT', `the handshake took longer than ${timeoutMs} ms`);
  }
}

function startClient(
  raw: Duplex, options: TlsClientOptions, context: SecureContext, serverName: string | undefined, session: Uint8Array | undefined,
): TLSSocket {
  const connectOptions: ConnectionOptions & { readonly highWaterMark: number } = {
    socket: raw,
    secureContext: context,
    rejectUnauthorized: false,
    checkServerIdentity: acceptIdentity,
    highWaterMark: HIGH_WATER_OCTETS,
    ...(serverName === undefined ? {} : { servername: serverName }),
    ...(options.alpn === undefined ? {} : { ALPNProtocols: [...options.alpn] }),
    ...(session === undefined ? {} : { session: Buffer.from(session.buffer, session.byteOffset, session.byteLength) }),
  };
  return connect(connectOptions);
}

function startServer(raw: Duplex, options: TlsServerOptions): TLSSocket {
  const { chooseContext } = options;
  const socketOptions: TLSSocketOptions & { readonly highWaterMark: number } = {
    isServer: true,
    secureContext: serverContext(options),
    requestCert: options.requestClientCertificate === true,
    rejectUnauthorized: false,
    highWaterMark: HIGH_WATER_OCTETS,
    ...(options.alpn === undefined ? {} : { ALPNProtocols: [...options.alpn] }),
    ...(chooseContext === undefined ? {} : { SNICallback: sniCallback(options, chooseContext) }),
  };
  return new TLSSocket(raw, socketOptions);
}

type SniCallback = (serverName: string, done: (error: Error | null, context?: SecureContext) => void) => void;

/** One for all connections of the same options. */
const sniCallbacks = new WeakMap<TlsServerOptions, SniCallback>();

function sniCallback(options: TlsServerOptions, chooseContext: NonNullable<TlsServerOptions['chooseContext']>): SniCallback {
  let callback = sniCallbacks.get(options);
  if (callback === undefined) {
    callback = (serverName, done) => {
      const chosen = async (): Promise<SecureContext | undefined> => chooseContext(serverName);
      chosen().then(
        (context) => done(null, context),
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
    };
    sniCallbacks.set(options, callback);
  }
  return callback;
}

function clientVerdict(socket: TLSSocket): ChainVerdict {
  if (socket.authorized) return { authorized: true, authorizationError: undefined };
  return { authorized: false, authorizationError: String(socket.authorizationError ?? 'UNKNOWN') };
}

/** A server's TLSSocket is judged by `tls.Server` only; there is none here, so OpenSSL's verdict is read from the socket. */
function serverVerdict(socket: TLSSocket, requested: boolean): ChainVerdict {
  if (!requested) return { authorized: false, authorizationError: undefined };
  if (socket.getPeerX509Certificate() === undefined) return { authorized: false, authorizationError: 'NO_CERTIFICATE' };
  const { ssl } = socket as { readonly ssl?: { verifyError?(): NodeJS.ErrnoException | null } | null };
  if (typeof ssl?.verifyError !== 'function') return { authorized: false, authorizationError: 'UNKNOWN' };
  const error = ssl.verifyError();
  if (error === null) return { authorized: true, authorizationError: undefined };
  return { authorized: false, authorizationError: error.code ?? error.message };
}

function sentServerName(options: TlsClientOptions): string | undefined {
  const { policy } = options;
  const candidate = options.serverName ?? (policy.mode === 'verified' ? policy.names.find((name) => isIP(name) === 0) : undefined);
  if (candidate === undefined || isIP(candidate) !== 0) return undefined;
  const name = asciiName(candidate);
  if (name === undefined) throw new TypeError(`not a host name: ${JSON.stringify(candidate)}`);
  return name;
}

/** Sessions of one connection on their way into the cache: none before the peer is accepted. */
class SessionKeeper {
  readonly #cache: TlsSessionCache;
  readonly #key: string;
  readonly #waiting: Uint8Array[] = [];
  #facts: TlsSocketFacts | undefined;
  /** The session this handshake offers to take up. */
  readonly taken: TlsSession | undefined;

  constructor(cache: TlsSessionCache, key: string) {
    this.#cache = cache;
    this.#key = key;
    this.taken = cache.take(key);
  }

  add(octets: Uint8Array): void {
    if (this.#facts === undefined) this.#waiting.push(octets);
    else this.#put(octets, this.#facts);
  }

  accept(facts: TlsSocketFacts): void {
    this.#facts = facts;
    if (this.taken !== undefined && !facts.resumed) this.#cache.forget(this.#key);
    for (const octets of this.#waiting.splice(0)) this.#put(octets, facts);
  }

  #put(octets: Uint8Array, facts: TlsSocketFacts): void {
    const { authorized, authorizationError, x509 } = facts;
    const singleUse = facts.protocol === 'TLSv1.3';
    this.#cache.put(this.#key, { octets: withoutCertificate(octets), singleUse, certificate: x509, verdict: { authorized, authorizationError } });
  }
}

function sessionKeeper(options: TlsClientOptions, context: SecureContext, serverName: string | undefined, peer: Endpoint): SessionKeeper | undefined {
  const { policy, sessionCache } = options;
  if (sessionCache === undefined) return undefined;
  const names = policy.mode === 'verified' ? policy.names : [];
  const key = JSON.stringify([contextNumber(context), policy.mode, names, serverName ?? '', options.alpn ?? [], peer.address, peer.port]);
  return new SessionKeeper(sessionCache, key);
}

const MAX_SHOWN_NAMES = 8;
const MAX_SHOWN_CHARACTERS = 100;

/** The peer's own words: cut, and without anything that could pass for another line of a log. */
function showNames(altNames: readonly SubjectAltName[]): string {
  if (altNames.length === 0) return 'no name at all';
  const shown = altNames.slice(0, MAX_SHOWN_NAMES).map(({ value }) => value.slice(0, MAX_SHOWN_CHARACTERS).replace(/[^\x20-\x7e]/g, '?'));
  return shown.join(', ') + (altNames.length > MAX_SHOWN_NAMES ? ` and ${altNames.length - MAX_SHOWN_NAMES} more` : '');
}

/** Those of this handshake go before those of the options. Throws a `RangeError` on a timeout that is none. */
function resolveBounds(options: TlsHandshakeOptions, bounds: TlsHandshakeOptions): TlsHandshakeOptions {
  const { timeoutMs = options.timeoutMs, signal = options.signal, clock = options.clock } = bounds;
  if (timeoutMs !== undefined && !(timeoutMs > 0)) throw new RangeError('timeoutMs of TLS must be above 0');
  return { timeoutMs, signal, clock };
}

/** Names are judged by `tls-names.ts`, also for a session taken up again, where Node would not look. */
function acceptIdentity(): undefined {}

function ignoreError(): void {}
