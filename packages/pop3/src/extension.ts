/**
 * What a command and an extension of POP3 are made of. Every command of RFC 1939 that a server must have is one `CommandSpec` in `commands/`, everything
 * that CAPA announces one `Extension` in `extensions/`; `extensions/registered.ts` lists them, one line each, and the tables of the core (verbs, keywords,
 * capabilities) are built from that list by `registry.ts`. There is no `if` for a verb or an extension anywhere else.
 *
 * Read next: `commands/dele.ts` (a command), `extensions/top.ts` (an extension with a command), `extensions/expire.ts` (one without), then
 * `server/machine.ts` and `client/machine.ts`, which run the tables.
 *
 * @rfc 2449 3
 */
import type { Response } from './response.ts';
import type { ServerOptions } from './server/options.ts';
import type { ServerViolation } from './server/event.ts';
import type { ServerSession } from './server/session.ts';

/** Where a session stands: not logged in, the maildrop open, the maildrop being changed after QUIT. @rfc 1939 3 */
export type SessionState = 'authorization' | 'transaction' | 'update';

/** What follows a +OK: nothing, lines that are kept, or the text of a message, which is not. */
export type ResponseForm = 'line' | 'lines' | 'text';

/**
 * How a client may send a command where PIPELINING is offered. `free`: among others. `last`: behind others, with nothing behind it. `alone`: only when
 * nothing is in flight, because its response changes what may be said next. @rfc 2449 6.6
 */
export type Grouping = 'free' | 'last' | 'alone';

/**
 * What a +OK means to a client. `none`: nothing beyond itself. `login`: the maildrop is open. `exchange`: the same, and before it the server may ask with `+`.
 * `tls`: a handshake follows. `capabilities`: the lines say what the server can do. `utf8`: UTF8 mode is on. `quit`: the session is over.
 */
export type Effect = 'none' | 'login' | 'exchange' | 'tls' | 'capabilities' | 'utf8' | 'quit';

/** Who wants to open a maildrop, and by what. */
export type LoginAttempt =
  | { readonly method: 'USER'; readonly name: string; readonly password: string }
  | { readonly method: 'APOP'; readonly name: string; readonly digest: string };

/** What a server machine does about a command that is well-formed and in its place. */
export type ServerAction =
  /** Say this. */
  | { readonly do: 'answer'; readonly response: Response; readonly lines: Iterable<string> | undefined }
  /** Say no, and count it. */
  | { readonly do: 'refuse'; readonly response: Response; readonly code: ServerViolation }
  /** Ask the driver: PASS, APOP. */
  | { readonly do: 'login'; readonly attempt: LoginAttempt }
  /** Ask the driver: AUTH. */
  | { readonly do: 'sasl'; readonly mechanism: string; readonly initialResponse: Uint8Array | undefined }
  /** Let the driver send the message; `bodyLines` as in TOP. */
  | { readonly do: 'send'; readonly number: number; readonly bodyLines: number | undefined }
  /** Let the driver remove what is marked. */
  | { readonly do: 'update' }
  | { readonly do: 'tls'; readonly response: Response };

/** One command: how it reads, how it is written, when it may come, what follows its +OK, what a server does about it. */
export interface CommandSpec<C extends { readonly verb: string }> {
  readonly verb: C['verb'];
  /** The form as a person would type it, for -ERR: `TOP msg n`. */
  readonly syntax: string;
  /** RFC and section. */
  readonly source: string;
  /** The states in which it may come. */
  readonly states: readonly SessionState[];
  readonly grouping: Grouping;
  readonly effect: Effect;
  /** What of it is hidden in a transcript: nothing, all of its argument, or all behind the first word of it. */
  readonly secret: 'nothing' | 'argument' | 'behind-first-word';
  /** What follows the +OK to this command. */
  form(command: C): ResponseForm;
  /** Reads what follows the verb and its blank, `undefined` where nothing does. `undefined` says: not so written. Never throws. */
  parse(argument: string | undefined): C | undefined;
  /** What follows the verb, with the blank before it. Throws a `TypeError` or a `RangeError` for values that can't stand on a line. */
  encode(command: C): string;
  /** What the server does. Facts of the session that the command itself changes (the name of USER, a mark of DELE) are changed here. */
  serve(command: C, session: ServerSession): ServerAction;
  /** What the command says, in one or two sentences for a person who learns POP3. */
  explain(command: C): string;
}

/** A command of which nothing but its verb is known: what the tables hold. */
export type AnyCommandSpec = CommandSpec<{ readonly verb: string }>;

/** What a client knows of an extension after CAPA. `K` is the field of `Capabilities`, `T` its type. */
export interface Capability<K extends string, T> {
  readonly name: K;
  /** The value where the tag was not announced. */
  readonly absent: T;
  /** Reads what follows the tag (`[]` for nothing). Never throws. */
  read(parameters: readonly string[]): T;
}

/** Something that CAPA announces. `C`: the union of its commands' specs; `A`: its capability. */
export interface Extension<C = AnyCommandSpec, A = Capability<string, unknown>> {
  /** The tag of the CAPA line. */
  readonly tag: string;
  readonly rfc: number;
  /** Whether a server with these options has it at all (`disabled` is asked before this). Where it has not, its commands are unknown. */
  offered(options: ServerOptions): boolean;
  /** The parameters of the CAPA line (`''` for none), or `undefined` when it is not announced to this session although it is offered. */
  advertise(session: ServerSession): string | undefined;
  readonly capability: A;
  readonly commands: readonly C[];
  /** What the CAPA line offers, in one or two sentences. */
  explain(parameters: readonly string[]): string;
}
