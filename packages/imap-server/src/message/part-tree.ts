/**
 * The numbers of parts, and BODYSTRUCTURE: the tree that IMAP shows of a message.
 *
 * A message that is no multipart is part 1 of itself. What stands in part 2, a message, is 2.1, 2.2 ...; its multipart has no number of its own.
 *
 * Deviation: a multipart in which nothing is delimited has one part, a text of no octets, since the grammar wants one; Dovecot does the same
 * (test "a multipart without parts").
 * Deviation: what mime does not look into (deeper than 50, behind 2,000 parts, a message with a transfer coding) is told as
 * application/octet-stream, since the grammar has no message without an envelope and no multipart without parts.
 *
 * @rfc 9051 6.4.5.1
 * @rfc 9051 7.5.2
 */
import type { BodyStructure } from '@mailwright/imap';
import type { LineCounter, ScannedMessage, ScannedPart } from './layout-scanner.ts';
import type { MessageLayout, MessagePlaces, PartLayout } from './message-layout.ts';
import type { PartFields } from './part-fields.ts';

/** Numbers the parts. `lines` has counted their lines. */
export function arrangeParts(scanned: ScannedMessage, sizeOctets: number, lines: LineCounter): MessageLayout {
  const root = scanned.parts[0]!;
  const tree = new PartTree(scanned, lines);
  const bodyStructure = tree.showBody(root, '', 0);
  return { sizeOctets, ...placesOf(root), envelope: root.envelope!, bodyStructure, parts: tree.parts };
}

function placesOf({ start, bodyStart, bodyEnd }: ScannedPart): MessagePlaces {
  return { header: { from: start, to: bodyStart }, text: { from: bodyStart, to: bodyEnd } };
}

class PartTree {
  readonly parts: Map<string, PartLayout> = new Map();
  readonly #scanned: ScannedMessage;
  readonly #lines: LineCounter;

  constructor(scanned: ScannedMessage, lines: LineCounter) {
    this.#scanned = scanned;
    this.#lines = lines;
  }

  /** The body of a message: the one itself, where `above` is `''`, else that of part `above`. */
  showBody(message: ScannedPart, above: string, depth: number): BodyStructure {
    const prefix = above === '' ? '' : `${above}.`;
    if (this.#isMultipart(message)) return this.#showMultipart(message, above === '' ? '' : `${prefix}TEXT`, prefix, depth);
    return this.#showPart(message, `${prefix}1`, depth);
  }

  #showPart(part: ScannedPart, number: string, depth: number): BodyStructure {
    const nested = part.fields.type === 'message' ? this.#scanned.parts[part.children[0] ?? -1] : undefined;
    const { fields } = part;
    this.parts.set(number, {
      part: number, header: { from: part.start, to: part.bodyStart }, body: { from: part.bodyStart, to: part.bodyEnd }, mediaType: `${fields.type}/${fields.subtype}`,
      charset: fields.charset, coding: fields.coding, disposition: fields.disposition?.type, message: nested === undefined ? undefined : placesOf(nested), depth,
    });
    if (this.#isMultipart(part)) return this.#showMultipart(part, number, `${number}.`, depth);
    if (nested !== undefined) return this.#showMessage(part, nested, number, depth);
    if (fields.type === 'text') return { kind: 'text', ...singleFields(part, number), lineCount: this.#linesOf(part) };
    const isOpaque = fields.type === 'multipart' || (fields.type === 'message' && (fields.subtype === 'rfc822' || fields.subtype === 'global'));
    return { kind: 'basic', ...singleFields(part, number), ...(isOpaque ? { type: 'application', subtype: 'octet-stream' } : {}) };
  }

  #showMultipart(part: ScannedPart, number: string, prefix: string, depth: number): BodyStructure {
    const children = part.children.map((id) => this.#scanned.parts[id]!);
    if (children.length === 0) children.push(emptyPart(part));
    const { disposition, languages, location, parameters, subtype } = part.fields;
    const parts = children.map((child, index) => this.#showPart(child, `${prefix}${index + 1}`, depth));
    return { kind: 'multipart', part: number, type: 'multipart', subtype, parameters, disposition, languages, location, parts };
  }

  #showMessage(part: ScannedPart, nested: ScannedPart, number: string, depth: number): BodyStructure {
    return { kind: 'message', ...singleFields(part, number), envelope: nested.envelope!, body: this.showBody(nested, number, depth + 1), lineCount: this.#linesOf(part) };
  }

  #isMultipart({ fields, children }: ScannedPart): boolean {
    return fields.type === 'multipart' && (children.length > 0 || !this.#scanned.isCut);
  }

  #linesOf({ bodyStart, bodyEnd }: ScannedPart): number {
    return this.#lines.lines(bodyStart, bodyEnd);
  }
}

type SingleFields = Omit<Extract<BodyStructure, { readonly kind: 'basic' }>, 'kind'>;

function singleFields({ fields, bodyStart, bodyEnd }: ScannedPart, part: string): SingleFields {
  const { type, subtype, parameters, disposition, languages, location, id, description, encoding, md5 } = fields;
  return { part, type, subtype, parameters, disposition, languages, location, id, description, encoding, octetCount: bodyEnd - bodyStart, md5 };
}

const EMPTY_TEXT: PartFields = {
  type: 'text', subtype: 'plain', parameters: new Map([['charset', 'us-ascii']]), charset: undefined, id: undefined, description: undefined, encoding: '7bit', coding: '7bit',
  md5: undefined, disposition: undefined, languages: [], location: undefined,
};

/** At the end of the multipart, where no octets are. */
function emptyPart({ bodyEnd }: ScannedPart): ScannedPart {
  return { parent: undefined, children: [], start: bodyEnd, bodyStart: bodyEnd, bodyEnd, fields: EMPTY_TEXT, envelope: undefined };
}
