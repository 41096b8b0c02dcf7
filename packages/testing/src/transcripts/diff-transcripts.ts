/** What is different between two dialogues, or between a dialogue and what a test expects. */
import type { Transcript, TranscriptEntry } from '@mailwright/smtp';
import { dialogueLine } from '../dialogue-text.ts';
import { linePattern } from './script-lines.ts';

/** Above this many comparisons lines are compared one by one, in place of finding the least difference. */
const MAX_COMPARISONS = 4_000_000;
const MESSAGE = 'C: (message)';

export interface DiffOptions {
  /** Compare the events too: handshakes, ends of connections, faults. Default false. */
  readonly events?: boolean | undefined;
  /** `codes`: of replies only code and enhanced status code count. Default `text`. */
  readonly replies?: 'text' | 'codes' | undefined;
}

/** A line that stands on one side only. */
export interface TranscriptDifference {
  readonly side: 'actual' | 'expected';
  /** Its number among the lines that were compared, from 0. */
  readonly index: number;
  /** `S: 250 OK` */
  readonly line: string;
}

/**
 * The least there is to take away from one and to add from the other to make them equal; empty when they are.
 *
 * Shape: times never count. `expected` may be lines (`C: MAIL FROM:<*>`, `S: 250 *`, `C: (message)`), whose `*` is any run of
 * characters.
 */
export function diffTranscripts(actual: Transcript, expected: Transcript | readonly string[], options: DiffOptions = {}): readonly TranscriptDifference[] {
  const left = actual.filter(({ direction }) => options.events === true || direction !== 'event').map((entry) => comparable(entry, options));
  const right = expectedLines(expected, options);
  const matches = right.map((line) => (line === MESSAGE ? isMessage : linePattern(line)));
  const same = (i: number, j: number): boolean => matches[j]!(left[i]!);
  let start = 0;
  while (start < left.length && start < right.length && same(start, start)) start++;
  let end = 0;
  while (end < left.length - start && end < right.length - start && same(left.length - 1 - end, right.length - 1 - end)) end++;
  const rows = left.length - start - end;
  const columns = right.length - start - end;
  const pairs = rows * columns > MAX_COMPARISONS ? pairInPlace(rows, columns, start, same) : pairLongest(rows, columns, start, same);
  const [paired, wanted] = [new Set(pairs.map(([i]) => i)), new Set(pairs.map(([, j]) => j))];
  const differences: TranscriptDifference[] = [];
  for (let index = start; index < start + rows; index++) if (!paired.has(index)) differences.push({ side: 'actual', index, line: left[index]! });
  for (let index = start; index < start + columns; index++) if (!wanted.has(index)) differences.push({ side: 'expected', index, line: right[index]! });
  return differences.sort((a, b) => a.index - b.index || (a.side === 'actual' ? -1 : 1));
}

/** `+ C: QUIT` for what is there and was not expected, `- C: QUIT` for what was expected and is not there; one a line. */
export function formatDifferences(differences: readonly TranscriptDifference[]): string {
  return differences.map(({ side, line }) => `${side === 'actual' ? '+' : '-'} ${line}\n`).join('');
}

function expectedLines(expected: Transcript | readonly string[], options: DiffOptions): readonly string[] {
  const lines = expected.map((line: string | TranscriptEntry) => (typeof line === 'string' ? line : comparable(line, options)));
  return lines.filter((line) => line !== '' && (options.events === true || !line.startsWith('#')));
}

function comparable(entry: TranscriptEntry, { replies = 'text' }: DiffOptions): string {
  if (entry.kind !== 'reply' || replies === 'text') return dialogueLine(entry);
  const [code] = /^\d{3}[- ]?(?:[245]\.\d{1,3}\.\d{1,3})?/.exec(entry.text ?? '') ?? [entry.text ?? ''];
  return `S: ${code}`;
}

function isMessage(line: string): boolean {
  return line === MESSAGE || /^C: \(\d+ octets of a message\)$/.test(line);
}

type Pair = readonly [number, number];
type Same = (i: number, j: number) => boolean;

function pairInPlace(rows: number, columns: number, start: number, same: Same): Pair[] {
  const pairs: Pair[] = [];
  for (let at = start; at < start + Math.min(rows, columns); at++) if (same(at, at)) pairs.push([at, at]);
  return pairs;
}

/** The longest common subsequence. */
function pairLongest(rows: number, columns: number, start: number, same: Same): Pair[] {
  const width = columns + 1;
  const lengths = new Uint32Array((rows + 1) * width);
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      const at = i * width + j;
      lengths[at] = same(start + i, start + j) ? lengths[at + width + 1]! + 1 : Math.max(lengths[at + width]!, lengths[at + 1]!);
    }
  }
  const pairs: Pair[] = [];
  for (let i = 0, j = 0; i < rows && j < columns; ) {
    const at = i * width + j;
    if (same(start + i, start + j)) pairs.push([start + i++, start + j++]);
    else if (lengths[at + width]! >= lengths[at + 1]!) i++;
    else j++;
  }
  return pairs;
}
