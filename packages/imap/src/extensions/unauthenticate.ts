/**
 * UNAUTHENTICATE: the user leaves, the connection stays: for proxies and administrators. Everything but TLS is as it was before login.
 *
 * @rfc 8437
 */
import type { CommandSpec } from '../extension.ts';
import { type Brings, LOGGED_IN, NOTHING } from './brings.ts';

export interface UnauthenticateCommand {
  readonly name: 'UNAUTHENTICATE';
}

const UNAUTHENTICATE: UnauthenticateCommand = { name: 'UNAUTHENTICATE' };

const unauthenticateCommand: CommandSpec<UnauthenticateCommand> = {
  name: 'UNAUTHENTICATE',
  uidForm: false,
  syntax: 'UNAUTHENTICATE',
  source: 'RFC 8437 3',
  states: LOGGED_IN,
  pipelining: 'alone',
  secret: false,
  parse: () => UNAUTHENTICATE,
  encode: () => {},
  explain: () => 'The user leaves; the connection is as before the login.',
};

export const unauthenticate: Brings<{ commands: typeof unauthenticateCommand }> = {
  ...NOTHING,
  capability: 'UNAUTHENTICATE',
  rfc: 8437,
  announced: LOGGED_IN,
  commands: [unauthenticateCommand],
  explain: () => 'A connection can be used by one user after another.',
};
