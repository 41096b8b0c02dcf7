/**
 * What SORT and THREAD compare, out of a message as SEARCH sees it. Nothing is read before it is asked for, and nothing twice.
 *
 * Read next: `../sort/sort-messages.ts`, `../thread/thread-messages.ts`.
 *
 * @rfc 5256 3
 */
import type { EnvelopeAddress } from '../envelope.ts';
import type { SortableMessage } from '../sort/sort-messages.ts';
import type { ThreadableMessage } from '../thread/threadable-message.ts';
import { parseSentDate } from './sent-date.ts';
import type { SearchableMessage } from './searchable-message.ts';

/** Both at once. */
export interface MessageView extends SortableMessage, ThreadableMessage {}

/**
 * Shows a message to `sortMessages` and `threadMessages`. `number`: the one that the answer is to name, its UID or its sequence number.
 * @rfc 5256 3
 */
export function viewMessage(message: SearchableMessage, number: number): MessageView {
  return new SearchableView(message, number);
}

class SearchableView implements MessageView {
  readonly number: number;
  readonly #message: SearchableMessage;
  #sent: { readonly ms: number | undefined } | undefined = undefined;

  constructor(message: SearchableMessage, number: number) {
    this.#message = message;
    this.number = number;
  }

  get internalDateMs(): number {
    return this.#message.internalDate.ms;
  }

  get sentDateMs(): number | undefined {
    this.#sent ??= { ms: parseSentDate(this.#field('date') ?? '')?.ms };
    return this.#sent.ms;
  }

  get octetCount(): number {
    return this.#message.octetCount;
  }

  get subject(): string | undefined {
    return this.#field('subject');
  }

  get from(): readonly EnvelopeAddress[] {
    return this.#message.addresses?.from ?? [];
  }

  get to(): readonly EnvelopeAddress[] {
    return this.#message.addresses?.to ?? [];
  }

  get cc(): readonly EnvelopeAddress[] {
    return this.#message.addresses?.cc ?? [];
  }

  get messageId(): string | undefined {
    return this.#field('message-id');
  }

  get references(): string | undefined {
    return this.#field('references');
  }

  get inReplyTo(): string | undefined {
    return this.#field('in-reply-to');
  }

  /** The first of the name, which is given in lower case. */
  #field(wanted: string): string | undefined {
    return this.#message.fields.find(({ name }) => name.length === wanted.length && name.toLowerCase() === wanted)?.value;
  }
}
