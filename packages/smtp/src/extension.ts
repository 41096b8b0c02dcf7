/**
 * What a command and an extension of SMTP are made of. Every command of RFC 5321 is one `CommandSpec` in `commands/`,
 * every extension one `Extension` in `extensions/`; `extensions/registered.ts` lists them, one line each, and the tables of
 * the core (verbs, parameters, keywords, moves) are built from that list by `registry.ts`. There is no `if` for an extension anywhere else.
 *
 * Read next: `commands/rcpt.ts` (a base command), `extensions/size.ts` (a parameter), `extensions/chunking.ts` (a command
 * with moves of its own), then `server.ts`, which runs the tables.
 *
 * @rfc 5321 2.2
 */
import type { DataCommand, MailCommand, RcptCommand } from './command.ts';
import type { Reply } from './reply.ts';
import type { ServerOptions } from './server-options.ts';
import type { ServerSession } from './server-session.ts';
import type { ServerTransaction } from './server-transaction.ts';

/**
 * Where a server session stands between two commands.
 * `connected`: greeting sent, no EHLO yet. `ready`: EHLO or HELO done, no transaction. `mail`: reverse-path accepted,
 * no recipient yet. `rcpt`: at least one recipient accepted. `chunks`: at least one BDAT chunk taken, LAST not yet seen. `refused`: the greeting was a 5yz, only QUIT is left (RFC 5321 3.1).
 */
export type ServerState = 'connected' | 'ready' | 'mail' | 'rcpt' | 'chunks' | 'refused';

/** Where a command leads from one state. What is refused leads nowhere: the state stays, except where `refused` says so. */
export interface Move {
  readonly accepted: ServerState;
  readonly refused?: ServerState;
}

/** The states in which a command may come, and what follows. A state that is not listed answers 503. */
export type Moves = { readonly [state in ServerState]?: Move };

/**
 * What a command does to the session once the server has accepted it. The machine knows these and nothing of the verbs.
 * `hello`: names the client and drops the transaction. `begin`: opens a transaction (MAIL). `recipient`: adds one (RCPT).
 * `reset`: drops the transaction. `body`: message octets follow, see `body`. `auth`: a SASL exchange follows. `tls`: a TLS
 * handshake follows. `close`: the session ends. `none`: nothing (NOOP, VRFY, EXPN, HELP).
 */
export type Effect = 'none' | 'hello' | 'begin' | 'recipient' | 'reset' | 'body' | 'auth' | 'tls' | 'close';

/**
 * How message octets follow a command: dot-stuffed text up to CRLF.CRLF behind a 354 (DATA), or counted octets right
 * behind the line (BDAT). Counted octets are read even when the command is refused, or they would be taken for commands.
 */
export type BodyForm<C> =
  | { readonly form: 'text' }
  | { readonly form: 'counted'; octets(command: C): number; last(command: C): boolean };

/** Why a command line could not be read; `refusals.ts` holds the reply to each. */
export type CommandError =
  | 'unknown-command' // 500 5.5.1
  | 'not-ascii' // 500 5.5.2: octets that are not UTF-8, or control characters
  | 'syntax' // 501 5.5.4, with the command's `syntax` as help
  | 'bad-mailbox' // 553 5.1.3 (RCPT), 553 5.1.7 (MAIL)
  | 'path-too-long' // 501 5.1.3 / 5.1.7
  | 'unknown-parameter' // 555 5.5.4
  | 'duplicate-parameter' // 501 5.5.4
  | 'bad-parameter-value'; // 501 5.5.4

/** What a parser of a command's argument gives. `parameter` names the culprit where it is one parameter. */
export type CommandParsed<C> =
  | { readonly ok: true; readonly value: C }
  | { readonly ok: false; readonly error: CommandError; readonly parameter: string | undefined };

/** One command: how it reads, how it is written, when it may come, and what the session says against it. */
export interface CommandSpec<C extends { readonly verb: string }> {
  readonly verb: C['verb'];
  /** The form as a person would type it, for 501 replies and HELP: `RCPT TO:<forward-path> [parameters]`. */
  readonly syntax: string;
  /** RFC and section, for `explain`. */
  readonly source: string;
  /** True where RFC 2920 3.1 lets the command stand only at the end of a pipelined group. */
  readonly endsGroup: boolean;
  /** True where the command is shown without its argument in traces and transcripts (AUTH). */
  readonly secret: boolean;
  /** True where the command may come in clear text although the server requires TLS: EHLO, NOOP, STARTTLS, QUIT. @rfc 3207 4 */
  readonly beforeTls: boolean;
  readonly moves: Moves;
  readonly effect: Effect;
  /** Present exactly when `effect` is `body`. */
  readonly body: BodyForm<C> | undefined;
  /**
   * Reads what follows the verb and its blank: `line` from the offset `from`, which is `line.length` where nothing does.
   * The line is handed over whole because cutting it costs more than reading it. Never throws.
   */
  parse(line: string, from: number): CommandParsed<C>;
  /** The whole line without CRLF. Throws a `TypeError` for values that can't stand on a line (CR, LF, NUL). */
  encode(command: C): string;
  /** Checks a well-formed command in a right state against the session; a reply refuses it. */
  check(command: C, session: ServerSession, transaction: ServerTransaction | undefined): Reply | undefined;
  /**
   * The reply when nothing speaks against the command and the driver has none of its own: 250 with the capability list
   * for EHLO (from `advertise`), 354 for DATA, 250 with the count for BDAT, 220 for STARTTLS, 221 for QUIT, 252 for VRFY.
   * A constant wherever it can be: it is made once for every command of a session.
   */
  accepted(command: C, session: ServerSession): Reply;
  /** What the command says, in one or two sentences for a person who learns SMTP. Its parameters explain themselves. */
  explain(command: C): string;
}

/** A command of which nothing but its verb is known: what the tables hold. */
export type AnyCommandSpec = CommandSpec<{ readonly verb: string }>;

/** The commands that take `keyword=value` parameters. */
export type ParameterOwner = 'MAIL' | 'RCPT' | 'VRFY' | 'EXPN';

/** One `keyword=value` after the path of MAIL or RCPT, or a keyword after the argument of VRFY or EXPN. */
export interface ParameterSpec<O extends ParameterOwner, K extends string, T> {
  readonly command: O;
  readonly keyword: K;
  /** RFC and section, for `explain`. */
  readonly source: string;
  /** `value` is what follows `=`, or `undefined` where there is no `=`. `undefined` says: not a value of this parameter. */
  parse(value: string | undefined): { readonly value: T } | undefined;
  /** What follows `=`; `undefined` writes the keyword alone. Throws a `TypeError` for values that can't stand there. */
  encode(value: T): string | undefined;
  /** Checks a well-formed value against the session; a reply refuses the command. */
  check(value: T, session: ServerSession): Reply | undefined;
  /** What the parameter with this value says, in one sentence. */
  explain(value: T): string;
}

/** A parameter of which nothing but its keyword is known: what the tables hold. */
export type AnyParameterSpec = ParameterSpec<ParameterOwner, string, unknown>;

/** What an extension says against commands that are not its own: BINARYMIME against DATA, AUTH against MAIL. */
export interface Objections {
  MAIL?(command: MailCommand, session: ServerSession): Reply | undefined;
  RCPT?(command: RcptCommand, session: ServerSession, transaction: ServerTransaction | undefined): Reply | undefined;
  DATA?(command: DataCommand, session: ServerSession, transaction: ServerTransaction | undefined): Reply | undefined;
}

/** What a client knows of an extension after EHLO. `K` is the field of `Capabilities`, `T` its type. */
export interface Capability<K extends string, T> {
  readonly name: K;
  /** The value where the keyword was not announced. */
  readonly absent: T;
  /** Reads what follows the keyword (`''` for nothing); `before` is the value so far, where a keyword is announced twice. Never throws. */
  read(parameters: string, before: T): T;
}

/** A service extension. `P`: the union of its parameters' specs; `C`: of its commands' specs; `A`: its capability. */
export interface Extension<P = AnyParameterSpec, C = AnyCommandSpec, A = Capability<string, unknown>> {
  /** The EHLO keyword that announces it. */
  readonly keyword: string;
  readonly rfc: number;
  /**
   * Whether a server with these options has the extension at all (`disabled` is asked before this). Where it has not, its
   * commands are answered 502 and its parameters 555.
   */
  offered(options: ServerOptions): boolean;
  /**
   * The parameters of the EHLO line (`''` for none), or `undefined` when it is not announced to this session although it
   * is offered: already in use (STARTTLS), or of no use yet (AUTH where every mechanism needs TLS).
   */
  advertise(session: ServerSession): string | undefined;
  readonly capability: A;
  /** What the EHLO line with these parameters offers, in one or two sentences. */
  explain(parameters: string): string;
  readonly parameters: readonly P[];
  readonly commands: readonly C[];
  readonly objections: Objections;
}
