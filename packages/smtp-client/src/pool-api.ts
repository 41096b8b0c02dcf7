/** A pool as its users see it. What it is made of: `pool.ts`. */
import type { SmtpMessage } from './message.ts';
import type { SendResult } from './result.ts';
import type { IndexedSendResult, SendManyOptions } from './send-many.ts';

export interface SmtpPoolStats {
  /** Connections that take messages, resting ones included. */
  readonly connections: number;
  /** Those with nothing in flight. */
  readonly resting: number;
  readonly dialing: number;
  /** Messages that wait for a connection. */
  readonly waiting: number;
  /** Messages on a connection. */
  readonly inFlight: number;
  /** When the next dial may be made, in the clock's milliseconds, while the destination is left alone; else `undefined`. */
  readonly backOffUntil: number | undefined;
}

export interface SmtpPool {
  readonly stats: SmtpPoolStats;
  /**
   * Sends a message on one of the connections.
   *
   * Errors: as `SmtpConnection.send`. A failed dial is an outcome as well: `not-sent`, with the `SmtpError` in the result.
   */
  send(message: SmtpMessage): Promise<SendResult>;
  /**
   * Sends the messages of a source and gives their results as they come, in no certain order. The source is read no faster than
   * results are taken. What is no message is a result of code `SMTP_BAD_MESSAGE`; an error of the source itself is thrown when the
   * results before it are taken.
   */
  sendMany(messages: Iterable<SmtpMessage> | AsyncIterable<SmtpMessage>, options?: SendManyOptions): AsyncIterableIterator<IndexedSendResult>;
  /** Connects once, logs in, and leaves. Rejects with an `SmtpError`. */
  verify(): Promise<void>;
  /**
   * Takes no more messages, sends what it has, and closes all connections politely; what is not done after `timeoutMs` is
   * dropped. Never rejects. Default 30000; 0 drops everything at once.
   */
  close(options?: { readonly timeoutMs?: number | undefined }): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
