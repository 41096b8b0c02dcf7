/**
 * A transport behind which both directions are compressed. The zlib streams belong to it and end with it: an error of theirs is the end of
 * the connection and nothing else, whenever it comes.
 *
 * Each write ends with a sync flush, since the other side waits for it. The reader's pause reaches the streams, so that a small
 * input that inflates to much is inflated no faster than it is read.
 *
 * @rfc 4978 3
 * @rfc 4978 4
 */
import { ForwardingTransport, type NetError, octetParts, type Transport } from '@mailwright/net';
import { constants, createDeflateRaw, createInflateRaw, type DeflateRaw, type InflateRaw } from 'node:zlib';

const CHUNK_OCTETS = 64 * 1024;

export class CompressedTransport extends ForwardingTransport {
  readonly #inflate: InflateRaw = createInflateRaw({ chunkSize: CHUNK_OCTETS, finishFlush: constants.Z_SYNC_FLUSH });
  readonly #deflate: DeflateRaw = createDeflateRaw({ chunkSize: CHUNK_OCTETS, level: 6 });
  #gone = false;
  #paused = false;
  /** Writes that wait to be deflated, and whether the reader was told to stop writing. */
  #deflating = 0;
  #blocked = false;
  /** The transport below has enough: it will say when it wants more. */
  #innerFull = false;
  #closing = false;
  #ended = false;

  constructor(inner: Transport) {
    super(inner);
    this.#inflate.on('data', (octets: Uint8Array) => {
      if (!this.#gone) this.sink.data(octets);
    });
    this.#inflate.on('drain', () => {
      if (!this.#paused && !this.#gone) this.inner.resume();
    });
    this.#deflate.on('data', (octets: Uint8Array) => {
      if (!this.#gone && !this.inner.write(octets)) this.#innerFull = true;
    });
    const fail = (cause: Error): void => this.#fail(cause);
    this.#inflate.on('error', fail);
    this.#deflate.on('error', fail);
  }

  /** Octets that came before the streams were there. */
  inject(octets: Uint8Array): void {
    if (octets.length > 0) this.data(octets);
  }

  override write(octets: string | Uint8Array | readonly Uint8Array[]): boolean {
    if (this.#gone) return true;
    for (const part of octetParts(octets)) this.#deflate.write(part);
    this.#deflating++;
    this.#deflate.flush(constants.Z_SYNC_FLUSH, () => this.#flushed());
    if (this.#deflate.writableLength < CHUNK_OCTETS && !this.#innerFull) return true;
    this.#blocked = true;
    return false;
  }

  override pause(): void {
    this.#paused = true;
    this.#inflate.pause();
    this.inner.pause();
  }

  override resume(): void {
    this.#paused = false;
    this.#inflate.resume();
    if (!this.#inflate.writableNeedDrain) this.inner.resume();
  }

  override close(): void {
    this.#closing = true;
    if (this.#deflating === 0) this.inner.close();
  }

  override destroy(): void {
    this.#release();
    this.inner.destroy();
  }

  override data(octets: Uint8Array): void {
    if (!this.#gone && !this.#inflate.write(octets)) this.inner.pause();
  }

  /** What is still being inflated comes before the end. */
  override end(): void {
    this.#ended = true;
    if (this.#gone) return this.sink.end();
    this.#inflate.flush(() => this.sink.end());
  }

  override drained(): void {
    this.#innerFull = false;
    this.#tellDrained();
  }

  override closed(error: NetError | undefined): void {
    if (this.#gone || this.#ended) {
      this.#release();
      return this.sink.closed(error);
    }
    this.#inflate.flush(() => {
      this.#release();
      this.sink.closed(error);
    });
  }

  #tellDrained(): void {
    if (!this.#blocked || this.#innerFull || this.#deflating > 0 || this.#gone) return;
    this.#blocked = false;
    this.sink.drained();
  }

  #flushed(): void {
    this.#deflating--;
    if (this.#gone || this.#deflating > 0) return;
    if (this.#closing) this.inner.close();
    this.#tellDrained();
  }

  #fail(cause: Error): void {
    if (this.#gone) return;
    this.#failure = cause;
    this.destroy();
  }

  #failure: Error | undefined = undefined;

  /** What ended the compression, where something did. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  #release(): void {
    this.#gone = true;
    this.#inflate.destroy();
    this.#deflate.destroy();
  }
}
