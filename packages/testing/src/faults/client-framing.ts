/**
 * What a client sends cut into its parts: command lines, lines of a login, the octets of a message. It judges nothing: a
 * line ends at LF, the text of a message at CRLF.CRLF, a chunk where BDAT said.
 *
 * @rfc 5321 2.3.8
 * @rfc 3030 2
 */
import { concatOctets, CR, DOT, indexOfOctet, LF, utf8 } from '@mailwright/wire';
import { parseCommand } from '@mailwright/smtp';

/** A command line longer than this is handed on as it comes: the server will refuse it. */
const MAX_HELD_OCTETS = 4096;
const NO_OCTETS = new Uint8Array(0);

/** A command line. */
export interface CommandPart {
  readonly type: 'command';
  readonly octets: Uint8Array;
  /** Without its line end. */
  readonly line: string;
  /** In upper case; '' for what has none. */
  readonly verb: string;
  /** For BDAT. */
  readonly chunk: { readonly last: boolean } | undefined;
}

/** A part. `octets` is what is to be handed on. */
export type ClientPart =
  | CommandPart
  /** A piece of a line that is too long to be held, or a line of a login. */
  | { readonly type: 'other'; readonly octets: Uint8Array }
  /** Octets of a message, of a text or of a chunk; `last`: its end, the final dot included. */
  | { readonly type: 'message'; readonly form: 'text' | 'chunk'; readonly octets: Uint8Array; readonly last: boolean };

type Mode = 'command' | 'long-line' | 'auth' | 'text' | 'chunk';

/** The end of a message text, CRLF.CRLF; a text begins as if a CRLF stood before it. */
const TEXT_END: readonly number[] = [CR, LF, DOT, CR, LF];

/** One object for a connection. The holder says when a login or a text begins. */
export class ClientFraming {
  #rest: Uint8Array = NO_OCTETS;
  #mode: Mode = 'command';
  /** How much of `TEXT_END` has been seen. */
  #matched = 0;
  #chunkOctets = 0;
  #chunkLast = false;

  push(octets: Uint8Array): void {
    this.#rest = this.#rest.length === 0 ? octets : concatOctets([this.#rest, octets]);
  }

  /** Octets that were pushed and are no complete part yet. */
  get waitingOctets(): number {
    return this.#rest.length;
  }

  /** Whether the octets of a chunk come next. */
  get inChunk(): boolean {
    return this.#mode === 'chunk';
  }

  /** DATA was answered with 354: its text comes. */
  beginText(): void {
    this.#mode = 'text';
    this.#matched = 2;
  }

  /** AUTH was answered with 334: the next line is no command. */
  beginResponse(): void {
    this.#mode = 'auth';
  }

  /** Gives back what was pushed and is no complete part yet. */
  takeRest(): Uint8Array {
    return this.#take(this.#rest.length);
  }

  /** The next part, at most `limit` octets of a message; `undefined` where more octets are needed. */
  next(limit: number): ClientPart | undefined {
    if (this.#mode === 'chunk' && this.#chunkOctets === 0) return this.#endChunk(NO_OCTETS);
    if (this.#rest.length === 0) return undefined;
    switch (this.#mode) {
      case 'text':
        return this.#text(limit);
      case 'chunk':
        return this.#chunk(limit);
      default:
        return this.#line();
    }
  }

  #line(): ClientPart | undefined {
    const lf = indexOfOctet(this.#rest, LF);
    const mode = this.#mode;
    if (lf < 0) {
      if (mode === 'command' && this.#rest.length <= MAX_HELD_OCTETS) return undefined;
      if (mode === 'command') this.#mode = 'long-line';
      return { type: 'other', octets: this.#take(this.#rest.length) };
    }
    const octets = this.#take(lf + 1);
    this.#mode = 'command';
    return mode === 'auth' ? { type: 'other', octets } : this.#command(mode === 'long-line' ? NO_OCTETS : octets, octets);
  }

  #command(readable: Uint8Array, octets: Uint8Array): ClientPart {
    const line = utf8(readable).trimEnd();
    const parsed = parseCommand(line);
    const bdat = parsed.ok && parsed.value.verb === 'BDAT' ? parsed.value : undefined;
    if (bdat !== undefined) {
      this.#mode = 'chunk';
      this.#chunkOctets = bdat.chunkOctets;
      this.#chunkLast = bdat.last;
    }
    const chunk = bdat === undefined ? undefined : { last: bdat.last };
    return { type: 'command', octets, line, verb: parsed.ok ? parsed.value.verb : parsed.verb, chunk };
  }

  #text(limit: number): ClientPart {
    const octets = this.#rest;
    const end = Math.min(octets.length, limit);
    for (let at = 0; at < end; at++) {
      const octet = octets[at]!;
      if (octet === TEXT_END[this.#matched]) this.#matched++;
      else this.#matched = octet === CR ? 1 : 0;
      if (this.#matched === TEXT_END.length) {
        this.#mode = 'command';
        return { type: 'message', form: 'text', octets: this.#take(at + 1), last: true };
      }
    }
    return { type: 'message', form: 'text', octets: this.#take(end), last: false };
  }

  #chunk(limit: number): ClientPart {
    const octets = this.#take(Math.min(this.#chunkOctets, this.#rest.length, limit));
    this.#chunkOctets -= octets.length;
    return this.#chunkOctets === 0 ? this.#endChunk(octets) : { type: 'message', form: 'chunk', octets, last: false };
  }

  #endChunk(octets: Uint8Array): ClientPart {
    this.#mode = 'command';
    return { type: 'message', form: 'chunk', octets, last: this.#chunkLast };
  }

  #take(count: number): Uint8Array {
    const taken = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return taken;
  }
}
