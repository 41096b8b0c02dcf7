/**
 * What Gmail has of its own: numbers for messages and conversations, and labels. Numbers are made of the store's ids; labels are kept as keywords that
 * begin with `$GmailLabel:`.
 *
 * Deviation: a label lives with one message in one mailbox; it does not put the message into a mailbox of its name.
 */
import { createHash } from 'node:crypto';
import { decodeBase64, encodeBase64, encodeUtf8 } from '@mailwright/wire';
import type { FetchData } from '@mailwright/imap';
import type { StoredMessage } from '../store/mailbox.ts';

const PREFIX = '$GmailLabel:';

/** The number of an id: 63 bits of its hash. */
export function gmailNumber(id: string): bigint {
  return createHash('sha256').update(id).digest().readBigUInt64BE() >> 1n;
}

/** Labels among the flags. */
export function labelsOf(flags: readonly string[]): readonly string[] {
  return flags.filter((flag) => flag.startsWith(PREFIX)).flatMap((flag) => {
    const octets = decodeBase64(flag.slice(PREFIX.length).replaceAll('-', '+').replaceAll('_', '/'));
    return octets === undefined ? [] : [new TextDecoder().decode(octets)];
  });
}

/** The keyword of a label. */
export function keywordOfLabel(label: string): string {
  return PREFIX + encodeBase64(encodeUtf8(label)).replaceAll('+', '-').replaceAll('/', '_');
}

/** Whether the flag is the keyword of a label. */
export function isLabelKeyword(flag: string): boolean {
  return flag.startsWith(PREFIX);
}

/** The field of one item. */
export function gmailFields(name: string, { emailId, threadId, flags }: StoredMessage): Partial<FetchData> {
  if (name === 'X-GM-MSGID') return { gmailMessageId: gmailNumber(emailId) };
  if (name === 'X-GM-THRID') return { gmailThreadId: gmailNumber(threadId ?? emailId) };
  return { gmailLabels: labelsOf(flags) };
}
