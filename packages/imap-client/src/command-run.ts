/**
 * A command as a promise: what the server said to it, or an error. Given up by signal or deadline, the promise rejects at once; the command
 * is let finish and its answer dropped, and where that takes too long the connection is closed.
 */
import type { Command, Data, Response, ResponseCode } from '@mailwright/imap';
import type { Timer } from '@mailwright/wire';
import type { CommandObserver, Outcome } from './command-observer.ts';
import { abortFailure, type Failure, ImapError, type ImapPhase, localFailure, quoteVerdict, remoteFailure, type Verdict } from './errors.ts';
import type { Session } from './session.ts';

/** What bounds one command. */
export interface CommandOptions {
  /** Gives the command up. */
  readonly signal?: AbortSignal | undefined;
  /** How long it may take, waiting for its turn included. Default: `commandTimeoutMs` of the connection. */
  readonly timeoutMs?: number | undefined;
}

/** What the server said to a command that it did. */
export interface CommandResult {
  /** The code of the tagged OK. */
  readonly code: ResponseCode | undefined;
  readonly text: string;
  /** Untagged data of the command, in order. */
  readonly data: readonly Data[];
  /** Codes of untagged OK and NO that came meanwhile. */
  readonly codes: readonly ResponseCode[];
}

export interface RunOptions extends CommandOptions {
  readonly phase?: ImapPhase | undefined;
  /** Hears untagged data in the moment in which they come, between what happens before and behind them; the result does not hold them then. */
  readonly onData?: ((data: Data) => void) | undefined;
  /** Hears of what the result does not hold. */
  readonly observer?: Omit<CommandObserver, 'settled' | 'response'> | undefined;
}

/**
 * Sends a command and waits for its end.
 *
 * Errors: rejects with an `ImapError`: `IMAP_REJECTED` for NO, `IMAP_BAD_COMMAND` for BAD, `IMAP_ABORTED`, `IMAP_DEADLINE`, or what ended the
 * connection. Throws a `TypeError` or a `RangeError` for a command that can't be written.
 */
export function runCommand(session: Session, command: Command, options: RunOptions = {}): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const { signal, phase = 'command' } = options;
    if (signal?.aborted === true) return reject(session.error(abortFailure(signal), phase, command.name));
    if (!session.open) return reject(session.endError(phase, command.name));
    new CommandRun(session, command, options, resolve, reject);
  });
}

/** Responses that are kept for one command: a LIST of a million mailboxes fits. */
const MOST_DATA = 1_048_576;
/** So many numbers of a SORT cost what one response does. */
const NUMBERS_OF_ONE = 16;

class CommandRun implements CommandObserver {
  readonly #session: Session;
  readonly #name: string;
  readonly #phase: ImapPhase;
  readonly #resolve: (result: CommandResult) => void;
  readonly #reject: (error: ImapError) => void;
  readonly #data: Data[] = [];
  readonly #codes: ResponseCode[] = [];
  readonly #onData: (data: Data) => void;
  /** How much data was kept. */
  #weight = 0;
  readonly #guard: CommandGuard | undefined;

  constructor(session: Session, command: Command, options: RunOptions, resolve: (result: CommandResult) => void, reject: (error: ImapError) => void) {
    this.#session = session;
    this.#name = command.name;
    this.#phase = options.phase ?? 'command';
    this.#resolve = resolve;
    this.#reject = reject;
    this.#onData = options.onData ?? ((data) => this.#keep(data));
    if (options.observer !== undefined) Object.assign(this, bound(options.observer));
    const id = session.start(command, this);
    this.#guard = guardCommand(session, id, options, (failure) => reject(session.error(failure, this.#phase, this.#name)));
  }

  response(response: Response): void {
    if (response.type === 'data') this.#onData(response.data);
    else if (response.type === 'status' && response.code !== undefined) this.#codes.push(response.code);
  }

  /** A server that never stops answering ends the connection, and not the process. */
  #keep(data: Data): void {
    this.#weight += 'numbers' in data ? 1 + data.numbers.length / NUMBERS_OF_ONE : 1;
    if (this.#weight <= MOST_DATA) this.#data.push(data);
    else this.#session.abort(remoteFailure('LIMIT_RESPONSES', `the answer to ${this.#name} has more than ${MOST_DATA} responses`));
  }

  settled(outcome: Outcome): void {
    this.#guard?.release();
    const error = outcomeError(this.#session, outcome, this.#phase, this.#name);
    if (error !== undefined) return this.#reject(error);
    const { code, text } = outcome as Extract<Outcome, { readonly type: 'completed' }>;
    this.#resolve({ code, text, data: this.#data, codes: this.#codes });
  }
}

/** The error of a command that did not end with OK. */
export function outcomeError(session: Session, outcome: Outcome, phase: ImapPhase, command: string): ImapError | undefined {
  if (outcome.type === 'dropped') return dropError(session, outcome.reason, phase, command);
  if (outcome.status === 'OK') return undefined;
  const verdict: Verdict = { status: outcome.status, responseCode: outcome.code, text: outcome.text };
  const failure = outcome.status === 'NO'
    ? remoteFailure('IMAP_REJECTED', `the server refuses ${command}: ${quoteVerdict(verdict)}`)
    : remoteFailure('IMAP_BAD_COMMAND', `the server does not understand ${command}: ${quoteVerdict(verdict)}`);
  return session.error(failure, phase, command, verdict);
}

function dropError(session: Session, reason: Extract<Outcome, { readonly type: 'dropped' }>['reason'], phase: ImapPhase, command: string): ImapError {
  switch (reason) {
    case 'closed':
      return session.endError(phase, command);
    case 'state':
      return session.error(localFailure('IMAP_WRONG_STATE', `${command} can't come in the state that the commands before it led to`), phase, command);
    case 'unsendable':
      return session.error(localFailure('IMAP_UNSENDABLE', `${command} has a text that this server can't be told`), phase, command);
    case 'cancelled':
      return session.error(localFailure('IMAP_ABORTED', `${command} was taken back`), phase, command);
  }
}

/** Signal and deadline of a command that is under way. */
export interface CommandGuard {
  release(): void;
}

/** Watches over a command, where it has a signal or a deadline; `onGiveUp` hears of it once, and the session gives the command up. */
export function guardCommand(session: Session, id: number, { signal, timeoutMs }: CommandOptions, onGiveUp: (failure: Failure) => void): CommandGuard | undefined {
  if (signal === undefined && (timeoutMs === undefined || timeoutMs === Infinity)) return undefined;
  let timer: Timer | undefined;
  const release = (): void => {
    timer?.cancel();
    signal?.removeEventListener('abort', onAbort);
  };
  const giveUp = (failure: Failure): void => {
    release();
    onGiveUp(failure);
    session.giveUp(id, failure);
  };
  const onAbort = (): void => giveUp(abortFailure(signal!));
  signal?.addEventListener('abort', onAbort);
  if (timeoutMs !== undefined && timeoutMs !== Infinity) {
    timer = session.clock.setTimer(() => giveUp(localFailure('IMAP_DEADLINE', `not done within ${timeoutMs} ms`)), timeoutMs);
  }
  return { release };
}

/** The methods of an observer as functions of their own. */
function bound(observer: object): object {
  return Object.fromEntries(Object.entries(observer).map(([name, method]) => [name, typeof method === 'function' ? (method as (...given: unknown[]) => unknown).bind(observer) : method]));
}
