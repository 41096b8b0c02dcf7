/**
 * What a source file imports and exports from elsewhere.
 *
 * Read next: `floors.ts`.
 */
import { tokenize } from './source-tokens.ts';
import type { Token } from './source-tokens.ts';

/** One `import` or `export ... from`. */
export interface SourceImport {
  /** As written: `./reply.ts`, `@mailwright/wire`, `node:net`. */
  readonly specifier: string;
  /** True when the whole statement is `import type` or `export type`: nothing of it is left at run time. */
  readonly typeOnly: boolean;
  /** Counted from 1. */
  readonly line: number;
  /** Where the statement begins and ends in the source, for a static import; a dynamic one ends behind its specifier. */
  readonly from: number;
  readonly to: number;
  readonly dynamic: boolean;
}

/** What a file imports, and the places where it loads a module in a way that can't be followed. */
export interface SourceImports {
  readonly imports: readonly SourceImport[];
  /** Such as `import(name)`, `require(...)`, `createRequire`, `process.getBuiltinModule`. */
  readonly opaque: readonly { readonly what: string; readonly line: number }[];
}

const OPAQUE_WORDS = new Set(['require', 'createRequire', 'getBuiltinModule']);

/** Reads the imports of `source`. Linear; comments, strings, templates and regular expressions are not mistaken for code. */
export function readImports(source: string): SourceImports {
  const tokens = tokenize(source).filter((token) => token.kind !== 'comment' && token.kind !== 'doc');
  const lineOf = lineCounter(source);
  const imports: SourceImport[] = [];
  const opaque: { what: string; line: number }[] = [];
  tokens.forEach((token, index) => {
    if (token.kind !== 'word') return;
    const isMember = tokens[index - 1]?.spelling === '.';
    if (OPAQUE_WORDS.has(token.spelling) && (!isMember || token.spelling !== 'require')) opaque.push({ what: token.spelling, line: lineOf(token.from) });
    if (isMember || (token.spelling !== 'import' && token.spelling !== 'export')) return;
    const found = readStatement(tokens, index);
    if (found === 'opaque') opaque.push({ what: 'import() of what is not a plain string', line: lineOf(token.from) });
    else if (found !== undefined) imports.push({ ...found, line: lineOf(token.from) });
  });
  return { imports, opaque };
}

function readStatement(tokens: readonly Token[], index: number): Omit<SourceImport, 'line'> | 'opaque' | undefined {
  const first = tokens[index]!;
  const second = tokens[index + 1];
  if (second === undefined || second.spelling === '.' || second.spelling === ':') return undefined;
  if (first.spelling === 'import' && second.spelling === '(') return readDynamic(first, tokens[index + 2], tokens[index + 3]);
  if (first.spelling === 'import' && second.kind === 'text') return statement(tokens, first, index + 1, false);
  const typeOnly = second.spelling === 'type' && tokens[index + 2]?.spelling !== 'from';
  const from = findFrom(tokens, index + (typeOnly ? 2 : 1), first.spelling === 'export');
  return from === undefined ? undefined : statement(tokens, first, from + 1, typeOnly);
}

function readDynamic(first: Token, specifier: Token | undefined, after: Token | undefined): Omit<SourceImport, 'line'> | 'opaque' {
  if (specifier?.kind !== 'text' || (after?.spelling !== ')' && after?.spelling !== ',')) return 'opaque';
  return { specifier: specifier.spelling.slice(1, -1), typeOnly: false, from: first.from, to: specifier.to, dynamic: true };
}

/** The index of the word `from` that ends an import or export clause beginning at `index`. */
function findFrom(tokens: readonly Token[], index: number, isExport: boolean): number | undefined {
  const opening = tokens[index]?.spelling;
  if (isExport && opening !== '*' && opening !== '{') return undefined;
  for (let at = index; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (token.spelling === 'from' && tokens[at + 1]?.kind === 'text') return at;
    const belongs = token.kind === 'word' || token.kind === 'text' || '{},*'.includes(token.spelling);
    if (!belongs || (isExport && tokens[at - 1]?.spelling === '}')) return undefined;
  }
  return undefined;
}

function statement(tokens: readonly Token[], first: Token, specifierIndex: number, typeOnly: boolean): Omit<SourceImport, 'line'> {
  const specifier = tokens[specifierIndex]!;
  const end = tokens[specifierIndex + 1];
  return { specifier: specifier.spelling.slice(1, -1), typeOnly, from: first.from, to: end?.spelling === ';' ? end.to : specifier.to, dynamic: false };
}

/** A function from offset to line number; offsets must be asked in rising order. */
export function lineCounter(source: string): (offset: number) => number {
  let line = 1;
  let counted = 0;
  return (offset) => {
    for (let at = source.indexOf('\n', counted); at >= 0 && at < offset; at = source.indexOf('\n', counted)) {
      line++;
      counted = at + 1;
    }
    return line;
  };
}
