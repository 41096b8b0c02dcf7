/**
 * Memory that a socket is read into, and that comes back: for connections on which much goes by and little is kept.
 *
 * Without it each read of Node's takes 64 KiB that only the collector frees, which it does when some 32 MiB are waste: a body of 100 MB that goes by
 * leaves a process at 40 to 60 MB above its start, and with memory given back at less than 16.
 *
 * Reads are laid one behind the other into blocks; a block is used again when all that was read into it has come back. A small read is copied out, so
 * that a line somebody keeps does not keep a block.
 */
import type { Socket } from 'node:net';

const BLOCK_OCTETS = 65_536;
/** Room for one read. A block with less is full. */
const LEAST_OCTETS = 16_384;
const MOST_COPIED_OCTETS = 4_096;
/** Blocks that come back beyond this are left to the collector. */
const MAX_FREE = 64;

const BLOCK: unique symbol = Symbol('block');

/** A block is found by its memory. (By a WeakMap it took the collector as long as all the rest of a connection.) */
interface OwnedMemory extends ArrayBuffer {
  [BLOCK]?: Block;
}

interface Block {
  readonly owner: ReadMemory;
  readonly octets: Uint8Array;
  /** Behind what was read into it and handed out. */
  end: number;
  /** How many of those octets have come back. */
  returned: number;
}

export class ReadMemory {
  /** Who gets what was read. */
  receive: (octets: Uint8Array) => void = ignore;
  #block: Block = makeBlock(this);
  readonly #free: Block[] = [];

  /** The option `onread` of a socket: Node asks for the place of the next read behind every one. */
  readonly onread: { readonly buffer: () => Uint8Array; readonly callback: (octetCount: number) => boolean } = {
    buffer: () => this.#nextPlace(),
    callback: (octetCount) => {
      this.receive(this.#take(octetCount));
      return true;
    },
  };

  /** Takes octets back that were handed out, each of them once. Others are left alone. */
  recycle(octets: Uint8Array): void {
    const block = (octets.buffer as OwnedMemory)[BLOCK];
    if (block?.owner !== this) return;
    block.returned += octets.length;
    if (block !== this.#block && block.returned === block.end && this.#free.length < MAX_FREE) this.#free.push(block);
  }

  #nextPlace(): Uint8Array {
    const block = this.#block;
    if (block.returned === block.end) block.returned = block.end = 0;
    else if (BLOCK_OCTETS - block.end < LEAST_OCTETS) {
      this.#block = this.#free.pop() ?? makeBlock(this);
      this.#block.returned = this.#block.end = 0;
    }
    return this.#block.octets.subarray(this.#block.end);
  }

  #take(octetCount: number): Uint8Array {
    const block = this.#block;
    const { octets, end } = block;
    if (octetCount <= MOST_COPIED_OCTETS) return octets.slice(end, end + octetCount);
    block.end += octetCount;
    return octets.subarray(end, block.end);
  }
}

/** Not filled with zeros, which would take as long as the read: nobody sees octets that were not read. */
/** Not filled with zeros, which would cost as much as the read: nobody sees octets that were not read. */
function makeBlock(owner: ReadMemory): Block {
  const memory: OwnedMemory = Buffer.allocUnsafeSlow(BLOCK_OCTETS).buffer;
  return (memory[BLOCK] = { owner, octets: new Uint8Array(memory), end: 0, returned: 0 });
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
