/**
 * The line that a list of messages shows of a text (RFC 8621 section 4.1.4, `preview`).
 *
 * Read next: `jmap-view.ts`.
 */
import { decodeText } from '../charset/decode-text.ts';
import { htmlToText } from '../coding/html-text.ts';
import { decodeTransfer } from '../coding/transfer-codec.ts';
import type { MessagePart } from './message-part.ts';

const PREVIEW_CHARACTERS = 256; // RFC 8621 4.1.4
/** More of a body is not decoded for the preview. */
const PREVIEW_OCTETS = 16_384;

/** The beginning of the first body part that has a text, on one line; '' where none has. @rfc 8621 4.1.4 */
export function makePreview(parts: readonly MessagePart[]): string {
  for (const part of parts) {
    if (!part.mediaType.startsWith('text/')) continue;
    const { octets } = decodeTransfer(part.transferEncoding, part.rawBody().subarray(0, PREVIEW_OCTETS));
    const { text } = decodeText(octets, part.charset);
    const line = (part.mediaType === 'text/html' ? htmlToText(text) : text).replace(/\s+/g, ' ').trim();
    if (line !== '') return cutText(line, PREVIEW_CHARACTERS);
  }
  return '';
}

/** The first `count` characters, never half of a pair of surrogates. */
function cutText(text: string, count: number): string {
  const isPair = text.length > count && (text.charCodeAt(count - 1) & 0xfc00) === 0xd800;
  return text.slice(0, isPair ? count - 1 : count);
}
