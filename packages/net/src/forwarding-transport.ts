/**
 * A transport in front of another one that passes everything on, both ways: the base of those that look at what goes by, or
 * change it. What is not overridden stays as the transport behind it has it.
 */
import type { NetError } from './errors.ts';
import type { TlsClientOptions, TlsFacts, TlsHandshakeOptions, TlsServerOptions } from './tls.ts';
import type { Endpoint, Transport, TransportSink } from './transport.ts';

const NO_SINK: TransportSink = { data: ignore, end: ignore, drained: ignore, closed: ignore };

/** Stands between a driver and `inner`: a transport to the one, the sink of the other. */
export class ForwardingTransport implements Transport, TransportSink {
  protected readonly inner: Transport;
  /** Who gets the reports; nobody before `attach`. */
  protected sink: TransportSink = NO_SINK;

  constructor(inner: Transport) {
    this.inner = inner;
  }

  get peer(): Endpoint {
    return this.inner.peer;
  }

  get local(): Endpoint {
    return this.inner.local;
  }

  get tls(): TlsFacts | undefined {
    return this.inner.tls;
  }

  get bufferedOctets(): number {
    return this.inner.bufferedOctets;
  }

  attach(sink: TransportSink): void {
    this.sink = sink;
    this.inner.attach(this);
  }

  write(octets: string | Uint8Array | readonly Uint8Array[]): boolean {
    return this.inner.write(octets);
  }

  pause(): void {
    this.inner.pause();
  }

  resume(): void {
    this.inner.resume();
  }

  /** What was passed on as it came is given back. */
  recycle(octets: Uint8Array): void {
    this.inner.recycle(octets);
  }

  startTls(options: TlsClientOptions | TlsServerOptions, bounds?: TlsHandshakeOptions): Promise<TlsFacts> {
    return this.inner.startTls(options, bounds);
  }

  close(): void {
    this.inner.close();
  }

  destroy(): void {
    this.inner.destroy();
  }

  // What the transport behind it reports

  data(octets: Uint8Array): void {
    this.sink.data(octets);
  }

  end(): void {
    this.sink.end();
  }

  drained(): void {
    this.sink.drained();
  }

  closed(error: NetError | undefined): void {
    this.sink.closed(error);
  }
}

function ignore(): void {}
