/**
 * Small readings that the commands share: blanks, control characters, words without regard to case.
 */

const SP = 0x20;
const DEL = 0x7f;
/** What a decoder puts where octets are not UTF-8. Nobody has a use for it on a command line. */
const REPLACEMENT_CHARACTER = 0xfffd;

/**
 * Where `line` ends when blanks at its end are not counted; never below `from`.
 *
 * Deviation: RFC 5321 4.1.1 says servers SHOULD tolerate trailing blanks; test "trailing blanks".
 * @rfc 5321 4.1.1
 */
export function contentEnd(line: string, from: number): number {
  let end = line.length;
  while (end > from && line.charCodeAt(end - 1) === SP) end--;
  return end;
}

/** Whether nothing but blanks follows `from`. */
export function isBlankFrom(line: string, from: number): boolean {
  return from >= line.length || contentEnd(line, from) <= from;
}

/** Whether `text` between `from` and `end` has a control character, DEL, or octets that were not UTF-8. */
export function hasControl(text: string, from: number, end: number): boolean {
  for (let index = from; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code < SP || code === DEL || code === REPLACEMENT_CHARACTER) return true;
  }
  return false;
}

/** Whether `text` can stand on a command line: none of what `hasControl` finds. */
export function isLineText(text: string): boolean {
  return !hasControl(text, 0, text.length);
}

/** Whether `line` has the ASCII letters `word` (upper case) at `from`, in either case; other characters must be the same. */
export function hasWordAt(line: string, from: number, word: string): boolean {
  if (line.length < from + word.length) return false;
  for (let index = 0; index < word.length; index++) {
    const wanted = word.charCodeAt(index);
    const code = line.charCodeAt(from + index);
    if (code !== wanted && (code !== (wanted | 0x20) || wanted < 0x41 || wanted > 0x5a)) return false;
  }
  return true;
}
