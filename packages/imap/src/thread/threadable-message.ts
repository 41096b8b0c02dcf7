/**
 * What a message is threaded by.
 *
 * Read next: `thread-messages.ts`.
 *
 * @rfc 5256 3
 */
export interface ThreadableMessage {
  /** Its sequence number or UID: what the threads are made of, and the order of messages of one moment. */
  readonly number: number;
  /** Milliseconds since 1970 of INTERNALDATE. */
  readonly internalDateMs: number;
  /** Milliseconds since 1970 of the Date field (`parseSentDate`), undefined where it can't be read. */
  readonly sentDateMs: number | undefined;
  /** Decoded. */
  readonly subject: string | undefined;
  /** The fields' values as they stand. Only REFERENCES looks at them. */
  readonly messageId: string | undefined;
  readonly references: string | undefined;
  readonly inReplyTo: string | undefined;
}

/** The moment by which messages are ordered. @rfc 5256 2.2 */
export function sentDateMs(message: ThreadableMessage): number {
  return message.sentDateMs ?? message.internalDateMs;
}

/** By the moment, then by number. */
export function compareSent(one: ThreadableMessage, other: ThreadableMessage): number {
  return sentDateMs(one) - sentDateMs(other) || one.number - other.number;
}
