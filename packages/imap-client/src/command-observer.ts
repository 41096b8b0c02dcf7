/** Who sent a command hears of everything that answers it, in the order in which it came, inside the turn in which it came. */
import type { DropReason, LiteralPlace, Response, ResponseCode, Status } from '@mailwright/imap';

/** How a command ended: with the server's verdict, or without one. */
export type Outcome =
  | { readonly type: 'completed'; readonly status: Status; readonly code: ResponseCode | undefined; readonly text: string }
  | { readonly type: 'dropped'; readonly reason: DropReason; readonly sent: boolean };

/** What a command waits for; only `settled` has to be there. None of it may throw. */
export interface CommandObserver {
  /** Needs no octets now: its reader is behind. The connection is read no further while all commands say so. */
  readonly satisfied?: boolean;
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
