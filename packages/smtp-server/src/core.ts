/** What all connections of a server share: the resolved options, the set of deadlines, the counts. */
import type { DeadlineSet } from '@mailwright/net';
import type { Reply, ServerOptions, ServerViolation } from '@mailwright/smtp';
import type { Clock, Random } from '@mailwright/wire';
import type { Connection } from './connection.ts';
import type { SessionEnd, SmtpServerHandlers } from './handlers.ts';
import type { SmtpServerOptions } from './options.ts';

export interface ServerCore {
  readonly options: SmtpServerOptions;
  readonly handlers: SmtpServerHandlers;
  readonly machineOptions: ServerOptions;
  readonly clock: Clock;
  readonly random: Random;
  readonly saltKey: Uint8Array;
  readonly deadlines: DeadlineSet<Connection>;
  readonly handlerMs: number;
  readonly writeMs: number;
  /** The refusal that the limits of the server hold against a new connection. */
  refuseConnection(connection: Connection): Reply | undefined;
  /** How long the reply to the `errorCount`th error waits. */
  tarpitMs(errorCount: number): number;
  /** Calls `flushScheduled` in the next turn of the event loop. */
  flushLater(connection: Connection): void;
  report(error: unknown, connection: Connection): void;
  publishViolation(connection: Connection, code: ServerViolation): void;
  remove(connection: Connection, end: SessionEnd): void;
}
