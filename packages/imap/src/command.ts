/**
 * What a client says, as values: a plain object for each command, told apart by `name`. Those of the base protocol are in `commands/`, those of
 * extensions in `extensions/`.
 *
 * Read next: `command-parse.ts`, `command-encode.ts`.
 *
 * @rfc 9051 6
 */
import type { BaseCommand } from './commands/registered.ts';
import type { ExtensionCommand } from './registry.ts';

/** Every command, by `name`. */
export type Command = BaseCommand | ExtensionCommand;
