/**
 * What the driver has to answer, and what may be said to it: an answer that makes no sense is the driver's mistake, told at
 * once and before anything is written.
 *
 * @rfc 5321 4.3.2
 */
import { isIntermediate, type Reply, reply } from './reply.ts';
import type { ReadCommand } from './server-body.ts';
import { DELIVERED } from './server-replies.ts';
import type { Session } from './server-session.ts';

/** A command, the connection, a line of a login, or a message that is complete. */
export type Awaited = ReadCommand | 'greeting' | 'challenge' | 'verdict';

/** The protocol's own yes. Throws a `TypeError` for a line of a login, which has none. */
export function defaultAnswer(awaiting: Awaited, session: Session): Reply {
  if (awaiting === 'greeting') return reply(220, undefined, `${session.options.hostname} ${session.options.banner}`);
  if (awaiting === 'verdict') return DELIVERED;
  if (awaiting === 'challenge') throw new TypeError('answer a SASL response with challenge, authenticated or a refusal');
  const { value: command, spec } = awaiting;
  if (spec.effect === 'hello') session.hello(command); // the reply is already that of the new session
  return spec.accepted(command, session);
}

/** Throws a `TypeError` for a reply that is no answer. */
export function checkAnswer(awaiting: Awaited, answer: Reply): void {
  if (isIntermediate(answer)) throw new TypeError(`${answer.code} asks the client for more, and nothing will read it`);
  if (answer.code >= 400) return;
  if (awaiting === 'greeting' && answer.code !== 220) throw new TypeError(`a greeting is 220, 421 or 554, not ${answer.code}`);
  if (isLogin(awaiting)) throw new TypeError('answer AUTH with challenge, authenticated or a refusal');
}

/** Throws a `TypeError` where no login is under way. */
export function checkLogin(awaiting: Awaited): void {
  if (!isLogin(awaiting)) throw new TypeError('no SASL exchange is under way');
}

/** AUTH, or a line of its exchange. */
function isLogin(awaiting: Awaited): boolean {
  return awaiting === 'challenge' || (typeof awaiting === 'object' && awaiting.spec.effect === 'auth');
}
