/**
 * Logging in: the strongest mechanism that is offered, fits the credentials and keeps the secret on this connection. The
 * exchange itself is `@mailwright/sasl`'s; a server that asks and asks is stopped by its machine.
 *
 * @rfc 4954 4
 */
import { type Dialogue, chooseLogin, ClientExchange, converse, type LoginTerms } from '@mailwright/driver';
import type { MechanismName } from '@mailwright/sasl';
import { type Failure, localFailure, quoteReply, remoteFailure, SmtpError } from './errors.ts';
import type { Answer } from './operations.ts';
import type { Session } from './session.ts';

/** A command line has 512 octets, its end among them; a longer first message waits for the server's empty challenge. @rfc 4954 4 */
const MAX_COMMAND_OCTETS = 510;

/**
 * Logs in.
 *
 * Errors: rejects with an `SmtpError` of the phase `auth`; `usable` says whether the session survived. Rejects with a
 * `TypeError` for credentials that can't be written (CR, LF, NUL).
 */
export async function authenticate(session: Session, wishes: Omit<LoginTerms, 'offered' | 'tls'>): Promise<void> {
  const { tls } = session;
  const offered = session.capabilities.auth;
  const terms: LoginTerms = { ...wishes, offered, tls };
  const choice = chooseLogin(terms);
  if (!choice.ok) {
    const code = choice.code === 'SASL_CLEAR_TEXT_REFUSED' ? 'SMTP_AUTH_CLEAR_TEXT' : 'SMTP_AUTH_UNAVAILABLE';
    throw authError(session, localFailure(code, `${choice.message} (offered: ${offered.join(' ') || 'nothing'})`), true);
  }
  const { name } = choice;
  const exchange = new ClientExchange(name, terms);
  const verdict = await converse(exchange, dialogue(session, name));
  if (verdict.type !== 'reply') throw broken(session, name, `${verdict.type} in a login`);
  if (verdict.reply.code >= 300) {
    throw authError(session, remoteFailure('SMTP_AUTH_REJECTED', `the server refused the login by ${name}: ${quoteReply(verdict.reply)}${exchange.serverError}`, verdict.reply), session.open);
  }
  const lie = exchange.accepted();
  if (lie !== undefined) throw broken(session, name, lie.message, lie.code);
}

type Challenge = Extract<Answer, { readonly type: 'challenge' }>;
type Verdict = Exclude<Answer, Challenge>;

function dialogue(session: Session, name: MechanismName): Dialogue<Verdict, Challenge> {
  return {
    commandOctets: MAX_COMMAND_OCTETS,
    begin: (initialResponse) => session.perform('auth', (machine) => machine.auth(name, initialResponse)),
    respond: (_challenge, octets) => session.goOn('auth', (machine) => (octets === undefined ? machine.cancelAuth() : machine.respond(octets))),
    broken: (message, code) => broken(session, name, message, code),
  };
}

/** The server did not play by the rules of the mechanism: who it is is not certain any more. */
function broken(session: Session, name: MechanismName, message: string, cause?: string): SmtpError {
  const code = cause === undefined ? '' : ` [${cause}]`;
  const failure = remoteFailure('SMTP_AUTH_FAILED', `the login by ${name} failed: ${message}${code}`, undefined, cause);
  session.abort(failure);
  return authError(session, failure, false);
}

function authError(session: Session, failure: Failure, usable: boolean): SmtpError {
  return new SmtpError(failure, { phase: 'auth', outcome: 'not-sent', usable, peer: session.peer });
}
