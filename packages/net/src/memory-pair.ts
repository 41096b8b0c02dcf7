/**
 * Two transports that are each other's peer, without a socket: for tests, and for client and server in one process.
 *
 * They behave as TCP on one machine does: octets arrive in order and later (never inside `write`), a reader that pauses is
 * felt by the writer, either direction closes on its own, dropping a connection with unread octets resets it. TLS runs
 * over them as over a socket. Leaves out loss and re-ordering. Read next: `socket-transport.ts`.
 */
import { Duplex } from 'node:stream';
import type { Clock } from '@mailwright/wire';
import { systemClock } from './clock.ts';
import { HIGH_WATER_OCTETS, MEMORY_ENDPOINT, SocketTransport } from './socket-transport.ts';
import type { Endpoint, Transport } from './transport.ts';

export interface MemoryPairOptions {
  /** How long octets travel. Default 0: they arrive in the same turn of the event loop, as a microtask. */
  readonly latencyMs?: number | undefined;
  /** The clock of the latency. */
  readonly clock?: Clock | undefined;
  /** The most octets one `data` brings; 1 for a drip. Default: as written. */
  readonly maxChunkOctets?: number | undefined;
  /** Octets one direction holds unread before more stay with the writer, as `bufferedOctets`. Default 65536. */
  readonly windowOctets?: number | undefined;
  /** What the second end says its peer is. Default: address `memory`, port 0. */
  readonly firstEndpoint?: Endpoint | undefined;
  /** What the first end says its peer is. Default: address `memory`, port 0. */
  readonly secondEndpoint?: Endpoint | undefined;
}

/** Makes two connected transports. Throws a `RangeError` on bad options. */
export function memoryPair(options: MemoryPairOptions = {}): [Transport, Transport] {
  const settings = resolveOptions(options);
  const first = new MemoryStream(settings);
  const second = new MemoryStream(settings);
  first.join(second);
  second.join(first);
  const { firstEndpoint = MEMORY_ENDPOINT, secondEndpoint = MEMORY_ENDPOINT } = options;
  return [new SocketTransport(first, secondEndpoint, firstEndpoint), new SocketTransport(second, firstEndpoint, secondEndpoint)];
}

interface Settings {
  readonly clock: Clock;
  readonly latencyMs: number;
  readonly maxChunkOctets: number;
  readonly windowOctets: number;
}

function resolveOptions(options: MemoryPairOptions): Settings {
  const { clock = systemClock, latencyMs = 0, maxChunkOctets = Infinity, windowOctets = HIGH_WATER_OCTETS } = options;
  if (!(latencyMs >= 0)) throw new RangeError('latencyMs must not be negative');
  if (!(maxChunkOctets >= 1)) throw new RangeError('maxChunkOctets must be at least 1');
  if (!(windowOctets >= 1)) throw new RangeError('windowOctets must be at least 1');
  return { clock, latencyMs, maxChunkOctets, windowOctets };
}

/** Something on its way: octets, our FIN, or a reset. */
type Parcel = Buffer | 'fin' | 'reset';
type Done = (error?: Error | null) => void;

class MemoryStream extends Duplex {
  readonly #settings: Settings;
  #partner: MemoryStream | undefined;
  /** What has been sent to this end and was not handed over yet; the first `#arrived` of them are here. */
  readonly #parcels: Parcel[] = [];
  #arrived = 0;
  /** Octets in `#parcels`. */
  #octets = 0;
  #wanted = false;
  #finSent = false;
  /** The write that waits for the partner to read. */
  #stalled: Done | undefined;

  constructor(settings: Settings) {
    super({ allowHalfOpen: true, highWaterMark: HIGH_WATER_OCTETS });
    this.#settings = settings;
  }

  join(partner: MemoryStream): void {
    this.#partner = partner;
  }

  override _read(): void {
    this.#wanted = true;
    this.#readOn();
    if (this.#partner!.#stalled !== undefined) queueMicrotask(this.#openWindow);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#send([chunk], done);
  }

  override _writev(chunks: { readonly chunk: Buffer }[], done: Done): void {
    this.#send(chunks.map(({ chunk }) => chunk), done);
  }

  override _final(done: Done): void {
    this.#sendFin();
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    const partner = this.#partner!;
    const unread = this.#octets > 0 || this.readableLength > 0;
    if (unread) partner.#post('reset');
    else this.#sendFin();
    this.#parcels.length = 0;
    this.#octets = 0;
    this.#stalled = undefined;
    queueMicrotask(() => partner.#unstall());
    done(error);
  }

  #sendFin(): void {
    if (this.#finSent) return;
    this.#finSent = true;
    this.#partner!.#post('fin');
  }

  /** The partner gets octets of its own: the sender's array may change after `drained`, the receiver's never does. */
  #send(chunks: readonly Buffer[], done: Done): void {
    const partner = this.#partner!;
    if (partner.destroyed) {
      this.#post('reset');
      return done();
    }
    const octetCount = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const copy = Buffer.allocUnsafeSlow(octetCount);
    let at = 0;
    for (const chunk of chunks) at += chunk.copy(copy, at);
    partner.#octets += octetCount;
    partner.#post(copy);
    if (partner.#hasRoom()) done();
    else this.#stalled = done;
  }

  /** Puts a parcel on its way to this end. */
  #post(parcel: Parcel): void {
    if (this.destroyed) return;
    const { latencyMs, clock } = this.#settings;
    this.#parcels.push(parcel);
    if (latencyMs === 0) queueMicrotask(this.#arrive);
    else clock.setTimer(this.#arrive, latencyMs);
  }

  readonly #arrive = (): void => {
    if (this.destroyed) return;
    this.#arrived++;
    if (this.#parcels[this.#arrived - 1] === 'reset') this.destroy(resetError());
    else this.#readOn();
  };

  /** Hands over what is here until the reader has enough. */
  #readOn(): void {
    while (this.#wanted && this.#arrived > 0) {
      const parcel = this.#parcels.shift();
      this.#arrived--;
      if (parcel === 'fin') this.push(null);
      else if (parcel instanceof Buffer) this.#pushOctets(parcel);
    }
  }

  #pushOctets(octets: Buffer): void {
    const { maxChunkOctets } = this.#settings;
    const piece = octets.length > maxChunkOctets ? octets.subarray(0, maxChunkOctets) : octets;
    if (piece !== octets) {
      this.#parcels.unshift(octets.subarray(piece.length));
      this.#arrived++;
    }
    this.#octets -= piece.length;
    this.#wanted = false;
    if (this.push(piece)) this.#wanted = true;
    this.#openWindow();
  }

  #hasRoom(): boolean {
    return this.#octets + this.readableLength < this.#settings.windowOctets;
  }

  readonly #openWindow = (): void => {
    if (this.#hasRoom()) this.#partner!.#unstall();
  };

  #unstall(): void {
    const done = this.#stalled;
    this.#stalled = undefined;
    done?.();
  }
}

function resetError(): Error {
  return Object.assign(new Error('reset by the other end of the pair'), { code: 'ECONNRESET' });
}
