/**
 * DKIM-Quoted-Printable, in which `i=` and `z=` hold what a tag list can't.
 *
 * ```abnf
 * dkim-quoted-printable = *(FWS / hex-octet / dkim-safe-char)
 * dkim-safe-char        = %x21-3A / %x3C / %x3E-7E       ; printable, but neither ";" nor "="
 * ```
 */
import { latin1 } from '@mailwright/wire';
import { removeWhiteSpace } from './tag-list.ts';

const ENCODED = /=[0-9A-F]{2}/g;
const HEX = '0123456789ABCDEF';

/**
 * A value decoded: white space out, `=XX` into octets (a character each). `undefined` where a "=" stands otherwise.
 *
 * @rfc 6376 2.11
 */
export function decodeDkimQuotedPrintable(value: string): string | undefined {
  const text = removeWhiteSpace(value);
  if (!text.includes('=')) return text;
  if (text.replace(ENCODED, '').includes('=')) return undefined;
  return text.replace(ENCODED, (encoded) => String.fromCharCode(Number.parseInt(encoded.slice(1), 16)));
}

/**
 * Octets encoded; `alsoEncoded` are further characters that the tag gives a meaning to (`|` in `z=`). Without folds.
 *
 * @rfc 6376 2.11
 */
export function encodeDkimQuotedPrintable(octets: Uint8Array, alsoEncoded: string = ''): string {
  let text = '';
  for (const character of latin1(octets)) {
    const octet = character.charCodeAt(0);
    const isSafe = octet > 0x20 && octet < 0x7f && character !== ';' && character !== '=' && !alsoEncoded.includes(character);
    text += isSafe ? character : `=${HEX[octet >> 4]}${HEX[octet & 15]}`;
  }
  return text;
}
