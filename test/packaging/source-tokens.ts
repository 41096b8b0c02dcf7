/**
 * Cuts TypeScript source into tokens, far enough to find imports, exports, doc comments and the borders of statements.
 *
 * One pass, no syntax tree: the checks that stand on this (floors, cycles, doc tags, doc examples) must not need a
 * dependency of their own. What is inside a template literal's `${}` is skipped with it, so an import hidden there goes
 * unseen; `source-imports.ts` refuses the ways to load a module that would matter.
 *
 * Read next: `source-imports.ts`.
 */

/** `comment` is a line or block comment, `doc` one that starts with two stars, `text` a quoted string. */
export type TokenKind = 'word' | 'number' | 'text' | 'template' | 'regex' | 'mark' | 'comment' | 'doc';

/** A piece of source: `source.slice(from, to)` is `spelling`. */
export interface Token {
  readonly kind: TokenKind;
  readonly spelling: string;
  readonly from: number;
  readonly to: number;
}

/** After one of these words a slash opens a regular expression; after any other word or a closing bracket it divides. */
const WORDS_BEFORE_REGEX = new Set(['return', 'typeof', 'case', 'in', 'of', 'do', 'else', 'void', 'delete', 'throw', 'new', 'await', 'yield', 'instanceof']);
const WORD = /[\p{ID_Start}$_#@][\p{ID_Continue}$\u200c\u200d]*/uy;
const NUMBER = /\d[\w.]*/y;

/** All tokens of `source`, comments included, blanks left out. Never throws: what never closes ends with the source. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let last: Token | undefined;
  for (let from = skipBlanks(source, 0); from < source.length; from = skipBlanks(source, from)) {
    const [kind, to] = readToken(source, from, last);
    const token: Token = { kind, spelling: source.slice(from, to), from, to };
    tokens.push(token);
    if (kind !== 'comment' && kind !== 'doc') last = token;
    from = to;
  }
  return tokens;
}

function skipBlanks(source: string, from: number): number {
  while (from < source.length && /\s/.test(source[from]!)) from++;
  return from;
}

function readToken(source: string, from: number, last: Token | undefined): [TokenKind, number] {
  const character = source[from]!;
  if (character === '/' && source[from + 1] === '/') return ['comment', until(source, '\n', from)];
  if (character === '/' && source[from + 1] === '*') {
    const isDoc = source[from + 2] === '*' && source[from + 3] !== '/';
    return [isDoc ? 'doc' : 'comment', Math.min(source.length, until(source, '*/', from + 2) + 2)];
  }
  if (from === 0 && source.startsWith('#!')) return ['comment', until(source, '\n', from)];
  if (character === '"' || character === "'") return ['text', quotedEnd(source, from)];
  if (character === '`') return ['template', templateEnd(source, from)];
  if (character === '/' && startsRegex(last)) return ['regex', regexEnd(source, from)];
  WORD.lastIndex = from;
  if (WORD.test(source)) return ['word', WORD.lastIndex];
  NUMBER.lastIndex = from;
  if (NUMBER.test(source)) return ['number', NUMBER.lastIndex];
  return ['mark', from + 1];
}

function until(source: string, mark: string, from: number): number {
  const at = source.indexOf(mark, from);
  return at < 0 ? source.length : at;
}

function quotedEnd(source: string, from: number): number {
  const quote = source[from];
  for (let at = from + 1; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === quote) return at + 1;
    else if (source[at] === '\n') return at;
  }
  return source.length;
}

function templateEnd(source: string, from: number): number {
  for (let at = from + 1; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === '`') return at + 1;
    else if (source[at] === '$' && source[at + 1] === '{') at = substitutionEnd(source, at + 2) - 1;
  }
  return source.length;
}

/** `from` is behind the opening `${`; gives the offset behind the brace that closes it. */
function substitutionEnd(source: string, from: number): number {
  let depth = 1;
  let last: Token | undefined;
  for (let at = skipBlanks(source, from); at < source.length; at = skipBlanks(source, at)) {
    const [kind, to] = readToken(source, at, last);
    last = { kind, spelling: source.slice(at, to), from: at, to };
    if (kind === 'mark') depth += last.spelling === '{' ? 1 : last.spelling === '}' ? -1 : 0;
    if (depth === 0) return to;
    at = to;
  }
  return source.length;
}

function startsRegex(last: Token | undefined): boolean {
  if (last === undefined) return true;
  if (last.kind === 'word') return WORDS_BEFORE_REGEX.has(last.spelling);
  return last.kind === 'mark' && last.spelling !== ')' && last.spelling !== ']' && last.spelling !== '}';
}

function regexEnd(source: string, from: number): number {
  let inClass = false;
  for (let at = from + 1; at < source.length && source[at] !== '\n'; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === '[') inClass = true;
    else if (source[at] === ']') inClass = false;
    else if (source[at] === '/' && !inClass) return /[a-z]*/y.exec(source.slice(at + 1))![0].length + at + 1;
  }
  return from + 1;
}
