/**
 * From nothing to an open maildrop: dial, greeting, CAPA, TLS as the policy demands, CAPA again, UTF8 mode, login, CAPA again (servers say PIPELINING only
 * then). An opportunistic policy goes on in clear text where STLS is not offered or refused, never after a handshake that failed.
 *
 * @rfc 1939 4
 * @rfc 2595 4
 */
import { Opening, type OpeningClient, type OpeningFailure, type OpeningPhase } from '@mailwright/driver';
import { type DeadlineSet, NetError } from '@mailwright/net';
import { TranscriptRecorder } from '@mailwright/pop3';
import { type Failure, localFailure, Pop3Error, type Pop3ErrorCode, type Pop3Phase, quoteResponse, remoteFailure } from './errors.ts';
import { login } from './login.ts';
import type { ResolvedOptions } from './options.ts';
import { rejected } from './requests.ts';
import { Session } from './session.ts';

/**
 * Opens a session.
 *
 * Errors: rejects with a `Pop3Error` whose `phase` is `dial`, `greeting`, `tls`, `auth` or `command`, and with a `TypeError` for credentials that can't be
 * written. Nothing stays open then.
 */
export async function openSession(options: ResolvedOptions, deadlines: DeadlineSet): Promise<Session> {
  return await new Pop3Opening(options, deadlines).run();
}

class Pop3Opening implements OpeningClient<Pop3ErrorCode> {
  readonly codes = { aborted: 'POP3_ABORTED', dial: 'POP3_DIAL_FAILED', tls: 'POP3_TLS_FAILED', credentials: 'POP3_AUTH_FAILED' } as const;
  readonly #options: ResolvedOptions;
  readonly #deadlines: DeadlineSet;
  readonly #opening: Opening<Pop3ErrorCode>;
  #session: Session | undefined;
  #capabilitiesKnown = false;

  constructor(options: ResolvedOptions, deadlines: DeadlineSet) {
    this.#options = options;
    this.#deadlines = deadlines;
    this.#opening = new Opening(options, undefined, this);
  }

  run(): Promise<Session> {
    return this.#opening.run(() => this.#open());
  }

  error(failure: OpeningFailure<Pop3ErrorCode>, phase: OpeningPhase): Pop3Error {
    return this.#error({ ...failure, response: undefined }, phase);
  }

  abort(failure: OpeningFailure<Pop3ErrorCode>): void {
    this.#session?.abort({ ...failure, response: undefined });
  }

  /** A server that said no is told goodbye. */
  async discard(error: unknown): Promise<unknown> {
    const session = this.#session;
    if (session?.open === true && error instanceof Pop3Error && error.response !== undefined) await quietly(session.perform('quit', { verb: 'QUIT' }, { deadlineMs: this.#options.closeTimeoutMs }));
    session?.abort(localFailure('POP3_CLOSED', 'the connection could not be made ready', error));
    return error instanceof Pop3Error && error.usable ? this.#error(error, error.phase) : error;
  }

  async #open(): Promise<Session> {
    const { implicitTls, tls } = this.#options;
    const transport = await this.#opening.connect();
    const { machine, clock, closeTimeoutMs, spillOctets, drainOctets, drainMs, trace } = this.#options;
    const session = new Session({
      transport, machine, clock, deadlines: this.#deadlines, closeTimeoutMs, spillOctets, drainOctets, drainMs,
      recorder: trace === undefined ? undefined : new TranscriptRecorder(trace),
    });
    this.#session = session;
    await session.awaitGreeting();
    if (session.failure !== undefined) throw this.#error(session.failure, 'greeting');
    await this.#askCapabilities(session);
    if (tls.mode !== 'none' && !implicitTls) await this.#upgrade(session);
    await this.#prepare(session);
    return session;
  }

  async #prepare(session: Session): Promise<void> {
    const { utf8, allowClearTextAuth: allowClearText, mechanisms, initialResponse, random } = this.#options;
    if (utf8 && session.capabilities.utf8 !== undefined) {
      const said = await session.perform('command', { verb: 'UTF8' });
      if (said.type === 'response' && said.response.status === 'ERR') throw this.#error(rejected(said.response), 'command');
    }
    const credentials = await this.#opening.credentials();
    if (credentials === undefined) return;
    await login(session, { credentials, allowClearText, mechanisms, initialResponse, random, capabilitiesKnown: this.#capabilitiesKnown });
    if (this.#capabilitiesKnown) await this.#askCapabilities(session);
  }

  /** A server without CAPA says -ERR, which is no fault. @rfc 2449 5 */
  async #askCapabilities(session: Session): Promise<void> {
    const answer = await session.perform('command', { verb: 'CAPA' });
    this.#capabilitiesKnown = answer.type === 'response' && answer.response.status === 'OK';
  }

  async #upgrade(session: Session): Promise<void> {
    const mayGoWithout = this.#options.tls.mode === 'opportunistic';
    if (!session.capabilities.stls && (this.#capabilitiesKnown || mayGoWithout)) {
      if (mayGoWithout) return;
      throw this.#error(remoteFailure('POP3_TLS_NOT_OFFERED', 'the server offers no STLS, and the policy demands TLS'), 'tls');
    }
    const answer = await session.perform('tls', { verb: 'STLS' });
    if (answer.type === 'response') {
      if (mayGoWithout) return;
      throw this.#error(remoteFailure('POP3_TLS_REFUSED', `the server refuses STLS: ${quoteResponse(answer.response)}`, answer.response), 'tls');
    }
    await this.#opening.secure((options) => session.startTls(options));
    await this.#askCapabilities(session);
  }

  /** Of an opening that failed nothing can be used any more. */
  #error(failure: Failure | Pop3Error, phase: Pop3Phase): Pop3Error {
    const { code, side, message, response, cause } = failure;
    const peer = this.#session?.peer ?? (cause instanceof NetError ? cause.peer : undefined);
    return new Pop3Error({ code, side, message, response, cause }, { phase, usable: false, peer });
  }
}

/** Waits for something whose failure says nothing new. */
async function quietly(promise: Promise<unknown>): Promise<void> {
  try {
    await promise;
  } catch {
    // It is over, which is what was wanted.
  }
}
