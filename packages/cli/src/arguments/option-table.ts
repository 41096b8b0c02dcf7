/** The options of a command as a table: the parser and the help text follow from it. */

export interface OptionSpec {
  /** What stands for the value in the help; without it the option is a flag. */
  readonly value?: string | undefined;
  /** May be given several times. */
  readonly many?: boolean | undefined;
  readonly short?: string | undefined;
  readonly help: string;
  /** The heading it stands under in the help. Default `Options`. */
  readonly group?: string | undefined;
}

export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** What a command is, for its help. */
export interface CommandSpec {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What follows the command's name: `[OPTIONS] [FILE]`. */
  readonly usage: readonly string[];
  /** What it does, paragraph by paragraph. */
  readonly description: readonly string[];
  readonly options: OptionTable;
  /** `[line, what it does]` */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  /** How many arguments beside options it takes. */
  readonly operands: { readonly most: number; readonly name: string };
}

/** Every command has these. */
export const COMMON_OPTIONS: OptionTable = {
  json: { help: 'Write JSON lines, for programs (see the README for their fields)', group: 'Output' },
  help: { short: 'h', help: 'Show this help', group: 'Output' },
};
