/**
 * A message as SEARCH, SORT and THREAD look at it: what is not at hand yet is asked for by throwing a word, read, and looked at again. So a search reads no
 * message whose flags tell already that it does not fit.
 *
 * Read next: `find-messages.ts`.
 *
 * @rfc 9051 6.4.4
 */
import type { SearchableAddresses, SearchableField, SearchableMessage } from '@mailwright/imap';
import type { LayoutCache } from '../message/layout-cache.ts';
import { readSearchableBody, readSearchableHeader, type SearchableBody, type SearchableHeader } from '../message/searchable-text.ts';
import type { Mailbox, StoredMessage } from '../store/mailbox.ts';
import { gmailNumber, labelsOf } from './gmail.ts';

/** What is thrown; no errors, since nobody wants their traces. */
const NEEDS_HEADER: unique symbol = Symbol('header');
const NEEDS_TEXT: unique symbol = Symbol('text');

/** Fields that SORT and THREAD look at beside addresses. @rfc 5256 3 */
const COMPARED: ReadonlySet<string> = new Set(['date', 'subject', 'message-id', 'references', 'in-reply-to']);
const NO_HEADER: SearchableHeader = { fields: [], addresses: { from: [], to: [], cc: [], bcc: [] } };
const NO_BODY: SearchableBody = { partFields: [], texts: [] };

export class LazyMessage implements SearchableMessage {
  readonly message: StoredMessage;
  readonly sequenceNumber: number;
  readonly flags: readonly string[];
  #header: SearchableHeader | undefined = undefined;
  #body: SearchableBody | undefined = undefined;

  constructor(message: StoredMessage, sequenceNumber: number, flags: readonly string[]) {
    this.message = message;
    this.sequenceNumber = sequenceNumber;
    this.flags = flags;
  }

  get uid(): number {
    return this.message.uid;
  }

  get internalDate(): StoredMessage['internalDate'] {
    return this.message.internalDate;
  }

  get octetCount(): number {
    return this.message.sizeOctets;
  }

  get modseq(): bigint {
    return this.message.modseq;
  }

  get saveDate(): StoredMessage['internalDate'] {
    return { ms: this.message.savedAt, offsetMinutes: 0 };
  }

  get emailId(): string {
    return this.message.emailId;
  }

  get threadId(): string | undefined {
    return this.message.threadId;
  }

  get gmail(): SearchableMessage['gmail'] {
    const { emailId, threadId, flags } = this.message;
    return { messageId: gmailNumber(emailId), threadId: gmailNumber(threadId ?? emailId), labels: labelsOf(flags) };
  }

  get fields(): readonly SearchableField[] {
    return this.#knownHeader.fields;
  }

  get addresses(): SearchableAddresses {
    return this.#knownHeader.addresses;
  }

  get partFields(): readonly SearchableField[] {
    return this.#knownBody.partFields;
  }

  get texts(): readonly string[] {
    return this.#knownBody.texts;
  }

  get #knownHeader(): SearchableHeader {
    if (this.#header === undefined) throw NEEDS_HEADER;
    return this.#header;
  }

  get #knownBody(): SearchableBody {
    if (this.#body === undefined) throw NEEDS_TEXT;
    return this.#body;
  }

  get hasHeader(): boolean {
    return this.#header !== undefined;
  }

  /** Reads what was missing. A message that is gone has nothing. */
  async read(missing: 'header' | 'text', mailbox: Mailbox, layouts: LayoutCache): Promise<void> {
    const content = await mailbox.content(this.uid);
    if (content === undefined) {
      this.#header ??= NO_HEADER;
      this.#body ??= NO_BODY;
      return;
    }
    try {
      const layout = await layouts.read(this.emailId, content);
      this.#header ??= await readSearchableHeader(content, layout);
      if (missing === 'text') this.#body ??= await readSearchableBody(content, layout);
    } finally {
      await content.close();
    }
  }

  /**
   * Lets go of what nobody looks at twice: the texts, and of the header all but what SORT and THREAD compare. A result holds as many messages as a mailbox.
   * A key that looks at the header once more has to be asked before.
   */
  slim(): void {
    this.#body = undefined;
    const header = this.#header;
    if (header !== undefined) this.#header = { fields: header.fields.filter(({ name }) => COMPARED.has(name.toLowerCase())), addresses: header.addresses };
  }
}

/** What `look` gives; what it misses is named. Throws what else `look` throws. */
export function lookAt<T>(look: () => T): { readonly found: T; readonly missing: undefined } | { readonly found: undefined; readonly missing: 'header' | 'text' } {
  try {
    return { found: look(), missing: undefined };
  } catch (thrown) {
    if (thrown === NEEDS_HEADER) return { found: undefined, missing: 'header' };
    if (thrown === NEEDS_TEXT) return { found: undefined, missing: 'text' };
    throw thrown;
  }
}
