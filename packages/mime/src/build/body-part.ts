/**
 * A text body in the form in which it travels: 7bit where the text allows it, else quoted-printable.
 *
 * Left out: base64, 8bit, charsets other than UTF-8, attachments.
 */
import { encodeQuotedPrintable } from '../coding/quoted-printable.ts';

/** A body and the fields that describe it. */
export interface BodyPart {
  /** The value of Content-Type. */
  readonly contentType: string;
  /** The value of Content-Transfer-Encoding. */
  readonly transferEncoding: '7bit' | 'quoted-printable';
  /** ASCII only, lines ending in CRLF. */
  readonly content: string;
}

const LINE_OCTETS = 998; // RFC 5322 2.1.1
const SEVEN_BIT = /^[\t\r\n\x20-\x7e]*$/;

/**
 * Makes the body of a text. Line ends in any of the three customs (CRLF, LF, CR) become CRLF.
 *
 * Errors: TypeError for a NUL.
 * @rfc 2045 6
 * @rfc 2046 4.1
 */
export function makeTextPart(subtype: 'plain' | 'html', text: string): BodyPart {
  if (typeof text !== 'string') throw new TypeError(`${subtype === 'plain' ? 'text' : 'html'} is not a string`);
  if (text.includes('\0')) throw new TypeError(`${subtype === 'plain' ? 'text' : 'html'} holds a NUL`);
  const content = text.replace(/\r\n|\r|\n/g, '\r\n');
  const contentType = `text/${subtype}; charset=utf-8`;
  if (isSevenBit(content)) return { contentType, transferEncoding: '7bit', content };
  return { contentType, transferEncoding: 'quoted-printable', content: encodeQuotedPrintable(content) };
}

/** Plain ASCII that nothing on the way changes: no long lines, no spaces at their ends, no "From " that a mailbox file would quote. */
function isSevenBit(content: string): boolean {
  if (!SEVEN_BIT.test(content)) return false;
  return content.split('\r\n').every((line) => {
    const endsInSpace = line.endsWith(' ') || line.endsWith('\t');
    return line.length <= LINE_OCTETS && !endsInSpace && !line.startsWith('From ');
  });
}
