/**
 * Memory that a socket is read into, and that comes back: for connections on which much goes by and little is kept.
 *
 * Without it each read of Node's takes 64 KiB that only the collector frees, which it does when some 32 MiB are waste: a body of 100 MB that goes by
 * leaves a process at 40 to 60 MB above its start, and with memory given back at less than 16.
 *
 * A read that fills less than half is copied out, so what a receiver keeps is never much more than what came.
 */
import type { Socket } from 'node:net';

const READ_OCTETS = 65_536;
/** What is given back beyond this is left to the collector. */
const MAX_FREE = 32;

export class ReadMemory {
  /** Who gets what was read. */
  receive: (octets: Uint8Array) => void = ignore;
  #current: Uint8Array | undefined = undefined;
  readonly #free: ArrayBuffer[] = [];
  /** How many octets were read into memory that was handed out and has not come back. */
  readonly #out = new WeakMap<ArrayBufferLike, number>();

  /** The option `onread` of a socket. */
  readonly onread: { readonly buffer: () => Uint8Array; readonly callback: (octetCount: number) => boolean } = {
    buffer: () => (this.#current ??= new Uint8Array(this.#free.pop() ?? new ArrayBuffer(READ_OCTETS))),
    callback: (octetCount) => {
      this.receive(this.#take(octetCount));
      return true;
    },
  };

  /** Takes octets back if they are all that one read brought; others, and those that came back before, are left alone. */
  recycle(octets: Uint8Array): void {
    const { buffer } = octets;
    if (octets.byteOffset !== 0 || this.#out.get(buffer) !== octets.byteLength) return;
    this.#out.delete(buffer);
    if (this.#free.length < MAX_FREE) this.#free.push(buffer as ArrayBuffer);
  }

  #take(octetCount: number): Uint8Array {
    const current = this.#current!;
    if (octetCount < READ_OCTETS / 2) return current.slice(0, octetCount);
    this.#current = undefined;
    this.#out.set(current.buffer, octetCount);
    return current.subarray(0, octetCount);
  }
}

const memories = new WeakMap<object, ReadMemory>();

/** Remembers what `socket` is read into. */
export function setReadMemory(socket: Socket, memory: ReadMemory): void {
  memories.set(socket, memory);
}

/** What `stream` is read into; `undefined` for one that Node gives new memory. */
export function readMemoryOf(stream: object): ReadMemory | undefined {
  return memories.get(stream);
}

function ignore(): void {}
