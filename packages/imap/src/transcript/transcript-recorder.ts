/**
 * Records a session from the octets of both directions, as they go by. What comes of one side is cut into lines and literals; the dialogue says which
 * is which.
 *
 * Read next: `transcript.ts` (the value), `dialogue.ts`.
 */
import { concatOctets, indexOfOctet, latin1, LF, utf8 } from '@mailwright/wire';
import { tailOf } from '../literal-header.ts';
import type { ParsedCommand } from '../command-parse.ts';
import type { Response } from '../response.ts';
import { Dialogue } from './dialogue.ts';
import { redactChallenge, redactCommand, redactResponse, redactRest } from './redact.ts';
import type { Transcript, TranscriptEntry } from './transcript.ts';

export interface TranscriptLimits {
  /** Entries that are kept at a time; what comes later is not recorded, and one event says so. Default 10000. */
  readonly entries: number;
  /** Octets of a line; of a longer one its end is counted, the header of a literal there is kept. Default 2048. */
  readonly lineOctets: number;
  /** Octets of a literal that is kept; larger ones, and all that may be secret, are counted. Default 0: no literal. */
  readonly literalOctets: number;
}

/** How the octets are met with. */
export interface RecordedSession {
  /** The greeting was missed. Default false. */
  readonly greeted?: boolean | undefined;
  /** Octets come as they are behind COMPRESS, so that lines go on there. Default false: what is compressed is counted. */
  readonly inflated?: boolean | undefined;
}

const DEFAULT_LIMITS: TranscriptLimits = { entries: 10_000, lineOctets: 2048, literalOctets: 0 };
const EMPTY = new Uint8Array(0);
const LITERAL = /~?\{\d+[+-]?\}$/;

type Direction = 'client' | 'server';

/** What one side has said of a line or a literal that is not complete. */
interface Side {
  kept: Uint8Array;
  octets: number;
  /** The end of a line that is longer than what is kept. */
  tail: string;
  /** Octets of the literal that are still to come; -1 for a line. */
  literalLeft: number;
  pieces: Uint8Array[];
  /** The command that is being said is secret, literals too. */
  secret: boolean;
}

/** The entries are kept, taken out with `drain`, or handed to a listener one by one; only those that are kept are bounded. */
export class TranscriptRecorder {
  readonly #entries: TranscriptEntry[] = [];
  readonly #dialogue: Dialogue;
  readonly #limits: TranscriptLimits;
  readonly #inflated: boolean;
  readonly #tell: ((entry: TranscriptEntry) => void) | undefined;
  readonly #sides: Readonly<Record<Direction, Side>> = { client: emptySide(), server: emptySide() };

  /**
   * `tell` gets each entry when it is complete, and nothing is kept. What it throws is thrown by `client`, `server` or `event`.
   */
  constructor(limits: Partial<TranscriptLimits> = {}, tell?: (entry: TranscriptEntry) => void, { greeted = false, inflated = false }: RecordedSession = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#tell = tell;
    this.#dialogue = new Dialogue(greeted);
    this.#inflated = inflated;
  }

  /** What was recorded and not taken out. */
  get entries(): Transcript {
    return this.#entries;
  }

  /** Takes out the entries, for who shows a session while it lasts; what is taken counts for no limit. */
  drain(): Transcript {
    return this.#entries.splice(0);
  }

  /** Something that is neither said by the client nor by the server: `TLSv1.3 established`. */
  event(text: string, atMs: number): void {
    this.#add({ direction: 'event', kind: 'event', atMs, octets: 0, text, redacted: false, tag: undefined, name: undefined });
  }

  /** Takes octets that the client sent, as they were before TLS (and compression, see `inflated`). They are read at once and not kept. */
  client(octets: Uint8Array, atMs: number): void {
    this.#cut('client', octets, atMs);
  }

  /** Takes octets that the server sent. */
  server(octets: Uint8Array, atMs: number): void {
    this.#cut('server', octets, atMs);
  }

  #cut(direction: Direction, octets: Uint8Array, atMs: number): void {
    const side = this.#sides[direction];
    for (let from = 0; from < octets.length; ) {
      if (this.#dialogue.opaque && !this.#inflated) return this.#opaque(direction, octets.length - from, atMs);
      if (side.literalLeft < 0 && side.octets === 0) this.#beginLiteral(direction, side);
      from = side.literalLeft >= 0 ? this.#takeLiteral(direction, side, octets, from, atMs) : this.#takeLine(direction, side, octets, from, atMs);
    }
  }

  #beginLiteral(direction: Direction, side: Side): void {
    side.literalLeft = this.#dialogue.literalOctets(direction) ?? -1;
  }

  #takeLiteral(direction: Direction, side: Side, octets: Uint8Array, from: number, atMs: number): number {
    const taken = Math.min(side.literalLeft, octets.length - from);
    const keeps = !side.secret && side.octets + side.literalLeft <= this.#limits.literalOctets;
    if (keeps) side.pieces.push(octets.slice(from, from + taken));
    side.octets += taken;
    side.literalLeft -= taken;
    if (side.literalLeft > 0) return from + taken;
    const kept = keeps ? concatOctets(side.pieces) : undefined;
    this.#dialogue.literal(direction, kept);
    const text = kept === undefined ? undefined : latin1(kept);
    this.#add({ direction, kind: 'literal', atMs, octets: side.octets, text, redacted: side.secret, tag: undefined, name: undefined });
    side.literalLeft = -1;
    side.octets = 0;
    side.pieces = [];
    return from + taken;
  }

  /** Takes the octets up to the next LF, or what there is. Gives the offset behind them. */
  #takeLine(direction: Direction, side: Side, octets: Uint8Array, from: number, atMs: number): number {
    const lf = indexOfOctet(octets, LF, from);
    const end = lf < 0 ? octets.length : lf + 1;
    const room = Math.max(0, this.#limits.lineOctets - side.kept.length);
    const kept = octets.subarray(from, Math.min(end, from + room));
    const line = side.kept.length === 0 ? kept : kept.length === 0 ? side.kept : concatOctets([side.kept, kept]);
    side.octets += end - from;
    if (side.octets > this.#limits.lineOctets) side.tail = tailOf(side.tail, octets.subarray(from, end));
    if (lf < 0) {
      if (kept.length > 0) side.kept = line.slice();
      return end;
    }
    const text = withHeader(utf8(line).replace(/\r?\n$/, ''), side.tail.replace(/\r?\n$/, ''));
    const count = side.octets;
    side.kept = EMPTY;
    side.octets = 0;
    side.tail = '';
    if (direction === 'client') this.#clientLine(side, text, count, atMs);
    else this.#serverLine(text, count, atMs);
    return end;
  }

  #clientLine(side: Side, text: string, octets: number, atMs: number): void {
    const { kind, secret, command } = this.#dialogue.client(text);
    side.secret = secret;
    const shown = !secret ? text : kind === 'auth' ? redactResponse(text) : kind === 'rest' ? redactRest(text) : redactCommand(text);
    this.#add({ direction: 'client', kind, atMs, octets, text: shown, redacted: shown !== text, ...namesOfCommand(command) });
  }

  #serverLine(text: string, octets: number, atMs: number): void {
    const { kind, asks, response } = this.#dialogue.server(text);
    const shown = asks === 'auth' ? redactChallenge(text) : text;
    this.#add({ direction: 'server', kind, atMs, octets, text: shown, redacted: shown !== text, ...namesOfResponse(response) });
  }

  #opaque(direction: Direction, octets: number, atMs: number): void {
    this.#add({ direction, kind: 'opaque', atMs, octets, text: undefined, redacted: false, tag: undefined, name: undefined });
  }

  #add(said: Omit<TranscriptEntry, 'state'>): void {
    const entry: TranscriptEntry = { ...said, state: this.#dialogue.state };
    if (this.#tell !== undefined) return this.#tell(entry);
    const { entries } = this.#limits;
    if (this.#entries.length > entries) return;
    if (this.#entries.length < entries) return void this.#entries.push(entry);
    const text = `more than ${entries} entries: the rest is not recorded`;
    this.#entries.push({ ...entry, direction: 'event', kind: 'event', octets: 0, text, redacted: false, tag: undefined, name: undefined });
  }
}

function emptySide(): Side {
  return { kept: EMPTY, octets: 0, tail: '', literalLeft: -1, pieces: [], secret: false };
}

/** A line of which the end was not kept, with the header of a literal that stood there. */
function withHeader(text: string, tail: string): string {
  const header = LITERAL.exec(tail)?.[0];
  return header === undefined || text.endsWith(header) ? text : `${text}... ${header}`;
}

function namesOfCommand(parsed: ParsedCommand | undefined): Pick<TranscriptEntry, 'tag' | 'name'> {
  if (parsed === undefined) return { tag: undefined, name: undefined };
  if (!parsed.ok) return { tag: parsed.tag, name: parsed.name };
  const { command } = parsed;
  return { tag: parsed.tag, name: 'uid' in command && command.uid ? `UID ${command.name}` : command.name };
}

function namesOfResponse(response: Response | undefined): Pick<TranscriptEntry, 'tag' | 'name'> {
  switch (response?.type) {
    case 'tagged':
      return { tag: response.tag, name: response.status };
    case 'status':
      return { tag: '*', name: response.status };
    case 'data':
      return { tag: '*', name: response.data.name === 'OTHER' ? response.data.atom : response.data.name };
    case 'continuation':
      return { tag: '+', name: undefined };
    default:
      return { tag: undefined, name: undefined };
  }
}
