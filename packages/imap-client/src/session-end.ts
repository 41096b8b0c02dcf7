/** How a session ends: the first reason counts, the server's last word is kept, and who wants to know when it is gone is told. */
import { type Failure, ImapError, type ImapPhase, localFailure, remoteFailure, type Verdict } from './errors.ts';
import type { Endpoint } from '@mailwright/net';

/** What is known of a session in the moment of an error. */
export interface ErrorFacts {
  readonly open: boolean;
  readonly peer: Endpoint;
  /** How many lines the transcript has. */
  readonly transcriptLine: number | undefined;
}

export class SessionEnd {
  #failure: Failure | undefined = undefined;
  #bye: Verdict | undefined = undefined;
  #gone = false;
  readonly #listeners: Set<() => void> = new Set();

  /** Why it ended; `undefined` before, and after a LOGOUT. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** A reason; those that follow are its consequences. */
  fail(failure: Failure): void {
    this.#failure ??= failure;
  }

  /** The server says goodbye, or refuses the session in its greeting. */
  bye(verdict: Omit<Verdict, 'status'>, code: 'IMAP_GOODBYE' | 'IMAP_GREETING_REFUSED'): void {
    this.#bye = { status: 'BYE', ...verdict };
    this.fail(remoteFailure(code, `the server ${code === 'IMAP_GOODBYE' ? 'closes' : 'refuses'} the session: ${verdict.text}`));
  }

  /** It ended as it should. */
  forgive(): void {
    this.#failure = undefined;
  }

  /** An error with what is known of the session. */
  error(failure: Failure, facts: ErrorFacts, phase: ImapPhase, command: string | undefined, verdict: Verdict | undefined = this.#bye): ImapError {
    const usable = phase === 'command' && facts.open && this.#failure === undefined;
    return new ImapError(failure, { phase, command, verdict, usable, peer: facts.peer, transcriptLine: facts.transcriptLine });
  }

  /** The error of a command that comes, or would be answered, after the end. */
  endError(facts: ErrorFacts, phase: ImapPhase, command: string | undefined): ImapError {
    return this.error(this.#failure ?? localFailure('IMAP_CLOSED', 'the connection is closed'), facts, phase, command);
  }

  /** Calls `listener` when the transport is gone, at once where it is; gives what takes the listener away again. */
  onGone(listener: () => void): () => void {
    if (this.#gone) listener();
    else this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The transport is gone. */
  tellGone(): void {
    this.#gone = true;
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener();
  }
}
