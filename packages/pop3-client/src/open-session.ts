/**
 * From nothing to an open maildrop: dial, greeting, CAPA, TLS as the policy demands, CAPA again, UTF8 mode, login, CAPA again (servers say PIPELINING only
 * then). An opportunistic policy goes on in clear text where STLS is not offered or refused, never after a handshake that failed.
 *
 * @rfc 1939 4
 * @rfc 2595 4
 */
import { type DeadlineSet, type DialOptions, NetError, type TlsClientOptions, type Transport } from '@mailwright/net';
import { TranscriptRecorder } from '@mailwright/pop3';
import type { Credentials } from '@mailwright/sasl';
import { abortFailure, type Failure, localFailure, Pop3Error, type Pop3Phase, quoteResponse, remoteFailure } from './errors.ts';
import { login } from './login.ts';
import type { ResolvedOptions } from './options.ts';
import { rejected, Session } from './session.ts';

/**
 * Opens a session.
 *
 * Errors: rejects with a `Pop3Error` whose `phase` is `dial`, `greeting`, `tls`, `auth` or `command`, and with a `TypeError` for credentials that can't be
 * written. Nothing stays open then.
 */
export async function openSession(options: ResolvedOptions, deadlines: DeadlineSet): Promise<Session> {
  return await new Opening(options, deadlines).run();
}

class Opening {
  readonly #options: ResolvedOptions;
  readonly #deadlines: DeadlineSet;
  readonly #signal: AbortSignal | undefined;
  #session: Session | undefined;
  #capabilitiesKnown = false;

  constructor(options: ResolvedOptions, deadlines: DeadlineSet) {
    this.#options = options;
    this.#deadlines = deadlines;
    this.#signal = options.signal;
  }

  async run(): Promise<Session> {
    if (this.#signal?.aborted === true) throw this.#error(abortFailure(this.#signal), 'dial');
    this.#signal?.addEventListener('abort', this.#onAbort);
    try {
      return await this.#open();
    } catch (error) {
      await this.#discard(error);
      throw error instanceof Pop3Error && error.usable ? this.#error(error, error.phase) : error;
    } finally {
      this.#signal?.removeEventListener('abort', this.#onAbort);
    }
  }

  /** A server that said no is told goodbye. */
  async #discard(error: unknown): Promise<void> {
    const session = this.#session;
    if (session?.open === true && error instanceof Pop3Error && error.response !== undefined) await quietly(session.perform('quit', { verb: 'QUIT' }, { deadlineMs: this.#options.closeTimeoutMs }));
    session?.abort(localFailure('POP3_CLOSED', 'the connection could not be made ready', error));
  }

  async #open(): Promise<Session> {
    const { implicitTls, tls } = this.#options;
    const transport = await this.#dial();
    if (implicitTls) await this.#secure(() => transport.startTls(this.#tlsOptions()));
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
    const { auth, utf8, allowClearTextAuth: allowClearText, mechanisms, initialResponse, random } = this.#options;
    if (utf8 && session.capabilities.utf8 !== undefined) {
      const said = await session.perform('command', { verb: 'UTF8' });
      if (said.type === 'response' && said.response.status === 'ERR') throw this.#error(rejected(said.response), 'command');
    }
    if (auth === undefined) return;
    const credentials = typeof auth === 'function' ? await this.#ask(auth) : auth;
    await login(session, credentials, { allowClearText, mechanisms, initialResponse, random, capabilitiesKnown: this.#capabilitiesKnown });
    if (this.#capabilitiesKnown) await this.#askCapabilities(session);
  }

  readonly #onAbort = (): void => {
    this.#session?.abort(abortFailure(this.#signal!));
  };

  async #dial(): Promise<Transport> {
    const { target, localAddress, family, lookup, connectTimeoutMs, clock, dial, destination } = this.#options;
    const signal = this.#signal;
    const settings = { timeoutMs: connectTimeoutMs, signal, clock };
    const options: DialOptions = 'path' in target ? { ...target, ...settings } : { ...target, ...settings, localAddress, family, lookup };
    let transport: Transport;
    try {
      transport = await dial(options);
    } catch (cause) {
      if (signal?.aborted === true) throw this.#error(abortFailure(signal), 'dial');
      throw this.#error(remoteFailure('POP3_DIAL_FAILED', `dialing ${destination} failed: ${describe(cause)}`, undefined, cause), 'dial');
    }
    if (signal?.aborted !== true) return transport;
    transport.destroy();
    throw this.#error(abortFailure(signal), 'dial');
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
    await this.#secure(() => session.startTls(this.#tlsOptions()));
    await this.#askCapabilities(session);
  }

  async #secure(handshake: () => Promise<unknown>): Promise<void> {
    try {
      await handshake();
    } catch (cause) {
      if (this.#signal?.aborted === true) throw this.#error(abortFailure(this.#signal), 'tls');
      if (!(cause instanceof NetError)) throw this.#error(localFailure('POP3_TLS_FAILED', `TLS can't be begun: ${describe(cause)}`, cause), 'tls');
      throw this.#error(remoteFailure('POP3_TLS_FAILED', cause.message, undefined, cause), 'tls');
    }
  }

  async #ask(auth: () => Credentials | Promise<Credentials>): Promise<Credentials> {
    try {
      return await auth();
    } catch (cause) {
      throw this.#error(localFailure('POP3_AUTH_FAILED', `no credentials could be had: ${describe(cause)}`, cause), 'auth');
    }
  }

  #tlsOptions(): TlsClientOptions {
    const { tls, servername, target, material, sessionCache, tlsTimeoutMs, clock } = this.#options;
    const serverName = servername ?? ('path' in target ? undefined : target.host);
    return { ...material, policy: tls, serverName, sessionCache, timeoutMs: tlsTimeoutMs, signal: this.#signal, clock };
  }

  /** Of an opening that failed nothing can be used any more. */
  #error(failure: Failure | Pop3Error, phase: Pop3Phase): Pop3Error {
    const { code, side, message, response, cause } = failure;
    const peer = this.#session?.peer ?? (cause instanceof NetError ? cause.peer : undefined);
    return new Pop3Error({ code, side, message, response, cause }, { phase, usable: false, peer });
  }
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** Waits for something whose failure says nothing new. */
async function quietly(promise: Promise<unknown>): Promise<void> {
  try {
    await promise;
  } catch {
    // It is over, which is what was wanted.
  }
}
