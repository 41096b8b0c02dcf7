/**
 * Writes an edited message: walks over the parts in their order and keeps every octet of the source that nobody asked to change. Between two
 * parts stands the delimiter that stood behind the first of them, with its line end and its padding.
 *
 *     multipart-body = [preamble CRLF] delimiter part *(delimiter part) close-delimiter [epilogue]
 *
 * Read next: `edit-message.ts`.
 */
import { CR, LF, SP, TAB } from '@mailwright/wire';
import { isMultipart } from '../header/content-type.ts';
import type { MessagePart } from '../parse/message-part.ts';
import type { ParsedMessage } from '../parse/parse-message.ts';
import type { FieldEdits } from './field-edits.ts';
import { SourcePieces } from './source-pieces.ts';

/** What is to become of the parts, by their ids. */
export interface MessageEdits {
  readonly fields: ReadonlyMap<number, FieldEdits>;
  readonly removed: ReadonlySet<number>;
  /** Header section and body. */
  readonly replaced: ReadonlyMap<number, Uint8Array>;
  readonly bodies: ReadonlyMap<number, Uint8Array>;
  /** What a new line ends in. */
  readonly lineEnd: Uint8Array;
}

/** The pieces of the edited message. Without edits: one view of all of the source. */
export function renderMessage(message: ParsedMessage, edits: MessageEdits): readonly Uint8Array[] {
  const pieces = new SourcePieces(message.source);
  const root = message.parts[0]!;
  new Renderer(message, edits, pieces).part(root);
  pieces.keep(root.end, message.source.length);
  return pieces.list();
}

class Renderer {
  readonly #message: ParsedMessage;
  readonly #edits: MessageEdits;
  readonly #pieces: SourcePieces;
  /** Parts of which something is changed, and those around them. */
  readonly #touched: ReadonlySet<number>;

  constructor(message: ParsedMessage, edits: MessageEdits, pieces: SourcePieces) {
    this.#message = message;
    this.#edits = edits;
    this.#pieces = pieces;
    this.#touched = findTouched(message, edits);
  }

  /** As deep as parts stand in each other, which `depth` limits. */
  part(part: MessagePart): void {
    if (!this.#touched.has(part.id)) {
      this.#pieces.keep(part.start, part.end);
      return;
    }
    const replaced = this.#edits.replaced.get(part.id);
    if (replaced !== undefined) {
      this.#pieces.add(replaced);
      return;
    }
    this.#header(part, this.#edits.fields.get(part.id));
    const body = this.#edits.bodies.get(part.id);
    if (body !== undefined) this.#body(part, body);
    else if (part.children.length === 0) this.#pieces.keep(part.bodyStart, part.end);
    else if (isMultipart(part.mediaType)) this.#multipart(part);
    else this.#nestedMessage(part);
  }

  #header(part: MessagePart, edits: FieldEdits | undefined): void {
    const { fields } = part.headers;
    if (edits === undefined) {
      this.#pieces.keep(part.start, part.bodyStart);
      return;
    }
    const bottom = fields.at(-1)?.end ?? this.#linesEnd(part);
    const top = fields[0]?.start ?? bottom;
    this.#pieces.keep(part.start, top);
    if (fields.length === 0 && bottom > part.start && this.#message.source[bottom - 1] !== LF) this.#pieces.add(this.#edits.lineEnd);
    for (const octets of edits.top) this.#pieces.add(octets);
    let kept = top;
    for (const field of fields) {
      const instead = edits.insteadOf(field);
      if (instead === undefined) continue;
      this.#pieces.keep(kept, field.start);
      this.#pieces.add(instead);
      kept = field.end;
    }
    this.#pieces.keep(kept, bottom);
    if (edits.bottom.length > 0 && kept < bottom && this.#message.source[bottom - 1] !== LF) this.#pieces.add(this.#edits.lineEnd);
    for (const octets of edits.bottom) this.#pieces.add(octets);
    this.#pieces.keep(bottom, part.bodyStart);
  }

  /** Where a section without fields gets some: in front, but behind its lines where the first would continue what stands before it. */
  #linesEnd({ start, bodyStart, headers }: MessagePart): number {
    const { source } = this.#message;
    if (source[start] !== SP && source[start] !== TAB) return start;
    if (!headers.complete || bodyStart === start) return bodyStart;
    return bodyStart - (source[bodyStart - 2] === CR && bodyStart - 2 >= start ? 2 : 1);
  }

  /** A header section that had no empty line behind it gets one. */
  #body(part: MessagePart, body: Uint8Array): void {
    if (!part.headers.complete && body.length > 0) {
      if (part.bodyStart > part.start && this.#message.source[part.bodyStart - 1] !== LF) this.#pieces.add(this.#edits.lineEnd);
      this.#pieces.add(this.#edits.lineEnd);
    }
    this.#pieces.add(body);
  }

  #nestedMessage(part: MessagePart): void {
    const nested = this.#message.parts[part.children[0]!]!;
    this.#pieces.keep(part.bodyStart, nested.start);
    this.part(nested);
    this.#pieces.keep(nested.end, part.end);
  }

  #multipart(part: MessagePart): void {
    const children = part.children.map((id) => this.#message.parts[id]!);
    const last = children.at(-1)!;
    this.#pieces.keep(part.bodyStart, children[0]!.start);
    let written: number | undefined;
    for (let index = 0; index < children.length; index++) {
      if (this.#edits.removed.has(children[index]!.id)) continue;
      if (written !== undefined) this.#delimiter(children[written]!.end, children[written + 1]!.start);
      this.part(children[index]!);
      written = index;
    }
    if (written === undefined) this.#pieces.add(this.#edits.lineEnd); // one part of no fields and no body: a multipart has one at least
    this.#delimiter(last.end, part.end);
  }

  /** `source[from..to)`, where a delimiter begins. One that stood behind a header section has no line end of its own, and needs one behind anything else. */
  #delimiter(from: number, to: number): void {
    const first = this.#message.source[from];
    const hasLineEnd = first === CR || first === LF || from === to;
    if (!hasLineEnd && !this.#pieces.endsAt(from)) this.#pieces.add(this.#edits.lineEnd);
    this.#pieces.keep(from, to);
  }
}

function findTouched(message: ParsedMessage, { fields, removed, replaced, bodies }: MessageEdits): ReadonlySet<number> {
  const touched = new Set<number>();
  for (const id of [...fields.keys(), ...removed, ...replaced.keys(), ...bodies.keys()]) {
    for (let at: number | undefined = id; at !== undefined && !touched.has(at); at = message.parts[at]!.parent) touched.add(at);
  }
  return touched;
}
