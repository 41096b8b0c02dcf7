/**
 * A transcript: what was said in a session, as a value. It is recorded from the octets of both directions.
 *
 * Secrets never get in: the argument of PASS, the digest of APOP, the first message of AUTH and every line of an exchange are `***`. The text of messages and
 * the lines of listings are counted, not kept.
 *
 * @rfc 1939 3
 */
import { indexOfOctet, InputBuffer, utf8 } from '@mailwright/wire';
import { parseCommand } from './command.ts';
import type { ResponseForm } from './extension.ts';
import { specOfVerb } from './registry.ts';
import { parseResponse } from './response.ts';
import { TextReader } from './text-reader.ts';

/** One thing that happened. */
export interface TranscriptEntry {
  readonly direction: 'client' | 'server' | 'event';
  readonly kind: 'command' | 'auth' | 'response' | 'data' | 'event';
  /** When the last of its octets came, in the milliseconds of whoever recorded. */
  readonly atMs: number;
  /** Octets on the wire, line end included; 0 for events. */
  readonly octets: number;
  /** The line without its end; `undefined` for what is only counted. */
  readonly text: string | undefined;
  /** True where something of the text was replaced by `***`. */
  readonly redacted: boolean;
}

/** Characters of a line that are kept; the rest of it is counted. */
const MAX_LINE_CHARACTERS = 2048;
const HIDDEN = '***';
const LF = 0x0a;
const CR = 0x0d;
const NO_OCTETS = new Uint8Array(0);

/** What a direction has said of a line that is not complete. */
interface PartialLine {
  kept: Uint8Array;
  octets: number;
}

/** A command that has no response yet. */
interface Asked {
  readonly form: ResponseForm;
  readonly exchange: boolean;
}

/** Tells each entry when it is complete. What `tell` throws is thrown by `client`, `server` or `event`. */
export class TranscriptRecorder {
  readonly #tell: (entry: TranscriptEntry) => void;
  readonly #client: PartialLine = { kept: NO_OCTETS, octets: 0 };
  readonly #server: PartialLine = { kept: NO_OCTETS, octets: 0 };
  readonly #asked: Asked[] = [];
  #greeted = false;
  /** The server's multi-line response that is under way. */
  #data: { readonly reader: TextReader; readonly input: InputBuffer; octets: number } | undefined = undefined;

  constructor(tell: (entry: TranscriptEntry) => void) {
    this.#tell = tell;
  }

  /** Something that is said by neither: `TLSv1.3 TLS_AES_256_GCM_SHA384`. */
  event(text: string, atMs: number): void {
    this.#tell({ direction: 'event', kind: 'event', atMs, octets: 0, text, redacted: false });
  }

  /** Takes octets that the client sent. They are read at once and not kept. */
  client(octets: Uint8Array, atMs: number): void {
    for (let from = 0; from < octets.length; ) {
      const end = this.#takeLine(this.#client, octets, from, (line, lineOctets) => this.#clientLine(line, lineOctets, atMs));
      from = end;
    }
  }

  /** Takes octets that the server sent. */
  server(octets: Uint8Array, atMs: number): void {
    for (let from = 0; from < octets.length; ) {
      from = this.#data === undefined ? this.#takeLine(this.#server, octets, from, (line, lineOctets) => this.#serverLine(line, lineOctets, atMs)) : this.#count(octets, from, atMs);
    }
  }

  /** Takes the octets up to the next LF, or what there is. Gives the offset behind them. */
  #takeLine(partial: PartialLine, octets: Uint8Array, from: number, line: (text: string, octets: number) => void): number {
    const lf = indexOfOctet(octets, LF, from);
    const end = lf < 0 ? octets.length : lf + 1;
    const room = Math.max(0, MAX_LINE_CHARACTERS - partial.kept.length);
    const kept = octets.subarray(from, Math.min(end, from + room));
    const all = partial.kept.length === 0 ? kept : join(partial.kept, kept);
    const lineOctets = partial.octets + end - from;
    partial.kept = lf < 0 ? all.slice() : NO_OCTETS;
    partial.octets = lf < 0 ? lineOctets : 0;
    if (lf >= 0) line(utf8(withoutLineEnd(all)), lineOctets);
    return end;
  }

  #clientLine(line: string, octets: number, atMs: number): void {
    if (this.#asked.some(({ exchange }) => exchange)) {
      const shown = line === '*' ? line : HIDDEN;
      this.#tell({ direction: 'client', kind: 'auth', atMs, octets, text: shown, redacted: shown !== line });
      return;
    }
    const parsed = parseCommand(line);
    const form = parsed.ok ? parsed.spec.form(parsed.value) : 'line';
    // By the verb alone: a server may go on with an exchange whose first line nobody here can read.
    const verb = /^\s*([A-Za-z]+)/.exec(line)?.[1]?.toUpperCase() ?? '';
    this.#asked.push({ form, exchange: specOfVerb(verb)?.effect === 'exchange' });
    const shown = redactCommand(line);
    this.#tell({ direction: 'client', kind: 'command', atMs, octets, text: shown, redacted: shown !== line });
  }

  #serverLine(line: string, octets: number, atMs: number): void {
    this.#tell({ direction: 'server', kind: 'response', atMs, octets, text: line, redacted: false });
    const response = parseResponse(line);
    if (response === undefined) return; // a challenge
    if (!this.#greeted) {
      this.#greeted = true;
      return;
    }
    const asked = this.#asked.shift();
    if (asked === undefined || asked.form === 'line' || response.status === 'ERR') return;
    this.#data = { reader: new TextReader('crlf'), input: new InputBuffer(), octets: 0 };
  }

  /** Counts what follows a +OK, up to its last line. */
  #count(octets: Uint8Array, from: number, atMs: number): number {
    const data = this.#data!;
    data.input.push(octets.subarray(from));
    let step = data.reader.read(data.input);
    while (step === 'octets') step = data.reader.read(data.input);
    const end = octets.length - data.input.length;
    data.octets += end - from;
    if (step === 'need-data') return octets.length;
    this.#data = undefined;
    this.#tell({ direction: 'server', kind: 'data', atMs, octets: data.octets, text: undefined, redacted: false });
    return end;
  }
}

/** `PASS ***`, `APOP jane ***`, `AUTH PLAIN ***`, however badly the rest is written; what holds no secret stays as it is. */
export function redactCommand(line: string): string {
  const match = /^(\s*([A-Za-z]+))(\s+)(.*)$/s.exec(line);
  if (match === null) return line;
  const secret = specOfVerb(match[2]!.toUpperCase())?.secret ?? 'nothing';
  if (secret === 'argument') return `${match[1]} ${HIDDEN}`;
  if (secret === 'nothing') return line;
  const rest = /^(\S+)\s+(\S.*)$/s.exec(match[4]!);
  return rest === null ? line : `${match[1]} ${rest[1]} ${HIDDEN}`;
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

function withoutLineEnd(line: Uint8Array): Uint8Array {
  const end = line.at(-1) === LF ? line.length - 1 : line.length;
  return line.subarray(0, end > 0 && line[end - 1] === CR ? end - 1 : end);
}
