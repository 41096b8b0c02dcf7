/**
 * Octets of a server to replies, under the limits; what is no reply is told once and nothing is read after it.
 *
 * @rfc 5321 4.2.1
 */
import { InputBuffer, latin1, LINE, LINE_TOO_LONG, NEED_DATA } from '@mailwright/wire';
import type { ClientViolation } from './client-event.ts';
import type { ClientLimits } from './client-options.ts';
import { ReplyParser } from './reply-parse.ts';
import type { Reply } from './reply.ts';

/** Why what came is no reply. */
export interface ReplyFault {
  readonly code: ClientViolation;
  readonly detail: string;
}

export class ReplyReader {
  /** Set when what came is no reply. */
  fault: ReplyFault | undefined = undefined;
  readonly #input: InputBuffer = new InputBuffer();
  readonly #parser: ReplyParser;
  readonly #lineOctets: number;

  constructor(limits: ClientLimits) {
    this.#parser = new ReplyParser(limits);
    this.#lineOctets = limits.lineOctets;
  }

  /** Octets that were received and not read. */
  get unreadOctets(): number {
    return this.#input.length;
  }

  push(octets: Uint8Array): void {
    this.#input.push(octets);
  }

  clear(): void {
    this.#input.clear();
  }

  /** The next complete reply; `undefined` when it is not there yet, or when there is a `fault`. */
  next(): Reply | undefined {
    for (;;) {
      const status = this.#input.takeLine(this.#lineOctets);
      if (status === NEED_DATA) return undefined;
      if (status === LINE_TOO_LONG) return this.#fail('LIMIT_LINE_OCTETS', `a reply line of more than ${this.#lineOctets} octets`);
      if (status !== LINE) return this.#fail('SMTP_BAD_REPLY', 'a reply line that does not end in CRLF, or holds a bare CR, LF or NUL');
      const parsed = this.#parser.push(this.#input.lineText() ?? latin1(this.#input.lineView()));
      if (typeof parsed === 'object') return parsed;
      if (parsed !== undefined) return this.#fail(parsed, 'what came is no reply, or too much for one');
    }
  }

  #fail(code: ClientViolation, detail: string): undefined {
    this.fault = { code, detail };
  }
}
