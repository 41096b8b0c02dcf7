/**
 * Text of strangers made visible. Reasons and remarks quote what the peer or the DNS said; what would change how the text is read, or end a line, is shown
 * by its code point instead.
 */

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;
const NOT_ASCII = /[^\x20-\x7e]/gu;
const TEXT_CHARACTERS = 400;

/** How much is kept as it is. */
export interface EscapeOptions {
  /** True: printable characters of all scripts stay. Default false: US-ASCII alone. */
  readonly utf8?: boolean | undefined;
  /** UTF-16 code units; more is cut, and `...` says so. Default 400. */
  readonly characters?: number | undefined;
}

/**
 * `text` in characters that can be seen: controls, marks of direction, separators of lines, lone surrogates and, without `utf8`, everything that is not ASCII
 * become `\u{hex}`. Linear in what is kept.
 */
export function escapeText(text: string, { utf8 = false, characters = TEXT_CHARACTERS }: EscapeOptions = {}): string {
  const cut = text.length > characters ? `${text.slice(0, characters)}...` : text;
  return cut.replace(utf8 ? INVISIBLE : NOT_ASCII, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}
