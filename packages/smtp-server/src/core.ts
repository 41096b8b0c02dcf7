/** What all connections of a server share: the resolved options, the set of deadlines, the counts. */
import type { DeadlineSet, TlsHandshakeOptions, TlsServerOptions } from '@mailwright/net';
import type { Reply, ServerOptions, ServerViolation, TranscriptEntry } from '@mailwright/smtp';
import type { Clock, Random } from '@mailwright/wire';
import type { Connection } from './connection.ts';
import type { SessionEnd, SmtpServerHandlers, SmtpSession } from './handlers.ts';
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
  readonly handshakeMs: number;
  readonly tls: TlsServerOptions | undefined;
  /** What the transport holds a handshake to, beside `handshakeMs`. */
  readonly tlsBounds: TlsHandshakeOptions;
  /** The handshake comes before the greeting. */
  readonly implicitTls: boolean;
  /** The time in whole milliseconds: the engine keeps those without a box. */
  now(): number;
  /** The refusal of a session that the server has no room for. */
  refusal(session: SmtpSession): Reply | undefined;
  /** How long the reply to the `errorCount`th error waits. */
  tarpitMs(errorCount: number): number;
  /** Calls `flushDue` in the next turn of the event loop. */
  flushLater(connection: Connection): void;
  /** Tells the application of an error that nobody else is told of. */
  report(error: unknown, session: SmtpSession): void;
  /** Reports the failure of a handler that nobody waits for, if `done` is a promise. */
  watch(done: unknown, session: SmtpSession): void;
  /** Tells the `trace` option what was said. */
  trace(entry: TranscriptEntry, session: SmtpSession): void;
  publishViolation(session: SmtpSession, code: ServerViolation): void;
  remove(connection: Connection, end: SessionEnd): void;
}
