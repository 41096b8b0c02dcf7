/**
 * The tables of the core, built once from the registered commands and extensions, and the types that follow from the same lists.
 *
 * @rfc 2449 3
 */
import * as base from './commands/registered.ts';
import * as registered from './extensions/registered.ts';
import type { AnyCommandSpec, Extension } from './extension.ts';
import type { ServerOptions } from './server/options.ts';

type RegisteredExtension = (typeof registered)[keyof typeof registered];
type RegisteredSpec = (typeof base)[keyof typeof base] | RegisteredExtension['commands'][number];
type CommandOf<S> = S extends { parse(argument: string | undefined): infer C | undefined } ? C : never;

/** Every command that is known. */
export type Command = CommandOf<RegisteredSpec>;
/** The verbs of them. */
export type Verb = Command['verb'];
/** The command with this verb. */
export type CommandFor<V extends Verb> = Extract<Command, { readonly verb: V }>;

type RegisteredCapability = RegisteredExtension['capability'];

/** What extensions tell of themselves in `Capabilities`. */
export type ExtensionCapabilities = {
  readonly [A in RegisteredCapability as A['name']]: A['absent'];
};

/** All extensions, in the order in which CAPA announces them: by the name of their export. */
export const extensions: readonly Extension[] = Object.values(registered);

/** All commands. */
export const commandSpecs: readonly AnyCommandSpec[] = [...Object.values(base), ...extensions.flatMap(({ commands }) => commands)] as readonly AnyCommandSpec[];

const specs: ReadonlyMap<string, AnyCommandSpec> = new Map(commandSpecs.map((spec) => [spec.verb, spec]));
const owners: ReadonlyMap<string, Extension> = new Map(extensions.flatMap((extension) => extension.commands.map(({ verb }) => [verb, extension])));
const tags: ReadonlyMap<string, Extension> = new Map(extensions.map((extension) => [extension.tag, extension]));

/** The spec of a verb, in upper case; `undefined` for a verb that is not known. */
export function specOfVerb(verb: string): AnyCommandSpec | undefined {
  return specs.get(verb);
}

/** The extension that CAPA announces with this tag, in upper case. */
export function extensionOfTag(tag: string): Extension | undefined {
  return tags.get(tag);
}

/** Whether a server with these options has the extension. */
export function hasExtension(extension: Extension, options: ServerOptions): boolean {
  return !options.disabled.has(extension.tag) && extension.offered(options);
}

/** Whether a server with these options has a command; those of RFC 1939 that are no capability it has always. */
export function hasCommand(verb: string, options: ServerOptions): boolean {
  const extension = owners.get(verb);
  return extension === undefined || hasExtension(extension, options);
}
