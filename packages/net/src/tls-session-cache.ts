/**
 * TLS sessions kept for resumption, bounded, least recently filled out first.
 *
 * The key names everything that makes two connections alike (destination, SNI, policy, trust, client certificate); it is
 * built by the handshake, so a session can't reach a connection of another kind.
 *
 * Deviation: RFC 8446 appendix C.4 asks a client to use a ticket of TLS 1.3 once, lest an observer link its connections.
 * Each is used once while there are newer ones, but the last is kept and used again: a Node server renews no ticket when it
 * resumes, so resumption would end after two visits; and a mail client names itself in EHLO anyway. `reuseLastTicket: false`
 * keeps to the letter (tests "C.4").
 * @rfc 8446 C.4
 */
import type { X509Certificate } from 'node:crypto';
import type { ChainVerdict } from './tls-facts.ts';

export interface TlsSessionCacheOptions {
  /** Destinations remembered. Default 1000. */
  readonly maxKeys?: number | undefined;
  /** Sessions kept for each: a TLS 1.3 server sends about two tickets a handshake. Default 4. */
  readonly maxSessionsPerKey?: number | undefined;
  /** Whether the last ticket of a destination may be used again. Default true. */
  readonly reuseLastTicket?: boolean | undefined;
}

/** One session and what its full handshake showed: a resumed handshake brings no certificate, and no verdict on one. */
export interface TlsSession {
  /** As OpenSSL writes it, without the certificate. */
  readonly octets: Uint8Array;
  /** It is a ticket of TLS 1.3. */
  readonly singleUse: boolean;
  readonly certificate: X509Certificate | undefined;
  readonly verdict: ChainVerdict;
}

export class TlsSessionCache {
  readonly #maxKeys: number;
  readonly #maxSessionsPerKey: number;
  readonly #reuseLastTicket: boolean;
  readonly #sessions = new Map<string, TlsSession[]>();

  constructor(options: TlsSessionCacheOptions = {}) {
    this.#maxKeys = positive(options.maxKeys ?? 1000, 'maxKeys');
    this.#reuseLastTicket = options.reuseLastTicket ?? true;
    this.#maxSessionsPerKey = positive(options.maxSessionsPerKey ?? 4, 'maxSessionsPerKey');
  }

  /** How many sessions are kept. */
  get size(): number {
    let count = 0;
    for (const stored of this.#sessions.values()) count += stored.length;
    return count;
  }

  /** The newest session of `key`, taken out if it is not to be used again. */
  take(key: string): TlsSession | undefined {
    const stored = this.#sessions.get(key);
    const newest = stored?.at(-1);
    if (stored === undefined || newest === undefined) return undefined;
    if (newest.singleUse && (stored.length > 1 || !this.#reuseLastTicket)) stored.pop();
    if (stored.length === 0) this.#sessions.delete(key);
    return newest;
  }

  /** Drops the sessions of `key`: the server did not take one up, so it has most likely lost its keys. */
  forget(key: string): void {
    this.#sessions.delete(key);
  }

  put(key: string, session: TlsSession): void {
    const before = this.#sessions.get(key);
    const stored = session.singleUse && before !== undefined ? before.filter((other) => other.singleUse) : [];
    stored.push(session);
    if (stored.length > this.#maxSessionsPerKey) stored.shift();
    this.#sessions.delete(key);
    this.#sessions.set(key, stored);
    if (this.#sessions.size > this.#maxKeys) this.#sessions.delete(this.#sessions.keys().next().value!);
  }

  clear(): void {
    this.#sessions.clear();
  }
}

function positive(value: number, name: string): number {
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a positive integer`);
  return value;
}
