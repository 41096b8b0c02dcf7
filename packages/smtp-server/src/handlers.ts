/**
 * What an application decides: one optional function a question. Each gets the question and the session, and answers with
 * a `Reply`, or with nothing for the protocol's own yes. It may answer at once or with a promise; a synchronous answer costs
 * no promise. The client waits, and so does everything that it has sent behind. A handler that throws, answers with what is no
 * reply, or does not answer in time gives the client 451 4.3.0 (421 for the greeting, 454 for AUTH) and nothing of the
 * error's text; the `error` handler gets the error.
 */
import type { LoginRequest } from '@mailwright/driver';
import type { MailParameters, RcptParameters, Reply, ServerRecipient } from '@mailwright/smtp';
import type { ForwardPath, ReversePath } from '@mailwright/smtp';
import type { SaslIdentity } from '@mailwright/sasl';
import type { Endpoint, TlsFacts } from '@mailwright/net';

/** `undefined` is yes. */
export type Answer = Reply | undefined | void | Promise<Reply | undefined | void>;

/** The facts of a session, as they stand when they are read. */
export interface SmtpSession {
  /** Counts from 1 within a server. */
  readonly id: number;
  readonly peer: Endpoint;
  readonly local: Endpoint;
  /** Milliseconds since 1970. */
  readonly openedAt: number;
  readonly tls: TlsFacts | undefined;
  /** The argument of the last EHLO or HELO. */
  readonly helloDomain: string | undefined;
  /** Who AUTH let in. */
  readonly identity: SaslIdentity | undefined;
  /** A place for the handlers' own facts; it lives as long as the session. */
  readonly store: Map<string, unknown>;
}

/** MAIL, as the client gave it. */
export interface MailRequest {
  readonly reversePath: ReversePath;
  readonly parameters: MailParameters;
}

/** RCPT, and the transaction it is for. */
export interface RcptRequest {
  readonly forwardPath: ForwardPath;
  readonly parameters: RcptParameters;
  readonly reversePath: ReversePath;
  /** The recipients accepted before; the list grows as more are. */
  readonly recipients: readonly ServerRecipient[];
}

/** The message's octets: dot-stuffing removed, in the pieces they came in, with backpressure to the client. */
export interface MessageBody extends AsyncIterable<Uint8Array> {
  /**
   * All of it as one array.
   * Errors: rejects with an `SmtpServerError` `SMTP_BODY_INCOMPLETE` when the message never became complete, or
   * `SMTP_BODY_REFUSED` when the server itself refused it (a limit, a bare LF).
   */
  octets(): Promise<Uint8Array>;
}

/** A message on its way in. */
export interface IncomingMessage {
  readonly reversePath: ReversePath;
  readonly parameters: MailParameters;
  readonly recipients: readonly ServerRecipient[];
  /**
   * What is not read of it when the handler answers is read and dropped by the server. A message counts as received only
   * when the iteration ended without an error: a message that was cut or is refused by a limit ends it with one.
   */
  readonly body: MessageBody;
}

/** Somebody wants in. Which of `password`, `token` there is depends on the mechanism. */
export type AuthRequest = LoginRequest;

/**
 * `true` lets the client in as who it says it is, an identity as somebody else, `false` gives 535. A `Reply` says the same in
 * other words: below 400 it is a yes. To act as another user takes an identity: a mere yes does not allow it.
 */
export type AuthAnswer = boolean | SaslIdentity | Reply;

export interface SmtpServerHandlers {
  /** A client connected. A reply other than 220 refuses it: 421 ends the session, 554 leaves the client QUIT. @rfc 5321 3.1 */
  readonly connection?: ((session: SmtpSession) => Answer) | undefined;
  /** EHLO or HELO. A positive reply of one's own stands in place of the list of extensions. */
  readonly ehlo?: ((helloDomain: string, session: SmtpSession) => Answer) | undefined;
  /** Present: AUTH is announced. */
  readonly auth?: ((request: AuthRequest, session: SmtpSession) => AuthAnswer | Promise<AuthAnswer>) | undefined;
  readonly mail?: ((request: MailRequest, session: SmtpSession) => Answer) | undefined;
  readonly rcpt?: ((request: RcptRequest, session: SmtpSession) => Answer) | undefined;
  /**
   * Takes a message: asked when its first octets are there. Answering yes takes responsibility for it: make it durable first.
   * An answer before the end of the message is kept until then, and the rest of the message is dropped.
   * @rfc 5321 4.2.5
   */
  readonly data?: ((message: IncomingMessage, session: SmtpSession) => Answer) | undefined;
  /** RSET, which can't be refused. May be asynchronous: the 250 waits for it. */
  readonly rset?: ((session: SmtpSession) => void) | undefined;
  readonly vrfy?: ((argument: string, session: SmtpSession) => Answer) | undefined;
  readonly expn?: ((argument: string, session: SmtpSession) => Answer) | undefined;
  /** QUIT, which can't be refused. May be asynchronous: the 221 waits for it. */
  readonly quit?: ((session: SmtpSession) => void) | undefined;
  /** The connection is gone; called once for each, whatever happened. May be asynchronous: nobody waits for it. */
  readonly close?: ((session: SmtpSession, end: SessionEnd) => void) | undefined;
  /**
   * A handler failed or was late, or a handshake failed. Default: nobody is told. Must not throw. What concerns no session
   * (a connection that could not be accepted) is told on the diagnostics channel `mailwright:smtp-server:listener`.
   */
  readonly error?: ((error: unknown, session: SmtpSession) => void) | undefined;
}

/** How a session ended; `lost` for a connection that broke. */
export type SessionEnd = 'quit' | 'eof' | 'timeout' | 'shutdown' | 'refused' | 'violation' | 'lost';
