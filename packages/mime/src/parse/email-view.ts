/**
 * The shape of a message in JMAP (RFC 8621 section 4.1), as JSON: `null` for what is not there, as it is there. In the place of blob
 * identifiers, which only a server has, stand ranges of the message.
 *
 * Read next: `jmap-view.ts`.
 */

/** @rfc 8621 4.1.2.3 */
export interface EmailAddress {
  readonly name: string | null;
  readonly email: string;
}

/** Where the octets of a body stand in the message, encoded as they came. */
export interface BlobRange {
  readonly offset: number;
  readonly octets: number;
  /** The transfer encoding that is to be undone. */
  readonly encoding: string;
}

/** @rfc 8621 4.1.4 */
export interface EmailBodyPart {
  /** `null` of a multipart. */
  readonly partId: string | null;
  /** `null` of a multipart. */
  readonly blob: BlobRange | null;
  /** Octets once the transfer encoding is undone. */
  readonly size: number;
  readonly name: string | null;
  readonly type: string;
  readonly charset: string | null;
  readonly disposition: string | null;
  readonly cid: string | null;
  readonly language: readonly string[] | null;
  readonly location: string | null;
  /** `null` of everything but a multipart. */
  readonly subParts: readonly EmailBodyPart[] | null;
}

/** @rfc 8621 4.1.4 */
export interface EmailBodyValue {
  /** Lines end in LF. */
  readonly value: string;
  /** Of the transfer encoding or the charset. */
  readonly isEncodingProblem: boolean;
  readonly isTruncated: boolean;
}

/** A message as JMAP shows it, without what only a mail store knows of it. */
export interface EmailView {
  /** Octets of the message. */
  readonly size: number;
  /** Without their brackets. */
  readonly messageId: readonly string[] | null;
  readonly inReplyTo: readonly string[] | null;
  readonly references: readonly string[] | null;
  readonly sender: readonly EmailAddress[] | null;
  readonly from: readonly EmailAddress[] | null;
  readonly to: readonly EmailAddress[] | null;
  readonly cc: readonly EmailAddress[] | null;
  readonly bcc: readonly EmailAddress[] | null;
  readonly replyTo: readonly EmailAddress[] | null;
  readonly subject: string | null;
  /** As of RFC 3339, in the zone of the sender: `2026-01-02T03:04:05+01:00`. */
  readonly sentAt: string | null;
  readonly bodyStructure: EmailBodyPart;
  readonly textBody: readonly EmailBodyPart[];
  readonly htmlBody: readonly EmailBodyPart[];
  readonly attachments: readonly EmailBodyPart[];
  /** True where an attachment is not marked as inline. */
  readonly hasAttachment: boolean;
  /** The beginning of the text on one line, at most 256 characters. */
  readonly preview: string;
  /** By `partId`: what `EmailViewOptions` asks for. */
  readonly bodyValues: Readonly<Record<string, EmailBodyValue>>;
}

/** Which body values are in the view, by the names of JMAP's Email/get. @rfc 8621 4.2 */
export interface EmailViewOptions {
  /** Those of `textBody`. Default false. */
  readonly fetchTextBodyValues?: boolean | undefined;
  /** Those of `htmlBody`. Default false. */
  readonly fetchHTMLBodyValues?: boolean | undefined;
  /** All of text/*. Default false. */
  readonly fetchAllBodyValues?: boolean | undefined;
  /** A longer value is cut, between two characters, at so many octets of UTF-8. Default 0: not at all. */
  readonly maxBodyValueBytes?: number | undefined;
}
