/**
 * The connection of a session: what is written to it and heard from it, when it is told to stop sending, and how it ends. Everything that is said passes here
 * on its way to the recorder.
 */
import type { Endpoint, TlsClientOptions, TlsFacts, Transport, TransportSink } from '@mailwright/net';
import type { TranscriptRecorder } from '@mailwright/pop3';
import type { Clock } from '@mailwright/wire';

export class Link {
  /** It takes no more for now: `drained` says when. */
  blocked = false;
  /** It has reported that it is closed. */
  closed = false;
  /** When a graceful end is not waited for any longer. */
  lingerUntil: number | undefined = undefined;
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #recorder: TranscriptRecorder | undefined;
  #paused = false;

  constructor(transport: Transport, clock: Clock, recorder: TranscriptRecorder | undefined) {
    this.#transport = transport;
    this.#clock = clock;
    this.#recorder = recorder;
  }

  attach(sink: TransportSink): void {
    this.#transport.attach(sink);
  }

  get tls(): TlsFacts | undefined {
    return this.#transport.tls;
  }

  get peer(): Endpoint {
    return this.#transport.peer;
  }

  write(octets: Uint8Array, now: number): void {
    this.#recorder?.client(octets, now);
    this.blocked = !this.#transport.write(octets);
  }

  /** Octets came from the server. */
  heard(octets: Uint8Array, now: number): void {
    this.#recorder?.server(octets, now);
  }

  /** Stops the server, or lets it go on. */
  pause(paused: boolean): void {
    if (paused === this.#paused) return;
    this.#paused = paused;
    if (paused) this.#transport.pause();
    else this.#transport.resume();
  }

  /** Rejects with the `NetError` of the transport, which is closed then. */
  async startTls(options: TlsClientOptions): Promise<void> {
    this.#recorder?.event('TLS handshake', this.#clock.now());
    const facts = await this.#transport.startTls(options);
    this.#recorder?.event(`${facts.protocol} ${facts.cipher}`, this.#clock.now());
  }

  /** Closes when all is written. */
  close(): void {
    this.#transport.close();
  }

  /** Ends at once. */
  destroy(): void {
    this.lingerUntil = undefined;
    this.#transport.destroy();
  }
}
