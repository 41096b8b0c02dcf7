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
  /** What stands between two pieces, before the fold: `:` in `h=`. One character or none. */
  readonly separator: '' | ':';
}

/** A field that is being written: its text, and how long its last line is. */
export interface FieldStart {
  readonly text: string;
  readonly column: number;
}

/** Characters of a line, its CRLF not counted; RFC 5322 section 2.1.1 wants 78 at most. */
const LINE_CHARACTERS = 76;
const FOLD = '\r\n ';

/** A tag whose value can't be folded. */
export function plainTag(name: string, value: string): WrittenTag {
  return { name, pieces: [value], separator: '' };
}

/** A field with its name alone. */
export function startField(fieldName: string): FieldStart {
  return { text: `${fieldName}:`, column: fieldName.length + 1 };
}

/**
 * Puts tags behind what there is of a field. What is the same in every signature is written once, and this goes on from there.
 *
 * Shape: a semicolon behind every tag. A piece that is longer than a line has a line of its own.
 * @rfc 6376 3.2
 * @rfc 6376 3.5
 */
export function appendTags(start: FieldStart, tags: readonly WrittenTag[]): FieldStart {
  let { text, column } = start;
  for (const { name, pieces, separator } of tags) {
    const last = pieces.length - 1;
    for (let index = 0; index <= last; index++) {
      const piece = pieces[index]!;
      const end = index === last ? ';' : separator;
      const octetCount = piece.length + end.length + (index === 0 ? name.length + 2 : 0); // " name=" before the first
      const folds = column + octetCount > LINE_CHARACTERS;
      if (folds) text += FOLD;
      else if (index === 0) text += ' ';
      if (index === 0) text += `${name}=`;
      text += piece;
      text += end;
      column = folds ? octetCount + (index === 0 ? 0 : 1) : column + octetCount;
    }
  }
  return { text, column };
}

/** The field up to and with `b=`, which is its last tag and still empty: what is signed, and what the signature is put behind. @rfc 6376 3.7 */
export function endUnsignedField({ text }: FieldStart): string {
  return `${text}${FOLD}b=`;
}

/** The field with its signature and the CRLF at its end. `unsigned` is what `endUnsignedField` gave. @rfc 6376 3.5 */
export function formatSignedField(unsigned: string, signature: Uint8Array): string {
  const base64 = encodeBase64(signature);
  const first = LINE_CHARACTERS - ' b='.length;
  let text = unsigned + base64.slice(0, first);
  for (let at = first; at < base64.length; at += LINE_CHARACTERS - 1) text += FOLD + base64.slice(at, at + LINE_CHARACTERS - 1);
  return `${text}\r\n`;
}
