/**
 * A transcript: what was said in a session, as a value. It is recorded from the octets of both directions, saved as JSON lines,
 * compared in tests, and explained line by line (`explain.ts`).
 *
 * Secrets never get in: of AUTH the mechanism is kept, every line of the exchange is `***`. The text of messages is counted, not
 * kept.
 *
 * Read next: `dialogue.ts`, which tells the lines apart.
 */
import { indexOfOctet, utf8 } from '@mailwright/wire';
import { Dialogue, type DialogueState } from './dialogue.ts';

/** One thing that happened. */
export interface TranscriptEntry {
  readonly direction: 'client' | 'server' | 'event';
  readonly kind: 'command' | 'auth' | 'data' | 'reply' | 'event';
  /** When the last of its octets came, in the milliseconds of whoever recorded. */
  readonly atMs: number;
  /** Octets on the wire, CRLF included; 0 for events. */
  readonly octets: number;
  /** The line without CRLF; `undefined` for message text. */
  readonly text: string | undefined;
  /** True where something of the text was replaced by `***`. */
  readonly redacted: boolean;
  /** Where the session stood afterwards. */
  readonly state: DialogueState;
}

/** A transcript: its entries in the order in which they happened. */
export type Transcript = readonly TranscriptEntry[];

export interface TranscriptLimits {
  /** Entries that are kept at a time; what comes later is not recorded, and one event says so. Default 10000. */
  readonly entries: number;
  /** Characters of a line; the rest of it is counted and not kept. Default 2048. */
  readonly lineCharacters: number;
}

const DEFAULT_LIMITS: TranscriptLimits = { entries: 10_000, lineCharacters: 2048 };
const HIDDEN = '***';
const LF = 0x0a;
const CR = 0x0d;
const NO_OCTETS = new Uint8Array(0);

/** What one direction has said of a line that is not complete. */
interface PartialLine {
  kept: Uint8Array;
  octets: number;
}

/**
 * Records a session from the octets of both directions, each in the order in which they went by. The entries are kept, taken
 * out with `drain`, or handed to a listener one by one; only those that are kept are bounded.
 */
export class TranscriptRecorder {
  readonly #entries: TranscriptEntry[] = [];
  readonly #dialogue = new Dialogue();
  readonly #limits: TranscriptLimits;
  readonly #tell: ((entry: TranscriptEntry) => void) | undefined;
  readonly #partial: Readonly<Record<'client' | 'server', PartialLine>> = {
    client: { kept: NO_OCTETS, octets: 0 },
    server: { kept: NO_OCTETS, octets: 0 },
  };
  #chunkOctets = 0;
  /** The index of the entry that message octets are counted in, or -1. */
  #data = -1;

  /**
   * `tell` gets each entry when it is complete (message text: when the last of its octets is counted), and nothing is kept. What
   * it throws is thrown by `client`, `server` or `event`.
   */
  constructor(limits: TranscriptLimits = DEFAULT_LIMITS, tell?: (entry: TranscriptEntry) => void) {
    this.#limits = limits;
    this.#tell = tell;
  }

  /** What was recorded and not taken out. */
  get entries(): Transcript {
    return this.#entries;
  }

  /** Takes out the entries that are complete, for who shows a session while it lasts; what is taken counts for no limit. */
  drain(): Transcript {
    const complete = this.#data < 0 ? this.#entries.length : this.#data;
    if (this.#data >= 0) this.#data = 0;
    return this.#entries.splice(0, complete);
  }

  /** Something that is neither said by the client nor by the server: `TLS 1.3 established`. */
  event(text: string, atMs: number): void {
    this.#add({ direction: 'event', kind: 'event', atMs, octets: 0, text, redacted: false, state: this.#dialogue.state });
  }

  /** Takes octets that the client sent. They are read at once and not kept. */
  client(octets: Uint8Array, atMs: number): void {
    for (let from = 0; from < octets.length; ) {
      if (this.#chunkOctets > 0) {
        const taken = Math.min(this.#chunkOctets, octets.length - from);
        this.#chunkOctets -= taken;
        this.#count(taken, atMs, this.#chunkOctets === 0);
        from += taken;
        continue;
      }
      from = this.#takeLine('client', octets, from, atMs);
    }
  }

  /** Takes octets that the server sent. */
  server(octets: Uint8Array, atMs: number): void {
    for (let from = 0; from < octets.length; ) from = this.#takeLine('server', octets, from, atMs);
  }

  /** Takes the octets up to the next LF, or what there is. Gives the offset behind them. */
  #takeLine(direction: 'client' | 'server', octets: Uint8Array, from: number, atMs: number): number {
    const lf = indexOfOctet(octets, LF, from);
    const end = lf < 0 ? octets.length : lf + 1;
    const partial = this.#partial[direction];
    const room = Math.max(0, this.#limits.lineCharacters - partial.kept.length);
    const kept = octets.subarray(from, Math.min(end, from + room));
    const line = partial.kept.length === 0 ? kept : join(partial.kept, kept);
    const lineOctets = partial.octets + end - from;
    partial.kept = lf < 0 ? line.slice() : NO_OCTETS;
    partial.octets = lf < 0 ? lineOctets : 0;
    if (lf >= 0) this.#line(direction, withoutLineEnd(line), lineOctets, atMs);
    return end;
  }

  #line(direction: 'client' | 'server', line: Uint8Array, octets: number, atMs: number): void {
    const text = utf8(line);
    if (direction === 'server') {
      this.#dialogue.server(text);
      this.#add({ direction, kind: 'reply', atMs, octets, text, redacted: false, state: this.#dialogue.state });
      return;
    }
    const said = this.#dialogue.client(text);
    if (said.kind === 'text') {
      this.#count(octets, atMs, said.last);
      return;
    }
    const shown = said.kind === 'auth' ? redactResponse(text) : redactCommand(text, said.command.spec?.secret === true);
    this.#add({ direction, kind: said.kind, atMs, octets, text: shown, redacted: shown !== text, state: this.#dialogue.state });
    this.#chunkOctets = this.#dialogue.chunkOctets;
  }

  /** Counts message octets in one entry, from the first of them to `last`. */
  #count(octets: number, atMs: number, last: boolean): void {
    const before = this.#data < 0 ? undefined : this.#entries[this.#data];
    const entry: TranscriptEntry = {
      direction: 'client', kind: 'data', atMs, octets: octets + (before?.octets ?? 0), text: undefined, redacted: false, state: this.#dialogue.state,
    };
    if (before !== undefined) this.#entries[this.#data] = entry;
    else if (this.#keep(entry)) this.#data = this.#entries.length - 1;
    if (!last) return;
    this.#data = -1;
    if (this.#tell !== undefined) for (let told = this.#entries.shift(); told !== undefined; told = this.#entries.shift()) this.#tell(told);
  }

  /** An entry that is complete. Behind message text it waits: the listener gets all in the order in which they began. */
  #add(entry: TranscriptEntry): void {
    if (this.#tell === undefined || this.#entries.length > 0) this.#keep(entry);
    else this.#tell(entry);
  }

  #keep(entry: TranscriptEntry): boolean {
    const { entries } = this.#limits;
    if (this.#entries.length > entries) return false;
    if (this.#entries.length === entries) {
      this.#entries.push({ direction: 'event', kind: 'event', atMs: entry.atMs, octets: 0, text: `more than ${entries} entries: the rest is not recorded`, redacted: false, state: entry.state });
      return false;
    }
    this.#entries.push(entry);
    return true;
  }
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

/** AUTH and its mechanism, however badly it is written: a line that no server reads may still hold a password. */
const AUTH_LINE = /^(\s*auth(?: [a-z0-9_-]{1,32}(?=\s|$))?)(.*)$/i;

const HIDDEN_RESPONSE = /^(\s*auth [a-z0-9_-]{1,32}) \*{3}$/i;

/** `AUTH PLAIN ***` for `AUTH PLAIN AGEAYg==`, `VERB ***` for any other command that is `secret`; what is not stays as it is. */
export function redactCommand(line: string, secret: boolean): string {
  const match = AUTH_LINE.exec(line) ?? (secret ? /^(\S*)(.*)$/.exec(line) : null);
  return match === null || match[2] === '' ? line : `${match[1]} ${HIDDEN}`;
}

/** `AUTH PLAIN ***`, as a transcript keeps it, with an empty response in place of what is hidden: so it can be read as a command. */
export function readableCommand(line: string): string {
  return line.replace(HIDDEN_RESPONSE, '$1 =');
}

/** `***` for a line of the exchange; `*`, which cancels it, is no secret. */
export function redactResponse(line: string): string {
  return line === '*' ? line : HIDDEN;
}

const DIRECTIONS: ReadonlySet<unknown> = new Set(['client', 'server', 'event']);
const KINDS: ReadonlySet<unknown> = new Set(['command', 'auth', 'data', 'reply', 'event']);
const STATES: ReadonlySet<unknown> = new Set(['greeting', 'connected', 'ready', 'mail', 'rcpt', 'chunks', 'closed'] satisfies DialogueState[]);

/** Writes a transcript as JSON lines: one object a line, each line ended by LF. `undefined` becomes `null`. */
export function formatTranscript(transcript: Transcript): string {
  return transcript.map(({ direction, kind, atMs, octets, text, redacted, state }) => `${JSON.stringify({ direction, kind, atMs, octets, text: text ?? null, redacted, state })}\n`).join('');
}

/** What `parseTranscript` gives; `line` is the number of the line that is not an entry, from 1. */
export type TranscriptParsed =
  | { readonly ok: true; readonly value: Transcript }
  | { readonly ok: false; readonly error: 'SMTP_BAD_TRANSCRIPT'; readonly line: number };

/** Reads what `formatTranscript` wrote. Empty lines are passed over. Never throws. */
export function parseTranscript(text: string): TranscriptParsed {
  const entries: TranscriptEntry[] = [];
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const entry = parseEntry(line);
    if (entry === undefined) return { ok: false, error: 'SMTP_BAD_TRANSCRIPT', line: index + 1 };
    entries.push(entry);
  }
  return { ok: true, value: entries };
}

function parseEntry(line: string): TranscriptEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { direction, kind, atMs, octets, text, redacted, state } = value as { readonly [K in keyof TranscriptEntry]?: unknown };
  const valid =
    DIRECTIONS.has(direction) && KINDS.has(kind) && STATES.has(state) && Number.isFinite(atMs) && Number.isSafeInteger(octets) && typeof redacted === 'boolean' &&
    (text === null || text === undefined || typeof text === 'string');
  return valid ? ({ direction, kind, atMs, octets, text: text ?? undefined, redacted, state } as TranscriptEntry) : undefined;
}
