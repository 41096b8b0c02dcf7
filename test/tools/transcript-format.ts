/**
 * Reads transcripts: protocol dialogues in Markdown that are tests and tutorial at once. test/tools/README.md describes
 * the format for those who write them.
 *
 * Read next: `transcript-runner.ts`.
 */
import { readMarkdown } from '../packaging/markdown.ts';
import type { Fence } from '../packaging/markdown.ts';

/** One line of a dialogue. */
export type DialogueLine =
  | { readonly type: 'octets'; readonly side: 'C' | 'S'; readonly octets: Uint8Array; /** Octets before `...`, or `undefined` without it. */ readonly prefix: boolean; readonly line: number }
  | { readonly type: 'directive'; readonly words: string; readonly line: number };

/** One section of a transcript file. */
export interface TranscriptCase {
  readonly title: string;
  /** File and line of the dialogue, for failures. */
  readonly where: string;
  /** What the `json` fence says, `{}` without one. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly dialogue: readonly DialogueLine[];
  /** The lines of the `log` fence, or `undefined` without one. */
  readonly log: readonly string[] | undefined;
}

const LANGUAGES = new Set(['smtp', 'imap', 'pop3']);

/** All cases of a Markdown text. Throws a `SyntaxError` that names the line for what it can't read. */
export function readTranscripts(markdown: string, file: string): TranscriptCase[] {
  const cases: TranscriptCase[] = [];
  let title = '';
  let fences: Fence[] = [];
  const close = (): void => {
    if (fences.length > 0) cases.push(readCase(title, fences, file));
    fences = [];
  };
  for (const block of readMarkdown(markdown)) {
    if (block.type === 'fence') fences.push(block);
    else {
      close();
      title = block.text;
    }
  }
  close();
  const doubled = cases.find((one, index) => cases.findIndex((other) => other.title === one.title) !== index);
  if (doubled !== undefined) throw new SyntaxError(`${doubled.where}: a second case with the title "${doubled.title}"`);
  if (cases.length === 0) throw new SyntaxError(`${file}: no case in it`);
  return cases;
}

function readCase(title: string, fences: readonly Fence[], file: string): TranscriptCase {
  const dialogue = only(fences, ({ info }) => LANGUAGES.has(info), file);
  const options = only(fences, ({ info }) => info === 'json', file);
  const log = only(fences, ({ info }) => info === 'log', file);
  const stray = fences.find(({ info }) => !LANGUAGES.has(info) && info !== 'json' && info !== 'log');
  if (stray !== undefined) throw new SyntaxError(`${file}:${stray.line}: a fence "${stray.info}"; a case has smtp, json and log`);
  if (dialogue === undefined) throw new SyntaxError(`${file}:${fences[0]!.line}: "${title}" has no dialogue`);
  if (title === '') throw new SyntaxError(`${file}:${dialogue.line}: the case has no title`);
  return {
    title,
    where: `${file}:${dialogue.line}`,
    options: options === undefined ? {} : (JSON.parse(options.text) as Record<string, unknown>),
    dialogue: readDialogue(dialogue, file),
    log: log?.text.split('\n').filter((line) => line !== ''),
  };
}

function only(fences: readonly Fence[], wanted: (fence: Fence) => boolean, file: string): Fence | undefined {
  const [first, second] = fences.filter(wanted);
  if (second !== undefined) throw new SyntaxError(`${file}:${second.line}: a second fence "${second.info}" in one case`);
  return first;
}

function readDialogue(fence: Fence, file: string): DialogueLine[] {
  const lines: DialogueLine[] = [];
  fence.text.split('\n').forEach((text, index) => {
    const line = fence.line + 1 + index;
    const [, side, octets] = /^([CS]):(?: (.*))?$/.exec(text) ?? [];
    if (text.trim() === '' || text.startsWith('#')) return;
    if (text.startsWith('-- ')) lines.push({ type: 'directive', words: text.slice(3).trim(), line });
    else if (side === undefined) throw new SyntaxError(`${file}:${line}: a line begins with "C: ", "S: ", "-- " or "#", not "${text}"`);
    else lines.push(readOctetLine(side as 'C' | 'S', octets ?? '', `${file}:${line}`, line));
  });
  return lines;
}

function readOctetLine(side: 'C' | 'S', text: string, where: string, line: number): DialogueLine {
  const prefix = side === 'S' && text.endsWith('...');
  return { type: 'octets', side, octets: unescape(prefix ? text.slice(0, -3) : text, where, !prefix), prefix, line };
}

const ESCAPE = /\\(?:([rnt\\c])|x([0-9a-fA-F]{2})|\{(\d+)\*([^}]+)\})/g;
const CONTROL: Readonly<Record<string, number>> = { r: 0x0d, n: 0x0a, t: 0x09, '\\': 0x5c };

/**
 * The octets that an escaped line stands for, CRLF added unless it ends in `\c` or `addLineEnd` is false. Text is UTF-8.
 * Throws a `SyntaxError` for an unknown escape and for `\c` before the end.
 */
export function unescape(text: string, where: string, addLineEnd: boolean): Uint8Array {
  const octets: Uint8Array[] = [];
  const encoder = new TextEncoder();
  let from = 0;
  let lineEnd = addLineEnd;
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', from)) {
    ESCAPE.lastIndex = at;
    const match = ESCAPE.exec(text);
    if (match?.index !== at) throw new SyntaxError(`${where}: unknown escape "${text.slice(at, at + 4)}"`);
    const [whole, control, hex, count, repeated] = match;
    octets.push(encoder.encode(text.slice(from, at)));
    if (control === 'c' && at + 2 !== text.length) throw new SyntaxError(`${where}: \\c stands only at the end`);
    if (control === 'c') lineEnd = false;
    else if (count !== undefined) octets.push(encoder.encode(repeated!.repeat(Number(count))));
    else octets.push(Uint8Array.of(control === undefined ? Number.parseInt(hex!, 16) : CONTROL[control]!));
    from = at + whole.length;
  }
  octets.push(encoder.encode(text.slice(from)));
  if (lineEnd) octets.push(Uint8Array.of(0x0d, 0x0a));
  return Uint8Array.from(octets.flatMap((part) => [...part]));
}

/** Octets as a transcript writes them, one line for each CRLF; what does not end in CRLF ends in `\c`. */
export function escape(octets: Uint8Array): string[] {
  const text = [...octets].map((octet) => String.fromCharCode(octet)).join('');
  const lines = text.split('\r\n');
  const rest = lines.pop()!;
  const shown = lines.map(escapeText);
  return rest === '' ? shown : [...shown, `${escapeText(rest)}\\c`];
}

function escapeText(latin1: string): string {
  const named: Readonly<Record<string, string>> = { '\r': '\\r', '\n': '\\n', '\t': '\\t', '\\': '\\\\' };
  return latin1.replace(/[\x00-\x1f\\\x7f-\xff]/g, (character) => named[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
