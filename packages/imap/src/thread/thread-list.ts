/**
 * Conversations, as THREAD gives them. A thread is a flat list, each message with its depth, the answers to a message behind it: so a
 * chain of 100,000 answers is no deeper in memory than a list, and a list is what people are shown.
 *
 *     thread-data    = "THREAD" [SP 1*thread-list]
 *     thread-list    = "(" (thread-members / thread-nested) ")"
 *     thread-members = nz-number *(SP nz-number) [SP thread-nested]
 *     thread-nested  = 2*thread-list
 *
 * @rfc 5256 4
 */
import { LEFT_PARENTHESIS, RIGHT_PARENTHESIS } from '@mailwright/wire';
import type { ValueReader } from '../value-reader.ts';
import type { ValueWriter } from '../value-writer.ts';

/** One message of a thread. */
export interface ThreadEntry {
  /** A UID or sequence number; undefined for a message that is not there and that others answer to: only a thread's first entry. */
  readonly number: number | undefined;
  /** 0 for the first of the thread, 1 for answers to it. */
  readonly depth: number;
}

/** A conversation: every entry stands behind the one it answers, at a depth one greater. */
export type Thread = readonly ThreadEntry[];

/** Reads threads up to the end of the frame. Without recursion; numbers and lists are counted against the limit. @rfc 5256 4 */
export function readThreads(reader: ValueReader): Thread[] {
  const threads: Thread[] = [];
  reader.spaces();
  while (!reader.atEnd) {
    threads.push(readThread(reader));
    reader.spaces(); // some servers put blanks between threads
  }
  return threads;
}

function readThread(reader: ValueReader): Thread {
  const entries: ThreadEntry[] = [];
  const outer: number[] = []; // the depths that the open lists began with
  let depth = 0;
  reader.expect(LEFT_PARENTHESIS);
  do {
    reader.spaces();
    if (reader.skip(RIGHT_PARENTHESIS)) {
      if (outer.length === 0) return entries.length === 0 ? missing(reader) : entries;
      depth = outer.pop()!;
    } else if (reader.skip(LEFT_PARENTHESIS)) {
      if (entries.length === 0) entries.push({ number: undefined, depth: depth++ });
      outer.push(depth);
    } else entries.push({ number: readNumber(reader), depth: depth++ });
    reader.count();
  } while (reader.failure === undefined);
  return entries;
}

function missing(reader: ValueReader): Thread {
  reader.fail('a message number');
  return [];
}

function readNumber(reader: ValueReader): number {
  const from = reader.at;
  const number = reader.number();
  if (number === 0) reader.fail('a message number', from);
  return number;
}

/** Writes ` ` and the threads; nothing for none. Throws a `RangeError` for depths and numbers that make no thread. @rfc 5256 4 */
export function writeThreads(writer: ValueWriter, threads: readonly Thread[]): void {
  if (threads.length > 0) writer.space();
  for (const thread of threads) writer.raw(formatThread(thread));
}

/** `(3 6 (4 23)(44 7 96))`. An answer alone follows its message; where there are several, each has its list. */
function formatThread(thread: Thread): string {
  const alone = answersAlone(thread);
  const pieces: string[] = ['('];
  const lists: number[] = []; // depths of the entries that began a list
  thread.forEach(({ number, depth }, index) => {
    const before = thread[index - 1];
    while (lists.length > 0 && lists.at(-1)! >= depth) {
      lists.pop();
      pieces.push(')');
    }
    const isFirstAnswer = before !== undefined && before.depth < depth && before.number !== undefined;
    if (isFirstAnswer) pieces.push(' ');
    if (index > 0 && !alone[index]!) {
      pieces.push('(');
      lists.push(depth);
    }
    if (number !== undefined) pieces.push(String(number));
  });
  pieces.push(')'.repeat(lists.length + 1));
  return pieces.join('');
}

/** Of each entry, whether it is the only answer to its message; checks that the entries make a thread. */
function answersAlone(thread: Thread): boolean[] {
  const counts: number[] = thread.map(() => 0);
  const parents: number[] = [];
  const path: number[] = []; // the last entry at each depth
  thread.forEach(({ number, depth }, index) => {
    const isFirst = index === 0;
    const isDepth = isFirst ? depth === 0 : Number.isInteger(depth) && depth >= 1 && depth <= path.length;
    if (!isDepth) throw new RangeError(`no thread: depth ${depth} at entry ${index}`);
    const isNumber = number === undefined ? isFirst : Number.isInteger(number) && number >= 1 && number <= 0xffff_ffff;
    if (!isNumber) throw new RangeError(`no message number: ${number}`);
    path.length = depth;
    const parent = path.at(-1) ?? -1;
    if (parent >= 0) counts[parent]!++;
    parents.push(parent);
    path.push(index);
  });
  if (thread.length === 0 || (thread[0]!.number === undefined && counts[0]! < 2)) {
    throw new RangeError('a thread needs a message, one that is not there two answers');
  }
  return parents.map((parent) => parent >= 0 && counts[parent] === 1);
}
