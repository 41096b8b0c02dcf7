/**
 * Cuts the text of a master file (RFC 1035 section 5.1) into entries, one for each record or directive, and those into tokens:
 * comments dropped, parentheses joined over lines, quoted strings kept whole. Escapes stay as they are for whoever knows
 * if the token is a name or a string. Linear in the text; the text is not copied.
 */

export interface ZoneToken {
  /** Escapes kept, quotes dropped. */
  readonly text: string;
  readonly quoted: boolean;
}

export interface ZoneEntry {
  /** The first line is 1. */
  readonly line: number;
  /** It begins with white space: the owner is that of the entry before. */
  readonly continued: boolean;
  readonly tokens: readonly ZoneToken[];
}

export type ZoneTokenError = 'unterminated-string' | 'unbalanced-parenthesis';

export type ZoneEntries =
  | { readonly ok: true; readonly entries: readonly ZoneEntry[] }
  | { readonly ok: false; readonly error: ZoneTokenError; readonly line: number };

/** @rfc 1035 5.1 */
export function readZoneEntries(text: string): ZoneEntries {
  const reader = new EntryReader();
  for (let at = 0; at < text.length; ) {
    const end = reader.step(text, at);
    if (typeof end === 'string') return { ok: false, error: end, line: reader.line };
    at = end;
  }
  return reader.close() ? { ok: true, entries: reader.entries } : { ok: false, error: 'unbalanced-parenthesis', line: reader.line };
}

class EntryReader {
  readonly entries: ZoneEntry[] = [];
  /** The line being read. */
  line = 1;
  #tokens: ZoneToken[] = [];
  #entryLine = 1;
  #continued = false;
  #depth = 0;

  /** Takes what stands at `at` and gives the offset after it. */
  step(text: string, at: number): number | ZoneTokenError {
    const character = text[at]!;
    switch (character) {
      case '\n':
        return this.#endLine(at + 1);
      case '\r':
        return this.#endLine(text[at + 1] === '\n' ? at + 2 : at + 1);
      case ';':
        return skip(text, at, (next) => next !== '\n' && next !== '\r');
      case '(':
      case ')':
        this.#depth += character === '(' ? 1 : -1;
        return this.#depth < 0 ? 'unbalanced-parenthesis' : at + 1;
      case '"': {
        const end = endOfQuoted(text, at + 1);
        return end === undefined ? 'unterminated-string' : this.#add(text.slice(at + 1, end), true, end + 1);
      }
    }
    if (isBlank(character)) {
      if (this.#depth === 0 && this.#tokens.length === 0 && startsLine(text, at)) this.#continued = true;
      return skip(text, at, isBlank);
    }
    const end = endOfPlain(text, at);
    return end === undefined ? 'unterminated-string' : this.#add(text.slice(at, end), false, end);
  }

  /** False when a parenthesis is still open. */
  close(): boolean {
    this.#finishEntry();
    return this.#depth === 0;
  }

  #add(text: string, quoted: boolean, end: number): number {
    if (this.#tokens.length === 0) this.#entryLine = this.line;
    this.#tokens.push({ text, quoted });
    return end;
  }

  #endLine(end: number): number {
    this.line++;
    if (this.#depth === 0) this.#finishEntry();
    return end;
  }

  #finishEntry(): void {
    if (this.#tokens.length > 0) this.entries.push({ line: this.#entryLine, continued: this.#continued, tokens: this.#tokens });
    this.#tokens = [];
    this.#continued = false;
  }
}

function skip(text: string, from: number, belongs: (character: string) => boolean): number {
  let at = from;
  while (at < text.length && belongs(text[at]!)) at++;
  return at;
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\f' || character === '\v';
}

function startsLine(text: string, at: number): boolean {
  return at === 0 || text[at - 1] === '\n' || text[at - 1] === '\r';
}

/** The offset of the closing quote; `undefined` when the line or the text ends first. */
function endOfQuoted(text: string, from: number): number | undefined {
  for (let at = from; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') return at;
    if (character === '\\') at++;
    if (text[at] === '\n' || text[at] === '\r') return undefined;
  }
  return undefined;
}

/** The offset after an unquoted token; `undefined` for a backslash with nothing behind it. */
function endOfPlain(text: string, from: number): number | undefined {
  let at = from;
  for (; at < text.length; at++) {
    const character = text[at]!;
    if (character === '\\') {
      at++;
      if (at >= text.length || text[at] === '\n' || text[at] === '\r') return undefined;
    } else if (isBlank(character) || '\r\n;()"'.includes(character)) break;
  }
  return at;
}
