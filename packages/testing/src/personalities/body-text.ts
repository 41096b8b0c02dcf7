/**
 * A BODYSTRUCTURE in the text of a response as a tree that can be changed and written again: lists, and everything else as it stands.
 *
 * @rfc 9051 7.5.2
 */

/** A list, or a string or an atom as it is written. */
export type BodyNode = string | readonly BodyNode[];

const START = /BODY(?:STRUCTURE)? \(/g;

/** Every BODYSTRUCTURE and BODY of a response changed; what can't be read stays as it is. */
export function changeBodyStructures(text: string, change: (body: readonly BodyNode[]) => BodyNode): string {
  let result = '';
  let from = 0;
  for (const match of text.matchAll(START)) {
    const at = match.index + match[0].length - 1;
    if (at < from) continue;
    const read = readList(text, at);
    if (read === undefined) break;
    result += text.slice(from, at) + writeNode(change(read.node));
    from = read.end;
  }
  return result + text.slice(from);
}

/** Whether a body is a multipart: its first item is a body. */
export function isMultipart(body: readonly BodyNode[]): boolean {
  return typeof body[0] === 'object';
}

/** A parameter of a list of names and values, unquoted. */
export function parameterOf(list: BodyNode | undefined, name: string): string | undefined {
  if (typeof list !== 'object') return undefined;
  const at = list.findIndex((item, index) => index % 2 === 0 && typeof item === 'string' && item.toLowerCase() === `"${name}"`);
  const value = at < 0 ? undefined : list[at + 1];
  return typeof value === 'string' ? value.slice(1, -1) : undefined;
}

export function writeNode(node: BodyNode): string {
  if (typeof node === 'string') return node;
  return `(${node.map((item, index) => (index > 0 && !(typeof item === 'object' && typeof node[index - 1] === 'object' && isBody(item)) ? ' ' : '') + writeNode(item)).join('')})`;
}

/** Bodies stand behind each other without a blank; other lists do not. */
function isBody(node: readonly BodyNode[]): boolean {
  return typeof node[0] === 'object' || node.length > 6;
}

interface OpenList {
  readonly items: BodyNode[];
}

function readList(text: string, start: number): { readonly node: readonly BodyNode[]; readonly end: number } | undefined {
  const open: OpenList[] = [];
  for (let at = start; at < text.length; ) {
    const character = text[at]!;
    if (character === '(') {
      open.push({ items: [] });
      at++;
    } else if (character === ')') {
      const { items } = open.pop()!;
      at++;
      const parent = open.at(-1);
      if (parent === undefined) return { node: items, end: at };
      parent.items.push(items);
    } else if (character === ' ') at++;
    else {
      const token = /"(?:[^"\\]|\\.)*"|[^ ()"{]+/y;
      token.lastIndex = at;
      const match = token.exec(text);
      if (match === null) return undefined;
      open.at(-1)!.items.push(match[0]);
      at = token.lastIndex;
    }
  }
  return undefined;
}
