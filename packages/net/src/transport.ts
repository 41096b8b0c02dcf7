/**
 * The one interface between a protocol driver and the octets: TCP, TLS, a Unix socket, the in-memory pair and the
 * virtual network of `@mailwright/testing` all look like this. Drivers know nothing else of the network.
 */
import type { TlsClientOptions, TlsFacts, TlsHandshakeOptions, TlsServerOptions } from './tls.ts';
import type { NetError } from './errors.ts';

/** One end of a connection, as the operating system names it. */
export interface Endpoint {
  /** An IP address, or the path of a Unix socket, or `memory`. */
  readonly address: string;
  /** The TCP port; 0 where there is none. */
  readonly port: number;
  readonly family: 'IPv4' | 'IPv6' | 'unix' | 'memory';
}

/** Who receives what a transport reports. `closed` comes exactly once and last. */
export interface TransportSink {
  /** Octets from the peer. The array is the receiver's to keep: it is not written to again, unless the receiver gives it to `recycle`. */
  data(octets: Uint8Array): void;
  /** The peer has closed its direction (FIN); writing may still work. */
  end(): void;
  /** All that was accepted by `write` has left; follows a `write` that returned false. */
  drained(): void;
  /** The connection is gone; `error` says why when it was not an orderly close. */
  closed(error: NetError | undefined): void;
}

export interface Transport {
  readonly peer: Endpoint;
  readonly local: Endpoint;
  /** Facts of the TLS session, or `undefined` in clear text. */
  readonly tls: TlsFacts | undefined;
  /** Octets accepted by `write` that the operating system has not taken yet. */
  readonly bufferedOctets: number;
  /**
   * Takes the reports from now on; the sink before gets none any more. Nothing is read before the first `attach`.
   * Events are never delivered inside `attach`, `write`, `pause`, `resume`, `close` or `destroy` themselves.
   */
  attach(sink: TransportSink): void;
  /**
   * Queues octets, or a text in UTF-8 (0.5 us cheaper than octets for a line). Several parts leave in one system call where
   * the platform can. The arrays must not be changed until `drained`. Returns false when the queue is above the high-water mark: stop until `drained`. After the connection is
   * gone it does nothing and returns true (`closed` has told).
   */
  write(octets: string | Uint8Array | readonly Uint8Array[]): boolean;
  /** Stops reading; the peer feels it through TCP flow control. At most what was in flight still arrives. */
  pause(): void;
  resume(): void;
  /**
   * Gives octets of `data` back, an array or a part of it, each octet once at the most: later ones may be read into the same memory, so nobody may look
   * at these any more. Where the transport has no use for them (TLS, a connection that was dialed without `recycles`) this does nothing.
   */
  recycle(octets: Uint8Array): void;
  /**
   * Swaps the reader and the writer for TLS. Octets that arrive before the handshake in clear text and were not part of
   * it are the caller's to refuse before calling. Resolves when the handshake is done and, for a client, the policy of
   * `options` holds; rejects with a `NetError` of phase `tls` and the connection destroyed. Until then `write` throws a
   * `TypeError` and `close` drops the connection. Bad options reject with a `TypeError` and change nothing. `bounds` are those
   * of this handshake, each in place of the one in `options`, which many connections may share.
   */
  startTls(options: TlsClientOptions | TlsServerOptions, bounds?: TlsHandshakeOptions): Promise<TlsFacts>;
  /** Writes what is queued, then closes our direction (FIN); `closed` follows when the peer closes too, and its end was read: not while paused. */
  close(): void;
  /** Drops the connection at once, queued octets included; `closed` follows. */
  destroy(): void;
}
