/**
 * Quoted-printable (RFC 2045 section 6.7): text that survives seven bits, line limits and stripped spaces, and stays readable.
 */
import { encodeLatin1, encodeUtf8, latin1 } from '@mailwright/wire';
import { trimWhiteSpaceEnd } from './white-space.ts';

const LINE_CHARACTERS = 76; // RFC 2045 6.7 (5), the soft line break's equals sign included
const HEXADECIMAL = Array.from({ length: 256 }, (_, octet) => `=${octet.toString(16).toUpperCase().padStart(2, '0')}`);

/**
 * Text in quoted-printable, as UTF-8. Lines end in CRLF in the text and in the result. A soft line break never stands inside a character;
 * "From " at the beginning of a line is encoded, so that no mailbox file changes it.
 *
 * @rfc 2045 6.7
 */
export function encodeQuotedPrintable(text: string): string {
  return text.split('\r\n').map(encodeLine).join('\r\n');
}

function encodeLine(line: string): string {
  const characters = [...line];
  const units = characters.map((character, at) => encodeCharacter(character, at === characters.length - 1));
  let encoded = '';
  let column = 0;
  units.forEach((unit, at) => {
    const most = at === units.length - 1 ? LINE_CHARACTERS : LINE_CHARACTERS - 1;
    if (column + unit.length > most) {
      encoded += '=\r\n';
      column = 0;
    }
    const isFrom = column === 0 && unit === 'F' && units.slice(at, at + 5).join('') === 'From ';
    encoded += isFrom ? '=46' : unit;
    column += isFrom ? 3 : unit.length;
  });
  return encoded;
}

/** A space or tab is encoded at the end of a line only. */
function encodeCharacter(character: string, isLast: boolean): string {
  const unit = character.charCodeAt(0);
  if (unit === 0x20 || unit === 0x09) return isLast ? HEXADECIMAL[unit]! : character;
  if (unit > 0x20 && unit < 0x7f) return unit === 0x3d ? HEXADECIMAL[unit]! : character;
  return Array.from(encodeUtf8(character), (octet) => HEXADECIMAL[octet]!).join('');
}

/**
 * Quoted-printable as octets. Lenient: spaces at the end of a line go, an equals sign without two digits behind it stands for itself,
 * lines may end in LF alone. Never throws.
 *
 * @rfc 2045 6.7
 */
export function decodeQuotedPrintable(octets: Uint8Array): Uint8Array {
  const lines = latin1(octets).split('\n');
  const decoded = lines.map((line, at) => {
    const isLast = at === lines.length - 1;
    const hasReturn = !isLast && line.endsWith('\r');
    const content = trimWhiteSpaceEnd(hasReturn ? line.slice(0, -1) : line);
    const isSoft = content.endsWith('=');
    const text = (isSoft ? content.slice(0, -1) : content).replace(/=([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
    return isSoft || isLast ? text : `${text}${hasReturn ? '\r\n' : '\n'}`;
  });
  return encodeLatin1(decoded.join(''));
}
