/**
 * The text of a message as its reader sees it, for a test that looks for a word or a link in it: text parts, their transfer
 * encoding and charset undone, attachments left out.
 */
import type { ParsedMessage } from '@mailwright/mime';

/** The text parts in order, of HTML as it was sent, joined by an empty line. */
export function readableText({ parts }: ParsedMessage): string {
  const shown = parts.filter(({ mediaType, disposition }) => mediaType.startsWith('text/') && disposition !== 'attachment');
  return shown.map((part) => part.text().text).join('\r\n\r\n');
}
