/** Sessions in text, for the tests of transcripts: `C ` and `S ` before a line, `c ` and `s ` before octets without CRLF, `E ` before an event. */
import { encodeLatin1 } from '@mailwright/wire';
import { TranscriptRecorder } from '../../src/transcript/transcript-recorder.ts';
import type { Transcript } from '../../src/transcript/transcript.ts';

export const SESSION: readonly string[] = [
  'S * OK [CAPABILITY IMAP4rev1 LITERAL+ IDLE] ready',
  'C a1 LOGIN {3}', 'S + go', 'C bob {6}', 'S + go', 'C secret', 'S a1 OK in',
  'E TLS',
  'C a2 SELECT INBOX', 'C a3 NOOP', 'S * 3 EXISTS', 'S a2 OK [READ-WRITE] open', 'S a3 OK done',
  'C a4 UID FETCH 1:* (FLAGS BODY[])', 'S * 1 FETCH (UID 5 FLAGS (\\Seen) BODY[] {7}', 'S hello', 'S )', 'S a4 OK done',
  'C a5 IDLE', 'S + idling', 'C DONE', 'S a5 OK done',
  'C a6 LOGOUT', 'S * BYE', 'S a6 OK',
];

/** Records a session. `chunk`: how many octets are given at once. */
export function record(lines: readonly string[], chunk: () => number = () => Infinity, literalOctets = 0): Transcript {
  const recorder = new TranscriptRecorder({ literalOctets });
  for (const line of lines) {
    const text = line.slice(2);
    if (line.startsWith('E ')) {
      recorder.event(text, 0);
      continue;
    }
    const octets = encodeLatin1(/^[cs]/.test(line) ? text : `${text}\r\n`);
    for (let from = 0; from < octets.length; ) {
      const to = Math.min(octets.length, from + chunk());
      if (/^c/i.test(line)) recorder.client(octets.subarray(from, to), 0);
      else recorder.server(octets.subarray(from, to), 0);
      from = to;
    }
  }
  return recorder.entries;
}
