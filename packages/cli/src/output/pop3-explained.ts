/**
 * A POP3 session line by line with what each line means: what follows a +OK in several lines is one counted block.
 *
 * @rfc 1939 3
 */
import { explainCommand, explainResponse, type TranscriptEntry, TranscriptRecorder } from '@mailwright/pop3';
import type { ExplainedLine } from '@mailwright/smtp';
import { encodeUtf8 } from '@mailwright/wire';
import { formatPlural } from './numbers.ts';

/** What is needed of an entry. */
export type Pop3Line = Pick<TranscriptEntry, 'direction' | 'octets' | 'text'>;

const SPOKEN_LINE = /^\s*([CS]): ?(.*)$/;
const GREETING = 'The server greets, and waits for a log-in.';

/** Explains a session from its greeting, or from wherever its lines begin. Text lines begin with `C:` or `S:`. Never throws. */
export function explainPop3Session(lines: readonly (string | Pop3Line)[]): readonly ExplainedLine[] {
  const entries = lines.some((line) => typeof line === 'string') ? recorded(lines) : (lines as readonly Pop3Line[]);
  let spoken = 0;
  let auth = false;
  return entries.map(({ direction, octets, text }) => {
    if (direction === 'event') return explained('event', text ?? '', '', '');
    spoken++;
    if (text === undefined) return explained(direction, `(${formatPlural(octets, 'octet')})`, 'What was asked for, up to a line that is a single dot.', 'RFC 1939 3');
    if (direction === 'server') {
      if (!text.startsWith('+ ') && text !== '+') auth = false;
      const { meaning, source } = explainResponse(text);
      return spoken === 1 && text.startsWith('+OK') ? explained(direction, text, GREETING, 'RFC 1939 4') : explained(direction, text, meaning, source);
    }
    if (auth) return explained(direction, text, 'What the client says in the log-in, left out here.', 'RFC 5034 4');
    auth = /^auth /i.test(text);
    const { meaning, source } = explainCommand(text);
    return explained(direction, text, meaning, source);
  });
}

/** Text lines go through a recorder, which counts listings and messages and hides what is secret. */
function recorded(lines: readonly (string | Pop3Line)[]): readonly Pop3Line[] {
  const entries: Pop3Line[] = [];
  const spoken = lines.map((line) => (typeof line === 'string' ? SPOKEN_LINE.exec(line) : null));
  let missed = spoken.find((line) => line !== null)?.[1] === 'C';
  const recorder = new TranscriptRecorder((entry) => {
    if (missed) missed = false;
    else entries.push(entry);
  });
  if (missed) recorder.server(encodeUtf8('+OK\r\n'), 0); // a greeting, so that what follows answers what was asked
  for (const [index, line] of lines.entries()) {
    const said = spoken[index];
    if (typeof line !== 'string') entries.push(line);
    else if (said === null || said === undefined) recorder.event(line.trim(), 0);
    else if (said[1] === 'C') recorder.client(encodeUtf8(`${said[2]!}\r\n`), 0);
    else recorder.server(encodeUtf8(`${said[2]!}\r\n`), 0);
  }
  return entries;
}

function explained(direction: ExplainedLine['direction'], text: string, meaning: string, source: string): ExplainedLine {
  return { direction, text, meaning, source, group: undefined };
}
