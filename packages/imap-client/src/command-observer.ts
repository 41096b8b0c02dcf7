/** Who sent a command hears of everything that answers it, in the order in which it came, inside the turn in which it came. */
import type { DropReason, LiteralPlace, Response, ResponseCode, Status } from '@mailwright/imap';

/** How a command ended: with the server's verdict, or without one. */
export type Outcome =
  | { readonly type: 'completed'; readonly status: Status; readonly code: ResponseCode | undefined; readonly text: string }
  | { readonly type: 'dropped'; readonly reason: DropReason; readonly sent: boolean };

/**
 * `hungry`: it waits for its answer. `full`: its reader is behind, and it wants no more now. `patient`: it does not matter. The connection is not read while
 * one is full and none is hungry.
 */
export type Demand = 'hungry' | 'full' | 'patient';

/** What a command waits for; only `settled` has to be there. None of it may throw. */
export interface CommandObserver {
  /** Whether the connection should be read for its sake. Default `hungry`. */
  readonly demand?: Demand;
  response?(response: Response): void;
  literalBegin?(octetCount: number, place: LiteralPlace): void;
  /** A view: copy what is kept. */
  literalData?(octets: Uint8Array): void;
  literalEnd?(): void;
  /** The server waits for a literal of the command's. */
  literalWanted?(source: unknown, octetCount: number): void;
  /** `undefined` for a challenge that is not base64. */
  challenge?(octets: Uint8Array | undefined): void;
  idling?(): void;
  /** Exactly once, and last. */
  settled(outcome: Outcome): void;
}
