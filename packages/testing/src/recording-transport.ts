/**
 * A transport that writes down what goes by, in clear text also inside TLS, and changes nothing.
 *
 * Read next: `session-log.ts`.
 */
import { ForwardingTransport, type NetError, octetParts, type TlsClientOptions, type TlsFacts, type TlsHandshakeOptions, type TlsServerOptions, type Transport } from '@mailwright/net';
import type { Clock } from '@mailwright/wire';
import type { WireRecorder } from './face/wire-recorder.ts';

/** The server's end of a connection, recorded. */
export class RecordingTransport extends ForwardingTransport {
  readonly #recorder: WireRecorder;
  readonly #clock: Clock;
  readonly #onClosed: () => void;

  constructor(inner: Transport, recorder: WireRecorder, clock: Clock, onClosed: () => void) {
    super(inner);
    this.#onClosed = onClosed;
    this.#recorder = recorder;
    this.#clock = clock;
  }

  override write(octets: string | Uint8Array | readonly Uint8Array[]): boolean {
    const now = this.#clock.now();
    for (const part of octetParts(octets)) this.#recorder.server(part, now);
    return super.write(octets);
  }

  override async startTls(options: TlsClientOptions | TlsServerOptions, bounds?: TlsHandshakeOptions): Promise<TlsFacts> {
    try {
      const facts = await super.startTls(options, bounds);
      this.#recorder.event(describeTls(facts), this.#clock.now());
      return facts;
    } catch (error) {
      this.#recorder.event(`no TLS: ${(error as Error).message}`, this.#clock.now());
      throw error;
    }
  }

  override data(octets: Uint8Array): void {
    this.#recorder.client(octets, this.#clock.now());
    super.data(octets);
  }

  override closed(error: NetError | undefined): void {
    this.#recorder.event(error === undefined ? 'connection closed' : `connection lost: ${error.message}`, this.#clock.now());
    this.#onClosed();
    super.closed(error);
  }
}

/** `TLSv1.3 established, TLS_AES_256_GCM_SHA384` */
export function describeTls(facts: TlsFacts): string {
  return `${facts.protocol} established, ${facts.cipher}`;
}
