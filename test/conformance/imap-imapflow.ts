/**
 * What imapflow's parser and compiler of lines were recorded to do. Its results are trees of untyped tokens; ours are values, so that what is compared is the tree of
 * the line that is written for the value: a response that is understood is written with the same tokens, whatever their spelling.
 *
 * Read next: `imap-imapflow-values.ts` (structures, envelopes, searches and the rest), `imap-cases.ts`.
 */
import { encodeCommand, encodeResponse, isTag, parseCommand, parseResponse, type Response, type ResponseCode, CLIENT_LIMITS, SERVER_LIMITS, ValueWriter } from '@mailwright/imap';
import { framesOf, joinPieces, octetsOf, type Outcome, readTests, tally, type Tree, treesOf } from './imap-cases.ts';
import type { ConformanceSuite, SuiteResult } from './suite.ts';

/** Octets as the files hold them. */
type Octets = string | { readonly $utf8: string } | { readonly $base64: string };

/** One token of imapflow's. */
export interface Token {
  readonly type?: string;
  readonly value?: Octets | number | { readonly $number: string };
  readonly section?: readonly Attribute[];
  readonly partial?: readonly (number | string)[];
  readonly isLiteral8?: boolean;
}

export type Attribute = null | string | Token | readonly Attribute[];

interface Line {
  readonly tag?: string;
  readonly command?: string;
  readonly attributes?: readonly Attribute[];
}

interface ParserCase {
  readonly args: readonly [Octets, { readonly literals?: readonly Octets[] }?];
  readonly expect?: Line;
  readonly throws?: unknown;
}

/** What a line says: for status responses its code and its text. */
interface Said {
  readonly tag: string;
  readonly command: string;
  readonly trees: readonly Tree[];
}

export function bytesOf(value: Octets): Uint8Array {
  if (typeof value === 'string') return octetsOf(value);
  return new Uint8Array('$utf8' in value ? Buffer.from(value.$utf8, 'utf8') : Buffer.from(value.$base64, 'base64'));
}

/** As UTF-8 where it is that, else as Latin-1. */
export function textOf(value: Token['value']): string {
  if (typeof value === 'number') return String(value);
  if (value === undefined) return '';
  if (typeof value === 'object' && '$number' in value) return value.$number;
  const octets = Buffer.from(bytesOf(value));
  const text = octets.toString('utf8');
  return text.includes('\ufffd') ? octets.toString('latin1') : text;
}

// Parser

function runParser(folder: string): SuiteResult {
  const outcomes: Outcome[] = readTests<ParserCase>(folder, 'imapflow-parser.json').map(({ args: [line, options], expect }, index) => {
    const wire = withLiterals(line, options?.literals ?? []);
    const said = read(wire);
    const actual = typeof said === 'string' ? said : JSON.stringify(canonical(said));
    const expected = expect === undefined ? 'refused' : JSON.stringify(canonical({ tag: expect.tag ?? '', command: expect.command ?? '', trees: (expect.attributes ?? []).map(treeOf) }));
    return { id: `${index} ${shown(line)}`, expected, actual };
  });
  return tally('imap/imapflow-parser', outcomes);
}

const shown = (line: Octets): string => JSON.stringify(Buffer.from(bytesOf(line)).toString('utf8')).slice(1, -1).slice(0, 60);

/** The line with each literal behind its header, and its end. */
function withLiterals(line: Octets, literals: readonly Octets[]): Uint8Array {
  let next = 0;
  const text = Buffer.from(bytesOf(line)).toString('latin1').replace(/\{\d+\}\r\n/g, (header) => header + (literals[next] === undefined ? '' : Buffer.from(bytesOf(literals[next++]!)).toString('latin1')));
  return new Uint8Array(Buffer.from(literals.length === 0 && text.endsWith('\r\n') ? text : `${text}\r\n`, 'latin1'));
}

/** `CMD` of the cases is no command: what stands behind it is read where it may stand, sets and sections in FETCH. */
const IN_PLACE: readonly (readonly [RegExp, string, string])[] = [
  [/^(\S+) CMD (BODY\[.*)/s, '$1 FETCH 1 $2', ' 1'],
  [/^(\S+) CMD ([\d*][\d*:,]*|5, )(?: TEST)?(\r\n)/s, '$1 FETCH $2 FLAGS$3', ''],
];

function read(wire: Uint8Array): Said | string {
  const [frame = 'refused: nothing'] = framesOf(wire);
  if (typeof frame === 'string') return frame;
  const line = Buffer.from(frame.octets).toString('latin1');
  if (/^(?:TAG1|12\.82| )/.test(line) && !/^TAG1 (?:OK|NO)/.test(line)) return readAsCommand(line);
  const response = parseResponse(frame, CLIENT_LIMITS, true);
  if (response.type === 'unreadable') return `refused: ${response.expected} at ${response.at}`;
  return sayResponse(response);
}

function sayResponse(response: Exclude<Response, { type: 'unreadable' }>): Said | string {
  if (response.type === 'data') {
    if (response.data.name === 'OTHER') {
      const trees = treesOf(response.data.raw);
      return typeof trees === 'string' ? trees : { tag: '*', command: response.data.atom, trees };
    }
    if (response.data.name === 'FETCH' && response.data.data.invalid.length > 0) return `invalid: ${response.data.data.invalid.map(({ name, value }) => `${name}, ${value.expected}`).join('; ')}`;
    const trees = treesOf(octetsOf(joinPieces(encodeResponse(response, true)).slice(2)));
    return typeof trees === 'string' ? trees : { tag: '*', command: String(trees[0]), trees: trees.slice(1) };
  }
  const { code, text } = response;
  const codes = code === undefined ? [] : [codeTrees(code)];
  const tag = response.type === 'tagged' ? response.tag : response.type === 'status' ? '*' : '+';
  return { tag, command: response.type === 'continuation' ? '' : response.status, trees: [...codes, ...(text === '' ? [] : [text])] };
}

/** Flags and unknown codes are read more leniently than they are written, so they are taken from the value. */
function codeTrees(code: ResponseCode): Tree {
  if (code.name === 'PERMANENTFLAGS') return [code.name, code.flags];
  if (code.name === 'OTHER') return [code.atom, ...(code.text ?? '').split(' ')];
  const written = joinPieces(encodeResponse({ type: 'status', status: 'OK', code, text: '' }, true)).slice('* OK '.length).trimEnd();
  return treesOf(octetsOf(written.slice(1, -1)));
}

function readAsCommand(line: string): Said | string {
  const [pattern, replacement, added] = IN_PLACE.find(([pattern]) => pattern.test(`${line}\r\n`)) ?? [/$^/, '', ''];
  const wire = octetsOf(`${line}\r\n`.replace(pattern, replacement));
  const [frame] = framesOf(wire, 'server');
  if (frame === undefined || typeof frame === 'string') return frame ?? 'refused: nothing';
  const parsed = parseCommand(frame, SERVER_LIMITS, true);
  if (parsed.ok) {
    const trees = treesOf(octetsOf(joinPieces(encodeCommand('T', parsed.command, true)).slice(2)));
    if (typeof trees === 'string') return trees;
    const rest = trees.slice(1 + (added === '' ? 0 : 1));
    return { tag: parsed.tag, command: replacement === '' ? parsed.command.name : 'CMD', trees: added === '' && replacement !== '' ? [rest[0]!, ...(line.includes('TEST') ? ['TEST'] : [])] : rest };
  }
  if (parsed.error !== 'unknown-command' && !/^UID FETCH$/.test(parsed.name ?? '')) return `refused: ${parsed.expected} at ${parsed.at}`;
  const trees = treesOf(frame.octets.subarray(`${parsed.tag} ${parsed.name}`.length));
  return typeof trees === 'string' ? trees : { tag: parsed.tag ?? '', command: parsed.name ?? '', trees };
}

/** imapflow's token as a tree. */
export function treeOf(attribute: Attribute): Tree {
  if (attribute === null || typeof attribute === 'string') return attribute;
  if (Array.isArray(attribute)) return (attribute as readonly Attribute[]).map(treeOf);
  const { value, section, partial } = attribute as Token;
  if (section === undefined) return textOf(value);
  const trees = section.map(treeOf);
  if (textOf(value) === '') return trees;
  return { name: textOf(value), section: trees, ...(partial === undefined ? {} : { partial: partial.map(Number) }) };
}

/**
 * Without what makes no difference: the order of items in FETCH and STATUS, letter case of names and of what a body structure says, NIL at the end of a body structure, a
 * response code as its words, blanks in texts.
 */
function canonical({ tag, command, trees }: Said): Said {
  if (trees[0] === 'FETCH') return { tag, command, trees: ['FETCH', ...trees.slice(1).map((list) => (Array.isArray(list) ? pairs(list as readonly Tree[]) : list))] };
  return { tag, command, trees };
}

function pairs(items: readonly Tree[]): Tree {
  const all: Tree[] = [];
  for (let at = 0; at < items.length; at += 2) {
    const name = items[at]!;
    const value = items[at + 1] ?? null;
    all.push([name, name === 'BODYSTRUCTURE' ? structure(value) : value]);
  }
  return all.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}

function structure(tree: Tree): Tree {
  if (typeof tree === 'string') return tree.toUpperCase();
  if (!Array.isArray(tree)) return tree;
  const list = (tree as readonly Tree[]).map(structure);
  if (list.length === 1 && typeof list[0] === 'string') return list[0]; // one language, with parentheses or without
  while (list.length > 4 && list.at(-1) === null) list.pop();
  return list;
}

// Compiler

interface CompilerCase {
  readonly args: readonly [Line, { readonly literalPlus?: boolean; readonly literalMinus?: boolean }?];
  readonly expect?: readonly Octets[];
}

/** RFC 7888 5. */
const LITERAL_MINUS_OCTETS = 4096;

function runCompiler(folder: string): SuiteResult {
  const outcomes: Outcome[] = readTests<CompilerCase>(folder, 'imapflow-compiler.json').map(({ args: [line, options], expect }, index) => {
    const expected = expect === undefined ? 'refused' : expect.map((part) => textOf(part)).join('').replaceAll(') (', ')(');
    return { id: `${index} ${expected.slice(0, 50).replaceAll('\0', '\\0').replaceAll('\r\n', ' ')}`, expected, actual: compile(line, options?.literalPlus === true ? Infinity : options?.literalMinus === true ? LITERAL_MINUS_OCTETS : -1) };
  });
  return tally('imap/imapflow-compiler', outcomes);
}

/** Writes a tree of tokens with our writer; what it throws is a refusal. */
export function compile({ tag, command, attributes = [] }: Line, nonSynchronizingOctets: number): string {
  const writer = new ValueWriter(false);
  try {
    if (tag !== undefined && tag !== '*' && !isTag(tag)) throw new TypeError(`not a tag: ${tag}`);
    if (tag !== undefined) writer.raw(`${tag} `);
    if (command !== undefined) writer.atom(command);
    for (const attribute of attributes) write(command === undefined && attribute === attributes[0] ? writer : writer.space(), attribute);
    return textOf(joinPieces(writer.finish(), nonSynchronizingOctets)).replaceAll(') (', ')(');
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    return `refused: ${error.message}`;
  }
}

function write(writer: ValueWriter, attribute: Attribute): unknown {
  if (attribute === null) return writer.raw('NIL');
  if (typeof attribute === 'string') return writer.quoted(attribute);
  if (Array.isArray(attribute)) return writer.list(attribute as readonly Attribute[], (one) => write(writer, one));
  const token = attribute as Token;
  const text = textOf(token.value);
  switch (token.type?.toUpperCase()) {
    case 'NUMBER':
      return writer.number(Number(text === '' ? Number.NaN : text));
    case 'SEQUENCE':
      return writer.set(readSet(text));
    case 'LITERAL':
      return token.isLiteral8 === true ? writer.literal8(bytesOf(token.value as Octets)) : writer.literal(bytesOf(token.value as Octets));
    case 'STRING':
      return writer.string(text);
    case 'TEXT':
      return writer.raw(joinPieces(encodeResponse({ type: 'continuation', code: undefined, text }, false)).slice(2));
    default:
      return writeAtom(writer, token, text);
  }
}

function writeAtom(writer: ValueWriter, { section, partial }: Token, text: string): unknown {
  if (text.startsWith('\\')) return writer.flag(text);
  if (text !== '') writer.astring(text);
  if (section === undefined) return undefined;
  writer.raw('[').separated(section, (one) => write(writer, one));
  writer.raw(']');
  if (partial === undefined) return undefined;
  writer.raw('<');
  partial.forEach((number, index) => (index === 0 ? writer : writer.raw('.')).number(Number(number)));
  return writer.raw('>');
}

function readSet(text: string): Parameters<ValueWriter['set']>[0] {
  const octets = octetsOf(`T FETCH ${text} FLAGS`);
  const parsed = parseCommand({ octets, streamed: [], complete: true }, SERVER_LIMITS, false);
  if (!parsed.ok || parsed.command.name !== 'FETCH') throw new TypeError(`not a set: ${JSON.stringify(text)}`);
  return parsed.command.set;
}

/** The suites of this file. */
export const suites: readonly ConformanceSuite[] = [
  { suite: 'imap/imapflow-parser', run: runParser },
  { suite: 'imap/imapflow-compiler', run: runCompiler },
];
