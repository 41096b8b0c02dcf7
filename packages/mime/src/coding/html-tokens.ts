/**
 * The tags and texts of HTML, read from the front in one pass, much as browsers read them: enough to leave the tags out, and no tree.
 * What is not closed (a comment, a tag, a script) takes the rest of the document with it, as it does there.
 *
 * Read next: `html-text.ts`.
 */

/** What the reader stands on. */
export type HtmlToken =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'open'; readonly name: string; readonly attributes: ReadonlyMap<string, string> }
  | { readonly type: 'close'; readonly name: string };

/** Elements whose content is no markup and no text to read. */
const UNREAD = new Set(['script', 'style', 'title', 'template', 'iframe', 'noembed', 'noframes']);
const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

/** Names in lower case; texts and values with their character references. Only what `wanted` names is kept of the attributes. */
export function* readHtml(html: string, wanted: ReadonlySet<string>): Generator<HtmlToken> {
  let at = 0;
  while (at < html.length) {
    const bracket = findMarkup(html, at);
    if (bracket > at) yield { type: 'text', text: html.slice(at, bracket) };
    if (bracket === html.length) return;
    if (html[bracket + 1] === '!' || html[bracket + 1] === '?') {
      at = findCommentEnd(html, bracket);
      continue;
    }
    const isClose = html[bracket + 1] === '/';
    const tag = readTag(html, bracket + (isClose ? 2 : 1), wanted);
    if (tag === undefined) return;
    yield isClose ? { type: 'close', name: tag.name } : { type: 'open', name: tag.name, attributes: tag.attributes };
    at = !isClose && UNREAD.has(tag.name) ? findElementEnd(html, tag.name, tag.end) : tag.end;
  }
}

/** The next "<" that begins a tag, a comment or a declaration; the end where there is none. */
function findMarkup(html: string, from: number): number {
  for (let at = html.indexOf('<', from); at >= 0; at = html.indexOf('<', at + 1)) {
    const next = html[at + 1] === '/' ? html.charCodeAt(at + 2) : html.charCodeAt(at + 1);
    const isLetter = (next | 0x20) >= 0x61 && (next | 0x20) <= 0x7a;
    if (isLetter || html[at + 1] === '!' || html[at + 1] === '?') return at;
  }
  return html.length;
}

function findCommentEnd(html: string, at: number): number {
  const isComment = html.startsWith('<!--', at);
  const closing = isComment ? '-->' : '>';
  const end = html.indexOf(closing, isComment ? at + 2 : at); // "<!-->" is a whole comment
  return end < 0 ? html.length : end + closing.length;
}

/** The offset of the closing tag of an element whose content is no markup. */
function findElementEnd(html: string, name: string, from: number): number {
  const closing = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
  closing.lastIndex = from;
  return closing.exec(html)?.index ?? html.length;
}

/** Reads a tag from its name on; `undefined` where it is not closed. */
function readTag(html: string, from: number, wanted: ReadonlySet<string>):
  { readonly name: string; readonly attributes: ReadonlyMap<string, string>; readonly end: number } | undefined {
  let at = skipUntil(html, from, isTagBreak);
  const name = html.slice(from, at).toLowerCase();
  let attributes: Map<string, string> | undefined;
  for (;;) {
    while (at < html.length && (isSpace(html.charCodeAt(at)) || html[at] === '/')) at++;
    if (at >= html.length) return undefined;
    if (html[at] === '>') return { name, attributes: attributes ?? NO_ATTRIBUTES, end: at + 1 };
    const nameEnd = skipUntil(html, at + 1, isNameBreak);
    const value = readValue(html, nameEnd);
    if (value === undefined) return undefined;
    const attribute = nameEnd - at > 32 ? '' : html.slice(at, nameEnd).toLowerCase();
    if (wanted.has(attribute) && attributes?.has(attribute) !== true) (attributes ??= new Map()).set(attribute, html.slice(value.from, value.to));
    at = value.end;
  }
}

/** Reads the value behind an attribute's name, if there is one; `undefined` where it is not closed. */
function readValue(html: string, nameEnd: number): { readonly from: number; readonly to: number; readonly end: number } | undefined {
  let at = nameEnd;
  while (at < html.length && isSpace(html.charCodeAt(at))) at++;
  if (html[at] !== '=') return { from: nameEnd, to: nameEnd, end: at };
  at++;
  while (at < html.length && isSpace(html.charCodeAt(at))) at++;
  const quote = html[at];
  if (quote === '"' || quote === "'") {
    const end = html.indexOf(quote, at + 1);
    return end < 0 ? undefined : { from: at + 1, to: end, end: end + 1 };
  }
  const end = skipUntil(html, at, isValueBreak);
  return { from: at, to: end, end };
}

function skipUntil(html: string, from: number, isEnd: (unit: number) => boolean): number {
  let at = from;
  while (at < html.length && !isEnd(html.charCodeAt(at))) at++;
  return at;
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d && unit !== 0x0b);
}

function isValueBreak(unit: number): boolean {
  return unit === 0x3e || isSpace(unit); // >
}

function isTagBreak(unit: number): boolean {
  return unit === 0x2f || isValueBreak(unit); // /
}

function isNameBreak(unit: number): boolean {
  return unit === 0x3d || isTagBreak(unit); // =
}
