/**
 * The text of a message as its reader sees it, for a test that looks for a word or a link in it: text parts, their transfer
 * encoding and charset undone, attachments left out.
 *
 * It finds the text of well-formed messages and shows the rest as it stands; it is no judge of MIME.
 *
 * @rfc 2045 6
 * @rfc 2046 5.1
 */
import { decodeQuotedPrintable, findField, findParameter, parseContentType, parseHeaders } from '@mailwright/mime';
import { encodeUtf8, indexOfSequence, latin1, utf8 } from '@mailwright/wire';

const MAX_DEPTH = 10;
const MAX_PARTS = 1000;
const CRLF = '\r\n';

/** The text parts in order, joined by an empty line. */
export function readableText(octets: Uint8Array): string {
  const texts: string[] = [];
  collect(octets, 0, texts);
  return texts.join(`${CRLF}${CRLF}`);
}

function collect(octets: Uint8Array, depth: number, texts: string[]): void {
  if (texts.length >= MAX_PARTS) return;
  const section = parseHeaders(octets);
  const field = (name: string): string => findField(section, name)?.text ?? '';
  const contentType = parseContentType(field('Content-Type'));
  const mediaType = contentType?.mediaType ?? 'text/plain';
  const body = octets.subarray(section.bodyOffset);
  const boundary = contentType === undefined ? undefined : findParameter(contentType, 'boundary');
  if (mediaType.startsWith('multipart/') && boundary !== undefined && depth < MAX_DEPTH) {
    for (const part of splitParts(body, boundary)) collect(part, depth + 1, texts);
  } else if (mediaType.startsWith('text/') && !/^attachment\b/i.test(field('Content-Disposition'))) {
    const charset = contentType === undefined ? undefined : findParameter(contentType, 'charset');
    texts.push(decodeText(decodeTransfer(body, field('Content-Transfer-Encoding')), charset));
  }
}

/** What stands between the boundary lines. */
function splitParts(body: Uint8Array, boundary: string): readonly Uint8Array[] {
  const delimiter = encodeUtf8(`${CRLF}--${boundary}`);
  const parts: Uint8Array[] = [];
  let from = indexOfSequence(body, delimiter.subarray(CRLF.length)) === 0 ? delimiter.length - CRLF.length : after(body, delimiter, 0);
  while (from >= 0 && parts.length < MAX_PARTS) {
    if (latin1(body, from, from + 2) === '--') break;
    const next = indexOfSequence(body, delimiter, from);
    const lineEnd = indexOfSequence(body, encodeUtf8(CRLF), from);
    const end = next < 0 ? body.length : next;
    if (lineEnd >= 0) parts.push(body.subarray(Math.min(lineEnd + CRLF.length, end), end));
    from = next < 0 ? -1 : next + delimiter.length;
  }
  return parts;
}

function after(body: Uint8Array, delimiter: Uint8Array, from: number): number {
  const at = indexOfSequence(body, delimiter, from);
  return at < 0 ? -1 : at + delimiter.length;
}

function decodeTransfer(body: Uint8Array, encoding: string): Uint8Array {
  switch (encoding.trim().toLowerCase()) {
    case 'quoted-printable':
      return decodeQuotedPrintable(body);
    case 'base64':
      return Buffer.from(latin1(body), 'base64');
    default:
      return body;
  }
}

function decodeText(octets: Uint8Array, charset: string | undefined): string {
  if (charset === undefined) return utf8(octets);
  try {
    return new TextDecoder(charset).decode(octets);
  } catch {
    return utf8(octets); // a charset that nobody knows
  }
}
