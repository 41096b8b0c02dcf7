/**
 * THREAD=REFERENCES: conversations by what messages refer to, put together where only the subject tells. The steps are numbered as in the
 * RFC. Nothing here is recursive, and no step takes more than n log n: references come from strangers.
 *
 * 1. link messages by their references, never to a loop: `link-forest.ts`;  2. and 3. what has no parent is a root, ids without a
 * message give their place to what answers them; 4. roots in order of their moments; 5. roots of one subject together;
 * 6. answers in order of their moments.
 *
 * Read next: `root-threads.ts`, steps 4 to 6.
 *
 * @rfc 5256 3
 */
import { LinkForest } from './link-forest.ts';
import { parseMessageIds } from './message-ids.ts';
import { mergeBySubject, type Root, type ThreadNode } from './root-threads.ts';
import type { Thread, ThreadEntry } from './thread-list.ts';
import { compareSent, type ThreadableMessage } from './threadable-message.ts';

/** Threads messages by their references. @rfc 5256 3 */
export function threadByReferences(messages: readonly ThreadableMessage[]): Thread[] {
  const links = linkMessages(messages);
  const roots = gatherRoots(links);
  return mergeBySubject(roots).map(flatten);
}

interface Links {
  readonly forest: LinkForest;
  /** The message of each node of the forest; undefined where only references know it. */
  readonly messageOf: readonly (ThreadableMessage | undefined)[];
}

/** Step 1. */
function linkMessages(messages: readonly ThreadableMessage[]): Links {
  const forest = new LinkForest();
  const messageOf: (ThreadableMessage | undefined)[] = [];
  const nodes = new Map<string, number>();
  const addNode = (): number => {
    messageOf.push(undefined);
    return forest.add();
  };
  const nodeOf = (id: string): number => {
    let node = nodes.get(id);
    if (node === undefined) nodes.set(id, node = addNode());
    return node;
  };
  for (const message of messages) {
    const id = parseMessageIds(message.messageId ?? '')[0];
    let node = id === undefined ? addNode() : nodeOf(id);
    if (messageOf[node] !== undefined) node = addNode(); // of two messages with one id the second is as one without
    messageOf[node] = message;
    linkReferences(forest, node, referencesOf(message).map(nodeOf));
  }
  return { forest, messageOf };
}

function referencesOf(message: ThreadableMessage): readonly string[] {
  const ids = parseMessageIds(message.references ?? '');
  return ids.length > 0 ? ids : parseMessageIds(message.inReplyTo ?? '').slice(0, 1);
}

/** Steps 1.A and 1.B: what others say of a parent counts until the message itself says it. */
function linkReferences(forest: LinkForest, node: number, references: readonly number[]): void {
  for (let index = 1; index < references.length; index++) {
    if (forest.parentOf(references[index]!) === -1) forest.link(references[index]!, references[index - 1]!);
  }
  const parent = references.at(-1);
  if (parent === undefined) return;
  if (forest.parentOf(node) === parent) return;
  if (forest.parentOf(node) !== -1) forest.cut(node);
  forest.link(node, parent); // where that would be a loop, the message is a root: as Dovecot has it
}

/** Steps 2 and 3: each message is an answer to the nearest message above it; where none is there, to the id at the root, if that has several. */
function gatherRoots({ forest, messageOf }: Links): Root[] {
  const nodes = messageOf.map((message): ThreadNode | undefined => (message === undefined ? undefined : { message, answers: [] }));
  const roots: Root[] = [];
  const unknown = new Map<number, ThreadNode[]>(); // by the id at the root
  const owners = nearestAbove(forest, nodes);
  nodes.forEach((node, index) => {
    if (node === undefined) return;
    const owner = owners[index]!;
    if (owner === -1) roots.push({ node, answers: undefined });
    else if (nodes[owner] !== undefined) nodes[owner].answers.push(node);
    else {
      const answers = unknown.get(owner);
      if (answers === undefined) unknown.set(owner, [node]);
      else answers.push(node);
    }
  });
  for (const answers of unknown.values()) roots.push(answers.length === 1 ? { node: answers[0]!, answers: undefined } : { node: undefined, answers });
  return roots;
}

/** Of each node the nearest one above that has a message, else the root above it, else -1. */
function nearestAbove(forest: LinkForest, nodes: readonly (ThreadNode | undefined)[]): Int32Array {
  const UNKNOWN = -2;
  const owners = new Int32Array(nodes.length).fill(UNKNOWN);
  const path: number[] = [];
  for (let start = 0; start < nodes.length; start++) {
    for (let at = start; at !== -1 && owners[at] === UNKNOWN; at = forest.parentOf(at)) path.push(at);
    for (let at = path.pop(); at !== undefined; at = path.pop()) {
      const parent = forest.parentOf(at);
      owners[at] = parent === -1 ? -1 : nodes[parent] !== undefined || owners[parent] === -1 ? parent : owners[parent]!;
    }
  }
  return owners;
}

/** Step 6, and the form of the answer. */
function flatten({ node, answers }: Root): Thread {
  const entries: ThreadEntry[] = [];
  const open: { readonly node: ThreadNode; readonly depth: number }[] = [];
  const push = (nodes: ThreadNode[], depth: number): void => {
    nodes.sort((one, other) => compareSent(other.message, one.message));
    for (const each of nodes) open.push({ node: each, depth });
  };
  if (node === undefined) entries.push({ number: undefined, depth: 0 });
  push(node === undefined ? answers : [node], node === undefined ? 1 : 0);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    entries.push({ number: next.node.message.number, depth: next.depth });
    push(next.node.answers, next.depth + 1);
  }
  return entries;
}
