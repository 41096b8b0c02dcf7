/**
 * What the `trace` option is told: the transcript of a session, entry by entry, with its lines counted, so that an error can say where in it it happened.
 *
 * Read next: `@mailwright/imap`, `TranscriptRecorder`.
 *
 * @rfc 9051 2.2
 */
import { type TranscriptEntry, TranscriptRecorder } from '@mailwright/imap';
import { shield } from './shield.ts';

/** One thing that was said or happened, without secrets; literals are counted. */
export interface TraceEntry extends TranscriptEntry {
  /** Counts from 1. */
  readonly line: number;
}

/** Cuts octets of both directions into lines and tells them. What `tell` throws is not thrown here. */
export class Trace {
  readonly #recorder: TranscriptRecorder;
  #lines = 0;

  constructor(tell: (entry: TraceEntry) => void) {
    const told = shield('trace', tell);
    this.#recorder = new TranscriptRecorder({}, (entry) => told({ line: ++this.#lines, ...entry }), { inflated: true });
  }

  /** How many entries were told. */
  get lines(): number {
    return this.#lines;
  }

  event(text: string, atMs: number): void {
    this.#recorder.event(text, atMs);
  }

  client(octets: Uint8Array, atMs: number): void {
    this.#recorder.client(octets, atMs);
  }

  server(octets: Uint8Array, atMs: number): void {
    this.#recorder.server(octets, atMs);
  }
}
