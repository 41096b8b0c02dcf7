/** A sink that remembers what it was told, and promises for tests that wait for something without sleeping. */
import type { NetError, Transport, TransportSink } from '@mailwright/net';

export type RecordedEvent = 'data' | 'end' | 'drained' | 'closed';

export class Recorder implements TransportSink {
  readonly events: RecordedEvent[] = [];
  readonly chunks: Uint8Array[] = [];
  octetCount = 0;
  error: NetError | undefined;
  /** Set by a test around a call inside which nothing may be told. */
  forbidden = false;
  /** Called with each chunk after it is recorded. */
  onData: ((octets: Uint8Array) => void) | undefined;
  #waiting: { readonly holds: () => boolean; readonly resolve: () => void }[] = [];

  data(octets: Uint8Array): void {
    this.chunks.push(octets);
    this.octetCount += octets.length;
    this.#told('data');
    this.onData?.(octets);
  }

  end(): void {
    this.#told('end');
  }

  drained(): void {
    this.#told('drained');
  }

  closed(error: NetError | undefined): void {
    this.error = error;
    this.#told('closed');
  }

  get octets(): Uint8Array {
    return Uint8Array.from(Buffer.concat(this.chunks));
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString('latin1');
  }

  count(event: RecordedEvent): number {
    return this.events.filter((told) => told === event).length;
  }

  until(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ holds, resolve }));
  }

  untilOctets(octetCount: number): Promise<void> {
    return this.until(() => this.octetCount >= octetCount);
  }

  untilTold(event: RecordedEvent): Promise<void> {
    return this.until(() => this.events.includes(event));
  }

  #told(event: RecordedEvent): void {
    if (this.forbidden) throw new Error(`${event} was told inside a call of the transport`);
    this.events.push(event);
    const ready = this.#waiting.filter((waiter) => waiter.holds());
    this.#waiting = this.#waiting.filter((waiter) => !ready.includes(waiter));
    for (const waiter of ready) waiter.resolve();
  }
}

/** Attaches a fresh recorder. */
export function record(transport: Transport): Recorder {
  const recorder = new Recorder();
  transport.attach(recorder);
  return recorder;
}

/** A promise for the outcome of something that must fail: the error itself. */
export async function failureOf(promise: Promise<unknown>): Promise<NetError> {
  try {
    await promise;
  } catch (error) {
    return error as NetError;
  }
  throw new Error('it did not fail');
}

export function octets(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}
