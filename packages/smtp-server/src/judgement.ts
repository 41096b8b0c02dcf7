/** What the `auth` handler's answer means. Nothing but a clear yes lets anybody in. */
import type { AuthAttempt, SaslIdentity } from '@mailwright/sasl';
import type { Reply } from '@mailwright/smtp';
import type { AuthAnswer } from './handlers.ts';

export interface Judgement {
  readonly accepts: boolean;
  /** Who the handler says the client is; `undefined`: who the client says it is. */
  readonly identity: SaslIdentity | undefined;
  /** The handler's own words. */
  readonly answer: Reply | undefined;
}

/**
 * Reads an answer. Acting for somebody else, or without a name, takes more than a yes: then the
 * handler names the identity.
 * Errors: throws a `TypeError` for what is no answer.
 */
export function judge(answer: AuthAnswer, { username, authorizationId }: AuthAttempt): Judgement {
  // A token may name nobody; then a mere yes would let nobody in particular in.
  const foreign = username === '' || (authorizationId !== undefined && authorizationId !== username);
  if (typeof answer === 'boolean') return { accepts: answer && !foreign, identity: undefined, answer: undefined };
  if (typeof answer === 'object' && answer !== null) {
    if ('code' in answer) return judgeReply(answer, foreign);
    if (typeof answer.authenticationId === 'string' && typeof answer.authorizationId === 'string') return { accepts: true, identity: answer, answer: undefined };
  }
  throw new TypeError('an auth handler answers with true, false, an identity or a Reply');
}

/** A 2yz reply is a yes in the handler's own words, which are not said where the yes does not count. */
function judgeReply(answer: Reply, foreign: boolean): Judgement {
  if (answer.code >= 400) return { accepts: false, identity: undefined, answer };
  if (answer.code >= 300) throw new TypeError(`${answer.code} asks the client for more, and nothing will read it`);
  return foreign ? { accepts: false, identity: undefined, answer: undefined } : { accepts: true, identity: undefined, answer };
}
