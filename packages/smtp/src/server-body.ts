/**
 * A message on its way into the server: what was read, what is still to come of a chunk, and what speaks against it.
 *
 * @rfc 5321 4.1.1.4
 * @rfc 3030 2
 */
import type { InputBuffer } from '@mailwright/wire';
import { BodyReader, type TextFault } from './body-reader.ts';
import type { Command } from './command.ts';
import type { AnyCommandSpec } from './extension.ts';
import type { Reply } from './reply.ts';
import type { ServerOptions } from './server-options.ts';
import { FAULTS, MESSAGE_TOO_LARGE, UNDECLARED_EIGHT_BIT } from './server-replies.ts';
import type { Transaction } from './server-transaction.ts';

/** The message octets may be anything when the client said BODY=BINARYMIME. @rfc 3030 3 */
const BINARY = { lineEnds: 'pass', nul: 'pass' } as const;

/** A command as it was read, with the table it came from. */
export interface ReadCommand {
  readonly value: Command;
  readonly spec: AnyCommandSpec;
}

/**
 * What `read` came to. `piece`: octets for the driver stand in `octets`. `over-limit`: the message has just become too
 * large. `chunk-end`: a chunk was read, more follow. `message-end`: everything was read.
 */
export type ReceivingStep = 'need-data' | 'piece' | 'over-limit' | 'chunk-end' | 'message-end';

/** One message, or the octets of a chunk that belongs to none. */
export class Receiving {
  /** `undefined` while the octets of a chunk are read that belongs to no transaction. */
  readonly transaction: Transaction | undefined;
  readonly startedAt: number;
  /** The verdict that is certain before the end: a limit, or the driver's `refuseBody`. */
  refusal: Reply | undefined = undefined;
  /** The BDAT command whose octets are being read; `undefined` for dot-stuffed text. */
  chunk: ReadCommand | undefined = undefined;
  /** Why that chunk is refused. */
  chunkRefusal: Reply | undefined = undefined;
  readonly #reader: BodyReader;
  readonly #limitOctets: number;
  /** The message may have no octet above 127. */
  readonly #sevenBit: boolean;
  /** Octets of the chunk still to come. */
  #left = 0;
  #last = false;

  constructor(transaction: Transaction | undefined, options: ServerOptions, now: number) {
    this.transaction = transaction;
    this.startedAt = now;
    this.#reader = new BodyReader(transaction?.parameters.BODY === 'BINARYMIME' ? BINARY : options);
    this.#limitOctets = options.limits.messageOctets;
    const body = transaction?.parameters.BODY;
    this.#sevenBit = options.eightBit === 'reject' && body !== '8BITMIME' && body !== 'BINARYMIME';
  }

  get octets(): Uint8Array {
    return this.#reader.octets;
  }

  get octetCount(): number {
    return this.#reader.octetCount;
  }

  /** What was wrong with the text, if anything was and matters. */
  get fault(): TextFault | undefined {
    return this.#reader.fault;
  }

  /** What speaks against the message, if anything does. */
  get verdict(): Reply | undefined {
    if (this.refusal !== undefined) return this.refusal;
    if (this.#reader.fault !== undefined) return FAULTS[this.#reader.fault].message;
    return this.#sevenBit && this.#reader.eightBit ? UNDECLARED_EIGHT_BIT : undefined;
  }

  /** The next chunk begins; `refusal` says that it is to be read and dropped. */
  openChunk(chunk: ReadCommand, octets: number, last: boolean, refusal: Reply | undefined): void {
    this.chunk = chunk;
    this.chunkRefusal = refusal;
    this.#left = octets;
    this.#last = last;
  }

  /** Reads on, up to something that the machine has to act on. */
  read(input: InputBuffer): ReceivingStep {
    for (;;) {
      const step = this.chunk === undefined ? this.#readText(input) : this.#readChunk(input);
      if (step !== 'piece' || this.refusal === undefined) return this.#checkLimit(step);
    }
  }

  #readText(input: InputBuffer): ReceivingStep {
    const status = this.#reader.readText(input);
    return status === 'octets' ? 'piece' : status === 'end' ? 'message-end' : 'need-data';
  }

  #readChunk(input: InputBuffer): ReceivingStep {
    while (this.#left > 0) {
      const count = this.#reader.readCounted(input, this.#left);
      if (count === 0) return 'need-data';
      this.#left -= count;
      if (this.chunkRefusal === undefined && this.octets.length > 0) return 'piece';
    }
    if (!this.#last || this.chunkRefusal !== undefined) return 'chunk-end';
    if (!this.#reader.ended) {
      this.#reader.endCounted();
      if (this.octets.length > 0) return 'piece';
    }
    return 'message-end';
  }

  #checkLimit(step: ReceivingStep): ReceivingStep {
    if (step !== 'piece' || this.octetCount <= this.#limitOctets) return step;
    this.refusal = MESSAGE_TOO_LARGE;
    return 'over-limit';
  }
}
