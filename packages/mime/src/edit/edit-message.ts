/**
 * Byte-exact editing: a message is changed in named places, and every other octet stays the source's own. So what was signed stays signed where
 * nothing signed was touched (`dkim-impact.ts` tells), and odd folding, old charsets and broken neighbours survive.
 *
 * Left out: composing (`buildMessage`). Read next: `render-message.ts`.
 */
import { CR, LF, concatOctets, encodeLatin1, encodeUtf8, indexOfSequence } from '@mailwright/wire';
import { findParameter, isMultipart } from '../header/content-type.ts';
import type { HeaderField } from '../header/header-field.ts';
import { lineEndOf } from '../header/line-end.ts';
import type { MimeLimits } from '../limits.ts';
import type { MessagePart } from '../parse/message-part.ts';
import { parseMessage } from '../parse/parse-message.ts';
import type { ParsedMessage } from '../parse/parse-message.ts';
import { EditError } from './edit-error.ts';
import { FieldEdits, formatField } from './field-edits.ts';
import { renderMessage } from './render-message.ts';

/** Whose fields are meant. */
export interface FieldPlace {
  /** The id of a part of `message`. Default 0: the message itself. */
  readonly part?: number | undefined;
}

/** Where a field is added. */
export interface AddPlace extends FieldPlace {
  /** Above all other fields, as relays do, or below them. Default `top`. */
  readonly at?: 'top' | 'bottom' | undefined;
}

/** A header section and a body, as octets or as something that has them. */
export type PartOctets = Uint8Array | { octets(): Uint8Array };

/**
 * Opens a message for editing. Nothing is changed in `source`, nor may it be changed by others as long as the editor is used.
 *
 * ```ts
 * import { editMessage } from '@mailwright/mime';
 * import { encodeLatin1, latin1 } from '@mailwright/wire';
 *
 * const editor = editMessage(encodeLatin1('From: a@example.com\r\nsubject:  old\r\n\r\nHello\r\n'));
 * editor.setField('Subject', 'new').addField('X-Seen', 'yes');
 * latin1(editor.octets()); // => 'X-Seen: yes\r\nFrom: a@example.com\r\nSubject: new\r\n\r\nHello\r\n'
 * ```
 *
 * Errors: RangeError for a limit that is no positive integer.
 * @rfc 5322 2.1
 */
export function editMessage(source: Uint8Array, limits: MimeLimits = {}): MessageEditor {
  return new MessageEditor(parseMessage(source, limits));
}

/** Gathers edits. Each method gives back the editor; one that throws has changed nothing. Ids and offsets are those of `message`, whatever was edited. */
export class MessageEditor {
  /** The message before the edits. */
  readonly message: ParsedMessage;
  readonly #fields = new Map<number, FieldEdits>();
  readonly #removed = new Set<number>();
  readonly #replaced = new Map<number, Uint8Array>();
  readonly #bodies = new Map<number, Uint8Array>();
  readonly #lineEnd: '\r\n' | '\n';

  /** Use `editMessage`, unless the message is parsed already. */
  constructor(message: ParsedMessage) {
    this.message = message;
    this.#lineEnd = lineEndOf(message.source);
  }

  /**
   * Sets a field: in the place of the first of that name, the others of it are removed; at the bottom where there is none.
   *
   * `value`: text, folded and encoded as it needs, or octets that stand behind the colon as they are, a space before them and folds included.
   * Errors: TypeError for a name or value that is none (CR, LF and NUL among them), `EditError` where the part or its fields can't be edited.
   * @rfc 5322 2.2
   */
  setField(name: string, value: string | Uint8Array, { part = 0 }: FieldPlace = {}): this {
    const octets = formatField(name, value, this.#lineEnd);
    this.#editFields(part).set(name, octets);
    return this;
  }

  /** Adds a field, whatever others of its name there are. Errors: as of `setField`, but a limit does not matter. */
  addField(name: string, value: string | Uint8Array, { part = 0, at = 'top' }: AddPlace = {}): this {
    const octets = formatField(name, value, this.#lineEnd);
    this.#fieldsOf(part).add(name, octets, at);
    return this;
  }

  /** Removes all fields of that name, or one field of the message. Nothing happens where there is none. Errors: `EditError`. */
  removeField(field: string | HeaderField, { part = 0 }: FieldPlace = {}): this {
    const edits = this.#editFields(part);
    if (typeof field === 'string') edits.removeAll(field);
    else edits.remove(field);
    return this;
  }

  /**
   * Removes a part of a multipart with the delimiter that belongs to it. Where no part is left, one without fields and body stands there, since
   * a multipart has one at least.
   *
   * Errors: `EditError`: `EDIT_NO_PART`, `EDIT_PART_GONE`, `EDIT_ROOT_PART`, and `EDIT_ONLY_CHILD` for the message in a message/rfc822.
   * @rfc 2046 5.1.1
   */
  removePart(id: number): this {
    const part = this.#part(id);
    if (part.parent === undefined) throw new EditError('EDIT_ROOT_PART', id);
    if (!isMultipart(this.message.parts[part.parent]!.mediaType)) throw new EditError('EDIT_ONLY_CHILD', id);
    this.#removed.add(id);
    return this;
  }

  /**
   * Puts another part in the place of one, header section and body.
   *
   * Errors: `EditError`: as of `removePart`, and `EDIT_BOUNDARY_IN_PART` where a line of `octets` begins with the boundary of a multipart around it:
   * encode the part in base64, or edit the multipart as a whole.
   * @rfc 2046 5.1.1
   */
  replacePart(id: number, octets: PartOctets): this {
    const part = this.#part(id);
    if (part.parent === undefined) throw new EditError('EDIT_ROOT_PART', id);
    const replacement = octets instanceof Uint8Array ? octets : octets.octets();
    this.#checkBoundaries(part.parent, replacement, id);
    this.#replaced.set(id, replacement);
    return this;
  }

  /**
   * Puts other octets in the place of the body of a part, in the transfer encoding that its header section names. The parts in it go.
   *
   * Errors: `EditError`: `EDIT_NO_PART`, `EDIT_PART_GONE`, `EDIT_BOUNDARY_IN_PART`.
   * @rfc 2045 6
   */
  replaceBody(id: number, octets: Uint8Array): this {
    const part = this.#part(id);
    this.#checkBoundaries(part.parent, octets, id);
    this.#bodies.set(id, octets);
    return this;
  }

  /** The edited message in pieces: views of the source, and what is new. Without edits: one view of the source. */
  chunks(): readonly Uint8Array[] {
    return renderMessage(this.message, {
      fields: this.#fields, removed: this.#removed, replaced: this.#replaced, bodies: this.#bodies, lineEnd: encodeLatin1(this.#lineEnd),
    });
  }

  /** The edited message. Without edits a view of the source, else a copy. */
  octets(): Uint8Array {
    return concatOctets(this.chunks());
  }

  /** A part that is still there. */
  #part(id: number): MessagePart {
    const part = this.message.parts[id];
    if (part === undefined) throw new EditError('EDIT_NO_PART', id);
    if (this.#removed.has(id) || this.#replaced.has(id)) throw new EditError('EDIT_PART_GONE', id);
    for (let at = part.parent; at !== undefined; at = this.message.parts[at]!.parent) {
      if (this.#removed.has(at) || this.#replaced.has(at) || this.#bodies.has(at)) throw new EditError('EDIT_PART_GONE', id);
    }
    return part;
  }

  /** For edits that ask for fields by name: all of them must be known. */
  #editFields(id: number): FieldEdits {
    if (this.#part(id).headers.limit !== undefined) throw new EditError('EDIT_LIMIT', id);
    return this.#fieldsOf(id);
  }

  #fieldsOf(id: number): FieldEdits {
    const { headers } = this.#part(id);
    const edits = this.#fields.get(id) ?? new FieldEdits(headers);
    this.#fields.set(id, edits);
    return edits;
  }

  /** Readers differ in what may stand behind a boundary on its line, so any line that begins with it is refused. */
  #checkBoundaries(parent: number | undefined, octets: Uint8Array, id: number): void {
    for (let at = parent; at !== undefined; at = this.message.parts[at]!.parent) {
      const boundary = findParameter(this.message.parts[at]!.contentType, 'boundary')?.replace(/[ \t]+$/, '') ?? '';
      if (boundary !== '' && hasLine(octets, `--${boundary}`)) throw new EditError('EDIT_BOUNDARY_IN_PART', id);
    }
  }
}

/** True where a line begins with `text`, an LF or a CR alone counted as line ends. */
function hasLine(octets: Uint8Array, text: string): boolean {
  const encoded = encodeUtf8(text);
  for (let at = indexOfSequence(octets, encoded); at !== -1; at = indexOfSequence(octets, encoded, at + 1)) {
    const before = octets[at - 1];
    if (before === undefined || before === LF || before === CR) return true;
  }
  return false;
}
