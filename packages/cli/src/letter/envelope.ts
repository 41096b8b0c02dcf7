/**
 * Who a letter comes from and who it goes to: as the options say, or as its header says.
 *
 * @rfc 5321 2.3.1
 * @rfc 5322 3.6.2
 */
import { parseMailboxList, type HeaderMailbox, type Mailbox } from '@mailwright/address';
import type { HeaderSection } from '@mailwright/mime';
import { UsageError } from '../arguments/usage-error.ts';

export interface Envelope {
  /** `null` is the null reverse-path. */
  readonly from: Mailbox | null;
  readonly to: readonly Mailbox[];
  /** The recipients were taken from To, Cc and Bcc. */
  readonly toFromHeader: boolean;
}

/** One or several addresses as a person gives them: `jane@example.org`, `Jane Doe <jane@example.org>, joe@example.org`. */
export function readAddresses(option: string, given: readonly string[]): readonly HeaderMailbox[] {
  return given.flatMap((text) => {
    const { mailboxes, defects } = parseMailboxList(text);
    const fault = defects.find(({ obsolete }) => !obsolete);
    const bad = mailboxes.find(({ mailbox }) => mailbox === undefined);
    if (fault === undefined && bad === undefined && mailboxes.length > 0) return mailboxes;
    const reason = fault === undefined ? '' : ` (${fault.code.replaceAll('-', ' ')})`;
    throw new UsageError(`${option} ${JSON.stringify(text)} is not an address${reason}`, 'An address looks like jane@example.org or "Jane Doe <jane@example.org>".');
  });
}

/** `''` and `<>` are the null reverse-path. */
export function readReversePath(option: string, given: string): Mailbox | null {
  if (given === '' || given === '<>') return null;
  const [only, ...more] = readAddresses(option, [given]);
  if (more.length > 0) throw new UsageError(`${option} takes one address`);
  return only!.mailbox!;
}

/**
 * Completes what the options leave open from the header: the sender from Sender, else From; the recipients from To, Cc and Bcc,
 * each once. Throws a `UsageError` for a header that does not say.
 */
export function completeEnvelope(header: HeaderSection, from: Mailbox | null | undefined, to: readonly Mailbox[]): Envelope {
  const reversePath = from === undefined ? senderOf(header) : from;
  if (to.length > 0) return { from: reversePath, to: distinct(to), toFromHeader: false };
  const recipients = ['To', 'Cc', 'Bcc'].flatMap((name) => fieldAddresses(header, name));
  if (recipients.length === 0) throw new UsageError('nobody is named to send it to', 'Give --to ADDRESS; the message has no To, Cc or Bcc field with an address.');
  return { from: reversePath, to: distinct(recipients), toFromHeader: true };
}

function senderOf(header: HeaderSection): Mailbox {
  const sender = fieldAddresses(header, 'Sender')[0] ?? fieldAddresses(header, 'From')[0];
  if (sender !== undefined) return sender;
  throw new UsageError('nobody is named to send it from', 'Give --from ADDRESS; the message has no From field with an address.');
}

/** All fields of that name: a message may have several by mistake, and nobody shall be left out. */
function fieldAddresses(header: HeaderSection, name: string): readonly Mailbox[] {
  const wanted = name.toLowerCase();
  return header.fields.filter((field) => field.name.toLowerCase() === wanted).flatMap(({ text }) =>
    parseMailboxList(text).mailboxes.map(({ mailbox, start, end }) => {
      if (mailbox !== undefined) return mailbox;
      const written = JSON.stringify(text.slice(start, end).trim());
      throw new UsageError(`the ${name} field names ${written}, to which no mail can go`, 'Correct the field, or say with --to whom to send it to.');
    }));
}

function distinct(mailboxes: readonly Mailbox[]): readonly Mailbox[] {
  return [...new Map(mailboxes.map((mailbox) => [mailbox.address, mailbox])).values()];
}
