/** A reply in one line. */
import type { Reply } from '@mailwright/smtp';

/** `550 5.1.1 No such user`; the lines of a longer reply joined by ` / `. */
export function quoteReply(reply: Reply): string {
  const status = reply.enhanced === undefined ? '' : `${reply.enhanced} `;
  return `${reply.code} ${status}${reply.lines.join(' / ')}`.trimEnd();
}
