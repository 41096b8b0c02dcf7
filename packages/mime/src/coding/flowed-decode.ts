/**
 * text/plain with format=flowed (RFC 3676), in: lines that a sender wrapped become paragraphs again, quoting is kept apart from the text.
 *
 *     flowed-line = ( *quote-mark [stuffing] *text SP ) CRLF     a paragraph goes on
 *     fixed-line  = ( *quote-mark [stuffing] *text ) CRLF        it ends; so does "-- ", the line in front of a signature
 *
 * Left out: wrapping for a screen. Read next: `flowed-encode.ts`.
 */

/** A paragraph, or a line that stands alone. */
export interface FlowedParagraph {
  /** Quote marks in front of it. */
  readonly depth: number;
  /** Without quote marks, stuffing and line ends. */
  readonly text: string;
  /** One line that does not flow: code, a line of a poem, the end of an old-fashioned text. Not to be wrapped anew. */
  readonly fixed: boolean;
}

/** What the parameters of the Content-Type say. @rfc 3676 3.2 */
export interface FlowedOptions {
  /** The parameter DelSp=yes: the space that marks a flowed line is none of the text. Default false. */
  readonly delSp?: boolean | undefined;
}

/** What was done, for a test that doubles the input. */
export interface FlowedWork {
  /** Characters looked at, copied and joined. */
  characters: number;
}

const SIGNATURE = '-- ';
const QUOTE_MARK = 0x3e;
const SP = 0x20;

/** The paragraph that is being put together. */
interface OpenParagraph {
  readonly depth: number;
  readonly pieces: string[];
  fixed: boolean;
}

/**
 * The paragraphs of a flowed text. Lines end in CRLF or LF. Where the depth of quoting changes after a flowed line, the paragraph ends: the
 * quote marks count for more than the space.
 *
 * @rfc 3676 4
 * @rfc 3676 4.5
 */
export function parseFlowed(text: string, options: FlowedOptions = {}): readonly FlowedParagraph[] {
  const paragraphs: FlowedParagraph[] = [];
  readFlowed(text, options.delSp ?? false, (paragraph) => paragraphs.push(paragraph));
  return paragraphs;
}

/**
 * A flowed text with each paragraph on one line, quoted ones behind their quote marks and a space. Each ends as its last line ended.
 *
 * @rfc 3676 4
 */
export function decodeFlowed(text: string, options: FlowedOptions = {}): string {
  const pieces: string[] = [];
  readFlowed(text, options.delSp ?? false, ({ depth, text: content }, lineEnd) => {
    if (depth > 0) pieces.push('>'.repeat(depth), content === '' ? '' : ' ');
    pieces.push(content, lineEnd);
  });
  return pieces.join('');
}

/** Reads paragraphs one by one, in one pass. `lineEnd` is empty where the text ends without one. */
export function readFlowed(
  text: string, delSp: boolean, take: (paragraph: FlowedParagraph, lineEnd: string) => void, work: FlowedWork = { characters: 0 },
): void {
  let open: OpenParagraph | undefined;
  let lineEnd = '';
  const close = (): void => {
    if (open === undefined) return;
    const joined = open.pieces.join('');
    work.characters += joined.length;
    take({ depth: open.depth, text: joined, fixed: open.fixed }, lineEnd);
    open = undefined;
  };
  for (let start = 0; start < text.length; ) {
    const feed = text.indexOf('\n', start);
    const next = feed < 0 ? text.length : feed + 1;
    const end = feed < 0 ? text.length : text[feed - 1] === '\r' && feed > start ? feed - 1 : feed;
    const depth = countQuoteMarks(text, start, end);
    const from = start + depth + (text.charCodeAt(start + depth) === SP && start + depth < end ? 1 : 0);
    const content = text.slice(from, end);
    const isSignature = content === SIGNATURE;
    const isFlowed = !isSignature && content.endsWith(' ');
    work.characters += next - start + content.length;
    if (open !== undefined && (open.depth !== depth || isSignature)) close();
    open ??= { depth, pieces: [], fixed: !isFlowed };
    open.pieces.push(isFlowed && delSp ? content.slice(0, -1) : content);
    lineEnd = text.slice(end, next);
    if (!isFlowed) close();
    start = next;
  }
  close();
}

function countQuoteMarks(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && text.charCodeAt(at) === QUOTE_MARK) at++;
  return at - start;
}
