/**
 * A session for the eye: what each side said on the left, what it means on the right, with the RFC where that stands.
 *
 *     C  EHLO client.example            The client says its name and asks what the server can do.  RFC 5321 4.1.1.1
 *
 * Commands that left in one go are held together by a bracket; the text of a message is one counted block.
 */
import type { ExplainedLine, TranscriptEntry } from '@mailwright/smtp';
import { formatCount } from './numbers.ts';
import type { Paint, Palette } from './palette.ts';
import { displayWidth, padEnd, truncate, visibleText, wrapText } from './visible-text.ts';

const GUTTER_COLUMNS = 4;
/** The share of the page that belongs to the lines; what is longer runs over and has its meaning below. */
const LINE_SHARE = 0.36;
const CHALLENGE_COLUMNS = 28;

/**
 * The whole session, one string a line of output, without line ends. What is in `told` was explained before, and is not explained
 * again; what is explained now is added.
 */
export function formatDialogue(lines: readonly ExplainedLine[], width: number, palette: Palette, told: Set<string> = new Set<string>()): readonly string[] {
  const output: string[] = [];
  const lineColumns = Math.floor((width - GUTTER_COLUMNS) * LINE_SHARE);
  const shown = gatherRepeated(lines.map((line) => withoutRepetition(line, told)));
  for (const [index, line] of shown.entries()) {
    if (index > 0 && beginsParagraph(shown[index - 1]!, line)) output.push('');
    if (line.direction === 'event') output.push(formatEvent(line.text, width, palette));
    else output.push(...formatSpoken(line, gutterOf(shown, index), lineColumns, width, palette));
  }
  return output;
}

/** An empty line stands before what a new turn begins with. */
function beginsParagraph(before: ExplainedLine, line: ExplainedLine): boolean {
  if (line.direction === 'event' || before.direction === 'event') return line.direction !== before.direction;
  return line.direction === 'client' && before.direction === 'server';
}

const AS_BEFORE = 'As before.';

/** The second EHLO of a session gets much the same answer as the first, and every RCPT the same 250. */
function withoutRepetition(line: ExplainedLine, told: Set<string>): ExplainedLine {
  if (line.direction === 'event' || line.group !== undefined || line.meaning === '') return line;
  // 250- and 250: the same, but for its place in the reply.
  const key = `${line.direction === 'server' ? line.text.replace(/^(\d{3})-/, '$1 ') : line.text}\n${line.meaning}`;
  if (told.has(key)) return { ...line, meaning: AS_BEFORE, source: '' };
  told.add(key);
  return line;
}

/** Lines of one reply that are all as before stand in one. */
function gatherRepeated(lines: readonly ExplainedLine[]): readonly ExplainedLine[] {
  const gathered: ExplainedLine[] = [];
  for (let at = 0; at < lines.length; ) {
    let end = at;
    while (isRepeatedPart(lines[end]) && lines[end]!.text.charAt(3) === '-' && isRepeatedPart(lines[end + 1])) end++;
    const line = lines[at]!;
    const rest = lines.slice(at + 1, end + 1).map(({ text }) => text.slice(4));
    gathered.push(rest.length < LEAST_GATHERED ? line : { ...line, meaning: `As before, and so are the ${rest.length} lines that follow: ${rest.join(', ')}.` });
    at = rest.length < LEAST_GATHERED ? at + 1 : end + 1;
  }
  return gathered;
}

const LEAST_GATHERED = 2;

function isRepeatedPart(line: ExplainedLine | undefined): boolean {
  return line?.direction === 'server' && line.meaning === AS_BEFORE;
}

/** A line as it was said, without explanation, for who watches a session while it lasts. */
export function formatEntry({ direction, kind, text, octets }: TranscriptEntry, palette: Palette): string {
  const shown = visibleText(kind === 'data' ? `(${formatCount(octets)} octets of the message)` : (text ?? ''));
  if (direction === 'event') return palette.magenta(`*  ${shown}`);
  const speaker = direction === 'client' ? 'C' : 'S';
  return `${palette.dim(speaker)}  ${paintOf(direction, kind === 'data' ? '(' : shown, palette)(shown)}`;
}

/** `C  `, or `C┌ `, `C│ `, `C└ ` for the commands of a group. */
function gutterOf(lines: readonly ExplainedLine[], index: number): { readonly speaker: string; readonly first: string; readonly more: string } {
  const { direction, group } = lines[index]!;
  const speaker = direction === 'client' ? 'C' : 'S';
  if (group === undefined) return { speaker, first: ' ', more: ' ' };
  const opens = lines[index - 1]?.group !== group;
  const closes = lines[index + 1]?.group !== group;
  return { speaker, first: opens ? '┌' : closes ? '└' : '│', more: closes ? ' ' : '│' };
}

function formatSpoken(line: ExplainedLine, gutter: ReturnType<typeof gutterOf>, lineColumns: number, width: number, palette: Palette): readonly string[] {
  const head = `${palette.dim(gutter.speaker)}${palette.blue(gutter.first)} `;
  const below = ` ${palette.blue(gutter.more)} `;
  const paint = paintOf(line.direction, line.text, palette);
  const text = shownText(line);
  const meaningColumns = width - lineColumns - GUTTER_COLUMNS - 1;
  const meaning = formatMeaning(line, meaningColumns, palette);
  const indent = ' '.repeat(lineColumns + 2);
  if (displayWidth(text) <= lineColumns) {
    return meaning.map((part, index) => (index === 0 ? `${head}${padEnd(paint(text), lineColumns)}  ${part}` : `${below}${indent}${part}`).trimEnd());
  }
  const said = wrapText(text, width - GUTTER_COLUMNS - 1).map((part, index) => `${index === 0 ? head : `${below}  `}${paint(part)}`);
  return [...said, ...meaning.map((part) => `${below}${indent}${part}`.trimEnd())];
}

/** The meaning in lines, its source at the end. */
function formatMeaning({ meaning, source }: ExplainedLine, columns: number, palette: Palette): readonly string[] {
  const lines = [...wrapText(visibleText(meaning), columns)];
  if (source === '') return lines;
  const last = lines.at(-1)!;
  if (displayWidth(last) + 2 + source.length <= columns) {
    lines[lines.length - 1] = `${last}  ${palette.dim(source)}`;
    return lines;
  }
  return [...lines, ...wrapSources(source, columns).map(palette.dim)];
}

/** `RFC 5321 3.3; RFC 3463 3.2`, broken between references and never inside one. */
function wrapSources(source: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const reference of source.split('; ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 2 + reference.length <= columns) lines[lines.length - 1] = `${last}; ${reference}`;
    else lines.push(reference);
  }
  return lines;
}

/** What the server says in a login is base64 for programs, and long. */
function shownText({ direction, text }: ExplainedLine): string {
  const shown = visibleText(text);
  return direction === 'server' && shown.startsWith('334 ') ? truncate(shown, CHALLENGE_COLUMNS) : shown;
}

function formatEvent(text: string, width: number, palette: Palette): string {
  const shown = visibleText(text);
  const fill = '─'.repeat(Math.max(2, width - displayWidth(shown) - 6));
  return palette.magenta(`──── ${shown} ${fill}`);
}

/** `* 3 EXISTS`, `A1 OK`, `+`; a capability below its line. */
const IMAP_STATUS = /^(?:\* |[A-Z]+\d+ (OK|NO|BAD) |\+(?: |$)|  \S)/;

/** Client lines are cyan, replies go by their class: green, yellow, red. */
function paintOf(direction: ExplainedLine['direction'], text: string, palette: Palette): Paint {
  if (direction === 'client') return text.startsWith('(') ? palette.blue : palette.cyan;
  const imap = IMAP_STATUS.exec(text);
  if (imap !== null) return imap[1] === 'NO' ? palette.yellow : imap[1] === 'BAD' ? palette.red : palette.green;
  if (text.startsWith('2') || text.startsWith('+')) return palette.green;
  return text.startsWith('3') || text.startsWith('4') ? palette.yellow : palette.red;
}
