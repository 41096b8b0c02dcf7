/**
 * SORT here: for servers without it, and in ours. What a message is compared by is worked out once for each message and key; then it is a
 * comparison of numbers and texts. Equal messages stay in the order of their numbers, as sequence numbers would order them.
 *
 * Read next: `sort-criterion.ts`, `base-subject.ts`.
 *
 * @rfc 5256 3
 * @rfc 5957 3
 */
import { assertNever } from '@mailwright/wire';
import type { EnvelopeAddress } from '../envelope.ts';
import { foldText } from '../search/fold.ts';
import { baseSubject } from './base-subject.ts';
import type { SortCriterion, SortKey } from './sort-criterion.ts';

/** What a message is sorted by; texts decoded. Only what a criterion asks for is looked at, so all may be getters. */
export interface SortableMessage {
  /** Its sequence number, or its UID: ascending where all criteria are equal. */
  readonly number: number;
  /** Milliseconds since 1970 of INTERNALDATE. */
  readonly internalDateMs: number;
  /** Milliseconds since 1970 of the Date field (`parseSentDate`), undefined where it can't be read. */
  readonly sentDateMs: number | undefined;
  readonly octetCount: number;
  readonly subject: string | undefined;
  readonly from: readonly EnvelopeAddress[];
  readonly to: readonly EnvelopeAddress[];
  readonly cc: readonly EnvelopeAddress[];
}

/**
 * Gives the messages in order.
 *
 * Errors: a `TypeError` for a key that is none.
 * @rfc 5256 3
 */
export function sortMessages<M extends SortableMessage>(messages: readonly M[], criteria: readonly SortCriterion[]): M[] {
  const columns = criteria.map(({ key, reverse }) => ({ values: messages.map((message) => sortValue(message, key)), sign: reverse ? -1 : 1 }));
  const order = messages.map((_, index) => index);
  order.sort((one, other) => {
    for (const { values, sign } of columns) {
      const first = values[one]!;
      const second = values[other]!;
      if (first !== second) return first < second ? -sign : sign;
    }
    return messages[one]!.number - messages[other]!.number || one - other;
  });
  return order.map((index) => messages[index]!);
}

function sortValue(message: SortableMessage, key: SortKey): number | string {
  switch (key) {
    case 'ARRIVAL': return message.internalDateMs;
    case 'DATE': return message.sentDateMs ?? message.internalDateMs;
    case 'SIZE': return message.octetCount;
    case 'SUBJECT': return foldText(baseSubject(message.subject ?? '').text);
    case 'FROM': return mailboxOf(message.from);
    case 'TO': return mailboxOf(message.to);
    case 'CC': return mailboxOf(message.cc);
    case 'DISPLAYFROM': return displayOf(message.from);
    case 'DISPLAYTO': return displayOf(message.to);
    default: return refuse(key);
  }
}

function refuse(key: never): never {
  if (typeof key === 'string') throw new TypeError(`not a sort key: ${JSON.stringify(key)}`);
  return assertNever(key);
}

/** The mailbox part of the first address; of a group its name, which is the mailbox of its first entry. @rfc 5256 3 */
function mailboxOf(addresses: readonly EnvelopeAddress[]): string {
  return foldText(addresses[0]?.mailbox ?? '');
}

/** The name of the first address, else `mailbox@host`; of a group its name. @rfc 5957 2 */
function displayOf(addresses: readonly EnvelopeAddress[]): string {
  const first = addresses[0];
  if (first === undefined) return '';
  if (first.host === undefined) return foldText(first.mailbox ?? '');
  if (first.name !== undefined && first.name !== '') return foldText(first.name);
  return foldText(`${first.mailbox ?? ''}@${first.host}`);
}
