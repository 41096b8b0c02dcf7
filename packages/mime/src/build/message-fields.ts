/**
 * The fields of a message that are about the message and not about its body (RFC 5322 section 3.6): who, to whom, when, which thread.
 */
import { isAscii } from '@mailwright/wire';
import { listUnsubscribe } from '../header/list-unsubscribe.ts';
import type { ListUnsubscribeInput } from '../header/list-unsubscribe.ts';
import { formatAddresses, readAddresses } from '../header/address-field.ts';
import type { AddressEntry, AddressGroup, AddressInput } from '../header/address-field.ts';
import { formatDate } from '../header/date.ts';
import { checkFieldName, checkFieldText, formatUnstructured } from '../header/header-writer.ts';
import { checkMessageId, formatMessageIds } from '../header/message-id.ts';
import { toPairs } from './part.ts';
import type { NamedValues } from './part.ts';

/** One address, or several. */
export type AddressesInput = AddressInput | AddressGroup | readonly (AddressInput | AddressGroup)[];

/** The fields. CR, LF and NUL in any of them are a TypeError. */
export interface MessageFieldsInput {
  /** Several authors need a `sender`. */
  readonly from: AddressInput | readonly AddressInput[];
  readonly sender?: AddressInput | undefined;
  readonly replyTo?: AddressesInput | undefined;
  readonly to?: AddressesInput | undefined;
  readonly cc?: AddressesInput | undefined;
  /** Stand in `envelope.to` and nowhere in the message. */
  readonly bcc?: AddressesInput | undefined;
  readonly subject?: string | undefined;
  /** The Message-ID that is answered, or several, with or without brackets: as its writer wrote it. */
  readonly inReplyTo?: string | readonly string[] | undefined;
  /** The Message-IDs of the thread, the oldest first; also as a References field has them, with spaces between. */
  readonly references?: string | readonly string[] | undefined;
  readonly listUnsubscribe?: ListUnsubscribeInput | undefined;
  /** Written as `Importance` and `X-Priority`; `normal` writes nothing. */
  readonly priority?: 'high' | 'normal' | 'low' | undefined;
  /** More fields, in this order, as free text. Fields that the message has of itself are a TypeError here. */
  readonly headers?: NamedValues | undefined;
  /** When it was written: a Date, or milliseconds since 1970. */
  readonly date: Date | number;
  /** The zone that Date shows, east of Greenwich. Default 0. */
  readonly offsetMinutes?: number | undefined;
  /** `left@right`, with or without brackets; see `makeMessageId`. */
  readonly messageId: string;
}

/** Who sends and to whom, as the envelope has it: the same checked addresses that the header has. */
export interface MessageEnvelope {
  /** The sender, or else the author. */
  readonly from: string;
  /** `to`, `cc` and `bcc` in this order, each once. */
  readonly to: readonly string[];
}

/** Fields with an option of their own, or that describe the body. */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  'date', 'from', 'sender', 'reply-to', 'to', 'cc', 'bcc', 'subject', 'message-id', 'in-reply-to', 'references', 'mime-version',
]);
const PRIORITIES = {
  high: 'Importance: high\r\nX-Priority: 1 (Highest)\r\n',
  normal: '',
  low: 'Importance: low\r\nX-Priority: 5 (Lowest)\r\n',
} as const;

/**
 * Checks and writes them. `hopTakesUtf8`: where an address needs SMTPUTF8 anyway, names and the subject are written in UTF-8 too.
 * @rfc 5322 3.6
 * @rfc 6532 3
 */
export function formatMessageFields(input: MessageFieldsInput, hopTakesUtf8: boolean): { readonly fields: string; readonly smtpUtf8: boolean; readonly envelope: MessageEnvelope } {
  const from = readList('from', input.from);
  if (from.length === 0) throw new TypeError('from is empty');
  const sender = readList('sender', input.sender);
  if (from.length > 1 && sender.length === 0) throw new TypeError('several authors need a sender');
  if (sender.length > 1) throw new TypeError('sender is one address');
  const replyTo = readList('replyTo', input.replyTo);
  const to = readList('to', input.to);
  const cc = readList('cc', input.cc);
  const bcc = readList('bcc', input.bcc);
  const smtpUtf8 = [from, sender, replyTo, to, cc].some(needsUtf8);
  const utf8 = smtpUtf8 && hopTakesUtf8;
  const fields = `Date: ${formatDate(readTime(input.date), input.offsetMinutes ?? 0)}\r\n`
    + formatAddresses('From', from, utf8)
    + formatAddresses('Sender', sender, utf8)
    + formatAddresses('Reply-To', replyTo, utf8)
    + formatAddresses('To', to, utf8)
    + formatAddresses('Cc', cc, utf8)
    + `Message-ID: ${checkMessageId(input.messageId)}\r\n`
    + (input.inReplyTo === undefined ? '' : formatMessageIds('In-Reply-To', toIds(input.inReplyTo), 'inReplyTo'))
    + (input.references === undefined ? '' : formatMessageIds('References', toIds(input.references), 'references'))
    + (input.subject === undefined ? '' : formatUnstructured('Subject', input.subject, utf8, 'subject'))
    + formatPriority(input.priority)
    + (input.listUnsubscribe === undefined ? '' : formatListUnsubscribe(input.listUnsubscribe))
    + (input.headers === undefined ? '' : formatFurtherFields(input.headers, utf8, input))
    + 'MIME-Version: 1.0\r\n';
  return { fields, smtpUtf8, envelope: makeEnvelope(sender[0] ?? from[0]!, [to, cc, bcc]) };
}

function readTime(date: Date | number): number {
  if (typeof date !== 'number' && !(date instanceof Date)) throw new TypeError('date is a Date or milliseconds since 1970; nobody here looks at a clock');
  return Number(date);
}

function readList(option: string, input: AddressesInput | undefined): readonly AddressEntry[] {
  if (input === undefined) return [];
  return readAddresses(option, isList(input) ? input : [input]);
}

function isList(input: AddressesInput): input is readonly (AddressInput | AddressGroup)[] {
  return Array.isArray(input);
}

/** A domain is in ASCII here unless it stands beside a local part that is not. */
function needsUtf8(entries: readonly AddressEntry[]): boolean {
  return entries.some(({ mailbox }) => mailbox !== undefined && mailbox.needsUtf8 && !isAscii(mailbox.address));
}

function makeEnvelope(author: AddressEntry, recipients: readonly (readonly AddressEntry[])[]): MessageEnvelope {
  const to = new Set<string>();
  for (const list of recipients) for (const { mailbox } of list) if (mailbox !== undefined) to.add(mailbox.address);
  if (author.mailbox === undefined) throw new TypeError('from is a group without members; say who sends with sender');
  return { from: author.mailbox.address, to: [...to] };
}

function toIds(ids: string | readonly string[]): readonly string[] {
  return typeof ids === 'string' ? ids.split(' ').filter((id) => id !== '') : ids;
}

function formatPriority(priority: MessageFieldsInput['priority']): string {
  if (priority === undefined) return '';
  if (!Object.hasOwn(PRIORITIES, priority)) throw new TypeError('priority is high, normal or low');
  return PRIORITIES[priority];
}

/** Each address on one line: a fold inside of one breaks it. @rfc 2369 3.2 @rfc 8058 3.1 */
function formatListUnsubscribe(input: ListUnsubscribeInput): string {
  return listUnsubscribe(input).fields.map(([name, value]) => formatUnstructured(name, value, false, 'listUnsubscribe')).join('');
}

function formatFurtherFields(headers: NamedValues, utf8: boolean, input: MessageFieldsInput): string {
  let fields = '';
  for (const [name, value] of toPairs('headers', headers)) {
    const key = checkFieldName(name, 'headers').toLowerCase();
    const isTwice = (key.startsWith('list-unsubscribe') && input.listUnsubscribe !== undefined) || ((key === 'importance' || key === 'x-priority') && input.priority !== undefined);
    if (OWN_FIELDS.has(key) || key.startsWith('content-') || isTwice) throw new TypeError(`${name} is not written through headers: it has an option of its own, or is made here`);
    fields += formatUnstructured(name, checkFieldText(`headers.${name}`, value), utf8);
  }
  return fields;
}
