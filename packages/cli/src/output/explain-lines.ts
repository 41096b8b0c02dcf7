/**
 * A session explained. `AUTH PLAIN ***`, as a transcript keeps it, is no AUTH command to read: for the explanation an empty
 * response stands in for what is hidden, and is hidden again.
 */
import { explainSession, type ExplainedLine, type TranscriptEntry } from '@mailwright/smtp';

const HIDDEN_RESPONSE = /^((?:\s*C:\s?)?\s*auth [a-z0-9_-]{1,20}) \*{3}$/i;

/** As `explainSession`, for transcripts whose secrets were left out. */
export function explainLines(lines: readonly (string | TranscriptEntry)[]): readonly ExplainedLine[] {
  return explainSession(lines.map((line) => {
    if (typeof line === 'string') return line.replace(HIDDEN_RESPONSE, '$1 =');
    return line.redacted && line.text !== undefined ? { ...line, text: line.text.replace(HIDDEN_RESPONSE, '$1 =') } : line;
  }));
}
