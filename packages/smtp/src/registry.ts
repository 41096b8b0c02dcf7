/**
 * The tables of the core, built once from the registered extensions, and the types that follow from the same list.
 *
 * @rfc 5321 2.2
 */
import type { ExpnParameters, MailParameters, RcptParameters, VrfyParameters } from './command.ts';
import type { AnyCommandSpec, AnyParameterSpec, Extension, ParameterOwner } from './extension.ts';
import * as registered from './extensions/registered.ts';
import { type AnyParameters, type ParameterTable, parameterTable } from './parameters.ts';
import type { ServerOptions } from './server-options.ts';

type RegisteredExtension = (typeof registered)[keyof typeof registered];
type RegisteredParameter = RegisteredExtension['parameters'][number];
type RegisteredCommandSpec = RegisteredExtension['commands'][number];

type ValueOf<P extends { parse(value: string | undefined): unknown }> = NonNullable<ReturnType<P['parse']>> extends { readonly value: infer T } ? T : never;
type ParametersOf<O extends ParameterOwner> = {
  readonly [P in Extract<RegisteredParameter, { readonly command: O }> as P['keyword']]: ValueOf<P> | undefined;
};

/** The commands that extensions add. */
export type ExtensionCommand = Extract<ReturnType<RegisteredCommandSpec['parse']>, { readonly ok: true }>['value'];
/** The parameters that extensions add to MAIL, by their keywords. */
export type ExtensionMailParameters = ParametersOf<'MAIL'>;
/** The parameters that extensions add to RCPT, by their keywords. */
export type ExtensionRcptParameters = ParametersOf<'RCPT'>;
/** The keywords that extensions add to VRFY. */
export type ExtensionVrfyParameters = ParametersOf<'VRFY'>;
/** The keywords that extensions add to EXPN. */
export type ExtensionExpnParameters = ParametersOf<'EXPN'>;

type RegisteredCapability = RegisteredExtension['capability'];

/** What extensions add to `Capabilities`. */
export type ExtensionCapabilities = {
  readonly [A in RegisteredCapability as A['name']]: A['absent'];
};

/** All extensions, in the order in which EHLO announces them: by the name of their export. */
export const extensions: readonly Extension[] = Object.values(registered);

/** The commands of all extensions. */
export const extensionCommands: readonly AnyCommandSpec[] = extensions.flatMap((extension) => extension.commands);

const parameters: readonly AnyParameterSpec[] = extensions.flatMap((extension) => extension.parameters);
const parametersOf = (owner: ParameterOwner): readonly AnyParameterSpec[] => parameters.filter((spec) => spec.command === owner);

export const mailParameterTable: ParameterTable<MailParameters> = parameterTable(parametersOf('MAIL'));
export const rcptParameterTable: ParameterTable<RcptParameters> = parameterTable(parametersOf('RCPT'));
export const vrfyParameterTable: ParameterTable<VrfyParameters> = parameterTable(parametersOf('VRFY'));
export const expnParameterTable: ParameterTable<ExpnParameters> = parameterTable(parametersOf('EXPN'));

/** The same tables by verb. A command that is not here takes no parameters. */
export const parameterTables: ReadonlyMap<string, ParameterTable<AnyParameters>> = new Map<string, ParameterTable<AnyParameters>>([
  ['MAIL', mailParameterTable],
  ['RCPT', rcptParameterTable],
  ['VRFY', vrfyParameterTable],
  ['EXPN', expnParameterTable],
]);

const ownerOfCommand: ReadonlyMap<string, Extension> = new Map(extensions.flatMap((extension) => extension.commands.map((spec) => [spec.verb, extension])));
const ownerOfParameter: ReadonlyMap<AnyParameterSpec, Extension> = new Map(extensions.flatMap((extension) => extension.parameters.map((spec) => [spec, extension])));

/** Whether a server with these options has the extension. */
export function hasExtension(extension: Extension, options: ServerOptions): boolean {
  return !options.disabled.has(extension.keyword) && extension.offered(options);
}

/** Whether a server with these options has a command; those of RFC 5321 it has always. */
export function hasCommand(verb: string, options: ServerOptions): boolean {
  const extension = ownerOfCommand.get(verb);
  return extension === undefined || hasExtension(extension, options);
}

/** The extension that brings a parameter. */
export function extensionOfParameter(spec: AnyParameterSpec): Extension | undefined {
  return ownerOfParameter.get(spec);
}
