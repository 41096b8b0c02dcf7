/**
 * An IMAP session as it is shown on a page: what `explainSession` says of the client's trace, with each literal as one counted block in its line, and long
 * lists of capabilities as the few that matter to who reads mail.
 *
 * @rfc 9051 7.2.2
 */
import { explainCapability, explainSession } from '@mailwright/imap';
import type { TraceEntry } from '@mailwright/imap-client';
import type { ExplainedLine } from '@mailwright/smtp';
import { formatPlural } from './numbers.ts';

const CAPABILITIES = /^(\* CAPABILITY |\* OK \[CAPABILITY |\S+ OK \[CAPABILITY )([^\]]*)(.*)$/;
/** Capabilities that matter to who reads mail, each with its meaning. */
const NOTABLE: readonly string[] = ['IMAP4rev2', 'IDLE', 'CONDSTORE', 'QRESYNC', 'UIDPLUS', 'MOVE', 'ESEARCH', 'LITERAL+', 'COMPRESS=DEFLATE'];

/** Never throws. */
export function explainImapSession(entries: readonly TraceEntry[]): readonly ExplainedLine[] {
  const notable = new Set(NOTABLE);
  return joinLiterals(entries).flatMap((line) => (line.direction === 'server' ? shortenCapabilities(line, notable) : [line]));
}

/**
 * A client that idles, hears of a message, asks for it and idles again says the same many times: of more than three such rounds the first, the second
 * and the last are shown.
 */
export function shortenRounds(lines: readonly ExplainedLine[]): readonly ExplainedLine[] {
  const rounds = lines.flatMap(({ direction, text }, index) => (direction === 'client' && / IDLE$/.test(text) ? [index] : []));
  if (rounds.length <= 3) return lines;
  const left = rounds.length - 3;
  const remark: ExplainedLine = { direction: 'event', text: `${formatPlural(left, 'more round')} of the same: DONE, UID FETCH, IDLE`, meaning: '', source: '', group: undefined };
  return [...lines.slice(0, rounds[2]), remark, ...lines.slice(rounds.at(-1))];
}

/** A line that a literal has cut is one line again. */
function joinLiterals(entries: readonly TraceEntry[]): readonly ExplainedLine[] {
  const shown = entries.filter(({ kind, text }) => kind !== 'rest' || text !== '');
  const explained = explainSession(entries);
  const joined: ExplainedLine[] = [];
  /** Where the line stands that either side goes on with. */
  const last = { client: -1, server: -1, event: -1 };
  for (const [index, line] of explained.entries()) {
    const { kind, octets } = shown[index]!;
    const before = joined[last[line.direction]];
    if ((kind === 'literal' || kind === 'rest') && before !== undefined) {
      joined[last[line.direction]] = { ...before, text: before.text + (kind === 'literal' ? ` (${formatPlural(octets, 'octet')}) ` : line.text) };
    } else last[line.direction] = joined.push(line) - 1;
  }
  return joined;
}

function shortenCapabilities(line: ExplainedLine, notable: Set<string>): readonly ExplainedLine[] {
  const list = CAPABILITIES.exec(line.text);
  if (list === null) return [line];
  const words = list[2]!.trim().split(' ');
  const text = `${list[1]}... ${formatPlural(words.length, 'capability', 'capabilities')} ...${list[3]}`;
  const meaning = line.text.startsWith('* ') ? 'The server says what it can do. Some of it:' : `The command ${line.text.split(' ', 1)[0]!} is done; with it comes what the server can do now.`;
  return [{ ...line, text, meaning, source: 'RFC 9051 7.2.2' }, ...words.filter((name) => notable.delete(name)).map((name) => describe(name))];
}

function describe(name: string): ExplainedLine {
  const { meaning, source } = explainCapability(name);
  return { direction: 'server', text: `  ${name}`, meaning, source, group: undefined };
}
