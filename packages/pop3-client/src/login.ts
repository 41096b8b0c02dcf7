/**
 * Logging in: the strongest way that is offered, fits the credentials and keeps the secret on this connection. SASL mechanisms come first, in their order of
 * strength; then APOP where the connection is in clear text, and USER with PASS where it is not.
 *
 * @rfc 5034 4
 * @rfc 1939 7
 */
import { createHash } from 'node:crypto';
import { type Dialogue, chooseLogin, ClientExchange, converse, type LoginTerms } from '@mailwright/driver';
import { apopDigestInput, type Command, MAX_AUTH_LINE_OCTETS, type Response } from '@mailwright/pop3';
import { type MechanismName, mechanismInfo, type PasswordCredentials } from '@mailwright/sasl';
import { type Failure, localFailure, Pop3Error, quoteResponse, remoteFailure } from './errors.ts';
import type { Answer } from './operation.ts';
import type { LoginMethod } from './options.ts';
import type { Session } from './session.ts';

export interface LoginWishes extends Omit<LoginTerms, 'offered' | 'tls' | 'mechanisms'> {
  readonly mechanisms: readonly LoginMethod[] | undefined;
  readonly initialResponse: boolean;
  /** The server answered CAPA; else it is taken to know USER. */
  readonly capabilitiesKnown: boolean;
}

type Choice =
  | { readonly ok: true; readonly method: MechanismName }
  | { readonly ok: true; readonly method: 'USER' | 'APOP'; readonly credentials: PasswordCredentials }
  | { readonly ok: false; readonly failure: Failure };

/**
 * Logs in.
 *
 * Errors: rejects with a `Pop3Error` of the phase `auth`; `usable` says whether the session survived. Rejects with a `TypeError` for credentials that can't be
 * written (CR, LF, NUL).
 */
export async function login(session: Session, wishes: LoginWishes): Promise<void> {
  const mechanisms = wishes.mechanisms?.filter((method) => method !== 'USER' && method !== 'APOP');
  const terms: LoginTerms = { ...wishes, mechanisms, offered: session.capabilities.sasl, tls: session.tls };
  const choice = choose(session, wishes, terms);
  if (!choice.ok) throw authError(session, choice.failure);
  if (choice.method === 'USER') return await loginByUser(session, choice.credentials);
  if (choice.method === 'APOP') return await loginByApop(session, choice.credentials);
  await loginBySasl(session, new ClientExchange(choice.method, terms), wishes.initialResponse);
}

function choose(session: Session, wishes: LoginWishes, terms: LoginTerms): Choice {
  const { capabilities } = session;
  const { credentials, tls, allowClearText } = terms;
  const allowed = (method: LoginMethod): boolean => wishes.mechanisms?.includes(method) ?? true;
  const mayShow = tls !== undefined || allowClearText;
  const sasl = chooseLogin(terms);
  const simple = 'password' in credentials && credentials.authorizationId === undefined ? credentials : undefined;
  const apop = simple !== undefined && session.timestamp !== undefined && allowed('APOP') && !/[ \t]/.test(simple.username);
  const user = simple !== undefined && (capabilities.user || !wishes.capabilitiesKnown) && allowed('USER');
  if (sasl.ok && !(tls === undefined && apop && mechanismInfo(sasl.name)?.clearText === true)) return { ok: true, method: sasl.name };
  if (tls === undefined && apop) return { ok: true, method: 'APOP', credentials: simple };
  if (user && mayShow) return { ok: true, method: 'USER', credentials: simple };
  if (apop) return { ok: true, method: 'APOP', credentials: simple };
  if (user) return no('POP3_AUTH_CLEAR_TEXT', 'on a connection without TLS the server offers nothing that keeps the secret');
  if (sasl.ok) return { ok: true, method: sasl.name };
  const offered = [...capabilities.sasl, ...(capabilities.user ? ['USER'] : []), ...(session.timestamp === undefined ? [] : ['APOP'])].join(' ') || 'nothing';
  return no(sasl.code === 'SASL_CLEAR_TEXT_REFUSED' ? 'POP3_AUTH_CLEAR_TEXT' : 'POP3_AUTH_UNAVAILABLE', `${sasl.message} (offered: ${offered})`);
}

function no(code: 'POP3_AUTH_CLEAR_TEXT' | 'POP3_AUTH_UNAVAILABLE', message: string): Choice {
  return { ok: false, failure: localFailure(code, message) };
}

async function loginByUser(session: Session, { username, password }: PasswordCredentials): Promise<void> {
  const first = await command(session, { verb: 'USER', name: username });
  if (first.status === 'ERR') throw refused(session, 'USER', first);
  const second = await command(session, { verb: 'PASS', password });
  if (second.status === 'ERR') throw refused(session, 'USER', second);
}

/** @rfc 1939 7 */
async function loginByApop(session: Session, { username, password }: PasswordCredentials): Promise<void> {
  const digest = createHash('md5').update(apopDigestInput(session.timestamp!, password)).digest('hex');
  const said = await command(session, { verb: 'APOP', name: username, digest });
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

type Challenge = Extract<Answer, { readonly type: 'challenge' }>;
type Verdict = Exclude<Answer, Challenge>;

/** @rfc 5034 4 */
async function loginBySasl(session: Session, exchange: ClientExchange, initialResponse: boolean): Promise<void> {
  const { name } = exchange;
  const dialogue: Dialogue<Verdict, Challenge> = {
    commandOctets: initialResponse ? MAX_AUTH_LINE_OCTETS - '\r\n'.length : 0,
    begin: (first) => session.perform('auth', { verb: 'AUTH', mechanism: name, initialResponse: first }),
    respond: ({ id }, octets) => session.respond(id, octets),
    broken: (message, code) => broken(session, name, message, code),
  };
  const verdict = await converse(exchange, dialogue);
  if (verdict.type !== 'response') throw broken(session, name, `${verdict.type} in a login`);
  if (verdict.response.status === 'ERR') throw refused(session, name, verdict.response, exchange.serverError);
  const lie = exchange.accepted();
  if (lie !== undefined) throw broken(session, name, lie.message, lie.code);
}

/** The server did not play by the rules of the mechanism: who it is is not certain any more. */
function broken(session: Session, name: MechanismName, message: string, cause?: string): Pop3Error {
  const code = cause === undefined ? '' : ` [${cause}]`;
  const failure = remoteFailure('POP3_AUTH_FAILED', `the login by ${name} failed: ${message}${code}`, undefined, cause);
  session.abort(failure);
  return authError(session, failure);
}
