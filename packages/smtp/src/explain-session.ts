/**
 * A whole session explained: a transcript, or lines as people write them down (`C: QUIT`, `S: 221 Bye`).
 *
 * Read next: `dialogue.ts`, which knows what answers what.
 */
import { Dialogue } from './dialogue.ts';
import { explainCommandLine, type Explanation, explainLine } from './explain.ts';
import { readableCommand, redactCommand, redactResponse, type TranscriptEntry } from './transcript.ts';

/** One line of a session with its explanation. */
export interface ExplainedLine extends Explanation {
  readonly direction: 'client' | 'server' | 'event';
  /** The line as it is shown: secrets hidden, the text of a message as one counted block. */
  readonly text: string;
  /** The number of its pipelined group, from 1, for commands that were sent without waiting; `undefined` for others. */
  readonly group: number | undefined;
}

interface Spoken {
  readonly direction: 'client' | 'server' | 'event';
  readonly text: string;
  /** Octets of message text that the entry stands for; 0 for a line. */
  readonly dataOctets: number;
}

const SPOKEN_LINE = /^\s*([CS]): ?(.*)$/;
const TEXT: Explanation = { meaning: 'The message: its header, an empty line, its body; at the end a line that is a single dot.', source: 'RFC 5321 4.5.2' };
const CHUNK: Explanation = { meaning: 'The chunk, exactly as many octets as BDAT said.', source: 'RFC 3030 2' };
const PIPELINING_SOURCE = 'RFC 2920 3.1';

/**
 * Explains a session from its greeting, or from wherever its lines begin; secrets may be left out of it already. Text lines begin with `C:` or `S:`; any other is taken for a remark
 * and passed through. Never throws.
 */
export function explainSession(lines: readonly (string | TranscriptEntry)[]): readonly ExplainedLine[] {
  const spoken = lines.map((line) => (typeof line === 'string' ? spokenLine(line) : spokenEntry(line)));
  const session = new SessionExplainer(!hasGreeting(spoken));
  for (const line of spoken) session.take(line);
  return session.finish();
}

/** Whether the server's first line can be the greeting. A client that did not wait for it may stand before it, but not with STARTTLS. */
function hasGreeting(spoken: readonly Spoken[]): boolean {
  const client = spoken.findIndex(({ direction }) => direction === 'client');
  const server = spoken.findIndex(({ direction }) => direction === 'server');
  if (server < 0) return client < 0;
  if (client < 0 || server < client) return /^(?:220|[45])/.test(spoken[server]!.text);
  return spoken[server]!.text.startsWith('220') && !/^starttls\b/i.test(spoken[client]!.text);
}

function spokenLine(line: string): Spoken {
  const match = SPOKEN_LINE.exec(line);
  if (match === null) return { direction: 'event', text: line.trim(), dataOctets: 0 };
  return { direction: match[1] === 'C' ? 'client' : 'server', text: match[2]!, dataOctets: 0 };
}

function spokenEntry({ direction, kind, text, octets }: TranscriptEntry): Spoken {
  return { direction, text: text ?? '', dataOctets: kind === 'data' ? octets : 0 };
}

class SessionExplainer {
  readonly #dialogue: Dialogue;
  readonly #explained: ExplainedLine[] = [];
  #groups = 0;
  /** Where the commands since the last line of the server begin in `#explained`, with how many there are. */
  #groupFrom = 0;
  #groupSize = 0;
  #text = { lines: 0, octets: 0 };

  constructor(greeted: boolean) {
    this.#dialogue = new Dialogue(greeted);
  }

  take(spoken: Spoken): void {
    if (spoken.direction === 'event') this.#add('event', spoken.text, { meaning: '', source: '' });
    else if (spoken.direction === 'server') this.#server(spoken.text);
    else if (spoken.dataOctets > 0) this.#data(spoken.dataOctets);
    else this.#client(spoken.text);
  }

  finish(): readonly ExplainedLine[] {
    this.#closeText();
    this.#closeGroup();
    return this.#explained;
  }

  #server(line: string): void {
    this.#closeText();
    this.#closeGroup();
    const { answers, first } = this.#dialogue.server(line);
    this.#add('server', line, explainLine(line, { direction: 'server', answers, first }));
  }

  #client(line: string): void {
    const said = this.#dialogue.client(readableCommand(line));
    if (said.kind === 'text') {
      this.#text.lines += said.last ? 0 : 1;
      this.#text.octets += line.length + 2;
      if (said.last) this.#closeText();
      return;
    }
    if (said.kind === 'auth') {
      this.#add('client', redactResponse(line), explainLine(line, { direction: 'client', inside: 'auth' }));
      return;
    }
    if (this.#groupSize++ === 0) this.#groupFrom = this.#explained.length;
    this.#add('client', redactCommand(line, said.command.spec?.secret === true), explainCommandLine(said.command));
  }

  /** Message octets of a recorded session: text up to its dot, or a chunk. */
  #data(octets: number): void {
    if (this.#dialogue.inText) {
      this.#dialogue.skipText();
      this.#add('client', `(${octets} octets of message text)`, TEXT);
    } else this.#add('client', `(${octets} octets)`, CHUNK);
  }

  /** The lines of a message become one block. */
  #closeText(): void {
    const { lines, octets } = this.#text;
    if (octets === 0) return;
    this.#text = { lines: 0, octets: 0 };
    this.#add('client', `(message text: ${lines} lines, ${octets} octets)`, TEXT);
  }

  /** Commands that were sent without waiting for a reply get the number of their group. */
  #closeGroup(): void {
    const from = this.#groupFrom;
    const size = this.#groupSize;
    this.#groupSize = 0;
    if (size < 2) return;
    const group = ++this.#groups;
    for (let index = from; index < this.#explained.length; index++) {
      const line = this.#explained[index]!;
      if (line.direction !== 'client') continue;
      const meaning = index === from ? `${line.meaning} It is sent in one go with the commands below, without waiting for replies.` : line.meaning;
      this.#explained[index] = { ...line, meaning, source: index === from ? `${line.source}; ${PIPELINING_SOURCE}` : line.source, group };
    }
  }

  #add(direction: ExplainedLine['direction'], text: string, { meaning, source }: Explanation): void {
    this.#explained.push({ direction, text, meaning, source, group: undefined });
  }
}
