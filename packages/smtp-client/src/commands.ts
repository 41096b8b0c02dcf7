/** Commands that a caller gives, as values. */
import { encodeCommand, parseCommand, type VrfyCommand } from '@mailwright/smtp';
import { isAscii } from '@mailwright/wire';

/**
 * VRFY for a text as it is.
 * Errors: throws a `TypeError` for an empty text and for control characters, CR, LF and NUL above all.
 * @rfc 5321 4.1.1.6
 * @rfc 6531 3.7.4.2
 */
export function vrfyCommand(text: string): VrfyCommand {
  const command: VrfyCommand = { ...TEMPLATE, argument: text };
  const complete = isAscii(text) ? command : { ...command, parameters: { ...command.parameters, SMTPUTF8: true as const } };
  encodeCommand(complete);
  return complete;
}

const TEMPLATE = template();

function template(): VrfyCommand {
  const parsed = parseCommand('VRFY mailbox');
  if (!parsed.ok || parsed.value.verb !== 'VRFY') throw new TypeError('VRFY is not registered');
  return parsed.value;
}
