/**
 * Parts that programs decode or place differently: transfer encodings that are none, multiparts without parts, base64 that goes on behind its end,
 * texts that name no charset, files in the middle of a text.
 *
 * Read next: `ambiguous-delimiters.ts`.
 */
import { charsetName } from '../charset/aliases.ts';
import { isIdentity, parseTransferEncoding } from '../coding/transfer-codec.ts';
import { findUuencoded } from '../coding/uuencoded-files.ts';
import { isMultipart } from '../header/content-type.ts';
import { findField } from '../header/header-parse.ts';
import type { MessagePart } from '../parse/message-part.ts';
import type { AmbiguityReport } from './ambiguity.ts';
import { COMPOSITE, STANDARD_ENCODING } from './encoding-rules.ts';

const DECODED = /base64|quoted-printable/i;
const AS_THEY_STAND = 'the octets as they stand';
const ASCII = /^(?:us-ascii|ascii)$/i;
const PADDING = 0x3d;

/** What the header section says of the encoding, and whether a multipart has parts. @rfc 2045 6 @rfc 2046 5.1 */
export function findAmbiguousCoding(part: MessagePart, report: AmbiguityReport): void {
  if (isMultipart(part.mediaType) && part.children.length === 0) {
    report.add('AMBIGUOUS_STRUCTURE', part.start, [['a multipart without delimiters has no parts', 'nothing'], ['a multipart without delimiters is text', 'its octets as text']]);
  }
  const field = findField(part.headers, 'Content-Transfer-Encoding');
  if (field === undefined) return;
  const encoding = parseTransferEncoding(field.text);
  if (!STANDARD_ENCODING.test(field.text)) {
    const somewhere = DECODED.exec(field.text)?.[0].toLowerCase();
    report.add('AMBIGUOUS_TRANSFER_ENCODING', field.start, [
      ['comments, quotes and other spellings are read', encoding === undefined || isIdentity(encoding) ? AS_THEY_STAND : encoding],
      ['what is not one of the five names is not decoded', AS_THEY_STAND],
      ['a name anywhere in the value counts', somewhere ?? AS_THEY_STAND],
    ]);
  }
  if (!COMPOSITE.test(part.mediaType) || encoding === undefined || isIdentity(encoding)) return;
  report.add('AMBIGUOUS_TRANSFER_ENCODING', field.start, isMultipart(part.mediaType)
    ? [['the encoding of a multipart is not looked at', 'its parts as they stand'], ['a multipart is decoded before it is read', 'the parts in what is decoded']]
    : [['an encoded message is one part', 'a file'], ['a message is decoded, then read', 'its parts']]);
}

/** What the body of a part without children holds. Decodes it. @rfc 2045 6.8 @rfc 2046 4.1.2 */
export function findAmbiguousBody(part: MessagePart, report: AmbiguityReport): void {
  const raw = part.rawBody();
  if (part.transferEncoding === 'base64') {
    report.add('AMBIGUOUS_BODY', part.bodyStart, [['what is not base64 is skipped', `${part.content().length} octets`], ['decoding stops at what is not base64, and at the padding', `${countStrictOctets(raw)} octets`]]);
  } else if (part.transferEncoding === 'quoted-printable') {
    const junk = part.bodyDefects().find(({ code }) => code === 'MIME_QUOTED_PRINTABLE_JUNK');
    if (junk !== undefined) report.add('AMBIGUOUS_BODY', junk.offset, [['an equals sign that encodes nothing stands for itself', 'an equals sign'], ['an equals sign that encodes nothing is dropped', 'nothing']]);
  }
  if (part.mediaType.startsWith('text/')) findAmbiguousText(part, report);
}

function findAmbiguousText(part: MessagePart, report: AmbiguityReport): void {
  const content = part.content();
  const files = findUuencoded(content);
  if (files.length > 0) {
    report.add('AMBIGUOUS_ATTACHMENT', part.bodyStart, [['what stands in a text is text', 'text'], ['uuencoded lines are a file', files.map(({ name }) => `a file ${JSON.stringify(name)}`).join(', ')]]);
  }
  const isKnown = part.charset !== undefined && !ASCII.test(part.charset) && charsetName(part.charset) !== undefined;
  if (isKnown || !content.some((octet) => octet > 0x7f)) return;
  const { used } = part.text();
  report.add('AMBIGUOUS_CHARSET', part.bodyStart, [
    ['UTF-8 where the octets are that, else windows-1252', used], ['the charset of the reader', 'any charset'], ['octets above 127 are not text', 'us-ascii'],
  ]);
}

/** Octets of base64 up to the first character outside of the alphabet, line ends and white space left out. */
function countStrictOctets(raw: Uint8Array): number {
  let characters = 0;
  for (let at = 0; at < raw.length; at++) {
    const octet = raw[at]!;
    if (octet === 0x20 || octet === 0x09 || octet === 0x0d || octet === 0x0a) continue;
    if (octet === PADDING || !isBase64(octet)) break;
    characters++;
  }
  return Math.floor((characters * 6) / 8);
}

function isBase64(octet: number): boolean {
  const letter = octet | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || (octet >= 0x2f && octet <= 0x39) || octet === 0x2b;
}
