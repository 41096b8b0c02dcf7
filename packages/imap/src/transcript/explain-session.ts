/**
 * A whole session explained: a transcript, or lines as people write them down (`C: a1 NOOP`, `S: a1 OK done`).
 *
 * Read next: `dialogue.ts`, which knows what belongs together; `explain.ts`, which explains one command or response.
 */
import { encodeLatin1, encodeUtf8 } from '@mailwright/wire';
import { explainCommand, explainLine, type Explanation, explainResponse, GREETING, UNASKED_OK } from '../explain.ts';
import type { Response } from '../response.ts';
import { Dialogue, type ServerLine } from './dialogue.ts';
import { commandName } from './redact.ts';
import { TranscriptRecorder } from './transcript-recorder.ts';
import type { TranscriptEntry } from './transcript.ts';

/** One line of a session with its explanation. */
export interface ExplainedLine extends Explanation {
  readonly direction: 'client' | 'server' | 'event';
  /** The line as it is shown: secrets hidden, literals as counted blocks. */
  readonly text: string;
  /** The number of its pipelined group, from 1, for commands that were sent without waiting; `undefined` for others. */
  readonly group: number | undefined;
}

/** What is needed of an entry: a transcript of another recorder will do. */
export type SpokenEntry = Pick<TranscriptEntry, 'direction' | 'octets' | 'text'>;

const SPOKEN_LINE = /^\s*([CS]): ?(.*)$/;
const NOTHING: Explanation = { meaning: '', source: '' };
const REST: Explanation = { meaning: 'The rest of it, behind the literal.', source: 'RFC 9051 4.3' };
const LITERAL: Explanation = { meaning: 'The literal, exactly as many octets as its header said.', source: 'RFC 9051 4.3' };
const OPAQUE: Explanation = { meaning: 'Compressed: this side says it in lines to those who inflate it.', source: 'RFC 4978 4' };
/** What `+` means, by what it asks for. */
const ASKS: Readonly<Record<NonNullable<ServerLine['asks']>, Explanation>> = {
  literal: { meaning: 'The server waits for the literal.', source: 'RFC 9051 7.6' },
  auth: { meaning: 'The server goes on with the log-in, in base64; the mechanism says what it means.', source: 'RFC 9051 6.2.2' },
  idle: { meaning: 'The server tells news from here on, until the client says DONE.', source: 'RFC 2177 3' },
};
const PIPELINING_SOURCE = 'RFC 9051 5.5';
/** Literals of a text are kept to this size, to be read with their command. */
const KEPT_LITERAL_OCTETS = 65_536;

/**
 * Explains a session from its greeting, or from wherever its lines begin; secrets may be left out of it already. Text lines begin with `C:` or `S:`; any
 * other is taken for a remark and passed through. Never throws.
 */
export function explainSession(lines: readonly (string | SpokenEntry)[]): readonly ExplainedLine[] {
  const greeted = missesGreeting(lines);
  const session = new SessionExplainer(greeted);
  for (const entry of toEntries(lines, greeted)) session.take(entry);
  return session.finish();
}

/** Text lines go through a recorder, which tells lines from literals and hides what is secret. */
function toEntries(lines: readonly (string | SpokenEntry)[], greeted: boolean): readonly SpokenEntry[] {
  const entries: SpokenEntry[] = [];
  const recorder = new TranscriptRecorder({ literalOctets: KEPT_LITERAL_OCTETS }, (entry) => entries.push(entry), { greeted });
  for (const line of lines) {
    if (typeof line !== 'string') {
      entries.push(line);
      continue;
    }
    const spoken = SPOKEN_LINE.exec(line);
    if (spoken === null) recorder.event(line.trim(), 0);
    else if (spoken[1] === 'C') recorder.client(encodeUtf8(`${spoken[2]!}\r\n`), 0);
    else recorder.server(encodeUtf8(`${spoken[2]!}\r\n`), 0);
  }
  return entries;
}

/** Whether the first thing that was said is no greeting. */
function missesGreeting(lines: readonly (string | SpokenEntry)[]): boolean {
  for (const line of lines) {
    const spoken = typeof line === 'string' ? SPOKEN_LINE.exec(line) : null;
    const direction = typeof line === 'string' ? (spoken === null ? 'event' : spoken[1] === 'C' ? 'client' : 'server') : line.direction;
    const text = typeof line === 'string' ? spoken?.[2] : line.text;
    if (direction !== 'event') return direction === 'client' || !/^\* (?:OK|PREAUTH|BYE)\b/i.test(text ?? '');
  }
  return false;
}

class SessionExplainer {
  readonly #dialogue: Dialogue;
  readonly #explained: ExplainedLine[] = [];
  /** Where the command and the response that are being said begin in `#explained`. */
  readonly #began = { client: 0, server: 0 };
  #groups = 0;
  /** Where the commands since the last line of the server begin, with how many there are. */
  #groupFrom = 0;
  #groupSize = 0;

  constructor(greeted: boolean) {
    this.#dialogue = new Dialogue(greeted);
  }

  take({ direction, text, octets }: SpokenEntry): void {
    if (direction === 'event') return this.#add('event', text ?? '', NOTHING);
    if (direction === 'server') this.#closeGroup();
    if (this.#dialogue.literalOctets(direction) !== undefined) return this.#literal(direction, text, octets);
    if (text === undefined) return this.#add(direction, countOf(octets), this.#dialogue.opaque ? OPAQUE : LITERAL);
    if (direction === 'client') this.#client(text);
    else this.#server(text);
  }

  finish(): readonly ExplainedLine[] {
    this.#closeGroup();
    return this.#explained;
  }

  #literal(direction: 'client' | 'server', text: string | undefined, octets: number): void {
    this.#dialogue.literal(direction, text === undefined ? undefined : encodeLatin1(text));
    this.#add(direction, countOf(octets), LITERAL);
  }

  #client(line: string): void {
    const { kind, command } = this.#dialogue.client(line);
    if (kind === 'auth') return this.#add('client', line, explainLine(line, { direction: 'client', inside: 'auth' }));
    if (kind === 'done') return this.#add('client', line, explainLine(line, { direction: 'client', inside: 'idle' }));
    if (kind === 'command') {
      if (this.#groupSize++ === 0) this.#groupFrom = this.#explained.length;
      this.#began.client = this.#explained.length;
    }
    if (kind === 'command') this.#add('client', line, { meaning: `${commandName(line)} goes on behind the literal.`, source: 'RFC 9051 4.3' });
    else if (line !== '') this.#add('client', line, REST);
    if (command !== undefined) this.#explain(this.#began.client, explainCommand(command));
  }

  #server(line: string): void {
    const said = this.#dialogue.server(line);
    if (said.kind === 'response') this.#began.server = this.#explained.length;
    if (said.kind === 'response' || line !== '') this.#add('server', line, said.kind === 'response' ? NOTHING : REST);
    if (said.response !== undefined) this.#explain(this.#began.server, explainSaid(said, said.response));
  }

  /** What a command or a response says stands at its first line. */
  #explain(at: number, { meaning, source }: Explanation): void {
    this.#explained[at] = { ...this.#explained[at]!, meaning, source };
  }

  /** Commands that were sent without waiting for an answer get the number of their group. */
  #closeGroup(): void {
    const from = this.#groupFrom;
    const size = this.#groupSize;
    this.#groupSize = 0;
    if (size < 2) return;
    const group = ++this.#groups;
    for (let index = from; index < this.#explained.length; index++) {
      const line = this.#explained[index]!;
      if (line.direction !== 'client') continue;
      const meaning = index === from ? `${line.meaning} It is sent in one go with the commands below, without waiting for answers.` : line.meaning;
      this.#explained[index] = { ...line, meaning, source: index === from ? `${line.source}; ${PIPELINING_SOURCE}` : line.source, group };
    }
  }

  #add(direction: ExplainedLine['direction'], text: string, { meaning, source }: Explanation): void {
    this.#explained.push({ direction, text, meaning, source, group: undefined });
  }
}

function explainSaid({ asks, greets }: ServerLine, response: Response): Explanation {
  if (asks !== undefined) return ASKS[asks];
  const { meaning, source } = explainResponse(response);
  return greets && response.type === 'status' && response.status === 'OK' ? { meaning: meaning.replace(UNASKED_OK, GREETING), source } : { meaning, source };
}

function countOf(octets: number): string {
  return `(${octets} ${octets === 1 ? 'octet' : 'octets'})`;
}
