/**
 * A transcript: what was said in an IMAP session, as a value. It is recorded from the octets of both directions (`transcript-recorder.ts`), saved as JSON
 * lines, given to either machine anew (`replay-client.ts`, `replay-server.ts`), and explained line by line (`explain-session.ts`).
 *
 * Secrets never get in: of LOGIN and AUTHENTICATE the name and the mechanism are kept, every line of an exchange is `***`. Literals are counted, and
 * kept only where the limits say so.
 */
import type { DialogueState } from './dialogue.ts';

/** One thing that happened. */
export interface TranscriptEntry {
  readonly direction: 'client' | 'server' | 'event';
  /**
   * `command` and `response`: the first line of one. `rest`: a line of it behind a literal. `auth`: a line of a login. `done`: the end of IDLE. `literal`: the
   * octets that its line announced. `opaque`: octets behind COMPRESS.
   */
  readonly kind: 'command' | 'response' | 'rest' | 'auth' | 'done' | 'literal' | 'opaque' | 'event';
  /** When the last of its octets came, in the milliseconds of whoever recorded. */
  readonly atMs: number;
  /** Octets on the wire, CRLF included; 0 for events. */
  readonly octets: number;
  /** The line without CRLF. A literal that was kept: a character an octet (Latin-1). `undefined` for what is only counted. */
  readonly text: string | undefined;
  /** True where something of the text was replaced by `***`. */
  readonly redacted: boolean;
  /** What was read, on the last line of a command or a response: the tag where it has one, and the name: `UID FETCH`, `FETCH`, `OK`. */
  readonly tag: string | undefined;
  readonly name: string | undefined;
  /** Where the session stood afterwards. */
  readonly state: DialogueState;
}

/** A transcript: its entries in the order in which they happened. */
export type Transcript = readonly TranscriptEntry[];

const DIRECTIONS: ReadonlySet<unknown> = new Set(['client', 'server', 'event']);
const KINDS: ReadonlySet<unknown> = new Set(['command', 'response', 'rest', 'auth', 'done', 'literal', 'opaque', 'event'] satisfies TranscriptEntry['kind'][]);
const STATES: ReadonlySet<unknown> = new Set(['greeting', 'not-authenticated', 'authenticated', 'selected', 'logout'] satisfies DialogueState[]);

/** Writes a transcript as JSON lines: one object a line, each line ended by LF. `undefined` becomes `null`. */
export function formatTranscript(transcript: Transcript): string {
  return transcript
    .map(({ direction, kind, atMs, octets, text, redacted, tag, name, state }) =>
      `${JSON.stringify({ direction, kind, atMs, octets, text: text ?? null, redacted, tag: tag ?? null, name: name ?? null, state })}\n`)
    .join('');
}

/** What `parseTranscript` gives; `line` is the number of the line that is not an entry, from 1. */
export type TranscriptParsed =
  | { readonly ok: true; readonly value: Transcript }
  | { readonly ok: false; readonly error: 'IMAP_BAD_TRANSCRIPT'; readonly line: number };

/** Reads what `formatTranscript` wrote. Empty lines are passed over. Never throws. */
export function parseTranscript(text: string): TranscriptParsed {
  const entries: TranscriptEntry[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const entry = parseEntry(line);
    if (entry === undefined) return { ok: false, error: 'IMAP_BAD_TRANSCRIPT', line: index + 1 };
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
  const { direction, kind, atMs, octets, text, redacted, tag, name, state } = value as { readonly [K in keyof TranscriptEntry]?: unknown };
  const valid =
    DIRECTIONS.has(direction) && KINDS.has(kind) && STATES.has(state) && Number.isFinite(atMs) && Number.isSafeInteger(octets) && Number(octets) >= 0 &&
    typeof redacted === 'boolean' && [text, tag, name].every(isTextOrNothing);
  if (!valid) return undefined;
  return { direction, kind, atMs, octets, text: text ?? undefined, redacted, tag: tag ?? undefined, name: name ?? undefined, state } as TranscriptEntry;
}

function isTextOrNothing(value: unknown): boolean {
  return value === null || value === undefined || typeof value === 'string';
}
