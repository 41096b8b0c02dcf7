/**
 * Logging in: the strongest mechanism that is offered, fits the credentials and keeps the secret on this connection. The
 * exchange itself is `@mailwright/sasl`'s; a server that asks and asks is stopped by its machine.
 *
 * @rfc 4954 4
 */
import type { TlsFacts } from '@mailwright/net';
import {
  chooseMechanism, type ChannelBinding, type ClientMechanism, type ClientStep, createClientMechanism, type Credentials, type MechanismName, TLS_EXPORTER_LABEL, TLS_EXPORTER_OCTETS,
} from '@mailwright/sasl';
import { encodeBase64, type Random } from '@mailwright/wire';
import { type Failure, localFailure, quoteReply, remoteFailure, SmtpError } from './errors.ts';
import { deriveKey, nodePrimitives } from './sasl-primitives.ts';
import type { Answer } from './operations.ts';
import type { Session } from './session.ts';

export interface AuthenticateOptions {
  readonly allowClearText: boolean;
  readonly mechanisms: readonly MechanismName[] | undefined;
  readonly random: Random;
}

const NONCE_OCTETS = 18;
/** A command line has 512 octets; a longer first message waits for the server's empty challenge. @rfc 4954 4 */
const MAX_COMMAND_OCTETS = 510;

/**
 * Logs in.
 *
 * Errors: rejects with an `SmtpError` of the phase `auth`; `usable` says whether the session survived. Rejects with a
 * `TypeError` for credentials that can't be written (CR, LF, NUL).
 */
export async function authenticate(session: Session, credentials: Credentials, options: AuthenticateOptions): Promise<void> {
  const { tls } = session;
  const offered = session.capabilities.auth;
  const binding = tls?.protocol === 'TLSv1.3' ? channelBinding(tls) : undefined;
  const choice = chooseMechanism(offered, credentials, {
    secure: tls !== undefined,
    allowClearText: options.allowClearText,
    canBindChannel: binding !== undefined,
    ...(options.mechanisms === undefined ? {} : { allowed: options.mechanisms }),
  });
  if (!choice.ok) {
    const code = choice.code === 'SASL_CLEAR_TEXT_REFUSED' ? 'SMTP_AUTH_CLEAR_TEXT' : 'SMTP_AUTH_UNAVAILABLE';
    throw authError(session, localFailure(code, `${choice.message} (offered: ${offered.join(' ') || 'nothing'})`), true);
  }
  const mechanism = createClientMechanism(choice.name, credentials, {
    primitives: nodePrimitives,
    nonce: options.random.octets(NONCE_OCTETS),
    channelBinding: tellsBinding(choice.name, offered) ? binding : undefined,
  });
  await new Exchange(session, mechanism).run();
}

/**
 * A mechanism without `-PLUS` is told of the binding only where the server did not offer the one with it: it says so to the
 * server, which sees then whether somebody took the offer away.
 * @rfc 5802 6
 */
function tellsBinding(name: MechanismName, offered: readonly string[]): boolean {
  return name.endsWith('-PLUS') || !offered.includes(`${name}-PLUS`);
}

/** @rfc 9266 2 */
function channelBinding(tls: TlsFacts): ChannelBinding {
  return { type: 'tls-exporter', data: tls.exportKeyingMaterial(TLS_EXPORTER_OCTETS, TLS_EXPORTER_LABEL) };
}

function authError(session: Session, failure: Failure, usable: boolean): SmtpError {
  return new SmtpError(failure, { phase: 'auth', outcome: 'not-sent', usable, peer: session.peer });
}

/** One AUTH command and all that follows it. */
class Exchange {
  readonly #session: Session;
  readonly #mechanism: ClientMechanism;

  constructor(session: Session, mechanism: ClientMechanism) {
    this.#session = session;
    this.#mechanism = mechanism;
  }

  async run(): Promise<void> {
    let answer = await this.#begin();
    while (answer.type === 'challenge') answer = await this.#respond(await this.#solve(answer.octets));
    if (answer.type !== 'reply') throw this.#broken(`${answer.type} in a login`);
    if (answer.reply.code >= 300) {
      const more = this.#mechanism.serverError === undefined ? '' : ` (${this.#mechanism.serverError})`;
      throw authError(this.#session, remoteFailure('SMTP_AUTH_REJECTED', `the server refused the login by ${this.#mechanism.name}: ${quoteReply(answer.reply)}${more}`, answer.reply), this.#session.open);
    }
    const end = this.#mechanism.accepted();
    if (end.type === 'failed') throw this.#broken(end.message, end.code);
  }

  async #begin(): Promise<Answer> {
    const { name } = this.#mechanism;
    const first = await this.#finishStep(this.#mechanism.start());
    if (first.type === 'await-challenge') return await this.#command(undefined);
    if (first.type !== 'respond') throw this.#broken('the mechanism has nothing to say');
    const fits = `AUTH ${name} ${encodeBase64(first.octets)}`.length <= MAX_COMMAND_OCTETS;
    if (fits) return await this.#command(first.octets);
    const answer = await this.#command(undefined);
    return answer.type === 'challenge' ? await this.#respond(first.octets) : answer;
  }

  async #command(initialResponse: Uint8Array | undefined): Promise<Answer> {
    return await this.#session.perform('auth', (machine) => machine.auth(this.#mechanism.name, initialResponse));
  }

  async #respond(octets: Uint8Array | undefined): Promise<Answer> {
    return await this.#session.goOn('auth', (machine) => (octets === undefined ? machine.cancelAuth() : machine.respond(octets)));
  }

  /** The answer to a challenge; when there is none the exchange is cancelled, and the login has failed. */
  async #solve(challenge: Uint8Array | undefined): Promise<Uint8Array> {
    const step: ClientStep = challenge === undefined ? MALFORMED : await this.#finishStep(this.#mechanism.challenge(challenge));
    if (step.type === 'respond') return step.octets;
    const reason = step.type === 'failed' ? step : MALFORMED;
    await this.#respond(undefined); // `*`: whatever the server says to it, it is over
    throw this.#broken(reason.message, reason.code);
  }

  async #finishStep(step: ClientStep): Promise<ClientStep> {
    if (step.type !== 'derive-key') return step;
    return await this.#finishStep(this.#mechanism.derived(await deriveKey(step)));
  }

  /** The server did not play by the rules of the mechanism: who it is is not certain any more. */
  #broken(message: string, cause?: string): SmtpError {
    const code = cause === undefined ? '' : ` [${cause}]`;
    const failure = remoteFailure('SMTP_AUTH_FAILED', `the login by ${this.#mechanism.name} failed: ${message}${code}`, undefined, cause);
    this.#session.abort(failure);
    return authError(this.#session, failure, false);
  }
}

const MALFORMED = { type: 'failed', code: 'SASL_MALFORMED_CHALLENGE', message: 'the challenge is not base64' } as const;
