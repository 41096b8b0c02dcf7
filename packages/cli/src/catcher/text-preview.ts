/**
 * The first lines of what a person would read of a message: its text, or what is left of its HTML without the tags. A glance, not
 * a reading of MIME: what it does not understand it shows as nothing.
 *
 * @rfc 2045 6
 * @rfc 2046 5.1
 */
import { decodeQuotedPrintable, findField, findParameter, parseContentType, parseHeaders, type ContentType } from '@mailwright/mime';
import { decodeBase64, indexOfSequence, encodeUtf8, latin1 } from '@mailwright/wire';

const MOST_DEPTH = 4;
const MOST_PARTS = 20;
/** Octets of a part that are decoded. */
const MOST_OCTETS = 16_384;
const TAG = /<[^<>]{0,2000}>/g;
const PLAIN: ContentType = { mediaType: 'text/plain', parameters: [] };

/** At most `lines` lines, blank ones at both ends left out. `octets` is the message or its beginning. */
export function previewText(octets: Uint8Array, lines: number): readonly string[] {
  const text = findText(octets, 0);
  if (text === undefined) return [];
  const all = text.trim().split(/\r\n|\r|\n/).map((line) => line.trimEnd());
  return all.length > lines ? [...all.slice(0, lines), '...'] : all.length === 1 && all[0] === '' ? [] : all;
}

function findText(octets: Uint8Array, depth: number): string | undefined {
  const section = parseHeaders(octets);
  const type = parseContentType(findField(section, 'Content-Type')?.text ?? '') ?? PLAIN;
  const body = octets.subarray(section.bodyOffset);
  if (type.mediaType.startsWith('multipart/') && depth < MOST_DEPTH) return findInParts(body, findParameter(type, 'boundary'), depth + 1);
  if (type.mediaType !== 'text/plain' && type.mediaType !== 'text/html') return undefined;
  const text = decodeText(decodeTransfer(body.subarray(0, MOST_OCTETS), findField(section, 'Content-Transfer-Encoding')?.text), findParameter(type, 'charset'));
  return type.mediaType === 'text/html' ? text.replace(TAG, ' ').replace(/[ \t]+/g, ' ') : text;
}

function findInParts(body: Uint8Array, boundary: string | undefined, depth: number): string | undefined {
  if (boundary === undefined || boundary === '') return undefined;
  const delimiter = encodeUtf8(`--${boundary}`);
  let from = indexOfSequence(body, delimiter, 0);
  for (let count = 0; from >= 0 && count < MOST_PARTS; count++) {
    const start = from + delimiter.length;
    const lineEnd = body.indexOf(0x0a, start);
    if (lineEnd < 0 || (body[start] === 0x2d && body[start + 1] === 0x2d)) return undefined;
    from = indexOfSequence(body, delimiter, lineEnd);
    const text = findText(body.subarray(lineEnd + 1, from < 0 ? body.length : from), depth);
    if (text !== undefined && text.trim() !== '') return text;
  }
  return undefined;
}

function decodeTransfer(octets: Uint8Array, encoding: string | undefined): Uint8Array {
  switch (encoding?.trim().toLowerCase()) {
    case 'quoted-printable':
      return decodeQuotedPrintable(octets);
    case 'base64': {
      const letters = latin1(octets).replace(/[^A-Za-z0-9+/]/g, '');
      return decodeBase64(letters.slice(0, letters.length - (letters.length % 4))) ?? new Uint8Array(0);
    }
    default:
      return octets;
  }
}

function decodeText(octets: Uint8Array, charset: string | undefined): string {
  try {
    return new TextDecoder(charset ?? 'utf-8').decode(octets);
  } catch {
    return new TextDecoder('utf-8').decode(octets);
  }
}
