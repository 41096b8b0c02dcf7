/**
 * The reading hand over the value of a Received-SPF field: blanks, comments that nest, words, pairs. Linear; each character is looked at
 * once.
 */

/** At its end a text may have a line end of its own. */
const BLANKS = /(?:[ \t]|\r?\n(?=[ \t]|$))*/y;

/** Stands at `at`, which only grows. */
export class ReceivedSpfReader {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** FWS: blanks, and line ends that a blank follows. An empty line would be the end of the header. @rfc 5322 3.2.2 */
  skipBlanks(): void {
    BLANKS.lastIndex = this.at;
    BLANKS.test(this.#text);
    this.at = BLANKS.lastIndex;
  }

  /** CFWS. False where a comment does not end; `at` stays at its parenthesis. @rfc 5322 3.2.2 */
  skipBlanksAndComments(): boolean {
    this.skipBlanks();
    while (this.#text[this.at] === '(') {
      if (this.readComment() === undefined) return false;
      this.skipBlanks();
    }
    return true;
  }

  /** The comment at `at`, without its parentheses and backslashes; `undefined` where it does not end, `at` as before. */
  readComment(): string | undefined {
    let text = '';
    let depth = 0;
    for (let at = this.at; at < this.#text.length; at++) {
      const character = this.#text[at]!;
      if (character === '\\') text += this.#text[++at] ?? '';
      else if (character === '(' && depth++ === 0) continue;
      else if (character === ')' && --depth === 0) {
        this.at = at + 1;
        return text.replace(/\r\n(?=[ \t])/g, '');
      } else text += character;
    }
    return undefined;
  }

  /** Up to a blank, parenthesis, semicolon, equals sign or quote; empty at one of those. */
  readWord(): string {
    const from = this.at;
    while (this.at < this.#text.length && !' \t\r\n();="'.includes(this.#text[this.at]!)) this.at++;
    return this.#text.slice(from, this.at);
  }

  /** A pair with its semicolon into `values`; `end` behind the last one, or what is wrong. */
  readPair(values: Map<string, string>): 'end' | 'bad-comment' | 'bad-pair' | 'bad-quoted-string' | 'duplicate-key' | undefined {
    if (!this.skipBlanksAndComments()) return 'bad-comment';
    if (this.at === this.#text.length) return 'end';
    const key = this.readWord().toLowerCase();
    if (!this.skipBlanksAndComments()) return 'bad-comment';
    if (key === '' || this.#text[this.at] !== '=') return 'bad-pair';
    if (values.has(key)) return 'duplicate-key';
    this.at++;
    if (!this.skipBlanksAndComments()) return 'bad-comment';
    const value = this.#text[this.at] === '"' ? this.#readQuoted() : this.#readValue();
    if (value === undefined) return 'bad-quoted-string';
    values.set(key, value);
    if (!this.skipBlanksAndComments()) return 'bad-comment';
    if (this.at < this.#text.length && this.#text[this.at] !== ';') return 'bad-pair';
    this.at++;
    if (this.at > this.#text.length) this.at = this.#text.length;
    return undefined;
  }

  /** A value without quotes. An equals sign is a character of a dot-atom. */
  #readValue(): string {
    const from = this.at;
    while (this.at < this.#text.length && !' \t\r\n();"'.includes(this.#text[this.at]!)) this.at++;
    return this.#text.slice(from, this.at);
  }

  #readQuoted(): string | undefined {
    let text = '';
    for (let at = this.at + 1; at < this.#text.length; at++) {
      const character = this.#text[at]!;
      if (character === '"') {
        this.at = at + 1;
        return text.replace(/\r\n(?=[ \t])/g, '');
      }
      text += character === '\\' ? (this.#text[++at] ?? '') : character;
    }
    return undefined;
  }
}
