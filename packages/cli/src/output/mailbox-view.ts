/** Mailboxes and messages as IMAP tells them, for the eye and as JSON. */
import type { EnvelopeAddress } from '@mailwright/imap';
import type { FetchedMessage, ListedBox } from '@mailwright/imap-client';
import { decodeEncodedWords } from '@mailwright/mime';
import type { JsonRecord } from './json-lines.ts';
import { formatCount, formatOctets } from './numbers.ts';
import type { Palette } from './palette.ts';
import { formatTable } from './table.ts';
import { visibleText } from './visible-text.ts';

const DAY_CHARACTERS = 16;

/** A table of mailboxes: names, what they are for, and how full they are where that was asked. */
export function formatMailboxes(boxes: readonly ListedBox[], counted: boolean, width: number, palette: Palette): readonly string[] {
  const counts = counted ? ([{ title: 'messages', align: 'right' }, { title: 'unseen', align: 'right' }] as const) : [];
  const rows = boxes.map((box) => [
    { text: visibleText(box.name), paint: box.selectable ? palette.bold : palette.dim },
    box.specialUse === undefined ? '' : box.specialUse.slice(1).toLowerCase(),
    ...(counted ? [formatNumber(box.status?.messages), formatNumber(box.status?.unseen)] : []),
  ]);
  return formatTable([{ title: 'mailbox', shrinkTo: 20 }, { title: 'for' }, ...counts], rows, width, palette);
}

export function mailboxRecord({ name, delimiter, attributes, specialUse, subscribed, selectable, status }: ListedBox): JsonRecord {
  return { type: 'mailbox', name, delimiter, attributes, specialUse, subscribed, selectable, messages: status?.messages, unseen: status?.unseen };
}

/** A table of messages, one line each. */
export function formatMessages(messages: readonly FetchedMessage[], width: number, palette: Palette): readonly string[] {
  const rows = messages.map((message) => {
    const { envelope, size } = message;
    const unseen = !message.hasFlag('\\Seen');
    return [
      String(message.uid), marksOf(message), dayOf(message),
      { text: visibleText(addressText(envelope?.from[0])), paint: unseen ? palette.bold : undefined },
      { text: visibleText(decodeEncodedWords(envelope?.subject ?? '')), paint: unseen ? palette.bold : undefined },
      size === undefined ? '' : formatOctets(size),
    ];
  });
  return formatTable([{ title: 'uid', align: 'right' }, { title: '' }, { title: 'arrived' }, { title: 'from', shrinkTo: 12 }, { title: 'subject', shrinkTo: 16 }, { title: 'size', align: 'right' }], rows, width, palette);
}

/** `N` new, `F` flagged, `A` answered, `D` deleted. */
function marksOf(message: FetchedMessage): string {
  return [message.hasFlag('\\Seen') ? '' : 'N', message.hasFlag('\\Flagged') ? 'F' : '', message.hasFlag('\\Answered') ? 'A' : '', message.hasFlag('\\Deleted') ? 'D' : ''].join('');
}

function dayOf({ internalDate }: FetchedMessage): string {
  return internalDate === undefined ? '' : new Date(internalDate.ms + internalDate.offsetMinutes * 60_000).toISOString().slice(0, DAY_CHARACTERS).replace('T', ' ');
}

export function messageRecord({ uid, flags, envelope, internalDate, size }: FetchedMessage): JsonRecord {
  const addresses = (list: readonly EnvelopeAddress[] | undefined): readonly string[] => (list ?? []).map(addressText);
  return {
    type: 'message', uid, flags, subject: envelope?.subject === undefined ? undefined : decodeEncodedWords(envelope.subject), from: addresses(envelope?.from), to: addresses(envelope?.to), cc: addresses(envelope?.cc),
    messageId: envelope?.messageId, date: envelope?.date, arrivedAt: internalDate === undefined ? undefined : new Date(internalDate.ms).toISOString(), octets: size,
  };
}

function addressText(address: EnvelopeAddress | undefined): string {
  if (address === undefined) return '';
  const { name, mailbox, host } = address;
  const place = host === undefined ? (mailbox ?? '') : `${mailbox ?? ''}@${host}`;
  return name === undefined ? place : `${decodeEncodedWords(name)} <${place}>`;
}

function formatNumber(count: number | bigint | undefined): string {
  return count === undefined ? '' : formatCount(Number(count));
}
