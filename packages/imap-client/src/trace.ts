/**
 * The lines of a session, for people: each as it was said, without what logs in, with literals counted and not shown. Secrets never get in: of
 * LOGIN and AUTHENTICATE the name is kept (and the mechanism), every line of the exchange is `***`.
 *
 * A line that ends in `{n}` is followed by n octets that belong to no line.
 *
 * @rfc 9051 2.2
 */
import { indexOfOctet, LF, utf8 } from '@mailwright/wire';

/** One thing that was said or happened. */
export interface TraceEntry {
  /** Counts from 1. */
  readonly line: number;
  readonly direction: 'client' | 'server' | 'event';
  /** Milliseconds of the client's clock. */
  readonly atMs: number;
  /** Octets on the wire, CRLF included; 0 for events. */
  readonly octets: number;
  /** The line without CRLF, 2048 characters at most; `undefined` for a literal. */
  readonly text: string | undefined;
  /** Whether something of the text was replaced by `***`. */
  readonly redacted: boolean;
}

const LINE_OCTETS = 2048;
const HIDDEN = '***';
const LITERAL = /~?\{(\d+)[+-]?\}$/;
const NO_OCTETS: Uint8Array = new Uint8Array(0);

/** One direction: what is known of a line or literal that has not ended. */
interface Side {
  kept: Uint8Array;
  octets: number;
  literal: number;
  literalOctets: number;
  /** The line before ended in a literal, so this one goes on with its command. */
  continues: boolean;
}

/** Cuts octets of both directions into lines and tells them. What `tell` throws is thrown by its methods. */
export class Trace {
  readonly #tell: (entry: TraceEntry) => void;
  readonly #client: Side = emptySide();
  readonly #server: Side = emptySide();
  #lines = 0;

  constructor(tell: (entry: TraceEntry) => void) {
    this.#tell = tell;
  }

  /** How many entries were told. */
  get lines(): number {
    return this.#lines;
  }

  event(text: string, atMs: number): void {
    this.#add('event', atMs, 0, text, false);
  }

  /** `secret`: the octets belong to a login. */
  client(octets: Uint8Array, atMs: number, secret: boolean): void {
    this.#cut('client', this.#client, octets, atMs, secret);
  }

  server(octets: Uint8Array, atMs: number, secret: boolean): void {
    this.#cut('server', this.#server, octets, atMs, secret);
  }

  #cut(direction: 'client' | 'server', side: Side, octets: Uint8Array, atMs: number, secret: boolean): void {
    for (let from = 0; from < octets.length; ) {
      if (side.literal > 0) {
        const taken = Math.min(side.literal, octets.length - from);
        side.literal -= taken;
        from += taken;
        if (side.literal === 0) this.#add(direction, atMs, side.literalOctets, undefined, secret);
        continue;
      }
      from = this.#cutLine(direction, side, octets, from, atMs, secret);
    }
  }

  #cutLine(direction: 'client' | 'server', side: Side, octets: Uint8Array, from: number, atMs: number, secret: boolean): number {
    const lf = indexOfOctet(octets, LF, from);
    const end = lf < 0 ? octets.length : lf + 1;
    const piece = octets.subarray(from, Math.min(end, from + LINE_OCTETS));
    const line = side.kept.length === 0 ? piece : join(side.kept, piece);
    const count = side.octets + end - from;
    side.kept = lf < 0 ? line.slice(-LINE_OCTETS) : NO_OCTETS;
    side.octets = lf < 0 ? count : 0;
    if (lf >= 0) this.#line(direction, side, utf8(line).replace(/\r?\n$/, ''), count, atMs, secret);
    return end;
  }

  #line(direction: 'client' | 'server', side: Side, text: string, octets: number, atMs: number, secret: boolean): void {
    const literal = LITERAL.exec(text);
    const shown = secret ? redact(direction, text, side.continues) : text;
    side.continues = literal !== null;
    side.literal = side.literalOctets = literal === null ? 0 : Number(literal[1]);
    this.#add(direction, atMs, octets, shown, shown !== text);
  }

  #add(direction: TraceEntry['direction'], atMs: number, octets: number, text: string | undefined, redacted: boolean): void {
    this.#tell({ line: ++this.#lines, direction, atMs, octets, text, redacted });
  }
}

/** `A1 LOGIN ***`, `A1 AUTHENTICATE PLAIN ***`, `+ ***`; any other line of the exchange is hidden whole. Other responses stay as they are. */
function redact(direction: 'client' | 'server', text: string, continues: boolean): string {
  if (direction === 'server') return /^\+ ?\S/.test(text) ? `+ ${HIDDEN}` : text;
  const named = continues ? null : /^(\S+ LOGIN|\S+ AUTHENTICATE \S+)( |$)/i.exec(text);
  if (named === null) return HIDDEN;
  return named[0].length === text.length ? text : `${named[1]} ${HIDDEN}`;
}

function emptySide(): Side {
  return { kept: NO_OCTETS, octets: 0, literal: 0, literalOctets: 0, continues: false };
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
