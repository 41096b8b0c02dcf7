/**
 * A transcript as people and programs write it down: text with `C:` and `S:`, or JSON lines. JSON lines may hold several
 * sessions and records of other types: what `mailwright send` and `mailwright serve` write with `--json` can be given as it is.
 */
import { parseTranscript, type TranscriptEntry } from '@mailwright/smtp';
import { utf8 } from '@mailwright/wire';
import { UsageError } from '../arguments/usage-error.ts';
import { describeInput } from './read-input.ts';

/** One session and what it is called. */
export interface TranscriptSession {
  readonly name: string;
  readonly lines: readonly (string | TranscriptEntry)[];
}

const SPOKEN = /^\s*[CS]:/;
/** What `mailwright send --trace` and `mailwright serve --dialogue` show: an optional session number, the speaker, two blanks. */
const SHOWN = /^(?:\d+ {2})?([CS])[┌│└ ] (?! *$)/;

/** Reads either form. Throws a `UsageError` that says which line can't be read. */
export function readTranscript(octets: Uint8Array, name: string): readonly TranscriptSession[] {
  const lines = utf8(octets).replace(/^\ufeff/, '').split(/\r?\n/);
  const first = lines.find((line) => line.trim() !== '');
  if (first === undefined) throw new UsageError(`${describeInput(name)} is empty: there is nothing to explain`);
  return first.trimStart().startsWith('{') ? readJsonLines(lines, name) : [{ name: '1', lines: readTextLines(lines, name) }];
}

function readTextLines(lines: readonly string[], name: string): readonly string[] {
  const spoken = lines.map((line) => line.replace(SHOWN, '$1: ')).filter((line) => line.trim() !== '');
  if (spoken.some((line) => SPOKEN.test(line))) return spoken;
  throw new UsageError(`${describeInput(name)} is no transcript: no line begins with "C:" or "S:"`, 'Write "C: " before what the client said and "S: " before what the server said.');
}

function readJsonLines(lines: readonly string[], name: string): readonly TranscriptSession[] {
  const sessions = new Map<string, TranscriptEntry[]>();
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const record = parseRecord(line);
    if (record === undefined) throw notAnEntry(name, index);
    if (record['type'] !== undefined && record['type'] !== 'line') continue;
    const parsed = parseTranscript(line);
    const entry = parsed.ok ? parsed.value[0] : undefined;
    if (entry === undefined) throw notAnEntry(name, index);
    const session = String(record['session'] ?? 1);
    const entries = sessions.get(session);
    if (entries === undefined) sessions.set(session, [entry]);
    else entries.push(entry);
  }
  if (sessions.size === 0) throw new UsageError(`${describeInput(name)} has no lines of a session`, '"mailwright send" writes them with --trace --json, "mailwright serve" with --dialogue --json.');
  return [...sessions].map(([session, entries]) => ({ name: session, lines: entries }));
}

function parseRecord(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function notAnEntry(name: string, index: number): UsageError {
  return new UsageError(`line ${index + 1} of ${describeInput(name)} is no entry of a transcript`);
}
