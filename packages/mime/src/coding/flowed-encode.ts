/**
 * text/plain with format=flowed (RFC 3676), out: long lines are wrapped in a way that the reader's program can undo.
 *
 * Left out: the header field that says so (`format=flowed; delsp=yes`), charsets. Read next: `flowed-decode.ts`.
 */
import type { FlowedParagraph } from './flowed-decode.ts';

/** How lines are wrapped. */
export interface EncodeFlowedOptions {
  /** For DelSp=yes: the space that marks a flowed line is added, so that Chinese and Japanese wrap between any two characters. Default false. */
  readonly delSp?: boolean | undefined;
  /** Characters of a line at most, where a word does not take more; from 20 to 998. Default 76; RFC 3676 asks for 78 at most. */
  readonly width?: number | undefined;
  /** Lines that begin with `>` are quoted text and flow as such; otherwise the character is part of the text. Default false. */
  readonly quotes?: boolean | undefined;
}

const DEFAULT_WIDTH = 76;
const LEAST_WIDTH = 20;
const MOST_WIDTH = 998; // RFC 5322 2.1.1
/** Where quote marks leave less of a line for text, it is not wrapped: it would grow without bound. */
const LEAST_TEXT_CHARACTERS = 10;
const SIGNATURE = '-- ';

/** How lines are made. */
interface Wrap {
  readonly delSp: boolean;
  readonly width: number;
}

/**
 * A text in flowed lines, each with its CRLF where the text has one. Spaces at the end of its lines go, except in the line in front of a
 * signature, since they would mean something. `text`: lines that end in CRLF or LF, each a paragraph; or paragraphs with their depths, all
 * of which get a line end. `decodeFlowed` and `parseFlowed` are the inverse.
 *
 * Errors: RangeError for a width out of range; TypeError for a depth that is none, or a line end inside a paragraph.
 * @rfc 3676 4.1
 * @rfc 3676 4.2
 * @rfc 3676 4.4
 */
export function encodeFlowed(text: string | readonly FlowedParagraph[], options: EncodeFlowedOptions = {}): string {
  const width = options.width ?? DEFAULT_WIDTH;
  if (!Number.isInteger(width) || width < LEAST_WIDTH || width > MOST_WIDTH) throw new RangeError(`width must be an integer from ${LEAST_WIDTH} to ${MOST_WIDTH}`);
  const wrap: Wrap = { delSp: options.delSp ?? false, width };
  const lines: string[] = [];
  if (typeof text === 'string') {
    for (const line of text.split(/\r?\n/)) wrapParagraph(toParagraph(line, options.quotes ?? false), wrap, lines);
    return lines.join('\r\n');
  }
  for (const paragraph of text) {
    checkParagraph(paragraph);
    wrapParagraph(paragraph, wrap, lines);
  }
  return lines.map((line) => `${line}\r\n`).join('');
}

function toParagraph(line: string, quotes: boolean): FlowedParagraph {
  let depth = 0;
  if (quotes) while (line[depth] === '>') depth++;
  return { depth, text: line.slice(depth > 0 && line[depth] === ' ' ? depth + 1 : depth), fixed: false };
}

function checkParagraph({ depth, text }: FlowedParagraph): void {
  if (!Number.isInteger(depth) || depth < 0 || depth > MOST_WIDTH) throw new TypeError(`depth must be an integer from 0 to ${MOST_WIDTH}`);
  if (/[\r\n]/.test(text)) throw new TypeError('a paragraph holds a line end');
}

function wrapParagraph(paragraph: FlowedParagraph, wrap: Wrap, lines: string[]): void {
  const marks = '>'.repeat(paragraph.depth);
  const text = paragraph.text === SIGNATURE ? SIGNATURE : trimSpacesEnd(paragraph.text);
  let from = 0;
  while (!paragraph.fixed && marks.length + LEAST_TEXT_CHARACTERS < wrap.width) {
    const prefix = marks + stuffing(text, from, paragraph.depth);
    const room = wrap.width - prefix.length;
    const end = text.length - from <= room ? text.length : findBreak(text, from, room, wrap.delSp);
    if (end === text.length) break;
    lines.push(`${prefix}${text.slice(from, end)}${wrap.delSp ? ' ' : ''}`);
    from = end;
  }
  const rest = text.slice(from);
  lines.push(rest === '' ? marks : `${marks}${stuffing(text, from, paragraph.depth)}${rest}`);
}

/** The space in front of what would be read as something else, and behind quote marks. */
function stuffing(text: string, from: number, depth: number): string {
  return depth > 0 || text[from] === ' ' || text[from] === '>' || text.startsWith('From', from) ? ' ' : '';
}

/**
 * Where the line that begins at `from` ends so that it takes `room` characters at most: behind the last space that fits, else behind the
 * first one; the end of the text where there is none. Each call looks at no more than `room` characters and the line that it makes.
 */
function findBreak(text: string, from: number, room: number, delSp: boolean): number {
  const most = from + room - (delSp ? 1 : 0);
  for (let end = most; end > from; end--) if (mayBreak(text, from, end, delSp)) return end;
  for (let end = most + 1; end < text.length; end++) if (mayBreak(text, from, end, delSp)) return end;
  return text.length;
}

/** A break at `end` must not make the line that stands in front of a signature. */
function mayBreak(text: string, from: number, end: number, delSp: boolean): boolean {
  if (text[end - 1] === ' ') return delSp || end - from !== SIGNATURE.length || text.slice(from, end) !== SIGNATURE;
  return delSp && isWide(text.charCodeAt(end - 1)) && isWide(text.charCodeAt(end));
}

/** A character of a script that is written without spaces, and none that joins the one before it. */
function isWide(unit: number): boolean {
  if (unit < 0x2e80 || (unit >= 0x302a && unit <= 0x302f) || unit === 0x3099 || unit === 0x309a) return false;
  return unit < 0xac00 || (unit >= 0xf900 && unit <= 0xfaff) || (unit >= 0xff01 && unit <= 0xff60);
}

function trimSpacesEnd(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === ' ') end--;
  return text.slice(0, end);
}
