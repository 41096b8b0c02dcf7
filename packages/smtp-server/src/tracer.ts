/** Hands what is said in a session to the `trace` option, line by line as it is said, with the secrets taken out. */
import { TranscriptRecorder } from '@mailwright/smtp';
import type { ServerCore } from './core.ts';
import type { SmtpSession } from './handlers.ts';

export class Tracer {
  readonly #core: ServerCore;
  readonly #session: SmtpSession;
  readonly #recorder = new TranscriptRecorder();

  constructor(core: ServerCore, session: SmtpSession) {
    this.#core = core;
    this.#session = session;
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

  #tell(): void {
    for (const entry of this.#recorder.drain()) {
      try {
        this.#core.watch(this.#core.options.trace?.(entry, this.#session), this.#session);
      } catch (error) {
        this.#core.report(error, this.#session);
      }
    }
  }
}
