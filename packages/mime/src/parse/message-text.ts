/**
 * The three questions that most programs have of a message: its text, its HTML, its attachments. Answered with the structure of RFC 8621.
 *
 * Read next: `body-structure.ts`, `jmap-view.ts`.
 */
import { decodeFlowed } from '../coding/flowed-decode.ts';
import { findParameter } from '../header/content-type.ts';
import { lineEndOf } from '../header/line-end.ts';
import { findBodyParts } from './body-structure.ts';
import type { MessagePart } from './message-part.ts';
import type { ParsedMessage } from './parse-message.ts';

/**
 * The plain text of a message: all its text/plain body parts, one behind the other; `undefined` where it has none. The lines of a text in
 * format=flowed are joined to paragraphs; lines end as they do in the message. Never throws.
 * @rfc 8621 4.1.4
 * @rfc 3676 4.1
 */
export function messageText(message: ParsedMessage): string | undefined {
  return joinTexts(message, findBodyParts(message).textBody, 'text/plain', readPlain);
}

/** The HTML of a message: all its text/html body parts, one behind the other; `undefined` where it has none. As it was sent: it may hold anything. @rfc 8621 4.1.4 */
export function messageHtml(message: ParsedMessage): string | undefined {
  return joinTexts(message, findBodyParts(message).htmlBody, 'text/html', (part) => part.text().text);
}

/** What a reader offers to be saved: no body part, pictures of an HTML text among them. A message inside the message is one attachment. @rfc 8621 4.1.4 */
export function messageAttachments(message: ParsedMessage): readonly MessagePart[] {
  return findBodyParts(message).attachments;
}

function readPlain(part: MessagePart): string {
  const { text } = part.text();
  if (findParameter(part.contentType, 'format')?.toLowerCase() !== 'flowed') return text;
  return decodeFlowed(text, { delSp: findParameter(part.contentType, 'delsp')?.toLowerCase() === 'yes' });
}

/** Each text begins on a line of its own. */
function joinTexts({ source }: ParsedMessage, parts: readonly MessagePart[], mediaType: string, read: (part: MessagePart) => string): string | undefined {
  const texts = parts.filter((part) => part.mediaType === mediaType).map(read);
  if (texts.length === 0) return undefined;
  return texts.map((text, at) => (at === texts.length - 1 || text === '' || text.endsWith('\n') ? text : text + lineEndOf(source))).join('');
}
