/**
 * The pass over a message: its parts with their places and fields, in the order in which they begin.
 *
 * Read next: `part-tree.ts`, which numbers them.
 */
import type { Envelope } from '@mailwright/imap';
import { MessageScanner } from '@mailwright/mime';
import type { HeadersEvent } from '@mailwright/mime';
import { LF, indexOfOctet } from '@mailwright/wire';
import { makeEnvelope } from './envelope.ts';
import { readPartFields } from './part-fields.ts';
import type { PartFields } from './part-fields.ts';

/** What is in each other more deeply, or comes behind so many parts, is told as a part that nobody looked into. */
const DEPTH = 50;
const PARTS = 2000;

/** A part as the pass finds it. */
export interface ScannedPart {
  /** Index of the part that it stands in; `undefined` for the message itself. */
  readonly parent: number | undefined;
  readonly children: number[];
  readonly start: number;
  bodyStart: number;
  bodyEnd: number;
  fields: PartFields;
  /** Of a message: the message itself, or one that is the body of a part. */
  envelope: Envelope | undefined;
}

export interface ScannedMessage {
  readonly parts: readonly ScannedPart[];
  /** True where `DEPTH` or `PARTS` was reached. */
  readonly isCut: boolean;
}

export class LayoutScanner {
  readonly #scanner: MessageScanner = new MessageScanner({ bodies: false, depth: DEPTH, parts: PARTS });
  readonly #parts: ScannedPart[] = [];
  #isCut = false;

  push(octets: Uint8Array): void {
    this.#scanner.push(octets);
    this.#read();
  }

  end(): ScannedMessage {
    this.#scanner.end();
    this.#read();
    return { parts: this.#parts, isCut: this.#isCut };
  }

  /** Where lines are to be counted. */
  get lineOffsets(): readonly number[] {
    return this.#parts.flatMap(({ bodyStart, bodyEnd, fields: { type } }) => (type === 'text' || type === 'message' ? [bodyStart, bodyEnd] : []));
  }

  #read(): void {
    for (let event = this.#scanner.next(); event.type !== 'need-data'; event = this.#scanner.next()) {
      if (event.type === 'part-begin') {
        this.#parts.push({ parent: event.parent, children: [], start: event.start, bodyStart: event.start, bodyEnd: event.start, fields: NO_FIELDS, envelope: undefined });
        if (event.parent !== undefined) this.#parts[event.parent]!.children.push(event.part);
      } else if (event.type === 'headers') this.#readHeaders(event);
      else if (event.type === 'part-end') this.#parts[event.part]!.bodyEnd = event.bodyEnd;
      else if (event.type === 'end') {
        this.#isCut = event.limit?.code === 'LIMIT_DEPTH' || event.limit?.code === 'LIMIT_PARTS';
        return;
      }
    }
  }

  #readHeaders({ part: index, bodyStart, facts }: HeadersEvent): void {
    const part = this.#parts[index]!;
    part.bodyStart = bodyStart;
    part.fields = readPartFields(facts);
    const isMessage = part.parent === undefined || this.#parts[part.parent]!.fields.type === 'message';
    if (isMessage) part.envelope = makeEnvelope(facts.headers);
  }
}

const NO_FIELDS: PartFields = {
  type: 'text', subtype: 'plain', parameters: new Map(), charset: undefined, id: undefined, description: undefined, encoding: '7bit', coding: '7bit', md5: undefined,
  disposition: undefined, languages: [], location: undefined,
};

/** Counts line ends before given offsets, in one pass however often ranges lie in each other. */
export class LineCounter {
  readonly #offsets: readonly number[];
  readonly #counts: Map<number, number> = new Map();
  #next = 0;
  #at = 0;
  #count = 0;

  constructor(offsets: readonly number[]) {
    this.#offsets = [...new Set(offsets)].sort((a, b) => a - b);
  }

  push(octets: Uint8Array): void {
    let from = 0;
    while (this.#next < this.#offsets.length && this.#offsets[this.#next]! <= this.#at + octets.length) {
      const offset = this.#offsets[this.#next++]!;
      this.#countUpTo(octets, from, offset - this.#at);
      from = offset - this.#at;
      this.#counts.set(offset, this.#count);
    }
    if (this.#next < this.#offsets.length) this.#countUpTo(octets, from, octets.length);
    this.#at += octets.length;
  }

  /** Lines between two of the offsets: as many as line ends. */
  lines(from: number, to: number): number {
    return (this.#counts.get(to) ?? 0) - (this.#counts.get(from) ?? 0);
  }

  #countUpTo(octets: Uint8Array, from: number, to: number): void {
    const range = to === octets.length && from === 0 ? octets : octets.subarray(from, to);
    for (let lf = indexOfOctet(range, LF); lf !== -1; lf = indexOfOctet(range, LF, lf + 1)) this.#count++;
  }
}
