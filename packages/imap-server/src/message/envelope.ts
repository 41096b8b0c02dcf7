/**
 * ENVELOPE out of a header section: fields as they were sent, encoded words left alone.
 *
 * Deviation: what no IMAP string can hold is replaced: NUL by `?`, a CR or LF inside of a field by a space (test "controls in fields").
 *
 * @rfc 9051 7.5.2
 */
import { parseAddressList } from '@mailwright/address';
import type { HeaderMailbox } from '@mailwright/address';
import type { Envelope, EnvelopeAddress } from '@mailwright/imap';
import { findField } from '@mailwright/mime';
import type { HeaderSection } from '@mailwright/mime';

/** More addresses of one field are left out. */
const ADDRESSES = 10_000;
const GROUP_END: EnvelopeAddress = { name: undefined, route: undefined, mailbox: undefined, host: undefined };

/** The text of the first field of that name; `undefined` where there is none. */
export function fieldText(headers: HeaderSection, name: string): string | undefined {
  const text = findField(headers, name)?.text;
  return text === undefined ? undefined : showableText(text);
}

/** Text that an IMAP string can hold. @rfc 9051 9 */
export function showableText(text: string): string {
  return /[\0\r\n]/.test(text) ? text.replaceAll('\0', '?').replace(/[\r\n]/g, ' ') : text;
}

/**
 * The envelope. Sender and Reply-To are those of From where they are missing or hold no address. Of a field that stands twice the first counts.
 *
 * @rfc 9051 7.5.2
 */
export function makeEnvelope(headers: HeaderSection): Envelope {
  const from = addresses(headers, 'From');
  const orFrom = (own: readonly EnvelopeAddress[]): readonly EnvelopeAddress[] => (own.length === 0 ? from : own);
  return {
    date: fieldText(headers, 'Date'),
    subject: fieldText(headers, 'Subject'),
    from,
    sender: orFrom(addresses(headers, 'Sender')),
    replyTo: orFrom(addresses(headers, 'Reply-To')),
    to: addresses(headers, 'To'),
    cc: addresses(headers, 'Cc'),
    bcc: addresses(headers, 'Bcc'),
    inReplyTo: fieldText(headers, 'In-Reply-To'),
    messageId: fieldText(headers, 'Message-ID'),
  };
}

function addresses(headers: HeaderSection, name: string): readonly EnvelopeAddress[] {
  const text = fieldText(headers, name);
  if (text === undefined || text === '') return [];
  const list: EnvelopeAddress[] = [];
  for (const entry of parseAddressList(text, { addresses: ADDRESSES }).addresses) {
    if (entry.type === 'mailbox') list.push(showMailbox(entry));
    else list.push({ ...GROUP_END, mailbox: entry.displayName }, ...entry.members.map(showMailbox), GROUP_END);
  }
  return list;
}

/** A host that is missing is `''`: without one it would be the begin of a group. A single word is taken for a local part, as in mail within one machine. */
function showMailbox({ displayName, route, localPart, domain }: HeaderMailbox): EnvelopeAddress {
  if (localPart === '' && domain === '' && displayName !== undefined && !/\s/.test(displayName)) return { name: undefined, route: undefined, mailbox: displayName, host: '' };
  return { name: displayName, route: route.length === 0 ? undefined : route.map((host) => `@${host}`).join(','), mailbox: localPart, host: domain };
}
