/**
 * A transcript as people and programs write it down: text with `C:` and `S:`, or JSON lines. JSON lines may hold several
 * sessions and records of other types: what `mailwright send` and `mailwright serve` write with `--json` can be given as it is.
 */
import type { SpokenEntry } from '@mailwright/imap';
import { parseTranscript, type TranscriptEntry } from '@mailwright/smtp';
import { utf8 } from '@mailwright/wire';
import { UsageError } from '../arguments/usage-error.ts';
import { describeInput } from './read-input.ts';
import { protocolOf, type SpokenText } from './transcript-protocol.ts';

/** One session and what it is called. */
export type TranscriptSession =
  | { readonly name: string; readonly protocol: 'smtp'; readonly lines: readonly (string | TranscriptEntry)[] }
  | { readonly name: string; readonly protocol: 'imap' | 'pop3'; readonly lines: readonly (string | SpokenEntry)[] };

const SPOKEN = /^\s*[CS]:/;
/** What `mailwright send --trace` and `mailwright serve --dialogue` show: an optional session number, the speaker, two blanks. */
const SHOWN = /^(?:\d+ {2})?([CS])[┌│└ ] (?! *$)/;

/** Reads either form. Throws a `UsageError` that says which line can't be read. */
export function readTranscript(octets: Uint8Array, name: string): readonly TranscriptSession[] {
  const lines = utf8(octets).replace(/^\ufeff/, '').split(/\r?\n/);
  const first = lines.find((line) => line.trim() !== '');
  if (first === undefined) throw new UsageError(`${describeInput(name)} is empty: there is nothing to explain`);
  return first.trimStart().startsWith('{') ? readJsonLines(lines, name) : [readTextLines(lines, name)];
}

function readTextLines(lines: readonly string[], name: string): TranscriptSession {
  const spoken = lines.map((line) => line.replace(SHOWN, '$1: ')).filter((line) => line.trim() !== '');
  if (spoken.some((line) => SPOKEN.test(line))) return { name: '1', protocol: protocolOf(spoken.map(spokenText)), lines: spoken };
  throw new UsageError(`${describeInput(name)} is no transcript: no line begins with "C:" or "S:"`, 'Write "C: " before what the client said and "S: " before what the server said.');
}

function spokenText(line: string): SpokenText {
  const spoken = /^\s*([CS]): ?(.*)$/.exec(line);
  return { direction: spoken === null ? 'event' : spoken[1] === 'C' ? 'client' : 'server', text: spoken?.[2] };
}

/** An entry of any protocol, and where it stands in the file. */
interface FoundEntry extends SpokenEntry {
  readonly line: string;
  readonly index: number;
}

function readJsonLines(lines: readonly string[], name: string): readonly TranscriptSession[] {
  const sessions = new Map<string, FoundEntry[]>();
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const record = parseRecord(line);
    if (record === undefined) throw notAnEntry(name, index);
    if (record['type'] !== undefined && record['type'] !== 'line') continue;
    const entry = readEntry(record);
    if (entry === undefined) throw notAnEntry(name, index);
    const session = String(record['session'] ?? 1);
    const entries = sessions.get(session) ?? [];
    sessions.set(session, entries);
    entries.push({ ...entry, line, index });
  }
  if (sessions.size === 0) throw new UsageError(`${describeInput(name)} has no lines of a session`, '"mailwright send" writes them with --trace --json, "mailwright serve" with --dialogue --json.');
  return [...sessions].map(([session, entries]) => sessionOf(session, entries, name));
}

function sessionOf(session: string, entries: readonly FoundEntry[], name: string): TranscriptSession {
  const protocol = protocolOf(entries);
  if (protocol !== 'smtp') return { name: session, protocol, lines: entries };
  const lines = entries.map(({ line, index }) => {
    const parsed = parseTranscript(line);
    const entry = parsed.ok ? parsed.value[0] : undefined;
    if (entry === undefined) throw notAnEntry(name, index);
    return entry;
  });
  return { name: session, protocol, lines };
}

/** What every transcript has, whatever its protocol. */
function readEntry({ direction, octets, text }: Readonly<Record<string, unknown>>): SpokenEntry | undefined {
  if (direction !== 'client' && direction !== 'server' && direction !== 'event') return undefined;
  if (typeof octets !== 'number' || !Number.isSafeInteger(octets) || octets < 0) return undefined;
  if (text !== undefined && text !== null && typeof text !== 'string') return undefined;
  return { direction, octets, text: text ?? undefined };
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
