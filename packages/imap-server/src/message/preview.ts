/**
 * PREVIEW: the first words of a message, without markup.
 *
 * @rfc 8970 3.2
 */
import type { MessageContent } from '../store/message-content.ts';
import type { MessageLayout, PartLayout } from './message-layout.ts';
import { readPartText } from './part-text.ts';

const PREVIEW_CHARACTERS = 200; // RFC 8970 3.2: no more than 200 should be sent
/** More of a part is not read. */
const PREVIEW_OCTETS = 16_384;
/** Parts that are looked at until one has text. */
const PARTS = 8;
const LINK = / ?<(?:https?|mailto|tel):[^<>\s]*>/gi;

/**
 * The beginning of the first text that a reader would see, on one line; `''` where the message has none. Plain text is preferred; attachments and
 * messages inside the message are not looked at.
 *
 * @rfc 8970 3.2
 */
export async function readPreview(content: MessageContent, layout: MessageLayout): Promise<string> {
  for (const part of textParts(layout)) {
    const text = await readPartText(content, part, PREVIEW_OCTETS);
    const shown = part.mediaType === 'text/html' ? text.replace(LINK, '') : text;
    const line = shown.replace(/[\s\0-\x1f\x7f-\x9f]+|\p{Surrogate}/gu, ' ').trim();
    if (line !== '') return [...line.slice(0, 2 * PREVIEW_CHARACTERS)].slice(0, PREVIEW_CHARACTERS).join('').trimEnd();
  }
  return '';
}

function textParts({ parts }: MessageLayout): readonly PartLayout[] {
  const shown = [...parts.values()].filter(({ depth, disposition }) => depth === 0 && disposition !== 'attachment');
  const ofType = (mediaType: string): readonly PartLayout[] => shown.filter((part) => part.mediaType === mediaType).slice(0, PARTS);
  return [...ofType('text/plain'), ...ofType('text/html')];
}
