/**
 * COMPRESS=DEFLATE as a transport in front of another one. It owns its two streams of zlib and destroys them with the connection, so that nothing
 * of them is heard of afterwards.
 *
 * Back-pressure goes through: octets that the peer does not read stay in the streams until they are full, and a reader that pauses stops the
 * inflating, so that a few octets of the peer can't become many of ours.
 *
 * @rfc 4978 4
 */
import { constants, createDeflateRaw, createInflateRaw, type DeflateRaw, type InflateRaw } from 'node:zlib';
import { ForwardingTransport, type NetError, octetParts, type Transport } from '@mailwright/net';

/** Octets in the streams above which the writer is to wait. */
const HIGH_WATER_OCTETS = 65_536;

export class DeflateTransport extends ForwardingTransport {
  readonly #deflate: DeflateRaw = createDeflateRaw({ flush: constants.Z_SYNC_FLUSH, chunkSize: 16_384 });
  readonly #inflate: InflateRaw = createInflateRaw({ chunkSize: 16_384 });
  /** What was written and is not deflated yet. */
  #deflating = 0;
  #owesDrained = false;
  #isInnerFull = false;
  #isInnerPaused = false;
  #isClosing = false;
  #isOver = false;

  /** Takes over from here on: what was written before has left uncompressed. */
  constructor(inner: Transport) {
    super(inner);
    this.#deflate.on('data', (octets: Uint8Array) => this.#send(octets));
    this.#deflate.on('end', () => this.inner.close());
    this.#inflate.on('data', (octets: Uint8Array) => {
      if (!this.#isOver) this.sink.data(octets);
    });
    this.#inflate.on('drain', () => this.#resumeInner());
    this.#inflate.on('end', () => undefined);
    this.#deflate.on('error', () => this.destroy());
    this.#inflate.on('error', () => this.destroy()); // no deflated octets: the peer can't be understood any more
  }

  override get bufferedOctets(): number {
    return this.inner.bufferedOctets + this.#deflating;
  }

  override write(octets: string | Uint8Array | readonly Uint8Array[]): boolean {
    if (this.#isOver) return true;
    for (const part of octetParts(octets)) {
      this.#deflating += part.length;
      this.#deflate.write(part, () => {
        this.#deflating -= part.length;
        this.#tellDrained();
      });
    }
    if (!this.#isInnerFull && this.#deflating <= HIGH_WATER_OCTETS) return true;
    this.#owesDrained = true;
    return false;
  }

  override pause(): void {
    this.#inflate.pause();
    this.#pauseInner();
  }

  override resume(): void {
    this.#inflate.resume();
    if (!this.#inflate.writableNeedDrain) this.#resumeInner();
  }

  override close(): void {
    if (this.#isClosing || this.#isOver) return;
    this.#isClosing = true;
    this.#deflate.end();
  }

  override destroy(): void {
    this.#end();
    this.inner.destroy();
  }

  override data(octets: Uint8Array): void {
    if (!this.#isOver && !this.#inflate.write(octets)) this.#pauseInner();
  }

  override end(): void {
    if (this.#isOver) return;
    this.#inflate.end(() => {
      if (!this.#isOver) this.sink.end();
    });
  }

  override drained(): void {
    this.#isInnerFull = false;
    if (this.#isOver) return;
    this.#deflate.resume();
    this.#tellDrained();
  }

  override closed(error: NetError | undefined): void {
    this.#end();
    this.sink.closed(error);
  }

  #send(octets: Uint8Array): void {
    if (this.#isOver || this.inner.write(octets)) return;
    this.#isInnerFull = true;
    this.#deflate.pause();
  }

  #tellDrained(): void {
    if (!this.#owesDrained || this.#isInnerFull || this.#isOver || this.#deflating > 0) return;
    this.#owesDrained = false;
    this.sink.drained();
  }

  #pauseInner(): void {
    if (this.#isInnerPaused) return;
    this.#isInnerPaused = true;
    this.inner.pause();
  }

  #resumeInner(): void {
    if (!this.#isInnerPaused || this.#isOver || this.#inflate.isPaused()) return;
    this.#isInnerPaused = false;
    this.inner.resume();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#deflate.destroy();
    this.#inflate.destroy();
  }
}
