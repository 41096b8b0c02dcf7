/**
 * Runs tables of wire text and value over the specs of extensions, in both directions, and over every damage of one octet or one end.
 */
import { describe, expect, test } from 'vitest';
import { encodeLatin1, encodeUtf8, latin1 } from '@mailwright/wire';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import type { Command } from '../../src/command.ts';
import { encodeCommand } from '../../src/command-encode.ts';
import { parseCommand } from '../../src/command-parse.ts';
import type { Extension, ParameterPlace } from '../../src/extension.ts';
import { CLIENT_LIMITS } from '../../src/limits.ts';
import type { Response } from '../../src/response.ts';
import { encodeResponse } from '../../src/response-encode.ts';
import { parseResponse } from '../../src/response-parse.ts';
import { allSpecs } from '../../src/tables.ts';
import type { Failure } from '../../src/value-cursor.ts';
import { ValueReader } from '../../src/value-reader.ts';
import { ValueWriter, type WrittenPiece } from '../../src/value-writer.ts';

/** What a wire text is: `code` without its brackets, `status` and `fetch` one item with its name, a parameter by its place. */
export type WireKind = 'command' | 'data' | 'code' | 'request' | 'fetch' | 'status' | 'search' | ParameterPlace;

export interface WireCase {
  readonly kind: WireKind;
  readonly wire: string;
  readonly value: unknown;
  /** What is written for the value, where it is not `wire`. */
  readonly printed?: string;
  readonly utf8?: boolean;
}

interface Read {
  readonly value: unknown;
  readonly failure: Failure | undefined;
}

const NAME = /^(?:\* )?(?:(\d+) )?(?:(UID) (?=[A-Z]))?([A-Za-z0-9$.=-]+)/;

/** Reads a wire text with the spec that the extension has for its name. */
export function readWire(extensions: readonly unknown[], kind: WireKind, wire: string, utf8: boolean = false): Read {
  const octets = octetsOf(wire, utf8);
  const match = NAME.exec(wire);
  if (match === null) return { value: undefined, failure: { expected: 'a name', at: 0 } };
  const [all, number, uid, name] = match;
  const reader = new ValueReader({ octets, streamed: [], complete: true }, CLIENT_LIMITS, utf8, all.length, allSpecs());
  const spec = findSpec(extensions, kind, name!.toUpperCase());
  if (spec === undefined) return { value: undefined, failure: { expected: 'a known name', at: 0 } };
  const value = parseWith(spec, kind, reader, Number(number ?? 0), uid !== undefined);
  reader.finish();
  return { value, failure: reader.failure };
}

/** Writes a value as `readWire` reads it. */
export function writeWire(extensions: readonly unknown[], kind: WireKind, name: string, value: unknown, utf8: boolean = false): string {
  const spec = findSpec(extensions, kind, name.toUpperCase());
  if (spec === undefined) throw new Error(`no spec for ${kind} ${name}`);
  const writer = new ValueWriter(utf8, allSpecs());
  if (kind === 'command') writer.raw((value as { uid?: boolean }).uid === true ? `UID ${name}` : name);
  else if (kind === 'code' || isPlace(kind)) writer.raw(name);
  else if (kind === 'status') writer.raw(`${name} `);
  if (kind === 'request') spec.encodeRequest!(writer, value);
  else spec.encode!(writer, value, () => {});
  return joinPieces(writer.finish());
}

/** A table of an extension: each wire text is read and printed again, cut at each octet and damaged at each octet. */
export function testWire(source: string, extensions: readonly unknown[], cases: readonly WireCase[]): void {
  describe(source, () => {
    test.each(cases.map((each) => [`${each.kind}: ${each.wire}`, each] as const))('%s', (_, { kind, wire, value, printed, utf8 }) => {
      const read = readWire(extensions, kind, wire, utf8);
      expect(read.failure).toBeUndefined();
      expect(read.value).toEqual(value);
      const name = NAME.exec(wire)![3]!.toUpperCase();
      const written = writeWire(extensions, kind, name, value, utf8);
      expect(written).toBe(printed ?? wire.replace(/^\* (\d+ )?/, (_all, number: string | undefined) => number ?? ''));
      expect(readWire(extensions, kind, written, utf8)).toEqual({ value, failure: undefined });
    });

    test.each(cases.map((each) => [`${each.kind}: ${each.wire}`, each] as const))('in its whole line: %s', (_, { kind, wire, utf8 }) => {
      const line = wholeLine(kind, wire);
      const whole = readLine(line, utf8);
      expect(whole.failed).toBe(undefined);
      const written = writeLine(whole, utf8);
      expect(readLine(written, utf8)).toEqual(whole);
      for (let at = 0; at < line.length; at++) readLine(line.slice(0, at), utf8);
    });

    test.each(cases.map((each) => [`${each.kind}: ${each.wire}`, each] as const))('cut or damaged, contained: %s', (_, { kind, wire, utf8 }) => {
      const random = new SeededRandom(wire.length);
      for (let at = 0; at < wire.length; at++) {
        readTwice(extensions, kind, wire.slice(0, at), utf8);
        for (const other of [' ', '(', ')', '"', '{', '\0', String.fromCharCode(random.word() & 0xff)]) {
          readTwice(extensions, kind, wire.slice(0, at) + other + wire.slice(at + 1), utf8);
        }
      }
    });

    const explained = cases.filter(({ kind, wire }) => specOf(extensions, kind, wire).explain !== undefined);
    test.each(explained.map((each) => [`${each.kind}: ${each.wire}`, each] as const))('explained: %s', (_, { kind, wire, value }) => {
      expect(specOf(extensions, kind, wire).explain!(value)).toMatch(/^[^]{4,}$/);
    });
  });
}

/** Where a wire text stands in a command or a response. */
const LINES: Readonly<Record<Exclude<WireKind, 'SEARCH-RETURN' | 'RENAME'>, (wire: string) => string>> = {
  command: (wire) => `A1 ${wire}`,
  data: (wire) => wire,
  code: (wire) => `* OK [${wire}] text`,
  request: (wire) => `A1 FETCH 1 (UID ${wire} FLAGS)`,
  fetch: (wire) => `* 1 FETCH (UID 7 ${wire} FLAGS ())`,
  status: (wire) => `* STATUS INBOX (MESSAGES 1 ${wire} UNSEEN 2)`,
  search: (wire) => `A1 SEARCH SEEN ${wire} UNFLAGGED`,
  SELECT: (wire) => `A1 SELECT INBOX (${wire})`,
  CREATE: (wire) => `A1 CREATE box (${wire})`,
  FETCH: (wire) => `A1 UID FETCH 1 UID (${wire})`,
  STORE: (wire) => `A1 STORE 1 (${wire}) FLAGS ()`,
  'LIST-SELECT': (wire) => `A1 LIST (${wire}) "" *`,
  'LIST-RETURN': (wire) => `A1 LIST "" (a b) RETURN (${wire})`,
  APPEND: (wire) => `A1 APPEND box ${wire}`,
};

function wholeLine(kind: WireKind, wire: string): string {
  const line = (LINES as Readonly<Record<string, (wire: string) => string>>)[kind];
  if (line === undefined) throw new Error(`no line for ${kind}`);
  return line(wire);
}

interface ReadLine {
  readonly command: Command | undefined;
  readonly response: Response | undefined;
  /** What could not be read. */
  readonly failed: string | undefined;
}

/** A whole command or response, by the tables of everything registered. */
function readLine(line: string, utf8: boolean = false): ReadLine {
  const frame = { octets: octetsOf(line, utf8), streamed: [], complete: true };
  if (!line.startsWith('* ')) {
    const parsed = parseCommand(frame, CLIENT_LIMITS, utf8);
    return parsed.ok ? { command: parsed.command, response: undefined, failed: undefined } : { command: undefined, response: undefined, failed: parsed.expected };
  }
  const response = parseResponse(frame, CLIENT_LIMITS, utf8);
  return { command: undefined, response, failed: problemOf(response) };
}

function problemOf(response: Response): string | undefined {
  if (response.type === 'unreadable') return response.expected;
  if (response.type === 'status' && response.code?.name === 'OTHER') return `the code ${response.code.atom}`;
  if (response.type !== 'data') return undefined;
  if (response.data.name === 'OTHER') return `the data ${response.data.atom}`;
  if (response.data.name !== 'FETCH') return undefined;
  return [...response.data.data.invalid, ...response.data.data.others].map(({ name }) => name)[0];
}

function writeLine({ command, response }: ReadLine, utf8: boolean = false): string {
  return joinPieces(command === undefined ? encodeResponse(response!, utf8) : encodeCommand('A1', command, utf8));
}

/** Reading never throws; what was read is written and read again as the same value, unless the writer refuses it. */
function readTwice(extensions: readonly unknown[], kind: WireKind, wire: string, utf8: boolean | undefined): void {
  const read = readWire(extensions, kind, wire, utf8);
  if (read.failure !== undefined) return;
  let written;
  try {
    written = writeWire(extensions, kind, NAME.exec(wire)![3]!.toUpperCase(), read.value, utf8);
  } catch (error) {
    expect(error instanceof TypeError || error instanceof RangeError).toBe(true);
    return;
  }
  expect({ wire: written, ...readWire(extensions, kind, written, utf8) }).toEqual({ wire: written, value: writable(read.value), failure: undefined });
}

/** What of a value is written: items of FETCH that no one knows are told, not written. */
function writable(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('data' in value)) return value;
  return { ...value, data: { ...(value.data as object), others: [], invalid: [] } };
}

interface AnySpec {
  readonly name?: string;
  readonly key?: string;
  readonly place?: string;
  parse?(reader: ValueReader, second: unknown): unknown;
  parseRequest?(reader: ValueReader): unknown;
  encode?(writer: ValueWriter, value: unknown, nested: unknown): void;
  encodeRequest?(writer: ValueWriter, value: unknown): void;
  explain?(value: unknown): string;
}

const LISTS = {
  command: 'commands', data: 'data', code: 'codes', request: 'fetchItems', fetch: 'fetchItems', status: 'statusItems', search: 'searchKeys',
} as const;

function octetsOf(wire: string, utf8: boolean): Uint8Array {
  return utf8 ? encodeUtf8(wire) : encodeLatin1(wire);
}

function isPlace(kind: WireKind): kind is ParameterPlace {
  return !(kind in LISTS);
}

function specOf(extensions: readonly unknown[], kind: WireKind, wire: string): AnySpec {
  const spec = findSpec(extensions, kind, NAME.exec(wire)![3]!.toUpperCase());
  if (spec === undefined) throw new Error(`no spec for ${kind} ${wire}`);
  return spec;
}

function findSpec(extensions: readonly unknown[], kind: WireKind, name: string): AnySpec | undefined {
  for (const extension of extensions as readonly Extension[]) {
    const specs: readonly AnySpec[] = isPlace(kind) ? extension.parameters.filter(({ place }) => place === kind) : extension[LISTS[kind]];
    const spec = specs.find((each) => (each.key ?? each.name) === name);
    if (spec !== undefined) return spec;
  }
  return undefined;
}

function parseWith(spec: AnySpec, kind: WireKind, reader: ValueReader, number: number, uid: boolean): unknown {
  switch (kind) {
    case 'command': return spec.parse!(reader, uid);
    case 'data': return spec.parse!(reader, number);
    case 'request': return spec.parseRequest!(reader);
    case 'status':
      reader.space();
      return spec.parse!(reader, undefined);
    default: return spec.parse!(reader, undefined);
  }
}

function joinPieces(pieces: readonly WrittenPiece[]): string {
  return pieces.map((piece) => {
    if (typeof piece === 'string') return piece;
    if (piece.type !== 'literal') throw new Error('no octets');
    return `${piece.binary ? '~' : ''}{${piece.octets.length}}\r\n${latin1(piece.octets)}`;
  }).join('');
}
