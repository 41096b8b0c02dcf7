/**
 * Logging in: the strongest mechanism that is offered, fits the credentials and keeps the secret on this connection; where no mechanism
 * does, the LOGIN command. The exchange itself is `@mailwright/sasl`'s.
 *
 * @rfc 9051 6.2.2
 * @rfc 9051 6.2.3
 */
import { chooseLogin, ClientExchange, describeCause, type ExchangeAnswer, type LoginTerms } from '@mailwright/driver';
import type { Credentials, MechanismName, PasswordCredentials } from '@mailwright/sasl';
import { runCommand } from './command-run.ts';
import { type Failure, ImapError, localFailure, quoteVerdict, remoteFailure, type Verdict } from './errors.ts';
import type { Session } from './session.ts';

/**
 * Logs in.
 *
 * Errors: rejects with an `ImapError` of the phase `auth`. Rejects with a `TypeError` for credentials that can't be written (CR, LF, NUL).
 */
export async function authenticate(session: Session, wishes: Omit<LoginTerms, 'offered' | 'tls'>): Promise<void> {
  const offered = session.capabilities.mechanisms;
  const terms: LoginTerms = { ...wishes, offered, tls: session.tls };
  const { credentials, mechanisms } = terms;
  const choice = chooseLogin(terms);
  if (!choice.ok) {
    if (choice.code === 'SASL_NO_MECHANISM' && fitsLogin(credentials) && mechanisms === undefined) return await login(session, credentials, terms.allowClearText);
    const code = choice.code === 'SASL_CLEAR_TEXT_REFUSED' ? 'IMAP_AUTH_CLEAR_TEXT' : 'IMAP_AUTH_UNAVAILABLE';
    throw session.error(localFailure(code, `${choice.message} (offered: ${offered.join(' ') || 'nothing'})`), 'auth');
  }
  const first = new Exchange(session, new ClientExchange(choice.name, terms));
  try {
    await first.run();
  } catch (error) {
    const unbound = mechanisms === undefined ? withoutBinding(choice.name) : undefined;
    if (unbound === undefined || !offered.includes(unbound) || first.challenged || !(error instanceof ImapError) || error.code !== 'IMAP_AUTH_REJECTED') throw error;
    await new Exchange(session, new ClientExchange(unbound, terms)).run();
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
async function login(session: Session, { username, password }: PasswordCredentials, allowClearText: boolean): Promise<void> {
  if (session.tls === undefined && !allowClearText) {
    const what = session.has('LOGINDISABLED') ? 'the server lets nobody log in without TLS' : 'the server offers LOGIN alone, which shows the password on a connection without TLS';
    throw session.error(localFailure('IMAP_AUTH_CLEAR_TEXT', what), 'auth');
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
function asRejected(session: Session, error: unknown, how: string, more: string = ''): unknown {
  if (!(error instanceof ImapError) || (error.code !== 'IMAP_REJECTED' && error.code !== 'IMAP_BAD_COMMAND')) return error;
  const verdict: Verdict = { status: error.status!, responseCode: error.responseCode, text: error.text ?? '' };
  const failure = remoteFailure('IMAP_AUTH_REJECTED', `the server refuses the login by ${how}: ${quoteVerdict(verdict)}${more}${how.endsWith('-PLUS') ? OTHER_BINDING : ''}`);
  return session.error(failure, 'auth', error.command, verdict);
}

/** One AUTHENTICATE command and all that follows it. */
class Exchange {
  readonly #session: Session;
  readonly #exchange: ClientExchange;
  #failure: Failure | undefined = undefined;
  /** The command has ended: nothing waits for an answer any more. */
  #over = false;
  /** The server said something in the exchange, beside that it may begin. */
  challenged: boolean = false;

  constructor(session: Session, exchange: ClientExchange) {
    this.#session = session;
    this.#exchange = exchange;
  }

  async run(): Promise<void> {
    const { name } = this.#exchange;
    const initialResponse = await this.#exchange.start();
    try {
      await runCommand(this.#session, { name: 'AUTHENTICATE', mechanism: name, initialResponse }, {
        phase: 'auth', observer: { challenge: (octets) => void this.#solve(octets).catch(() => undefined) },
      });
    } catch (error) {
      if (this.#failure !== undefined) throw this.#session.error(this.#failure, 'auth', 'AUTHENTICATE');
      throw asRejected(this.#session, error, name, this.#exchange.serverError);
    } finally {
      this.#over = true;
    }
    const lie = this.#exchange.accepted();
    if (lie === undefined) return;
    const error = this.#broken(lie.message, lie.code);
    this.#session.abort(this.#failure!); // whoever answered is not the server
    throw error;
  }

  /** The answer to a challenge; where there is none the exchange is cancelled, and the login has failed. Never rejects. */
  async #solve(challenge: Uint8Array | undefined): Promise<void> {
    this.challenged ||= challenge?.length !== 0;
    const answer = await this.#exchange.answer(challenge).catch(gaveUp);
    if (!this.#session.open || this.#over) return; // the server did not wait for the answer
    if (answer.type === 'failed') this.#broken(answer.message, answer.code);
    this.#session.respond(answer.type === 'respond' ? answer.octets : undefined);
  }

  #broken(message: string, code: string): ImapError {
    this.#failure = remoteFailure('IMAP_AUTH_FAILED', `the login by ${this.#exchange.name} failed: ${message} (${code})`);
    return this.#session.error(this.#failure, 'auth', 'AUTHENTICATE');
  }
}

function gaveUp(cause: unknown): ExchangeAnswer {
  return { type: 'failed', code: 'SASL_MALFORMED_CHALLENGE', message: describeCause(cause) };
}
