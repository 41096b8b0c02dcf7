/**
 * TOP: the header of a message and the first lines of its body.
 *
 *     top = "TOP" SP msg SP n
 *
 * @rfc 1939 7
 * @rfc 2449 6.1
 */
import { encodeNumber, parseNumber } from '../argument.ts';
import type { Capability, CommandSpec, Extension } from '../extension.ts';
import { announced } from './announced.ts';

export interface TopCommand {
  readonly verb: 'TOP';
  readonly number: number;
  /** Lines of the body behind the empty line; 0 for the header alone. */
  readonly lines: number;
}

const topCommand: CommandSpec<TopCommand> = {
  verb: 'TOP',
  syntax: 'TOP msg n',
  source: 'RFC 1939 7',
  states: ['transaction'],
  grouping: 'free',
  effect: 'none',
  secret: 'nothing',
  form: () => 'text',
  parse(argument) {
    const words = argument?.trim().split(/ +/, 3) ?? [];
    const number = parseNumber(words[0], 1);
    const lines = parseNumber(words[1], 0);
    return words.length !== 2 || number === undefined || lines === undefined ? undefined : { verb: 'TOP', number, lines };
  },
  encode: ({ number, lines }) => ` ${encodeNumber('a message number', number, 1)} ${encodeNumber('a number of lines', lines, 0)}`,
  serve: ({ number, lines }) => ({ do: 'send', number, bodyLines: lines }),
  explain: ({ number, lines }) => `The client asks for the header of message ${number} and ${lines} lines of its body.`,
};

export const top: Extension<typeof topCommand, Capability<'top', boolean>> = {
  tag: 'TOP',
  rfc: 1939,
  offered: () => true,
  advertise: () => '',
  capability: announced('top'),
  commands: [topCommand],
  explain: () => 'The client may ask for the beginnings of messages.',
};
