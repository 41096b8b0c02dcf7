/** The text of one part, as a person reads it. */
import { decodeText, decodeTransfer, htmlToText } from '@mailwright/mime';
import type { MessageContent } from '../store/message-content.ts';
import type { PartLayout } from './message-layout.ts';

/** Of an HTML part what is shown of it. At most `mostOctets` of the part, still encoded, are read; '' for an encoding that is not known. */
export async function readPartText(content: MessageContent, part: PartLayout, mostOctets: number): Promise<string> {
  if (part.coding === undefined) return '';
  const to = Math.min(part.body.to, part.body.from + mostOctets);
  const encoded = content.octets?.subarray(part.body.from, to) ?? (await content.read(part.body.from, to));
  const { text } = decodeText(decodeTransfer(part.coding, encoded).octets, part.charset);
  return part.mediaType === 'text/html' ? htmlToText(text) : text;
}
