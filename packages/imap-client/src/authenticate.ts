/**
 * Logging in: the strongest mechanism that is offered, fits the credentials and keeps the secret on this connection; where no mechanism
 * does, the LOGIN command. The exchange itself is `@mailwright/sasl`'s.
 *
 * @rfc 9051 6.2.2
 * @rfc 9051 6.2.3
 */
import type { TlsFacts } from '@mailwright/net';
import {
  chooseMechanism, type ChannelBinding, type ClientMechanism, type ClientStep, createClientMechanism, type Credentials, type MechanismName, type PasswordCredentials, TLS_EXPORTER_LABEL, TLS_EXPORTER_OCTETS,
} from '@mailwright/sasl';
import type { Random } from '@mailwright/wire';
import { runCommand } from './command-run.ts';
import { type Failure, ImapError, localFailure, quoteVerdict, remoteFailure, type Verdict } from './errors.ts';
import { deriveKey, nodePrimitives } from './sasl-primitives.ts';
import type { Session } from './session.ts';

export interface AuthenticateOptions {
  readonly allowClearText: boolean;
  readonly mechanisms: readonly MechanismName[] | undefined;
  readonly random: Random;
}

const NONCE_OCTETS = 18;

/**
 * Logs in.
 *
 * Errors: rejects with an `ImapError` of the phase `auth`. Rejects with a `TypeError` for credentials that can't be written (CR, LF, NUL).
 */
export async function authenticate(session: Session, credentials: Credentials, options: AuthenticateOptions): Promise<void> {
  const { tls } = session;
  const offered = session.capabilities.mechanisms;
  const binding = tls?.protocol === 'TLSv1.3' ? channelBinding(tls) : undefined;
  const choice = chooseMechanism(offered, credentials, {
    secure: tls !== undefined,
    allowClearText: options.allowClearText,
    canBindChannel: binding !== undefined,
    ...(options.mechanisms === undefined ? {} : { allowed: options.mechanisms }),
  });
  if (!choice.ok) {
    if (choice.code === 'SASL_NO_MECHANISM' && fitsLogin(credentials) && options.mechanisms === undefined) return await login(session, credentials, options);
    const code = choice.code === 'SASL_CLEAR_TEXT_REFUSED' ? 'IMAP_AUTH_CLEAR_TEXT' : 'IMAP_AUTH_UNAVAILABLE';
    throw session.error(localFailure(code, `${choice.message} (offered: ${offered.join(' ') || 'nothing'})`), 'auth');
  }
  const exchange = (name: MechanismName): Exchange => new Exchange(session, createClientMechanism(name, credentials, {
    primitives: nodePrimitives,
    nonce: options.random.octets(NONCE_OCTETS),
    channelBinding: tellsBinding(name, offered) ? binding : undefined,
  }));
  const first = exchange(choice.name);
  try {
    await first.run();
  } catch (error) {
    const unbound = options.mechanisms === undefined ? withoutBinding(choice.name) : undefined;
    if (unbound === undefined || !offered.includes(unbound) || first.challenged || !(error instanceof ImapError) || error.code !== 'IMAP_AUTH_REJECTED') throw error;
    await exchange(unbound).run();
  }
}

/**
 * The mechanism to use where a server that offers `-PLUS` refuses the very first message of it: it binds to something else than `tls-exporter`, as Cyrus
 * does, which knows `tls-unique` alone. Nothing was proved by then. Whoever insists on the binding names the mechanism.
 */
function withoutBinding(name: MechanismName): MechanismName | undefined {
  return name.endsWith('-PLUS') ? (name.slice(0, -'-PLUS'.length) as MechanismName) : undefined;
}

/** A server that offers no mechanism may still have LOGIN. */
function fitsLogin(credentials: Credentials): credentials is PasswordCredentials {
  return 'password' in credentials && credentials.authorizationId === undefined;
}

/** @rfc 9051 6.2.3 */
async function login(session: Session, { username, password }: PasswordCredentials, { allowClearText }: AuthenticateOptions): Promise<void> {
  if (session.tls === undefined && !allowClearText) {
    throw session.error(localFailure('IMAP_AUTH_CLEAR_TEXT', 'the server offers LOGIN alone, which shows the password on a connection without TLS'), 'auth');
  }
  if (session.has('LOGINDISABLED')) throw session.error(localFailure('IMAP_AUTH_UNAVAILABLE', 'the server offers no mechanism that fits, and LOGIN is disabled'), 'auth');
  try {
    await runCommand(session, { name: 'LOGIN', user: username, password }, { phase: 'auth' });
  } catch (error) {
    throw asRejected(session, error, 'LOGIN');
  }
}

/**
 * Servers that offer `-PLUS` inside TLS 1.3 and bind to something else than RFC 9266 says refuse the right password (Cyrus 3.6, to `tls-unique`). Trying without
 * the binding is left to the caller: a refusal is also what somebody between client and server looks like.
 */
const OTHER_BINDING = "; if the password is right, the server does not bind to tls-exporter (RFC 9266), or somebody is between: `mechanisms: ['SCRAM-SHA-256']` logs in without the binding";

/** What the server says no to in a login is one thing, whichever way it says it. */
function asRejected(session: Session, error: unknown, how: string, more?: string): unknown {
  if (!(error instanceof ImapError) || (error.code !== 'IMAP_REJECTED' && error.code !== 'IMAP_BAD_COMMAND')) return error;
  const verdict: Verdict = { status: error.status!, responseCode: error.responseCode, text: error.text ?? '' };
  const failure = remoteFailure('IMAP_AUTH_REJECTED', `the server refuses the login by ${how}: ${quoteVerdict(verdict)}${more === undefined ? '' : ` (${more})`}${how.endsWith('-PLUS') ? OTHER_BINDING : ''}`);
  return session.error(failure, 'auth', error.command, verdict);
}

/**
 * A mechanism without `-PLUS` is told of the binding only where the server did not offer the one with it: it says so to the server, which sees
 * then whether somebody took the offer away.
 * @rfc 5802 6
 */
function tellsBinding(name: MechanismName, offered: readonly string[]): boolean {
  return name.endsWith('-PLUS') || !offered.includes(`${name}-PLUS`);
}

/** @rfc 9266 2 */
function channelBinding(tls: TlsFacts): ChannelBinding {
  return { type: 'tls-exporter', data: tls.exportKeyingMaterial(TLS_EXPORTER_OCTETS, TLS_EXPORTER_LABEL) };
}

/** One AUTHENTICATE command and all that follows it. */
class Exchange {
  readonly #session: Session;
  readonly #mechanism: ClientMechanism;
  #failure: Failure | undefined = undefined;
  /** The command has ended: nothing waits for an answer any more. */
  #over = false;
  /** The server said something in the exchange, beside that it may begin. */
  challenged: boolean = false;

  constructor(session: Session, mechanism: ClientMechanism) {
    this.#session = session;
    this.#mechanism = mechanism;
  }

  async run(): Promise<void> {
    const { name } = this.#mechanism;
    const first = await this.#finishStep(this.#mechanism.start());
    if (first.type !== 'await-challenge' && first.type !== 'respond') throw this.#broken('the mechanism has nothing to say');
    const initialResponse = first.type === 'respond' ? first.octets : undefined;
    try {
      await runCommand(this.#session, { name: 'AUTHENTICATE', mechanism: name, initialResponse }, {
        phase: 'auth', observer: { challenge: (octets) => void this.#solve(octets).catch(() => undefined) },
      });
    } catch (error) {
      if (this.#failure !== undefined) throw this.#session.error(this.#failure, 'auth', 'AUTHENTICATE');
      throw asRejected(this.#session, error, name, this.#mechanism.serverError);
    } finally {
      this.#over = true;
    }
    const end = this.#mechanism.accepted();
    if (end.type !== 'failed') return;
    const error = this.#broken(end.message, end.code);
    this.#session.abort(this.#failure!); // whoever answered is not the server
    throw error;
  }

  /** The answer to a challenge; where there is none the exchange is cancelled, and the login has failed. Never rejects. */
  async #solve(challenge: Uint8Array | undefined): Promise<void> {
    this.challenged ||= challenge?.length !== 0;
    const step: ClientStep = challenge === undefined ? MALFORMED : await this.#step(challenge).catch(failedStep);
    if (!this.#session.open || this.#over) return; // the server did not wait for the answer
    if (step.type === 'respond') return this.#session.respond(step.octets);
    const reason = step.type === 'failed' ? step : MALFORMED;
    this.#broken(reason.message, reason.code);
    this.#session.respond(undefined);
  }

  async #step(challenge: Uint8Array): Promise<ClientStep> {
    return await this.#finishStep(this.#mechanism.challenge(challenge));
  }

  async #finishStep(step: ClientStep): Promise<ClientStep> {
    if (step.type !== 'derive-key') return step;
    return await this.#finishStep(this.#mechanism.derived(await deriveKey(step)));
  }

  #broken(message: string, code?: string): ImapError {
    this.#failure = remoteFailure('IMAP_AUTH_FAILED', `the login by ${this.#mechanism.name} failed: ${message}${code === undefined ? '' : ` (${code})`}`);
    return this.#session.error(this.#failure, 'auth', 'AUTHENTICATE');
  }
}

type FailedStep = Extract<ClientStep, { readonly type: 'failed' }>;

const MALFORMED: FailedStep = { type: 'failed', code: 'SASL_MALFORMED_CHALLENGE', message: 'a challenge that is not base64' };

function failedStep(cause: unknown): FailedStep {
  return { type: 'failed', code: 'SASL_MALFORMED_CHALLENGE', message: cause instanceof Error ? cause.message : String(cause) };
}
