/**
 * A cursor over the text of a field: white space, comments, keywords, quoted strings. It never goes back, so reading is linear whatever the text is.
 *
 *     CFWS    = (1*([FWS] comment) [FWS]) / FWS
 *     comment = "(" *([FWS] ccontent) [FWS] ")"             ; RFC 5322 3.2.2; comments nest
 */
import { BACKSLASH, CR, DEL, DQUOTE, LEFT_PARENTHESIS, LF, RIGHT_PARENTHESIS, SEMICOLON, SP, TAB } from '@mailwright/wire';
import type { AuthresError } from './authentication-results.ts';
import { isKeywordUnit } from './value.ts';

/** What stops the reading of the whole field. */
export interface Stop {
  readonly error: AuthresError;
  readonly at: number;
}

export const isWhiteSpace = (unit: number): boolean => unit === SP || unit === TAB || unit === CR || unit === LF;

/** The first character that no field holds: a control, or a CR or LF that is no folding; -1 where there is none. @rfc 5322 2.2.3 */
export function findControl(text: string): number {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= SP && unit !== DEL) continue;
    if (unit === TAB || (unit === CR && text.charCodeAt(at + 1) === LF) || (unit === LF && isFold(text, at))) continue;
    return at;
  }
  return -1;
}

function isFold(text: string, lf: number): boolean {
  const next = text.charCodeAt(lf + 1);
  return text.charCodeAt(lf - 1) === CR && (next === SP || next === TAB);
}

/** The cursor. After `stop` is set, nothing of the field counts. */
export class AuthresReader {
  readonly text: string;
  at = 0;
  stop: Stop | undefined = undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** The unit at the cursor; NaN at the end. */
  get unit(): number {
    return this.text.charCodeAt(this.at);
  }

  get isEnd(): boolean {
    return this.at >= this.text.length || this.stop !== undefined;
  }

  isAt(unit: number): boolean {
    return this.unit === unit;
  }

  /** Goes past white space and comments; those go to `comments`. True where there was any. */
  skipCfws(comments?: string[]): boolean {
    const from = this.at;
    for (;;) {
      while (isWhiteSpace(this.unit)) this.at++;
      if (this.unit !== LEFT_PARENTHESIS) return this.at > from;
      this.#skipComment(comments);
    }
  }

  /** 1*( letter / digit / "-" ), in lower case; '' where there is none. */
  readKeyword(): string {
    const from = this.at;
    while (isKeywordUnit(this.unit)) this.at++;
    return this.text.slice(from, this.at).toLowerCase();
  }

  /** Goes past `unit`, if it is there. */
  accept(unit: number): boolean {
    if (this.isEnd || this.unit !== unit) return false;
    this.at++;
    return true;
  }

  /** The value of the quoted string that begins at the cursor. */
  readQuoted(): string {
    const from = this.at++;
    let value = '';
    let copied = this.at;
    for (; this.at < this.text.length; this.at++) {
      const unit = this.unit;
      if (unit === DQUOTE) {
        value += this.text.slice(copied, this.at++);
        return value.includes('\n') ? value.replaceAll('\r\n', '') : value;
      }
      if (unit !== BACKSLASH) continue;
      value += this.text.slice(copied, this.at++);
      copied = this.at;
    }
    this.#fail('unclosed-quote', from);
    return '';
  }

  /** Goes to the next semicolon outside of quotes and comments, or to the end. */
  skipElement(): void {
    while (!this.isEnd && this.unit !== SEMICOLON) this.skipWord();
  }

  /** Goes past one word: up to white space or a semicolon, quotes and comments as a whole. */
  skipWord(): void {
    if (isWhiteSpace(this.unit)) this.skipCfws();
    while (!this.isEnd && this.unit !== SEMICOLON && !isWhiteSpace(this.unit)) {
      if (this.unit === DQUOTE) this.readQuoted();
      else if (this.unit === LEFT_PARENTHESIS) this.#skipComment();
      else this.at++;
    }
  }

  /** A comment that is not closed stops the reading: what follows means one thing to some readers and nothing to others. */
  #skipComment(comments?: string[]): void {
    const from = this.at;
    let depth = 0;
    for (; this.at < this.text.length; this.at++) {
      const unit = this.unit;
      if (unit === BACKSLASH) this.at++;
      else if (unit === LEFT_PARENTHESIS) depth++;
      else if (unit === RIGHT_PARENTHESIS && --depth === 0) {
        this.at++;
        comments?.push(readComment(this.text.slice(from + 1, this.at - 1)));
        return;
      }
    }
    this.#fail('unclosed-comment', from);
  }

  #fail(error: AuthresError, at: number): void {
    this.at = this.text.length;
    this.stop ??= { error, at };
  }
}

/** A comment as people read it: no folds, no quoting, white space at its ends removed. */
function readComment(text: string): string {
  const plain = text.includes('\\') ? text.replace(/\\([^])/g, '$1') : text;
  return plain.replaceAll('\r\n', '').trim();
}
