/**
 * Dialogues as people write them down, read as instructions:
 *
 *     S: 220 mx.example ESMTP        the server says this line
 *     C: EHLO *                      the client says a line like this; `*` stands for any characters
 *     C: (message)                   the client sends a message, or a chunk of one
 *     S+ 250 o                       the server says this, without CRLF behind it
 *     # tls                          the TLS handshake
 *     # wait 1000                    the server waits so many milliseconds
 *     # close, # cut, # stall        the server closes; drops the connection; says nothing more
 *
 * Other lines that begin with `#` are remarks. What `formatDialogue` writes can be read: its `***` is any secret, and its
 * event of a handshake is a handshake.
 */

export type ScriptStep =
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'expect'; readonly line: string; readonly matches: (line: string) => boolean }
  | { readonly type: 'message' }
  | { readonly type: 'tls' }
  | { readonly type: 'wait'; readonly ms: number }
  | { readonly type: 'close' | 'cut' | 'stall' };

const CRLF = '\r\n';
const MESSAGE = /^\((?:message|\d+ octets of a message)\)$/;
const HANDSHAKE = /^(?:tls|TLSv[\d.]+ established\b.*)$/;
const WAIT = /^wait (\d+)$/;

/** Reads a dialogue. Throws a `TypeError` for a line of another form. */
export function parseScript(lines: string | readonly string[]): readonly ScriptStep[] {
  const list = typeof lines === 'string' ? lines.split('\n').map((line) => line.trim()) : lines;
  return list.flatMap((line) => parseLine(line) ?? []);
}

function parseLine(line: string): ScriptStep | undefined {
  if (line === '') return undefined;
  const [mark, text] = [line.slice(0, 2), line.slice(3)];
  if (mark === 'S:') return { type: 'say', text: text + CRLF };
  if (mark === 'S+') return { type: 'say', text };
  if (mark === 'C:') return MESSAGE.test(text) ? { type: 'message' } : { type: 'expect', line: text, matches: linePattern(text) };
  if (mark.startsWith('#')) return parseInstruction(line.slice(1).trim());
  throw new TypeError(`a line of a dialogue begins with C:, S:, S+ or #, not with ${JSON.stringify(mark)}: ${JSON.stringify(line)}`);
}

function parseInstruction(text: string): ScriptStep | undefined {
  if (text === 'close' || text === 'cut' || text === 'stall') return { type: text };
  if (HANDSHAKE.test(text)) return { type: 'tls' };
  const wait = WAIT.exec(text);
  return wait === null ? undefined : { type: 'wait', ms: Number(wait[1]) };
}

/** A test for lines like `pattern`, whose `*` is any run of characters; in linear time for each of them. */
export function linePattern(pattern: string): (line: string) => boolean {
  const pieces = pattern.split(/\*+/);
  if (pieces.length === 1) return (line) => line === pattern;
  const first = pieces[0]!;
  const last = pieces.at(-1)!;
  const middle = pieces.slice(1, -1);
  return (line) => {
    if (line.length < first.length + last.length || !line.startsWith(first) || !line.endsWith(last)) return false;
    let from = first.length;
    const end = line.length - last.length;
    for (const piece of middle) {
      const at = line.indexOf(piece, from);
      if (at < 0 || at + piece.length > end) return false;
      from = at + piece.length;
    }
    return true;
  };
}
