/**
 * Responses and expectations of `imaptest.ts` as values: atoms, strings and lists. A reader of its own, so that nothing of the packages under test
 * judges itself.
 */

/** One value. Strings of literals are compared octet by octet, all others whatever their letter case. */
export type Value = { readonly type: 'text'; readonly text: string; readonly exact: boolean } | { readonly type: 'list'; readonly values: readonly Value[]; readonly bracket: boolean };

/** Values of a line whose literals stand in it: `{n}` CRLF octets, or in an expectation what stands between three braces. */
export function readValues(source: string): Value[] {
  const reader = new Reader(source);
  const values = reader.values('');
  return values;
}

class Reader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  values(end: string): Value[] {
    const values: Value[] = [];
    for (;;) {
      while (/[ \t\r\n]/.test(this.#source[this.#at] ?? 'x')) this.#at++;
      const character = this.#source[this.#at];
      if (character === undefined) return values;
      if (character === end) {
        this.#at++;
        return values;
      }
      values.push(this.#value(character, values.length));
    }
  }

  #value(character: string, index: number): Value {
    if (character === '(' || (character === '[' && index > 0)) {
      this.#at++;
      return { type: 'list', values: this.values(character === '(' ? ')' : ']'), bracket: character === '[' };
    }
    if (character === '"') return this.#quoted();
    const literal = /~?\{(\d+)\+?\}\r\n/y;
    literal.lastIndex = this.#at;
    const header = literal.exec(this.#source);
    if (header !== null) {
      const from = this.#at + header[0].length;
      this.#at = from + Number(header[1]);
      return { type: 'text', text: this.#source.slice(from, this.#at), exact: true };
    }
    return this.#atom();
  }

  #quoted(): Value {
    let text = '';
    for (this.#at++; this.#at < this.#source.length && this.#source[this.#at] !== '"'; this.#at++) {
      if (this.#source[this.#at] === '\\') this.#at++;
      text += this.#source[this.#at] ?? '';
    }
    this.#at++;
    return { type: 'text', text, exact: false };
  }

  /** With what stands in its brackets: `BODY[HEADER.FIELDS (FROM)]`. */
  #atom(): Value {
    const from = this.#at;
    for (let depth = 0; this.#at < this.#source.length; this.#at++) {
      const character = this.#source[this.#at]!;
      if (character === '[') depth++;
      else if (character === ']' && depth > 0) depth--;
      else if (depth === 0 && /[\s()\]]/.test(character)) break;
    }
    if (this.#at === from) this.#at++;
    return { type: 'text', text: this.#source.slice(from, this.#at), exact: false };
  }
}
