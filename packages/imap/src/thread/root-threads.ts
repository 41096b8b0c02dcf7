/**
 * Steps 4 and 5 of THREAD=REFERENCES: threads in order, those of one base subject together.
 *
 * Read next: `references.ts`.
 *
 * @rfc 5256 3
 */
import { foldText } from '../search/fold.ts';
import { baseSubject } from '../sort/base-subject.ts';
import { compareSent, type ThreadableMessage } from './threadable-message.ts';

/** A message with its answers, in any order. */
export interface ThreadNode {
  readonly message: ThreadableMessage;
  readonly answers: ThreadNode[];
}

/** The top of a thread: a message, or the place of one that is not there, with at least two answers. */
export type Root =
  | { readonly node: ThreadNode; readonly answers: undefined }
  | { readonly node: undefined; readonly answers: ThreadNode[] };

/** A root with what it is ordered and merged by: those of its message, or of the earliest answer. */
interface Standing {
  root: Root;
  readonly first: ThreadableMessage;
  /** Folded; `''` is merged with nothing. */
  readonly subject: string;
  readonly isReplyOrForward: boolean;
}

/** Puts roots in order and those of one subject together. @rfc 5256 3 */
export function mergeBySubject(roots: readonly Root[]): Root[] {
  const standings = roots.map(standingOf).sort((one, other) => compareSent(one.first, other.first));
  const table = subjectTable(standings);
  const dropped = new Set<Standing>();
  for (const standing of standings) {
    const kept = table.get(standing.subject);
    if (kept === undefined || kept === standing) continue;
    kept.root = merge(kept, standing);
    dropped.add(standing);
  }
  return standings.filter((standing) => !dropped.has(standing)).map((standing) => standingOf(standing.root))
    .sort((one, other) => compareSent(one.first, other.first)).map(({ root }) => root);
}

/** Step 5.B: of each subject the root that the others join: one without a message, else one that is no answer. */
function subjectTable(standings: readonly Standing[]): Map<string, Standing> {
  const table = new Map<string, Standing>();
  for (const standing of standings) {
    if (standing.subject === '') continue;
    const kept = table.get(standing.subject);
    const isBetter = kept === undefined
      || (kept.root.node !== undefined && (standing.root.node === undefined || (kept.isReplyOrForward && !standing.isReplyOrForward)));
    if (isBetter) table.set(standing.subject, standing);
  }
  return table;
}

/** Step 5.C. */
function merge(kept: Standing, { root, isReplyOrForward }: Standing): Root {
  if (kept.root.node === undefined) {
    if (root.node !== undefined) kept.root.answers.push(root.node);
    else for (const answer of root.answers) kept.root.answers.push(answer);
    return kept.root;
  }
  const others = root.node === undefined ? root.answers : [root.node];
  if (isReplyOrForward && !kept.isReplyOrForward) {
    for (const other of others) kept.root.node.answers.push(other);
    return kept.root;
  }
  return { node: undefined, answers: [kept.root.node, ...others] };
}

function standingOf(root: Root): Standing {
  const first = root.node?.message ?? earliest(root.answers!);
  const { text, isReplyOrForward } = baseSubject(first.subject ?? '');
  return { root, first, subject: foldText(text), isReplyOrForward };
}

function earliest(answers: readonly ThreadNode[]): ThreadableMessage {
  return answers.reduce((first, { message }) => (compareSent(message, first) < 0 ? message : first), answers[0]!.message);
}
