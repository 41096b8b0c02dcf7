/**
 * Which parts of a message are its text, which its attachments (RFC 8621 section 4.1.4): the algorithm that JMAP servers use, so that a
 * message looks the same here and there.
 *
 * A message inside the message is one attachment; what is in it belongs to its own structure. Read next: `jmap-view.ts`.
 */
import { findParameter, isMultipart } from '../header/content-type.ts';
import type { MessagePart } from './message-part.ts';
import type { ParsedMessage } from './parse-message.ts';

/** The parts to be shown, each list in the order in which they are shown. */
export interface BodyParts {
  /** For a reader that prefers plain text: text/plain and, where there is no plain text, text/html; pictures, sound and films between them. */
  readonly textBody: readonly MessagePart[];
  /** The same for a reader that prefers HTML. */
  readonly htmlBody: readonly MessagePart[];
  /** All else, and what one of the two lists does not hold though it is no text. */
  readonly attachments: readonly MessagePart[];
}

interface Lists {
  /** `undefined` inside an alternative that chose the other form. */
  readonly text: MessagePart[] | undefined;
  readonly html: MessagePart[] | undefined;
}

/**
 * Sorts the parts of a message.
 *
 * Shape: linear in the number of parts; calls itself as deep as multiparts stand in each other, which `depth` limits.
 * @rfc 8621 4.1.4
 */
export function findBodyParts(message: ParsedMessage): BodyParts {
  const sorter = new BodySorter(message.parts);
  const textBody: MessagePart[] = [];
  const htmlBody: MessagePart[] = [];
  sorter.sort([0], 'mixed', 0, false, { text: textBody, html: htmlBody });
  return { textBody, htmlBody, attachments: sorter.attachments };
}

class BodySorter {
  readonly attachments: MessagePart[] = [];
  readonly #parts: readonly MessagePart[];

  constructor(parts: readonly MessagePart[]) {
    this.#parts = parts;
  }

  /** `root`: which of them is the one that the others belong to, in a multipart/related. */
  sort(ids: readonly number[], multipartType: string, root: number, inAlternative: boolean, given: Lists): void {
    const textLength = given.text?.length ?? -1;
    const htmlLength = given.html?.length ?? -1;
    let lists = given;
    for (let at = 0; at < ids.length; at++) {
      const part = this.#parts[ids[at]!]!;
      const { mediaType } = part;
      if (isMultipart(mediaType)) {
        const subtype = mediaType.slice('multipart/'.length);
        this.sort(part.children, subtype, this.#findRoot(part, subtype), inAlternative || subtype === 'alternative', lists);
      } else if (!isInline(part, at === root, multipartType)) this.attachments.push(part);
      else if (multipartType === 'alternative') this.#addAlternative(part, lists);
      else {
        if (inAlternative) lists = withoutOtherForm(mediaType, lists);
        this.#addInline(part, lists);
      }
    }
    if (multipartType === 'alternative') shareOnlyForm(lists, textLength, htmlLength);
  }

  /** The first part, unless `start` names another one. Deviation: RFC 8621 leaves `start` out, and would show nothing of such a message. @rfc 2387 3.2 */
  #findRoot(part: MessagePart, subtype: string): number {
    const start = subtype === 'related' ? findParameter(part.contentType, 'start') : undefined;
    if (start === undefined) return 0;
    const contentId = start.trim().replace(/^<|>$/g, '');
    return Math.max(0, part.children.findIndex((id) => this.#parts[id]!.contentId === contentId));
  }

  #addAlternative(part: MessagePart, { text, html }: Lists): void {
    if (part.mediaType === 'text/plain') text?.push(part);
    else if (part.mediaType === 'text/html') html?.push(part);
    else this.attachments.push(part);
  }

  #addInline(part: MessagePart, { text, html }: Lists): void {
    text?.push(part);
    html?.push(part);
    if ((text === undefined || html === undefined) && isInlineMediaType(part.mediaType)) this.attachments.push(part);
  }
}

/** A body part and not an attachment. Of a multipart/related only the root can be one; so can a text with a name that stands first. */
function isInline(part: MessagePart, isRoot: boolean, multipartType: string): boolean {
  const { disposition, mediaType } = part;
  if (disposition === 'attachment') return false;
  if (mediaType !== 'text/plain' && mediaType !== 'text/html' && !isInlineMediaType(mediaType)) return false;
  return isRoot || (multipartType !== 'related' && (isInlineMediaType(mediaType) || part.fileName === undefined));
}

function isInlineMediaType(mediaType: string): boolean {
  return mediaType.startsWith('image/') || mediaType.startsWith('audio/') || mediaType.startsWith('video/');
}

/** Inside an alternative, a text is one of its forms: what follows it does not belong to the other. */
function withoutOtherForm(mediaType: string, { text, html }: Lists): Lists {
  if (mediaType === 'text/plain') return { text, html: undefined };
  return mediaType === 'text/html' ? { text: undefined, html } : { text, html };
}

/** An alternative with one form only is shown to everybody. */
function shareOnlyForm({ text, html }: Lists, textLength: number, htmlLength: number): void {
  if (text === undefined || html === undefined) return;
  const noText = textLength === text.length;
  const noHtml = htmlLength === html.length;
  if (noText) for (let at = htmlLength; at < html.length; at++) text.push(html[at]!);
  else if (noHtml) for (let at = textLength; at < text.length; at++) html.push(text[at]!);
}
