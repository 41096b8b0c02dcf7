/**
 * The commands of SMTP as values, after reading and before writing. Base commands of RFC 5321 stand here; what extensions
 * add (`STARTTLS`, `AUTH`, `BDAT`, parameters) stands in their files and comes in through `registry.ts`.
 *
 * @rfc 5321 4.1.1
 */
import type { Mailbox } from '@mailwright/address';
import type { ExtensionCommand, ExtensionExpnParameters, ExtensionMailParameters, ExtensionRcptParameters, ExtensionVrfyParameters } from './registry.ts';

/** Where failures go: a mailbox, or `null` for the null reverse-path `<>`. A source route is read and dropped (RFC 5321 C). */
export type ReversePath = Mailbox | null;

/** Where a message goes. `<Postmaster>` without a domain is a mailbox with the domain `''` (RFC 5321 4.1.1.3). */
export type ForwardPath = Mailbox;

/** A parameter that no registered extension knows, kept as it came. */
export interface UnknownParameter {
  readonly keyword: string;
  readonly value: string | undefined;
}

/** Every registered MAIL parameter by its keyword, `undefined` where it was not given, and the unknown ones. */
export type MailParameters = ExtensionMailParameters & { readonly unknown: readonly UnknownParameter[] };
/** Every registered RCPT parameter by its keyword, `undefined` where it was not given, and the unknown ones. */
export type RcptParameters = ExtensionRcptParameters & { readonly unknown: readonly UnknownParameter[] };
/** The keywords behind the argument of VRFY. */
export type VrfyParameters = ExtensionVrfyParameters & { readonly unknown: readonly UnknownParameter[] };
/** The keywords behind the argument of EXPN. */
export type ExpnParameters = ExtensionExpnParameters & { readonly unknown: readonly UnknownParameter[] };

export interface HeloCommand { readonly verb: 'HELO'; readonly domain: string }
export interface EhloCommand { readonly verb: 'EHLO'; readonly domain: string }
export interface MailCommand { readonly verb: 'MAIL'; readonly reversePath: ReversePath; readonly parameters: MailParameters }
export interface RcptCommand { readonly verb: 'RCPT'; readonly forwardPath: ForwardPath; readonly parameters: RcptParameters }
export interface DataCommand { readonly verb: 'DATA' }
export interface RsetCommand { readonly verb: 'RSET' }
export interface NoopCommand { readonly verb: 'NOOP'; readonly argument: string }
export interface QuitCommand { readonly verb: 'QUIT' }
export interface VrfyCommand { readonly verb: 'VRFY'; readonly argument: string; readonly parameters: VrfyParameters }
export interface ExpnCommand { readonly verb: 'EXPN'; readonly argument: string; readonly parameters: ExpnParameters }
export interface HelpCommand { readonly verb: 'HELP'; readonly argument: string }

export type BaseCommand =
  | HeloCommand | EhloCommand | MailCommand | RcptCommand | DataCommand | RsetCommand
  | NoopCommand | QuitCommand | VrfyCommand | ExpnCommand | HelpCommand;

export type Command = BaseCommand | ExtensionCommand;
