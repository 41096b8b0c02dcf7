/**
 * What a command and an extension of SMTP are made of. Every command of RFC 5321 is one `CommandSpec` in `commands/`,
 * every extension one `Extension` in `extensions/`; `registry.ts` lists them, one line each, and the tables of the core
 * (verbs, parameters, keywords, moves) are built from that list. There is no `if` for an extension anywhere else.
 *
 * Read next: `commands/rcpt.ts` (a base command), `extensions/size.ts` (a parameter), `extensions/chunking.ts` (a command
 * with moves of its own), then `server.ts`, which runs the tables.
 *
 * @rfc 5321 2.2
 */
import type { Reply } from './reply.ts';
import type { ServerSession } from './server-session.ts';
import type { ServerTransaction } from './server-transaction.ts';

/**
 * Where a server session stands between two commands.
 * `connected`: greeting sent, no EHLO yet. `ready`: EHLO or HELO done, no transaction. `mail`: reverse-path accepted,
 * no recipient yet. `rcpt`: at least one recipient accepted. `chunks`: at least one BDAT chunk taken, LAST not yet seen.
 */
export type ServerState = 'connected' | 'ready' | 'mail' | 'rcpt' | 'chunks';

/** Where a command leads from one state. What is refused leads nowhere: the state stays, except where `refused` says so. */
export interface Move {
  readonly accepted: ServerState;
  readonly refused?: ServerState;
}

/** The states in which a command may come, and what follows. A state that is not listed answers 503. */
export type Moves = { readonly [state in ServerState]?: Move };

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
  readonly moves: Moves;
  /** Reads what follows the verb and its blank; `''` where nothing does. Never throws. */
  parse(argument: string): CommandParsed<C>;
  /** The whole line without CRLF. Throws a `TypeError` for values that can't stand on a line (CR, LF, NUL). */
  encode(command: C): string;
  /** Checks a well-formed command in a right state against the session; a reply refuses it. */
  check(command: C, session: ServerSession, transaction: ServerTransaction | undefined): Reply | undefined;
}

/** One `keyword=value` after the path of MAIL or RCPT. */
export interface ParameterSpec<K extends string, T> {
  readonly keyword: K;
  readonly command: 'MAIL' | 'RCPT';
  /** RFC and section, for `explain`. */
  readonly source: string;
  /** `value` is what follows `=`, or `undefined` where there is no `=`. `undefined` says: not a value of this parameter. */
  parse(value: string | undefined): { readonly value: T } | undefined;
  /** What follows `=`; `undefined` writes the keyword alone. Throws a `TypeError` for values that can't stand there. */
  encode(value: T): string | undefined;
  /** Checks a well-formed value against the session; a reply refuses the command. */
  check(value: T, session: ServerSession): Reply | undefined;
}

/** A service extension. */
export interface Extension {
  /** The EHLO keyword that announces it; `undefined` for one that is never announced (none here). */
  readonly keyword: string;
  readonly rfc: number;
  /**
   * The parameters of the EHLO line (`''` for none), or `undefined` when it is not announced to this session: switched
   * off by the options, already in use (STARTTLS), or of no use yet.
   */
  advertise(session: ServerSession): string | undefined;
  readonly parameters: readonly ParameterSpec<string, never>[];
  readonly commands: readonly CommandSpec<never>[];
}
