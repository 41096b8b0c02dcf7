/**
 * The line that a list of messages shows of a text (RFC 8621 section 4.1.4, `preview`).
 *
 * Left out: a faithful rendering of HTML. Read next: `jmap-view.ts`.
 */
import { decodeText } from '../charset/decode-text.ts';
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
    const line = (part.mediaType === 'text/html' ? withoutTags(text) : text).replace(/\s+/g, ' ').trim();
    if (line !== '') return cutText(line, PREVIEW_CHARACTERS);
  }
  return '';
}

/** The first `count` characters, never half of a pair of surrogates. */
function cutText(text: string, count: number): string {
  const isPair = text.length > count && (text.charCodeAt(count - 1) & 0xfc00) === 0xd800;
  return text.slice(0, isPair ? count - 1 : count);
}

const HIDDEN = /^<(style|script|title|head)\b/i;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** What stands between the tags; what is never shown is left out with them. One pass. */
function withoutTags(html: string): string {
  let text = '';
  let at = 0;
  for (let open = html.indexOf('<'); open !== -1; open = html.indexOf('<', at)) {
    text += `${html.slice(at, open)} `;
    at = behindTag(html, open);
  }
  text += html.slice(at);
  return text.replace(/&(?:#(\d{1,7})|(\w{2,8}));/g, (written, code: string | undefined, name: string | undefined) => {
    if (name !== undefined) return ENTITIES[name] ?? written;
    return Number(code) <= 0x10ffff ? String.fromCodePoint(Number(code)) : written;
  });
}

function behindTag(html: string, open: number): number {
  const hidden = HIDDEN.exec(html.slice(open, open + 16));
  const isComment = html.startsWith('<!--', open);
  const close = isComment ? html.indexOf('-->', open) : html.indexOf('>', hidden === null ? open : endTag(html, hidden[1]!, open));
  return close === -1 ? html.length : close + (isComment ? 3 : 1);
}

/** Where the end tag of what is hidden begins, or the end. */
function endTag(html: string, name: string, from: number): number {
  const pattern = new RegExp(`</${name}`, 'gi');
  pattern.lastIndex = from;
  return pattern.exec(html)?.index ?? html.length;
}
