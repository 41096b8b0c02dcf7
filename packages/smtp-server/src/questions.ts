/**
 * The questions to the application's handlers: which one is asked about which command, and what the client is told when a
 * handler throws or is late.
 *
 * @rfc 5321 4.3.2
 */
import { type Command, type Reply, reply, type ServerTransaction } from '@mailwright/smtp';
import type { Answer, SmtpServerHandlers, SmtpSession } from './handlers.ts';

/** What a question is about: a command, the greeting, or the verdict on a message. */
export type Subject = Command['verb'] | 'greeting' | 'message';

const FAILED = reply(451, '4.3.0', 'Local error in processing, try again later');
const SLOW = reply(451, '4.3.0', 'Processing took too long, try again later');
const FAILED_AT_GREETING = reply(421, '4.3.0', 'Local error, try again later');
const FAILED_AT_AUTH = reply(454, '4.7.0', 'Temporary authentication failure');

/** What the client is told when the handler has failed; `undefined` is yes: RSET and QUIT can't be refused. */
export function failureReply(subject: Subject, late: boolean): Reply | undefined {
  switch (subject) {
    case 'greeting':
      return FAILED_AT_GREETING;
    case 'AUTH':
      return FAILED_AT_AUTH;
    case 'RSET':
    case 'QUIT':
      return undefined;
    default:
      return late ? SLOW : FAILED;
  }
}

/** Asks the handler that `command` is for, if there is one. What it throws is thrown. */
export function putQuestion(command: Command, transaction: ServerTransaction | undefined, handlers: SmtpServerHandlers, session: SmtpSession): Answer {
  switch (command.verb) {
    case 'MAIL':
      return handlers.mail?.(command, session);
    case 'RCPT': {
      if (handlers.rcpt === undefined) return undefined;
      const { forwardPath, parameters } = command;
      const { reversePath, recipients } = transaction!;
      return handlers.rcpt({ forwardPath, parameters, reversePath, recipients }, session);
    }
    case 'EHLO':
    case 'HELO':
      return handlers.ehlo?.(command.domain, session);
    case 'VRFY':
      return handlers.vrfy?.(command.argument, session);
    case 'EXPN':
      return handlers.expn?.(command.argument, session);
    case 'RSET':
      return withoutAnswer(handlers.rset?.(session));
    case 'QUIT':
      return withoutAnswer(handlers.quit?.(session));
    default:
      return undefined;
  }
}

/** RSET and QUIT wait for their handlers and do not care what they say. */
function withoutAnswer(done: unknown): Promise<undefined> | undefined {
  return isPromise(done) ? done.then(() => undefined) : undefined;
}

/** Whether a handler answers later. Promises of other libraries count too. */
export function isPromise<T>(answer: T | Promise<T>): answer is Promise<T> {
  return typeof answer === 'object' && answer !== null && typeof (answer as { readonly then?: unknown }).then === 'function';
}
