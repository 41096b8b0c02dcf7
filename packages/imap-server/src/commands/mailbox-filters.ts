/**
 * Mailboxes by what they are, as NOTIFY and MULTISEARCH name them: `PERSONAL`, `SUBSCRIBED`, `SUBTREE a`.
 *
 * @rfc 5465 6
 * @rfc 7377 2.2
 */
import type { NotifyFilter, SearchSource } from '@mailwright/imap';
import { HIERARCHY_SEPARATOR, isBelow } from '../store/mailbox-name.ts';

export type MailboxFilter = NotifyFilter | SearchSource;

/** Whether the filter names the mailbox. `subscriptions`: those of the user; `selected`: the mailbox that is. */
export function namesMailbox(filter: MailboxFilter, name: string, subscriptions: ReadonlySet<string>, selected: string | undefined): boolean {
  switch (filter.type) {
    case 'SELECTED':
    case 'SELECTED-DELAYED':
      return name === selected;
    case 'INBOXES':
      return name === 'INBOX'; // the only one to which mail is delivered
    case 'PERSONAL':
      return true;
    case 'SUBSCRIBED':
      return subscriptions.has(name);
    case 'SUBTREE':
      return filter.mailboxes.some((above) => sameName(name, above) || isBelow(name, above));
    case 'SUBTREE-ONE':
      return filter.mailboxes.some((above) => sameName(name, above) || (isBelow(name, above) && !name.slice(above.length + 1).includes(HIERARCHY_SEPARATOR)));
    case 'MAILBOXES':
      return filter.mailboxes.some((wanted) => sameName(name, wanted));
  }
}

function sameName(name: string, wanted: string): boolean {
  return name === wanted || (name === 'INBOX' && wanted.toUpperCase() === 'INBOX');
}
