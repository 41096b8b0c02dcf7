/**
 * ENVELOPE: the header fields of a message that every mail list shows, parsed by the server.
 *
 * @rfc 9051 7.5.2
 */

/**
 * One address of an envelope, in the parts that the server sends. A group begins with an entry whose `host` is undefined and whose
 * `mailbox` is its name, and ends with one where both are undefined.
 */
export interface EnvelopeAddress {
  /** The display name as sent: encoded words are the reader's to decode (`decodeEncodedWords` of `@mailwright/mime`). */
  readonly name: string | undefined;
  /** The source route of old addresses. */
  readonly route: string | undefined;
  readonly mailbox: string | undefined;
  readonly host: string | undefined;
}

/** Texts are as sent, in UTF-8 where the server sends that, else as Latin-1; not decoded. Fields a server leaves out are undefined. */
export interface Envelope {
  readonly date: string | undefined;
  readonly subject: string | undefined;
  readonly from: readonly EnvelopeAddress[];
  readonly sender: readonly EnvelopeAddress[];
  readonly replyTo: readonly EnvelopeAddress[];
  readonly to: readonly EnvelopeAddress[];
  readonly cc: readonly EnvelopeAddress[];
  readonly bcc: readonly EnvelopeAddress[];
  readonly inReplyTo: string | undefined;
  readonly messageId: string | undefined;
}
