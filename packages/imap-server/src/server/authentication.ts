/**
 * One SASL exchange as IMAP has it: the `authenticate` handler judges by yes, no or the name of a user. LOGIN is the mechanism PLAIN with a shorter
 * way. The exchange itself is `ServerExchange` of `@mailwright/driver`.
 *
 * @rfc 9051 6.2.2
 */
import { judgeByName, type Judgement, type LoginStep, ServerExchange } from '@mailwright/driver';
import type { MechanismName } from '@mailwright/sasl';
import { encodeUtf8 } from '@mailwright/wire';
import type { ServerCore } from './core.ts';
import type { ImapSession } from './options.ts';

export type Authentication = ServerExchange<Judgement>;
export type AuthenticationStep = LoginStep<Judgement>;

/** Makes the exchange of a session. */
export function createAuthentication(mechanism: MechanismName, core: ServerCore, session: ImapSession): Authentication {
  const { clock, random, saltKey, machineOptions } = core;
  const setting = { clock, random, saltKey, mechanisms: machineOptions.mechanisms, hostname: 'imap.invalid', tls: session.tls };
  return new ServerExchange(mechanism, setting, async (request) => judgeByName(await core.authenticate(request, session), request));
}

/** LOGIN. Rejects with what the handler threw. @rfc 9051 6.2.3 */
export function checkLogin(user: string, password: string, core: ServerCore, session: ImapSession): Promise<AuthenticationStep> {
  return createAuthentication('PLAIN', core, session).start(encodeUtf8(`\0${user}\0${password}`));
}
