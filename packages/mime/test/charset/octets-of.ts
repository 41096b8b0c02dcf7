/** What the tests of charsets share. */
import { createHash } from 'node:crypto';

/** Octets from a text of code points below 0x100. */
export const octetsOf = (latin1: string): Uint8Array => Uint8Array.from(latin1, (character) => character.charCodeAt(0));

export const fromBase64 = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));

/** The first 16 digits of the SHA-256 of a text in UTF-8: short, and no table is equal to another by chance. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
