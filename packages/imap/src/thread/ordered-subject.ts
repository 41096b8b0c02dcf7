/**
 * THREAD=ORDEREDSUBJECT, poor man's threading: messages with the same base subject are a thread, its first message is answered by all others.
 *
 * @rfc 5256 3
 */
import { foldText } from '../search/fold.ts';
import { baseSubject } from '../sort/base-subject.ts';
import type { Thread } from './thread-list.ts';
import { compareSent, type ThreadableMessage } from './threadable-message.ts';

/** Threads messages by subject; threads are in the order of their first messages. @rfc 5256 3 */
export function threadByOrderedSubject(messages: readonly ThreadableMessage[]): Thread[] {
  const threads = new Map<string, ThreadableMessage[]>();
  for (const message of [...messages].sort(compareSent)) {
    const subject = foldText(baseSubject(message.subject ?? '').text);
    const thread = threads.get(subject);
    if (thread === undefined) threads.set(subject, [message]);
    else thread.push(message);
  }
  return [...threads.values()].map((thread) => thread.map(({ number }, index) => ({ number, depth: index === 0 ? 0 : 1 })));
}
