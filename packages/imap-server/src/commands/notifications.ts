/**
 * NOTIFY: the client hears of mailboxes without asking. Of the selected one the machine tells; of the others STATUS and LIST are told here.
 *
 * News gather by mailbox until they can be said, so that a client that reads slowly costs no more than its mailboxes.
 *
 * @rfc 5465
 */
import type { FetchRequest, ListData, NotifyCommand, NotifyEventName, NotifyGroup, StatusItemName } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import type { AccountChange } from '../store/mail-account.ts';
import { HIERARCHY_SEPARATOR } from '../store/mailbox-name.ts';
import { namesMailbox } from './mailbox-filters.ts';
import { notifyFetch } from './notify-fetch.ts';
import { bad, no, ok, type Outcome } from './outcome.ts';
import { statusItems } from './status.ts';

const SUPPORTED: readonly NotifyEventName[] = ['MessageNew', 'MessageExpunge', 'FlagChange', 'MailboxName', 'SubscriptionChange', 'MailboxMetadataChange', 'ServerMetadataChange'];
/** Mailboxes with news that were not told; more end it all. @rfc 5465 5.8 */
const MOST_PENDING = 1000;

export async function notify(session: CommandSession, command: NotifyCommand): Promise<Outcome> {
  const events = command.groups.flatMap((group) => group.events.map(({ type }) => type));
  if (events.some((event) => !SUPPORTED.includes(event))) return no('Some events are not told here', { name: 'BADEVENT', events: SUPPORTED });
  if (command.groups.some(isOdd)) return bad('MessageNew and MessageExpunge go together, and FlagChange with them');
  const subscriptions = new Set(await session.account.subscriptions());
  session.notifications.begin(command.groups, subscriptions);
  if (command.status) await sayStatus(session);
  return ok('NOTIFY completed');
}

/** @rfc 5465 5 */
function isOdd({ events }: NotifyGroup): boolean {
  const has = (type: NotifyEventName): boolean => events.some((event) => event.type === type);
  return has('MessageNew') !== has('MessageExpunge') || (has('FlagChange') && !has('MessageNew'));
}

/** How the mailboxes stand of which news will be told; not the selected one. @rfc 5465 3.1 */
async function sayStatus(session: CommandSession): Promise<void> {
  for (const { name } of await session.account.list()) {
    const events = session.notifications.eventsOf(name);
    if (!events.has('MessageNew') || name === session.selection?.mailbox.name) continue;
    const mailbox = await session.open(name);
    session.machine.respond({ name: 'STATUS', mailbox: name, items: statusItems(session, mailbox, itemsFor(session, events.has('FlagChange'))) });
    await session.room();
  }
}

function itemsFor({ condstore }: CommandSession, withFlags: boolean): readonly StatusItemName[] {
  return ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY', ...(withFlags || condstore ? (['HIGHESTMODSEQ'] as const) : [])];
}

const NO_EVENTS: ReadonlySet<NotifyEventName> = new Set();

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

  get isActive(): boolean {
    return this.#groups.length > 0;
  }

  /** What to tell of each new message in the selected mailbox. @rfc 5465 5.2 */
  get fetch(): readonly FetchRequest[] {
    const group = this.#groups.find(({ filter }) => filter.type === 'SELECTED' || filter.type === 'SELECTED-DELAYED');
    const event = group?.events.find(({ type }) => type === 'MessageNew');
    return event?.type === 'MessageNew' ? event.fetch : [];
  }

  begin(groups: readonly NotifyGroup[], subscriptions: Set<string>): void {
    const { machine, account } = this.#session;
    this.clear();
    const selected = groups.find(({ filter }) => filter.type === 'SELECTED' || filter.type === 'SELECTED-DELAYED');
    const isTold = selected !== undefined && selected.events.length > 0;
    this.selected = !isTold ? 'never' : selected.filter.type === 'SELECTED' ? 'selected' : 'selected-delayed';
    machine.notify(this.selected);
    this.#groups = groups;
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

  /** What is to be told of a mailbox: the first group that names it says. @rfc 5465 6 */
  eventsOf(name: string): ReadonlySet<NotifyEventName> {
    const group = this.#groups.find(({ filter }) => !filter.type.startsWith('SELECTED') && namesMailbox(filter, name, this.#subscriptions, undefined));
    return group === undefined ? NO_EVENTS : new Set(group.events.map(({ type }) => type));
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
    const uids = this.#arrived;
    this.#arrived = [];
    if (uids.length > 0) notifyFetch(this.#session, uids, this.fetch);
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
      if (type === 'added' && this.fetch.length > 0) this.#arrived.push(...change.messages.map(({ uid }) => uid));
      return;
    }
    const events = this.eventsOf(mailbox.name);
    if (!events.has(type === 'added' ? 'MessageNew' : type === 'removed' ? 'MessageExpunge' : 'FlagChange')) return;
    const known = this.#status.get(mailbox.name);
    this.#status.set(mailbox.name, { mailbox, withFlags: type === 'flags' || known?.withFlags === true });
  }

  #noticeName(change: Extract<AccountChange, { readonly type: 'created' | 'deleted' | 'renamed' }>): void {
    const name = change.type === 'renamed' ? change.to : change.name;
    if (!this.eventsOf(name).has('MailboxName') && !(change.type === 'renamed' && this.eventsOf(change.from).has('MailboxName'))) return;
    if (change.type === 'deleted') this.#status.delete(name);
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

function listed(mailbox: string, attributes: readonly string[], oldName: string | undefined): ListData {
  return { name: 'LIST', attributes, delimiter: HIERARCHY_SEPARATOR, mailbox, childInfo: undefined, oldName, others: [] };
}
