/**
 * NOTIFY: the client hears of mailboxes without asking. Of the selected one the machine tells; of the others STATUS and LIST are told here.
 *
 * News gather by mailbox until they can be said, so that a client that reads slowly costs no more than its mailboxes.
 *
 * @rfc 5465
 */
import type { FetchRequest, ListData, NotifyCommand, NotifyEventName, NotifyFilter, NotifyGroup, StatusItemName } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import type { AccountChange } from '../store/mail-account.ts';
import { HIERARCHY_SEPARATOR, isBelow } from '../store/mailbox-name.ts';
import { namesMailbox } from './mailbox-filters.ts';
import { notifyFetch } from './notify-fetch.ts';
import { bad, no, ok, type Outcome } from './outcome.ts';
import { statusItems } from './status.ts';

const SUPPORTED: readonly NotifyEventName[] = ['MessageNew', 'MessageExpunge', 'FlagChange', 'MailboxName', 'SubscriptionChange', 'MailboxMetadataChange', 'ServerMetadataChange'];
const OF_MESSAGES: ReadonlySet<NotifyEventName> = new Set(['MessageNew', 'MessageExpunge', 'FlagChange', 'AnnotationChange']);
/** Mailboxes with news that were not told; more end it all. @rfc 5465 5.8 */
const MOST_PENDING = 1000;

export async function notify(session: CommandSession, command: NotifyCommand): Promise<Outcome> {
  const events = command.groups.flatMap((group) => group.events.map(({ type }) => type));
  if (events.some((event) => !SUPPORTED.includes(event))) return no('Some events are not told here', { name: 'BADEVENT', events: SUPPORTED });
  const wrong = faultOf(command.groups);
  if (wrong !== undefined) return bad(wrong);
  const subscriptions = new Set(await session.account.subscriptions());
  session.notifications.begin(command.groups, subscriptions);
  if (command.status) await sayStatus(session);
  return ok('NOTIFY completed');
}

/** What speaks against the groups, in words. @rfc 5465 5 @rfc 5465 6.1 */
function faultOf(groups: readonly NotifyGroup[]): string | undefined {
  if (groups.some(isOdd)) return 'MessageNew and MessageExpunge go together, and FlagChange with them';
  const selected = groups.filter(({ filter }) => isOfSelected(filter));
  if (selected.length > 1) return 'SELECTED or SELECTED-DELAYED, once';
  if (selected.some(({ events }) => events.some(({ type }) => !OF_MESSAGES.has(type)))) return 'SELECTED has events of messages only';
  const fetches = ({ filter, events }: NotifyGroup): boolean => !isOfSelected(filter) && events.some((event) => event.type === 'MessageNew' && event.fetch.length > 0);
  return groups.some(fetches) ? 'Only in the selected mailbox MessageNew fetches' : undefined;
}

function isOdd({ events }: NotifyGroup): boolean {
  const has = (type: NotifyEventName): boolean => events.some((event) => event.type === type);
  return has('MessageNew') !== has('MessageExpunge') || (has('FlagChange') && !has('MessageNew'));
}

function isOfSelected({ type }: NotifyFilter): boolean {
  return type === 'SELECTED' || type === 'SELECTED-DELAYED';
}

/** How the mailboxes stand of which news will be told; not the selected one. @rfc 5465 3.1 */
async function sayStatus(session: CommandSession): Promise<void> {
  for (const { name } of await session.account.list()) {
    const events = session.notifications.eventsOf(name);
    if (!events.has('MessageNew') || name === session.selection?.mailbox.name || !(await mayObserve(session, name))) continue;
    const mailbox = await session.account.open(name);
    session.machine.respond({ name: 'STATUS', mailbox: name, items: statusItems(session, mailbox, itemsFor(session, events.has('FlagChange'))) });
    await session.room();
  }
}

function itemsFor({ condstore }: CommandSession, withFlags: boolean): readonly StatusItemName[] {
  return ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY', ...(withFlags || condstore ? (['HIGHESTMODSEQ'] as const) : [])];
}

/** Nobody is told of a mailbox that it may not see or not read. @rfc 5465 5 */
async function mayObserve(session: CommandSession, name: string): Promise<boolean> {
  const rights = await session.rightsOn(name);
  return rights.includes('l') && rights.includes('r');
}

export class Notifications {
  readonly #session: CommandSession;
  #groups: readonly NotifyGroup[] = [];
  #subscriptions: Set<string> = new Set();
  #unsubscribe: (() => void) | undefined = undefined;
  /** Mailboxes of which a STATUS is due, with what happened. */
  readonly #status: Map<string, { readonly mailbox: Extract<AccountChange, { readonly mailbox: unknown }>['mailbox']; withFlags: boolean }> = new Map();
  readonly #lists: ListData[] = [];
  readonly #metadata: Map<string, Set<string>> = new Map();
  /** New messages in the selected mailbox of which more than their number is to be told. */
  #arrived: number[] = [];

  constructor(session: CommandSession) {
    this.#session = session;
  }

  /** How news of the selected mailbox are told unasked. */
  selected: 'never' | 'selected' | 'selected-delayed' = 'never';
  /** More of what is new in the selected mailbox is being told: the client's next command waits, as two could not send literals at once. */
  isTelling = false;

  /** Changes of flags in the selected mailbox wait for a command. @rfc 5465 5.1 */
  get holdsFlags(): boolean {
    return this.selected !== 'never' && !this.#selectedEvents.some(({ type }) => type === 'FlagChange');
  }

  get isActive(): boolean {
    return this.#groups.length > 0;
  }

  /** What to tell of each new message in the selected mailbox. @rfc 5465 5.2 */
  get fetch(): readonly FetchRequest[] {
    const event = this.#selectedEvents.find(({ type }) => type === 'MessageNew');
    return event?.type === 'MessageNew' ? event.fetch : [];
  }

  get #selectedEvents(): NotifyGroup['events'] {
    return this.#groups.find(({ filter }) => isOfSelected(filter))?.events ?? [];
  }

  begin(groups: readonly NotifyGroup[], subscriptions: Set<string>): void {
    const { machine, account } = this.#session;
    this.clear();
    const selected = groups.find(({ filter }) => isOfSelected(filter));
    const isTold = selected !== undefined && selected.events.length > 0;
    this.selected = !isTold ? 'never' : selected.filter.type === 'SELECTED' ? 'selected' : 'selected-delayed';
    this.#groups = groups;
    machine.notify(this.selected, !this.holdsFlags);
    this.#subscriptions = subscriptions;
    if (groups.length > 0) this.#unsubscribe = account.subscribe((change) => this.#notice(change));
  }

  clear(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#groups = [];
    this.selected = 'never';
    this.#status.clear();
    this.#lists.length = 0;
    this.#metadata.clear();
    this.#arrived = [];
  }

  /** What is to be told of a mailbox that is not selected: what any of the groups that name it says. @rfc 5465 6 */
  eventsOf(name: string): ReadonlySet<NotifyEventName> {
    const groups = this.#groups.filter(({ filter }) => !isOfSelected(filter) && namesMailbox(filter, name, this.#subscriptions, undefined));
    return new Set(groups.flatMap(({ events }) => events.map(({ type }) => type)));
  }

  /** Says what gathered of the other mailboxes. */
  tell(): void {
    const session = this.#session;
    for (const [name, { mailbox, withFlags }] of this.#status) {
      session.machine.respond({ name: 'STATUS', mailbox: name, items: statusItems(session, mailbox, itemsFor(session, withFlags)) });
    }
    for (const data of this.#lists) session.machine.respond(data);
    for (const [mailbox, entries] of this.#metadata) session.machine.respond({ name: 'METADATA', mailbox, values: [], changed: [...entries] });
    this.#status.clear();
    this.#lists.length = 0;
    this.#metadata.clear();
  }

  /** Behind the news of the selected mailbox: more of what is new in it. */
  tellArrived(): void {
    const session = this.#session;
    if (this.#arrived.length === 0 || this.isTelling) return;
    const uids = this.#arrived;
    this.#arrived = [];
    this.isTelling = true;
    void notifyFetch(session, uids, this.fetch).catch((error: unknown) => session.failed(error)).then(() => {
      this.isTelling = false;
      session.resume();
    });
  }

  #notice(change: AccountChange): void {
    if (this.#status.size + this.#lists.length + this.#metadata.size > MOST_PENDING) return this.#overflow();
    switch (change.type) {
      case 'added': case 'removed': case 'flags':
        this.#noticeMessages(change);
        break;
      case 'created': case 'deleted': case 'renamed':
        this.#noticeName(change);
        break;
      case 'subscribed': case 'unsubscribed':
        this.#noticeSubscription(change.name, change.type === 'subscribed');
        break;
      case 'metadata':
        this.#noticeMetadata(change.name, change.entries);
        break;
      case 'gone':
        break;
    }
    this.#session.newsArrived();
  }

  #noticeMessages(change: Extract<AccountChange, { readonly type: 'added' | 'removed' | 'flags' }>): void {
    const { mailbox, type } = change;
    if (mailbox === this.#session.selection?.mailbox) {
      const isOwn = change.origin === this.#session; // the client knows what it appended, section 5.2
      if (type === 'added' && !isOwn && this.fetch.length > 0) for (const { uid } of change.messages) this.#arrived.push(uid);
      return;
    }
    const events = this.eventsOf(mailbox.name);
    if (!events.has(type === 'added' ? 'MessageNew' : type === 'removed' ? 'MessageExpunge' : 'FlagChange')) return;
    const groups = this.#groups;
    const add = (): void => {
      const known = this.#status.get(mailbox.name);
      if (groups === this.#groups) this.#status.set(mailbox.name, { mailbox, withFlags: type === 'flags' || known?.withFlags === true });
      this.#session.newsArrived();
    };
    if (!this.#session.hasRights) return add();
    mayObserve(this.#session, mailbox.name).then((may) => (may ? add() : undefined)).catch(() => undefined); // a mailbox that went meanwhile has no news
  }

  #noticeName(change: Extract<AccountChange, { readonly type: 'created' | 'deleted' | 'renamed' }>): void {
    const name = change.type === 'renamed' ? change.to : change.name;
    if (change.type === 'renamed') this.#status.delete(change.from); // its name is told nobody any more
    if (change.type === 'deleted') this.#status.delete(name);
    if (change.type === 'renamed' && this.#lists.some(({ mailbox, oldName }) => oldName !== undefined && movesWith(change, oldName, mailbox))) return;
    if (!this.eventsOf(name).has('MailboxName') && !(change.type === 'renamed' && this.eventsOf(change.from).has('MailboxName'))) return;
    this.#lists.push(listed(name, change.type === 'deleted' ? ['\\NonExistent'] : [], change.type === 'renamed' ? change.from : undefined));
  }

  #noticeSubscription(name: string, isSubscribed: boolean): void {
    if (isSubscribed) this.#subscriptions.add(name);
    const isTold = this.eventsOf(name).has('SubscriptionChange');
    if (!isSubscribed) this.#subscriptions.delete(name);
    if (isTold) this.#lists.push(listed(name, isSubscribed ? ['\\Subscribed'] : [], undefined));
  }

  #noticeMetadata(name: string, entries: readonly string[]): void {
    const isTold = name === '' ? this.#groups.some(({ events }) => events.some(({ type }) => type === 'ServerMetadataChange')) : this.eventsOf(name).has('MailboxMetadataChange');
    if (!isTold) return;
    const known = this.#metadata.get(name) ?? new Set();
    for (const entry of entries) known.add(entry);
    this.#metadata.set(name, known);
  }

  #overflow(): void {
    const { machine } = this.#session;
    this.clear();
    machine.notify('never');
    machine.respondStatus('OK', { name: 'NOTIFICATIONOVERFLOW' }, 'Too much has changed; ask for it again');
    this.#session.newsArrived();
  }
}

/** Whether a mailbox was given its name by the one above it, of which the client is told: nothing is said of it then. @rfc 5465 5.4 */
function movesWith({ from, to }: { readonly from: string; readonly to: string }, above: string, now: string): boolean {
  return isBelow(from, above) && to === now + from.slice(above.length);
}

function listed(mailbox: string, attributes: readonly string[], oldName: string | undefined): ListData {
  return { name: 'LIST', attributes, delimiter: HIERARCHY_SEPARATOR, mailbox, childInfo: undefined, oldName, others: [] };
}
