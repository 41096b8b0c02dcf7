/** Commands that stand alone. */
import type { CommandSpec } from '../extension.ts';

/** The parts of a spec that every command without arguments has. Deviation: blanks behind the verb are passed over (test "blanks behind"). */
export function noArgument<V extends string>(verb: V): Pick<CommandSpec<{ readonly verb: V }>, 'verb' | 'syntax' | 'secret' | 'parse' | 'encode'> {
  const command = { verb } as const;
  return {
    verb,
    syntax: verb,
    secret: 'nothing',
    parse: (argument) => (argument === undefined || argument.trim() === '' ? command : undefined),
    encode: () => '',
  };
}
