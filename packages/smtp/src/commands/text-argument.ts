/**
 * Arguments that are text for people or machines outside the protocol: NOOP, HELP, VRFY, EXPN.
 *
 *     String = Atom / Quoted-string
 *
 * Deviation: an argument that does not begin with a quote is taken as it stands, blanks included. People type
 * `VRFY John Smith` and `VRFY <john@example.org>`; test "text argument".
 * @rfc 5321 4.1.2
 */
import { contentEnd, hasControl, isLineText } from '../command-text.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The text of `line` from `from` without blanks at its end; `undefined` where control characters stand in it. */
export function parseText(line: string, from: number): string | undefined {
  if (from >= line.length) return '';
  const end = contentEnd(line, from);
  return hasControl(line, from, end) ? undefined : line.slice(from, end);
}

/** `VERB text`, or the verb alone for an empty text. Errors: a `TypeError` for what `parseText` would not give back. */
export function encodeText(verb: string, text: string): string {
  if (text === '') return verb;
  if (!isLineText(text) || text.endsWith(' ')) throw new TypeError(`can't stand behind ${verb}: ${JSON.stringify(text)}`);
  return `${verb} ${text}`;
}

/**
 * A `String` of VRFY and EXPN: a quoted string gives its value, anything else stands for itself.
 *
 * Errors: `undefined` for an empty string, control characters, and a quoted string that does not end at `end`.
 * @rfc 5321 4.1.2
 */
export function parseString(line: string, from: number, end: number): string | undefined {
  if (from >= end || hasControl(line, from, end)) return undefined;
  if (line.charCodeAt(from) !== QUOTE) return line.charCodeAt(from) === 0x20 ? undefined : line.slice(from, end);
  let value = '';
  let index = from + 1;
  for (; index < end - 1; index++) {
    const code = line.charCodeAt(index);
    if (code === QUOTE) return undefined;
    if (code === BACKSLASH && ++index === end - 1) return undefined;
    value += line[index];
  }
  return index === end - 1 && line.charCodeAt(index) === QUOTE && value !== '' ? value : undefined;
}

/** The inverse of `parseString`. `plain` says whether the text may stand without quotes for the command at hand. */
export function encodeString(text: string, plain: boolean): string {
  if (text === '' || !isLineText(text)) throw new TypeError(`can't stand in an argument: ${JSON.stringify(text)}`);
  const quoted = !plain || text.startsWith('"') || text.startsWith(' ') || text.endsWith(' ');
  return quoted ? `"${text.replace(/["\\]/g, '\\$&')}"` : text;
}
