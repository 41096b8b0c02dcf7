/**
 * A session explained. `AUTH PLAIN ***`, as a transcript keeps it, is no AUTH command to read: for the explanation an empty
 * response stands in for what is hidden, and is hidden again.
 */
import { explainSession, type ExplainedLine, type TranscriptEntry } from '@mailwright/smtp';
import type { OutputStream } from '../command-io.ts';
import { writeRecord } from './json-lines.ts';

const HIDDEN_RESPONSE = /^((?:\s*C:\s?)?\s*auth [a-z0-9_-]{1,20}) \*{3}$/i;

const CLIENT_LINE = /^\s*C:/;
const SERVER_LINE = /^\s*S:/;
const GREETING = 'S: 220 ';

/** As `explainSession`, for transcripts whose secrets were left out, and for those that begin behind the greeting. */
export function explainLines(lines: readonly (string | TranscriptEntry)[]): readonly ExplainedLine[] {
  const given = lines.map((line) => {
    if (typeof line === 'string') return line.replace(HIDDEN_RESPONSE, '$1 =');
    return line.redacted && line.text !== undefined ? { ...line, text: line.text.replace(HIDDEN_RESPONSE, '$1 =') } : line;
  });
  const first = given.find((line) => typeof line !== 'string' || CLIENT_LINE.test(line) || SERVER_LINE.test(line));
  const client = typeof first === 'string' ? CLIENT_LINE.test(first) : first?.direction === 'client';
  return client ? explainSession([GREETING, ...given]).slice(1) : explainSession(given);
}

/** A record of JSON for each line. */
export function writeExplained(stream: OutputStream, explained: readonly ExplainedLine[], session: string): void {
  for (const { direction, text, meaning, source, group } of explained) writeRecord(stream, { type: 'explained', session, direction, text, meaning, source, group });
}
