/** One query to one server and what came back: the seam between the stub resolver and its transports. */
import type { DnsMessage } from './message.ts';
import { parseMessage } from './message-parse.ts';
import { HEADER_OCTETS } from './message.ts';
import type { QueryOctets } from './query-octets.ts';

/**
 * `failure`: no message, and why. `forged`: over UDP, an answer that is right but for the case of letters, or many wrong ones: ask over TCP.
 */
export type ExchangeOutcome =
  | { readonly type: 'message'; readonly message: DnsMessage }
  | { readonly type: 'forged' }
  | { readonly type: 'failure'; readonly reason: string };

/** A query that is on its way. */
export interface Exchange {
  /** Nobody waits any more. `timedOut`: because the server did not answer in time. Harmless after the outcome. */
  cancel(timedOut: boolean): void;
}

export interface Transport {
  /** Sends; calls `done` once, later, unless it is cancelled before. */
  exchange(query: QueryOctets, done: (outcome: ExchangeOutcome) => void): Exchange;
  /** Gives every query on its way the failure `closed`, and its sockets back. */
  close(): Promise<void>;
}

/** Messages that went out, and those that came back and answered nothing. */
export interface TransportCounts {
  sent: number;
  ignored: number;
}

/**
 * Reads a response whose id and question were checked. The question gets the spelling of the caller, so that names which point into it
 * don't carry the case that was drawn. `response` is changed.
 */
export function readResponse(response: Uint8Array, { question }: QueryOctets): ExchangeOutcome {
  if (response[5] === 1) response.set(question, HEADER_OCTETS);
  const parsed = parseMessage(response);
  return parsed.ok ? { type: 'message', message: parsed.value } : { type: 'failure', reason: 'bad-message' };
}
