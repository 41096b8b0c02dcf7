/**
 * What stands in a client's queue until its reply has come: a transaction, or a command of its own; how long its next reply
 * may take, and what that reply answers.
 *
 * @rfc 5321 4.5.3.2
 */
import type { ClientTimeouts } from './client-options.ts';
import { ClientTransaction } from './client-transaction.ts';
import type { Command } from './command.ts';

/** A command in flight that is no part of a transaction. `reset` is the machine's own RSET. */
export interface PlainOperation {
  readonly kind: 'greeting' | 'hello' | 'tls' | 'auth' | 'reset' | 'command';
  readonly command: Command;
}

export type ClientOperation = ClientTransaction | PlainOperation;

/** How long the next reply to `operation` may take, in milliseconds. @rfc 5321 4.5.3.2 */
export function patience(operation: ClientOperation, timeouts: ClientTimeouts): number {
  if (!(operation instanceof ClientTransaction)) return operation.kind === 'greeting' ? timeouts.greetingMs : timeouts.commandMs;
  if (operation.answered === 0) return timeouts.mailMs;
  if (operation.answered <= operation.recipients.length) return timeouts.rcptMs;
  if (operation.stage === 'envelope') return timeouts.dataMs;
  return operation.stage === 'message' ? timeouts.dataBlockMs : timeouts.finalDotMs;
}

/** What the next reply to `operation` answers, for people. */
export function describeAwaited(operation: ClientOperation): string {
  if (!(operation instanceof ClientTransaction)) return operation.kind === 'greeting' ? 'the connection' : operation.command.verb;
  if (operation.answered === 0) return 'MAIL';
  if (operation.answered <= operation.recipients.length) return 'RCPT';
  return operation.stage === 'envelope' ? 'DATA' : 'the message';
}
