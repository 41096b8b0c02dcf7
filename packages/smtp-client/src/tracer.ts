/**
 * Hands the lines of a dialogue to a listener as they go by. What a line is, and what of it is secret, is `TranscriptRecorder`'s
 * to know.
 */
import { type TranscriptEntry, TranscriptRecorder } from '@mailwright/smtp';

export class Tracer {
  readonly #recorder = new TranscriptRecorder();
  readonly #listener: (entry: TranscriptEntry) => void;
  #told = 0;

  constructor(listener: (entry: TranscriptEntry) => void) {
    this.#listener = listener;
  }

  client(octets: Uint8Array, now: number): void {
    this.#recorder.client(octets, now);
    this.#tell();
  }

  server(octets: Uint8Array, now: number): void {
    this.#recorder.server(octets, now);
    this.#tell();
  }

  event(text: string, now: number): void {
    this.#recorder.event(text, now);
    this.#tell();
  }

  /** The last entry waits for the next one while it is message text: its octets are still being counted. */
  #tell(): void {
    const { entries } = this.#recorder;
    const complete = entries.at(-1)?.kind === 'data' ? entries.length - 1 : entries.length;
    while (this.#told < complete) this.#listener(entries[this.#told++]!);
  }
}
