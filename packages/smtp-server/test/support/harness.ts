/** A server on the in-memory pair and a clock that stands still, and everything that happened to it. */
import { type MemoryPairOptions, memoryPair } from '@mailwright/net';
import { createSmtpServer, type SessionEnd, type SmtpServer, SmtpServerError, type SmtpServerOptions, type SmtpSession } from '@mailwright/smtp-server';
import { expect } from 'vitest';
import { FakeClock, settle } from '../../../testing/src/fake-clock.ts';
import { RawClient } from './raw-client.ts';

export interface Harness extends AsyncDisposable {
  readonly server: SmtpServer;
  readonly clock: FakeClock;
  /** What the `error` handler got. */
  readonly errors: unknown[];
  /** How the sessions ended, in the order in which they did. */
  readonly ends: SessionEnd[];
  connect(options?: MemoryPairOptions): RawClient;
  /** A client after the greeting and EHLO. */
  session(options?: MemoryPairOptions): Promise<RawClient>;
  /** Lets time pass. */
  pass(ms: number): Promise<void>;
}

/** Makes one. At its end everything must be gone: connections, timers. */
export function harness(options: SmtpServerOptions = {}): Harness {
  const clock = new FakeClock();
  const errors: unknown[] = [];
  const ends: SessionEnd[] = [];
  const clients: RawClient[] = [];
  const server = createSmtpServer({
    hostname: 'server.example',
    clock,
    ...options,
    error: (error, session) => {
      errors.push(error);
      options.error?.(error, session);
    },
    close: (session: SmtpSession, end: SessionEnd) => {
      ends.push(end);
      return options.close?.(session, end);
    },
  });
  const connect = (pair?: MemoryPairOptions): RawClient => {
    const [near, far] = memoryPair({ ...pair, clock });
    const client = new RawClient(near);
    clients.push(client);
    server.serve(far);
    return client;
  };
  return {
    server,
    clock,
    errors,
    ends,
    connect,
    session: async (pair) => {
      const client = connect(pair);
      await client.greet();
      return client;
    },
    pass: (ms) => clock.advanceAsync(ms),
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.transport.destroy();
      await settle();
      const closing = server.close({ timeoutMs: 0 });
      await clock.advanceAsync(0);
      await closing;
      await settle();
      expect({ pendingTimers: clock.pending, connections: server.connectionCount }).toEqual({ pendingTimers: 0, connections: 0 });
    },
  };
}

/** The codes of our errors among what the `error` handler got, the messages of others. */
export function told(errors: readonly unknown[]): string[] {
  return errors.map((error) => (error instanceof SmtpServerError ? error.code : error instanceof Error ? error.message : String(error)));
}

/** A promise and the hands that settle it. */
export function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void; readonly reject: (error: unknown) => void } {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  return { promise, resolve, reject };
}

export const ENVELOPE = 'MAIL FROM:<a@client.example>\r\nRCPT TO:<b@server.example>\r\n';
