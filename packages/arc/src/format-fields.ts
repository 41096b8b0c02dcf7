/**
 * The fields of a set as text, folded where folds may stand: between tags, behind the colons of `h=`, and inside the base64 of `b=`. No
 * other token is cut.
 *
 * Read next: `sealer.ts`.
 */
import { encodeBase64 } from '@mailwright/wire';

/** A tag that is written: its name, and its value in the pieces between which it may be folded. */
export type WrittenTag = readonly [name: string, ...pieces: string[]];

/** Characters of a line, its CRLF not counted; RFC 5322 section 2.1.1 wants 78 at most. */
const LINE_CHARACTERS = 76;
const FOLD = '\r\n ';

/** The field up to its `b=`, which is its last tag and empty, without a CRLF at its end. @rfc 6376 3.5 */
export function formatUnsignedField(name: string, tags: readonly WrittenTag[]): string {
  let text = `${name}:`;
  let column = text.length;
  for (const [tag, ...pieces] of tags) {
    pieces.forEach((piece, index) => {
      const before = index === 0 ? ` ${tag}=` : '';
      const word = `${before}${piece}${index === pieces.length - 1 ? ';' : ''}`;
      const folds = column + word.length > LINE_CHARACTERS;
      text += folds ? FOLD + word.trimStart() : word;
      column = folds ? 1 + word.trimStart().length : column + word.length;
    });
  }
  return `${text}${FOLD}b=`;
}

/** The whole field, its CRLF included. `unsigned` is what `formatUnsignedField` gave. @rfc 6376 3.5 */
export function formatSignedField(unsigned: string, signature: Uint8Array): string {
  const base64 = encodeBase64(signature);
  const first = LINE_CHARACTERS - ' b='.length;
  let text = unsigned + base64.slice(0, first);
  for (let at = first; at < base64.length; at += LINE_CHARACTERS - 1) text += FOLD + base64.slice(at, at + LINE_CHARACTERS - 1);
  return `${text}\r\n`;
}

/** The names of `h=` in pieces. */
export function withColons(names: readonly string[]): readonly [string, ...string[]] {
  const [first = '', ...rest] = names.map((name, index) => (index === names.length - 1 ? name : `${name}:`));
  return [first, ...rest];
}
