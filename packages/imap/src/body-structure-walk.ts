/**
 * What people need from a body structure: all its parts, which section fetches one, and which of them to show.
 *
 * Read next: `body-structure.ts`, `section.ts`.
 *
 * @rfc 9051 6.4.5.1
 * @rfc 8621 4.1.4
 */
import type { BodyParameters, BodyStructure, MultipartStructure } from './body-structure.ts';
import { parseSection, type Section } from './section.ts';

export interface WalkOptions {
  /** Whether the parts of attached messages come too. @default true */
  readonly intoMessages?: boolean | undefined;
}

/** Every part of the tree with the root first, in the order in which they stand in the message. */
export function* partsOf(structure: BodyStructure, options: WalkOptions = {}): Generator<BodyStructure, void, undefined> {
  const waiting: BodyStructure[] = [structure];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    yield part;
    if (part.kind === 'multipart') for (let at = part.parts.length - 1; at >= 0; at--) waiting.push(part.parts[at]!);
    else if (part.kind === 'message' && options.intoMessages !== false) waiting.push(part.body);
  }
}

/**
 * The section that holds the part's octets, still in their transfer coding. Throws a `TypeError` where `part` is not written as
 * `BodyStructure` has it.
 *
 * @rfc 9051 6.4.5.1
 */
export function sectionOf({ part }: Pick<BodyStructure, 'part'>): Section {
  if (part === '') return { part: [], text: { type: 'TEXT' } };
  const section = parseSection(part);
  if (section === undefined) throw new TypeError(`not the number of a part: ${JSON.stringify(part)}`);
  return section;
}

/**
 * The section that holds the part's own MIME header: the header of the message for its root, whether that is a multipart or not. Throws
 * as `sectionOf`.
 *
 * @rfc 9051 6.4.5.1
 */
export function mimeHeaderOf(structure: Pick<BodyStructure, 'part'>): Section {
  const { part, text } = sectionOf(structure);
  return { part, text: { type: text?.type === 'TEXT' ? 'HEADER' : 'MIME' } };
}

/** Parts by what to do with them, each list in the order of the message. @rfc 8621 4.1.4 */
export interface DisplayParts {
  /** To show where plain text is preferred: text/plain, else text/html, and media between them. */
  readonly textBody: readonly BodyStructure[];
  /** To show where HTML is preferred. */
  readonly htmlBody: readonly BodyStructure[];
  /** Everything else but multiparts; what an HTML part refers to by `cid:` is here too. */
  readonly attachments: readonly BodyStructure[];
}

/**
 * Finds what of a message to show and what to list as attached, by the algorithm of JMAP. Attached messages count as
 * attachments.
 *
 * @rfc 8621 4.1.4
 */
export function findText(structure: BodyStructure): DisplayParts {
  const found: Found = { textBody: [], htmlBody: [], attachments: [] };
  const root = { subtype: 'mixed', parts: [structure] };
  sortParts(root, false, { ...found });
  return found;
}

interface Found {
  textBody: BodyStructure[];
  htmlBody: BodyStructure[];
  attachments: BodyStructure[];
}

/** Where parts go at one place of the tree: in one alternative there is no other list to fill. */
interface Lists {
  readonly textBody: BodyStructure[] | undefined;
  readonly htmlBody: BodyStructure[] | undefined;
  readonly attachments: BodyStructure[];
}

type Siblings = Pick<MultipartStructure, 'subtype' | 'parts'>;

function sortParts({ subtype, parts }: Siblings, inAlternative: boolean, given: Lists): void {
  let lists = given;
  const textLength = lists.textBody?.length ?? -1;
  const htmlLength = lists.htmlBody?.length ?? -1;
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index]!;
    if (part.kind === 'multipart') sortParts(part, inAlternative || part.subtype === 'alternative', lists);
    else if (!isInline(part, index, subtype)) lists.attachments.push(part);
    else if (subtype === 'alternative') sortAlternative(part, lists);
    else {
      if (inAlternative) lists = narrow(part, lists);
      sortInline(part, lists);
    }
  }
  const { textBody, htmlBody } = lists;
  if (subtype !== 'alternative' || textBody === undefined || htmlBody === undefined) return;
  if (textLength === textBody.length && htmlLength !== htmlBody.length) textBody.push(...htmlBody.slice(htmlLength));
  if (htmlLength === htmlBody.length && textLength !== textBody.length) htmlBody.push(...textBody.slice(textLength));
}

function sortAlternative(part: BodyStructure, lists: Lists): void {
  const body = part.type !== 'text' ? lists.attachments : part.subtype === 'html' ? lists.htmlBody : lists.textBody;
  body?.push(part);
}

function sortInline(part: BodyStructure, { textBody, htmlBody, attachments }: Lists): void {
  textBody?.push(part);
  htmlBody?.push(part);
  if ((textBody === undefined || htmlBody === undefined) && isMedia(part)) attachments.push(part);
}

/** Inside one alternative, a text and what stands behind it belong to the list of its kind alone. */
function narrow(part: BodyStructure, lists: Lists): Lists {
  if (part.type !== 'text') return lists;
  return part.subtype === 'html' ? { ...lists, textBody: undefined } : { ...lists, htmlBody: undefined };
}

/** Whether the part is shown among the texts: text, and media that are not attached, as RFC 8621 has it. */
function isInline(part: BodyStructure, index: number, siblings: string): boolean {
  if (part.disposition?.type === 'attachment') return false;
  const isText = part.type === 'text' && (part.subtype === 'plain' || part.subtype === 'html');
  if (!isText && !isMedia(part)) return false;
  return index === 0 || (siblings !== 'related' && (isMedia(part) || !hasName(part)));
}

function isMedia({ type }: BodyStructure): boolean {
  return type === 'image' || type === 'audio' || type === 'video';
}

/** Whether a file name is told in any form, RFC 2231 included. @rfc 2231 3 */
function hasName({ parameters, disposition }: BodyStructure): boolean {
  return isNamed(parameters, 'name') || (disposition !== undefined && isNamed(disposition.parameters, 'filename'));
}

function isNamed(parameters: BodyParameters, attribute: string): boolean {
  return parameters.has(attribute) || parameters.has(`${attribute}*`) || parameters.has(`${attribute}*0`) || parameters.has(`${attribute}*0*`);
}
