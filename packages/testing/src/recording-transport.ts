/**
 * A transport that writes down what goes by, in clear text also inside TLS, and changes nothing.
 *
 * Read next: `session-log.ts`.
 */
import { type Endpoint, type NetError, octetParts, type TlsClientOptions, type TlsFacts, type TlsServerOptions, type Transport, type TransportSink } from '@mailwright/net';
import type { TranscriptRecorder } from '@mailwright/smtp';
import type { Clock } from '@mailwright/wire';

const NO_SINK: TransportSink = { data: ignore, end: ignore, drained: ignore, closed: ignore };

/** The server's end of a connection, recorded. */
export class RecordingTransport implements Transport, TransportSink {
  readonly #inner: Transport;
  readonly #recorder: TranscriptRecorder;
  readonly #clock: Clock;
  readonly #onClosed: () => void;
  #sink: TransportSink = NO_SINK;

  constructor(inner: Transport, recorder: TranscriptRecorder, clock: Clock, onClosed: () => void) {
    this.#onClosed = onClosed;
    this.#inner = inner;
    this.#recorder = recorder;
    this.#clock = clock;
  }

  get peer(): Endpoint {
    return this.#inner.peer;
  }

  get local(): Endpoint {
    return this.#inner.local;
  }

  get tls(): TlsFacts | undefined {
    return this.#inner.tls;
  }

  get bufferedOctets(): number {
    return this.#inner.bufferedOctets;
  }

  attach(sink: TransportSink): void {
    this.#sink = sink;
    this.#inner.attach(this);
  }

  write(octets: string | Uint8Array | readonly Uint8Array[]): boolean {
    const now = this.#clock.now();
    for (const part of octetParts(octets)) this.#recorder.server(part, now);
    return this.#inner.write(octets);
  }

  pause(): void {
    this.#inner.pause();
  }

  resume(): void {
    this.#inner.resume();
  }

  async startTls(options: TlsClientOptions | TlsServerOptions): Promise<TlsFacts> {
    try {
      const facts = await this.#inner.startTls(options);
      this.#recorder.event(describeTls(facts), this.#clock.now());
      return facts;
    } catch (error) {
      this.#recorder.event(`no TLS: ${(error as Error).message}`, this.#clock.now());
      throw error;
    }
  }

  close(): void {
    this.#inner.close();
  }

  destroy(): void {
    this.#inner.destroy();
  }

  // What the transport below reports

  data(octets: Uint8Array): void {
    this.#recorder.client(octets, this.#clock.now());
    this.#sink.data(octets);
  }

  end(): void {
    this.#sink.end();
  }

  drained(): void {
    this.#sink.drained();
  }

  closed(error: NetError | undefined): void {
    this.#recorder.event(error === undefined ? 'connection closed' : `connection lost: ${error.message}`, this.#clock.now());
    this.#onClosed();
    this.#sink.closed(error);
  }
}

/** `TLSv1.3 established, TLS_AES_256_GCM_SHA384` */
export function describeTls(facts: TlsFacts): string {
  return `${facts.protocol} established, ${facts.cipher}`;
}

function ignore(): void {}
