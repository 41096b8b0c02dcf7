/**
 * The `@rfc N section` lines in the doc comments of the sources: which function holds to which section.
 *
 * Read next: `rfc-coverage.ts`, which adds the tests and writes the page.
 */
import { tokenize } from './source-tokens.ts';
import type { Token } from './source-tokens.ts';

/** One tag. `subject` is what the comment stands on: `encodeReply`, `BodyReader.readText`, or `module` for a file's head. */
export interface RfcTag {
  readonly rfc: number;
  /** `4.5.2`, `B.1`; `''` when the tag names the whole RFC. */
  readonly section: string;
  readonly subject: string;
}

const MODIFIERS = new Set([
  'export', 'default', 'declare', 'abstract', 'async', 'const', 'let', 'var', 'function', 'class', 'interface', 'type', 'readonly',
  'public', 'private', 'protected', 'static', 'override', 'get', 'set', 'accessor',
]);
const DECLARES = new Set(['const', 'let', 'var', 'function', 'class', 'interface', 'type']);
const TAG = /@rfc\b(?:[ \t]+(\d{3,5})(?:[ \t]+([A-Z](?:\.\d+)*|\d+(?:\.\d+)*)(?![\w]))?)?/g;

/** The tags of one source file in order, and those that can't be read. */
export function readRfcTags(source: string): { readonly tags: readonly RfcTag[]; readonly problems: readonly string[] } {
  const tags: RfcTag[] = [];
  const problems: string[] = [];
  if (!source.includes('@rfc')) return { tags, problems };
  const tokens = tokenize(source).filter(({ kind }) => kind !== 'comment');
  let depth = 0;
  let container = '';
  tokens.forEach((token, index) => {
    if (token.spelling === '{' || token.spelling === '}') depth += token.spelling === '{' ? 1 : -1;
    if (depth === 0) container = declaredName(tokens, index) ?? container;
    if (token.kind !== 'doc') return;
    const subject = depth === 0 ? topLevelSubject(tokens, index) : memberSubject(tokens, index, container);
    for (const [whole, rfc, section = ''] of token.spelling.matchAll(TAG)) {
      if (rfc === undefined) problems.push(`"${whole}" of ${subject} does not name an RFC by number`);
      else tags.push({ rfc: Number(rfc), section, subject });
    }
  });
  return { tags, problems };
}

/** The name that a declaration introduces when the token at `index` is its keyword. */
function declaredName(tokens: readonly Token[], index: number): string | undefined {
  const next = tokens[index + 1];
  return DECLARES.has(tokens[index]!.spelling) && next?.kind === 'word' && !MODIFIERS.has(next.spelling) ? next.spelling : undefined;
}

function topLevelSubject(tokens: readonly Token[], index: number): string {
  const next = tokens[index + 1];
  const isHead = next === undefined || next.kind === 'doc' || next.spelling === 'import' || ['{', '*'].includes(tokens[index + 2]?.spelling ?? '');
  return isHead ? 'module' : (nameAfter(tokens, index) ?? 'module');
}

function memberSubject(tokens: readonly Token[], index: number, container: string): string {
  const name = nameAfter(tokens, index);
  return name === undefined || name === 'constructor' ? container : `${container}.${name}`;
}

/** The first name after the token at `index` that is no modifier; a modifier that is followed by `(` or `:` is a name. */
function nameAfter(tokens: readonly Token[], index: number): string | undefined {
  for (let at = index + 1; at < tokens.length; at++) {
    const { kind, spelling } = tokens[at]!;
    if (spelling === '*') continue;
    if (kind !== 'word') return undefined;
    if (!MODIFIERS.has(spelling) || '(:?'.includes(tokens[at + 1]?.spelling ?? ' ')) return spelling.replace(/^#/, '');
  }
  return undefined;
}
