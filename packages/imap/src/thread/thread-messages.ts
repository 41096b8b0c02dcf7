/**
 * THREAD here: for servers without it, and in ours.
 *
 * Read next: `references.ts`, `ordered-subject.ts`.
 *
 * @rfc 5256 3
 */
import { assertNever } from '@mailwright/wire';
import { threadByOrderedSubject } from './ordered-subject.ts';
import { threadByReferences } from './references.ts';
import type { Thread } from './thread-list.ts';
import type { ThreadableMessage } from './threadable-message.ts';

/** The algorithms of RFC 5256. */
export type ThreadAlgorithm = 'REFERENCES' | 'ORDEREDSUBJECT';

/**
 * Puts messages together as conversations.
 *
 * Errors: a `TypeError` for an algorithm that is none.
 * @rfc 5256 3
 */
export function threadMessages(messages: readonly ThreadableMessage[], algorithm: ThreadAlgorithm): Thread[] {
  switch (algorithm) {
    case 'REFERENCES': return threadByReferences(messages);
    case 'ORDEREDSUBJECT': return threadByOrderedSubject(messages);
    default: return refuse(algorithm);
  }
}

function refuse(algorithm: never): Thread[] {
  if (typeof algorithm === 'string') throw new TypeError(`not an algorithm of THREAD: ${JSON.stringify(algorithm)}`);
  return assertNever(algorithm);
}
