/**
 * The lines of an IMAP session, each as it was said; literals are counted and not kept. Secrets never get in: of LOGIN and AUTHENTICATE the name
 * is kept (and the mechanism), every line of the exchange is `***`. Behind COMPRESS there are no lines: octets are counted.
 *
 * @rfc 9051 2.2
 */
import { utf8 } from '@mailwright/wire';
import type { WireRecorder } from '../face/wire-recorder.ts';

/** One thing that was said or happened. */
export interface ImapTranscriptEntry {
  readonly direction: 'client' | 'server' | 'event';
  readonly atMs: number;
  /** Octets on the wire, line end included; 0 for events. */
  readonly octets: number;
  /** The line without its end, 2048 characters at most; `undefined` for a literal. */
  readonly text: string | undefined;
  /** Whether something of the text was replaced by `***`. */
  readonly redacted: boolean;
}

const MAX_LINE_CHARACTERS = 2048;
const HIDDEN = '***';
const LITERAL = /~?\{(\d+)\+?\}$/;
const LF = 0x0a;

/** One direction. */
interface Side {
  readonly kept: string[];
  octets: number;
  literal: number;
  literalOctets: number;
}

export class ImapRecorder implements WireRecorder {
  readonly #tell: (entry: ImapTranscriptEntry) => void;
  readonly #client: Side = { kept: [], octets: 0, literal: 0, literalOctets: 0 };
  readonly #server: Side = { kept: [], octets: 0, literal: 0, literalOctets: 0 };
  /** The tag of the login under way: what the client says until its answer is secret. */
  #login: string | undefined = undefined;
  /** The line goes on behind a literal, and belongs to a LOGIN. */
  #hidden = false;
  #compress: string | undefined = undefined;
  #opaque = false;

  /** `tell` gets each entry when it is complete. */
  constructor(tell: (entry: ImapTranscriptEntry) => void) {
    this.#tell = tell;
  }

  client(octets: Uint8Array, atMs: number): void {
    this.#cut('client', this.#client, octets, atMs);
  }

  server(octets: Uint8Array, atMs: number): void {
    this.#cut('server', this.#server, octets, atMs);
  }

  event(text: string, atMs: number): void {
    this.#tell({ direction: 'event', atMs, octets: 0, text, redacted: false });
  }

  #cut(direction: 'client' | 'server', side: Side, octets: Uint8Array, atMs: number): void {
    for (let from = 0; from < octets.length; ) {
      if (this.#opaque) return this.#tell({ direction, atMs, octets: octets.length - from, text: undefined, redacted: false });
      from = side.literal > 0 ? this.#skip(direction, side, octets, from, atMs) : this.#line(direction, side, octets, from, atMs);
    }
  }

  #skip(direction: 'client' | 'server', side: Side, octets: Uint8Array, from: number, atMs: number): number {
    const taken = Math.min(side.literal, octets.length - from);
    side.literal -= taken;
    if (side.literal === 0) this.#tell({ direction, atMs, octets: side.literalOctets, text: undefined, redacted: false });
    return from + taken;
  }

  #line(direction: 'client' | 'server', side: Side, octets: Uint8Array, from: number, atMs: number): number {
    const lf = octets.indexOf(LF, from);
    const end = lf < 0 ? octets.length : lf + 1;
    side.octets += end - from;
    side.kept.push(utf8(octets.subarray(from, Math.min(end, from + MAX_LINE_CHARACTERS))));
    if (lf < 0) return end;
    const text = side.kept.join('').replace(/\r?\n$/, '');
    const literal = LITERAL.exec(text);
    const shown = direction === 'client' ? this.#clientText(text) : this.#serverText(text);
    side.literal = side.literalOctets = literal === null ? 0 : Number(literal[1]);
    this.#tell({ direction, atMs, octets: side.octets, text: shown.slice(0, MAX_LINE_CHARACTERS), redacted: shown !== text });
    side.kept.length = 0;
    side.octets = 0;
    return end;
  }

  #clientText(text: string): string {
    if (this.#login !== undefined) return text === '*' ? text : HIDDEN;
    if (this.#hidden) {
      this.#hidden = LITERAL.test(text);
      return HIDDEN;
    }
    const login = /^((\S+) (?:LOGIN|AUTHENTICATE \S+))( ?)/i.exec(text);
    const compress = /^(\S+) COMPRESS /i.exec(text);
    if (compress !== null) this.#compress = compress[1];
    if (login === null) return text;
    if (/ AUTHENTICATE /i.test(login[1]!)) this.#login = login[2];
    else this.#hidden = LITERAL.test(text);
    return login[0].length === text.length ? text : `${login[1]} ${HIDDEN}`;
  }

  #serverText(text: string): string {
    const tag = text.slice(0, text.indexOf(' '));
    if (this.#login !== undefined && tag === '+') return text.length > 2 ? `+ ${HIDDEN}` : text;
    if (tag === this.#login) this.#login = undefined;
    if (tag === this.#compress) {
      this.#compress = undefined;
      this.#opaque = / OK/i.test(text);
    }
    return text;
  }
}
