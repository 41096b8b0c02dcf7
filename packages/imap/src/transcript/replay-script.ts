/**
 * What a transcript holds that can be said again: commands as values, in the place of their first line, and whole responses. What was hidden or only
 * counted is filled up with as many octets of something else.
 *
 * Read next: `replay-client.ts`, `replay-server.ts`.
 */
import { concatOctets, encodeLatin1, encodeUtf8 } from '@mailwright/wire';
import type { Command } from '../command.ts';
import type { Response } from '../response.ts';
import { Dialogue, type ServerLine } from './dialogue.ts';
import type { Transcript, TranscriptEntry } from './transcript.ts';

/** What was said, in its order. */
export type ReplayStep =
  | { readonly type: 'command'; readonly tag: string; readonly command: Command; readonly atMs: number }
  /** A line of a login; its octets were never kept. */
  | { readonly type: 'auth'; readonly cancels: boolean; readonly atMs: number }
  | { readonly type: 'done'; readonly atMs: number }
  /** `octets`: the whole response, CRLF included. */
  | { readonly type: 'response'; readonly response: Response; readonly octets: Uint8Array; readonly asks: ServerLine['asks']; readonly atMs: number };

export interface ReplayScript {
  readonly steps: readonly ReplayStep[];
  /** Entries that can't be said again: commands that nobody could read or that never became whole, what is larger than 1 MiB, what was compressed. */
  readonly skipped: number;
}

const FILLER = 0x78; // "x"
/** Larger literals are not filled up, but passed over with all that belongs to them. */
const MAX_FILLED_OCTETS = 1_048_576;

export function readScript(transcript: Transcript): ReplayScript {
  return new ScriptReader(transcript.find(({ direction }) => direction !== 'event')?.direction === 'client').read(transcript);
}

class ScriptReader {
  readonly #dialogue: Dialogue;
  readonly #steps: (ReplayStep | undefined)[] = [];
  /** Where the command that is being said stands; its place is empty until it is whole. */
  #commandAt = 0;
  #response: Uint8Array[] = [];
  #skipped = 0;

  constructor(greeted: boolean) {
    this.#dialogue = new Dialogue(greeted);
  }

  read(transcript: Transcript): ReplayScript {
    for (const entry of transcript) this.#take(entry);
    const steps = this.#steps.filter((step) => step !== undefined);
    return { steps, skipped: this.#skipped + this.#steps.length - steps.length };
  }

  #take(entry: TranscriptEntry): void {
    const { direction, kind, atMs, text = '' } = entry;
    if (direction === 'event') return;
    if (kind === 'opaque') this.#skipped++;
    else if (kind === 'literal') this.#literal(direction, entry);
    else if (direction === 'server') this.#server(text, atMs);
    else if (kind === 'auth') this.#auth(text, atMs);
    else this.#client(text, atMs);
  }

  #literal(direction: 'client' | 'server', { text, octets }: TranscriptEntry): void {
    const filled = text !== undefined ? encodeLatin1(text) : octets <= MAX_FILLED_OCTETS ? new Uint8Array(octets).fill(FILLER) : undefined;
    this.#dialogue.literal(direction, filled);
    if (direction === 'server' && filled !== undefined) this.#response.push(filled);
  }

  #client(text: string, atMs: number): void {
    const { kind, command } = this.#dialogue.client(text);
    if (kind === 'done') return void this.#steps.push({ type: 'done', atMs });
    if (kind === 'command') this.#commandAt = this.#steps.push(undefined) - 1;
    if (command?.ok === true) this.#steps[this.#commandAt] = { type: 'command', tag: command.tag, command: command.command, atMs };
  }

  #auth(text: string, atMs: number): void {
    this.#dialogue.client(text);
    this.#steps.push({ type: 'auth', cancels: text === '*', atMs });
  }

  #server(text: string, atMs: number): void {
    this.#response.push(encodeUtf8(`${text}\r\n`));
    const { asks, response } = this.#dialogue.server(text);
    if (this.#dialogue.literalOctets('server') !== undefined) return;
    const octets = concatOctets(this.#response);
    this.#response = [];
    if (response === undefined) this.#skipped++;
    else this.#steps.push({ type: 'response', response, octets, asks, atMs });
  }
}
