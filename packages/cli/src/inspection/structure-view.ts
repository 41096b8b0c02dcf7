/** The parts of a message as a tree, one line each. */
import type { MessagePart, ParsedMessage } from '@mailwright/mime';
import { formatCount, formatOctets, formatPlural } from '../output/numbers.ts';
import type { Palette } from '../output/palette.ts';
import { displayWidth, padEnd, truncate, visibleText } from '../output/visible-text.ts';

/** Columns for the tree and the media type, at most. */
const MOST_LABEL_COLUMNS = 46;
/** Nobody reads more of a message that was made to be unreadable. */
const MOST_LINES = 500;
const MOST_INDENTS = 20;

interface Row {
  readonly tree: string;
  readonly part: MessagePart;
}

/** `├─ 1 text/plain utf-8   1.2 KB quoted-printable, "name", inline, at 1,234` */
export function formatStructure(message: ParsedMessage, width: number, palette: Palette): readonly string[] {
  const rows = readTree(message);
  const columns = Math.min(MOST_LABEL_COLUMNS, Math.max(...rows.map(({ tree, part }) => displayWidth(`${tree}${labelOf(part)}`))));
  const lines = rows.map(({ tree, part }) => {
    const label = truncate(labelOf(part), Math.max(12, columns - tree.length));
    return `${palette.dim(tree)}${palette.cyan(padEnd(label, columns - tree.length))}  ${palette.dim(truncate(factsOf(part), Math.max(14, width - columns - 2)))}`;
  });
  const left = message.parts.length - rows.length;
  return left > 0 ? [...lines, palette.dim(`  ... ${formatPlural(left, 'more part')}`)] : lines;
}

/** The parts from top to bottom; no recursion, since the depth is the sender's choice. */
function readTree(message: ParsedMessage): readonly Row[] {
  const rows: Row[] = [];
  const open: { readonly part: MessagePart; readonly indent: string; readonly branch: string }[] = [{ part: message.parts[0]!, indent: '  ', branch: '' }];
  for (let next = open.pop(); next !== undefined && rows.length < MOST_LINES; next = open.pop()) {
    const { part, indent, branch } = next;
    rows.push({ tree: indent + branch, part });
    const below = branch === '' || part.depth > MOST_INDENTS ? indent : indent + (branch === '└─ ' ? '   ' : '│  ');
    const children = part.children.map((id, index) => ({ part: message.parts[id]!, indent: below, branch: index === part.children.length - 1 ? '└─ ' : '├─ ' }));
    open.push(...children.reverse());
  }
  return rows;
}

function labelOf({ id, mediaType, charset }: MessagePart): string {
  return visibleText(`${id} ${mediaType}${charset === undefined ? '' : ` ${charset}`}`);
}

function factsOf(part: MessagePart): string {
  const size = part.children.length > 0 ? formatOctets(part.bodyEnd - part.bodyStart) : `${formatOctets(part.content().length)} ${part.transferEncoding}`;
  const name = part.fileName === undefined ? undefined : JSON.stringify(part.fileName);
  const uuencoded = part.uuencoded().length;
  const facts = [size, name, part.disposition, uuencoded === 0 ? undefined : formatPlural(uuencoded, 'uuencoded file'), part.contentId === undefined ? undefined : `cid:${part.contentId}`, `at ${formatCount(part.bodyStart)}`];
  return visibleText(facts.filter((fact) => fact !== undefined).join(', '));
}
