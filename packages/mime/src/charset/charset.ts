/**
 * What encoded words and parameters ask of a charset: the text of a few octets. Whole texts are in `decode-text.ts`, labels in `aliases.ts`.
 */
import { decodeUtf8Strict, utf8 } from '@mailwright/wire';
import { charsetName } from './aliases.ts';
import { findCharset } from './charsets.ts';
import { decodeText } from './decode-text.ts';

/** True when text of this charset can't be joined octet by octet with other text of it: escape sequences, shifts and marks begin anew. */
export function isStatefulCharset(label: string): boolean {
  return findCharset(label)?.stateful ?? false;
}

/**
 * Octets of a named charset, as of an encoded word; `undefined` for a charset that is not known. What the charset does not have becomes U+FFFD.
 * A mark at the beginning of UTF-8 stays: such text is a piece of another one.
 */
export function decodeCharset(charset: string, octets: Uint8Array): string | undefined {
  const name = charsetName(charset);
  if (name === undefined) return undefined;
  return name === 'utf-8' ? utf8(octets) : decodeText(octets, charset).text;
}

/** Octets that name no charset, as of a header: UTF-8 where they are that, else windows-1252. A mark at the beginning stays. @rfc 6532 3.2 */
export function decodeUndeclared(octets: Uint8Array): string {
  return decodeUtf8Strict(octets) ?? decodeText(octets, 'windows-1252').text;
}
