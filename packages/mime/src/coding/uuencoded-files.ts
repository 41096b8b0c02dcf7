/**
 * Uuencoded files inside a text body, as mail carried attachments before MIME and as some programs still do.
 *
 * Left out: files in several messages. Read next: `uuencode.ts`.
 */
import { CR, LF, decodeUtf8Strict, encodeLatin1, encodeUtf8, indexOfOctet, indexOfSequence } from '@mailwright/wire';
import type { MimeDefect } from '../defect.ts';
import type { UuencodeBegin } from './uuencode.ts';
import { DATA_LINE_OCTETS, UuencodeLines, decodeDataLine, isEndLine, readBeginLine } from './uuencode.ts';

/** A file inside a text. */
export interface UuencodedFile {
  /** As the sender wrote it: a path, perhaps. UTF-8 where it is that, else Latin-1. */
  readonly name: string;
  /** The permissions of Unix, as a number. */
  readonly mode: number;
  /** The offset of `begin`. */
  readonly start: number;
  /** The offset behind the line `end`, or of what follows a file that has none. */
  readonly end: number;
  readonly octets: Uint8Array;
  /** Offsets count octets of the text. The first of each code. */
  readonly defects: readonly MimeDefect[];
}

const BEGIN = encodeUtf8('begin ');
/** Files that are looked for in one text. */
const MAX_FILES = 1000;

/**
 * The uuencoded files of a text. A line that begins like one begins a file only when a line of data or the end follows, since people write
 * such lines too; the first 1,000 count. A file without an `end` goes on to the next one or to the end of the text; other lines inside it are skipped, with a
 * defect. Never throws; one pass.
 */
export function findUuencoded(octets: Uint8Array): readonly UuencodedFile[] {
  const files: UuencodedFile[] = [];
  for (let at = indexOfSequence(octets, BEGIN); at >= 0 && files.length < MAX_FILES; at = indexOfSequence(octets, BEGIN, at)) {
    const line = readLine(octets, at);
    const isLineStart = at === 0 || octets[at - 1] === LF;
    const begin = isLineStart ? readBeginLine(octets, at, line.end) : undefined;
    if (begin === undefined || !isDataAhead(octets, line.next)) {
      at += BEGIN.length;
      continue;
    }
    const file = readFile(octets, at, line.next, begin);
    files.push(file);
    at = file.end;
  }
  return files;
}

function readFile(octets: Uint8Array, start: number, dataStart: number, begin: UuencodeBegin): UuencodedFile {
  const lines = new UuencodeLines('inside');
  let at = dataStart;
  while (at < octets.length && !lines.isOver) {
    const line = readLine(octets, at);
    if (readBeginLine(octets, at, line.end) !== undefined && isDataAhead(octets, line.next)) break;
    lines.take(octets, at, line.end, at);
    at = line.next;
  }
  if (!lines.isOver) lines.report('MIME_UUENCODE_NO_END', at);
  const name = decodeUtf8Strict(encodeLatin1(begin.name)) ?? begin.name;
  return { name, mode: begin.mode, start, end: at, octets: lines.takeOctets(), defects: lines.defects };
}

/** True where a line of data stands that is as long as it says, or the end of an empty file. */
function isDataAhead(octets: Uint8Array, at: number): boolean {
  const line = readLine(octets, at);
  if (isEndLine(octets, at, line.end)) return true;
  const count = at < line.end ? (octets[at]! - 0x20) & 63 : 0;
  if (count === 0) return isEndLine(octets, line.next, readLine(octets, line.next).end);
  const surplus = line.end - at - 1 - Math.ceil(count / 3) * 4;
  const isWhole = line.end - at - 1 >= Math.ceil((count * 8) / 6) && surplus <= 2;
  return isWhole && decodeDataLine(octets, at, line.end, new Uint8Array(DATA_LINE_OCTETS), 0) >= 0;
}

/** Where the line that begins at `at` ends without its line end, and where the next begins. */
function readLine(octets: Uint8Array, at: number): { readonly end: number; readonly next: number } {
  const lineEnd = indexOfOctet(octets, LF, at);
  if (lineEnd < 0) return { end: octets.length, next: octets.length };
  return { end: lineEnd > at && octets[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd, next: lineEnd + 1 };
}
