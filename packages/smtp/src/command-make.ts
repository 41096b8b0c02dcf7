/**
 * MAIL and RCPT for callers: the parameters that are not given are `undefined`.
 *
 * @rfc 5321 4.1.1.2
 * @rfc 5321 4.1.1.3
 */
import type { ForwardPath, MailCommand, MailParameters, RcptCommand, RcptParameters, ReversePath } from './command.ts';
import { fillParameters } from './parameters.ts';
import { mailParameterTable, rcptParameterTable } from './registry.ts';

/** A MAIL command; without `given` it shares the parameters of all commands that have none. */
export function mailCommand(reversePath: ReversePath, given?: Partial<MailParameters>): MailCommand {
  return { verb: 'MAIL', reversePath, parameters: given === undefined ? mailParameterTable.none : fillParameters(given, mailParameterTable) };
}

/** A RCPT command; without `given` it shares the parameters of all commands that have none. */
export function rcptCommand(forwardPath: ForwardPath, given?: Partial<RcptParameters>): RcptCommand {
  return { verb: 'RCPT', forwardPath, parameters: given === undefined ? rcptParameterTable.none : fillParameters(given, rcptParameterTable) };
}
