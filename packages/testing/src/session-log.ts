/**
 * What was said in the sessions of a test server: one transcript each, as it went over the wire, secrets redacted.
 *
 * Read next: `transaction-entries.ts`, which picks one transaction out of a transcript.
 */
import type { Endpoint } from '@mailwright/net';
import { type Transcript, TranscriptRecorder } from '@mailwright/smtp';

/** The dialogue of one session. */
export interface SessionTranscript {
  /** Counts from 1 within a server. */
  readonly sessionId: number;
  readonly peer: Endpoint;
  /** Whether the connection is still open. */
  readonly open: boolean;
  readonly entries: Transcript;
}

interface Session {
  readonly peer: Endpoint;
  readonly recorder: TranscriptRecorder;
  open: boolean;
}

/** Keeps the transcripts of a server. */
export class SessionLog {
  readonly #sessions = new Map<number, Session>();

  /** Begins a session; what it says is to be told to the recorder. */
  open(sessionId: number, peer: Endpoint): TranscriptRecorder {
    const recorder = new TranscriptRecorder();
    this.#sessions.set(sessionId, { peer, recorder, open: true });
    return recorder;
  }

  close(sessionId: number): void {
    const session = this.#sessions.get(sessionId);
    if (session !== undefined) session.open = false;
  }

  /** All sessions in the order in which they began; a copy. */
  all(): readonly SessionTranscript[] {
    return Array.from(this.#sessions, ([sessionId, { peer, open, recorder }]) => ({ sessionId, peer, open, entries: [...recorder.entries] }));
  }

  /** One session's transcript, a copy; the last one's by default. Empty for a session that is not known. */
  entries(sessionId?: number): Transcript {
    const session = sessionId === undefined ? [...this.#sessions.values()].at(-1) : this.#sessions.get(sessionId);
    return session === undefined ? [] : [...session.recorder.entries];
  }

  recorder(sessionId: number): TranscriptRecorder | undefined {
    return this.#sessions.get(sessionId)?.recorder;
  }

  /** Forgets the sessions that are over. */
  clear(): void {
    for (const [sessionId, { open }] of this.#sessions) if (!open) this.#sessions.delete(sessionId);
  }
}
