/**
 * What a person would read of an HTML body, as plain text: paragraphs, lists, quotes, links behind their words. For a preview, a search index, or
 * the text alternative of a message that has none.
 *
 * Left out: style sheets (hidden text is read), columns of tables, wrapping. Not for making HTML safe to show.
 * Read next: `html-tokens.ts`, `html-entities.ts`.
 */
import { decodeHtmlEntities } from './html-entities.ts';
import { readHtml } from './html-tokens.ts';

/** Lists and quotes in each other that are shown by indentation; deeper ones look like the last. */
const MOST_DEPTH = 8;
const RULE = '-'.repeat(30);
const ATTRIBUTES: ReadonlySet<string> = new Set(['href', 'alt', 'start']);

/** Line ends around an element's text: 1 begins a line, 2 leaves one empty. */
const LINE_ENDS: ReadonlyMap<string, number> = new Map([
  ...['address', 'article', 'aside', 'body', 'center', 'dd', 'details', 'div', 'dt', 'fieldset', 'figcaption', 'figure', 'footer', 'form', 'header', 'li', 'main', 'nav',
    'option', 'section', 'summary', 'tbody', 'tfoot', 'thead', 'tr'].map((name) => [name, 1] as const),
  ...['blockquote', 'dl', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'ol', 'p', 'pre', 'table', 'ul'].map((name) => [name, 2] as const),
]);

/**
 * The text of `html`, lines ending in LF. Time and result grow with the length of the input and no faster. Never throws.
 */
export function htmlToText(html: string): string {
  const writer = new TextWriter();
  for (const token of readHtml(html, ATTRIBUTES)) {
    if (token.type === 'text') writer.write(decodeHtmlEntities(token.text));
    else if (token.type === 'open') openElement(writer, token.name, token.attributes);
    else closeElement(writer, token.name);
  }
  return writer.end();
}

function openElement(writer: TextWriter, name: string, attributes: ReadonlyMap<string, string>): void {
  const value = (attribute: string): string => decodeHtmlEntities(attributes.get(attribute) ?? '').trim();
  writer.breakLines(innerLineEnds(writer, name));
  if (name === 'br') writer.endLine();
  else if (name === 'hr') writer.writeLine(RULE);
  else if (name === 'img') writer.write(value('alt'));
  else if (name === 'td' || name === 'th') writer.write(' ');
  else if (name === 'a') writer.beginLink(value('href'));
  else if (name === 'pre') writer.preDepth++;
  else if (name === 'blockquote') writer.indent('> ');
  else if (name === 'ul') writer.beginList(undefined);
  else if (name === 'ol') writer.beginList(/^[0-9]{1,6}$/.test(value('start')) ? Number(value('start')) : 1);
  else if (name === 'li') writer.beginItem();
}

function closeElement(writer: TextWriter, name: string): void {
  if (name === 'a') writer.endLink();
  else if (name === 'pre') writer.preDepth = Math.max(0, writer.preDepth - 1);
  else if (name === 'blockquote') writer.outdent('> ');
  else if (name === 'ul' || name === 'ol') writer.endList();
  if (name !== 'br' && name !== 'hr') writer.breakLines(innerLineEnds(writer, name));
}

/** A list inside a list leaves no line empty. */
function innerLineEnds(writer: TextWriter, name: string): number {
  const lineEnds = LINE_ENDS.get(name) ?? 0;
  return (name === 'ul' || name === 'ol') && writer.isInList ? 1 : lineEnds;
}

/** Puts words on lines: white space is one space, line ends never stand at the beginning or the end of the text. */
class TextWriter {
  preDepth = 0;
  readonly #pieces: string[] = [];
  /** Line ends that stand before the next word. */
  #lineEnds = 0;
  #isLineEmpty = true;
  #spaceIsDue = false;
  /** What lines begin with, from the outermost element inwards. */
  #indents: string[] = [];
  /** The next number of each list, `undefined` for one with bullets. */
  #lists: (number | undefined)[] = [];
  #bullet = '';
  #href = '';
  #linkText = '';

  get isInList(): boolean {
    return this.#lists.length > 0;
  }

  write(text: string): void {
    if (this.preDepth > 0) {
      this.#writePreformatted(text);
      return;
    }
    const words = text.split(/[\t\n\f\r ]+/);
    words.forEach((word, index) => {
      if (index > 0) this.#spaceIsDue = true;
      if (word !== '') this.#put(word);
    });
  }

  #writePreformatted(text: string): void {
    text.split(/\r\n|\r|\n/).forEach((line, index) => {
      if (index > 0) this.endLine();
      if (line !== '') this.#put(line);
    });
  }

  #put(word: string): void {
    if (this.#isLineEmpty) this.#beginLine();
    else if (this.#spaceIsDue) this.#pieces.push(' ');
    if (this.#href !== '') this.#linkText += this.#spaceIsDue ? ` ${word}` : word;
    this.#pieces.push(word);
    this.#spaceIsDue = false;
    this.#isLineEmpty = false;
  }

  #beginLine(): void {
    if (this.#pieces.length > 0) this.#pieces.push('\n'.repeat(this.#lineEnds));
    const indents = this.#indents.slice(0, MOST_DEPTH).join('');
    this.#pieces.push(this.#bullet === '' ? indents : indents.slice(0, -this.#bullet.length) + this.#bullet);
    this.#bullet = '';
    this.#lineEnds = 0;
  }

  /** At least so many line ends come before the next word. */
  breakLines(count: number): void {
    if (count === 0) return;
    this.#lineEnds = Math.max(this.#lineEnds, count);
    this.#isLineEmpty = true;
    this.#spaceIsDue = false;
  }

  endLine(): void {
    this.#lineEnds = Math.min(this.#isLineEmpty ? this.#lineEnds + 1 : 1, 3);
    this.#isLineEmpty = true;
    this.#spaceIsDue = false;
  }

  writeLine(line: string): void {
    this.#put(line);
    this.breakLines(2);
  }

  indent(prefix: string): void {
    this.#indents.push(prefix);
  }

  outdent(prefix: string): void {
    if (this.#indents.at(-1) === prefix) this.#indents.pop();
  }

  beginList(first: number | undefined): void {
    this.#lists.push(first);
    this.indent(first === undefined ? '  ' : '   ');
  }

  endList(): void {
    if (this.#lists.length === 0) return;
    this.outdent(this.#lists.pop() === undefined ? '  ' : '   ');
    this.#bullet = '';
  }

  beginItem(): void {
    const number = this.#lists.at(-1);
    this.#bullet = number === undefined ? '* ' : `${number}. `;
    if (number !== undefined) this.#lists[this.#lists.length - 1] = number + 1;
  }

  beginLink(href: string): void {
    this.endLink();
    if (/^(?:https?|mailto|tel):/i.test(href)) this.#href = href.replace(/[\s<>]+/g, '');
  }

  /** The address of a link stands behind its words where they do not say it. */
  endLink(): void {
    const href = this.#href;
    const text = this.#linkText.trim();
    this.#href = '';
    this.#linkText = '';
    if (text === '' || href === text || href.replace(/^(?:mailto|tel):|^https?:\/\/|\/$/gi, '') === text) return;
    this.#spaceIsDue = true;
    this.#put(`<${href}>`);
  }

  end(): string {
    this.endLink();
    return this.#pieces.join('');
  }
}
