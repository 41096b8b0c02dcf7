/**
 * The lexical part of address fields: white space and folding, comments, atoms, quoted strings, domain literals.
 *
 * ```abnf
 * FWS            = ([*WSP CRLF] 1*WSP) / obs-FWS
 * comment        = "(" *([FWS] ccontent) [FWS] ")"     ; ccontent = ctext / quoted-pair / comment
 * atom           = [CFWS] 1*atext [CFWS]               ; atext =/ UTF8-non-ascii (RFC 6532)
 * quoted-string  = [CFWS] DQUOTE *([FWS] qcontent) [FWS] DQUOTE [CFWS]
 * domain-literal = [CFWS] "[" *([FWS] dtext) [FWS] "]" [CFWS]
 * quoted-pair    = "\" (VCHAR / WSP) / obs-qp
 * ```
 *
 * It never goes back over text that it has read, but for one thing: what is opened and not closed. That is looked for to
 * the end of the text once, and the place is remembered, so the work stays linear in the length of the text.
 */
import { BACKSLASH, CR, DQUOTE, LEFT_BRACKET, LEFT_PARENTHESIS, LF, NUL, RIGHT_BRACKET, RIGHT_PARENTHESIS, SP, TAB } from '@mailwright/wire';
import { ATEXT, DTEXT, NO_WS_CTL, isClass, unitAt } from './grammar.ts';
import type { AddressDefect, AddressFault, ObsoleteForm } from './header-types.ts';

/** Faults that are kept of one text. Of an obsolete form only the first of its kind is. */
const MAX_FAULTS = 100;

/** A reader of one field's text. The parser looks at `unit()` and decides what to read. */
export class HeaderScanner {
  readonly text: string;
  /** Offset of the next character. */
  at = 0;
  readonly defects: AddressDefect[] = [];
  /** The comments since the parser last emptied it. */
  comments: string[] = [];
  readonly #maxDepth: number;
  readonly #formsSeen = new Set<ObsoleteForm>();
  #faultCount = 0;
  #noQuoteCloses = false; // a quote was opened and not closed: no later one is closed either
  #noLiteralCloses = false;

  constructor(text: string, maxDepth: number) {
    this.text = text;
    this.#maxDepth = maxDepth;
  }

  get ended(): boolean {
    return this.at >= this.text.length;
  }

  /** The next code unit; 0 at the end (and for a NUL). */
  unit(): number {
    return unitAt(this.text, this.at);
  }

  fault(code: AddressFault, at: number): void {
    if (this.#faultCount++ < MAX_FAULTS) this.defects.push({ code, at, obsolete: false });
  }

  obsolete(code: ObsoleteForm, at: number): void {
    if (this.#formsSeen.has(code)) return;
    this.#formsSeen.add(code);
    this.defects.push({ code, at, obsolete: true });
  }

  /** Skips `[CFWS]`; true when there was any. @rfc 5322 3.2.2 */
  skipCfws(): boolean {
    const start = this.at;
    let folds = 0;
    for (; !this.ended; ) {
      const unit = this.unit();
      if (unit === SP || unit === TAB) this.at++;
      else if (unit === CR || unit === LF) {
        if (++folds === 2) this.obsolete('obsolete-whitespace', this.at);
        this.#skipLineEnd();
      } else if (unit === LEFT_PARENTHESIS) {
        this.comments.push(this.#readComment());
        folds = 0;
      } else break;
    }
    return this.at > start;
  }

  /** Reads `1*atext`, `''` where there is none. */
  readAtom(): string {
    const start = this.at;
    for (let unit = this.unit(); isClass(unit, ATEXT) || unit >= 0x80; unit = this.unit()) this.at++;
    return this.text.slice(start, this.at);
  }

  /** At a DQUOTE: the value of the quoted string, or `undefined` where it is not closed; then only the DQUOTE was read. */
  readQuotedString(): string | undefined {
    const start = this.at++;
    if (!this.#noQuoteCloses) {
      const value = this.#readUntil(DQUOTE);
      if (value !== undefined) return value;
      this.#noQuoteCloses = true;
      this.at = start + 1;
    }
    this.fault('unclosed-quote', start);
    return undefined;
  }

  /** At a `[`: the literal with its brackets, folding removed. One that is not closed ends before a separator. @rfc 5322 3.4.1 */
  readLiteral(): string {
    const start = this.at;
    const literal = this.#noLiteralCloses ? undefined : this.#readClosedLiteral();
    if (literal !== undefined) return literal;
    this.fault('unclosed-literal', start);
    this.at = start + 1;
    while (isClass(this.unit(), DTEXT) && !',;>('.includes(this.text[this.at]!)) this.at++;
    return this.text.slice(start, this.at);
  }

  /** At a `(`: the comment without its outer parentheses, backslashes removed; the whole rest where it is not closed. */
  #readComment(): string {
    const start = this.at++;
    let depth = 1;
    let value = '';
    let from = this.at;
    while (!this.ended) {
      const unit = this.unit();
      if (unit === LEFT_PARENTHESIS && ++depth === this.#maxDepth + 1) this.fault('LIMIT_DEPTH', this.at);
      if (unit === RIGHT_PARENTHESIS && --depth === 0) return value + this.text.slice(from, this.at++);
      const before = this.at;
      if (!this.#stepContent(unit)) continue;
      value += this.text.slice(from, before);
      from = unit === BACKSLASH ? before + 1 : this.at;
    }
    this.fault('unclosed-comment', start);
    return value + this.text.slice(from);
  }

  /** Reads content up to `close` and over it; its value, or `undefined` where the text ends before. */
  #readUntil(close: number): string | undefined {
    const { length } = this.defects;
    let value = '';
    let from = this.at;
    while (!this.ended) {
      const unit = this.unit();
      if (unit === close) return value + this.text.slice(from, this.at++);
      const before = this.at;
      if (!this.#stepContent(unit)) continue;
      value += this.text.slice(from, before);
      from = unit === BACKSLASH ? before + 1 : this.at;
    }
    this.defects.length = length;
    return undefined;
  }

  /** Goes over one character, quoted pair or line end of a quoted string or comment. True when it is not to be kept as it stands. */
  #stepContent(unit: number): boolean {
    if (unit === CR || unit === LF) return this.#skipLineEnd();
    if (unit !== BACKSLASH) {
      if (unit === NUL) this.fault('unexpected-character', this.at);
      else if (isClass(unit, NO_WS_CTL)) this.obsolete('obsolete-control-character', this.at);
      this.at++;
      return false;
    }
    const quoted = unitAt(this.text, this.at + 1);
    if (quoted < SP && quoted !== TAB) this.obsolete('obsolete-quoted-pair', this.at);
    else if (quoted === 0x7f) this.obsolete('obsolete-quoted-pair', this.at);
    this.at = Math.min(this.at + 2, this.text.length);
    return true;
  }

  #readClosedLiteral(): string | undefined {
    let value = '';
    let from = this.at++;
    for (; !this.ended; ) {
      const unit = this.unit();
      if (unit === RIGHT_BRACKET) return value + this.text.slice(from, ++this.at);
      if (unit === LEFT_BRACKET) return undefined;
      if (unit === BACKSLASH) this.obsolete('obsolete-quoted-pair', this.at);
      const before = this.at;
      if (!this.#stepContent(unit) || unit === BACKSLASH) continue;
      value += this.text.slice(from, before);
      from = this.at;
    }
    this.#noLiteralCloses = true;
    return undefined;
  }

  /** At a CR or LF: goes over the CRLF. False, with a fault, where it is no folding: no CRLF, or no white space behind it. */
  #skipLineEnd(): boolean {
    const crlf = this.unit() === CR && unitAt(this.text, this.at + 1) === LF;
    const next = unitAt(this.text, this.at + 2);
    const folding = crlf && (next === SP || next === TAB);
    if (!folding) this.fault('bad-folding', this.at);
    this.at += crlf ? 2 : 1;
    return folding;
  }
}
