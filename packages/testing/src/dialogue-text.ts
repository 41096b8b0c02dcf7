/** Transcripts as people write them down: `C:` for what the client says, `S:` for the server. */
import type { Transcript, TranscriptEntry } from '@mailwright/smtp';

const MARKS: Readonly<Record<TranscriptEntry['direction'], string>> = { client: 'C:', server: 'S:', event: '#' };

/** One line an entry, each with `indent` before it and LF behind it. `explainSession` and `scriptedSmtpServer` read it again. */
export function formatDialogue(transcript: Transcript, indent: string = ''): string {
  return transcript.map((entry) => `${indent}${dialogueLine(entry)}\n`).join('');
}

/** One entry: `C: MAIL FROM:<a@example.com>`, `C: (120 octets of a message)`, `# connection closed`. */
export function dialogueLine({ direction, text, octets }: TranscriptEntry): string {
  return `${MARKS[direction]} ${text ?? `(${octets} octets of a message)`}`;
}
