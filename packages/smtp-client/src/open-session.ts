/**
 * From nothing to a session that takes messages: dial, greeting, EHLO, TLS as the policy demands, EHLO again, login.
 *
 * An opportunistic policy falls back to clear text where the handshake fails or stalls, on a new connection, and only where no
 * credentials are at stake. No other policy ever falls back to anything.
 *
 * @rfc 5321 3.1
 * @rfc 3207 4
 */
import { Opening, type OpeningClient, type OpeningFailure, type OpeningPhase } from '@mailwright/driver';
import { type DeadlineSet, NetError } from '@mailwright/net';
import { type Capabilities, resolveClientOptions, TranscriptRecorder } from '@mailwright/smtp';
import { authenticate } from './authenticate.ts';
import type { Destination } from './destination.ts';
import { publishSession } from './diagnostics.ts';
import { type Failure, localFailure, quoteReply, remoteFailure, type SmtpClientErrorCode, SmtpError, type SmtpPhase } from './errors.ts';
import { helloDomainFor, type ResolvedOptions } from './options.ts';
import type { Answer } from './operations.ts';
import { Session } from './session.ts';

/** What the sessions of one owner share. */
export interface SessionContext {
  readonly destination: Destination;
  readonly deadlines: DeadlineSet;
  /** Gives up at any moment, beside the signal of the options. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Opens a session.
 *
 * Errors: rejects with an `SmtpError` whose `phase` is `dial`, `greeting`, `tls` or `auth`, and with a `TypeError` for credentials
 * that can't be written. Nothing stays open then.
 */
export async function openSession(options: ResolvedOptions, context: SessionContext): Promise<Session> {
  const { tls, clock, auth, implicitTls } = options;
  const { destination } = context;
  const opportunistic = tls.mode === 'opportunistic' && auth === undefined && !implicitTls;
  const startTls = tls.mode !== 'none' && !implicitTls && !(opportunistic && destination.isTlsBroken(clock.now()));
  try {
    return await open(options, context, startTls);
  } catch (error) {
    if (!opportunistic || !startTls || !isBrokenTls(error)) throw error;
    destination.tlsBroke(clock.now());
    return await open(options, context, false);
  }
}

/** One try, told on the diagnostics channel. */
async function open(options: ResolvedOptions, context: SessionContext, startTls: boolean): Promise<Session> {
  try {
    const session = await new SmtpOpening(options, context, startTls).run();
    session.opened();
    return session;
  } catch (error) {
    if (error instanceof SmtpError) publishSession({ type: 'failed', error });
    throw error;
  }
}

/**
 * The handshake failed on the other side, or never came to an end. Octets smuggled in before it are an attack, and a key of ours that
 * can't be read is our fault: neither is a reason to go on without TLS.
 */
function isBrokenTls(error: unknown): boolean {
  if (!(error instanceof SmtpError) || error.phase !== 'tls' || error.side !== 'remote') return false;
  return error.code === 'SMTP_TLS_FAILED' || error.code === 'SMTP_TIMEOUT' || error.code === 'SMTP_CONNECTION_LOST';
}

/** One try. */
class SmtpOpening implements OpeningClient<SmtpClientErrorCode> {
  readonly codes = { aborted: 'SMTP_ABORTED', dial: 'SMTP_DIAL_FAILED', tls: 'SMTP_TLS_FAILED', credentials: 'SMTP_AUTH_FAILED' } as const;
  readonly #options: ResolvedOptions;
  readonly #context: SessionContext;
  readonly #startTls: boolean;
  readonly #opening: Opening<SmtpClientErrorCode>;
  #session: Session | undefined;

  constructor(options: ResolvedOptions, context: SessionContext, startTls: boolean) {
    this.#options = options;
    this.#context = context;
    this.#startTls = startTls;
    this.#opening = new Opening(options, context.signal, this);
  }

  run(): Promise<Session> {
    return this.#opening.run(() => this.#open());
  }

  error(failure: OpeningFailure<SmtpClientErrorCode>, phase: OpeningPhase): SmtpError {
    return this.#error({ ...failure, reply: undefined }, phase);
  }

  abort(failure: OpeningFailure<SmtpClientErrorCode>): void {
    this.#session?.abort({ ...failure, reply: undefined });
  }

  /** A server that said no is told goodbye. @rfc 5321 3.1 */
  async discard(error: unknown): Promise<unknown> {
    const session = this.#session;
    if (session?.open === true && error instanceof SmtpError && error.reply !== undefined) await session.quit();
    session?.abort(localFailure('SMTP_CLOSED', 'the connection could not be made ready', error));
    return error;
  }

  async #open(): Promise<Session> {
    const { machine, clock, closeTimeoutMs, trace } = this.#options;
    const transport = await this.#opening.connect();
    const helloDomain = this.#options.helloDomain ?? helloDomainFor(transport.local);
    const session = new Session({
      transport, clock, closeTimeoutMs, destination: this.#context.destination, deadlines: this.#context.deadlines,
      machine: resolveClientOptions({ ...machine, helloDomain }),
      recorder: trace === undefined ? undefined : new TranscriptRecorder(undefined, trace),
    });
    this.#session = session;
    await this.#greet(session);
    await this.#hello(session, 'greeting');
    if (this.#startTls) await this.#upgrade(session);
    await this.#login(session);
    return session;
  }

  /** Anything but 220 refuses the session. @rfc 5321 3.1 */
  async #greet(session: Session): Promise<void> {
    const answer = await session.awaitGreeting();
    if (answer.type !== 'greeting') throw this.#unexpected(answer, 'greeting');
    if (answer.reply.code === 220) return;
    const failure = remoteFailure('SMTP_GREETING_REFUSED', `the server refuses the connection: ${quoteReply(answer.reply)}`, answer.reply);
    throw this.#error(failure, 'greeting');
  }

  async #hello(session: Session, phase: SmtpPhase): Promise<Capabilities> {
    const answer = await session.perform(phase, (machine) => machine.hello());
    if (answer.type === 'capabilities') return answer.capabilities;
    if (answer.type !== 'reply') throw this.#unexpected(answer, phase);
    throw this.#error(remoteFailure('SMTP_HELLO_REFUSED', `the server refuses EHLO: ${quoteReply(answer.reply)}`, answer.reply), phase);
  }

  async #upgrade(session: Session): Promise<void> {
    const mayGoWithout = this.#options.tls.mode === 'opportunistic';
    if (!session.capabilities.startTls) {
      if (mayGoWithout) return;
      throw this.#error(remoteFailure('SMTP_TLS_NOT_OFFERED', 'the server offers no STARTTLS, and the policy demands TLS'), 'tls');
    }
    const answer = await session.perform('tls', (machine) => machine.startTls());
    if (answer.type === 'reply') {
      if (mayGoWithout && session.open) return;
      throw this.#error(remoteFailure('SMTP_TLS_REFUSED', `the server refuses STARTTLS: ${quoteReply(answer.reply)}`, answer.reply), 'tls');
    }
    if (answer.type !== 'upgrade-tls') throw this.#unexpected(answer, 'tls');
    await this.#opening.secure((tls) => session.startTls(tls));
    await this.#hello(session, 'tls');
  }

  async #login(session: Session): Promise<void> {
    const { allowClearTextAuth: allowClearText, mechanisms, random } = this.#options;
    const credentials = await this.#opening.credentials();
    if (credentials !== undefined) await authenticate(session, { credentials, allowClearText, mechanisms, random });
  }

  #unexpected(answer: Answer, phase: SmtpPhase): SmtpError {
    return this.#error(remoteFailure('SMTP_UNEXPECTED_REPLY', `${answer.type} is no answer here`), phase);
  }

  #error(failure: Failure, phase: SmtpPhase): SmtpError {
    const peer = this.#session?.peer ?? (failure.cause instanceof NetError ? failure.cause.peer : undefined);
    return new SmtpError(failure, { phase, outcome: 'not-sent', usable: false, peer });
  }
}
