/** What commands that are a name alone have in common. */
import type { CommandSpec, Pipelining, SessionState } from '../extension.ts';

/** What makes one of them. */
export interface NoArgument<N extends string> {
  readonly name: N;
  readonly source: string;
  readonly states: readonly SessionState[];
  readonly pipelining: Pipelining;
  readonly meaning: string;
}

/** Makes the spec of a command without arguments. */
export function noArgument<N extends string>({ name, source, states, pipelining, meaning }: NoArgument<N>): CommandSpec<{ readonly name: N }> {
  const command = { name };
  return {
    name, uidForm: false, syntax: name, source, states, pipelining, secret: false,
    parse: () => command,
    encode: () => {},
    explain: () => meaning,
  };
}
