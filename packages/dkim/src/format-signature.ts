/**
 * A signature field as text, folded where folds may stand: between tags, behind the colons of `h=` and the bars of `z=`, and anywhere
 * inside the base64 of `b=`. A token is never cut: what reads a folded selector does not read the selector.
 *
 * Read next: `signer.ts`.
 */
import { encodeBase64 } from '@mailwright/wire';

/** One tag of a field that is written. */
export interface WrittenTag {
  readonly name: string;
  /** The value, in the pieces between which it may be folded. */
  readonly pieces: readonly string[];
}

/** Characters of a line, its CRLF not counted; RFC 5322 section 2.1.1 wants 78 at most. */
const LINE_CHARACTERS = 76;
const FOLD = '\r\n ';

/**
 * The field up to and with `b=`, which is its last tag and still empty: what is signed, and what the signature is put behind.
 *
 * Shape: no CRLF at the end. A piece that is longer than a line has a line of its own.
 * @rfc 6376 3.2
 * @rfc 6376 3.5
 */
export function formatUnsignedField(fieldName: string, tags: readonly WrittenTag[]): string {
  let text = `${fieldName}:`;
  let column = text.length;
  for (const { name, pieces } of tags) {
    for (let index = 0; index < pieces.length; index++) {
      const isLast = index === pieces.length - 1;
      const piece = `${index === 0 ? `${name}=` : ''}${pieces[index]!}${isLast ? ';' : ''}`;
      const space = index === 0 ? 1 : 0;
      if (column + space + piece.length > LINE_CHARACTERS) {
        text += FOLD + piece;
        column = 1 + piece.length;
      } else {
        text += (space === 1 ? ' ' : '') + piece;
        column += space + piece.length;
      }
    }
  }
  return `${text}${FOLD}b=`;
}

/** The field with its signature and the CRLF at its end. `unsigned` is what `formatUnsignedField` gave. @rfc 6376 3.5 */
export function formatSignedField(unsigned: string, signature: Uint8Array): string {
  const base64 = encodeBase64(signature);
  const first = LINE_CHARACTERS - ' b='.length;
  let text = unsigned + base64.slice(0, first);
  for (let at = first; at < base64.length; at += LINE_CHARACTERS - 1) text += FOLD + base64.slice(at, at + LINE_CHARACTERS - 1);
  return `${text}\r\n`;
}
