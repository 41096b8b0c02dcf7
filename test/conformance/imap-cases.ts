/**
 * What the suites about IMAP have in common: counting outcomes against the deviations, octets to responses and commands, and values of the grammar as plain
 * trees, in which spelling (atom, quoted, literal) makes no difference.
 *
 * Read next: `imap.ts`, `imap-imapflow.ts`, `imap-mailkit.ts`, `imap-deviations.ts`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  CLIENT_LIMITS, encodeCommand, encodeResponse, type Frame, FrameReader, parseCommand, parseResponse, type Response, SERVER_LIMITS, ValueReader, type WrittenPiece,
} from '@mailwright/imap';
import { latin1 } from '@mailwright/wire';
import { HELD_WRONG, NOT_BUILT } from './imap-deviations.ts';
import type { SuiteResult } from './suite.ts';

/** One case, ready to be compared: both sides as text. `refused` is met by every `refused: REASON`. */
export interface Outcome {
  readonly id: string;
  readonly expected: string;
  readonly actual: string;
}

/**
 * Counts outcomes: a case that we hold to be wrong must give what its row says, one that is not built is skipped. A row without
 * its case is a failure too.
 */
export function tally(suite: string, outcomes: readonly Outcome[]): SuiteResult {
  const result: SuiteResult = { suite, passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const row of [...HELD_WRONG, ...NOT_BUILT]) {
    if (row.suite === suite && !outcomes.some(({ id }) => id === row.id)) result.failures.push({ id: row.id, expected: 'a case of this id', actual: 'none' });
  }
  result.failed = result.failures.length;
  for (const { id, expected, actual } of outcomes) {
    const wanted = HELD_WRONG.find((row) => row.suite === suite && row.id === id)?.ours ?? expected;
    if (NOT_BUILT.some((row) => row.suite === suite && row.id === id)) result.skipped++;
    else if (actual === wanted || (wanted === 'refused' && actual.startsWith('refused: '))) result.passed++;
    else {
      result.failed++;
      result.failures.push({ id, expected: wanted, actual });
    }
  }
  return result;
}

/** The cases of a file of the folder `imap`. */
export function readTests<T>(folder: string, file: string): readonly T[] {
  return (JSON.parse(readFileSync(join(folder, 'imap', file), 'utf8')) as { readonly tests: readonly T[] }).tests;
}

/** Text with one octet for each character below 256, in UTF-8 where it has others: the cases hold both. */
export function octetsOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, [...text].some((character) => character > '\xff') ? 'utf8' : 'latin1'));
}

/** The frames that the octets hold; what is wrong with the framing as `refused: CODE`. */
export function framesOf(octets: Uint8Array, end: 'client' | 'server' = 'client'): (Frame | string)[] {
  const reader = new FrameReader({ ...(end === 'client' ? CLIENT_LIMITS : SERVER_LIMITS) }, { end });
  const frames: (Frame | string)[] = [];
  reader.push(octets);
  for (let event = reader.next(); event.type !== 'need-data'; event = reader.next()) {
    if (event.type === 'frame') frames.push(event.frame);
    else if (event.type === 'violation') frames.push(`refused: ${event.code}`);
    else if (event.type === 'literal-wanted') reader.accept();
  }
  if (reader.inside) frames.push('refused: the frame is not whole');
  return frames;
}

/** The one response that the octets hold; text for what can't be read. */
export function responseOf(octets: Uint8Array, utf8 = false): Response | string {
  const [frame = 'refused: nothing', ...others] = framesOf(octets);
  if (typeof frame === 'string') return frame;
  if (others.length > 0) return `refused: ${others.length} frames more`;
  const response = parseResponse(frame, CLIENT_LIMITS, utf8);
  return response.type === 'unreadable' ? `refused: ${response.expected} at ${response.at}` : response;
}

/** What is wrong with a response: it can't be read, nobody knows its name, or it is not read again from what is written for it. */
export function responseFault(line: string): string {
  const response = responseOf(octetsOf(`${line.replace(/\r\n$/, '')}\r\n`));
  if (typeof response === 'string') return response;
  if (response.type === 'data' && response.data.name === 'OTHER') return `no data of the name ${response.data.atom} is known`;
  const written = joinPieces(encodeResponse(response, false));
  const again = responseOf(octetsOf(`${written}\r\n`));
  return isDeepStrictEqual(again, response) ? '' : `written as ${written}`;
}

/** The same for a command. */
export function commandFault(line: string): string {
  const [frame = 'refused: nothing'] = framesOf(octetsOf(`${line}\r\n`), 'server');
  if (typeof frame === 'string') return frame;
  const parsed = parseCommand(frame, SERVER_LIMITS, false);
  if (!parsed.ok) return `refused: ${parsed.error}, ${parsed.expected} at ${parsed.at}`;
  const written = joinPieces(encodeCommand(parsed.tag, parsed.command, false));
  const [writtenFrame] = framesOf(octetsOf(`${written}\r\n`), 'server');
  const again = parseCommand(writtenFrame as Frame, SERVER_LIMITS, false);
  return again.ok && isDeepStrictEqual(again.command, parsed.command) ? '' : `written as ${written}`;
}

/** Pieces as they go over the wire, literals with their headers (those up to a size as `{n+}`); one character an octet for what is no ASCII in literals. */
export function joinPieces(pieces: readonly WrittenPiece[], nonSynchronizingOctets = -1): string {
  return pieces.map((piece) => {
    if (typeof piece === 'string') return piece;
    if (piece.type !== 'literal') throw new TypeError('a literal without octets');
    return `${piece.binary ? '~' : ''}{${piece.octets.length}${piece.octets.length <= nonSynchronizingOctets ? '+' : ''}}\r\n${latin1(piece.octets)}`;
  }).join('');
}

/** NIL, a text of whatever spelling, a list, or an atom with brackets behind it. */
export type Tree = null | string | readonly Tree[] | { readonly name: string; readonly section: readonly Tree[]; readonly partial?: readonly number[] };

/** Reads all values up to the end, or up to `closing`. */
export function readTrees(reader: ValueReader, closing?: string): Tree[] {
  const trees: Tree[] = [];
  for (reader.spaces(); !reader.atEnd && reader.failure === undefined; reader.spaces()) {
    if (closing !== undefined && reader.peek() === closing.charCodeAt(0)) break;
    trees.push(readTree(reader));
  }
  return trees;
}

function readTree(reader: ValueReader): Tree {
  if (reader.nil()) return null;
  const next = String.fromCharCode(reader.peek());
  if (next === '(') return readList(reader);
  if (next === '"' || next === '{' || next === '~') {
    const octets = reader.literalOrString();
    return octets instanceof Uint8Array ? textOf(octets) : 'a streamed literal';
  }
  const bare = readBare(reader);
  if (!reader.skip(LEFT_BRACKET)) return bare;
  const section = readTrees(reader, ']');
  reader.expect(RIGHT_BRACKET);
  if (!reader.skip(LESS_THAN)) return { name: bare, section };
  const partial = [reader.number()];
  if (reader.skip(DOT)) partial.push(reader.number());
  reader.expect(GREATER_THAN);
  return { name: bare, section, partial };
}

const [DOT, LESS_THAN, GREATER_THAN, LEFT_BRACKET, RIGHT_BRACKET] = [0x2e, 0x3c, 0x3e, 0x5b, 0x5d] as const;
/** Where an atom of the tree ends: brackets belong to names of sections only. */
const BARE = /^[^ ()[\]{"\r\n\t]+/;

function readList(reader: ValueReader): Tree {
  reader.open();
  const trees: Tree[] = [];
  for (reader.spaces(); !reader.close() && reader.failure === undefined; reader.spaces()) trees.push(readTree(reader));
  return trees;
}

function readBare(reader: ValueReader): string {
  const text = latin1(reader.octets.subarray(reader.at));
  const name = /^(?:BODY(?:\.PEEK)?|BINARY(?:\.PEEK|\.SIZE)?)(?=\[)/i.exec(text)?.[0] ?? (text.startsWith('[') ? /^\[(?=[^ ()]*\][^ ()])/.exec(text) === null ? '' : BRACKETED.exec(text)![0] : (WITH_BRACKETS.exec(text) ?? BARE.exec(text))?.[0]);
  if (name === undefined) {
    reader.fail('a value');
    return '';
  }
  reader.moveForward(reader.at + name.length);
  return textOf(octetsOf(name));
}

/** `[css3-page]` and `[Gmail].Trash`, which are atoms of what servers send. */
const BRACKETED = /^[^ (){"\r\n\t]+/;
const WITH_BRACKETS = /^[^ ()[\]{"\r\n\t]+\[[^ ()\]]*\][^ ()[\]{"\r\n\t<]+/;

function textOf(octets: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch {
    return latin1(octets);
  }
}

/** All values in the octets as trees, or what was wrong. */
export function treesOf(octets: Uint8Array): Tree[] | string {
  const reader = new ValueReader({ octets, streamed: [], complete: true }, CLIENT_LIMITS, true);
  const trees = readTrees(reader);
  return reader.failure === undefined ? trees : `refused: ${reader.failure.expected} at ${reader.failure.at}`;
}
