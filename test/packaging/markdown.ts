/**
 * As much of Markdown as the tests read: headings and fenced blocks, for doc examples and transcripts.
 *
 * Read next: `doc-examples.ts`.
 */

/** A heading line. */
export interface Heading {
  readonly type: 'heading';
  readonly level: number;
  readonly text: string;
  readonly line: number;
}

/** A fenced block. `info` is what stands behind the opening fence; `text` has the fence's own indentation removed. */
export interface Fence {
  readonly type: 'fence';
  readonly info: string;
  readonly text: string;
  /** The line of the opening fence, counted from 1; the text begins on the next. */
  readonly line: number;
}

const FENCE = /^(\s*)(`{3,}|~{3,})\s*(.*)$/;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*\s*$/;

/** Headings and fences of a Markdown text in order. A fence that never closes reaches to the end. */
export function readMarkdown(text: string): (Heading | Fence)[] {
  const lines = text.split(/\r?\n/);
  const blocks: (Heading | Fence)[] = [];
  for (let index = 0; index < lines.length; index++) {
    const opening = FENCE.exec(lines[index]!);
    const heading = HEADING.exec(lines[index]!);
    if (heading !== null) blocks.push({ type: 'heading', level: heading[1]!.length, text: heading[2]!, line: index + 1 });
    if (opening === null) continue;
    const [, indentation, marks, info] = opening as unknown as [string, string, string, string];
    const start = index + 1;
    for (index = start; index < lines.length && !closes(lines[index]!, marks); index++);
    const body = lines.slice(start, index).map((line) => unindent(line, indentation.length));
    blocks.push({ type: 'fence', info: info.trim(), text: body.map((line) => `${line}\n`).join(''), line: start });
  }
  return blocks;
}

function closes(line: string, marks: string): boolean {
  const trimmed = line.trim();
  return trimmed.startsWith(marks) && trimmed === trimmed[0]!.repeat(trimmed.length);
}

function unindent(line: string, width: number): string {
  let removed = 0;
  while (removed < width && (line[removed] === ' ' || line[removed] === '\t')) removed++;
  return line.slice(removed);
}
