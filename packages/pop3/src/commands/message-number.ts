/** Commands about one message, and the refusal of a number that none has. */
import { encodeNumber, parseNumber } from '../argument.ts';
import type { CommandSpec, ServerAction } from '../extension.ts';
import { err } from '../response.ts';

/** A command that names one message. */
interface Numbered<V extends string> {
  readonly verb: V;
  readonly number: number;
}

/** A command that names one message, or none for all. */
interface MaybeNumbered<V extends string> {
  readonly verb: V;
  readonly number: number | undefined;
}

type Common<C extends { readonly verb: string }> = Pick<CommandSpec<C>, 'verb' | 'syntax' | 'secret' | 'parse' | 'encode'>;

/** The parts of a spec that RETR and DELE share. */
export function oneMessage<V extends string>(verb: V): Common<Numbered<V>> {
  return {
    verb,
    syntax: `${verb} msg`,
    secret: 'nothing',
    parse(argument) {
      const number = parseNumber(argument?.trim(), 1);
      return number === undefined ? undefined : { verb, number };
    },
    encode: ({ number }) => ` ${encodeNumber('a message number', number, 1)}`,
  };
}

/** The parts of a spec that LIST and UIDL share. */
export function oneMessageOrAll<V extends string>(verb: V): Common<MaybeNumbered<V>> {
  const one = oneMessage(verb);
  return {
    verb,
    syntax: `${verb} [msg]`,
    secret: 'nothing',
    parse: (argument) => (argument === undefined || argument.trim() === '' ? { verb, number: undefined } : one.parse(argument)),
    encode: ({ number }) => (number === undefined ? '' : one.encode({ verb, number })),
  };
}

/** There is no such message, or it is marked as deleted. */
export const NO_SUCH_MESSAGE: ServerAction = { do: 'refuse', response: err('no such message'), code: 'POP3_REFUSED' };
