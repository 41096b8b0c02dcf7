/**
 * Base64 of whole values, as SASL and TLS records need it. Strict: what is not canonical is refused, because two spellings
 * of one value are a way around checks.
 *
 * Left out: line breaks and streaming, which belong to MIME.
 */
import { native } from './native.ts';

const NOT_BASE64 = 0xff;
const VALUES: Uint8Array = new Uint8Array(128).fill(NOT_BASE64);
for (let value = 0; value < 64; value++) {
  VALUES['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'.charCodeAt(value)] = value;
}
const PADDING = 0x3d;

/** Octets as base64 with padding, on one line. @rfc 4648 4 */
export function encodeBase64(octets: Uint8Array): string {
  return native.base64(octets);
}

/**
 * Base64 as octets, or `undefined` where `text` is not the canonical form: every character of the alphabet, padded to a
 * multiple of 4, the unused bits of the last character zero, no white space.
 *
 * @rfc 4648 4
 * @rfc 4648 3.5
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  let characters = text.length;
  while (characters > text.length - 2 && text.charCodeAt(characters - 1) === PADDING) characters--;
  const octets = new Uint8Array((characters * 3) >> 2);
  let bits = 0;
  let bitCount = 0;
  let at = 0;
  for (let index = 0; index < characters; index++) {
    const value = VALUES[text.charCodeAt(index)] ?? NOT_BASE64;
    if (value === NOT_BASE64) return undefined;
    bits = ((bits << 6) | value) & 0xfff;
    bitCount += 6;
    if (bitCount < 8) continue;
    bitCount -= 8;
    octets[at++] = (bits >> bitCount) & 0xff;
  }
  return (bits & ((1 << bitCount) - 1)) === 0 ? octets : undefined;
}
