/**
 * Logging in: the strongest way that is offered, fits the credentials and keeps the secret on this connection. SASL mechanisms come first, in their order of
 * strength; then APOP where the connection is in clear text, and USER with PASS where it is not.
 *
 * @rfc 5034 4
 * @rfc 1939 7
 */
import type { TlsFacts } from '@mailwright/net';
import { apopDigestInput, type Command, MAX_AUTH_LINE_OCTETS, type Response } from '@mailwright/pop3';
import {
  type ChannelBinding, chooseMechanism, type ClientMechanism, type ClientStep, createClientMechanism, type Credentials, type MechanismName, mechanismInfo, TLS_EXPORTER_LABEL, TLS_EXPORTER_OCTETS,
} from '@mailwright/sasl';
import { encodeBase64, type Random } from '@mailwright/wire';
import { type Failure, localFailure, Pop3Error, quoteResponse, remoteFailure } from './errors.ts';
import type { Answer } from './operation.ts';
import type { LoginMethod } from './options.ts';
import { deriveKey, md5Hex, nodePrimitives } from './sasl-primitives.ts';
import type { Session } from './session.ts';

export interface LoginOptions {
  readonly allowClearText: boolean;
  readonly mechanisms: readonly LoginMethod[] | undefined;
  readonly initialResponse: boolean;
  readonly random: Random;
  /** The server answered CAPA; else it is taken to know USER. */
  readonly capabilitiesKnown: boolean;
}

const NONCE_OCTETS = 18;

type Choice = { readonly ok: true; readonly method: LoginMethod } | { readonly ok: false; readonly failure: Failure };

/**
 * Logs in.
 *
 * Errors: rejects with a `Pop3Error` of the phase `auth`; `usable` says whether the session survived. Rejects with a `TypeError` for credentials that can't be
 * written (CR, LF, NUL).
 */
export async function login(session: Session, credentials: Credentials, options: LoginOptions): Promise<void> {
  const choice = choose(session, credentials, options);
  if (!choice.ok) throw authError(session, choice.failure);
  if (choice.method === 'USER' && 'password' in credentials) return await loginByUser(session, credentials.username, credentials.password);
  if (choice.method === 'APOP' && 'password' in credentials) return await loginByApop(session, credentials.username, credentials.password);
  const { capabilities, tls } = session;
  const mechanism = createClientMechanism(choice.method as MechanismName, credentials, {
    primitives: nodePrimitives,
    nonce: options.random.octets(NONCE_OCTETS),
    channelBinding: tellsBinding(choice.method, capabilities.sasl) ? channelBinding(tls) : undefined,
  });
  await new Exchange(session, mechanism, options.initialResponse).run();
}

function choose(session: Session, credentials: Credentials, options: LoginOptions): Choice {
  const { tls, capabilities } = session;
  const allowed = (method: LoginMethod): boolean => options.mechanisms?.includes(method) ?? true;
  const mayShow = tls !== undefined || options.allowClearText;
  const sasl = chooseMechanism(capabilities.sasl, credentials, {
    secure: tls !== undefined,
    allowClearText: options.allowClearText,
    canBindChannel: channelBinding(tls) !== undefined,
    ...(options.mechanisms === undefined ? {} : { allowed: options.mechanisms.filter((method) => method !== 'USER' && method !== 'APOP') }),
  });
  const simple = 'password' in credentials && credentials.authorizationId === undefined;
  const apop = simple && session.timestamp !== undefined && allowed('APOP') && !/[ \t]/.test(credentials.username);
  const user = simple && (capabilities.user || !options.capabilitiesKnown) && allowed('USER');
  if (sasl.ok && !(tls === undefined && apop && mechanismInfo(sasl.name)?.clearText === true)) return { ok: true, method: sasl.name };
  if (tls === undefined && apop) return { ok: true, method: 'APOP' };
  if (user && mayShow) return { ok: true, method: 'USER' };
  if (apop) return { ok: true, method: 'APOP' };
  if (user) return no('POP3_AUTH_CLEAR_TEXT', 'on a connection without TLS the server offers nothing that keeps the secret');
  if (sasl.ok) return { ok: true, method: sasl.name };
  const offered = [...capabilities.sasl, ...(capabilities.user ? ['USER'] : []), ...(session.timestamp === undefined ? [] : ['APOP'])].join(' ') || 'nothing';
  return no(sasl.code === 'SASL_CLEAR_TEXT_REFUSED' ? 'POP3_AUTH_CLEAR_TEXT' : 'POP3_AUTH_UNAVAILABLE', `${sasl.message} (offered: ${offered})`);
}

function no(code: 'POP3_AUTH_CLEAR_TEXT' | 'POP3_AUTH_UNAVAILABLE', message: string): Choice {
  return { ok: false, failure: localFailure(code, message) };
}

/** A mechanism without `-PLUS` is told of the binding only where the server did not offer the one with it. @rfc 5802 6 */
function tellsBinding(name: string, offered: readonly string[]): boolean {
  return name.endsWith('-PLUS') || !offered.includes(`${name}-PLUS`);
}

/** @rfc 9266 2 */
function channelBinding(tls: TlsFacts | undefined): ChannelBinding | undefined {
  if (tls?.protocol !== 'TLSv1.3') return undefined;
  return { type: 'tls-exporter', data: tls.exportKeyingMaterial(TLS_EXPORTER_OCTETS, TLS_EXPORTER_LABEL) };
}

async function loginByUser(session: Session, name: string, password: string): Promise<void> {
  const first = await command(session, { verb: 'USER', name });
  if (first.status === 'ERR') throw refused(session, 'USER', first);
  const second = await command(session, { verb: 'PASS', password });
  if (second.status === 'ERR') throw refused(session, 'USER', second);
}

/** @rfc 1939 7 */
async function loginByApop(session: Session, name: string, password: string): Promise<void> {
  const said = await command(session, { verb: 'APOP', name, digest: md5Hex(apopDigestInput(session.timestamp!, password)) });
  if (said.status === 'ERR') throw refused(session, 'APOP', said);
}

async function command(session: Session, value: Command): Promise<Response> {
  const answer = await session.perform('auth', value);
  if (answer.type !== 'response') throw authError(session, remoteFailure('POP3_UNEXPECTED_RESPONSE', `${answer.type} in a login`));
  return answer.response;
}

function refused(session: Session, method: string, response: Response, more: string = ''): Pop3Error {
  return authError(session, remoteFailure('POP3_AUTH_REJECTED', `the server refused the login by ${method}: ${quoteResponse(response)}${more}`, response));
}

function authError(session: Session, failure: Failure): Pop3Error {
  return new Pop3Error(failure, { phase: 'auth', usable: session.open, peer: session.peer });
}

/** One AUTH command and all that follows it. */
class Exchange {
  readonly #session: Session;
  readonly #mechanism: ClientMechanism;
  readonly #initialResponse: boolean;

  constructor(session: Session, mechanism: ClientMechanism, initialResponse: boolean) {
    this.#session = session;
    this.#mechanism = mechanism;
    this.#initialResponse = initialResponse;
  }

  async run(): Promise<void> {
    let answer = await this.#begin();
    while (answer.type === 'challenge') answer = await this.#session.respond(answer.id, await this.#solve(answer));
    if (answer.type !== 'response') throw this.#broken(`${answer.type} in a login`);
    const { name, serverError } = this.#mechanism;
    if (answer.response.status === 'ERR') throw refused(this.#session, name, answer.response, serverError === undefined ? '' : ` (${serverError})`);
    const end = this.#mechanism.accepted();
    if (end.type === 'failed') throw this.#broken(end.message, end.code);
  }

  async #begin(): Promise<Answer> {
    const { name } = this.#mechanism;
    const first = await this.#finishStep(this.#mechanism.start());
    if (first.type === 'await-challenge') return await this.#command(undefined);
    if (first.type !== 'respond') throw this.#broken('the mechanism has nothing to say');
    const fits = `AUTH ${name} ${encodeBase64(first.octets)}\r\n`.length <= MAX_AUTH_LINE_OCTETS;
    if (this.#initialResponse && fits) return await this.#command(first.octets);
    const answer = await this.#command(undefined);
    return answer.type === 'challenge' ? await this.#session.respond(answer.id, first.octets) : answer;
  }

  async #command(initialResponse: Uint8Array | undefined): Promise<Answer> {
    return await this.#session.perform('auth', { verb: 'AUTH', mechanism: this.#mechanism.name, initialResponse });
  }

  /** The answer to a challenge; when there is none the exchange is cancelled, and the login has failed. */
  async #solve({ id, octets }: Extract<Answer, { readonly type: 'challenge' }>): Promise<Uint8Array> {
    const step: ClientStep = octets === undefined ? MALFORMED : await this.#finishStep(this.#mechanism.challenge(octets));
    if (step.type === 'respond') return step.octets;
    const reason = step.type === 'failed' ? step : MALFORMED;
    await this.#session.respond(id, undefined); // `*`: whatever the server says to it, it is over
    throw this.#broken(reason.message, reason.code);
  }

  async #finishStep(step: ClientStep): Promise<ClientStep> {
    if (step.type !== 'derive-key') return step;
    return await this.#finishStep(this.#mechanism.derived(await deriveKey(step)));
  }

  /** The server did not play by the rules of the mechanism: who it is is not certain any more. */
  #broken(message: string, cause?: string): Pop3Error {
    const code = cause === undefined ? '' : ` [${cause}]`;
    const failure = remoteFailure('POP3_AUTH_FAILED', `the login by ${this.#mechanism.name} failed: ${message}${code}`, undefined, cause);
    this.#session.abort(failure);
    return authError(this.#session, failure);
  }
}

const MALFORMED = { type: 'failed', code: 'SASL_MALFORMED_CHALLENGE', message: 'the challenge is not base64' } as const;
