/**
 * UTF8: messages with UTF-8 in their headers come as they are, and with the parameter USER names and passwords may be UTF-8 as well.
 *
 * @rfc 6856 2
 */
import { noArgument } from '../commands/no-argument.ts';
import type { Capability, CommandSpec, Extension } from '../extension.ts';
import { ok } from '../response.ts';

export interface Utf8Command {
  readonly verb: 'UTF8';
}

/** What UTF8 says. */
export interface Utf8Capability {
  /** Names and passwords may be UTF-8. @rfc 6856 2.2 */
  readonly user: boolean;
}

const utf8Command: CommandSpec<Utf8Command> = {
  ...noArgument('UTF8'),
  source: 'RFC 6856 2.1',
  states: ['authorization'],
  grouping: 'alone',
  effect: 'utf8',
  form: () => 'line',
  serve(_command, session) {
    session.utf8 = true;
    return { do: 'answer', response: ok('UTF-8 from now on'), lines: undefined };
  },
  explain: () => 'From now on texts and messages may be UTF-8.',
};

const utf8Capability: Capability<'utf8', Utf8Capability | undefined> = {
  name: 'utf8',
  absent: undefined,
  read: (parameters) => ({ user: parameters.some((parameter) => parameter.toUpperCase() === 'USER') }),
};

export const utf8: Extension<typeof utf8Command, typeof utf8Capability> = {
  tag: 'UTF8',
  rfc: 6856,
  offered: (options) => options.utf8 !== 'off',
  advertise: ({ options }) => (options.utf8 === 'user' ? 'USER' : ''),
  capability: utf8Capability,
  commands: [utf8Command],
  explain: (parameters) => `Messages may come with UTF-8 in their headers${parameters.length > 0 ? ', and names and passwords may be UTF-8' : ''}.`,
};
