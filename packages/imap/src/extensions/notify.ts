/**
 * NOTIFY: the client says of which mailboxes it wants to hear what, and hears it at any time, in the data that other commands bring: STATUS, LIST,
 * METADATA, and for the selected mailbox FETCH, EXISTS, EXPUNGE or VANISHED.
 *
 *     notify           = "NOTIFY" SP (notify-add / notify-none)
 *     notify-add       = "SET" [status-indicator] SP event-groups
 *     event-group      = "(" filter-mailboxes SP events ")"
 *     filter-mailboxes = "SELECTED" / "SELECTED-DELAYED" / "INBOXES" / "PERSONAL" / "SUBSCRIBED" /
 *                        ("SUBTREE" SP one-or-more-mailbox) / ("MAILBOXES" SP one-or-more-mailbox)
 *     events           = ("(" event *(SP event) ")") / "NONE"
 *
 * @rfc 5465
 */
import { LEFT_PARENTHESIS, SP } from '@mailwright/wire';
import { readMailbox, writeMailbox } from '../mailbox-name.ts';
import type { CodeSpec, CommandSpec } from '../extension.ts';
import { type FetchRequest, readFetchRequests } from '../fetch/fetch-request.ts';
import type { ValueReader } from '../value-reader.ts';
import type { ValueWriter } from '../value-writer.ts';
import { type Brings, LOGGED_IN, NOTHING } from './brings.ts';

/** `MessageNew` in the selected mailbox may say what is to be fetched of the new message. @rfc 5465 5.2 */
export type NotifyEvent =
  | { readonly type: 'MessageNew'; readonly fetch: readonly FetchRequest[] }
  | { readonly type: Exclude<NotifyEventName, 'MessageNew'> };

/** @rfc 5465 5 */
export type NotifyEventName = (typeof EVENTS)[number];

/** Which mailboxes. `SELECTED-DELAYED`: the selected one, but expunges wait for a command that may tell them. @rfc 5465 6 */
export type NotifyFilter =
  | { readonly type: 'SELECTED' | 'SELECTED-DELAYED' | 'INBOXES' | 'PERSONAL' | 'SUBSCRIBED' }
  | { readonly type: 'SUBTREE' | 'MAILBOXES'; readonly mailboxes: readonly string[] };

export interface NotifyGroup {
  readonly filter: NotifyFilter;
  /** Empty: NONE. */
  readonly events: readonly NotifyEvent[];
}

export interface NotifyCommand {
  readonly name: 'NOTIFY';
  /** Empty: `NOTIFY NONE`, nothing is told any more. */
  readonly groups: readonly NotifyGroup[];
  /** Whether a STATUS of each mailbox is told at once, so that nothing is missed. @rfc 5465 3.1 */
  readonly status: boolean;
}

/** So much changed that the server stopped telling; it is as if NOTIFY NONE had been said. @rfc 5465 5.8 */
export interface NotificationOverflowCode {
  readonly name: 'NOTIFICATIONOVERFLOW';
}

/** The command asked for events that the server can't tell; these it can. @rfc 5465 5 */
export interface BadEventCode {
  readonly name: 'BADEVENT';
  readonly events: readonly string[];
}

const EVENTS = [
  'MessageNew', 'MessageExpunge', 'FlagChange', 'AnnotationChange', 'MailboxName', 'SubscriptionChange', 'MailboxMetadataChange', 'ServerMetadataChange',
] as const;
const PLAIN_FILTERS = ['SELECTED', 'SELECTED-DELAYED', 'INBOXES', 'PERSONAL', 'SUBSCRIBED'] as const;
const NOTIFICATION_OVERFLOW: NotificationOverflowCode = { name: 'NOTIFICATIONOVERFLOW' };

const notifyCommand: CommandSpec<NotifyCommand> = {
  name: 'NOTIFY',
  uidForm: false,
  syntax: 'NOTIFY NONE | NOTIFY SET [STATUS] (mailboxes (event ...)) ...',
  source: 'RFC 5465 3',
  states: LOGGED_IN,
  pipelining: 'any',
  secret: false,
  parse(reader) {
    reader.space();
    const from = reader.at;
    const verb = reader.keyword();
    if (verb === 'NONE') return { name: 'NOTIFY', groups: [], status: false };
    if (verb !== 'SET') reader.fail('SET or NONE', from);
    reader.space();
    const status = reader.skipKeyword('STATUS');
    if (status) reader.space();
    const groups = [readGroup(reader)];
    while (reader.skip(SP)) {
      groups.push(readGroup(reader));
      reader.count();
    }
    return { name: 'NOTIFY', groups, status };
  },
  encode(writer, { groups, status }) {
    if (groups.length === 0) return void writer.raw(' NONE');
    writer.raw(status ? ' SET STATUS ' : ' SET ').separated(groups, (group) => writeGroup(writer, group));
  },
  explain: ({ groups, status }) =>
    groups.length === 0
      ? 'The client wants to be told nothing any more of its own accord.'
      : `The client wants to be told ${groups.map(describeGroup).join('; ')}${status ? '; and how those mailboxes stand now' : ''}.`,
};

const notificationOverflow: CodeSpec<NotificationOverflowCode> = {
  name: 'NOTIFICATIONOVERFLOW',
  source: 'RFC 5465 5.8',
  parse: () => NOTIFICATION_OVERFLOW,
  encode: () => {},
  explain: () => 'Too much changed: the server tells nothing any more of its own accord.',
};

const badEvent: CodeSpec<BadEventCode> = {
  name: 'BADEVENT',
  source: 'RFC 5465 5',
  parse(reader) {
    reader.space();
    return { name: 'BADEVENT', events: reader.list(() => reader.atom()) };
  },
  encode: (writer, { events }) => void writer.space().list(events, (event) => writer.atom(event)),
  explain: ({ events }) => `The server can't tell all those events, only ${events.join(', ')}.`,
};

export const notify: Brings<{ commands: typeof notifyCommand; codes: typeof notificationOverflow | typeof badEvent }> = {
  ...NOTHING,
  capability: 'NOTIFY',
  rfc: 5465,
  announced: LOGGED_IN,
  commands: [notifyCommand],
  codes: [notificationOverflow, badEvent],
  explain: () => 'The server can tell what happens in any mailbox as it happens.',
};

function readGroup(reader: ValueReader): NotifyGroup {
  if (!reader.open()) return { filter: { type: 'SELECTED' }, events: [] };
  const filter = readFilter(reader);
  reader.space();
  const events = reader.skipKeyword('NONE') ? [] : reader.list(() => readEvent(reader));
  if (!reader.close()) reader.fail('")"');
  return { filter, events };
}

function writeGroup(writer: ValueWriter, { filter, events }: NotifyGroup): void {
  writer.raw(`(${checkedFilter(filter.type)} `);
  if ('mailboxes' in filter) {
    if (filter.mailboxes.length === 0) throw new RangeError(`${filter.type} names at least one mailbox`);
    writer.list(filter.mailboxes, (mailbox) => writeMailbox(writer, mailbox)).space();
  }
  if (events.length === 0) writer.raw('NONE');
  else writer.list(events, (event) => writeEvent(writer, event));
  writer.raw(')');
}

function readFilter(reader: ValueReader): NotifyFilter {
  const from = reader.at;
  const word = reader.keyword();
  const plain = PLAIN_FILTERS.find((name) => name === word);
  if (plain !== undefined) return { type: plain };
  if (word !== 'SUBTREE' && word !== 'MAILBOXES') reader.fail('a choice of mailboxes', from);
  reader.space();
  const mailboxes = reader.peek() === LEFT_PARENTHESIS ? reader.list(() => readMailbox(reader)) : [readMailbox(reader)];
  return { type: word === 'SUBTREE' ? word : 'MAILBOXES', mailboxes };
}

function checkedFilter(type: NotifyFilter['type']): string {
  if (type !== 'SUBTREE' && type !== 'MAILBOXES' && !PLAIN_FILTERS.includes(type)) throw new TypeError(`no choice of mailboxes: ${String(type)}`);
  return type;
}

function readEvent(reader: ValueReader): NotifyEvent {
  const from = reader.at;
  const word = reader.keyword();
  const type = EVENTS.find((name) => name.toUpperCase() === word);
  if (type === undefined) {
    reader.fail('an event', from);
    return { type: 'FlagChange' };
  }
  if (type !== 'MessageNew') return { type };
  if (reader.peek() !== SP || reader.octets[reader.at + 1] !== LEFT_PARENTHESIS) return { type, fetch: [] };
  reader.space();
  return { type, fetch: readFetchRequests(reader) };
}

function writeEvent(writer: ValueWriter, event: NotifyEvent): void {
  if (!EVENTS.includes(event.type)) throw new TypeError(`no event of NOTIFY: ${String(event.type)}`);
  writer.raw(event.type);
  if (event.type === 'MessageNew' && event.fetch.length > 0) writer.space().list(event.fetch, (request) => writeRequest(writer, request));
}

/** Always in a list, unlike FETCH's. */
function writeRequest(writer: ValueWriter, request: FetchRequest): void {
  const spec = writer.specs.fetchItems.named(request.name);
  if (spec === undefined) throw new TypeError(`not a data item of FETCH: ${request.name}`);
  spec.encodeRequest(writer, request);
}

function describeGroup({ filter, events }: NotifyGroup): string {
  const mailboxes = 'mailboxes' in filter ? `${filter.type} ${filter.mailboxes.map((mailbox) => `"${mailbox}"`).join(', ')}` : filter.type;
  return `${events.length === 0 ? 'nothing' : events.map(({ type }) => type).join(', ')} of ${mailboxes}`;
}
