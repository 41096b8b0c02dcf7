/**
 * A message on its way into the server: what was read, what is still to come of a chunk, and what speaks against it.
 *
 * @rfc 5321 4.1.1.4
 * @rfc 3030 2
 */
import { BodyReader } from './body-reader.ts';
import type { Command } from './command.ts';
import type { AnyCommandSpec } from './extension.ts';
import type { Reply } from './reply.ts';
import type { ServerOptions } from './server-options.ts';
import { FAULTS } from './server-replies.ts';
import type { Transaction } from './server-transaction.ts';

/** The message octets may be anything when the client said BODY=BINARYMIME. @rfc 3030 3 */
const BINARY = { lineEnds: 'pass', nul: 'pass' } as const;

/** The machine's own: it writes these fields as the octets come. */
export class Receiving {
  /** `undefined` while the octets of a chunk are read that belongs to no transaction. */
  readonly transaction: Transaction | undefined;
  readonly reader: BodyReader;
  readonly startedAt: number;
  /** The verdict that is certain before the end: a limit, or the driver's `refuseBody`. */
  refusal: Reply | undefined = undefined;
  /** Why the chunk that is being read is refused. */
  chunkRefusal: Reply | undefined = undefined;
  /** The BDAT command being read. */
  pending: { readonly value: Command; readonly spec: AnyCommandSpec } | undefined = undefined;
  /** Octets of the chunk still to come. */
  left = 0;
  last = false;
  /** The reader has been told that no more octets come. */
  ended = false;

  constructor(transaction: Transaction | undefined, options: ServerOptions, now: number) {
    this.transaction = transaction;
    this.startedAt = now;
    this.reader = new BodyReader(transaction?.parameters.BODY === 'BINARYMIME' ? BINARY : options);
  }

  /** The next chunk begins. */
  open(octets: number, last: boolean, pending: Receiving['pending'], refusal: Reply | undefined): void {
    this.left = octets;
    this.last = last;
    this.pending = pending;
    this.chunkRefusal = refusal;
  }

  /** What speaks against the message, if anything does. */
  get verdict(): Reply | undefined {
    if (this.refusal !== undefined) return this.refusal;
    return this.reader.fault === undefined ? undefined : FAULTS[this.reader.fault].message;
  }
}
