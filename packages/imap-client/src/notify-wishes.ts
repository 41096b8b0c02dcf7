/**
 * What the watches of one connection want to hear without asking. NOTIFY has one set of wishes a connection, each command in the place of the one before, so
 * all watches share it.
 *
 * The selected mailbox is always named: what is left out is not told of, not even in IDLE. Without wishes the connection is as if NOTIFY had never
 * been said.
 *
 * @rfc 5465 3
 * @rfc 5465 6.1
 */
import type { NotifyGroup } from '@mailwright/imap';
import { runCommand } from './command-run.ts';
import { ImapError } from './errors.ts';
import type { Session } from './session.ts';

const EVENTS: NotifyGroup['events'] = [{ type: 'MessageNew', fetch: [] }, { type: 'MessageExpunge' }, { type: 'FlagChange' }];

/** Who wishes: mailboxes by name, or the selected one alone. */
export interface NotifyWish {
  readonly mailboxes: readonly string[];
}

const WISHES: WeakMap<Session, Set<NotifyWish>> = new WeakMap();

/**
 * Adds a wish; false where the server does not tell such things, and then the wish is not kept. Rejects with the `ImapError` that ended the connection or the
 * waiting.
 */
export async function wish(session: Session, wanted: NotifyWish, signal: AbortSignal | undefined): Promise<boolean> {
  const wishes = WISHES.get(session) ?? new Set();
  WISHES.set(session, wishes);
  wishes.add(wanted);
  try {
    await say(session, wishes, signal);
    return true;
  } catch (error) {
    wishes.delete(wanted);
    if (error instanceof ImapError && error.usable && error.status !== undefined) return false;
    throw error;
  }
}

/** Takes a wish back. Never throws. */
export function forgetWish(session: Session, wanted: NotifyWish): void {
  const wishes = WISHES.get(session);
  if (wishes?.delete(wanted) !== true || !session.open) return;
  void say(session, wishes, undefined).catch(() => undefined); // a connection that ends forgets it, too
}

async function say(session: Session, wishes: ReadonlySet<NotifyWish>, signal: AbortSignal | undefined): Promise<void> {
  const mailboxes = [...new Set([...wishes].flatMap((each) => each.mailboxes))];
  const selected: NotifyGroup = { filter: { type: wishes.size > 0 ? 'SELECTED' : 'SELECTED-DELAYED' }, events: EVENTS };
  const others: NotifyGroup[] = mailboxes.length === 0 ? [] : [{ filter: { type: 'MAILBOXES', mailboxes }, events: EVENTS }];
  await runCommand(session, { name: 'NOTIFY', status: false, groups: [selected, ...others] }, { signal });
}
