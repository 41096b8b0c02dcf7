/**
 * One SASL exchange as SMTP has it: the application's `auth` handler judges, and what does not get in is refused with a reply. The exchange itself is
 * `ServerExchange` of `@mailwright/driver`.
 *
 * Read next: `judgement.ts`.
 *
 * @rfc 4954 4
 */
import { type LoginStep, ServerExchange } from '@mailwright/driver';
import type { MechanismName } from '@mailwright/sasl';
import { type Reply, reply } from '@mailwright/smtp';
import type { ServerCore } from './core.ts';
import type { SmtpSession } from './handlers.ts';
import { judge, type HandlerJudgement } from './judgement.ts';

const REFUSED = reply(535, '5.7.8', 'Authentication credentials invalid');
const SERVER_SPEAKS_FIRST = reply(501, '5.7.0', 'No initial response in this mechanism');

export type Authentication = ServerExchange<HandlerJudgement>;
export type AuthStep = LoginStep<HandlerJudgement>;

/** Makes the exchange of a session. */
export function createAuthentication(mechanism: MechanismName, core: ServerCore, session: SmtpSession): Authentication {
  const { clock, random, saltKey, machineOptions } = core;
  const setting = { clock, random, saltKey, mechanisms: machineOptions.mechanisms, hostname: machineOptions.hostname, tls: session.tls };
  return new ServerExchange(mechanism, setting, async (request) => judge(await core.handlers.auth!(request, session), request));
}

/** The reply to a client that does not get in: the handler's own words, if it has some. */
export function refusalReply({ judgement, code }: Extract<AuthStep, { readonly type: 'refused' }>): Reply {
  if (judgement?.accepts === false && judgement.answer !== undefined) return judgement.answer;
  return code === 'SASL_UNEXPECTED_INITIAL_RESPONSE' ? SERVER_SPEAKS_FIRST : REFUSED;
}
