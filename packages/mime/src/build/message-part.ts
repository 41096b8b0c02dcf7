/** A message inside the message, as a part (RFC 2046 section 5.2.1, RFC 6532 section 3.7). */
import type { BuiltPart } from './built-part.ts';
import type { ContentSource } from './content-source.ts';
import { LeafPart } from './part.ts';
import type { Part, PartDescription, PartInput } from './part.ts';

/** What a message inside the message may say about itself. */
export interface MessagePartOptions extends PartDescription, Pick<PartInput, 'sizeOctets' | 'transferEncoding'> {}

/**
 * A message as a part: as octets, text or pieces, or as it was built here. It is never encoded, so a message with octets above 127 asks
 * for 8BITMIME; one with a header in UTF-8 becomes a `message/global`.
 *
 * Errors: TypeError as for `part`.
 * @rfc 2046 5.2.1
 * @rfc 6532 3.7
 */
export function messagePart(message: ContentSource | BuiltPart, options: MessagePartOptions = {}): Part {
  return new LeafPart('messagePart', { ...options, content: message, mediaType: 'message/rfc822' });
}
