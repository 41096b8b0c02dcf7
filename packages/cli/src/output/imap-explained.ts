/**
 * An IMAP session line by line with what each line means: what the client's trace wrote down, literals shown as one counted block in their line.
 *
 * @rfc 9051 2.2
 */
import { explainCapability, explainLine } from '@mailwright/imap';
import type { TraceEntry } from '@mailwright/imap-client';
import type { ExplainedLine } from '@mailwright/smtp';
import { formatPlural } from './numbers.ts';

const LITERAL = /~?\{\d+\+?\}$/;
const CAPABILITIES = /^(\* CAPABILITY |\* OK \[CAPABILITY |\S+ OK \[CAPABILITY )([^\]]*)(.*)$/;

/** What is said while a client logs in, or listens. */
type Inside = 'commands' | 'auth' | 'idle';

interface State {
  inside: Inside;
  tag: string;
  /** Capabilities that were not told yet. */
  readonly notable: Set<string>;
}

/** Never throws. */
export function explainImapSession(entries: readonly TraceEntry[]): readonly ExplainedLine[] {
  const lines: ExplainedLine[] = [];
  const state: State = { inside: 'commands', tag: '', notable: new Set(NOTABLE) };
  for (let at = 0; at < entries.length; at++) {
    const { direction } = entries[at]!;
    if (direction === 'event') {
      lines.push(explained('event', entries[at]!.text ?? '', '', ''));
      continue;
    }
    const end = endOfLine(entries, at);
    lines.push(...explainSpoken(direction, entries.slice(at, end + 1), state));
    at = end;
  }
  return lines;
}

/** The index of the last entry that belongs to the line which begins at `at`. */
function endOfLine(entries: readonly TraceEntry[], at: number): number {
  const { direction } = entries[at]!;
  let end = at;
  while (LITERAL.test(entries[end]!.text ?? '') && entries[end + 2]?.direction === direction && entries[end + 1]?.text === undefined) end += 2;
  return end;
}

/**
 * A client that idles, hears of a message, asks for it and idles again says the same many times: of more than three such rounds the first, the second
 * and the last are shown.
 */
export function shortenRounds(lines: readonly ExplainedLine[]): readonly ExplainedLine[] {
  const rounds = lines.flatMap(({ direction, text }, index) => (direction === 'client' && / IDLE$/.test(text) ? [index] : []));
  if (rounds.length <= 3) return lines;
  const left = rounds.length - 3;
  const remark = explained('event', `${formatPlural(left, 'more round')} of the same: DONE, UID FETCH, IDLE`, '', '');
  return [...lines.slice(0, rounds[2]), remark, ...lines.slice(rounds.at(-1))];
}

function explainSpoken(direction: 'client' | 'server', entries: readonly TraceEntry[], state: State): readonly ExplainedLine[] {
  const shown = entries.map(({ text, octets }) => text ?? ` (${formatPlural(octets, 'octet')}) `).join('');
  const readable = entries.map(({ text }) => (text === undefined ? '""' : text.replace(LITERAL, ''))).join('');
  if (direction === 'client') return [explainClient(shown, readable, state)];
  const tagged = readable.startsWith(`${state.tag} `);
  if (tagged) state.inside = 'commands';
  if (readable.startsWith('+ ') && state.inside === 'auth') return [explained('server', shown, 'The next step of the log-in, in base64.', 'RFC 9051 6.2.2')];
  const list = CAPABILITIES.exec(shown);
  if (list === null) return [explained('server', shown, ...pair(explainLine(readable, { direction: 'server' })))];
  const words = list[2]!.trim().split(' ');
  const meaning = tagged ? `The command ${state.tag} is done; with it comes what the server can do now.` : 'The server says what it can do. Some of it:';
  return [explained('server', `${list[1]}... ${formatPlural(words.length, 'capability', 'capabilities')} ...${list[3]}`, meaning, 'RFC 9051 7.2.2'), ...notable(words, state)];
}

/** Capabilities that matter to who reads mail, each with its meaning. */
const NOTABLE: readonly string[] = ['IMAP4rev2', 'IDLE', 'CONDSTORE', 'QRESYNC', 'UIDPLUS', 'MOVE', 'ESEARCH', 'LITERAL+', 'COMPRESS=DEFLATE'];

function notable(words: readonly string[], state: State): readonly ExplainedLine[] {
  return words.filter((name) => state.notable.delete(name)).map((name) => {
    const { meaning, source } = explainCapability(name);
    return explained('server', `  ${name}`, meaning, source);
  });
}

function explainClient(shown: string, readable: string, state: State): ExplainedLine {
  const { inside } = state;
  const command = /^(\S+) (\S+)/.exec(readable);
  if (inside === 'auth') return explained('client', shown, 'What the client says in the log-in, left out here.', 'RFC 9051 6.2.2');
  if (inside === 'idle') {
    state.inside = 'commands';
    return explained('client', shown, ...pair(explainLine(readable, { direction: 'client', inside: 'idle' })));
  }
  if (command !== null) {
    state.tag = command[1]!;
    state.inside = command[2] === 'AUTHENTICATE' ? 'auth' : command[2] === 'IDLE' ? 'idle' : 'commands';
    if (command[2] === 'AUTHENTICATE') return explained('client', shown, `The client logs in by the SASL mechanism ${readable.split(' ')[2] ?? ''}.`, 'RFC 9051 6.2.2');
  }
  return explained('client', shown, ...pair(explainLine(readable, { direction: 'client' })));
}

function pair({ meaning, source }: { readonly meaning: string; readonly source: string }): [string, string] {
  return [meaning, source];
}

function explained(direction: ExplainedLine['direction'], text: string, meaning: string, source: string): ExplainedLine {
  return { direction, text, meaning, source, group: undefined };
}
