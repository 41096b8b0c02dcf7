/**
 * What was said in the sessions of a server, one list of entries each, secrets left out by the recorder of the protocol.
 */
import type { Endpoint } from '@mailwright/net';
import type { WireRecorder } from './wire-recorder.ts';

/** The dialogue of one session. */
export interface FaceTranscript<Entry> {
  /** Counts from 1 within a server. */
  readonly sessionId: number;
  readonly peer: Endpoint;
  /** Whether the connection is still open. */
  readonly open: boolean;
  readonly entries: readonly Entry[];
}

interface Session<Entry> {
  readonly peer: Endpoint;
  readonly entries: Entry[];
  open: boolean;
}

/** Makes the recorder of a session; `tell` takes each entry when it is complete. */
export type MakeRecorder<Entry> = (tell: (entry: Entry) => void) => WireRecorder;

export class WireLog<Entry> {
  readonly #sessions = new Map<number, Session<Entry>>();
  readonly #make: MakeRecorder<Entry>;
  readonly #heard: (sessionId: number, entry: Entry) => void;

  /** `heard` is told of every entry as it comes. */
  constructor(make: MakeRecorder<Entry>, heard: (sessionId: number, entry: Entry) => void) {
    this.#make = make;
    this.#heard = heard;
  }

  open(sessionId: number, peer: Endpoint): WireRecorder {
    const entries: Entry[] = [];
    this.#sessions.set(sessionId, { peer, entries, open: true });
    return this.#make((entry) => {
      entries.push(entry);
      this.#heard(sessionId, entry);
    });
  }

  close(sessionId: number): void {
    const session = this.#sessions.get(sessionId);
    if (session !== undefined) session.open = false;
  }

  all(): readonly FaceTranscript<Entry>[] {
    return Array.from(this.#sessions, ([sessionId, { peer, open, entries }]) => ({ sessionId, peer, open, entries: [...entries] }));
  }

  /** A copy; the last session's by default. Empty for a session that is not known. */
  entries(sessionId?: number): readonly Entry[] {
    const session = sessionId === undefined ? [...this.#sessions.values()].at(-1) : this.#sessions.get(sessionId);
    return session === undefined ? [] : [...session.entries];
  }

  /** Forgets the sessions that are over. */
  clear(): void {
    for (const [sessionId, { open }] of this.#sessions) if (!open) this.#sessions.delete(sessionId);
  }
}
