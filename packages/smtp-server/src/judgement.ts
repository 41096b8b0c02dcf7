/** What the `auth` handler's answer means. Nothing but a clear yes lets anybody in. */
import { isForeign, type Judgement } from '@mailwright/driver';
import type { Reply } from '@mailwright/smtp';
import type { AuthAnswer, AuthRequest } from './handlers.ts';

export interface HandlerJudgement extends Judgement {
  /** The handler's own words. */
  readonly answer: Reply | undefined;
}

/**
 * Reads an answer. Acting for somebody else, or without a name, takes more than a yes: then the
 * handler names the identity.
 * Errors: throws a `TypeError` for what is no answer.
 */
export function judge(answer: AuthAnswer, request: AuthRequest): HandlerJudgement {
  const foreign = isForeign(request);
  if (typeof answer === 'boolean') return { accepts: answer && !foreign, identity: undefined, answer: undefined };
  if (typeof answer === 'object' && answer !== null) {
    if ('code' in answer) return judgeReply(answer, foreign);
    if (typeof answer.authenticationId === 'string' && typeof answer.authorizationId === 'string') return { accepts: true, identity: answer, answer: undefined };
  }
  throw new TypeError('an auth handler answers with true, false, an identity or a Reply');
}

/** A 2yz reply is a yes in the handler's own words, which are not said where the yes does not count. */
function judgeReply(answer: Reply, foreign: boolean): HandlerJudgement {
  if (answer.code >= 400) return { accepts: false, identity: undefined, answer };
  if (answer.code >= 300) throw new TypeError(`${answer.code} asks the client for more, and nothing will read it`);
  return foreign ? { accepts: false, identity: undefined, answer: undefined } : { accepts: true, identity: undefined, answer };
}
