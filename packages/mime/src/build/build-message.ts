/**
 * Composes a message (RFC 5322, RFC 2045 to 2049). Pure: the date, the Message-ID and chance come in, so the same input gives the same
 * octets. Read next: `message-fields.ts` (the header), `message-body.ts` (the tree of parts), `build-part.ts` (how a tree is written).
 */
import { layOut } from './build-part.ts';
import type { BuildOptions } from './build-part.ts';
import { BuiltPieces } from './built-part.ts';
import type { BuiltPart } from './built-part.ts';
import { makeBody } from './message-body.ts';
import type { MessageBodyInput } from './message-body.ts';
import { formatMessageFields } from './message-fields.ts';
import type { MessageEnvelope, MessageFieldsInput } from './message-fields.ts';
import type { Piece } from './pieces.ts';

/**
 * What a message is made of. CR, LF and NUL in anything but texts and contents are a TypeError.
 *
 * `boundary` may be left out: boundaries come from the Message-ID then.
 */
export interface MessageInput extends MessageFieldsInput, MessageBodyInput, BuildOptions {}

/** A built message, with the envelope that its addresses make. */
export interface BuiltMessage extends BuiltPart {
  readonly envelope: MessageEnvelope;
}

class BuiltMessagePieces extends BuiltPieces implements BuiltMessage {
  readonly envelope: MessageEnvelope;

  constructor(head: Uint8Array, pieces: readonly Piece[], requires: BuiltPart['requires'], envelope: MessageEnvelope) {
    super(head, pieces, requires);
    this.envelope = envelope;
  }
}

/** Every option once: the compiler sees that none is missing. */
const OPTIONS: Readonly<Record<keyof MessageInput, true>> = {
  from: true, sender: true, replyTo: true, to: true, cc: true, bcc: true, subject: true, inReplyTo: true, references: true, listUnsubscribe: true, priority: true,
  headers: true, date: true, offsetMinutes: true, messageId: true, text: true, html: true, calendar: true, alternatives: true, inline: true, attachments: true,
  textEncoding: true, body: true, boundary: true, nextHop: true, parameterMode: true,
};

/**
 * Composes a message: lines end in CRLF, the last one too. ASCII throughout, unless the next hop takes more or a local part is not ASCII;
 * `requires` tells.
 *
 * Errors: TypeError for CR, LF or NUL where a field would end, for what is no address, name, identifier, media type or boundary, for
 * content that its part can't carry, and for an option that nobody knows; RangeError for a date out of bounds.
 * @rfc 5322 3.6
 * @rfc 2045 3
 */
export function buildMessage(input: MessageInput): BuiltMessage {
  for (const name in input) if (OPTIONS[name as keyof MessageInput] !== true) throw new TypeError(`${name} is not an option`);
  const { fields, smtpUtf8, envelope } = formatMessageFields(input, input.nextHop?.smtpUtf8 === true);
  const { head, pieces, requires } = layOut(makeBody(input), input, { fields, smtpUtf8, seed: input.messageId, endLine: true });
  return new BuiltMessagePieces(head, pieces, requires, envelope);
}
