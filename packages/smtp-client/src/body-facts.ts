/**
 * What a body says of itself. A message that `buildMessage` of `@mailwright/mime` made knows its size and what it needs of the servers on
 * its way, also where its attachments have not been read yet; nobody has to repeat it.
 */
import type { SmtpMessage } from './message.ts';

/** The shape of such a body. */
export interface DescribedBody {
  /** Octets of the message, `undefined` where a source does not tell. */
  readonly sizeOctets: number | undefined;
  readonly requires: {
    readonly smtpUtf8: boolean;
    readonly eightBit: boolean;
    readonly binary: boolean;
  };
}

/** The message with what its body says filled in, where the caller says nothing. */
export function withBodyFacts(message: SmtpMessage): SmtpMessage {
  const { body } = message as { readonly body: unknown };
  if (!isDescribed(body)) return message;
  const { sizeOctets, requires } = body;
  return {
    ...message,
    size: message.size ?? sizeOctets,
    eightBit: message.eightBit ?? requires.eightBit,
    binary: message.binary ?? requires.binary,
    smtpUtf8: message.smtpUtf8 ?? requires.smtpUtf8,
  };
}

function isDescribed(body: unknown): body is DescribedBody {
  return typeof body === 'object' && body !== null && !(body instanceof Uint8Array) && 'sizeOctets' in body && 'requires' in body;
}
