/** White space as headers and quoted-printable know it: space and tab, and nothing else that Unicode calls so. */

/** `text` without spaces and tabs at its end. A loop, since a regular expression would take quadratic time. */
export function trimWhiteSpaceEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isWhiteSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(0, end);
}

/** `text` without spaces and tabs at its beginning and end. */
export function trimWhiteSpace(text: string): string {
  let from = 0;
  while (isWhiteSpace(text.charCodeAt(from))) from++;
  return trimWhiteSpaceEnd(text.slice(from));
}

function isWhiteSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x09;
}
